"""What a vendor is given as proof, made from a stored version of her day.

The lines are read from the ledger in a plain loop, apart from what closed the day, and nothing is
given that does not lead to the stored roots.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, select

from merchants.sealing import Sealer
from merchants.tables import Vendor
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.proofs.day_tree import (
    ADDED,
    DayTree,
    Line,
    VendorFigures,
    VendorLines,
    lines_seed,
)
from reconciliation.close.proofs.lines import added_by
from reconciliation.close.roots import (
    MARKET_DAY_FIELDS,
    VENDOR_DAY_FIELDS,
    record_key,
)
from reconciliation.errors import BooksDoNotBalance
from reconciliation.tables import (
    DayClose,
    MarketDay,
    MatchOutcome,
    ProviderTransaction,
    VendorDay,
)

FORMAT = "cho40 payment proof 1"
_VENDOR, _DAY = table_of(Vendor), table_of(VendorDay)


@dataclass(frozen=True, slots=True)
class ProvedLine:
    """One of a vendor's lines as her page tells it."""

    line: Line
    ledger: str
    named: str | None
    """How the ledger names the record, the provider's own id in it; ``None`` once forgotten."""
    occurred_at: datetime | None


def lines_of_vendor(session: Session, close: DayClose, vendor_id: int) -> list[ProvedLine]:
    """Return the lines that add to a vendor's day in one version, in the order of their tree."""
    row, other = table_of(ProviderTransaction), table_of(ProviderTransaction).alias("other")
    decided = table_of(MatchOutcome)
    names = ("dedupe_key", "version", "status", "currency", "amount", "fee_amount", "tax_amount")
    wanted = (
        sa.select(
            decided.c.book,
            decided.c.outcome,
            decided.c.reason,
            decided.c.difference_vnd,
            *(
                row.c[name]
                for name in (*names, "ledger", "ledger_type", "direction", "forgotten_at")
            ),
            sa.func.coalesce(
                row.c.occurred_at, other.c.occurred_at, type_=row.c.occurred_at.type
            ).label("occurred_at"),
        )
        .join_from(decided, row, row.c.id == decided.c.record_id)
        .outerjoin(other, other.c.id == decided.c.counterpart_id)
        .where(
            decided.c.close_id == close.id,
            decided.c.leg == "B",
            # A line that names nobody belongs to whom the other side of its match names.
            sa.func.coalesce(row.c.vendor_id, other.c.vendor_id) == vendor_id,
        )
    )
    told = session.connection().execute(wanted).mappings()
    return sorted(filter(None, map(_proved, told)), key=lambda one: one.line)


def _proved(row: Any) -> ProvedLine | None:
    """Return the line of a stored outcome; ``None`` = it adds to nothing."""
    added = added_by(row)
    if not any(added):
        return None
    amount = row["amount"] if row["currency"] == "VND" else 0
    key = record_key(row["dedupe_key"], row["version"])
    return ProvedLine(
        Line(key, row["book"], row["outcome"], amount, added),
        ledger=row["ledger"],
        named=None if row["forgotten_at"] is not None else row["dedupe_key"],
        occurred_at=row["occurred_at"],
    )


def prove_payments(
    session: Session,
    close: DayClose,
    vendor: Vendor,
    *,
    sealer: Sealer,
    number: int | None = None,
) -> dict[str, Any] | None:
    """Return the proof of a vendor's payments in one version of her day, ready for JSON.

    Args:
        number: of this line alone, counted from 1; ``None`` = of all that make her day.

    Returns:
        ``None`` when the version holds nothing of her, or not this line.

    Raises:
        BooksDoNotBalance: what is stored no longer leads to the stored roots.
    """
    assert vendor.id is not None
    assert vendor.code is not None
    days = _vendor_days(session, close)
    own = days.get(vendor.code)
    proved = lines_of_vendor(session, close, vendor.id)
    chosen = [place for place in range(len(proved)) if number in {None, place + 1}]
    if own is None or not chosen or not close.tree_root:
        return None
    where = (close.scope, close.business_date)
    hers = VendorLines(lines_seed(sealer, *where, vendor.code), [one.line for one in proved])
    day = day_tree(session, close, days.values(), sealer)
    if (len(proved), hers.root, day.root) != (own.lines, own.lines_root, close.tree_root):
        raise BooksDoNotBalance(
            f"{close.scope} {close.business_date} {vendor.code}: {len(proved)} lines do not lead to "
            f"the roots of version {close.version}"
        )
    return {
        "what": FORMAT,
        "market": close.scope,
        "business_date": close.business_date.isoformat(),
        "version": close.version,
        "state": str(close.state),
        "root_sha256": close.root_sha256,
        "rest_sha256": close.rest_sha256,
        "vendor": {
            "code": own.code,
            "figures": {name: own.figures[name] for name in sorted(own.figures)},
            "lines": own.lines,
            "lines_root": own.lines_root,
            "salt": day.salt(own.code).hex(),
            "position": day.position(own.code),
            "path": [one.hex() for one in day.path(own.code)],
        },
        "payments": [_told(proved[at], hers, at) for at in chosen],
    }


def day_tree(
    session: Session, close: DayClose, vendors: Iterable[VendorFigures], sealer: Sealer
) -> DayTree:
    """Return the tree of a stored version."""
    total = table_of(MarketDay)
    [market] = rows_of(session, sa.select(total).where(total.c.close_id == close.id))
    figures = {name: getattr(market, name) for name in MARKET_DAY_FIELDS}
    return DayTree(sealer, close.scope, close.business_date, vendors, figures)


def _vendor_days(session: Session, close: DayClose) -> dict[str, VendorFigures]:
    """Return by code what each vendor's leaf of a version holds."""
    wanted = (
        sa.select(
            sa.func.coalesce(_VENDOR.c.code, sa.cast(_VENDOR.c.id, sa.String)).label("code"),
            *_DAY.c,
        )
        .join_from(_DAY, _VENDOR, _VENDOR.c.id == _DAY.c.vendor_id)
        .where(_DAY.c.close_id == close.id)
    )
    found = {}
    for told in session.connection().execute(wanted).mappings():
        figures = {name: told[name] for name in VENDOR_DAY_FIELDS}
        of = VendorFigures(told["code"], figures, told["lines"], told["lines_root"])
        found[of.code] = of
    return found


def _told(proved: ProvedLine, hers: VendorLines, place: int) -> dict[str, Any]:
    line = proved.line
    return {
        "named": proved.named,
        "record": line.record,
        "book": line.book,
        "outcome": line.outcome,
        "amount_vnd": line.amount_vnd,
        "added": dict(zip(ADDED, line.added, strict=True)),
        "salt": hers.salt(place).hex(),
        "position": place,
        "path": [one.hex() for one in hers.tree.path(place)],
    }


def closed_version(
    session: Session, scope: str, on: date, version: int | None = None
) -> DayClose | None:
    """Return a version of a market's day, the newest one for ``None``."""
    wanted = select(DayClose).where(DayClose.scope == scope, DayClose.business_date == on)
    versions = {one.version: one for one in session.exec(wanted)}
    return versions.get(version if version is not None else max(versions, default=0))
