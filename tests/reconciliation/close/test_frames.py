"""What the engine is given of the database, and what adoption gets of the newest closes."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa

from market.database import reading, writing
from reconciliation.close.frames import RECORD_COLUMNS, Window, read_window
from reconciliation.close.roots import record_key
from reconciliation.records import Direction, SourceChannel, TransactionType
from tests.reconciliation.ledger_world import DAY, LedgerWorld, account_of

SETTLEMENT_MEMO = "MOMO TT DOI SOAT 09112026 MOMOCHO40"


@pytest.fixture
def window(engine: sa.Engine) -> "Reader":
    return Reader(engine)


class Reader:
    """Reads the window of one day."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def __call__(self, day: date = DAY) -> Window:
        with reading(self.engine) as session:
            return read_window(session, day, day)


def test_sepay_rows_stand_in_the_books_of_the_bank(
    engine: sa.Engine, now: datetime, window: Reader
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market())
        world.both(vendor, 2**53 + 1, bank_reference="5243.65937")

    books = window().books

    for book in (books.payments, books.statement):
        [told] = book.to_dict("records")
        assert told["provider"] == "bank_vcb"
        assert told["account"] == account_of(vendor)
        assert told["bank_reference"] == "5243.65937"
        assert told["amount_vnd"] == 2**53 + 1
    assert books.payments["occurred_at"][0] == pd.Timestamp(2026, 11, 10, 2, tz="UTC")
    assert books.statement["occurred_at"].isna().all()


def test_superseded_versions_and_other_days_are_left_out(
    engine: sa.Engine, now: datetime, window: Reader
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market())
        world.booked(vendor, 1_000, dedupe_key="k", is_current=False)
        world.booked(vendor, 2_000, dedupe_key="k", version=2)
        world.booked(vendor, 3_000, business_date=DAY + timedelta(days=1))

    assert window().books.statement["record_id"].tolist() == [record_key("k", 2)]


def test_a_wallet_settles_by_store(engine: sa.Engine, now: datetime, window: Reader) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market(), "momo")
        world.booked(vendor, 1_000, provider="momo", account_alias="PARTNER", store_id="A12")

    found = window()

    assert found.books.statement["account"].tolist() == ["PARTNER/A12"]
    assert found.records["account"].tolist() == ["PARTNER/A12"]


def test_the_vendor_codes_of_reference_and_memo_are_the_engines_reference(
    engine: sa.Engine, now: datetime, window: Reader
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        market = world.market()
        one, two = world.vendor(market), world.vendor(market)
        world.booked(one, 1_000, description=f"ck {one.code} tien ca")
        world.booked(one, 2_000, merchant_reference=one.code, description=f"ck {two.code}")
        world.booked(one, 3_000, description="tien rau")

    by_amount = window().books.statement.set_index("amount_vnd")["reference"]

    assert by_amount[1_000] == one.code
    assert by_amount[2_000] == " ".join(sorted([one.code, two.code]))
    assert by_amount[3_000] == ""


def test_other_currencies_are_kept_apart_and_are_no_dong(
    engine: sa.Engine, now: datetime, window: Reader
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        world.booked(None, 1_000, provider="stripe", currency="USD", currency_exponent=2)

    found = window()

    assert found.books.statement[["currency", "amount_vnd"]].to_numpy().tolist() == [["USD", 0]]
    assert found.records["amount_vnd"].tolist() == [0]


def test_a_wallets_settlement_is_no_sale_at_the_bank(
    engine: sa.Engine, now: datetime, window: Reader
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market())
        world.announced(vendor, 1_000, description=SETTLEMENT_MEMO)
        world.announced(vendor, 2_000, description="MOMO 0912 ck tien ca")

    types = window().books.payments.set_index("amount_vnd")["transaction_type"]

    assert types.to_dict() == {1_000: "payout", 2_000: "payment"}


def test_a_settlement_on_the_bank_account_is_a_payout_of_the_vendors_store(
    engine: sa.Engine, now: datetime, window: Reader
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market(), "bank_vcb", "momo")
        before = DAY - timedelta(days=3)
        world.booked(
            vendor,
            50_000,
            provider="momo",
            account_alias="PARTNER",
            store_id="A12",
            business_date=before,
        )
        landed = world.booked(
            vendor,
            49_450,
            transaction_type=TransactionType.PAYOUT,
            description=SETTLEMENT_MEMO,
        )

    found = window()

    [payout] = found.books.payouts.to_dict("records")
    assert (payout["provider"], payout["account"]) == ("momo", "PARTNER/A12")
    assert (payout["amount_vnd"], payout["arrived_on"].date()) == (49_450, DAY)
    told = found.records[found.records["book"] == "payouts"].to_dict("records")
    assert [(one["record_id"], one["vendor_id"]) for one in told] == [(landed.id, vendor.id)]


def test_a_notice_without_its_store_is_no_second_store(
    engine: sa.Engine, now: datetime, window: Reader
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market(), "bank_vcb", "momo")
        told = {"provider": "momo", "account_alias": "PARTNER", "dedupe_key": "momo:PARTNER:1"}
        world.announced(vendor, 50_000, **told)
        world.booked(None, 50_000, **told, store_id="A12")
        world.booked(
            vendor, 49_450, transaction_type=TransactionType.PAYOUT, description=SETTLEMENT_MEMO
        )

    books = window().books

    [payout] = books.payouts.to_dict("records")
    assert (payout["provider"], payout["account"]) == ("momo", "PARTNER/A12")
    assert books.payments["account"].tolist() == ["PARTNER/A12"]


def test_a_settlement_for_a_vendor_with_two_stores_is_given_to_neither(
    engine: sa.Engine, now: datetime, window: Reader
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market(), "bank_vcb", "momo")
        for store in ("A12", "A13"):
            world.booked(vendor, 5_000, provider="momo", account_alias="PARTNER", store_id=store)
        world.booked(
            vendor, 9_890, transaction_type=TransactionType.PAYOUT, description=SETTLEMENT_MEMO
        )

    [payout] = window().books.payouts.to_dict("records")

    assert pd.isna(payout["account"])


def payout_object(world: LedgerWorld, status: str, amount: int, **changes: object) -> None:
    """A Stripe payout as one poll told it."""
    delivery = world.delivery("stripe", SourceChannel.POLL)
    vendor = world.vendor(world.market(f"M{delivery.id}"), "stripe")
    values = {
        "provider": "stripe",
        "account_alias": "acct_1",
        "delivery_id": delivery.id,
        "settlement_id": "po_1",
        "statement_kind": "payout",
        "net_amount": amount,
        "payout_status": status,
        "expected_arrival_on": DAY,
    }
    world.statement(vendor, DAY, **values | changes)


def test_the_newest_word_on_a_payout_counts(
    engine: sa.Engine, now: datetime, window: Reader
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market(), "stripe")
        world.booked(vendor, 1, provider="stripe", account_alias="acct_1")
        payout_object(world, "in_transit", 500_000)
        payout_object(world, "paid", 500_000)

    found = window()

    [payout] = found.books.payouts.to_dict("records")
    assert payout["payout_reference"] == "po_1"
    assert payout["status"] == "paid"
    [told] = found.records[found.records["book"] == "payouts"].to_dict("records")
    assert told["record_id"] < 0
    assert told["vendor_id"] == vendor.id


@pytest.mark.parametrize(
    ("status", "amount", "outcome"),
    [
        ("in_transit", 500_000, ("pending_cut_off", "status")),
        ("paid", -500_000, ("not_applicable", "not_a_payment")),
    ],
)
def test_a_payout_that_has_not_arrived_is_decided_without_the_engine(
    engine: sa.Engine,
    now: datetime,
    window: Reader,
    status: str,
    amount: int,
    outcome: tuple[str, str],
) -> None:
    with writing(engine) as session:
        payout_object(LedgerWorld(session, now), status, amount)

    found = window()

    assert len(found.books.payouts) == 0
    assert list(zip(found.decided["outcome"], found.decided["reason"], strict=True)) == [outcome]


@pytest.mark.parametrize("amount", [110_000, -110_000])
def test_a_payout_in_dollars_is_left_to_the_engine_to_reject(
    engine: sa.Engine, now: datetime, window: Reader, amount: int
) -> None:
    with writing(engine) as session:
        payout_object(LedgerWorld(session, now), "in_transit", amount, currency="USD")

    found = window()

    assert found.decided.empty
    assert found.books.payouts[["currency", "amount_vnd"]].to_numpy().tolist() == [["USD", 0]]


def test_an_empty_span_has_all_columns(window: Reader) -> None:
    found = window()

    assert found.records.empty
    assert {name: str(kind) for name, kind in found.records.dtypes.items()} == RECORD_COLUMNS


def test_a_debit_keeps_its_direction(engine: sa.Engine, now: datetime, window: Reader) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        world.booked(None, 11_000, direction=Direction.DEBIT, transaction_type=TransactionType.FEE)

    assert window().records[["transaction_type", "direction"]].to_dict("records") == [
        {"transaction_type": "fee", "direction": "debit"}
    ]


def test_the_number_of_statements_does_not_grow_with_the_rows(
    sqlite_engine: sa.Engine, now: datetime
) -> None:
    with writing(sqlite_engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market())
        for amount in range(1_000, 1_050):
            world.both(vendor, amount)
    statements: list[str] = []
    sa.event.listen(
        sqlite_engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )

    with reading(sqlite_engine) as session:
        read_window(session, DAY, DAY)

    assert sum(statement.startswith("SELECT") for statement in statements) == 4


def test_instants_are_utc(engine: sa.Engine, now: datetime, window: Reader) -> None:
    at = datetime(2026, 11, 9, 17, 30, tzinfo=UTC)
    with writing(engine) as session:
        LedgerWorld(session, now).announced(None, 1_000, occurred_at=at)

    assert window().books.payments["occurred_at"][0].to_pydatetime() == at
