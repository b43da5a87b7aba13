"""From one version of a day to the next: each record that moved a figure, and why."""

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from market.database import open_engine, reading, writing
from merchants.tables import Vendor
from reconciliation.bulk import table_of
from reconciliation.close.bridge import BridgeLine, bridge
from reconciliation.close.causes import Cause
from reconciliation.close.closing import close_days
from reconciliation.close.day_figures import EXPLAINED_FIGURES
from reconciliation.profiles import Profiles, load_profiles, read_profiles
from reconciliation.records import Direction, Status, TransactionType
from reconciliation.rules.in_force import overlay
from reconciliation.rules.tables import RuleSet
from reconciliation.tables import DayClose, MarketDay, ProviderTransaction
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld

BASE = load_profiles()
FIRST_CLOSE = datetime(2026, 12, 1, tzinfo=UTC)
BETWEEN = FIRST_CLOSE + timedelta(hours=1)
SECOND_CLOSE = FIRST_CLOSE + timedelta(hours=2)
FROM = date(2026, 11, 1)
BANK = """
[[profile]]
provider = "bank_vcb"
valid_from = 2000-01-01
"""
KEYED = """
bank_reference = [["bank_reference", "bank_reference"]]
ids_exclude = "learned"
statement_per = "account"
"""
copies = count()


def rules(row: str, valid_from: date = FROM) -> Profiles:
    """The packaged rules with another row of the bank from a day on."""
    return overlay(BASE, read_profiles(BANK + row, "x"), valid_from)


ONE_BOOK = rules(f'books = ["statement"]{KEYED}')
"""Nobody announces what the bank books."""
WITHOUT_KEY = rules('books = ["payments", "statement"]')
"""References of the bank join nothing."""


@dataclass
class Town:
    """A market of two vendors, each with an account whose statement covers the day."""

    engine: sa.Engine
    now: datetime

    def __post_init__(self) -> None:
        with writing(self.engine) as session:
            world = LedgerWorld(session, self.now)
            market = world.market()
            self.hoa: Vendor = world.vendor(market)
            self.lan: Vendor = world.vendor(market)
            for vendor in (self.hoa, self.lan):
                world.statement(vendor, DAY)

    def tell(self, *told: tuple[str, Vendor, int, dict[str, Any]], at: datetime) -> list[Any]:
        """Add rows that came to be known at an instant."""
        with writing(self.engine) as session:
            world = LedgerWorld(session, at)
            return [getattr(world, how)(who, vnd, **changes) for how, who, vnd, changes in told]

    def close(self, profiles: Profiles = BASE, *, at: datetime = FIRST_CLOSE) -> None:
        """Close the day."""
        with writing(self.engine) as session:
            close_days(
                session, DAY, DAY, market_code="MA", profiles=profiles, sealer=SEALER, now=at
            )

    def lines(self) -> list[BridgeLine]:
        """From the first version to the second."""
        with reading(self.engine) as session:
            return bridge(session, "MA", DAY, older=1, newer=2)

    def causes(self) -> list[tuple[Cause, dict[str, int]]]:
        """Why, and what it moved."""
        return [(line.cause, line.changes) for line in self.lines()]


@pytest.fixture
def town(engine: sa.Engine, now: datetime) -> Town:
    return Town(engine, now)


def test_a_record_that_other_rules_alone_moved_is_moved_by_the_rules(town: Town) -> None:
    town.tell(("both", town.hoa, 1_000, {}), ("booked", town.hoa, 49_500, {}), at=town.now)
    town.close()

    town.close(ONE_BOOK, at=SECOND_CLOSE)

    [line] = town.lines()
    assert (line.cause, line.outcome_before, line.outcome_after) == (
        Cause.RULE, "missing_in_payments", "not_applicable",
    )  # fmt: skip
    assert line.changes == {"matched_vnd": 49_500, "unexplained_vnd": -49_500}


def test_a_pair_that_other_rules_made_is_moved_by_the_rules_on_both_sides(town: Town) -> None:
    one = {"bank_reference": "R"}
    town.tell(("announced", town.hoa, 20_000, one), ("booked", town.hoa, 20_500, one), at=town.now)
    town.close(WITHOUT_KEY)

    town.close(at=SECOND_CLOSE)

    assert town.causes() == [
        (Cause.RULE, {"unexplained_vnd": -20_000}),
        (Cause.RULE, {"matched_vnd": 20_000, "unexplained_vnd": -20_000}),
    ]


def test_where_something_came_in_it_may_be_that_and_the_rules_are_not_blamed(town: Town) -> None:
    late = {"bank_reference": "LATE"}
    town.tell(
        ("announced", town.hoa, 20_000, late),
        ("booked", town.hoa, 5_000, {}),
        ("booked", town.lan, 7_000, {}),
        at=town.now,
    )
    town.close()
    town.tell(("booked", town.hoa, 20_000, late), at=BETWEEN)

    town.close(ONE_BOOK, at=SECOND_CLOSE)

    assert town.causes() == [
        (Cause.LATE, {"gross_vnd": 20_000, "matched_vnd": 20_000, "net_vnd": 20_000}),
        (Cause.MATCH, {"unexplained_vnd": -20_000}),
        (Cause.MATCH, {"matched_vnd": 5_000, "unexplained_vnd": -5_000}),
        (Cause.RULE, {"matched_vnd": 7_000, "unexplained_vnd": -7_000}),
    ]


def test_what_came_in_for_another_day_of_the_account_may_be_the_reason_too(town: Town) -> None:
    town.tell(("booked", town.hoa, 5_000, {}), at=town.now)
    town.close()
    next_day = {"business_date": DAY + timedelta(days=1)}
    town.tell(("booked", town.hoa, 9_000, next_day), at=BETWEEN)

    town.close(ONE_BOOK, at=SECOND_CLOSE)

    [(cause, _)] = town.causes()
    assert cause is Cause.MATCH


def test_what_the_statement_says_is_missing_now_is_no_matter_of_rules(town: Town) -> None:
    later = DAY + timedelta(days=3)
    town.tell(("announced", town.hoa, 20_000, {"business_date": later}), at=town.now)
    with writing(town.engine) as session:
        close_days(
            session, later, later, market_code="MA", profiles=BASE, sealer=SEALER, now=FIRST_CLOSE
        )
    with writing(town.engine) as session:
        LedgerWorld(session, BETWEEN).statement(town.hoa, later)
    with writing(town.engine) as session:
        close_days(
            session,
            later,
            later,
            market_code="MA",
            profiles=WITHOUT_KEY,
            sealer=SEALER,
            now=SECOND_CLOSE,
        )

    with reading(town.engine) as session:
        [line] = bridge(session, "MA", later, older=1, newer=2)
    assert (line.outcome_before, line.outcome_after) == ("pending_cut_off", "missing_in_statement")
    assert line.cause is Cause.MATCH


@pytest.mark.parametrize(
    "other",
    [
        overlay(BASE, read_profiles(BANK.replace("bank_vcb", "momo") + "books = []", "x"), FROM),
        rules(f'books = ["payments", "statement"]\n{KEYED}[profile.fee]\nbps = 150'),
        rules(f'books = ["statement"]{KEYED}', valid_from=DAY + timedelta(days=60)),
    ],
    ids=["of another provider", "of the fee alone", "of a day far ahead"],
)
def test_rules_that_do_not_reach_the_record_moved_nothing(town: Town, other: Profiles) -> None:
    [notice, _] = town.tell(
        ("announced", town.hoa, 5_000, {"bank_reference": "A"}),
        ("booked", town.hoa, 5_500, {"bank_reference": "B"}),
        at=town.now,
    )
    town.close()
    # Nothing came in and no rule of the bank differs: the row itself is another one by hand.
    with writing(town.engine) as session:
        session.get_one(ProviderTransaction, notice.id).bank_reference = "B"

    town.close(other, at=SECOND_CLOSE)

    assert [cause for cause, _ in town.causes()] == [Cause.MATCH, Cause.MATCH]


def test_a_fee_contract_that_is_dated_back_moves_no_figure(town: Town) -> None:
    town.tell(("both", town.hoa, 50_000, {"fee_amount": 1_700}), at=town.now)
    town.close()

    town.close(
        rules(f'books = ["payments", "statement"]\n{KEYED}[profile.fee]\nbps = 100'),
        at=SECOND_CLOSE,
    )

    assert town.lines() == []


def test_rules_that_nobody_kept_are_blamed_for_nothing(town: Town) -> None:
    town.tell(("booked", town.hoa, 5_000, {}), at=town.now)
    town.close()
    town.close(ONE_BOOK, at=SECOND_CLOSE)
    with writing(town.engine) as session:
        session.connection().execute(sa.delete(table_of(RuleSet)))

    [(cause, _)] = town.causes()

    assert cause is Cause.MATCH


CHARGEBACK: dict[str, Any] = {
    "transaction_type": TransactionType.CHARGEBACK,
    "direction": Direction.DEBIT,
    "dedupe_key": "dispute",
}


def test_a_dispute_that_comes_late_is_told_as_one(town: Town) -> None:
    town.tell(("both", town.hoa, 50_000, {}), at=town.now)
    town.close()
    town.tell(("booked", town.hoa, 50_000, CHARGEBACK), at=BETWEEN)

    town.close(at=SECOND_CLOSE)

    assert town.causes() == [(Cause.DISPUTE, {"refunds_vnd": 50_000, "net_vnd": -50_000})]


def test_a_dispute_that_is_decided_is_told_as_one(town: Town) -> None:
    waits = CHARGEBACK | {"status": Status.PENDING}
    town.tell(("both", town.hoa, 50_000, {}), ("booked", town.hoa, 50_000, waits), at=town.now)
    town.close()
    with writing(town.engine) as session:
        old = session.exec(
            select(ProviderTransaction).where(ProviderTransaction.dedupe_key == "dispute")
        ).one()
        old.is_current = False
    town.tell(("booked", town.hoa, 50_000, CHARGEBACK | {"version": 2}), at=BETWEEN)

    town.close(at=SECOND_CLOSE)

    assert town.causes() == [(Cause.DISPUTE, {"refunds_vnd": 50_000, "net_vnd": -50_000})]


told = st.lists(
    st.tuples(
        st.sampled_from(["both", "announced", "booked"]),
        st.sampled_from(["hoa", "lan"]),
        st.sampled_from([5_000, 5_000, 20_000]),
        st.sampled_from([0, 12, 40]),
    ),
    max_size=5,
)


@settings(max_examples=12)
@given(
    told,
    told,
    st.sampled_from([BASE, ONE_BOOK, WITHOUT_KEY]),
    st.sampled_from([BASE, ONE_BOOK, WITHOUT_KEY]),
)
def test_whatever_came_and_by_whatever_rules_the_lines_add_up(
    tmp_path: Path,
    sqlite_template: Path,
    now: datetime,
    early: list[Any],
    late: list[Any],
    before: Profiles,
    after: Profiles,
) -> None:
    copy = shutil.copy(sqlite_template, tmp_path / f"bridge{next(copies)}.sqlite3")
    town = Town(open_engine(f"sqlite:///{copy}"), now)
    town.tell(*(_movement(town, *one) for one in early), at=now)
    town.close(before)
    town.tell(*(_movement(town, *one) for one in late), at=BETWEEN)
    town.close(after, at=SECOND_CLOSE)
    with reading(town.engine) as session:
        closes = session.exec(select(DayClose).order_by(col(DayClose.version))).all()
        days = session.exec(select(MarketDay).order_by(col(MarketDay.close_id))).all()
        lines = bridge(session, "MA", DAY, older=1, newer=2) if len(closes) == 2 else []
        moved = {
            name: getattr(days[-1], name) - getattr(days[0], name) for name in EXPLAINED_FIGURES
        }
    town.engine.dispose()

    causes = {line.cause for line in lines}
    assert moved == {
        name: sum(line.changes.get(name, 0) for line in lines) for name in EXPLAINED_FIGURES
    }
    assert Cause.RULE not in causes or before is not after
    assert late or causes <= {Cause.RULE}


def _movement(
    town: Town, how: str, who: str, amount_vnd: int, minute: int
) -> tuple[str, Vendor, int, dict[str, Any]]:
    seen = datetime(2026, 11, 10, 2, minute, tzinfo=UTC)
    return how, getattr(town, who), amount_vnd, {"occurred_at": seen}
