"""The rules by content and by date, and changing them by two people."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from market.database import reading, writing
from merchants.actors import COMMAND, SYSTEM, Actor
from reconciliation.close.fee_audit import contract_fee, contract_tax
from reconciliation.engine.fees import expected_fee, expected_tax
from reconciliation.engine.payout_cycles import closed_days
from reconciliation.engine.settlement_days import arrival_day
from reconciliation.errors import (
    DayOutOfRange,
    NamedPersonNeeded,
    ProfilesRefused,
    RuleChangeNotFound,
    RuleChangeRefused,
)
from reconciliation.profiles import (
    FeeSchedule,
    Profile,
    Profiles,
    load_profiles,
    profiles_of,
    read_profiles,
)
from reconciliation.rules.changing import (
    approve_change,
    find_change,
    list_changes,
    note_trial,
    propose_change,
    refuse_change,
    withdraw_change,
)
from reconciliation.rules.in_force import keep_rules, overlay, rules_in_force
from reconciliation.rules.kept import KeptFee, due_on, kept_rules, read_kept
from reconciliation.rules.tables import RuleChange, RuleSet
from reconciliation.rules.written import row_in_force, rows_of, write_rows
from reconciliation.tables import Decision

BASE = load_profiles()
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
FROM = date(2026, 12, 1)
LAN, MAI = Actor(kind="staff", name="1"), Actor(kind="staff", name="2")
EPOCH = date(1970, 1, 1)
CONTRACT = """
[[profile]]
provider = "stripe"
valid_from = 2000-01-01
books = ["payments", "statement", "payouts"]
payouts = "listing"

[profile.fee]
bps = 300
fixed_vnd = 2000
"""

fees = st.builds(
    FeeSchedule,
    bps=st.integers(0, 10_000),
    per=st.sampled_from(["line", "run"]),
    fixed_vnd=st.integers(0, 10_000),
    min_vnd=st.integers(0, 1_000),
    max_vnd=st.none() | st.integers(1_000, 10**9),
    vat_bps=st.integers(0, 2_000),
)
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
rows = st.builds(
    Profile,
    provider=st.sampled_from(["momo", "stripe", "*"]),
    valid_from=days,
    books=st.just(("statement", "payouts")),
    payouts=st.sampled_from(["listing", "cut_off_run", "learned"]),
    cycle_days=st.none() | st.integers(0, 5),
    pays_on_weekends=st.none() | st.booleans(),
    calendar=st.none() | st.just("vn"),
    holidays=st.lists(days, max_size=3).map(tuple),
    fee=st.none() | fees,
)


def propose(
    session: object, *, actor: Actor = LAN, text: str = CONTRACT, valid_from: date = FROM
) -> RuleChange:
    return propose_change(
        session,  # type: ignore[arg-type]
        text,
        file="hop-dong.toml",
        valid_from=valid_from,
        reason="Phụ lục 3",
        base=BASE,
        actor=actor,
        now=NOW,
    )


def tried(session: object, change: RuleChange) -> RuleChange:
    against = rules_in_force(session, BASE)  # type: ignore[arg-type]
    note_trial(
        session,  # type: ignore[arg-type]
        change,
        "{}",
        first=date(2026, 10, 1),
        last=date(2026, 10, 31),
        against=against,
    )
    return change


@given(st.lists(rows, max_size=6))
def test_rules_are_read_back_from_their_content(told: list[Profile]) -> None:
    rules = Profiles(tuple(told))

    assert profiles_of(rules.content) == rules
    assert sha256(rules.content.encode()).hexdigest() == rules.rules_sha256
    kept = read_kept(rules.content)
    assert [row.provider for row in kept.rows] == [row.provider for row in rules.rows]


@given(fees, st.integers(0, 2**52))
def test_the_audit_computes_the_fee_that_the_engine_computes(
    schedule: FeeSchedule, amount_vnd: int
) -> None:
    kept = KeptFee(
        bps=schedule.bps,
        per=schedule.per,
        fixed_vnd=schedule.fixed_vnd,
        min_vnd=schedule.min_vnd,
        max_vnd=schedule.max_vnd,
        vat_bps=schedule.vat_bps,
    )
    fee = expected_fee(np.array([amount_vnd]), schedule)

    assert contract_fee(amount_vnd, kept) == int(fee[0])
    assert contract_tax(int(fee[0]), kept) == int(expected_tax(fee, schedule)[0])


@given(rows.filter(lambda row: row.cycle_days is not None), days)
def test_a_page_names_the_due_day_that_the_engine_goes_by(row: Profile, sold_on: date) -> None:
    [kept] = read_kept(Profiles((row,)).content).rows
    day = np.array([(sold_on - EPOCH).days])
    due = arrival_day(
        day,
        np.array([row.cycle_days]),
        np.array([row.pays_on_weekends is not False]),
        closed_days(row, day),
    )

    assert due_on(kept, sold_on) == EPOCH + timedelta(days=int(due[0]))


@given(st.lists(rows, min_size=1, max_size=4), days, days)
def test_a_change_leaves_the_days_before_it_as_they_were(
    change: list[Profile], valid_from: date, on: date
) -> None:
    changed = overlay(BASE, Profiles(tuple(change)), valid_from)

    if on < valid_from:
        for provider in ("momo", "stripe", "bank_vcb", "zalopay"):
            assert _in_force(changed, provider, on) == _in_force(BASE, provider, on)


def test_a_change_decides_from_its_first_day_on() -> None:
    changed = overlay(BASE, read_profiles(CONTRACT, "hop-dong.toml"), FROM)

    row = _in_force(changed, "stripe", FROM)
    assert row is not None
    assert row.fee == FeeSchedule(bps=300, fixed_vnd=2000)
    before = _in_force(changed, "stripe", FROM - timedelta(days=1))
    assert before is not None
    assert before.fee is None
    assert changed.rules_sha256 != BASE.rules_sha256


def _in_force(rules: Profiles, provider: str, on: date) -> Profile | None:
    """The row that decides about a provider on a day; the general one stands for whom it must."""
    begun = [row for row in rules.of(provider) if row.valid_from <= on]
    return replace(begun[-1], provider=provider) if begun else None


def test_rules_are_kept_once_under_their_hash(engine: sa.Engine) -> None:
    with writing(engine) as session:
        keep_rules(session, BASE, NOW)
        keep_rules(session, BASE, NOW + timedelta(days=1))

    with reading(engine) as session:
        kept = session.get(RuleSet, BASE.rules_sha256)
        assert kept is not None
        assert kept.kept_at == NOW
        [(sha, rules)] = kept_rules(session, [BASE.rules_sha256, "0" * 64]).items()
        assert sha == BASE.rules_sha256
        assert "momo" in rules.taking_from_payouts()


def test_a_change_goes_live_by_two_people_after_its_trial(engine: sa.Engine) -> None:
    with writing(engine) as session:
        change = tried(session, propose(session))
        assert rules_in_force(session, BASE) == BASE
        approve_change(session, change, base=BASE, actor=MAI, now=NOW)

    with reading(engine) as session:
        [change] = list_changes(session)
        assert (change.decision, change.proposed_by, change.decided_by) == (
            Decision.APPROVED,
            "staff:1",
            "staff:2",
        )
        live = rules_in_force(session, BASE)
        assert live == overlay(BASE, read_profiles(CONTRACT, "x"), FROM)


@pytest.mark.parametrize("actor", [LAN, COMMAND, SYSTEM, Actor(kind="staff")])
def test_nobody_but_a_second_person_by_name_approves(engine: sa.Engine, actor: Actor) -> None:
    with writing(engine) as session:
        change = tried(session, propose(session))

    with writing(engine) as session, pytest.raises((RuleChangeRefused, NamedPersonNeeded)):
        approve_change(
            session, find_change(session, change.id or 0), base=BASE, actor=actor, now=NOW
        )
    with writing(engine) as session, pytest.raises((RuleChangeRefused, NamedPersonNeeded)):
        refuse_change(session, find_change(session, change.id or 0), actor=actor, now=NOW, note="")
    with reading(engine) as session:
        assert find_change(session, change.id or 0).decision is Decision.OPEN
        assert rules_in_force(session, BASE) == BASE


def test_a_refusal_to_approve_leaves_the_change_as_it_was(sqlite_engine: sa.Engine) -> None:
    with writing(sqlite_engine) as session:
        change = propose(session)
        with pytest.raises(RuleChangeRefused, match="thử"):
            approve_change(session, change, base=BASE, actor=MAI, now=NOW)

    with reading(sqlite_engine) as session:
        assert find_change(session, change.id or 0).decision is Decision.OPEN


def test_other_rules_since_its_trial_ask_for_another_trial(sqlite_engine: sa.Engine) -> None:
    other = overlay(BASE, read_profiles(CONTRACT.replace("300", "310"), "x"), date(2026, 1, 1))
    with writing(sqlite_engine) as session:
        change = tried(session, propose(session))

        with pytest.raises(RuleChangeRefused):
            approve_change(session, change, base=other, actor=MAI, now=NOW)


def test_a_bare_terminal_or_a_job_proposes_nothing(sqlite_engine: sa.Engine) -> None:
    with writing(sqlite_engine) as session, pytest.raises(NamedPersonNeeded):
        propose(session, actor=COMMAND)


def test_one_change_waits_at_a_time(engine: sa.Engine) -> None:
    with writing(engine) as session:
        propose(session)
        with pytest.raises(RuleChangeRefused, match="còn chờ"):
            propose(session, actor=MAI)


def test_only_its_proposer_takes_a_change_back(sqlite_engine: sa.Engine) -> None:
    with writing(sqlite_engine) as session:
        change = propose(session)
        with pytest.raises(RuleChangeRefused):
            withdraw_change(session, change, actor=MAI, now=NOW)
        withdraw_change(session, change, actor=LAN, now=NOW)

        assert change.decision is Decision.WITHDRAWN
        assert propose(session).id != change.id


def test_a_decided_change_stays_decided(sqlite_engine: sa.Engine) -> None:
    with writing(sqlite_engine) as session:
        change = tried(session, propose(session))
        refuse_change(session, change, actor=MAI, now=NOW, note="Chưa ký")

        with pytest.raises(RuleChangeRefused, match="đã quyết"):
            approve_change(session, change, base=BASE, actor=MAI, now=NOW)
        with pytest.raises(RuleChangeRefused, match="đã quyết"):
            tried(session, change)
        assert change.decision_note == "Chưa ký"


@pytest.mark.parametrize(
    "text",
    [
        "[[profile]]\nprovider = 'momo'",
        "profile = 3",
        CONTRACT.replace("bps = 300", "bps = 300000"),
        CONTRACT.replace("bps", "bp"),
    ],
)
def test_rows_that_cannot_be_read_are_refused_with_their_field(
    sqlite_engine: sa.Engine, text: str
) -> None:
    with writing(sqlite_engine) as session, pytest.raises(ProfilesRefused, match=r"hop-dong\.toml"):
        propose(session, text=text)


def test_nothing_and_nothing_new_are_no_change(sqlite_engine: sa.Engine) -> None:
    with writing(sqlite_engine) as session:
        with pytest.raises(RuleChangeRefused):
            propose(session, text="")
        change = tried(session, propose(session))
        approve_change(session, change, base=BASE, actor=MAI, now=NOW)
        with pytest.raises(RuleChangeRefused, match="giống hệt"):
            propose(session)


def test_a_row_as_it_is_in_force_is_no_change_whatever_day_it_begins_on(
    sqlite_engine: sa.Engine,
) -> None:
    row = row_in_force(rows_of(BASE.content), "bank_vcb", FROM)
    assert row is not None
    text = write_rows([{**row, "valid_from": FROM.isoformat()}])

    with writing(sqlite_engine) as session, pytest.raises(RuleChangeRefused, match="giống hệt"):
        propose(session, text=text)


@pytest.mark.parametrize("valid_from", [date.min, date(1899, 12, 31), date(2100, 1, 1), date.max])
def test_no_change_begins_on_a_day_that_no_book_reaches(
    sqlite_engine: sa.Engine, valid_from: date
) -> None:
    with writing(sqlite_engine) as session, pytest.raises(DayOutOfRange):
        propose(session, valid_from=valid_from)


def test_a_change_that_is_not_there_is_not_found(sqlite_engine: sa.Engine) -> None:
    with reading(sqlite_engine) as session, pytest.raises(RuleChangeNotFound):
        find_change(session, 7)
