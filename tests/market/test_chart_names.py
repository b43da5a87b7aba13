"""Charts name what they draw: every line of a trend, every market in full."""

import re

import pytest

from market.charts.intervals import NARROW, Row, interval_chart
from market.charts.plane import NARROW as PLANE_NARROW
from market.charts.plane import WIDE, Axis, Curve, plane_chart
from market.charts.trend import NARROW as TREND_NARROW
from market.charts.trend import Line, trend_chart
from market.reports.paper_charts import SMALL

ACTIVE = Line("Hoạt động 30 ngày", (0.17, 0.28), ("17,0%", "28,0%"))
EQUIPPED = Line("Có QR", (0.44, 0.69), ("44,0%", "69,0%"))


def words(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]+)</text>", svg)


def strokes(svg: str) -> list[str]:
    return re.findall(r'<path[^>]*stroke="var\((--chart-\d)\)"', svg)


def test_several_lines_are_named_beside_strokes_of_their_own() -> None:
    both = trend_chart(["09/26", "10/26"], [ACTIVE, EQUIPPED], label="", size=TREND_NARROW)
    alone = trend_chart(["09/26", "10/26"], [ACTIVE], label="", size=TREND_NARROW)

    assert words(both)[:2] == [ACTIVE.name, EQUIPPED.name]
    assert strokes(both)[:2] == strokes(both)[2:] == ["--chart-1", "--chart-3"]
    assert ACTIVE.name not in words(alone)  # its title says whose it is


def test_a_long_name_takes_two_lines_and_is_not_cut() -> None:
    rows = [
        Row("Chợ trung tâm Mậu A", "29,6%", 0.296, 0.24, 0.36),
        Row("Chợ Lâm Giang", "", *[None] * 3),
    ]

    narrow = words(interval_chart(rows, label="", width=NARROW))

    assert " ".join(narrow).count("Chợ trung tâm Mậu A") == 1
    assert "Chợ trung tâm Mậu A" not in narrow
    assert "Chợ trung tâm Mậu A" in words(interval_chart(rows, label=""))
    assert not any("…" in text for text in narrow)


@pytest.mark.parametrize("size", [WIDE, PLANE_NARROW, SMALL])
def test_both_axes_of_a_curve_are_named_with_what_they_count(size: tuple[int, int]) -> None:
    drawn = plane_chart(
        [Curve(((0, 0), (1, 1)), text="100%")],
        across=Axis("Phần tiểu thương", ((0, "0%"), (1, "100%"))),
        up=Axis("Phần số tiền & hơn", ((0, "0%"), (1, "100%"))),
        label="x",
        size=size,
    )

    places = {
        text: float(y)
        for y, text in re.findall(r'<text x="[^"]+" y="([^"]+)"[^>]*>([^<]+)</text>', drawn)
    }
    assert places["Phần tiểu thương"] == size[1] - 6
    # Above the highest mark, which stands at the same height as the end of the curve.
    assert places["Phần số tiền &amp; hơn"] == 14
    assert places["100%"] >= 28
