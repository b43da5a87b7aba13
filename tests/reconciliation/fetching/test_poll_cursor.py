"""How far a polled account is read: an unreadable page holds the time up, a row kept aside does not."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from market.sandbox.sample import sample_objects
from merchants.days import market_day
from reconciliation.feeds.catalogue import READERS
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.fetching.pages import FetchedPage
from reconciliation.fetching.poll import fetched, last_poll_at, take_in
from reconciliation.intake import deliveries
from reconciliation.intake.ingest import IngestResult, retry_failed
from reconciliation.intake.raw_store import RawStore
from reconciliation.operations.replaying import replay, waiting_deliveries
from reconciliation.operations.standing import feeds_today
from reconciliation.records import FeedReading, SourceChannel
from reconciliation.tables import DeliveryState
from tests.reconciliation.arrivals import SEALER, ledger

ACCOUNT = "acct_sandbox"
FIRST = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
SECOND, THIRD = FIRST + timedelta(minutes=5), FIRST + timedelta(minutes=10)
CHARGES = sample_objects()["charges"]
NO_PAGE = b'{"object": "search_result", "data": []}'


def page(*objects: dict[str, Any], number: int = 1) -> FetchedPage:
    body = {"object": "list", "data": list(objects), "has_more": False}
    return FetchedPage(f"charges, page {number}", json.dumps(body).encode(), None, "charges")


UNREADABLE = FetchedPage("charges, page 2", NO_PAGE, None, "charges")
GOOD = page(CHARGES[0])
ONE_ROW_BAD = page(CHARGES[1], {**CHARGES[2], "currency": "?"})


def asked(
    engine: sa.Engine, store: RawStore, at: datetime, *pages: FetchedPage
) -> Sequence[IngestResult]:
    incoming = fetched(pages, provider="stripe", account=ACCOUNT, now=at)
    with writing(engine) as session:
        return take_in(session, store, incoming, sealer=SEALER, now=at)


def read_until(engine: sa.Engine) -> datetime | None:
    with reading(engine) as session:
        return last_poll_at(session, account=ACCOUNT, sealer=SEALER)


def read_again(engine: sa.Engine, store: RawStore) -> None:
    with writing(engine) as session:
        waiting = waiting_deliveries(session, "stripe")
        replay(session, store, waiting, sealer=SEALER, now=THIRD, channels={})


class _Mended:
    """Stripe's reader once it can read what it could not."""

    provider = "stripe"

    def identify(self, content: bytes, name: str) -> bool:
        return READERS["stripe"].identify(content, name)

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        told = content.replace(b'"search_result"', b'"list"').replace(b'"?"', b'"vnd"')
        return READERS["stripe"].read(told, context=context)


def mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "READERS", {**READERS, "stripe": _Mended()})


def test_a_poll_with_a_page_that_could_not_be_read_is_asked_again(
    engine: sa.Engine, store: RawStore
) -> None:
    asked(engine, store, FIRST, GOOD)

    _, refused = asked(engine, store, SECOND, page(CHARGES[1]), UNREADABLE)

    assert refused.state is DeliveryState.REJECTED
    assert read_until(engine) == FIRST


def test_where_no_poll_was_ever_read_the_next_asks_for_everything(
    engine: sa.Engine, store: RawStore
) -> None:
    asked(engine, store, FIRST, GOOD, UNREADABLE)

    assert read_until(engine) is None


def test_the_same_unreadable_page_again_holds_the_time_up_again(
    engine: sa.Engine, store: RawStore
) -> None:
    asked(engine, store, FIRST, GOOD)
    asked(engine, store, SECOND, UNREADABLE)

    asked(engine, store, THIRD, UNREADABLE)

    assert read_until(engine) == FIRST


def test_a_later_poll_that_is_read_whole_moves_on(engine: sa.Engine, store: RawStore) -> None:
    asked(engine, store, FIRST, UNREADABLE)

    asked(engine, store, SECOND, GOOD)

    assert read_until(engine) == SECOND


def test_a_page_that_a_mended_reader_reads_moves_on(
    engine: sa.Engine, store: RawStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(engine, store, FIRST, GOOD)
    asked(engine, store, SECOND, UNREADABLE)
    mend(monkeypatch)

    read_again(engine, store)

    assert read_until(engine) == SECOND


def test_our_own_fault_holds_the_time_up_until_the_page_is_read(
    engine: sa.Engine, store: RawStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(engine, store, FIRST, GOOD)
    with monkeypatch.context() as broken:
        broken.setattr(deliveries, "entries_of", lambda *_, **__: 1 / 0)
        [failed] = asked(engine, store, SECOND, page(CHARGES[1]))
    before = read_until(engine)

    with writing(engine) as session:
        retry_failed(session, store, sealer=SEALER, now=THIRD)

    assert failed.state is DeliveryState.FAILED
    assert (before, read_until(engine)) == (FIRST, SECOND)


def test_a_row_kept_aside_is_seen_and_read_again_and_holds_nothing_up(
    engine: sa.Engine, store: RawStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    [told] = asked(engine, store, FIRST, ONE_ROW_BAD)
    with reading(engine) as session:
        [feed] = feeds_today(session, today=market_day(FIRST))
    moved = read_until(engine)
    mend(monkeypatch)

    read_again(engine, store)

    assert (told.new, told.rejected, moved) == (1, 1, FIRST)
    assert (feed.channel, feed.rows_waiting) == (SourceChannel.POLL, 1)
    with reading(engine) as session:
        assert len(ledger(session)) == 2
        [feed] = feeds_today(session, today=market_day(FIRST))
    assert feed.rows_waiting == 0


def test_an_unreadable_answer_to_a_notice_holds_nothing_up(
    engine: sa.Engine, store: RawStore
) -> None:
    asked(engine, store, FIRST, GOOD)
    asked(engine, store, SECOND, GOOD, FetchedPage("transactions/MAU-1", NO_PAGE, None, "notice"))

    assert read_until(engine) == SECOND
