"""Vietcombank's statements of the simulated accounts, one file per account and month.

Source: feeds.md 5.1 (layout), sample bank/vcb_statement_utf8bom.csv.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from merchants.days import HO_CHI_MINH
from reconciliation.simulation.bank_events import BankEvent
from reconciliation.simulation.bookings import statement_lines
from reconciliation.simulation.damage import damage_file
from reconciliation.simulation.deliveries import SimFile
from reconciliation.simulation.faults import FaultRates

HEADER = ("Ngày giao dịch", "Số tham chiếu", "Số tiền ghi nợ", "Số tiền ghi có", "Mô tả")


@dataclass(frozen=True, slots=True)
class Account:
    """A statement's subject; ``label`` names its files, which must not show the account number."""

    number: str
    label: str
    asked_from: date
    """The first day of which statements are fetched."""


def write_statements(
    accounts: Iterable[Account],
    events: Iterable[BankEvent],
    *,
    first: date,
    last: date,
    seed: int,
    faults: FaultRates,
) -> list[SimFile]:
    """Return every account's statement of every month from ``first`` to ``last``, faults included.

    An account without a booking still gets a file with a total of nothing: "no file" is not "zero".
    """
    of_account: dict[str, list[BankEvent]] = {}
    for line in statement_lines(events):
        if first <= line.on <= last:
            of_account.setdefault(line.account, []).append(line)
    files: list[SimFile] = []
    for account in accounts:
        for start, end in _months(max(first, account.asked_from), last):
            lines = [e for e in of_account.get(account.number, []) if start <= e.on <= end]
            name = f"VCB_{account.label}_{start:%Y-%m}.csv"
            received = datetime.combine(end + timedelta(days=1), time(8), tzinfo=HO_CHI_MINH)
            whole = SimFile(
                provider="bank_vcb",
                account=account.number,
                name=name,
                content=_statement(account.number, start, end, lines),
                received_at=received.astimezone(UTC),
                rows=len(lines),
            )
            files += damage_file(whole, table_from=HEADER[0], seed=seed, faults=faults)
    return files


def _statement(number: str, start: date, end: date, lines: Sequence[BankEvent]) -> bytes:
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    write(["NGÂN HÀNG TMCP NGOẠI THƯƠNG VIỆT NAM"])
    write(["SAO KÊ TÀI KHOẢN"])
    write(["Số tài khoản:", number])
    write(["Từ ngày:", f"{start:%d/%m/%Y}", "Đến ngày:", f"{end:%d/%m/%Y}"])
    write([])
    write(HEADER)
    totals = {"debit": 0, "credit": 0}
    for line in lines:
        totals[line.direction] += line.amount_vnd
        sides = [""] * 2
        sides[line.direction == "credit"] = f"{line.amount_vnd:,}"
        write([f"{line.on:%d/%m/%Y}", line.reference, *sides, line.memo])
    write(["Tổng", "", f"{totals['debit']:,}", f"{totals['credit']:,}", ""])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _months(first: date, last: date) -> list[tuple[date, date]]:
    spans = []
    start = first
    while start <= last:
        next_month = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        spans.append((start, min(last, next_month - timedelta(days=1))))
        start = next_month
    return spans
