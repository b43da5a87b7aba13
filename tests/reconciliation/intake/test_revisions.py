"""A corrected file takes the place of the one it corrects, in any order of rows, and no more than that."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import sqlalchemy as sa

from market.database import reading
from reconciliation.intake.ingest import Incoming
from reconciliation.intake.raw_store import RawStore
from reconciliation.intake.revisions import logical_name
from reconciliation.tables import Delivery
from tests.reconciliation.arrivals import NOW, incoming, ledger, minutes_later, momo, vcb
from tests.reconciliation.taking import take, take_back

Row = tuple[str, int, str]


def counting(engine: sa.Engine) -> list[tuple[str | None, int]]:
    with reading(engine) as session:
        return sorted((row["bank_reference"], row["amount"]) for row in ledger(session))


def revised(engine: sa.Engine, delivery_id: int) -> int | None:
    with reading(engine) as session:
        return session.get_one(Delivery, delivery_id).revises_id


def file(*rows: Row, name: str = "saoke_20261120.csv", minutes: int = 0) -> Incoming:
    return minutes_later(vcb(*rows, name=name), minutes)


FORMER: Sequence[Row] = (("R1", 10_000, "a"), ("R2", 20_000, "b"), ("R3", 30_000, "c"))


def test_a_row_that_the_corrected_file_leaves_out_counts_no_more(
    engine: sa.Engine, store: RawStore
) -> None:
    first = take(engine, store, file(*FORMER))

    second = take(engine, store, file(*FORMER[:2], name="saoke_20261120 (1).csv", minutes=5))

    assert counting(engine) == [("R1", 10_000), ("R2", 20_000)]
    assert revised(engine, second.delivery_id) == first.delivery_id
    with reading(engine) as session:
        assert len(ledger(session, every_version=True)) == 3


def test_a_corrected_amount_is_a_new_row_and_the_wrong_one_goes(
    engine: sa.Engine, store: RawStore
) -> None:
    take(engine, store, file(*FORMER))

    take(engine, store, file(*FORMER[:2], ("R3", 33_000, "c"), minutes=5))

    # A bank may use a reference again, so another amount is another movement: only the file tells.
    assert counting(engine) == [("R1", 10_000), ("R2", 20_000), ("R3", 33_000)]


def test_taking_the_correction_back_brings_the_former_rows_back(
    engine: sa.Engine, store: RawStore
) -> None:
    take(engine, store, file(*FORMER))
    second = take(engine, store, file(*FORMER[:2], minutes=5))

    take_back(engine, store, second.delivery_id, now=NOW)

    assert counting(engine) == [(key, amount) for key, amount, _ in FORMER]


def test_a_third_file_may_tell_the_row_again(engine: sa.Engine, store: RawStore) -> None:
    take(engine, store, file(*FORMER))
    take(engine, store, file(*FORMER[:2], minutes=5))

    third = take(engine, store, file(*FORMER, ("R4", 40_000, "d"), minutes=9))

    assert counting(engine) == [
        ("R1", 10_000), ("R2", 20_000), ("R3", 30_000), ("R4", 40_000)
    ]  # fmt: skip
    assert third.new == 2


@pytest.mark.parametrize(
    "second",
    [
        file(*FORMER[:2], name="momo_20261120.csv", minutes=5),
        file(*FORMER[:2], name="", minutes=5),
        file(*FORMER[:1], minutes=5),
        file(("R8", 80_000, "x"), ("R9", 90_000, "y"), minutes=5),
    ],
    ids=["another name", "no name", "most rows gone", "other rows"],
)
def test_what_may_be_another_file_takes_nothing_away(
    engine: sa.Engine, store: RawStore, second: Incoming
) -> None:
    take(engine, store, file(*FORMER))

    result = take(engine, store, second)

    assert {("R1", 10_000), ("R2", 20_000), ("R3", 30_000)} <= set(counting(engine))
    assert revised(engine, result.delivery_id) is None


def test_a_file_of_which_a_row_waits_takes_nothing_away(engine: sa.Engine, store: RawStore) -> None:
    take(engine, store, file(*FORMER))
    doubtful = file(*FORMER[:2], ("R7", 70_000, "x"), minutes=5)
    content = doubtful.content.replace(b"20/11/2026,R7", b"31/11/2026,R7")

    result = take(engine, store, replace(doubtful, content=content))

    assert result.rejected == 1
    assert ("R3", 30_000) in counting(engine)


def test_reports_of_two_stores_are_not_each_others_corrections(
    engine: sa.Engine, store: RawStore
) -> None:
    take(engine, store, replace(momo(("1", 5_000, "Thành công")), name="momo_A12_20261120.csv"))
    other = momo(("2", 6_000, "Thành công"), store="CHO-A13")
    take(engine, store, replace(minutes_later(other, 5), name="momo_A13_20261120.csv"))

    with reading(engine) as session:
        assert sorted(row["amount"] for row in ledger(session)) == [5_000, 6_000]


def test_where_rows_are_known_by_their_balance_a_row_put_in_does_not_double_the_others(
    engine: sa.Engine, store: RawStore
) -> None:
    take(engine, store, generic(("20/11/2026", 10_000, 110_000), ("20/11/2026", 20_000, 130_000)))

    take(
        engine,
        store,
        generic(
            ("20/11/2026", 5_000, 105_000),
            ("20/11/2026", 10_000, 115_000),
            ("20/11/2026", 20_000, 135_000),
            minutes=5,
        ),
    )

    assert [amount for _, amount in counting(engine)] == [5_000, 10_000, 20_000]


def generic(*rows: tuple[str, int, int], minutes: int = 0) -> Incoming:
    """A statement without references: rows are known by day, amount and balance."""
    lines = [
        "Số tài khoản:,0123456789",
        "Từ ngày:,20/11/2026,Đến ngày:,20/11/2026",
        "Ngày ghi sổ,Thời điểm giao dịch,Mã tham chiếu,Tiền ra,Tiền vào,Số dư,Nội dung,Mã cửa hàng",
        *(f"{day},,,,{amount},{balance},ck," for day, amount, balance in rows),
        f"Tổng,,,0,{sum(amount for _, amount, _ in rows)},,,",
    ]
    one = incoming("generic", "\n".join(lines) + "\n", name="quy_tin_dung_20261120.csv")
    return minutes_later(one, minutes)


@pytest.mark.parametrize(
    ("name", "logical"),
    [
        ("saoke_20261120.csv", "SAOKE"),
        ("SaoKe_2026-11-20 (1).xlsx", "SAOKE"),
        ("Sao kê 20.11.2026 - bản sao.csv", "SAO KE"),
        ("saoke_20261120_v2.csv", "SAOKE"),
        ("saoke_sua_20261120_093000.csv", "SAOKE"),
        ("momo_A12_20261120.csv", "MOMO A12"),
        ("momo_A13.csv", "MOMO A13"),
        ("20261120.csv", ""),
        ("", ""),
    ],
)
def test_a_logical_name_is_without_dates_and_marks_of_another_download(
    name: str, logical: str
) -> None:
    assert logical_name(name) == logical
