"""A row that could not be read and is asked for again waits once, and is read once when it can be."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from market.database import reading, writing
from reconciliation.intake.raw_store import RawStore
from reconciliation.operations.replaying import replay
from reconciliation.records import SourceChannel
from reconciliation.tables import Delivery, FeedReject
from tests.reconciliation.arrivals import SEALER, incoming, ledger
from tests.reconciliation.fetching.test_poll_cursor import (
    CHARGES,
    FIRST,
    SECOND,
    THIRD,
    asked,
    mend,
    page,
    read_again,
)
from tests.reconciliation.taking import take

BAD, OTHER_BAD = ({**charge, "currency": "?"} for charge in CHARGES[2:4])


def waiting(engine: sa.Engine) -> list[int]:
    """The deliveries of the rows that wait, once for each row."""
    with reading(engine) as session:
        wanted = select(FeedReject.delivery_id).where(col(FeedReject.settled_at).is_(None))
        return sorted(session.exec(wanted).all())


def test_a_row_asked_for_again_is_repeated_and_waits_once(
    engine: sa.Engine, store: RawStore
) -> None:
    [first] = asked(engine, store, FIRST, page(CHARGES[1], BAD))
    [second] = asked(engine, store, SECOND, page(CHARGES[0], CHARGES[1], BAD))

    assert (first.new, first.repeated, first.rejected) == (1, 0, 1)
    assert (second.new, second.repeated, second.rejected) == (1, 2, 0)
    assert waiting(engine) == [first.delivery_id]


def test_pages_of_one_poll_that_overlap_tell_it_once(engine: sa.Engine, store: RawStore) -> None:
    found = asked(engine, store, FIRST, page(BAD), page(CHARGES[0], BAD, number=2))

    assert [one.rejected for one in found] == [1, 0]


def test_what_is_more_than_waits_already_waits_too(engine: sa.Engine, store: RawStore) -> None:
    [first] = asked(engine, store, FIRST, page(BAD))
    [second] = asked(engine, store, SECOND, page(BAD, OTHER_BAD, BAD))

    assert (second.repeated, second.rejected) == (1, 2)
    assert waiting(engine) == [first.delivery_id, second.delivery_id, second.delivery_id]


def test_once_it_was_read_a_row_that_cannot_be_read_is_news(
    engine: sa.Engine, store: RawStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(engine, store, FIRST, page(BAD))
    with monkeypatch.context() as mending:
        mend(mending)
        read_again(engine, store)
    [later] = asked(engine, store, SECOND, page(CHARGES[0], BAD))

    assert (later.repeated, later.rejected) == (0, 1)


def test_the_mended_reader_reads_it_once(
    engine: sa.Engine, store: RawStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(engine, store, FIRST, page(BAD))
    asked(engine, store, SECOND, page(BAD, OTHER_BAD))
    mend(monkeypatch)

    read_again(engine, store)

    assert waiting(engine) == []
    with reading(engine) as session:
        assert len(ledger(session)) == 2


def test_a_page_read_again_without_a_mend_does_not_tell_it_a_second_time(
    engine: sa.Engine, store: RawStore
) -> None:
    [first] = asked(engine, store, FIRST, page(BAD))
    [second] = asked(engine, store, SECOND, page(BAD, OTHER_BAD))

    for delivery in (second, first, second):
        with writing(engine) as session:
            replay(session, store, [delivery.delivery_id], sealer=SEALER, now=THIRD, channels={})

    assert waiting(engine) == [first.delivery_id, second.delivery_id]
    with reading(engine) as session:
        rejected = select(Delivery.rows_rejected).order_by(col(Delivery.id))
        assert session.exec(rejected).all() == [1, 1]


def test_another_account_or_a_file_has_its_own(engine: sa.Engine, store: RawStore) -> None:
    told = page(BAD).content
    polled = incoming("stripe", told, channel=SourceChannel.POLL, account="acct_a")
    rejected = [
        take(engine, store, one).rejected
        for one in (
            polled,
            replace(polled, account="acct_b"),
            replace(polled, channel=SourceChannel.FILE, account="acct_c"),
            replace(polled, channel=SourceChannel.FILE, account="acct_c", content=told + b"\n"),
        )
    ]

    assert rejected == [1, 1, 1, 1]
