"""What everybody may read of a published period; nothing that is not listed here gets out."""

from datetime import date

from market.reports.view import View


class PublicFigure(View):
    """One figure of one area, rounded; ``value`` ``null`` = not told (``hidden``) or nothing to tell."""

    id: str
    name_vi: str
    name_en: str
    unit: str
    value: float | None
    """A share in whole per cent, as a part of one; đồng rounded as ``PublicTables`` says."""
    numerator: int | None
    """Vendors, a multiple of ``count_base``; ``null`` = the figure has no counts that are told."""
    denominator: int | None
    hidden: str
    """Empty, ``c`` (too few behind it), ``s`` (it would tell another) or ``u`` (too little covered)."""


class PublicGoods(View):
    """The part of one goods group in the value received by QR, in whole per cent."""

    goods_group: str
    share: float | None
    hidden: str


class PublicArea(View):
    """All markets together, an area, or one market."""

    code: str
    name: str
    kind: str
    """``all``, ``area`` or ``market``"""
    caveat: str
    market_days: int
    vendors: int | None
    """Vendors in the frame, a multiple of ``count_base``; ``null`` = not told."""
    figures: list[PublicFigure]
    goods: list[PublicGoods]

    def __getitem__(self, indicator_id: str) -> PublicFigure:
        return next(one for one in self.figures if one.id == indicator_id)


class PublicSurvey(View):
    """The cashless share of takings by the newest survey that was over when the period was published."""

    name: str
    first_on: date
    last_on: date
    market_codes: list[str]
    share: float | None
    low: float | None
    high: float | None
    answers: int
    response_rate: float | None
    untold: str
    """Why no share is told; empty = it is."""


class PublicTables(View):
    """Everything the public is told of a period."""

    period: str
    scheme: str
    version: int
    is_provisional: bool
    known_on: date
    """The last day whose closes are in it."""
    window_first: date
    window_last: date
    count_base: int
    """Counts are multiples of it, rounded together so that they add up."""
    value_base_vnd: int
    """Amounts are multiples of it, which only makes them easier to read."""
    areas: list[PublicArea]
    survey: PublicSurvey | None
    """``null`` = there is none."""


class PublicEdition(View):
    """A published period, as the list names it."""

    period: str
    scheme: str
    version: int
    is_provisional: bool
    known_on: date
