"""What each vendor adds to the money that is told of a window: by goods, by channel, by size of receipts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from market.adoption.fact_columns import BAND_COLUMNS
from market.adoption.indicator import Window
from market.reports.goods_told import GoodsTold
from market.reports.received import inside_closes, total
from market.reports.vintage import KnownAt
from merchants.tables import Vendor
from reconciliation.bands import band_of
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.adoption_facts import channels_of
from reconciliation.close.late_reversals import TakenBack
from reconciliation.tables import AdoptionVendorDay


@dataclass(frozen=True, slots=True)
class Taken:
    """What came in for one record by one channel on some days."""

    vendor_id: int
    """The person the record became."""
    market_id: int
    record_id: int
    days: Window
    goods_group: str
    channel: str
    """Acceptance type and provider, as the tables of channels name it."""
    value_vnd: int
    bands: tuple[int, ...]
    """Receipts in each band of U9."""


def taken_in(
    session: Session,
    window: Window,
    known_at: KnownAt,
    goods: GoodsTold,
    *,
    refusing: Collection[int] | None = None,
) -> list[Taken]:
    """Return what was received in a window on closed market days, as it was known.

    Args:
        goods: of a span that holds the window.
        refusing: whose money is not counted; ``None`` = who does not agree to statistics now.
    """
    pieces = goods.pieces(window)
    told_by = [goods.by_record(piece) for piece in pieces]
    day, vendor = table_of(AdoptionVendorDay).c, table_of(Vendor).c
    sums = ("value_vnd", *BAND_COLUMNS)
    days = (
        sa.select(
            day.vendor_id.label("record_id"),
            sa.func.coalesce(vendor.merged_into_id, vendor.id).label("person_id"),
            vendor.market_id,
            sa.case(
                *((day.business_date <= one.last, place) for place, one in enumerate(pieces)),
                else_=len(pieces) - 1,
            ).label("piece"),
            day.acceptance_type,
            day.provider,
            *(day[name] for name in sums),
        )
        .join(table_of(Vendor), vendor.id == day.vendor_id)
        .where(*inside_closes(session, window, known_at, refusing))
        .subquery()
    ).c
    keys = (
        *(days.record_id, days.person_id, days.market_id),
        *(days.piece, days.acceptance_type, days.provider),
    )
    rows = rows_of(
        session,
        sa.select(*keys, *(total(days[name]) for name in sums)).group_by(*keys).order_by(*keys),
    )
    return [
        Taken(
            vendor_id=person,
            market_id=market,
            record_id=record,
            days=pieces[piece],
            goods_group=told_by[piece].get(record, goods.noted.get(person, "")),
            channel=f"{acceptance_type}/{provider}",
            value_vnd=int(value),
            bands=tuple(int(count) for count in bands),
        )
        for record, person, market, piece, acceptance_type, provider, value, *bands in rows
    ]


def taken_back(
    session: Session, window: Window, late: Mapping[TakenBack, int], goods: GoodsTold
) -> list[Taken]:
    """Return what reversals took from a window, as it was counted before them."""
    if not late:
        return []
    channels = channels_of(session)
    pieces = [(piece, goods.by_record(piece)) for piece in goods.pieces(window)]
    found = []
    for one, count in late.items():
        days, told = next(each for each in pieces if one.on <= each[0].last)
        kind = channels.get((one.vendor_id, one.ledger), "")
        place = band_of(one.amount_vnd)
        found.append(
            Taken(
                vendor_id=one.vendor_id,
                market_id=one.market_id,
                record_id=one.vendor_id,
                days=days,
                goods_group=told.get(one.vendor_id, goods.noted.get(one.vendor_id, "")),
                channel=f"{kind}/{one.ledger}",
                value_vnd=one.amount_vnd * count,
                bands=tuple(count if band == place else 0 for band in range(len(BAND_COLUMNS))),
            )
        )
    return found
