"""A provider's form changes: which columns are new, gone or renamed is said of the newest file."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from market.database import reading
from reconciliation.ingest import Incoming
from reconciliation.operations.columns import ColumnDrift, columns_of, drift_between
from reconciliation.operations.schemas import FeedDrift, newest_drifts
from reconciliation.raw_store import RawStore
from tests.merchants.queries import counted
from tests.reconciliation.arrivals import incoming, minutes_later, momo, sepay, vcb
from tests.reconciliation.operations.taking import take

HEADER = ("ngày giao dịch", "số tham chiếu", "số tiền ghi nợ", "số tiền ghi có", "mô tả")


def drifts(engine: sa.Engine) -> list[FeedDrift]:
    with reading(engine) as session:
        return newest_drifts(session)


def with_header(columns: str, minutes: int) -> Incoming:
    text = vcb(("R1", 10_000, "a")).content.decode()
    changed = text.replace(
        "Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả", columns
    )
    return minutes_later(incoming("bank_vcb", changed), minutes)


def test_the_header_is_found_among_preamble_and_rows() -> None:
    assert columns_of(vcb(("R1", 10_000, "tien rau")).content) == HEADER


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"%PDF-1.7", b"<Document/>", b"one line"])
def test_what_has_no_table_has_no_columns(content: bytes) -> None:
    assert columns_of(content) == ()


def test_a_renamed_an_added_and_a_missing_column_are_told_apart(
    engine: sa.Engine, store: RawStore
) -> None:
    good = take(engine, store, vcb(("R1", 10_000, "a")))
    assert drifts(engine) == []

    refused = take(
        engine, store,
        with_header("Ngày giao dịch,Mã tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả,Chi nhánh", 5),
    )  # fmt: skip

    assert drifts(engine) == [
        FeedDrift(
            provider="bank_vcb",
            delivery_id=refused.delivery_id,
            compared_with_id=good.delivery_id,
            is_accepted=False,
            drift=ColumnDrift(renamed=(("số tham chiếu", "mã tham chiếu"),), added=("chi nhánh",)),
        )
    ]


def test_the_next_good_file_ends_the_alarm(engine: sa.Engine, store: RawStore) -> None:
    take(engine, store, vcb(("R1", 10_000, "a")))
    take(engine, store, with_header("Ngày,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả", 5))
    assert len(drifts(engine)) == 1

    take(engine, store, minutes_later(vcb(("R2", 10_000, "a")), 9))

    assert drifts(engine) == []


def test_a_provider_with_two_forms_raises_no_alarm_by_using_both(
    engine: sa.Engine, store: RawStore
) -> None:
    other = (
        "Số tài khoản:,1018795282\nNgày giao dịch,Số tham chiếu,Thay đổi,Số tiền,Mô tả\n"
        "20/11/2026,R5,+,5000,a\nTổng,,,5000,\n"
    )
    take(engine, store, vcb(("R1", 10_000, "a")))
    take(engine, store, minutes_later(incoming("bank_vcb", other), 1))
    take(engine, store, minutes_later(vcb(("R2", 10_000, "a")), 2))
    take(engine, store, minutes_later(incoming("bank_vcb", other.replace("R5", "R6")), 3))

    assert drifts(engine) == []


def test_a_file_that_is_refused_for_another_reason_is_no_drift(
    engine: sa.Engine, store: RawStore
) -> None:
    take(engine, store, vcb(("R1", 10_000, "a")))
    cut = vcb(("R2", 10_000, "a")).content.replace("Tổng".encode(), b"x")
    refused = take(engine, store, minutes_later(incoming("bank_vcb", cut), 1))

    assert refused.reason == "partial"
    assert drifts(engine) == []


def test_webhooks_have_no_columns_and_feeds_are_told_apart(
    engine: sa.Engine, store: RawStore
) -> None:
    take(engine, store, sepay())
    take(engine, store, vcb(("R1", 10_000, "a")))
    take(engine, store, momo(("1", 5_000, "Thành công")))
    take(engine, store, with_header("A,B,C,D,E", 5))

    with reading(engine) as session, counted(engine) as sent:
        found = newest_drifts(session)

    assert [one.provider for one in found] == ["bank_vcb"]
    assert found[0].drift.renamed[0] == (HEADER[0], "a")
    assert len(sent) == 1


names = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6)


@given(names, names)
def test_every_column_is_kept_renamed_added_or_missing(was: list[str], now: list[str]) -> None:
    drift = drift_between(was, now)

    old, new = {a for a, _ in drift.renamed}, {b for _, b in drift.renamed}
    assert set(was) - set(now) == old | set(drift.missing)
    assert set(now) - set(was) == new | set(drift.added)
    assert drift.is_none == (was == now)
