"""Stripe's objects of the simulated platform account, in Stripe's own JSON and in đồng.

Source: feeds.md 1.4; samples stripe/live_vnd_*.json for the members of each object.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from reconciliation.simulation.days import Rail, Sale
from reconciliation.simulation.faults import Fault
from reconciliation.simulation.memos import WORDS, lose_code
from reconciliation.simulation.movements import Kind, Movement
from reconciliation.simulation.people import STRIPE_ACCOUNT
from reconciliation.simulation.seeds import Draw, stream
from reconciliation.simulation.stripe_objects import (
    Json,
    charge_object,
    dispute_object,
    ledger_row,
    payout_object,
    refund_object,
)
from reconciliation.simulation.wallet_payouts import next_bank_day

FEE_BASIS_POINTS = 340
AVAILABLE_AFTER_DAYS = 2


@dataclass(frozen=True)
class StripeBooks:
    """``objects`` by list name, oldest first; ``payout_of`` names the payout of each ledger row."""

    objects: dict[str, list[Json]]
    payout_of: dict[str, str]
    movements: list[Movement]


def write_stripe(sales: Iterable[Sale], last: date, *, seed: int) -> StripeBooks:
    """Return the platform's charges, refunds, ledger rows and automatic payouts up to ``last``."""
    ledger = _Ledger(seed, last)
    for sale in sales:
        if sale.rail is Rail.CARD:
            ledger.charge(sale)
    ledger.pay_out()
    return ledger.books()


def card_fee(amount_vnd: int) -> int:
    """Return Stripe's fee by contract: 3.4 %, half a đồng rounds up."""
    return (amount_vnd * FEE_BASIS_POINTS + 5_000) // 10_000


class _Ledger:
    """The platform account as it fills; numbers count each kind of object."""

    def __init__(self, seed: int, last: date) -> None:
        self._seed = seed
        self._last = last
        self._objects: dict[str, list[Json]] = {
            "charges": [],
            "refunds": [],
            "disputes": [],
            "balance_transactions": [],
            "payouts": [],
        }
        self._movements: list[Movement] = []
        self._payout_of: dict[str, str] = {}

    def charge(self, sale: Sale) -> None:
        """Enter one card sale, its ledger row and its refund if there is one."""
        number = len(self._objects["charges"]) + 1
        draw = stream(self._seed, "charge", number, sale.vendor.number)
        code = sale.vendor.code
        lost = sale.fault is Fault.MEMO_LOST
        description = f"{lose_code(draw, code) if lost else code} {draw.choice(WORDS)}".strip()
        charge_id = f"ch_3SimCho40{number:012d}"
        created = int(sale.paid_at.timestamp())
        fee = card_fee(sale.amount_vnd)
        if sale.fault is Fault.FEE_WRONG:
            fee += 100 * draw.randint(3, 40)
        row = self._enter(
            amount=sale.amount_vnd,
            fee=fee,
            created=created,
            source=charge_id,
            category="charge",
            description=description,
        )
        charge = charge_object(charge_id, sale.amount_vnd, created, description, row["id"])
        self._objects["charges"].append(charge)
        paid = _sale_movement(sale, fee=fee, charge_id=charge_id, row=row)
        self._movements.append(paid)
        if sale.refunded_at is not None:
            self._refund(sale, charge, paid, draw)
        if sale.fault is Fault.REVERSED:
            self._dispute(charge, paid, draw)

    def pay_out(self) -> None:
        """Enter the automatic payouts of each bank day up to the last over what is available."""
        rows = self._objects["balance_transactions"]
        waiting = sorted(rows, key=lambda row: (row["available_on"], row["created"], row["id"]))
        if not waiting:
            return
        day = next_bank_day(_day(waiting[0]["available_on"]) - timedelta(days=1))
        while day <= self._last and waiting:
            due = [row for row in waiting if row["available_on"] <= _midnight(day)]
            waiting = waiting[len(due) :]
            if due and sum(row["net"] for row in due) > 0:
                self._payout(day, due)
            else:
                waiting = due + waiting
            day = next_bank_day(day)

    def books(self) -> StripeBooks:
        """Return what was entered; ledger rows in order of time."""
        self._objects["balance_transactions"].sort(key=lambda row: (row["created"], row["id"]))
        self._objects["refunds"].sort(key=lambda refund: (refund["created"], refund["id"]))
        return StripeBooks(self._objects, self._payout_of, self._movements)

    def _refund(self, sale: Sale, charge: Json, paid: Movement, draw: Draw) -> None:
        assert sale.refunded_at is not None
        refund_id = f"re_3SimCho40{len(self._objects['refunds']) + 1:012d}"
        created = int(sale.refunded_at.timestamp())
        row = self._enter(
            amount=-sale.refund_vnd,
            fee=0,
            created=created,
            source=refund_id,
            category="refund",
            description=f"REFUND FOR CHARGE ({charge['description']})",
        )
        reason = draw.choice(["requested_by_customer", None])
        self._objects["refunds"].append(
            refund_object(refund_id, sale.refund_vnd, charge, created, reason, row["id"])
        )
        charge["amount_refunded"] = sale.refund_vnd
        charge["refunded"] = sale.refund_vnd == sale.amount_vnd
        refund = _given_back(paid, Kind.REFUND, sale.refunded_at, row, Fault.REFUND)
        self._movements.append(replace(refund, amount_vnd=sale.refund_vnd))

    def _dispute(self, charge: Json, paid: Movement, draw: Draw) -> None:
        """Enter a dispute that is lost, unless it would come after the last day."""
        after = timedelta(days=draw.randint(6, 11), minutes=draw.randrange(600))
        reversed_at = paid.occurred_at + after
        if reversed_at.date() > self._last:
            return
        dispute_id = f"du_1SimCho40{len(self._objects['disputes']) + 1:012d}"
        created = int(reversed_at.timestamp())
        row = self._enter(
            amount=-paid.amount_vnd,
            fee=0,
            created=created,
            source=dispute_id,
            category="dispute",
            description=f"Chargeback withdrawal for {charge['id']}",
            available_on=_midnight(reversed_at.date()),
        )
        self._objects["disputes"].append(dispute_object(dispute_id, charge, created, row["id"]))
        charge["disputed"] = True
        dispute = _given_back(paid, Kind.CHARGEBACK, reversed_at, row, Fault.REVERSED)
        self._movements.append(replace(dispute, business_on=_day(row["available_on"])))

    def _payout(self, day: date, rows: list[Json]) -> None:
        payout_id = f"po_1SimCho40{len(self._objects['payouts']) + 1:012d}"
        amount = sum(row["net"] for row in rows)
        created = _midnight(day)
        own = self._enter(
            amount=-amount,
            fee=0,
            created=created,
            source=payout_id,
            category="payout",
            description="STRIPE PAYOUT",
            available_on=created,
        )
        for row in [*rows, own]:
            self._payout_of[row["id"]] = payout_id
        arrival = next_bank_day(day)
        trace = f"FT{day:%y%j}{len(self._objects['payouts']) + 1:06d}"
        self._objects["payouts"].append(
            payout_object(payout_id, amount, created, _midnight(arrival), own["id"], trace)
        )
        self._movements.append(
            Movement(
                kind=Kind.PAYOUT,
                ledger="stripe",
                market_code="",
                vendor_code="",
                traceable=True,
                direction="debit",
                amount_vnd=amount,
                occurred_at=datetime.combine(day, time(), tzinfo=UTC),
                business_on=day,
                statement_key=_key(own["id"]),
                payout_reference=payout_id,
                pays=tuple(_key(row["id"]) for row in rows),
                due_on=arrival,
                expected_vnd=amount,
            )
        )

    def _enter(
        self,
        *,
        amount: int,
        fee: int,
        created: int,
        source: str,
        category: str,
        description: str,
        available_on: int | None = None,
    ) -> Json:
        rows = self._objects["balance_transactions"]
        if available_on is None:
            available_on = _midnight(_day(created) + timedelta(days=AVAILABLE_AFTER_DAYS))
        row = ledger_row(
            f"txn_1SimCho40{len(rows) + 1:012d}",
            amount=amount,
            fee=fee,
            created=created,
            available_on=available_on,
            source=source,
            category=category,
            description=description,
        )
        rows.append(row)
        return row


def _sale_movement(sale: Sale, *, fee: int, charge_id: str, row: Json) -> Movement:
    return Movement(
        kind=Kind.PAYMENT,
        ledger="stripe",
        market_code=sale.vendor.market_code,
        vendor_code=sale.vendor.code,
        traceable=sale.fault is not Fault.MEMO_LOST,
        direction="credit",
        amount_vnd=sale.amount_vnd,
        fee_vnd=fee,
        occurred_at=sale.paid_at,
        business_on=sale.paid_on,
        payments_key=_key(charge_id),
        payments_vnd=sale.amount_vnd,
        statement_key=_key(row["id"]),
        statement_on=_day(row["available_on"]),
        # What is reversed is the sale's own entry, if it still comes within the days.
        faults=(sale.fault,) if sale.fault and sale.fault is not Fault.REVERSED else (),
    )


def _given_back(paid: Movement, kind: Kind, at: datetime, row: Json, fault: Fault) -> Movement:
    """Return the way back of a payment: all of it, and on its own business day."""
    return replace(
        paid,
        kind=kind,
        direction="debit",
        fee_vnd=0,
        occurred_at=at,
        payments_key=None,
        payments_vnd=None,
        statement_key=_key(row["id"]),
        statement_on=_day(row["available_on"]),
        original_key=paid.payments_key,
        faults=(fault,),
    )


def _key(object_id: str) -> str:
    return f"stripe:{STRIPE_ACCOUNT}:{object_id}"


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, tz=UTC).date()


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), tzinfo=UTC).timestamp())
