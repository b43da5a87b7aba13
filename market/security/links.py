"""Signed links: whoever holds one may see one vendor, one market, or the area's figures."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from itsdangerous import BadData, URLSafeSerializer

from market.security.errors import LinkExpired, LinkUnreadable

LINK_DAYS = 90
EVERYTHING = "*"


class Role(StrEnum):
    """Who a link was made for; each role has pages of its own."""

    VENDOR = "vendor"
    MARKET = "market"
    ECONOMIST = "economist"


class Carrier(StrEnum):
    """What carries a grant. Each is signed apart, so that a link is no cookie and no other way."""

    LINK = "cho40.link"
    COOKIE = "cho40.cookie"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a link opens and until when."""

    role: Role
    scope: str
    """Vendor code or market code; ``*`` for the economist."""
    until_at: datetime

    @property
    def home(self) -> str:
        """Return the path of the first page this grant opens."""
        return {
            Role.VENDOR: f"/nguoi-ban/{self.scope}",
            Role.MARKET: f"/cho/{self.scope}",
            Role.ECONOMIST: "/muc-do-dung",
        }[self.role]


def write_grant(grant: Grant, carrier: Carrier, *, secret_keys: Sequence[str]) -> str:
    """Return the grant as signed, URL-safe text; the newest key (the first) signs."""
    return str(
        _signer(carrier, secret_keys).dumps(
            [grant.role.value, grant.scope, int(grant.until_at.timestamp())]
        )
    )


def link_path(grant: Grant, *, secret_keys: Sequence[str]) -> str:
    """Return the path that turns this grant into a cookie; put the service's address before it."""
    return f"/vao/{write_grant(grant, Carrier.LINK, secret_keys=secret_keys)}"


def read_grant(text: str, carrier: Carrier, *, secret_keys: Sequence[str], now: datetime) -> Grant:
    """Return the grant that was signed.

    Raises:
        LinkUnreadable: no key fits, or the text is not whole.
        LinkExpired: its time is over.
    """
    try:
        role, scope, until = _signer(carrier, secret_keys).loads(text)
        grant = Grant(
            role=Role(role), scope=str(scope), until_at=datetime.fromtimestamp(until, UTC)
        )
    except (BadData, TypeError, ValueError):
        raise LinkUnreadable from None
    if grant.until_at <= now:
        raise LinkExpired
    return grant


def _signer(carrier: Carrier, secret_keys: Sequence[str]) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret_key=list(reversed(secret_keys)),  # itsdangerous signs with the last one
        salt=carrier.value,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
