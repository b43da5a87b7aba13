"""The rules in force: those of the deployment, and over them each change two people agreed on.

A change decides from its first day on; what was before it stays decided by the rows before, so that
closing an old day again asks the old rules. The engine picks the row of each record by its date.
"""

from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from reconciliation.errors import RuleSetNotFound
from reconciliation.profiles import ANY_PROVIDER, Profiles, profiles_of
from reconciliation.rules.kept import beginning, kept_text
from reconciliation.rules.tables import RuleChange, RuleSet
from reconciliation.tables import Decision


def rules_in_force(session: Session, base: Profiles) -> Profiles:
    """Return the deployment's own rows with every approved change from its first day on.

    Raises:
        RulesDamaged: the text of a change is not the one that was approved.
    """
    changes = session.exec(
        select(RuleChange)
        .where(RuleChange.decision == Decision.APPROVED)
        .order_by(col(RuleChange.valid_from), col(RuleChange.decided_at), col(RuleChange.id))
    )
    rules = base
    for change in changes:
        rules = overlay(rules, profiles_of(kept_text(change)), change.valid_from)
    return rules


def overlay(rules: Profiles, change: Profiles, valid_from: date) -> Profiles:
    """Return the rules with the rows of a change in their place from ``valid_from`` on.

    Of each provider the change names, older rows end where the change begins. Rows of a provider the
    rules had none of its own for begin with the general ones, so that earlier days stay as they were.
    """
    named = {row.provider for row in change.rows}
    kept = [row for row in rules.rows if row.provider not in named or row.valid_from < valid_from]
    for provider in sorted(named - {row.provider for row in rules.rows}):
        kept += [
            replace(row, provider=provider)
            for row in rules.of(ANY_PROVIDER)
            if row.valid_from < valid_from
        ]
    rows = [*kept, *beginning(change.rows, valid_from)]
    return Profiles(tuple(sorted(rows, key=lambda row: (row.provider, row.valid_from))))


def keep_rules(session: Session, rules: Profiles, now: datetime) -> None:
    """Keep the rules a close goes by under their hash; what is there already stays as it is.

    Raises:
        RulesDamaged: what is there already is not what the hash says.
    """
    kept = session.get(RuleSet, rules.rules_sha256)
    if kept is not None:
        kept_text(kept)
    else:
        session.add(RuleSet(sha256=rules.rules_sha256, content=rules.content, kept_at=now))
        session.flush()


def rules_of_close(session: Session, sha256: str) -> Profiles:
    """Return the rules kept under a hash, whole, as a close went by them.

    Raises:
        RuleSetNotFound: none are kept under it.
        RulesDamaged: what is kept is not what the hash says.
    """
    kept = session.get(RuleSet, sha256)
    if kept is None:
        raise RuleSetNotFound(sha256)
    return profiles_of(kept_text(kept))
