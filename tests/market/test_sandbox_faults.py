"""The sandbox's dials, its GSMA API and its files: what goes wrong does so by seed and by count."""

import base64
import hashlib
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import httpx
import pytest

from market.sandbox import SandboxFaults, create_sandbox
from market.sandbox.faults import DialRefused, Dials
from market.sandbox.papers import sample_papers
from market.sandbox.sample import sample_objects
from market.sandbox.spoiling import spoiled
from reconciliation.feeds.catalogue import READERS, ReadContext, identify
from reconciliation.records import FileAction, SourceChannel
from tests.serving import serving

STRIPE = {"Authorization": "Bearer sk_test_123"}
GSMA = {"X-API-Key": "any"}
ROWS = "/gsma/accounts/accountid/MERCH-MAU/transactions"
PAPERS = sample_papers(sample_objects()["charges"])
[(NAME, PAPER)] = PAPERS.items()


def client_of(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={**STRIPE, **GSMA})


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with serving(create_sandbox(sample_objects(), papers=PAPERS)) as url, client_of(url) as it:
        yield it


def told(faults: SandboxFaults, requests: int, path: str = "/v1/charges") -> list[bytes]:
    app = create_sandbox(sample_objects(), faults, papers=PAPERS)
    with serving(app) as url, client_of(url) as client:
        return [client.get(path).content for _ in range(requests)]


def rows_in(content: bytes) -> list[str]:
    return [row["id"] for row in json.loads(content)["data"]]


def test_the_dials_are_read_and_turned_while_it_runs(client: httpx.Client) -> None:
    before = client.get("/v1/payouts").status_code
    turned = client.put("/_sandbox/dials", json={"server_error_every": 1, "clock_skew_s": -400})
    after = client.get("/v1/payouts").status_code
    client.put("/_sandbox/dials", json={"server_error_every": 0})

    assert (before, after, client.get("/v1/payouts").status_code) == (200, 500, 200)
    assert turned.json()["clock_skew_s"] == -400
    assert client.get("/_sandbox/dials").json() == {**turned.json(), "server_error_every": 0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"cows": 1},
        {"drop_every": -1},
        {"drop_every": "2"},
        {"drop_every": True},
        {"drop_every": 1.5},
        {"latency_s": -0.1},
        {"too_many_every": 1, "cows": 1},
    ],
)
def test_a_dial_that_cannot_be_turned_leaves_all_as_they_were(
    client: httpx.Client, wrong: dict[str, Any]
) -> None:
    before = client.get("/_sandbox/dials").json()

    answer = client.put("/_sandbox/dials", json=wrong)

    assert answer.status_code == 422
    assert client.get("/_sandbox/dials").json() == before
    with pytest.raises(DialRefused):
        Dials().turn(wrong)


@pytest.mark.parametrize(
    "faults",
    [
        SandboxFaults(duplicate_every=2, seed=3),
        SandboxFaults(out_of_order_every=1, seed=3),
        SandboxFaults(late_every=3, late_requests=4, seed=3),
        SandboxFaults(truncated_every=3, drift_every=2, seed=3),
    ],
)
def test_the_same_seed_brings_the_same_faults(faults: SandboxFaults) -> None:
    sound = told(SandboxFaults(), 1)[0]

    first = told(faults, 6)

    assert told(faults, 6) == first
    assert any(content != sound for content in first)


def test_a_seed_decides_whose_turn_it_is() -> None:
    turns = {
        seed: [
            json.loads(content).get("error") is not None
            for content in told(SandboxFaults(server_error_every=4, seed=seed), 8)
        ]
        for seed in range(4)
    }

    assert len({tuple(one) for one in turns.values()}) == 4
    assert {sum(one) for one in turns.values()} == {2}


def test_each_fault_of_the_words_is_what_it_is_called() -> None:
    sound = rows_in(told(SandboxFaults(), 1)[0])
    [twice] = told(SandboxFaults(duplicate_every=1), 1)
    [mixed] = told(SandboxFaults(out_of_order_every=1), 1)
    [cut] = told(SandboxFaults(truncated_every=1), 1)
    [drifted] = told(SandboxFaults(drift_every=1), 1)
    hidden, _, shown = told(SandboxFaults(late_every=2, late_requests=2), 3)

    assert len(rows_in(twice)) == len(sound) + 1
    assert set(rows_in(twice)) == set(sound)
    assert rows_in(mixed) != sound
    assert sorted(rows_in(mixed)) == sorted(sound)
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut)
    assert {"amount_v2"} <= json.loads(drifted)["data"][0].keys()
    assert 0 < len(rows_in(hidden)) < len(sound)
    assert rows_in(shown) == sound


def test_what_is_no_list_stays_or_drifts() -> None:
    draw = Random(1)

    assert spoiled(b"\xff\xfe", draw=draw, repeats=True, drifts=True) == b"\xff\xfe"
    assert json.loads(spoiled(b'{"amount":1}', draw=draw, drifts=True)) == {"amount_v2": 1}
    assert spoiled(b'{"a":1}', draw=draw, shuffles=True) == b'{"a":1}'


def test_gsma_pages_filters_and_counts(client: httpx.Client) -> None:
    everything = client.get(ROWS)
    part = client.get(ROWS, params={"limit": 7, "offset": 7})
    sales = client.get(ROWS, params={"transactionType": "merchantpay", "limit": 3})
    none = client.get(ROWS, params={"toDateTime": "2026-11-18T01:00:00Z"})

    references = [row["transactionReference"] for row in everything.json()]
    assert len(references) == int(everything.headers["X-Records-Available-Count"]) == 25
    assert [row["transactionReference"] for row in part.json()] == references[7:14]
    assert part.headers["X-Records-Returned-Count"] == "7"
    assert sales.headers["X-Records-Available-Count"] == "24"
    assert (none.json(), none.headers["X-Records-Available-Count"]) == ([], "0")


def test_gsma_tells_the_same_day_as_stripe(client: httpx.Client) -> None:
    charges = client.get("/v1/charges", params={"limit": 100}).json()["data"]
    refunded = client.get("/v1/refunds").json()["data"][0]["amount"]
    balance = client.get(ROWS.replace("transactions", "balance")).json()
    entries = client.get(ROWS.replace("transactions", "statemententries")).json()

    total = sum(charge["amount"] for charge in charges)
    assert balance["currentBalance"] == str(total - refunded)
    assert all("displayType" in entry and "fees" not in entry for entry in entries)


@pytest.mark.parametrize(
    ("path", "params", "status", "code"),
    [
        (ROWS, {"limit": "0"}, 400, "formatError"),
        (ROWS, {"offset": "ten"}, 400, "formatError"),
        (ROWS, {"offset": "99"}, 400, "invalidOffset"),
        (ROWS, {"toDateTime": "2026-11-18T01:00:00"}, 400, "formatError"),
        (ROWS, {"toDateTime": "soon"}, 400, "formatError"),
        (ROWS, {"colour": "red"}, 400, "formatError"),
        (ROWS.replace("MAU", "OTHER"), {}, 404, "identifierError"),
        ("/gsma/transactions/none", {}, 404, "identifierError"),
        ("/gsma/requeststates/none", {}, 404, "identifierError"),
    ],
)
def test_gsma_refuses_in_its_own_words(
    client: httpx.Client, path: str, params: dict[str, str], status: int, code: str
) -> None:
    answer = client.get(path, params=params)

    assert (answer.status_code, answer.json()["errorCode"]) == (status, code)


def test_gsma_asks_for_a_key_and_has_a_clock_of_its_own(client: httpx.Client) -> None:
    before = client.get("/gsma/heartbeat").headers["X-Date"]
    client.put("/_sandbox/dials", json={"clock_skew_s": 86_400})

    assert client.get(ROWS, headers={"X-API-Key": ""}).status_code == 401
    assert client.get("/gsma/heartbeat").headers["X-Date"] > before


def test_a_file_comes_with_its_digest_and_is_read_by_its_reader(client: httpx.Client) -> None:
    [listed] = client.get("/files").json()
    answer = client.get(f"/files/{NAME}")

    digest = hashlib.sha256(answer.content)
    assert answer.content == PAPER
    assert listed == {"name": NAME, "bytes": len(PAPER), "sha256": digest.hexdigest()}
    encoded = base64.b64encode(digest.digest()).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{encoded}:"
    reader = identify(answer.content, NAME)
    assert reader is READERS["bank_vcb"]
    context = ReadContext(account=None, channel=SourceChannel.FILE, name=NAME)
    reading = reader.read(answer.content, context=context)
    assert reading.action is FileAction.ACCEPT
    assert sum(row.amount for row in reading.transactions) == sum(
        charge["amount"] for charge in sample_objects()["charges"]
    )


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ("bytes=0-9", 206, PAPER[:10]),
        ("bytes=100-", 206, PAPER[100:]),
        ("bytes=-20", 206, PAPER[-20:]),
        ("bytes=10-999999999", 206, PAPER[10:]),
        (f"bytes={len(PAPER)}-", 416, b""),
        ("bytes=9-3", 416, b""),
        ("bytes=-", 200, PAPER),
        ("bytes=0-1,5-6", 200, PAPER),
        ("lines=1-2", 200, PAPER),
    ],
)
def test_a_download_goes_on_from_any_byte(
    client: httpx.Client, asked: str, status: int, content: bytes
) -> None:
    answer = client.get(f"/files/{NAME}", headers={"Range": asked})

    assert (answer.status_code, answer.content) == (status, content)


def test_a_changed_file_is_sent_whole(client: httpx.Client) -> None:
    headers = {"Range": "bytes=5-", "If-Range": '"another"'}

    assert client.get(f"/files/{NAME}", headers=headers).content == PAPER
    assert client.get("/files/none.csv").status_code == 404


def test_a_drifted_file_is_refused_by_its_reader_and_a_cut_one_by_its_digest() -> None:
    [drifted] = told(SandboxFaults(drift_every=1), 1, f"/files/{NAME}")
    [cut] = told(SandboxFaults(truncated_every=1), 1, f"/files/{NAME}")
    context = ReadContext(account=None, channel=SourceChannel.FILE, name=NAME)

    refusals = [READERS["bank_vcb"].read(one, context=context).reason for one in (drifted, cut)]

    assert refusals == ["schema", "partial"]
    assert hashlib.sha256(cut).digest() != hashlib.sha256(PAPER).digest()
