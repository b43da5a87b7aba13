"""Programmes with their window and legal basis, their waves, and which markets begin in which."""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.entries import Faults
from merchants.errors import MarketNotFound, ProgrammeNotFound
from merchants.events import record_event
from merchants.kinds import EventAction
from merchants.tables import Market, Programme, Wave, WaveMarket

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}")
WAVE_NUMBER_MAX = 99


class Phase(StrEnum):
    """Where a day lies in a window of days."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveEntry:
    """A wave and the markets that begin together, by code."""

    number: int
    name: str
    from_on: date
    to_on: date | None
    markets: tuple[tuple[str, str], ...]
    """Code and name."""

    def phase(self, on: date) -> Phase:
        """Return whether the wave is to come, runs or is over on a day."""
        return phase_of(self.from_on, self.to_on, on)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeEntry:
    """A programme with its waves by number."""

    code: str
    name: str
    legal_basis: str
    from_on: date
    to_on: date | None
    waves: tuple[WaveEntry, ...]

    def phase(self, on: date) -> Phase:
        """Return whether the programme is to come, runs or is over on a day."""
        return phase_of(self.from_on, self.to_on, on)

    def wave_of(self, market_code: str) -> WaveEntry | None:
        """Return the one wave a market begins in; ``None`` = it is in none."""
        return next(
            (wave for wave in self.waves if any(code == market_code for code, _ in wave.markets)),
            None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProgramme:
    """A programme, or a time-bound campaign, as it is to be added; ``to_on`` ``None`` = open."""

    code: str
    name: str
    legal_basis: str
    from_on: date
    to_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWave:
    """A wave as it is to be added, with the codes of the markets that begin in it."""

    number: int
    name: str = ""
    from_on: date
    to_on: date | None = None
    market_codes: Collection[str]


def phase_of(first: date, last: date | None, on: date) -> Phase:
    """Return where a day lies in a window; ``None`` = the window stays open."""
    if on < first:
        return Phase.BEFORE
    return Phase.AFTER if last is not None and on > last else Phase.DURING


def wave_code(programme_code: str, number: int) -> str:
    """Return how targets name a wave, such as ``CHO40-2026/2``."""
    return f"{programme_code}/{number}"


def add_programme(session: Session, new: NewProgramme, *, actor: Actor, now: datetime) -> Programme:
    """Add a programme and return it.

    Raises:
        EntryRefused: the code is taken or cannot be one, a text is missing or too long, the window
            ends before it begins.
    """
    faults = Faults()
    code = new.code.strip().upper()
    if not _CODE.fullmatch(code):
        faults.say("code", "Mã gồm 1 đến 20 chữ A-Z, số và dấu gạch ngang, như CHO40-2026")
    name = faults.text("name", new.name, length_max=120, needed="Ghi tên chương trình")
    basis = faults.text(
        "legal_basis", new.legal_basis, length_max=200, needed="Ghi văn bản: số, cơ quan, ngày"
    )
    faults.span("to_on", new.from_on, new.to_on)
    if session.exec(select(Programme.id).where(Programme.code == code)).first() is not None:
        faults.say("code", f"Mã {code} đã có, chọn mã khác")
    faults.refuse_any()
    row = Programme(code=code, name=name, legal_basis=basis, from_on=new.from_on, to_on=new.to_on)
    session.add(row)
    session.flush()
    _remember(session, f"programme:{code}", name, actor=actor, now=now)
    return row


def add_wave(
    session: Session, programme_code: str, new: NewWave, *, actor: Actor, now: datetime
) -> Wave:
    """Add a wave with the markets that begin in it, and return it.

    Raises:
        ProgrammeNotFound: no programme has this code.
        MarketNotFound: no market has one of the codes.
        EntryRefused: the number is taken, the window lies outside the programme's, or a market is
            in another wave of the programme.
    """
    programme = _programme(session, programme_code)
    faults = Faults()
    name = faults.text("name", new.name, length_max=120)
    _check_number(session, programme, new.number, faults)
    _check_window(programme, new, faults)
    market_ids = _market_ids(session, new.market_codes, faults)
    _refuse_placed(session, programme, market_ids, faults, besides=None)
    faults.refuse_any()
    assert programme.id is not None
    row = Wave(
        programme_id=programme.id,
        number=new.number,
        name=name,
        from_on=new.from_on,
        to_on=new.to_on,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    session.add_all(WaveMarket(wave_id=row.id, market_id=id_) for id_ in market_ids.values())
    session.flush()
    subject = f"wave:{wave_code(programme.code, new.number)}"
    _remember(session, subject, " ".join(sorted(market_ids)), actor=actor, now=now)
    return row


def set_wave_markets(
    session: Session,
    programme_code: str,
    number: int,
    market_codes: Collection[str],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Say which markets begin in a wave; those not named leave it.

    Raises:
        ProgrammeNotFound: there is no such wave.
        MarketNotFound: no market has one of the codes.
        EntryRefused: no market is named, or one is in another wave of the programme.
    """
    programme = _programme(session, programme_code)
    wave = session.exec(
        select(Wave).where(Wave.programme_id == programme.id, Wave.number == number)
    ).one_or_none()
    if wave is None:
        raise ProgrammeNotFound(wave_code(programme_code, number))
    faults = Faults()
    wanted = _market_ids(session, market_codes, faults)
    _refuse_placed(session, programme, wanted, faults, besides=wave.id)
    faults.refuse_any()
    rows = list(session.exec(select(WaveMarket).where(WaveMarket.wave_id == wave.id)))
    present = {row.market_id for row in rows}
    if present == set(wanted.values()):
        return
    for row in rows:
        if row.market_id not in wanted.values():
            session.delete(row)
    assert wave.id is not None
    session.add_all(
        WaveMarket(wave_id=wave.id, market_id=id_) for id_ in wanted.values() if id_ not in present
    )
    session.flush()
    subject = f"wave:{wave_code(programme.code, number)}"
    _remember(session, subject, " ".join(sorted(wanted)), actor=actor, now=now)


def list_programmes(session: Session) -> list[ProgrammeEntry]:
    """Return the programmes with waves and markets, the newest window first; two queries."""
    markets: dict[int, list[tuple[str, str]]] = defaultdict(list)
    placed = (
        sa.select(col(WaveMarket.wave_id), col(Market.code), col(Market.name))
        .join(Market, col(Market.id) == col(WaveMarket.market_id))
        .order_by(col(Market.code))
    )
    for wave_id, code, name in session.execute(placed):
        markets[wave_id].append((code, name))
    waves: dict[int, list[WaveEntry]] = defaultdict(list)
    programmes: dict[int, Programme] = {}
    rows = sa.select(Programme, Wave).outerjoin(Wave, col(Wave.programme_id) == col(Programme.id))
    for programme, wave in session.execute(
        rows.order_by(col(Programme.from_on).desc(), col(Programme.code), col(Wave.number))
    ):
        programmes[programme.id] = programme
        if wave is not None:
            waves[programme.id].append(
                WaveEntry(
                    number=wave.number,
                    name=wave.name,
                    from_on=wave.from_on,
                    to_on=wave.to_on,
                    markets=tuple(markets[wave.id]),
                )
            )
    return [
        ProgrammeEntry(
            code=one.code,
            name=one.name,
            legal_basis=one.legal_basis,
            from_on=one.from_on,
            to_on=one.to_on,
            waves=tuple(waves[id_]),
        )
        for id_, one in programmes.items()
    ]


def find_programme(session: Session, code: str) -> ProgrammeEntry:
    """Return one programme with its waves; raise ``ProgrammeNotFound``."""
    for entry in list_programmes(session):
        if entry.code == code:
            return entry
    raise ProgrammeNotFound(code)


def _programme(session: Session, code: str) -> Programme:
    # Locked, so that two people cannot put one market into two waves at the same moment.
    query = select(Programme).where(Programme.code == code).with_for_update()
    found = session.exec(query).one_or_none()
    if found is None:
        raise ProgrammeNotFound(code)
    return found


def _check_number(session: Session, programme: Programme, number: int, faults: Faults) -> None:
    if not 1 <= number <= WAVE_NUMBER_MAX:
        faults.say("number", f"Số đợt từ 1 đến {WAVE_NUMBER_MAX}")
    taken = select(Wave.id).where(Wave.programme_id == programme.id, Wave.number == number)
    if session.exec(taken).first() is not None:
        faults.say("number", f"Đợt {number} đã có")


def _check_window(programme: Programme, new: NewWave, faults: Faults) -> None:
    faults.span("to_on", new.from_on, new.to_on)
    first, last = programme.from_on, programme.to_on
    if new.from_on < first:
        faults.say("from_on", f"Chương trình bắt đầu {first:%d/%m/%Y}, đợt không sớm hơn")
    if last is not None and (new.to_on or new.from_on) > last:
        faults.say("to_on", f"Chương trình kết thúc {last:%d/%m/%Y}, đợt không muộn hơn")


def _market_ids(session: Session, codes: Collection[str], faults: Faults) -> dict[str, int]:
    if not codes:
        faults.say("market_codes", "Chọn ít nhất một chợ")
    rows = session.exec(select(Market.code, Market.id).where(col(Market.code).in_(list(codes))))
    found = {code: id_ for code, id_ in rows if id_ is not None}
    for code in codes:
        if code not in found:
            raise MarketNotFound(code)
    return found


def _refuse_placed(
    session: Session,
    programme: Programme,
    market_ids: dict[str, int],
    faults: Faults,
    *,
    besides: int | None,
) -> None:
    """Note the markets that are in another wave: one wave of a programme is all a market begins in."""
    placed = (
        sa.select(col(Market.code), col(Wave.number))
        .join(WaveMarket, col(WaveMarket.market_id) == col(Market.id))
        .join(Wave, col(Wave.id) == col(WaveMarket.wave_id))
        .where(
            col(Wave.programme_id) == programme.id,
            col(Market.id).in_(list(market_ids.values())),
        )
        .order_by(col(Market.code))
    )
    if besides is not None:
        placed = placed.where(col(Wave.id) != besides)
    told = [f"{code} ở đợt {number}" for code, number in session.execute(placed)]
    if told:
        faults.say("market_codes", f"Mỗi chợ chỉ ở một đợt của chương trình: {', '.join(told)}")


def _remember(session: Session, subject: str, value: str, *, actor: Actor, now: datetime) -> None:
    record_event(
        session,
        EventAction.PROGRAMME_CHANGED,
        actor=actor,
        now=now,
        subject=subject,
        to_value=value[:200],
    )
