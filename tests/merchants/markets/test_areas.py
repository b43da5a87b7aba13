"""Area groups, the commune of a market by date, and the territory of former Văn Yên."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from market.database import reading, writing
from merchants.actors import COMMAND
from merchants.errors import AdminUnitNotFound, AreaNotFound, EntryRefused, MarketNotFound
from merchants.find import find_market
from merchants.markets.areas import (
    VAN_YEN,
    add_member,
    end_member,
    find_area,
    list_areas,
    save_area,
    seed_van_yen,
)
from merchants.markets.communes import attach_commune, commune_of, communes_of
from merchants.markets.periods import Period, make_room
from merchants.markets.registration import MarketDetails, register_market
from merchants.tables import MarketCommune, RegisterEvent
from reconciliation.simulation.places import demo_markets
from tests.merchants.conftest import Register
from tests.merchants.queries import counted

MERGER = date(2025, 7, 1)
AFTER = date(2026, 11, 21)


@pytest.fixture
def seeded(register: Register) -> Register:
    """The demonstration markets with the territory of former Văn Yên."""
    with writing(register.engine) as session:
        seed_van_yen(session, actor=COMMAND, now=register.now)
    return register


def members(engine: sa.Engine, on: date, code: str = VAN_YEN) -> list[str]:
    with reading(engine) as session:
        return find_area(session, code).markets_on(on)


def test_the_territory_of_former_van_yen_holds_the_markets_of_its_communes(
    seeded: Register,
) -> None:
    assert members(seeded.engine, AFTER) == ["CQ", "DC", "LG", "MA"]
    assert members(seeded.engine, MERGER) == ["CQ", "DC", "LG", "MA"]
    assert members(seeded.engine, MERGER - timedelta(days=1)) == []


def test_the_caveat_names_the_commune_that_came_from_elsewhere(seeded: Register) -> None:
    with reading(seeded.engine) as session:
        area = find_area(session, VAN_YEN)

    assert area.name == "địa bàn huyện Văn Yên (cũ)"
    assert "An Lương" in area.caveat
    assert "rộng hơn" in area.caveat


def test_a_market_elsewhere_does_not_belong(register: Register) -> None:
    details = MarketDetails(
        code="HN",
        name="Chợ Đồng Xa",
        market_class=2,
        commune_code="00166",
        commune_name="Phường Cầu Giấy",
        commune_valid_from=MERGER,
    )
    with writing(register.engine) as session:
        register_market(session, details, now=register.now)
        joined = seed_van_yen(session, actor=COMMAND, now=register.now)

    assert joined == ["CQ", "DC", "LG", "MA"]


def test_seeding_again_adds_only_what_came_since(seeded: Register) -> None:
    events = len(seeded.all(RegisterEvent))
    with writing(seeded.engine) as session:
        assert seed_van_yen(session, actor=COMMAND, now=seeded.now) == []
    assert len(seeded.all(RegisterEvent)) == events

    details = MarketDetails(
        code="TH",
        name="Chợ Tân Hợp",
        market_class=3,
        commune_code="04429",
        commune_name="Xã Tân Hợp",
        commune_valid_from=MERGER,
    )
    with writing(seeded.engine) as session:
        register_market(session, details, now=seeded.now)
        assert seed_van_yen(session, actor=COMMAND, now=seeded.now) == ["TH"]


def test_seeding_leaves_what_people_decided(seeded: Register) -> None:
    with writing(seeded.engine) as session:
        end_member(session, VAN_YEN, "CQ", to_on=date(2026, 1, 31), actor=COMMAND, now=seeded.now)
        seed_van_yen(session, actor=COMMAND, now=seeded.now)

    assert "CQ" in members(seeded.engine, date(2026, 1, 31))
    assert "CQ" not in members(seeded.engine, date(2026, 2, 1))


def test_a_market_belongs_from_and_to_its_days(register: Register) -> None:
    options = {"actor": COMMAND, "now": register.now}
    with writing(register.engine) as session:
        save_area(session, code="DOT-1", name="Đợt 1", is_new=True, **options)
        assert add_member(session, "DOT-1", "MA", from_on=date(2026, 1, 1), **options)
        assert not add_member(session, "DOT-1", "MA", from_on=date(2026, 1, 1), **options)
        end_member(session, "DOT-1", "MA", to_on=date(2026, 3, 31), **options)
        assert add_member(session, "DOT-1", "MA", from_on=date(2026, 6, 1), **options)

    found = [members(register.engine, date(2026, month, 15), "DOT-1") for month in (2, 4, 7)]
    assert found == [["MA"], [], ["MA"]]


@pytest.mark.parametrize(
    ("from_on", "to_on", "field"),
    [
        (date(2026, 2, 1), None, "from_on"),
        (date(2025, 1, 1), date(2026, 1, 1), "from_on"),
        (date(2025, 5, 1), date(2025, 4, 1), "to_on"),
    ],
)
def test_days_that_overlap_or_run_backwards_are_refused(
    sqlite_register: Register, from_on: date, to_on: date | None, field: str
) -> None:
    options = {"actor": COMMAND, "now": sqlite_register.now}
    with writing(sqlite_register.engine) as session:
        save_area(session, code="DOT-1", name="Đợt 1", is_new=True, **options)
        add_member(session, "DOT-1", "MA", from_on=date(2026, 1, 1), **options)
        with pytest.raises(EntryRefused) as refusal:
            add_member(session, "DOT-1", "MA", from_on=from_on, to_on=to_on, **options)

    assert field in refusal.value.faults


def test_what_is_not_there_is_named(sqlite_register: Register) -> None:
    options = {"actor": COMMAND, "now": sqlite_register.now}
    with reading(sqlite_register.engine) as session:
        with pytest.raises(AreaNotFound, match="NO-AREA"):
            find_area(session, "NO-AREA")
        with pytest.raises(AreaNotFound):
            save_area(session, code="NO-AREA", name="x", is_new=False, **options)
    with writing(sqlite_register.engine) as session:
        save_area(session, code="A", name="x", is_new=True, **options)
        with pytest.raises(MarketNotFound):
            add_member(session, "A", "XX", from_on=AFTER, **options)
        with pytest.raises(EntryRefused, match="không thuộc"):
            end_member(session, "A", "MA", to_on=AFTER, **options)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "van yen"}, "code"),
        ({"code": "A" * 21}, "code"),
        ({"name": ""}, "name"),
        ({"caveat": "x" * 501}, "caveat"),
        ({"code": VAN_YEN}, "code"),
    ],
)
def test_an_area_nobody_could_use_is_refused(
    sqlite_register: Register, values: dict[str, str], field: str
) -> None:
    with writing(sqlite_register.engine) as session:
        seed_van_yen(session, actor=COMMAND, now=sqlite_register.now)
        with pytest.raises(EntryRefused) as refusal:
            save_area(
                session,
                **({"code": "DOT-1", "name": "Đợt 1"} | values),
                is_new=True,
                actor=COMMAND,
                now=sqlite_register.now,
            )

    assert list(refusal.value.faults) == [field]


def test_the_list_of_areas_takes_one_query(seeded: Register) -> None:
    with reading(seeded.engine) as session, counted(seeded.engine) as sent:
        areas = list_areas(session)

    assert len(sent) == 1
    assert [(area.code, len(area.members)) for area in areas] == [(VAN_YEN, 4)]


def test_a_market_is_told_by_the_old_units_and_by_the_new_ones(seeded: Register) -> None:
    with writing(seeded.engine) as session:
        market = find_market(session, "MA")
        span = attach_commune(
            session, market, "04375", from_on=date(2022, 1, 1), actor=COMMAND, now=seeded.now
        )
        assert (span.name, span.to_on) == ("Thị trấn Mậu A", date(2025, 6, 30))

    with reading(seeded.engine) as session:
        market = find_market(session, "MA")
        before = commune_of(session, market, date(2025, 6, 30))
        after = commune_of(session, market, MERGER)
        assert before is not None
        assert after is not None
        assert (before.name, after.name) == ("Thị trấn Mậu A", "Xã Mậu A")
        assert commune_of(session, market, date(2021, 12, 31)) is None
        assert market.commune_name == "Xã Mậu A"


def test_a_market_that_moves_has_the_new_commune_from_that_day(seeded: Register) -> None:
    with writing(seeded.engine) as session:
        market = find_market(session, "MA")
        attach_commune(
            session, market, "04399", from_on=date(2026, 11, 1), actor=COMMAND, now=seeded.now
        )

    with reading(seeded.engine) as session:
        market = find_market(session, "MA")
        assert (market.commune_code, market.commune_name) == ("04399", "Xã Đông Cuông")
        spans = communes_of(session, [market])[market.id or 0]
        assert [(span.code, span.from_on, span.to_on) for span in spans] == [
            ("04375", MERGER, date(2026, 10, 31)),
            ("04399", date(2026, 11, 1), None),
        ]


def test_a_commune_that_did_not_stand_is_refused(seeded: Register) -> None:
    with writing(seeded.engine) as session, pytest.raises(AdminUnitNotFound, match="04378"):
        attach_commune(
            session,
            find_market(session, "MA"),
            "04378",
            from_on=MERGER,
            actor=COMMAND,
            now=seeded.now,
        )


def test_registering_again_keeps_the_communes(seeded: Register) -> None:
    with writing(seeded.engine) as session:
        for details in demo_markets():
            register_market(session, details, now=seeded.now)

    with reading(seeded.engine) as session:
        rows = session.exec(select(MarketCommune)).all()
        assert [(row.from_on, row.to_on) for row in rows] == [(MERGER, None)] * 4


DAYS = st.dates(date(2024, 1, 1), date(2024, 3, 1))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = draw(DAYS)
    length = draw(st.none() | st.integers(0, 30))
    return Period(first, None if length is None else first + timedelta(days=length))


@given(st.lists(periods(), max_size=6))
def test_no_day_is_ever_in_two_periods_and_the_last_word_holds(told: list[Period]) -> None:
    known: list[Period] = []
    for new in told:
        known = [rest for rest in make_room(known, new) if rest is not None] + [new]

    for day in (date(2023, 12, 30) + timedelta(days=n) for n in range(120)):
        covering = [period for period in known if period.covers(day)]
        assert len(covering) <= 1
        if told and told[-1].covers(day):
            assert covering == [told[-1]]
