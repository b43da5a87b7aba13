"""A stall that somebody holds already: what its form had seen, and whether a name is theirs anew."""

from dataclasses import dataclass

from sqlmodel import Session

from merchants.entries import Faults
from merchants.errors import ChangedMeanwhile
from merchants.imports.drafts import StallDraft, VendorDraft
from merchants.imports.plan_rows import Fingerprints
from merchants.imports.standing import name_key
from merchants.sentences import Sentence
from merchants.sheets.application import Application
from merchants.vendors.changed_since import as_changes, changed_since


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenStall:
    """What the register said of a stall when its form was opened.

    ``vendor_code`` is empty when nobody held it. ``event_id`` is ``last_event_id`` of then; ``None`` =
    the form was not about this stall, whose code somebody typed.
    """

    vendor_code: str
    event_id: int | None


def require_unchanged(
    session: Session, seen: SeenStall, stall: StallDraft | None, faults: Faults
) -> None:
    """Note or raise when a form is about to write over what it never showed.

    Raises:
        ChangedMeanwhile: somebody changed the stall or its vendor after the form was opened.
    """
    holder = stall.holding.vendor if stall and stall.holding else None
    if stall is None or stall.id is None:
        return
    if seen.event_id is None:
        if holder is not None:
            faults.say(
                "stall_code",
                Sentence(
                    "Gian {stall} đã ghi cho {name}: mở gian này để ghi tiếp, sửa tên hoặc chuyển chủ",
                    stall=stall.values["code"],
                    name=holder.values["full_name"],
                ),
            )
        return
    entries = changed_since(
        session,
        stall_id=stall.id,
        vendor_id=holder.id if holder else None,
        event_id=seen.event_id,
    )
    if entries:
        code = holder.values["code"] if holder else seen.vendor_code
        raise ChangedMeanwhile(code, as_changes(entries))


def corrects_name(
    application: Application,
    stall: StallDraft | None,
    prints: Fingerprints,
    seen: SeenStall | None,
    faults: Faults,
) -> bool:
    """Return whether another name is the holder's own, corrected on their own form.

    Only who had the holder before their eyes corrects a name, and only while no number says that it
    is somebody else; all other names are refused, each with the way to go.
    """
    holder = stall.holding.vendor if stall and stall.holding else None
    if holder is None or name_key(holder.values["full_name"]) == name_key(application.full_name):
        return False
    name, code = holder.values["full_name"], application.stall_code
    if seen is None or seen.vendor_code != holder.values["code"]:
        faults.say(
            "stall_code",
            Sentence(
                "Gian hàng {stall} đang do {name} giữ. Đổi chủ thì ghi chuyển gian, sai tên thì sửa ở gian này",
                stall=code,
                name=name,
            ),
        )
        return False
    if _is_somebody_else(holder, prints):
        faults.say(
            "full_name",
            Sentence(
                "Cả tên và số đều khác {name} đang giữ gian. Đổi chủ thì ghi chuyển gian; sai tên thì sửa tên trước, rồi sửa số",
                name=name,
            ),
        )
        return False
    return True


def _is_somebody_else(holder: VendorDraft, prints: Fingerprints) -> bool:
    """Return whether a number that is given contradicts the known ones, and none agrees."""
    phone = holder.values["phone_hash"]
    accounts = {point.values["account_hash"] for point in holder.points}
    if ({phone} | accounts) & prints.given:
        return False
    other_phone = bool(phone and prints.phone)
    return other_phone or bool(accounts and prints.accounts)
