"""ZaloPay's answer to ``POST /v2/query``, kept with the question it answers. Source: feeds.md 3.5.

The answer names neither the app nor the order, so whoever asks keeps both together:
``{"request_form": {"app_id": …, "app_trans_id": …}, "response": {…}}``. It says less than a callback:
no store and no payer, so it never takes the place of one (``ledger``).
"""

from collections.abc import Mapping
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
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.json_body import optional_text, read_id
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.reading.wire_values import read_unix_ms, read_whole
from reconciliation.records import Direction, FeedReading, Status, Transaction, TransactionType

PROVIDER = "zalopay"
_ASKED = frozenset({"app_id", "app_trans_id"})
_REQUIRED = frozenset({"return_code", "amount", "zp_trans_id", "server_time"})
_KNOWN = _REQUIRED | {
    *("return_message", "sub_return_code", "sub_return_message"),
    *("is_processing", "discount_amount"),
}
_STATUS = {"1": Status.SUCCEEDED, "2": Status.FAILED, "3": Status.PENDING}
_NO_ID = frozenset({None, "", "0"})


def is_query(body: Mapping[str, Any]) -> bool:
    """Tell whether a body is a question with its answer."""
    asked, told = body.get("request_form"), body.get("response")
    return isinstance(asked, dict) and isinstance(told, dict) and "return_code" in told


def read_query(content: bytes, context: ReadContext) -> FeedReading:
    """Return the payment asked about; one that ZaloPay has given no number yet makes no row.

    Raises:
        FileRefused: ``schema`` or ``wrong_account``.
    """
    body = read_object(content)
    if not is_query(body):
        raise FileRefused("schema", "no question to ZaloPay with its answer")
    asked, told = body["request_form"], body["response"]
    require(asked, _ASKED)
    require(told, _REQUIRED)
    account = account_of(asked, "app_id", context.account)
    rows = Rows(warnings=unknown_fields(told, _KNOWN))
    if optional_text(told["zp_trans_id"]) in _NO_ID:
        said = f"return_code {told['return_code']!r}"
        rows.warnings.append(f"{said}: ZaloPay has no transaction for the order yet")
    else:
        rows.take(lambda: context.held(_payment(asked, told, account, context)), told)
    return rows.reading()


def _payment(asked: Body, told: Body, account: str, context: ReadContext) -> Transaction:
    identifier = read_id(told["zp_trans_id"], "zp_trans_id")
    occurred_at = read_unix_ms(told["server_time"], "server_time")
    day, rule = business_day(PROVIDER, occurred_at=occurred_at, cut_offs=context.cut_offs)
    code = optional_text(told["return_code"])
    return Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=identifier,
        dedupe_key=f"{PROVIDER}:{account}:{identifier}",
        transaction_type=TransactionType.PAYMENT,
        direction=Direction.CREDIT,
        status=_STATUS.get(code or "", Status.UNKNOWN),
        provider_status=code,
        amount=read_whole(told["amount"], "amount"),
        currency="VND",
        currency_exponent=0,
        business_date=day,
        business_date_rule=rule,
        row=1,
        merchant_reference=optional_text(asked["app_trans_id"]),
        occurred_at=occurred_at,
        time_precision="ms",
    )
