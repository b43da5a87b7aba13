"""How long things are kept: dated rules, and the instant before which each kind is forgotten."""

import tomllib
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

from merchants.days import HO_CHI_MINH, market_day


class Kept(StrEnum):
    """What is kept for a time only."""

    RAW_TRANSACTIONS = "raw_transactions"
    UPLOADED_SHEETS = "uploaded_sheets"
    SESSIONS = "sessions"
    HELPER_LOGINS = "helper_logins"
    SIGN_IN_FAILURES = "sign_in_failures"
    SUBMISSIONS = "submissions"
    POSTER_BOOKS = "poster_books"
    COMPLAINTS = "complaints"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """A row of ``retention.toml``; one of ``months`` and ``days`` is not zero."""

    kind: Kept
    valid_from: date
    months: int
    days: int


def forget_before(kind: Kept, now: datetime) -> datetime:
    """Return the instant before which things of this kind are forgotten: a midnight at the market."""
    today = market_day(now)
    rule = rule_on(kind, today)
    day = _months_before(today, rule.months) - timedelta(days=rule.days)
    return datetime.combine(day, time(), HO_CHI_MINH).astimezone(UTC)


def rule_on(kind: Kept, on: date) -> RetentionRule:
    """Return the rule for a kind on a day; the first one for days before any."""
    rows = [row for row in rules() if row.kind is kind]
    return next((row for row in reversed(rows) if row.valid_from <= on), rows[0])


@cache
def rules() -> tuple[RetentionRule, ...]:
    """Return every rule, oldest first."""
    text = files("merchants.privacy").joinpath("retention.toml").read_text("utf-8")
    rows = [
        RetentionRule(
            kind=Kept(row["kind"]),
            valid_from=row["valid_from"],
            months=row.get("months", 0),
            days=row.get("days", 0),
        )
        for row in tomllib.loads(text)["rule"]
    ]
    return tuple(sorted(rows, key=lambda row: row.valid_from))


def _months_before(day: date, months: int) -> date:
    """Return the same day of the month so many months ago, or that month's last day."""
    place = day.year * 12 + day.month - 1 - months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
