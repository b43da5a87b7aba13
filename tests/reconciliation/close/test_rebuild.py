"""A closed day made again from its raw bytes goes by the rules of its close, whatever came later."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from market.database import open_engine, reading, writing
from merchants.actors import Actor
from reconciliation.bulk import table_of
from reconciliation.close.closing import ClosedDay, close_days
from reconciliation.close.rebuild import Rebuilt, Sources, rebuild_day
from reconciliation.close.versions import verify_chain
from reconciliation.errors import RulesDamaged, RuleSetNotFound
from reconciliation.feeds.rules import PLAIN_RULES
from reconciliation.intake.ingest import ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.profiles import Profiles, load_profiles, read_profiles
from reconciliation.rules.changing import approve_change, note_trial, propose_change
from reconciliation.rules.in_force import overlay, rules_in_force
from reconciliation.rules.tables import RuleSet
from tests.feed_samples import VCB_ACCOUNT
from tests.reconciliation.arrivals import NOW, SEALER, sepay, vcb, vendor_with

DAY = date(2026, 11, 20)
LAN, MAI = Actor(kind="staff", name="1"), Actor(kind="staff", name="2")
BASE = load_profiles()
ONE_BOOK = """
[[profile]]
provider = "bank_vcb"
valid_from = 2026-11-01
books = ["statement"]
"""
"""Nobody announces what this bank books: its statement is all there is to compare."""


@dataclass
class Town:
    """One vendor's account of whose two lines one was announced, and closes of its day."""

    engine: sa.Engine
    store: RawStore
    new_folder: Callable[[], Path]
    empty: Path

    def close(self, *, hours: int = 0, profiles: Profiles = BASE) -> ClosedDay:
        """Close the market's day so long after the statement came."""
        at = NOW + timedelta(hours=1 + hours)
        with writing(self.engine) as session:
            [one] = close_days(
                session, DAY, DAY, market_code="MA", profiles=profiles, sealer=SEALER, now=at
            )
        return one

    def change_rules(self, text: str, *, hours: int) -> None:
        """Let two people change the rules from before the day on."""
        with writing(self.engine) as session:
            agree_on(session, text, hours=hours)

    def rebuild(self, version: int | None = None) -> Rebuilt:
        """Make a version's day again in a database of its own."""
        folder = self.new_folder()
        shutil.copy(self.empty, folder / "rebuilt.sqlite3")
        scratch = open_engine(f"sqlite:///{folder / 'rebuilt.sqlite3'}")
        sources = Sources(
            store=self.store,
            scratch=RawStore(folder / "raw"),
            sealer=SEALER,
            feed_rules=PLAIN_RULES,
        )
        try:
            with reading(self.engine) as session, writing(scratch) as empty:
                return rebuild_day(session, empty, sources, scope="MA", on=DAY, version=version)
        finally:
            scratch.dispose()


def agree_on(session: Session, text: str, *, hours: int) -> None:
    """Propose rows, try them and have another person approve them."""
    at = NOW + timedelta(hours=1 + hours)
    change = propose_change(
        session,
        text,
        file="phu-luc.toml",
        valid_from=date(2026, 11, 1),
        reason="Phụ lục 3",
        base=BASE,
        actor=LAN,
        now=at,
    )
    against = rules_in_force(session, BASE)
    note_trial(session, change, "{}", first=DAY, last=DAY, against=against)
    approve_change(session, change, base=BASE, actor=MAI, now=at)


@pytest.fixture
def town(
    engine: sa.Engine,
    store: RawStore,
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Town:
    with writing(engine) as session:
        vendor_with(session, SEALER, "bank_vcb", VCB_ACCOUNT)
        told = [sepay(1, 20_000), vcb(("MBVCB.1", 20_000, "tien rau"), ("X9", 49_500, "tien ca"))]
        ingest_many(session, store, sealer=SEALER, incoming=told, now=NOW, rules=PLAIN_RULES)
    return Town(engine, store, lambda: tmp_path_factory.mktemp("rebuilt"), sqlite_template)


def test_both_versions_are_rebuilt_after_a_change_of_rules_that_is_dated_back(town: Town) -> None:
    first = town.close()
    town.change_rules(ONE_BOOK, hours=1)
    second = town.close(hours=2)

    versions = [town.rebuild(1), town.rebuild(2), town.rebuild()]

    assert [one.root_sha256 for one in versions] == [
        first.root_sha256, second.root_sha256, second.root_sha256,
    ]  # fmt: skip
    assert all(one.is_same and not (one.only_stored or one.only_rebuilt) for one in versions)
    assert first.outcomes != second.outcomes
    with reading(town.engine) as session:
        assert verify_chain(session, sealer=SEALER) == []


def test_a_version_is_rebuilt_by_the_rules_the_deployment_had_then(town: Town) -> None:
    theirs = overlay(BASE, read_profiles(ONE_BOOK, "x"), date(2026, 11, 1))
    town.close(profiles=theirs)

    rebuilt = town.rebuild()

    assert rebuilt.is_same


def test_a_change_that_was_in_force_is_not_laid_over_its_own_rules_twice(town: Town) -> None:
    town.change_rules(ONE_BOOK, hours=0)
    town.close(hours=1)
    both = ONE_BOOK.replace('["statement"]', '["payments", "statement"]')
    town.change_rules(both, hours=2)

    rebuilt = town.rebuild()

    assert rebuilt.is_same


def test_rules_that_no_longer_have_their_hash_rebuild_nothing(town: Town) -> None:
    town.close()
    kept = table_of(RuleSet)
    content = sa.func.replace(kept.c.content, '"window_s": 600', '"window_s": 601')
    with writing(town.engine) as session:
        session.connection().execute(sa.update(kept).values(content=content))

    with pytest.raises(RulesDamaged, match=BASE.rules_sha256):
        town.rebuild()


def test_rules_that_are_kept_no_longer_rebuild_nothing(town: Town) -> None:
    town.close()
    with writing(town.engine) as session:
        session.connection().execute(sa.delete(table_of(RuleSet)))

    with pytest.raises(RuleSetNotFound, match=BASE.rules_sha256):
        town.rebuild()
