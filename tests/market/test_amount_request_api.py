"""Exact amounts for machines, and the stream of a request over a real connection."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import httpx2
import pytest
import sqlalchemy as sa

from market.app import create_app
from market.roles import Role
from market.security.sessions import COOKIE
from market.settings import Settings
from qr.payload import AMOUNT_VND_MAX, read_payload
from tests.market.asking import Asker, hear, make_payable
from tests.market.conftest import NOW, Reader, Staff
from tests.serving import serving


@pytest.fixture
def asker(october: sa.Engine, codes: dict[str, list[str]], reader: Reader) -> Asker:
    """The first vendor of Mậu A, come by the personal link."""
    code = codes["MA"][0]
    make_payable(october, code)
    return Asker(reader(Role.VENDOR, code), code)


def post(asker: Asker, path: str, **body: object) -> httpx2.Response:
    headers = {"X-CSRF-Token": asker.csrf}
    if key := body.pop("key", ""):
        headers["Idempotency-Key"] = str(key)
    answer: httpx2.Response = asker.client.post(path, json=body, headers=headers)
    return answer


def test_a_request_is_made_read_listed_and_cancelled(asker: Asker) -> None:
    made = post(asker, asker.api, amount_vnd=85_000, note="hai bó rau")

    assert made.status_code == 201
    told = made.json()
    assert told["standing"]["state"] == "open"
    assert read_payload(told["payload"]).fields["54"] == "85000"
    assert told["payload"].count(told["reference"]) == 1
    one = f"{asker.api}/{told['reference']}"
    assert asker.client.get(one).json() == told
    assert asker.client.get(asker.api).json()["items"][0]["note"] == "hai bó rau"

    cancelled = post(asker, f"{one}/cancel").json()
    assert (cancelled["standing"]["state"], cancelled["payload"]) == ("cancelled", None)
    assert asker.client.get(f"{asker.api}?state=open").json() == {"items": [], "next": None}


def test_what_is_paid_says_when_and_who_told(asker: Asker) -> None:
    told = post(asker, asker.api, amount_vnd=85_000).json()

    hear(asker.client, told["reference"])

    standing = asker.client.get(f"{asker.api}/{told['reference']}").json()["standing"]
    assert standing == {
        "state": "paid",
        "received_vnd": [85_000],
        "taken_back_vnd": 0,
        "paid_at": "2026-11-05T02:00:00Z",
        "is_late": False,
        "provider": "sepay",
    }


def test_the_same_key_makes_one_request(asker: Asker) -> None:
    first = post(asker, asker.api, amount_vnd=85_000, key="k").json()
    again = post(asker, asker.api, amount_vnd=85_000, key="k").json()

    assert again["reference"] == first["reference"]
    assert len(asker.client.get(asker.api).json()["items"]) == 1
    assert post(asker, asker.api, amount_vnd=1, key="k").status_code == 409


def test_a_list_is_paged(asker: Asker) -> None:
    for amount in (1_000, 2_000, 3_000):
        post(asker, asker.api, amount_vnd=amount)

    first = asker.client.get(f"{asker.api}?limit=2").json()
    rest = asker.client.get(f"{asker.api}?limit=2&after={first['next']}").json()

    assert [one["amount_vnd"] for one in first["items"]] == [3_000, 2_000]
    assert [one["amount_vnd"] for one in rest["items"]] == [1_000]
    assert rest["next"] is None
    assert asker.client.get(f"{asker.api}?on=2026-11-04").json()["items"] == []


@pytest.mark.parametrize(
    "amount", [0, -1, AMOUNT_VND_MAX + 1, 10**30, "85000", 85_000.0, 1.5, None, True]
)
def test_an_amount_that_is_none_is_malformed(asker: Asker, amount: object) -> None:
    answer = post(asker, asker.api, amount_vnd=amount)

    assert answer.status_code == 422
    assert asker.client.get(asker.api).json()["items"] == []


def test_a_note_that_hides_something_is_refused_by_field(asker: Asker) -> None:
    answer = post(asker, asker.api, amount_vnd=1, note="a\u202eb")

    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"note"}


def test_a_paid_request_cannot_be_cancelled(asker: Asker) -> None:
    told = post(asker, asker.api, amount_vnd=85_000).json()
    hear(asker.client, told["reference"])

    answer = post(asker, f"{asker.api}/{told['reference']}/cancel")

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"


def test_limits_are_told_as_too_many(asker: Asker) -> None:
    answers = [post(asker, asker.api, amount_vnd=1).status_code for _ in range(21)]

    assert answers == [201] * 20 + [429]


def test_staff_read_and_do_not_ask(asker: Asker, staff: Staff) -> None:
    told = post(asker, asker.api, amount_vnd=85_000, note="của tôi").json()
    clerk = staff(Role.MARKET_CLERK, "MA")

    seen = clerk.get(f"{asker.api}/{told['reference']}").json()
    assert (seen["amount_vnd"], seen["note"]) == (85_000, "")
    assert clerk.post(asker.api, json={"amount_vnd": 1}).status_code == 403
    assert staff(Role.MARKET_CLERK, "LG").get(asker.api).status_code == 403


class Moving:
    """A clock a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """Return the present instant."""
        return self.now


@pytest.fixture
def clock() -> Moving:
    """A clock that stands until it is moved."""
    return Moving()


@pytest.fixture
def served(settings: Settings, clock: Moving, asker: Asker) -> Iterator[httpx2.Client]:
    """The application behind a real server, and the vendor's browser at it."""
    with (
        serving(create_app(settings, now=clock)) as url,
        httpx2.Client(base_url=url, timeout=20) as client,
    ):
        client.cookies.set(COOKIE, asker.client.cookies[COOKIE])
        yield client


def events(lines: Iterator[str]) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Yield name, id and data of each event."""
    seen: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line:
            seen[name] = value
        elif "event" in seen:
            yield seen["event"], seen.get("id", ""), json.loads(seen["data"])
            seen = {}


def test_a_stream_tells_what_is_then_paid_and_ends_with_the_time(
    asker: Asker, served: httpx2.Client, clock: Moving
) -> None:
    made = post(asker, asker.api, amount_vnd=85_000).json()
    path = f"{asker.api}/{made['reference']}/events"

    with served.stream("GET", path) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert "content-encoding" not in answer.headers
        told = events(answer.iter_lines())
        name, mark, data = next(told)
        assert (name, data["state"]) == ("standing", "open")
        hear(asker.client, made["reference"])
        name, paid_mark, data = next(told)
        assert (name, data["state"], data["received_vnd"]) == ("standing", "paid", [85_000])
        assert paid_mark != mark
        clock.now = NOW + timedelta(minutes=15)
        assert [name for name, *_ in told] == ["end"]

    headers = {"Last-Event-ID": paid_mark}
    with served.stream("GET", path, headers=headers) as answer:
        assert [name for name, *_ in events(answer.iter_lines())] == ["end"]


def test_a_waiting_stream_leaves_threads_and_connections_to_others(
    asker: Asker, served: httpx2.Client
) -> None:
    made = [post(asker, asker.api, amount_vnd=85_000).json() for _ in range(6)]
    threads: list[int] = []

    def open_one(place: int) -> None:
        if place == len(made):
            threads.append(threading.active_count())
            assert served.get(asker.api).status_code == 200
            return
        with served.stream("GET", f"{asker.api}/{made[place]['reference']}/events") as answer:
            told = events(answer.iter_lines())  # what nobody holds is closed
            next(told)
            open_one(place + 1)

    open_one(0)

    assert threads[0] < 60


def test_more_streams_than_a_vendor_may_have_are_refused(
    asker: Asker, served: httpx2.Client
) -> None:
    made = post(asker, asker.api, amount_vnd=85_000).json()
    path = f"{asker.api}/{made['reference']}/events"

    def open_one(left: int) -> None:
        with served.stream("GET", path) as answer:
            if not left:
                assert answer.status_code == 429
                return
            told = events(answer.iter_lines())
            next(told)
            open_one(left - 1)

    open_one(8)


@pytest.mark.parametrize("reference", ["CC1", "tien", "CC2222233U2222234"])
def test_a_stream_of_nothing_is_not_found(asker: Asker, reference: str) -> None:
    assert asker.client.get(f"{asker.api}/{reference}/events").status_code == 404
