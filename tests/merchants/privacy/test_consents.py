"""The ledger of consents: five purposes apart, none by default, never deleted."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from market.database import reading, writing
from merchants.actors import Actor
from merchants.days import market_day
from merchants.errors import ConsentRefused
from merchants.kinds import (
    AcceptancePointState,
    ConsentChannel,
    ConsentPurpose,
    EventAction,
    PosterState,
    PrivacyRequestKind,
    PrivacyRequestState,
    StallState,
    VendorState,
)
from merchants.privacy.consent_rules import (
    PURPOSES,
    SHEET_PURPOSES,
    TAKING_PART,
    LedgerEntry,
    consent_facts,
)
from merchants.privacy.consents import (
    BEFORE_THE_FIRST,
    ConsentProof,
    consents_from_sheet,
    ledger_of,
    record_consents,
    standing,
)
from merchants.privacy.withdrawals import withdraw
from merchants.sealing import Sealer
from merchants.tables import (
    AcceptancePoint,
    Consent,
    Poster,
    PrivacyRequest,
    RegisterEvent,
    Stall,
    StallHolding,
    Vendor,
)
from tests import factories
from tests.conftest import NOW
from tests.merchants.privacy.whole_vendor import add_whole_vendor
from tests.merchants.queries import counted

STAFF = Actor(kind="staff", name="7", assisted_by_id=None)
HERSELF = Actor(kind="vendor", name="CC1")
PROOF = ConsentProof(
    channel=ConsentChannel.SIGNATURE,
    notice_version="2026-11",
    evidence_sha256="ab" * 32,
    witness="Lò Thị Mai",
)
Purpose = ConsentPurpose


@pytest.fixture
def vendor_id(engine: sa.Engine) -> int:
    """A vendor of a market who has agreed to nothing."""
    return _vendors(engine, 1)[0]


def _vendors(engine: sa.Engine, count: int) -> list[int]:
    with writing(engine) as session:
        market = factories.market()
        session.add(market)
        session.flush()
        vendors = [factories.vendor(market_id=market.id) for _ in range(count)]
        session.add_all(vendors)
        session.flush()
        return [vendor.id for vendor in vendors if vendor.id]


def _record(
    engine: sa.Engine,
    vendor_id: int,
    purposes: Sequence[Purpose],
    at: datetime = NOW,
    proof: ConsentProof = PROOF,
) -> int:
    with writing(engine) as session:
        return record_consents(
            session, {vendor_id: at}, purposes, proof=proof, actor=STAFF, now=max(at, NOW)
        )


def _vendor(engine: sa.Engine, vendor_id: int) -> Vendor:
    with reading(engine) as session:
        vendor = session.get_one(Vendor, vendor_id)
        session.expunge_all()
        return vendor


def test_each_purpose_is_a_row_of_its_own(engine: sa.Engine, vendor_id: int) -> None:
    added = _record(engine, vendor_id, [Purpose.ONBOARDING, Purpose.POSTER])

    assert added == 2
    with reading(engine) as session:
        rows = ledger_of(session, vendor_id)
        assert {row.purpose for row in rows} == {Purpose.ONBOARDING, Purpose.POSTER}
        assert {row.recorded_by for row in rows} == {"staff:7"}
        assert list(standing(session, vendor_id)) == [Purpose.ONBOARDING, Purpose.POSTER]
        (event,) = session.exec(
            select(RegisterEvent).where(RegisterEvent.action == EventAction.CONSENT_GIVEN)
        )
        assert event.to_value == "onboarding poster"


def test_nothing_is_agreed_to_by_default(engine: sa.Engine, vendor_id: int) -> None:
    with pytest.raises(ConsentRefused, match="no purpose was ticked"):
        _record(engine, vendor_id, [])


def test_the_register_follows_the_ledger(engine: sa.Engine, vendor_id: int) -> None:
    _record(engine, vendor_id, [Purpose.ONBOARDING], datetime(2026, 11, 2, tzinfo=UTC))
    assert _vendor(engine, vendor_id).consented_on is None

    _record(engine, vendor_id, [Purpose.POSTER], datetime(2026, 11, 3, 18, tzinfo=UTC))
    vendor = _vendor(engine, vendor_id)
    assert vendor.consented_on == date(2026, 11, 4)  # already the 4th at the market
    assert vendor.is_poster_only

    _record(engine, vendor_id, [Purpose.RECONCILIATION])
    assert not _vendor(engine, vendor_id).is_poster_only


def test_saying_yes_again_changes_nothing(engine: sa.Engine, vendor_id: int) -> None:
    _record(engine, vendor_id, PURPOSES)

    assert _record(engine, vendor_id, PURPOSES) == 0
    with reading(engine) as session:
        assert len(ledger_of(session, vendor_id)) == len(PURPOSES)


def test_a_consent_under_the_newer_notice_takes_the_older_ones_place(
    engine: sa.Engine, vendor_id: int
) -> None:
    old = ConsentProof(channel=ConsentChannel.SHEET, notice_version=BEFORE_THE_FIRST)
    _record(engine, vendor_id, [Purpose.POSTER], datetime(2026, 8, 1, tzinfo=UTC), old)

    assert _record(engine, vendor_id, [Purpose.POSTER]) == 1

    with reading(engine) as session:
        first, second = ledger_of(session, vendor_id)
        assert first.withdrawn_at == NOW
        assert first.withdrawal_recorded_by == "renewed"
        assert second.withdrawn_at is None


@pytest.mark.parametrize(
    ("proof", "match"),
    [
        (ConsentProof(channel=ConsentChannel.PIN, notice_version="2019-01"), "never published"),
        (
            ConsentProof(channel=ConsentChannel.PIN, notice_version="2026-11", language="fr"),
            "vi, en",
        ),
        (ConsentProof(channel=ConsentChannel.SPOKEN, notice_version="2026-11"), "read aloud"),
        (
            ConsentProof(
                channel=ConsentChannel.SIGNATURE, notice_version="2026-11", evidence_sha256="scan"
            ),
            "64 hex digits",
        ),
    ],
)
def test_a_proof_that_proves_nothing_is_refused(
    engine: sa.Engine, vendor_id: int, proof: ConsentProof, match: str
) -> None:
    with pytest.raises(ConsentRefused, match=match):
        _record(engine, vendor_id, [Purpose.POSTER], proof=proof)


def test_a_consent_of_tomorrow_is_refused(engine: sa.Engine, vendor_id: int) -> None:
    with writing(engine) as session, pytest.raises(ConsentRefused, match="still to come"):
        record_consents(
            session,
            {vendor_id: NOW + timedelta(days=1)},
            PURPOSES,
            proof=PROOF,
            actor=STAFF,
            now=NOW,
        )


def test_many_vendors_take_as_many_statements_as_one(engine: sa.Engine) -> None:
    vendor_ids = _vendors(engine, 60)

    def statements(chosen: Sequence[int]) -> int:
        with counted(engine) as sent, writing(engine) as session:
            record_consents(
                session, dict.fromkeys(chosen, NOW), PURPOSES, proof=PROOF, actor=STAFF, now=NOW
            )
        return len(sent)

    assert statements(vendor_ids[:1]) == statements(vendor_ids[1:])


# The paper list.


def _sheet(engine: sa.Engine, days: dict[int, date], at: datetime = NOW) -> int:
    with writing(engine) as session:
        for vendor_id, day in days.items():
            session.get_one(Vendor, vendor_id).consented_on = day
        session.flush()
        market_id = session.exec(select(Vendor.market_id)).first()
        assert market_id is not None
        return consents_from_sheet(session, [market_id], actor=STAFF, now=at)


def test_a_list_brings_the_purposes_it_names_once(engine: sa.Engine) -> None:
    first, second = _vendors(engine, 2)
    days = {first: date(2026, 8, 1), second: date(2026, 11, 10)}

    assert _sheet(engine, days) == 2 * len(SHEET_PURPOSES)
    assert _sheet(engine, days) == 0

    with reading(engine) as session:
        assert Purpose.CONTACT not in standing(session, first)
        by_vendor = {each: standing(session, each)[Purpose.POSTER] for each in (first, second)}
        assert by_vendor[first].notice_version == BEFORE_THE_FIRST
        assert by_vendor[second].notice_version == "2026-11"
        assert {row.channel for row in by_vendor.values()} == {ConsentChannel.SHEET}
    assert _vendor(engine, first).consented_on == date(2026, 8, 1)


def test_the_same_list_does_not_bring_back_what_was_withdrawn(
    engine: sa.Engine, vendor_id: int
) -> None:
    days = {vendor_id: date(2026, 11, 10)}
    _sheet(engine, days)
    with writing(engine) as session:
        vendor = session.get_one(Vendor, vendor_id)
        withdraw(session, vendor, [Purpose.RECONCILIATION], actor=HERSELF, now=NOW)

    assert _sheet(engine, days) == 0

    vendor = _vendor(engine, vendor_id)
    assert vendor.is_poster_only
    assert vendor.consented_on == date(2026, 11, 10)


def test_a_list_cannot_undo_a_withdrawal_from_everything(engine: sa.Engine, vendor_id: int) -> None:
    days = {vendor_id: date(2026, 11, 10)}
    _sheet(engine, days)
    with writing(engine) as session:
        vendor = session.get_one(Vendor, vendor_id)
        withdraw(session, vendor, [Purpose.ONBOARDING], actor=HERSELF, now=NOW)

    assert _sheet(engine, days) == 0
    assert _vendor(engine, vendor_id).consented_on is None


def test_a_later_list_is_a_new_consent(engine: sa.Engine, vendor_id: int) -> None:
    _sheet(engine, {vendor_id: date(2026, 11, 10)})
    with writing(engine) as session:
        vendor = session.get_one(Vendor, vendor_id)
        withdraw(session, vendor, [Purpose.RECONCILIATION], actor=HERSELF, now=NOW)

    later = NOW + timedelta(days=9)
    assert _sheet(engine, {vendor_id: market_day(later)}, later) == len(SHEET_PURPOSES)
    assert not _vendor(engine, vendor_id).is_poster_only


def test_a_list_does_not_replace_a_signature(engine: sa.Engine, vendor_id: int) -> None:
    _record(engine, vendor_id, PURPOSES)

    assert _sheet(engine, {vendor_id: date(2026, 11, 10)}) == 0
    assert _vendor(engine, vendor_id).consented_on == market_day(NOW)


# Withdrawing.


@pytest.fixture
def whole(engine: sa.Engine, sealer: Sealer) -> int:
    """A vendor with a stall, an account that is told about, a poster and all consents."""
    with writing(engine) as session:
        market = factories.market()
        session.add(market)
        session.flush()
        assert market.id is not None
        return add_whole_vendor(session, sealer, market.id).vendor_id


def _withdraw(engine: sa.Engine, vendor_id: int, *purposes: Purpose) -> int | None:
    with writing(engine) as session:
        vendor = session.get_one(Vendor, vendor_id)
        done = withdraw(session, vendor, purposes, actor=HERSELF, now=NOW)
        session.flush()
        return done.request.id if done.request else None


def test_withdrawing_reconciliation_keeps_the_poster(engine: sa.Engine, whole: int) -> None:
    request_id = _withdraw(engine, whole, Purpose.RECONCILIATION)

    vendor = _vendor(engine, whole)
    assert vendor.is_poster_only
    assert vendor.consented_on is not None
    assert vendor.state is VendorState.POSTER_INSTALLED
    with reading(engine) as session:
        assert session.exec(select(Poster)).one().state is PosterState.INSTALLED
        request = session.get_one(PrivacyRequest, request_id)
        assert request.kind is PrivacyRequestKind.WITHDRAWAL
        assert request.state is PrivacyRequestState.RECEIVED
        assert request.answer_due_on == date(2026, 11, 24)
        assert request.due_on == date(2026, 12, 11)  # 20 days: the bank has to stop, too


def test_withdrawing_the_poster_revokes_it_and_keeps_the_stall(
    engine: sa.Engine, whole: int
) -> None:
    _withdraw(engine, whole, Purpose.POSTER)

    vendor = _vendor(engine, whole)
    assert vendor.consented_on is None
    assert vendor.state is VendorState.DATA_CAPTURED
    with reading(engine) as session:
        poster = session.exec(select(Poster)).one()
        assert (poster.state, poster.ended_on) == (PosterState.REVOKED, market_day(NOW))
        assert session.exec(select(StallHolding)).one().to_on is None


def test_withdrawing_from_the_list_detaches_the_person_and_keeps_the_frame(
    engine: sa.Engine, whole: int
) -> None:
    _withdraw(engine, whole, Purpose.ONBOARDING)

    vendor = _vendor(engine, whole)
    assert vendor.state is VendorState.EXITED
    with reading(engine) as session:
        assert not standing(session, whole)
        assert session.exec(select(StallHolding)).one().to_on == market_day(NOW)
        assert session.exec(select(Stall)).one().state is StallState.OCCUPIED
        point = session.exec(select(AcceptancePoint)).one()
        assert (point.state, point.valid_to) == (AcceptancePointState.CLOSED, market_day(NOW))
        assert len(session.exec(select(Consent)).all()) == len(PURPOSES)


def test_withdrawing_from_calls_needs_no_clock(engine: sa.Engine, whole: int) -> None:
    assert _withdraw(engine, whole, Purpose.CONTACT) is None


def test_withdrawing_twice_runs_one_clock(engine: sa.Engine, whole: int) -> None:
    first = _withdraw(engine, whole, Purpose.RECONCILIATION)

    assert _withdraw(engine, whole, Purpose.RECONCILIATION) is None
    assert _withdraw(engine, whole, Purpose.POSTER) == first


def test_what_was_withdrawn_can_be_given_again(engine: sa.Engine, whole: int) -> None:
    _withdraw(engine, whole, Purpose.RECONCILIATION)

    assert _record(engine, whole, [Purpose.RECONCILIATION], NOW + timedelta(hours=1)) == 1
    assert not _vendor(engine, whole).is_poster_only


# What a ledger comes to, against counting it out by hand.

_ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(PURPOSES),
        st.integers(0, 150).map(
            lambda days: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days)
        ),
        st.booleans(),
    ),
    max_size=12,
)


@given(_ENTRIES, st.randoms(use_true_random=False))
def test_the_facts_are_the_naive_fold_over_the_ledger(
    drawn: list[tuple[Purpose, datetime, bool]], order: st.DataObject
) -> None:
    ledger: list[LedgerEntry] = []
    for purpose, at, is_over in drawn:
        stands = not is_over and all(e.purpose is not purpose or e.withdrawn_at for e in ledger)
        ledger.append(LedgerEntry(purpose, at, None if stands else at + timedelta(days=1)))
    shuffled = list(ledger)
    order.shuffle(shuffled)  # type: ignore[attr-defined]

    facts = consent_facts(shuffled)

    open_now = {e.purpose: e.given_at for e in ledger if e.withdrawn_at is None}
    assert facts.standing == set(open_now)
    if {Purpose.ONBOARDING, Purpose.POSTER} <= set(open_now):
        later = max(open_now[Purpose.ONBOARDING], open_now[Purpose.POSTER])
        assert facts.consented_on == market_day(later)
    else:
        assert facts.consented_on is None
    refuses = bool(ledger) and Purpose.RECONCILIATION not in open_now
    assert facts.is_poster_only is refuses


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["give", "withdraw"]), st.sets(st.sampled_from(PURPOSES), min_size=1)
        ),
        max_size=6,
    )
)
def test_whatever_is_given_and_withdrawn_the_register_follows(
    sqlite_engine: sa.Engine, steps: list[tuple[str, set[Purpose]]]
) -> None:
    with writing(sqlite_engine) as session:
        session.execute(sa.delete(RegisterEvent))
        session.execute(sa.delete(PrivacyRequest))
        session.execute(sa.delete(Consent))
        session.execute(sa.delete(Vendor))
        for table in ("stall", "market"):
            session.execute(sa.text(f"DELETE FROM {table}"))
    (vendor_id,) = _vendors(sqlite_engine, 1)
    said: set[Purpose] = set()
    ever = False
    for n, (step, purposes) in enumerate(steps):
        at = NOW + timedelta(hours=n)
        with writing(sqlite_engine) as session:
            if step == "give":
                record_consents(
                    session, {vendor_id: at}, purposes, proof=PROOF, actor=STAFF, now=at
                )
                said |= purposes
                ever = True
            else:
                vendor = session.get_one(Vendor, vendor_id)
                withdraw(session, vendor, purposes, actor=HERSELF, now=at)
                said -= set(PURPOSES) if Purpose.ONBOARDING in purposes & said else purposes
                if Purpose.ONBOARDING in purposes:
                    said.clear()

    vendor = _vendor(sqlite_engine, vendor_id)
    assert (vendor.consented_on is not None) is (said >= TAKING_PART)
    assert vendor.is_poster_only is (ever and Purpose.RECONCILIATION not in said)
    with reading(sqlite_engine) as session:
        assert set(standing(session, vendor_id)) == said
