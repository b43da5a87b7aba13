"""A small built-in sandbox account: one day of card sales in đồng, a refund and the payout of both."""

from datetime import UTC, datetime
from typing import Any

from market.sandbox.shelves import Json

CHARGE_COUNT = 24
FEE_BASIS_POINTS = 340
_FIRST_SALE = int(datetime(2026, 11, 18, 1, 0, tzinfo=UTC).timestamp())
_AVAILABLE = int(datetime(2026, 11, 20, tzinfo=UTC).timestamp())
_ARRIVAL = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp())
_EVERY_S = 23 * 60
_VND = {"currency": "vnd"}


def sample_objects() -> dict[str, list[Json]]:
    """Return the objects by kind; always the same, and the payout is the sum of the rows' nets."""
    charges = [_charge(number) for number in range(1, CHARGE_COUNT + 1)]
    rows = [_row_of_charge(number, charge) for number, charge in enumerate(charges, start=1)]
    refund = _refund(charges[2])
    rows.append(_row(CHARGE_COUNT + 1, "refund", refund, amount=-refund["amount"], fee=0))
    paid = sum(row["net"] for row in rows)
    payout = _payout(paid)
    rows.append(_row(CHARGE_COUNT + 2, "payout", payout, amount=-paid, fee=0))
    for source, row in zip([*charges, refund, payout], rows, strict=True):
        source["balance_transaction"] = row["id"]
    return {
        "charges": charges,
        "balance_transactions": rows,
        "payouts": [payout],
        "refunds": [refund],
        "disputes": [],
    }


def _charge(number: int) -> Json:
    amount = 20_000 + number * 7_000 % 45_000
    return {
        "id": f"ch_3Sandbox{number:016d}",
        "object": "charge",
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0,
        "captured": True,
        "created": _FIRST_SALE + number * _EVERY_S,
        "description": f"Chợ mẫu, đơn {number:04d}",
        "disputed": False,
        "livemode": False,
        "metadata": {"order_id": f"MAU-{number:04d}"},
        "paid": True,
        "payment_method_details": {
            "card": {"brand": "visa", "fingerprint": f"sandbox{number % 7:09d}"},
            "type": "card",
        },
        "refunded": False,
        "status": "succeeded",
        **_VND,
    }


def _refund(charge: Json) -> Json:
    charge.update(amount_refunded=charge["amount"], refunded=True)
    return {
        "id": "re_3Sandbox0000000000000001",
        "object": "refund",
        "amount": charge["amount"],
        "charge": charge["id"],
        "created": charge["created"] + 9 * _EVERY_S,
        "metadata": {},
        "reason": "requested_by_customer",
        "status": "succeeded",
        "description": f"REFUND FOR CHARGE ({charge['description']})",
        **_VND,
    }


def _payout(amount: int) -> Json:
    return {
        "id": "po_1Sandbox0000000000000001",
        "object": "payout",
        "amount": amount,
        "arrival_date": _ARRIVAL,
        "automatic": True,
        "created": _AVAILABLE,
        "description": "STRIPE PAYOUT",
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "completed",
        "status": "paid",
        "trace_id": {"status": "supported", "value": "FT26324000001"},
        "type": "bank_account",
        **_VND,
    }


def _row_of_charge(number: int, charge: Json) -> Json:
    # Half a đồng rounds up, in whole numbers.
    fee = (charge["amount"] * FEE_BASIS_POINTS + 5_000) // 10_000
    return _row(number, "charge", charge, amount=charge["amount"], fee=fee)


def _row(number: int, category: str, source: Json, *, amount: int, fee: int) -> Json:
    details: list[dict[str, Any]] = [
        {"amount": fee, "application": None, "description": "Stripe processing fees", **_VND}
    ]
    return {
        "id": f"txn_1Sandbox{number:016d}",
        "object": "balance_transaction",
        "amount": amount,
        "available_on": _AVAILABLE,
        "balance_type": "payments",
        "created": source["created"],
        "description": source["description"],
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [{**part, "type": "stripe_fee"} for part in details if fee],
        "net": amount - fee,
        "reporting_category": category,
        "source": source["id"],
        "status": "available",
        "type": category,
        **_VND,
    }
