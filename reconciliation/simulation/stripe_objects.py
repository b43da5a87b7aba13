"""Stripe's own JSON of what a simulated account holds. Source: samples stripe/live_vnd_*.json."""

from typing import Any

Json = dict[str, Any]


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


def fee_details(fee: int) -> list[Json]:
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
