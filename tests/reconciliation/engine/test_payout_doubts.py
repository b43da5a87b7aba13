"""Leg C where more than one reading sums: what is kept, what is carried, what is left open."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.engine.held_back import OddPayout, find_held_lines, pair_odd_payouts
from reconciliation.engine.matching import reconcile
from reconciliation.profiles import FeeSchedule, Profiles
from tests.reconciliation.engine.world import (
    FRIDAY,
    Row,
    books,
    decided,
    outcomes,
    payout,
    proved,
    record,
    refund,
    rules,
    run,
)

DAILY = {"payouts": "cut_off_run", "cycle_days": 1, "pays_on_weekends": True}
BANK_DAYS = {**DAILY, "pays_on_weekends": False}


def line(record_id: str, days: int, amount: int) -> Row:
    """A line some days after Friday; a negative amount is money back to a customer."""
    make = record if amount > 0 else refund
    on = FRIDAY + timedelta(days=days)
    return make(record_id, business_date=on, occurred_at=None, amount_vnd=abs(amount))


def paid(record_id: str, days: int, amount: int, **told: Any) -> Row:
    """A payout some days after Friday."""
    return payout(record_id, arrived_on=FRIDAY + timedelta(days=days), amount_vnd=amount, **told)


def test_a_late_payout_does_not_take_a_day_that_its_own_short_payout_came_for() -> None:
    result = run(
        [],
        [line("a", 0, 50_000), line("b", 1, 50_000)],
        [paid("oa", 1, 41_000), paid("ob", 5, 50_000)],
        profile=DAILY,
    )

    assert decided(result, "oa", "C").outcome == "short"
    assert decided(result, "ob", "C").outcome == "late"
    assert decided(result, "b", "C").counterpart_id == "ob"


def test_a_payout_that_came_before_a_day_was_due_did_not_pay_it_instead() -> None:
    result = run(
        [],
        [line("a", 0, 50_000), line("b", 1, 50_000)],
        [paid("oa", 1, 50_000), paid("ob", 5, 50_000)],
        profile=DAILY,
    )

    assert decided(result, "oa", "C").outcome == "paid"
    assert decided(result, "ob", "C").outcome == "late"
    assert decided(result, "a", "C").counterpart_id == "oa"
    assert decided(result, "b", "C").counterpart_id == "ob"


def test_a_day_that_one_payout_pays_whole_is_not_shared_by_two_others() -> None:
    lines = [line("a", 0, 20_000), line("b", 0, 30_000)]

    result = run(
        [],
        lines,
        [paid("o1", 1, 50_000), paid("o2", 1, 20_000), paid("o3", 1, 30_000)],
        profile=DAILY,
    )

    assert outcomes(result, "C") == {
        "a": "matched",
        "b": "matched",
        "o1": "paid",
        "o2": "pending_cut_off",
        "o3": "pending_cut_off",
    }


def test_late_payouts_may_come_in_another_order_than_their_days() -> None:
    result = run(
        [],
        [line("a", 0, 11_000), line("b", 1, 12_000)],
        [paid("ob", 4, 12_000), paid("oa", 6, 11_000)],
        profile=DAILY,
    )

    assert decided(result, "a", "C").counterpart_id == "oa"
    assert decided(result, "b", "C").counterpart_id == "ob"


def test_a_whole_day_left_out_and_paid_with_a_later_day_is_found() -> None:
    result = run(
        [],
        [line("a", 1, 15_000), line("b", 2, 30_000), line("c", 3, 20_000)],
        [paid("o1", 3, 30_000), paid("o2", 4, 35_000)],
        profile=BANK_DAYS,
    )

    assert outcomes(result, "C") == {
        "a": "matched",
        "b": "matched",
        "c": "matched",
        "o1": "paid",
        "o2": "paid",
    }
    assert decided(result, "a", "C").counterpart_id == "o2"
    assert decided(result, "a", "C").reason == "held_back"


def test_a_day_another_payout_may_have_paid_alone_is_not_carried() -> None:
    result = run(
        [],
        [line("a", 0, 15_000), line("b", 2, 15_000), line("c", 3, 20_000)],
        [paid("o1", 3, 15_000), paid("o2", 4, 35_000)],
        profile=DAILY,
    )

    assert decided(result, "o1", "C").outcome == "ambiguous_payout"
    assert decided(result, "o2", "C").outcome == "ambiguous_payout"


@pytest.mark.parametrize("backwards", [False, True])
def test_a_day_that_two_payouts_could_carry_is_carried_by_neither(backwards: bool) -> None:
    lines = [line(f"{day}.{n}", day, 10_000) for day in (6, 7) for n in range(3)]
    early, between = line("early", 1, 20_000), line("between", 3, 5_000)
    payouts = [paid("o3", 4, 5_000), paid("o6", 7, 50_000), paid("o7", 8, 50_000)]

    result = run([], [early, between, *lines], payouts[:: -1 if backwards else 1], profile=DAILY)

    told = outcomes(result, "C")
    assert (told["o6"], told["o7"]) == ("ambiguous_payout", "ambiguous_payout")
    assert told["early"] == "ambiguous"


def test_a_late_payout_and_one_of_its_sum_on_time_may_have_changed_places() -> None:
    result = run(
        [],
        [line("a", 0, 30_000), line("b", 2, 30_000)],
        [paid("o1", 3, 30_000), paid("o2", 7, 30_000)],
        profile=DAILY,
    )

    assert set(outcomes(result, "C").values()) == {"ambiguous", "ambiguous_payout"}


def test_equal_payouts_on_their_own_days_are_no_exchange() -> None:
    result = run(
        [],
        [line("a", 0, 30_000), line("b", 1, 30_000)],
        [paid("o1", 1, 30_000), paid("o2", 2, 30_000)],
        profile=DAILY,
    )

    assert decided(result, "a", "C").counterpart_id == "o1"
    assert decided(result, "b", "C").counterpart_id == "o2"


def test_a_day_carried_along_may_be_a_line_held_back_of_the_days_paid() -> None:
    result = run(
        [],
        [line("a", 0, 20_000), line("b", 0, 74_000), line("c", 1, 20_000), line("d", 4, 51_000)],
        [paid("o1", 3, 94_000), paid("o2", 5, 71_000)],
        profile=BANK_DAYS,
    )

    assert decided(result, "o1", "C").outcome == "ambiguous_payout"
    assert decided(result, "c", "C").outcome == "ambiguous"


def test_a_late_payout_may_be_the_day_due_with_it_less_a_line_held_back() -> None:
    result = run(
        [],
        [line("a", 0, 35_000), line("b", 3, 35_000), line("c", 3, 45_000), line("d", 4, 9_000)],
        [paid("o1", 4, 35_000), paid("o2", 5, 54_000)],
        profile=DAILY,
    )

    assert decided(result, "o1", "C").outcome == "ambiguous_payout"


def told_of(
    lines: list[tuple[str, int, int]],
    payouts: list[tuple[str, int, int]],
    profile: dict[str, Any] = DAILY,
) -> dict[str, tuple[str, str]]:
    """What is told of payouts, and why; lines and payouts are id, days after Friday, thousands."""
    result = run(
        [],
        [line(name, day, 1_000 * sum_) for name, day, sum_ in lines],
        [paid(name, day, 1_000 * sum_) for name, day, sum_ in payouts],
        profile=profile,
    )
    rows = [decided(result, name, "C") for name, _, _ in payouts]
    return {row["record_id"]: (row["outcome"], row["reason"]) for row in rows}


def test_a_day_due_long_before_a_payout_is_left_to_one_that_is_less_late() -> None:
    told = told_of([("a", 0, 10), ("b", 20, 20)], [("o1", 3, 10), ("o2", 21, 10)])

    assert told == {"o1": ("late", "late"), "o2": ("short", "amount")}


def test_a_payout_long_after_the_only_day_of_its_sum_is_late() -> None:
    assert told_of([("a", 0, 10)], [("o", 25, 10)]) == {"o": ("late", "late")}


def test_a_day_due_long_before_is_not_carried_along_where_a_line_explains_the_sum() -> None:
    told = told_of(
        [("a", 0, 23), ("b", 1, 40), ("c", 18, 40), ("d", 18, 95), ("e", 19, 25)],
        [("o1", 6, 63), ("o2", 19, 95), ("o3", 20, 65)],
    )

    assert told["o1"] == ("late", "late")
    assert (told["o2"], told["o3"]) == (("paid", "held_back"), ("paid", "held_back"))


def test_a_day_that_a_late_payout_pays_is_not_carried_where_a_line_explains_the_sum() -> None:
    told = told_of(
        [("a", 0, 14), ("b", 3, 14), ("c", 3, 26), ("d", 4, 25)],
        [("o1", 3, 14), ("o2", 4, 26), ("o3", 5, 39)],
    )

    assert told["o1"] == ("late", "late")
    assert (told["o2"], told["o3"]) == (("paid", "held_back"), ("paid", "held_back"))


@pytest.mark.parametrize(
    "lines",
    [
        [("a", 1, 25), ("b", 2, 25), ("d", 4, 19)],
        [("a", 1, 25), ("b", 2, 25), ("c", 2, 40), ("d", 4, 19)],
    ],
    ids=["which of two days", "a day or a line of another"],
)
def test_that_something_was_held_back_is_told_where_it_is_not_known_what(
    lines: list[tuple[str, int, int]],
) -> None:
    first = sum(sum_ for _, _, sum_ in lines) - 25 - 19

    told = told_of(lines, [("o1", 3, first), ("o2", 5, 44)], BANK_DAYS)

    assert told == dict.fromkeys(("o1", "o2"), ("ambiguous_payout", "held_back"))


def test_a_late_payout_beside_an_odd_one_of_its_day_is_not_that_day_less_two_lines() -> None:
    told = told_of(
        [("a", 0, 60), ("b", 1, 31), ("c", 1, 90), ("d", 2, 50), ("e", 2, 25), ("f", 2, 15),
         ("g", 2, 10)],
        [("o1", 2, 90), ("o2", 3, 60), ("o3", 3, 131)],
    )  # fmt: skip

    assert told["o2"] == ("late", "late")
    assert {told["o1"][0], told["o3"][0]} == {"paid"}


def test_a_late_payout_did_not_pay_a_line_and_hold_two_others_back() -> None:
    told = told_of(
        [("a", 0, 30), ("b", 0, 5), ("c", 0, 38), ("d", 2, 35), ("e", 2, 49), ("f", 5, 80)],
        [("o1", 3, 49), ("o2", 4, 73), ("o3", 6, 115)],
    )

    assert told["o2"] == ("late", "late")
    assert {told["o1"], told["o3"]} == {("paid", "held_back")}


def test_days_that_payouts_in_doubt_come_to_in_all_are_no_days_of_a_later_one() -> None:
    # Of Monday's two payouts either is Saturday's, or Tuesday's come late; together they pay all.
    lines = [
        ("tue", -3, 60), ("fri", 0, 20), ("sat", 1, 60), ("sun", 2, 40),
        ("mon", 3, 56), ("wed", 5, 120), ("thu", 6, 35),
    ]  # fmt: skip
    payouts = [("o1", 3, 120), ("o2", 3, 60), ("o3", 4, 56), ("o4", 7, 35), ("o5", 10, 120)]

    told = told_of(lines, payouts, BANK_DAYS)

    assert (told["o1"][0], told["o2"][0]) == ("ambiguous_payout", "ambiguous_payout")
    assert told["o5"] == ("late", "late")


def test_days_that_payouts_in_doubt_leave_a_part_of_may_be_those_of_a_later_one() -> None:
    # Two Fridays of one sum, and one payout of it between: the later one pays the other.
    told = told_of([("a", 0, 50), ("b", 1, 50)], [("o1", 3, 50), ("o2", 6, 50)], BANK_DAYS)

    assert {outcome for outcome, _ in told.values()} == {"ambiguous_payout"}


def test_several_days_due_and_a_payout_of_none_of_them_cannot_be_told_apart() -> None:
    result = run(
        [],
        [line("a", 0, 11_000), line("b", 1, 12_000)],
        [paid("o", 9, 5_000)],
        profile=DAILY,
    )

    assert decided(result, "o", "C").outcome == "ambiguous_payout"
    assert decided(result, "o", "C").alternatives == 2
    assert decided(result, "a", "C").outcome == "ambiguous"


@pytest.mark.parametrize("came", [1, 2, 3, 6])
def test_a_payout_of_nothing_is_short_of_the_day_due(came: int) -> None:
    result = run([], [line("a", 0, 10_000)], [paid("nothing", came, 0)], profile=DAILY)

    assert outcomes(result, "C") == {"a": "matched_with_difference", "nothing": "short"}
    assert decided(result, "nothing", "C")["difference_vnd"] == -10_000


def test_a_late_payout_of_another_sum_is_compared_with_the_one_day_due() -> None:
    result = run([], [line("a", 0, 11_000)], [paid("o", 9, 5_000)], profile=DAILY)

    assert decided(result, "o", "C").outcome == "short"
    assert decided(result, "o", "C").difference_vnd == -6_000


def test_what_was_held_back_may_be_paid_on_a_day_that_comes_to_nothing() -> None:
    result = run(
        [],
        [line("a", 0, 60_000), line("b", 0, 225_000), line("c", 3, 10_000), line("d", 3, -10_000)],
        [paid("o1", 1, 60_000), paid("o2", 4, 225_000)],
        profile=DAILY,
    )

    assert decided(result, "b", "C").counterpart_id == "o2"
    assert decided(result, "o1", "C").outcome == "paid"


def test_lines_held_back_twice_with_one_sum_are_told_apart_by_their_order() -> None:
    result = run(
        [],
        [
            *(line(f"a{n}", 0, amount) for n, amount in enumerate((60_000, 145_000))),
            line("b", 1, 58_000),
            *(line(f"c{n}", 5, amount) for n, amount in enumerate((60_000, 200_000))),
            line("d", 6, 90_000),
        ],
        [
            paid("o1", 1, 145_000),
            paid("o2", 2, 118_000),
            paid("o3", 6, 200_000),
            paid("o4", 7, 150_000),
        ],
        profile=DAILY,
    )

    assert decided(result, "a0", "C").counterpart_id == "o2"
    assert decided(result, "c0", "C").counterpart_id == "o4"


def test_lines_held_back_travel_past_a_payout_that_pays_nothing_due() -> None:
    result = run(
        [],
        [*(line(f"a{n}", 0, sum_) for n, sum_ in enumerate((20_000, 20_000, 50_000))),
         {**line("b", 1, 10_000), "account": "B"}, line("c", 2, 60_000),
         {**line("long before", -20, 10_000), "account": "B"}],
        [paid("o1", 1, 70_000), paid("o2", 2, 30_000), paid("o3", 3, 80_000)],
        profile=DAILY,
    )  # fmt: skip

    told = outcomes(result, "C")
    assert (told["o1"], told["o2"], told["o3"]) == ("ambiguous_payout", "over", "ambiguous_payout")


def test_a_shortage_made_good_by_a_sum_that_no_lines_come_to_is_one() -> None:
    result = run(
        [],
        [line("a", 0, 50_000), line("b", 1, 70_000)],
        [paid("o1", 1, 45_000), paid("o2", 2, 75_000)],
        profile=DAILY,
    )

    assert decided(result, "o1", "C").outcome == "short"
    assert decided(result, "o2", "C").outcome == "over"


def test_a_shortage_outside_of_what_comes_out_even_stays_one() -> None:
    result = run(
        [],
        [line("a", 0, 50_000), line("b", 1, 30_000), line("c", 1, 40_000), line("d", 2, 50_000),
         line("e", 2, 15_000), line("f", 3, 60_000)],
        [paid("o1", 1, 45_000), paid("o2", 3, 120_000), paid("o3", 4, 75_000)],
        profile=DAILY,
    )  # fmt: skip

    told = outcomes(result, "C")
    assert [told[name] for name in ("o1", "o2", "o3")] == ["short", *["ambiguous_payout"] * 2]
    assert told["a"] == "matched_with_difference"


@pytest.mark.parametrize(
    ("worth", "total", "found"),
    [
        ([5, 3, 9], 9, ((2,),)),
        ([5, 3, 9], 8, ((0, 1),)),
        ([5, 5, 9], 5, ((0,), (1,))),
        ([4, 4], 8, ((0, 1),)),
        ([1, 2, 3, 4], 5, ((0, 3), (1, 2))),
        ([7, -2, 5], 5, ((2,), (0, 1))),
        ([1, 2], 9, ()),
        ([], 9, ()),
    ],
)
def test_held_lines_are_one_or_two_and_two_solutions_are_enough(
    worth: list[int], total: int, found: tuple[tuple[int, ...], ...]
) -> None:
    solutions = find_held_lines(np.array(worth, np.int64), total)

    assert {tuple(sorted(solution)) for solution in solutions} == set(found)


def test_a_shortage_and_a_surplus_with_other_partners_are_not_paired() -> None:
    odd = [
        OddPayout(0, 1, (7,)),
        OddPayout(1, 2, (7,)),
        OddPayout(2, 3, (-7,)),
        OddPayout(3, 4, (-7,)),
    ]

    assert list(pair_odd_payouts(odd)) == []


@st.composite
def paid_worlds(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """Lines of a fortnight with tied amounts, and payouts that are right, late, short or strange."""
    amounts = st.sampled_from([10_000, 10_000, 20_000, 30_000, -10_000])
    days = draw(st.lists(st.lists(amounts, min_size=0, max_size=3), min_size=1, max_size=8))
    lines = [
        line(f"s{day}.{n}", day, amount)
        for day, held in enumerate(days)
        for n, amount in enumerate(held)
    ]
    payouts = []
    for day, held in enumerate(days):
        fault = draw(st.sampled_from(["none", "none", "late", "short", "missing", "more"]))
        amount = (
            sum(held) - (10_000 if fault == "short" else 0) + (20_000 if fault == "more" else 0)
        )
        if amount > 0 and fault != "missing":
            late = draw(st.integers(1, 3)) if fault == "late" else 0
            payouts.append(paid(f"o{day}", day + 1 + late, amount))
    return lines, payouts


@settings(max_examples=120)
@given(
    paid_worlds(),
    st.sampled_from([DAILY, BANK_DAYS, {**DAILY, "fee": FeeSchedule(bps=110, per="run")}, None]),
    st.randoms(),
)
def test_any_payouts_come_to_proved_sums_in_any_order(
    world: tuple[list[Row], list[Row]], profile: dict[str, Any] | None, random: Any
) -> None:
    lines, payouts = world
    mixed = [random.sample(rows, len(rows)) for rows in world]

    first = run([], lines, payouts, profile=profile)
    second = run([], *mixed, profile=profile)

    assert first.root_hash == second.root_hash
    assert first.payout_table.equals(second.payout_table)


def test_a_payout_in_doubt_that_pays_no_line_for_sure_differs_by_nothing() -> None:
    lines = [
        line("s0", 0, 50_000),
        line("s1", 0, 10_000),
        line("s2", 1, 50_000),
        line("s3", 1, 20_000),
    ]

    result = run([], lines, [paid("o1", 3, 50_000), paid("o2", 7, 80_000)], profile=BANK_DAYS)

    both = result.payouts.set_index("record_id")
    assert set(both["outcome"]) == {"ambiguous_payout"}
    assert both["expected_vnd"].to_dict() == both["difference_vnd"].to_dict() == {"o1": 0, "o2": 0}
    assert [len(readings) for readings in both["readings"]] == [2, 2]


def test_the_fee_of_a_payout_is_that_of_the_contract_on_the_last_day_it_pays() -> None:
    dear = {**BANK_DAYS, "fee": FeeSchedule(bps=100, per="run")}
    dearer = {**BANK_DAYS, "fee": FeeSchedule(bps=200, per="run")}
    sunday = FRIDAY + timedelta(days=2)
    by = Profiles((*rules(dear).rows, *rules({**dearer, "valid_from": sunday}).rows[-1:]))
    given = books(
        [],
        [line("a", 0, 50_000), line("b", 1, 30_000), line("c", 2, 20_000)],
        [paid("o", 3, 95_000)],
    )

    result = reconcile(given, by)

    [found] = result.payouts.to_dict("records")
    assert (found["expected_vnd"], found["difference_vnd"]) == (98_000, -3_000)
    assert proved(result, given, by) == []
