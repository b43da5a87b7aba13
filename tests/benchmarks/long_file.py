"""A long statement into the ledger: rows a second and memory, against reading the file in one go.

``python -m tests.benchmarks.long_file --rows 200000 50000``: each size, in parts and in one go, in a
process of its own on a fresh SQLite file. Memory is the process's peak beyond what it held before.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from market.database import migrate, open_engine, writing
from merchants.sealing import Sealer
from reconciliation.intake import long_files
from reconciliation.intake.ingest import Incoming, ingest
from reconciliation.intake.raw_store import RawStore
from reconciliation.records import SignatureStatus, SourceChannel

SIZES = (50_000, 200_000)
IN_PARTS, IN_ONE_GO = "in parts", "in one go"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, nargs="+", default=SIZES)
    context = multiprocessing.get_context("spawn")
    for rows in options.parse_args().rows:
        for way in (IN_PARTS, IN_ONE_GO):
            hearing, told = context.Pipe(duplex=False)
            with tempfile.TemporaryDirectory() as name:
                process = context.Process(target=_take, args=(Path(name), rows, way, told))
                process.start()
                process.join()
            cpu, peak = hearing.recv()
            print(
                f"{rows:>9,} rows {way:<10}{cpu:>7.1f} s of processor time,"
                f" {rows / cpu:>7,.0f} rows a second, {peak / rows:>6,.0f} bytes a row",
                flush=True,
            )


def statement(rows: int) -> bytes:
    """Return a Vietcombank statement of so many rows."""
    lines = [
        "Số tài khoản:,1018795282",
        "Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả",
        *(f"20/11/2026,5243.{row},,{1000 + row},tien rau" for row in range(rows)),
        f"Tổng,,0,{1000 * rows + rows * (rows - 1) // 2},",
    ]
    return "\n".join(lines).encode()


def _take(folder: Path, rows: int, way: str, told: Connection) -> None:
    if way == IN_ONE_GO:
        long_files.LONG_FROM_BYTES = 1 << 40
    engine = open_engine(f"sqlite:///{folder / 'cho40.sqlite3'}")
    migrate(engine)
    sealer, now = Sealer(secret_keys=("bench",), hash_key="bench"), datetime.now(UTC)
    store = RawStore(folder / "raw")
    for content in (statement(10), statement(rows)):
        file = Incoming(
            provider="bank_vcb",
            content=content,
            channel=SourceChannel.FILE,
            received_at=now,
            signature_status=SignatureStatus.NOT_CHECKED,
        )
        before, begun = _peak_bytes(), time.process_time()
        with writing(engine) as session:
            result = ingest(session, store, sealer=sealer, incoming=file, now=now)
        assert result.new + result.repeated == content.count(b"\n") - 2
    told.send((time.process_time() - begun, _peak_bytes() - before))


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


if __name__ == "__main__":
    main()
