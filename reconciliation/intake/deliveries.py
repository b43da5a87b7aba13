"""What came through a door: read into entries, or kept aside with the reason, never lost.

States of a delivery: ``received`` → ``processed`` | ``duplicate`` (the same bytes were processed
before) | ``quarantined`` (its signature fails: raw kept, no row, and the same id is free to come
again) | ``rejected`` (the file as a whole is refused) | ``failed`` (our own fault: raw kept,
visible, tried again by ``retry_failed``).
"""

import traceback
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.bulk import one_of_named, rows_of, table_of
from reconciliation.errors import BooksDoNotBalance
from reconciliation.feeds.catalogue import DOORS, READERS, ReadContext, book_of
from reconciliation.feeds.reading.context import read_within
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.rules import PLAIN_RULES, FeedRules
from reconciliation.ledger.accounts import ANNOUNCERS
from reconciliation.ledger.aliases import Aliases, without_account
from reconciliation.ledger.entries import Entry, entries_of, refuse_unfit, storable
from reconciliation.ledger.forgotten_names import forgotten_name
from reconciliation.ledger.known_banks import KnownBanks
from reconciliation.records import (
    Book,
    FeedReading,
    FileAction,
    Reject,
    SignatureStatus,
    SourceChannel,
    Statement,
    Transaction,
)
from reconciliation.tables import WAS_READ, Delivery, DeliveryState

REASON_LENGTH_MAX = 200
ALIAS_TAIL = 4
NAME_LENGTH_MAX = 200
NOTICE_LENGTH_MAX = 300
_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One thing at a door: a webhook body, an API page or a file.

    ``account`` is the provider account of the upload or poll, ``None`` when only the content can
    tell. ``reject_reason`` says why the signature was refused, empty when it was not.
    ``settlement_id`` is the payout whose own listing the page is. ``case`` names a sample.
    """

    provider: str
    content: bytes = field(repr=False)
    channel: SourceChannel
    received_at: datetime
    signature_status: SignatureStatus
    name: str = ""
    account: str | None = None
    reject_reason: str = ""
    settlement_id: str | None = None
    case: str | None = None
    signed_headers: str = ""
    was_read: bool = False
    """Its bytes were read once: no limit of size refuses them now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An incoming thing whose bytes are safe in the raw store."""

    incoming: Incoming
    raw_sha256: str
    delivery_id: int | None = None
    """Of the failed delivery that is tried again; ``None`` = it came just now."""


@dataclass(slots=True, kw_only=True)
class Read:
    """What one arrival came to before any row is stored."""

    arrival: Arrival
    state: DeliveryState
    action: FileAction | None = None
    reason: str = ""
    detail: str = ""
    account: str = ""
    bank: str | None = None
    """The bank of the account, as its first row or total names it."""
    notice: str = ""
    """What a callback asks us to read; of a repeated one too, for another address may be its own."""
    entries: Collection[Entry] = ()
    """Its rows; of a long file they are read anew each time they are asked for."""
    rejects: list[Reject] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    checks: int = 0
    """Rows that another source has precedence in telling: they change nothing (``FeedRules``)."""
    asked_again: int = 0
    """Rows that wait of an earlier page of a poll and are no rejects here (``asked_again``)."""

    @property
    def told_reason(self) -> str:
        """Return reason and detail as the delivery keeps them."""
        text = ": ".join(part for part in (self.reason, self.detail) if part)
        return storable(without_account(text, self.account))[:REASON_LENGTH_MAX]


class SeenBytes:
    """Which bytes were processed before, in the database or earlier in this batch."""

    def __init__(self, session: Session, arrivals: Iterable[Arrival], aliases: Aliases) -> None:
        self._aliases = aliases
        self._accounts: dict[tuple[str, str, str | None], set[str]] = defaultdict(set)
        digests = sorted({arrival.raw_sha256 for arrival in arrivals})
        statement = _seen(session.get_bind().dialect.name)
        for found in rows_of(session, statement, {"digests": digests}):
            key = (found.provider, found.raw_sha256, found.settlement_id)
            self._accounts[key].add(found.account_alias)

    def has(self, arrival: Arrival) -> bool:
        """Tell whether the same bytes were processed as the same thing."""
        accounts = self._accounts.get(_bytes_key(arrival), set())
        incoming = arrival.incoming
        if not incoming.account:
            return bool(accounts)
        named = {
            self._aliases.of(incoming.provider, incoming.account),
            self._aliases.place(incoming.provider, incoming.account, None).alias,
        }
        if not accounts.isdisjoint(named | {forgotten_name(alias) for alias in named}):
            return True
        # Under which bank's name it was kept depends on what was known then; the tail does not.
        tails = {alias[-ALIAS_TAIL:] for alias in accounts}
        return incoming.provider in ANNOUNCERS and incoming.account[-ALIAS_TAIL:] in tails

    def add(self, read: Read) -> None:
        """Note a processed arrival; what was quarantined, refused or failed may come again."""
        if read.state is DeliveryState.PROCESSED:
            provider = read.arrival.incoming.provider
            alias = self._aliases.place(provider, read.account, read.bank).alias
            self._accounts[_bytes_key(read.arrival)] |= {
                alias,
                self._aliases.of(provider, read.account),
            }


@cache
def _seen(dialect: str) -> sa.Select[Any]:
    row = table_of(Delivery).c
    return sa.select(row.provider, row.raw_sha256, row.settlement_id, row.account_alias).where(
        one_of_named(dialect, row.raw_sha256, "digests"), row.state == DeliveryState.PROCESSED
    )


def arrival_again(delivery: sa.Row[Any], content: bytes, sealer: Sealer) -> Arrival:
    """Return a kept delivery as it came, to be read again."""
    incoming = Incoming(
        provider=delivery.provider,
        content=content,
        channel=delivery.channel,
        received_at=delivery.received_at,
        signature_status=delivery.signature_status,
        name=delivery.name,
        account=sealer.open(delivery.account_sealed) if delivery.account_sealed else None,
        settlement_id=delivery.settlement_id,
        signed_headers=delivery.signed_headers,
        was_read=delivery.state in WAS_READ,
    )
    return Arrival(incoming=incoming, raw_sha256=delivery.raw_sha256, delivery_id=delivery.id)


def read_arrivals(
    arrivals: Sequence[Arrival],
    seen: SeenBytes,
    *,
    sealer: Sealer,
    banks: KnownBanks,
    rules: FeedRules = PLAIN_RULES,
) -> list[Read]:
    """Read arrivals in their order; nothing here raises for what a provider sent."""
    reads = []
    for arrival in arrivals:
        read = _read(arrival, seen, sealer, banks, rules)
        seen.add(read)
        reads.append(read)
    return reads


def read_again(
    arrival: Arrival, *, sealer: Sealer, banks: KnownBanks, rules: FeedRules = PLAIN_RULES
) -> Read:
    """Return what kept bytes say to the readers of now, whether or not they were read before."""
    return _read(arrival, _NothingSeen(), sealer, banks, rules)


class _NothingSeen(SeenBytes):
    def __init__(self) -> None:
        pass

    def has(self, arrival: Arrival) -> bool:  # noqa: ARG002 - whatever it is
        return False


def refused_read(arrival: Arrival, refusal: FileRefused) -> Read:
    """Return a file that is refused as a whole: no row, the reason and its detail."""
    return Read(
        arrival=arrival,
        state=DeliveryState.REJECTED,
        action=FileAction.REJECT_FILE,
        reason=refusal.reason,
        detail=refusal.detail,
        account=arrival.incoming.account or "",
    )


def context_of(incoming: Incoming, rules: FeedRules) -> ReadContext:
    """Return what a reader is told beside the bytes."""
    return ReadContext(
        account=incoming.account,
        name=incoming.name,
        channel=incoming.channel,
        settlement_id=incoming.settlement_id,
        cut_offs=rules.cut_offs,
        options=rules.options_of(incoming.provider),
        bytes_max=None if incoming.was_read else rules.file_bytes_max,
        refuse=refuse_unfit,
    )


def failed_read(arrival: Arrival, fault: Exception) -> Read:
    """Return a failed delivery that names the kind and place of our fault.

    The message of the exception is left out: it may quote what a payer wrote.
    """
    places = traceback.extract_tb(fault.__traceback__)
    ours = [place for place in places if Path(place.filename).is_relative_to(_PACKAGE)]
    where = f" in {Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else ""
    return Read(
        arrival=arrival,
        state=DeliveryState.FAILED,
        reason="fault",
        detail=f"{type(fault).__name__}{where}",
        account=arrival.incoming.account or "",
    )


def delivery_row(read: Read, sealer: Sealer) -> dict[str, Any]:
    """Return the columns of a delivery that do not change when it is read again."""
    incoming = read.arrival.incoming
    name = without_account(incoming.name or incoming.case or "", read.account)
    return {
        "provider": incoming.provider,
        "channel": incoming.channel,
        "name": storable(name)[-NAME_LENGTH_MAX:],
        "account_sealed": sealer.seal(incoming.account) if incoming.account else "",
        "raw_sha256": read.arrival.raw_sha256,
        "raw_bytes": len(incoming.content),
        "received_at": incoming.received_at,
        "settlement_id": incoming.settlement_id,
        "signed_headers": incoming.signed_headers,
        "signature_status": incoming.signature_status,
    }


def outcome_row(read: Read, counts: Mapping[str, int], aliases: Aliases) -> dict[str, Any]:
    """Return the columns of a delivery that say what became of it.

    It names the account as its rows do, so that both are forgotten together.
    """
    provider, account = read.arrival.incoming.provider, storable(read.account)
    return {
        "account_alias": aliases.place(provider, account, read.bank).alias,
        "state": read.state,
        "reason": read.told_reason,
        "notice": storable(read.notice)[:NOTICE_LENGTH_MAX],
        **counts,
    }


def _read(
    arrival: Arrival, seen: SeenBytes, sealer: Sealer, banks: KnownBanks, rules: FeedRules
) -> Read:
    incoming = arrival.incoming
    account = incoming.account or ""
    if incoming.signature_status is SignatureStatus.INVALID or incoming.reject_reason:
        return Read(
            arrival=arrival,
            state=DeliveryState.QUARANTINED,
            reason=incoming.reject_reason or "signature",
            account=account,
        )
    is_seen = seen.has(arrival)
    if is_seen and not _may_notify(incoming):
        return Read(arrival=arrival, state=DeliveryState.DUPLICATE, account=account)
    try:
        reading = read_within(
            READERS[incoming.provider], incoming.content, context=context_of(incoming, rules)
        )
        notice = reading.notices[0] if reading.notices and _may_notify(incoming) else ""
        if is_seen:
            return Read(
                arrival=arrival, state=DeliveryState.DUPLICATE, account=account, notice=notice
            )
        return replace(_accepted(arrival, reading, sealer, banks, rules), notice=notice)
    except BooksDoNotBalance:
        raise
    except Exception as fault:  # whatever it is, the delivery stays and says so
        return failed_read(arrival, fault)


def _may_notify(incoming: Incoming) -> bool:
    door = DOORS.get(incoming.provider)
    return incoming.channel is SourceChannel.WEBHOOK and door is not None and not door.is_signed


def told_here(transactions: Iterable[Transaction], rules: FeedRules) -> list[Transaction]:
    """Return the rows that no other source has precedence in telling."""
    return [
        one
        for one in transactions
        if not rules.is_check(one.provider, one.provider_account_id, book_of(one))
    ]


def statements_here(statements: Iterable[Statement], rules: FeedRules) -> list[Statement]:
    """Return the control totals of accounts whose statement no other source tells."""
    return [
        one
        for one in statements
        if not rules.is_check(one.provider, one.provider_account_id, Book.STATEMENT)
    ]


def said_of_checks(count: int) -> list[str]:
    """Return what people are told of rows that were left out because another source tells them."""
    return [f"{count} rows are a check: another source tells this account"] if count else []


def _accepted(
    arrival: Arrival, reading: FeedReading, sealer: Sealer, banks: KnownBanks, rules: FeedRules
) -> Read:
    told = told_here(reading.transactions, rules)
    checks = len(reading.transactions) - len(told)
    received_at = arrival.incoming.received_at
    entries, unfit = entries_of(told, sealer=sealer, received_at=received_at, banks=banks)
    rejects = [*reading.rejects, *unfit]
    action = reading.action
    if unfit and action is FileAction.ACCEPT:
        action = FileAction.QUARANTINE_ROWS
    if len(entries) + len(unfit) + checks != len(reading.transactions):
        raise BooksDoNotBalance(
            f"{arrival.incoming.name}: {len(reading.transactions)} rows were read, "
            f"{len(entries)} enter, {len(unfit)} are kept out and {checks} are a check"
        )
    is_refused = action is FileAction.REJECT_FILE
    return Read(
        arrival=arrival,
        state=DeliveryState.REJECTED if is_refused else DeliveryState.PROCESSED,
        action=action,
        reason=reading.reason or "",
        detail="; ".join([*reading.warnings, *said_of_checks(checks)]),
        account=arrival.incoming.account or _told_account(reading),
        bank=_told_bank(reading),
        entries=entries,
        rejects=rejects,
        statements=statements_here(reading.statements, rules),
        checks=checks,
    )


def _told_account(reading: FeedReading) -> str:
    told = [one.provider_account_id for one in reading.transactions]
    told += [one.provider_account_id for one in reading.statements]
    return told[0] if told else ""


def _told_bank(reading: FeedReading) -> str | None:
    told = [*(one.bank for one in reading.transactions), *(one.bank for one in reading.statements)]
    return told[0] if told else None


def _bytes_key(arrival: Arrival) -> tuple[str, str, str | None]:
    # A payout's own listing can hold the very bytes of a plain page: the payout is part of it.
    return arrival.incoming.provider, arrival.raw_sha256, arrival.incoming.settlement_id
