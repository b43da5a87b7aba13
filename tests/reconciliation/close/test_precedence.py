"""What was open when another source comes to tell an account: the next close leaves nothing behind."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.database import reading, writing
from reconciliation.breaks.deciding import Proposal, propose
from reconciliation.breaks.proof import verify_trails
from reconciliation.breaks.resolutions import Resolution
from reconciliation.breaks.tables import Break
from reconciliation.bulk import table_of
from reconciliation.close.closing import close_days
from reconciliation.close.fee_audit import audit_fees
from reconciliation.close.versions import newest_closes, verify_chain
from reconciliation.feeds.rules import PLAIN_RULES, FeedRules, ToldBy
from reconciliation.intake.ingest import Incoming, ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.attribution import reattribute
from reconciliation.ledger.changed_days import changed_days
from reconciliation.operations.rereading import Reread, reread
from reconciliation.profiles import load_profiles
from reconciliation.tables import MarketDay, MatchOutcome, ProviderTransaction
from tests import factories
from tests.feed_samples import VCB_ACCOUNT
from tests.reconciliation.arrivals import NOW, SEALER, sepay, vcb, vendor_with
from tests.reconciliation.breaks.breaking import MAI, TOAN, decide_on_newest
from tests.reconciliation.ledger.test_tellers import casso

DAY = date(2026, 11, 20)
MARKET = "MA"
LATER = NOW + timedelta(days=2)
PROFILES = load_profiles(None)
BY_SEPAY = FeedRules(told_by={VCB_ACCOUNT: ToldBy(payments="sepay")})
LINE = ("5243.9", 7_000, "tien ca")
"""A statement of the day that tells none of the payments below."""


class Shop:
    """One vendor's account, what is told of it, and its closed day."""

    def __init__(self, engine: sa.Engine, store: RawStore) -> None:
        self.engine, self.store = engine, store

    def told(self, *sent: Incoming, rules: FeedRules = PLAIN_RULES) -> None:
        """Take deliveries in."""
        with writing(self.engine) as session:
            ingest_many(session, self.store, sealer=SEALER, incoming=sent, now=NOW, rules=rules)

    def read_again(self, rules: FeedRules) -> None:
        """Read every kept delivery again, as ``cho40 feed reread --apply`` does."""
        with writing(self.engine) as session:
            asked = Reread()
            reread(
                session, self.store, asked, sealer=SEALER, now=LATER, rules=rules, is_applied=True
            )

    def close(self, day: date = DAY) -> None:
        """Close the day as the worker does every hour."""
        with writing(self.engine) as session:
            close_days(
                session, day, day, market_code=None, profiles=PROFILES, sealer=SEALER, now=LATER
            )

    def breaks(self) -> dict[str, list[tuple[str, int]]]:
        """Return by state who told what breaks are about, and the money at stake."""
        row = table_of(ProviderTransaction).c
        found: dict[str, list[tuple[str, int]]] = {}
        with reading(self.engine) as session:
            assert verify_trails(session) == []
            assert verify_chain(session, sealer=SEALER) == []
            for one in session.exec(select(Break).where(col(Break.leg) == "B")):
                told = session.execute(sa.select(row.provider).where(row.id == one.record_id))
                found.setdefault(one.state.value, []).append((told.scalar_one(), one.stake_vnd))
        return {state: sorted(told) for state, told in found.items()}

    def every_break(self) -> set[tuple[str, str]]:
        """Return scope and state of every break."""
        with reading(self.engine) as session:
            return {(one.scope, one.state.value) for one in session.exec(select(Break))}

    def propose_to_leave_out(self, provider: str) -> None:
        """One person says that the payment of a source is no receipt of a sale."""
        proposal = Proposal(resolution=Resolution.LEAVE_OUT, note="khách chuyển nhầm")
        with writing(self.engine) as session:
            propose(
                session, MARKET, [self._about(session, provider)], proposal, actor=MAI, now=LATER
            )

    def leave_out(self, provider: str) -> None:
        """Two people say so."""
        self.propose_to_leave_out(provider)
        with writing(self.engine) as session:
            chosen = [self._about(session, provider)]
            decide_on_newest(session, MARKET, chosen, approve=True, actor=TOAN, now=LATER)

    def _about(self, session: Session, provider: str) -> int:
        row = table_of(ProviderTransaction).c
        told = sa.select(row.id).where(row.provider == provider)
        found = session.exec(select(Break.id).where(col(Break.record_id).in_(told))).one()
        assert found is not None
        return found

    def open_stake(self) -> int:
        """Return the money of all open breaks of payments of vendors."""
        return sum(stake for _, stake in self.breaks().get("open", []))

    def unexplained(self) -> int:
        """Return what the newest close of the day cannot explain."""
        with reading(self.engine) as session:
            close = newest_closes(session, DAY, DAY)[MARKET, DAY]
            wanted = select(MarketDay.unexplained_vnd).where(MarketDay.close_id == close.id)
            return session.exec(wanted).one()


@pytest.fixture
def shop(engine: sa.Engine, store: RawStore) -> Shop:
    with writing(engine) as session:
        vendor_with(session, SEALER, "bank_vcb", VCB_ACCOUNT)
    return Shop(engine, store)


def days_noted(engine: sa.Engine) -> Sequence[date]:
    with reading(engine) as session:
        return changed_days(session, before=date(2027, 1, 1), limit=9)


def test_a_source_of_precedence_that_is_learnt_later_takes_the_break_over(shop: Shop) -> None:
    shop.told(casso(7, "FT1"), vcb(LINE))
    shop.close()
    before = shop.breaks()

    shop.told(sepay(1, referenceCode="FT1"))
    noted = days_noted(shop.engine)
    shop.close()

    assert ("casso", 20_000) in before["open"]
    assert DAY in noted
    assert ("casso", 20_000) in shop.breaks()["resolved_by_data"]
    assert ("sepay", 20_000) in shop.breaks()["open"]
    assert shop.open_stake() == shop.unexplained() == 27_000


def test_a_setting_that_names_who_tells_closes_what_the_other_left_open(shop: Shop) -> None:
    shop.told(sepay(1, referenceCode="MBVCB.1"), casso(7, "FT1"), vcb(LINE))
    shop.close()
    twice = shop.open_stake()

    shop.read_again(BY_SEPAY)
    noted = days_noted(shop.engine)
    shop.close()

    assert twice == 47_000
    assert DAY in noted
    assert ("casso", 20_000) in shop.breaks()["resolved_by_data"]
    assert shop.open_stake() == shop.unexplained() == 27_000


def test_taken_back_the_setting_lets_both_be_heard_again(shop: Shop) -> None:
    shop.told(sepay(1, referenceCode="MBVCB.1"), casso(7, "FT1"), vcb(LINE))
    shop.close()
    shop.read_again(BY_SEPAY)
    shop.close()

    shop.read_again(PLAIN_RULES)
    shop.close()

    assert shop.open_stake() == shop.unexplained() == 47_000
    assert "resolved_by_data" not in shop.breaks()


def test_a_proposal_about_a_telling_that_became_a_check_falls_away(shop: Shop) -> None:
    shop.told(casso(7, "FT1"), vcb(LINE))
    shop.close()
    shop.propose_to_leave_out("casso")

    shop.told(sepay(1, referenceCode="FT1"))
    shop.close()

    assert ("casso", 20_000) in shop.breaks()["resolved_by_data"]
    assert "proposed" not in shop.breaks()


def test_what_two_people_left_out_is_asked_about_anew_when_another_source_tells_it(
    shop: Shop,
) -> None:
    shop.told(casso(7, "FT1"), vcb(LINE))
    shop.close()
    shop.leave_out("casso")
    shop.close()
    left = shop.open_stake()

    shop.told(sepay(1, referenceCode="FT1"))
    shop.close()

    assert left == 7_000
    assert ("sepay", 20_000) in shop.breaks()["open"]
    assert ("casso", 20_000) in shop.breaks()["resolved_by_data"]
    assert shop.open_stake() == shop.unexplained() == 27_000


def test_an_account_whose_owner_is_learnt_takes_its_breaks_along(
    engine: sa.Engine, store: RawStore
) -> None:
    shop = Shop(engine, store)
    shop.told(sepay(1), vcb(LINE))
    with writing(engine) as session:
        session.add(factories.market(id=1))
    shop.close()
    before = shop.every_break()

    with writing(engine) as session:
        vendor_with(session, SEALER, "bank_vcb", VCB_ACCOUNT)
        reattribute(session, SEALER)
    shop.close()

    after = shop.every_break()
    assert before == {("*", "open")}
    assert {state for scope, state in after if scope == "*"} == {"resolved_by_data"}
    assert {state for scope, state in after if scope == MARKET} == {"open"}


def test_the_newest_close_and_the_fees_read_from_it_know_one_telling(shop: Shop) -> None:
    shop.told(casso(7, "FT1"), vcb(LINE))
    shop.close()
    shop.told(sepay(1, referenceCode="FT1"))
    shop.close()

    row, decided = table_of(ProviderTransaction).c, table_of(MatchOutcome).c
    with reading(shop.engine) as session:
        close = newest_closes(session, DAY, DAY)[MARKET, DAY]
        told = sa.select(row.provider, row.amount).where(
            row.id == decided.record_id, decided.close_id == close.id, decided.leg == "B"
        )
        assert sorted(map(tuple, session.connection().execute(told))) == [
            ("bank_vcb", 7_000),
            ("sepay", 20_000),
        ]
        assert audit_fees(session, [close], 1).lines == ()
