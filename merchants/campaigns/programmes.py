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
from merchants.sentences import Sentence
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
    version: int
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
    version: int
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
        faults.say("code", Sentence("Mã {code} đã có, chọn mã khác", code=code))
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
    programme = locked_programme(session, programme_code)
    faults = Faults()
    name = faults.text("name", new.name, length_max=120)
    _check_number(session, programme, new.number, faults)
    check_wave_window(programme, new.from_on, new.to_on, faults)
    market_ids = ids_of_markets(session, new.market_codes, faults)
    refuse_placed(session, programme, market_ids, faults, besides=None)
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
                    version=wave.version,
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
            version=one.version,
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


def locked_programme(session: Session, code: str) -> Programme:
    """Return a programme for the changes of this transaction alone; raise ``ProgrammeNotFound``."""
    # Locked, so that two people cannot put one market into two waves at the same moment.
    query = select(Programme).where(Programme.code == code).with_for_update()
    found = session.exec(query).one_or_none()
    if found is None:
        raise ProgrammeNotFound(code)
    return found


def _check_number(session: Session, programme: Programme, number: int, faults: Faults) -> None:
    if not 1 <= number <= WAVE_NUMBER_MAX:
        faults.say("number", Sentence("Số đợt từ 1 đến {most}", most=WAVE_NUMBER_MAX))
    taken = select(Wave.id).where(Wave.programme_id == programme.id, Wave.number == number)
    if session.exec(taken).first() is not None:
        faults.say("number", Sentence("Đợt {number} đã có", number=number))


def check_wave_window(
    programme: Programme, from_on: date, to_on: date | None, faults: Faults
) -> None:
    """Note where a wave's window leaves that of its programme."""
    faults.span("to_on", from_on, to_on)
    first, last = programme.from_on, programme.to_on
    if from_on < first:
        faults.say(
            "from_on",
            Sentence("Chương trình bắt đầu {first:%d/%m/%Y}, đợt không sớm hơn", first=first),
        )
    if last is not None and (to_on or from_on) > last:
        faults.say(
            "to_on",
            Sentence("Chương trình kết thúc {last:%d/%m/%Y}, đợt không muộn hơn", last=last),
        )


def ids_of_markets(session: Session, codes: Collection[str], faults: Faults) -> dict[str, int]:
    """Return the ids of markets by code; raise ``MarketNotFound``."""
    if not codes:
        faults.say("market_codes", "Chọn ít nhất một chợ")
    rows = session.exec(select(Market.code, Market.id).where(col(Market.code).in_(list(codes))))
    found = {code: id_ for code, id_ in rows if id_ is not None}
    for code in codes:
        if code not in found:
            raise MarketNotFound(code)
    return found


def refuse_placed(
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
    told = tuple(
        Sentence("{code} ở đợt {number}", code=code, number=number)
        for code, number in session.execute(placed)
    )
    if told:
        faults.say(
            "market_codes",
            Sentence("Mỗi chợ chỉ ở một đợt của chương trình: {markets}", markets=told),
        )


def _remember(session: Session, subject: str, value: str, *, actor: Actor, now: datetime) -> None:
    record_event(
        session,
        EventAction.PROGRAMME_CHANGED,
        actor=actor,
        now=now,
        subject=subject,
        to_value=value[:200],
    )
