"""A delivery taken back by two people: what it told counts no more, what it replaced counts again."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from market.database import reading, writing
from merchants.actors import Actor
from merchants.errors import EntryRefused, SecondPersonNeeded
from reconciliation.errors import DeliveryNotFound, VoidRefused
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.counting import Recount
from reconciliation.operations.voiding import decide_void, propose_void
from reconciliation.tables import Decision, Delivery, DeliveryState, DeliveryVoid
from reconciliation.verification.ledger import prove_ledger
from tests.reconciliation.arrivals import NOW, SEALER, keys, ledger, minutes_later, sepay, vcb
from tests.reconciliation.taking import ONE, TWO, take, take_back

REASON = "Gửi nhầm sao kê của chợ khác"


def counting(engine: sa.Engine) -> list[tuple[str, int]]:
    with reading(engine) as session:
        return [(row["bank_reference"], row["amount"]) for row in ledger(session)]


def test_rows_of_a_voided_file_count_no_more_and_nothing_is_deleted(
    engine: sa.Engine, store: RawStore
) -> None:
    kept = take(engine, store, vcb(("R1", 10_000, "a")))
    wrong = take(engine, store, vcb(("R2", 20_000, "b"), ("R3", -5_000, "c")))

    result = take_back(engine, store, wrong.delivery_id, now=NOW)

    assert result.recount == Recount(in_again=0, out=2)
    assert counting(engine) == [("R1", 10_000)]
    with reading(engine) as session:
        assert len(ledger(session, every_version=True)) == 3
        assert session.get_one(Delivery, wrong.delivery_id).state is DeliveryState.VOIDED
        assert session.get_one(Delivery, kept.delivery_id).state is DeliveryState.PROCESSED
        (asked,) = session.exec(select(DeliveryVoid)).all()
        assert (asked.reason, asked.proposed_by, asked.decided_by, asked.decision) == (
            "Gửi nhầm sao kê", "staff:1", "staff:2", Decision.APPROVED,
        )  # fmt: skip
        assert prove_ledger(session, store, sealer=SEALER).findings == []


def test_what_a_voided_delivery_had_changed_is_as_before(
    engine: sa.Engine, store: RawStore
) -> None:
    take(engine, store, sepay(1, 20_000, referenceCode="A"))
    wrong = take(engine, store, minutes_later(sepay(1, 20_000, referenceCode="B"), 1))
    assert counting(engine) == [("B", 20_000)]

    result = take_back(engine, store, wrong.delivery_id, now=NOW)

    assert result.recount == Recount(in_again=1, out=1)
    assert counting(engine) == [("A", 20_000)]


def test_the_same_file_may_be_sent_again_and_counts_as_new(
    engine: sa.Engine, store: RawStore
) -> None:
    file = vcb(("R1", 10_000, "a"), ("R2", 20_000, "b"))
    first = take(engine, store, file)
    take_back(engine, store, first.delivery_id, now=NOW)

    again = take(engine, store, minutes_later(file, 5))

    assert (again.state, again.new) == (DeliveryState.PROCESSED, 2)
    assert counting(engine) == [("R1", 10_000), ("R2", 20_000)]
    with reading(engine) as session:
        versions = [row["version"] for row in ledger(session, every_version=True)]
    assert sorted(versions) == [1, 1, 2, 2]


def test_after_a_void_a_correction_gets_a_version_of_its_own(
    engine: sa.Engine, store: RawStore
) -> None:
    take(engine, store, sepay(1, 20_000, referenceCode="A"))
    wrong = take(engine, store, minutes_later(sepay(1, 20_000, referenceCode="B"), 1))
    take_back(engine, store, wrong.delivery_id, now=NOW)

    take(engine, store, minutes_later(sepay(1, 20_000, referenceCode="C"), 2))

    assert counting(engine) == [("C", 20_000)]
    with reading(engine) as session:
        assert [row["version"] for row in ledger(session, every_version=True)] == [1, 2, 3]


def test_voiding_two_deliveries_in_either_order_leaves_the_same_books(
    engine: sa.Engine, store: RawStore
) -> None:
    first = take(engine, store, sepay(1, 20_000, referenceCode="A"))
    second = take(engine, store, minutes_later(sepay(1, 20_000, referenceCode="B"), 1))

    take_back(engine, store, first.delivery_id, now=NOW)
    assert counting(engine) == [("B", 20_000)]
    take_back(engine, store, second.delivery_id, now=NOW)

    assert counting(engine) == []


def test_a_refused_file_is_set_aside_the_same_way(engine: sa.Engine, store: RawStore) -> None:
    refused = take(engine, store, replace(vcb(), content=b"rubbish"))
    assert refused.state is DeliveryState.REJECTED

    result = take_back(engine, store, refused.delivery_id, now=NOW)

    assert result.recount == Recount(0, 0)
    with reading(engine) as session:
        assert session.get_one(Delivery, refused.delivery_id).state is DeliveryState.VOIDED


@pytest.mark.parametrize(
    ("decision", "actor", "refused"),
    [
        (Decision.APPROVED, ONE, True),
        (Decision.REFUSED, ONE, True),
        (Decision.WITHDRAWN, ONE, False),
        (Decision.REFUSED, TWO, False),
        (Decision.WITHDRAWN, TWO, True),
    ],
)
def test_who_asks_does_not_decide(
    engine: sa.Engine, store: RawStore, decision: Decision, actor: Actor, refused: bool
) -> None:
    file = take(engine, store, vcb(("R1", 10_000, "a")))

    def ask_and_decide(session: Session) -> None:
        propose_void(session, file.delivery_id, reason=REASON, actor=ONE, now=NOW)
        decide_void(session, store, file.delivery_id, decision, actor=actor, now=NOW, sealer=SEALER)

    if refused:
        with pytest.raises(SecondPersonNeeded), writing(engine) as session:
            ask_and_decide(session)
    else:
        with writing(engine) as session:
            ask_and_decide(session)
    assert keys_count(engine) == 1


def keys_count(engine: sa.Engine) -> int:
    with reading(engine) as session:
        return len(keys(ledger(session)))


def test_what_cannot_be_voided_says_why(engine: sa.Engine, store: RawStore) -> None:
    file = take(engine, store, vcb(("R1", 10_000, "a")))
    take_back(engine, store, file.delivery_id, now=NOW)

    with writing(engine) as session:
        with pytest.raises(VoidRefused, match="already"):
            propose_void(session, file.delivery_id, reason=REASON, actor=ONE, now=NOW)
        with pytest.raises(VoidRefused, match="nobody asked"):
            decide_void(
                session,
                store,
                file.delivery_id,
                Decision.APPROVED,
                actor=TWO,
                now=NOW,
                sealer=SEALER,
            )
        with pytest.raises(DeliveryNotFound):
            propose_void(session, 999, reason=REASON, actor=ONE, now=NOW)
        with pytest.raises(EntryRefused):
            propose_void(session, file.delivery_id, reason="sai", actor=ONE, now=NOW)


def test_a_reason_keeps_no_number_of_an_account(engine: sa.Engine, store: RawStore) -> None:
    file = take(engine, store, vcb(("R1", 10_000, "a")))

    with writing(engine) as session:
        asked = propose_void(
            session, file.delivery_id, reason="Sao kê của 1018795282", actor=ONE, now=NOW
        )

        assert asked.reason == "Sao kê của ···282"
