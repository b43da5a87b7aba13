"""Which request a ledger row names, by the reference in what the provider told of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.references import find_request_references
from reconciliation.tables import PaymentRequest


def named_requests(session: Session, told: Sequence[tuple[str | None, ...]]) -> list[int | None]:
    """Return the request that each row's texts name, in order; at most one statement.

    Two different references in one row name nobody's request: which was meant cannot be told.
    """
    references = [_only_one(texts) for texts in told]
    wanted = {reference for reference in references if reference is not None}
    if not wanted:
        return [None] * len(references)
    request = table_of(PaymentRequest).c
    statement = sa.select(request.reference, request.id).where(
        one_of(session, request.reference, wanted)
    )
    ids: dict[str | None, int] = {row.reference: row.id for row in rows_of(session, statement)}
    return [ids.get(reference) for reference in references]


def _only_one(texts: tuple[str | None, ...]) -> str | None:
    found = {reference for text in texts for reference in find_request_references(text)}
    return found.pop() if len(found) == 1 else None
