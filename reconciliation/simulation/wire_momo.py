"""MoMo's transaction reports, one per business day of the partner. Source: feeds.md 5.6."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from merchants.days import HO_CHI_MINH
from reconciliation.simulation.damage import damage_file
from reconciliation.simulation.deliveries import SimFile
from reconciliation.simulation.faults import FaultRates
from reconciliation.simulation.movements import Kind
from reconciliation.simulation.seeds import stream
from reconciliation.simulation.wallet_payouts import PARTNER, WalletLine

HEADER = ("Thời gian", "Mã giao dịch", "Số tiền", "Nguồn tiền", "Mã cửa hàng", "Trạng thái")
STATES = {Kind.PAYMENT: "Thành công", Kind.REFUND: "Hoàn tiền", Kind.FAILED: "Thất bại"}
SOURCES = {"Ví MoMo": 72, "Tài khoản ngân hàng": 18, "Ví trả sau": 10}


def write_reports(
    lines: Iterable[WalletLine], *, first: date, last: date, seed: int, faults: FaultRates
) -> list[SimFile]:
    """Return the report of each day from ``first`` to ``last``; a day without sales has one too."""
    of_day: dict[date, list[WalletLine]] = {}
    for line in lines:
        of_day.setdefault(line.on, []).append(line)
    files: list[SimFile] = []
    day = first
    while day <= last:
        received = datetime.combine(day + timedelta(days=1), time(6, 30), tzinfo=HO_CHI_MINH)
        rows = of_day.get(day, [])
        whole = SimFile(
            provider="momo",
            account=PARTNER,
            name=f"Transaction_report_{PARTNER}_{day:%Y%m%d}.csv",
            content=_report(rows, seed),
            received_at=received.astimezone(UTC),
            rows=len(rows),
        )
        files += damage_file(whole, table_from=HEADER[0], seed=seed, faults=faults)
        day += timedelta(days=1)
    return files


def _report(lines: Sequence[WalletLine], seed: int) -> bytes:
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    write(HEADER)
    for line in lines:
        draw = stream(seed, "report", line.transaction_id)
        # The portal mixes both ways of grouping in one file.
        amount = f"{line.amount_vnd:,}"
        if draw.random() < 0.06:
            amount = amount.replace(",", ".")
        write(
            [
                f"{line.at.astimezone(HO_CHI_MINH):%d/%m/%Y %H:%M:%S}",
                line.transaction_id,
                amount,
                draw.choices(list(SOURCES), weights=list(SOURCES.values()))[0],
                line.vendor.momo_store,
                STATES[line.kind],
            ]
        )
    total = sum(line.amount_vnd for line in lines if line.kind is not Kind.FAILED)
    write(["Tổng", "", f"{total:,}", "", "", ""])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
