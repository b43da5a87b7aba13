"""Stripe's own objects to transactions: balance transactions and charges. Source: feeds.md 1.4, 8."""

from typing import Any

from reconciliation.feeds.reading.amounts import currency_exponent, read_json_amount
from reconciliation.feeds.reading.business_day import business_day
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.dates import read_unix_seconds
from reconciliation.feeds.reading.json_body import optional_text, read_id
from reconciliation.feeds.reading.refusal import RowRefused
from reconciliation.feeds.reading.text import clean
from reconciliation.records import Direction, Status, Transaction, TransactionType

PROVIDER = "stripe"

CATEGORIES = {
    "charge": TransactionType.PAYMENT,
    "refund": TransactionType.REFUND,
    "refund_failure": TransactionType.REFUND_REVERSAL,
    "charge_failure": TransactionType.REVERSAL,
    "dispute": TransactionType.CHARGEBACK,
    "dispute_reversal": TransactionType.CHARGEBACK_REVERSAL,
    "fee": TransactionType.FEE,
    "network_cost": TransactionType.FEE,
    "tax": TransactionType.TAX,
    "payout": TransactionType.PAYOUT,
    "payout_reversal": TransactionType.PAYOUT_REVERSAL,
    "transfer": TransactionType.TRANSFER,
    "transfer_reversal": TransactionType.TRANSFER,
    "topup": TransactionType.TOPUP,
    "topup_reversal": TransactionType.TOPUP,
    "connect_reserved_funds": TransactionType.RESERVE,
    "risk_reserved_funds": TransactionType.RESERVE,
    "partial_capture_reversal": TransactionType.ADJUSTMENT,
    "other_adjustment": TransactionType.ADJUSTMENT,
}
"""Reporting category → type; any other category is ``other``."""

HAS_ORIGINAL = frozenset(
    {
        TransactionType.REFUND,
        TransactionType.REFUND_REVERSAL,
        TransactionType.CHARGEBACK,
        TransactionType.CHARGEBACK_REVERSAL,
    }
)
_CHARGE_STATUS = {
    "succeeded": Status.SUCCEEDED,
    "pending": Status.PENDING,
    "failed": Status.FAILED,
}


def read_currency(value: object) -> str:
    """Return the upper-case currency code.

    Raises:
        RowRefused: ``amount`` when it is no code of three letters.
    """
    if isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha():
        return value.upper()
    raise RowRefused("amount", f"currency is {value!r}")


def balance_row(
    item: dict[str, Any], *, row: int, account: str, context: ReadContext
) -> Transaction:
    """Return one balance transaction; ``net`` must be ``amount - fee``.

    Raises:
        RowRefused: reference, amount, amount_range, net or date.
    """
    identifier = read_id(item.get("id"), "id")
    currency = read_currency(item.get("currency"))
    amount = read_json_amount(item.get("amount"), "amount", currency)
    fee = read_json_amount(item.get("fee"), "fee", currency)
    net = read_json_amount(item.get("net"), "net", currency)
    if net != amount - fee:
        raise RowRefused("net", f"net {net} is not amount {amount} - fee {fee}")
    tax = _tax(item.get("fee_details"), currency)
    occurred_at = read_unix_seconds(item.get("created"), "created")
    settlement_date = read_unix_seconds(item.get("available_on"), "available_on").date()
    kind = CATEGORIES.get(str(item.get("reporting_category")), TransactionType.OTHER)
    source, original = _source(item.get("source"))
    if kind in HAS_ORIGINAL:
        original = original or context.originals.get(source or "")
    status = optional_text(item.get("status"))
    day, rule = business_day(PROVIDER, settlement_date=settlement_date)
    return Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=identifier,
        dedupe_key=f"{PROVIDER}:{account}:{identifier}",
        transaction_type=kind,
        direction=Direction.DEBIT if amount < 0 else Direction.CREDIT,
        status=Status.SUCCEEDED if status in {"available", "pending"} else Status.UNKNOWN,
        provider_status=status,
        amount=abs(amount),
        currency=currency,
        currency_exponent=currency_exponent(currency),
        fee_amount=fee - (tax or 0),
        tax_amount=tax,
        net_amount=net,
        business_date=day,
        business_date_rule=rule,
        row=row,
        bank_reference=source,
        original_transaction_id=original if kind in HAS_ORIGINAL else None,
        occurred_at=occurred_at,
        time_precision="second",
        settlement_date=settlement_date,
        settlement_id=context.settlement_id,
        description=clean(optional_text(item.get("description")) or ""),
    )


def charge_row(
    item: dict[str, Any],
    *,
    row: int,
    account: str,
    context: ReadContext,
    event_id: str | None = None,
) -> Transaction | None:
    """Return one charge as the payer's side told it, ``None`` for a mere authorisation.

    An authorisation that is not captured has moved nothing; its capture keeps the id. The state
    of a refund is never read from a charge: lists embedded in it are not reliable.

    Raises:
        RowRefused: reference, amount, amount_range or date.
    """
    identifier = read_id(item.get("id"), "id")
    raw_status = optional_text(item.get("status"))
    status = _CHARGE_STATUS.get(raw_status or "", Status.UNKNOWN)
    is_captured = item.get("captured") is True
    if status is Status.SUCCEEDED and not is_captured:
        return None
    currency = read_currency(item.get("currency"))
    field = (
        "amount_captured" if status is Status.SUCCEEDED and "amount_captured" in item else "amount"
    )
    amount = read_json_amount(item.get(field), field, currency)
    if amount < 0:
        raise RowRefused("amount_sign", f"{field} is {amount}")
    occurred_at = read_unix_seconds(item.get("created"), "created")
    day, rule = business_day(PROVIDER, occurred_at=occurred_at, cut_offs=context.cut_offs)
    return Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=identifier,
        provider_event_id=event_id,
        dedupe_key=f"{PROVIDER}:{account}:{identifier}",
        transaction_type=TransactionType.PAYMENT,
        direction=Direction.CREDIT,
        status=status,
        provider_status=raw_status,
        amount=amount,
        currency=currency,
        currency_exponent=currency_exponent(currency),
        business_date=day,
        business_date_rule=rule,
        row=row,
        merchant_reference=optional_text(_member(item.get("metadata"), "order_id")),
        occurred_at=occurred_at,
        time_precision="second",
        description=clean(optional_text(item.get("description")) or ""),
        payer=_payer(item),
    )


def originals_of(item: dict[str, Any]) -> dict[str, str]:
    """Return refund or dispute id → charge id, empty for any other object."""
    identifier, charge = optional_text(item.get("id")), optional_text(item.get("charge"))
    if item.get("object") in {"refund", "dispute"} and identifier and charge:
        return {identifier: charge}
    return {}


def _tax(details: object, currency: str) -> int | None:
    """Return the sum of the fee parts that are tax, ``None`` when there is none."""
    if not isinstance(details, list):
        return None
    parts = [
        read_json_amount(part.get("amount"), "fee_details.amount", currency)
        for part in details
        if isinstance(part, dict) and part.get("type") == "tax"
    ]
    return sum(parts) if parts else None


def _source(source: object) -> tuple[str | None, str | None]:
    """Return the id of the source and, when it is expanded, the charge it takes back."""
    if not isinstance(source, dict):
        return optional_text(source), None
    return optional_text(source.get("id")), optional_text(source.get("charge"))


def _payer(item: dict[str, Any]) -> str | None:
    method = item.get("payment_method_details")
    details = _member(method, str(_member(method, "type")))
    return optional_text(_member(details, "fingerprint")) or optional_text(item.get("customer"))


def _member(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None
