"""The league counts activated vendors, each once, for whoever helped first."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from merchants.campaigns.league import Activation, Help, League, count_league, credit

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
MORNING = datetime(2026, 10, 5, 2, tzinfo=UTC)
MAI, TOAN, HOA = 1, 2, 3


def helped(vendor: int, member: int, *, days: float = 0, event: int = 0) -> Help:
    return Help(
        vendor_id=vendor, member_id=member, at=MORNING + timedelta(days=days), event_id=event
    )


def activated(vendor: int, *, days: float = 3, event: int = 900) -> Activation:
    return Activation(vendor_id=vendor, at=MORNING + timedelta(days=days), event_id=event)


def october(
    helps: list[Help], activations: list[Activation], members: tuple[int, ...] = (MAI, TOAN)
) -> League:
    return count_league(members, helps, activations, first=FIRST, last=LAST)


def places(league: League) -> list[tuple[int, int, int, int]]:
    return [(row.rank, row.member_id, row.activated, row.helped) for row in league.rows]


def test_a_vendor_counts_for_whoever_helped_first() -> None:
    league = october([helped(7, TOAN, days=1), helped(7, MAI)], [activated(7)])

    assert places(league) == [(1, MAI, 1, 1), (2, TOAN, 0, 1)]
    assert (league.activated, league.unaided) == (1, 0)


def test_help_after_the_vendor_became_active_earns_nothing() -> None:
    league = october([helped(7, MAI, days=4)], [activated(7)])

    assert places(league) == [(1, MAI, 0, 1), (1, TOAN, 0, 0)]
    assert (league.activated, league.unaided) == (1, 1)


def test_a_helped_vendor_who_is_not_active_is_no_activation() -> None:
    league = october([helped(7, MAI), helped(8, MAI)], [])

    assert places(league) == [(1, MAI, 0, 2), (1, TOAN, 0, 0)]
    assert league.activated == 0


def test_only_the_first_step_to_active_counts() -> None:
    # The vendor became active in September, fell asleep, and came back in October.
    league = october([helped(7, MAI, days=-30)], [activated(7), activated(7, days=-20)])

    assert places(league) == [(1, MAI, 0, 0), (1, TOAN, 0, 0)]
    assert league.activated == 0


def test_equal_counts_share_a_rank_and_the_next_rank_is_left_out() -> None:
    helps = [helped(1, MAI), helped(2, TOAN), helped(3, MAI), helped(4, TOAN)]
    league = october(helps, [activated(n) for n in range(1, 5)], members=(HOA, TOAN, MAI))

    assert places(league) == [(1, MAI, 2, 2), (1, TOAN, 2, 2), (3, HOA, 0, 0)]


def test_of_helps_at_the_same_instant_the_one_noted_first_counts() -> None:
    at_once = [helped(7, TOAN, event=12), helped(7, MAI, event=11)]

    assert credit(at_once, [activated(7)], first=FIRST, last=LAST) == {7: MAI}


def test_the_day_of_the_market_decides_the_month() -> None:
    just_november = Activation(
        vendor_id=7, at=datetime(2026, 10, 31, 17, 30, tzinfo=UTC), event_id=900
    )

    assert october([helped(7, MAI)], [just_november]).activated == 0


def test_whoever_counts_is_listed_though_no_member_now() -> None:
    assert places(october([helped(7, HOA)], [activated(7)], members=())) == [(1, HOA, 1, 1)]


some_helps = st.lists(
    st.builds(
        helped,
        st.integers(1, 6),
        st.integers(1, 4),
        days=st.integers(-10, 30),
        event=st.integers(1, 500),
    ),
    max_size=30,
    unique_by=lambda one: one.event_id,
)
some_steps = st.lists(
    st.builds(activated, st.integers(1, 6), days=st.integers(-10, 30), event=st.integers(501, 900)),
    max_size=12,
    unique_by=lambda one: one.event_id,
)


@given(some_helps, some_steps, st.randoms())
def test_the_order_in_which_events_are_read_changes_nothing(
    helps: list[Help], steps: list[Activation], random: object
) -> None:
    told = october(helps, steps)
    mixed_helps, mixed_steps = list(helps), list(steps)
    random.shuffle(mixed_helps)  # type: ignore[attr-defined]
    random.shuffle(mixed_steps)  # type: ignore[attr-defined]

    assert october(mixed_helps, mixed_steps) == told


@given(some_helps, some_steps)
def test_every_activated_vendor_counts_exactly_once(
    helps: list[Help], steps: list[Activation]
) -> None:
    league = october(helps, steps)

    assert sum(row.activated for row in league.rows) + league.unaided == league.activated
    assert league.activated <= len({step.vendor_id for step in steps})
    assert all(row.activated <= 6 for row in league.rows)


@given(some_helps, some_steps)
def test_ranks_follow_the_counts(helps: list[Help], steps: list[Activation]) -> None:
    rows = october(helps, steps).rows

    for above in rows:
        for below in rows:
            assert (above.rank < below.rank) == (above.activated > below.activated)
