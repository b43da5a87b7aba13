"""Open a connected account at Stripe for a vendor, once, however often it is asked for.

The form is Stripe's: ``application/x-www-form-urlencoded`` with nested names. The idempotency key is
made of the vendor's code, so that an answer that was lost is got by asking again. Stripe keeps keys
for a day at least: note the account before. ``metadata`` names the vendor for whoever looks at
Stripe itself. Source: feeds.md 1.2, 1.4.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx

from reconciliation.errors import FeedRefused
from reconciliation.fetching.pages import StripeAccess
from reconciliation.fetching.retrying import Patience, PatientClient

Field = str | int | bool | Mapping[str, "Field"] | list["Field"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedAccount:
    """What Stripe says of an account; until ``is_ready`` it can take no payment."""

    account: str
    is_ready: bool


def open_connected_account(
    client: httpx.Client,
    vendor_code: str,
    *,
    country: str,
    currency: str,
    settings: StripeAccess,
    patience: Patience | None = None,
) -> ConnectedAccount:
    """Return the vendor's connected account, opened now unless it was opened before.

    Nothing about the vendor but the code leaves the house: who they are they tell Stripe themselves.

    Args:
        country: ISO 3166 code of a country where Stripe opens accounts.
        currency: ISO 4217 code of its payouts.

    Raises:
        FeedRefused: Stripe refuses the key or the request, or answers no account.
        FeedUnreachable: no usable answer within ``patience``.
    """
    url = f"{settings.base_url.rstrip('/')}/v1/accounts"
    told: Mapping[str, Field] = {
        "type": "express",
        "country": country.upper(),
        "default_currency": currency.lower(),
        "business_type": "individual",
        "capabilities": {"card_payments": {"requested": True}, "transfers": {"requested": True}},
        "metadata": {"vendor_code": vendor_code},
    }
    content = PatientClient(client, patience or Patience()).post(
        url,
        form=dict(form_fields(told)),
        headers={
            "Authorization": f"Bearer {settings.api_key}",
            "Stripe-Version": settings.version,
        },
        idempotency_key=idempotency_key(settings.account, vendor_code),
    )
    try:
        answer = json.loads(content)
        return ConnectedAccount(
            account=str(answer["id"]), is_ready=answer.get("charges_enabled") is True
        )
    except (ValueError, KeyError, TypeError, AttributeError) as failure:
        raise FeedRefused(request=f"POST {url}", status=200, message="no account") from failure


def idempotency_key(platform: str, vendor_code: str) -> str:
    """Return the key under which a vendor's account is opened: the same each time."""
    return f"cho40:account:{platform}:{vendor_code}"


def form_fields(told: Mapping[str, Field]) -> Iterator[tuple[str, str]]:
    """Yield names and values as Stripe reads a form: ``a[b]``, ``a[0][b]``, ``true``, digits."""
    for name, value in told.items():
        yield from _fields(name, value)


def _fields(name: str, value: Field) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _fields(f"{name}[{key}]", inner)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _fields(f"{name}[{place}]", inner)
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    else:
        yield name, str(value)
