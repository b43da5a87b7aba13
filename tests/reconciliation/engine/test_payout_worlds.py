"""Small worlds of payouts, drawn once, with every decision as somebody last looked at it.

They hold what nobody thinks of: payouts that repeat each other, come days late, lack a line or pay some
of three days. ``tests/golden/payout-worlds.txt`` tells them in words; a change of the matcher that makes
it bolder or more timid shows in its difference. Every fifth world is proved by the verifier as well.
"""

import random
from datetime import timedelta
from typing import Any

from reconciliation.engine.matching import reconcile
from reconciliation.engine.results import Reconciled
from reconciliation.profiles import FeeSchedule
from tests.golden_files import Compare
from tests.reconciliation.engine.test_payout_doubts import BANK_DAYS, DAILY
from tests.reconciliation.engine.world import FRIDAY, Row, books, payout, record, refund, rules, run

DRAWN = 250
PROFILES: list[tuple[str, dict[str, Any]]] = [
    ("every day", DAILY),
    ("bank days", BANK_DAYS),
    ("every day, late after 3", {**DAILY, "late_after_days": 3}),
]
AMOUNTS = (
    (10_000, 20_000),
    (10_000, 20_000, 30_000, 50_000),
    (7_000, 11_000, 13_000, 17_000),
    tuple(range(1_000, 40_000, 3_000)),
    (101, 203, 307, 999),
)


def test_small_worlds_are_decided_as_they_were_when_looked_at(golden: Compare) -> None:
    told = [_told(number) for number in range(DRAWN)]

    golden("payout-worlds.txt", "\n".join(told).encode())


def test_payouts_of_nothing_beside_them_stop_no_world() -> None:
    for number in range(0, DRAWN, 12):
        _, profile, lines, payouts = _drawn(number)
        came = FRIDAY + timedelta(days=number % 9)

        _decided(
            lines, [*payouts, payout("z", amount_vnd=0, arrived_on=came)], profile, is_proved=True
        )


def _told(number: int) -> str:
    """Tell a world and what became of it: who, when (days after Friday), how much, what."""
    name, profile, lines, payouts = _drawn(number)
    result = _decided(lines, payouts, profile, is_proved=number % 5 == 0)
    legs = result.outcomes[result.outcomes["leg"].eq("C")].set_index("record_id")
    in_order = sorted(lines, key=lambda row: (row["business_date"], row["record_id"]))
    words = [f"# {number}: {name}"]
    words += [_line(row["record_id"], row["business_date"], _worth(row), legs) for row in in_order]
    readings = dict(zip(result.payouts["record_id"], result.payouts["readings"], strict=True))
    for row in sorted(payouts, key=lambda row: (row["arrived_on"], row["record_id"])):
        words.append(_line(row["record_id"], row["arrived_on"], row["amount_vnd"], legs))
        words += [
            f"    {reading['comes_to_vnd']}: {' '.join(reading['lines'])}"
            for reading in _sequence(readings[row["record_id"]])
        ]
    return "\n".join(words) + "\n"


def _decided(
    lines: list[Row], payouts: list[Row], profile: dict[str, Any], *, is_proved: bool
) -> Reconciled:
    if is_proved:
        return run([], lines, payouts, profile=profile)
    return reconcile(books([], lines, payouts), rules(profile))


def _line(name: str, on: Any, amount: int, legs: Any) -> str:
    told = legs.loc[name]
    by = f" {told['counterpart_id']}" if isinstance(told["counterpart_id"], str) else ""
    off = f" {told['difference_vnd']:+}" if told["difference_vnd"] else ""
    reason = f" ({told['reason']})" if told["reason"] else ""
    return f"{name} +{(on - FRIDAY).days} {amount}: {told['outcome']}{by}{off}{reason}"


def _sequence(readings: Any) -> list[dict[str, Any]]:
    return [] if readings is None else list(readings)


def _worth(row: Row) -> int:
    amount: int = row["amount_vnd"]
    return -amount if row["transaction_type"] == "refund" else amount


def _drawn(number: int) -> tuple[str, dict[str, Any], list[Row], list[Row]]:
    """Return the words of a profile, the profile, lines and payouts."""
    draw = random.Random(number)
    name, profile = draw.choice(PROFILES)
    fee_bps = draw.choice((100, 110, 37)) if draw.random() < 0.25 else 0
    if fee_bps:
        name += f", {fee_bps} bps of each payout"
        profile = {**profile, "fee": FeeSchedule(bps=fee_bps, per="run")}
    lines = _lines(draw)
    return name, profile, lines, _payouts(draw, lines, fee_bps)


def _lines(draw: random.Random) -> list[Row]:
    amounts = draw.choice(AMOUNTS)
    lines: list[Row] = []
    for day in range(draw.choice((2, 3, 4, 6))):
        for _ in range(draw.choice((0, 1, 1, 2, 3))):
            make = refund if draw.random() < 0.08 else record
            told = {"business_date": FRIDAY + timedelta(days=day), "occurred_at": None}
            lines.append(make(f"s{len(lines)}", amount_vnd=draw.choice(amounts), **told))
    return lines


def _payouts(draw: random.Random, lines: list[Row], fee_bps: int) -> list[Row]:
    """Draw up to five payouts: of whole days or parts of them not paid yet, or of anything at all."""
    payouts: list[Row] = []
    left = list(lines)
    for _ in range(draw.choice((1, 2, 3, 4, 5))):
        if draw.random() < 0.75 and left:
            first = draw.choice(left)["business_date"]
            last = first + timedelta(days=draw.choice((0, 0, 1, 2)))
            own = [row for row in left if first <= row["business_date"] <= last]
            if draw.random() < 0.3 and len(own) > 1:
                own = draw.sample(own, len(own) - 1)
            left = [row for row in left if row not in own]
        else:
            own = draw.sample(lines, min(len(lines), draw.choice((1, 2, 3))))
        amount = sum(map(_worth, own))
        amount -= round(amount * fee_bps / 10_000)
        if draw.random() < 0.12:
            amount += draw.choice((-10_000, -1_000, -1, 1, 1_000, 10_000))
        if own and amount > 0:
            day = max(row["business_date"] for row in own)
            came = day + timedelta(days=draw.choice((1, 1, 1, 2, 3, 4, 6)))
            payouts.append(payout(f"o{len(payouts)}", amount_vnd=amount, arrived_on=came))
    return payouts
