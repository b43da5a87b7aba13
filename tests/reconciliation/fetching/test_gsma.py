"""Pulling a GSMA account: whole days, counted, however the offsets shift meanwhile."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from market.sandbox import SandboxFaults, create_sandbox
from market.sandbox.gsma import GsmaBooks, gsma_books
from market.sandbox.sample import sample_objects
from reconciliation.errors import FeedRefused, FeedUnreachable
from reconciliation.feeds.catalogue import READERS, ReadContext
from reconciliation.fetching.gsma import (
    LIMIT,
    OVERLAP_ROWS,
    GsmaAccess,
    fetch_gsma,
    fetch_gsma_notices,
)
from reconciliation.fetching.pages import FetchedPage
from reconciliation.fetching.retrying import Patience
from reconciliation.records import FeedReading, SourceChannel
from tests.serving import serving

UNTIL = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ACCOUNT = "MERCH-MAU"
DAY = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
QUICK = Patience(sleep=lambda _: None)


def access(url: str) -> GsmaAccess:
    return GsmaAccess(base_url=f"{url}/gsma", api_key="gsma-secret-key", account=ACCOUNT)


def books(count: int) -> GsmaBooks:
    """An account with so many sales of one morning."""
    sale = gsma_books(sample_objects()).transactions[-1]
    told = GsmaBooks("accountid", ACCOUNT, [])
    for number in range(count):
        at = f"{DAY + timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ}"
        told.add({**sale, "transactionReference": f"R{number:05d}", "creationDate": at})
    return told


def fetch(
    url: str, since: datetime | None = None, transport: httpx.BaseTransport | None = None
) -> list[FetchedPage]:
    with httpx.Client(transport=transport) as client:
        return list(
            fetch_gsma(client, until=UNTIL, since=since, settings=access(url), patience=QUICK)
        )


def read(page: FetchedPage) -> FeedReading:
    context = ReadContext(account=ACCOUNT, channel=SourceChannel.POLL, name=page.name)
    return READERS["gsma"].read(page.content, context=context)


def references(pages: list[FetchedPage]) -> list[str]:
    return [row.provider_transaction_id for page in pages for row in read(page).transactions]


def test_many_rows_take_several_pages_and_none_is_lost() -> None:
    with serving(create_sandbox({}, gsma=books(3 * LIMIT + 7))) as url:
        pages = fetch(url)

    found = references(pages)
    assert len(found) == len(set(found)) == 3 * LIMIT + 7
    [statement] = [one for page in pages for one in read(page).statements]
    assert (statement.control_status, statement.completeness) == ("agree", "complete")
    assert statement.declared_count == 3 * LIMIT + 7


@pytest.mark.parametrize("late", [1, OVERLAP_ROWS, 3 * OVERLAP_ROWS])
def test_rows_that_push_the_offsets_on_hide_no_other(late: int) -> None:
    told = books(3 * LIMIT)
    app = create_sandbox({}, gsma=told)
    asked = 0

    with serving(app) as url, httpx.Client() as client:

        def count(_request: httpx.Request) -> None:
            nonlocal asked
            asked += 1
            if asked == 2:  # between the first page and the second
                at = f"{DAY + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
                for number in range(late):
                    row = {**told.transactions[-1], "creationDate": at}
                    told.add({**row, "transactionReference": f"LATE{number}"})

        client.event_hooks["request"] = [count]
        pages = list(
            fetch_gsma(client, until=UNTIL, since=None, settings=access(url), patience=QUICK)
        )

    found = references(pages)
    assert len(found) == len(set(found)) == 3 * LIMIT + late


def test_a_count_that_never_agrees_is_told_and_ends() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        rows = books(2).transactions
        return httpx.Response(200, json=rows, headers={"X-Records-Available-Count": "3"})

    pages = fetch("http://gsma.test", transport=httpx.MockTransport(answer))

    statement = read(pages[0]).statements[0]
    assert (statement.control_status, statement.completeness) == ("differ", "partial")
    assert (statement.declared_count, statement.computed_count) == (3, 2)


def test_a_page_that_repeats_itself_for_ever_ends() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        rows = books(LIMIT).transactions
        return httpx.Response(200, json=rows, headers={"X-Records-Available-Count": "999"})

    pages = fetch("http://gsma.test", transport=httpx.MockTransport(answer))

    assert len(references(pages[:1])) == LIMIT


def test_days_overlap_the_last_poll_and_today_is_a_bare_list() -> None:
    told = gsma_books(sample_objects())
    with serving(create_sandbox({}, gsma=told)) as url:
        pages = fetch(url, since=UNTIL)

    assert [page.name for page in pages] == [
        "transactions 2026-11-18",
        "transactions 2026-11-19",
        "transactions 2026-11-20",
    ]
    assert isinstance(json.loads(pages[-1].content), list)
    assert all("response_headers" in json.loads(page.content) for page in pages[:-1])
    assert len(set(references(pages))) == len(told.transactions)


def test_the_same_rows_make_the_same_bytes() -> None:
    with serving(create_sandbox(sample_objects())) as url:
        assert fetch(url, since=UNTIL) == fetch(url, since=UNTIL)


def test_every_row_keeps_the_bytes_of_the_provider() -> None:
    row = json.dumps(books(1).transactions[0])[:-1] + ',"x": 1.10,  "y":1e2 }'

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=f"[ {row} ,\n{row} ]".encode())

    pages = fetch("http://gsma.test", transport=httpx.MockTransport(answer))

    assert pages[0].content == f"[{row}]".encode()


def test_each_request_has_the_key_a_time_and_an_id_of_its_own() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=[])

    fetch("http://gsma.test", since=UNTIL, transport=httpx.MockTransport(answer))

    assert {one.headers["X-API-Key"] for one in seen} == {"gsma-secret-key"}
    assert {one.headers["X-Date"] for one in seen} == {"2026-11-20T02:00:00Z"}
    assert len({one.headers["X-CorrelationID"] for one in seen}) == len(seen) == 3
    assert all("toDateTime" in one.url.params for one in seen)
    assert {one.url.path for one in seen} == {"/gsma/accounts/accountid/MERCH-MAU/transactions"}


@pytest.mark.parametrize("content", [b"", b"{}", b"<html>", b"\xff", b"[" * 100_000])
def test_an_answer_that_is_no_list_is_refused(content: bytes) -> None:
    answer = httpx.MockTransport(lambda _: httpx.Response(200, content=content))
    with pytest.raises(FeedRefused):
        fetch("http://gsma.test", transport=answer)


def test_half_an_answer_is_asked_for_again_and_not_for_ever() -> None:
    answer = httpx.MockTransport(lambda _: httpx.Response(200, content=b"[1,"))
    with pytest.raises(FeedUnreachable, match="half an answer"):
        fetch("http://gsma.test", transport=answer)


def test_a_refusal_is_told_in_the_words_of_the_api_without_the_key() -> None:
    error = {"errorCategory": "authorisation", "errorDescription": "not you: gsma-secret-key"}
    answer = httpx.MockTransport(lambda _: httpx.Response(403, json=error))

    with pytest.raises(FeedRefused, match="not you") as refusal:
        fetch("http://gsma.test", transport=answer)

    assert "gsma-secret-key" not in f"{refusal.value} {access('')!r}"


@pytest.mark.parametrize(
    "faults",
    [
        SandboxFaults(too_many_every=2, retry_after_s=0),
        SandboxFaults(server_error_every=3, drop_every=4),
        SandboxFaults(duplicate_every=1),
        SandboxFaults(out_of_order_every=1),
        SandboxFaults(duplicate_every=2, out_of_order_every=3, seed=9),
    ],
)
def test_a_provider_in_trouble_loses_no_row(faults: SandboxFaults) -> None:
    with serving(create_sandbox({}, faults, gsma=books(2 * LIMIT))) as url:
        found = references(fetch(url))

    assert sorted(found) == [f"R{number:05d}" for number in range(2 * LIMIT)]


def notices(url: str, *asked: str, answer: Callable[..., Any] | None = None) -> list[FetchedPage]:
    transport = httpx.MockTransport(answer) if answer else None
    with httpx.Client(transport=transport) as client:
        return list(
            fetch_gsma_notices(client, asked, settings=access(url), at=UNTIL, patience=QUICK)
        )


def test_what_a_callback_named_is_read() -> None:
    with serving(create_sandbox(sample_objects())) as url:
        pages = notices(url, "transactions/MAU-00000003", "requeststates/STATE-MAU-00000004")

    assert references(pages) == ["MAU-00000003", "MAU-00000004"]
    assert [page.name for page in pages] == [
        "transactions/MAU-00000003",
        "requeststates/STATE-MAU-00000004",
    ]


def test_a_reference_that_nobody_knows_is_kept_and_makes_no_row() -> None:
    with serving(create_sandbox(sample_objects())) as url:
        [page] = notices(url, "transactions/../../etc")

    reading = read(page)
    assert (reading.transactions, reading.reason) == ((), "schema")
