"""What people do with the feeds, whichever door they come through: done, and noted in the log.

Pages, API and command line all come through here, so that nobody looks at what came as it came, reads
anything again, takes a delivery back or gives money to somebody without a line about it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from market.security.errors import ScopeRefused
from market.security.security_log import SecurityAction, record_security_event
from merchants.actors import Actor
from merchants.find import find_vendor
from merchants.sealing import Sealer
from merchants.tables import Market, Vendor
from reconciliation.errors import UnknownProvider
from reconciliation.feeds.catalogue import READERS
from reconciliation.feeds.reading.doors import Channel
from reconciliation.feeds.rules import FeedRules
from reconciliation.intake.raw_store import RawStore
from reconciliation.operations.assigning import claim_money, decide_claim, open_claim
from reconciliation.operations.listing import DeliveryEntry
from reconciliation.operations.raw_looks import raw_bytes, raw_line
from reconciliation.operations.replaying import Replayed, replay, waiting_deliveries
from reconciliation.operations.rereading import Reread, RereadDelivery, reread
from reconciliation.operations.unattributed import find_unattributed
from reconciliation.operations.voiding import VoidResult, decide_void, propose_void
from reconciliation.tables import Decision

if TYPE_CHECKING:
    from market.settings import Settings

REPLAYED_AT_ONCE = 100
"""So many deliveries are read again for one press of a button; the next press goes on."""

_VOID_EVENTS: Mapping[Decision, SecurityAction] = {
    Decision.APPROVED: SecurityAction.VOID_APPROVED,
    Decision.REFUSED: SecurityAction.VOID_REFUSED,
    Decision.WITHDRAWN: SecurityAction.VOID_WITHDRAWN,
}
_CLAIM_EVENTS: Mapping[Decision, SecurityAction] = {
    Decision.APPROVED: SecurityAction.MONEY_ASSIGNED,
    Decision.REFUSED: SecurityAction.MONEY_CLAIM_REFUSED,
    Decision.WITHDRAWN: SecurityAction.MONEY_CLAIM_WITHDRAWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTools:
    """What reading a delivery takes: its bytes, the keys, and what the deployment settled."""

    store: RawStore
    sealer: Sealer
    channels: Mapping[str, Channel]
    rules: FeedRules

    @classmethod
    def of_settings(cls, settings: "Settings", store: RawStore) -> "FeedTools":
        """Return the tools of a deployment."""
        from market.channels import feed_rules, open_channels

        return cls(
            store=store,
            sealer=settings.sealer,
            channels=open_channels(settings),
            rules=feed_rules(settings),
        )

    @classmethod
    def of_app(cls, state: Any) -> "FeedTools":
        """Return the tools of a running application."""
        return cls(
            store=state.raw_store,
            sealer=state.sealer,
            channels=state.channels,
            rules=state.feed_rules,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedFeed:
    """What came of reading a provider's waiting deliveries again; ``left`` were not tried yet."""

    replayed: Sequence[Replayed]
    left: int


def read_again(
    session: Session,
    tools: FeedTools,
    delivery_ids: Sequence[int],
    *,
    actor: Actor,
    now: datetime,
) -> list[Replayed]:
    """Read deliveries again after something was put right, and note it."""
    results = replay(
        session,
        tools.store,
        delivery_ids,
        sealer=tools.sealer,
        now=now,
        channels=tools.channels,
        rules=tools.rules,
    )
    for one in results:
        record_security_event(
            session,
            SecurityAction.FEED_READ_AGAIN,
            actor=actor,
            now=now,
            subject=f"delivery:{one.delivery_id}",
            note=f"{one.rows_new} rows read",
        )
    return results


def read_feed_again(
    session: Session,
    tools: FeedTools,
    provider: str,
    *,
    actor: Actor,
    now: datetime,
    after: int = 0,
) -> ReplayedFeed:
    """Read what waits of a provider again, ``REPLAYED_AT_ONCE`` deliveries at most, the oldest first.

    Raises:
        UnknownProvider: no reader is of that name.
    """
    if provider not in READERS:
        raise UnknownProvider(provider, sorted(READERS))
    waiting = waiting_deliveries(session, provider, after=after)
    chosen = waiting[:REPLAYED_AT_ONCE]
    results = read_again(session, tools, chosen, actor=actor, now=now) if chosen else []
    return ReplayedFeed(replayed=results, left=len(waiting) - len(chosen))


def reread_feed(
    session: Session,
    tools: FeedTools,
    asked: Reread,
    *,
    actor: Actor,
    now: datetime,
    is_applied: bool,
) -> tuple[list[RereadDelivery], int | None]:
    """Read deliveries again from their bytes; what was written is noted."""
    found, following = reread(
        session,
        tools.store,
        asked,
        sealer=tools.sealer,
        now=now,
        rules=tools.rules,
        is_applied=is_applied,
    )
    if is_applied:
        for one in found:
            if one.added or one.changed or one.gone:
                record_security_event(
                    session,
                    SecurityAction.FEED_READ_AGAIN,
                    actor=actor,
                    now=now,
                    subject=f"delivery:{one.delivery_id}",
                    note=f"{one.added + one.changed + one.gone} rows counted anew",
                )
    return found, following


def look_at_line(
    session: Session,
    tools: FeedTools,
    delivery_id: int,
    reject_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> str:
    """Return what a rejected row said; that somebody looked is noted."""
    text = raw_line(session, delivery_id, reject_id, sealer=tools.sealer)
    record_security_event(
        session,
        SecurityAction.RAW_LINE_OPENED,
        actor=actor,
        now=now,
        subject=f"delivery:{delivery_id}",
        note=f"row {reject_id}",
    )
    return text


def take_file(
    session: Session, tools: FeedTools, delivery_id: int, *, actor: Actor, now: datetime
) -> tuple[DeliveryEntry, bytes]:
    """Return what came, byte for byte; that somebody took it is noted."""
    entry, content = raw_bytes(session, tools.store, delivery_id)
    record_security_event(
        session,
        SecurityAction.RAW_FILE_TAKEN,
        actor=actor,
        now=now,
        subject=f"delivery:{delivery_id}",
    )
    return entry, content


def ask_void(
    session: Session, delivery_id: int, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Say why a delivery should not count; a second person decides."""
    propose_void(session, delivery_id, reason=reason, actor=actor, now=now)
    record_security_event(
        session,
        SecurityAction.VOID_ASKED,
        actor=actor,
        now=now,
        subject=f"delivery:{delivery_id}",
    )


def settle_void(
    session: Session,
    tools: FeedTools,
    delivery_id: int,
    decision: Decision,
    *,
    actor: Actor,
    now: datetime,
) -> VoidResult:
    """Approve, refuse or withdraw what was asked for a delivery."""
    result = decide_void(
        session,
        tools.store,
        delivery_id,
        decision,
        actor=actor,
        now=now,
        sealer=tools.sealer,
        rules=tools.rules,
    )
    counted_anew = result.recount.out + result.recount.in_again
    record_security_event(
        session,
        _VOID_EVENTS[decision],
        actor=actor,
        now=now,
        subject=f"delivery:{delivery_id}",
        note=f"{counted_anew} rows counted anew" if decision is Decision.APPROVED else "",
    )
    return result


def claim(
    session: Session,
    transaction_id: int,
    vendor_code: str,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    sealer: Sealer,
    market_codes: frozenset[str] | None,
) -> None:
    """Say whose a row is; a second person decides.

    Raises:
        PaymentNotFound: the row is not in the queue that this person sees.
        ScopeRefused: the vendor is of a market that this person does not see.
    """
    find_unattributed(session, transaction_id, sealer=sealer, market_codes=market_codes)
    vendor = find_vendor(session, vendor_code)
    market_code = _market_of(session, vendor, market_codes)
    claim_money(session, transaction_id, vendor_code, reason=reason, actor=actor, now=now)
    _note_claim(
        session, SecurityAction.MONEY_CLAIMED, vendor, market_code, transaction_id, actor, now
    )


def settle_claim(
    session: Session,
    transaction_id: int,
    decision: Decision,
    *,
    actor: Actor,
    now: datetime,
    market_codes: frozenset[str] | None,
) -> None:
    """Approve, refuse or withdraw what was said about whose a row is.

    Raises:
        ScopeRefused: the vendor is of a market that this person does not see.
    """
    waiting = open_claim(session, transaction_id)
    vendor = session.get(Vendor, waiting.vendor_id) if waiting is not None else None
    market_code = _market_of(session, vendor, market_codes) if vendor is not None else ""
    decide_claim(session, transaction_id, decision, actor=actor, now=now)
    assert vendor is not None
    _note_claim(session, _CLAIM_EVENTS[decision], vendor, market_code, transaction_id, actor, now)


def _market_of(session: Session, vendor: Vendor, market_codes: frozenset[str] | None) -> str:
    code = session.get_one(Market, vendor.market_id).code
    if market_codes is not None and code not in market_codes:
        raise ScopeRefused
    return code


def _note_claim(
    session: Session,
    action: SecurityAction,
    vendor: Vendor,
    market_code: str,
    transaction_id: int,
    actor: Actor,
    now: datetime,
) -> None:
    record_security_event(
        session,
        action,
        actor=actor,
        now=now,
        subject=f"vendor:{vendor.code}",
        note=f"market:{market_code} payment:{transaction_id}",
    )
