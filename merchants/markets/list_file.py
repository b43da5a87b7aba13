"""The list of markets that a market office hands in: one CSV line a market, or one clear refusal."""

import csv
import io
from datetime import date
from typing import Any

from merchants.calendars.open_days import check_rule
from merchants.errors import CalendarRuleRefused, MarketListRefused
from merchants.files.csv_text import clean_text
from merchants.kinds import CalendarRule
from merchants.markets.registration import MARKET_CODE, MARKET_CODE_SHAPE, MarketDetails

MARKET_LIST_COLUMNS = (
    "market_code",
    "name",
    "class",
    "stalls",
    "calendar_rule_type",
    "calendar_params",
    "commune_code",
    "commune_name",
    "commune_valid_from",
    "synthetic",
)
"""Needed in a list of markets; others (``calendar_vi``, ``note``) are for people."""
OPENED_ON = "opened_on"
"""May be left out or empty: the first market day, YYYY-MM-DD; a new market's is else today."""


def read_market_list(text: str) -> list[MarketDetails]:
    """Return the markets of a CSV with the columns ``MARKET_LIST_COLUMNS`` and ``OPENED_ON``, in their order.

    Raises:
        MarketListRefused: a column is missing, a code comes twice, or a value cannot be read; names
            line, column and value.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    headers = [clean_text(header) for header in reader.fieldnames or []]
    for column in MARKET_LIST_COLUMNS:
        if column not in headers:
            raise MarketListRefused(1, column, ", ".join(headers), "the column is missing")
    reader.fieldnames = headers
    markets: dict[str, MarketDetails] = {}
    try:
        for row in reader:
            market = _MarketLine(reader.line_num, row).read()
            if market.code in markets:
                raise MarketListRefused(
                    reader.line_num, "market_code", market.code, "stands on an earlier line too"
                )
            markets[market.code] = market
    except csv.Error as damage:
        raise MarketListRefused(reader.line_num, "", "", f"not CSV: {damage}") from None
    if not markets:
        raise MarketListRefused(reader.line_num, "market_code", "", "the list names no market")
    return list(markets.values())


class _MarketLine:
    def __init__(self, line: int, row: dict[str | None, Any]) -> None:
        self.line = line
        self.row = row

    def read(self) -> MarketDetails:
        if None in self.row:
            raise self._refused("", str(self.row[None]), "more values than columns")
        rule = self._text("calendar_rule_type", 20)
        try:
            calendar_rule = CalendarRule(rule)
        except ValueError:
            known = ", ".join(each.value for each in CalendarRule)
            raise self._refused("calendar_rule_type", rule, f"expected one of {known}") from None
        params = self._text("calendar_params", 200, may_be_empty=True)
        try:
            check_rule(calendar_rule, params)
        except CalendarRuleRefused as refusal:
            raise self._refused("calendar_params", params, refusal.reason) from None
        stalls = self._text("stalls", 6, may_be_empty=True)
        return MarketDetails(
            code=self._code(),
            name=self._text("name", 120),
            market_class=self._number("class", 1, 3),
            commune_code=self._text("commune_code", 5),
            commune_name=self._text("commune_name", 80),
            commune_valid_from=self._day("commune_valid_from"),
            stalls_counted=self._number("stalls", 0, 99_999) if stalls else None,
            is_synthetic=self._number("synthetic", 0, 1) == 1,
            calendar_rule=calendar_rule,
            calendar_params=params,
            opened_on=self._opened_on(),
        )

    def _opened_on(self) -> date | None:
        return self._day(OPENED_ON) if clean_text(self.row.get(OPENED_ON) or "") else None

    def _refused(self, column: str, value: str, reason: str) -> MarketListRefused:
        return MarketListRefused(self.line, column, value, reason)

    def _text(self, column: str, length_max: int, *, may_be_empty: bool = False) -> str:
        value = clean_text(self.row[column] or "")
        if not value and not may_be_empty:
            raise self._refused(column, value, "must not be empty")
        if len(value) > length_max:
            raise self._refused(
                column, value, f"holds {len(value)} characters, at most {length_max} fit"
            )
        return value

    def _code(self) -> str:
        code = self._text("market_code", 40).upper()
        if not MARKET_CODE.fullmatch(code):
            raise self._refused("market_code", code, f"expected {MARKET_CODE_SHAPE}")
        return code

    def _number(self, column: str, first: int, last: int) -> int:
        value = self._text(column, 6)
        if not (value.isascii() and value.isdigit()) or not first <= int(value) <= last:
            raise self._refused(column, value, f"expected a number from {first} to {last}")
        return int(value)

    def _day(self, column: str) -> date:
        value = self._text(column, 10)
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self._refused(column, value, "expected YYYY-MM-DD") from None
