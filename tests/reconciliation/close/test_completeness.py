"""A day is final only when every book that is due is there; silence is never zero."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from market.database import reading, writing
from merchants.kinds import AcceptancePointState
from merchants.tables import Vendor
from reconciliation.close.completeness import what_is_missing
from reconciliation.close.coverage import Covered, judge_by_coverage, read_coverage
from reconciliation.profiles import load_profiles
from reconciliation.records import SourceChannel
from reconciliation.tables import DeliveryState, FeedReject
from tests.reconciliation.ledger_world import DAY, LedgerWorld

LONG_AFTER = datetime(2026, 12, 31, tzinfo=UTC)
SILENT = "Chưa có sao kê Vietcombank ···0001 cho ngày này"
BEFORE = DAY - timedelta(days=1)


class Town:
    """One market with one vendor at the bank who sold something on the day before."""

    def __init__(self, engine: sa.Engine, now: datetime) -> None:
        self.engine = engine
        self.now = now
        with writing(engine) as session:
            world = LedgerWorld(session, now)
            self.vendor: Vendor = world.vendor(world.market())
            world.announced(self.vendor, 20_000, business_date=BEFORE)

    def missing(
        self, day: date = DAY, *, at: datetime = LONG_AFTER, scope: str = "MA"
    ) -> list[str]:
        """What is missing for the day when it is closed long after."""
        with reading(self.engine) as session:
            coverage = read_coverage(session, day)
            found = what_is_missing(session, [day], load_profiles(None), coverage, now=at)
        return found[scope, day]


@pytest.fixture
def town(engine: sa.Engine, now: datetime) -> Town:
    return Town(engine, now)


def test_an_account_that_sold_needs_a_statement_of_the_day(town: Town) -> None:
    assert town.missing() == [SILENT]


def test_a_statement_covers_the_days_of_its_period_and_no_other(town: Town) -> None:
    with writing(town.engine) as session:
        LedgerWorld(session, town.now).statement(town.vendor, BEFORE, DAY)

    assert town.missing(DAY) == []
    assert town.missing(DAY + timedelta(days=1)) == [SILENT]


def test_a_statement_with_rows_that_wait_is_not_whole(town: Town) -> None:
    with writing(town.engine) as session:
        LedgerWorld(session, town.now).statement(town.vendor, DAY, completeness="partial")

    assert town.missing() == ["Sao kê Vietcombank ···0001 còn dòng đang chờ người xem"]


def test_the_same_statement_sent_again_and_whole_completes_the_day(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        world.statement(town.vendor, DAY, completeness="partial")
        world.statement(town.vendor, DAY)

    assert town.missing() == []


def test_a_file_without_rows_and_without_a_period_covers_nothing(town: Town) -> None:
    with writing(town.engine) as session:
        LedgerWorld(session, town.now).statement(town.vendor, DAY, period_from=None, period_to=None)

    assert town.missing() == [SILENT]


def test_before_it_told_anything_an_account_is_not_missed(town: Town) -> None:
    assert town.missing(BEFORE - timedelta(days=1)) == []


def test_a_closed_acceptance_point_is_not_missed(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        other = world.vendor(world.market("LG"), "momo")
        world.acceptance_point(other, "bank_vcb", state=AcceptancePointState.CLOSED)
        world.announced(other, 1_000)

    assert town.missing(scope="LG") == []


def test_an_acceptance_point_is_missed_only_while_it_is_valid(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        other = world.vendor(world.market("LG"), "momo")
        world.acceptance_point(other, "bank_vcb", valid_to=BEFORE)
        world.announced(other, 1_000, business_date=BEFORE)

    assert town.missing(DAY, scope="LG") == []
    assert len(town.missing(BEFORE, scope="LG")) == 1


def test_many_missing_accounts_make_one_sentence(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        market = world.market("LG")
        for _ in range(5):
            world.announced(world.vendor(market), 1_000)

    [sentence] = town.missing(scope="LG")

    assert sentence == (
        "Chưa có sao kê Vietcombank ···0002, ···0003, ···0004 và 2 tài khoản khác cho ngày này"
    )


def test_late_rows_are_waited_for(town: Town) -> None:
    with writing(town.engine) as session:
        LedgerWorld(session, town.now).statement(town.vendor, DAY)

    just_before = datetime(2026, 11, 17, 16, 59, tzinfo=UTC)  # 23:59 of the seventh day
    assert town.missing(at=just_before) == ["Còn chờ khoản báo muộn đến hết ngày 17/11/2026"]
    assert town.missing(at=just_before + timedelta(minutes=1)) == []


MORNING_AFTER = datetime(2026, 11, 11, 1, tzinfo=UTC)
UNREAD = "Dữ liệu Vietcombank nhận ngày 11/11/2026 chưa đọc được: sao-ke.csv"
REFUSED, FAILED = DeliveryState.REJECTED, DeliveryState.FAILED


def covered_and_unread(
    town: Town,
    *,
    state: DeliveryState = REFUSED,
    account: str = "1018700001",
    received_at: datetime = MORNING_AFTER,
    statement_at: datetime = MORNING_AFTER,
) -> None:
    """The day is covered by a statement, and a delivery of the bank cannot be read."""
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        world.statement(town.vendor, DAY, received_at=statement_at)
        world.delivery(
            "bank_vcb",
            SourceChannel.FILE,
            state=state,
            account_alias=account,
            name="sao-ke.csv",
            received_at=received_at,
        )


@pytest.mark.parametrize("account", ["1018700001", ""], ids=["its account", "no account told"])
def test_a_refused_file_that_may_be_of_the_day_keeps_it_open(town: Town, account: str) -> None:
    covered_and_unread(town, account=account)

    assert town.missing() == [UNREAD]


def test_a_good_statement_after_it_answers_a_refused_file(town: Town) -> None:
    covered_and_unread(town, statement_at=MORNING_AFTER + timedelta(hours=1))

    assert town.missing() == []


def test_a_delivery_that_failed_on_our_side_is_answered_by_nothing_else(town: Town) -> None:
    covered_and_unread(town, state=FAILED, statement_at=MORNING_AFTER + timedelta(hours=1))

    assert town.missing() == [UNREAD]


@pytest.mark.parametrize(
    "told",
    [{"received_at": MORNING_AFTER + timedelta(days=8)}, {"account": "999"}],
    ids=["long after", "another account"],
)
def test_what_cannot_be_of_the_day_does_not_matter(town: Town, told: dict[str, Any]) -> None:
    covered_and_unread(town, **told)

    assert town.missing() == []


def test_the_money_of_nobody_waits_for_every_unread_file(town: Town) -> None:
    covered_and_unread(town, account="999")

    assert town.missing(scope="*") == [UNREAD]


def polled(town: Town, name: str, received_at: datetime) -> None:
    """A page of a poll of Stripe, in a market whose vendor is paid through it."""
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        vendor = world.vendor(world.market("LG"), "stripe")
        world.told(vendor, 9_000, provider="stripe", account_alias="acct_1")
        world.delivery(
            "stripe",
            SourceChannel.POLL,
            account_alias="acct_1",
            name=name,
            received_at=received_at,
        )


def test_a_whole_poll_after_the_day_covers_it(town: Town) -> None:
    polled(town, "payouts, page 1", datetime(2026, 11, 10, 17, 30, tzinfo=UTC))

    assert town.missing(scope="LG") == []


PARTLY = "Sao kê Stripe ···ct_1 còn dòng đang chờ người xem"


def waiting_row(town: Town, received_at: datetime) -> int:
    """A page of Stripe of which a row waits; returns the row's id."""
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        page = world.delivery(
            "stripe", SourceChannel.POLL, account_alias="acct_1", name="charges, page 1",
            received_at=received_at,
        )  # fmt: skip
        reject = FeedReject(delivery_id=page.id, row=1, reason="amount", raw_sealed="x")
        session.add(reject)
        session.flush()
        assert reject.id is not None
        return reject.id


def test_a_poll_of_which_a_row_waits_is_not_whole_until_it_is_settled(town: Town) -> None:
    polled_at = datetime(2026, 11, 12, tzinfo=UTC)
    polled(town, "payouts, page 1", polled_at)
    reject_id = waiting_row(town, polled_at)

    assert town.missing(scope="LG") == [PARTLY]

    with writing(town.engine) as session:
        found = session.get(FeedReject, reject_id)
        assert found is not None
        found.settled_at = LONG_AFTER

    assert town.missing(scope="LG") == []


def test_a_row_that_waits_says_nothing_of_days_polled_before_it(town: Town) -> None:
    polled(town, "payouts, page 1", datetime(2026, 11, 14, tzinfo=UTC))
    with writing(town.engine) as session:
        LedgerWorld(session, town.now).delivery(
            "stripe", SourceChannel.POLL, account_alias="acct_1", name="payouts, page 1",
            received_at=datetime(2026, 11, 16, tzinfo=UTC),
        )  # fmt: skip
    waiting_row(town, datetime(2026, 11, 16, tzinfo=UTC))

    # Asked on the 14th for all that was made until then, and on the 16th from the 12th on.
    told = {day: town.missing(date(2026, 11, day), scope="LG") for day in (10, 11, 12, 15)}
    assert told == {10: [], 11: [], 12: [PARTLY], 15: [PARTLY]}


@pytest.mark.parametrize(
    ("name", "received_at"),
    [
        ("charges, page 1", datetime(2026, 11, 12, tzinfo=UTC)),
        ("payouts, page 1", datetime(2026, 11, 10, 16, 30, tzinfo=UTC)),
    ],
    ids=["broken off", "before the day ended"],
)
def test_half_a_poll_or_an_early_one_covers_nothing(
    town: Town, name: str, received_at: datetime
) -> None:
    polled(town, name, received_at)

    assert town.missing(scope="LG") == ["Chưa có sao kê Stripe ···ct_1 cho ngày này"]


def test_an_empty_daily_report_speaks_for_the_day_before_it_came(town: Town) -> None:
    with writing(town.engine) as session:
        world = LedgerWorld(session, town.now)
        vendor = world.vendor(world.market("LG"), "momo")
        world.told(vendor, 9_000, provider="momo", account_alias="PARTNER", business_date=BEFORE)
        world.statement(
            vendor,
            DAY,
            provider="momo",
            account_alias="PARTNER",
            statement_kind="daily_report",
            period_from=None,
            period_to=None,
            received_at=MORNING_AFTER,
        )

    assert town.missing(scope="LG") == []
    assert len(town.missing(BEFORE, scope="LG")) == 1


def decided(outcome: str, reason: str) -> pd.DataFrame:
    """What the engine said of the one payment ``k#1``."""
    return pd.DataFrame(
        {
            "book": ["payments", "statement"],
            "record_id": ["k#1", "other#1"],
            "leg": ["B", "B"],
            "outcome": [outcome, "missing_in_payments"],
            "reason": [reason, "not_told"],
        }
    )


RECORDS = pd.DataFrame(
    {
        "book": ["payments", "statement"],
        "key": ["k#1", "other#1"],
        "ledger": ["bank_vcb", "bank_vcb"],
        "account": ["1", "1"],
        "business_date": pd.to_datetime([DAY, DAY]).astype("datetime64[s]"),
    }
)


@pytest.mark.parametrize(
    "told", [("pending_cut_off", "cut_off"), ("missing_in_statement", "feed_gap")]
)
@pytest.mark.parametrize(
    ("period", "is_whole", "expected"),
    [
        ((DAY, DAY), True, "missing_in_statement"),
        ((DAY, DAY), False, "pending_cut_off"),
        ((BEFORE, BEFORE), True, "pending_cut_off"),
    ],
    ids=["covered", "rows wait", "another day"],
)
def test_only_on_a_covered_day_can_a_payment_be_missing(
    told: tuple[str, str],
    period: tuple[date, date],
    is_whole: bool,
    expected: str,
    now: datetime,
) -> None:
    coverage = {("bank_vcb", "1"): [Covered(*period, now, is_whole)]}

    judged = judge_by_coverage(decided(*told), RECORDS, coverage)

    assert judged["outcome"].tolist() == [expected, "missing_in_payments"]
    assert judged["reason"].iloc[1] == "not_told"
