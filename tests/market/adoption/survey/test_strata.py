"""Strata: every stall in one, small groups together; and those too few answered put together."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from market.adoption.survey.collapse import collapse
from market.adoption.survey.estimate import StallDay, estimate_share
from market.adoption.survey.strata import FrameStall, StratumName, stratify

frames = st.lists(
    st.tuples(
        st.sampled_from(("MA", "LG")), st.sampled_from(("", "cá", "rau", "vải")), st.booleans()
    ),
    max_size=60,
).map(
    lambda rows: [
        FrameStall(m, f"A{n:02}", goods, large) for n, (m, goods, large) in enumerate(rows)
    ]
)


def stalls(market: str, goods: str, count: int, *, is_large: bool = False) -> list[FrameStall]:
    return [FrameStall(market, f"{goods}{n}", goods, is_large) for n in range(count)]


def sizes(found: dict[str, list[FrameStall]]) -> dict[str, int]:
    return {name: len(own) for name, own in found.items()}


def test_the_largest_stalls_of_a_market_are_one_stratum() -> None:
    frame = stalls("MA", "rau", 12) + stalls("MA", "cá", 2, is_large=True)

    assert sizes(stratify(frame)) == {"MA//lớn": 2, "MA/rau/thường": 12}


def test_small_groups_are_told_together() -> None:
    frame = stalls("MA", "rau", 20) + stalls("MA", "cá", 7) + stalls("MA", "vải", 4)

    assert sizes(stratify(frame)) == {"MA/khác/thường": 11, "MA/rau/thường": 20}


def test_one_small_group_takes_the_smallest_of_the_others_with_it() -> None:
    frame = stalls("MA", "rau", 20) + stalls("MA", "cá", 12) + stalls("MA", "vải", 4)

    assert sizes(stratify(frame)) == {"MA/khác/thường": 16, "MA/rau/thường": 20}


def test_a_market_of_small_groups_is_one_stratum() -> None:
    assert sizes(stratify(stalls("LG", "cá", 3) + stalls("LG", "rau", 3))) == {"LG/khác/thường": 6}


def test_no_stalls_are_no_strata() -> None:
    assert stratify([]) == {}


@given(frames)
def test_every_stall_is_in_exactly_one_stratum_of_its_market(frame: list[FrameStall]) -> None:
    found = stratify(frame)

    assert Counter(one for own in found.values() for one in own) == Counter(frame)
    assert all(
        StratumName.read(name).market_code == one.market_code
        for name, own in found.items()
        for one in own
    )


def test_a_name_is_read_back_whatever_the_goods_are_called() -> None:
    name = StratumName("MA", "gạo/nếp", "thường")

    assert StratumName.read(str(name)) == name


def days(stratum: str, count: int) -> list[StallDay]:
    return [StallDay(stratum, 10 + n, 90) for n in range(count)]


def test_strata_with_two_answers_stay_as_they_are() -> None:
    found = collapse(days("MA/a/x", 2) + days("MA/b/x", 3), {"MA/a/x": 9, "MA/b/x": 5})

    assert (found.together, found.silent) == ([], [])
    assert found.populations == {"MA/a/x": 9, "MA/b/x": 5}


def test_a_stratum_with_one_answer_joins_the_next_of_its_market() -> None:
    found = collapse(
        days("MA/a/x", 1) + days("MA/b/x", 3) + days("MA/c/x", 0),
        {"MA/a/x": 9, "MA/b/x": 5, "MA/c/x": 4},
    )

    assert found.together == [("MA/a/x", "MA/b/x", "MA/c/x")]
    assert found.populations == {"MA/a/x": 18}
    assert estimate_share(found.answers, found.populations, seed=1).answers == 4


def test_a_market_nobody_answered_in_is_not_spoken_for() -> None:
    found = collapse(days("MA/a/x", 2) + days("LG/a/x", 1), {"MA/a/x": 9, "LG/a/x": 30})

    assert found.silent == ["LG"]
    assert found.populations == {"MA/a/x": 9}
    assert {one.stratum for one in found.answers} == {"MA/a/x"}


def test_a_stratum_of_one_stall_needs_one_answer_and_an_empty_one_none() -> None:
    found = collapse(days("MA/a/x", 1), {"MA/a/x": 1, "MA/b/x": 0})

    assert (found.populations, found.together, found.silent) == ({"MA/a/x": 1}, [], [])


@given(
    st.dictionaries(
        st.sampled_from([f"{m}/{g}/x" for m in ("MA", "LG") for g in "abc"]),
        st.tuples(st.integers(0, 6), st.integers(0, 6)),
    )
)
def test_what_is_collapsed_can_be_estimated(told: dict[str, tuple[int, int]]) -> None:
    populations = {name: stalls for name, (stalls, _) in told.items()}
    answers = [d for name, (n, asked) in told.items() for d in days(name, min(n, asked))]

    found = collapse(answers, populations)

    if found.populations:
        assert estimate_share(found.answers, found.populations, seed=1, replicates=10).share > 0
