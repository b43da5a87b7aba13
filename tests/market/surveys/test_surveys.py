"""Surveys from the plan to the estimate, on both databases."""

import json
from datetime import date

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.survey.design import sample_size_for_ratio
from market.adoption.survey.estimate import StallDay, estimate_share
from market.adoption.survey.response import Bias
from market.database import reading, writing
from market.survey_kinds import Allocation, Answer
from market.surveys.answering import FILE_COLUMNS, Told, enter_file, record_answer
from market.surveys.drawing import differs_from_record
from market.surveys.errors import SurveyFileRefused, SurveyNotFound
from market.surveys.planning import plan_survey
from market.surveys.results import Untold, survey_result
from market.surveys.visits import (
    find_survey,
    find_visit,
    list_surveys,
    next_visit,
    visits_of_survey,
)
from market.tables import Survey, SurveyAnswer, SurveyStratum, SurveyVisit
from merchants.errors import EntryRefused, MarketNotFound
from merchants.kinds import StallState
from merchants.tables import CalendarCorrection, Market, Stall
from tests.market import books
from tests.market.surveys import surveying
from tests.market.surveys.surveying import ECONOMIST, LATER, SEED, wish
from tests.merchants.queries import counted

TODAY = date(2026, 11, 5)


@pytest.fixture
def markets(engine: sa.Engine) -> sa.Engine:
    """Mậu A with 25 stalls, Lâm Giang with 6, no transaction."""
    with writing(engine) as session:
        books.register(session)
    return engine


# --- the plan ---


def test_a_plan_tells_sizes_and_the_half_width_to_expect(markets: sa.Engine) -> None:
    with reading(markets) as session:
        plan = plan_survey(session, wish(margin_permille=100))

    # r = 0,1/0,3, v = 1,5, N = 31, 80 % answer
    wanted = sample_size_for_ratio(31, 1 / 3, variation=1.5, response_rate=0.8)
    assert (plan.population, plan.size) == (31, wanted)
    assert plan.half_width == pytest.approx(0.1, abs=0.02)
    # 96,04/(1 + 95,04/31) = 23,6 for a share to ± 0,1, and 23,6/0,8 = 29,5
    assert plan.size_for_share == 30
    assert {str(one.name): one.population for one in plan.strata} == {
        "LG/khác/thường": 6,
        "MA/Rau củ/thường": 25,
    }
    assert [(one.code, one.open_days) for one in plan.markets] == [("LG", 5), ("MA", 31)]


def test_the_largest_stalls_are_all_asked(markets: sa.Engine) -> None:
    with writing(markets) as session:
        session.execute(
            sa.update(Stall).where(col(Stall.code).in_(("A01", "A02", "A03"))).values(area_m2=30)
        )
    with reading(markets) as session:
        plan = plan_survey(session, wish(size=12))

    sizes = {str(one.name): (one.population, one.sample_size) for one in plan.strata}
    assert (sizes["MA//lớn"], sizes["LG//lớn"]) == ((3, 3), (3, 3))


def test_the_next_survey_asks_more_where_the_last_one_differed_more(markets: sa.Engine) -> None:
    with writing(markets) as session:
        session.execute(
            sa.update(Stall).where(col(Stall.code) > "A10").values(goods_group="Thịt cá")
        )
        survey = surveying.drawn(session, market_codes=("MA",), size=20)
        for one in visits_of_survey(session, survey.id or 0):
            number = int(one.stall_code[1:])
            told = Told(
                outcome=Answer.ANSWERED,
                digital_vnd=0,
                cash_vnd=number * 100_000 if number > 10 else 50_000 + number,
            )
            record_answer(session, one, told, actor=ECONOMIST, now=LATER)
        plan = plan_survey(
            session, wish(market_codes=("MA",), size=10, allocation=Allocation.NEYMAN)
        )

    sizes = {one.name.goods_group: one.sample_size for one in plan.strata}
    assert sizes == {"Rau củ": 2, "Thịt cá": 8}


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"name": ""}, "name", "Chưa có tên"),
        ({"market_codes": ()}, "market_codes", "Chưa chọn chợ"),
        ({"last_on": date(2026, 9, 1)}, "last_on", "Ngày cuối đang trước ngày đầu"),
        ({"last_on": date(2027, 9, 1)}, "last_on", "quá dài"),
        ({"margin_permille": 0}, "margin_permille", "cần từ 5 đến 300"),
        ({"last_hour": 6}, "last_hour", "Giờ cuối phải sau giờ đầu"),
        ({"size": 3}, "size", "2 nhóm cần ít nhất 4 lượt"),
    ],
)
def test_a_wish_out_of_bounds_is_told_at_its_field(
    markets: sa.Engine, changes: dict[str, object], field: str, said: str
) -> None:
    with reading(markets) as session, pytest.raises(EntryRefused) as refused:
        plan_survey(session, wish(**changes))

    assert said in refused.value.faults[field]


def test_markets_without_stalls_or_days_are_said_and_the_others_drawn(markets: sa.Engine) -> None:
    with writing(markets) as session:
        lg = session.exec(select(Market).where(Market.code == "LG")).one()
        session.execute(
            sa.update(Stall).where(col(Stall.market_id) == lg.id).values(state=StallState.VACANT)
        )
    with reading(markets) as session:
        plan = plan_survey(session, wish())
        with pytest.raises(EntryRefused) as refused:
            plan_survey(session, wish(market_codes=("LG",)))
        with pytest.raises(EntryRefused) as closed:
            # Lâm Giang is open on Saturdays, and the fifth is a Monday.
            plan_survey(
                session,
                wish(market_codes=("MA",), first_on=date(2025, 10, 5), last_on=date(2025, 10, 5)),
            )
        with pytest.raises(MarketNotFound):
            plan_survey(session, wish(market_codes=("XX",)))

    assert [one.code for one in plan.without_stalls] == ["LG"]
    assert {one.name.market_code for one in plan.strata} == {"MA"}
    assert "chưa bốc được ai" in refused.value.faults["market_codes"]
    assert "ngày họp" in closed.value.faults["market_codes"]


# --- the draw ---


def test_a_draw_is_recorded_so_that_anybody_can_draw_it_again(markets: sa.Engine) -> None:
    with writing(markets) as session:
        survey = surveying.drawn(session, size=14)
        other = surveying.drawn(session, size=14)
        number = survey.id or 0
        visits = visits_of_survey(session, number)

        assert differs_from_record(session, number) == []
        assert _places(visits) == _places(visits_of_survey(session, other.id or 0))
        assert (survey.seed, survey.drawn_by, survey.size) == (SEED, "staff:1", 14)
        assert sum(not one.is_reserve for one in visits) == 14
        assert sum(one.is_reserve for one in visits) == 2
        saturdays = {one.asked_on for one in visits if one.market_code == "LG"}
        assert saturdays <= set(books.SATURDAYS)
        assert {one.sheet for one in visits} == {1, 2}
        # A draw that was tampered with shows.
        visit = session.exec(select(SurveyVisit).order_by(col(SurveyVisit.id))).first()
        assert visit is not None
        visit.asked_on = date(2026, 10, 20) if visit.asked_on.day != 20 else date(2026, 10, 21)
        session.flush()
        assert len(differs_from_record(session, number)) == 2
        with pytest.raises(SurveyNotFound):
            differs_from_record(session, 99)


def _places(visits: object) -> list[tuple[object, ...]]:
    assert isinstance(visits, list)
    return [
        (one.market_code, one.sheet, one.row, one.stall_code, one.asked_on, one.quarter_minute)
        for one in visits
    ]


def test_lists_are_parts_of_the_walk_and_ordered_by_day(markets: sa.Engine) -> None:
    with writing(markets) as session:
        survey = surveying.drawn(session, market_codes=("MA",), size=20, reserve=0)
        visits = visits_of_survey(session, survey.id or 0)

    first, second = ([one for one in visits if one.sheet == n] for n in (1, 2))
    assert abs(len(first) - len(second)) <= 1
    assert max(one.stall_code for one in first) < min(one.stall_code for one in second)
    assert [one.asked_on for one in first] == sorted(one.asked_on for one in first)
    assert [one.row for one in second] == list(range(1, len(second) + 1))


def test_a_draw_asks_as_much_of_the_database_for_any_size(markets: sa.Engine) -> None:
    sent = []
    for size in (8, 30):
        with counted(markets) as statements, writing(markets) as session:
            surveying.drawn(session, size=size)
            session.flush()
        sent.append(len(statements))

    assert sent[0] == sent[1]


# --- answers ---


def test_answers_are_only_added_and_the_newest_counts(markets: sa.Engine) -> None:
    with writing(markets) as session:
        survey = surveying.drawn(session, size=8)
        visit = visits_of_survey(session, survey.id or 0)[0]
        for outcome in (Answer.ABSENT, Answer.REFUSED):
            record_answer(session, visit, Told(outcome=outcome), actor=ECONOMIST, now=LATER)

        rows = session.exec(select(SurveyAnswer).order_by(col(SurveyAnswer.id))).all()
        assert [row.outcome for row in rows] == [Answer.ABSENT, Answer.REFUSED]
        assert {row.recorded_by for row in rows} == {"staff:1"}
        assert find_visit(session, visit.market_code, visit.id).outcome is Answer.REFUSED


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (Told(outcome=Answer.ANSWERED), "cash_vnd"),
        (Told(outcome=Answer.ANSWERED, cash_vnd=5), "digital_vnd"),
        (Told(outcome=Answer.REFUSED, cash_vnd=5), "cash_vnd"),
        (Told(outcome=Answer.ANSWERED, cash_vnd=2_000_000_000, digital_vnd=0), "cash_vnd"),
        (Told(outcome=Answer.ABSENT, counted_cash=5), "counted_digital"),
    ],
)
def test_what_does_not_hold_together_is_refused(markets: sa.Engine, told: Told, field: str) -> None:
    with writing(markets) as session:
        visit = visits_of_survey(session, surveying.drawn(session, size=8).id or 0)[0]
        with pytest.raises(EntryRefused) as refused:
            record_answer(session, visit, told, actor=ECONOMIST, now=LATER)
        assert session.exec(select(SurveyAnswer)).all() == []

    assert field in refused.value.faults


def test_nobody_is_asked_before_the_day(markets: sa.Engine) -> None:
    with writing(markets) as session:
        visit = visits_of_survey(session, surveying.drawn(session, size=8).id or 0)[-1]
        with pytest.raises(EntryRefused) as refused:
            record_answer(
                session,
                visit,
                Told(outcome=Answer.REFUSED),
                actor=ECONOMIST,
                now=surveying.DRAWN_AT.replace(month=9),
            )

    assert "chưa tới ngày" in refused.value.faults["outcome"]


def test_a_file_is_written_down_line_by_line_and_once(markets: sa.Engine) -> None:
    with writing(markets) as session:
        survey = surveying.drawn(session, size=8)
        one, two, three = (each.id for each in visits_of_survey(session, survey.id or 0)[:3])
        text = "\ufeff" + "\r\n".join(
            [
                ",".join(FILE_COLUMNS),
                f"{one},answered,120000,30000,4,1",
                f"{two},refused_for_tax,,,,",
                f"{three},answered,12.5,0,,",
                "999999,answered,1,1,,",
                f"{three},maybe,,,,",
            ]
        )

        told = enter_file(session, survey.id or 0, text, actor=ECONOMIST, now=LATER)
        again = enter_file(session, survey.id or 0, text, actor=ECONOMIST, now=LATER)

        assert (told.recorded, [row.line for row in told.rejected]) == (2, [4, 5, 6])
        assert "“12.5” chưa phải số nguyên" in told.rejected[0].reason
        assert (again.recorded, again.unchanged) == (0, 2)
        with pytest.raises(SurveyFileRefused, match="outcome"):
            enter_file(session, survey.id or 0, "visit\n1\n", actor=ECONOMIST, now=LATER)


def test_who_comes_next_is_the_next_one_due_on_the_list(markets: sa.Engine) -> None:
    with writing(markets) as session:
        survey = surveying.drawn(session, market_codes=("MA",), size=8, reserve=0, sheets=1)
        visits = visits_of_survey(session, survey.id or 0)
        record_answer(session, visits[1], Told(outcome=Answer.REFUSED), actor=ECONOMIST, now=LATER)
        visits = visits_of_survey(session, survey.id or 0)

    assert next_visit(visits, visits[0], TODAY) == visits[2]
    assert next_visit(visits, visits[-1], TODAY) == visits[0]
    assert next_visit(visits, visits[0], date(2026, 9, 1)) is None


# --- what comes of it ---


def test_the_estimate_is_that_of_the_pure_function(markets: sa.Engine) -> None:
    with writing(markets) as session:
        survey = surveying.drawn(session, size=20)
        visits = surveying.answer_all(session, survey)
        found = survey_result(session, survey, today=TODAY, p_percent=15)

    populations = {"LG": 6, "MA": 25}
    answers = [StallDay(one.market_code, *surveying.takings(one)) for one in visits]
    # A weekly market: its stalls take money on as many days as it meets.
    days = {code: len(own) for code, own in json.loads(survey.frame)["open_days"].items()}
    assert days["LG"] < days["MA"]
    expected = estimate_share(answers, populations, days=days, seed=0)
    assert found.result.share == pytest.approx(expected.share)
    assert found.result.standard_error == pytest.approx(expected.standard_error)
    assert found.result.bootstrap is not None
    assert found.result.bootstrap.low == pytest.approx(expected.bootstrap.low, abs=0.02)
    assert (found.result.answers, found.result.population) == (20, 31)
    assert found.response.rate == 1
    assert found.counted is not None
    assert found.counted.payments == 60 + sum(one.digital_vnd > 0 for one in answers)
    # Of Lâm Giang four or five stalls answered: too few to be told alone.
    by_market = {one.code: one.result for one in found.markets}
    assert by_market["LG"].untold is Untold.UNSAFE
    assert by_market["LG"].share is None
    assert by_market["MA"].share is not None


def test_one_stall_that_takes_nearly_everything_is_not_told(markets: sa.Engine) -> None:
    with writing(markets) as session:
        survey = surveying.drawn(session, size=20)
        visits = surveying.answer_all(session, survey)
        told = Told(outcome=Answer.ANSWERED, cash_vnd=90_000_000, digital_vnd=0)
        record_answer(session, visits[-1], told, actor=ECONOMIST, now=LATER)
        found = survey_result(session, survey, today=TODAY, p_percent=15)

    assert found.result.untold is Untold.UNSAFE
    assert found.result.share is None
    assert found.result.interval is None


def test_stalls_of_one_business_count_as_one(markets: sa.Engine) -> None:
    from merchants.tables import Vendor

    with writing(markets) as session:
        session.execute(sa.update(Vendor).values(business_name="Một nhà"))
        survey = surveying.drawn(session, size=20)
        surveying.answer_all(session, survey)
        found = survey_result(session, survey, today=TODAY, p_percent=15)

    assert found.result.untold is Untold.UNSAFE


def test_nobody_answered_is_said_as_such(markets: sa.Engine) -> None:
    with writing(markets) as session:
        survey = surveying.drawn(session, size=8)
        before = survey_result(session, survey, today=surveying.DRAWN_AT.date(), p_percent=None)
        for one in visits_of_survey(session, survey.id or 0):
            told = Told(outcome=Answer.REFUSED_FOR_TAX)
            record_answer(session, one, told, actor=ECONOMIST, now=LATER)
        after = survey_result(session, survey, today=TODAY, p_percent=None)

    assert before.result.untold is Untold.NOT_BEGUN
    assert before.response.rate is None
    assert after.result.untold is Untold.NOBODY_ANSWERED
    assert (after.response.rate, after.counted) == (0, None)
    assert {Bias.TAX_REFUSAL, Bias.LOW_RESPONSE} <= set(after.biases)


def test_no_takings_at_all_have_no_share(markets: sa.Engine) -> None:
    with writing(markets) as session:
        survey = surveying.drawn(session, size=20)
        for one in visits_of_survey(session, survey.id or 0):
            told = Told(outcome=Answer.ANSWERED, cash_vnd=0, digital_vnd=0)
            record_answer(session, one, told, actor=ECONOMIST, now=LATER)
        found = survey_result(session, survey, today=TODAY, p_percent=15)

    assert found.result.untold is Untold.NO_TAKINGS


def test_days_left_out_count_as_not_met_and_a_silent_market_is_named(markets: sa.Engine) -> None:
    with writing(markets) as session:
        survey = surveying.drawn(session, size=20)
        lg = [one for one in visits_of_survey(session, survey.id or 0) if one.market_code == "LG"]
        surveying.answer_all(session, survey, besides=[one.id for one in lg])
        found = survey_result(session, survey, today=TODAY, p_percent=15)

    left = sum(not one.is_reserve for one in lg)
    assert (found.overdue, found.waiting) == (left, 0)
    assert found.response.rate == pytest.approx((20 - left) / 20)
    assert found.silent == ["LG"]
    assert found.result.population == 25
    assert Bias.UNEVEN_RESPONSE in found.biases


def test_who_is_not_in_the_estimate_makes_it_no_safer(markets: sa.Engine) -> None:
    """Nine answers of one market and one of another that is not spoken for: the rule asks for ten."""
    with writing(markets) as session:
        survey = surveying.drawn(session, size=20)
        first = {"LG": 1, "MA": 9}
        drawn_ = [one for one in visits_of_survey(session, survey.id or 0) if not one.is_reserve]
        asked = [
            visit
            for code, count in first.items()
            for visit in [one for one in drawn_ if one.market_code == code][:count]
        ]
        besides = [one.id for one in drawn_ if one not in asked]
        surveying.answer_all(session, survey, besides=besides)
        found = survey_result(session, survey, today=TODAY, p_percent=15)

    assert found.silent == ["LG"]
    assert (found.result.answers, found.result.untold) == (9, Untold.UNSAFE)


def test_stalls_that_are_gone_lower_what_the_sample_stands_for(markets: sa.Engine) -> None:
    with writing(markets) as session:
        survey = surveying.drawn(session, market_codes=("MA",), size=20, reserve=0)
        visits = surveying.answer_all(session, survey)
        for one in visits[:4]:
            told = Told(outcome=Answer.CLOSED_FOR_GOOD)
            record_answer(session, one, told, actor=ECONOMIST, now=LATER)
        found = survey_result(session, survey, today=TODAY, p_percent=15)

    # 25 stalls, of 20 asked 4 are gone: 25·16/20 = 20 are taken to be there.
    assert (found.result.answers, found.result.population) == (16, 20)
    assert Bias.FRAME_ERROR in found.biases
    assert found.response.rate == 1


def test_a_result_is_read_as_it_was_known_on_a_day(markets: sa.Engine) -> None:
    with writing(markets) as session:
        survey = surveying.drawn(session, size=20)
        surveying.answer_all(session, survey)
        visits = visits_of_survey(session, survey.id or 0)
        later = LATER.replace(day=9)
        told = Told(outcome=Answer.ANSWERED, cash_vnd=500_000, digital_vnd=0)
        record_answer(session, visits[-2], told, actor=ECONOMIST, now=later)

        then = survey_result(session, survey, today=TODAY, p_percent=15, known_at=LATER)
        now = survey_result(session, survey, today=TODAY, p_percent=15)

    assert then.result.share is not None
    assert now.result.share is not None
    assert then.result.share > now.result.share


def test_a_result_takes_as_many_questions_for_any_survey(markets: sa.Engine) -> None:
    with writing(markets) as session:
        small = surveying.drawn(session, market_codes=("MA",), size=12)
        large = surveying.drawn(session, size=30)
        surveying.answer_all(session, small)
        surveying.answer_all(session, large)
    sent = []
    for survey in (small, large):
        with counted(markets) as statements, reading(markets) as session:
            survey_result(session, survey, today=TODAY, p_percent=15)
        sent.append(len(statements))

    assert sent == [2, 2]


# --- whose it is ---


def test_a_survey_is_read_by_who_sees_all_its_markets(markets: sa.Engine) -> None:
    with writing(markets) as session:
        both = surveying.drawn(session)
        one = surveying.drawn(session, market_codes=("LG",))
        assert [entry.id for entry in list_surveys(session)] == [one.id, both.id]
        assert [entry.id for entry in list_surveys(session, within=frozenset({"LG"}))] == [one.id]
        assert [e.id for e in list_surveys(session, market_code="MA")] == [both.id]
        assert find_survey(session, one.id or 0, frozenset({"LG"})).id == one.id
        with pytest.raises(SurveyNotFound):
            find_survey(session, both.id or 0, frozenset({"LG"}))


def test_no_table_of_a_survey_names_a_vendor_or_a_transaction(markets: sa.Engine) -> None:
    tables = [each.__table__ for each in (Survey, SurveyStratum, SurveyVisit, SurveyAnswer)]  # type: ignore[attr-defined]
    targets = {key.column.table.name for table in tables for key in table.foreign_keys}

    assert targets == {"survey", "survey_stratum", "survey_visit", "market", "stall"}


def test_a_correction_of_the_calendar_keeps_a_day_out(markets: sa.Engine) -> None:
    with writing(markets) as session:
        _close(session, "MA", books.FIRST)
        plan = plan_survey(session, wish(market_codes=("MA",)))

    assert plan.markets[0].open_days == 30


def _close(session: Session, code: str, on: date) -> None:
    market = session.exec(select(Market).where(Market.code == code)).one()
    session.add(CalendarCorrection(market_id=market.id or 0, day_on=on, is_open=False, note="lũ"))
    session.flush()
