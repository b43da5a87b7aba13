"""What is left of a name when the ledger forgets: a hash, so that equal stays equal and proves.

Accounts, dedupe keys and providers' identifiers are replaced by it. A bank's reference is short
enough to be guessed, so identifiers are hashed together with the alias of their account, which
nobody can guess without the key.
"""

import hashlib

import sqlalchemy as sa
from sqlmodel import Session

MARK = "~"
"""Begins every forgotten name; no provider, alias or key of the ledger begins with it."""
_DIGITS = 39
"""With the mark as long as an alias; 156 bits, so that no two names ever meet."""
_JOIN = "\x1f"


def forgotten_name(text: str) -> str:
    """Return what stands for a name once it is forgotten; a forgotten name stays as it is."""
    if text.startswith(MARK):
        return text
    return MARK + hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def forgotten_id(account_alias: str, identifier: str) -> str:
    """Return what stands for a provider's identifier once its row is forgotten."""
    return forgotten_name(f"{account_alias}{_JOIN}{identifier}")


def forgotten_name_of(
    session: Session, column: sa.ColumnElement[str], *, within: sa.ColumnElement[str] | None = None
) -> sa.ColumnElement[str]:
    """Return ``forgotten_name`` (or, ``within`` an alias, ``forgotten_id``) as the database makes it.

    Identifiers only of rows that are not forgotten yet. What is missing stays missing.
    """
    text = column if within is None else within + sa.literal(_JOIN) + column
    if session.get_bind().dialect.name == "postgresql":
        digest = sa.func.encode(sa.func.sha256(sa.func.convert_to(text, "UTF8")), "hex")
        hashed = sa.literal(MARK) + sa.func.left(digest, _DIGITS)
        return sa.case((text.startswith(MARK), text), else_=hashed)
    driver = session.connection().connection.driver_connection
    assert driver is not None
    driver.create_function("forgotten_name", 1, _name_or_none, deterministic=True)
    return sa.func.forgotten_name(text)


def _name_or_none(text: str | None) -> str | None:
    return None if text is None else forgotten_name(text)
