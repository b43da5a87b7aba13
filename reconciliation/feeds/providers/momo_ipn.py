"""MoMo's instant payment notification (IPN), signed inside the body. Source: feeds.md 3.4."""

import base64
import binascii
from datetime import datetime
from typing import Any

from reconciliation.feeds.reading.bodies import (
    Body,
    Rows,
    account_of,
    read_object,
    require,
    unknown_fields,
)
from reconciliation.feeds.reading.business_day import business_day
from reconciliation.feeds.reading.context import ReadContext, refused
from reconciliation.feeds.reading.doors import (
    Answer,
    Channel,
    Delivered,
    Door,
    Option,
    usual_answers,
)
from reconciliation.feeds.reading.json_body import is_json, optional_text, read_id
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.reading.text import clean
from reconciliation.feeds.reading.wire_values import read_unix_ms, read_whole
from reconciliation.records import (
    Direction,
    FeedReading,
    Status,
    Transaction,
    TransactionType,
)
from reconciliation.signatures import BAD, SignatureVerdict, hex_verdict, signed_bytes

PROVIDER = "momo"
_SIGNED = (
    *("amount", "extraData", "message", "orderId", "orderInfo", "orderType", "partnerCode"),
    *("payType", "requestId", "responseTime", "resultCode", "transId"),
)
_REQUIRED = frozenset({"partnerCode", "transId", "resultCode", "amount", "orderId", "signature"})
_KNOWN = frozenset(_SIGNED) | {"signature"}
_STATUS = {
    "0": Status.SUCCEEDED,
    "9000": Status.AUTHORISED,
    **dict.fromkeys(("1000", "7000", "7002"), Status.PENDING),
    **dict.fromkeys(("1001", "1002", "1003", "1004", "1005", "1006"), Status.FAILED),
    **dict.fromkeys(("1080", "1081", "1088"), Status.FAILED),
}


def signed_text(body: Body, access_key: str) -> str:
    """Return the text of the vendor's fixed order, ``accessKey=…&amount=…&…&transId=…``."""
    told = "&".join(f"{name}={_written(body.get(name))}" for name in _SIGNED)
    return f"accessKey={access_key}&{told}"


def verify(delivered: Delivered, channel: Channel, _now: datetime) -> SignatureVerdict:
    """Return the verdict on ``signature``, an HMAC-SHA256 with the access key in its text.

    While keys are replaced there may be several access keys too, apart by a blank.
    """
    try:
        body = read_object(delivered.content)
    except FileRefused:
        return BAD
    told = [str(body.get("signature"))]
    verdicts = [
        hex_verdict(told, signed_bytes(signed_text(body, access_key)), channel.secrets)
        for access_key in channel.options.get("access_key", "").split()
    ]
    return next((one for one in verdicts if one.is_accepted), BAD)


def _written(value: Any) -> str:
    return "" if value is None else str(value)


DOOR = Door(
    provider=PROVIDER,
    verify=verify,
    answers=usual_answers(Answer(204)),
    options={"access_key": Option()},
    is_pushed=is_json,
)


class MomoIpnReader:
    """Reads one notification: one order's payment as far as it has come."""

    provider = PROVIDER

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the body has the fields of a notification."""
        try:
            require(read_object(content), _REQUIRED)
        except FileRefused:
            return False
        return True

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return the payment; one whose amount or time is unreadable waits for a person."""
        try:
            body = read_object(content)
            require(body, _REQUIRED)
            account = account_of(body, "partnerCode", context.account)
        except FileRefused as refusal:
            return refused(refusal)
        rows = Rows(warnings=unknown_fields(body, _KNOWN))
        rows.take(lambda: context.held(_payment(body, account, rows, context)), body)
        return rows.reading()


def _payment(body: Body, account: str, rows: Rows, context: ReadContext) -> Transaction:
    identifier = read_id(body["transId"], "transId")
    occurred_at = read_unix_ms(body.get("responseTime"), "responseTime")
    day, rule = business_day(PROVIDER, occurred_at=occurred_at, cut_offs=context.cut_offs)
    code = read_id(body["resultCode"], "resultCode")
    return Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=identifier,
        dedupe_key=f"{PROVIDER}:{account}:{identifier}",
        transaction_type=TransactionType.PAYMENT,
        direction=Direction.CREDIT,
        status=_STATUS.get(code, Status.UNKNOWN),
        provider_status=code,
        amount=read_whole(body["amount"], "amount"),
        currency="VND",
        currency_exponent=0,
        business_date=day,
        business_date_rule=rule,
        row=1,
        provider_event_id=optional_text(body.get("requestId")),
        merchant_reference=optional_text(body["orderId"]),
        occurred_at=occurred_at,
        time_precision="ms",
        store_id=_store(body.get("extraData"), rows),
        description=clean(optional_text(body.get("orderInfo")) or ""),
    )


def _store(extra: object, rows: Rows) -> str | None:
    """Return the store that our own order put into ``extraData``, base64 of a JSON object."""
    if extra in (None, ""):
        return None
    try:
        told = read_object(base64.b64decode(str(extra), validate=True))
    except (binascii.Error, ValueError, FileRefused):
        rows.warnings.append("extraData is no JSON of ours")
        return None
    return optional_text(told.get("store"))
