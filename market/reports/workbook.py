"""A period's report as a workbook: what to read first, the tidy table, the printed tables.

Numbers are numbers with a format, texts are never formulas; the same report gives the same bytes.
Source: domain.md 13.2.
"""

import io
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from market.adoption.definitions import DICTIONARY
from market.exports import Value
from market.i18n import Lang, translator
from market.reports.flags import FLAGS, HIDDEN_TEXT
from market.reports.market_changes import change_words
from market.reports.models import AdoptionReport, AreaView, IndicatorView
from market.reports.paper_cells import few_or_mark
from market.reports.tidy import tidy_rows
from market.reports.wording import reach_words

READ_FIRST, TIDY, MARKETS, GOODS = "Đọc trước", "Số liệu", "Bảng 1 Các chợ", "Bảng 2 Nhóm hàng"
PRINTED = ("S2", "S3", "S4", "U1", "U2", "U3", "U4", "U5", "U7", "U8")
_FORMATS = {
    "ratio": "0.0%",
    "vnd": "#,##0",
    "vnd_per_market_day": "#,##0",
    "receipts_per_vendor_day": "#,##0.00",
    "days": "0",
}
_ROUNDED = '"khoảng "0%'
"""A number still, which shows that its decimals would say nothing."""


def workbook(report: AdoptionReport, *, title: str) -> bytes:
    """Return the report as XLSX.

    Args:
        title: what it is about and when, ``Chợ trung tâm Mậu A, tháng 10/2026``.
    """
    import xlsxwriter

    written = io.BytesIO()
    book = xlsxwriter.Workbook(
        written,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    # The moment of writing would make each copy another file.
    book.set_properties(
        {"title": title, "created": datetime.combine(report.window_last, time(0, 0))}
    )
    _Sheets(book).write(report, title)
    book.close()
    return written.getvalue()


class _Sheets:
    """The sheets of one workbook, and the formats they share."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._head = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self._text = book.add_format({"text_wrap": True, "valign": "top"})
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._numbers = {
            unit: book.add_format({"num_format": written}) for unit, written in _FORMATS.items()
        }
        self._rounded = book.add_format({"num_format": _ROUNDED})

    def write(self, report: AdoptionReport, title: str) -> None:
        """Write all sheets."""
        self._read_first(report, title)
        header, rows = tidy_rows(report)
        self._table(TIDY, header, rows)
        self._markets(report)
        self._goods(report)

    def _read_first(self, report: AdoptionReport, title: str) -> None:
        sheet = self._book.add_worksheet(READ_FIRST)
        sheet.set_column(0, 0, 34, self._text)
        sheet.set_column(1, 1, 100, self._text)
        sheet.write_string(0, 0, title, self._title)
        lines = [
            ("Khoảng ngày", reach_words(report)),
            ("Cách tính kỳ", "chốt ngày 14" if report.scheme != "calendar" else "dương lịch"),
            ("Trạng thái", _state(report)),
            ("Dựa trên", f"các lần chốt ngày có mã {report.rests_on_sha256}"),
            ("Quy tắc ẩn số", report.rules_sha256),
            ("Lưu ý", report.note_vi),
            *((("Địa bàn", report.area.caveat),) if report.area and report.area.caveat else ()),
            *(("Thay đổi trong kỳ", words) for words in _changes(report)),
            *_legend(),
            *(
                (f"{one.id} {one.name_vi}", f"{one.formula_vi}. {one.note_vi}")
                for one in report.definitions
            ),
        ]
        for at, (name, text) in enumerate(lines, start=2):
            sheet.write_string(at, 0, name, self._text)
            sheet.write_string(at, 1, text, self._text)

    def _table(self, name: str, header: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
        sheet = self._begun(name, header)
        for at, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                self._put(sheet, at, place, value, None)

    def _markets(self, report: AdoptionReport) -> None:
        names = [DICTIONARY[id_].label_vi for id_ in PRINTED]
        sheet = self._begun(MARKETS, ["Mã", "Chợ", "Tiểu thương trong khung", *names])
        areas = [*report.markets, *([report.total] if report.total else [])]
        for at, area in enumerate(areas, start=1):
            self._put(sheet, at, 0, area.market_code, None)
            self._put(sheet, at, 1, area.market_name, None)
            frame = area.vendors_in_frame
            self._put(
                sheet, at, 2, few_or_mark(area.frame_hidden) if frame is None else frame, "vnd"
            )
            for place, id_ in enumerate(PRINTED, start=3):
                self._indicator(sheet, at, place, area[id_])

    def _goods(self, report: AdoptionReport) -> None:
        header = ["Mã", "Nhóm hàng", "Tiểu thương có khoản nhận", "Số khoản", "Giá trị nhận qua QR"]
        sheet = self._begun(GOODS, header)
        at = 0
        for area in _areas_with_goods(report):
            for one in area.goods:
                at += 1
                self._put(sheet, at, 0, area.market_code, None)
                self._put(sheet, at, 1, one.goods_group or "chưa ghi nhóm hàng", None)
                for place, value in enumerate((one.vendors, one.receipts, one.value_vnd), start=2):
                    self._put(sheet, at, place, HIDDEN_TEXT.get(one.hidden, value), "vnd")

    def _begun(self, name: str, header: Sequence[str]) -> Any:
        sheet = self._book.add_worksheet(name)
        for place, title in enumerate(header):
            sheet.write_string(0, place, title, self._head)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(header) - 1, 16)
        sheet.autofilter(0, 0, 0, len(header) - 1)
        return sheet

    def _indicator(self, sheet: Any, at: int, place: int, one: IndicatorView) -> None:
        value: Value = HIDDEN_TEXT[one.hidden] if one.hidden else one.value
        if one.is_rounded:
            sheet.write_number(at, place, one.value, self._rounded)
        else:
            self._put(sheet, at, place, "chưa có" if value is None else value, one.unit)

    def _put(self, sheet: Any, at: int, place: int, value: Value, unit: str | None) -> None:
        if isinstance(value, str):
            sheet.write_string(at, place, value)
        elif value is not None:
            sheet.write_number(at, place, value, self._numbers.get(unit or ""))


def _state(report: AdoptionReport) -> str:
    """Return how far the figures may be relied on: what is not published may change any day."""
    state = "sơ bộ" if report.is_provisional else "chính thức"
    if report.is_published:
        return f"{state}, bản công bố số {report.version}"
    if not report.is_rounded:
        return f"chưa công bố, còn có thể đổi; các ngày đã chốt là {state}"
    return (
        f"chưa công bố, còn có thể đổi. Số người làm tròn đến bội của {report.counts_rounded_to}, tỷ lệ "
        "tính từ số đã làm tròn (cờ k), không có khoảng tin cậy; lấy số này trừ số kỳ khác không ra mức "
        "tăng giảm. Số tiền và các số dựa trên tiền có khi công bố (cờ w)"
    )


def _legend() -> list[tuple[str, str]]:
    return [
        (f"{HIDDEN_TEXT[flag]}, cờ {flag}" if flag in HIDDEN_TEXT else f"cờ {flag}", words)
        for flag, words in FLAGS.items()
    ]


def _changes(report: AdoptionReport) -> list[str]:
    return [words for area in report.markets for words in change_words([area], translator(Lang.VI))]


def _areas_with_goods(report: AdoptionReport) -> list[AreaView]:
    return [*([report.total] if report.total else []), *report.markets]
