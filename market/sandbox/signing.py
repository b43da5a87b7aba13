"""Webhooks as each provider sends and signs them.

The texts that are signed come from the providers' own files, where the doors take them from.
Source: feeds.md 1.4 and 3.
"""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode

from reconciliation.feeds.catalogue import DOORS
from reconciliation.feeds.providers import momo_ipn, payos, viettel
from reconciliation.feeds.reading.doors import Channel, Delivered
from reconciliation.signatures import signed_bytes

JSON_TYPE = {"Content-Type": "application/json"}
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What is told, before it is signed; ``reference`` ends the address where a door asks for it."""

    body: bytes
    reference: str = ""


Signer = Callable[[bytes, Channel, datetime], Delivered]


def signed(provider: str, fact: Fact, channel: Channel, at: datetime) -> Delivered:
    """Return a delivery signed with the newest secret at an instant."""
    made = SIGNERS[provider](fact.body, channel, at)
    return Delivered(content=made.content, headers=made.headers, reference=fact.reference)


def _hex(channel: Channel, message: bytes, digest: str = "sha256") -> str:
    return hmac.new(channel.secrets[0].encode(), message, digest).hexdigest()


def _base64(channel: Channel, message: bytes, digest: str = "sha256") -> str:
    made = hmac.digest(channel.secrets[0].encode(), message, digest)
    return base64.b64encode(made).decode()


def _stripe(body: bytes, channel: Channel, at: datetime) -> Delivered:
    timestamp = str(int(at.timestamp()))
    signature = f"t={timestamp},v1={_hex(channel, timestamp.encode() + b'.' + body)}"
    return Delivered(content=body, headers={**JSON_TYPE, "Stripe-Signature": signature})


def _sepay(body: bytes, channel: Channel, at: datetime) -> Delivered:
    if channel.options.get("auth") == "apikey":
        told = {"Authorization": f"Apikey {channel.secrets[0]}"}
        return Delivered(content=body, headers={**JSON_TYPE, **told})
    timestamp = str(int(at.timestamp()))
    told = {
        "X-SePay-Timestamp": timestamp,
        "X-SePay-Signature": f"sha256={_hex(channel, timestamp.encode() + b'.' + body)}",
    }
    return Delivered(content=body, headers={**JSON_TYPE, **told})


def _casso(body: bytes, channel: Channel, at: datetime) -> Delivered:
    if channel.options.get("version") == "1":
        told = {"secure-token": channel.secrets[0]}
        return Delivered(content=body, headers={**JSON_TYPE, **told})
    timestamp = str(int(at.timestamp() * 1000))
    ordered = json.dumps(
        json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    signature = _hex(channel, signed_bytes(f"{timestamp}.{ordered}"), "sha512")
    told = {"X-Casso-Signature": f"t={timestamp},v1={signature}"}
    return Delivered(content=body, headers={**JSON_TYPE, **told})


def _payos(body: bytes, channel: Channel, _at: datetime) -> Delivered:
    told = json.loads(body)
    message = signed_bytes(payos.signed_text(told["data"]))
    return _in_body({**told, "signature": _hex(channel, message)})


def _momo(body: bytes, channel: Channel, _at: datetime) -> Delivered:
    told = json.loads(body)
    access_key = channel.options["access_key"].split()[0]
    message = signed_bytes(momo_ipn.signed_text(told, access_key))
    return _in_body({**told, "signature": _hex(channel, message)})


def _zalopay(body: bytes, channel: Channel, _at: datetime) -> Delivered:
    data = body.decode()
    return _in_body({"data": data, "mac": _hex(channel, signed_bytes(data)), "type": 1})


def _vnpay(body: bytes, channel: Channel, _at: datetime) -> Delivered:
    pairs = sorted((name, value) for name, value in parse_qsl(body.decode()) if value)
    query = urlencode(pairs).encode()
    digest = _hex(channel, query, "sha512").encode()
    return Delivered(content=query + b"&vnp_SecureHash=" + digest, headers={})


def _viettel(body: bytes, channel: Channel, _at: datetime) -> Delivered:
    form = dict(parse_qsl(body.decode()))
    message = signed_bytes(viettel.signed_text(form))
    form["check_sum"] = _base64(channel, message, channel.options["digest"])
    return Delivered(content=urlencode(form).encode(), headers=FORM_TYPE)


def _shopeepay(body: bytes, channel: Channel, _at: datetime) -> Delivered:
    told = {"X-Airpay-Req-H": _base64(channel, body)}
    if client := channel.options.get("client_id"):
        told["X-Airpay-ClientId"] = client
    return Delivered(content=body, headers={**JSON_TYPE, **told})


def _unsigned(body: bytes, _channel: Channel, _at: datetime) -> Delivered:
    return Delivered(content=body, headers=JSON_TYPE)


def _in_body(told: Mapping[str, Any]) -> Delivered:
    content = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Delivered(content=content.encode(), headers=JSON_TYPE)


SIGNERS: Mapping[str, Signer] = MappingProxyType(
    {
        "stripe": _stripe,
        "sepay": _sepay,
        "casso": _casso,
        "payos": _payos,
        "momo": _momo,
        "zalopay": _zalopay,
        "vnpay": _vnpay,
        "viettel": _viettel,
        "shopeepay": _shopeepay,
        **{name: _unsigned for name, door in DOORS.items() if not door.is_signed},
    }
)
"""How each provider that pushes signs; one that signs nothing sends the bytes as they are."""
