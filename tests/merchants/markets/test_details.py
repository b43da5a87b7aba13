"""What is said about a market, who runs it, and its calendar as people change it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from market.database import reading, writing
from merchants.actors import Actor
from merchants.calendars.market_calendars import (
    Calendar,
    calendar_of,
    change_rule,
    correct_day,
    current_rules,
    preview,
    take_back_correction,
)
from merchants.errors import EntryRefused, MarketNotFound
from merchants.find import find_market
from merchants.frames import open_day_frame
from merchants.kinds import CalendarRule, MarketKind, OperatorKind
from merchants.markets.details import (
    MarketFacts,
    OperatorDetails,
    change_market,
    class_remark,
    derived_class,
    facts_of,
    operators_of,
    set_operator,
)
from merchants.tables import MarketCalendar, RegisterEvent
from tests.merchants.conftest import Register

TODAY = date(2026, 11, 21)
ANH_TOAN = Actor(kind="staff", name="7")
FACTS = MarketFacts(
    name="Chợ Mậu A",
    kind=MarketKind.RURAL,
    market_class=2,
    stalls_counted=236,
    stalls_counted_on=date(2026, 11, 1),
    contact_phone="+842163851234",
    contact_note="5:00 đến 18:00, có người nói tiếng Tày",
)


def calendar(register: Register, code: str, first: date, last: date) -> Calendar:
    with reading(register.engine) as session:
        return calendar_of(session, find_market(session, code), first, last)


@pytest.mark.parametrize(
    ("stalls", "market_class"), [(0, 3), (199, 3), (200, 2), (400, 2), (401, 1)]
)
def test_the_class_follows_from_the_count(stalls: int, market_class: int) -> None:
    assert derived_class(stalls) == market_class


def test_a_declared_class_that_differs_is_remarked_on() -> None:
    assert class_remark(2, 240) == ""
    assert class_remark(2, None) == ""
    assert "Khai hạng 2, nhưng 150 điểm kinh doanh là hạng 3" in class_remark(2, 150)


def test_what_changes_about_a_market_is_remembered_with_who_and_when(register: Register) -> None:
    with writing(register.engine) as session:
        changed = change_market(session, "MA", FACTS, actor=ANH_TOAN, now=register.now)

    assert changed == [
        "name", "kind", "stalls_counted", "stalls_counted_on", "contact_phone", "contact_note",
    ]  # fmt: skip
    with reading(register.engine) as session:
        assert facts_of(find_market(session, "MA")) == FACTS
    told = [e for e in register.all(RegisterEvent) if e.subject.startswith("market:")]
    assert [(e.subject, e.from_value, e.to_value, e.actor) for e in told][-4] == (
        "market:stalls_counted", "240", "236", "staff:7",
    )  # fmt: skip


def test_the_same_details_again_are_no_change(register: Register) -> None:
    with writing(register.engine) as session:
        change_market(session, "MA", FACTS, actor=ANH_TOAN, now=register.now)
        events = len(session.exec(select(RegisterEvent)).all())
        assert change_market(session, "MA", FACTS, actor=ANH_TOAN, now=register.now) == []
        assert len(session.exec(select(RegisterEvent)).all()) == events


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        (replace(FACTS, name=""), "name", "chưa có tên"),
        (replace(FACTS, name="x" * 121), "name", "121 ký tự, tối đa 120"),
        (replace(FACTS, market_class=4), "market_class", "hạng 1, 2 hoặc 3"),
        (replace(FACTS, stalls_counted=-1), "stalls_counted", "từ 0 đến"),
        (replace(FACTS, stalls_counted=None), "stalls_counted", "chưa có số gian hàng"),
        (replace(FACTS, stalls_counted_on=date(2026, 11, 22)), "stalls_counted_on", "chưa đến"),
        (replace(FACTS, contact_phone="0912 00"), "contact_phone", "có 6 chữ số"),
        (replace(FACTS, contact_phone="chị Mai"), "contact_phone", "10 chữ số"),
        (replace(FACTS, contact_note="x" * 121), "contact_note", "121 ký tự, tối đa 120"),
    ],
)
def test_wrong_details_are_refused_by_field(
    sqlite_register: Register, facts: MarketFacts, field: str, words: str
) -> None:
    with writing(sqlite_register.engine) as session, pytest.raises(EntryRefused) as refusal:
        change_market(session, "MA", facts, actor=ANH_TOAN, now=sqlite_register.now)

    assert words in refusal.value.faults[field]


def test_a_market_that_is_not_there_is_not_found(sqlite_register: Register) -> None:
    with writing(sqlite_register.engine) as session, pytest.raises(MarketNotFound):
        change_market(session, "XX", FACTS, actor=ANH_TOAN, now=sqlite_register.now)


def test_operators_follow_one_another_by_date(register: Register) -> None:
    board = OperatorDetails(
        kind=OperatorKind.MANAGEMENT_BOARD,
        name="Ban quản lý chợ Mậu A",
        supervised_by="UBND huyện Văn Yên",
    )
    commune = replace(board, supervised_by="UBND xã Mậu A", legal_basis="NĐ 125/2025/NĐ-CP")
    with writing(register.engine) as session:
        for details, day in ((board, date(2020, 1, 1)), (commune, date(2025, 7, 1))):
            assert set_operator(
                session, "MA", details, from_on=day, actor=ANH_TOAN, now=register.now
            )
        assert not set_operator(
            session, "MA", commune, from_on=TODAY, actor=ANH_TOAN, now=register.now
        )

    with reading(register.engine) as session:
        market = find_market(session, "MA")
        assert [(row.supervised_by, row.to_on) for row in operators_of(session, market)] == [
            ("UBND huyện Văn Yên", date(2025, 6, 30)),
            ("UBND xã Mậu A", None),
        ]


def test_an_operator_without_a_name_is_refused(sqlite_register: Register) -> None:
    nobody = OperatorDetails(kind=OperatorKind.OTHER, name="", legal_basis="x" * 201)
    with writing(sqlite_register.engine) as session, pytest.raises(EntryRefused) as refusal:
        set_operator(session, "MA", nobody, from_on=TODAY, actor=ANH_TOAN, now=sqlite_register.now)

    assert set(refusal.value.faults) == {"name", "legal_basis"}


def test_a_correction_opens_a_closed_day_and_counts_in_the_denominators(
    register: Register,
) -> None:
    sunday = date(2026, 11, 29)  # Lâm Giang opens on Saturdays
    with writing(register.engine) as session:
        correct_day(
            session, find_market(session, "LG"), sunday, is_open=True, note="hội xuân",
            actor=ANH_TOAN, now=register.now,
        )  # fmt: skip

    (day,) = calendar(register, "LG", sunday, sunday).days(sunday, sunday)
    assert (day.is_open, day.by_rule) == (True, False)
    assert day.correction is not None
    assert day.correction.note == "hội xuân"
    with reading(register.engine) as session:
        frame = open_day_frame(session, sunday, sunday)
        market_id = find_market(session, "LG").id
        assert frame.loc[frame["market_id"] == market_id, "is_open"].tolist() == [True]
    event = register.all(RegisterEvent)[-1]
    assert (event.action, event.subject, event.from_value, event.to_value) == (
        "calendar_corrected", "day:2026-11-29", "", "open",
    )  # fmt: skip


def test_a_correction_taken_back_leaves_the_word_to_the_rule(register: Register) -> None:
    with writing(register.engine) as session:
        market = find_market(session, "MA")
        options = {"actor": ANH_TOAN, "now": register.now}
        correct_day(session, market, TODAY, is_open=False, note="bão", **options)
        correct_day(session, market, TODAY, is_open=False, note="bão", **options)
        assert take_back_correction(session, market, TODAY, **options)
        assert not take_back_correction(session, market, TODAY, **options)

    assert calendar(register, "MA", TODAY, TODAY).open_days(TODAY, TODAY) == [TODAY]
    told = [e.to_value for e in register.all(RegisterEvent) if e.action == "calendar_corrected"]
    assert told == ["closed", ""]


def test_a_rule_changes_from_a_day_on_and_the_past_stays(register: Register) -> None:
    from_on = date(2026, 12, 1)
    with writing(register.engine) as session:
        market = find_market(session, "LG")
        change_rule(
            session, market, CalendarRule.WEEKLY, "weekdays=3|6", from_on=from_on,
            actor=ANH_TOAN, now=register.now,
        )  # fmt: skip

    found = calendar(register, "LG", date(2026, 11, 23), date(2026, 12, 6))
    assert found.open_days(date(2026, 11, 23), date(2026, 12, 6)) == [
        date(2026, 11, 28), date(2026, 12, 2), date(2026, 12, 5),
    ]  # fmt: skip
    rule = found.rule_on(from_on)
    assert rule is not None
    assert (rule.params, rule.valid_from) == ("weekdays=3|6", from_on)


def test_the_same_rule_again_is_no_change(register: Register) -> None:
    with writing(register.engine) as session:
        market = find_market(session, "LG")
        events = len(session.exec(select(RegisterEvent)).all())
        change_rule(
            session, market, CalendarRule.WEEKLY, "weekdays=6", from_on=TODAY,
            actor=ANH_TOAN, now=register.now,
        )  # fmt: skip
        assert len(session.exec(select(RegisterEvent)).all()) == events

    assert len(register.all(MarketCalendar)) == 4


@pytest.mark.parametrize(
    ("rule", "params", "from_on", "field", "words"),
    [
        (CalendarRule.WEEKLY, "", TODAY, "params", "ít nhất một thứ"),
        (CalendarRule.WEEKLY, "weekdays=8", TODAY, "params", "đang ghi: 8"),
        (CalendarRule.LUNAR_DAY, "days=31", TODAY, "params", "từ 1 đến 30"),
        (CalendarRule.BRANCH_DAY, "branches=Mèo con", TODAY, "params", "Tý đến Hợi"),
        (CalendarRule.EXPLICIT, "dates=2026-02-30", TODAY, "params", "dd/mm/yyyy"),
        (CalendarRule.DAILY, "x=1", TODAY, "params", "để trống"),
        (CalendarRule.EXPLICIT, f"dates={'1' * 200}", TODAY, "params", "tối đa 200"),
        (CalendarRule.DAILY, "", TODAY - timedelta(days=1), "from_on", "đã qua"),
        (CalendarRule.DAILY, "", date(2199, 1, 1), "from_on", "năm 2199"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused_in_words(
    sqlite_register: Register,
    rule: CalendarRule,
    params: str,
    from_on: date,
    field: str,
    words: str,
) -> None:
    with writing(sqlite_register.engine) as session, pytest.raises(EntryRefused) as refusal:
        change_rule(
            session, find_market(session, "LG"), rule, params, from_on=from_on,
            actor=ANH_TOAN, now=sqlite_register.now,
        )  # fmt: skip

    assert words in refusal.value.faults[field]


def test_a_preview_shows_six_weeks_with_corrections_and_writes_nothing(
    register: Register,
) -> None:
    with writing(register.engine) as session:
        market = find_market(session, "DC")
        correct_day(
            session, market, date(2026, 11, 26), is_open=False,
            actor=ANH_TOAN, now=register.now,
        )  # fmt: skip
    found = calendar(register, "DC", TODAY, TODAY + timedelta(days=60))

    days = preview(found, CalendarRule.BRANCH_DAY, "branches=Dần|Thân", from_on=TODAY)

    assert len(days) == 42
    opened = [day for day in days if day.is_open]
    assert {day.branch for day in opened} == {"Dần", "Thân"}
    assert len(opened) == 7 - sum(day.correction is not None and day.by_rule for day in days)
    assert all(rule.rule_type is not CalendarRule.BRANCH_DAY for rule in found.rules)
    assert len(register.all(MarketCalendar)) == 4


def test_each_market_has_its_rule_of_today_in_one_query(register: Register) -> None:
    with reading(register.engine) as session:
        rules = current_rules(session, TODAY)
        ids = {code: find_market(session, code).id or 0 for code in ("MA", "CQ")}

    assert rules[ids["MA"]].rule_type is CalendarRule.DAILY
    assert rules[ids["CQ"]].rule_type is CalendarRule.LUNAR_DAY


def test_a_day_no_calendar_reaches_and_a_note_too_long_are_refused(
    sqlite_register: Register,
) -> None:
    with writing(sqlite_register.engine) as session, pytest.raises(EntryRefused) as refusal:
        correct_day(
            session, find_market(session, "MA"), date(1800, 1, 1), is_open=True, note="x" * 201,
            actor=ANH_TOAN, now=datetime(2026, 11, 21, tzinfo=UTC),
        )  # fmt: skip

    assert set(refusal.value.faults) == {"day", "note"}
