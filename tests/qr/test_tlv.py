"""Data objects: two digits of ID, two of length, characters not bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr.tlv import Breakage, DataObject, read_objects, write_object

tags = st.from_regex(r"[0-9]{2}", fullmatch=True)
values = st.text(min_size=1, max_size=99)


def test_lengths_count_characters_not_bytes() -> None:
    assert read_objects("0104最佳运输0202北京").objects == (
        DataObject("01", "最佳运输"),
        DataObject("02", "北京"),
    )


@given(st.lists(st.tuples(tags, values), max_size=6))
def test_reading_undoes_writing(objects: list[tuple[str, str]]) -> None:
    text = "".join(write_object(tag, value) for tag, value in objects)

    split = read_objects(text)

    assert split.breakage is None
    assert [tuple(each) for each in split.objects] == objects


@pytest.mark.parametrize(
    ("text", "breakage"),
    [
        ("0002011", Breakage("left-over", 6, "1", "1", 1)),
        ("000201123", Breakage("left-over", 6, "12", "123", 3)),
        ("XX0201", Breakage("id", 0, "XX", "XX", 2)),
        ("٠١02ab", Breakage("id", 0, "٠١", "٠١", 2)),
        ("01+2ab", Breakage("length", 0, "01", "+2", 2)),
        ("01 2ab", Breakage("length", 0, "01", " 2", 2)),
        ("01２2ab", Breakage("length", 0, "01", "２2", 2)),
        ("0100", Breakage("zero", 0, "01", "00", 0)),
        ("0103ab", Breakage("past-end", 0, "01", "03", 2)),
    ],
)
def test_a_broken_object_is_named_with_its_place(text: str, breakage: Breakage) -> None:
    assert read_objects(text).breakage == breakage


def test_what_stands_before_the_breakage_is_kept() -> None:
    assert read_objects("000201XX01a").objects == (DataObject("00", "01"),)


@pytest.mark.parametrize("value", ["", "x" * 100])
def test_a_value_no_length_can_name_is_never_written(value: str) -> None:
    with pytest.raises(ValueError, match=f"object 08 holds {len(value)} characters, 1 to 99 fit"):
        write_object("08", value)
