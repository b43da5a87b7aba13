"""A period's report in words and tables, as it is printed: the administrative document of 2 to 4 pages.

Source: domain.md 13.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from market.adoption.definition import FIRST_VALID, Definition
from market.adoption.definitions import DICTIONARY
from market.adoption.disclosure.hidden import Hidden
from market.adoption.indicator import Window
from market.adoption.periods import Period, Scheme
from market.documents.adoption_paper import (
    ChartRow,
    Heading,
    Note,
    Paper,
    PaperChart,
    PaperTable,
    Part,
)
from market.i18n import Lang, day, num, translator, vnd
from market.reports.integrity import Integrity
from market.reports.market_changes import change_words
from market.reports.models import (
    AdoptionReport,
    AreaGroupView,
    AreaView,
    IndicatorView,
    TrendPoint,
)
from market.reports.paper_cells import figure_cell, period_words
from market.reports.paper_charts import chart_parts
from market.reports.paper_quality import quality_parts
from market.reports.paper_study import study_parts
from market.reports.paper_tables import areas_table, five_numbers, goods_table, markets_table
from market.reports.revisions import RevisedFigure, RevisionLine
from market.reports.study_words import HIDDEN_BECAUSE
from market.reports.wording import change_text, coverage_text, reach_words, value_text
from merchants.days import market_day

DICTIONARY_PATH = "/muc-do-dung/cach-tinh"
_NOTHING_CLOSED = (
    "Trong kỳ chưa chốt ngày chợ nào, nên chưa có số liệu về tiền nhận qua QR; báo cáo chỉ nêu số liệu "
    "trong danh sách."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Who issues the report, and to whom it goes."""

    above: str
    issuer: str
    place: str
    copies: Sequence[str]
    contact: str = ""
    """Whom readers ask about the figures; empty = the issuer."""
    base_url: str = ""
    """Where the pages are reached; empty = it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside the report itself on its paper."""

    before: AdoptionReport | None = None
    """The period before; ``None`` = nobody closed a day of it."""
    year_before: AdoptionReport | None = None
    """The same period a year before, likewise."""
    revisions: Sequence[RevisionLine] = ()
    courses: Sequence[TrendPoint] = ()
    """What markets' figures were published with, the period itself last."""
    areas: Sequence[tuple[AreaGroupView, AreaView]] = field(default_factory=tuple)
    """Areas of several markets; none in the report of an area."""
    integrity: Integrity | None = None
    """``None`` = told of all markets together only."""
    made_on: date | None = None
    """When the edition was made; ``None`` = on the day its closes reach to."""


def adoption_paper(report: AdoptionReport, beside: Beside, head: Letterhead) -> Paper:
    """Return the report as it is printed."""
    period = Period.read(report.period, Scheme(report.scheme))
    main = report.main
    place = _place(report)
    parts: list[Part] = [Heading("I. Tình hình chung")]
    if main is None:
        parts.append("Chưa có chợ nào trong danh sách, nên chưa có số liệu để báo cáo.")
    else:
        parts += _general(main, beside.before.main if beside.before else None, place)
        parts.append(Heading("II. Kết quả thực hiện"))
        parts.append(five_numbers(main, beside.before, beside.year_before, period))
        parts += chart_parts(report, period, beside.courses)
        parts += [
            *markets_table(report, period.length),
            *areas_table(beside.areas),
            *goods_table(main),
        ]
        parts += study_parts(report, period)
        parts.append(Heading("IV. Chất lượng số liệu"))
        parts += quality_parts(main, report, beside.integrity)
    parts += [
        Heading("V. Ghi chú" if main else "II. Ghi chú"),
        *_notes(report, period, head, beside.made_on),
    ]
    if beside.revisions:
        parts.append(_editions(beside.revisions))
    return Paper(
        above=head.above,
        issuer=head.issuer,
        place_and_date=_place_and_date(head.place, _issue_year(period)),
        title=f"Kết quả thanh toán không dùng tiền mặt tại {place}",
        period=period_words(period),
        status=_status(report),
        parts=_numbered(parts),
        copies=head.copies,
    )


def _numbered(parts: Sequence[Part]) -> list[Part]:
    """Return the parts with tables and charts numbered in their order."""
    tables = charts = 0
    found: list[Part] = []
    for part in parts:
        if isinstance(part, PaperTable):
            tables += 1
            found.append(replace(part, caption=f"Bảng {tables}. {part.caption}"))
        elif isinstance(part, PaperChart | ChartRow):
            row = part.charts if isinstance(part, ChartRow) else (part,)
            named = []
            for chart in row:
                charts += 1
                named.append(replace(chart, caption=f"Hình {charts}. {chart.caption}"))
            found.append(ChartRow(tuple(named)) if isinstance(part, ChartRow) else named[0])
        else:
            found.append(part)
    return found


def _place(report: AdoptionReport) -> str:
    if report.area is not None:
        return report.area.name
    if report.market_code is not None and report.markets:
        name = report.markets[0].market_name
        return f"{name[:1].lower()}{name[1:]}"
    return f"{num(len(report.markets))} chợ"


def _issue_year(period: Period) -> int:
    """Return the year of the first day on which a report of a whole period can be signed.

    A document is dated the day it is issued (Decree 30/2020/NĐ-CP, Appendix I), which follows the
    period's last: of a year cut off on the 14th that is 15 December of the same year.
    """
    return period.moved(1).window.first.year


def _place_and_date(place: str, year: int) -> str:
    when = f"ngày        tháng        năm {year}"
    return f"{place}, {when}" if place else f"…………, {when}"


def _status(report: AdoptionReport) -> str:
    state = "Số liệu sơ bộ" if report.is_provisional else "Số liệu chính thức"
    version = f", bản công bố số {report.version}" if report.version else ", chưa công bố"
    return f"({state}{version}; {reach_words(report)})"


def _general(main: AreaView, before: AreaView | None, place: str) -> list[Part]:
    frame = main.vendors_in_frame
    first = f"{place[:1].upper()}{place[1:]} có "
    if frame is not None:
        first += f"{num(frame)} tiểu thương đang kinh doanh vào ngày {day(main.reference_on)}."
    elif main.frame_hidden == Hidden.PRIMARY:
        first += "dưới 5 tiểu thương đang kinh doanh."
    else:
        why = HIDDEN_BECAUSE[main.frame_hidden]
        first = f"Số tiểu thương đang kinh doanh tại {place} không công bố: {why}."
    first += " " + _told(main["S3"], "tiểu thương đã được trang bị mã QR")
    if not main.closes:
        return [
            first,
            _NOTHING_CLOSED,
        ]
    active = _told(main["U1"], "tiểu thương có ít nhất 1 khoản nhận qua QR trong 30 ngày cuối kỳ")
    moved = change_text(main["U1"], before["U1"]) if before and before.closes else ""
    if moved:
        active = f"{active.removesuffix('.')}, {moved} phần trăm so với kỳ trước."
    money = main["U8"]
    second = (
        f"Giá trị nhận qua QR đã đối soát là {vnd(int(money.numerator or 0))} trong "
        f"{num(main.closed_days)} ngày chợ, bình quân {value_text(money)} một ngày chợ; "
        f"{coverage_text(money.coverage)}."
        if money.value is not None
        else f"Giá trị nhận qua QR không công bố: {_why(money)}."
    )
    days = (
        f"Toàn bộ {num(main.closed_days)} ngày chợ trong kỳ đã chốt sổ."
        if not main.days_not_closed
        else f"Còn {num(len(main.days_not_closed))} ngày chợ chưa chốt sổ, không tính vào số liệu."
    )
    return [first, f"{active} {second}", days]


def _told(one: IndicatorView, what: str) -> str:
    if one.hidden or one.value is None or one.numerator is None:
        return f"Số {what} không công bố: {_why(one)}."
    return f"Có {num(one.numerator)} {what}, đạt {value_text(one)}."


def _why(one: IndicatorView) -> str:
    return HIDDEN_BECAUSE[one.hidden] if one.hidden else "chưa có gì để tính"


def _notes(
    report: AdoptionReport, period: Period, head: Letterhead, made_on: date | None
) -> list[Part]:
    caveat = [Note(report.area.caveat)] if report.area is not None and report.area.caveat else []
    changes = change_words(report.markets, translator(Lang.VI))
    return [
        *caveat,
        *([Note(f"Thay đổi trong kỳ. {' '.join(changes)}")] if changes else []),
        Note(
            "(1) Có dưới 5 tiểu thương đứng sau con số, một người chiếm phần quá lớn của số tiền, hoặc tỷ lệ tính "
            "trên dưới 20 tiểu thương. "
            "(2) Ẩn thêm để không suy ngược ra số tại (1). (3) Dữ liệu thấy được dưới một nửa số mã QR "
            "đang treo, hoặc chưa kiểm tra gian nào."
        ),
        Note(
            "Một người có nhiều gian hàng tính là một tiểu thương. Khoản nhận qua QR không phải là doanh "
            f"thu: khách có thể chuyển khoản để đổi tiền mặt. {report.note_vi} "
            + (
                "Kỳ báo cáo chốt ngày 14, theo chế độ báo cáo định kỳ. "
                if report.scheme != Scheme.CALENDAR
                else "Kỳ báo cáo theo tháng dương lịch. "
            )
            + definition_words(list(DICTIONARY.values()), period.window)
        ),
        *_made_later(report, made_on),
        Note(
            f"Lập lại báo cáo: cho40 report build --period {report.period}"
            + (f" --scheme {report.scheme}" if report.scheme != Scheme.CALENDAR else "")
            + (f" --as-of {market_day(report.known_at).isoformat()}" if report.known_at else "")
            + f". Mã các lần chốt ngày: {report.rests_on_sha256[:16]}; mã quy tắc ẩn số: "
            f"{report.rules_sha256[:16]}."
        ),
        Note(
            f"Cách tính và từ điển chỉ tiêu: {head.base_url.rstrip('/')}{DICTIONARY_PATH}. "
            f"Liên hệ về số liệu: {head.contact or head.issuer}."
        ),
    ]


def _made_later(report: AdoptionReport, made_on: date | None) -> list[Part]:
    """Return what is in figures of a past day that was not known on it; nothing of a day's own."""
    until = market_day(report.known_at) if report.known_at else None
    if made_on is None or until is None or made_on <= until:
        return []
    return [
        Note(
            f"Lập ngày {day(made_on)}, theo sổ đã chốt đến hết ngày {day(until)}. Khoản bị đảo, sự đồng ý "
            "và danh sách tiểu thương lấy như ngày lập."
        )
    ]


def definition_words(definitions: Sequence[Definition], window: Window) -> str:
    """Return which definitions changed inside the period."""
    changed = [
        f"{one.name_vi} (từ {day(one.valid_from)}"
        + (f": {one.change_log[-1]})" if one.change_log else ")")
        for one in definitions
        if one.valid_from > FIRST_VALID and window.first <= one.valid_from <= window.last
    ]
    if not changed:
        return "Định nghĩa các chỉ tiêu không đổi trong kỳ."
    return f"Định nghĩa đổi trong kỳ: {'; '.join(changed)}."


def _editions(revisions: Sequence[RevisionLine]) -> PaperTable:
    def figure(one: RevisedFigure) -> str:
        if one.figure is None:
            return "chưa có"
        moved = change_text(one.figure, one.before)
        told = figure_cell(one.figure)
        return f"{told} ({moved})" if one.change else told

    ids = list(revisions[0].figures)
    return PaperTable(
        caption="Các bản đã công bố của kỳ này, và từng số đổi thế nào",
        header=["Bản, số liệu đến", *(_REVISED_LABELS[id_] for id_ in ids), "Mã nội dung"],
        rows=[
            [
                ", ".join((str(line.edition.version), day(line.known_on), _state(line))),
                *(figure(one) for one in line.figures.values()),
                line.edition.content_sha256[:8],
            ]
            for line in revisions
        ],
        widths=[2.6, *([1.7] * len(ids)), 1.5],
        text_columns=(len(ids) + 1,),
        size_pt=10,
    )


def _state(line: RevisionLine) -> str:
    return "sơ bộ" if line.edition.is_provisional else "chính thức"


_REVISED_LABELS = {
    "S3": "Có QR",
    "U1": "Hoạt động 30 ngày",
    "U3": "Theo ngày chợ",
    "U7": "Khoản / người / ngày",
    "U8": "Giá trị / ngày chợ",
}
