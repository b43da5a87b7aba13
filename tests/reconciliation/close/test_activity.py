"""Who is active and who sleeps, after days are closed."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.database import reading, writing
from merchants.actors import SYSTEM, Actor
from merchants.kinds import PosterState, VendorState
from merchants.tables import (
    AcceptancePoint,
    Market,
    Poster,
    RegisterEvent,
    Stall,
    StallHolding,
    StallState,
    Vendor,
)
from merchants.vendors.merging import merge_vendors
from merchants.vendors.steps import record_test_payment
from reconciliation.close.activity import ACTIVE_DAYS, judge_activity
from reconciliation.close.closing import close_days
from reconciliation.close.receipts import receipts
from reconciliation.ledger.attribution import Clue, attribute
from reconciliation.profiles import load_profiles
from reconciliation.tables import ProviderTransaction
from tests.merchants.queries import counted
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld

S = VendorState
STAFF = Actor(kind="staff", name="1")


class Row:
    """A market whose vendors have posters hanging; days are closed when they are judged."""

    def __init__(self, engine: sa.Engine, now: datetime, *, vendors: int = 1) -> None:
        self.engine, self.now = engine, now
        with writing(engine) as session:
            world = LedgerWorld(session, now)
            market = world.market()
            self.ids = [self._vendor(session, world, market, n) for n in range(vendors)]

    def _vendor(self, session: Session, world: LedgerWorld, market: Market, number: int) -> int:
        vendor = world.vendor(market)
        vendor.state, vendor.consented_on = S.POSTER_INSTALLED, DAY
        point = session.exec(
            select(AcceptancePoint).where(AcceptancePoint.vendor_id == vendor.id)
        ).one()
        stall = Stall(market_id=market.id or 0, code=f"A{number}", state=StallState.OCCUPIED)
        session.add_all([vendor, stall])
        session.flush()
        assert vendor.id is not None
        assert stall.id is not None
        assert point.id is not None
        session.add(StallHolding(stall_id=stall.id, vendor_id=vendor.id, from_on=date(2026, 8, 1)))
        session.add(
            Poster(
                serial=f"MA-{number}",
                stall_id=stall.id,
                acceptance_point_id=point.id,
                vendor_id=vendor.id,
                payload_sealed="sealed",
                payload_hash="0" * 64,
                state=PosterState.INSTALLED,
                issued_on=date(2026, 8, 1),
                installed_on=date(2026, 8, 2),
            )
        )
        return vendor.id

    def set(self, number: int = 0, **changes: Any) -> None:
        """Change a vendor's columns as if somebody had."""
        with writing(self.engine) as session:
            vendor = session.get_one(Vendor, self.ids[number])
            for column, value in changes.items():
                setattr(vendor, column, value)
            session.add(vendor)

    def book(self, number: int = 0, amount: int = 50_000, **changes: Any) -> None:
        """Add a line of the bank's statement."""
        with writing(self.engine) as session:
            vendor = session.get_one(Vendor, self.ids[number])
            LedgerWorld(session, self.now).booked(vendor, amount, **changes)

    def close(self, *days: date) -> None:
        """Close single days."""
        with writing(self.engine) as session:
            for day in days:
                close_days(
                    session,
                    day,
                    day,
                    market_code=None,
                    profiles=load_profiles(None),
                    sealer=SEALER,
                    now=self.now,
                )

    def judge(self) -> int:
        """Judge everybody and return how many moved."""
        with writing(self.engine) as session:
            return judge_activity(session, now=self.now)

    def state(self, number: int = 0) -> VendorState:
        """The state of a vendor."""
        with reading(self.engine) as session:
            return session.get_one(Vendor, self.ids[number]).state

    def told(self) -> list[tuple[str, str, str]]:
        """The steps recorded so far and who took them."""
        with reading(self.engine) as session:
            query = select(RegisterEvent).where(RegisterEvent.action == "state_changed")
            return [
                (event.from_value, event.to_value, event.actor)
                for event in session.exec(query.order_by(col(RegisterEvent.id)))
            ]

    def amounts(self) -> list[tuple[int, int]]:
        """The eligible receipts of the day: vendor and amount."""
        with reading(self.engine) as session:
            found = receipts(session, DAY, DAY)
            return list(zip(found["vendor_id"].tolist(), found["amount_vnd"].tolist(), strict=True))


@pytest.fixture
def row(engine: sa.Engine, now: datetime) -> Row:
    return Row(engine, now)


def test_who_is_paid_is_active_and_the_system_says_so(row: Row) -> None:
    row.book()
    row.close(DAY)

    assert row.judge() == 1

    assert row.state() is S.ACTIVE
    assert row.told() == [("poster_installed", "active", str(SYSTEM))]


def test_judging_again_changes_nothing(row: Row) -> None:
    row.book()
    row.close(DAY)
    row.judge()

    assert row.judge() == 0
    assert len(row.told()) == 1


def test_who_was_never_paid_does_not_sleep(row: Row) -> None:
    row.close(DAY)

    assert row.judge() == 0
    assert row.state() is S.POSTER_INSTALLED


def test_without_a_closed_day_nobody_is_judged(row: Row) -> None:
    row.set(state=S.ACTIVE)
    row.book()

    assert row.judge() == 0
    assert row.state() is S.ACTIVE


@pytest.mark.parametrize(
    ("days_ago", "state"), [(ACTIVE_DAYS - 1, S.ACTIVE), (ACTIVE_DAYS, S.DORMANT)]
)
def test_thirty_days_are_counted_to_the_newest_closed_day(
    row: Row, days_ago: int, state: VendorState
) -> None:
    row.set(state=S.ACTIVE)
    paid_on = DAY - timedelta(days=days_ago)
    row.book(business_date=paid_on)
    row.close(paid_on, DAY)

    row.judge()

    assert row.state() is state


def test_who_sleeps_wakes_with_the_next_receipt(row: Row) -> None:
    row.set(state=S.DORMANT)
    row.book()
    row.close(DAY)

    row.judge()

    assert row.told() == [("dormant", "active", str(SYSTEM))]


@pytest.mark.parametrize(
    "changes",
    [
        {"is_poster_only": True, "state": S.POSTER_INSTALLED},
        {"state": S.SUSPENDED},
        {"state": S.POSTER_ISSUED},
    ],
)
def test_others_are_never_judged_by_payments(row: Row, changes: dict[str, Any]) -> None:
    row.set(**changes)
    row.book()
    row.close(DAY)

    assert row.judge() == 0
    assert row.state() is changes["state"]


def test_a_vendor_without_a_hanging_poster_is_not_active(row: Row) -> None:
    with writing(row.engine) as session:
        poster = session.exec(select(Poster)).one()
        poster.state = PosterState.GENERATED
        session.add(poster)
    row.book()
    row.close(DAY)

    assert row.judge() == 0


@pytest.mark.parametrize("amount", [999, 1])
def test_too_little_is_no_receipt(row: Row, amount: int) -> None:
    row.book(amount=amount)
    row.close(DAY)

    assert row.judge() == 0


def test_only_the_markets_named_are_judged(row: Row) -> None:
    row.book()
    row.close(DAY)

    with writing(row.engine) as session:
        assert judge_activity(session, now=row.now, market_codes=["LG"]) == 0
        assert judge_activity(session, now=row.now, market_codes=["MA"]) == 1


@pytest.mark.parametrize("vendors", [2, 12])
def test_judging_takes_the_same_statements_however_many(
    engine: sa.Engine, now: datetime, vendors: int
) -> None:
    row = Row(engine, now, vendors=vendors)
    for number in range(vendors):
        row.book(number)
    row.close(DAY)

    with counted(engine) as sent, writing(engine) as session:
        assert judge_activity(session, now=now) == vendors

    assert len(sent) == 7


def test_one_receipt_of_a_test_payment_is_no_sale(row: Row) -> None:
    row.set(state=S.NAME_MATCHED)
    for amount in (1_000, 1_000, 2_000):
        row.book(amount=amount)
    row.close(DAY)
    at = datetime.combine(DAY, datetime.min.time(), tzinfo=row.now.tzinfo) + timedelta(hours=3)
    with writing(row.engine) as session:
        vendor = session.get_one(Vendor, row.ids[0])
        record_test_payment(
            session, vendor, amount_vnd=1_000, seen_by="vendor", actor=STAFF, now=at
        )

    assert [amount for _, amount in row.amounts()] == [1_000, 2_000]


def test_a_test_payment_of_another_day_or_amount_takes_nothing_away(row: Row) -> None:
    row.set(state=S.NAME_MATCHED)
    row.book(amount=1_500)
    row.close(DAY)
    at = datetime.combine(DAY, datetime.min.time(), tzinfo=row.now.tzinfo)
    for amount, moment in ((1_000, at + timedelta(hours=3)), (1_500, at + timedelta(hours=30))):
        with writing(row.engine) as session:
            vendor = session.get_one(Vendor, row.ids[0])
            record_test_payment(
                session, vendor, amount_vnd=amount, seen_by="helper", actor=STAFF, now=moment
            )

    assert [amount for _, amount in row.amounts()] == [1_500]


def test_the_receipts_of_a_merged_record_keep_the_kept_one_active(
    engine: sa.Engine, now: datetime
) -> None:
    row = Row(engine, now, vendors=2)
    row.set(0, state=S.ACTIVE)
    row.set(1, state=S.ACTIVE)
    row.book(1)
    row.close(DAY)
    with writing(engine) as session:
        kept, merged = (session.get_one(Vendor, vendor_id) for vendor_id in row.ids)
        merge_vendors(session, kept, merged, actor=STAFF, now=now)

    assert row.judge() == 0

    assert row.state(0) is S.ACTIVE
    assert row.amounts() == [(row.ids[0], 50_000)]
    with reading(engine) as session:
        stored = session.exec(select(ProviderTransaction.vendor_id)).all()
        assert set(stored) == {row.ids[1]}, "closed rows keep naming the double"


def test_money_under_a_merged_code_is_the_kept_vendors(
    engine: sa.Engine, now: datetime, sealer: Any
) -> None:
    row = Row(engine, now, vendors=2)
    with writing(engine) as session:
        kept, merged = (session.get_one(Vendor, vendor_id) for vendor_id in row.ids)
        merge_vendors(session, kept, merged, actor=STAFF, now=now)
        clue = Clue("bank_vcb", "", None, None, f"tra tien {merged.code} A1", DAY)

        (found,) = attribute(session, [clue], sealer=sealer)

        assert (found.vendor_id, found.rule) == (kept.id, "code")
