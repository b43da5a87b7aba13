"""Ten thousand stalls from one sheet: reading, checking, writing, undoing, each by itself.

*Bare* is the driver with the very rows the import wrote (register, events, undo records), ready as
tuples, ``executemany`` table by table on SQLite. The ratio is *write* (read and plan again, write,
remember) against it; nobody would go without the checks, so the bare driver is a floor, not a
competitor. Seconds are the process's own: others work on the machine too.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from market.database import METADATA, migrate, open_engine, writing
from merchants.actors import COMMAND
from merchants.imports.steps import begin_writing, note_check, plan_file, receive_file, write_file
from merchants.imports.undo import undo_import
from merchants.markets.registration import register_market
from merchants.sealing import Sealer
from merchants.sheets.book import Line, write_book, write_csv
from merchants.sheets.reading import read_sheet
from reconciliation.simulation.places import demo_markets

ROWS = 10_000
ROUNDS = 3
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SEALER = Sealer(secret_keys=("benchmark",), hash_key="benchmark")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Đào", "Em", "Giang", "Hà", "Hương", "Khánh")
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Lý", "Bàn")
WRITTEN = (
    "zone", "stall", "vendor", "stall_holding", "acceptance_point", "consent", "register_event",
    "sheet_import_row", "sheet_import_change",
)  # fmt: skip

Value = TypeVar("Value")


def run() -> None:
    """Measure and print seconds a step, medians of the rounds."""
    lines = [_line(number) for number in range(ROWS)]
    xlsx, csv = write_book(lines, zones=["Khu 1"]), write_csv(lines)
    seconds: dict[str, list[float]] = {}

    def timed(what: str, work: Callable[[], Value]) -> Value:
        began = time.process_time()
        value = work()
        seconds.setdefault(what, []).append(time.process_time() - began)
        return value

    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            timed("read XLSX", lambda: read_sheet(xlsx, "a.xlsx"))
            timed("read CSV", lambda: read_sheet(csv, "a.csv"))
            _take_in(Path(name), xlsx, timed)
    size = f"{len(xlsx) / 1e6:.1f} MB"
    print(f"{ROWS:,} rows, XLSX of {size}; CPU seconds, median of {ROUNDS}")
    for what, each in seconds.items():
        print(f"  {what:28} {statistics.median(each):6.2f}")
    ratio = statistics.median(
        a / b for a, b in zip(seconds["write"], seconds["bare executemany"], strict=True)
    )
    print(f"  write against bare          {ratio:6.1f} ×")


def _take_in(folder: Path, content: bytes, timed: Callable[[str, Callable[[], Any]], Any]) -> None:
    engine = _register(folder / "ours.sqlite3")
    terms: dict[str, Any] = {"market_code": "MA", "sealer": SEALER, "now": NOW}
    with writing(engine) as session:
        record = timed(
            "receive (seal the file)",
            lambda: receive_file(session, content, "a.xlsx", actor=COMMAND, **terms),
        )
    with writing(engine) as session:
        record = session.merge(record)
        result = timed("check (read, judge, plan)", lambda: plan_file(session, record, **terms))
        assert result.count("created") == ROWS
        timed("note the check", lambda: note_check(session, record, result, now=NOW))
    with writing(engine) as session:
        record = session.merge(record)
        begin_writing(session, record, now=NOW)
        timed("write", lambda: write_file(session, record, actor=COMMAND, **terms))
    tables = _dump(engine)
    bare = open_engine(f"sqlite:///{folder / 'bare.sqlite3'}")
    migrate(bare)
    timed("bare executemany", lambda: _bare(bare, tables))
    bare.dispose()
    with writing(engine) as session:
        record = session.merge(record)
        undone = timed("undo", lambda: undo_import(session, record, actor=COMMAND, now=NOW))
    assert undone.ended == undone.restored == 0
    engine.dispose()


def _line(number: int) -> Line:
    family, given = FAMILY[number % 10], GIVEN[number // 10 % 10]
    return {
        "market_code": "MA",
        "zone": f"Khu {number // 500 + 1}",
        "stall_code": f"G{number:05d}",
        "goods_group": "Rau củ",
        "stall_state": "Đang bán",
        "full_name": f"{family} Thị {given}",
        "phone": f"09{number:08d}",
        "consented_on": datetime(2026, 8, 1, tzinfo=UTC).date(),
        "bank": "Vietcombank",
        "account": f"{number:013d}",
        "holder_name": f"{family} THI {given}".upper(),
    }


def _register(path: Path) -> sa.Engine:
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    with writing(engine) as session:
        for details in demo_markets():
            register_market(session, details, now=NOW)
    return engine


def _dump(engine: sa.Engine) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    """Return the rows of the tables an import writes as the driver holds them."""
    dumped = {}
    with engine.connect() as connection:
        for name in WRITTEN:
            found = connection.exec_driver_sql(f"SELECT * FROM {name}")
            dumped[name] = (list(found.keys()), [tuple(row) for row in found])
    return dumped


def _bare(engine: sa.Engine, tables: dict[str, tuple[list[str], list[tuple[Any, ...]]]]) -> None:
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("BEGIN IMMEDIATE")
        for name, (columns, rows) in tables.items():
            assert name in METADATA.tables
            marks = ", ".join("?" * len(columns))
            names = ", ".join(columns)
            cursor.executemany(f"INSERT INTO {name} ({names}) VALUES ({marks})", rows)
        cursor.execute("COMMIT")
    finally:
        raw.close()


if __name__ == "__main__":
    run()
