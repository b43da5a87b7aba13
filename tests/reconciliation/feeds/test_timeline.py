"""The timeline replayed in order on one plain ledger, through the readers and doors alone."""

import hashlib

from reconciliation.feeds.catalogue import READERS, book_of
from reconciliation.feeds.ledger import Effect, PlainLedger
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.replay import Replay
from reconciliation.records import FileAction, SourceChannel
from tests.feed_samples import sample
from tests.reconciliation.feeds.recorded import recorded
from tests.reconciliation.feeds.timeline import Step, steps


class World:
    """One ledger, the replay of each webhook file, and the digests of the files accepted."""

    def __init__(self) -> None:
        self.ledger = PlainLedger(book_of)
        self.replays: dict[str, Replay] = {}
        self.files: set[str] = set()

    def take(self, step: Step) -> str:
        """Take one step and say, in the words of the timeline, what became of it."""
        return self._webhook(step) if step.kind == "webhook" else self._file(step)

    def _webhook(self, step: Step) -> str:
        one = recorded(step.file, step.case)
        replay = self.replays.setdefault(
            step.file, Replay(step.file, one.door, one.channel, ledger=self.ledger)
        )
        *_, last = replay.lines(one.delivery, now=step.at)
        line = last["webhook"]
        status, body = line["reply"]["status"], line["reply"]["body"] or {}
        if line["verdict"] == "reject":
            code = body.get("RspCode")
            return f"reply_{code}_no_state_change" if code else f"reject_{status}_{line['reason']}"
        if payout := line.get("payout"):
            return f"payout_{payout['payout_status']}"
        if line["verdict"] == "duplicate":
            return "reply_02_duplicate" if body.get("RspCode") == "02" else "duplicate"
        return str(line["ledger"])

    def _file(self, step: Step) -> str:
        content = sample(step.file)
        digest = hashlib.sha256(content).hexdigest()
        if digest in self.files:
            return "duplicate_file"
        context = ReadContext(account=step.account, name=step.name, channel=SourceChannel.FILE)
        reading = READERS[step.provider].read(content, context=context)
        if reading.action is FileAction.REJECT_FILE:
            return "reject_file"
        self.files.add(digest)
        effects = {self.ledger.take(row) for row in reading.transactions}
        return "all_rows_duplicate" if effects == {Effect.NONE} else "accept"


SAID_OTHERWISE = {
    "insert_authorised": "insert",
    "update_succeeded": "update",
    "payout_failed_reopens_settlement": "payout_failed",
}


def test_every_step_does_what_the_timeline_says() -> None:
    world = World()
    told, deltas = [], []
    for step in steps():
        before = world.ledger.balance()
        told.append((step.n, world.take(step)))
        deltas.append((step.n, world.ledger.balance() - before))

    assert told == [(s.n, SAID_OTHERWISE.get(s.expect, s.expect)) for s in steps()]
    assert deltas == [(s.n, s.ledger_delta) for s in steps()]
    assert len(deltas) == 22
