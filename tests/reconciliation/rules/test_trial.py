"""Rules tried on closed days, closes that go by approved rules, and fees audited against them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from market.database import reading, writing
from merchants.actors import Actor
from merchants.tables import Vendor
from reconciliation.close.closing import close_days
from reconciliation.close.fee_audit import AuditedFees, audit_fees
from reconciliation.close.rule_trial import Trial, newest_closed_days, trial_told, try_rules
from reconciliation.close.versions import newest_closes
from reconciliation.errors import DaysRefused, NoClosedDays
from reconciliation.profiles import Profiles, load_profiles, read_profiles
from reconciliation.rules.changing import approve_change, note_trial, propose_change
from reconciliation.rules.in_force import overlay, rules_in_force
from reconciliation.rules.tables import RuleSet
from reconciliation.tables import DayClose, MatchOutcome, VendorDay
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld

BASE = load_profiles()
NIGHT = datetime(2026, 12, 31, tzinfo=UTC)
LAN, MAI = Actor(kind="staff", name="1"), Actor(kind="staff", name="2")


def contract(bps: int) -> str:
    return f"""
[[profile]]
provider = "bank_vcb"
valid_from = 2000-01-01
books = ["payments", "statement"]
bank_reference = [["bank_reference", "bank_reference"]]
ids_exclude = "learned"
window_s = 600
statement_per = "account"

[profile.fee]
bps = {bps}
"""


def with_fee(bps: int, valid_from: date = date(2000, 1, 1)) -> Profiles:
    return overlay(BASE, read_profiles(contract(bps), "x"), valid_from)


@pytest.fixture
def vendor(engine: sa.Engine, now: datetime) -> Vendor:
    """A vendor with three payments of a closed day, the bank telling 1 % fee, once 1.200 đồng more."""
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        found: Vendor = world.vendor(world.market())
        world.statement(found, DAY, DAY)
        world.both(found, 100_000, fee_amount=1_000)
        world.both(found, 50_000, fee_amount=1_700)
        world.both(found, 20_000)
    close(engine)
    return found


def close(engine: sa.Engine, profiles: Profiles = BASE) -> None:
    with writing(engine) as session:
        close_days(session, DAY, DAY, market_code=None, profiles=profiles, sealer=SEALER, now=NIGHT)


def trial(engine: sa.Engine, tried: Profiles) -> Trial:
    with reading(engine) as session:
        return try_rules(session, DAY, DAY, now=BASE, tried=tried)


def audited(engine: sa.Engine, vendor: Vendor) -> AuditedFees:
    with reading(engine) as session:
        return audit_fees(session, list(newest_closes(session, DAY, DAY).values()), vendor.id or 0)


def stored(engine: sa.Engine) -> list[Any]:
    with reading(engine) as session:
        tables = (DayClose, MatchOutcome, VendorDay, RuleSet)
        return [session.execute(sa.select(sa.func.count()).select_from(t)).scalar() for t in tables]


def test_the_same_rules_would_change_nothing(engine: sa.Engine, vendor: Vendor) -> None:
    found = trial(engine, BASE)

    assert (found.changed, found.changed_vnd, found.kinds, found.days) == (0, 0, (), ())
    assert found.records == 9  # three payments, and three lines on two legs
    assert found.figures_now == found.figures_tried
    assert found.figures_now["gross_vnd"] == 170_000


def test_the_money_of_nobody_is_no_market_day(
    engine: sa.Engine, vendor: Vendor, now: datetime
) -> None:
    with writing(engine) as session:
        LedgerWorld(session, now).booked(None, 7_000)
    close(engine)

    assert trial(engine, BASE).closed_days == 1


def test_a_new_fee_is_told_by_kind_dong_day_and_example(engine: sa.Engine, vendor: Vendor) -> None:
    found = trial(engine, with_fee(100))

    on_statement = [kind for kind in found.kinds if kind.book == "statement"]
    told = [(k.leg, k.was, k.would_be, k.records, k.amount_vnd) for k in on_statement]
    assert ("B", "matched", "matched_with_difference", 1, 50_000) in told
    assert {(day.scope, day.on) for day in found.days} == {("MA", DAY)}
    example = next(one for one in found.examples if one.would_be == "matched_with_difference")
    assert example.amount_vnd == 50_000
    assert "1.200" in example.would_be_vi
    assert found.rules_now != found.rules_tried


def test_a_trial_writes_nothing(engine: sa.Engine, vendor: Vendor) -> None:
    before = stored(engine)

    trial(engine, with_fee(100))

    assert stored(engine) == before


def test_a_trial_leaves_as_plain_values(engine: sa.Engine, vendor: Vendor) -> None:
    told = trial_told(trial(engine, with_fee(100)))

    assert told["first"] == DAY.isoformat()
    assert told["changed"] == sum(kind["records"] for kind in told["kinds"])


def test_days_that_are_not_closed_are_no_frozen_days(engine: sa.Engine, vendor: Vendor) -> None:
    with reading(engine) as session:
        assert newest_closed_days(session, 7) == (DAY - timedelta(days=6), DAY)
        with pytest.raises(NoClosedDays):
            try_rules(session, DAY + timedelta(2), DAY + timedelta(3), now=BASE, tried=BASE)
        with pytest.raises(DaysRefused):
            try_rules(session, DAY, DAY - timedelta(days=1), now=BASE, tried=BASE)


def test_every_close_names_rules_that_are_kept(engine: sa.Engine, vendor: Vendor) -> None:
    with reading(engine) as session:
        [one] = session.exec(select(DayClose)).all()
        kept = session.get(RuleSet, one.rules_sha256)
        assert kept is not None
        assert kept.content == BASE.content


def test_a_close_goes_by_a_change_once_it_is_approved(engine: sa.Engine, vendor: Vendor) -> None:
    with writing(engine) as session:
        change = propose_change(
            session,
            contract(100),
            file="x",
            valid_from=DAY,
            reason="Phụ lục",
            base=BASE,
            actor=LAN,
            now=NIGHT,
        )
        against = rules_in_force(session, BASE)
        note_trial(session, change, "{}", first=DAY, last=DAY, against=against)
    close(engine)
    assert [line for line in audited(engine, vendor).lines if line.difference_vnd] == []

    with writing(engine) as session:
        session.add(change)
        approve_change(session, change, base=BASE, actor=MAI, now=NIGHT)
    close(engine)

    with reading(engine) as session:
        versions = session.exec(select(DayClose).order_by(col(DayClose.version))).all()
        assert [one.rules_sha256 for one in versions] == [
            BASE.rules_sha256,
            with_fee(100, DAY).rules_sha256,
        ]
    [line] = [one for one in audited(engine, vendor).lines if one.difference_vnd]
    assert (line.amount_vnd, line.charged_vnd, line.contract_vnd) == (50_000, 1_700, 500)


def test_fees_without_a_contract_are_counted_and_not_judged(
    engine: sa.Engine, vendor: Vendor
) -> None:
    found = audited(engine, vendor)

    assert (found.lines, found.not_compared, found.contracts) == ((), {"bank_vcb": 2}, {})


def test_fees_are_told_line_by_line_against_the_contract(engine: sa.Engine, vendor: Vendor) -> None:
    close(engine, with_fee(150))

    found = audited(engine, vendor)

    told = sorted(
        (x.amount_vnd, x.charged_vnd, x.contract_vnd, x.difference_vnd) for x in found.lines
    )
    assert told == [(50_000, 1_700, 750, 950), (100_000, 1_000, 1_500, -500)]
    assert found.contracts["bank_vcb"][0].bps == 150
