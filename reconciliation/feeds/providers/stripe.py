"""Stripe: pages of its API, its webhook events and its payout report. Source: feeds.md section 1."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from reconciliation.feeds.providers.stripe_door import DOOR
from reconciliation.feeds.providers.stripe_payouts import Payout, payout_statement, read_payout
from reconciliation.feeds.providers.stripe_report import is_report, read_report
from reconciliation.feeds.providers.stripe_rows import (
    PROVIDER,
    balance_row,
    charge_row,
    originals_of,
)
from reconciliation.feeds.reading.context import ReadContext, refused
from reconciliation.feeds.reading.json_body import is_json, optional_text, raw_json, read_json
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.records import FeedReading, FileAction, Reject, Statement, Transaction

# Objects that tell nothing the ledger needs; refunds and disputes only name their charge.
_SILENT = frozenset({"account", "balance", "payment_intent", "refund", "dispute"})
_ROWS = frozenset({"balance_transaction", "charge", "payout"})


@dataclass(slots=True)
class _Page:
    """What the objects of one page add up to, in page order."""

    transactions: list[Transaction] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def reading(self) -> FeedReading:
        return FeedReading(
            FileAction.QUARANTINE_ROWS if self.rejects else FileAction.ACCEPT,
            transactions=tuple(self.transactions),
            statements=tuple(self.statements),
            rejects=tuple(self.rejects),
            reason=",".join(dict.fromkeys(reject.reason for reject in self.rejects)) or None,
            warnings=tuple(self.warnings),
        )


class StripeReader:
    """Reads one page of a list, one object, one event or one payout report."""

    provider = PROVIDER
    door = DOOR

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the bytes are a Stripe object or list, or its payout report."""
        if not is_json(content):
            return is_report(content)
        try:
            _objects(read_json(content))
        except FileRefused:
            return False
        return True

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return rows for balance transactions and charges, a statement for each payout."""
        try:
            if not is_json(content):
                return read_report(content, context)
            body = read_json(content)
            objects = _objects(body)
            account = context.named_account()
        except FileRefused as refusal:
            return refused(refusal)
        page = _Page()
        event_id = optional_text(body.get("id")) if body.get("object") == "event" else None
        for number, item in enumerate(objects, start=1):
            try:
                _read_object(page, item, number, account, context, event_id)
            except RowRefused as refusal:
                page.rejects.append(Reject(number, refusal.reason, raw_json(item)))
                page.warnings.append(f"row {number}: {refusal.detail}")
        return page.reading()


def read_originals(content: bytes) -> Mapping[str, str]:
    """Return refund or dispute id → charge id of a page; empty for any other page or no page.

    Balance transactions name only the refund; where its page is not expanded, the lists of
    refunds and disputes are what tells the charge.
    """
    try:
        objects = _objects(read_json(content)) if is_json(content) else []
    except FileRefused:
        return {}
    return {
        identifier: charge
        for item in objects
        if isinstance(item, dict)
        for identifier, charge in originals_of(item).items()
    }


def read_payouts(content: bytes) -> list[Payout]:
    """Return the readable payouts of a page; none for any other page or no page."""
    try:
        objects = _objects(read_json(content)) if is_json(content) else []
    except FileRefused:
        return []
    payouts = []
    for item in objects:
        if isinstance(item, dict) and item.get("object") == "payout":
            with suppress(RowRefused):  # the page's own reading tells what is wrong with it
                payouts.append(read_payout(item))
    return payouts


def event_facts(content: bytes) -> tuple[str, str]:
    """Return the id of an event, and its type with the object it tells: one fact, one text.

    Two events may tell one fact, so that the id alone does not find every repetition.

    Raises:
        FileRefused: when the body is no event.
    """
    body = read_json(content)
    objects = _objects(body)
    if body.get("object") != "event":
        raise FileRefused("schema", "the body is no event")
    return str(body.get("id")), raw_json([body.get("type"), objects])


def _objects(body: Any) -> list[Any]:
    """Return the objects of a list, of an event or the one object itself."""
    kind = body.get("object") if isinstance(body, dict) else None
    if kind == "list" and isinstance(body.get("data"), list):
        return list(body["data"])
    if kind == "event" and isinstance(body.get("data"), dict):
        return [body["data"].get("object")]
    if isinstance(kind, str) and kind in _ROWS | _SILENT:
        return [body]
    raise FileRefused("schema", "no Stripe list, event or object of a known kind")


def _read_object(
    page: _Page,
    item: Any,
    number: int,
    account: str,
    context: ReadContext,
    event_id: str | None,
) -> None:
    kind = str(item.get("object")) if isinstance(item, dict) else "null"
    if kind == "balance_transaction":
        row = balance_row(item, row=number, account=account, context=context)
        page.transactions.append(context.held(row))
    elif kind == "charge":
        charge = charge_row(item, row=number, account=account, context=context, event_id=event_id)
        if charge is None:
            page.warnings.append(f"row {number}: {item['id']} is authorised, not captured")
        else:
            page.transactions.append(context.held(charge))
    elif kind == "payout":
        page.statements.append(payout_statement(read_payout(item), account=account, rows=None))
    elif kind not in _SILENT:
        page.warnings.append(f"row {number}: {kind!r} is no object of the ledger")
