"""The reconciliation task of the speed budget: one day, N payments, its statement, its payouts.

Payments with 0.5 % webhook repeats and 1.5 % refunds; a statement with 1 % missing, 1 % extra,
0.5 % told twice, 0.5 % with another amount, 3 % without id (reference only), 3 % with neither,
0.2 % with a wrong fee; payouts with 1 % short. Ids of 20 characters, 50,000 accounts of five
providers by a Zipf law, tied amounts. Column ``movement`` is the truth; the engine ignores it.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

PROVIDERS = ("alpha", "bravo", "charlie", "delta", "echo")
ACCOUNTS = 50_000
FEE_BPS = 110
DAY_START_US = 1_795_107_600_000_000  # 20 November 2026, 00:00 in Hồ Chí Minh City
BUSINESS_DAY = 20_777
DAY_US = 86_400_000_000
# Market tickets are round and few: most of the mass lies on a dozen amounts.
TICKETS = np.array([5, 10, 15, 20, 25, 30, 35, 40, 50, 60, 70, 80, 100, 120, 150, 200, 300, 500])
TICKET_WEIGHTS = np.array([6, 11, 8, 13, 8, 10, 5, 6, 11, 5, 3, 3, 5, 2, 2, 1.2, 0.5, 0.3])

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Task:
    """Three Arrow tables with the columns of the engine's door."""

    payments: pa.Table
    statement: pa.Table
    payouts: pa.Table

    def write(self, folder: Path) -> None:
        """Write the three books as Parquet."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("payments", "statement", "payouts"):
            pq.write_table(getattr(self, name), folder / f"{name}.parquet")


def make_task(size: int, seed: int = 20_261_120) -> Task:
    """Return the task for about ``size`` payments."""
    draw = np.random.default_rng(seed)
    account = np.minimum(draw.zipf(1.15, size * 2), 2**40)
    account = account[account <= ACCOUNTS][:size]
    account = np.concatenate([account, draw.integers(1, ACCOUNTS + 1, size - len(account))]) - 1
    weights = TICKET_WEIGHTS / TICKET_WEIGHTS.sum()
    movement = {
        "movement": np.arange(size),
        "account": account,
        "amount": draw.choice(TICKETS, size, p=weights) * 1_000,
        "time": DAY_START_US + draw.integers(0, DAY_US // 1_000_000, size) * 1_000_000,
        "id": draw.permutation(size) + 10**16,
        "reference": draw.permutation(size) + 10**9,
        "refund": draw.random(size) < 0.015,
    }
    repeats = draw.choice(size, size // 200, replace=False)
    told = np.concatenate([np.arange(size), repeats])
    payments = _lines(movement, draw.permutation(told), "p")
    statement, paid = _statement(movement, size, draw)
    return Task(payments, statement, _payouts(movement, paid, draw))


def _statement(
    movement: dict[str, Numbers], size: int, draw: np.random.Generator
) -> tuple[pa.Table, Numbers]:
    kept = np.flatnonzero(draw.random(size) >= 0.01)
    again = draw.choice(kept, size // 200, replace=False)
    lines = {name: column[kept] for name, column in movement.items()}
    extra = size // 100
    strangers = {
        "movement": np.arange(size, size + extra),
        "account": draw.choice(movement["account"], extra),
        "amount": draw.choice(movement["amount"], extra),
        "time": DAY_START_US + draw.integers(0, DAY_US // 1_000_000, extra) * 1_000_000,
        "id": np.arange(extra) + 3 * 10**16,
        "reference": np.arange(extra) + 3 * 10**9,
        "refund": np.zeros(extra, bool),
    }
    lines = {name: np.concatenate([lines[name], strangers[name]]) for name in lines}
    count = len(lines["id"])
    fate = draw.random(count)
    lines["time"] = lines["time"] + draw.integers(0, 180, count) * 1_000_000
    lines["amount"] = lines["amount"] + np.where(fate < 0.005, 1_000, 0)
    no_id = (fate > 0.10) & (fate < 0.16)
    neither = (fate > 0.13) & (fate < 0.16)
    lines["fee"] = lines["amount"] * FEE_BPS // 10_000 + np.where(draw.random(count) < 0.002, 77, 0)
    twice = np.flatnonzero(np.isin(lines["movement"], again) & ~no_id)
    order = draw.permutation(np.concatenate([np.arange(count), twice]))
    table = _lines(lines, order, "s", no_id=no_id, no_reference=neither)
    fee = pa.array(lines["fee"][order])
    table = table.append_column("fee_vnd", fee)
    table = table.append_column("tax_vnd", pa.nulls(len(order), pa.int64()))
    table = table.append_column("bank_reference", pa.nulls(len(order), pa.string()))
    sign = np.where(lines["refund"], -1, 1)
    net = np.zeros(ACCOUNTS, np.int64)
    np.add.at(net, lines["account"], sign * lines["amount"] - lines["fee"])
    return table, net


def _payouts(movement: dict[str, Numbers], net: Numbers, draw: np.random.Generator) -> pa.Table:
    account = np.flatnonzero(net > 0)
    short = draw.random(len(account)) < 0.01
    amount = net[account] - np.where(short, np.minimum(net[account] // 2, 1_000), 0)
    return pa.table(
        {
            "record_id": _text("o", np.arange(len(account)), 12),
            "provider": _providers(account),
            "account": _text("AC", account, 12),
            "amount_vnd": amount,
            "payout_reference": pa.nulls(len(account), pa.string()),
            "arrived_on": pa.array(np.full(len(account), BUSINESS_DAY + 1, np.int32)).cast(
                pa.date32()
            ),
        }
    )


def _lines(
    lines: dict[str, Numbers],
    order: Numbers,
    prefix: str,
    no_id: NDArray[np.bool_] | None = None,
    no_reference: NDArray[np.bool_] | None = None,
) -> pa.Table:
    taken = {name: column[order] for name, column in lines.items()}
    size = len(order)
    refund = taken["refund"].astype(bool)
    return pa.table(
        {
            "record_id": _text(prefix, np.arange(size), 12),
            "provider": _providers(taken["account"]),
            "provider_transaction_id": _text("TX", taken["id"], 18, no_id, order),
            "account": _text("AC", taken["account"], 12),
            "amount_vnd": taken["amount"],
            "direction": pa.array(np.where(refund, "debit", "credit")),
            "transaction_type": pa.array(np.where(refund, "refund", "payment")),
            "status": pa.array(["succeeded"]).take(pa.array(np.zeros(size, np.int8))),
            "occurred_at": pa.array(taken["time"]).cast(pa.timestamp("us", tz="UTC")),
            "business_date": pa.array(np.full(size, BUSINESS_DAY, np.int32)).cast(pa.date32()),
            "reference": _text("REF", taken["reference"], 11, no_reference, order),
            "movement": taken["movement"],
        }
    )


def _providers(account: Numbers) -> pa.Array:
    return pa.array(PROVIDERS).take(pa.array(account % len(PROVIDERS)))


def _text(
    prefix: str,
    numbers: Numbers,
    digits: int,
    missing: NDArray[np.bool_] | None = None,
    order: Numbers | None = None,
) -> pa.Array:
    """Return ``prefix`` and zero-padded numbers as text, built as bytes and not one by one."""
    letters = np.empty((len(numbers), len(prefix) + digits), np.uint8)
    letters[:, : len(prefix)] = np.frombuffer(prefix.encode(), np.uint8)
    rest = numbers.copy()
    for place in range(len(prefix) + digits - 1, len(prefix) - 1, -1):
        letters[:, place] = rest % 10 + ord("0")
        rest //= 10
    ends = np.arange(len(numbers) + 1, dtype=np.int32) * letters.shape[1]
    held = pa.StringArray.from_buffers(
        len(numbers), pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(letters))
    )
    if missing is None or order is None:
        return held
    return held.take(pa.array(np.arange(len(numbers)), mask=missing[order]))


if __name__ == "__main__":
    make_task(int(sys.argv[1])).write(Path(sys.argv[2]))
