"""Keys change: everything is sealed anew, in bounded batches, beside writers, and nothing is lost."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from market.database import METADATA, reading, writing
from merchants.acceptance.changes import sharing_vendors
from merchants.acceptance.displayed_codes import see_code
from merchants.accounts import phone_fingerprint
from merchants.posters.issue import issue_posters, poster_faces
from merchants.rotation import Progress, _update, count_by_key, refingerprint, reseal
from merchants.sealed_columns import JSON_COLUMNS, SEALED_COLUMNS
from merchants.sealing import SealBroken, Sealer
from merchants.tables import (
    AcceptancePoint,
    SheetImport,
    SheetImportChange,
    Vendor,
)
from tests.merchants.acceptance.accounts_world import CLERK, PRINT_KEY, Accounts
from tests.merchants.conftest import Register
from tests.merchants.sheet_files import row
from tests.qr.payloads import payload

OLD = Sealer(secret_keys=("test-key",), hash_key="test-hash-key")
BOTH = Sealer(secret_keys=("newer-key", "test-key"), hash_key="test-hash-key")
NEW = Sealer(secret_keys=("newer-key",), hash_key="test-hash-key")
REHASHED = Sealer(secret_keys=("test-key",), hash_key="another-hash-key")


@pytest.fixture
def filled(register: Register) -> Register:
    """A vendor with an account, a poster, a code, a proposal and a kept file."""
    register.take(row(), row(stall="A002", name="Trần Văn Bình", phone="0987654321",
                             account="1012345678", holder="TRAN VAN BINH"))  # fmt: skip
    register.take(row(phone="0912345679"))  # what was changed is kept beside what it is
    Accounts(register).propose()
    with writing(register.engine) as session:
        issue_posters(session, "MA", sealer=OLD, now=register.now, verification_key=PRINT_KEY)
        see_code(session, "MA", "A001", payload(), sealer=OLD, actor=CLERK, now=register.now)
        record = session.exec(select(SheetImport)).first()
        assert record is not None
        record.file_sealed = OLD.seal_bytes(b"PK\x03\x04 a workbook")
        session.add(record)
    return register


def opened(register: Register) -> Any:
    """Give write transactions one by one."""
    return lambda: writing(register.engine)


def sealed_values(register: Register) -> list[str | bytes]:
    values: list[str | bytes] = []
    with register.engine.connect() as connection:
        for column in SEALED_COLUMNS:
            table = METADATA.tables[column.table]
            found = connection.execute(sa.select(table.c[column.column])).scalars()
            values += [value for value in found if value]
        for table_name, name in JSON_COLUMNS:
            for text in connection.execute(
                sa.select(METADATA.tables[table_name].c[name])
            ).scalars():
                values += [
                    v for k, v in pairs(json.loads(text or "{}")) if k.endswith("_sealed") and v
                ]
    return values


def pairs(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield name, each
            yield from pairs(each)
    if isinstance(value, list):
        for each in value:
            yield from pairs(each)


def test_everything_is_sealed_with_the_newest_key_and_says_the_same(filled: Register) -> None:
    before = filled.dump()
    kinds = {type(value) for value in sealed_values(filled)}

    done = reseal(opened(filled), BOTH)

    assert kinds == {str, bytes}
    assert {NEW.key_of(value) for value in sealed_values(filled)} == {0}
    filled.sealer = NEW
    assert filled.dump() == before
    assert done.broken == 0
    assert done.seen == done.total
    assert done.resealed >= len(sealed_values(filled))


def test_what_imports_remember_is_sealed_anew_too(filled: Register) -> None:
    remembered = [
        value
        for change in filled.all(SheetImportChange)
        for name, value in pairs(json.loads(change.before or "{}"))
        if name == "phone_sealed"
    ]
    assert [OLD.open(each) for each in remembered] == ["+84912345678"]

    reseal(opened(filled), BOTH)

    again = [
        value
        for change in filled.all(SheetImportChange)
        for name, value in pairs(json.loads(change.before or "{}"))
        if name == "phone_sealed"
    ]
    assert [NEW.open(each) for each in again] == ["+84912345678"]


def test_a_second_run_finds_nothing_left_to_do(filled: Register) -> None:
    reseal(opened(filled), BOTH)
    values = sealed_values(filled)

    again = reseal(opened(filled), BOTH)

    assert (again.resealed, again.seen) == (0, again.total)
    assert sealed_values(filled) == values


def test_batches_are_bounded_and_told(filled: Register) -> None:
    told: list[Progress] = []
    transactions = 0

    def counted() -> AbstractContextManager[Session]:
        nonlocal transactions
        transactions += 1
        return writing(filled.engine)

    done = reseal(counted, BOTH, batch=1, on_progress=told.append)

    assert [each.seen for each in told] == list(range(1, done.total + 1))
    assert transactions > done.total
    assert told[-1] == done


def test_a_run_that_breaks_off_is_begun_again(filled: Register) -> None:
    class Cut(Exception):
        pass

    done: list[Progress] = []

    def cut_after_three(progress: Progress) -> None:
        done.append(progress)
        if len(done) == 3:
            raise Cut

    with pytest.raises(Cut):
        reseal(opened(filled), BOTH, batch=1, on_progress=cut_after_three)
    second = reseal(opened(filled), BOTH, batch=1)

    assert second.resealed == second.total - 3
    assert {NEW.key_of(value) for value in sealed_values(filled)} == {0}


def test_a_value_written_meanwhile_is_left_as_it_was_written(sqlite_register: Register) -> None:
    # The batch has read; somebody writes; the batch compares before it writes.
    sqlite_register.take(row())
    vendor = sqlite_register.one(Vendor)
    newer = BOTH.seal("+84999999999")
    with writing(sqlite_register.engine) as session:
        session.get_one(Vendor, vendor.id).phone_sealed = newer
    with writing(sqlite_register.engine) as session:
        stale = {
            "b_row_id": vendor.id,
            "old": vendor.phone_sealed,
            "new": BOTH.seal("+84912345678"),
        }
        _update(session, METADATA.tables["vendor"], "phone_sealed", [stale])

    assert sqlite_register.one(Vendor).phone_sealed == newer


def test_what_no_key_opens_is_counted_and_left(filled: Register) -> None:
    lost = Sealer(secret_keys=("a-key-nobody-has",), hash_key="test-hash-key").seal("+84900000000")
    with writing(filled.engine) as session:
        vendor = session.exec(select(Vendor)).first()
        assert vendor is not None
        vendor.phone_sealed = lost
        session.add(vendor)

    done = reseal(opened(filled), BOTH)

    assert done.broken == 1
    assert filled.all(Vendor)[0].phone_sealed == lost
    with reading(filled.engine) as session:
        counts = {each.column: each for each in count_by_key(session, BOTH)}
    assert (counts["vendor.phone_sealed"].by_key, counts["vendor.phone_sealed"].broken) == (
        (1, 0),
        1,
    )


def test_keys_are_counted_without_a_value(filled: Register) -> None:
    with reading(filled.engine) as session:
        counts = {each.column: each.by_key for each in count_by_key(session, BOTH)}

    assert counts["acceptance_point.account_sealed"] == (0, 2)
    assert counts["sheet_import.file_sealed"] == (0, 1)
    assert counts["sheet_import_change.before"] == (0, 1)
    assert BOTH.key_names[1] == OLD.key_names[0]
    assert "test-key" not in repr(BOTH.key_names)


# --- the fingerprint key ---


def test_after_a_new_fingerprint_key_everything_is_found_again(filled: Register) -> None:
    with reading(filled.engine) as session:
        before = poster_faces(
            session, "MA", sealer=OLD, verification_key=PRINT_KEY, base_url="https://cho.example"
        )

    with writing(filled.engine) as session:
        done = refingerprint(session, REHASHED)

    assert (done.broken, done.not_recomputable) == (0, 0)
    with reading(filled.engine) as session:
        vendors = list(session.exec(select(Vendor)))
        for vendor in vendors:
            assert vendor.phone_sealed is not None
            assert vendor.phone_hash == phone_fingerprint(REHASHED, OLD.open(vendor.phone_sealed))
        point = session.exec(select(AcceptancePoint)).first()
        assert point is not None
        assert sharing_vendors(session, 0, point.account_hash, point.feed_provider) == 1
        after = poster_faces(
            session, "MA", sealer=REHASHED, verification_key=PRINT_KEY,
            base_url="https://cho.example",
        )  # fmt: skip
    assert after == before
    filled.sealer = REHASHED
    again = filled.take(row(phone="0912345679"))
    assert [each.change for each in again.rows] == ["same"]
    assert see_again(filled) is False


def see_again(register: Register) -> bool:
    """Whether the code seen before is taken for a new one."""
    with writing(register.engine) as session:
        return see_code(
            session, "MA", "A001", payload(), sealer=register.sealer, actor=CLERK, now=register.now
        ).is_new


def test_fingerprints_again_with_the_same_key_change_nothing(filled: Register) -> None:
    with writing(filled.engine) as session:
        assert refingerprint(session, OLD).changed == 0


def test_citizen_ids_are_counted_because_nothing_is_left_to_make_them_from(
    filled: Register,
) -> None:
    with writing(filled.engine) as session:
        vendor = session.exec(select(Vendor)).first()
        assert vendor is not None
        vendor.id_number_hash, vendor.id_number_tail = OLD.fingerprint("id|001"), "001"
        session.add(vendor)

    with writing(filled.engine) as session:
        done = refingerprint(session, REHASHED)

    assert done.not_recomputable == 1
    assert filled.all(Vendor)[0].id_number_hash == OLD.fingerprint("id|001")


# --- the sealer itself ---


@given(st.binary(max_size=200), st.text(max_size=50))
def test_bytes_and_texts_come_back_and_their_key_is_known(content: bytes, text: str) -> None:
    for sealed in (BOTH.seal_bytes(content), BOTH.seal(text)):
        assert BOTH.key_of(sealed) == 0
        assert OLD.key_of(sealed) is None
    assert BOTH.open_bytes(OLD.seal_bytes(content)) == content
    assert BOTH.key_of(OLD.seal(text)) == 1


def test_bytes_of_another_key_are_not_opened() -> None:
    with pytest.raises(SealBroken):
        NEW.open_bytes(OLD.seal_bytes(b"x"))
