"""Read back what the product concluded, in the words of the score."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.sealing import Sealer
from merchants.tables import Vendor
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.versions import newest_closes
from reconciliation.ledger.aliases import Aliases
from reconciliation.simulation.answers import Concluded
from reconciliation.simulation.score import Taken
from reconciliation.simulation.world import SimulatedWorld
from reconciliation.tables import (
    Delivery,
    MatchOutcome,
    ProviderTransaction,
    SettlementStatement,
)


def read_conclusions(session: Session, world: SimulatedWorld, *, sealer: Sealer) -> list[Concluded]:
    """Return every outcome of the newest close of each of the world's days.

    Rows are named as on the wire, by accounts that only the world knows: the ledger has aliases.
    """
    closes = [close.id for close in newest_closes(session, world.first, world.last).values()]
    names = _vendor_codes(session)
    accounts = _accounts_by_alias(world, Aliases(sealer))
    return [_concluded(row, names, accounts) for row in rows_of(session, _outcomes_of(closes))]


def read_deliveries(session: Session) -> list[Taken]:
    """Return every delivery with what became of it, in the order they came in."""
    table = table_of(Delivery).c
    rows = rows_of(
        session,
        sa.select(
            table.raw_sha256, table.provider, table.state, table.reason, table.rows_new
        ).order_by(table.id),
    )
    return [
        Taken(
            sha256=row.raw_sha256,
            provider=row.provider,
            state=row.state.value,
            reason=row.reason,
            rows_new=row.rows_new,
        )
        for row in rows
    ]


def _vendor_codes(session: Session) -> dict[int | None, str]:
    rows = session.execute(sa.select(col(Vendor.id), col(Vendor.code)))
    return {None: "", **{vendor_id: code or "" for vendor_id, code in rows}}


def _outcomes_of(close_ids: Sequence[int | None]) -> Any:
    """Return outcomes with what names their record and counterpart.

    A payout object is named by minus the id of its statement, all else by the id of its record.
    """
    outcome = table_of(MatchOutcome)
    source: Any = outcome
    columns: list[Any] = [*outcome.c]
    for prefix, named in (("own_", outcome.c.record_id), ("other_", outcome.c.counterpart_id)):
        record = table_of(ProviderTransaction).alias(f"{prefix}record")
        payout = table_of(SettlementStatement).alias(f"{prefix}payout")
        source = source.outerjoin(record, record.c.id == named)
        source = source.outerjoin(payout, payout.c.id == -named)
        key = sa.func.coalesce(record.c.dedupe_key, payout.c.settlement_id)
        amount = sa.func.coalesce(record.c.amount, payout.c.net_amount)
        columns += [
            key.label(f"{prefix}key"),
            amount.label(f"{prefix}amount"),
            record.c.vendor_id.label(f"{prefix}vendor_id"),
            record.c.book.label(f"{prefix}book"),
        ]
    return sa.select(*columns).select_from(source).where(outcome.c.close_id.in_(close_ids))


def _accounts_by_alias(world: SimulatedWorld, aliases: Aliases) -> dict[str, str]:
    keys = {key for one in world.movements for key in (one.payments_key, one.statement_key) if key}
    named = {tuple(key.split(":", 2)[:2]) for key in keys}
    return {aliases.of(provider, account): account for provider, account in named}


def _on_the_wire(key: str | None, accounts: dict[str, str]) -> str:
    provider, *rest = (key or "").split(":", 2)
    if len(rest) < 2:
        return key or ""
    return ":".join([provider, accounts.get(rest[0], rest[0]), rest[1]])


def _concluded(row: Any, names: dict[int | None, str], accounts: dict[str, str]) -> Concluded:
    return Concluded(
        book=row.book,
        key=_on_the_wire(row.own_key, accounts),
        leg=row.leg,
        outcome=row.outcome,
        reason=row.reason,
        # As the reports do it: a row that names nobody belongs to whom its counterpart names.
        vendor_code=names[row.own_vendor_id] or names[row.other_vendor_id],
        counterpart_book=row.other_book.value if row.other_book else "",
        counterpart_key=_on_the_wire(row.other_key, accounts),
        amount_vnd=row.own_amount or 0,
        difference_vnd=row.difference_vnd,
        fee_difference_vnd=row.fee_difference_vnd or 0,
    )
