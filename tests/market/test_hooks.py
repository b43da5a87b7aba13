"""The doors for providers: over HTTP, into a real ledger, answered as each provider expects."""

import hmac
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import select
from starlette.testclient import TestClient

from market.app import create_app
from market.channels import feed_rules, open_channels
from market.database import reading, writing
from market.security.bodies import QUERY_BYTES_MAX
from market.settings import EXAMPLE_SECRET, Hook, Mode, Settings
from merchants.request_reference import write_request_reference
from merchants.tables import AcceptancePoint
from merchants.vendor_code import write_vendor_code
from reconciliation.bulk import table_of
from reconciliation.errors import ChannelRefused
from reconciliation.feeds.catalogue import DOORS
from reconciliation.feeds.conform import sample_channel
from reconciliation.feeds.replay import Delivery as Told
from reconciliation.feeds.replay import read_deliveries
from reconciliation.intake.ingest import Incoming, ingest
from reconciliation.intake.raw_store import RawStore
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.tables import (
    Delivery,
    DeliveryState,
    PaymentRequest,
    ProviderTransaction,
    SettlementStatement,
)
from tests.conftest import NOW
from tests.feed_samples import sample, sample_lines
from tests.reconciliation.arrivals import vendor_with
from tests.reconciliation.feeds.recorded import SAMPLES, recorded
from tests.reconciliation.feeds.timeline import Step, steps

ADDRESS = "a-secret-address-of-ours"
WEBHOOK_FILES = [entry for entry in SAMPLES.manifest if entry["kind"] == "webhooks"]
EXPECTED = {(line["file"], line["case"]): line for line in sample_lines("EXPECTED_webhooks.jsonl")}


class Service:
    """The application on one database, with a clock that the test sets."""

    def __init__(
        self, engine: sa.Engine, folder: Path, hooks: dict[str, Hook], **settings: Any
    ) -> None:
        self.engine = engine
        self.settings = Settings(
            data_dir=folder,
            database_url=engine.url.render_as_string(hide_password=False),
            sepay_hmac_secrets=[],
            hooks=hooks,
            **settings,
        )
        self.now = NOW
        self.app = create_app(self.settings, now=lambda: self.now)
        self.client = TestClient(
            self.app, base_url="https://cho.example", raise_server_exceptions=False
        )

    def send(self, provider: str, told: Told, *, at: datetime | None = None) -> Any:
        """Deliver what was recorded, as its provider would."""
        self.now = at or told.received_at
        path = DOORS[provider].path.format(address=ADDRESS, reference=told.reference or "none")
        query = "?" + told.content.decode() if told.method == "GET" else ""
        content = None if told.method == "GET" else told.content
        return self.client.request(
            told.method, f"/hooks/{path}{query}", content=content, headers=dict(told.headers)
        )

    def file(self, step: Step) -> DeliveryState:
        """Take in a file as ``cho40 feed ingest`` does."""
        incoming = Incoming(
            provider=step.provider,
            content=sample(step.file),
            channel=SourceChannel.FILE,
            name=step.name,
            account=step.account,
            received_at=step.at,
            signature_status=SignatureStatus.NOT_CHECKED,
        )
        with writing(self.engine) as session:
            result = ingest(
                session,
                RawStore(self.settings.raw_dir),
                sealer=self.settings.sealer,
                incoming=incoming,
                now=step.at,
                rules=feed_rules(self.settings),
            )
        return result.state

    def deliveries(self) -> list[Any]:
        """Return what was kept, oldest first."""
        row = table_of(Delivery)
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(row).order_by(row.c.id)))

    def rows(self) -> list[Any]:
        """Return the current rows of the ledger."""
        row = table_of(ProviderTransaction)
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(row).where(row.c.is_current)))

    def balance(self) -> int:
        """Return the sum of what succeeded, money in minus money out."""
        return sum(
            row.amount if row.direction == "credit" else -row.amount
            for row in self.rows()
            if row.status == "succeeded"
        )


def hook_of(entry: dict[str, Any]) -> Hook:
    channel = sample_channel(entry, SAMPLES)
    secrets = channel.secrets if DOORS[entry["provider"]].is_signed else (ADDRESS,)
    return Hook(secrets=list(secrets), options={k: v for k, v in channel.options.items() if v})  # type: ignore[arg-type]


Open = Callable[..., Service]


@pytest.fixture
def service(engine: sa.Engine, tmp_path: Path) -> Iterator[Open]:
    """Open the application with the channels of some webhook files of the samples."""
    opened: list[Service] = []

    def open_with(*files: str, **options: str) -> Service:
        hooks = {
            entry["provider"]: hook_of(entry) for entry in WEBHOOK_FILES if entry["file"] in files
        }
        for hook in hooks.values():
            hook.options.update(options)
        opened.append(Service(engine, tmp_path, hooks))
        return opened[-1]

    yield open_with
    for one in opened:
        one.app.state.engine.dispose()


@pytest.mark.parametrize("entry", WEBHOOK_FILES, ids=lambda entry: entry["file"])
def test_recorded_deliveries_are_answered_and_booked_as_expected(
    service: Open, entry: dict[str, Any]
) -> None:
    open_service = service(entry["file"])
    golden = [
        line
        for line in sample_lines("EXPECTED_transactions.jsonl")
        if line["file"] == entry["file"]
    ]

    for told in read_deliveries(sample(entry["file"])):
        expected = EXPECTED[entry["file"], told.case]
        answer = open_service.send(entry["provider"], told)
        decisive = expected["reply"]["body"] or {}
        if told.case == "wrong amount vs order":
            decisive = {"RspCode": "00"}  # we keep no order of that name to compare it with

        assert answer.status_code == expected["reply"]["status"], told.case
        body = answer.json() if answer.content else {}
        assert {name: body[name] for name in decisive} == decisive, told.case
        kept = open_service.deliveries()[-1]
        assert (kept.state is DeliveryState.QUARANTINED) == (expected["verdict"] == "reject")
        assert RawStore(open_service.settings.raw_dir).get(kept.raw_sha256) == told.content

    assert len(open_service.rows()) == len({line["dedupe_key"] for line in golden})
    assert open_service.balance() == sum(_signed(line) for line in _newest(golden))


def _newest(golden: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The line that stands under each key at the end; one that came late is none."""
    newest = {line["dedupe_key"]: line for line in golden if "late" not in line["case"]}
    return list(newest.values())


def _signed(line: dict[str, Any]) -> int:
    if line["status"] != "succeeded":
        return 0
    return int(line["amount"] if line["direction"] == "credit" else -line["amount"])


def test_the_timeline_ends_as_written_step_by_step(service: Open) -> None:
    open_service = service(
        "sepay/webhooks_hmac.jsonl",
        "momo/ipn.jsonl",
        "vnpay/ipn.jsonl",
        "casso/webhooks_v1.jsonl",
        "stripe/webhooks.jsonl",
    )
    states = {
        "accept": DeliveryState.PROCESSED,
        "all_rows_duplicate": DeliveryState.PROCESSED,
        "duplicate_file": DeliveryState.DUPLICATE,
        "reject_file": DeliveryState.REJECTED,
    }
    for step in steps():
        before = open_service.balance()
        if step.kind == "file":
            assert open_service.file(step) is states[step.expect], step
            if step.expect == "all_rows_duplicate":
                assert open_service.deliveries()[-1].rows_new == 0
        else:
            one = recorded(step.file, step.case)
            answer = open_service.send(one.door.provider, one.delivery, at=step.at)
            assert (answer.status_code, _code(answer)) == _due(step), step
        assert open_service.balance() - before == step.ledger_delta, step

    with reading(open_service.engine) as session:
        payouts = session.exec(
            select(SettlementStatement.payout_status)
            .where(SettlementStatement.provider == "stripe")
            .order_by(sa.text("settlement_statement.id"))
        ).all()
    assert list(payouts) == ["paid", "failed"]


def _code(answer: Any) -> str:
    return str(answer.json().get("RspCode", "")) if answer.content else ""


def _due(step: Step) -> tuple[int, str]:
    if step.file.startswith("vnpay"):
        code = {"insert": "00", "reply_02_duplicate": "02", "reply_97_no_state_change": "97"}
        return 200, code[step.expect]
    if step.file.startswith("momo"):
        return 204, ""
    return 401 if step.expect.startswith("reject_401") else 200, ""


def test_a_provider_that_is_not_configured_has_no_door(service: Open) -> None:
    open_service = service("momo/ipn.jsonl")

    for provider in sorted(DOORS.keys() - {"momo"}):
        told = Told("x", NOW, {}, b"a=b", DOORS[provider].method, "r")
        assert open_service.send(provider, told).status_code == 404, provider
    assert open_service.deliveries() == []


@pytest.mark.parametrize(
    "file", ["mpesa/c2b_confirmations.jsonl", "mtn/callbacks.jsonl", "gsma/callbacks.jsonl"]
)
def test_where_nothing_is_signed_the_address_is_the_secret(service: Open, file: str) -> None:
    open_service = service(file)
    [told] = read_deliveries(sample(file))
    provider = file.partition("/")[0]
    path = DOORS[provider].path

    for guess in ("x", "sepay", ADDRESS[:-1], ADDRESS + "x", "địa-chỉ", ADDRESS.upper()):
        wrong = f"/hooks/{path.format(address=guess, reference='r')}"
        assert (
            open_service.client.request(told.method, wrong, content=told.content).status_code == 404
        )
    assert open_service.deliveries() == []
    assert open_service.send(provider, told).status_code == 200
    assert [one.signature_status for one in open_service.deliveries()] == [SignatureStatus.UNSIGNED]


def test_a_callback_of_mtn_makes_no_row_and_keeps_what_it_is_about(service: Open) -> None:
    open_service = service("mtn/callbacks.jsonl")
    [told] = read_deliveries(sample("mtn/callbacks.jsonl"))

    open_service.send("mtn", told)

    assert open_service.rows() == []
    [kept] = open_service.deliveries()
    assert (kept.state, kept.name) == (DeliveryState.PROCESSED, told.reference)


def test_only_the_networks_of_a_channel_reach_its_door(service: Open) -> None:
    [told] = read_deliveries(sample("mpesa/c2b_confirmations.jsonl"))
    open_service = service("mpesa/c2b_confirmations.jsonl", networks="196.201.214.0/24 ::1/128")
    assert open_service.send("mpesa", told).status_code == 404

    for host, status in (("196.201.214.200", 200), ("196.201.215.1", 404), ("::1", 200)):
        open_service.client = TestClient(
            open_service.app, base_url="https://cho.example", client=(host, 1)
        )
        assert open_service.send("mpesa", told).status_code == status, host


def test_a_failed_check_is_not_held_against_the_order(service: Open) -> None:
    open_service = service("vnpay/ipn.jsonl")
    good, bad = (recorded("vnpay/ipn.jsonl", case).delivery for case in ("success", "bad hash"))

    codes = [_code(open_service.send("vnpay", told)) for told in (bad, good, bad, good)]

    assert codes == ["97", "00", "97", "02"]
    assert len(open_service.rows()) == 1


def test_a_query_string_is_bounded(service: Open) -> None:
    open_service = service("vnpay/ipn.jsonl")
    path = f"/hooks/vnpay?{'a=b&' * (QUERY_BYTES_MAX // 4)}a=b"

    assert open_service.client.get(path).status_code == 413
    assert open_service.deliveries() == []


def test_zalopay_is_not_told_success_for_what_is_not_durable(
    service: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> list[str]:
        raise OSError(28, "No space left on device")

    open_service = service("zalopay/callbacks.jsonl")
    monkeypatch.setattr(RawStore, "append_many", full)

    answer = open_service.send("zalopay", recorded("zalopay/callbacks.jsonl", "paid").delivery)

    assert answer.status_code == 500
    assert "return_code" not in answer.text


def test_the_scale_of_the_contract_is_used_at_the_door_and_again_later(service: Open) -> None:
    open_service = service("shopeepay/notify.jsonl", amount_scale="1")

    open_service.send("shopeepay", recorded("shopeepay/notify.jsonl", "paid").delivery)

    assert [row.amount for row in open_service.rows()] == [6_886_600]
    rules = feed_rules(open_service.settings)
    assert rules.options_of("shopeepay")["amount_scale"] == "1"
    assert rules.options_of("momo") == {}


def test_a_cut_off_of_the_settings_moves_the_business_day(
    engine: sa.Engine, tmp_path: Path
) -> None:
    [entry] = [one for one in WEBHOOK_FILES if one["provider"] == "zalopay"]
    rule = {"provider": "zalopay", "cut_off_local": "23:00", "valid_from": "2026-11-01"}
    one = Service(engine, tmp_path, {"zalopay": hook_of(entry)}, cut_offs=[rule])
    told = recorded("zalopay/callbacks.jsonl", "at the 23:00 cut-off").delivery

    one.send("zalopay", told)

    assert [(r.business_date, r.business_date_rule) for r in one.rows()] == [
        (date(2026, 11, 21), "cut_off")
    ]
    one.app.state.engine.dispose()


# What the environment says.


def test_the_environment_names_the_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = {
        "momo": {"secrets": ["new", "old"], "options": {"access_key": "A"}},
        "stripe": {"secrets": ["whsec_x"]},
    }
    monkeypatch.setenv("CHO40_HOOKS", json.dumps(hooks))
    monkeypatch.setenv("CHO40_STRIPE_ACCOUNT", "acct_1")

    settings = Settings(sepay_hmac_secrets=["s"])  # type: ignore[list-item]
    channels = open_channels(settings)

    assert set(channels) == {"momo", "stripe", "sepay"}
    assert channels["momo"].secrets == ("new", "old")
    assert channels["stripe"].account == "acct_1"
    assert "whsec_x" not in repr(settings)


@pytest.mark.parametrize(
    ("hooks", "problem"),
    [
        ({"vnpt": {"secrets": ["x"]}}, "'vnpt': is none of"),
        ({"casso": {"secrets": ["x"]}}, "option 'version' is missing"),
        ({"payos": {"secrets": []}}, "there is no secret"),
        ({"payos": {"secrets": ["x"], "options": {"networks": "10.0.0.1/8"}}}, "host bits set"),
        ({"mpesa": {"secrets": ["short"]}}, "16 characters"),
    ],
)
def test_a_channel_that_cannot_be_opened_stops_the_service(
    tmp_path: Path, hooks: dict[str, Any], problem: str
) -> None:
    settings = Settings(data_dir=tmp_path, hooks=hooks)

    with pytest.raises(ChannelRefused, match=problem):
        create_app(settings)


def test_production_takes_no_example_secret_for_a_channel() -> None:
    own: dict[str, Any] = {
        "mode": Mode.PRODUCTION,
        "secret_keys": ["k"],
        "hash_key": "h",
        "sepay_hmac_secrets": ["s"],
    }
    assert Settings(**own, hooks={"payos": {"secrets": ["p"]}}).hooks
    with pytest.raises(ValidationError, match="CHO40_HOOKS"):
        Settings(**own, hooks={"payos": {"secrets": [EXAMPLE_SECRET]}})


# Orders that a vendor asked for.


def test_vnpay_hears_whether_the_amount_was_the_one_asked_for(service: Open) -> None:
    open_service = service("vnpay/ipn.jsonl")
    vendor_code = _ask(open_service, 68_866)
    known, unknown = (write_request_reference(vendor_code, number) for number in (1, 2))

    def answer(reference: str, amount: int, number: int) -> str:
        return _code(open_service.send("vnpay", _vnpay(reference, amount, number)))

    assert answer(known, 68_866, 1) == "00"
    assert answer(known, 68_866, 1) == "02"
    assert answer(known, 10_000, 2) == "04"
    assert answer(unknown, 68_866, 3) == "01"
    assert answer("CHOHANA129999", 68_866, 4) == "00"
    # Whatever was answered, the money is in the ledger.
    assert sorted(row.amount for row in open_service.rows()) == [10_000, 68_866, 68_866, 68_866]


def _ask(open_service: Service, amount: int) -> str:
    """Let a vendor ask for an amount, and return her code."""
    with writing(open_service.engine) as session:
        vendor_id = vendor_with(session, open_service.settings.sealer, "vnpay", "CHOHAN01")
        code = write_vendor_code(vendor_id)
        session.add(
            PaymentRequest(
                vendor_id=vendor_id,
                acceptance_point_id=session.exec(select(AcceptancePoint.id)).one() or 0,
                stall_code="A01",
                reference=write_request_reference(code, 1),
                amount_vnd=amount,
                created_at=NOW,
                created_by=f"vendor:{code}",
                expires_at=NOW + timedelta(minutes=15),
            )
        )
    return code


def _vnpay(reference: str, amount: int, number: int) -> Told:
    """One payment of an order, signed as VNPAY signs."""
    fields = {
        "vnp_Amount": str(amount * 100),
        "vnp_PayDate": "20261120140237",
        "vnp_ResponseCode": "00",
        "vnp_TmnCode": "CHOHAN01",
        "vnp_TransactionNo": str(number),
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": reference,
    }
    query = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
    secret = str(SAMPLES.keys["vnpay_hash_secret"]).encode()
    signed = f"{query}&vnp_SecureHash={hmac.digest(secret, query.encode(), 'sha512').hex()}"
    return Told("asked", NOW, {}, signed.encode(), "GET")
