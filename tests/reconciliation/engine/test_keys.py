"""Text as bytes, and the join that never trusts a hash."""

from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.engine.coded_text import (
    CodedText,
    Hashes,
    code_text,
    gather_text,
    hash_text,
    join_texts,
    rank_rows,
    same_text,
)
from reconciliation.engine.keys import KeySide, canonical_order, code_together, share_keys

texts = st.lists(st.text("ABé", max_size=20) | st.text("AB", min_size=8, max_size=9), max_size=14)


def coded(values: list[str], kind: Any = None) -> CodedText:
    """Texts as a column."""
    return code_text(pa.array(values, kind or pa.string()))


def side(keys: list[tuple[str, int]]) -> KeySide:
    """Keys of (text, block), rows numbered through."""
    blocks = np.array([block for _, block in keys], np.int64)
    return KeySide(np.arange(len(keys)), coded([text for text, _ in keys]), blocks)


def no_hash(text: CodedText) -> Hashes:
    """A hash that tells nothing apart."""
    return np.zeros(len(text.lengths), np.uint64)


def poor_hash(text: CodedText) -> Hashes:
    """A hash of one bit."""
    return hash_text(text) & (np.uint64(1) << np.uint64(63))


keys = st.lists(
    st.tuples(st.text("AB", min_size=1, max_size=3) | st.just("A" * 30), st.integers(0, 1)),
    max_size=14,
)


@given(keys, keys, st.sampled_from([hash_text, no_hash, poor_hash]))
def test_shared_keys_are_those_a_dictionary_finds(left: Any, right: Any, hashing: Any) -> None:
    groups: dict[Any, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for at, rows in enumerate((left, right)):
        for row, key in enumerate(rows):
            groups[key][at].append(row)

    shared = share_keys(side(left), side(right), hashing)

    pairs = {(a[0], b[0]) for a, b in groups.values() if len(a) == len(b) == 1}
    assert set(zip(shared.left.tolist(), shared.right.tolist(), strict=True)) == pairs
    crowds: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for at, rows, numbers in (
        (0, shared.crowd_left, shared.crowd_left_group),
        (1, shared.crowd_right, shared.crowd_right_group),
    ):
        for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
            crowds[number][at].append(row)
    expected = [g for g in groups.values() if len(g[0]) + len(g[1]) > 1 and g[:2] != ([], [])]
    expected = [g for g in expected if not len(g[0]) == len(g[1]) == 1]
    assert sorted((sorted(a), sorted(b)) for a, b in crowds.values()) == sorted(expected)


@given(texts)
def test_equal_texts_have_equal_hashes_wherever_they_stand(values: list[str]) -> None:
    together = hash_text(coded(values))

    apart = [int(hash_text(coded([value], pa.large_string()))[0]) for value in values]

    assert together.tolist() == apart


def test_hashes_depend_on_every_byte_and_on_the_length() -> None:
    values = ["", "A", "AA", "A" * 8, "A" * 9, "A" * 16, "B" + "A" * 15, "A" * 15 + "B", "A\0"]

    assert len(set(hash_text(coded(values)).tolist())) == len(values)


@given(texts, st.data())
def test_same_text_is_equality_of_bytes(values: list[str], data: st.DataObject) -> None:
    if not values:
        return
    places = st.lists(st.integers(0, len(values) - 1), min_size=8, max_size=8)
    i, j = (np.array(data.draw(places)) for _ in "ij")
    column = coded(values)

    same = same_text(column, i, column, j)

    assert same.tolist() == [values[a] == values[b] for a, b in zip(i, j, strict=True)]


@given(texts)
def test_a_column_written_out_holds_what_it_held(values: list[str]) -> None:
    column = coded(values)

    assert column.to_arrow().to_pylist() == values
    assert column.compact().to_arrow().to_pylist() == values
    assert [text.decode() for text in column.texts()] == values


def test_a_slice_of_an_array_is_read_from_its_own_start() -> None:
    array = pa.array(["AAAA", "BBBB", "CCCC", "DDDD"])[1:3]

    assert code_text(array).to_arrow().to_pylist() == ["BBBB", "CCCC"]


def test_missing_texts_are_empty_and_gathered_as_null() -> None:
    column = code_text(pa.array(["A", None, "CC"]))

    assert column.present.tolist() == [True, False, True]
    assert gather_text(column, np.array([2, -1, 0])).to_pylist() == ["CC", None, "A"]
    assert gather_text(column, np.array([-1, -1])).to_pylist() == [None, None]


def test_columns_behind_each_other_are_one_column() -> None:
    both = join_texts(coded(["A", "BB"]), coded(["CCC"]))

    assert both.to_arrow().to_pylist() == ["A", "BB", "CCC"]


@given(texts)
def test_rows_are_ranked_by_their_bytes(values: list[str]) -> None:
    ranks = rank_rows(coded(values))

    in_order = [values[at] for at in np.argsort(ranks)]
    assert in_order == sorted(values, key=str.encode)


@given(st.lists(st.text("ABC", min_size=1, max_size=4), max_size=12), st.randoms())
@pytest.mark.parametrize("hashing", [hash_text, no_hash, poor_hash])
def test_the_canonical_order_is_one_for_any_order_of_rows(
    hashing: Any, values: list[str], random: Any
) -> None:
    mixed = random.sample(values, len(values))

    order, repeated = canonical_order(coded(values), hashing)
    other, _ = canonical_order(coded(mixed), hashing)

    assert [values[at] for at in order] == [mixed[at] for at in other]
    assert len(repeated) == len(values) - len(set(values))


@given(st.lists(st.tuples(st.integers(-(2**62), 2**62), st.integers(0, 3)), max_size=20))
def test_codes_are_equal_where_all_columns_are(rows: list[tuple[int, int]]) -> None:
    columns = [np.array([row[at] for row in rows], np.int64) for at in (0, 1)]

    codes = code_together(*columns).tolist()

    assert len(set(zip(codes, rows, strict=True))) == len(set(rows)) == len(set(codes))
    assert sorted(set(codes)) == list(range(len(set(codes))))
