"""One bank reference as sources write it: what is the same, and the laws that keep payments apart."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from market.database import reading
from reconciliation.bulk import rows_of
from reconciliation.ledger.same_references import same_reference, same_reference_of

MARKS = (" ", "\t", "\r\n", "\u00a0", ".", "_", "-", "/", ":")
PARTS = st.text("ABCFTVZ0123456789", min_size=1, max_size=6)
SPLIT = st.lists(PARTS, min_size=1, max_size=4)
references = st.text("ab zBFT0129.-_/:\u00a0\t\nĐđ~*", max_size=12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FT26324123456", "ft26324123456"),
        ("FT26324123456", "  FT 26324123456\n"),
        ("FT26324123456", "FT-26324123456"),
        ("MBVCB.3278907687", "mbvcb 3278907687"),
        ("MBVCB.3278907687", "MBVCB3278907687"),
        ("5243.65937", "5243 - 65937"),
        ("5243.65937", "5243\u00a065937"),
    ],
)
def test_capitals_blanks_and_marks_are_a_way_of_writing(one: str, other: str) -> None:
    assert same_reference(one) == same_reference(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5243.65937", "52436.5937"),  # Vietcombank: what is before the dot says where
        ("5243.65937", "524365937"),
        ("FT26324123456", "FT26324123457"),
        ("FT26324123456", "26324123456"),
        ("FT26324123456", "FT26324123456BNK"),
        ("FT263O4", "FT26304"),
        ("FT0263", "FT263"),
        ("FT*123", "FT123"),
        ("FT１", "FT1"),
    ],
)
def test_two_payments_of_a_bank_stay_two(one: str, other: str) -> None:
    assert same_reference(one) != same_reference(other)


@pytest.mark.parametrize("nothing", [None, "", " ", "-", "NONREF", "n/a", "0", "0000 0000"])
def test_what_names_no_payment_is_no_reference(nothing: str | None) -> None:
    assert same_reference(nothing) is None


@given(parts=SPLIT, one=st.data(), other=st.data())
def test_however_the_parts_are_joined_it_is_one_reference(
    parts: list[str], one: st.DataObject, other: st.DataObject
) -> None:
    assert same_reference(_joined(parts, one)) == same_reference(_joined(parts, other))


def _joined(parts: list[str], choice: st.DataObject) -> str:
    written = parts[0]
    for part in parts[1:]:
        marks = choice.draw(st.lists(st.sampled_from(MARKS), min_size=1, max_size=3))
        written += "".join(marks) + part
    return written.lower() if choice.draw(st.booleans()) else written


@given(one=references, other=references)
def test_what_is_merged_has_the_same_letters_and_the_same_digits(one: str, other: str) -> None:
    same = same_reference(one)

    if same is not None and same == same_reference(other):
        assert _said(one) == _said(other)


def _said(reference: str) -> tuple[list[str], list[list[str]]]:
    """Return a reference's letters and, apart, its groups of digits: told in another way."""
    capitals = "".join(one.upper() if one.isascii() else one for one in reference)
    for mark in "\t\r\n\u00a0._-/: ":
        capitals = capitals.replace(mark, " ")
    letters = [one for one in capitals if one != " " and one not in "0123456789"]
    runs: list[list[str]] = [[]]
    for word in capitals.split():
        runs.append([])
        for one in word:
            if one in "0123456789":
                runs[-1].append(one)
            else:
                runs += [[one], []]
    return letters, [run for run in runs if run]


@given(reference=references)
def test_it_is_the_one_text_and_stays_so(reference: str) -> None:
    same = same_reference(reference)

    assert same is None or same_reference(same) == same


def test_both_databases_say_the_same(engine: sa.Engine) -> None:
    written = [
        *(
            "FT26324123456",
            "ft 26324-123456",
            " 5243 . 65937\r\n",
            "5243\u00a065937",
            "NONREF",
            "0",
        ),
        *("A-1_2/3:4.b", "--1--", "1 -a", "a- 1", "Đđ1", "FT１", "1..2", "x\t9", ""),
    ]
    told = (
        sa.values(sa.column("reference", sa.String), name="written")
        .data([(one,) for one in [*written, "~0a-1 b"]])
        .cte("told")
    )

    with reading(engine) as session:
        same = same_reference_of(session, told.c.reference)
        found = {
            one.reference: one.same
            for one in rows_of(session, sa.select(told.c.reference, same.label("same")))
        }

    assert {one: found[one] for one in written} == {one: same_reference(one) for one in written}
    assert found["~0a-1 b"] == "~0a-1 b"
