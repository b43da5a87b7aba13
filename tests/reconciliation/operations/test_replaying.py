"""A delivery read again after a fix: what could not be read enters, what was read is not doubled."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from reconciliation.errors import DeliveryForgotten, DeliveryNotFound, DeliveryVoided
from reconciliation.feeds.catalogue import READERS
from reconciliation.feeds.providers.sepay import DOOR
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.doors import Channel, Delivered
from reconciliation.feeds.rules import FeedRules, ToldBy
from reconciliation.intake import deliveries
from reconciliation.intake.inbox import receive
from reconciliation.intake.ingest import ingest
from reconciliation.intake.raw_store import RawStore
from reconciliation.operations.replaying import Replayed, replay, waiting_deliveries
from reconciliation.records import FeedReading, SignatureStatus
from reconciliation.tables import Delivery, DeliveryState, FeedReject, SettlementStatement
from tests.feed_samples import VCB_ACCOUNT, vcb_csv
from tests.reconciliation.arrivals import NOW, SEALER, incoming, ledger, minutes_later, sepay, vcb
from tests.reconciliation.intake.test_inbox import SECRET, signed
from tests.reconciliation.taking import take

BROKEN_DAY = vcb_csv("20/11/2026,R1,,10000,a", "31/11/2026,R2,,20000,Tran Thi B", total=",30000,")


def again(
    engine: sa.Engine,
    store: RawStore,
    *delivery_ids: int,
    channels: Mapping[str, Channel] | None = None,
) -> list[Replayed]:
    with writing(engine) as session:
        return replay(session, store, delivery_ids, sealer=SEALER, now=NOW, channels=channels or {})


def counting(engine: sa.Engine) -> list[tuple[str, int]]:
    with reading(engine) as session:
        return [(row["bank_reference"], row["amount"]) for row in ledger(session)]


@pytest.fixture
def mended(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[bytes], bytes]], None]:
    """Let a provider's reader see other bytes, as a mended reader would see the same ones."""

    class Mended:
        def __init__(self, provider: str, change: Callable[[bytes], bytes]) -> None:
            self.provider, self._change = provider, change

        def identify(self, content: bytes, name: str) -> bool:
            return READERS[self.provider].identify(content, name)

        def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
            return READERS[self.provider].read(self._change(content), context=context)

    def mend(provider: str, change: Callable[[bytes], bytes]) -> None:
        monkeypatch.setattr(deliveries, "READERS", {**READERS, provider: Mended(provider, change)})

    return mend


def the_30th(content: bytes) -> bytes:
    return content.replace(b"31/11/2026", b"30/11/2026")


def test_a_row_that_waited_enters_and_the_others_are_not_doubled(
    engine: sa.Engine, store: RawStore, mended: Any
) -> None:
    file = take(engine, store, incoming("bank_vcb", BROKEN_DAY))
    assert (file.new, file.rejected) == (1, 1)
    mended("bank_vcb", the_30th)

    [first] = again(engine, store, file.delivery_id)
    [second] = again(engine, store, file.delivery_id)

    assert (first.rows_new, first.rows_repeated, first.rows_waited, first.rows_waiting) == (
        1, 1, 1, 0,
    )  # fmt: skip
    assert first.is_changed
    assert not second.is_changed
    assert counting(engine) == [("R1", 10_000), ("R2", 20_000)]
    with reading(engine) as session:
        (reject,) = session.exec(select(FeedReject)).all()
        assert reject.settled_at == NOW
        (totals,) = session.exec(select(SettlementStatement)).all()
        assert (totals.completeness, totals.gross_credit_amount) == ("complete", 30_000)
        delivery = session.get_one(Delivery, file.delivery_id)
        assert (delivery.rows_new, delivery.rows_rejected) == (2, 0)


def test_a_check_that_became_the_teller_counts_each_row_once(
    engine: sa.Engine, store: RawStore
) -> None:
    file = vcb(("R1", 10_000, "a"), ("R2", 20_000, "b"))
    rules = FeedRules(told_by={VCB_ACCOUNT: ToldBy(statement="bank_mt940")})
    with writing(engine) as session:
        check = ingest(session, store, sealer=SEALER, incoming=file, now=NOW, rules=rules)
    assert (check.new, check.repeated) == (0, 2)

    again(engine, store, check.delivery_id)

    with reading(engine) as session:
        delivery = session.get_one(Delivery, check.delivery_id)
        assert (delivery.rows_new, delivery.rows_repeated, delivery.rows_revised) == (2, 0, 0)


def test_without_a_fix_nothing_changes(engine: sa.Engine, store: RawStore) -> None:
    file = take(engine, store, incoming("bank_vcb", BROKEN_DAY))

    [result] = again(engine, store, file.delivery_id)

    assert not result.is_changed
    assert (result.rows_waiting, counting(engine)) == (1, [("R1", 10_000)])


def test_what_was_told_since_is_not_undone(engine: sa.Engine, store: RawStore, mended: Any) -> None:
    first = take(engine, store, sepay(1, 20_000, referenceCode="A"))
    take(engine, store, minutes_later(sepay(1, 20_000, referenceCode="B"), 1))

    [result] = again(engine, store, first.delivery_id)

    assert not result.is_changed
    assert counting(engine) == [("B", 20_000)]


def test_a_refused_file_is_read_after_the_reader_is_mended(
    engine: sa.Engine, store: RawStore, mended: Any
) -> None:
    drifted = vcb(("R1", 10_000, "a"))
    drifted = replace(drifted, content=drifted.content.replace("Mô tả".encode(), b"Noi dung"))
    file = take(engine, store, drifted)
    assert file.state is DeliveryState.REJECTED
    mended("bank_vcb", lambda content: content.replace(b"Noi dung", "Mô tả".encode()))

    [result] = again(engine, store, file.delivery_id)

    assert (result.before, result.after, result.rows_new) == (
        DeliveryState.REJECTED, DeliveryState.PROCESSED, 1,
    )  # fmt: skip
    assert counting(engine) == [("R1", 10_000)]


def test_a_file_that_was_readable_once_keeps_its_rows_when_it_is_not_any_more(
    engine: sa.Engine, store: RawStore, mended: Any
) -> None:
    file = take(engine, store, vcb(("R1", 10_000, "a")))
    mended("bank_vcb", lambda _content: b"rubbish")

    [result] = again(engine, store, file.delivery_id)

    assert (result.problem, result.after) == ("reader", DeliveryState.PROCESSED)
    assert counting(engine) == [("R1", 10_000)]


def pushed_with_an_old_secret(engine: sa.Engine, store: RawStore) -> int:
    body = sepay(1, 20_000).content
    with writing(engine) as session:
        reply = receive(
            session, store, door=DOOR, channel=DOOR.channel(("newer",), {}),
            delivered=Delivered(content=body, headers=signed(body)), sealer=SEALER, now=NOW,
        )  # fmt: skip
    assert reply.status == 401
    with reading(engine) as session:
        return session.exec(select(Delivery.id)).one() or 0


def test_a_body_signed_with_a_forgotten_secret_is_read_when_the_secret_is_known(
    engine: sa.Engine, store: RawStore
) -> None:
    delivery_id = pushed_with_an_old_secret(engine, store)

    [shut] = again(engine, store, delivery_id)
    [wrong] = again(engine, store, delivery_id, channels={"sepay": DOOR.channel(("newer",), {})})
    rotated = DOOR.channel(("newer", SECRET), {})
    [right] = again(engine, store, delivery_id, channels={"sepay": rotated})

    assert (shut.problem, wrong.problem, right.problem) == ("channel", "signature", "")
    assert (right.after, right.rows_new) == (DeliveryState.PROCESSED, 1)
    with reading(engine) as session:
        signature = session.get_one(Delivery, delivery_id).signature_status
    assert signature is SignatureStatus.VALID


def test_a_body_taken_meanwhile_is_a_duplicate(engine: sa.Engine, store: RawStore) -> None:
    delivery_id = pushed_with_an_old_secret(engine, store)
    body = sepay(1, 20_000).content
    with writing(engine) as session:
        receive(
            session, store, door=DOOR, channel=DOOR.channel((SECRET,), {}),
            delivered=Delivered(content=body, headers=signed(body)), sealer=SEALER, now=NOW,
        )  # fmt: skip

    [result] = again(engine, store, delivery_id, channels={"sepay": DOOR.channel((SECRET,), {})})

    assert result.after is DeliveryState.DUPLICATE
    assert len(counting(engine)) == 1


def test_what_waits_of_a_provider_is_found_oldest_first(engine: sa.Engine, store: RawStore) -> None:
    rejects = take(engine, store, incoming("bank_vcb", BROKEN_DAY))
    take(engine, store, vcb(("R9", 10_000, "a")))
    refused = take(engine, store, incoming("bank_vcb", "rubbish"))
    take(engine, store, incoming("momo", "rubbish"))

    with reading(engine) as session:
        assert waiting_deliveries(session, "bank_vcb") == [
            rejects.delivery_id, refused.delivery_id,
        ]  # fmt: skip
        assert waiting_deliveries(session, "bank_vcb", after=rejects.delivery_id) == [
            refused.delivery_id
        ]


def test_lost_bytes_are_said_so(engine: sa.Engine, store: RawStore) -> None:
    file = take(engine, store, incoming("bank_vcb", "rubbish"))
    with reading(engine) as session:
        store.remove([session.get_one(Delivery, file.delivery_id).raw_sha256])

    [result] = again(engine, store, file.delivery_id)

    assert result.problem == "raw"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"state": DeliveryState.VOIDED}, DeliveryVoided),
        ({"forgotten_at": NOW}, DeliveryForgotten),
    ],
)
def test_what_was_taken_back_or_forgotten_is_not_read_again(
    engine: sa.Engine, store: RawStore, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    file = take(engine, store, vcb(("R1", 10_000, "a")))
    with writing(engine) as session:
        row = session.get_one(Delivery, file.delivery_id)
        for name, value in changes.items():
            setattr(row, name, value)
        session.add(row)

    with pytest.raises(refusal):
        again(engine, store, file.delivery_id)
    with pytest.raises(DeliveryNotFound):
        again(engine, store, 999)
