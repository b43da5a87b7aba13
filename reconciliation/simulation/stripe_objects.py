"""Stripe's own JSON of what a simulated account holds. Source: samples stripe/live_vnd_*.json."""

from typing import Any

Json = dict[str, Any]
_ROW_TYPE = {"dispute": "adjustment"}
"""Type of a ledger row where that is not its reporting category."""


def charge_object(
    charge_id: str, amount: int, created: int, description: str, balance_transaction: str
) -> Json:
    """Return a captured card payment."""
    return {
        "id": charge_id,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0,
        "balance_transaction": balance_transaction,
        "captured": True,
        "created": created,
        "currency": "vnd",
        "description": description,
        "disputed": False,
        "failure_code": None,
        "livemode": False,
        "metadata": {},
        "paid": True,
        "payment_intent": None,
        "payment_method_details": {"card": {"brand": "visa"}, "type": "card"},
        "refunded": False,
        "status": "succeeded",
    }


def refund_object(
    refund_id: str, amount: int, charge: Json, created: int, reason: str | None, row_id: str
) -> Json:
    """Return a refund of a charge that succeeded."""
    return {
        "id": refund_id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": row_id,
        "charge": charge["id"],
        "created": created,
        "currency": "vnd",
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": {},
        "payment_intent": None,
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def dispute_object(dispute_id: str, charge: Json, created: int, row_id: str) -> Json:
    """Return a dispute of a charge that is lost."""
    return {
        "id": dispute_id,
        "object": "dispute",
        "amount": charge["amount"],
        "balance_transaction": row_id,
        "charge": charge["id"],
        "created": created,
        "currency": "vnd",
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": None,
        "reason": "fraudulent",
        "status": "lost",
    }


def payout_object(
    payout_id: str, amount: int, created: int, arrival: int, row_id: str, trace: str
) -> Json:
    """Return an automatic payout that has arrived."""
    return {
        "id": payout_id,
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": arrival,
        "automatic": True,
        "balance_transaction": row_id,
        "created": created,
        "currency": "vnd",
        "description": "STRIPE PAYOUT",
        "destination": "ba_1SimCho40",
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "completed",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "paid",
        "trace_id": {"status": "supported", "value": trace},
        "type": "bank_account",
    }


def ledger_row(
    row_id: str,
    *,
    amount: int,
    fee: int,
    created: int,
    available_on: int,
    source: str,
    category: str,
    description: str,
) -> Json:
    """Return a balance transaction of what ``source`` names."""
    return {
        "id": row_id,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": available_on,
        "balance_type": "payments",
        "created": created,
        "currency": "vnd",
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": _fee_details(fee),
        "net": amount - fee,
        "reporting_category": category,
        "source": source,
        "status": "available",
        "type": _ROW_TYPE.get(category, category),
    }


def _fee_details(fee: int) -> list[Json]:
    """Return what a fee is made of."""
    if not fee:
        return []
    return [
        {
            "amount": fee,
            "application": None,
            "currency": "vnd",
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
