"""Who is looked at: by lot, the same for everyone who draws again, and nobody forgotten."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.audits.draw import Candidate, count, draw, overdue_rounds

serials = st.integers(1, 400).map(lambda n: f"MA-{n:05}")
registers = st.dictionaries(serials, st.integers(0, 60), min_size=1, max_size=60).map(
    lambda told: [Candidate(serial, waited) for serial, waited in told.items()]
)
seeds = st.text(alphabet="0123456789abcdef", min_size=1, max_size=32)
shares = st.integers(1, 1000)

FIVE = [Candidate(f"MA-0000{n}", 0) for n in range(1, 6)]


def test_worked_example() -> None:
    # SHA-256 of seed|MA-0000n begins 3: 2c51, 4: 3cfe, 5: 6cac, 2: c945, 1: e53e.
    assert draw(FIVE, "seed", 400) == ["MA-00003", "MA-00004"]


def test_an_overdue_poster_comes_before_the_lot() -> None:
    late = [*FIVE[:4], Candidate("MA-00005", 5)]

    assert overdue_rounds(400) == 5
    assert draw(late, "seed", 400)[0] == "MA-00005"
    assert draw([*FIVE[:4], Candidate("MA-00005", 4)], "seed", 400) == draw(FIVE, "seed", 400)


@pytest.mark.parametrize(
    ("posters", "permille", "expected"),
    [(0, 100, 0), (1, 100, 1), (10, 100, 1), (11, 100, 2), (400, 100, 40), (7, 1000, 7)],
)
def test_a_round_takes_its_share_and_at_least_one(
    posters: int, permille: int, expected: int
) -> None:
    assert count(posters, permille) == expected


@given(registers, seeds, shares, st.randoms())
def test_the_same_seed_and_register_draw_the_same_whatever_their_order(
    register: list[Candidate], seed: str, share: int, shuffler: random.Random
) -> None:
    shuffled = list(register)
    shuffler.shuffle(shuffled)

    drawn = draw(register, seed, share)

    assert draw(shuffled, seed, share) == drawn
    assert len(drawn) == len(set(drawn)) == count(len(register), share)
    assert set(drawn) <= {one.serial for one in register}


@given(st.integers(1, 60), st.sampled_from([50, 100, 250]), st.integers(0, 10**6))
def test_no_poster_waits_longer_than_three_times_the_average(
    posters: int, share: int, start: int
) -> None:
    waited = dict.fromkeys((f"MA-{n:05}" for n in range(posters)), 0)
    longest = 0
    for held in range(4 * 1000 // share):
        drawn = draw((Candidate(*one) for one in waited.items()), f"{start}|{held}", share)
        longest = max(longest, *waited.values())
        waited = {serial: 0 if serial in drawn else n + 1 for serial, n in waited.items()}

    assert longest <= 3 * 1000 // share


def test_every_poster_is_as_likely_as_any_other() -> None:
    register = [Candidate(f"MA-{n:05}", 0) for n in range(20)]
    times = dict.fromkeys((one.serial for one in register), 0)
    for seed in range(2000):
        for serial in draw(register, str(seed), 100):
            times[serial] += 1

    # 2000 draws of 2 in 20 = 200 each, standard deviation 13.4.
    assert all(200 - 5 * 13.4 < drawn < 200 + 5 * 13.4 for drawn in times.values())
