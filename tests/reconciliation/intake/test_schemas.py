"""A provider's form changes: which columns are new, gone or renamed is said of the newest file."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from market.database import reading
from reconciliation.intake.columns import ColumnDrift, columns_of, drift_between
from reconciliation.intake.fields import Fields, Form, fields_of
from reconciliation.intake.ingest import Incoming
from reconciliation.intake.raw_store import RawStore
from reconciliation.intake.schemas import NEWS_FOR, FeedDrift, newest_drifts
from tests.feed_samples import sample
from tests.merchants.queries import counted
from tests.reconciliation.arrivals import NOW, incoming, minutes_later, momo, sepay, vcb
from tests.reconciliation.taking import take

HEADER = ("ngày giao dịch", "số tham chiếu", "số tiền ghi nợ", "số tiền ghi có", "mô tả")


def drifts(engine: sa.Engine) -> list[FeedDrift]:
    with reading(engine) as session:
        return newest_drifts(session, now=NOW)


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
            form=Form.TABLE,
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


def test_feeds_are_told_apart_in_two_questions(engine: sa.Engine, store: RawStore) -> None:
    take(engine, store, sepay())
    take(engine, store, vcb(("R1", 10_000, "a")))
    take(engine, store, momo(("1", 5_000, "Thành công")))
    take(engine, store, with_header("A,B,C,D,E", 5))

    with reading(engine) as session, counted(engine) as sent:
        found = newest_drifts(session, now=NOW)

    assert [one.provider for one in found] == ["bank_vcb"]
    assert found[0].drift.renamed[0] == (HEADER[0], "a")
    assert len(sent) == 2


names = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6)


@given(names, names)
def test_every_column_is_kept_renamed_added_or_missing(was: list[str], now: list[str]) -> None:
    drift = drift_between(was, now)

    old, new = {a for a, _ in drift.renamed}, {b for _, b in drift.renamed}
    assert set(was) - set(now) == old | set(drift.missing)
    assert set(now) - set(was) == new | set(drift.added)
    assert drift.is_none == (was == now)


@pytest.mark.parametrize(
    ("content", "form", "fields"),
    [
        (b'{"b":1,"a":[{"c":2},{"d":{"e":3}}]}', Form.JSON, ("a", "a.c", "a.d", "a.d.e", "b")),
        (b'{"metadata":{"order":"7"},"id":1}', Form.JSON, ("id", "metadata")),
        (b'{"id":1}\n{"at":2}\n', Form.JSON, ("at", "id")),
        (b'<a xmlns="urn:x"><b><c/></b><b/></a>', Form.XML, ("a", "a/b", "a/b/c")),
        (b":20:S1\r\n:25:1\r\n:61:2611\r\n", Form.MT940, ("20", "25", "61")),
        (b"vnp_Amount=100&vnp_TxnRef=A%20B", Form.FIELDS, ("vnp_Amount", "vnp_TxnRef")),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', Form.XML, ()),
        (b'{"a":', Form.JSON, ()),
        (b"[" * 100_000, Form.JSON, ()),
        (b"<a><b>", Form.XML, ("a", "a/b")),
        (b"<a></b>", Form.XML, ()),
        (b"\xff\xfe\x00", Form.FIELDS, ()),
    ],
)
def test_what_has_no_columns_is_known_by_its_fields(
    content: bytes, form: Form, fields: Fields
) -> None:
    assert fields_of(content) == (form, fields)


def test_a_message_with_a_field_nobody_met_before_is_news_for_a_week(
    engine: sa.Engine, store: RawStore
) -> None:
    first = take(engine, store, sepay(1))
    take(engine, store, minutes_later(sepay(2), 1))
    assert drifts(engine) == []

    news = take(engine, store, minutes_later(sepay(3, currencyCode="VND"), 2))
    take(engine, store, minutes_later(sepay(4, currencyCode="VND"), 3))
    take(engine, store, minutes_later(sepay(5), 4))

    assert drifts(engine) == [
        FeedDrift(
            provider="sepay",
            form=Form.JSON,
            delivery_id=news.delivery_id,
            compared_with_id=first.delivery_id,
            is_accepted=True,
            drift=ColumnDrift(added=("currencyCode",)),
        )
    ]
    with reading(engine) as session:
        assert newest_drifts(session, now=NOW + NEWS_FOR + timedelta(hours=1)) == []


@pytest.mark.parametrize(
    ("provider", "name", "was", "now_", "added"),
    [
        (
            "bank_camt",
            "iso/camt053.xml",
            b"<Ccy>VND</Ccy></Acct>",
            b"<Ccy>VND</Ccy><Nm>CHO</Nm></Acct>",
            ("Document/BkToCstmrStmt/Stmt/Acct/Nm",),
        ),
        ("bank_mt940", "iso/mt940.sta", b":28C:", b":13D:2611200900\n:28C:", ("13D",)),
    ],
)
def test_a_new_element_or_tag_of_a_statement_is_news(
    engine: sa.Engine, store: RawStore, provider: str, name: str, was: bytes, now_: bytes,
    added: tuple[str, ...],
) -> None:  # fmt: skip
    content = sample(name)
    take(engine, store, incoming(provider, content))

    take(engine, store, minutes_later(incoming(provider, content.replace(was, now_, 1)), 1))

    [drift] = drifts(engine)
    assert (drift.provider, drift.drift.added) == (provider, added)


def test_the_first_notice_of_a_bank_that_sent_statements_is_no_news(
    engine: sa.Engine, store: RawStore
) -> None:
    take(engine, store, incoming("bank_camt", sample("iso/camt053.xml")))
    take(engine, store, minutes_later(incoming("bank_camt", sample("iso/camt054.xml")), 1))

    assert drifts(engine) == []


def test_webhooks_of_a_known_form_ask_nothing_about_it(engine: sa.Engine, store: RawStore) -> None:
    take(engine, store, sepay(1))
    take(engine, store, sepay(2))

    with counted(engine) as sent:
        take(engine, store, sepay(3))

    assert not [one for one in sent if "feed_columns" in str(one)]
