"""Response rates and the notes that must stand beside an estimate; counts at the stall."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.adoption.intervals import wilson
from market.adoption.survey.counts import counted_share
from market.adoption.survey.response import ALWAYS, Bias, bias_notes, response
from market.survey_kinds import Answer


def test_stalls_that_are_none_any_more_are_out_of_scope() -> None:
    told = response([Answer.ANSWERED] * 7 + [Answer.REFUSED, Answer.ABSENT, Answer.CLOSED_FOR_GOOD])

    assert (told.drawn, told.eligible, told.rate) == (10, 9, Fraction(7, 9))


def test_nobody_drawn_has_no_rate() -> None:
    assert response([]).rate is None
    assert bias_notes({}) == list(ALWAYS)


@pytest.mark.parametrize(
    ("outcomes", "note"),
    [
        ([Answer.ANSWERED] * 9 + [Answer.REFUSED_FOR_TAX], Bias.TAX_REFUSAL),
        ([Answer.ANSWERED] * 69 + [Answer.ABSENT] * 31, Bias.LOW_RESPONSE),
        ([Answer.ANSWERED] * 9 + [Answer.CLOSED_FOR_GOOD], Bias.FRAME_ERROR),
    ],
)
def test_what_must_be_said(outcomes: list[Answer], note: Bias) -> None:
    assert set(bias_notes({"a": outcomes})) == {*ALWAYS, note}


def test_seventy_in_a_hundred_are_enough() -> None:
    assert bias_notes({"a": [Answer.ANSWERED] * 70 + [Answer.ABSENT] * 30}) == list(ALWAYS)


def test_one_stratum_far_behind_another_is_said() -> None:
    full, thin = [Answer.ANSWERED] * 10, [Answer.ANSWERED] * 8 + [Answer.REFUSED] * 2

    assert Bias.UNEVEN_RESPONSE in bias_notes({"a": full, "b": thin})
    assert Bias.UNEVEN_RESPONSE not in bias_notes({"a": full, "b": [*full[:9], Answer.REFUSED]})


def test_counts_at_two_stalls_worked_by_hand() -> None:
    # 8 of 10 and 2 of 10: p = 1/2. e = 8 − 5 = 3, 2 − 5 = −3.
    # Clusters: 2/1 · (9 + 9)/20² = 0,09; chance: 0,25/20 = 0,0125; effect 7,2
    found = counted_share([(8, 10), (2, 10)])

    assert (found.share, found.stalls) == (0.5, 2)
    assert found.design_effect == pytest.approx(7.2)
    assert found.interval == wilson(10, 20, design_effect=found.design_effect)


def test_no_payments_have_no_share() -> None:
    assert counted_share([]).share is None
    assert counted_share([(0, 0)]).interval is None
    assert counted_share([(3, 3), (4, 4)]).design_effect == 1


@given(
    st.lists(
        st.integers(1, 20).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1
    )
)
def test_clusters_only_widen_the_interval(tallies: list[tuple[int, int]]) -> None:
    found = counted_share(tallies)
    plain = wilson(found.digital, found.payments)

    assert found.design_effect >= 1
    assert found.interval is not None
    assert plain is not None
    assert found.interval.low <= plain.low + 1e-12
    assert found.interval.high >= plain.high - 1e-12
