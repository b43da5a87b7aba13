"""Drafts: the tables of periods that are not published yet, kept ready where measuring takes long.

In one market a page measures while somebody waits. In a province that takes a quarter of a minute; so
the night keeps what pages need of the periods that run or ended last. A draft tells up to when closes
are in it. It is no edition: nothing rests on it, and the next one replaces it.
"""

import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.periods import Length, Period, Scheme
from market.reports.editions import PRODUCTS, STUDIES, TABLES, newest_edition
from market.reports.measuring import measure_now
from market.reports.models import Product
from market.reports.unpublished import before_publication
from market.tables import AdoptionDraft
from merchants.days import market_day
from merchants.tables import RegisterEvent
from reconciliation.tables import DayClose

WAITS_FROM_MS = 5_000
"""Where drafts take longer to make, no page measures a period: it says that the night will."""
REFRESHED_AFTER = timedelta(days=7)
SHOWN_OLDER_FROM_MS = 200
"""A draft that took longer is shown though there is news since; a quicker one is measured anew."""


def periods_kept(now: datetime) -> list[Period]:
    """Return the periods that run and those before them, of every length and either cut-off."""
    today = market_day(now)
    running = [Period.holding(today, length, scheme) for scheme in Scheme for length in Length]
    return [one for each in running for one in (each, each.previous())]


def keep_older(session: Session, now: datetime, *, p_percent: int | None) -> Period | None:
    """Keep a draft of one older period that nobody published; return it, ``None`` = none waits.

    The newest period without a draft comes first; when all have one, that with the oldest draft, if a
    close has come since and a week has passed. Where measuring takes no time, there is nothing to keep.
    """
    drafts = _drafts(session)
    if not drafts or max(one.took_ms for one in drafts.values()) < SHOWN_OLDER_FROM_MS:
        return None
    tonight = set(periods_kept(now))
    older = [
        one
        for one in _closed_periods(session)
        if one not in tonight and newest_edition(session, one) is None
    ]
    waiting = [one for one in older if _name(one) not in drafts]
    if not waiting:
        waiting = [
            one
            for one in sorted(older, key=lambda each: drafts[_name(each)].made_at)
            if now - drafts[_name(one)].made_at >= REFRESHED_AFTER
            and drafts[_name(one)].closes != _stamp(session, one).partition("/")[0]
        ]
    if not waiting:
        return None
    keep_draft(session, waiting[0], now, p_percent=p_percent)
    return waiting[0]


def has_to_wait(session: Session, period: Period) -> bool:
    """Say whether a period takes too long to be measured while somebody waits: none is kept of it yet.

    Told by the drafts there are: where those took long, so would this one.
    """
    slowest = session.exec(
        select(sa.func.max(AdoptionDraft.took_ms)).where(AdoptionDraft.part == TABLES)
    ).one()
    return (slowest or 0) >= WAITS_FROM_MS and _has_closes(session, period)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """When a draft was made, how long it took, and the newest close in it."""

    made_at: datetime
    took_ms: int
    closes: str


def _drafts(session: Session) -> dict[tuple[str, str], _Drawn]:
    rows = session.execute(
        sa.select(
            col(AdoptionDraft.period),
            col(AdoptionDraft.scheme),
            col(AdoptionDraft.made_at),
            col(AdoptionDraft.took_ms),
            col(AdoptionDraft.stamp),
        ).where(
            col(AdoptionDraft.part) == TABLES,
            col(AdoptionDraft.product) == Product.ECONOMIST.value,
        )
    )
    return {
        (period, scheme): _Drawn(made_at, took_ms, stamp.partition("/")[0])
        for period, scheme, made_at, took_ms, stamp in rows
    }


def _name(period: Period) -> tuple[str, str]:
    return period.label, period.scheme.value


def _closed_periods(session: Session) -> list[Period]:
    """Return every period from the first closed day to the newest, the newest first."""
    first, last = session.execute(
        sa.select(
            sa.func.min(col(DayClose.business_date)), sa.func.max(col(DayClose.business_date))
        ).where(col(DayClose.market_id).is_not(None))
    ).one()
    if first is None:
        return []
    found: list[Period] = []
    for scheme in Scheme:
        for length in Length:
            period = Period.holding(last, length, scheme)
            while period.window.last >= first:
                found.append(period)
                period = period.previous()
    return sorted(found, key=lambda one: (one.window.last, -one.window.days), reverse=True)


def keep_news(session: Session, period: Period, now: datetime, *, p_percent: int | None) -> bool:
    """Keep a draft of a period if it has closed days, news and no edition; say whether it did."""
    if newest_edition(session, period) is not None:
        _forget(session, period)
        return False
    known = _draft(session, period, Product.ECONOMIST, TABLES)
    if known is not None and known.stamp == _stamp(session, period):
        return False
    if not _has_closes(session, period):
        return False
    keep_draft(session, period, now, p_percent=p_percent)
    return True


def keep_draft(session: Session, period: Period, now: datetime, *, p_percent: int | None) -> None:
    """Measure a period as it is known now, and keep what each product tells of it."""
    _forget(session, period)
    stamp, began = _stamp(session, period), time.monotonic()
    told = measure_now(session, period, PRODUCTS, p_percent=p_percent, known_at=now)
    took_ms = round(1000 * (time.monotonic() - began))
    for product, measured in told.items():
        tables, studies = before_publication(*measured)
        for part, view in ((TABLES, tables), (STUDIES, studies)):
            session.add(
                AdoptionDraft(
                    period=period.label,
                    scheme=period.scheme.value,
                    product=product.value,
                    part=part,
                    made_at=now,
                    took_ms=took_ms,
                    stamp=stamp,
                    content=zlib.compress(view.model_dump_json().encode(), 6),
                )
            )
    session.flush()


def draft_content(
    session: Session, period: Period, product: Product, parts: Sequence[str]
) -> dict[str, bytes]:
    """Return what is kept of a period, by part; empty where it is to be measured now."""
    found = {}
    for part in parts:
        draft = _draft(session, period, product, part)
        if draft is None:
            return {}
        if draft.took_ms < SHOWN_OLDER_FROM_MS and draft.stamp != _stamp(session, period):
            return {}
        found[part] = draft.content
    return found


def _draft(session: Session, period: Period, product: Product, part: str) -> AdoptionDraft | None:
    return session.get(AdoptionDraft, (period.label, period.scheme.value, product.value, part))


def _forget(session: Session, period: Period) -> None:
    session.execute(
        sa.delete(AdoptionDraft).where(
            col(AdoptionDraft.period) == period.label,
            col(AdoptionDraft.scheme) == period.scheme.value,
        )
    )


def _stamp(session: Session, period: Period) -> str:
    """Return what moves whenever a figure may: the newest close up to the period, the last event."""
    close = session.exec(
        select(sa.func.max(DayClose.id)).where(col(DayClose.business_date) <= period.window.last)
    ).one()
    event = session.exec(select(sa.func.max(RegisterEvent.id))).one()
    return f"{close or 0}/{event or 0}"


def _has_closes(session: Session, period: Period) -> bool:
    window = period.window
    return (
        session.exec(
            select(DayClose.id)
            .where(
                col(DayClose.business_date).between(window.first, window.last),
                col(DayClose.market_id).is_not(None),
            )
            .limit(1)
        ).first()
        is not None
    )
