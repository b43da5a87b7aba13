"""Erasure: nothing personal stands in the database afterwards, and the market's frame does."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import AutoString, Session, SQLModel, select

from market.database import open_engine, reading, writing
from merchants.actors import Actor
from merchants.columns import core_table
from merchants.kinds import (
    AcceptancePointState,
    AccountChangeState,
    PosterState,
    StallState,
    VendorState,
)
from merchants.privacy.erasure import ERASED, ERASED_NAME, erase_vendor
from merchants.sealing import Sealer
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Consent,
    DisplayedCode,
    Poster,
    PrivacyRequest,
    RegisterEvent,
    SheetImport,
    SheetImportChange,
    SheetImportRow,
    Stall,
    StallHolding,
    Vendor,
    Visit,
)
from tests import factories
from tests.conftest import NOW
from tests.merchants.privacy.whole_vendor import PERSONAL, Whole, add_whole_vendor

STAFF = Actor(kind="staff", name="7")
TEXTS = (sa.String, sa.LargeBinary, AutoString)

KEPT = {
    "vendor": {"code", "state"},
    "acceptance_point": {
        "kind", "acceptance_type", "bin", "feed_provider", "name_match", "owner_kind", "state",
    },
    "account_change": {
        "kind", "acceptance_type", "bin", "feed_provider", "name_match", "state", "proposed_by",
        "confirmed_how", "confirmed_by", "evidence_sha256", "decided_by",
    },
    "consent": {
        "purpose", "notice_version", "language", "channel", "recorded_by", "evidence_sha256",
        "withdrawal_recorded_by",
    },
    "displayed_code": {"scheme"},
    "poster": {"serial", "state", "end_reason"},
    "stall_holding": set(),
    "privacy_request": {"kind", "state", "received_by", "answered_by", "completed_by"},
    "visit": {"outcome", "reason", "recorded_by"},
    "complaint": {"kind", "state", "raised_by", "answered_by", "closed_by"},
    "register_event": {
        "action", "subject", "from_value", "to_value", "reason", "actor", "evidence_sha256",
    },
}  # fmt: skip
"""Text columns that tell nothing about anybody once the rest is gone: codes, kinds, who acted."""


@pytest.fixture
def whole(engine: sa.Engine, sealer: Sealer) -> Whole:
    """A vendor with a row in every table, and a neighbour about whom nothing may change."""
    with writing(engine) as session:
        market = factories.market()
        session.add(market)
        session.flush()
        assert market.id is not None
        session.add(factories.vendor(market_id=market.id, code="CC9999999"))
        return add_whole_vendor(session, sealer, market.id)


def _erase(engine: sa.Engine, sealer: Sealer, vendor_id: int) -> None:
    with writing(engine) as session:
        vendor = session.get_one(Vendor, vendor_id)
        erase_vendor(session, vendor, sealer=sealer, actor=STAFF, now=NOW)


def _every_text(session: Session, sealer: Sealer) -> str:
    """Return everything in the database as one text, sealed values opened."""
    told: list[str] = []
    for table in SQLModel.metadata.sorted_tables:
        for row in session.execute(sa.select(table)).mappings():
            told += [_plain(name, value, sealer) for name, value in row.items()]
    return "\n".join(told)


def _plain(name: str, value: Any, sealer: Sealer) -> str:
    if value and str(name).endswith("_sealed"):
        return sealer.open(value.decode() if isinstance(value, bytes) else value)
    return str(value)


def test_everything_personal_is_there_before_and_nowhere_afterwards(
    engine: sa.Engine, sealer: Sealer, whole: Whole
) -> None:
    long_enough = [each for each in PERSONAL if len(each) > 4]
    with reading(engine) as session:
        before = _every_text(session, sealer)
    assert [each for each in long_enough if each not in before] == []

    _erase(engine, sealer, whole.vendor_id)

    with reading(engine) as session:
        after = _every_text(session, sealer)
        assert [each for each in long_enough if each in after] == []
        assert session.exec(select(AcceptancePoint)).one().account_tail == ""
        assert session.exec(select(AccountChange)).one().account_tail == ""
        vendor = session.get_one(Vendor, whole.vendor_id)
        assert (vendor.phone_tail, vendor.id_number_tail) == ("", "")
        assert "Nguyễn Thị Hương" in after  # the neighbour


def test_the_bytes_of_the_file_hold_nothing_either(
    tmp_path: Path, sqlite_engine: sa.Engine, sealer: Sealer
) -> None:
    with writing(sqlite_engine) as session:
        market = factories.market()
        session.add(market)
        session.flush()
        assert market.id is not None
        whole = add_whole_vendor(session, sealer, market.id)
        sealed = [
            session.execute(sa.select(core_table(table).c[column])).scalars().first() or ""
            for table, column in (
                (Vendor, "phone_sealed"),
                (AcceptancePoint, "account_sealed"),
                (Poster, "payload_sealed"),
                (DisplayedCode, "payload_sealed"),
                (SheetImport, "file_sealed"),
            )
        ]
    sought = [each.encode() for each in PERSONAL if len(each) > 4]
    sought = [each for each in sought if each in _bytes_of(sqlite_engine)]
    tokens = [each if isinstance(each, bytes) else each.encode() for each in sealed]
    assert len(sought) > 15
    assert all(token in _bytes_of(sqlite_engine) for token in tokens)

    _erase(sqlite_engine, sealer, whole.vendor_id)

    content = _bytes_of(sqlite_engine)
    assert [each for each in [*sought, *tokens] if each in content] == []


def _bytes_of(engine: sa.Engine) -> bytes:
    """Return the file and its journal once what is committed has been carried over."""
    path = Path(engine.url.database or "")
    engine.dispose()
    with open_engine(str(engine.url)).connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


def test_the_frame_and_the_counts_stay(engine: sa.Engine, sealer: Sealer, whole: Whole) -> None:
    counted = (Stall, StallHolding, AcceptancePoint, Poster, Visit, Consent, PrivacyRequest, Vendor)
    with reading(engine) as session:
        before = {table.__name__: len(session.exec(select(table)).all()) for table in counted}
        events = len(session.exec(select(RegisterEvent)).all())

    _erase(engine, sealer, whole.vendor_id)

    with reading(engine) as session:
        after = {table.__name__: len(session.exec(select(table)).all()) for table in counted}
        assert after == before
        assert len(session.exec(select(RegisterEvent)).all()) > events
        stall = session.get_one(Stall, whole.stall_id)
        assert (stall.code, stall.state) == ("Z01", StallState.OCCUPIED)
        visit = session.exec(select(Visit)).one()
        assert (visit.minutes, visit.note) == (20, "")
        assert session.exec(select(Consent)).first() is not None


def test_everything_the_vendor_was_paid_by_has_ended(
    engine: sa.Engine, sealer: Sealer, whole: Whole
) -> None:
    _erase(engine, sealer, whole.vendor_id)

    with reading(engine) as session:
        vendor = session.get_one(Vendor, whole.vendor_id)
        assert (vendor.full_name, vendor.state) == (ERASED_NAME, VendorState.EXITED)
        assert session.get_one(Vendor, whole.double_id).full_name == ERASED_NAME
        assert session.exec(select(Poster)).one().state is PosterState.REVOKED
        point = session.exec(select(AcceptancePoint)).one()
        assert (point.state, point.account_hash) == (AcceptancePointState.CLOSED, "")
        assert sealer.open(point.account_sealed) == ""  # a rotation of keys can still open it
        assert session.exec(select(AccountChange)).one().state is AccountChangeState.WITHDRAWN
        assert session.exec(select(DisplayedCode)).one().ended_on is not None
        assert session.exec(select(StallHolding)).one().to_on is not None


def test_undo_information_and_sheets_about_the_vendor_are_gone(
    engine: sa.Engine, sealer: Sealer, whole: Whole
) -> None:
    _erase(engine, sealer, whole.vendor_id)

    with reading(engine) as session:
        assert session.exec(select(SheetImportChange)).all() == []
        assert session.get_one(SheetImport, whole.import_id).file_sealed is None
        assert session.exec(select(SheetImportRow)).one().messages == "[]"


def test_every_text_column_about_a_vendor_is_erased_or_kept_on_purpose() -> None:
    for table, values in ERASED.items():
        columns = core_table(table).columns
        texts = {c.name for c in columns if isinstance(c.type, TEXTS)}
        kept = KEPT[core_table(table).name]

        assert kept.isdisjoint(values), table
        assert texts - set(values) == kept, table


def test_every_table_about_vendors_is_thought_of() -> None:
    """A new table that points at vendors must be erased, or named here with its reason."""
    elsewhere = {
        "vendor_merge",  # erased by its two columns
        "payment_request",  # its note goes with the ledger's rows (reconciliation.operations.retention)
        "provider_transaction",  # the ledger's own retention
        "vendor_day",  # aggregates
        "adoption_vendor_day",
        "adoption_break_day",
        "adoption_vendor_half",  # counted from them
        "hand_attribution",  # with the ledger's rows (reconciliation.operations.retention)
        "vendor_pin",  # goes with the vendor's way in (market.privacy)
    }
    pointing = {
        table.name
        for table in SQLModel.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "vendor"
    }

    assert pointing - {core_table(table).name for table in ERASED} == elsewhere
