"""Imports by steps for tests: received, checked, written, undone, each in its own transaction."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import SQLModel

from market.database import reading, writing
from merchants.actors import Actor
from merchants.imports.row_results import SheetResult
from merchants.imports.steps import (
    Written,
    begin_writing,
    find_import,
    note_check,
    plan_file,
    receive_file,
    write_file,
)
from merchants.imports.undo import Undone, undo_import
from merchants.tables import (
    AccountChange,
    Consent,
    SheetImport,
)
from tests.merchants.conftest import Register
from tests.merchants.sheet_files import lines, xlsx_bytes

CLERK = Actor(kind="staff", name="7")
MANAGER = Actor(kind="staff", name="8")


def receive(
    register: Register, *rows: Mapping[str, object], market: str = "MA", name: str = "ds.xlsx"
) -> int:
    """Receive the rows as an XLSX file and return the import's number."""
    return receive_bytes(register, xlsx_bytes(lines(rows)), market=market, name=name)


def receive_bytes(
    register: Register, content: bytes, *, market: str = "MA", name: str = "ds.xlsx"
) -> int:
    """Receive a file and return the import's number."""
    with writing(register.engine) as session:
        record = receive_file(
            session,
            content,
            name,
            market_code=market,
            sealer=register.sealer,
            actor=CLERK,
            now=register.now,
        )
        assert record.id is not None
        return record.id


def check(register: Register, import_id: int, market: str = "MA") -> SheetResult:
    """Check a received import."""
    with writing(register.engine) as session:
        record = find_import(session, market, import_id)
        terms: dict[str, Any] = {"sealer": register.sealer, "now": register.now}
        result = plan_file(session, record, market_code=market, **terms)
        note_check(session, record, result, now=register.now)
        return result


def write(register: Register, import_id: int, market: str = "MA") -> Written:
    """Write a checked import."""
    with writing(register.engine) as session:
        begin_writing(session, find_import(session, market, import_id), now=register.now)
    with writing(register.engine) as session:
        return write_file(
            session,
            find_import(session, market, import_id),
            market_code=market,
            sealer=register.sealer,
            actor=CLERK,
            now=register.now,
        )


def take_in(register: Register, *rows: Mapping[str, object], market: str = "MA") -> int:
    """Receive, check and write the rows; return the import's number."""
    import_id = receive(register, *rows, market=market)
    check(register, import_id, market)
    assert write(register, import_id, market).is_written
    return import_id


def undo(register: Register, import_id: int, market: str = "MA") -> Undone:
    """Undo a written import."""
    with writing(register.engine) as session:
        record = find_import(session, market, import_id, for_update=True)
        return undo_import(session, record, actor=MANAGER, now=register.now)


def record_of(register: Register, import_id: int) -> SheetImport:
    """The record of an import."""
    with reading(register.engine) as session:
        record = session.get_one(SheetImport, import_id)
        session.expunge(record)
        return record


def everything(register: Register) -> dict[str, list[dict[str, Any]]]:
    """Everything registered, consents and proposals too; versions only count how often."""
    dump = register.dump()
    more: Iterable[type[SQLModel]] = (AccountChange, Consent)
    dump |= {
        table.__name__: [register._plain(row) for row in register.all(table)] for table in more
    }
    for vendor in dump["Vendor"]:
        del vendor["version"]
    return dump
