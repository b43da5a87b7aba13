"""One day of one market as files: what Casso announced, what Vietcombank booked, and what both come to.

A hundred payments at each account. In each list of a thousand that Casso sends, five payments are told
a second time. Of a hundred payments one is in no statement, and the statement has one more that nobody
announced; of two hundred one is booked with another amount.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from market.database import writing
from merchants.accounts import account_fingerprint
from merchants.kinds import AcceptancePointState, AcceptanceType, AccountKind, NameMatch
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, Vendor
from merchants.vendor_code import write_vendor_code
from reconciliation.bulk import insert_rows
from tests import factories

MARKET = "MA"
OPENED = date(2026, 1, 1)
PER_ACCOUNT = 100
PER_LIST = 1_000
AMOUNTS = (5, 10, 15, 20, 20, 25, 30, 50, 50, 100, 200)
UNANNOUNCED_VND = 7_777


@dataclass(frozen=True, slots=True)
class DayFiles:
    """The files of a day and what must come of them."""

    announced: list[Path]
    booked: list[Path]
    rows_told_twice: int
    outcomes: dict[str, int]
    gross_vnd: int


def register(engine: sa.Engine, sealer: Sealer, rows: int) -> None:
    """Write the market and a vendor with a Vietcombank account for each hundred payments."""
    with writing(engine) as session:
        session.add(factories.market(code=MARKET))
        session.flush()
        vendors = [
            factories.vendor(market_id=1, code=write_vendor_code(number)).model_dump(exclude={"id"})
            | {"id": number}
            for number in range(1, _accounts(rows) + 1)
        ]
        insert_rows(session, Vendor, vendors)
        for number in range(1, _accounts(rows) + 1):
            account = account_of(number)
            session.add(
                AcceptancePoint(
                    vendor_id=number,
                    kind=AccountKind.BANK_ACCOUNT,
                    acceptance_type=AcceptanceType.TRANSFER_QR,
                    bin="970436",
                    feed_provider="bank_vcb",
                    account_sealed="sealed",
                    account_hash=account_fingerprint(sealer, "bank_vcb", account),
                    account_tail=account[-4:],
                    holder_name="NGUYEN THI HUONG",
                    name_match=NameMatch.EXACT,
                    state=AcceptancePointState.LIVE,
                    valid_from=OPENED,
                )
            )


def write_day(folder: Path, rows: int, day: date) -> DayFiles:
    """Write so many payments and so many statement lines of a day."""
    announced = []
    for first in range(0, rows, PER_LIST):
        told = [_announced(number, day) for number in range(first, min(first + PER_LIST, rows))]
        body = {"error": 0, "data": told + told[3::200]}
        announced.append(folder / f"casso-{first:07}.json")
        announced[-1].write_text(json.dumps(body))
    booked = []
    for vendor in range(1, _accounts(rows) + 1):
        booked.append(folder / f"vcb-{account_of(vendor)}.csv")
        booked[-1].write_text("\n".join(_statement(vendor, rows, day)))
    absent, changed = len(range(0, rows, 100)), len(range(1, rows, 200))
    return DayFiles(
        announced=announced,
        booked=booked,
        rows_told_twice=len(range(3, rows, 200)),
        outcomes={
            "matched": 2 * (rows - absent - changed),
            "matched_with_difference": 2 * changed,
            "missing_in_statement": absent,
            "missing_in_payments": absent,
            # A bank pays nothing out later: its lines are on no leg C.
            "not_applicable": rows,
        },
        gross_vnd=sum(amount for _, amount in _all_lines(rows)),
    )


def account_of(vendor: int) -> str:
    """Return the number of a vendor's account."""
    return f"10187{vendor:05}"


def _accounts(rows: int) -> int:
    return -(-rows // PER_ACCOUNT)


def _amount(number: int) -> int:
    return 1_000 * AMOUNTS[number * 7919 % len(AMOUNTS)]


def _announced(number: int, day: date) -> dict[str, Any]:
    second = number * 7919 % 43_200
    account = account_of(1 + number // PER_ACCOUNT)
    return {
        "id": 10_000_000 + number,
        "tid": f"5243.{number}",
        "description": _memo(number),
        "amount": _amount(number),
        "cusum_balance": 0,
        "when": f"{day} {6 + second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}",
        "bank_sub_acc_id": account,
        "subAccId": account,
        "bankName": "Ngan hang TMCP Ngoai Thuong",
        "bankAbbreviation": "VCB",
    }


def _memo(number: int) -> str:
    payer = f"0351{number * 31 % 1_000_000_007:09}"
    return f"MBVCB.{4_525_000_000 + number}.029552.CT tu {payer} NGUYEN VAN A tien hang"


def _lines(vendor: int, rows: int) -> Iterator[tuple[int, int]]:
    """Yield number and amount of each line; numbers from ``rows`` on were announced by nobody."""
    first = (vendor - 1) * PER_ACCOUNT
    for number in range(first, min(first + PER_ACCOUNT, rows)):
        if number % 100 == 0:
            yield rows + number, UNANNOUNCED_VND
        else:
            yield number, _amount(number) + (1_000 if number % 200 == 1 else 0)


def _all_lines(rows: int) -> Iterator[tuple[int, int]]:
    for vendor in range(1, _accounts(rows) + 1):
        yield from _lines(vendor, rows)


def _statement(vendor: int, rows: int, day: date) -> Iterator[str]:
    told = f"{day:%d/%m/%Y}"
    yield f"Số tài khoản:,{account_of(vendor)}"
    yield f"Từ ngày:,{told},Đến ngày:,{told}"
    yield ""
    yield "Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả"
    total = 0
    for number, amount in _lines(vendor, rows):
        total += amount
        yield f'{told},5243.{number},,"{amount:,}",{_memo(number)}'
    yield f'Tổng,,0,"{total:,}",'
