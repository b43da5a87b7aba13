"""ZaloPay's callback: a JSON text inside JSON, told for successes only. Source: feeds.md 3.5.

An answer to a question about one order (``zalopay_query``) is read by the same reader.
"""

from datetime import datetime
from types import MappingProxyType

from reconciliation.feeds.providers.zalopay_query import PROVIDER, is_query, read_query
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
from reconciliation.feeds.reading.doors import Answer, Channel, Delivered, Door, Outcome
from reconciliation.feeds.reading.json_body import optional_text, read_id
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.reading.wire_values import read_unix_ms, read_whole
from reconciliation.records import (
    Direction,
    FeedReading,
    SourceChannel,
    Status,
    Transaction,
    TransactionType,
)
from reconciliation.signatures import BAD, SignatureVerdict, hex_verdict, signed_bytes

_REQUIRED = frozenset({"app_id", "app_trans_id", "amount", "zp_trans_id", "server_time"})
_PERSONAL = frozenset({"merchant_user_id", "zp_user_id", "app_user"})
_KNOWN = frozenset(
    {
        *_REQUIRED,
        *_PERSONAL,
        *("app_time", "embed_data", "item", "channel", "user_fee_amount", "discount_amount"),
    }
)


def verify(delivered: Delivered, channel: Channel, _now: datetime) -> SignatureVerdict:
    """Return the verdict on ``mac``, an HMAC-SHA256 by key2 over the text ``data`` as it stands."""
    try:
        body = read_object(delivered.content)
    except FileRefused:
        return BAD
    data = body.get("data")
    if not isinstance(data, str):
        return BAD
    return hex_verdict([str(body.get("mac"))], signed_bytes(data), channel.secrets)


DOOR = Door(
    provider=PROVIDER,
    verify=verify,
    answers=MappingProxyType(
        {
            Outcome.TAKEN: Answer(200, {"return_code": 1}, {"return_message": "success"}),
            Outcome.REPEATED: Answer(200, {"return_code": 2}, {"return_message": "duplicate"}),
            Outcome.REFUSED: Answer(200, {"return_code": -1}, {"return_message": "mac not equal"}),
        }
    ),
    is_pushed=lambda content: b'"request_form"' not in content,
)


class ZalopayReader:
    """Reads one callback, which tells a payment that succeeded, or one answer about an order."""

    provider = PROVIDER
    door = DOOR

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the body is a callback, a text ``data`` with a payment in it, or an answer."""
        try:
            body = read_object(content)
            if not is_query(body):
                _data(body)
        except FileRefused:
            return False
        return True

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return the payment; one whose amount or time is unreadable waits for a person."""
        try:
            body = read_object(content)
            if context.channel is not SourceChannel.WEBHOOK and is_query(body):
                return read_query(content, context)
            data = _data(body)
            account = account_of(data, "app_id", context.account)
        except FileRefused as refusal:
            return refused(refusal)
        rows = Rows(_PERSONAL, warnings=unknown_fields(data, _KNOWN))
        rows.take(lambda: context.held(_payment(body, data, account, rows, context)), data)
        return rows.reading()


def _data(body: Body) -> Body:
    text = body.get("data")
    if not isinstance(text, str) or "mac" not in body:
        raise FileRefused("schema", "no ZaloPay callback: data or mac is missing")
    data = read_object(signed_bytes(text))
    require(data, _REQUIRED)
    return data


def _payment(body: Body, data: Body, account: str, rows: Rows, context: ReadContext) -> Transaction:
    identifier = read_id(data["zp_trans_id"], "zp_trans_id")
    occurred_at = read_unix_ms(data["server_time"], "server_time")
    day, rule = business_day(PROVIDER, occurred_at=occurred_at, cut_offs=context.cut_offs)
    return Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=identifier,
        dedupe_key=f"{PROVIDER}:{account}:{identifier}",
        transaction_type=TransactionType.PAYMENT,
        direction=Direction.CREDIT,
        status=Status.SUCCEEDED,
        provider_status=optional_text(body.get("type")),
        amount=read_whole(data["amount"], "amount"),
        currency="VND",
        currency_exponent=0,
        business_date=day,
        business_date_rule=rule,
        row=1,
        merchant_reference=optional_text(data["app_trans_id"]),
        occurred_at=occurred_at,
        time_precision="ms",
        store_id=_store(data.get("embed_data"), rows),
        payer=optional_text(data.get("zp_user_id")),
    )


def _store(embedded: object, rows: Rows) -> str | None:
    """Return the store that our own order put into ``embed_data``, a JSON object in a text."""
    if embedded in (None, "", "{}"):
        return None
    try:
        told = read_object(signed_bytes(str(embedded)))
    except FileRefused:
        rows.warnings.append("embed_data is no JSON of ours")
        return None
    return optional_text(told.get("store"))
