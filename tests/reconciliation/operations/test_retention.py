"""The ledger forgets: nothing personal is left, every proof and every đồng stays."""

import gzip
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from market.database import reading, writing
from merchants.accounts import account_fingerprint
from merchants.kinds import CalendarRule
from merchants.sealing import Sealer
from merchants.tables import MarketCalendar, Vendor
from merchants.vendor_code import write_vendor_code
from reconciliation.bulk import insert_rows, table_of
from reconciliation.close.adoption_proof import prove_adoption
from reconciliation.close.closing import ClosedDay, close_days
from reconciliation.close.receipts import receipts
from reconciliation.close.versions import count_closes, verify_chain
from reconciliation.errors import RawMissing
from reconciliation.intake.deliveries import Incoming
from reconciliation.intake.ingest import ingest_many, retry_failed
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.attribution import reattribute
from reconciliation.ledger.forgotten_names import (
    MARK,
    forgotten_id,
    forgotten_name,
    forgotten_name_of,
)
from reconciliation.ledger.rows import COLUMNS
from reconciliation.operations.retention import forget_transactions, remove_forgotten_bytes
from reconciliation.profiles import load_profiles
from reconciliation.records import SourceChannel
from reconciliation.tables import (
    DayClose,
    Delivery,
    DeliveryState,
    FeedReject,
    MarketDay,
    MatchOutcome,
    ProviderTransaction,
    SettlementStatement,
    VendorDay,
)
from reconciliation.verification.ledger import LedgerProof, prove_ledger
from tests.feed_samples import MOMO_ACCOUNT, VCB_ACCOUNT, vcb_csv
from tests.merchants.queries import counted
from tests.reconciliation.arrivals import (
    NOW,
    incoming,
    minutes_later,
    momo,
    sepay,
    vcb,
    vendor_with,
)
from tests.reconciliation.ledger_world import LedgerWorld

DAY = date(2026, 11, 20)
LAN_ACCOUNT = "0451000237751"
TWO_YEARS_LATER = datetime(2028, 12, 1, tzinfo=UTC)
BEFORE = datetime(2026, 12, 1, tzinfo=UTC)
PROFILES = load_profiles(None)
LEDGER_TABLES = (
    Delivery,
    ProviderTransaction,
    SettlementStatement,
    FeedReject,
    DayClose,
    MatchOutcome,
    VendorDay,
    MarketDay,
)
LEDGER_NAMES = {str(table.__tablename__) for table in LEDGER_TABLES}
FIGURES = (DayClose, MatchOutcome, VendorDay, MarketDay)


class Books:
    """Two vendors of one market with accounts of their own, and a closed day of theirs."""

    def __init__(self, engine: sa.Engine, sealer: Sealer, folder: Path) -> None:
        self.engine, self.sealer = engine, sealer
        self.store = RawStore(folder)
        with writing(engine) as session:
            self.huong = vendor_with(session, sealer, "bank_vcb", VCB_ACCOUNT)
            self.lan = vendor_with(session, sealer, "bank_vcb", LAN_ACCOUNT)
            session.add(
                MarketCalendar(
                    market_id=1,
                    rule_type=CalendarRule.DAILY,
                    params="",
                    valid_from=date(2026, 1, 1),
                )
            )

    def take(self, *arrivals: Incoming) -> None:
        """Take deliveries in."""
        with writing(self.engine) as session:
            ingest_many(session, self.store, sealer=self.sealer, incoming=arrivals, now=NOW)

    def close(self, at: datetime = NOW) -> list[ClosedDay]:
        """Close the day."""
        with writing(self.engine) as session:
            return close_days(
                session,
                DAY,
                DAY,
                market_code=None,
                profiles=PROFILES,
                sealer=self.sealer,
                now=at,
            )

    def forget(self, before: datetime = BEFORE, **changes: Any) -> int:
        """Forget, then remove the bytes."""
        at = changes.setdefault("now", TWO_YEARS_LATER)
        with writing(self.engine) as session:
            count = forget_transactions(session, before, **changes)
        with writing(self.engine) as session:
            remove_forgotten_bytes(session, self.store, now=at)
        return count

    def proof(self) -> LedgerProof:
        """What the closes and the raw bytes prove."""
        with reading(self.engine) as session:
            proof = prove_ledger(session, self.store, sealer=self.sealer)
            proof.findings += verify_chain(session, sealer=self.sealer)
            proof.findings += prove_adoption(session).findings
            return proof

    def rows(self, *tables: type[SQLModel]) -> dict[str, list[dict[str, Any]]]:
        """Everything in some tables."""
        with reading(self.engine) as session:
            return {
                table_of(each).name: [
                    dict(row)
                    for row in session.connection()
                    .execute(sa.select(table_of(each)).order_by(*table_of(each).primary_key))
                    .mappings()
                ]
                for each in tables
            }

    def receipts(self) -> list[tuple[Any, ...]]:
        """Receipts of the day as adoption counts them, without the time."""
        with reading(self.engine) as session:
            found = receipts(session, DAY, DAY)
        return list(found.drop(columns="occurred_at").itertuples(index=False, name=None))

    def texts(self, *tables: type[SQLModel]) -> Iterator[tuple[str, str]]:
        """Every text and blob of the tables, sealed ones opened; all tables unless some are named."""
        wanted = [table_of(each) for each in tables] or SQLModel.metadata.sorted_tables
        with reading(self.engine) as session:
            for table in wanted:
                for row in session.connection().execute(sa.select(table)).mappings():
                    for name, value in row.items():
                        where = f"{table.name}.{name}"
                        if isinstance(value, bytes):
                            yield where, value.decode("utf-8", "replace")
                        elif isinstance(value, str):
                            is_sealed = table.name in LEDGER_NAMES and value
                            if is_sealed and name.endswith("_sealed"):
                                yield where, self.sealer.open(value)
                            yield where, value

    def raw_texts(self) -> str:
        """Everything in the raw store, unpacked."""
        files = self.store.folder.rglob("*.gz")
        return "".join(gzip.decompress(path.read_bytes()).decode() for path in files)


@pytest.fixture
def books(engine: sa.Engine, sealer: Sealer, tmp_path: Path) -> Books:
    return Books(engine, sealer, tmp_path / "raw")


def fill(books: Books) -> None:
    """Huong: one sale both tell, one only SePay tells, a wallet's payout; Lan: one sale both tell."""
    memo = "MUA RAU CHI HANH"
    books.take(
        sepay(1, 20_000, content=memo, referenceCode="MBVCB.1", accumulated=7_654_321),
        sepay(2, 5_000, content="tien ca CHI HANH", referenceCode="MBVCB.2"),
        sepay(3, 90_000, content="MOMO TT DOI SOAT 20112026", referenceCode="MBVCB.3"),
        sepay(
            4, 31_000, content="chi Dung tra", referenceCode="MBVCB.4", accountNumber=LAN_ACCOUNT
        ),
        vcb(("MBVCB.1", 20_000, memo), ("MBVCB.3", 90_000, "MOMO TT DOI SOAT 20112026")),
        incoming(
            "bank_vcb",
            vcb_csv(
                "20/11/2026,MBVCB.4,,31000,chi Dung tra", total="0,31000,", account=LAN_ACCOUNT
            ),
            name=f"sao-ke-{LAN_ACCOUNT}.csv",
        ),
    )
    books.close()


HUONGS = ("CHI HANH", VCB_ACCOUNT, "MBVCB.1", "MBVCB.2", "7654321")
LANS = ("chi Dung", LAN_ACCOUNT, "MBVCB.4")


def test_after_two_years_nothing_personal_is_left_and_everything_is_still_proved(
    books: Books,
) -> None:
    fill(books)
    before, figures, sold = books.proof(), books.rows(*FIGURES), books.receipts()
    assert before.findings == []
    assert (before.rows, before.deliveries, before.forgotten_rows) == (7, 6, 0)
    assert [row["gross_vnd"] for row in figures["market_day"]] == [51_000]
    assert [row["pending_vnd"] + row["unexplained_vnd"] for row in figures["market_day"]] == [5_000]
    fingerprints = {
        account_fingerprint(books.sealer, "bank_vcb", each) for each in (VCB_ACCOUNT, LAN_ACCOUNT)
    }
    assert any(each in text for _, text in books.texts(*LEDGER_TABLES) for each in fingerprints)

    assert books.forget() == 7

    after = books.proof()
    assert after.findings == []
    assert (after.rows, after.deliveries, after.forgotten_rows) == (0, 0, 7)
    assert books.rows(*FIGURES) == figures
    assert books.receipts() == sold
    left = [
        (where, needle)
        for where, text in books.texts(*LEDGER_TABLES)
        for needle in (*HUONGS, *LANS, *fingerprints)
        if needle in text
    ]
    assert left == []
    assert not [where for where, text in books.texts() if "HANH" in text or "Dung" in text]
    assert books.raw_texts() == ""


def test_what_proves_stays_as_it_was(books: Books) -> None:
    fill(books)
    kept = (
        "id", "book", "provider", "amount", "direction", "status", "transaction_type",
        "ledger_type", "business_date", "content_sha256", "version", "is_current", "vendor_id",
        "attribution_rule", "delivery_id", "known_at", "net_amount", "currency",
    )  # fmt: skip
    [before] = books.rows(ProviderTransaction).values()

    books.forget()

    [after] = books.rows(ProviderTransaction).values()
    assert [[row[name] for name in kept] for row in after] == [
        [row[name] for name in kept] for row in before
    ]
    for old, new in zip(before, after, strict=True):
        assert new["dedupe_key"] == forgotten_name(old["dedupe_key"])
        assert new["account_alias"] == forgotten_name(old["account_alias"])
        reference = forgotten_id(old["account_alias"], old["bank_reference"])
        assert new["bank_reference"] == reference
        assert new["forgotten_at"] == TWO_YEARS_LATER


def test_twice_is_nothing(books: Books) -> None:
    fill(books)
    books.forget()
    once = books.rows(*LEDGER_TABLES)

    assert books.forget() == 0
    assert books.forget(now=TWO_YEARS_LATER + timedelta(days=1)) == 0
    assert books.rows(*LEDGER_TABLES) == once


def test_a_dry_run_counts_and_changes_nothing(books: Books) -> None:
    fill(books)
    as_it_is, bytes_held = books.rows(*LEDGER_TABLES), books.raw_texts()

    assert books.forget(dry_run=True) == 7
    assert books.forget(dry_run=True, vendor_id=books.lan) == 2

    assert books.rows(*LEDGER_TABLES) == as_it_is
    assert books.raw_texts() == bytes_held


def test_the_day_before_goes_and_the_day_itself_stays(books: Books) -> None:
    fill(books)
    midnight = datetime(2026, 11, 19, 17, tzinfo=UTC)  # 20 November, 00:00 at the market

    assert books.forget(midnight) == 0
    assert books.forget(midnight + timedelta(days=1)) == 7


def test_one_vendor_is_forgotten_and_the_other_is_not(books: Books) -> None:
    fill(books)
    figures = books.rows(*FIGURES)

    assert books.forget(NOW, vendor_id=books.huong, now=NOW) == 5

    assert books.rows(*FIGURES) == figures
    proof = books.proof()
    assert proof.findings == []
    assert (proof.rows, proof.deliveries, proof.forgotten_rows) == (2, 2, 5)
    texts = [text for _, text in books.texts(*LEDGER_TABLES)]
    assert not [text for text in texts for needle in HUONGS if needle in text]
    assert "chi Dung tra" in texts
    raw = books.raw_texts()
    assert "chi Dung tra" in raw
    assert "HANH" not in raw
    assert books.forget(NOW, vendor_id=books.huong, now=NOW + timedelta(hours=1)) == 0


@pytest.mark.parametrize("whose", ["everybody", "huong", "lan"])
def test_closing_the_day_again_finds_what_it_found(books: Books, whose: str) -> None:
    fill(books)
    figures = books.rows(*FIGURES)
    if whose == "everybody":
        books.forget()
    else:
        books.forget(NOW, vendor_id=getattr(books, whose), now=NOW)

    again = books.close()

    assert [day.is_new for day in again] == [False] * len(again)
    assert books.rows(*FIGURES) == figures


def test_late_money_of_others_still_counts_and_hers_stays_as_decided(books: Books) -> None:
    fill(books)
    books.forget(NOW, vendor_id=books.huong, now=NOW)
    [before] = books.rows(VendorDay).values()

    books.take(
        sepay(9, 8_000, content="tra them", referenceCode="MBVCB.9", accountNumber=LAN_ACCOUNT)
    )
    books.close()

    [days] = books.rows(VendorDay).values()
    close_id = max(row["close_id"] for row in days)
    hers, lans = (row for row in days if row["close_id"] == close_id)
    assert hers == before[0] | {"close_id": close_id}
    assert lans["gross_vnd"] == 31_000
    assert lans["pending_vnd"] + lans["unexplained_vnd"] == 8_000
    assert books.proof().findings == []


def test_a_file_that_tells_forgotten_rows_again_adds_nothing(books: Books) -> None:
    fill(books)
    books.forget(NOW, vendor_id=books.huong, now=NOW)
    [before] = books.rows(ProviderTransaction).values()

    memo = "MUA RAU CHI HANH"
    longer = vcb(
        ("MBVCB.1", 20_000, memo),
        ("MBVCB.3", 90_000, "MOMO TT DOI SOAT 20112026"),
        ("MBVCB.7", 1_500, "khac"),
    )
    books.take(
        minutes_later(sepay(1, 20_000, content=memo, referenceCode="MBVCB.1"), 9),
        minutes_later(sepay(1, 20_000, content="noi khac di", referenceCode="MBVCB.1"), 10),
        longer,
    )

    [after] = books.rows(ProviderTransaction).values()
    assert after[: len(before)] == before
    assert [row["description"] for row in after[len(before) :]] == ["khac"]


def test_the_same_bytes_again_are_a_repeat_and_go_with_the_next_run(books: Books) -> None:
    fill(books)
    memo = "MUA RAU CHI HANH"
    statement = vcb(("MBVCB.1", 20_000, memo), ("MBVCB.3", 90_000, "MOMO TT DOI SOAT 20112026"))
    books.forget(NOW, vendor_id=books.huong, now=NOW)

    books.take(minutes_later(statement, 5))
    [deliveries] = books.rows(Delivery).values()
    assert deliveries[-1]["state"] is DeliveryState.DUPLICATE
    assert "HANH" in books.raw_texts()

    books.forget(datetime(2024, 12, 1, tzinfo=UTC), now=NOW + timedelta(days=1))
    assert "HANH" not in books.raw_texts()


def test_a_new_consent_does_not_bring_forgotten_rows_back(books: Books) -> None:
    fill(books)
    with writing(books.engine) as session:
        session.execute(sa.update(ProviderTransaction).values(vendor_id=None, attribution_rule=""))
    books.forget()

    with writing(books.engine) as session:
        assert reattribute(session, books.sealer) == 0


def test_records_merged_into_hers_go_with_her(books: Books) -> None:
    fill(books)
    with writing(books.engine) as session:
        session.get_one(Vendor, books.lan).merged_into_id = books.huong

    assert books.forget(NOW, vendor_id=books.huong, now=NOW) == 7


def test_money_on_her_account_that_names_nobody_goes_too(books: Books) -> None:
    fill(books)
    with writing(books.engine) as session:
        session.get_one(Vendor, books.huong).is_poster_only = True
    books.take(sepay(8, 4_000, content="CHI HANH lai mua", referenceCode="MBVCB.8"))

    assert books.forget(NOW, vendor_id=books.huong, now=NOW) == 6
    books.take(sepay(10, 4_100, content="CHI HANH nua", referenceCode="MBVCB.10"))

    assert books.forget(NOW, vendor_id=books.huong, now=NOW + timedelta(days=1)) == 1
    assert not [where for where, text in books.texts(*LEDGER_TABLES) if "HANH" in text]


def test_the_other_side_of_her_payment_goes_even_when_it_names_nobody(books: Books) -> None:
    shared = "0011004455667"
    code = write_vendor_code(books.huong)
    books.take(
        sepay(
            1,
            20_000,
            accountNumber=shared,
            content=f"CHI HANH {code}",
            referenceCode="MBVCB.1",
        ),
        sepay(
            2,
            6_000,
            accountNumber=shared,
            content=f"anh Tu {write_vendor_code(books.lan)}",
            referenceCode="MBVCB.2",
        ),
        incoming(
            "bank_vcb",
            vcb_csv(
                "20/11/2026,MBVCB.1,,20000,CHI HANH tra",
                "20/11/2026,MBVCB.2,,6000,anh Tu tra",
                total="0,26000,",
                account=shared,
            ),
        ),
    )
    books.close()
    figures = books.rows(*FIGURES)

    assert books.forget(NOW, vendor_id=books.huong, now=NOW) == 2

    texts = [text for _, text in books.texts(*LEDGER_TABLES)]
    assert not [text for text in texts if "HANH" in text]
    assert "anh Tu tra" in texts
    assert "HANH" in books.raw_texts()  # the file tells of Lan, too
    assert not any(day.is_new for day in books.close())
    assert books.rows(*FIGURES) == figures
    assert books.proof().findings == []

    assert books.forget(NOW, vendor_id=books.lan, now=NOW + timedelta(days=1)) == 2
    assert books.raw_texts() == ""


def test_rejected_rows_and_failed_deliveries_are_forgotten_when_they_are_old(books: Books) -> None:
    books.take(
        incoming(
            "bank_vcb",
            vcb_csv(
                "20/11/2026,MBVCB.1,,20000,tra tien",
                "20/11/2026,MBVCB.5,,hai chuc,CHI HANH",
                total="0,20000,",
            ),
            name="CHI HANH.csv",
        ),
        momo(("1", 5_000, "Thành công")),
    )
    with writing(books.engine) as session:
        failed = table_of(Delivery)
        session.execute(
            sa.update(failed)
            .where(failed.c.provider == "momo")
            .values(state=DeliveryState.FAILED, reason="fault: X")
        )
    assert any("CHI HANH" in text for _, text in books.texts(FeedReject))
    assert any(MOMO_ACCOUNT in text for _, text in books.texts(Delivery))

    books.forget()

    needles = ("CHI HANH", MOMO_ACCOUNT, VCB_ACCOUNT)
    texts = [text for _, text in books.texts(*LEDGER_TABLES)]
    assert not [text for text in texts for needle in needles if needle in text]
    [rejects] = books.rows(FeedReject).values()
    assert [row["reason"] for row in rejects] != []
    with writing(books.engine) as session:
        assert retry_failed(session, books.store, sealer=books.sealer, now=TWO_YEARS_LATER) == []


def test_a_row_no_close_has_decided_on_is_decided_by_its_hashed_names(books: Books) -> None:
    books.take(
        sepay(1, 20_000, content="CHI HANH", referenceCode="MBVCB.1"),
        vcb(("MBVCB.1", 20_000, "CHI HANH")),
    )
    books.forget(NOW, vendor_id=books.huong, now=NOW)

    [day, *_] = books.close()

    assert day.market_day is not None
    assert (day.market_day["gross_vnd"], day.market_day["matched_vnd"]) == (20_000, 20_000)
    assert books.proof().findings == []


@pytest.mark.parametrize("many", [1, 10_000])
def test_the_statements_are_as_many_for_one_row_as_for_ten_thousand(
    engine: sa.Engine, now: datetime, many: int
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market())
        one = world.booked(vendor, 1_000, description="CHI HANH")
        values = one.model_dump()
        columns = [name for name in COLUMNS if name != "dedupe_key"]
        rows = [(f"k{number}", *(values[name] for name in columns)) for number in range(many - 1)]
        insert_rows(session, ProviderTransaction, rows, columns=("dedupe_key", *columns))
        vendor_id = vendor.id
    for who in (None, vendor_id):
        with counted(engine) as sent, Session(engine) as session:
            before = now + timedelta(days=1)
            found = forget_transactions(session, before, vendor_id=who, now=now)
        assert found == many
        assert len(sent) <= (10 if who is None else 15)


def test_the_database_makes_the_same_names_as_the_code(engine: sa.Engine, now: datetime) -> None:
    names = ("Rau củ", "", "a\x1fb", "x" * 240, f"{MARK}abc")
    with writing(engine) as session:
        for text in names:
            value = sa.bindparam(None, text, type_=sa.Text)
            [made] = (
                session.connection()
                .execute(sa.select(forgotten_name_of(session, sa.cast(value, sa.Text))))
                .one()
            )
            assert made == forgotten_name(text)
            within = sa.cast(sa.bindparam(None, "alias", type_=sa.Text), sa.Text)
            [made] = (
                session.connection()
                .execute(
                    sa.select(forgotten_name_of(session, sa.cast(value, sa.Text), within=within))
                )
                .one()
            )
            assert made == forgotten_id("alias", text)
    assert len(forgotten_name("")) == 40


def test_bytes_that_somebody_still_needs_stay(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    bundled = store.put_many(f"body {number}".encode() for number in range(100))
    alone = store.put(b"alone")

    assert store.remove([bundled[3], alone, "0" * 64]) == 2
    assert store.remove([bundled[3], alone]) == 0

    for reader in (store, RawStore(tmp_path)):
        assert reader.get(bundled[4]) == b"body 4"
        for gone in (bundled[3], alone):
            with pytest.raises(RawMissing):
                reader.get(gone)
    texts = [gzip.decompress(path.read_bytes()) for path in tmp_path.rglob("*.gz")]
    assert not [text for text in texts if b"body 3\n" in text or b"alone" in text]
    assert store.remove(bundled) == 99
    assert list(tmp_path.rglob("*.gz")) == []


def test_a_store_that_another_process_packed_anew_is_read_on(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    digests = store.put_many(f"body {number}".encode() for number in range(100))
    other = RawStore(tmp_path)
    assert other.get(digests[7]) == b"body 7"

    store.remove(digests[:7])

    assert [RawStore(tmp_path).get(each) for each in digests[7:9]] == [b"body 7", b"body 8"]
    assert other.get(digests[8]) == b"body 8"


TAMPERING: dict[str, tuple[dict[str, Any], str]] = {
    "an amount": ({"amount": 1}, "khác bản gốc ở amount"),
    "a memo": ({"description": "khac"}, "khác bản gốc ở description"),
    "a day": ({"business_date": date(2026, 11, 19)}, "business_date"),
    "a hash": ({"content_sha256": "0" * 64}, "mã băm nội dung"),
    "a key": ({"dedupe_key": "sepay:x:1"}, "không nói tới"),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_a_row_that_is_not_what_its_bytes_say_is_found(books: Books, what: str) -> None:
    books.take(sepay(1, 20_000, content="tien rau"))
    assert books.proof().findings == []
    values, expected = TAMPERING[what]
    with writing(books.engine) as session:
        session.execute(sa.update(ProviderTransaction).values(**values))

    found = books.proof()

    assert found.rows == 0
    assert any(expected in finding for finding in found.findings), found.findings


def test_bytes_that_are_gone_or_damaged_are_found(books: Books) -> None:
    books.take(sepay(1), vcb(("MBVCB.1", 20_000, "tien rau")))
    first, second = sorted(books.store.folder.rglob("*.gz"))
    first.unlink()
    second.write_bytes(b"not gzip")

    found = books.proof()

    assert (found.rows, found.deliveries) == (0, 2)
    assert len(found.findings) == 2
    assert all("thiếu hoặc hỏng" in finding for finding in found.findings)


def test_an_empty_ledger_proves_nothing(books: Books) -> None:
    proof = books.proof()

    assert (proof.rows, proof.deliveries, proof.findings) == (0, 0, [])
    with reading(books.engine) as session:
        assert count_closes(session) == (0, 0)


def test_the_sample_is_a_webhook_and_a_file(books: Books) -> None:
    fill(books)
    [deliveries] = books.rows(Delivery).values()

    assert {row["channel"] for row in deliveries} == {SourceChannel.WEBHOOK, SourceChannel.FILE}
