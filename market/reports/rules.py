"""The rules for whoever reads them: what each provider's row says, each change, what it would do."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from market.i18n import Lang, Translator, pct, translator, vnd
from market.i18n.rule_words import PAID_AT_ONCE, PAYOUT_WORDS
from market.reports.sources import lands_at_once, source_name
from market.reports.view import View
from reconciliation.rules.kept import KeptFee, KeptRow, beginning, read_kept
from reconciliation.rules.tables import RuleChange
from reconciliation.rules.written import changed_fields, row_in_force, rows_of, write_rows
from reconciliation.tables import Decision

if TYPE_CHECKING:
    from reconciliation.profiles import Profiles

TRIAL_DAYS = 28
"""The newest closed days a change is tried on unless others are asked for."""


class RuleRowView(View):
    """One provider's rules from a day on, as far as people ask about them."""

    provider: str
    name: str
    valid_from: date
    payouts: str
    arrives: str
    """How ``payouts`` says that money arrives, in words."""
    cycle_days: int | None
    pays_on_weekends: bool | None
    fee: str
    """``1,1% + 2.000 ₫, trừ cả đợt``; empty = no contract is on file."""
    fee_en: str


class RuleFieldView(View):
    """A field of a source's row that a change would change, as TOML writes it; empty = not set."""

    provider: str
    name: str
    """Of the source."""
    valid_from: date
    field: str
    was: str
    would_be: str


class RulesView(View):
    """The rules in force."""

    rules_sha256: str
    rows: list[RuleRowView]


class RuleChangeView(View):
    """A change of the rules with its trial."""

    id: int
    sha256: str
    valid_from: date
    reason: str
    proposed_by: str
    proposed_at: datetime
    tried_on: str
    tried_against: str
    trial: dict[str, Any] | None
    """What it would have changed on closed days; ``None`` = not tried yet."""
    decision: str
    decided_by: str
    decided_at: datetime | None
    decision_note: str
    rows: list[RuleRowView]
    """The rows it proposes, each from the day on which it would hold."""
    text: str
    """The same whole, every field of them, as TOML."""


def base_rules(contracts: Path | None) -> "Profiles":
    """Return the deployment's own rules, before any change that people agreed on."""
    from reconciliation.profiles import load_profiles

    return load_profiles(contracts)


def rules_view(session: Session, contracts: Path | None) -> RulesView:
    """Return the rules in force."""
    from reconciliation.rules.in_force import rules_in_force

    rules = rules_in_force(session, base_rules(contracts))
    return RulesView(rules_sha256=rules.rules_sha256, rows=row_views(rules.content))


def change_view(change: RuleChange) -> RuleChangeView:
    """Return a change as it is told."""
    assert change.id is not None
    return RuleChangeView(
        id=change.id,
        sha256=change.sha256,
        valid_from=change.valid_from,
        reason=change.reason,
        proposed_by=change.proposed_by,
        proposed_at=change.proposed_at,
        tried_on=change.tried_on,
        tried_against=change.tried_against,
        trial=json.loads(change.trial) if change.trial else None,
        decision=change.decision.value,
        decided_by=change.decided_by,
        decided_at=change.decided_at,
        decision_note=change.decision_note,
        rows=[
            _row_view(row) for row in beginning(read_kept(change.content).rows, change.valid_from)
        ],
        text=write_rows(rows_of(change.content)),
    )


def field_views(
    session: Session, change: RuleChange, contracts: Path | None
) -> list[RuleFieldView]:
    """Return every field that a change would change in the rules in force; nothing once it is decided."""
    from reconciliation.rules.in_force import rules_in_force

    if change.decision is not Decision.OPEN:
        return []
    now = rules_in_force(session, base_rules(contracts)).content
    return [
        RuleFieldView(name=source_name(one.provider), **one._asdict())
        for one in changed_fields(now, change.content, change.valid_from)
    ]


def row_text(session: Session, contracts: Path | None, provider: str, on: date) -> str:
    """Return the row a source goes by on a day as TOML that begins on it; empty = no such source."""
    from reconciliation.rules.in_force import rules_in_force

    rows = rows_of(rules_in_force(session, base_rules(contracts)).content)
    if all(row["provider"] != provider for row in rows):
        return ""
    row = row_in_force(rows, provider, on)
    assert row is not None
    return write_rows([{**row, "valid_from": on.isoformat()}])


def row_views(content: str) -> list[RuleRowView]:
    """Return the rows of a kept text."""
    return [_row_view(row) for row in read_kept(content).rows]


def trial_text(
    session: Session,
    change: RuleChange,
    contracts: Path | None,
    *,
    first: date | None,
    last: date | None,
) -> tuple[str, date, date, "Profiles"]:
    """Try a change on closed days, the newest unless asked; return the trial as JSON and its days.

    Raises:
        NoClosedDays: no day of them is closed.
    """
    from reconciliation.close.rule_trial import newest_closed_days, trial_told, try_rules
    from reconciliation.rules.changing import rules_with
    from reconciliation.rules.in_force import rules_in_force

    base = base_rules(contracts)
    in_force = rules_in_force(session, base)
    if first is None or last is None:
        first, last = newest_closed_days(session, TRIAL_DAYS)
    tried = rules_with(session, change, base, min(first, change.valid_from))
    trial = try_rules(session, first, last, now=in_force, tried=tried)
    return json.dumps(trial_told(trial), ensure_ascii=False, sort_keys=True), first, last, in_force


def fee_words(fee: KeptFee | None, _: Translator) -> str:
    """Return a fee schedule in words."""
    if fee is None:
        return ""
    parts = [pct(fee.bps / 10_000, 2)] if fee.bps else []
    parts += [vnd(fee.fixed_vnd)] if fee.fixed_vnd else []
    words = " + ".join(parts) or vnd(0)
    if fee.min_vnd:
        words += ", " + _("ít nhất {amount}", amount=vnd(fee.min_vnd))
    if fee.max_vnd is not None:
        words += ", " + _("nhiều nhất {amount}", amount=vnd(fee.max_vnd))
    if fee.vat_bps:
        words += ", " + _("thuế {share} của phí", share=pct(fee.vat_bps / 10_000, 1))
    return f"{words}, {_('trừ cả đợt') if fee.per == 'run' else _('từng khoản')}"


def change_views(changes: Sequence[RuleChange]) -> list[RuleChangeView]:
    """Return changes as they are told."""
    return [change_view(one) for one in changes]


def _row_view(row: KeptRow) -> RuleRowView:
    return RuleRowView(
        provider=row.provider,
        name=source_name(row.provider),
        valid_from=row.valid_from,
        payouts=row.payouts,
        arrives=(
            PAID_AT_ONCE
            if row.payouts == "none" and lands_at_once(row.provider)
            else PAYOUT_WORDS[row.payouts]
        ),
        cycle_days=row.cycle_days,
        pays_on_weekends=row.pays_on_weekends,
        fee=fee_words(row.fee, translator(Lang.VI)),
        fee_en=fee_words(row.fee, translator(Lang.EN)),
    )
