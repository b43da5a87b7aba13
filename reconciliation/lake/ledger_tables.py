"""Rows of the ledger as Parquet and back: what names another row by its number names it by its content.

Numbers of rows differ between databases; a delivery is therefore named by a hash of what came and when, a vendor
by its code, a request by its reference. So one ledger has one content, whatever database it lies in.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from merchants.columns import UtcDateTime
from merchants.tables import Vendor
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.tables import (
    Delivery,
    PaymentRequest,
    ProviderTransaction,
    SettlementStatement,
)

TRANSACTIONS = "provider_transaction"
DELIVERIES = "delivery"
STATEMENTS = "settlement_statement"
MODELS: dict[str, type[SQLModel]] = {
    TRANSACTIONS: ProviderTransaction,
    DELIVERIES: Delivery,
    STATEMENTS: SettlementStatement,
}
NAMED = {
    "vendor_id": "vendor",
    "delivery_id": "delivery",
    "retracted_by_id": "retracted_by",
    "revises_id": "revises",
    "payment_request_id": "payment_request",
}
"""Columns that hold the number of another row, and the columns that name it instead."""
OF_DELIVERY = ("delivery_id", "retracted_by_id", "revises_id")
_WHAT_CAME = ("provider", "account_alias", "channel", "name", "raw_sha256", "received_at")

Row = dict[str, Any]
Numbers = Mapping[str, Mapping[int, str]]
"""By column of ``NAMED``: what stands for each number."""


def columns_of(name: str) -> list[str]:
    """Return the columns of a table but its own number."""
    return [column.name for column in table_of(MODELS[name]).columns if column.name != "id"]


def schema_of(name: str) -> pa.Schema:
    """Return the types of a table in the lake."""
    table = table_of(MODELS[name])
    fields = [
        (NAMED[column], pa.string()) if column in NAMED else (column, _kind(table.c[column].type))
        for column in columns_of(name)
    ]
    return pa.schema([("key", pa.string()), *fields] if name == DELIVERIES else fields)


def plain_rows(session: Session, name: str, wanted: sa.ColumnElement[bool]) -> list[Row]:
    """Return rows of a table as plain values, with their own number, in the order of it."""
    table = table_of(MODELS[name])
    columns = [
        sa.type_coerce(column, sa.String).label(column.name)
        if isinstance(column.type, sa.Enum)
        else column
        for column in table.columns
    ]
    found: Iterable[Any] = rows_of(session, sa.select(*columns).where(wanted).order_by(table.c.id))
    return [dict(row._mapping) for row in found]  # noqa: SLF001 - a row's public name for itself


def delivery_keys(deliveries: Iterable[Row]) -> dict[int, str]:
    """Return the name of each delivery by its number; of equal ones the later are told by place."""
    keys: dict[int, str] = {}
    seen: dict[str, int] = {}
    for row in deliveries:
        told = "\n".join(
            row[name].isoformat() if name == "received_at" else str(row[name])
            for name in _WHAT_CAME
        )
        digest = hashlib.sha256(told.encode()).hexdigest()
        seen[digest] = seen.get(digest, 0) + 1
        keys[row["id"]] = digest if seen[digest] == 1 else f"{digest}#{seen[digest]}"
    return keys


def with_names(rows: Iterable[Row], numbers: Numbers, columns: Sequence[str]) -> list[Row]:
    """Return rows as the lake holds them."""
    return [
        {
            NAMED.get(column, column): (
                numbers[column].get(row[column]) if column in NAMED else row[column]
            )
            for column in columns
        }
        for row in rows
    ]


def vendor_codes(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the code of each vendor by its number."""
    return _pairs(session, Vendor, "code", ids)


def request_references(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the reference of each request by its number."""
    return _pairs(session, PaymentRequest, "reference", ids)


def numbers_of_vendors(session: Session, codes: Iterable[str]) -> dict[str, int]:
    """Return the number of each vendor that is here, by its code."""
    return _numbers(session, Vendor, "code", codes)


def numbers_of_requests(session: Session, references: Iterable[str]) -> dict[str, int]:
    """Return the number of each request that is here, by its reference."""
    return _numbers(session, PaymentRequest, "reference", references)


def _pairs(session: Session, model: Any, column: str, ids: Iterable[int]) -> dict[int, str]:
    table = table_of(model)
    wanted = sa.select(table.c.id, table.c[column]).where(one_of(session, table.c.id, ids))
    found: Iterable[Any] = rows_of(session, wanted)
    return {int(number): name for number, name in found}


def _numbers(session: Session, model: Any, column: str, names: Iterable[str]) -> dict[str, int]:
    table = table_of(model)
    wanted = sa.select(table.c[column], table.c.id).where(one_of(session, table.c[column], names))
    found: Iterable[Any] = rows_of(session, wanted)
    return {name: int(number) for name, number in found}


def _kind(kind: Any) -> pa.DataType:
    """Return the Arrow type of a column's values; money is as wide as in the database."""
    if isinstance(kind, UtcDateTime):
        return pa.timestamp("us", tz="UTC")
    by_kind = (
        (sa.Boolean, pa.bool_()),
        (sa.Integer, pa.int64()),
        (sa.Date, pa.date32()),
        (sa.String, pa.string()),
    )
    plain = kind.impl if isinstance(kind, sa.TypeDecorator) else kind
    return next(arrow for column, arrow in by_kind if isinstance(plain, column))
