"""Whatever the bytes, a reader answers with a reading; nothing is raised and nothing half kept."""

import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.feeds.catalogue import READERS, identify
from reconciliation.records import FeedReading, FileAction, SourceChannel
from tests.feed_samples import read, sample

SAMPLES = [
    sample(name)
    for name in (
        "bank/vcb_statement_utf8bom.csv",
        "bank/vcb_statement_old.csv",
        "bank/vcb_statement.xlsx",
        "bank/mb_statement.csv",
        "bank/mb_statement.xlsx",
        "bank/tcb_statement.csv",
        "bank/agribank_statement.csv",
        "bank/acb_statement.csv",
        "mpesa/org_statement.csv",
        "iso/camt053.xml",
        "iso/camt054.xml",
        "iso/mt940.sta",
        "napas/112026_BNB_CHB_970499_1_TC_SWC.dat",
        "faults/vcb_statement_utf16le_tab.csv",
        "faults/vcb_statement_cp1258.csv",
        "momo/transaction_report.csv",
        "stripe/live_vnd_balance_transactions_page1.json",
        "stripe/live_vnd_payouts.json",
        "stripe/mock_GET_v1_charges.json",
        "stripe/live_vnd_payout_reconciliation_itemized_5.csv",
    )
] + [
    json.loads(line)["body"].encode() for line in sample("sepay/webhooks_apikey.jsonl").splitlines()
]

PROVIDERS = st.sampled_from(sorted(READERS))


@st.composite
def mutated_samples(draw: st.DrawFn) -> bytes:
    content = bytearray(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 30))
        content[at : at + length] = draw(
            st.binary(max_size=12) | st.sampled_from([b"\n", b",", b'"', b"0", b"{", b"\xff", b"<"])
        )
    return bytes(content)


@st.composite
def shuffled_pieces(draw: st.DrawFn) -> bytes:
    """Return a sample of text whose lines or elements are lost, repeated or moved."""
    content = draw(st.sampled_from([one for one in SAMPLES if not one.startswith(b"PK")]))
    mark = b"<" if content.startswith(b"<") else b"\n"
    pieces = content.split(mark)
    places = st.lists(st.integers(0, len(pieces) - 1), min_size=1, max_size=2 * len(pieces))
    kept = draw(st.one_of(places, st.permutations(range(len(pieces)))))
    return mark.join(pieces[place] for place in kept)


@st.composite
def damaged_workbooks(draw: st.DrawFn) -> bytes:
    with zipfile.ZipFile(io.BytesIO(sample("bank/vcb_statement.xlsx"))) as book:
        members = {name: book.read(name) for name in book.namelist()}
    name = draw(st.sampled_from(sorted(members)))
    body = bytearray(members[name])
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(body)))
        pieces = [b"<", b'"', b"/>", b'r="D499999999999"', b'uniqueCount="99999999999"', b"&#0;"]
        body[at : at + draw(st.integers(0, 12))] = draw(st.sampled_from(pieces))
    members[name] = bytes(body)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as damaged:
        for member, member_body in members.items():
            damaged.writestr(member, member_body)
    return content.getvalue()


def check(reading: FeedReading) -> None:
    if reading.action is FileAction.REJECT_FILE:
        assert reading.reason
        assert (reading.transactions, reading.statements, reading.rejects) == ((), (), ())
    else:
        assert bool(reading.rejects) == (reading.action is FileAction.QUARANTINE_ROWS)
    for row in reading.transactions:
        assert type(row.amount) is int
        assert 0 <= row.amount <= 10**15
        assert "\0" not in repr(row)
        repr(row).encode()


@given(provider=PROVIDERS, content=st.binary(max_size=300))
def test_random_bytes_give_a_reading(provider: str, content: bytes) -> None:
    check(read(provider, content, account="1018795282"))


@settings(max_examples=400)
@given(provider=PROVIDERS, content=mutated_samples())
def test_damaged_samples_give_a_reading(provider: str, content: bytes) -> None:
    check(read(provider, content, account="1018795282"))


@settings(max_examples=200)
@given(content=shuffled_pieces())
def test_pieces_lost_repeated_or_moved_give_a_reading(content: bytes) -> None:
    for provider in ("bank_camt", "bank_mt940", "napas", "mpesa", "bank_mb", "bank_tcb", "momo"):
        name = "112026_BNB_CHB_970499_1_TC_SWC.dat"
        check(read(provider, content, account="1018795282", name=name))
        check(read(provider, content, account=None, name=name))


@given(content=damaged_workbooks())
def test_damaged_workbooks_give_a_reading(content: bytes) -> None:
    check(read("bank_vcb", content, account="1018795282"))


@given(content=mutated_samples() | st.binary(max_size=100))
def test_identifying_never_raises(content: bytes) -> None:
    reader = identify(content, "upload")

    assert reader is None or reader.provider in READERS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(data=st.data(), value=JSON)
def test_any_field_of_a_json_sample_may_hold_anything(data: st.DataObject, value: Any) -> None:
    bodies = [content for content in SAMPLES if content.lstrip()[:1] == b"{"]
    body = json.loads(data.draw(st.sampled_from(bodies)))
    holder = data.draw(st.sampled_from([body, *body.get("data", [])]))
    holder[data.draw(st.sampled_from(sorted(holder)))] = value
    content = json.dumps(body).encode()

    for provider in ("stripe", "sepay"):
        check(read(provider, content, account="0123499999", channel=SourceChannel.WEBHOOK))


@pytest.mark.parametrize("content", SAMPLES)
def test_exactly_one_reader_knows_each_sample(content: bytes) -> None:
    known = [reader.provider for reader in READERS.values() if reader.identify(content, "x")]

    assert len(known) == 1


@pytest.mark.parametrize("content", SAMPLES)
def test_every_cut_of_a_sample_gives_a_reading(content: bytes) -> None:
    reader = identify(content, "x")
    assert reader is not None

    for end in range(0, len(content), max(1, len(content) // 60)):
        check(read(reader.provider, content[:end], account="1018795282"))
