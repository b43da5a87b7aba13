"""Rules tried on closed days: what other rules would have decided about the very same records.

Both sets decide today's knowledge of the days, so that nothing but the rules can make a difference;
what came in since the days were closed is counted apart. Nothing is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import rows_of, table_of
from reconciliation.close.coverage import read_coverage
from reconciliation.close.day_figures import AMOUNTS
from reconciliation.close.frames import read_window
from reconciliation.close.roots import NOBODY
from reconciliation.close.versions import newest_closes
from reconciliation.close.window_decided import (
    CONTEXT,
    count_decided,
    decide_window,
    vendor_frame,
)
from reconciliation.engine.sentences import sentence_en, sentence_vi
from reconciliation.errors import BooksDoNotBalance, DaysRefused, NoClosedDays
from reconciliation.profiles import Profiles
from reconciliation.tables import DayClose

EXAMPLES_PER_KIND = 3
KINDS_TOLD = 50
_NAME = ["leg", "book", "key"]
_COMPARED = ["outcome", "other_key", "difference_vnd", "fee_difference_vnd"]
_TOLD = ["outcome", "reason", "rule", "difference_vnd", "fee_difference_vnd", "alternatives"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedKind:
    """Records of one leg that would come to another outcome, or to the same in another way."""

    leg: str
    book: str
    was: str
    would_be: str
    records: int
    amount_vnd: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedExample:
    """One such record: no account, no payer, no vendor."""

    leg: str
    book: str
    was: str
    would_be: str
    on: date
    ledger: str
    amount_vnd: int
    was_vi: str
    would_be_vi: str
    was_en: str
    would_be_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDay:
    """A closed day that closing again under the tried rules would restate."""

    scope: str
    on: date
    records: int
    amount_vnd: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the tried rules would have changed on closed days."""

    first: date
    last: date
    closed_days: int
    """Closed (market, day) pairs looked at."""
    records: int
    """Decisions compared: one a record and leg."""
    rules_now: str
    rules_tried: str
    kinds: tuple[ChangedKind, ...]
    """Most đồng first."""
    examples: tuple[ChangedExample, ...]
    days: tuple[ChangedDay, ...]
    figures_now: Mapping[str, int]
    """Sums over all vendors of the days, by amount."""
    figures_tried: Mapping[str, int]
    fees_to_come_off: tuple[str, ...]
    """Ledgers that take their fee from a payout as a whole: ``net_vnd`` is before it."""

    @property
    def changed(self) -> int:
        """Return how many decisions would differ."""
        return sum(kind.records for kind in self.kinds)

    @property
    def changed_vnd(self) -> int:
        """Return how many đồng these decisions are about."""
        return sum(kind.amount_vnd for kind in self.kinds)


def try_rules(
    session: Session, first: date, last: date, *, now: Profiles, tried: Profiles
) -> Trial:
    """Return what ``tried`` would have decided otherwise than ``now`` on the closed days.

    Raises:
        DaysRefused: the last day lies before the first.
        NoClosedDays: none of the days is closed.
        BooksDoNotBalance: the two runs do not speak of the same records.
    """
    if last < first:
        raise DaysRefused(first, last)
    closes = newest_closes(session, first, last)
    if not closes:
        raise NoClosedDays(first, last)
    window = read_window(session, first - CONTEXT, last + CONTEXT)
    coverage, vendors = read_coverage(session, first - CONTEXT), vendor_frame(session)
    was, would_be = (
        _of_closed_days(
            decide_window(
                session, window, first, last, coverage=coverage, vendors=vendors, profiles=rules
            ),
            set(closes),
        )
        for rules in (now, tried)
    )
    both = _beside(was, would_be)
    changed = both[_differs(both)]
    return Trial(
        first=first,
        last=last,
        closed_days=sum(scope != NOBODY for scope, _ in closes),
        records=len(both),
        rules_now=now.rules_sha256,
        rules_tried=tried.rules_sha256,
        kinds=_kinds(changed),
        examples=_examples(changed),
        days=_days(changed),
        figures_now=_figures(was),
        figures_tried=_figures(would_be),
        fees_to_come_off=_fees_to_come_off(was, now, tried),
    )


def newest_closed_days(session: Session, days: int) -> tuple[date, date]:
    """Return the newest closed day and the one so many days before, both included, as first and last.

    Raises:
        NoClosedDays: nothing is closed.
    """
    newest: Sequence[Any] = rows_of(
        session, sa.select(sa.func.max(table_of(DayClose).c.business_date))
    )
    last = newest[0][0]
    if last is None:
        raise NoClosedDays(date.min, date.max)
    return last - timedelta(days=days - 1), last


def trial_told(trial: Trial) -> dict[str, Any]:
    """Return the trial as plain values for JSON, days in ISO form."""
    told = asdict(trial)
    told |= {"changed": trial.changed, "changed_vnd": trial.changed_vnd}
    return {name: _plain(value) for name, value in told.items()}


def _of_closed_days(decided: pd.DataFrame, closed: set[tuple[str, date]]) -> pd.DataFrame:
    cells = zip(decided["scope"], decided["business_date"].dt.date, strict=True)
    return decided[[cell in closed for cell in cells]].reset_index(drop=True)


def _beside(was: pd.DataFrame, would_be: pd.DataFrame) -> pd.DataFrame:
    """Return one row per record and leg with both decisions, the second under ``_tried``."""
    columns = list(dict.fromkeys([*_NAME, *_COMPARED, *_TOLD]))
    both = was[[*columns, "business_date", "scope", "ledger", "amount_vnd"]].merge(
        would_be[columns], on=_NAME, how="outer", validate="one_to_one", suffixes=("", "_tried"),
        indicator=True,
    )  # fmt: skip
    alone = both[both["_merge"].ne("both")]
    if len(alone):
        row = alone.iloc[0]
        raise BooksDoNotBalance(
            f"{row['book']} {row['key']} on leg {row['leg']} is decided under one set of rules only"
        )
    return both.drop(columns="_merge")


def _differs(both: pd.DataFrame) -> pd.Series:
    differs = pd.Series(False, index=both.index)
    for name in _COMPARED:
        was, tried = both[name], both[f"{name}_tried"]
        differs |= (was.isna() != tried.isna()) | (was.ne(tried).fillna(False) & was.notna())
    return differs.astype("bool")


def _kinds(changed: pd.DataFrame) -> tuple[ChangedKind, ...]:
    names = ["leg", "book", "outcome", "outcome_tried"]
    grouped = changed.groupby(names, as_index=False, dropna=False).agg(
        records=("key", "size"), amount_vnd=("amount_vnd", "sum")
    )
    kinds = [
        ChangedKind(
            leg=row["leg"],
            book=row["book"],
            was=row["outcome"],
            would_be=row["outcome_tried"],
            records=int(row["records"]),
            amount_vnd=int(row["amount_vnd"]),
        )
        for row in grouped.to_dict("records")
    ]
    return tuple(sorted(kinds, key=lambda kind: (-kind.amount_vnd, kind.leg, kind.book, kind.was)))


def _examples(changed: pd.DataFrame) -> tuple[ChangedExample, ...]:
    names = ["leg", "book", "outcome", "outcome_tried"]
    in_order = changed.sort_values(["amount_vnd", "key"], ascending=[False, True])
    chosen = (
        in_order.groupby(names, sort=True)
        .head(EXAMPLES_PER_KIND)
        .head(EXAMPLES_PER_KIND * KINDS_TOLD)
    )
    return tuple(_example(row) for row in chosen.to_dict("records"))


def _example(row: dict[Any, Any]) -> ChangedExample:
    was = {name: _or_none(row[name]) for name in _TOLD}
    tried = {name: _or_none(row[f"{name}_tried"]) for name in _TOLD}
    return ChangedExample(
        leg=row["leg"],
        book=row["book"],
        was=row["outcome"],
        would_be=row["outcome_tried"],
        on=row["business_date"].date(),
        ledger=row["ledger"],
        amount_vnd=int(row["amount_vnd"]),
        was_vi=sentence_vi(was),
        would_be_vi=sentence_vi(tried),
        was_en=sentence_en(was),
        would_be_en=sentence_en(tried),
    )


def _days(changed: pd.DataFrame) -> tuple[ChangedDay, ...]:
    grouped = changed.groupby(["scope", "business_date"], as_index=False).agg(
        records=("key", "size"), amount_vnd=("amount_vnd", "sum")
    )
    days = [
        ChangedDay(
            scope=row["scope"],
            on=row["business_date"].date(),
            records=int(row["records"]),
            amount_vnd=int(row["amount_vnd"]),
        )
        for row in grouped.to_dict("records")
    ]
    return tuple(sorted(days, key=lambda day: (day.on, day.scope)))


def _figures(decided: pd.DataFrame) -> dict[str, int]:
    days = count_decided(decided).vendor_day
    return {name: int(days[name].sum()) for name in (*AMOUNTS, "net_vnd")}


def _fees_to_come_off(decided: pd.DataFrame, *rules: Profiles) -> tuple[str, ...]:
    rows = [row for one in rules for row in one.rows]
    taking = {row.provider for row in rows if row.fee is not None and row.fee.per == "run"}
    return tuple(sorted(taking & set(decided.loc[decided["leg"].eq("B"), "ledger"])))


def _or_none(value: Any) -> Any:
    return None if pd.isna(value) else value


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
