"""M-Pesa's C2B confirmation: unsigned, so its address is the secret. Source: feeds.md 2.3."""

from datetime import timedelta, timezone

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
from reconciliation.feeds.reading.doors import Answer, Door, unsigned, usual_answers
from reconciliation.feeds.reading.json_body import is_json, optional_text, read_id
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.wire_values import (
    read_compact_instant,
    read_decimal,
    read_decimal_balance,
)
from reconciliation.records import (
    Direction,
    FeedReading,
    Status,
    Transaction,
    TransactionType,
)

PROVIDER = "mpesa"
CURRENCY = "KES"
NAIROBI = timezone(timedelta(hours=3), "EAT")

_REQUIRED = frozenset({"TransID", "TransTime", "TransAmount", "BusinessShortCode"})
_PAYER = ("MSISDN", "FirstName", "MiddleName", "LastName")
_KNOWN = frozenset(
    {
        *_REQUIRED,
        *_PAYER,
        *("TransactionType", "BillRefNumber", "InvoiceNumber", "OrgAccountBalance"),
        "ThirdPartyTransID",
    }
)

DOOR = Door(
    provider=PROVIDER,
    verify=unsigned,
    answers=usual_answers(Answer(200, {"ResultCode": 0, "ResultDesc": "Accepted"})),
    is_signed=False,
    is_pushed=is_json,
)


class MpesaC2bReader:
    """Reads one confirmation: one payment to a short code."""

    provider = PROVIDER

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the body has the fields of a confirmation."""
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
            account = account_of(body, "BusinessShortCode", context.account)
        except FileRefused as refusal:
            return refused(refusal)
        rows = Rows(frozenset(_PAYER), warnings=unknown_fields(body, _KNOWN))
        rows.take(lambda: context.held(_payment(body, account, context)), body)
        return rows.reading()


def _payment(body: Body, account: str, context: ReadContext) -> Transaction:
    identifier = read_id(body["TransID"], "TransID")
    occurred_at = read_compact_instant(optional_text(body["TransTime"]), "TransTime", NAIROBI)
    day, rule = business_day(
        PROVIDER, occurred_at=occurred_at, cut_offs=context.cut_offs, zone=NAIROBI
    )
    # The number alone is masked and may be several people's.
    payer = " ".join(optional_text(body.get(name)) or "" for name in _PAYER).strip()
    return Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=identifier,
        dedupe_key=f"{PROVIDER}:{account}:{identifier}",
        transaction_type=TransactionType.PAYMENT,
        direction=Direction.CREDIT,
        status=Status.SUCCEEDED,
        amount=read_decimal(body["TransAmount"], "TransAmount", CURRENCY),
        currency=CURRENCY,
        currency_exponent=2,
        business_date=day,
        business_date_rule=rule,
        row=1,
        merchant_reference=optional_text(body.get("BillRefNumber")),
        balance_after=_balance(body.get("OrgAccountBalance")),
        occurred_at=occurred_at,
        time_precision="second",
        payer=payer or None,
    )


def _balance(value: object) -> int | None:
    if value in (None, ""):
        return None
    try:
        return read_decimal_balance(value, "OrgAccountBalance", CURRENCY)
    except RowRefused as refusal:
        raise RowRefused("balance", refusal.detail) from refusal
