"""The stand-in for Stripe's read API: pages, filters, errors and faults as Stripe has them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from market.cli import app as cli
from market.sandbox import SandboxFaults, create_sandbox
from market.sandbox.sample import sample_objects
from market.sandbox.shelves import Shelf
from tests.serving import serving

KEY = {"Authorization": "Bearer sk_test_123"}
Client = httpx.Client


@pytest.fixture
def client() -> Iterator[Client]:
    """A client of a sandbox with the built-in day."""
    with serving(create_sandbox(sample_objects())) as url, Client(base_url=url, headers=KEY) as it:
        yield it


def ids(client: Client, path: str, **params: Any) -> list[str]:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["data"]]


def test_a_list_is_newest_first_and_ten_long(client: Client) -> None:
    page = client.get("/v1/charges").json()

    assert (page["object"], page["url"], page["has_more"]) == ("list", "/v1/charges", True)
    created = [charge["created"] for charge in page["data"]]
    assert len(created) == 10
    assert created == sorted(created, reverse=True)


def test_paging_down_and_up_tells_the_same_rows(client: Client) -> None:
    everything = ids(client, "/v1/charges", limit=100)
    below = ids(client, "/v1/charges", limit=5, starting_after=everything[9])
    above = ids(client, "/v1/charges", limit=5, ending_before=everything[15])

    assert below == everything[10:15]
    assert above == everything[10:15]


def test_bounds_on_the_time_of_creation_are_kept(client: Client) -> None:
    charges = client.get("/v1/charges", params={"limit": 100}).json()["data"]
    middle = charges[12]["created"]

    assert ids(client, "/v1/charges", limit=100, **{"created[gt]": middle}) == [
        charge["id"] for charge in charges[:12]
    ]
    assert len(ids(client, "/v1/charges", limit=100, **{"created[gte]": middle})) == 13
    assert len(ids(client, "/v1/charges", limit=100, **{"created[lt]": middle})) == 11
    assert len(ids(client, "/v1/charges", limit=100, **{"created[lte]": middle})) == 12
    assert ids(client, "/v1/charges", created=middle) == [charges[12]["id"]]


def test_a_payout_lists_the_rows_it_pays_and_its_own(client: Client) -> None:
    payout = client.get("/v1/payouts").json()["data"][0]
    rows = client.get(
        "/v1/balance_transactions", params={"payout": payout["id"], "limit": 100}
    ).json()["data"]

    assert len(rows) == len(sample_objects()["balance_transactions"])
    assert sum(row["net"] for row in rows if row["type"] != "payout") == payout["amount"]


def test_a_told_payout_outweighs_the_rule() -> None:
    objects = sample_objects()
    first = objects["balance_transactions"][0]["id"]
    second = {**objects["payouts"][0], "id": "po_2", "created": 1795392000}
    objects["payouts"].append(second)

    with (
        serving(create_sandbox(objects, payout_of={first: "po_2"})) as url,
        Client(base_url=url, headers=KEY) as client,
    ):
        assert ids(client, "/v1/balance_transactions", payout="po_2") == [first]


def test_rows_available_after_a_payout_wait_for_the_next() -> None:
    objects = sample_objects()
    objects["payouts"].append({**objects["payouts"][0], "id": "po_2", "created": 1795392000})
    late = {**objects["balance_transactions"][0], "id": "txn_late", "available_on": 1795219200}
    objects["balance_transactions"].append(late)

    with (
        serving(create_sandbox(objects)) as url,
        Client(base_url=url, headers=KEY) as client,
    ):
        assert ids(client, "/v1/balance_transactions", payout="po_2") == ["txn_late"]


def test_fields_filter_by_equality(client: Client) -> None:
    assert len(ids(client, "/v1/balance_transactions", type="refund")) == 1
    assert ids(client, "/v1/balance_transactions", source="ch_3Sandbox0000000000000001") == [
        "txn_1Sandbox0000000000000001"
    ]
    assert ids(client, "/v1/refunds", charge="ch_none") == []


def test_a_source_is_expanded_on_request(client: Client) -> None:
    params = {"type": "refund", "expand[]": "data.source"}

    row = client.get("/v1/balance_transactions", params=params).json()["data"][0]

    assert row["source"]["object"] == "refund"
    assert row["source"]["charge"] == "ch_3Sandbox0000000000000003"


def test_one_object_is_found_by_its_id(client: Client) -> None:
    answer = client.get("/v1/refunds/re_3Sandbox0000000000000001")

    assert answer.json()["charge"] == "ch_3Sandbox0000000000000003"


@pytest.mark.parametrize(
    ("path", "params", "status", "code"),
    [
        ("/v1/charges/ch_none", {}, 404, "resource_missing"),
        ("/v1/charges", {"starting_after": "ch_none"}, 400, "resource_missing"),
        ("/v1/balance_transactions", {"payout": "po_none"}, 400, "resource_missing"),
        ("/v1/charges", {"colour": "red"}, 400, "parameter_unknown"),
        ("/v1/charges", {"payout": "po_1"}, 400, "parameter_unknown"),
        ("/v1/charges", {"limit": "0"}, 400, "parameter_invalid_integer"),
        ("/v1/charges", {"limit": "101"}, 400, "parameter_invalid_integer"),
        ("/v1/charges", {"limit": "ten"}, 400, "parameter_invalid_integer"),
        ("/v1/charges", {"created[lt]": "now"}, 400, "parameter_invalid_integer"),
        ("/v1/charges", {"created[near]": "1"}, 400, "parameter_unknown"),
        ("/v1/charges", {"expand[]": "data.customer"}, 400, None),
        ("/v1/charges", {"starting_after": "a", "ending_before": "b"}, 400, None),
        ("/v1/cows", {}, 404, None),
    ],
)
def test_a_bad_request_is_refused_in_stripes_shape(
    client: Client, path: str, params: dict[str, str], status: int, code: str | None
) -> None:
    answer = client.get(path, params=params)

    error = answer.json()["error"]
    assert (answer.status_code, error.get("code")) == (status, code)
    assert error["type"] == "invalid_request_error"
    assert error["message"]


@pytest.mark.parametrize(
    "told", ["", "Bearer", "Bearer sk_live_123", "Bearer pk_test_1", "Basic !!", "Token sk_test_1"]
)
def test_without_a_test_key_nothing_is_told(client: Client, told: str) -> None:
    answer = client.get("/v1/charges", headers={"Authorization": told})

    assert answer.status_code == 401
    assert "data" not in answer.json()


def test_a_key_may_come_as_basic_user(client: Client) -> None:
    assert client.get("/v1/charges", auth=("sk_test_123", "")).status_code == 200


def test_nothing_can_be_written(client: Client) -> None:
    assert client.post("/v1/charges", data={"amount": "5"}).status_code == 405


def test_every_answer_has_a_request_id_of_its_own(client: Client) -> None:
    told = {client.get("/v1/payouts").headers["Request-Id"] for _ in range(3)}

    assert len(told) == 3


def statuses(faults: SandboxFaults, requests: int) -> list[int]:
    """Return what each of a number of requests was answered; 0 = the connection was dropped."""
    found = []
    with (
        serving(create_sandbox(sample_objects(), faults)) as url,
        Client(base_url=url, headers=KEY) as client,
    ):
        for _ in range(requests):
            try:
                found.append(client.get("/v1/charges").status_code)
            except httpx.RemoteProtocolError:
                found.append(0)
    return found


def test_faults_come_by_count_and_always_the_same() -> None:
    faults = SandboxFaults(too_many_every=3, server_error_every=4, drop_every=5)

    first = statuses(faults, 12)

    assert first == [200, 200, 429, 500, 0, 429, 200, 500, 429, 0, 200, 429]
    assert statuses(faults, 12) == first


def test_a_storm_is_several_refusals_in_a_row() -> None:
    faults = SandboxFaults(too_many_every=4, too_many_in_a_row=3)

    assert statuses(faults, 9) == [200, 200, 200, 429, 429, 429, 200, 429, 429]


def test_a_refusal_says_when_to_come_back() -> None:
    app = create_sandbox(sample_objects(), SandboxFaults(too_many_every=1, retry_after_s=9))

    with serving(app) as url:
        answer = httpx.get(f"{url}/v1/charges", headers=KEY)

    assert (answer.headers["Retry-After"], answer.headers["Stripe-Should-Retry"]) == ("9", "true")
    assert answer.json()["error"]["code"] == "rate_limit"


def test_latency_is_waited_out_before_each_answer() -> None:
    with serving(create_sandbox({}, SandboxFaults(latency_s=0.05))) as url:
        answer = httpx.get(f"{url}/v1/payouts", headers=KEY)

    assert answer.json()["data"] == []
    assert answer.elapsed.total_seconds() >= 0.05


def test_the_built_in_day_balances_and_is_always_the_same() -> None:
    objects = sample_objects()

    assert sample_objects() == objects
    assert all(row["net"] == row["amount"] - row["fee"] for row in objects["balance_transactions"])
    assert sum(row["net"] for row in objects["balance_transactions"]) == 0


def test_an_unknown_kind_of_objects_is_refused() -> None:
    with pytest.raises(ValueError, match="cows"):
        create_sandbox({"cows": []})


def test_the_same_id_again_replaces_what_was_there() -> None:
    shelf = Shelf([{"id": "a", "created": 1}, {"id": "b", "created": 2}])

    shelf.add({"id": "a", "created": 3})

    assert [(item["id"], item["created"]) for item in shelf] == [("a", 3), ("b", 2)]


@pytest.mark.parametrize("content", ["{", "[]", '{"cows": []}', '{"charges": [{"id": "a"}]}'])
def test_the_command_refuses_a_file_that_holds_no_objects(tmp_path: Path, content: str) -> None:
    path = tmp_path / "objects.json"
    path.write_text(content, encoding="utf-8")

    result = CliRunner().invoke(cli, ["sandbox", "--objects", str(path)])

    assert result.exit_code == 2


def test_the_command_serves_its_objects_with_its_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "objects.json"
    path.write_text(json.dumps({**sample_objects(), "payout_of": {}}), encoding="utf-8")
    served: dict[str, Any] = {}
    monkeypatch.setattr("uvicorn.run", lambda app, **options: served.update(app=app, **options))

    result = CliRunner().invoke(
        cli, ["sandbox", "--objects", str(path), "--port", "0", "--fault-429-every", "2"]
    )

    assert result.exit_code == 0, result.output
    assert (served["host"], served["port"]) == ("127.0.0.1", 0)
    with serving(served["app"]) as url:
        told = [httpx.get(f"{url}/v1/payouts", headers=KEY).status_code for _ in range(4)]
    assert told == [200, 429, 200, 429]


def test_health_is_never_spoiled_and_never_counted() -> None:
    app = create_sandbox({}, SandboxFaults(server_error_every=2))

    with serving(app) as url, Client(base_url=url, headers=KEY) as client:
        health = [client.get("/healthz").status_code for _ in range(4)]
        first = client.get("/v1/charges")

    assert health == [200] * 4
    assert first.status_code == 200
