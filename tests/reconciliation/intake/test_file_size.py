"""How large a file may be is its door's to say; what was read once is never too large again."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from market.channels import feed_rules
from market.database import reading, writing
from market.settings import Settings
from merchants.sealing import Sealer
from reconciliation.feeds.rules import PLAIN_RULES, FeedRules
from reconciliation.intake import long_files
from reconciliation.intake.ingest import IngestResult, ingest
from reconciliation.intake.raw_store import RawStore
from reconciliation.operations.replaying import replay
from reconciliation.operations.rereading import Reread, reread
from reconciliation.tables import DeliveryState
from reconciliation.verification.ledger import prove_ledger
from tests.reconciliation.arrivals import NOW, vcb

FILE = vcb(("5243.1", 20_000, "tien rau"), ("5243.2", 30_000, "tien ca"))
SMALL = replace(PLAIN_RULES, file_bytes_max=len(FILE.content) - 1)
ENOUGH = replace(PLAIN_RULES, file_bytes_max=len(FILE.content))


@pytest.fixture(params=["whole", "in parts"], autouse=True)
def _read_so(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "in parts":
        monkeypatch.setattr(long_files, "LONG_FROM_BYTES", 0)


def take(engine: sa.Engine, store: RawStore, sealer: Sealer, rules: FeedRules) -> IngestResult:
    with writing(engine) as session:
        return ingest(session, store, sealer=sealer, incoming=FILE, now=NOW, rules=rules)


def test_a_file_beyond_the_limit_is_kept_and_named(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    store = RawStore(tmp_path)

    refused = take(engine, store, sealer, SMALL)
    taken = take(engine, store, sealer, ENOUGH)

    assert (refused.state, refused.reason) == (DeliveryState.REJECTED, "too_large")
    assert (taken.state, taken.new) == (DeliveryState.PROCESSED, 2)


def test_a_refused_file_enters_when_the_limit_was_raised(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    store = RawStore(tmp_path)
    number = take(engine, store, sealer, SMALL).delivery_id

    def again(rules: FeedRules) -> DeliveryState:
        with writing(engine) as session:
            [found] = replay(
                session, store, [number], sealer=sealer, now=NOW, channels={}, rules=rules,
            )  # fmt: skip
        return found.after

    assert again(SMALL) is DeliveryState.REJECTED
    assert again(ENOUGH) is DeliveryState.PROCESSED


def test_what_was_read_once_is_read_again_under_any_limit(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    store = RawStore(tmp_path)
    number = take(engine, store, sealer, ENOUGH).delivery_id

    with writing(engine) as session:
        [told], _ = reread(session, store, Reread(), sealer=sealer, now=NOW, rules=SMALL)
        [found] = replay(session, store, [number], sealer=sealer, now=NOW, channels={}, rules=SMALL)
    with reading(engine) as session:
        proof = prove_ledger(session, store, sealer=sealer)

    assert (told.problem, told.same, told.is_different) == ("", 2, False)
    assert (found.after, found.problem, found.is_changed) == (DeliveryState.PROCESSED, "", False)
    assert (proof.rows, proof.findings) == (2, [])


def test_the_settings_say_how_much_comes_over_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    assert feed_rules(Settings()).file_bytes_max == 50 << 20

    monkeypatch.setenv("CHO40_FEED_FILE_MIB", "7")

    assert feed_rules(Settings()).file_bytes_max == 7 << 20
