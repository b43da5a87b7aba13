"""The proof of the chain: whatever is changed behind its back is found."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from market.database import open_engine, reading, writing
from merchants.vendor_code import write_vendor_code
from reconciliation.bulk import table_of
from reconciliation.close.bridge import bridge
from reconciliation.close.closing import close_days
from reconciliation.close.roots import NOBODY, Header, inputs_sha256, root_line, root_of
from reconciliation.close.versions import newest_closes, verify_chain
from reconciliation.errors import BooksDoNotBalance, VersionNotFound
from reconciliation.profiles import load_profiles
from reconciliation.tables import (
    DayClose,
    MarketDay,
    MatchOutcome,
    ProviderTransaction,
    VendorDay,
)
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld

VENDOR_CODE = write_vendor_code(1)
CLOSED_AT = datetime(2026, 12, 31, tzinfo=UTC)


def fill(engine: sa.Engine, now: datetime) -> None:
    """Close a day in two versions: a payment, a late line, and money of nobody."""
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market())
        world.statement(vendor, DAY)
        world.both(vendor, 50_000)
        world.announced(vendor, 9_000, bank_reference="LATE")
        world.booked(None, 7_000)
        close(session)
        world.booked(vendor, 9_000, bank_reference="LATE")
        close(session)


@pytest.fixture(scope="module")
def closed_file(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A SQLite file with the closed day, made once."""
    path = tmp_path_factory.mktemp("closed") / "closed.sqlite3"
    shutil.copy(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    fill(engine, CLOSED_AT)
    engine.dispose()
    return path


@pytest.fixture
def closed(tmp_path: Path, closed_file: Path) -> Iterator[sa.Engine]:
    """A database of its own with the closed day."""
    engine = open_engine(f"sqlite:///{shutil.copy(closed_file, tmp_path / 'closed.sqlite3')}")
    yield engine
    engine.dispose()


def close(session: Any) -> None:
    """Close the day for all markets."""
    close_days(
        session,
        DAY,
        DAY,
        market_code=None,
        profiles=load_profiles(None),
        sealer=SEALER,
        now=CLOSED_AT,
    )


def findings(engine: sa.Engine) -> list[str]:
    """What the proof finds."""
    with reading(engine) as session:
        return verify_chain(session, sealer=SEALER)


def test_an_untouched_chain_holds(engine: sa.Engine, now: datetime) -> None:
    fill(engine, now)
    told: list[int] = []

    with reading(engine) as session:
        found = verify_chain(session, sealer=SEALER, on_progress=told.append)
        newest = {
            scope: row.version for (scope, _), row in newest_closes(session, DAY, DAY).items()
        }

    assert found == []
    assert told == [1]
    assert newest == {"MA": 2, NOBODY: 1}


def change(table: Any, **values: Any) -> sa.Update:
    """Change some columns of all rows."""
    return sa.update(table_of(table)).values(**values)


def newest_version(table: Any) -> sa.ColumnElement[bool]:
    """The rows of the newest version of MA's day."""
    close = table_of(DayClose).c
    wanted = sa.select(close.id).where(close.scope == "MA", close.version == 2)
    return table_of(table).c.close_id.in_(wanted.scalar_subquery())


TAMPERING = {
    "a vendor's gross": (
        change(VendorDay, gross_vnd=59_001, net_vnd=59_001).where(newest_version(VendorDay)),
        ["mã băm", "gross_vnd của chợ là 59000", f"gross_vnd của {VENDOR_CODE} ghi 59001"],
    ),
    "a vendor's net alone": (
        change(VendorDay, net_vnd=1).where(newest_version(VendorDay)),
        ["mã băm", "thực nhận ghi 1 ₫, tính lại được 59000 ₫", "net_vnd của chợ"],
    ),
    "a market's pending": (
        change(MarketDay, pending_vnd=1).where(newest_version(MarketDay)),
        ["mã băm", "pending_vnd của chợ là 1, cộng từng người bán là 0"],
    ),
    "a recorded difference": (change(MatchOutcome, difference_vnd=1), ["mã băm"] * 3),
    "an outcome taken away": (
        sa.delete(table_of(MatchOutcome)).where(
            newest_version(MatchOutcome), table_of(MatchOutcome).c.outcome == "matched"
        ),
        ["mã băm", "đầu vào", "gross_vnd của"],
    ),
    "an amount in the ledger": (
        change(ProviderTransaction, amount=50_001).where(
            table_of(ProviderTransaction).c.amount == 50_000
        ),
        [f"gross_vnd của {VENDOR_CODE} ghi 50000, cộng từng khoản được 50001"],
    ),
    "a record taken out of the ledger": (
        sa.delete(table_of(ProviderTransaction)).where(
            table_of(ProviderTransaction).c.amount == 50_000
        ),
        ["MA 10/11/2026 phiên bản 2: khoản", "không còn trong sổ", "mã băm", "đầu vào"],
    ),
    "the content of a record": (change(ProviderTransaction, content_sha256="0"), ["đầu vào"] * 3),
    "the lines a vendor proves hers by": (
        change(VendorDay, lines_root="0" * 64).where(newest_version(VendorDay)),
        [f"cây các khoản của {VENDOR_CODE}", "cây của ngày"],
    ),
    "the tree of a day": (
        change(DayClose, tree_root="0" * 64).where(table_of(DayClose).c.scope == "MA"),
        ["mã băm", "cây của ngày", "mã băm", "cây của ngày"],
    ),
    "what a proof calls the rest": (
        change(DayClose, rest_sha256="0").where(table_of(DayClose).c.version == 2),
        ["mã băm"],
    ),
    "why a day is not final": (change(DayClose, incomplete="sổ đủ"), ["mã băm"] * 3),
    "the chain": (
        change(DayClose, previous_root="0" * 64).where(table_of(DayClose).c.version == 2),
        ["không nối tiếp mã băm của phiên bản trước", "mã băm"],
    ),
    "the order of versions": (
        change(DayClose, version=3).where(table_of(DayClose).c.version == 2),
        ["thiếu phiên bản 2"],
    ),
    "the time of a close": (
        change(DayClose, closed_at=datetime(2026, 1, 1, tzinfo=UTC)).where(
            table_of(DayClose).c.version == 2
        ),
        ["được chốt trước phiên bản trước nó"],
    ),
    "a market day taken away": (
        sa.delete(table_of(MarketDay)).where(newest_version(MarketDay)),
        ["mã băm", "có 0 dòng ngày chợ"],
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found(closed: sa.Engine, what: str) -> None:
    tamper, expected = TAMPERING[what]
    with writing(closed) as session:
        assert session.connection().execute(tamper).rowcount > 0

    found = findings(closed)

    for part in expected:
        assert any(part in sentence for sentence in found), (part, found)


def test_a_record_that_a_close_left_out_is_found(closed: sa.Engine) -> None:
    with writing(closed) as session:
        first = table_of(MatchOutcome).c
        session.connection().execute(sa.delete(table_of(MatchOutcome)).where(first.record_id == 1))

    assert "10/11/2026: payments 1 không có kết luận nào" in findings(closed)


def test_a_record_in_two_markets_is_found(closed: sa.Engine) -> None:
    with writing(closed) as session:
        decided, close = table_of(MatchOutcome), table_of(DayClose).c
        nobody = sa.select(close.id).where(close.scope == NOBODY).scalar_subquery()
        session.connection().execute(
            sa.insert(decided).from_select(
                list(decided.c.keys()),
                sa.select(
                    nobody, *[column for column in decided.c if column.name != "close_id"]
                ).where(newest_version(MatchOutcome), decided.c.record_id == 1),
            )
        )

    assert "10/11/2026: payments 1 bên B được tính 2 lần" in findings(closed)


def test_a_version_that_does_not_exist_has_no_bridge(closed: sa.Engine) -> None:
    with reading(closed) as session, pytest.raises(VersionNotFound, match="has no version 3"):
        bridge(session, "MA", DAY, older=1, newer=3)


def test_a_bridge_that_does_not_add_up_is_refused(closed: sa.Engine) -> None:
    with writing(closed) as session:
        session.connection().execute(
            change(MarketDay, gross_vnd=1).where(newest_version(MarketDay))
        )

    with reading(closed) as session, pytest.raises(BooksDoNotBalance, match="gross_vnd"):
        bridge(session, "MA", DAY, older=1, newer=2)


HEADER = Header(
    scope="MA",
    business_date=DAY,
    version=1,
    state="final",
    incomplete="",
    inputs_sha256="i",
    rules_sha256="r",
    code_version="1.0",
    previous_root="",
)


def test_a_root_does_not_depend_on_the_order_of_its_lines() -> None:
    assert root_of(HEADER, ["b", "a"], "") == root_of(HEADER, ["a", "b"], "")
    assert root_of(HEADER, ["a", "a"], "") != root_of(HEADER, ["a"], "")


def test_nothing_told_is_neither_zero_nor_empty() -> None:
    told = {root_line("outcome", value) for value in (None, "", 0)}

    assert len(told) == 3


def test_inputs_are_a_set() -> None:
    assert inputs_sha256([("k", "1"), ("j", "2")]) == inputs_sha256(
        [("j", "2"), ("k", "1"), ("k", "1")]
    )
