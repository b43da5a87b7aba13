"""Register one stall from what a helper writes at it, by the same rules as a row of a sheet.

What was written becomes a ``SheetRow`` and goes through ``application`` and ``plan``; only what no
sheet can ask is judged here: consents by purpose, the name on the poster, whether it is somebody who
is already known, and whether the stall is one the register has never heard of.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.acceptance.entry import MOMO_STORE
from merchants.actors import Actor
from merchants.days import market_day
from merchants.entries import Faults
from merchants.errors import EntryRefused, MarketNotFound
from merchants.events import record_event
from merchants.files.csv_text import clean_cell, clean_text
from merchants.imports.drafts import StallDraft, VendorDraft
from merchants.imports.entry import OTHER_PERSON, OnboardingEntry
from merchants.imports.entry_checks import check_entry, sentence
from merchants.imports.entry_names import check_posters, note_names, shown_name
from merchants.imports.held_stall import corrects_name, require_unchanged
from merchants.imports.known_people import KnownPerson, known_people
from merchants.imports.plan import RegisterPlan
from merchants.imports.plan_rows import Fingerprints, RowPlan, RowRefused
from merchants.imports.planned import write_rows
from merchants.imports.standing import Standing, load_standing, name_key
from merchants.kinds import EventAction
from merchants.lifecycle.states import derive_vendor_states
from merchants.privacy.consents import ConsentProof, record_consents
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.sheets.application import Application, RowReading, read_application
from merchants.sheets.reading import SheetRow
from merchants.tables import RegisterEvent

_SELLING = "Đang bán"
_WRITTEN = (
    "stall_code", "zone", "goods_group", "full_name", "phone", "business_name", "holder_name",
)  # fmt: skip
_NEEDED = frozenset({"stall_code", "full_name", "zone"})
_LINK_BY = "link_by"
_FIELD_OF = {"wallet": "bank", "wallet_point": "account"}


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
        ChangedMeanwhile: somebody changed what ``entry.seen`` had seen.
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
    if entry.seen is not None:
        require_unchanged(session, entry.seen, stall, faults)
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
    check_entry(session, entry, known, today, faults)
    row = None
    shown_before = shown_name(known) if known else ""
    if application is not None:
        prints = Fingerprints(application, sealer)
        is_corrected = corrects_name(application, stall, prints, entry.seen, faults)
        if not faults.found:
            plan = RegisterPlan(loaded, sealer=sealer, now=now, listed_on=today, today=today)
            row = _planned(plan, entry, application, faults, corrects_name=is_corrected)
    if row is not None and row.vendor is not None and row.vendor.posters:
        check_posters(row.vendor, shown_before, faults)
    if row is None or row.vendor is None or faults.found:
        raise OnboardingRefused(faults.found, people)
    return _write(session, loaded, entry, row, left_out, actor=actor, now=now)


def link_way_of(session: Session, vendor_id: int) -> str:
    """Return how a vendor was last said to get the link, a ``LinkBy``; empty = not told."""
    query = (
        sa.select(col(RegisterEvent.to_value))
        .where(
            col(RegisterEvent.vendor_id) == vendor_id,
            col(RegisterEvent.action) == EventAction.CHANGED.value,
            col(RegisterEvent.subject) == _LINK_BY,
        )
        .order_by(col(RegisterEvent.id).desc())
        .limit(1)
    )
    return session.execute(query).scalar() or ""


def read_entry(
    entry: OnboardingEntry, market_code: str, *, today: date, without: Collection[str] = ()
) -> RowReading:
    """Return an entry read as a row of a sheet; the fields of ``without`` count as empty."""
    # Hidden characters are left in: whoever reads the cells refuses them by name.
    cells = {key: clean_cell(getattr(entry, key)) for key in _WRITTEN if key not in without}
    cells["stall_state"] = _SELLING
    bank, account = (
        "" if key in without else clean_cell(getattr(entry, key)) for key in ("bank", "account")
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


def _planned(
    plan: RegisterPlan,
    entry: OnboardingEntry,
    application: Application,
    faults: Faults,
    *,
    corrects_name: bool,
) -> RowPlan | None:
    try:
        row = plan.take(application, corrects_name=corrects_name)
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
    if row.vendor is not None:
        note_names(row, row.vendor, entry, application, faults)
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
            evidence_sha256=entry.evidence_sha256 or None,
            witness=clean_text(entry.witness),
        )
        given = {vendor.id: now}
        record_consents(session, given, entry.purposes, proof=proof, actor=actor, now=now)
    derive_vendor_states(session, [market_id], actor=actor, now=now, vendor_ids=[vendor.id])
    told_before = link_way_of(session, vendor.id)
    if entry.link_by is not None and entry.link_by.value != told_before:
        record_event(
            session,
            EventAction.CHANGED,
            actor=actor,
            now=now,
            market_id=market_id,
            vendor_id=vendor.id,
            subject=_LINK_BY,
            from_value=told_before,
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
