"""Money that several deliveries tell counts as long as one of them stands, whichever is taken back."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from market.database import reading, writing
from reconciliation.intake.ingest import ingest
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.counting import Recount, count_anew, keys_told_by
from reconciliation.operations.rereading import Reread, reread
from reconciliation.operations.voiding import decide_void, propose_void
from reconciliation.tables import Decision, Delivery, DeliveryState
from reconciliation.verification.ledger import prove_ledger
from tests.reconciliation.arrivals import NOW, SEALER, ledger, minutes_later, sepay, vcb
from tests.reconciliation.taking import ONE, TWO, take, take_back

R1, R2, R3 = (("R1", 10_000, "a"), ("R2", 20_000, "b"), ("R3", -3_000, "c"))


def counting(session: Session) -> list[tuple[str, str, int]]:
    return sorted(
        (row["bank_reference"] or "", row["direction"], row["amount"]) for row in ledger(session)
    )


def told(engine: sa.Engine) -> list[str]:
    with reading(engine) as session:
        return [reference for reference, *_ in counting(session)]


def test_what_a_longer_statement_tells_as_well_goes_on_counting(
    engine: sa.Engine, store: RawStore
) -> None:
    day = take(engine, store, vcb(R1, R2, name="ngay.csv"))
    week = take(engine, store, vcb(R1, R2, R3, name="tuan.csv"))

    result = take_back(engine, store, day.delivery_id, now=NOW)

    assert (result.recount, result.told_elsewhere) == (Recount(in_again=0, out=2), 2)
    assert told(engine) == ["R1", "R2", "R3"]
    with reading(engine) as session:
        longer = session.get_one(Delivery, week.delivery_id)
        assert (longer.rows_new, longer.rows_repeated) == (3, 0)
        assert prove_ledger(session, store, sealer=SEALER).findings == []


def test_once_the_last_of_them_is_taken_back_it_counts_no_more(
    engine: sa.Engine, store: RawStore
) -> None:
    own = [("A", 1_000, "a"), ("B", 2_000, "b"), ("C", 3_000, "c")]
    sent = [take(engine, store, vcb(R1, row, name=f"{row[0]}.csv")) for row in own]
    left = []

    for place in (2, 0, 1):
        take_back(engine, store, sent[place].delivery_id, now=NOW)
        left.append(told(engine))

    assert left == [["A", "B", "R1"], ["B", "R1"], []]


def test_the_same_word_of_an_older_delivery_does_not_undo_a_newer_one(
    engine: sa.Engine, store: RawStore
) -> None:
    same_in_other_bytes = sepay(1, 20_000, referenceCode="A").content + b"\n"
    sent = [
        sepay(1, 20_000, referenceCode="A"),
        replace(sepay(1, 20_000, referenceCode="A"), content=same_in_other_bytes),
        sepay(1, 20_000, referenceCode="B"),
        sepay(1, 20_000, referenceCode="C"),
    ]
    *_, newest = (
        take(engine, store, minutes_later(one, minutes)) for minutes, one in enumerate(sent)
    )

    take_back(engine, store, newest.delivery_id, now=NOW)

    assert told(engine) == ["B"]


@pytest.mark.parametrize("last", [0, 1, 2])
def test_a_correction_leaves_alone_what_another_file_tells(
    engine: sa.Engine, store: RawStore, last: int
) -> None:
    month, correction = (vcb(*rows, name="saoke.csv") for rows in ((R1, R2, R3), (R1, R3)))
    sent = [month, correction]
    sent.insert(last, vcb(R1, R2, R3, ("R4", 4_000, "d"), name="tuan.csv"))

    for one in sent:
        take(engine, store, one)

    assert told(engine) == ["R1", "R2", "R3", "R4"]


def test_reading_again_finds_what_stands_by_nobodys_word(
    engine: sa.Engine, store: RawStore
) -> None:
    day = take(engine, store, vcb(R1, R2, name="ngay.csv"))
    week = take(engine, store, vcb(R1, R2, R3, name="tuan.csv"))
    with writing(engine) as session:  # as a release did that did not ask the other file
        session.get_one(Delivery, day.delivery_id).state = DeliveryState.VOIDED
        session.flush()
        count_anew(session, keys_told_by(session, day.delivery_id))
    assert told(engine) == ["R3"]

    with writing(engine) as session:
        [found], _ = reread(session, store, Reread(), sealer=SEALER, now=NOW, is_applied=True)

    assert (found.delivery_id, found.added) == (week.delivery_id, 2)
    assert told(engine) == ["R1", "R2", "R3"]
    with reading(engine) as session:
        longer = session.get_one(Delivery, week.delivery_id)
        assert (longer.rows_new, longer.rows_repeated) == (3, 0)


_ROWS = [(f"R{number}", 1_000 * number, "x") for number in range(1, 6)]


@settings(max_examples=40)
@given(
    files=st.lists(st.sets(st.sampled_from(range(5)), min_size=1), min_size=1, max_size=5),
    gone=st.lists(st.integers(0, 4), unique=True),
)
def test_the_books_are_those_of_the_deliveries_that_stand(
    sqlite_engine: sa.Engine,
    tmp_path_factory: pytest.TempPathFactory,
    files: list[set[int]],
    gone: list[int],
) -> None:
    store = RawStore(tmp_path_factory.mktemp("raw"))
    gone = [place for place in gone if place < len(files)]
    with Session(sqlite_engine) as session:  # rolled back
        ids = []
        for place, rows in enumerate(files):
            own = (f"OWN{place}", 7, "y")  # no two files are the same bytes
            one = vcb(*(_ROWS[row] for row in sorted(rows)), own, name=f"{'abcde'[place]}.csv")
            told = ingest(session, store, sealer=SEALER, incoming=one, now=NOW)
            ids.append(told.delivery_id)
        for place in gone:
            propose_void(session, ids[place], reason="Gửi nhầm", actor=ONE, now=NOW)
            decide_void(
                session, store, ids[place], Decision.APPROVED, actor=TWO, now=NOW, sealer=SEALER
            )
        counts = [reference for reference, *_ in counting(session)]
        proof = prove_ledger(session, store, sealer=SEALER).findings
    stand = [place for place in range(len(files)) if place not in gone]
    expected = {_ROWS[row][0] for place in stand for row in files[place]}

    assert counts == sorted(expected | {f"OWN{place}" for place in stand})
    assert proof == []
