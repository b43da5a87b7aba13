"""Changes of a vendor's receiving account: proposed, confirmed by the vendor, decided by a second person.

Nobody changes alone where a vendor's money goes. What each step may be is decided in
``change_rules``; what an approval does to accounts and posters stands in ``account_approval``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from merchants.acceptance.approval import Approval, PosterFate, PosterKeys, Verdict, carry_out
from merchants.acceptance.change_rules import (
    OPEN_STATES,
    PIN_IS_NEW,
    ChangeStanding,
    after_confirming,
    after_deciding,
    after_withdrawing,
)
from merchants.acceptance.entry import ProposedAccount
from merchants.acceptance.name_rule import match_account_name
from merchants.accounts import STRIPE, account_fingerprint
from merchants.actors import Actor
from merchants.entries import Faults
from merchants.errors import (
    AcceptancePointNotFound,
    AccountAlreadyOpen,
    AccountChangeNotFound,
    AccountChangeOpen,
    VendorNotFound,
)
from merchants.events import record_event
from merchants.files.csv_text import clean_text
from merchants.find import find_vendor
from merchants.kinds import (
    AcceptanceType,
    AccountChangeState,
    AccountKind,
    Confirmation,
    EventAction,
)
from merchants.lifecycle.milestones import note_self_action
from merchants.names import name_words
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, AccountChange, Market, RegisterEvent, Vendor

__all__ = [
    "OPEN_STATES",
    "Approval",
    "PosterFate",
    "PosterKeys",
    "Proposal",
    "Verdict",
    "confirm_account",
    "decide_account",
    "propose_account",
    "sharing_vendors",
    "who_reset_pin",
    "withdraw_account",
]

_KEYS = (EventAction.LINK_ISSUED, EventAction.PIN_RESET)
"""What lets staff come in as a vendor before the vendor does."""
_REASON_MAX = 200
_WITNESS_MAX = 80


@dataclass(frozen=True, slots=True)
class Proposal:
    """A new proposal, and how many other vendors already have the same account open."""

    change: AccountChange
    sharing: int


def propose_account(
    session: Session,
    vendor_code: str,
    proposed: ProposedAccount,
    *,
    replaces_id: int | None = None,
    reason: str = "",
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> Proposal:
    """Propose one more account for a vendor, or one in the place of another.

    The same account again, with ``replaces_id`` naming it, corrects the holder's name.

    Raises:
        VendorNotFound: no vendor has this code, or it is a merged record.
        AccountChangeOpen: the proposal before is not decided yet.
        AcceptancePointNotFound: ``replaces_id`` is no open account of the vendor.
        AccountAlreadyOpen: the vendor has this account under this holder.
        EntryRefused: the reason is too long.
    """
    faults = Faults()
    reason = faults.text("reason", reason, length_max=_REASON_MAX)
    faults.refuse_any()
    vendor = _locked_vendor(session, vendor_code)
    assert vendor.id is not None
    waiting = _open_change(session, vendor.id)
    if waiting is not None:
        raise AccountChangeOpen(vendor_code, waiting.id or 0)
    points = _open_points(session, vendor.id)
    replaced = next((point for point in points if point.id == replaces_id), None)
    if replaces_id is not None and replaced is None:
        raise AcceptancePointNotFound(vendor_code, replaces_id)
    account = proposed.account
    account_hash = account_fingerprint(sealer, account.ledger, account.number)
    _refuse_present(vendor_code, proposed, account_hash, points, replaced)
    change = AccountChange(
        vendor_id=vendor.id,
        replaces_id=replaces_id,
        kind=account.kind,
        acceptance_type=_acceptance_type(proposed),
        bin=account.bin,
        feed_provider=account.feed_provider,
        account_sealed=sealer.seal(account.number),
        account_hash=account_hash,
        account_tail=account.tail,
        holder_name=proposed.holder_name,
        name_match=match_account_name(proposed.holder_name, vendor.full_name, vendor.business_name),
        provider_contract_no=proposed.contract_no,
        contract_from=proposed.contract_from,
        state=AccountChangeState.PROPOSED,
        reason=reason,
        proposed_at=now,
        proposed_by=str(actor),
        assisted_by_id=actor.assisted_by_id,
    )
    session.add(change)
    session.flush()
    _record(session, EventAction.ACCOUNT_PROPOSED, vendor, change, actor=actor, now=now)
    return Proposal(
        change, sharing_vendors(session, vendor.id, account_hash, account.feed_provider)
    )


def confirm_account(
    session: Session,
    vendor_code: str,
    change_id: int,
    how: Confirmation,
    *,
    evidence_sha256: str = "",
    witness: str = "",
    actor: Actor,
    now: datetime,
) -> AccountChange:
    """Note the vendor's word for a proposed account; the first word stays.

    Args:
        how: ``PIN`` is the vendor's own act, checked by the door before; the others are recorded by
            staff, with the SHA-256 of the signed paper or recording and who was there.

    Raises:
        AccountChangeNotFound: the vendor has no such proposal.
        AlreadyDecided, ConfirmationRefused, ProposerHeldTheKey: as ``change_rules`` has it.
        EntryRefused: the SHA-256 or the witness cannot be read.
    """
    faults = Faults()
    evidence = clean_text(evidence_sha256).lower()
    if evidence and not _is_sha256(evidence):
        faults.say("evidence", "Mã SHA-256 cần 64 ký tự gồm số và chữ từ a đến f")
    witness = faults.text("witness", witness, length_max=_WITNESS_MAX)
    faults.refuse_any()
    vendor, change = locked_change(session, vendor_code, change_id)
    standing = standing_of(change, vendor_code)
    if how is Confirmation.PIN:
        standing = replace(standing, opened_by=_who_did(session, vendor.id, _KEYS, now))
    state = after_confirming(
        standing,
        how,
        actor=actor,
        has_evidence=bool(evidence),
        has_witness=bool(witness),
    )
    if change.state is AccountChangeState.CONFIRMED:
        return change
    change.state = state
    change.confirmed_at, change.confirmed_how, change.confirmed_by = now, how, str(actor)
    change.evidence_sha256, change.witness = evidence or None, witness
    session.add(change)
    _record(
        session,
        EventAction.ACCOUNT_CONFIRMED,
        vendor,
        change,
        actor=actor,
        now=now,
        to_value=how.value,
        evidence_sha256=evidence or None,
    )
    if how is Confirmation.PIN:
        note_self_action(session, vendor, actor=actor, now=now, what="account_confirmed")
    session.flush()
    return change


def withdraw_account(
    session: Session, vendor_code: str, change_id: int, *, reason: str, actor: Actor, now: datetime
) -> AccountChange:
    """Take a proposal back: who made it, or the vendor who never asked for it.

    Raises:
        AccountChangeNotFound: the vendor has no such proposal.
        AlreadyDecided, WithdrawalRefused: as ``change_rules`` has it.
        EntryRefused: no reason is given, or it is too long.
    """
    return _end(session, vendor_code, change_id, reason=reason, actor=actor, now=now, approve=None)[
        1
    ]


def decide_account(
    session: Session,
    vendor_code: str,
    change_id: int,
    verdict: Verdict,
    *,
    keys: PosterKeys,
    actor: Actor,
    now: datetime,
) -> Approval:
    """Approve or reject a proposal, as a second person.

    Approved, the account holds from the day of ``now``; one it replaces ends that day, and the
    posters that pay to it are replaced, or only revoked.

    Raises:
        AccountChangeNotFound: the vendor has no such proposal.
        AlreadyDecided, SecondPersonNeeded, NotConfirmedYet: as ``change_rules`` has it.
        AccountAlreadyOpen: the account came to the vendor by another way meanwhile.
        EntryRefused: a rejection without a reason, or a note that is too long.
        SerialRefused: the verification key is empty and posters are to be replaced.
    """
    vendor, change = _end(
        session,
        vendor_code,
        change_id,
        reason=verdict.note,
        actor=actor,
        now=now,
        approve=verdict.approve,
    )
    if not verdict.approve:
        return Approval(change=change)
    return carry_out(
        session, vendor, change, posters=verdict.posters, keys=keys, actor=actor, now=now
    )


def sharing_vendors(session: Session, vendor_id: int, account_hash: str, feed_provider: str) -> int:
    """Return how many other vendors, of any market, have the account open.

    A Stripe account is often the whole market's, and its payments name the vendor themselves.
    """
    if feed_provider == STRIPE:
        return 0
    query = select(AcceptancePoint.vendor_id).where(
        AcceptancePoint.account_hash == account_hash,
        AcceptancePoint.vendor_id != vendor_id,
        col(AcceptancePoint.valid_to).is_(None),
    )
    return len(set(session.exec(query)))


def locked_change(
    session: Session, vendor_code: str, change_id: int
) -> tuple[Vendor, AccountChange]:
    """Return a vendor and their proposal; a second writer waits until this transaction ends.

    Raises:
        AccountChangeNotFound: the vendor has no such proposal.
    """
    vendor = _locked_vendor(session, vendor_code)
    query = select(AccountChange).where(
        AccountChange.id == change_id, AccountChange.vendor_id == vendor.id
    )
    change = session.exec(
        query.with_for_update(), execution_options={"populate_existing": True}
    ).one_or_none()
    if change is None:
        raise AccountChangeNotFound(change_id)
    return vendor, change


def who_reset_pin(
    session: Session, vendor_id: int, how: Confirmation | None, confirmed_at: datetime | None
) -> frozenset[str]:
    """Return who reset a vendor's PIN shortly before it confirmed a proposal; people as ``Actor`` writes them."""
    if how is not Confirmation.PIN or confirmed_at is None:
        return frozenset()
    return _who_did(session, vendor_id, (EventAction.PIN_RESET,), confirmed_at)


def _who_did(
    session: Session, vendor_id: int | None, actions: Sequence[EventAction], until: datetime
) -> frozenset[str]:
    query = select(RegisterEvent.actor).where(
        RegisterEvent.vendor_id == vendor_id,
        col(RegisterEvent.action).in_(actions),
        col(RegisterEvent.at).between(until - PIN_IS_NEW, until),
    )
    return frozenset(session.exec(query))


def standing_of(change: AccountChange, vendor_code: str) -> ChangeStanding:
    """Return a proposal as the rules see it."""
    return ChangeStanding(
        id=change.id or 0,
        vendor_code=vendor_code,
        state=change.state,
        proposed_by=change.proposed_by,
        confirmed_by=change.confirmed_by,
    )


def _end(
    session: Session,
    vendor_code: str,
    change_id: int,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    approve: bool | None,
) -> tuple[Vendor, AccountChange]:
    """Approve, reject or, with ``None``, withdraw; the reason is needed unless it is approved."""
    vendor, change = locked_change(session, vendor_code, change_id)
    standing = standing_of(change, vendor_code)
    if approve is None:
        state = after_withdrawing(standing, actor=actor)
    else:
        reset_by = who_reset_pin(
            session, change.vendor_id, change.confirmed_how, change.confirmed_at
        )
        standing = replace(standing, pin_reset_by=reset_by)
        state = after_deciding(standing, approve=approve, actor=actor)
    faults = Faults()
    needed = "" if approve else "Chưa ghi lý do"
    note = faults.text("note", reason, length_max=_REASON_MAX, needed=needed)
    faults.refuse_any()
    change.state, change.decision_note = state, note
    change.decided_at, change.decided_by = now, str(actor)
    session.add(change)
    _record(
        session,
        EventAction.ACCOUNT_DECIDED,
        vendor,
        change,
        actor=actor,
        now=now,
        to_value=state.value,
    )
    session.flush()
    return vendor, change


def _locked_vendor(session: Session, vendor_code: str) -> Vendor:
    """Return a vendor; the market is locked too, as whoever writes into a market does first."""
    vendor = find_vendor(session, vendor_code)
    if vendor.merged_into_id is not None:
        raise VendorNotFound(vendor_code)
    session.exec(select(Market.id).where(Market.id == vendor.market_id).with_for_update()).one()
    session.refresh(vendor)
    return vendor


def _open_change(session: Session, vendor_id: int) -> AccountChange | None:
    query = select(AccountChange).where(
        AccountChange.vendor_id == vendor_id, col(AccountChange.state).in_(OPEN_STATES)
    )
    return session.exec(query).one_or_none()


def _open_points(session: Session, vendor_id: int) -> Sequence[AcceptancePoint]:
    query = select(AcceptancePoint).where(
        AcceptancePoint.vendor_id == vendor_id, col(AcceptancePoint.valid_to).is_(None)
    )
    return session.exec(query.order_by(col(AcceptancePoint.id))).all()


def _refuse_present(
    vendor_code: str,
    proposed: ProposedAccount,
    account_hash: str,
    points: Sequence[AcceptancePoint],
    replaced: AcceptancePoint | None,
) -> None:
    for point in points:
        if point.account_hash != account_hash:
            continue
        is_same_holder = name_words(point.holder_name) == name_words(proposed.holder_name)
        if point is not replaced or is_same_holder:
            raise AccountAlreadyOpen(vendor_code, point.account_tail)


def _acceptance_type(proposed: ProposedAccount) -> AcceptanceType:
    """Mobile money under a contract makes a merchant of the vendor, as on a sheet."""
    if proposed.account.kind is AccountKind.MOBILE_MONEY and proposed.contract_no:
        return AcceptanceType.MOBILE_MONEY_MERCHANT
    return proposed.account.acceptance_type


def _record(
    session: Session,
    action: EventAction,
    vendor: Vendor,
    change: AccountChange,
    *,
    actor: Actor,
    now: datetime,
    to_value: str = "",
    evidence_sha256: str | None = None,
) -> None:
    record_event(
        session,
        action,
        actor=actor,
        now=now,
        market_id=vendor.market_id,
        vendor_id=vendor.id,
        subject=f"account_change:{change.id}",
        to_value=to_value,
        evidence_sha256=evidence_sha256,
    )


def _is_sha256(text: str) -> bool:
    return len(text) == 64 and all(digit in "0123456789abcdef" for digit in text)
