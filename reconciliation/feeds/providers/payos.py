"""payOS webhooks: one payment of a payment link, signed inside the body. Source: feeds.md 3.3."""

import json
from datetime import datetime
from typing import Any

from reconciliation.feeds.reading.bodies import (
    TEST_PING,
    Body,
    Rows,
    account_of,
    read_object,
    require,
    unknown_fields,
)
from reconciliation.feeds.reading.business_day import business_day
from reconciliation.feeds.reading.context import ReadContext, refused
from reconciliation.feeds.reading.dates import read_iso_instant
from reconciliation.feeds.reading.doors import Answer, Channel, Delivered, Door, usual_answers
from reconciliation.feeds.reading.json_body import optional_text, read_id
from reconciliation.feeds.reading.memo import payer_account
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.text import clean
from reconciliation.feeds.reading.wire_values import read_whole
from reconciliation.records import (
    Direction,
    FeedReading,
    FileAction,
    Status,
    Transaction,
    TransactionType,
)
from reconciliation.signatures import BAD, SignatureVerdict, hex_verdict, signed_bytes

PROVIDER = "payos"
_TEST_ORDER = "123"
_REQUIRED = frozenset({"orderCode", "amount", "accountNumber", "reference", "transactionDateTime"})
_PERSONAL = frozenset({"counterAccountName", "counterAccountNumber", "description"})
_KNOWN = frozenset(
    {
        *_REQUIRED,
        *_PERSONAL,
        *("currency", "paymentLinkId", "code", "desc", "counterAccountBankId"),
        *("counterAccountBankName", "virtualAccountName", "virtualAccountNumber"),
    }
)


def signed_text(data: Body) -> str:
    """Return ``k=v&…`` over the fields of ``data`` in the order of their names, unknown ones too."""
    return "&".join(f"{name}={_written(data[name])}" for name in sorted(data))


def verify(delivered: Delivered, channel: Channel, _now: datetime) -> SignatureVerdict:
    """Return the verdict on ``signature``, an HMAC-SHA256 over the fields of ``data``."""
    try:
        body = read_object(delivered.content)
        message = signed_text(body["data"])
    except (FileRefused, KeyError, TypeError, ValueError, RecursionError):
        return BAD
    told = body.get("signature")
    return hex_verdict([str(told)], signed_bytes(message), channel.secrets)


def _written(value: Any) -> str:
    if value in (None, "null", "undefined"):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        # The objects of a list are sorted, what is inside them is not.
        value = [dict(sorted(one.items())) if isinstance(one, dict) else one for one in value]
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return str(value)


DOOR = Door(provider=PROVIDER, verify=verify, answers=usual_answers(Answer(200)))


class PayosReader:
    """Reads one webhook: one payment, or the test ping of order 123."""

    provider = PROVIDER
    door = DOOR

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the body has the signed ``data`` of a payment link."""
        try:
            _data(read_object(content))
        except FileRefused:
            return False
        return True

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return the payment; one whose amount or time is unreadable waits for a person."""
        try:
            data = _data(read_object(content))
            account = account_of(data, "accountNumber", context.account)
        except FileRefused as refusal:
            return refused(refusal)
        if optional_text(data["orderCode"]) == _TEST_ORDER:
            return FeedReading(FileAction.ACCEPT, warnings=(TEST_PING,))
        rows = Rows(_PERSONAL, warnings=unknown_fields(data, _KNOWN))
        rows.take(lambda: context.held(_payment(data, account, context)), data)
        return rows.reading()


def _data(body: Body) -> dict[str, Any]:
    data = body.get("data")
    if not isinstance(data, dict) or "signature" not in body:
        raise FileRefused("schema", "no payOS body: data or signature is missing")
    require(data, _REQUIRED)
    return data


def _payment(data: Body, account: str, context: ReadContext) -> Transaction:
    reference = read_id(data["reference"], "reference")
    occurred_at, precision = read_iso_instant(data["transactionDateTime"])
    day, rule = business_day(PROVIDER, occurred_at=occurred_at, cut_offs=context.cut_offs)
    code = optional_text(data.get("code"))
    memo = clean(optional_text(data.get("description")) or "")
    _refuse_other_currencies(data)
    return Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=reference,
        dedupe_key=f"{PROVIDER}:{account}:{reference}",
        transaction_type=TransactionType.PAYMENT,
        direction=Direction.CREDIT,
        status=Status.SUCCEEDED if code == "00" else Status.FAILED,
        provider_status=code,
        amount=read_whole(data["amount"], "amount"),
        currency="VND",
        currency_exponent=0,
        business_date=day,
        business_date_rule=rule,
        row=1,
        provider_event_id=optional_text(data.get("paymentLinkId")),
        merchant_reference=read_id(data["orderCode"], "orderCode"),
        bank_reference=reference,
        occurred_at=occurred_at,
        time_precision=precision,
        description=memo,
        payer=optional_text(data.get("counterAccountNumber")) or payer_account(memo),
    )


def _refuse_other_currencies(data: Body) -> None:
    currency = data.get("currency", "VND")
    if currency != "VND":
        raise RowRefused("amount", f"currency is {currency!r}; payOS links are in VND")
