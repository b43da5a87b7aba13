"""Every simulated delivery goes through the product's own readers."""

import pytest

from reconciliation.feeds import catalogue
from reconciliation.feeds.providers import casso, sepay
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.doors import Delivered
from reconciliation.records import FileAction, SourceChannel
from reconciliation.simulation.deliveries import SimFile
from reconciliation.simulation.faults import Fault
from reconciliation.simulation.wire_casso import CASSO_SECRET
from tests.reconciliation.simulation.worlds import SECRET, world

DOORS = {
    "sepay": (sepay.DOOR, sepay.DOOR.channel((SECRET,), {})),
    "casso": (casso.DOOR, casso.DOOR.channel((CASSO_SECRET,), {"version": "2"})),
}
READERS = {name: catalogue.READERS[name] for name in ("bank_vcb", "momo")}


def _read(sent: SimFile) -> object:
    context = ReadContext(account=sent.account, name=sent.name, channel=SourceChannel.FILE)
    return READERS[sent.provider].read(sent.content, context=context)


def test_every_whole_file_is_accepted_with_agreeing_totals() -> None:
    for sent in world("faulty").files:
        if Fault.FILE_TRUNCATED in sent.faults:
            continue
        reading = _read(sent)
        assert reading.action is FileAction.ACCEPT, (sent.name, reading.reason)
        assert len(reading.transactions) == sent.rows
        assert [s.control_status for s in reading.statements] == ["agree"]


def test_every_truncated_file_is_refused_whole() -> None:
    broken = [f for f in world("faulty").files if Fault.FILE_TRUNCATED in f.faults]

    assert broken
    assert {_read(sent).action for sent in broken} == {FileAction.REJECT_FILE}


def test_the_rows_read_have_the_keys_and_amounts_of_the_truth() -> None:
    seen = world("faulty")
    read = {
        row.dedupe_key: row.amount
        for sent in seen.files
        if Fault.FILE_TRUNCATED not in sent.faults
        for row in _read(sent).transactions
    }

    assert read == {
        m.statement_key: m.amount_vnd
        for m in seen.movements
        if m.ledger in READERS and m.statement_key
    } | {key: vnd for m in seen.movements for key, vnd in m.booked_as}


@pytest.mark.parametrize("kind", ["sound", "faulty"])
def test_every_signature_gets_the_verdict_of_the_truth(kind: str) -> None:
    for webhook in world(kind).webhooks:
        delivered = Delivered(content=webhook.body.encode(), headers=webhook.headers)
        door, channel = DOORS[webhook.provider]
        verdict = door.verify(delivered, channel, webhook.received_at)
        expected = "" if webhook.verdict in {"accept", "duplicate"} else webhook.verdict
        assert verdict.reason == expected


def test_every_webhook_body_is_one_transfer_with_the_key_of_the_truth() -> None:
    for webhook in world("faulty").webhooks:
        reader = catalogue.READERS[webhook.provider]
        context = ReadContext(account=None, channel=SourceChannel.WEBHOOK)
        reading = reader.read(webhook.body.encode(), context=context)
        assert reading.action is FileAction.ACCEPT
        assert reading.warnings == ()
        assert [row.dedupe_key for row in reading.transactions] == [webhook.payments_key]
