"""What callbacks name is fetched by the worker, and only the provider's own answer makes a row."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import select

from market.channels import polled_here
from market.database import reading, writing
from market.polling import poll
from market.sandbox import create_sandbox
from market.sandbox.gsma import callback_of
from market.sandbox.sample import sample_objects
from market.schedule import follow_notices, poll_payments
from market.settings import CutOffRule, Settings
from reconciliation.errors import PollsRefused
from reconciliation.intake.ingest import Incoming, ingest
from reconciliation.intake.raw_store import RawStore
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.tables import Delivery, SettlementStatement
from tests.reconciliation.arrivals import ledger
from tests.serving import serving

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MTN_BODY = {
    "externalId": "one",
    "amount": "500.00",
    "currency": "EUR",
    "payer": {"partyIdType": "MSISDN", "partyId": "46733123450"},
    "status": "SUCCESSFUL",
}


@pytest.fixture
def sandbox() -> Iterator[tuple[str, Any]]:
    app = create_sandbox(sample_objects())
    with serving(app) as url:
        yield url, app


def settings_of(engine: sa.Engine, folder: Path, url: str, **told: Any) -> Settings:
    given = {"gsma_account": "MERCH-MAU", "gsma_base_url": f"{url}/gsma", **told}
    return Settings(
        database_url=str(engine.url),
        data_dir=folder,
        stripe_account="",
        stripe_base_url=url,
        gsma_api_key=SecretStr("key"),
        **given,
    )


def call_back(
    engine: sa.Engine,
    settings: Settings,
    provider: str,
    body: dict[str, Any],
    *,
    name: str = "",
    at: datetime = NOW,
) -> None:
    incoming = Incoming(
        provider=provider,
        content=json.dumps(body).encode(),
        channel=SourceChannel.WEBHOOK,
        received_at=at,
        signature_status=SignatureStatus.UNSIGNED,
        name=name,
    )
    with writing(engine) as session:
        store = RawStore(settings.raw_dir)
        ingest(session, store, sealer=settings.sealer, incoming=incoming, now=at)


def rows(engine: sa.Engine) -> list[dict[str, Any]]:
    with reading(engine) as session:
        return ledger(session, every_version=True)


def test_a_callback_makes_no_row_and_what_it_names_does_once(
    engine: sa.Engine, tmp_path: Path, sandbox: tuple[str, Any]
) -> None:
    settings = settings_of(engine, tmp_path, sandbox[0])
    call_back(engine, settings, "gsma", callback_of("MAU-00000003"))
    before = rows(engine)

    first = follow_notices(engine, settings, NOW)
    second = follow_notices(engine, settings, NOW + timedelta(hours=1))

    assert before == []
    assert "1 trang, 1 khoản mới" in first
    assert "0 trang" in second
    [row] = rows(engine)
    assert row["amount"] == sample_objects()["charges"][2]["amount"]


def test_a_poll_of_everything_and_the_notices_meet_on_one_row(
    engine: sa.Engine, tmp_path: Path, sandbox: tuple[str, Any]
) -> None:
    settings = settings_of(engine, tmp_path, sandbox[0])
    call_back(engine, settings, "gsma", callback_of("MAU-00000003"))
    follow_notices(engine, settings, NOW)

    poll(engine, settings, "gsma", at=NOW)
    again = poll(engine, settings, "gsma", at=NOW + timedelta(minutes=5))

    objects = sample_objects()
    assert len(rows(engine)) == len(objects["charges"]) + len(objects["refunds"])
    assert {(one.new, one.revised) for one in again} == {(0, 0)}
    with reading(engine) as session:
        told = session.exec(select(SettlementStatement.control_status)).all()
    assert set(told) == {"agree"}


def test_a_pending_answer_is_asked_for_again_until_it_is_final(
    engine: sa.Engine, tmp_path: Path, sandbox: tuple[str, Any]
) -> None:
    url, app = sandbox
    settings = settings_of(engine, tmp_path, url)
    row = app.state.gsma.find("MAU-00000005")
    app.state.gsma.add({**row, "transactionStatus": "pending"})
    call_back(engine, settings, "gsma", callback_of("MAU-00000005"))
    pending_at, final_at = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)

    follow_notices(engine, settings, pending_at)
    app.state.gsma.add(row)
    told = follow_notices(engine, settings, final_at)
    later = follow_notices(engine, settings, NOW + timedelta(hours=5))

    assert "0 khoản mới, 1 khoản đổi" in told
    assert "0 trang" in later
    assert [row["status"].value for row in rows(engine)] == ["pending", "succeeded"]


def test_equal_bytes_under_two_references_are_two_notices(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def mtn(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token/"):
            return httpx.Response(200, json={"access_token": "t"})
        asked.append(request.url.path.rpartition("/")[2])
        return httpx.Response(200, json={**MTN_BODY, "financialTransactionId": asked[-1][-1]})

    settings = settings_of(
        engine, tmp_path, "", gsma_account="", mtn_account="wallet", mtn_base_url="http://mtn.test"
    )
    client = httpx.Client
    monkeypatch.setattr("httpx.Client", lambda **_: client(transport=httpx.MockTransport(mtn)))
    call_back(engine, settings, "mtn", MTN_BODY, name="ref-1")
    call_back(engine, settings, "mtn", MTN_BODY, name="ref-2", at=NOW + timedelta(seconds=1))

    poll_payments(engine, settings, NOW + timedelta(seconds=2))

    assert asked == ["ref-1", "ref-2"]
    assert sum(row["amount"] for row in rows(engine)) == 2 * 50_000


def test_the_cut_offs_of_the_settings_hold_for_polled_rows(
    engine: sa.Engine, tmp_path: Path, sandbox: tuple[str, Any]
) -> None:
    rule = CutOffRule(provider="gsma", cut_off_local=time(12), valid_from=date(2026, 1, 1))
    settings = settings_of(engine, tmp_path, sandbox[0], cut_offs=[rule])

    poll(engine, settings, "gsma", at=NOW)

    told = rows(engine)
    assert {row["business_date_rule"] for row in told} == {"cut_off"}
    assert len({row["business_date"] for row in told}) == 2


def test_a_provider_that_refuses_keeps_no_other_from_being_asked(
    engine: sa.Engine, tmp_path: Path, sandbox: tuple[str, Any]
) -> None:
    settings = settings_of(engine, tmp_path, sandbox[0])
    settings = settings.model_copy(update={"stripe_account": "acct_1", "gsma_identifier_type": "x"})

    with pytest.raises(PollsRefused, match=r"gsma: .* 404"):
        poll_payments(engine, settings, NOW)

    assert polled_here(settings) == ["stripe", "gsma"]
    assert {row["provider"] for row in rows(engine)} == {"stripe"}


def test_what_could_not_be_read_is_told_and_asked_for_again(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    odd = {**sample_objects()["charges"][0], "currency": "?"}

    def stripe(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params.get("created[gte]", ""))
        is_changed = request.url.path.endswith("/payouts")
        kind = "search_result" if is_changed else "list"
        rows = [odd] if request.url.path.endswith("/charges") else []
        return httpx.Response(200, json={"object": kind, "data": rows, "has_more": False})

    settings = settings_of(engine, tmp_path, "http://stripe.test", gsma_account="")
    settings = settings.model_copy(update={"stripe_account": "acct_1"})
    client = httpx.Client
    monkeypatch.setattr("httpx.Client", lambda **_: client(transport=httpx.MockTransport(stripe)))

    told = poll_payments(engine, settings, NOW)
    poll_payments(engine, settings, NOW + timedelta(minutes=5))

    assert told == (
        "stripe: 3 trang, 0 khoản mới, 0 khoản đổi, 1 trang không đọc được nên lần sau hỏi lại, "
        "1 dòng giữ lại chờ người xem"
    )
    assert asked == [""] * 6


def test_a_forgotten_callback_asks_for_nothing(
    engine: sa.Engine, tmp_path: Path, sandbox: tuple[str, Any]
) -> None:
    from reconciliation.operations.retention import forget_transactions

    settings = settings_of(engine, tmp_path, sandbox[0])
    call_back(engine, settings, "gsma", callback_of("MAU-00000003"))
    with writing(engine) as session:
        forget_transactions(session, before=NOW + timedelta(days=1), now=NOW + timedelta(days=1))

    assert "0 trang" in follow_notices(engine, settings, NOW + timedelta(days=1))
    with reading(engine) as session:
        assert session.exec(select(Delivery.notice)).all() == [""]
