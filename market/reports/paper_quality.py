"""The part of the printed report on its own figures: coverage, integrity, the open width, the survey.

Source: domain.md 13.1.
"""

from market.documents.adoption_paper import Part
from market.i18n import Lang, num, translator, vnd
from market.reports.cashless import cashless_text
from market.reports.integrity import Integrity, incident_words, silence_words
from market.reports.models import AdoptionReport, AreaView, IndicatorView
from market.reports.paper_cells import figure_cell
from market.reports.study_models import StudyView
from market.reports.study_words import break_name, width_words
from market.reports.wording import interval_text

_TOLD = (
    ("S1", "Điểm kinh doanh đã vào danh sách"),
    ("S6", "Độ phủ dữ liệu"),
    ("S5", "Tài khoản khớp tên"),
    ("S7", "Mã QR nguyên vẹn khi kiểm tra"),
)


def quality_parts(
    main: AreaView, report: AdoptionReport, integrity: Integrity | None
) -> list[Part]:
    """Return the part.

    Args:
        integrity: of all markets together; ``None`` in the report of an area, whose differences from
            the others would count the few of one market.
    """
    told = []
    for id_, name in _TOLD:
        one = main[id_]
        interval = interval_text(one)
        text = f"{name}: {figure_cell(one)}"
        told.append(f"{text} (khoảng tin cậy 95%: {interval})" if interval else text)
    days = f"Ngày chợ đã chốt: {num(main.closed_days)}; còn sơ bộ: {num(main.provisional_days)}"
    parts: list[Part] = [f"{'; '.join(told)}. {days}."]
    if integrity is None:
        parts.append("Mã QR sai và nguồn gián đoạn: chỉ nêu chung cho tất cả các chợ.")
    else:
        wrong = incident_words(
            integrity.incidents,
            integrity.in_parts,
            anybody_looked=main["S7"].denominator != 0,
        )
        parts.append(f"{wrong} {silence_words(integrity.silences)}")
    if report.study is not None and not main["U8"].hidden and main.closes:
        parts.append(_width(main["U8"], report.study))
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
