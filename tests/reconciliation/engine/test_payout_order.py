"""Two payouts of one day and one line: the order in which they are told decides nothing."""

from datetime import timedelta

import pytest

from tests.reconciliation.engine.world import FRIDAY, decided, payout, record, run

RULES = {"payouts": "cut_off_run", "cycle_days": 1, "pays_on_weekends": True}


@pytest.mark.parametrize(
    ("first", "second"), [((200_000, None), (350_000, None)), ((300_000, "PO1"), (300_000, None))]
)
def test_the_order_of_payouts_decides_nothing(
    first: tuple[int, str | None], second: tuple[int, str | None]
) -> None:
    line = record("s", business_date=FRIDAY, occurred_at=None, amount_vnd=50_000)
    told = [
        payout(
            name,
            arrived_on=FRIDAY + timedelta(days=1),
            amount_vnd=amount,
            payout_reference=reference,
        )
        for name, (amount, reference) in {"oA": first, "oB": second}.items()
    ]

    one_way = run([], [line], told, profile=RULES)
    other_way = run([], [line], told[::-1], profile=RULES)

    assert one_way.root_hash == other_way.root_hash
    for name in ("oA", "oB"):
        assert decided(one_way, name, "C").outcome == decided(other_way, name, "C").outcome
