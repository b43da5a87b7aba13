"""The kept rules proved again: each text has the hash it is kept under, and no close names one that is gone."""

import hashlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import rows_of, table_of
from reconciliation.rules.tables import RuleChange, RuleSet
from reconciliation.tables import DayClose

_SET, _CHANGE, _CLOSE = table_of(RuleSet), table_of(RuleChange), table_of(DayClose)


def verify_rules(session: Session) -> list[str]:
    """Return what does not hold in the kept rules, one sentence each, in Vietnamese; empty = all proved."""
    kept = rows_of(session, sa.select(_SET.c.sha256, _SET.c.content).order_by(_SET.c.sha256))
    changes = rows_of(
        session, sa.select(_CHANGE.c.id, _CHANGE.c.sha256, _CHANGE.c.content).order_by(_CHANGE.c.id)
    )
    findings = [
        f"Bộ quy tắc {sha256[:12]}…: nội dung không còn đúng với mã băm"
        for sha256, content in kept
        if _sha256(content) != sha256
    ]
    findings += [
        f"Lần đổi quy tắc số {number}: nội dung không còn đúng với mã băm {sha256[:12]}…"
        for number, sha256, content in changes
        if _sha256(content) != sha256
    ]
    return [*findings, *_no_longer_kept(session)]


def _no_longer_kept(session: Session) -> Iterator[str]:
    closes: Any = sa.func.count(_CLOSE.c.id)
    wanted = (
        sa.select(_CLOSE.c.rules_sha256, closes)
        .where(_CLOSE.c.rules_sha256.not_in(sa.select(_SET.c.sha256)))
        .group_by(_CLOSE.c.rules_sha256)
        .order_by(_CLOSE.c.rules_sha256)
    )
    for sha256, count in rows_of(session, wanted):
        yield f"Bộ quy tắc {sha256[:12]}…: {count} lần chốt theo nó mà không còn được giữ"


def _sha256(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()
