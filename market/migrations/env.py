"""Alembic's entry: one connection given by the caller, or one opened from the settings."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from market.database import METADATA, open_engine
from market.settings import Settings
from merchants.columns import UtcDateTime, Vnd


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write plain types into migrations: they must not change when our code does."""
    if kind != "type":
        return False
    if isinstance(item, Vnd):
        return "sa.BigInteger()"
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if type(item).__name__ == "AutoString":
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


def _run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with open_engine(Settings().url).begin() as opened:
        _run(opened)
