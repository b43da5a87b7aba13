"""What is judged of an entry that no sheet can be asked about: consents with their proof, the poster's name."""

from datetime import date

from sqlmodel import Session

from merchants.entries import Faults
from merchants.files.cells import CellRefused, read_name, read_printed
from merchants.files.csv_text import clean_cell, clean_text
from merchants.imports.drafts import VendorDraft
from merchants.imports.entry import LinkBy, OnboardingEntry
from merchants.kinds import ConsentPurpose
from merchants.privacy.consent_rules import PROOF_NEEDED, TAKING_PART, WITNESSED, lacking_proof
from merchants.privacy.consents import WITNESS_MAX, standing
from merchants.privacy.notices import version_on
from merchants.sentences import Sentence

DISPLAY_NAME_MAX = 80


def check_entry(
    session: Session,
    entry: OnboardingEntry,
    known: VendorDraft | None,
    today: date,
    faults: Faults,
) -> None:
    """Note what a sheet cannot be asked about; ``known`` is who is registered already."""
    try:
        read_printed(clean_cell(entry.display_name), length_max=DISPLAY_NAME_MAX)
    except CellRefused as refusal:
        faults.say("display_name", sentence(refusal.told))
    standing_now = set(standing(session, known.id)) if known and known.id else set()
    if not entry.is_draft:
        _check_whole(entry, known, faults)
        _check_agreed(entry, standing_now, faults)
    if entry.purposes:
        _check_proof(entry, today, faults)


def _check_whole(entry: OnboardingEntry, known: VendorDraft | None, faults: Faults) -> None:
    has_phone = bool(clean_text(entry.phone)) or bool(known and known.values["phone_hash"])
    has_account = bool(clean_text(entry.account)) or bool(known and known.points)
    if entry.link_by is None:
        faults.say("link_by", "Chọn cách đưa đường dẫn cho người bán")
    elif not has_phone and entry.link_by is not LinkBy.PAPER:
        faults.say("phone", "Để trống: điền số điện thoại, hoặc chọn đưa tờ giấy")
    if not has_account:
        faults.say("account", "Để trống: điền số tài khoản, hoặc lưu nháp để làm sau")
    if clean_text(entry.account) and not clean_text(entry.holder_name):
        faults.say("holder_name", "Để trống: chép tên trên ứng dụng ngân hàng hoặc ví")


def _check_agreed(
    entry: OnboardingEntry, standing_now: set[ConsentPurpose], faults: Faults
) -> None:
    """Note when what the vendor agreed to does not bear out what is to be done."""
    if standing_now >= TAKING_PART and not entry.purposes and entry.is_poster_only is None:
        return
    agreed = standing_now | entry.purposes
    if not agreed >= TAKING_PART:
        faults.say(
            "purposes",
            "Cần đọc cho người bán nghe và đánh dấu hai việc đầu: danh sách chợ và tấm mã",
        )
        return
    sees_payments = ConsentPurpose.RECONCILIATION in agreed
    if entry.is_poster_only is None:
        faults.say("is_poster_only", "Hỏi người bán và chọn một trong hai")
    elif entry.is_poster_only and sees_payments:
        faults.say("is_poster_only", "Chỉ dùng tấm mã thì bỏ dấu “Đối chiếu tiền vào” ở dưới")
    elif not entry.is_poster_only and not sees_payments:
        faults.say("is_poster_only", "Muốn xem tiền vào thì cần đồng ý “Đối chiếu tiền vào” ở dưới")


def _check_proof(entry: OnboardingEntry, today: date, faults: Faults) -> None:
    if entry.channel is None or entry.channel not in WITNESSED:
        faults.say("channel", "Chọn cách người bán đồng ý: ký giấy hay nói trước người chứng kiến")
    else:
        lacking = lacking_proof(
            entry.channel,
            is_read_aloud=entry.is_read_aloud,
            has_evidence=bool(entry.evidence_sha256),
            has_witness=bool(clean_text(entry.witness)),
        )
        for field in lacking:
            faults.say(field, PROOF_NEEDED[field])
    try:
        read_name(clean_cell(entry.witness), length_max=WITNESS_MAX)
    except CellRefused as refusal:
        faults.say("witness", sentence(refusal.told))
    if entry.notice_version != version_on(today):
        faults.say("purposes", "Thông báo vừa có bản mới: đọc lại bản đang hiện rồi đánh dấu lại")


def sentence(reason: str) -> Sentence:
    """Return what is wrong with a cell as a sentence beside its field."""
    told = Sentence.of(reason)
    return Sentence(told.template.removeprefix("sai: "), **told.values).begun()
