"""What each market's day comes to, as rows to store and as lines of its root."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from merchants.sealing import Sealer
from reconciliation.close.daily import DailyFacts, sum_markets
from reconciliation.close.proofs.day_tree import (
    ADDED,
    DayTree,
    Line,
    VendorFigures,
    VendorLines,
    lines_seed,
)
from reconciliation.close.roots import MARKET_DAY_FIELDS, VENDOR_DAY_FIELDS, root_line

OUTCOME_COLUMNS = (
    "book",
    "record_id",
    "leg",
    "outcome",
    "rule",
    "counterpart_id",
    "class_id",
    "difference_vnd",
    "fee_difference_vnd",
    "reason",
    "alternatives",
)
"""Columns of ``MatchOutcome`` after the close, in its order."""

Cell = tuple[str, date]
"""Scope (market code or ``*``) and business date: what a version is of."""


@dataclass(slots=True)
class Draft:
    """What one cell comes to before it is known whether that is new."""

    outcomes: list[tuple[Any, ...]] = field(default_factory=list)
    """Columns of ``MatchOutcome`` without the close."""
    contents: set[tuple[str, str]] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)
    vendor_days: list[dict[str, Any]] = field(default_factory=list)
    market_day: dict[str, Any] | None = None
    vendors: list[VendorFigures] = field(default_factory=list)
    tree_root: str = ""


def draft_days(
    decided: pd.DataFrame,
    facts: DailyFacts,
    vendors: pd.DataFrame,
    market_days: pd.DataFrame,
    *,
    sealer: Sealer,
) -> dict[Cell, Draft]:
    """Return by scope and day the rows to store, and the lines and contents of the root.

    Args:
        decided: as ``decided.join_outcomes`` returns it, of the days to close.
        vendors: ``vendor_id``, ``code``, ``market_id``, ``market_code``.
        market_days: ``market_id``, ``scope``, ``business_date``, ``is_open`` of what is closed.
        sealer: by whose keys the leaves of the days' trees are salted.
    """
    drafts: dict[Cell, Draft] = defaultdict(Draft)
    _draft_outcomes(drafts, decided)
    named = vendors.rename(columns={"market_code": "scope"})
    in_scope = named[named["scope"].isin(market_days["scope"])]
    vendor_day = facts.vendor_day[facts.vendor_day["vendor_id"].isin(in_scope["vendor_id"])]
    market_day = sum_markets(
        vendor_day, in_scope[["vendor_id", "market_id"]], market_days.drop(columns="scope")
    )
    added = _lines_of_vendors(decided, facts.of_lines)
    for row in _rows(vendor_day.merge(in_scope, on="vendor_id", validate="many_to_one")):
        scope, on, code = row["scope"], row["business_date"], row["code"]
        draft = drafts[scope, on]
        draft.lines.append(root_line("vendor", code, *(row[n] for n in VENDOR_DAY_FIELDS)))
        lines = added.get((row["vendor_id"], on), [])
        root = VendorLines(lines_seed(sealer, scope, on, code), lines).root
        figures = {name: row[name] for name in VENDOR_DAY_FIELDS}
        draft.vendors.append(VendorFigures(code, figures, len(lines), root))
        told = {name: row[name] for name in ("vendor_id", "business_date")} | figures
        draft.vendor_days.append(told | {"lines": len(lines), "lines_root": root})
    scope_of = market_days.drop_duplicates("market_id").set_index("market_id")["scope"]
    for row in _rows(market_day):
        scope, on = scope_of[row["market_id"]], row["business_date"]
        draft = drafts[scope, on]
        figures = {name: row[name] for name in MARKET_DAY_FIELDS}
        draft.lines.append(root_line("market", *figures.values()))
        draft.market_day = {name: row[name] for name in ("market_id", "business_date")} | figures
        draft.tree_root = DayTree(sealer, scope, on, draft.vendors, figures).root
    return drafts


def _lines_of_vendors(
    decided: pd.DataFrame, of_lines: pd.DataFrame
) -> dict[tuple[int, date], list[Line]]:
    """Return by vendor and day the records that add to a figure, and what they add."""
    added = of_lines.loc[of_lines["vendor_id"].notna(), list(ADDED)]
    added = added[added.ne(0).any(axis=1)]
    of = decided.loc[added.index]
    named = ("vendor_id", "business_date", "key", "book", "outcome", "amount_vnd")
    sums = zip(*(added[name].tolist() for name in ADDED), strict=True)
    found: dict[tuple[int, date], list[Line]] = defaultdict(list)
    told = zip(*(_plain(of[name]) for name in named), sums, strict=True)
    for vendor_id, on, key, book, outcome, amount, each in told:
        found[vendor_id, on].append(Line(key, book, outcome, amount, each))
    return found


def _draft_outcomes(drafts: dict[Cell, Draft], decided: pd.DataFrame) -> None:
    columns = {name: _plain(decided[name]) for name in decided.columns}
    told = zip(
        columns["scope"],
        columns["business_date"],
        columns["key"],
        columns["content_sha256"],
        columns["other_key"],
        columns["other_content"],
        zip(*(columns[name] for name in OUTCOME_COLUMNS), strict=True),
        strict=True,
    )
    for scope, day, key, content, other_key, other_content, outcome in told:
        draft = drafts[scope, day]
        book, _, leg, *rest = outcome
        ruling = (*rest[:2], *rest[3:])  # without the counterpart's row id
        draft.outcomes.append(outcome)
        draft.lines.append(root_line("outcome", book, key, leg, other_key, *ruling))
        draft.contents.add((key, content))
        if other_key is not None:
            draft.contents.add((other_key, other_content))


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield rows of plain Python values, as the driver and the hash take them."""
    columns = [_plain(frame[name]) for name in frame.columns]
    for values in zip(*columns, strict=True):
        yield dict(zip(frame.columns, values, strict=True))


def _plain(column: pd.Series) -> list[Any]:
    """Return a column as ``int``, ``str``, ``bool`` and ``date``, ``None`` where it is missing."""
    if pd.api.types.is_datetime64_dtype(column):
        return list(column.dt.date)
    values = column.astype("object")
    return values.where(column.notna(), None).tolist()
