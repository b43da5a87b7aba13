"""Facts out of the database, in a fixed number of queries however many markets and days there are.

Money comes from the tables that the close writes (``money_facts``), people and places from the
register as it stands now, by the days it holds for (``register_facts``).
"""

from collections.abc import Collection, Mapping
from datetime import date

import pandas as pd
from sqlmodel import Session

from market.adoption.closures import closed_through
from market.adoption.fact_columns import CHANNEL_DAY_COLUMNS, OPENING_COLUMNS, VENDOR_DAY_COLUMNS
from market.adoption.facts import Facts
from market.adoption.frames import COVERAGE_COLUMNS, MARKET_COLUMNS
from market.adoption.indicator import Window
from market.reports.fact_people import People
from market.reports.halves import Halves
from market.reports.money_facts import MoneyFacts
from market.reports.register_facts import RegisterFacts
from market.reports.vintage import KnownAt
from merchants import frames as register_frames


def load(
    session: Session,
    window: Window,
    market_codes: Collection[str] | None = None,
    known_at: KnownAt = None,
) -> Facts:
    """Return what the measures of a window are computed from, one version of each closed day.

    Vendors' days reach 90 days back from the newest close of whichever market is furthest behind, for
    A90; first receipts reach to the beginning. Who was asked and does not agree to ``aggregate_statistics`` is nowhere in it, of
    whatever month; counts of stalls are about no person and stay.

    Args:
        market_codes: only these markets; ``None`` = all.
        known_at: closes made later are left out, of first receipts too; payments reversed since are
            out, and the register is as it is written now, by the days it holds for. ``None`` = now.
    """
    people = People.of(session, market_codes)
    money = MoneyFacts.of(session, window, known_at, people)
    register = RegisterFacts.of(session, people, window.last)
    days = money.channel_days()
    cash_points, cash_lists = register.cash_points()
    markets = _kept(
        register_frames.market_frame(session, window.last), people.market_ids, MARKET_COLUMNS
    )
    coverage = _kept(
        register_frames.coverage_frame(session, window.last, without=people.refusing),
        people.market_ids,
        COVERAGE_COLUMNS,
    )
    # Stalls have no days of their own: those of a market that was closed stand nowhere.
    closed = closed_through(register.closures, window)
    markets.loc[markets["market_id"].isin(closed), ["stalls_counted", "stalls_registered"]] = pd.NA
    coverage = coverage[~coverage["market_id"].isin(closed)]
    return Facts.of(
        markets=markets,
        openings=_kept(
            register_frames.open_day_frame(session, window.first, window.last),
            people.market_ids,
            OPENING_COLUMNS,
        ),
        closes=money.closes,
        vendor_days=_by_vendor(days),
        channel_days=days[list(CHANNEL_DAY_COLUMNS)],
        tickets=money.tickets(),
        breaks=money.breaks(),
        trading=register.trading(),
        spans=register.spans(),
        points=register.points(),
        checks=register.checks(),
        cash_points=cash_points,
        cash_lists=cash_lists,
        coverage=coverage,
        closures=register.closures,
        groups=register.groups(),
        firsts=money.firsts(),
    )


def load_halves(
    session: Session,
    market_codes: Collection[str] | None = None,
    *,
    last: date = date.max,
    known_at: KnownAt = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what ``retention.retention_triangle`` takes: days with receipts, and first receipts.

    Of each half month only the first and last day with a receipt is there: no months and no gap of
    90 days is told otherwise by the days between.

    Args:
        last: halves that begin later are left out.
        known_at: as for ``load``.
    """
    people = People.of(session, market_codes)
    told = people.of_frame(Halves.of(session, last, known_at).frame())
    ends = [
        told[["vendor_id", "market_id", name]].rename(columns={name: "day_on"})
        for name in ("first_on", "last_on")
    ]
    frame = pd.concat(ends, ignore_index=True).drop_duplicates()
    firsts = frame.groupby(["vendor_id", "market_id"])["day_on"].min().rename("first_on")
    return frame, firsts.reset_index()


def _by_vendor(channel_days: pd.DataFrame) -> pd.DataFrame:
    keys = ["vendor_id", "market_id", "day_on", "close_version"]
    sums = [name for name in VENDOR_DAY_COLUMNS if name not in keys]
    return channel_days.groupby(keys, sort=False)[sums].sum().reset_index()


def _kept(
    frame: pd.DataFrame, market_ids: frozenset[int], columns: Mapping[str, str]
) -> pd.DataFrame:
    return frame.loc[frame["market_id"].isin(list(market_ids)), list(columns)]
