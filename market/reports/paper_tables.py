"""The tables of results in the printed report: the figures of the period, by market, by area, by goods.

Source: domain.md 13.1.
"""

from collections.abc import Sequence

from market.adoption.definitions import DICTIONARY
from market.adoption.periods import Length, Period
from market.documents.adoption_paper import Note, PaperTable, Part
from market.i18n import day, num, pct, vnd
from market.reports.flags import HIDDEN_TEXT
from market.reports.headline import MATCHED, RECEIPTS, headline_figure
from market.reports.models import AdoptionReport, AreaGroupView, AreaView, GoodsView
from market.reports.paper_cells import figure_cell, frame_cell, period_words
from market.reports.plans import expected_text, figure_text
from market.reports.wording import change_text

FIVE = ("U1", "U3", "U7", RECEIPTS, "U8", MATCHED, "S6", "S7")
COLUMNS = ("S3", "S4", "U1", "U3", RECEIPTS, "U8")
MARKETS_PRINTED = {Length.MONTH: 24, Length.QUARTER: 20, Length.YEAR: 12}
"""The longer the period, the more else there is to print on four pages."""
AREAS_PRINTED = 12
GOODS_PRINTED = 12
OTHERS = "khác"
_NAMES = {RECEIPTS: "Khoản nhận mỗi ngày chợ", MATCHED: "Tỷ lệ khớp"}
_LABELS = {
    "S3": "Có QR",
    "S4": "Có hợp đồng",
    "U1": "Hoạt động 30 ngày",
    "U3": "Theo ngày chợ",
    RECEIPTS: "Khoản / ngày chợ",
    "U8": "Giá trị / ngày chợ",
}
_WIDTHS = (3.8, 1.2, 1.15, 1.2, 1.35, 1.2, 1.25, 2)


def five_numbers(
    main: AreaView,
    before: AdoptionReport | None,
    year_before: AdoptionReport | None,
    period: Period,
) -> PaperTable:
    """Return the figures of the period beside those of the period and of the year before."""
    sides = [
        one.main if one is not None and one.main is not None and one.main.closes else None
        for one in (before, year_before)
    ]
    frames = [side.vendors_in_frame if side else None for side in (main, *sides)]
    frame = ["Tiểu thương trong khung", frame_cell(main), *(frame_cell(side) for side in sides)]
    rows = [[*frame, *(_more(frames[0], then) for then in frames[1:]), ""]]
    for id_ in FIVE:
        one = headline_figure(main, id_)
        others = [headline_figure(side, id_) if side else None for side in sides]
        rows.append(
            [
                _NAMES.get(id_) or DICTIONARY[id_].label_vi,
                figure_cell(one),
                *("chưa có" if other is None else figure_cell(other) for other in others),
                *(change_text(one, other) for other in others),
                _reached(main, id_),
            ]
        )
    return PaperTable(
        caption=f"Chỉ tiêu chính, {period_words(period)}",
        header=[
            *("Chỉ tiêu", "Kỳ này", "Kỳ trước", "Cùng kỳ năm trước"),
            *("So kỳ trước", "So cùng kỳ", "% kế hoạch"),
        ],
        rows=rows,
        widths=[4, 1.9, 1.7, 1.7, 1.8, 1.5, 1.15],
        size_pt=11,
    )


def _more(now: int | None, then: int | None) -> str:
    """Return by how many vendors a frame grew; nothing where one of the two is not told."""
    if now is None or then is None:
        return ""
    sign = "+" if now > then else "−" if now < then else ""
    return f"{sign}{num(abs(now - then))}"


def _reached(area: AreaView, id_: str) -> str:
    plan = headline_figure(area, id_).plan
    return pct(plan.attainment) if plan and plan.attainment is not None else ""


def markets_table(report: AdoptionReport, length: Length) -> list[Part]:
    """Return every market in a line; nothing where there is one alone."""
    if len(report.markets) < 2:
        return []
    shown = report.markets[: MARKETS_PRINTED[length]]
    areas = [*shown, *([report.total] if report.total else [])]
    names = ["Cộng" if area is report.total else area.market_name for area in areas]
    parts: list[Part] = [
        _by_area("Kết quả theo chợ", "Chợ", names, areas, has_total=report.total is not None)
    ]
    if len(report.markets) > len(shown):
        rest = len(report.markets) - len(shown)
        parts.append(
            Note(f"In {len(shown)} chợ đầu theo mã; còn {rest} chợ trong bảng tính kèm theo.")
        )
    return parts


def areas_table(areas: Sequence[tuple[AreaGroupView, AreaView]]) -> list[Part]:
    """Return old districts beside new communes: the areas of several markets, with what to know of each."""
    if not areas:
        return []
    shown = areas[:AREAS_PRINTED]
    names = [f"{group.name[:1].upper()}{group.name[1:]}" for group, _ in shown]
    told = [area for _, area in shown]
    caveats = dict.fromkeys(group.caveat for group, _ in shown if group.caveat)
    table = _by_area("Kết quả theo địa bàn: đơn vị cũ và xã mới", "Địa bàn", names, told)
    return [table, *(Note(caveat) for caveat in caveats)]


def _by_area(
    caption: str,
    first: str,
    names: Sequence[str],
    areas: Sequence[AreaView],
    *,
    has_total: bool = False,
) -> PaperTable:
    """Return areas by line; the column of the plan only where one of them has one."""
    plans = [_reached(area, "U1") for area in areas]
    has_plans = any(plans)
    return PaperTable(
        caption=caption,
        header=[
            *(first, "Tiểu thương"),
            *(_LABELS[id_] for id_ in COLUMNS),
            *(["% kế hoạch"] if has_plans else []),
        ],
        rows=[
            [
                name,
                frame_cell(area),
                *(figure_cell(headline_figure(area, id_)) for id_ in COLUMNS),
                *([plan] if has_plans else []),
            ]
            for name, area, plan in zip(names, areas, plans, strict=True)
        ],
        widths=[*_WIDTHS, *([1.3] if has_plans else [])],
        has_total=has_total,
        size_pt=10.5,
    )


def goods_table(main: AreaView) -> list[Part]:
    """Return what goods groups received; in a sentence where nothing of it may be told."""
    if not main.goods:
        return ["Trong kỳ không có khoản nhận nào để chia theo nhóm hàng."] if main.closes else []
    if all(one.hidden for one in main.goods):
        marks = ", ".join(dict.fromkeys(HIDDEN_TEXT[one.hidden] for one in main.goods))
        return [f"Tiền nhận qua QR theo nhóm hàng: không công bố được nhóm nào, {marks}."]
    # What is left over stands last, however large it is.
    ordered = sorted(main.goods, key=lambda one: (bool(one.hidden), one.goods_group == OTHERS))
    return [
        PaperTable(
            caption="Tiền nhận qua QR theo nhóm hàng",
            header=["Nhóm hàng", "Tiểu thương", "Số khoản", "Giá trị", "Tỷ trọng"],
            rows=[_goods_row(one) for one in ordered[:GOODS_PRINTED]],
            widths=[3.6, 1.6, 1.6, 2.6, 1.4],
            size_pt=11,
        )
    ]


def _goods_row(one: GoodsView) -> list[str]:
    name = one.goods_group or "chưa ghi nhóm hàng"
    if one.hidden:
        return [name, *[HIDDEN_TEXT[one.hidden]] * 4]
    share = pct(one.share) if one.share is not None else ""
    value = vnd(one.value_vnd or 0)
    return [name, num(one.vendors or 0), num(one.receipts or 0), value, share]


def plans_table(main: AreaView) -> list[Part]:
    """Return where each plan stands, from which next year's targets are set; in words where there is none."""
    planned = [(one, one.plan) for one in main.indicators if one.plan is not None]
    if not planned:
        return ["Đặt chỉ tiêu kỳ tới: phạm vi báo cáo chưa có kế hoạch nào để đối chiếu."]
    return [
        PaperTable(
            caption="Kế hoạch đang theo, làm căn cứ đặt chỉ tiêu kỳ tới",
            header=["Chỉ tiêu", "Hiện nay", "Kế hoạch", "Đến ngày", "Đường kế hoạch", "Đạt"],
            rows=[
                [
                    DICTIONARY[one.id].label_vi,
                    figure_cell(one),
                    figure_text(plan.value, one.unit),
                    day(plan.period_to),
                    expected_text(plan.expected, one.unit),
                    pct(plan.attainment) if plan.attainment is not None else "",
                ]
                for one, plan in planned
            ],
            widths=[3.6, 1.8, 1.8, 1.8, 1.8, 1.5],
            size_pt=11,
        )
    ]
