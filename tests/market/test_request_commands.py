"""``cho40 request``: asked, listed, taken back and paid for trial at the terminal."""

import json

import httpx
import pytest
import sqlalchemy as sa
from click.testing import Result
from typer.testing import CliRunner

from market import cli
from market.app import create_app
from market.settings import Settings
from qr.payload import read_payload
from tests.market.asking import make_payable
from tests.market.conftest import KEY
from tests.serving import serving


@pytest.fixture(autouse=True)
def vendor(
    settings: Settings,
    october: sa.Engine,
    codes: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """A vendor who can be paid; the commands find October through the environment."""
    monkeypatch.setenv("CHO40_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CHO40_SECRET_KEYS", json.dumps([KEY]))
    monkeypatch.setenv("CHO40_SEPAY_HMAC_SECRETS", json.dumps([KEY]))
    monkeypatch.setenv("CHO40_HASH_KEY", KEY)
    make_payable(october, codes["MA"][0])
    return codes["MA"][0]


def ran(*words: str) -> Result:
    return CliRunner().invoke(cli.app, ["request", *words])


def made(vendor: str, amount: str = "85000", *more: str) -> dict[str, object]:
    result = ran("make", vendor.lower(), amount, "--json", *more)
    assert result.exit_code == 0, result.output
    told: dict[str, object] = json.loads(result.stdout)
    return told


def test_a_code_is_made_and_its_payload_printed(vendor: str) -> None:
    told = made(vendor, "85000", "--note", "hai bó rau")

    assert (told["state"], told["note"]) == ("open", "hai bó rau")
    assert read_payload(str(told["payload"])).amount_vnd == 85_000
    plain = ran("make", vendor, "20000").stdout.splitlines()
    assert "20.000" in plain[0]
    assert read_payload(plain[1]).amount_vnd == 20_000


def test_codes_are_listed_shown_and_cancelled(vendor: str) -> None:
    reference = str(made(vendor)["reference"])

    listed = [json.loads(line) for line in ran("list", vendor, "--json").stdout.splitlines()]
    assert [one["reference"] for one in listed] == [reference]
    assert ran("list", vendor, "--on", "01/01/2026").stdout == ""
    assert "cancelled" in ran("cancel", reference.lower()).stdout
    assert json.loads(ran("show", reference, "--json").stdout)["state"] == "cancelled"


@pytest.mark.parametrize(
    "words",
    [
        ("make", "CC2222223", "0"),
        ("make", "CC2222299", "5000"),
        ("show", "tien"),
        ("cancel", "CC1"),
        ("pay", ""),
    ],
)
def test_what_is_refused_is_refused_by_name(vendor: str, words: tuple[str, ...]) -> None:
    result = ran(*words)

    assert result.exit_code == 1
    assert type(result.exception).__name__ in {
        "EntryRefused",
        "VendorNotFound",
        "RequestNotFound",
    }


def test_a_trial_payment_reaches_the_running_service(
    settings: Settings, vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = str(made(vendor)["reference"]), str(made(vendor)["reference"])

    with serving(create_app(settings)) as url:
        monkeypatch.setenv("CHO40_BASE_URL", url)
        assert ran("pay", first).exit_code == 0
        assert ran("pay", second, "--amount", "80000").exit_code == 0
        assert ran("pay", second, "--back", "--amount", "80000").exit_code == 0

    assert json.loads(ran("show", first, "--json").stdout)["state"] == "paid"
    told = json.loads(ran("show", second, "--json").stdout)
    assert (told["state"], told["received_vnd"]) == ("taken_back", [80_000])
    assert "nhận / received 80.000" in ran("show", second).stdout


def test_a_service_that_is_not_there_or_refuses_is_told(
    settings: Settings, vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = str(made(vendor)["reference"])

    monkeypatch.setenv("CHO40_BASE_URL", "http://127.0.0.1:9")
    assert ran("pay", reference).exit_code == 1
    monkeypatch.setattr(httpx, "post", lambda *_, **__: httpx.Response(401, text="no"))
    refused = ran("pay", reference)
    assert (refused.exit_code, "401 no" in refused.stdout) == (1, True)


def test_nothing_is_tried_out_in_production(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = str(made(vendor)["reference"])
    monkeypatch.setenv("CHO40_MODE", "production")

    result = ran("pay", reference)

    assert result.exit_code == 1
    assert "development" in result.output
