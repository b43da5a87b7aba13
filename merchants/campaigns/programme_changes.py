"""Change and end programmes and waves; two people who do it at once notice each other."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.campaigns.programmes import (
    check_wave_window,
    ids_of_markets,
    locked_programme,
    refuse_placed,
    wave_code,
)
from merchants.entries import Faults
from merchants.errors import FieldChange, ProgrammeChangedMeanwhile, ProgrammeNotFound
from merchants.events import record_events
from merchants.kinds import EventAction
from merchants.sentences import Sentence
from merchants.tables import Market, Programme, RegisterEvent, Wave, WaveMarket

VALUE_CHARS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeDetails:
    """What may be changed about a programme; ``to_on`` ``None`` = open."""

    name: str
    legal_basis: str
    from_on: date
    to_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveDetails:
    """What may be changed about a wave, with the codes of all markets that begin in it."""

    name: str = ""
    from_on: date
    to_on: date | None = None
    market_codes: Collection[str]


def change_programme(
    session: Session,
    code: str,
    details: ProgrammeDetails,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> list[str]:
    """Change a programme and return the names of what changed; the same once more changes nothing.

    Args:
        version: the one the form was filled from.

    Raises:
        ProgrammeNotFound: no programme has this code.
        ProgrammeChangedMeanwhile: somebody else changed it after this version.
        EntryRefused: a text is missing or too long, or a wave would lie outside the window.
    """
    programme = locked_programme(session, code)
    faults = Faults()
    wanted: dict[str, str | date | None] = {
        "name": faults.text("name", details.name, length_max=120, needed="Ghi tên chương trình"),
        "legal_basis": faults.text(
            "legal_basis",
            details.legal_basis,
            length_max=200,
            needed="Ghi văn bản: số, cơ quan, ngày",
        ),
        "from_on": details.from_on,
        "to_on": details.to_on,
    }
    changed = [name for name, value in wanted.items() if getattr(programme, name) != value]
    if not changed:
        return []
    _refuse_stale(session, programme, _programme_subject(code), version)
    faults.span("to_on", details.from_on, details.to_on)
    for wave in _waves(session, programme):
        _check_holds(details, wave, faults)
    faults.refuse_any()
    was = {name: getattr(programme, name) for name in changed}
    for name in changed:
        setattr(programme, name, wanted[name])
    programme.version += 1
    session.add(programme)
    session.flush()
    told = {name: (_told(was[name]), _told(wanted[name])) for name in changed}
    _remember(session, _programme_subject(code), programme.version, told, actor=actor, now=now)
    return changed


def end_programme(
    session: Session, code: str, *, to_on: date, version: int, actor: Actor, now: datetime
) -> list[int]:
    """Say on which day a programme ends; return the numbers of the waves that end with it.

    Waves that would run longer, or are open, end the same day.

    Raises:
        ProgrammeNotFound: no programme has this code.
        ProgrammeChangedMeanwhile: somebody else changed it after this version.
        EntryRefused: the day lies before the programme's first, or before a wave's.
    """
    programme = locked_programme(session, code)
    if programme.to_on == to_on:
        return []
    _refuse_stale(session, programme, _programme_subject(code), version)
    faults = Faults()
    faults.span("to_on", programme.from_on, to_on)
    waves = _waves(session, programme)
    for wave in waves:
        if wave.from_on > to_on:
            faults.say("to_on", _begins_after(wave))
    faults.refuse_any()
    was, programme.to_on = programme.to_on, to_on
    programme.version += 1
    session.add(programme)
    told = {"to_on": (_told(was), _told(to_on))}
    _remember(session, _programme_subject(code), programme.version, told, actor=actor, now=now)
    ended = [wave for wave in waves if wave.to_on is None or wave.to_on > to_on]
    for wave in ended:
        told = {"to_on": (_told(wave.to_on), _told(to_on))}
        wave.to_on = to_on
        wave.version += 1
        session.add(wave)
        subject = _wave_subject(code, wave.number)
        _remember(session, subject, wave.version, told, actor=actor, now=now)
    session.flush()
    return [wave.number for wave in ended]


def change_wave(
    session: Session,
    programme_code: str,
    number: int,
    details: WaveDetails,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> list[str]:
    """Change a wave and its markets and return the names of what changed.

    Raises:
        ProgrammeNotFound: there is no such wave.
        MarketNotFound: no market has one of the codes.
        ProgrammeChangedMeanwhile: somebody else changed the wave after this version.
        EntryRefused: the window lies outside the programme's, no market is named, or one is in
            another wave of the programme.
    """
    programme = locked_programme(session, programme_code)
    wave = _wave(session, programme, number)
    faults = Faults()
    fields: dict[str, str | date | None] = {
        "name": faults.text("name", details.name, length_max=120),
        "from_on": details.from_on,
        "to_on": details.to_on,
    }
    was_in = _markets_in(session, wave)
    wanted = ids_of_markets(session, details.market_codes, faults)
    told = {
        name: (_told(getattr(wave, name)), _told(value))
        for name, value in fields.items()
        if getattr(wave, name) != value
    }
    if set(wanted) != set(was_in):
        told["market_codes"] = (" ".join(sorted(was_in)), " ".join(sorted(wanted)))
    if not told:
        faults.refuse_any()
        return []
    _refuse_stale(session, wave, _wave_subject(programme_code, number), version)
    check_wave_window(programme, details.from_on, details.to_on, faults)
    refuse_placed(session, programme, wanted, faults, besides=wave.id)
    faults.refuse_any()
    for name, value in fields.items():
        setattr(wave, name, value)
    _place(session, wave, was_in, wanted)
    wave.version += 1
    session.add(wave)
    session.flush()
    subject = _wave_subject(programme_code, number)
    _remember(session, subject, wave.version, told, actor=actor, now=now)
    return list(told)


def set_wave_markets(
    session: Session,
    programme_code: str,
    number: int,
    market_codes: Collection[str],
    *,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say which markets begin in a wave; those not named leave it.

    Args:
        version: the one the markets were chosen from; ``None`` = whichever it is.

    Raises:
        ProgrammeNotFound, MarketNotFound, ProgrammeChangedMeanwhile, EntryRefused: as
            ``change_wave``.
    """
    wave = _wave(session, locked_programme(session, programme_code), number)
    details = WaveDetails(
        name=wave.name, from_on=wave.from_on, to_on=wave.to_on, market_codes=market_codes
    )
    version = wave.version if version is None else version
    change_wave(session, programme_code, number, details, version=version, actor=actor, now=now)


def _waves(session: Session, programme: Programme) -> list[Wave]:
    query = select(Wave).where(Wave.programme_id == programme.id).order_by(col(Wave.number))
    return list(session.exec(query))


def _wave(session: Session, programme: Programme, number: int) -> Wave:
    for wave in _waves(session, programme):
        if wave.number == number:
            return wave
    raise ProgrammeNotFound(wave_code(programme.code, number))


def _markets_in(session: Session, wave: Wave) -> dict[str, int]:
    rows = session.exec(
        select(Market.code, Market.id)
        .join(WaveMarket, col(WaveMarket.market_id) == col(Market.id))
        .where(WaveMarket.wave_id == wave.id)
    )
    return {code: id_ for code, id_ in rows if id_ is not None}


def _place(
    session: Session, wave: Wave, was_in: Mapping[str, int], wanted: Mapping[str, int]
) -> None:
    assert wave.id is not None
    for code in was_in.keys() - wanted.keys():
        session.delete(session.get_one(WaveMarket, (wave.id, was_in[code])))
    session.add_all(
        WaveMarket(wave_id=wave.id, market_id=wanted[code])
        for code in wanted.keys() - was_in.keys()
    )


def _check_holds(details: ProgrammeDetails, wave: Wave, faults: Faults) -> None:
    """Note a wave that a programme's new window would leave outside."""
    if wave.from_on < details.from_on:
        faults.say(
            "from_on",
            Sentence(
                "Đợt {number} bắt đầu {first:%d/%m/%Y}, chương trình không muộn hơn",
                number=wave.number,
                first=wave.from_on,
            ),
        )
    if details.to_on is None:
        return
    if wave.from_on > details.to_on:
        faults.say("to_on", _begins_after(wave))
    elif wave.to_on is not None and wave.to_on > details.to_on:
        faults.say(
            "to_on",
            Sentence(
                "Đợt {number} kết thúc {last:%d/%m/%Y}, chương trình không sớm hơn",
                number=wave.number,
                last=wave.to_on,
            ),
        )


def _begins_after(wave: Wave) -> Sentence:
    return Sentence(
        "Đợt {number} bắt đầu {first:%d/%m/%Y}, sau ngày cuối này: sửa đợt trước",
        number=wave.number,
        first=wave.from_on,
    )


def _refuse_stale(session: Session, row: Programme | Wave, subject: str, version: int) -> None:
    if row.version != version:
        raise ProgrammeChangedMeanwhile(
            subject.partition(":")[2], _changes_since(session, subject, version)
        )


def _changes_since(session: Session, subject: str, version: int) -> list[FieldChange]:
    query = (
        select(RegisterEvent)
        .where(
            col(RegisterEvent.action) == EventAction.PROGRAMME_CHANGED.value,
            col(RegisterEvent.subject).startswith(f"{subject}:", autoescape=True),
        )
        .order_by(col(RegisterEvent.id))
    )
    return [
        FieldChange(
            field=event.subject.removeprefix(f"{subject}:").partition("#")[0],
            actor=event.actor,
            at=event.at,
            old=event.from_value,
            new=event.to_value,
        )
        for event in session.exec(query)
        if int(event.subject.rpartition("#")[2]) > version
    ]


def _programme_subject(code: str) -> str:
    return f"programme:{code}"


def _wave_subject(programme_code: str, number: int) -> str:
    return f"wave:{wave_code(programme_code, number)}"


def _told(value: str | date | None) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""


def _remember(
    session: Session,
    subject: str,
    version: int,
    told: Mapping[str, tuple[str, str]],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write one event for each field: what it was and what it is."""
    record_events(
        session,
        [
            {
                "action": EventAction.PROGRAMME_CHANGED,
                "subject": f"{subject}:{field}#{version}",
                "from_value": was[:VALUE_CHARS_MAX],
                "to_value": new[:VALUE_CHARS_MAX],
            }
            for field, (was, new) in told.items()
        ],
        actor=actor,
        now=now,
    )
