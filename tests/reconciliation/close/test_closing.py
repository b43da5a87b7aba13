"""Closing days: facts, versions, and what late data does to them."""

import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from market.database import open_engine, reading, writing
from merchants.errors import MarketNotFound
from merchants.tables import CalendarCorrection, Vendor
from reconciliation.close import closing as close
from reconciliation.close.bridge import bridge
from reconciliation.close.causes import Cause
from reconciliation.close.closing import ClosedDay, close_days
from reconciliation.close.versions import verify_chain
from reconciliation.errors import DaysRefused
from reconciliation.profiles import load_profiles
from reconciliation.records import Direction, SourceChannel, Status, TransactionType
from reconciliation.tables import (
    CloseState,
    DayClose,
    MarketDay,
    MatchOutcome,
    ProviderTransaction,
    VendorDay,
)
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld

PROFILES = load_profiles(None)
NEXT = DAY + timedelta(days=1)
NIGHT = datetime(2026, 11, 11, 20, tzinfo=UTC)
LONG_AFTER = datetime(2026, 12, 31, tzinfo=UTC)


class Town:
    """A market MA with one vendor whose statement covers two days, and the close."""

    def __init__(self, engine: sa.Engine, now: datetime) -> None:
        self.engine = engine
        self.now = now
        with writing(engine) as session:
            world = LedgerWorld(session, now)
            self.market = world.market()
            self.vendor: Vendor = world.vendor(self.market)
            world.statement(self.vendor, DAY, NEXT)

    def close(
        self,
        first: date = DAY,
        last: date | None = None,
        *,
        market_code: str | None = None,
        at: datetime = NIGHT,
    ) -> list[ClosedDay]:
        """Close one day, or some."""
        with writing(self.engine) as session:
            return close_days(
                session,
                first,
                last or first,
                market_code=market_code,
                profiles=PROFILES,
                sealer=SEALER,
                now=at,
            )

    def add(self, *rows: Any) -> None:
        """Store rows."""
        with writing(self.engine) as session:
            session.add_all(rows)

    def all(self, table: Any, *where: Any) -> Sequence[Any]:
        """Return rows of a table in the order of their closes."""
        order = table.id if table is DayClose else table.close_id
        with writing(self.engine) as session:  # reading ends with a rollback, which expires rows
            return session.exec(select(table).where(*where).order_by(col(order))).all()

    def findings(self) -> list[str]:
        """Return what the chain's proof says."""
        with reading(self.engine) as session:
            return verify_chain(session, sealer=SEALER)


@pytest.fixture
def town(engine: sa.Engine, now: datetime) -> Town:
    return Town(engine, now)


def test_a_day_told_by_both_books_is_matched_to_the_dong(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        world.both(town.vendor, 50_000)
        world.both(town.vendor, 2**40)

    [closed] = town.close()

    [vendor_day] = town.all(VendorDay)
    [market_day] = town.all(MarketDay)
    assert closed.outcomes["matched"] == 4
    assert (vendor_day.payments, vendor_day.gross_vnd) == (2, 50_000 + 2**40)
    assert vendor_day.matched_vnd == vendor_day.net_vnd == vendor_day.gross_vnd
    assert market_day.gross_vnd == vendor_day.gross_vnd
    assert (market_day.vendors_receiving, market_day.is_open) == (1, True)
    assert town.findings() == []


def test_closing_again_makes_no_new_version(town: Town) -> None:
    with writing(town.engine) as session:
        LedgerWorld(session, town.now).both(town.vendor, 50_000)

    [first] = town.close()
    [again] = town.close(at=NIGHT + timedelta(hours=3))

    assert (first.version, first.is_new) == (1, True)
    assert (again.version, again.is_new) == (1, False)
    assert again.root_sha256 == first.root_sha256
    assert again.market_day == first.market_day
    assert len(town.all(DayClose)) == 1


def test_a_line_that_comes_late_restates_its_own_day_only(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        world.both(town.vendor, 50_000)
        world.announced(town.vendor, 20_000, bank_reference="LATE")
        world.both(town.vendor, 30_000, business_date=NEXT)
    town.close(DAY, NEXT)
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        late = world.booked(town.vendor, 20_000, bank_reference="LATE")

    restated = town.close(DAY, NEXT, at=LONG_AFTER)

    before, after = town.all(VendorDay, col(VendorDay.business_date) == DAY)
    assert (before.gross_vnd, before.unexplained_vnd) == (50_000, 20_000)
    assert (after.gross_vnd, after.unexplained_vnd) == (70_000, 0)
    chain = town.all(DayClose, col(DayClose.business_date) == DAY)
    assert [one.version for one in chain] == [1, 2]
    assert chain[1].previous_root == chain[0].root_sha256
    assert town.findings() == []
    # The other day differs in nothing but that it waits for nothing any more.
    assert [day.version for day in restated] == [2, 2]
    with reading(town.engine) as session:
        lines = bridge(session, "MA", DAY, older=1, newer=2)
        quiet = bridge(session, "MA", NEXT, older=1, newer=2)
    assert quiet == []
    assert [(one.cause, one.changes) for one in lines] == [
        (Cause.LATE, {"gross_vnd": 20_000, "matched_vnd": 20_000, "net_vnd": 20_000}),
        (Cause.MATCH, {"unexplained_vnd": -20_000}),
    ]
    assert lines[0].dedupe_key == late.dedupe_key


def test_a_day_that_late_data_does_not_touch_keeps_its_version(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        world.both(town.vendor, 50_000)
        world.both(town.vendor, 30_000, business_date=NEXT)
    town.close(DAY, NEXT)
    with writing(town.engine) as session:
        LedgerWorld(session, town.now).booked(town.vendor, 9_000)

    restated = town.close(DAY, NEXT)

    assert [(day.version, day.is_new) for day in restated] == [(2, True), (1, False)]


def test_a_correction_of_the_provider_restates_the_day(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        _, line = world.both(town.vendor, 50_000, dedupe_key="k", bank_reference="R")
    town.close()
    with writing(town.engine) as session:
        session.get_one(ProviderTransaction, line.id).is_current = False
        LedgerWorld(session, town.now).booked(
            town.vendor, 45_000, dedupe_key="k", bank_reference="R", version=2
        )

    town.close()

    with reading(town.engine) as session:
        lines = bridge(session, "MA", DAY, older=1, newer=2)
    assert [(one.cause, one.changes) for one in lines] == [
        (
            Cause.CORRECTION,
            {
                "gross_vnd": -5_000,
                "matched_vnd": -5_000,
                "unexplained_vnd": 5_000,
                "net_vnd": -5_000,
            },
        )
    ]
    assert lines[0].outcome_after == "matched_with_difference"
    assert town.findings() == []


def test_money_announced_before_any_statement_is_pending_and_not_missing(town: Town) -> None:
    later = DAY + timedelta(days=5)
    with writing(town.engine) as session:
        LedgerWorld(session, town.now).announced(town.vendor, 20_000, business_date=later)

    [closed] = town.close(later, at=LONG_AFTER)

    [vendor_day] = town.all(VendorDay)
    assert (vendor_day.gross_vnd, vendor_day.pending_vnd) == (0, 20_000)
    assert vendor_day.unexplained_vnd == 0
    assert closed.state is CloseState.PROVISIONAL
    assert closed.incomplete == "Chưa có sao kê Vietcombank ···0001 cho ngày này"


def test_a_day_becomes_final_in_a_version_of_its_own(town: Town) -> None:
    with writing(town.engine) as session:
        LedgerWorld(session, town.now).both(town.vendor, 50_000)

    [early] = town.close(at=NIGHT)
    [final] = town.close(at=LONG_AFTER)

    assert (early.state, early.version) == (CloseState.PROVISIONAL, 1)
    assert early.incomplete == "Còn chờ khoản báo muộn đến hết ngày 17/11/2026"
    assert (final.state, final.version, final.incomplete) == (CloseState.FINAL, 2, "")
    assert town.findings() == []


def test_a_market_without_any_record_is_closed_with_zeros(town: Town) -> None:
    [closed] = town.close()

    [market_day] = town.all(MarketDay)
    assert (market_day.payments, market_day.gross_vnd, market_day.is_open) == (0, 0, True)
    assert closed.outcomes == {}
    assert town.all(VendorDay) == []


def test_the_calendar_says_whether_the_market_was_open(town: Town) -> None:
    town.add(CalendarCorrection(market_id=town.market.id, day_on=DAY, is_open=False))

    town.close()

    [market_day] = town.all(MarketDay)
    assert market_day.is_open is False


def test_money_of_nobody_is_closed_under_its_own_scope(town: Town) -> None:
    with writing(town.engine) as session:
        LedgerWorld(session, town.now).booked(None, 7_000, bank_reference="X")

    market, nobody = town.close()

    assert (market.scope, nobody.scope) == ("MA", "*")
    assert (market.outcomes, nobody.outcomes) == (
        {},
        {"missing_in_payments": 1, "not_applicable": 1},
    )
    assert nobody.market_day is None
    assert town.all(VendorDay) == []
    assert town.findings() == []


def test_a_line_that_names_nobody_belongs_to_whom_its_payment_names(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        shared = {"account_alias": "999", "bank_reference": "R"}
        world.announced(town.vendor, 50_000, **shared)
        world.booked(None, 50_000, **shared)

    [closed] = town.close(market_code="MA")

    [vendor_day] = town.all(VendorDay)
    assert closed.outcomes["matched"] == 2
    assert vendor_day.gross_vnd == 50_000
    assert town.findings() == []


def test_dollars_are_rejected_and_added_to_nothing(town: Town) -> None:
    with writing(town.engine) as session:
        LedgerWorld(session, town.now).booked(
            town.vendor, 1_000, provider="stripe", currency="USD", currency_exponent=2
        )

    [closed] = town.close()

    [on_leg_b] = town.all(MatchOutcome, col(MatchOutcome.leg) == "B")
    assert (on_leg_b.outcome, on_leg_b.reason) == ("rejected", "currency")
    assert town.all(VendorDay) == []
    assert closed.market_day is not None
    assert closed.market_day["gross_vnd"] == 0
    assert town.findings() == []


def test_a_dispute_that_a_statement_tells_as_open_waits_and_moves_no_figure(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        world.both(town.vendor, 50_000)
        world.booked(
            town.vendor,
            50_000,
            transaction_type=TransactionType.CHARGEBACK,
            direction=Direction.DEBIT,
            status=Status.PENDING,
        )

    [closed] = town.close()

    assert closed.outcomes["pending_cut_off"] == 1
    assert closed.market_day is not None
    assert (closed.market_day["gross_vnd"], closed.market_day["refunds_vnd"]) == (50_000, 0)
    assert town.findings() == []


def stripe_day(world: LedgerWorld, vendor: Vendor) -> None:
    """A charge as the API told it, and its line in the listing of the payout ``po_1``."""
    stripe: dict[str, Any] = {"provider": "stripe", "account_alias": "acct_1"}
    poll = {"source_channel": SourceChannel.POLL}
    world.announced(vendor, 80_000, provider_transaction_id="ch_1", **stripe | poll)
    world.booked(
        vendor,
        80_000,
        provider_transaction_id="txn_1",
        bank_reference="ch_1",
        fee_amount=2_720,
        settlement_id="po_1",
        **stripe | poll,
    )


def payout(world: LedgerWorld, vendor: Vendor, status: str) -> None:
    """What a poll says of the payout ``po_1``, due on the next day."""
    world.statement(
        vendor,
        DAY,
        provider="stripe",
        account_alias="acct_1",
        statement_kind="payout",
        settlement_id="po_1",
        net_amount=77_280,
        payout_status=status,
        expected_arrival_on=NEXT,
    )


def test_a_payout_that_fails_after_it_was_paid_restates_its_day(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        stripe_day(world, town.vendor)
        payout(world, town.vendor, "paid")
    town.close(DAY, NEXT)
    with writing(town.engine) as session:
        payout(LedgerWorld(session, town.now), town.vendor, "failed")

    town.close(DAY, NEXT)

    sold, *paid_out = town.all(VendorDay)
    assert (sold.gross_vnd, sold.fees_vnd, sold.net_vnd) == (80_000, 2_720, 77_280)
    assert sold.matched_vnd == 80_000
    assert [day.paid_out_vnd for day in paid_out if day.business_date == NEXT] == [77_280]
    on_payouts = town.all(MatchOutcome, col(MatchOutcome.book) == "payouts")
    assert [one.outcome for one in on_payouts] == ["paid", "returned"]
    assert all(one.record_id < 0 for one in on_payouts)
    assert town.findings() == []


def test_a_busy_day_is_stored_whole(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        for amount in range(10_000, 10_120):
            world.both(town.vendor, amount)
            world.both(world.vendor(town.market), amount)

    [closed] = town.close()

    assert closed.outcomes["matched"] == 480
    assert len(town.all(MatchOutcome)) == 720
    vendor_days = town.all(VendorDay)
    assert len(vendor_days) == 121
    [market_day] = town.all(MarketDay)
    assert market_day.gross_vnd == sum(day.gross_vnd for day in vendor_days) == 2 * 1_207_140
    assert town.findings() == []


def test_a_wallets_sales_and_its_payout_are_counted_once(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        world.acceptance_point(town.vendor, "momo")
        world.booked(
            town.vendor,
            50_000,
            provider="momo",
            account_alias="PARTNER",
            store_id="A12",
            occurred_at=datetime(2026, 11, 10, 3, tzinfo=UTC),
        )
        memo = "MOMO TT DOI SOAT 10112026 PARTNER"
        landed = {"business_date": NEXT, "description": memo, "bank_reference": "P"}
        world.announced(town.vendor, 49_450, **landed)
        world.booked(town.vendor, 49_450, transaction_type=TransactionType.PAYOUT, **landed)

    town.close(DAY, NEXT)

    sold, paid_out = town.all(VendorDay)
    assert (sold.gross_vnd, sold.paid_out_vnd, sold.matched_vnd) == (50_000, 0, 50_000)
    assert (paid_out.gross_vnd, paid_out.paid_out_vnd, paid_out.pending_vnd) == (0, 49_450, 0)
    [payout] = town.all(MatchOutcome, col(MatchOutcome.book) == "payouts")
    assert payout.outcome == "paid"
    assert town.findings() == []


def test_refunds_and_fees_lower_the_net(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        world.both(town.vendor, 50_000)
        out = {"direction": Direction.DEBIT}
        world.booked(town.vendor, 20_000, transaction_type=TransactionType.REFUND, **out)
        world.booked(town.vendor, 3_300, transaction_type=TransactionType.FEE, **out)
        world.booked(town.vendor, 900_000, transaction_type=TransactionType.TRANSFER, **out)

    town.close()

    [day] = town.all(VendorDay)
    assert (day.refunds, day.refunds_vnd, day.fees_vnd) == (1, 20_000, 3_300)
    assert day.net_vnd == 50_000 - 20_000 - 3_300
    assert town.findings() == []


def test_one_market_can_be_closed_alone(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        world.both(world.vendor(world.market("LG")), 50_000)
        world.both(town.vendor, 10_000)
        world.booked(None, 7_000)

    closed = town.close(market_code="MA")

    assert [day.scope for day in closed] == ["MA"]
    assert [one.scope for one in town.all(DayClose)] == ["MA"]


def test_an_unknown_market_and_days_in_reverse_are_refused(town: Town) -> None:
    with pytest.raises(MarketNotFound):
        town.close(market_code="XX")
    with pytest.raises(DaysRefused, match="10/11/2026 lies before the first, 11/11/2026"):
        town.close(NEXT, DAY)


def test_a_newer_release_that_finds_the_same_makes_no_new_version(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(town.engine) as session:
        LedgerWorld(session, town.now).both(town.vendor, 50_000)
    town.close()
    monkeypatch.setattr(close, "_code_version", lambda: "99.0")

    [again] = town.close()

    assert again.is_new is False
    assert town.findings() == []


def fill(engine: sa.Engine, now: datetime, *, backwards: bool) -> None:
    """Two vendors' days as two machines may have read them: in another order of rows."""
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        market = world.market()
        vendors = [world.vendor(market), world.vendor(market)]
        facts: list[tuple[int, int, int, date]] = [
            (number, place, amount, day)
            for number, (place, amount, day) in enumerate(
                (place, amount, day)
                for place in (0, 1)
                for amount in (10_000, 10_000, 15_000)
                for day in (DAY, NEXT)
            )
        ]
        for number, place, amount, day in reversed(facts) if backwards else facts:
            told = {"business_date": day, "provider_transaction_id": f"T{number}"}
            world.announced(vendors[place], amount, dedupe_key=f"p{number}", **told)
            if number % 4:
                world.booked(vendors[place], amount, dedupe_key=f"s{number}", **told)


def roots(engine: sa.Engine, spans: list[tuple[date, date]]) -> dict[tuple[str, date], str]:
    """Close the spans one after the other; return the roots."""
    found = {}
    for first, last in spans:
        with writing(engine) as session:
            for day in close_days(
                session,
                first,
                last,
                market_code=None,
                profiles=PROFILES,
                sealer=SEALER,
                now=LONG_AFTER,
            ):
                found[day.scope, day.business_date] = day.root_sha256
    return found


def test_another_machine_and_another_span_come_to_the_same_roots(
    engine: sa.Engine, tmp_path: Path, sqlite_template: Path, now: datetime
) -> None:
    other = open_engine(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'other.sqlite3')}")
    fill(engine, now, backwards=False)
    fill(other, now, backwards=True)

    at_once = roots(engine, [(DAY, NEXT)])
    one_by_one = roots(other, [(NEXT, NEXT), (DAY, DAY)])

    assert at_once == one_by_one


def test_progress_is_told_for_each_day(town: Town) -> None:
    told: list[int] = []

    with writing(town.engine) as session:
        close_days(
            session,
            DAY,
            NEXT,
            market_code=None,
            profiles=PROFILES,
            sealer=SEALER,
            now=NIGHT,
            on_progress=told.append,
        )

    assert told == [1, 2]


copies = count(1)


class Told(NamedTuple):
    """One movement as providers told it: by webhook, by statement, or by both."""

    place: int | None
    amount: int
    by: str
    day: date
    reference: str | None
    kind: TransactionType


movements = st.lists(
    st.builds(
        Told,
        place=st.sampled_from([0, 1, None]),
        amount=st.sampled_from([10_000, 10_000, 15_000, 2**53 + 1]),
        by=st.sampled_from(["both", "both", "announced", "booked"]),
        day=st.sampled_from([DAY, NEXT]),
        reference=st.sampled_from(["R1", "R2", None]),
        kind=st.sampled_from(
            [TransactionType.PAYMENT, TransactionType.PAYMENT, TransactionType.REFUND]
        ),
    ),
    max_size=8,
)


def tell(engine: sa.Engine, numbered: Sequence[tuple[int, Told]], now: datetime) -> None:
    """Store the movements in the order given, under keys that do not depend on it."""
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendors = [world.vendor(world.market(code)) for code in ("MA", "LG")]
        for vendor in vendors:
            world.statement(vendor, DAY, NEXT)
        for number, told in numbered:
            vendor = None if told.place is None else vendors[told.place]
            is_payment = told.kind is TransactionType.PAYMENT
            common: dict[str, Any] = {
                "business_date": told.day,
                "bank_reference": told.reference,
                "provider_transaction_id": f"T{number}",
                "transaction_type": told.kind,
                "direction": Direction.CREDIT if is_payment else Direction.DEBIT,
            }
            if told.by in {"both", "announced"}:
                world.announced(vendor, told.amount, dedupe_key=f"p{number}", **common)
            if told.by in {"both", "booked"}:
                world.booked(vendor, told.amount, dedupe_key=f"s{number}", **common)


@settings(max_examples=12)
@given(movements, st.randoms(use_true_random=False))
def test_whatever_is_told_every_dong_is_in_exactly_one_place(
    tmp_path: Path, sqlite_template: Path, now: datetime, told: list[Told], shuffler: Any
) -> None:
    numbered = list(enumerate(told))
    shuffled = shuffler.sample(numbered, len(numbered))
    found = []
    for order in (numbered, shuffled):
        copy = shutil.copy(sqlite_template, tmp_path / f"world{next(copies)}.sqlite3")
        engine = open_engine(f"sqlite:///{copy}")
        tell(engine, order, now)
        found.append(roots(engine, [(DAY, NEXT)]))
        again = roots(engine, [(DAY, NEXT)])
        with writing(engine) as session:
            findings = verify_chain(session, sealer=SEALER)
            gross = session.exec(select(MarketDay.gross_vnd)).all()
            outcomes = session.exec(
                select(MatchOutcome.book, MatchOutcome.record_id, MatchOutcome.leg)
            ).all()
        engine.dispose()

        assert again == found[-1]
        assert findings == []
        # Of a movement of nobody, only the counterpart could say whose it is, and it never does.
        assert sum(gross) == sum(
            one.amount
            for one in told
            if one.place is not None and one.by != "announced" and one.kind == "payment"
        )
        rows = sum(2 if one.by == "both" else 1 for one in told)
        on_leg_b = [one for one in outcomes if one[2] == "B"]
        assert len(on_leg_b) == len(set(on_leg_b)) == rows
    assert found[0] == found[1]
