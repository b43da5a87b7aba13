"""Column types that keep money whole, instants aware and words readable in both databases."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

VND_MAX = 2**63 - 1

# Set before the first table exists: Alembic's batch mode on SQLite can only drop what has a name.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Vnd(TypeDecorator[int]):
    """Whole đồng in 64 bits; refuses anything whose type is not exactly ``int``.

    SQLite stores a ``numpy.int64`` as an eight-byte BLOB without a word, and a 32-bit INTEGER of
    PostgreSQL overflows at 2.1 billion đồng, which one market takes in days.
    """

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> int | None:  # noqa: ARG002
        """Return the amount to store; raise ``TypeError`` for floats, booleans and numpy numbers."""
        if value is None:
            return None
        if type(value) is not int:
            raise TypeError(f"money must be int, got {type(value).__name__} {value!r}")
        if not -VND_MAX - 1 <= value <= VND_MAX:
            raise OverflowError(f"{value} đồng does not fit in 64 bits")
        return value


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive values on the way in, gives aware UTC on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Return the instant in UTC; raise ``ValueError`` when it has no time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"instant {value!r} has no time zone")
        return value.astimezone(UTC)  # type: ignore[no-any-return]

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Return the stored instant as aware UTC; SQLite gives it back naive."""
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)  # type: ignore[no-any-return]
        return value.astimezone(UTC)  # type: ignore[no-any-return]


def text_enum(kind: type[StrEnum], *, name: str = "") -> sa.Enum:
    """Return a column type that stores the *values* of ``kind`` as text with a CHECK constraint.

    Args:
        name: of the constraint, where a table has two columns of one kind; empty = the kind's own.
    """
    return sa.Enum(
        kind,
        name=name or _snake_case(kind.__name__),
        native_enum=False,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
        length=max(len(member.value) for member in kind) + 8,
    )


def core_table(table: type[SQLModel]) -> sa.Table:
    """Return the plain table behind a class, for bulk statements that bypass its objects."""
    found = sa.inspect(table).local_table
    assert isinstance(found, sa.Table)
    return found


def _snake_case(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
