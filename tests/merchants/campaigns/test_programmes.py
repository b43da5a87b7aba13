"""Programmes and waves: windows, legal basis, and a market in one wave of a programme at most."""

from datetime import date

import pytest

from market.database import reading, writing
from merchants.actors import COMMAND
from merchants.campaigns.programme_changes import set_wave_markets
from merchants.campaigns.programmes import (
    NewProgramme,
    NewWave,
    Phase,
    add_programme,
    add_wave,
    find_programme,
    list_programmes,
    phase_of,
)
from merchants.errors import EntryRefused, MarketNotFound, ProgrammeNotFound
from merchants.kinds import EventAction
from tests.merchants.campaigns.campaigning import NOW, SINCE, events, programme
from tests.merchants.conftest import Register
from tests.merchants.queries import counted


def wave(number: int, *markets: str, **changes: object) -> NewWave:
    return NewWave(number=number, from_on=SINCE, market_codes=markets, **changes)  # type: ignore[arg-type]


def test_waves_list_their_markets(register: Register) -> None:
    with writing(register.engine) as session:
        programme(session, w1=["MA"], w2=["DC", "LG"])

    with reading(register.engine) as session:
        (found,) = list_programmes(session)
    assert (found.code, found.to_on) == ("CHO40", date(2026, 12, 31))
    assert [(one.number, [code for code, _ in one.markets]) for one in found.waves] == [
        (1, ["MA"]),
        (2, ["DC", "LG"]),
    ]
    second = found.wave_of("LG")
    assert second is not None
    assert second.number == 2
    assert found.wave_of("CQ") is None


def test_a_market_is_in_one_wave_of_a_programme_at_most(register: Register) -> None:
    with writing(register.engine) as session:
        programme(session, w1=["MA"])
        programme(session, code="NGAY-HOI", w1=["MA"])

    with (
        pytest.raises(EntryRefused, match="MA ở đợt 1"),
        writing(register.engine) as session,
    ):
        add_wave(session, "CHO40", wave(2, "DC", "MA"), actor=COMMAND, now=NOW)
    with reading(register.engine) as session:
        assert len(find_programme(session, "CHO40").waves) == 1


def test_a_market_may_move_to_a_wave_it_is_not_in_elsewhere(register: Register) -> None:
    with writing(register.engine) as session:
        programme(session, w1=["MA", "DC"], w2=["LG"])
        set_wave_markets(session, "CHO40", 1, ["MA"], actor=COMMAND, now=NOW)
        set_wave_markets(session, "CHO40", 2, ["LG", "DC"], actor=COMMAND, now=NOW)
        with pytest.raises(EntryRefused, match="DC ở đợt 2"):
            set_wave_markets(session, "CHO40", 1, ["MA", "DC"], actor=COMMAND, now=NOW)

    with reading(register.engine) as session:
        waves = find_programme(session, "CHO40").waves
    assert [[code for code, _ in one.markets] for one in waves] == [["MA"], ["DC", "LG"]]


def test_the_same_markets_once_more_change_nothing(register: Register) -> None:
    with writing(register.engine) as session:
        programme(session, w1=["MA"])
        set_wave_markets(session, "CHO40", 1, ["MA"], actor=COMMAND, now=NOW)

    assert [event.subject for event in events(register, EventAction.PROGRAMME_CHANGED)] == [
        "programme:CHO40",
        "wave:CHO40/1",
    ]


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (wave(1, "DC"), "number"),
        (wave(0, "DC"), "number"),
        (wave(2), "market_codes"),
        (wave(2, "DC", to_on=date(2026, 8, 1)), "to_on"),
        (wave(2, "DC", to_on=date(2027, 1, 1)), "to_on"),
        (NewWave(number=2, from_on=date(2026, 8, 31), market_codes=["DC"]), "from_on"),
        (wave(2, "DC", name="x" * 121), "name"),
    ],
)
def test_a_wave_that_breaks_a_rule_is_refused(
    sqlite_register: Register, new: NewWave, field: str
) -> None:
    with writing(sqlite_register.engine) as session:
        programme(session, w1=["MA"])
        with pytest.raises(EntryRefused) as refusal:
            add_wave(session, "CHO40", new, actor=COMMAND, now=NOW)

    assert list(refusal.value.faults) == [field]


def test_every_fault_of_a_programme_is_told_at_once(sqlite_register: Register) -> None:
    bad = NewProgramme(
        code="chợ 4.0", name=" ", legal_basis="", from_on=SINCE, to_on=date(2026, 1, 1)
    )
    with writing(sqlite_register.engine) as session, pytest.raises(EntryRefused) as refusal:
        add_programme(session, bad, actor=COMMAND, now=NOW)

    assert set(refusal.value.faults) == {"code", "name", "legal_basis", "to_on"}


def test_a_code_is_taken_once(sqlite_register: Register) -> None:
    with writing(sqlite_register.engine) as session:
        programme(session)
        with pytest.raises(EntryRefused, match="CHO40 đã có"):
            programme(session, code="cho40")


def test_what_is_not_there_is_named(sqlite_register: Register) -> None:
    with writing(sqlite_register.engine) as session:
        programme(session, w1=["MA"])
        with pytest.raises(ProgrammeNotFound, match="KHAC"):
            add_wave(session, "KHAC", wave(1, "MA"), actor=COMMAND, now=NOW)
        with pytest.raises(ProgrammeNotFound, match="CHO40/7"):
            set_wave_markets(session, "CHO40", 7, ["MA"], actor=COMMAND, now=NOW)
        with pytest.raises(MarketNotFound, match="XX"):
            add_wave(session, "CHO40", wave(2, "XX"), actor=COMMAND, now=NOW)
        with pytest.raises(ProgrammeNotFound, match="KHAC"):
            find_programme(session, "KHAC")


def test_a_day_is_before_during_or_after_a_window() -> None:
    first, last = date(2026, 5, 1), date(2026, 9, 27)

    assert phase_of(first, last, date(2026, 4, 30)) is Phase.BEFORE
    assert phase_of(first, last, first) is Phase.DURING
    assert phase_of(first, last, last) is Phase.DURING
    assert phase_of(first, last, date(2026, 9, 28)) is Phase.AFTER
    assert phase_of(first, None, date(2030, 1, 1)) is Phase.DURING


def test_listing_asks_the_same_queries_for_any_number(register: Register) -> None:
    with writing(register.engine) as session:
        programme(session, w1=["MA"])
    with counted(register.engine) as few, reading(register.engine) as session:
        list_programmes(session)
    with writing(register.engine) as session:
        programme(session, code="HAI", w1=["MA"], w2=["DC"], w3=["LG", "CQ"])
    with counted(register.engine) as many, reading(register.engine) as session:
        assert len(list_programmes(session)) == 2

    assert len(many) == len(few) == 2
