"""Retention: dated rules, midnights at the market, and what a worker forgets."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from market.database import reading, writing
from market.forgetting import forget_old
from market.roles import Role
from market.tables import HelperLogin, SignInFailure, Submission, UserAccount, UserSession
from merchants.kinds import ImportState
from merchants.privacy.retention import Kept, forget_before, rule_on, rules
from merchants.tables import SheetImport
from reconciliation.tables import ProviderTransaction
from tests.conftest import NOW
from tests.reconciliation.ledger_world import LedgerWorld


@pytest.mark.parametrize(
    ("kind", "before"),
    [
        (Kept.RAW_TRANSACTIONS, date(2024, 11, 21)),
        (Kept.UPLOADED_SHEETS, date(2026, 10, 22)),
        (Kept.SESSIONS, date(2026, 8, 23)),
        (Kept.SUBMISSIONS, date(2026, 8, 23)),
        (Kept.POSTER_BOOKS, date(2026, 11, 14)),
        (Kept.SIGN_IN_FAILURES, date(2026, 10, 22)),
    ],
)
def test_each_kind_is_kept_for_its_time(kind: Kept, before: date) -> None:
    midnight = datetime(before.year, before.month, before.day, tzinfo=UTC) - timedelta(hours=7)

    assert forget_before(kind, NOW) == midnight


def test_a_month_without_that_day_ends_on_its_last() -> None:
    leap_day = datetime(2028, 2, 29, 5, tzinfo=UTC)

    assert forget_before(Kept.RAW_TRANSACTIONS, leap_day).date() == date(2026, 2, 27)  # 28th, 00:00


@given(st.sampled_from(Kept), st.integers(0, 34 * 365 * 24))
def test_what_is_forgotten_stays_forgotten(kind: Kept, hours: int) -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(hours=hours)

    assert forget_before(kind, at) <= forget_before(kind, at + timedelta(days=1))
    least = 6 if kind is Kept.POSTER_BOOKS else 28
    assert forget_before(kind, at) < at - timedelta(days=least)


def test_every_kind_has_one_way_of_counting() -> None:
    assert {rule.kind for rule in rules()} == set(Kept)
    assert all((rule.months == 0) != (rule.days == 0) for rule in rules())
    assert rule_on(Kept.SESSIONS, date(1999, 1, 1)).days == 90


def _fill(engine: sa.Engine) -> None:
    """Add one of each kind that is old and one that is not."""
    with writing(engine) as session:
        user = UserAccount(
            login_hash="1" * 64,
            login_sealed="s",
            full_name="Hà Văn Toàn",
            role=Role.FIELD_HELPER,
            created_at=NOW,
            created_by="command",
        )
        session.add(user)
        session.flush()
        for n, age in enumerate((timedelta(days=200), timedelta(days=1))):
            at = NOW - age
            login = HelperLogin(
                user_id=user.id or 0,
                market_code="MA",
                code_sha256=f"{n}" * 64,
                created_at=at,
                created_by="staff:1",
                expires_at=at,
            )
            session.add(login)
            session.flush()
            session.add_all(
                [
                    UserSession(
                        token_sha256=f"{n}a" * 32,
                        helper_login_id=login.id,
                        created_at=at,
                        last_seen_at=at,
                        expires_at=NOW + timedelta(days=9) if n else at,
                        ended_at=None if n else at,
                    ),
                    SignInFailure(key_hash="k", at=at),
                    Submission(key_sha256=f"{n}b" * 32, request_sha256="r", status=303, at=at),
                    SheetImport(
                        file_name="dot.xlsx",
                        file_sha256="3" * 64,
                        file_sealed=b"sealed",
                        state=ImportState.WRITTEN,
                        actor="staff:1",
                        imported_at=at,
                    ),
                ]
            )


def _left(engine: sa.Engine) -> list[int]:
    with reading(engine) as session:
        tables = (UserSession, HelperLogin, SignInFailure, Submission)
        counts = [len(session.exec(select(table)).all()) for table in tables]
        files = [each.file_sealed for each in session.exec(select(SheetImport))]
        return [*counts, sum(each is not None for each in files)]


def test_the_old_is_forgotten_and_the_new_is_kept(engine: sa.Engine) -> None:
    _fill(engine)
    with writing(engine) as session:
        foreseen = forget_old(session, now=NOW, dry_run=True)
    assert _left(engine) == [2, 2, 2, 2, 2]

    with writing(engine) as session:
        done = forget_old(session, now=NOW)

    assert _left(engine) == [1, 1, 1, 1, 1]
    elsewhere = {Kept.RAW_TRANSACTIONS, Kept.POSTER_BOOKS, Kept.COMPLAINTS}  # tests of their own
    doors = [each for each in done if each.kind not in elsewhere]
    assert [each.count for each in doors] == [1] * 5
    # A helper's login waits for its session: a dry run sees it only once that is gone.
    assert sum(each.count for each in foreseen) == sum(each.count for each in done) - 1


def test_forgetting_again_forgets_nothing_more(engine: sa.Engine) -> None:
    _fill(engine)
    with writing(engine) as session:
        forget_old(session, now=NOW)
    with writing(engine) as session:
        assert sum(each.count for each in forget_old(session, now=NOW)) == 0


def test_raw_transactions_are_forgotten_after_two_years(engine: sa.Engine) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, NOW)
        vendor = world.vendor(world.market())
        for day in (date(2024, 11, 20), date(2024, 11, 21)):
            world.booked(vendor, 5_000, business_date=day, description="chi Hanh")
    with writing(engine) as session:
        foreseen = forget_old(session, now=NOW, dry_run=True)[-1]
    with writing(engine) as session:
        done = forget_old(session, now=NOW)[-1]

    assert foreseen == done
    assert (done.kind, done.count) == (Kept.RAW_TRANSACTIONS, 1)
    assert done.before_at == forget_before(Kept.RAW_TRANSACTIONS, NOW)
    with reading(engine) as session:
        rows = session.exec(select(ProviderTransaction).order_by(ProviderTransaction.business_date))
        assert [row.description for row in rows] == [None, "chi Hanh"]
