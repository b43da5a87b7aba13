"""What is owed from day to day: opening, what came and went, closing."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.engine.roll_forward import MOVES
from reconciliation.errors import BooksDoNotBalance
from reconciliation.profiles import FeeSchedule
from tests.reconciliation.engine.world import FRIDAY, payout, record, run

DAILY = {"payouts": "cut_off_run", "cycle_days": 1, "pays_on_weekends": True}
Row = dict[str, Any]


def line(record_id: str, days: int = 0, **told: Any) -> Row:
    return record(
        record_id, **{"business_date": FRIDAY + timedelta(days=days), "occurred_at": None, **told}
    )


def test_each_day_adds_what_was_sold_and_takes_off_what_was_not_kept() -> None:
    lines = [
        line("s1", amount_vnd=100_000, fee_vnd=1_100, tax_vnd=110),
        line("r", direction="debit", transaction_type="refund", amount_vnd=20_000),
        line("c", direction="debit", transaction_type="chargeback", amount_vnd=5_000),
        line("f", direction="debit", transaction_type="fee", amount_vnd=300),
        line("a", direction="credit", transaction_type="adjustment", amount_vnd=10),
        line("s3", 1, amount_vnd=40_000),
    ]
    net = 100_000 - 1_210 - 20_000 - 5_000 - 300 + 10

    rows = run([], lines, [payout("o", amount_vnd=net)], profile=DAILY).roll_forward

    assert rows.drop(columns=["provider", "account", "business_date"]).to_dict("records") == [
        {
            "opening_vnd": 0,
            "gross_vnd": 100_000,
            "refunds_vnd": 20_000,
            "chargebacks_vnd": 5_000,
            "fees_vnd": 1_400,
            "tax_vnd": 110,
            "adjustments_vnd": 10,
            "payouts_vnd": 0,
            "closing_vnd": net,
        },
        {
            "opening_vnd": net,
            "gross_vnd": 40_000,
            "refunds_vnd": 0,
            "chargebacks_vnd": 0,
            "fees_vnd": 0,
            "tax_vnd": 0,
            "adjustments_vnd": 0,
            "payouts_vnd": net,
            "closing_vnd": 40_000,
        },
    ]


def test_a_fee_of_the_payout_as_a_whole_is_taken_off_on_its_day() -> None:
    profile = {**DAILY, "fee": FeeSchedule(bps=110, per="run", vat_bps=1_000)}
    paid = 100_000 - 1_100 - 110

    rows = run([], [line("s", amount_vnd=100_000)], [payout("o", amount_vnd=paid)], profile=profile)

    last = rows.roll_forward.iloc[-1]
    assert (last["fees_vnd"], last["tax_vnd"], last["closing_vnd"]) == (1_100, 110, 0)


def test_a_short_payout_leaves_what_it_lacks_owed() -> None:
    result = run([], [line("s")], [payout("o", amount_vnd=49_000)], profile=DAILY)

    assert result.roll_forward.iloc[-1]["closing_vnd"] == 1_000


def test_a_payout_that_was_returned_is_still_owed() -> None:
    result = run([], [line("s")], [payout("o", status="returned")], profile=DAILY)

    assert result.roll_forward.iloc[-1]["closing_vnd"] == 50_000


def test_without_payouts_nothing_is_rolled() -> None:
    assert run([], [line("s")]).roll_forward.empty


@st.composite
def _worlds(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    usual = st.sampled_from
    lines = [
        line(
            f"s{number}",
            draw(st.integers(0, 3)),
            account=draw(usual(["A", "B"])),
            amount_vnd=draw(usual([10_000, 20_000, 30_000])),
            **draw(usual([{}, {}, {"direction": "debit", "transaction_type": "refund"}])),
            fee_vnd=draw(usual([None, 110, 0])),
        )
        for number in range(draw(st.integers(0, 8)))
    ]
    payouts = [
        payout(
            f"o{number}",
            account=draw(usual(["A", "B"])),
            amount_vnd=draw(usual([10_000, 19_890, 20_000, 29_780, 30_000, 50_000])),
            arrived_on=FRIDAY + timedelta(days=draw(st.integers(1, 4))),
            status=draw(usual(["paid", "paid", "returned"])),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    return lines, payouts


@settings(max_examples=60)
@given(_worlds(), st.sampled_from([{}, {"fee": FeeSchedule(bps=110, per="run")}]))
def test_every_day_begins_where_the_last_one_ended_and_every_dong_is_in_one_column(
    world: tuple[list[Row], list[Row]], fee: dict[str, Any]
) -> None:
    lines, payouts = world

    rows = run([], lines, payouts, profile={**DAILY, **fee}).roll_forward

    signs = dict(zip(MOVES, (1, -1, -1, -1, -1, 1, -1), strict=True))
    change = sum((rows[f"{name}_vnd"] * sign for name, sign in signs.items()), start=0)
    assert (rows["opening_vnd"] + change == rows["closing_vnd"]).all()
    for _, days in rows.groupby("account"):
        assert days["opening_vnd"].tolist() == [0, *days["closing_vnd"].tolist()[:-1]]
    kept = [row["amount_vnd"] for row in payouts if row["status"] == "paid"]
    assert rows["payouts_vnd"].sum() == sum(kept)
    sold = [row["amount_vnd"] for row in lines if row["direction"] == "credit"]
    assert rows["gross_vnd"].sum() == sum(sold)


def test_a_line_paid_that_nobody_owes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from reconciliation.engine import roll_forward

    monkeypatch.setattr(roll_forward, "_counted_lines", lambda leg: leg.lines.open.nonzero()[0])

    with pytest.raises(BooksDoNotBalance, match="no line or payout explains"):
        run([], [line("s")], [payout("o", amount_vnd=49_000)], profile=DAILY)
