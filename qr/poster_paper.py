"""The papers a poster comes on: sizes in millimetres, where the code stands, the room of each text.

Code widths follow from how far a phone must read: 100 mm at a stall, 140 mm on a board, 60 mm on a table,
30 mm in the hand. The width is fixed and the module varies, never the reverse.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from qr.poster_type import Room
from qr.poster_words import Lang2

A4_WIDTH_MM, A4_HEIGHT_MM = 210.0, 297.0


class Paper(StrEnum):
    """What a poster can be printed on; a sheet is A4 with several, to be cut apart."""

    A5 = "a5"
    A4 = "a4"
    TENT = "tent"
    CARD = "card"
    CHECK = "check"
    SIGN = "sign"
    SHEET = "sheet"
    SHEET_A5 = "sheet-a5"
    SHEET_TENT = "sheet-tent"
    SHEET_CHECK = "sheet-check"


@dataclass(frozen=True)
class Look:
    """How posters are printed: little ink or not, a second language, a blank back to every page."""

    is_eco: bool = False
    lang2: Lang2 | None = None
    is_duplex: bool = False


@dataclass(frozen=True)
class Box:
    """A rectangle on a page, in millimetres from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Art:
    """One piece of printed matter, as it hangs or lies after cutting.

    ``panels`` are the white squares round the codes; ``rooms`` are by the name of the text in it.
    """

    template: str
    width_mm: float
    height_mm: float
    code_mm: float
    panels: tuple[Box, ...]
    swing_mm: tuple[float, float]
    scale: float
    rooms: dict[str, Room] = field(hash=False)


@dataclass(frozen=True)
class Grid:
    """How pieces lie on a sheet of A4: columns, rows, the gap between them, on their side or not."""

    columns: int
    rows: int
    gap_mm: float
    is_turned: bool = False


@dataclass(frozen=True)
class Layout:
    """What a page of a paper holds."""

    art: Art
    grid: Grid | None = None

    @property
    def per_page(self) -> int:
        """Return how many posters one page holds."""
        return self.grid.columns * self.grid.rows if self.grid else 1

    @property
    def bleed_mm(self) -> float:
        """Return how far a poster is printed beyond its cut: half the gap between two."""
        return self.grid.gap_mm / 2 if self.grid else 0

    @property
    def page_mm(self) -> tuple[float, float]:
        """Return width and height of the page."""
        if self.grid:
            return A4_WIDTH_MM, A4_HEIGHT_MM
        return self.art.width_mm, self.art.height_mm

    def cells(self) -> list[Box]:
        """Return where each poster of a page lies, in rows from the upper left."""
        if self.grid is None:
            return [Box(0, 0, *self.page_mm)]
        width, height = self.art.width_mm, self.art.height_mm
        if self.grid.is_turned:
            width, height = height, width
        columns, rows, gap = self.grid.columns, self.grid.rows, self.grid.gap_mm
        left = (A4_WIDTH_MM - columns * width - (columns - 1) * gap) / 2
        top = (A4_HEIGHT_MM - rows * height - (rows - 1) * gap) / 2
        return [
            Box(left + column * (width + gap), top + row * (height + gap), width, height)
            for row in range(rows)
            for column in range(columns)
        ]

    def panels(self, cell: Box) -> list[Box]:
        """Return where the codes of one poster stand on the page."""
        if self.grid is None or not self.grid.is_turned:
            return [
                Box(cell.x + panel.x, cell.y + panel.y, panel.width, panel.height)
                for panel in self.art.panels
            ]
        # Turned by a quarter, clockwise: the upper edge comes to lie at the right.
        return [
            Box(
                cell.x + cell.width - panel.y - panel.height,
                cell.y + panel.x,
                panel.height,
                panel.width,
            )
            for panel in self.art.panels
        ]


def _stall(width: float, height: float, *, code: float, panel: float) -> Art:
    by = width / 148
    rooms = {
        "title": Room(124, 7, 18, 8, 1, 600),
        "holder": Room(130, 14.2, 35, 13, 2, 700, is_capitals=True),
        "accented": Room(132, 6.2, 14, 6.5, 2, 600),
        "bank": Room(92, 8.6, 17, 6.5, 2, 600),
        "stall": Room(38, 10.4, 24, 8, 1, 700),
        "display": Room(50, 5.8, 11, 4.6, 2, 600),
        "market": Room(50, 4.4, 8.5, 4.2, 2, 400),
        "url": Room(50, 2.6, 5.6, 3.8, 1, 600),
    }
    return Art(
        template="stall",
        width_mm=width,
        height_mm=height,
        code_mm=code,
        panels=(Box((width - panel) / 2, 21 * by, panel, panel),),
        swing_mm=(12 * by, 4 * by),
        scale=by,
        rooms={name: room.scaled(by) for name, room in rooms.items()},
    )


_TENT_PANEL, _TENT_FACE = 72.0, 105.0
_TENT = Art(
    template="tent",
    width_mm=148,
    height_mm=2 * _TENT_FACE,
    code_mm=60,
    # Both faces stand upright once the sheet is folded: the upper one is printed on its head.
    panels=(
        Box(148 - 8 - _TENT_PANEL, _TENT_FACE - 16.6 - _TENT_PANEL, _TENT_PANEL, _TENT_PANEL),
        Box(8, _TENT_FACE + 16.6, _TENT_PANEL, _TENT_PANEL),
    ),
    swing_mm=(6, 4),
    scale=0.8,
    rooms={
        "title": Room(124, 7, 16, 6, 1, 600),
        "holder": Room(52, 18.6, 26, 9, 2, 700, is_capitals=True),
        "accented": Room(52, 8.4, 11, 5, 2, 600),
        "bank": Room(52, 7.6, 14, 5, 2, 600),
        "stall": Room(52, 7, 20, 7, 1, 700),
        "display": Room(52, 5.8, 9, 4.5, 2, 600),
        "market": Room(52, 5, 7.5, 4.2, 2, 400),
        "url": Room(52, 2.2, 5, 3.4, 1, 600),
    },
)

_CARD = Art(
    template="card",
    width_mm=85.6,
    height_mm=54,
    code_mm=30,
    panels=(Box(3.6, 10.4, 36, 36),),
    swing_mm=(3.4, 2.2),
    scale=0.5,
    rooms={
        "title": Room(70, 5, 10.5, 5, 1, 600),
        "holder": Room(38, 9.4, 14.5, 6, 2, 700, is_capitals=True),
        "accented": Room(38, 4.2, 7, 4, 2, 600),
        "bank": Room(38, 4.2, 8.5, 4, 2, 600),
        "stall": Room(14.6, 4.4, 11, 4.5, 1, 700),
        "display": Room(38, 3.2, 6, 3.4, 2, 600),
        "market": Room(23.4, 4.4, 5.2, 3.4, 2, 400),
        "url": Room(38, 1.9, 4, 2.8, 1, 600),
    },
)

_CHECK = Art(
    template="check",
    width_mm=105,
    height_mm=148,
    code_mm=24,
    panels=(Box(67, 90.2, 30, 30),),
    swing_mm=(3, 3),
    scale=0.8,
    rooms={
        "title": Room(89, 8, 17, 7, 1, 600),
        "holder": Room(89, 12, 30, 10, 2, 700, is_capitals=True),
        "accented": Room(89, 6.4, 12, 5, 2, 600),
        "bank": Room(60, 8, 15, 5, 2, 600),
        "stall": Room(52, 8, 18, 6, 1, 700),
        "display": Room(52, 5.8, 9, 4.5, 2, 600),
        "market": Room(52, 5.2, 7.5, 4.2, 2, 400),
        "url": Room(48, 2.4, 5, 2.8, 1, 600),
    },
)

SIGN = Art(
    template="sign",
    width_mm=297,
    height_mm=420,
    code_mm=84,
    panels=(Box(98, 288, 101, 101),),
    swing_mm=(14, 8),
    scale=1.8,
    rooms={
        "title": Room(261, 58, 78, 40, 2, 700),
        "market": Room(261, 16, 34, 13, 2, 600),
        "url": Room(101, 6, 14, 6, 1, 600),
    },
)

_A5 = _stall(148, 210, code=100, panel=120)
LAYOUTS = {
    Paper.A5: Layout(_A5),
    Paper.A4: Layout(_stall(210, 297, code=140, panel=168)),
    Paper.TENT: Layout(_TENT),
    Paper.CARD: Layout(_CARD),
    Paper.CHECK: Layout(_CHECK),
    Paper.SIGN: Layout(SIGN),
    Paper.SHEET: Layout(_CARD, Grid(columns=2, rows=5, gap_mm=3)),
    Paper.SHEET_A5: Layout(_A5, Grid(columns=1, rows=2, gap_mm=0, is_turned=True)),
    Paper.SHEET_TENT: Layout(_TENT, Grid(columns=1, rows=2, gap_mm=0, is_turned=True)),
    Paper.SHEET_CHECK: Layout(_CHECK, Grid(columns=2, rows=2, gap_mm=0)),
}
