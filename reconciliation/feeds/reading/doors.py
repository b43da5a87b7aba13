"""What comes through a provider's door, how it is checked, and what it is answered.

A provider that pushes declares one ``Door`` in its own file. The service, the replay of recorded
deliveries and the simulated day all ask the same declaration. Source: feeds.md section 3.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from reconciliation.errors import ChannelRefused
from reconciliation.signatures import UNSIGNED, SignatureVerdict

ADDRESS_LENGTH_MIN = 16
"""Of the secret part of an address, where nothing else is secret."""


class Outcome(StrEnum):
    """What became of a delivery, as far as the answer depends on it."""

    TAKEN = "taken"
    """Its bytes are durable, whether or not we can read them yet."""
    REPEATED = "repeated"
    """Nothing new: told before, or a lower status that came late."""
    ORDER_MISSING = "order_missing"
    ORDER_AMOUNT = "order_amount"
    """The ledger has it; the amount is not the one that was asked for."""
    REFUSED = "refused"
    """Its signature does not hold, or is stale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One request of a provider: ``content`` is its body, or of a GET the raw query string."""

    content: bytes = field(repr=False)
    headers: Mapping[str, str]
    reference: str = ""
    """The last part of the address, where the provider was asked to put it there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """How one deployment is connected: secrets, newest first, and what the contract settles."""

    secrets: tuple[str, ...] = field(default=(), repr=False)
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def account(self) -> str | None:
        """Return the provider account the channel is for; ``None`` = the content tells."""
        return self.options.get("account") or None


@dataclass(frozen=True, slots=True)
class Answer:
    """``decisive`` is what the provider looks at; ``words`` are sent beside it, for people."""

    status: int
    decisive: Mapping[str, Any] | None = None
    words: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def body(self) -> dict[str, Any] | None:
        """Return the whole JSON object to send, ``None`` for nothing at all."""
        return {**(self.decisive or {}), **self.words} or None


UNAUTHORISED = Answer(401, None, {"success": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something the contract settles: without a ``default`` the door stays shut until it is told."""

    allowed: tuple[str, ...] = ()
    """Empty = any text."""
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """The order a delivery pays, in the words of the provider."""

    reference: str
    amount: int


Orders = Callable[[Order], Outcome]
"""Says whether an order is known and of that amount: ``TAKEN`` when nothing speaks against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Everything that is particular about how one provider delivers."""

    provider: str
    verify: Callable[[Delivered, Channel, datetime], SignatureVerdict]
    answers: Mapping[Outcome, Answer]
    """By outcome; an outcome that is not named gets the answer of ``TAKEN``."""
    method: str = "POST"
    is_signed: bool = True
    """``False``: the provider signs nothing, so a secret part of the address stands for it."""
    names_reference: bool = False
    """The address ends with the reference of what the delivery is about."""
    signed_headers: tuple[str, ...] = ()
    """Lower-case; kept with the bytes so that the check can be made again. Never a secret."""
    options: Mapping[str, Option] = field(default_factory=lambda: MappingProxyType({}))
    order_of: Callable[[bytes], Order | None] | None = None
    """Reads the order out of content that was verified, where the answer depends on it."""
    is_pushed: Callable[[bytes], bool] = lambda _content: True
    """Tells whether bytes are what comes through this door, and not a page or a file."""

    @property
    def path(self) -> str:
        """Return the address below ``/hooks/``, as a route names it."""
        secret = "" if self.is_signed else "/{address}"
        return f"{self.provider}{secret}{'/{reference}' if self.names_reference else ''}"

    def channel(self, secrets: tuple[str, ...], options: Mapping[str, str]) -> Channel:
        """Return a channel with its defaults filled in.

        Raises:
            ChannelRefused: no secret, an address too short to be one, or an option that is unknown,
                missing or none of the allowed.
        """
        known = {"account": Option(default=""), "networks": Option(default=""), **self.options}
        if not secrets or not all(secrets):
            raise ChannelRefused(self.provider, "there is no secret, or an empty one")
        if not self.is_signed and any(len(one) < ADDRESS_LENGTH_MIN for one in secrets):
            raise ChannelRefused(
                self.provider,
                f"its address is all that keeps others out: {ADDRESS_LENGTH_MIN} characters or more",
            )
        for name in options:
            if name not in known:
                raise ChannelRefused(self.provider, f"{name!r} is none of {sorted(known)}")
        told = {}
        for name, option in known.items():
            value = options.get(name, option.default)
            if value is None:
                raise ChannelRefused(self.provider, f"option {name!r} is missing")
            if option.allowed and value not in option.allowed:
                raise ChannelRefused(
                    self.provider, f"{name} is {value!r}, not one of {', '.join(option.allowed)}"
                )
            told[name] = value
        return Channel(secrets=secrets, options=MappingProxyType(told))

    def outcome(self, content: bytes, *, is_repeated: bool, orders: Orders) -> Outcome:
        """Return what a verified delivery came to."""
        if is_repeated:
            return Outcome.REPEATED
        order = self.order_of(content) if self.order_of else None
        return orders(order) if order else Outcome.TAKEN

    def answer(self, outcome: Outcome) -> Answer:
        """Return what the provider expects to hear."""
        return self.answers.get(outcome) or self.answers[Outcome.TAKEN]


def usual_answers(good: Answer) -> Mapping[Outcome, Answer]:
    """Return the answers of most: the good one, and 401 for a bad signature."""
    return MappingProxyType({Outcome.TAKEN: good, Outcome.REFUSED: UNAUTHORISED})


def unsigned(_delivered: Delivered, _channel: Channel, _now: datetime) -> SignatureVerdict:
    """Return the verdict on what nobody signs; its address was the secret."""
    return UNSIGNED
