"""Every fault of a row or file is told in both languages, with what to do about it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from market.i18n import Lang, translator
from market.i18n.english import ENGLISH
from merchants.errors import SheetRefused
from merchants.files import workbook
from merchants.files.xlsx_guard import XlsxProblem
from merchants.imports.plan_rows import _COLUMN_VI
from merchants.remedies import remedied_whole, why_and_fix
from merchants.sentences import Sentence
from merchants.sheets.columns import TITLES
from merchants.sheets.reading import read_sheet
from tests.market.refusals import VIETNAMESE
from tests.merchants.conftest import Register, sqlite_register
from tests.merchants.imports.test_register import other_row
from tests.merchants.sheet_files import VACANT, csv_bytes, lines, row, xlsx_bytes

__all__ = ["sqlite_register"]

_EN = translator(Lang.EN)
FORMULA = "=A1"
FAULTS: list[Mapping[str, Any]] = [
    {"market": ""},
    {"market": "XX"},
    {"stall": ""},
    {"stall": "A 1"},
    {"stall": "VIDU"},
    {"stall": date(2026, 2, 1)},
    {"name": ""},
    {"name": FORMULA},
    {"name": True},
    {"name": "7"},
    {"name": "Lan \u263a"},
    {"name": "Lan\u202e"},
    {"name": 5.5},
    {"name": 1e16},
    {"name": "+Lan"},
    {"state": "Open"},
    {"state": "Trống"},
    {"phone": "091234567"},
    {"phone": "0112345678"},
    {"phone": "09 / 08"},
    {"bank": ""},
    {"bank": "Vietcombannk"},
    {"account": ""},
    {"account": 12345.5},
    {"account": "1,5E+12"},
    {"account": "12_34"},
    {"account": "1" * 20},
    {"account": "12"},
    {"account": 102345678901.0},
    {"bank": "Agribank", "account": "123456789012"},
    {"consented": "22/11/2199"},
    {"consented": "31/02/2026"},
    {"consented": "2026-01-01"},
    {"consented": "01/01/1900"},
    {"codes": "2"},
    {"codes": "many", "audited": "01/08/2026"},
    {"audited": "01/08/2026"},
    {"wallet": "ZaloPay", "wallet_point": "1"},
    {"wallet": "MoMo"},
    {"wallet_point": "S1"},
    {"wallet": "Stripe", "wallet_point": "1A"},
    {"wallet": "MoMo", "wallet_point": "a b"},
    {"holder": "x" * 81},
]  # fmt: skip
TYPED = (
    "Trần Văn Anh", "Trần Văn Bình", "Trần Văn Chi", "Trần Văn Dũng", "Trần Văn Em",
    "Nguyễn Thị Hương", "Trần Văn", "Người Mới", "Trống", "Đang bán", "Đóng", "Dự kiến", "“Mã chợ”",
    "đ", "Người Khác", "Ghi chú",
)  # fmt: skip
"""What stands in the file itself, or in a column's title there; it is the same in both languages."""


def check(message: str) -> None:
    """Both halves are there, in both languages, and the English is English."""
    why, fix = why_and_fix(message)
    assert fix is not None, message
    assert VIETNAMESE.search(message)
    for half in (why, fix):
        told = _EN(half)
        assert half.endswith(".")
        for typed in TYPED:
            told = told.replace(typed, "")
        assert not VIETNAMESE.search(told), told


@pytest.mark.parametrize("changes", FAULTS, ids=str)
def test_every_wrong_cell_has_its_remedy_in_both_languages(
    sqlite_register: Register, changes: Mapping[str, Any]
) -> None:
    result = sqlite_register.take_one(row(**changes))

    assert result.outcome == "rejected"
    assert result.messages
    for message in result.messages:
        check(message)


def test_every_contradiction_has_its_remedy_in_both_languages(sqlite_register: Register) -> None:
    register = sqlite_register
    register.take(row())

    told = [
        *register.take(row(), row()).rows,
        *register.take(row(stall="A002"), row(stall="A002", goods="Cá")).rows,
        *register.take(other_row(1, stall="A001")).rows,
        *register.take(row(stall="A003"), row(stall="A004", account="0123456788834")).rows,
    ]
    rejected = [each for each in told if each.outcome == "rejected"]

    assert len(rejected) == 5
    for each in rejected:
        assert each.messages
        for message in each.messages:
            check(message)


def test_every_remark_is_told_in_both_languages(sqlite_register: Register) -> None:
    register = sqlite_register
    register.take(row())
    told = [
        *register.take(row(account="0123456788834")).rows,
        *register.take(row(account="0123456777777")).rows,
        *register.take(other_row(1, phone="", holder="", name="TRAN VAN MOT")).rows,
        *register.take(other_row(2, phone="987654321", bank="Nông nghiệp")).rows,
        *register.take(other_row(3, phone="01680002231", holder="NGUOI KHAC")).rows,
        *register.take(other_row(4, bank="BIDV", account=12345678901234.0)).rows,
        *register.take(other_row(5, bank="BIDV", account="12345")).rows,
        *register.take(row(stall="A009", business="HKD Hương"), row(stall="A010", business="B")).rows,
        *register.take(row(consented="05/08/2026")).rows,
        *register.take(other_row(6, account="0123456789012")).rows,
        *register.take(row(**VACANT)).rows,
    ]  # fmt: skip

    remarks = [Sentence.of(message) for each in told for message in each.messages]

    assert "rejected" not in {each.outcome for each in told}
    assert len({remark.values["why"].template for remark in remarks if "why" in remark.values}) > 9
    for remark in remarks:
        english = _EN(remark)
        for typed in TYPED:
            english = english.replace(typed, "")
        assert not VIETNAMESE.search(english.replace("Nông nghiệp", "").replace("HKD H", "")), (
            english
        )


@pytest.mark.parametrize(
    "content",
    [
        b" ",
        b"%PDF-1",
        b"<html>",
        b"\x89PNG",
        b"\xd0\xcf\x11\xe0",
        b"PK\x03\x04",
        b"\xff\xfeA",
        csv_bytes([["x"], ["y"]]),
        csv_bytes([["Mã gian hàng", "Họ tên", "Tuổi", "Khu", "Khu"], ["A1"]]),
        csv_bytes(lines([])),
        csv_bytes(lines([row()])) + b'"open',
    ],
    ids=repr,
)
def test_every_file_that_is_refused_has_its_remedy_in_both_languages(content: bytes) -> None:
    with pytest.raises(SheetRefused) as refusal:
        read_sheet(content, "a.csv")

    why, fix = why_and_fix(refusal.value.reason)
    assert fix is not None
    titles = sorted([*TITLES.values(), "Tuổi", "CSV UTF-8", "Họ tên", "Khu vực"], key=len)
    for half in (why, fix):
        english = _EN(half)
        for title in reversed(titles):
            english = english.replace(f"“{title}”", "")
        assert not VIETNAMESE.search(english), english


def test_two_sheets_with_a_header_are_refused_with_a_remedy() -> None:
    problems = workbook._XLSX_ADVICE

    assert set(problems) == set(XlsxProblem)
    facts = {"damage": "x", "member": "x", "count": 3, "megabytes": 9, "megabytes_max": 8,
             "row": 1, "column": 2, "written": "x", "encoding": ""}  # fmt: skip
    for why, fix in problems.values():
        names = {name: value for name, value in facts.items() if f"{{{name}" in why}
        check(remedied_whole(Sentence(why, **names), fix))


def test_the_remarks_about_a_whole_file_are_told_in_both_languages() -> None:
    table = [
        *lines([row(), row(stall="VIDU", name="Nguyễn Văn Ví Dụ")]),
        ["Tổng cộng"],
        *lines([row(stall="A9")])[1:],
        *[["", "", "", "", "", f"Ký {n}"] for n in range(12)],
    ]

    remarks = read_sheet(xlsx_bytes(table), "a.xlsx").remarks

    assert remarks
    assert [each for each in remarks if VIETNAMESE.search(_EN(each))] == []


def test_every_column_has_its_english() -> None:
    assert {*TITLES.values(), *_COLUMN_VI.values()} <= ENGLISH.keys()
