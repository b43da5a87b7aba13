"""The poster looks as it looked when somebody last looked at it."""

from qr.typeset import render_poster
from tests.golden_files import Compare
from tests.qr.faces import face


def test_the_poster_looks_as_before(golden: Compare) -> None:
    golden("poster.png", render_poster(face(), "png"))


def test_a_long_name_stays_inside_the_poster(golden: Compare) -> None:
    long = face(
        holder_name="Nguyễn Hoàng Phương Quỳnh Thuỳ Dương",
        display_name="Hàng khô và gia vị vùng cao gia đình bà Phương Quỳnh",
    )

    golden("poster-long-name.svg", render_poster(long, "svg"))
