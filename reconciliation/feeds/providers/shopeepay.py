"""ShopeePay's notification, signed in a header over the raw body. Source: feeds.md 3.7."""

from datetime import datetime

from reconciliation.feeds.reading.bodies import (
    Body,
    Rows,
    account_of,
    read_object,
    require,
    unknown_fields,
)
from reconciliation.feeds.reading.context import ReadContext, refused
from reconciliation.feeds.reading.doors import (
    Answer,
    Channel,
    Delivered,
    Door,
    Option,
    usual_answers,
)
from reconciliation.feeds.reading.json_body import optional_text, read_id
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.wire_values import read_scaled
from reconciliation.records import (
    Direction,
    FeedReading,
    Status,
    Transaction,
    TransactionType,
)
from reconciliation.signatures import BAD, SignatureVerdict, base64_verdict, header_of

PROVIDER = "shopeepay"
_REQUIRED = frozenset({"amount", "merchant_ext_id", "payment_status", "transaction_sn"})
_PERSONAL = frozenset({"user_id_hash"})
_KNOWN = frozenset(
    {
        *_REQUIRED,
        *_PERSONAL,
        *("store_ext_id", "payment_reference_id", "reference_id", "terminal_id"),
    }
)


def verify(delivered: Delivered, channel: Channel, _now: datetime) -> SignatureVerdict:
    """Return the verdict on ``X-Airpay-Req-H``, an HMAC-SHA256 in base64 over the raw body."""
    client = channel.options.get("client_id")
    if client and header_of(delivered.headers, "X-Airpay-ClientId") != client:
        return BAD
    told = header_of(delivered.headers, "X-Airpay-Req-H")
    return base64_verdict(told, delivered.content, channel.secrets)


DOOR = Door(
    provider=PROVIDER,
    verify=verify,
    answers=usual_answers(Answer(200, {"errcode": 0})),
    signed_headers=("x-airpay-clientid", "x-airpay-req-h"),
    options={
        "client_id": Option(default=""),
        # Seen times 100 outside Vietnam and undocumented here, so nobody may guess it.
        "amount_scale": Option(allowed=("1", "100")),
    },
)


class ShopeepayReader:
    """Reads one notification: one payment."""

    provider = PROVIDER
    door = DOOR

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the body has the fields of a notification."""
        try:
            require(read_object(content), _REQUIRED)
        except FileRefused:
            return False
        return True

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return the payment; without a told scale its amount waits for a person."""
        try:
            body = read_object(content)
            require(body, _REQUIRED)
            account = account_of(body, "merchant_ext_id", context.account)
        except FileRefused as refusal:
            return refused(refusal)
        rows = Rows(_PERSONAL, warnings=unknown_fields(body, _KNOWN))
        rows.take(lambda: context.held(_payment(body, account, context)), body)
        return rows.reading()


def _payment(body: Body, account: str, context: ReadContext) -> Transaction:
    identifier = read_id(body["transaction_sn"], "transaction_sn")
    status = read_id(body["payment_status"], "payment_status")
    scale = context.options.get("amount_scale")
    if scale is None:
        raise RowRefused("amount", "nobody told the scale of ShopeePay's amounts")
    return Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=identifier,
        dedupe_key=f"{PROVIDER}:{account}:{identifier}",
        transaction_type=TransactionType.PAYMENT,
        direction=Direction.CREDIT,
        status=Status.SUCCEEDED if status == "1" else Status.UNKNOWN,
        provider_status=status,
        amount=read_scaled(body["amount"], "amount", int(scale)),
        currency="VND",
        currency_exponent=0,
        business_date=None,
        business_date_rule=None,
        row=1,
        merchant_reference=optional_text(body.get("payment_reference_id")),
        store_id=optional_text(body.get("store_ext_id")),
        terminal_id=optional_text(body.get("terminal_id")),
        payer=optional_text(body.get("user_id_hash")),
    )
