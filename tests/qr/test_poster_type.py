"""Text fitted to its room: never cut, never too small, as large as may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr.poster_layout import fit_face
from qr.poster_paper import LAYOUTS, Paper
from qr.poster_type import CAP_HEIGHT, MM_PER_PT, SPARE, Room, fit, text_width
from tests.qr.faces import face
from tests.qr.papers import STALL_PAPERS, URL

SYLLABLES = st.sampled_from(
    ["Nguyễn", "Thị", "Hương", "Đặng", "Ngọc", "Ánh", "Tuyết", "Ỷ", "Hoàng", "Phương", "Quỳnh", "W"]
)
NAMES = st.lists(SYLLABLES, min_size=1, max_size=16).map(" ".join)
ROOMS = st.builds(
    Room,
    width=st.floats(10, 200),
    height=st.floats(3, 40),
    size_max=st.floats(12, 60),
    size_min=st.floats(4, 12),
    lines_max=st.sampled_from([1, 2]),
    weight=st.sampled_from([400, 600, 700]),
    is_capitals=st.booleans(),
)


@given(NAMES, ROOMS)
def test_a_fitted_text_is_whole_and_inside_its_room(name: str, room: Room) -> None:
    fitted = fit(name, room)

    if fitted is None:
        widest = text_width(name, room.weight) * SPARE
        one_line = min(room.width / MM_PER_PT / widest, room.height / MM_PER_PT / 1.265)
        assert one_line < room.size_min
    else:
        assert " ".join(fitted.lines) == name
        assert len(fitted.lines) <= room.lines_max
        assert room.size_min <= fitted.size <= room.size_max
        for line in fitted.lines:
            assert text_width(line, room.weight) * fitted.size * MM_PER_PT <= room.width


@given(NAMES, ROOMS, st.floats(1, 3))
def test_more_room_never_sets_a_text_smaller(name: str, room: Room, by: float) -> None:
    narrow = fit(name, room)
    wide = fit(
        name,
        Room(
            room.width * by,
            room.height * by,
            room.size_max,
            room.size_min,
            room.lines_max,
            room.weight,
            room.is_capitals,
        ),
    )

    if narrow is not None:
        assert wide is not None
        assert wide.size >= narrow.size


def test_the_width_of_a_line_is_that_of_its_letters() -> None:
    # Be Vietnam Pro Bold: N is 749 and G 790 thousandths of an em wide.
    assert text_width("NG", 700) == pytest.approx(1.539)


def test_two_lines_break_where_the_longer_is_shortest() -> None:
    room = Room(30, 20, 40, 5, 2, 700, is_capitals=True)

    fitted = fit("NGUYEN THI HUONG", room)

    assert fitted is not None
    assert fitted.lines == ("NGUYEN", "THI HUONG")


def test_one_line_is_kept_where_two_would_be_no_larger() -> None:
    fitted = fit("LO THI MAI", Room(130, 10, 40, 5, 2, 700, is_capitals=True))

    assert fitted is not None
    assert fitted.lines == ("LO THI MAI",)
    assert fitted.size * CAP_HEIGHT * MM_PER_PT <= 10


@pytest.mark.parametrize("text", ["W" * 120, " ".join(["WWWWWWWW"] * 12)])
def test_a_text_beyond_its_room_is_not_set(text: str) -> None:
    assert fit(text, Room(130, 14, 35, 13, 2, 700, is_capitals=True)) is None


@pytest.mark.parametrize("paper", STALL_PAPERS)
@pytest.mark.parametrize(
    "name", ["Lò Ý", "Nguyễn Thị Hương", "Nguyễn Hoàng Phương Quỳnh Thuỳ Dương"]
)
def test_the_holders_name_is_the_largest_type_on_every_paper(paper: Paper, name: str) -> None:
    fitted = fit_face(
        face(holder_name=name, verify_url=URL), LAYOUTS[paper].art, title="Quét mã để trả tiền"
    )

    holder = fitted.texts["holder"]
    assert holder is not None
    others = [text.size for key, text in fitted.texts.items() if text and key != "holder"]
    assert max([*others, fitted.tail_size]) < holder.size


def test_smallest_sizes_leave_the_name_the_largest() -> None:
    for layout in LAYOUTS.values():
        holder = layout.art.rooms.get("holder")
        if holder is not None:
            others = [room.size_min for key, room in layout.art.rooms.items() if key != "holder"]
            assert max(others) <= 0.9 * holder.size_min
