"""What became of a request: decided from what providers told, whatever the order they told it in.

Nothing is stored of it, so nothing has to be kept in step: the same tellings give the same answer, once
or ten times told, late or early. What decides:

* Money counts when a provider says it *succeeded*, in đồng, as a payment to this vendor with this
  reference. What is pending, what failed from the start, and what nobody could be named for say nothing.
* The webhook and the bank's own statement tell the same payment. Each of them (a *teller*: book and
  provider) tells a payment once, so of an amount there were as many payments as the teller with most of
  them tells. Tellers that tell different amounts tell of different payments: both are shown.
* One payment of the very amount is ``paid``. Another amount is ``paid_differently``, several payments
  are ``paid_several``: neither is ever taken for ``paid``, and the sum decides nothing.
* Money that went back (a refund, a reversal, a success the provider takes back) is ``taken_back``, in
  part or whole.
* A payment after the request's time, or after it was cancelled, is still told, and told as late.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from reconciliation.records import Direction, Status, TransactionType


class RequestState(StrEnum):
    """Where a request stands; only ``open`` waits."""

    OPEN = "open"
    PAID = "paid"
    PAID_DIFFERENTLY = "paid_differently"
    PAID_SEVERAL = "paid_several"
    TAKEN_BACK = "taken_back"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Asked(NamedTuple):
    """What the vendor did: asked for an amount until an instant, and maybe cancelled it."""

    amount_vnd: int
    expires_at: datetime
    cancelled_at: datetime | None = None


class TellingOfRequest(NamedTuple):
    """One version of one money movement that names the request, as one book told it."""

    transaction_id: int
    movement: tuple[str, str]
    """Book and dedupe key: what all versions of the movement share."""
    provider: str
    ledger: str
    """Of the account: its bank's, whoever tells."""
    version: int
    direction: Direction
    kind: TransactionType
    """What it is in its ledger."""
    status: Status
    amount_vnd: int
    occurred_at: datetime | None
    known_at: datetime

    @property
    def at(self) -> datetime:
        """Return when it happened, as told; else when it came to be known."""
        return self.occurred_at or self.known_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What became of a request.

    ``received_vnd``: the amount of each payment that arrived, smallest first, whether or not it went
    back. ``paid_*``: the first of them to be known; ``None`` = none arrived.
    """

    state: RequestState
    received_vnd: tuple[int, ...] = ()
    taken_back_vnd: int = 0
    paid_at: datetime | None = None
    paid_by_id: int | None = None
    """Id of the provider's transaction."""
    provider: str = ""
    ledger: str = ""
    """Where the first payment arrived, as people know it: the bank, not who told of it."""
    is_late: bool = False
    """The first payment came after the request had ended."""

    @property
    def mark(self) -> str:
        """Return a short text that changes whenever something is to be told anew."""
        received = "+".join(map(str, self.received_vnd))
        return f"{self.state.value}.{received}.{self.taken_back_vnd}.{self.paid_by_id or 0}"


_WENT_BACK = frozenset({Status.REVERSED, Status.FAILED, Status.CANCELLED})
_OTHER_COSTS = frozenset({TransactionType.FEE, TransactionType.TAX, TransactionType.PAYOUT})
"""What leaves an account and gives nobody's money back."""


class _Movement(NamedTuple):
    told: TellingOfRequest
    received_vnd: int
    taken_back_vnd: int


def standing(asked: Asked, tellings: Iterable[TellingOfRequest], now: datetime) -> Standing:
    """Return what became of a request, from every version of every movement that names it.

    All of them are in đồng and of the request's own vendor: the caller leaves out the rest.
    """
    versions: dict[tuple[str, str], list[TellingOfRequest]] = defaultdict(list)
    for telling in tellings:
        versions[telling.movement].append(telling)
    movements = [found for told in versions.values() if (found := _movement(told)) is not None]
    received = _told_by_most(movements, received=True)
    if not received:
        return Standing(state=_waiting(asked, now))
    taken_back = sum(_told_by_most(movements, received=False))
    first = min(
        (movement.told for movement in movements if movement.received_vnd),
        key=lambda told: (told.known_at, told.transaction_id),
    )
    ended_at = min(asked.expires_at, asked.cancelled_at or asked.expires_at)
    return Standing(
        state=_paid(asked, received, taken_back),
        received_vnd=received,
        taken_back_vnd=taken_back,
        paid_at=first.at,
        paid_by_id=first.transaction_id,
        provider=first.provider,
        ledger=first.ledger,
        is_late=first.at > ended_at,
    )


def _waiting(asked: Asked, now: datetime) -> RequestState:
    if asked.cancelled_at is not None:
        return RequestState.CANCELLED
    return RequestState.EXPIRED if now >= asked.expires_at else RequestState.OPEN


def _paid(asked: Asked, received: Sequence[int], taken_back: int) -> RequestState:
    if taken_back:
        return RequestState.TAKEN_BACK
    if len(received) > 1:
        return RequestState.PAID_SEVERAL
    exact = received[0] == asked.amount_vnd
    return RequestState.PAID if exact else RequestState.PAID_DIFFERENTLY


def _movement(versions: Sequence[TellingOfRequest]) -> _Movement | None:
    """Return what a movement's newest version says of money; ``None`` = nothing."""
    newest = max(versions, key=lambda told: told.version)
    has_succeeded = any(told.status is Status.SUCCEEDED for told in versions)
    if newest.direction is Direction.CREDIT:
        if newest.kind is not TransactionType.PAYMENT:
            return None
        if newest.status is Status.SUCCEEDED:
            return _Movement(newest, newest.amount_vnd, 0)
        if newest.status in _WENT_BACK and has_succeeded:
            came = max(
                (told for told in versions if told.status is Status.SUCCEEDED),
                key=lambda told: told.version,
            )
            return _Movement(came, came.amount_vnd, came.amount_vnd)
        return None
    if newest.status is not Status.SUCCEEDED or newest.kind in _OTHER_COSTS:
        return None
    return _Movement(newest, 0, newest.amount_vnd)


def _told_by_most(movements: Iterable[_Movement], *, received: bool) -> tuple[int, ...]:
    """Return the amounts that came in, or went back, smallest first: of each as many as one teller tells."""
    of_teller: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for told, came, went in movements:
        amount = came if received else went
        if amount:
            of_teller[told.movement[0], told.provider][amount] += 1
    most: Counter[int] = Counter()
    for amounts in of_teller.values():
        most |= amounts
    return tuple(sorted(most.elements()))
