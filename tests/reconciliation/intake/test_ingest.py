"""What comes through a door is stored once, whole, and never lost; sums in are sums out."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

import reconciliation.intake.ingest
from market.database import reading, writing
from merchants.accounts import account_alias
from merchants.sealing import Sealer
from reconciliation.bulk import table_of
from reconciliation.errors import BooksDoNotBalance, UnknownProvider
from reconciliation.feeds.providers.sepay import SepayReader
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.intake.ingest import Incoming, IngestResult, ingest, ingest_many, retry_failed
from reconciliation.intake.raw_store import RawStore
from reconciliation.records import (
    Direction,
    FeedReading,
    FileAction,
    SignatureStatus,
    SourceChannel,
)
from reconciliation.tables import (
    Delivery,
    DeliveryState,
    FeedReject,
    ProviderTransaction,
    SettlementStatement,
)
from tests.feed_samples import MOMO_ACCOUNT, STRIPE_ACCOUNT, VCB_ACCOUNT, sample
from tests.reconciliation.arrivals import (
    NOW,
    aliased,
    incoming,
    keys,
    ledger,
    minutes_later,
    momo,
    sepay,
    vcb,
    vendor_with,
)
from tests.reconciliation.test_bulk import statements

LATER = NOW + timedelta(hours=3)


@pytest.fixture
def take(engine: sa.Engine, store: RawStore, sealer: Sealer) -> Any:
    """Ingest deliveries, each call in a transaction of its own."""

    def _take(*deliveries: Incoming, now: Any = NOW) -> list[IngestResult]:
        with writing(engine) as session:
            return ingest_many(session, store, sealer=sealer, incoming=deliveries, now=now)

    return _take


def rows(engine: sa.Engine, **options: Any) -> list[dict[str, Any]]:
    with reading(engine) as session:
        return ledger(session, **options)


def every(engine: sa.Engine, table: Any) -> list[dict[str, Any]]:
    with reading(engine) as session:
        return [row.model_dump() for row in session.exec(select(table).order_by(table.id))]


def counts(result: IngestResult) -> tuple[int, int, int, int]:
    return result.new, result.repeated, result.revised, result.rejected


# --- one delivery ---------------------------------------------------------------------------


def test_a_statement_enters_row_by_row(engine: sa.Engine, sealer: Sealer, take: Any) -> None:
    [result] = take(incoming("bank_vcb", sample("bank/vcb_statement_utf8bom.csv"), name="a.csv"))

    assert (result.state, result.action) == (DeliveryState.PROCESSED, FileAction.ACCEPT)
    assert counts(result) == (4, 0, 0, 0)
    assert sum(_signed(row) for row in rows(engine)) == 276_045
    [delivery] = every(engine, Delivery)
    assert (delivery["name"], delivery["account_alias"]) == (
        "a.csv",
        account_alias(sealer, "bank_vcb", VCB_ACCOUNT),
    )
    assert (delivery["rows_new"], delivery["raw_bytes"]) == (4, 609)


def _signed(row: dict[str, Any]) -> int:
    return int(row["amount"] if row["direction"] is Direction.CREDIT else -row["amount"])


def test_raw_bytes_are_kept_as_they_came(engine: sa.Engine, take: Any, store: RawStore) -> None:
    content = sample("bank/vcb_statement_utf8bom.csv")

    take(incoming("bank_vcb", content))

    [delivery] = every(engine, Delivery)
    assert store.get(delivery["raw_sha256"]) == content


def test_bytes_are_in_the_raw_store_before_a_row_is_in_the_database(
    engine: sa.Engine, store: RawStore, sealer: Sealer
) -> None:
    with pytest.raises(RuntimeError), writing(engine) as session:
        ingest(session, store, sealer=sealer, incoming=sepay(), now=NOW)
        raise RuntimeError

    assert rows(engine) == every(engine, Delivery) == []
    content = sepay().content
    assert store.get(hashlib.sha256(content).hexdigest()) == content


def test_the_same_bytes_again_are_a_duplicate(engine: sa.Engine, take: Any) -> None:
    first, again = take(vcb(("5243.1", 5000, "")), vcb(("5243.1", 5000, ""), name="b.csv"))
    [third] = take(vcb(("5243.1", 5000, "")))

    assert first.state is DeliveryState.PROCESSED
    assert again.state is third.state is DeliveryState.DUPLICATE
    assert again.action is None
    assert len(rows(engine, every_version=True)) == len(every(engine, SettlementStatement)) == 1


def test_the_same_bytes_of_another_account_are_another_file(engine: sa.Engine, take: Any) -> None:
    report = momo(("1", 5000, "Thành công"))

    results = take(report, replace(report, account="OTHER"), replace(report, account="OTHER"))

    assert [one.state.value for one in results] == ["processed", "processed", "duplicate"]
    assert keys(rows(engine)) == sorted(
        [aliased(f"momo:{MOMO_ACCOUNT}:1"), aliased("momo:OTHER:1")]
    )


def test_a_plain_page_and_the_listing_of_a_payout_may_be_the_same_bytes(
    engine: sa.Engine, take: Any
) -> None:
    page = incoming(
        "stripe",
        sample("stripe/live_vnd_balance_transactions_page2.json"),
        channel=SourceChannel.POLL,
        account=STRIPE_ACCOUNT,
    )
    listing = replace(page, settlement_id="po_1")

    results = take(page, listing, page, listing)
    results += take(page, listing)

    assert [counts(one) for one in results] == [(3, 0, 0, 0), (0, 0, 3, 0)] + [(0, 0, 0, 0)] * 4
    assert {row["settlement_id"] for row in rows(engine)} == {"po_1"}


def test_the_same_rows_in_other_bytes_are_repeated(engine: sa.Engine, take: Any) -> None:
    results = [
        take(incoming("bank_vcb", sample(name)))[0]
        for name in (
            "bank/vcb_statement_utf8bom.csv",
            "faults/vcb_statement_cp1258.csv",
            "faults/vcb_statement_nfd.csv",
            "faults/vcb_statement_utf16le_tab.csv",
            "faults/vcb_statement_dot_thousands.csv",
            "bank/vcb_statement.xlsx",
        )
    ]

    assert [counts(one) for one in results] == [(4, 0, 0, 0)] + [(0, 4, 0, 0)] * 5
    assert len(rows(engine, every_version=True)) == 4


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("faults/vcb_statement_partial.csv", "partial"),
        ("faults/vcb_statement_schema_drift.csv", "schema"),
        ("faults/vcb_statement_mojibake_utf8_as_latin1.csv", "schema"),
    ],
)
def test_a_refused_file_enters_with_no_row_and_its_reason(
    engine: sa.Engine, take: Any, store: RawStore, name: str, reason: str
) -> None:
    [result] = take(incoming("bank_vcb", sample(name)))

    assert (result.state, result.action) == (DeliveryState.REJECTED, FileAction.REJECT_FILE)
    assert result.reason == reason
    assert rows(engine) == every(engine, SettlementStatement) == []
    [delivery] = every(engine, Delivery)
    assert delivery["reason"].startswith(f"{reason}: ")
    assert store.get(delivery["raw_sha256"]) == sample(name)


def test_a_refused_file_is_read_again_when_it_comes_again(take: Any) -> None:
    partial = incoming("bank_vcb", sample("faults/vcb_statement_partial.csv"))

    results = take(partial, partial)

    assert [one.state for one in results] == [DeliveryState.REJECTED] * 2


def test_a_quarantined_row_waits_and_the_others_enter(
    engine: sa.Engine, sealer: Sealer, take: Any
) -> None:
    statement = vcb(("5243.1", 5000, "CT tu 0351000646393 NGUYEN VAN A"), ("5243.2", 7000, "rau"))
    broken = replace(statement, content=statement.content.replace(b",5000,", b",5 000,", 1))

    [result] = take(broken)

    assert result.action is FileAction.QUARANTINE_ROWS
    assert counts(result) == (1, 0, 0, 1)
    [reject] = every(engine, FeedReject)
    assert (reject["row"], reject["reason"]) == (1, "amount")
    raw = sealer.open(reject["raw_sealed"])
    assert "5243.1" in raw
    assert "NGUYEN" not in raw


def test_an_unknown_provider_is_refused_before_anything_is_stored(
    engine: sa.Engine, take: Any, store: RawStore
) -> None:
    with pytest.raises(UnknownProvider, match="no reader for provider 'bank_xyz'; known: bank_acb"):
        take(sepay(), incoming("bank_xyz", b"x"))

    assert every(engine, Delivery) == []
    assert not store.folder.exists()


def test_nothing_of_the_payer_is_in_the_database(
    engine: sa.Engine, take: Any, sealer: Sealer
) -> None:
    take(incoming("bank_vcb", sample("bank/vcb_statement_utf8bom.csv")))

    first = rows(engine)[0]
    assert first["description"] == "MBVCB.4525077405.029552.CHOHANA12…"
    assert first["payer_token"] == sealer.fingerprint("0351000646393")
    assert "NGUYEN VAN A" not in repr([rows(engine), every(engine, Delivery)])


def test_rows_get_their_vendor_as_they_enter(engine: sa.Engine, take: Any, sealer: Sealer) -> None:
    with writing(engine) as session:
        vendor = vendor_with(session, sealer, "momo", "CHO-A12")

    take(momo(("1", 5000, "Thành công")), sepay())

    assert [(row["vendor_id"], row["attribution_rule"]) for row in rows(engine)] == [
        (None, ""),
        (vendor, "store"),
    ]


# --- books, versions, status ----------------------------------------------------------------


def test_webhooks_are_payments_and_files_are_statement_lines(engine: sa.Engine, take: Any) -> None:
    take(sepay(), vcb(("MBVCB.1", 20_000, "tien rau")))

    assert [(row["book"].value, row["bank_reference"]) for row in rows(engine)] == [
        ("payments", "MBVCB.1"),
        ("statement", "MBVCB.1"),
    ]


def test_changed_content_is_a_new_version_that_supersedes(engine: sa.Engine, take: Any) -> None:
    take(momo(("1", 5000, "Đang xử lý")))
    [result] = take(minutes_later(momo(("1", 5000, "Thành công")), 60), now=LATER)

    assert counts(result) == (0, 0, 1, 0)
    assert [
        (row["version"], row["is_current"], row["status"].value, row["known_at"])
        for row in rows(engine, every_version=True)
    ] == [(1, False, "pending", NOW), (2, True, "succeeded", LATER)]


def test_a_late_pending_is_kept_out_and_counted(engine: sa.Engine, take: Any) -> None:
    take(momo(("1", 5000, "Thành công")))
    [result] = take(momo(("1", 5000, "Đang xử lý"), ("2", 6000, "Đang xử lý")))

    assert counts(result) == (1, 1, 0, 0)
    assert [row["status"].value for row in rows(engine)] == ["succeeded", "pending"]


def test_a_bank_reference_used_again_for_other_money_is_a_row_of_its_own(
    engine: sa.Engine, take: Any
) -> None:
    take(vcb(("5243.1", 5000, "")))
    [other] = take(vcb(("5243.1", 7000, ""), ("5243.1", -7000, "")))
    [again] = take(vcb(("5243.1", 7000, ""), ("5243.1", -7000, ""), ("5243.2", 1000, "")))

    assert counts(other) == (2, 0, 0, 0)
    assert counts(again) == (1, 2, 0, 0)
    assert sorted(_signed(row) for row in rows(engine)) == [-7000, 1000, 5000, 7000]
    assert {row["version"] for row in rows(engine, every_version=True)} == {1}


def test_equal_rows_without_a_reference_stay_as_many_as_they_are(
    engine: sa.Engine, take: Any
) -> None:
    [first] = take(vcb(("", 5000, "rau"), ("", 5000, "rau")))
    [longer] = take(vcb(("", 5000, "rau"), ("", 5000, "rau"), ("", 5000, "rau")))

    assert (counts(first), counts(longer)) == ((2, 0, 0, 0), (1, 2, 0, 0))


def test_a_row_without_any_time_counts_on_the_day_it_was_received(
    engine: sa.Engine, take: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _patch_reading(
        monkeypatch,
        lambda one: replace(one, business_date=None, business_date_rule=None, occurred_at=None),
    )

    take(sepay())
    [again] = take(replace(minutes_later(sepay(), 2880), content=sepay().content + b" "))

    [row] = rows(engine)
    assert (row["business_date"], row["business_date_rule"]) == (date(2026, 11, 21), "received")
    assert counts(again) == (0, 1, 0, 0)


def _patch_reading(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    read = SepayReader.read

    def changed(self: SepayReader, content: bytes, *, context: ReadContext) -> FeedReading:
        reading = read(self, content, context=context)
        return replace(reading, transactions=tuple(change(one) for one in reading.transactions))

    monkeypatch.setattr(SepayReader, "read", changed)


def test_a_statement_keeps_its_totals_and_its_period(engine: sa.Engine, take: Any) -> None:
    take(
        incoming("bank_vcb", sample("bank/vcb_statement_utf8bom.csv")),
        momo(("1", 5000, "Thành công")),
    )

    bank, wallet = every(engine, SettlementStatement)
    assert (bank["gross_credit_amount"], bank["gross_debit_amount"]) == (287_045, 11_000)
    assert (bank["period_from"], bank["period_to"]) == (date(2026, 11, 20), date(2026, 11, 23))
    assert (wallet["period_from"], wallet["period_to"]) == (date(2026, 11, 20),) * 2
    assert [one["delivery_id"] for one in (bank, wallet)] == [
        one["id"] for one in every(engine, Delivery)
    ]


def test_a_payout_told_again_is_stored_again_only_if_it_changed(
    engine: sa.Engine, take: Any
) -> None:
    page = incoming(
        "stripe",
        sample("stripe/live_vnd_payouts.json"),
        channel=SourceChannel.POLL,
        account=STRIPE_ACCOUNT,
    )
    take(page, replace(page, content=page.content + b"\n"))
    once = len(every(engine, SettlementStatement))

    changed = page.content.replace(b'"paid"', b'"failed"')
    take(replace(page, content=changed))
    take(replace(page, content=changed + b"\n"))

    statements_now = every(engine, SettlementStatement)
    assert once == 1
    assert [one["payout_status"] for one in statements_now] == ["paid", "failed"]


# --- signatures, faults ---------------------------------------------------------------------


def bad(one: Incoming, reason: str = "signature") -> Incoming:
    return replace(one, signature_status=SignatureStatus.INVALID, reject_reason=reason)


def test_a_bad_signature_makes_no_row_and_never_poisons_the_id(
    engine: sa.Engine, take: Any, store: RawStore
) -> None:
    forged, true = take(bad(sepay(amount=1)), sepay(amount=20_000))

    assert (forged.state, forged.reason) == (DeliveryState.QUARANTINED, "signature")
    assert counts(true) == (1, 0, 0, 0)
    assert [row["amount"] for row in rows(engine)] == [20_000]
    assert store.get(every(engine, Delivery)[0]["raw_sha256"]) == sepay(amount=1).content


def test_bytes_with_a_bad_signature_are_taken_when_they_come_with_a_good_one(take: Any) -> None:
    results = take(bad(sepay(), "stale"), sepay(), bad(sepay()))

    assert [(one.state.value, one.reason) for one in results] == [
        ("quarantined", "stale"),
        ("processed", ""),
        ("quarantined", "signature"),
    ]


def test_our_own_fault_fails_one_delivery_and_a_retry_takes_it(
    engine: sa.Engine,
    take: Any,
    store: RawStore,
    sealer: Sealer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def faulty(one: Any) -> Any:
        return {}[one.description] if one.amount == 13 else one

    with monkeypatch.context() as patch:
        _patch_reading(patch, faulty)
        good, failed = take(sepay(1), sepay(2, 13, content="NGUYEN VAN A"))
        again = take(sepay(2, 13, content="NGUYEN VAN A"))[0]

    assert (good.state.value, failed.state.value, again.state.value) == (
        "processed",
        "failed",
        "failed",
    )
    [_, delivery, _] = every(engine, Delivery)
    assert delivery["reason"].startswith("fault: KeyError in context.py, line ")
    assert "NGUYEN" not in delivery["reason"]

    with writing(engine) as session:
        retried = retry_failed(session, store, sealer=sealer, now=LATER)
        nothing = retry_failed(session, store, sealer=sealer, now=LATER)

    assert [one.state.value for one in retried] == ["processed", "duplicate"]
    assert [one.delivery_id for one in retried] == [failed.delivery_id, again.delivery_id]
    assert nothing == []
    assert [(row["amount"], row["known_at"]) for row in rows(engine)] == [
        (20_000, NOW),
        (13, LATER),
    ]


def test_a_delivery_the_database_refuses_fails_alone(
    engine: sa.Engine, take: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _patch_reading(
        monkeypatch,
        lambda one: replace(one, currency_exponent="two") if one.amount == 13 else one,
    )
    monkeypatch.setattr("reconciliation.bulk.COPY_FROM_COUNT", 2)
    _refuse_text_exponents(engine)

    results = take(sepay(1), sepay(2, 13), sepay(3))

    assert [one.state.value for one in results] == ["processed", "failed", "processed"]
    assert [one.delivery_id for one in results] == [d["id"] for d in every(engine, Delivery)]
    assert len(rows(engine)) == 2


def _refuse_text_exponents(engine: sa.Engine) -> None:
    """SQLite stores a text in an INTEGER column; PostgreSQL refuses it by itself."""
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE TRIGGER only_numbers BEFORE INSERT ON provider_transaction"
                " WHEN typeof(new.currency_exponent) <> 'integer'"
                " BEGIN SELECT RAISE(ABORT, 'no number'); END"
            )


def test_a_damaged_raw_file_stays_failed_and_says_so(
    engine: sa.Engine,
    take: Any,
    store: RawStore,
    sealer: Sealer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        _patch_reading(patch, lambda one: one.no_such_field)
        take(replace(sepay(), channel=SourceChannel.POLL))
    [raw] = store.folder.rglob("*.gz")
    raw.write_bytes(b"")

    with writing(engine) as session:
        [result] = retry_failed(session, store, sealer=sealer, now=LATER)

    assert result.state is DeliveryState.FAILED
    [delivery] = every(engine, Delivery)
    assert delivery["reason"].startswith("fault: RawDamaged")
    assert delivery["raw_bytes"] == len(sepay().content)


def test_a_lost_connection_is_no_failed_delivery(
    engine: sa.Engine, take: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = reconciliation.intake.ingest.write_draft
    faults = [sa.exc.OperationalError("INSERT", {}, Exception("server closed the connection"))]

    def lost_once(*arguments: Any, **options: Any) -> None:
        if faults:
            raise faults.pop()
        write(*arguments, **options)

    monkeypatch.setattr("reconciliation.intake.ingest.write_draft", lost_once)

    with pytest.raises(sa.exc.OperationalError):
        take(sepay())
    assert every(engine, Delivery) == []


def test_rows_that_do_not_arrive_stop_everything(
    engine: sa.Engine, take: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciliation.ledger.rows.insert_rows", lambda *_, **__: 0)

    with pytest.raises(BooksDoNotBalance, match="2 rows were to be stored and 0 were"):
        take(sepay(1), sepay(2))
    assert every(engine, Delivery) == rows(engine) == []


def test_rows_lost_between_reader_and_ledger_stop_everything(
    take: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciliation.intake.deliveries.entries_of", lambda *_, **__: ([], []))

    with pytest.raises(BooksDoNotBalance, match="1 rows were read, 0 enter"):
        take(sepay())


# --- many -----------------------------------------------------------------------------------


def test_no_deliveries_are_no_work(engine: sa.Engine, take: Any) -> None:
    assert take() == []


def test_progress_counts_deliveries(
    engine: sa.Engine, store: RawStore, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciliation.intake.ingest.BATCH_COUNT_MAX", 2)
    seen: list[int] = []

    with writing(engine) as session:
        ingest_many(
            session,
            store,
            sealer=sealer,
            incoming=[sepay(number) for number in range(1, 6)],
            now=NOW,
            on_progress=seen.append,
        )

    assert seen == [2, 4, 5]


def test_a_batch_costs_the_statements_of_a_few(
    engine: sa.Engine, store: RawStore, sealer: Sealer
) -> None:
    taken = []
    for first, count in ((1000, 300), (2000, 1500)):
        with writing(engine) as session:
            vendor_with(session, sealer, "bank_vcb", str(first))
            deliveries = [
                sepay(number, accountNumber=str(first)) for number in range(first, first + count)
            ]
            with statements(engine) as seen:
                ingest_many(session, store, sealer=sealer, incoming=deliveries, now=NOW)
        taken.append(len(seen))

    assert taken[0] == taken[1] <= 16


some_ids = st.integers(1, 3)
some_amounts = st.sampled_from([5000, 7000])
a_webhook = st.builds(
    sepay, some_ids, some_amounts, content=st.sampled_from(["tien rau", "tien ca"])
)
a_statement = st.lists(
    st.tuples(
        some_ids.map(lambda n: f"5243.{n}") | st.just(""),
        st.sampled_from([5000, 7000, -5000]),
        st.sampled_from(["tien rau", "tien ca"]),
    ),
    min_size=1,
    max_size=4,
).map(lambda drawn: vcb(*drawn))
a_report = st.lists(
    st.tuples(
        some_ids.map(str), some_amounts, st.sampled_from(["Thành công", "Đang xử lý", "Thất bại"])
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda row: row[0],
).map(lambda drawn: momo(*drawn))
an_unreadable_body = st.sampled_from([b"", b"{", b"not json"]).map(
    lambda content: replace(sepay(), content=content)
)
a_delivery = st.one_of(a_webhook, a_webhook.map(bad), a_statement, a_report, an_unreadable_body)


class _Undone(Exception):
    """Ends a transaction without keeping it."""


def outcome(
    engine: sa.Engine, store: RawStore, sealer: Sealer, batches: Sequence[Sequence[Incoming]]
) -> tuple[list[Any], ...]:
    """What is in every table after these batches on an empty database, which is left empty."""
    found: tuple[list[Any], ...] = ()
    with pytest.raises(_Undone), writing(engine) as session:
        for batch in batches:
            ingest_many(session, store, sealer=sealer, incoming=batch, now=NOW)
        found = tuple(
            [
                tuple(row)
                for row in session.connection().execute(
                    # Sealing the same account twice gives two values, on purpose.
                    sa.select(*(c for c in table.c if not c.name.endswith("_sealed"))).order_by(
                        "id"
                    )
                )
            ]
            for table in map(
                table_of, (Delivery, ProviderTransaction, SettlementStatement, FeedReject)
            )
        )
        raise _Undone
    return found


@given(deliveries=st.lists(a_delivery, max_size=10), data=st.data())
def test_many_at_once_are_what_they_are_one_by_one(
    deliveries: list[Incoming],
    data: st.DataObject,
    sqlite_engine: sa.Engine,
    sealer: Sealer,
    tmp_path: Path,
) -> None:
    store = RawStore(tmp_path)
    cut = data.draw(st.integers(0, len(deliveries)))

    alone = outcome(sqlite_engine, store, sealer, [[one] for one in deliveries])

    assert outcome(sqlite_engine, store, sealer, [deliveries]) == alone
    assert outcome(sqlite_engine, store, sealer, [deliveries[:cut], deliveries[cut:]]) == alone


def test_many_at_once_are_what_they_are_one_by_one_on_both_databases(
    engine: sa.Engine, store: RawStore, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciliation.bulk.COPY_FROM_COUNT", 2)
    draw = random.Random(20261120)
    deliveries = [sepay(draw.randint(1, 9), draw.choice([5000, 7000])) for _ in range(40)] + [
        vcb(*((f"5243.{draw.randint(1, 9)}", draw.choice([5000, 7000]), "") for _ in range(5)))
        for _ in range(10)
    ]
    draw.shuffle(deliveries)

    def found(batches: list[list[Incoming]]) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = []
        with pytest.raises(_Undone), writing(engine) as session:
            for batch in batches:
                ingest_many(session, store, sealer=sealer, incoming=batch, now=NOW)
            kept = ledger(session, every_version=True)
            raise _Undone
        return kept

    assert found([deliveries]) == found([[one] for one in deliveries])


@given(deliveries=st.lists(a_delivery, max_size=8))
def test_taking_all_again_adds_nothing(
    deliveries: list[Incoming], sqlite_engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    # A bank's or wallet's file that contradicts an earlier one has its say only once.
    store = RawStore(tmp_path)
    once = outcome(sqlite_engine, store, sealer, [deliveries])
    twice = outcome(sqlite_engine, store, sealer, [deliveries, deliveries])

    assert twice[1:3] == once[1:3]


@given(numbers=st.permutations(range(1, 7)))
def test_the_order_of_independent_deliveries_does_not_matter(
    numbers: list[int], sqlite_engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    store = RawStore(tmp_path)

    def current(order: Sequence[int]) -> list[dict[str, Any]]:
        with Session(sqlite_engine) as session:  # rolled back
            deliveries = [(sepay, vcb_of, momo_of)[number % 3](number) for number in order]
            ingest_many(session, store, sealer=sealer, incoming=deliveries, now=NOW)
            return ledger(session)

    assert current(numbers) == current(range(1, 7))


def vcb_of(number: int) -> Incoming:
    return vcb((f"5243.{number}", 1000 * number, "tien rau"))


def momo_of(number: int) -> Incoming:
    return momo((str(number), 1000 * number, "Thành công"))


@settings(max_examples=50)
@given(
    drawn=st.lists(
        st.tuples(st.integers(1, 10**6).map(str), st.integers(1, 10**12), st.just("rau")),
        min_size=1,
        max_size=8,
        unique_by=lambda row: row[0],
    )
)
def test_sums_in_are_sums_out(
    drawn: list[tuple[str, int, str]], sqlite_engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    with Session(sqlite_engine) as session:  # rolled back
        result = ingest(session, RawStore(tmp_path), sealer=sealer, incoming=vcb(*drawn), now=NOW)
        kept = ledger(session)

    assert sum(row["amount"] for row in kept) == sum(amount for _, amount, _ in drawn)
    assert result.new == len(drawn)


def test_a_second_writer_waits_and_doubles_nothing(
    engine: sa.Engine, store: RawStore, sealer: Sealer
) -> None:
    from threading import Thread

    results: list[IngestResult] = []

    def second() -> None:
        with writing(engine) as session:
            late = replace(sepay(), content=sepay().content + b" ")
            results.append(ingest(session, store, sealer=sealer, incoming=late, now=NOW))

    with writing(engine) as session:
        first = ingest(session, store, sealer=sealer, incoming=sepay(), now=NOW)
        other = Thread(target=second)
        other.start()
        other.join(timeout=0.3)
        assert other.is_alive()
    other.join(timeout=20)

    assert (counts(first), counts(results[0])) == ((1, 0, 0, 0), (0, 1, 0, 0))
    assert len(rows(engine, every_version=True)) == 1
