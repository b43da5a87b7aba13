"""Programmes and waves changed and ended: rules, events, and two people at once."""

from collections.abc import Callable
from datetime import date

import pytest

from market.database import reading, writing
from merchants.actors import COMMAND, Actor
from merchants.campaigns.programme_changes import (
    ProgrammeDetails,
    WaveDetails,
    change_programme,
    change_wave,
    end_programme,
    set_wave_markets,
)
from merchants.campaigns.programmes import ProgrammeEntry, find_programme
from merchants.errors import EntryRefused, ProgrammeChangedMeanwhile, ProgrammeNotFound
from merchants.kinds import EventAction
from tests.merchants.campaigns.campaigning import NOW, SINCE, events, programme
from tests.merchants.conftest import Register

UNTIL = date(2026, 12, 31)
DETAILS = ProgrammeDetails(
    name="Chợ 4.0 Văn Yên", legal_basis="KH 12/KH-UBND 05/08/2026", from_on=SINCE, to_on=UNTIL
)
FIRST = Actor(kind="staff", name="7")


def details(**changes: object) -> ProgrammeDetails:
    told = {name: getattr(DETAILS, name) for name in ("name", "legal_basis", "from_on", "to_on")}
    return ProgrammeDetails(**told | changes)


def read(register: Register) -> ProgrammeEntry:
    with reading(register.engine) as session:
        return find_programme(session, "CHO40")


def add(register: Register, **waves: list[str]) -> None:
    with writing(register.engine) as session:
        programme(session, "CHO40", **waves)


def change(register: Register, new: ProgrammeDetails, version: int, actor: Actor = FIRST) -> None:
    with writing(register.engine) as session:
        change_programme(session, "CHO40", new, version=version, actor=actor, now=NOW)


def told_events(register: Register) -> list[tuple[str, str, str]]:
    """Return the events of changes, those of adding left out."""
    found = events(register, EventAction.PROGRAMME_CHANGED)
    return [(one.subject, one.from_value, one.to_value) for one in found if "#" in one.subject]


def test_each_changed_field_is_an_event_with_both_values(register: Register) -> None:
    add(register)

    change(register, details(name="Chợ 4.0", to_on=None), 1)

    entry = read(register)
    assert (entry.name, entry.to_on, entry.version) == ("Chợ 4.0", None, 2)
    assert told_events(register) == [
        ("programme:CHO40:name#2", "Chợ 4.0 Văn Yên", "Chợ 4.0"),
        ("programme:CHO40:to_on#2", "2026-12-31", ""),
    ]


def test_the_second_of_two_is_told_what_the_first_changed(register: Register) -> None:
    add(register)
    change(register, details(name="Chợ 4.0"), 1)
    change(register, details(name="Chợ 4.0", legal_basis="QĐ 5"), 2)

    with pytest.raises(ProgrammeChangedMeanwhile) as refusal:
        change(register, details(name="Chợ số"), 1, COMMAND)

    assert [(one.field, one.actor, one.old, one.new) for one in refusal.value.changes] == [
        ("name", "staff:7", "Chợ 4.0 Văn Yên", "Chợ 4.0"),
        ("legal_basis", "staff:7", "KH 12/KH-UBND 05/08/2026", "QĐ 5"),
    ]
    assert read(register).name == "Chợ 4.0"


def test_the_same_once_more_changes_nothing_even_from_an_old_form(register: Register) -> None:
    add(register)
    change(register, details(name="Chợ 4.0"), 1)

    change(register, details(name="Chợ 4.0"), 1)

    assert read(register).version == 2
    assert len(told_events(register)) == 1


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (details(name=" "), "name"),
        (details(legal_basis="x" * 201), "legal_basis"),
        (details(from_on=date(2027, 1, 1)), "to_on"),
        (details(from_on=date(2026, 9, 2)), "from_on"),
        (details(to_on=date(2026, 10, 30)), "to_on"),
    ],
)
def test_a_programme_still_holds_its_waves(
    sqlite_register: Register, new: ProgrammeDetails, field: str
) -> None:
    add(sqlite_register, w1=["MA"])
    with writing(sqlite_register.engine) as session:
        wave = WaveDetails(from_on=SINCE, to_on=date(2026, 10, 31), market_codes=["MA"])
        change_wave(session, "CHO40", 1, wave, version=1, actor=COMMAND, now=NOW)

    with pytest.raises(EntryRefused) as refusal:
        change(sqlite_register, new, 1)

    assert field in refusal.value.faults
    assert read(sqlite_register).version == 1


def test_ending_a_programme_ends_the_waves_that_would_run_longer(register: Register) -> None:
    add(register, w1=["MA"], w2=["DC"])
    last = date(2026, 11, 30)
    with writing(register.engine) as session:
        over = WaveDetails(from_on=SINCE, to_on=date(2026, 10, 1), market_codes=["MA"])
        change_wave(session, "CHO40", 1, over, version=1, actor=COMMAND, now=NOW)

    with writing(register.engine) as session:
        ended = end_programme(session, "CHO40", to_on=last, version=1, actor=FIRST, now=NOW)
        again = end_programme(session, "CHO40", to_on=last, version=1, actor=FIRST, now=NOW)

    assert (ended, again) == ([2], [])
    entry = read(register)
    assert (entry.to_on, [wave.to_on for wave in entry.waves]) == (last, [date(2026, 10, 1), last])
    assert told_events(register)[-2:] == [
        ("programme:CHO40:to_on#2", "2026-12-31", "2026-11-30"),
        ("wave:CHO40/2:to_on#2", "", "2026-11-30"),
    ]


@pytest.mark.parametrize("last", [date(2026, 8, 31), date(2026, 9, 14)])
def test_a_programme_does_not_end_before_it_or_a_wave_began(
    sqlite_register: Register, last: date
) -> None:
    add(sqlite_register, w1=["MA"])
    with writing(sqlite_register.engine) as session:
        wave = WaveDetails(from_on=date(2026, 9, 15), market_codes=["MA"])
        change_wave(session, "CHO40", 1, wave, version=1, actor=COMMAND, now=NOW)

    with writing(sqlite_register.engine) as session, pytest.raises(EntryRefused) as refusal:
        end_programme(session, "CHO40", to_on=last, version=1, actor=COMMAND, now=NOW)

    assert list(refusal.value.faults) == ["to_on"]


def test_a_wave_changes_with_its_markets_and_tells_so(register: Register) -> None:
    add(register, w1=["MA", "LG"])

    with writing(register.engine) as session:
        wave = WaveDetails(name="Mở đầu", from_on=SINCE, market_codes=["MA", "DC"])
        changed = change_wave(session, "CHO40", 1, wave, version=1, actor=FIRST, now=NOW)

    assert changed == ["name", "market_codes"]
    (entry,) = read(register).waves
    assert ([code for code, _ in entry.markets], entry.version) == (["DC", "MA"], 2)
    assert told_events(register) == [
        ("wave:CHO40/1:name#2", "", "Mở đầu"),
        ("wave:CHO40/1:market_codes#2", "LG MA", "DC MA"),
    ]


def test_who_moves_markets_of_a_wave_just_changed_is_told(register: Register) -> None:
    add(register, w1=["MA"])
    with writing(register.engine) as session:
        set_wave_markets(session, "CHO40", 1, ["MA", "DC"], version=1, actor=FIRST, now=NOW)

    with writing(register.engine) as session, pytest.raises(ProgrammeChangedMeanwhile) as refusal:
        set_wave_markets(session, "CHO40", 1, ["LG"], version=1, actor=COMMAND, now=NOW)

    (told,) = refusal.value.changes
    assert (refusal.value.named, told.field, told.new) == ("CHO40/1", "market_codes", "DC MA")


@pytest.mark.parametrize(
    ("wave", "field"),
    [
        (WaveDetails(from_on=date(2026, 8, 31), market_codes=["MA"]), "from_on"),
        (WaveDetails(from_on=SINCE, to_on=date(2027, 1, 1), market_codes=["MA"]), "to_on"),
        (WaveDetails(from_on=SINCE, market_codes=[]), "market_codes"),
        (WaveDetails(from_on=SINCE, market_codes=["MA", "LG"]), "market_codes"),
    ],
)
def test_a_changed_wave_that_breaks_a_rule_is_refused(
    sqlite_register: Register, wave: WaveDetails, field: str
) -> None:
    add(sqlite_register, w1=["MA"], w2=["LG"])

    with writing(sqlite_register.engine) as session, pytest.raises(EntryRefused) as refusal:
        change_wave(session, "CHO40", 1, wave, version=1, actor=COMMAND, now=NOW)

    assert list(refusal.value.faults) == [field]


@pytest.mark.parametrize(
    "act",
    [
        lambda s: change_programme(s, "KHAC", DETAILS, version=1, actor=COMMAND, now=NOW),
        lambda s: end_programme(s, "KHAC", to_on=UNTIL, version=1, actor=COMMAND, now=NOW),
        lambda s: set_wave_markets(s, "CHO40", 9, ["MA"], actor=COMMAND, now=NOW),
    ],
)
def test_what_is_not_there_is_not_changed(
    sqlite_register: Register, act: Callable[..., object]
) -> None:
    add(sqlite_register, w1=["MA"])
    with writing(sqlite_register.engine) as session, pytest.raises(ProgrammeNotFound):
        act(session)
