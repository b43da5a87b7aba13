"""Read everything again with the readers of now: what differs is told, and written when asked."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from reconciliation.feeds.catalogue import READERS
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.intake import deliveries
from reconciliation.intake.raw_store import RawStore
from reconciliation.operations.rereading import Reread, RereadDelivery, reread
from reconciliation.records import FeedReading, Transaction
from reconciliation.tables import Delivery, DeliveryState
from reconciliation.verification.ledger import prove_ledger
from tests.reconciliation.arrivals import NOW, SEALER, ledger, minutes_later, momo, sepay, vcb
from tests.reconciliation.taking import take


def again(
    engine: sa.Engine, store: RawStore, *, apply: bool = False, asked: Reread | None = None
) -> list[RereadDelivery]:
    with writing(engine) as session:
        found, _ = reread(
            session, store, asked or Reread(), sealer=SEALER, now=NOW, is_applied=apply
        )
        return found


def counting(engine: sa.Engine) -> list[tuple[str, int]]:
    with reading(engine) as session:
        return sorted((row["bank_reference"], row["amount"]) for row in ledger(session))


Mend = Callable[[str, Callable[[tuple[Transaction, ...]], tuple[Transaction, ...]]], None]


@pytest.fixture
def mended(monkeypatch: pytest.MonkeyPatch) -> Mend:
    """Let a provider's reader tell other transactions, as after a change of its code."""

    class Mended:
        def __init__(self, provider: str, change: Callable[..., tuple[Transaction, ...]]) -> None:
            self.provider, self._change = provider, change

        def identify(self, content: bytes, name: str) -> bool:
            return READERS[self.provider].identify(content, name)

        def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
            told = READERS[self.provider].read(content, context=context)
            return replace(told, transactions=self._change(told.transactions))

    def mend(provider: str, change: Callable[..., tuple[Transaction, ...]]) -> None:
        patched = {**READERS, provider: Mended(provider, change)}
        monkeypatch.setattr(deliveries, "READERS", patched)
        monkeypatch.setattr("reconciliation.verification.ledger.READERS", patched)

    return mend


def cheaper(told: tuple[Transaction, ...]) -> tuple[Transaction, ...]:
    return tuple(replace(one, fee_amount=7) for one in told)


def test_with_the_same_readers_nothing_differs(engine: sa.Engine, store: RawStore) -> None:
    take(engine, store, vcb(("R1", 10_000, "a"), ("R2", -5_000, "b")))
    take(engine, store, momo(("1", 5_000, "Thành công")))
    take(engine, store, sepay(1, 20_000))
    take(engine, store, minutes_later(sepay(1, 20_000, content="lan hai"), 1))

    found = again(engine, store)

    assert [one.is_different for one in found] == [False] * 4
    assert [one.same for one in found] == [2, 1, 1, 1]


def test_a_changed_row_is_told_and_becomes_a_new_version_when_applied(
    engine: sa.Engine, store: RawStore, mended: Mend
) -> None:
    file = take(engine, store, vcb(("R1", 10_000, "a"), ("R2", 20_000, "b")))
    mended("bank_vcb", cheaper)

    (dry,) = again(engine, store)
    assert (dry.changed, dry.added, dry.gone) == (2, 0, 0)
    assert dry.changes[0].fields == ("fee_amount",)
    with reading(engine) as session:
        assert {row["version"] for row in ledger(session, every_version=True)} == {1}

    again(engine, store, apply=True)
    (after,) = again(engine, store, apply=True)

    assert not after.is_different
    with reading(engine) as session:
        rows = ledger(session)
        assert [(row["version"], row["fee_amount"]) for row in rows] == [(2, 7), (2, 7)]
        assert len(ledger(session, every_version=True)) == 4
        assert session.get_one(Delivery, file.delivery_id).rows_revised == 2
        assert prove_ledger(session, store, sealer=SEALER).findings == []


def test_a_row_the_reader_no_longer_sees_stops_counting_and_one_it_sees_now_enters(
    engine: sa.Engine, store: RawStore, mended: Mend
) -> None:
    take(engine, store, vcb(("R1", 10_000, "a"), ("R2", 20_000, "b")))
    mended("bank_vcb", lambda told: told[:1])

    (dry,) = again(engine, store)
    assert (dry.gone, dry.changes[0].kind, dry.changes[0].was_amount) == (1, "gone", 20_000)
    again(engine, store, apply=True)
    assert counting(engine) == [("R1", 10_000)]

    mended("bank_vcb", lambda told: told)
    (back,) = again(engine, store, apply=True)

    assert (back.added, back.gone) == (1, 0)
    assert counting(engine) == [("R1", 10_000), ("R2", 20_000)]


def test_a_refused_file_is_told_to_be_readable_and_read_when_applied(
    engine: sa.Engine, store: RawStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = take(engine, store, replace(vcb(), content=b"rubbish"))
    good = vcb(("R1", 10_000, "a")).content

    class Mended:
        provider = "bank_vcb"

        def identify(self, content: bytes, name: str) -> bool:
            return READERS["bank_vcb"].identify(good, name)

        def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
            return READERS["bank_vcb"].read(good, context=context)

    monkeypatch.setattr(deliveries, "READERS", {**READERS, "bank_vcb": Mended()})

    (dry,) = again(engine, store)
    assert (dry.is_readable_now, dry.added, counting(engine)) == (True, 1, [])
    again(engine, store, apply=True)

    assert counting(engine) == [("R1", 10_000)]
    with reading(engine) as session:
        assert session.get_one(Delivery, file.delivery_id).state is DeliveryState.PROCESSED


def test_what_a_later_delivery_told_is_left_alone(
    engine: sa.Engine, store: RawStore, mended: Mend
) -> None:
    take(engine, store, sepay(1, 20_000, referenceCode="A"))
    take(engine, store, minutes_later(sepay(1, 20_000, referenceCode="B"), 1))
    mended("sepay", cheaper)

    first, second = again(engine, store, apply=True)

    assert (first.changed, second.changed) == (0, 1)
    assert counting(engine) == [("B", 20_000)]


def test_lost_bytes_and_a_reader_that_fails_are_said_and_change_nothing(
    engine: sa.Engine, store: RawStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(engine, store, vcb(("R1", 10_000, "a")))
    gone = take(engine, store, momo(("1", 5_000, "Thành công")))
    with reading(engine) as session:
        store.remove([session.get_one(Delivery, gone.delivery_id).raw_sha256])
    monkeypatch.setattr(deliveries, "READERS", {**READERS, "bank_vcb": None})

    found = again(engine, store, apply=True)

    assert [one.problem for one in found] == ["reader", "raw"]
    assert len(counting_all(engine)) == 2


def counting_all(engine: sa.Engine) -> list[int]:
    with reading(engine) as session:
        return [row["amount"] for row in ledger(session)]


def test_a_window_is_read_page_by_page(engine: sa.Engine, store: RawStore) -> None:
    numbers = [take(engine, store, sepay(n, 1_000 * n)).delivery_id for n in range(1, 6)]
    take(engine, store, momo(("1", 5_000, "Thành công")))

    with reading(engine) as session:
        first, following = reread(
            session, store, Reread(provider="sepay", limit=3), sealer=SEALER, now=NOW
        )
        rest, end = reread(
            session, store, Reread(provider="sepay", limit=3, after=following or 0),
            sealer=SEALER, now=NOW,
        )  # fmt: skip
        none, _ = reread(
            session, store, Reread(first=NOW.date().replace(day=1), last=NOW.date().replace(day=2)),
            sealer=SEALER, now=NOW,
        )  # fmt: skip

    assert [one.delivery_id for one in [*first, *rest]] == numbers
    assert (following, end, none) == (numbers[2], None, [])
