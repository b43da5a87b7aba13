"""Targets are added and never changed; the newest of a slot counts, the nearest measures a market."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, create_engine, select

from market.database import reading, writing
from merchants.actors import COMMAND
from merchants.campaigns.target_areas import areas_to_choose, markets_of_target
from merchants.campaigns.targets import (
    current_target,
    list_targets,
    plan_for,
    plans_of_all,
    plans_of_markets,
    set_target,
    target_entry,
    withdraw_target,
)
from merchants.errors import EntryRefused, TargetNotFound, TargetSetMeanwhile
from merchants.kinds import EventAction, TargetArea, TargetUnit
from merchants.tables import Market, Target
from tests import factories
from tests.merchants.campaigns.campaigning import NOW, area, events, new_target, programme, target
from tests.merchants.conftest import Register
from tests.merchants.queries import counted

NOVEMBER = date(2026, 11, 15)
WAVE = {"area": TargetArea.WAVE, "area_code": "CHO40/1"}
AREA = {"area": TargetArea.AREA, "area_code": "VAN-YEN-CU"}


def markets(session: Session, *codes: str) -> list[Market]:
    return [m for m in session.exec(select(Market)) if m.code in codes]


def test_a_market_is_measured_by_its_own_target_before_its_waves_and_its_areas(
    register: Register,
) -> None:
    with writing(register.engine) as session:
        programme(session, w1=["MA", "DC"])
        area(session, "VAN-YEN-CU", markets(session, "MA", "DC", "LG"))
        target(session, value_milli=85_000)
        target(session, value_milli=80_000, **WAVE)
        target(session, value_milli=75_000, **AREA)

    with reading(register.engine) as session:
        found = {code: plan_for(session, code, "S3", NOVEMBER) for code in ("MA", "DC", "LG", "CQ")}
    values = {code: plan.value_milli if plan else None for code, plan in found.items()}
    assert values == {"MA": 85_000, "DC": 80_000, "LG": 75_000, "CQ": None}


def test_a_sum_set_for_an_area_is_no_single_markets_plan(register: Register) -> None:
    money = {"indicator": "U8", "unit": TargetUnit.VND_PER_MARKET_DAY, "value_milli": 10**11}
    with writing(register.engine) as session:
        area(session, "VAN-YEN-CU", markets(session, "MA", "DC"))
        target(session, **AREA, **money)

    with reading(register.engine) as session:
        assert plan_for(session, "MA", "U8", NOVEMBER) is None
        assert plans_of_all(session, ["MA", "DC"], NOVEMBER)["U8"].value_milli == 10**11
        assert plans_of_all(session, ["MA"], NOVEMBER) == {}


def test_a_target_holds_only_in_its_period(register: Register) -> None:
    with writing(register.engine) as session:
        target(session, period_from=date(2026, 10, 1), period_to=date(2026, 10, 31))

    with reading(register.engine) as session:
        days = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1)]
        assert [plan_for(session, "MA", "S3", day) is not None for day in days] == [
            False, True, True, False,
        ]  # fmt: skip


def test_a_market_that_has_left_an_area_is_not_measured_by_it(register: Register) -> None:
    with writing(register.engine) as session:
        area(session, "VAN-YEN-CU", markets(session, "MA"), to_on=date(2026, 10, 31))
        row = new_target(**AREA, period_to=date(2026, 10, 15))
        set_target(session, row, actor=COMMAND, now=NOW)

    with reading(register.engine) as session:
        assert plan_for(session, "MA", "S3", date(2026, 10, 10)) is not None
        assert markets_of_target(session, TargetArea.AREA, "VAN-YEN-CU", NOVEMBER) == frozenset()


def test_a_newer_target_supersedes_and_the_old_one_stays(register: Register) -> None:
    with writing(register.engine) as session:
        first = target(session, value_milli=80_000)
        second = target(session, value_milli=82_500, supersedes=first, now=NOW + timedelta(1))

    with reading(register.engine) as session:
        plan = plan_for(session, "MA", "S3", NOVEMBER)
        assert plan is not None
        assert (plan.target_id, plan.value_milli) == (second, 82_500)
        history = list_targets(session, on=NOVEMBER, with_history=True)
        shown = list_targets(session, on=NOVEMBER)
    assert [(one.plan.value_milli, one.is_current) for one in history] == [
        (82_500, True),
        (80_000, False),
    ]
    assert [one.plan.target_id for one in shown] == [second]
    assert [row.value_milli for row in register.all(Target)] == [80_000, 82_500]


def test_who_replaces_a_target_must_have_seen_the_one_that_counts(register: Register) -> None:
    with writing(register.engine) as session:
        first = target(session)
        second = target(session, value_milli=90_000, supersedes=first, now=NOW + timedelta(1))
        for seen in (None, first):
            with pytest.raises(TargetSetMeanwhile) as refusal:
                target(session, value_milli=70_000, supersedes=seen)
            assert refusal.value.current_id == second


def test_the_same_target_once_more_is_not_added_again(register: Register) -> None:
    with writing(register.engine) as session:
        assert target(session) == target(session)

    assert len(register.all(Target)) == 1
    assert len(events(register, EventAction.TARGET_SET)) == 1


def test_a_withdrawn_target_plans_nothing_and_is_kept(register: Register) -> None:
    with writing(register.engine) as session:
        first = target(session)
        second = target(session, value_milli=90_000, supersedes=first)
        withdraw_target(session, second, reason="Kế hoạch mới", actor=COMMAND, now=NOW)

    with reading(register.engine) as session:
        assert plan_for(session, "MA", "S3", NOVEMBER) is None
        assert list_targets(session, on=NOVEMBER) == []
        history = list_targets(session, on=NOVEMBER, with_history=True)
        assert [one.is_withdrawn for one in history] == [True, False, False]
    (told,) = events(register, EventAction.TARGET_WITHDRAWN)
    assert told.note == "Kế hoạch mới"
    assert (told.from_value, told.to_value) == ("90000 percent", "")


def test_a_slot_can_be_planned_again_after_a_withdrawal(register: Register) -> None:
    with writing(register.engine) as session:
        first = target(session)
        withdraw_target(session, first, reason="Nhầm", actor=COMMAND, now=NOW)
        again = target(session, value_milli=60_000)

    with reading(register.engine) as session:
        found = plan_for(session, "MA", "S3", NOVEMBER)
    assert found is not None
    assert found.target_id == again


def test_only_the_target_that_counts_can_be_withdrawn(register: Register) -> None:
    with writing(register.engine) as session:
        first = target(session)
        second = target(session, value_milli=90_000, supersedes=first)
        with pytest.raises(TargetSetMeanwhile):
            withdraw_target(session, first, reason="Nhầm", actor=COMMAND, now=NOW)
        withdraw_target(session, second, reason="Nhầm", actor=COMMAND, now=NOW)
        with pytest.raises(TargetSetMeanwhile):
            withdraw_target(session, second, reason="Nhầm", actor=COMMAND, now=NOW)
        with pytest.raises(TargetNotFound):
            withdraw_target(session, 999, reason="Nhầm", actor=COMMAND, now=NOW)
        with pytest.raises(EntryRefused, match="reason"):
            withdraw_target(session, first, reason=" ", actor=COMMAND, now=NOW)
        with pytest.raises(TargetNotFound):
            target_entry(session, 999, on=NOVEMBER)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"legal_basis": "  "}, "legal_basis"),
        ({"legal_basis": "x" * 201}, "legal_basis"),
        ({"value_milli": 0}, "value_milli"),
        ({"value_milli": 100_001}, "value_milli"),
        ({"value_milli": 10**15 + 1, "unit": TargetUnit.VND}, "value_milli"),
        ({"baseline_milli": -1}, "baseline_milli"),
        ({"period_to": date(2026, 8, 31)}, "period_to"),
        ({"area_code": "XX"}, "area_code"),
        ({"area": TargetArea.WAVE, "area_code": "CHO40/9"}, "area_code"),
    ],
)
def test_a_target_that_breaks_a_rule_is_refused(
    sqlite_register: Register, changes: dict[str, Any], field: str
) -> None:
    with writing(sqlite_register.engine) as session, pytest.raises(EntryRefused) as refusal:
        target(session, **changes)

    assert list(refusal.value.faults) == [field]
    assert sqlite_register.all(Target) == []


def test_amounts_beyond_32_bits_are_kept(register: Register) -> None:
    # Forty million đồng a market day are forty billion thousandths.
    money = {"indicator": "U8", "unit": TargetUnit.VND_PER_MARKET_DAY}
    with writing(register.engine) as session:
        target(session, value_milli=40_000_000_000, baseline_milli=9_000_000_000, **money)

    (kept,) = register.all(Target)
    assert (kept.value_milli, kept.baseline_milli) == (40_000_000_000, 9_000_000_000)


def test_lists_can_be_narrowed_to_markets_and_an_indicator(register: Register) -> None:
    with writing(register.engine) as session:
        programme(session, w1=["MA", "DC"])
        area(session, "VAN-YEN-CU", markets(session, "MA", "DC", "LG"))
        target(session)
        target(session, **WAVE)
        target(session, **AREA, indicator="U1")
        target(session, area_code="LG")

    with reading(register.engine) as session:
        in_dc = list_targets(session, on=NOVEMBER, market_codes=["DC"])
        assert [(one.plan.area_code, one.area_name) for one in in_dc] == [
            ("VAN-YEN-CU", "Địa bàn VAN-YEN-CU"),
            ("CHO40/1", "Chợ 4.0 Văn Yên, đợt 1"),
        ]
        active = list_targets(session, on=NOVEMBER, indicator="U1")
        assert [one.plan.area for one in active] == [TargetArea.AREA]
        chosen = [code for _, code, _ in areas_to_choose(session, NOVEMBER)]
    assert chosen == ["VAN-YEN-CU", "CHO40/1", "CQ", "DC", "LG", "MA"]


def test_plans_of_many_markets_cost_the_same_queries(register: Register) -> None:
    with writing(register.engine) as session:
        target(session)
    with counted(register.engine) as few, reading(register.engine) as session:
        plan_for(session, "MA", "S3", NOVEMBER)
    with writing(register.engine) as session:
        for code in ("DC", "LG", "CQ"):
            for indicator in ("S3", "U1", "U3"):
                target(session, area_code=code, indicator=indicator)
    with counted(register.engine) as many, reading(register.engine) as session:
        found = plans_of_markets(session, ["MA", "DC", "LG", "CQ"], NOVEMBER)

    assert len(found) == 10
    assert len(many) == len(few) == 4


steps = st.lists(
    st.tuples(st.sampled_from(["S3", "U1"]), st.integers(1, 100_000), st.booleans()), max_size=14
)


@given(steps)
def test_superseding_and_withdrawing_never_lose_a_row(told: list[tuple[str, int, bool]]) -> None:
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(factories.market())
        session.flush()
        counts: dict[str, int | None] = {"S3": None, "U1": None}
        kept: list[tuple[int | None, int, bool]] = []
        for number, (indicator, value, is_withdrawal) in enumerate(told):
            now = NOW + timedelta(minutes=number)
            current = current_target(session, new_target(indicator=indicator))
            assert (current.value_milli if current else None) == counts[indicator]
            if is_withdrawal and current is not None and current.id is not None:
                withdraw_target(session, current.id, reason="đổi", actor=COMMAND, now=now)
                counts[indicator] = None
            elif not is_withdrawal:
                seen = current.id if current else None
                target(session, indicator=indicator, value_milli=value, supersedes=seen, now=now)
                counts[indicator] = value
            rows = [
                (row.id, row.value_milli, row.is_withdrawn) for row in session.exec(select(Target))
            ]
            # What stood there stands there still, in its order; at most one row came.
            assert rows[: len(kept)] == kept
            assert len(rows) - len(kept) <= 1
            kept = rows
    engine.dispose()
