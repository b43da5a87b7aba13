"""Which of two sources' tellings of the same money counts: examples, then laws."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.ledger.told_twice import NEAR_DAYS, Money, Standing, Telling, judge, precedence
from reconciliation.records import Direction, Status

DAY = date(2026, 11, 20)
COUNTS, CHECK = Standing(False, False), Standing(True, False)
CONTRADICTED = Standing(False, True)
IN, OUT = Direction.CREDIT, Direction.DEBIT


def telling(
    number: int,
    provider: str,
    amount: int = 20_000,
    *,
    day: date = DAY,
    direction: Direction = IN,
    status: Status = Status.SUCCEEDED,
    is_forgotten: bool = False,
    is_counting: bool = True,
) -> Telling:
    return Telling(
        id=number,
        provider=provider,
        key=f"{provider}:{number:03}",
        day=day,
        money=Money(direction, amount, "VND", status),
        is_counting=is_counting,
        is_forgotten=is_forgotten,
    )


@pytest.mark.parametrize(
    ("told", "found"),
    [
        pytest.param([telling(1, "casso")], [COUNTS], id="alone"),
        pytest.param([telling(1, "casso"), telling(2, "sepay")], [CHECK, COUNTS], id="both"),
        pytest.param(
            [telling(1, "bank_mt940"), telling(2, "bank_vcb"), telling(3, "bank_camt")],
            [CHECK, COUNTS, CHECK],
            id="the bank's own statement before copies of it",
        ),
        pytest.param(
            [telling(1, "bank_agribank"), telling(2, "bank_agribank"), telling(3, "bank_mt940")],
            [COUNTS, COUNTS, CHECK],
            id="a bank's repeated reference is two payments",
        ),
        pytest.param(
            [telling(1, "bank_agribank"), telling(2, "bank_mt940"), telling(3, "bank_mt940")],
            [COUNTS, CHECK, COUNTS],
            id="the second of them told by the other source alone",
        ),
        pytest.param(
            [telling(1, "bank_tcb", direction=OUT), telling(2, "bank_tcb", 8_800, direction=OUT),
             telling(3, "bank_mt940", direction=OUT)],
            [COUNTS, COUNTS, CHECK],
            id="a fee bears the number of its transfer",
        ),
        pytest.param(
            [telling(1, "sepay"), telling(2, "casso", 30_000)],
            [COUNTS, CONTRADICTED],
            id="other money",
        ),
        pytest.param(
            [telling(1, "sepay"), telling(2, "casso", direction=OUT)],
            [COUNTS, CONTRADICTED],
            id="the other way",
        ),
        pytest.param(
            [telling(1, "sepay"), telling(2, "casso", day=DAY + timedelta(NEAR_DAYS))],
            [COUNTS, CONTRADICTED],
            id="the same a weekend later",
        ),
        pytest.param(
            [telling(1, "sepay"), telling(2, "casso", day=DAY + timedelta(NEAR_DAYS + 1))],
            [COUNTS, COUNTS],
            id="a reference used again",
        ),
        pytest.param(
            [telling(1, "sepay"), telling(2, "payos", status=Status.FAILED)],
            [COUNTS, COUNTS],
            id="what moved no money contradicts nobody",
        ),
        pytest.param(
            [telling(1, "casso", is_forgotten=True), telling(2, "sepay")],
            [COUNTS, CHECK],
            id="what is forgotten goes on counting",
        ),
        pytest.param(
            [telling(1, "sepay", is_forgotten=True, is_counting=False), telling(2, "casso")],
            [CHECK, COUNTS],
            id="and a forgotten check does not begin to",
        ),
    ],
)  # fmt: skip
def test_of_the_same_money_one_telling_counts(
    told: Sequence[Telling], found: Sequence[Standing]
) -> None:
    assert [judge(told)[one.id] for one in told] == list(found)


SOURCES = ("bank_vcb", "bank_camt", "bank_mt940", "generic", "sepay", "casso", "payos")
some_tellings = st.lists(
    st.tuples(
        st.sampled_from(SOURCES),
        st.sampled_from([20_000, 8_800]),
        st.sampled_from([IN, OUT]),
        st.integers(0, 5),
        st.sampled_from([Status.SUCCEEDED, Status.PENDING]),
    ),
    max_size=14,
).map(
    lambda told: [
        telling(n, one[0], one[1], direction=one[2], day=DAY + timedelta(one[3]), status=one[4])
        for n, one in enumerate(told)
    ]
)


def _most_told(told: Sequence[Telling]) -> Counter[tuple[date, Money]]:
    by_source = [
        Counter((one.day, one.money) for one in told if one.provider == source)
        for source in SOURCES
    ]
    most: Counter[tuple[date, Money]] = Counter()
    for counted in by_source:
        most |= counted
    return most


@given(told=some_tellings)
def test_as_much_counts_as_the_source_that_tells_most_of_it(told: list[Telling]) -> None:
    standing = judge(told)

    counting = Counter((one.day, one.money) for one in told if not standing[one.id].is_check)
    assert counting == _most_told(told)


@given(told=some_tellings, data=st.data())
def test_it_does_not_matter_who_came_first(told: list[Telling], data: st.DataObject) -> None:
    assert judge(data.draw(st.permutations(told))) == judge(told)


@given(told=some_tellings, data=st.data())
def test_whoever_is_taken_away_what_others_told_of_it_counts(
    told: list[Telling], data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(SOURCES))
    left = [one for one in told if one.provider != gone]

    counting = [one for one in left if not judge(left)[one.id].is_check]

    assert Counter((one.day, one.money) for one in counting) == _most_told(left)


@given(told=some_tellings)
def test_a_source_alone_is_neither_check_nor_contradicted(told: list[Telling]) -> None:
    alone = [one for one in told if one.provider == "sepay"]

    assert set(judge(alone).values()) <= {COUNTS}


@given(told=some_tellings)
def test_a_contradiction_counts_and_is_never_in_the_source_of_precedence(
    told: list[Telling],
) -> None:
    standing = judge(told)
    first = min((precedence(one.provider) for one in told), default=0)

    for one in told:
        if standing[one.id].is_contradicted:
            assert precedence(one.provider) > first
