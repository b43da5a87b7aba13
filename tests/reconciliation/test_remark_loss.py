"""Remarks that arrive whole, bent and empty, by bank and hour; and whose loss is proven."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from reconciliation.remark_loss import RemarkLoss, RemarkState, form_of, remark_loss, state_of
from tests.reconciliation.ledger_world import DAY, LedgerWorld

CODE = "CC2222695"
AT_SEVEN = datetime(DAY.year, DAY.month, DAY.day, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("remark", "state"),
    [
        ("CC2222695 tien hang", RemarkState.INTACT),
        ("MBVCB.1234567890.123456.CC2222695 ck", RemarkState.INTACT),
        ("cc22 22695 tien hang", RemarkState.BENT),
        ("CC 2222-695", RemarkState.BENT),
        ("CC222269 tien hang", RemarkState.NONE),
        ("CC222223Z tien hang", RemarkState.NONE),
        ("tien hang", RemarkState.NONE),
        ("", RemarkState.NONE),
        (None, RemarkState.NONE),
    ],
)
def test_a_code_arrives_whole_bent_or_not_at_all(remark: str | None, state: RemarkState) -> None:
    assert state_of(remark, CODE) is state


@pytest.mark.parametrize(
    ("remark", "form"),
    [
        ("MBVCB.1234567890.123456.x", "Vietcombank"),
        ("ACB;…;tien hang", "ACB"),
        ("tien hang- Ma GD ACSP/ ab123456", "MB Bank"),
        ("… chuyen tien GD 123456", "NAPAS"),
        ("IBFT tien hang 123456", "IBFT"),
        ("tien hang", ""),
        (None, ""),
    ],
)
def test_a_remark_tells_the_payers_bank_by_its_form(remark: str | None, form: str) -> None:
    assert form_of(remark) == form


def loss(engine: sa.Engine, **asked: str) -> RemarkLoss:
    with reading(engine) as session:
        return remark_loss(session, DAY, DAY, **asked)


def test_remarks_are_counted_by_bank_book_and_hour(engine: sa.Engine, now: datetime) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market())
        code = vendor.code or ""
        for amount, remark in (
            (10_000, f"{code} ck"),
            (20_000, f"{code[:4]} {code[4:]} ck"),
            (40_000, "ck"),
        ):
            world.announced(vendor, amount, description=f"IBFT {remark}", occurred_at=AT_SEVEN)
        world.booked(vendor, 5_000, description=f"ACB;…;{code}", occurred_at=None)
        world.booked(vendor, 5_000, description="x", business_date=DAY + timedelta(days=1))

    found = loss(engine)

    by_form = {(one.form, one.book): one for one in found.counts}
    ibft = by_form["IBFT", "payments"]
    assert (ibft.payments, ibft.intact, ibft.bent, ibft.none) == (3, 1, 1, 1)
    assert (ibft.amount_vnd, ibft.none_vnd) == (70_000, 40_000)
    assert by_form["ACB", "statement"].intact == 1
    assert [(one.hour, one.payments, one.none) for one in found.hours] == [(7, 3, 1)]
    assert loss(engine, market_code="XX").counts == ()


def test_who_lost_a_code_is_proven_by_the_other_telling(engine: sa.Engine, now: datetime) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market())
        code = vendor.code or ""
        world.announced(vendor, 10_000, bank_reference="R1", description=code)
        world.booked(vendor, 10_000, bank_reference="R1", description="mat")
        world.announced(vendor, 20_000, bank_reference="R2", description="mat")
        world.booked(vendor, 20_000, bank_reference="R2", description=code)
        world.announced(vendor, 30_000, bank_reference="R3", description="mat")
        world.booked(vendor, 30_000, bank_reference="R3", description="mat")

    found = loss(engine)

    assert (found.pairs, found.lost_by_statement, found.lost_by_notice) == (3, 1, 1)


def test_what_is_forgotten_is_counted_apart(engine: sa.Engine, now: datetime) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market())
        world.booked(vendor, 10_000, description=None, forgotten_at=now)

    found = loss(engine)

    assert (found.counts, found.forgotten) == ((), 1)
