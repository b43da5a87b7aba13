"""What each field of a provider profile may hold, and in two languages what is wrong with one.

One table for rows, one for the fee schedule in a row; whoever adds a field to ``profiles.Profile``
adds its line here. TOML's types are taken as they are: "no" is no false, true is no 1, and a quoted
date is a text.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from types import MappingProxyType
from typing import Any

from merchants.sentences import Sentence
from reconciliation.engine.books import TEXT_COLUMNS, BookName
from reconciliation.engine.column_values import FIRST_DAY, LAST_DAY
from reconciliation.records import TransactionType

VIETNAM = "vn"
"""The calendar of Vietnam's public holidays, ``merchants/calendars/holidays.toml``."""
DAYS_MAX = 31
"""So far around the days it decides a close looks (``window_decided.CONTEXT``)."""
WINDOW_S_MAX = DAYS_MAX * 24 * 3600
LATE_AFTER_DAYS_MAX = 366
ROUNDING_VND_MAX = 10_000
VND_MAX = 1_000_000_000
"""Of a fee, or of an account's unexplained day; far below where sums of đồng leave 64 bits."""
BASIS = 10_000
NAME_LENGTH_MAX = 64
_SHOWN_LENGTH_MAX = 60


@dataclass(frozen=True, slots=True)
class Field:
    """The values one field takes, as TOML gives them, and how that is told."""

    takes: Callable[[Any], bool]
    vietnamese: str
    english: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A field that is unknown, missing or wrong."""

    field: str
    problem: Sentence


def _is_day(value: Any) -> bool:
    return type(value) is date and FIRST_DAY <= value <= LAST_DAY  # a datetime is a date, too


def _is_name(value: Any) -> bool:
    is_text = isinstance(value, str) and value.isprintable() and value == value.strip()
    return is_text and 1 <= len(value) <= NAME_LENGTH_MAX


def _is_join(value: Any) -> bool:
    return _are_all(value, TEXT_COLUMNS) and len(value) == 2


def _are_all(value: Any, words: Collection[str]) -> bool:
    return isinstance(value, list) and all(word in words for word in value)


def _whole(most: int, unit_vi: str, unit_en: str) -> Field:
    def takes(value: Any) -> bool:
        return type(value) is int and 0 <= value <= most

    return Field(
        takes,
        f"số nguyên từ 0 đến {most} ({unit_vi})",
        f"a whole number from 0 to {most} ({unit_en})",
    )


def _one_of(*words: str) -> Field:
    named = _quoted(words)
    return Field(lambda value: value in words, f"một trong {named}", f"one of {named}")


def _list_of(*words: str) -> Field:
    named = _quoted(words)
    return Field(
        lambda value: _are_all(value, words),
        f"danh sách [...] trong {named}",
        f"a list [...] of {named}",
    )


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


_SPAN = f"{FIRST_DAY}", f"{LAST_DAY}"
_COLUMNS = _quoted(TEXT_COLUMNS)
_DONG = "đồng", "đồng"
_DAYS = "ngày", "days"
_BPS = "phần vạn", "basis points"

PROFILE_FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "provider": Field(
            _is_name,
            f'tên dài 1 đến {NAME_LENGTH_MAX} ký tự, hoặc "*"',
            f'a name of 1 to {NAME_LENGTH_MAX} characters, or "*"',
        ),
        "valid_from": Field(
            _is_day,
            "ngày như 2026-11-21, không ngoặc kép, từ {} đến {}".format(*_SPAN),
            "a date such as 2026-11-21, without quotes, from {} to {}".format(*_SPAN),
        ),
        "books": _list_of(*(book.value for book in BookName)),
        "payment_types": _list_of(*(kind.value for kind in TransactionType)),
        "provider_id": Field(
            _is_join,
            f"một cặp [cột của payments, cột của statement] trong {_COLUMNS}",
            f"one pair [column of payments, column of statement] of {_COLUMNS}",
        ),
        "bank_reference": Field(
            lambda value: isinstance(value, list) and all(map(_is_join, value)),
            f"danh sách các cặp [cột của payments, cột của statement] trong {_COLUMNS}",
            f"a list of pairs [column of payments, column of statement] of {_COLUMNS}",
        ),
        "ids_exclude": _one_of("always", "learned", "never"),
        "window_s": _whole(WINDOW_S_MAX, "giây", "seconds"),
        "statement_per": _one_of("provider", "account"),
        "cut_off_local": Field(
            lambda value: type(value) is time,
            "giờ như 23:00:00, không ngoặc kép",
            "a time such as 23:00:00, without quotes",
        ),
        "late_after_days": _whole(LATE_AFTER_DAYS_MAX, *_DAYS),
        "rounding_vnd": _whole(ROUNDING_VND_MAX, *_DONG),
        "difference_budget_vnd": _whole(VND_MAX, *_DONG),
        "payouts": _one_of("none", "listing", "cut_off_run", "learned"),
        "cycle_days": _whole(DAYS_MAX, *_DAYS),
        "pays_on_weekends": Field(
            lambda value: type(value) is bool,
            "true hoặc false, không ngoặc kép",
            "true or false, without quotes",
        ),
        "calendar": _one_of(VIETNAM),
        "holidays": Field(
            lambda value: isinstance(value, list) and all(map(_is_day, value)),
            "danh sách ngày như [2026-11-21], không ngoặc kép, từ {} đến {}".format(*_SPAN),
            "a list of dates such as [2026-11-21], without quotes, from {} to {}".format(*_SPAN),
        ),
        "fee": Field(
            lambda value: isinstance(value, dict),
            "một bảng như {bps = 110}",
            "a table such as {bps = 110}",
        ),
    }
)
FEE_FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "bps": _whole(BASIS, *_BPS),
        "per": _one_of("line", "run"),
        "fixed_vnd": _whole(VND_MAX, *_DONG),
        "min_vnd": _whole(VND_MAX, *_DONG),
        "max_vnd": _whole(VND_MAX, *_DONG),
        "vat_bps": _whole(BASIS, *_BPS),
    }
)


def find_fault(
    told: Mapping[str, Any],
    table: Mapping[str, Field],
    required: Iterable[str],
    *,
    of: str = "",
) -> Fault | None:
    """Return the first field that is unknown, missing or wrong; ``of`` stands before its name."""
    for name in told:
        if name not in table:
            known = ", ".join(table)
            vietnamese, english = f"không có ô này, chỉ có {known}", f"is no field, only {known}"
            return Fault(of + clipped(name), Sentence.in_both(vietnamese, english))
    for name in required:
        if name not in told:
            asked = table[name]
            vietnamese, english = f"thiếu, cần {asked.vietnamese}", "is missing, expected "
            return Fault(of + name, Sentence.in_both(vietnamese, english + asked.english))
    for name, value in told.items():
        asked = table[name]
        if not asked.takes(value):
            return Fault(of + name, not_as_asked(value, asked.vietnamese, asked.english))
    return None


def find_fee_fault(told: Mapping[str, Any], required: Iterable[str]) -> Fault | None:
    """Return what is wrong with the fee schedule of a row."""
    if fault := find_fault(told, FEE_FIELDS, required, of="fee."):
        return fault
    least, most = told.get("min_vnd", 0), told.get("max_vnd")
    if most is not None and least > most:
        vietnamese, english = f"không quá fee.max_vnd ({most})", f"at most fee.max_vnd ({most})"
        return Fault("fee.min_vnd", not_as_asked(least, vietnamese, english))
    return None


def not_as_asked(value: Any, vietnamese: str, english: str) -> Sentence:
    """Return what was found and what is expected."""
    found = shown(value)
    return Sentence.in_both(f"ghi {found}, cần {vietnamese}", f"is {found}, expected {english}")


def shown(value: Any) -> str:
    """Return a value as a file might write it, in a few characters."""
    return clipped(_written(value, deep=2))


def clipped(text: str) -> str:
    """Return a text on one line, its beginning if it is long."""
    line = " ".join(text[: 2 * _SHOWN_LENGTH_MAX].split())
    return line if len(line) <= _SHOWN_LENGTH_MAX else f"{line[:_SHOWN_LENGTH_MAX]}…"


def _written(value: Any, *, deep: int) -> str:
    if isinstance(value, list):  # how deep a file nests is up to whoever wrote it
        items = [_written(item, deep=deep - 1) for item in value[:9]] if deep else ["…"]
        return f"[{', '.join(items)}]"
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    # Python writes numbers of many thousand digits as hexadecimal only.
    return hex(value) if isinstance(value, int) and value.bit_length() > 1_000 else str(value)
