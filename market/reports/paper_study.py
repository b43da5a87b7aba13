"""What was studied of a period, as it is printed: a few sentences, growth, the fan of a year, the 4-G cards.

A month prints sentences, growth and retention; a quarter and a year also the composite index, a year
the country's growth, the fan of what may come, plans and cost. Source: domain.md 13.1.
"""

from market.adoption.definitions import DICTIONARY
from market.adoption.periods import Length, Period
from market.charts import painted
from market.charts.plane import WIDE, Axis, Band, Curve, plane_chart
from market.documents.adoption_paper import (
    FONT,
    ChartRow,
    Heading,
    PaperChart,
    PaperTable,
    Part,
)
from market.i18n import Lang, day, num, pct, translator
from market.i18n.campaign_names import EXIT_REASONS
from market.reports.index_words import component_name
from market.reports.models import AdoptionReport
from market.reports.national_words import national_words
from market.reports.paper_cells import few_or_mark
from market.reports.paper_charts import SMALL
from market.reports.paper_tables import plans_table
from market.reports.plans import milli_text
from market.reports.study_models import CardView, FanView, IndexView, SeasonView, StudyView
from market.reports.study_words import (
    AGAINST,
    GROUPS,
    activation_words,
    channel_name,
    concentration_words,
    fan_words,
    index_words,
    missing_words,
    refusal_words,
    season_words,
    signed_pct,
    unmatched_words,
    why_hidden,
)
from merchants.kinds import ExitReason, TargetUnit

_HEADING = "III. Phân tích"
_COST = (
    "Chi phí trên một tiểu thương hoạt động: chưa tính được, vì chưa ghi chi phí nào của chương trình; bảng "
    "4 câu hỏi chỉ ghi điều kiện cần, không ghi số tiền."
)
COHORTS_PRINTED = 6
CARDS_PRINTED = 12
REASONS_PRINTED = 6


def study_parts(report: AdoptionReport, period: Period) -> list[Part]:
    """Return the part of the paper; where nothing was closed, only the cards."""
    found = report.study
    parts: list[Part] = [Heading(_HEADING)]
    if found is None or report.main is None or not report.main.closes:
        parts.append("Chưa có tiền đã đối soát trong kỳ, nên chưa có gì để phân tích.")
    else:
        parts += [_sentences(found), _growth(found)]
        if period.length is not Length.MONTH and report.index and report.seasons:
            parts.append(_whole(report.index, report.seasons))
        if period.length is Length.YEAR:
            parts.append(" ".join(national_words(period, found.growths, translator(Lang.VI))))
        parts += _retention(report)
        if period.length is Length.YEAR:
            parts += [*_spread(found), *plans_table(report.main), _COST]
    parts += _reasons(found)
    parts += _cards(report.cards)
    return parts


def _sentences(found: StudyView) -> str:
    _ = translator(Lang.VI)
    one = found.concentration
    words = concentration_words(one, _)
    told = [f"Mức độ tập trung: {words[:1].lower()}{words[1:]}" if one.hidden else words]
    if not one.hidden and one.hhi is not None:
        gini = f"; hệ số Gini {num(one.gini, 3)}" if one.gini is not None else ""
        told.append(
            f"Mức độ tập trung HHI {num(one.hhi, 4)}, bằng {num(one.equivalent_vendors or 0, 1)} tiểu "
            f"thương nhận bằng nhau{gini}, tính cả tiểu thương chưa nhận khoản nào."
        )
    channels = [
        f"{channel_name(each, _)} {pct(each.value_share)}"
        + (
            f" (từ {pct(each.low)} đến {pct(each.high)})"
            if each.low is not None and each.high is not None and each.low < each.high
            else ""
        )
        for each in found.channels
        if each.value_share is not None
    ]
    if channels:
        told.append(f"Cơ cấu kênh theo giá trị: {'; '.join(channels)}.")
    elif found.channels and found.channels[0].hidden:
        words = why_hidden(found.channels[0].hidden, _)
        told.append(f"Cơ cấu kênh: {words[:1].lower()}{words[1:]}")
    words = activation_words(found.activation, _)
    told.append(f"Thời gian kích hoạt: {words[:1].lower()}{words[1:]}")
    return " ".join(told)


def _growth(found: StudyView) -> Part:
    _ = translator(Lang.VI)
    rows = [
        [
            f"{_(AGAINST[one.against])} ({day(one.window_first)} đến {day(one.window_last)})",
            *(
                "ẩn" if hidden else signed_pct(value, _)
                for value, hidden in (
                    (one.raw, one.hidden),
                    (one.per_market_day, one.hidden),
                    (one.matched, one.matched_hidden),
                    (one.matched_days, one.matched_days_hidden),
                )
            ),
        ]
        for one in found.growths
    ]
    if all(text in {"chưa có", "ẩn"} for row in rows for text in row[1:]):
        return (
            "Tăng trưởng: chưa so được, vì các kỳ trước chưa có ngày chợ đã chốt hoặc số phải ẩn."
        )
    apart = [words for one in found.growths for words in unmatched_words(one, _)]
    note = f" {' '.join(dict.fromkeys(apart))}" if apart else ""
    return PaperTable(
        caption=f"Tăng trưởng giá trị nhận qua QR.{note}",
        header=["So với", "Tổng", "Mỗi ngày chợ", "Chợ có ở cả hai kỳ", "Cùng chợ, cùng số phiên"],
        rows=rows,
        widths=[4.4, 1.4, 1.6, 1.9, 2.1],
        size_pt=11,
    )


def _retention(report: AdoptionReport) -> list[Part]:
    told = [one for one in report.cohorts if one.size is not None][-COHORTS_PRINTED:]
    width = min(6, max((len(one.active) for one in told), default=0))
    if width < 2:
        return ["Tỷ lệ giữ được: chưa đủ hai tháng kể từ khoản nhận đầu tiên, hoặc số phải ẩn."]
    rows = [
        [
            f"{one.month[5:]}/{one.month[:4]} ({num(one.size or 0)} người)",
            *(
                "" if at >= len(one.active) else _kept(one.active[at], one.returned[at], one.size)
                for at in range(width)
            ),
        ]
        for one in told
    ]
    return [
        PaperTable(
            caption="Tỷ lệ giữ được theo tháng bắt đầu (thêm: người trở lại sau 90 ngày không nhận)",
            header=["Bắt đầu", *(f"Tháng {at}" for at in range(width))],
            rows=rows,
            widths=[2.6, *([1.5] * width)],
            size_pt=10.5,
        )
    ]


def _kept(active: int | None, returned: int | None, size: int | None) -> str:
    if active is None or not size:
        return "ẩn (1)"
    back = f" (+{num(returned)})" if returned else ""
    return f"{pct(active / size, 0)}{back}"


def _spread(found: StudyView) -> list[Part]:
    """Return both curves beside each other, or why the data allow one or none."""
    _ = translator(Lang.VI)
    drawn = [one for one in found.fans if not one.refused]
    charts = []
    for one in drawn:
        caption = f"{DICTIONARY[one.curve].name_vi}. {fan_words(one, _)}"
        svg = _drawn(one, caption, SMALL if len(drawn) > 1 else WIDE)
        charts.append(PaperChart(caption, caption, painted(svg, FONT)))
    refused: list[Part] = [
        f"{DICTIONARY[one.curve].name_vi}: không tính. {refusal_words(one, _)}"
        for one in found.fans
        if one.refused
    ]
    return [*([ChartRow(charts)] if charts else []), *refused]


def _drawn(one: FanView, label: str, size: tuple[int, int]) -> str:
    last, top = len(one.months) - 1, max(one.market, 1)
    seen = [(at / last, count / top) for at, count in enumerate(one.observed) if count is not None]
    begin = [((len(one.observed) - 1) / last, seen[-1][1] if seen else 0.0)]

    def level(number: int) -> tuple[tuple[float, float], ...]:
        return (
            *begin,
            *(
                ((len(one.observed) + at) / last, row[number] / top)
                for at, row in enumerate(one.ahead)
            ),
        )

    highest = len(one.levels) - 1
    return plane_chart(
        [Curve(tuple(seen)), Curve(level(highest // 2), "--chart-2", is_dashed=True)],
        bands=[Band(level(0), level(highest), 0.35), Band(level(1), level(highest - 1), 0.6)],
        across=Axis(
            "Tháng", tuple((at / last, f"{m[5:]}/{m[2:4]}") for at, m in enumerate(one.months))
        ),
        up=Axis(
            "Tiểu thương đã từng nhận tiền",
            tuple((share, num(round(share * top))) for share in (0, 0.25, 0.5, 0.75, 1)),
        ),
        label=label,
        size=size,
    )


def _whole(index: IndexView, seasons: SeasonView) -> str:
    """Return the composite index with what it lacks, and the seasons, as a paragraph."""
    _ = translator(Lang.VI)

    def name_of(id_: str) -> str:
        return component_name(id_, Lang.VI)

    told = [index_words(index, _), *missing_words(index, name_of, _)]
    groups = "; ".join(
        f"{_(GROUPS[group]).lower()} {num(index.groups[group], 1) if group in index.groups else 'bỏ qua'}"
        f" (trọng số {weight})"
        for group, weight in index.weights.items()
    )
    return f"Chỉ số chung. {' '.join(told)} Các nhóm: {groups}. {season_words(seasons, _)}"


def _reasons(found: StudyView | None) -> list[Part]:
    told = found.reasons if found else None
    if told is None:
        return []
    if not told:
        return ["Trong kỳ chưa ghi nhận lý do từ chối hoặc thôi dùng nào."]

    return [
        PaperTable(
            caption="Lý do từ chối người hỗ trợ, tạm ngưng hoặc thôi dùng (lý do nói sau cùng trong kỳ)",
            header=["Lý do", "Gian từ chối", "Tạm ngưng, thôi"],
            rows=[
                [
                    EXIT_REASONS[ExitReason(one.reason)],
                    _count(one.refused, one.refused_hidden),
                    _count(one.ended, one.ended_hidden),
                ]
                for one in told[:REASONS_PRINTED]
            ],
            widths=[5, 2, 2],
            size_pt=10.5,
        )
    ]


def _count(value: int | None, hidden: str) -> str:
    return few_or_mark(hidden) if value is None else num(value)


def _cards(cards: list[CardView]) -> list[Part]:
    if not cards:
        return ["Bảng 4 câu hỏi: chưa chợ nào trong phạm vi báo cáo có bảng."]
    rows = [
        [
            one.market_name,
            "; ".join(_goals(one)) or "chưa ghi",
            f"{one.done}/{one.tasks}",
            "; ".join(f"{task} ({who}, {day(due)})" for task, who, due in one.late) or "không có",
            num(one.unmet),
        ]
        for one in cards[:CARDS_PRINTED]
    ]
    rest = len(cards) - CARDS_PRINTED
    return [
        PaperTable(
            caption="Tình hình 4-G của các chợ: mục tiêu, việc trễ hạn, người chịu trách nhiệm"
            + (f" (còn {rest} chợ, xem trên trang)" if rest > 0 else ""),
            header=["Chợ", "Mục tiêu", "Việc xong", "Việc trễ hạn", "Điều kiện thiếu"],
            rows=rows,
            widths=[2.4, 3.6, 1, 4, 1.2],
            text_columns=(1, 3),
            size_pt=10.5,
        )
    ]


def _goals(card: CardView) -> list[str]:
    return [
        f"{DICTIONARY[goal.indicator].label_vi} "
        f"{milli_text(goal.target_milli, TargetUnit(goal.unit))} đến {day(goal.due_on)}"
        for goal in card.objectives
        if goal.indicator in DICTIONARY
    ]
