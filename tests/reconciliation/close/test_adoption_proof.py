"""The proof of adoption facts: whatever is changed in them is told, and what time blurs is not."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from merchants.actors import COMMAND
from merchants.kinds import EventAction
from merchants.tables import RegisterEvent, Vendor
from merchants.vendors.merging import merge_vendors, undo_merge
from reconciliation.bulk import table_of
from reconciliation.close.adoption_proof import AdoptionProof, prove_adoption
from reconciliation.close.closing import close_days
from reconciliation.ledger.changed_days import note_changed_days
from reconciliation.operations.retention import forget_transactions
from reconciliation.profiles import load_profiles
from reconciliation.records import Direction, TransactionType
from reconciliation.tables import (
    AdoptionBreakDay,
    AdoptionTicketDay,
    AdoptionVendorDay,
    AdoptionVendorHalf,
    ProviderTransaction,
)
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld

NEXT = DAY + timedelta(days=1)
FACTS = (AdoptionVendorDay, AdoptionTicketDay, AdoptionBreakDay, AdoptionVendorHalf)


class Fair:
    """A market with two vendors, whose days are closed one by one."""

    def __init__(self, engine: sa.Engine, now: datetime) -> None:
        self.engine, self.now = engine, now
        with writing(engine) as session:
            world = LedgerWorld(session, now)
            market = world.market()
            self.huong, self.lan = world.vendor(market), world.vendor(market)
            world.statement(self.huong, DAY, NEXT)

    def tell(self, method: str, amount: int, **changes: Any) -> None:
        with writing(self.engine) as session:
            vendor = changes.pop("vendor", self.huong)
            getattr(LedgerWorld(session, self.now), method)(vendor, amount, **changes)

    def take_back(self, name: str, on: date, amount: int = 50_000) -> None:
        """A reversal of a payment."""
        self.tell(
            "booked",
            amount,
            transaction_type=TransactionType.REVERSAL,
            direction=Direction.DEBIT,
            original_transaction_id=name,
            business_date=on,
        )

    def close(self, *days: date) -> None:
        for day in days or (DAY,):
            with writing(self.engine) as session:
                close_days(
                    session,
                    day,
                    day,
                    market_code=None,
                    profiles=load_profiles(None),
                    sealer=SEALER,
                    now=self.now,
                )

    def proof(self) -> AdoptionProof:
        with reading(self.engine) as session:
            return prove_adoption(session)

    def change(self, table: Any, **values: Any) -> None:
        with writing(self.engine) as session:
            session.connection().execute(sa.update(table_of(table)).values(**values))

    def delete(self, table: Any) -> None:
        with writing(self.engine) as session:
            session.connection().execute(sa.delete(table_of(table)))

    def test_payment_seen(self, amount: int) -> None:
        with writing(self.engine) as session:
            event = RegisterEvent(
                vendor_id=self.huong.id,
                action=EventAction.TEST_PAYMENT_SEEN.value,
                at=datetime.combine(DAY, self.now.timetz()),
                to_value=str(amount),
                actor=str(COMMAND),
            )
            session.add(event)


@pytest.fixture
def fair(engine: sa.Engine, now: datetime) -> Fair:
    """Receipts in three bands, a small one, an announcement without a line, lines nobody announced."""
    fair = Fair(engine, now)
    for amount in (50_000, 50_000, 2_000_000, 900):
        fair.tell("both", amount)
    fair.tell("announced", 90_000)
    fair.tell("booked", 30_000)
    fair.tell("both", 15_000, vendor=fair.lan)
    fair.close(DAY)
    return fair


def test_facts_nobody_touched_are_proved(fair: Fair) -> None:
    fair.tell("booked", 40_000, business_date=NEXT)
    fair.close(NEXT, DAY)

    proof = fair.proof()

    assert (proof.findings, proof.days, proof.unproved) == ([], 2, 0)
    with reading(fair.engine) as session:
        for table in FACTS:
            assert session.connection().execute(sa.select(table_of(table))).first() is not None


VENDOR, TICKET = table_of(AdoptionVendorDay).c, table_of(AdoptionTicketDay).c
TAMPERING: dict[str, tuple[Callable[[Fair], None], list[str]]] = {
    "values and counts of vendors": (
        lambda fair: fair.change(
            AdoptionVendorDay, value_vnd=VENDOR.value_vnd * 3, receipts=VENDOR.receipts * 3
        ),
        [
            "theo người bán là 15 khoản 6435000 ₫, theo mức tiền là 5 khoản 2145000 ₫",
            "ghi 12 khoản 6390000 ₫, tính lại từ lần chốt được 4 khoản 2130000 ₫",
            "ghi 3 khoản 45000 ₫, tính lại từ lần chốt được 1 khoản 15000 ₫",
        ],
    ),
    "a band alone": (
        lambda fair: fair.change(AdoptionVendorDay, band_5=7),
        ["ở bank_vcb ghi 4 khoản", "ở bank_vcb ghi 1 khoản"],
    ),
    "the ledger that told": (
        lambda fair: fair.change(AdoptionVendorDay, provider="momo"),
        ["ở bank_vcb ghi 0 khoản", "ở momo ghi 4", "ở bank_vcb ghi 0 khoản", "ở momo ghi 1"],
    ),
    "the day": (
        lambda fair: fair.change(AdoptionVendorDay, business_date=NEXT),
        ["lần chốt này ghi ngày 11/11/2026", "Nửa tháng từ 01/11/2026", "Nửa tháng từ 01/11/2026"],
    ),
    "vendors' days deleted": (
        lambda fair: fair.delete(AdoptionVendorDay),
        ["theo người bán là 0 khoản", "ghi 0 khoản", "ghi 0 khoản", "Nửa tháng", "Nửa tháng"],
    ),
    "amounts": (
        lambda fair: fair.change(AdoptionTicketDay, receipts=TICKET.receipts * 3),
        ["khoản 15000 ₫", "khoản 30000 ₫", "ghi 6 khoản 50000 ₫", "2000000 ₫", "theo mức tiền"],
    ),
    "amounts deleted": (
        lambda fair: fair.delete(AdoptionTicketDay),
        ["khoản 15000 ₫", "khoản 30000 ₫", "ghi 0 khoản 50000 ₫", "2000000 ₫", "theo mức tiền"],
    ),
    "breaks": (
        lambda fair: fair.change(AdoptionBreakDay, value_vnd=1),
        ["trong số liệu áp dụng là 1 ₫, theo lần chốt là 90000 ₫"],
    ),
    "breaks deleted": (
        lambda fair: fair.delete(AdoptionBreakDay),
        ["trong số liệu áp dụng là 0 ₫, theo lần chốt là 90000 ₫"],
    ),
    "halves": (
        lambda fair: fair.change(AdoptionVendorHalf, first_on=date(2026, 11, 2)),
        ["ghi 02/11/2026–10/11/2026, từ số liệu ngày là 10/11/2026–10/11/2026"] * 2,
    ),
    "halves deleted": (lambda fair: fair.delete(AdoptionVendorHalf), ["ghi không có"] * 2),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found(fair: Fair, what: str) -> None:
    tamper, expected = TAMPERING[what]
    tamper(fair)

    findings = fair.proof().findings

    assert len(findings) == len(expected), findings
    for finding, part in zip(findings, expected, strict=True):
        assert part in finding


def test_forgotten_rows_prove_the_facts_they_left_behind(fair: Fair) -> None:
    fair.tell("booked", 50_000, provider_transaction_id="A")
    fair.take_back("A", NEXT)
    fair.close(DAY, NEXT)
    later = fair.now + timedelta(days=900)
    with writing(fair.engine) as session:
        assert forget_transactions(session, later, vendor_id=fair.huong.id, now=later) > 0
    assert fair.proof().findings == []

    fair.close(DAY, NEXT)
    proof = fair.proof()
    fair.change(AdoptionVendorDay, receipts=9)

    assert (proof.findings, proof.days) == ([], 2)
    assert len(fair.proof().findings) >= 2


def test_a_reversal_leaves_the_day_and_gives_it_back_when_it_is_no_more(fair: Fair) -> None:
    fair.tell("booked", 50_000, provider_transaction_id="A")
    fair.take_back("A", NEXT)
    fair.close(DAY, NEXT)
    assert fair.proof().findings == []
    row = table_of(ProviderTransaction)
    with writing(fair.engine) as session:
        session.connection().execute(
            sa.update(row).where(row.c.transaction_type == "reversal").values(is_current=False)
        )

    fair.close(NEXT)

    assert fair.proof().findings == []


def test_a_reversal_of_another_half_year_may_not_have_reached_the_facts(fair: Fair) -> None:
    fair.tell("booked", 50_000, provider_transaction_id="A")
    fair.close(DAY)
    late = DAY + timedelta(days=181)
    fair.now += timedelta(days=200)
    fair.take_back("A", late)
    fair.close(late)
    assert fair.proof().findings == []

    fair.close(DAY)

    assert fair.proof().findings == []


@pytest.mark.parametrize("is_known_first", [True, False])
def test_a_test_payment_may_be_known_before_or_after_the_close(
    fair: Fair, *, is_known_first: bool
) -> None:
    fair.test_payment_seen(50_000)
    if is_known_first:
        fair.close(DAY)

    assert fair.proof().findings == []

    fair.change(AdoptionVendorDay, value_vnd=VENDOR.value_vnd + 1)
    assert fair.proof().findings


def test_merging_records_and_taking_them_apart_moves_no_figure(fair: Fair) -> None:
    with writing(fair.engine) as session:
        kept, double = (session.get_one(Vendor, each.id) for each in (fair.huong, fair.lan))
        number = merge_vendors(session, kept, double, actor=COMMAND, now=fair.now).id
    assert fair.proof().findings == []
    fair.close(DAY)
    assert fair.proof().findings == []
    with writing(fair.engine) as session:
        undo_merge(session, "MA", number or 0, actor=COMMAND, now=fair.now)

    assert fair.proof().findings == []


def test_a_day_that_waits_to_be_closed_again_is_counted_apart(fair: Fair) -> None:
    fair.change(AdoptionVendorDay, value_vnd=1)
    with writing(fair.engine) as session:
        note_changed_days(session, [DAY])

    proof = fair.proof()

    assert (proof.findings, proof.days, proof.unproved) == ([], 0, 1)
