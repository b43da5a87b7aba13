"""A period's report in words and tables, as it is printed: the administrative document of 2 to 4 pages.

Source: domain.md 13.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from market.adoption.definitions import DICTIONARY
from market.adoption.lunar_year import tet
from market.adoption.periods import Length, Period, Scheme
from market.charts import painted
from market.charts.intervals import Row, interval_chart
from market.charts.trend import Event, Line, trend_chart
from market.documents.adoption_paper import (
    FONT,
    Heading,
    Note,
    Paper,
    PaperChart,
    PaperTable,
    Part,
)
from market.i18n import Lang, day, num, pct, translator, vnd
from market.reports.cashless import cashless_text
from market.reports.headline import MATCHED, RECEIPTS, headline_figure
from market.reports.market_changes import change_words
from market.reports.models import AdoptionReport, AreaView, IndicatorView
from market.reports.paper_study import study_parts
from market.reports.revisions import RevisedFigure, RevisionLine
from market.reports.study_models import StudyView
from market.reports.study_words import break_name, width_words
from market.reports.wording import change_text, coverage_text, interval_text, value_text
from market.reports.workbook import HIDDEN_TEXT

FIVE = ("U1", "U3", "U7", RECEIPTS, "U8", MATCHED, "S6", "S7")
COLUMNS = ("S3", "S4", "U1", "U3", "U8")
MARKETS_PRINTED = 40
GOODS_PRINTED = 12
ROMAN = ("I", "II", "III", "IV")
_NOTHING_CLOSED = (
    "Trong kỳ chưa chốt ngày chợ nào, nên chưa có số liệu về tiền nhận qua QR; báo cáo chỉ nêu số liệu "
    "trong danh sách."
)
_NAMES = {RECEIPTS: "Khoản nhận mỗi ngày chợ", MATCHED: "Tỷ lệ khớp"}
_LABELS = {"S3": "Có QR", "S4": "Có hợp đồng", "U1": "Hoạt động 30 ngày", "U3": "Theo ngày chợ"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Who issues the report, and to whom it goes."""

    above: str
    issuer: str
    place: str
    copies: Sequence[str]


def adoption_paper(
    report: AdoptionReport,
    *,
    before: AdoptionReport | None,
    year_before: AdoptionReport | None,
    head: Letterhead,
    revisions: Sequence[RevisionLine] = (),
) -> Paper:
    """Return the report as it is printed.

    Args:
        before: the period before; ``None`` = nobody closed a day of it.
        year_before: the same period a year before, likewise.
    """
    period = Period.read(report.period, Scheme(report.scheme))
    main = report.main
    place = _place(report)
    parts: list[Part] = [Heading("I. Tình hình chung")]
    if main is None:
        parts.append("Chưa có chợ nào trong danh sách, nên chưa có số liệu để báo cáo.")
    else:
        parts += _general(main, before.main if before else None, place)
        parts += [Heading("II. Kết quả thực hiện"), _five(main, before, year_before, period)]
        parts += _drawn(report, period)
        parts += _markets(report)
        parts += _goods(main)
        parts += study_parts(report, period)
        parts += [Heading("IV. Chất lượng số liệu"), *_quality(main, report)]
    parts += [Heading("V. Ghi chú" if main else "II. Ghi chú"), *_notes(report)]
    if revisions:
        parts.append(_editions(revisions))
    return Paper(
        above=head.above,
        issuer=head.issuer,
        place_and_date=_place_and_date(head.place, _issue_year(period)),
        title=f"Kết quả thanh toán không dùng tiền mặt tại {place}",
        period=period_words(period),
        status=_status(report),
        parts=parts,
        copies=head.copies,
    )


def period_words(period: Period) -> str:
    """Return ``tháng 10 năm 2026``, ``quý IV năm 2026`` or ``năm 2026``."""
    year, month = divmod(period.first_month, 12)
    if period.length is Length.YEAR:
        return f"năm {year}"
    if period.length is Length.QUARTER:
        return f"quý {ROMAN[month // 3]} năm {year}"
    # Months 1 and 2 are written with two digits, as days below 10 are.
    return f"tháng {month + 1:02} năm {year}" if month < 2 else f"tháng {month + 1} năm {year}"


def _place(report: AdoptionReport) -> str:
    if report.area is not None:
        return report.area.name
    if report.market_code is not None and report.markets:
        name = report.markets[0].market_name
        return f"{name[:1].lower()}{name[1:]}"
    return f"{num(len(report.markets))} chợ"


def _issue_year(period: Period) -> int:
    return (
        period.moved(1).window.first.year
        if period.length is not Length.YEAR
        else (period.window.last.year + 1)
    )


def _place_and_date(place: str, year: int) -> str:
    when = f"ngày        tháng        năm {year}"
    return f"{place}, {when}" if place else f"…………, {when}"


def _status(report: AdoptionReport) -> str:
    state = "Số liệu sơ bộ" if report.is_provisional else "Số liệu chính thức"
    version = f", bản công bố số {report.version}" if report.version else ", chưa công bố"
    return f"({state}{version}; từ {day(report.window_first)} đến hết {day(report.window_last)})"


def _general(main: AreaView, before: AreaView | None, place: str) -> list[Part]:
    frame = main.vendors_in_frame
    first = f"{place[:1].upper()}{place[1:]} có "
    first += (
        "dưới 5 tiểu thương đang kinh doanh."
        if frame is None
        else f"{num(frame)} tiểu thương đang kinh doanh vào ngày {day(main.reference_on)}."
    )
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
    return {
        "c": "có quá ít tiểu thương đứng sau con số",
        "s": "sẽ suy ngược ra số phải ẩn",
        "u": "dữ liệu thấy được dưới một nửa số mã QR đang treo",
        "": "chưa có gì để tính",
    }[one.hidden]


def _five(
    main: AreaView,
    before: AdoptionReport | None,
    year_before: AdoptionReport | None,
    period: Period,
) -> PaperTable:
    sides = [
        one.main if one is not None and one.main is not None and one.main.closes else None
        for one in (before, year_before)
    ]
    frames = [side.vendors_in_frame if side else None for side in (main, *sides)]
    frame = ["Tiểu thương trong khung", _frame(main), *(_frame(side) for side in sides)]
    rows = [[*frame, *(_more(frames[0], then) for then in frames[1:]), ""]]
    for id_ in FIVE:
        one = headline_figure(main, id_)
        others = [headline_figure(side, id_) if side else None for side in sides]
        plan = one.plan.attainment if one.plan else None
        rows.append(
            [
                _NAMES.get(id_) or DICTIONARY[id_].label_vi,
                _figure(one),
                *("chưa có" if other is None else _figure(other) for other in others),
                *(change_text(one, other) for other in others),
                pct(plan) if plan is not None else "",
            ]
        )
    return PaperTable(
        caption=f"Bảng 1. Chỉ tiêu chính, {period_words(period)}",
        header=[
            *("Chỉ tiêu", "Kỳ này", "Kỳ trước", "Cùng kỳ năm trước"),
            *("So kỳ trước", "So cùng kỳ", "% kế hoạch"),
        ],
        rows=rows,
        widths=[3.1, 2, 2, 2, 1.5, 1.5, 1.3],
        size_pt=11,
    )


def _more(now: int | None, then: int | None) -> str:
    """Return by how many vendors a frame grew; nothing where one of the two is not told."""
    if now is None or then is None:
        return ""
    sign = "+" if now > then else "−" if now < then else ""
    return f"{sign}{num(abs(now - then))}"


def _frame(area: AreaView | None) -> str:
    if area is None:
        return "chưa có"
    return "<5" if area.vendors_in_frame is None else num(area.vendors_in_frame)


def _figure(one: IndicatorView) -> str:
    return HIDDEN_TEXT[one.hidden] if one.hidden else value_text(one)


def _drawn(report: AdoptionReport, period: Period) -> list[Part]:
    parts: list[Part] = []
    number = 1
    if len(report.markets) > 1 and any(a["U1"].value is not None for a in report.markets):
        shown = sorted(
            report.markets, key=lambda a: (a["U1"].value is None, -(a["U1"].value or 0))
        )[:15]
        caption = f"Hình {number}. Hoạt động 30 ngày theo chợ, kèm khoảng tin cậy 95%"
        rows = [
            Row(a.market_name, _figure(a["U1"]), a["U1"].value, a["U1"].low, a["U1"].high)
            for a in shown
        ]
        alt = "; ".join(f"{row.name}: {row.text}" for row in rows)
        parts.append(PaperChart(caption, alt, painted(interval_chart(rows, label=caption), FONT)))
        number += 1
    points = [one for one in report.trend if one.indicator == "U1"]
    if len(points) > 1 and any(one.value is not None for one in points):
        caption = f"Hình {number}. Hoạt động 30 ngày qua các kỳ đã công bố"
        texts = [pct(one.value) if one.value is not None else "ẩn" for one in points]
        line = Line(DICTIONARY["U1"].label_vi, tuple(one.value for one in points), tuple(texts))
        events = [
            Event(at, "Tết")
            for at, one in enumerate(points)
            if period.length is Length.MONTH and _holds_tet(one.period, period.scheme)
        ]
        chart = trend_chart(
            [_short(one.period) for one in points], [line], label=caption, events=events
        )
        told = zip(points, texts, strict=True)
        alt = "; ".join(f"{one.period}: {text}" for one, text in told)
        parts.append(PaperChart(caption, alt, painted(chart, FONT)))
        if events:
            parts.append(Note("Nền xám: tháng có Tết Nguyên đán, chợ nghỉ nhiều ngày."))
    return parts


def _short(label: str) -> str:
    """Return ``10/2026``, ``IV/2026`` or ``2026``."""
    year, _, part = label.partition("-")
    if not part:
        return year
    return f"{ROMAN[int(part[1]) - 1] if part.startswith('Q') else part}/{year}"


def _holds_tet(label: str, scheme: Scheme) -> bool:
    window = Period.read(label, scheme).window
    return any(
        window.first <= tet(year) <= window.last for year in {window.first.year, window.last.year}
    )


def _markets(report: AdoptionReport) -> list[Part]:
    if len(report.markets) < 2:
        return []
    shown = report.markets[:MARKETS_PRINTED]
    areas = [*shown, *([report.total] if report.total else [])]
    header = [
        "Chợ",
        "Tiểu thương",
        *(_LABELS.get(id_, DICTIONARY[id_].label_vi) for id_ in COLUMNS),
    ]
    rows = [
        [
            "Cộng" if area is report.total else area.market_name,
            _frame(area),
            *(_figure(area[id_]) for id_ in COLUMNS),
        ]
        for area in areas
    ]
    parts: list[Part] = [
        PaperTable(
            caption="Bảng 2. Kết quả theo chợ",
            header=header,
            rows=rows,
            widths=[3.4, 1.4, 1.3, 1.4, 1.5, 1.5, 2.3],
            has_total=report.total is not None,
            size_pt=11,
        )
    ]
    if len(report.markets) > len(shown):
        rest = len(report.markets) - len(shown)
        parts.append(
            Note(f"In {len(shown)} chợ đầu theo mã; còn {rest} chợ trong bảng tính kèm theo.")
        )
    return parts


def _goods(main: AreaView) -> list[Part]:
    if not main.goods:
        return ["Trong kỳ không có khoản nhận nào để chia theo nhóm hàng."] if main.closes else []
    rows = [
        [
            one.goods_group or "chưa ghi nhóm hàng",
            *(
                [HIDDEN_TEXT[one.hidden]] * 4
                if one.hidden
                else [
                    num(one.vendors or 0),
                    num(one.receipts or 0),
                    vnd(one.value_vnd or 0),
                    pct(one.share) if one.share is not None else "",
                ]
            ),
        ]
        for one in main.goods[:GOODS_PRINTED]
    ]
    return [
        PaperTable(
            caption="Bảng 3. Tiền nhận qua QR theo nhóm hàng",
            header=["Nhóm hàng", "Tiểu thương", "Số khoản", "Giá trị", "Tỷ trọng"],
            rows=rows,
            widths=[3.6, 1.6, 1.6, 2.6, 1.4],
        )
    ]


def _quality(main: AreaView, report: AdoptionReport) -> list[Part]:
    study, told = report.study, []
    for id_, name in (
        ("S1", "Điểm kinh doanh đã vào danh sách"),
        ("S6", "Độ phủ dữ liệu"),
        ("S5", "Tài khoản khớp tên"),
        ("S7", "Mã QR nguyên vẹn khi kiểm tra"),
    ):
        one = main[id_]
        interval = interval_text(one)
        text = f"{name}: {_figure(one)}"
        told.append(f"{text} (khoảng tin cậy 95%: {interval})" if interval else text)
    days = f"Ngày chợ đã chốt: {num(main.closed_days)}; còn sơ bộ: {num(main.provisional_days)}"
    parts: list[Part] = [f"{'; '.join(told)}. {days}."]
    if study is not None and not main["U8"].hidden and main.closes:
        parts.append(_width(main["U8"], study))
    parts.append(cashless_text(report.cashless, translator(Lang.VI)))
    return parts


def _width(money: IndicatorView, study: StudyView) -> str:
    """Return from what to what the value reaches, and which open money makes the difference."""
    _ = translator(Lang.VI)
    if money.credible is None and study.breaks:
        return "Giá trị nhận qua QR: có khoản đang chờ, nhưng của quá ít tiểu thương để công bố."
    text = f"Giá trị nhận qua QR: {width_words(money.value, money.credible, _)}"
    named = [
        f"{break_name(one, _)} {vnd(one.value_vnd)}"
        for one in study.breaks
        if one.value_vnd is not None
    ]
    return f"{text} Trong kỳ: {'; '.join(named)}." if named else text


def _notes(report: AdoptionReport) -> list[Part]:
    caveat = [Note(report.area.caveat)] if report.area is not None and report.area.caveat else []
    changes = change_words(report.markets, translator(Lang.VI))
    return [
        *caveat,
        *([Note(f"Thay đổi trong kỳ. {' '.join(changes)}")] if changes else []),
        Note(
            "(1) Có dưới 5 tiểu thương đứng sau con số, hoặc tỷ lệ tính trên dưới 20 tiểu thương. "
            "(2) Ẩn thêm để không suy ngược ra số tại (1). (3) Dữ liệu thấy được dưới một nửa số mã QR "
            "đang treo."
        ),
        Note(
            "Một người có nhiều gian hàng tính là một tiểu thương. Khoản nhận qua QR không phải là doanh "
            f"thu: khách có thể chuyển khoản để đổi tiền mặt. {report.note_vi}"
        ),
        Note(
            "Kỳ báo cáo chốt ngày 14, theo chế độ báo cáo định kỳ."
            if report.scheme != Scheme.CALENDAR
            else "Kỳ báo cáo theo tháng dương lịch."
        ),
        Note(
            f"Lập lại báo cáo: cho40 report build --period {report.period}"
            + (f" --as-of {report.known_at.date().isoformat()}" if report.known_at else "")
            + f". Mã các lần chốt ngày: {report.rests_on_sha256[:16]}; mã quy tắc ẩn số: "
            f"{report.rules_sha256[:16]}."
        ),
    ]


def _editions(revisions: Sequence[RevisionLine]) -> PaperTable:
    def figure(one: RevisedFigure) -> str:
        if one.figure is None:
            return "chưa có"
        moved = change_text(one.figure, one.before)
        return f"{_figure(one.figure)} ({moved})" if one.change else _figure(one.figure)

    ids = list(revisions[0].figures)
    return PaperTable(
        caption="Bảng 6. Các bản đã công bố của kỳ này, và từng số đổi thế nào",
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
