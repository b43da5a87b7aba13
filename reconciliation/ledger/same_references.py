"""Whether two sources name one bank reference, however each writes it.

A bank's reference is a text of letters and digits (``FT26324123456``, ``MBVCB.3278907687``,
``5243.65937``). One source writes it in small letters, another with blanks or with a dash where
the first has a dot. What is said of a payment are its letters, its digits, and where digits are
divided: ``5243.65937`` and ``52436.5937`` are two payments of Vietcombank. Nothing is cut off at either
end and no letter is taken for a digit, because no source is known to do so.
Source: feeds.md 3.1, 3.2, 5.1, 5.3 and 9.
"""

import re

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.ledger.forgotten_names import MARK

_MARKS = r"[ \t\r\n\u00a0._/:-]+"
_BETWEEN_DIGITS = f"(?<=[0-9]){_MARKS}(?=[0-9])"
_ELSEWHERE = f"(?<![0-9]){_MARKS}|{_MARKS}(?![0-9])"
_SAYS_SOMETHING = "[1-9]"
_says_something = re.compile(_SAYS_SOMETHING).search
_with_dots, _without_marks = re.compile(_BETWEEN_DIGITS).sub, re.compile(_ELSEWHERE).sub
_CAPITALS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def same_reference(reference: str | None) -> str | None:
    """Return the one text of all ways to write a reference.

    ``None`` = it names no payment: ``NONREF``, ``-``, ``000000`` stand in many rows of an account.
    """
    if reference is None or _says_something(reference) is None:
        return None
    return _without_marks("", _with_dots(".", reference.translate(_CAPITALS)))


def same_reference_of(
    session: Session, column: sa.ColumnElement[str | None]
) -> sa.ColumnElement[str]:
    """Return ``same_reference`` as the database makes it; what is forgotten stays as it is."""
    if session.get_bind().dialect.name == "postgresql":
        capitals = sa.func.upper(sa.collate(column, "C"))
        divided = sa.func.regexp_replace(capitals, _BETWEEN_DIGITS, ".", "g")
        same = sa.func.regexp_replace(divided, _ELSEWHERE, "", "g")
        is_name = column.regexp_match(_SAYS_SOMETHING)
        return sa.case((column.startswith(MARK), column), (is_name, same), else_=None)
    driver = session.connection().connection.driver_connection
    assert driver is not None
    driver.create_function("same_reference", 1, _same_or_forgotten, deterministic=True)
    return sa.func.same_reference(column, type_=sa.String)


def _same_or_forgotten(reference: str | None) -> str | None:
    is_forgotten = reference is not None and reference.startswith(MARK)
    return reference if is_forgotten else same_reference(reference)
