"""The names an entry writes that no sheet can tell, and the posters that stand against them."""

from merchants.entries import Faults
from merchants.files.csv_text import clean_text
from merchants.imports.drafts import VendorDraft
from merchants.imports.entry import OnboardingEntry
from merchants.imports.plan_rows import RowPlan
from merchants.imports.standing import name_key
from merchants.sentences import Sentence
from merchants.sheets.application import Application


def note_names(
    row: RowPlan,
    vendor: VendorDraft,
    entry: OnboardingEntry,
    application: Application,
    faults: Faults,
) -> None:
    """Take the names no sheet can tell: on the poster, one that is emptied, a holder's without number."""
    is_own_form = entry.seen is not None and entry.seen.vendor_code == vendor.values.get("code")
    display_name = clean_text(entry.display_name)
    if display_name or is_own_form:
        row.note(vendor.put("display_name", display_name))
    if is_own_form and not application.business_name:
        row.note(vendor.put("business_name", ""))
    if application.holder_name and not clean_text(entry.account) and is_own_form:
        _correct_holder(row, vendor, application.holder_name, faults)


def _correct_holder(row: RowPlan, vendor: VendorDraft, name: str, faults: Faults) -> None:
    """Write the holder's name of the vendor's only account anew."""
    if len(vendor.points) != 1:
        faults.say("account", "Ghi cả số tài khoản mà tên chủ này thuộc về")
        return
    point = vendor.points[0]
    if vendor.posters and name_key(point.values["holder_name"]) != name_key(name):
        faults.say(
            "holder_name",
            "Tấm mã in tên chủ tài khoản cũ đang dùng. Thu hồi tấm mã trước rồi ghi lại",
        )
        return
    row.note(point.put("holder_name", name))
    row.points.append(point)


def check_posters(vendor: VendorDraft, shown_before: str, faults: Faults) -> None:
    """Note when posters in use would show another name than the register."""
    if shown_name(vendor) != shown_before:
        faults.say(
            "display_name" if vendor.values["display_name"] != shown_before else "business_name",
            Sentence(
                "Tấm mã in tên {name} đang dùng. Đổi tên ở hồ sơ người bán, mục Sửa thông tin, để thu hồi tấm cũ",
                name=shown_before,
            ),
        )


def shown_name(vendor: VendorDraft) -> str:
    """Return the name posters show above the account holder's, as ``posters.places`` has it."""
    values = vendor.values
    name: str = values["display_name"] or values["business_name"] or values["full_name"]
    return name
