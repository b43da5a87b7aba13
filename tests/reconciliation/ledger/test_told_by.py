"""Of several sources of one account one has precedence: money told twice counts once."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from market.channels import feed_rules
from market.database import reading, writing
from market.settings import Settings
from merchants.sealing import Sealer
from reconciliation.errors import ChannelRefused
from reconciliation.feeds.rules import PLAIN_RULES, FeedRules, ToldBy
from reconciliation.intake import long_files
from reconciliation.intake.ingest import Incoming, IngestResult, ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.records import Book, SignatureStatus, SourceChannel
from reconciliation.tables import DeliveryState, SettlementStatement
from tests.feed_samples import VCB_ACCOUNT
from tests.reconciliation.arrivals import NOW, incoming, ledger, sepay, vcb

RULES = FeedRules(told_by={VCB_ACCOUNT: ToldBy(payments="sepay", statement="bank_vcb")})
ROWS = (("5243.1", 20_000, "tien rau"), ("5243.2", 30_000, "tien ca"))


def casso(number: int, amount: int, account: str = VCB_ACCOUNT) -> Incoming:
    """The same payment as ``sepay`` tells, through another aggregator."""
    transfer = {
        "id": number,
        "tid": f"MBVCB.{number}",
        "description": "tien rau",
        "amount": amount,
        "cusum_balance": 0,
        "when": "2026-11-20 14:02:37",
        "subAccId": account,
    }
    return incoming(
        "casso",
        json.dumps({"error": 0, "data": [transfer]}),
        channel=SourceChannel.WEBHOOK,
        signature_status=SignatureStatus.UNSIGNED,
    )


def mt940() -> Incoming:
    """The same statement as ``vcb`` tells, in another format."""
    lines = [
        ":20:S1",
        f":25:{VCB_ACCOUNT}",
        ":28C:1",
        ":60F:C261120VND0,",
        ":61:261120C20000,NTRFNONREF//5243.1",
        ":86:tien rau",
        ":61:261120C30000,NTRFNONREF//5243.2",
        ":86:tien ca",
        ":62F:C261120VND50000,",
        "-",
    ]
    return incoming("bank_mt940", "\r\n".join(lines) + "\r\n")


@pytest.fixture
def take(engine: sa.Engine, sealer: Sealer, tmp_path: Path) -> Any:
    """Take deliveries in under some rules."""

    def _take(rules: FeedRules, *sent: Incoming) -> list[IngestResult]:
        with writing(engine) as session:
            store = RawStore(tmp_path)
            return ingest_many(session, store, sealer=sealer, incoming=sent, now=NOW, rules=rules)

    return _take


def told(engine: sa.Engine) -> list[tuple[str, int]]:
    with reading(engine) as session:
        return sorted((row["provider"], row["amount"]) for row in ledger(session))


@pytest.fixture(params=["whole", "in parts"])
def _read_so(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "in parts":
        monkeypatch.setattr(long_files, "LONG_FROM_BYTES", 0)
        monkeypatch.setattr(long_files, "PART_FACTS", 1)


@pytest.mark.usefixtures("_read_so")
def test_what_several_tell_of_one_account_enters_once(engine: sa.Engine, take: Any) -> None:
    results = take(RULES, casso(1, 20_000), sepay(1, 20_000), mt940(), vcb(*ROWS))

    assert told(engine) == [("bank_vcb", 20_000), ("bank_vcb", 30_000), ("sepay", 20_000)]
    assert [(one.state, one.new, one.repeated) for one in results] == [
        (DeliveryState.PROCESSED, 0, 1),
        (DeliveryState.PROCESSED, 1, 0),
        (DeliveryState.PROCESSED, 0, 2),
        (DeliveryState.PROCESSED, 2, 0),
    ]
    assert results[2].detail == "2 rows are a check: another source tells this account"
    with reading(engine) as session:
        statements = session.exec(sa.select(SettlementStatement.provider)).scalars().all()  # type: ignore[call-overload]
    assert statements == ["bank_vcb"]


def test_without_precedence_and_for_other_accounts_everybody_is_heard(
    engine: sa.Engine, take: Any
) -> None:
    take(RULES, casso(1, 20_000, account="0999999999"))
    take(PLAIN_RULES, casso(2, 30_000))

    assert told(engine) == [("casso", 20_000), ("casso", 30_000)]


def test_a_book_nobody_is_named_for_has_no_precedence() -> None:
    rules = FeedRules(told_by={"1": ToldBy(statement="bank_vcb")})

    assert not rules.is_check("casso", "1", Book.PAYMENTS)
    assert rules.is_check("bank_mt940", "1", Book.STATEMENT)
    assert not rules.is_check("bank_vcb", "1", Book.STATEMENT)
    assert not rules.is_check("bank_mt940", "2", Book.STATEMENT)


def test_the_environment_names_who_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHO40_TOLD_BY", '{"1018795282":{"payments":"sepay"}}')
    assert feed_rules(Settings()).told_by == {"1018795282": ToldBy(payments="sepay")}

    monkeypatch.setenv("CHO40_TOLD_BY", "")
    assert feed_rules(Settings()).told_by == {}

    monkeypatch.setenv("CHO40_TOLD_BY", '{"1018795282":{"statement":"bank_xyz"}}')
    with pytest.raises(ChannelRefused, match="'bank_xyz': tells the account ···5282"):
        feed_rules(Settings())
