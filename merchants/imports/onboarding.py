"""Register one stall from what a helper writes at it, by the same rules as a row of a sheet.

What was written becomes a ``SheetRow`` and goes through ``application`` and ``plan``; only what no
sheet can ask is judged here: consents by purpose, the name on the poster, whether it is somebody who
is already known, and whether the stall is one the register has never heard of.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session

from merchants.acceptance.entry import MOMO_STORE
from merchants.actors import Actor
from merchants.days import market_day
from merchants.entries import Faults
from merchants.errors import EntryRefused, MarketNotFound
from merchants.events import record_event
from merchants.files.cells import CellRefused, read_text
from merchants.files.csv_text import clean_text
from merchants.imports.drafts import StallDraft, VendorDraft
from merchants.imports.known_people import KnownPerson, known_people
from merchants.imports.plan import RegisterPlan
from merchants.imports.plan_rows import Fingerprints, RowPlan, RowRefused
from merchants.imports.planned import write_rows
from merchants.imports.standing import Standing, load_standing, name_key
from merchants.kinds import ConsentChannel, ConsentPurpose, EventAction
from merchants.lifecycle.states import derive_vendor_states
from merchants.privacy.consent_rules import TAKING_PART
from merchants.privacy.consents import ConsentProof, record_consents, standing
from merchants.privacy.notices import version_on
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.sheets.application import Application, RowReading, read_application
from merchants.sheets.reading import SheetRow

OTHER_PERSON = "other"
DISPLAY_NAME_MAX = 80
_SELLING = "Đang bán"
_WRITTEN = (
    "stall_code", "zone", "goods_group", "full_name", "phone", "business_name", "holder_name",
)  # fmt: skip
_NEEDED = frozenset({"stall_code", "full_name", "zone"})
_CHANNELS = frozenset({ConsentChannel.SIGNATURE, ConsentChannel.SPOKEN})
_FIELD_OF = {"wallet": "bank", "wallet_point": "account"}


class LinkBy(StrEnum):
    """How a vendor is given the link to the own page."""

    ZALO = "zalo"
    SMS = "sms"
    PAPER = "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingEntry:
    """What somebody wrote about one stall; texts as they were typed, empty = not told.

    ``bank`` is any name or the BIN of a participant, or ``MOMO_STORE`` with the store code as
    account. ``same_as`` answers the question who has this phone or account already: a vendor code,
    or ``OTHER_PERSON``.
    """

    stall_code: str
    zone: str = ""
    goods_group: str = ""
    full_name: str = ""
    phone: str = ""
    link_by: LinkBy | None = None
    business_name: str = ""
    bank: str = ""
    account: str = ""
    holder_name: str = ""
    display_name: str = ""
    is_poster_only: bool | None = None
    purposes: frozenset[ConsentPurpose] = frozenset()
    is_read_aloud: bool = False
    channel: ConsentChannel | None = None
    notice_version: str = ""
    language: str = "vi"
    same_as: str = ""
    is_new_stall: bool = False
    is_draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboarded:
    """What became of an entry. ``remarks`` are Vietnamese, for whoever wrote it."""

    stall_code: str
    vendor_id: int
    vendor_code: str
    change: str
    remarks: tuple[str, ...]
    is_account_proposed: bool


class OnboardingRefused(EntryRefused):
    """An entry breaks rules, or people must say whether it is somebody already known."""

    def __init__(self, faults: dict[str, str], people: Sequence[KnownPerson]) -> None:
        super().__init__(faults)
        self.people = tuple(people)


def onboard(
    session: Session,
    market_code: str,
    entry: OnboardingEntry,
    *,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> Onboarded:
    """Register what was written about one stall, all of it or nothing. Safe to repeat.

    A draft needs a name and a stall and leaves out what cannot be read, with a remark. An account
    other than the one a vendor already has becomes a proposal.

    Raises:
        MarketNotFound: there is no such market.
        OnboardingRefused: by field of ``OnboardingEntry`` what is wrong, with the people meant.
    """
    loaded = load_standing(session, [market_code], for_update=True)
    if market_code not in loaded.market_ids:
        raise MarketNotFound(market_code)
    today = market_day(now)
    faults = Faults()
    reading, left_out = _read(entry, market_code, today, faults)
    stall = loaded.stalls.get((loaded.market_ids[market_code], reading.stall_code))
    holder = stall.holding.vendor if stall and stall.holding else None
    if stall is None and not entry.is_new_stall and reading.stall_code:
        faults.say(
            "stall_code",
            Sentence(
                "Sổ chợ chưa có gian {stall_code}. Xem lại mã, hoặc đánh dấu ghi thêm gian mới",
                stall_code=reading.stall_code,
            ),
        )
    application = reading.application
    people: list[KnownPerson] = []
    if application is not None:
        application, people = _person_meant(session, loaded, entry, application, sealer, faults)
    known = holder or _draft_of(loaded, people, entry.same_as)
    _check_entry(session, entry, known, today, faults)
    row = None
    if application is not None and not faults.found:
        plan = RegisterPlan(loaded, sealer=sealer, now=now, listed_on=today, today=today)
        row = _planned(plan, application, faults)
    if row is None or row.vendor is None:
        raise OnboardingRefused(faults.found, people)
    return _write(session, loaded, entry, row, left_out, actor=actor, now=now)


def read_entry(
    entry: OnboardingEntry, market_code: str, *, today: date, without: Collection[str] = ()
) -> RowReading:
    """Return an entry read as a row of a sheet; the fields of ``without`` count as empty."""
    cells = {key: clean_text(getattr(entry, key)) for key in _WRITTEN if key not in without}
    cells["stall_state"] = _SELLING
    bank, account = (
        "" if key in without else clean_text(getattr(entry, key)) for key in ("bank", "account")
    )
    if bank == MOMO_STORE:
        cells |= {"wallet": "MoMo", "wallet_point": account}
    else:
        cells |= {"bank": bank, "account": account}
    return read_application(SheetRow(1, cells), market_code=market_code, today=today)


def _read(
    entry: OnboardingEntry, market_code: str, today: date, faults: Faults
) -> tuple[RowReading, list[str]]:
    """Return the reading and, of a draft, what was left out of it because it cannot be read."""
    reading = read_entry(entry, market_code, today=today)
    left_out: list[str] = []
    if entry.is_draft:
        told = {_FIELD_OF.get(fault.key, fault.key): fault.reason for fault in reading.faults}
        unread = set(told) - _NEEDED
        left_out = [sentence(told[key]) for key in sorted(unread)]
        if unread & {"bank", "account"}:
            unread |= {"bank", "account"}
        if unread:
            reading = read_entry(entry, market_code, today=today, without=unread)
    for fault in reading.faults:
        faults.say(_FIELD_OF.get(fault.key, fault.key), sentence(fault.reason))
    return reading, left_out


def sentence(reason: str) -> Sentence:
    """Return what is wrong with a cell as a sentence beside its field."""
    told = Sentence.of(reason)
    return Sentence(told.template.removeprefix("sai: "), **told.values).begun()


def _check_entry(
    session: Session,
    entry: OnboardingEntry,
    known: VendorDraft | None,
    today: date,
    faults: Faults,
) -> None:
    """Note what a sheet cannot be asked about; ``known`` is who is registered already."""
    try:
        read_text(clean_text(entry.display_name), length_max=DISPLAY_NAME_MAX)
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
    if entry.channel not in _CHANNELS:
        faults.say("channel", "Chọn cách người bán đồng ý: ký giấy hay nói trước người chứng kiến")
    elif entry.channel is ConsentChannel.SPOKEN and not entry.is_read_aloud:
        faults.say("is_read_aloud", "Đồng ý bằng lời thì cần đọc to thông báo rồi đánh dấu ô này")
    if entry.notice_version != version_on(today):
        faults.say("purposes", "Thông báo vừa có bản mới: đọc lại bản đang hiện rồi đánh dấu lại")


def _person_meant(
    session: Session,
    loaded: Standing,
    entry: OnboardingEntry,
    application: Application,
    sealer: Sealer,
    faults: Faults,
) -> tuple[Application, list[KnownPerson]]:
    """Return the application of the person meant, and who else has the phone or the account."""
    market_id = loaded.market_ids[application.market_code]
    stall = loaded.stalls.get((market_id, application.stall_code))
    prints = Fingerprints(application, sealer)
    people = [
        person
        for person in known_people(
            session, market_id, phone_hash=prints.phone, account_hashes=prints.accounts
        )
        if person.vendor_id != _holder_id(stall)
    ]
    if not people:
        return application, people
    meant = next((each for each in people if each.vendor_code == entry.same_as), None)
    namesake = _namesake(people, application)
    if meant is not None:
        return replace(application, full_name=meant.full_name), people
    if entry.same_as != OTHER_PERSON:
        faults.say("same_as", _asks(people[0]))
    elif namesake is not None:
        faults.say(
            "same_as",
            Sentence(
                "{full_name} trùng cả tên và số: chọn cùng người", full_name=namesake.full_name
            ),
        )
    return application, people


def _holder_id(stall: StallDraft | None) -> int | None:
    return stall.holding.vendor.id if stall and stall.holding else None


def _draft_of(
    loaded: Standing, people: Sequence[KnownPerson], vendor_code: str
) -> VendorDraft | None:
    wanted = next((each.vendor_id for each in people if each.vendor_code == vendor_code), None)
    vendors = (draft for draft in loaded.drafts if isinstance(draft, VendorDraft))
    return next((each for each in vendors if wanted is not None and each.id == wanted), None)


def _namesake(people: Sequence[KnownPerson], application: Application) -> KnownPerson | None:
    wanted = name_key(application.full_name)
    return next((each for each in people if name_key(each.full_name) == wanted), None)


def _asks(person: KnownPerson) -> str:
    what = Sentence("Số điện thoại" if person.has_phone else "Số tài khoản")
    where = (
        Sentence("ở gian {stalls}", stalls=", ".join(person.stall_codes))
        if person.stall_codes
        else Sentence("của người đã trả gian")
    )
    return Sentence(
        "{what} đã có {where} ({full_name}): cùng người?",
        what=what,
        where=where,
        full_name=person.full_name,
    )


def _planned(plan: RegisterPlan, application: Application, faults: Faults) -> RowPlan | None:
    try:
        row = plan.take(application)
    except RowRefused as refusal:
        advice = {
            "stall_code": "Người cũ đã trả gian thì ghi trả gian ở hồ sơ của người đó trước",
            "full_name": "Thu hồi tấm mã trước rồi ghi lại",
            "holder_name": "Thu hồi tấm mã trước rồi ghi lại",
        }
        told = refusal.fact
        if refusal.key in advice:
            told = Sentence("{fact} {advice}", fact=told, advice=Sentence(advice[refusal.key]))
        faults.say(refusal.key or "account", told)
        return None
    plan.finish()
    return row


def _write(
    session: Session,
    loaded: Standing,
    entry: OnboardingEntry,
    row: RowPlan,
    left_out: Sequence[str],
    *,
    actor: Actor,
    now: datetime,
) -> Onboarded:
    vendor = row.vendor
    assert vendor is not None
    display_name = clean_text(entry.display_name)
    if display_name:
        row.note(vendor.put("display_name", display_name))
    write_rows(session, loaded, actor=actor, now=now)
    assert vendor.id is not None
    market_id: int = vendor.values["market_id"]
    if entry.purposes:
        assert entry.channel is not None
        proof = ConsentProof(
            channel=entry.channel,
            notice_version=entry.notice_version,
            language=entry.language,
            is_read_aloud=entry.is_read_aloud,
        )
        given = {vendor.id: now}
        record_consents(session, given, entry.purposes, proof=proof, actor=actor, now=now)
    derive_vendor_states(session, [market_id], actor=actor, now=now, vendor_ids=[vendor.id])
    if entry.link_by is not None and row.change != "same":
        record_event(
            session,
            EventAction.CHANGED,
            actor=actor,
            now=now,
            market_id=market_id,
            vendor_id=vendor.id,
            subject="link_by",
            to_value=entry.link_by.value,
        )
    return Onboarded(
        stall_code=row.application.stall_code,
        vendor_id=vendor.id,
        vendor_code=vendor.values["code"],
        change=row.change,
        remarks=(*left_out, *row.remarks),
        is_account_proposed=bool(row.proposals),
    )
