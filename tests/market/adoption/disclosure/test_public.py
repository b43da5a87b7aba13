"""The public's counts: multiples that add up, made of told counts alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from market.adoption.disclosure.public import COUNTED, RoundedShare, ToldCounts, round_counts

MARKETS = ("A", "B", "C", "D")
MEMBERS = {"*": MARKETS, "@X": ("A", "B")}
markets = st.dictionaries(
    st.sampled_from(MARKETS),
    st.tuples(st.integers(0, 60), st.floats(0, 1), st.floats(0, 1)),
    min_size=1,
)
holes = st.sets(st.tuples(st.sampled_from([*MARKETS, "*", "@X"]), st.sampled_from(("S3", "U1"))))


def areas(
    told: dict[str, tuple[int, float, float]], hidden: set[tuple[str, str]]
) -> dict[str, ToldCounts]:
    def counts(codes: tuple[str, ...]) -> tuple[int, int, int]:
        own = [told[code] for code in codes if code in told]
        equipped = sum(int(n * share) for n, share, _ in own)
        active = sum(int(n * share) for n, _, share in own)
        return sum(n for n, _, _ in own), equipped, active

    groups = {code: (code,) for code in told} | MEMBERS
    return {
        code: ToldCounts(
            frame,
            {
                id_: None if (code, id_) in hidden else part
                for id_, part in (("S3", equipped), ("U1", active))
            },
        )
        for code, codes in groups.items()
        for frame, equipped, active in [counts(codes)]
    }


@settings(max_examples=60)
@given(markets, holes)
def test_counts_are_multiples_and_told_sums_hold(
    told: dict[str, tuple[int, float, float]], hidden: set[tuple[str, str]]
) -> None:
    found = round_counts(areas(told, hidden), MEMBERS, 5)

    for code, count in found.frames.items():
        assert count % 5 == 0
        own = [found.frames[one] for one in MEMBERS.get(code, ()) if one in told]
        assert not own or count == sum(own)
    for (code, id_), part in found.parts.items():
        assert (code, id_) not in hidden
        assert part % 5 == 0
        assert 0 <= part <= found.frames[code]
        members = [one for one in MEMBERS.get(code, ()) if one in told]
        if members and all((one, id_) in found.parts for one in members):
            assert part == sum(found.parts[one, id_] for one in members)


def test_a_share_is_that_of_its_rounded_counts() -> None:
    found = round_counts({"A": ToldCounts(52, {"S3": 31, "U1": 17, "U5": 23})}, {}, 5)

    assert found.frames == {"A": 50}
    assert found.share("A", "S3") == RoundedShare(30, 50)
    assert found.share("A", "S3").percent == 60
    assert found.share("A", "U5").whole == 30
    assert found.share("A", "S4") == RoundedShare(None, None)
    assert set(COUNTED) == {"S3", "S4", "U1", "U2", "U4", "U5"}


def test_a_share_of_nobody_is_none_and_halves_go_up() -> None:
    assert RoundedShare(0, 0).percent is None
    assert RoundedShare(5, 40).percent == 13


def test_an_area_with_nothing_told_is_told_nothing() -> None:
    found = round_counts({"A": ToldCounts(None, {"S3": None})}, {"*": ("A",)}, 5)

    assert (found.frames, found.parts) == ({}, {})
