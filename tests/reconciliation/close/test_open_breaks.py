"""What a close leaves open, as breaks: one for each thing to clear, tied to the day's figures."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from market.database import reading, writing
from merchants.actors import Actor
from merchants.tables import Vendor
from reconciliation.breaks.deciding import Proposal, propose
from reconciliation.breaks.listing import BreakEntry, BreakFilter, list_breaks, undecided_beside
from reconciliation.breaks.proof import verify_trails
from reconciliation.breaks.resolutions import Resolution
from reconciliation.breaks.states import BreakState
from reconciliation.breaks.tables import Break
from reconciliation.close.bridge import bridge
from reconciliation.close.causes import Cause
from reconciliation.close.closing import ClosedDay, close_days
from reconciliation.close.left_out import left_out_at
from reconciliation.close.versions import verify_chain
from reconciliation.errors import SecondPairNeeded
from reconciliation.ledger.changed_days import changed_days
from reconciliation.profiles import load_profiles
from reconciliation.records import Direction, TransactionType
from reconciliation.tables import MarketDay, ProviderTransaction
from tests.reconciliation.breaks.breaking import decide_on_newest
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld

PROFILES = load_profiles(None)
NIGHT = datetime(2026, 11, 11, 20, tzinfo=UTC)
LONG_AFTER = datetime(2026, 12, 31, tzinfo=UTC)
MAI, TOAN = Actor(kind="staff", name="1"), Actor(kind="staff", name="2")


class Town:
    """A market with one vendor whose statement covers the day."""

    def __init__(self, engine: sa.Engine, now: datetime, *, has_statement: bool = True) -> None:
        self.engine, self.now = engine, now
        with writing(engine) as session:
            world = LedgerWorld(session, now)
            self.market = world.market()
            self.vendor: Vendor = world.vendor(self.market)
            if has_statement:
                world.statement(self.vendor, DAY, DAY + timedelta(days=1))

    def tell(self, *told: tuple[str, int, dict[str, Any]]) -> None:
        """Let providers tell of money: (``announced`` | ``booked`` | ``both``, amount, changes)."""
        with writing(self.engine) as session:
            world = LedgerWorld(session, self.now)
            for how, amount, changes in told:
                getattr(world, how)(self.vendor, amount, **changes)

    def close(self, at: datetime = NIGHT, *, days: int = 1) -> list[ClosedDay]:
        """Close the day, and days after it."""
        last = DAY + timedelta(days=days - 1)
        with writing(self.engine) as session:
            return close_days(
                session, DAY, last, market_code=None, profiles=PROFILES, sealer=SEALER, now=at
            )

    def breaks(self) -> Sequence[Break]:
        """Return the breaks of the market."""
        with writing(self.engine) as session:
            return session.exec(select(Break).order_by(col(Break.id))).all()

    def unexplained(self) -> int:
        """Return what nobody can explain in the market's newest day."""
        with writing(self.engine) as session:
            days = session.exec(select(MarketDay).order_by(col(MarketDay.close_id))).all()
        return days[-1].unexplained_vnd


@pytest.fixture
def town(engine: sa.Engine, now: datetime) -> Town:
    return Town(engine, now)


def test_a_day_that_is_matched_leaves_nothing_open(town: Town) -> None:
    town.tell(("both", 50_000, {}), ("both", 30_000, {}))

    town.close()

    assert town.breaks() == []


def test_a_payment_missing_in_the_statement_is_one_break_until_its_line_comes(town: Town) -> None:
    town.tell(("announced", 20_000, {"bank_reference": "LATE"}))
    town.close()
    [before] = town.breaks()
    town.tell(("booked", 20_000, {"bank_reference": "LATE"}))

    town.close(at=LONG_AFTER)

    [after] = town.breaks()
    assert (before.state, before.outcome, before.stake_vnd) == (
        BreakState.OPEN, "missing_in_statement", 20_000,
    )  # fmt: skip
    assert (after.id, after.state) == (before.id, BreakState.RESOLVED_BY_DATA)


def test_a_pair_that_differs_is_one_break_with_its_difference_at_stake(town: Town) -> None:
    town.tell(("announced", 250_000, {"bank_reference": "R"}))
    town.close()
    town.tell(("booked", 247_250, {"bank_reference": "R"}))

    town.close(at=LONG_AFTER)

    [one] = town.breaks()
    assert (one.state, one.outcome, one.book) == (
        BreakState.OPEN, "matched_with_difference", "payments",
    )  # fmt: skip
    assert (one.amount_vnd, one.stake_vnd) == (250_000, 2_750)
    assert town.unexplained() == 2_750


def test_a_corrected_telling_is_the_same_break(town: Town) -> None:
    town.tell(("announced", 20_000, {"dedupe_key": "sepay:one", "bank_reference": "A"}))
    town.close()
    with writing(town.engine) as session:
        row = session.exec(select(ProviderTransaction)).one()
        row.is_current = False
        session.add(row)
        session.flush()
        LedgerWorld(session, town.now).announced(
            town.vendor, 25_000, dedupe_key="sepay:one", version=2, bank_reference="A"
        )

    town.close()

    [one] = town.breaks()
    assert (one.stake_vnd, one.state) == (25_000, BreakState.OPEN)


def test_a_day_without_a_statement_is_one_break_once_the_time_has_passed(
    sqlite_engine: sa.Engine, now: datetime
) -> None:
    town = Town(sqlite_engine, now, has_statement=False)
    town.tell(*(("announced", 10_000 * n, {}) for n in range(1, 6)))

    town.close()
    waiting = town.breaks()
    town.close(at=LONG_AFTER)

    [one] = town.breaks()
    assert list(waiting) == []
    assert (one.outcome, one.records, one.stake_vnd) == ("pending_cut_off", 5, 150_000)
    assert one.key.startswith("day:bank_vcb:~")


def test_a_payout_in_doubt_and_the_days_it_may_be_for_are_told_beside_each_other(
    engine: sa.Engine,
) -> None:
    town = Town(engine, NIGHT)
    later = DAY + timedelta(days=4)
    with writing(engine) as session:
        world = LedgerWorld(session, NIGHT)
        world.acceptance_point(town.vendor, "momo")
        wallet = {"provider": "momo", "account_alias": "PARTNER", "store_id": "A12"}
        for number in range(2):
            on = DAY + timedelta(days=number)
            for amount in (30_000, 20_000):
                at = datetime(on.year, on.month, on.day, 3, tzinfo=UTC)
                world.booked(town.vendor, amount, business_date=on, occurred_at=at, **wallet)
        world.booked(
            town.vendor,
            49_450,
            business_date=later,
            transaction_type=TransactionType.PAYOUT,
            description="MOMO TT DOI SOAT 10112026 PARTNER",
        )

    town.close(LONG_AFTER, days=5)

    with reading(engine) as session:
        asked = BreakFilter(ledger="momo")
        found, _ = list_breaks(session, "MA", asked, today=later)
        beside = {
            (one.book, one.business_date): [
                (other.book, other.business_date, other.records)
                for other in undecided_beside(session, one, today=later)
            ]
            for one in found
            if one.leg == "C"
        }
    days = [("statement", DAY + timedelta(days=number), 2) for number in range(2)]
    payout = ("payouts", later, 1)
    assert beside == {
        payout[:2]: days,
        days[0][:2]: [days[1], payout],
        days[1][:2]: [days[0], payout],
    }
    assert {one.stake_vnd for one in found if one.book == "statement" and one.leg == "C"} == {
        50_000
    }


def test_what_is_left_out_by_two_people_counts_in_no_figure_and_the_bridge_says_so(
    town: Town,
) -> None:
    town.tell(("both", 50_000, {}), ("booked", 90_000, {}))
    town.close(at=LONG_AFTER)
    [one] = town.breaks()
    leave = Proposal(resolution=Resolution.LEAVE_OUT, note="con gửi tiền về cho mẹ")
    with writing(town.engine) as session:
        propose(session, "MA", [one.id or 0], leave, actor=MAI, now=LONG_AFTER)
        decide_on_newest(session, "MA", [one.id or 0], approve=True, actor=TOAN, now=LONG_AFTER)

    [closed] = town.close(at=LONG_AFTER)

    assert (closed.version, closed.outcomes["ignored"]) == (2, 1)
    assert closed.market_day is not None
    assert closed.market_day["gross_vnd"] == 50_000
    with reading(town.engine) as session:
        [line] = bridge(session, "MA", DAY, older=1, newer=2)
        assert verify_chain(session, sealer=SEALER) == []
        assert verify_trails(session) == []
    assert (line.cause, line.changes["gross_vnd"]) == (Cause.DECISION, -90_000)
    assert town.breaks()[0].state is BreakState.APPROVED


def test_what_was_left_out_counts_again_once_two_people_open_it_again(town: Town) -> None:
    town.tell(("both", 50_000, {}), ("booked", 90_000, {}))
    town.close(at=LONG_AFTER)
    number = town.breaks()[0].id or 0
    leave = Proposal(resolution=Resolution.LEAVE_OUT, note="con gửi tiền về cho mẹ")
    again = Proposal(resolution=Resolution.REOPEN, note="hỏi lại rồi, là tiền hàng")
    later = [LONG_AFTER + timedelta(hours=hours) for hours in range(4)]
    with writing(town.engine) as session:
        propose(session, "MA", [number], leave, actor=MAI, now=later[0])
        decide_on_newest(session, "MA", [number], approve=True, actor=TOAN, now=later[0])
        propose(session, "MA", [number], again, actor=TOAN, now=later[1])
    with reading(town.engine) as session:
        assert changed_days(session, before=date.max, limit=9) == [DAY]
    [still_out] = town.close(at=later[1])
    with writing(town.engine) as session:
        with pytest.raises(SecondPairNeeded):
            decide_on_newest(session, "MA", [number], approve=True, actor=TOAN, now=later[2])
        decide_on_newest(session, "MA", [number], approve=True, actor=MAI, now=later[2])
    [counted] = town.close(at=later[3])

    assert still_out.market_day is not None
    assert counted.market_day is not None
    grosses = [day.market_day["gross_vnd"] for day in (still_out, counted) if day.market_day]
    assert grosses == [50_000, 140_000]
    assert town.breaks()[0].state is BreakState.OPEN
    with reading(town.engine) as session:
        assert verify_trails(session) == []
        out = [[row["id"] for row in left_out_at(session, at)] for at in later]
    assert out == [[number], [number], [], []]


def test_a_list_says_why_in_a_sentence_and_whose_it_is(town: Town) -> None:
    town.tell(("announced", 20_000, {"bank_reference": "X"}))
    town.close()

    with reading(town.engine) as session:
        [one], following = list_breaks(session, "MA", BreakFilter(), today=date(2026, 11, 14))

    assert following is None
    assert one.sentence_vi == (
        "Chưa thấy trong sao kê: dữ liệu ngày này đã về nhưng không có khoản này."
    )
    assert one.sentence_en == (
        "Not in the statement: the other book covers the day and does not tell it."
    )
    assert (one.vendor_code, one.age_days) == (town.vendor.code, 2)
    assert one.code == f"CL-1011-{one.id:02}"


TOLD = st.tuples(
    st.sampled_from(["announced", "booked", "both"]),
    st.sampled_from([10_000, 20_000, 20_500]),
    st.fixed_dictionaries(
        {"bank_reference": st.sampled_from(["A", "B", "C", None])},
        optional={
            "transaction_type": st.sampled_from([TransactionType.PAYMENT, TransactionType.REFUND]),
            "direction": st.sampled_from(Direction),
        },
    ),
)


SALES = st.tuples(
    st.sampled_from(["announced", "booked", "both"]),
    st.sampled_from([10_000, 20_000, 20_500]),
    st.fixed_dictionaries({"bank_reference": st.sampled_from(["A", "B", "C", None])}),
)


@settings(max_examples=40, deadline=None)
@example(told=[("booked", 10_000, {"bank_reference": "A"})])
@given(told=st.lists(SALES, max_size=8))
def test_of_sales_all_breaks_together_hold_it_whichever_book_is_missing(
    sqlite_engine: sa.Engine, told: list[tuple[str, int, dict[str, Any]]]
) -> None:
    """A break of a whole day counts refunds too, so of sales alone it is the day's figure."""
    town = _emptied(sqlite_engine)
    town.tell(*told)

    town.close(at=LONG_AFTER)

    with reading(sqlite_engine) as session:
        entries, _ = list_breaks(session, "MA", BreakFilter(limit=500), today=date(2026, 12, 31))
    stakes = [one.stake_vnd for one in entries if one.outcome != "pending_cut_off"]
    assert sum(stakes) == town.unexplained()


def _emptied(engine: sa.Engine) -> Town:
    with writing(engine) as session:
        for table in reversed(Break.metadata.sorted_tables):
            session.connection().execute(sa.delete(table))
    return Town(engine, datetime(2026, 11, 11, tzinfo=UTC))


def _counting(one: BreakEntry) -> int:
    is_pair = one.outcome == "matched_with_difference" and one.counterpart_id
    return (one.counterpart_id if is_pair else one.record_id) or 0


@settings(max_examples=40, deadline=None)
@example(
    told=[
        ("announced", 20_000, {"bank_reference": "A"}),
        ("booked", 10_000, {"bank_reference": "A", "transaction_type": TransactionType.REFUND}),
    ]
)
@given(told=st.lists(TOLD, max_size=8))
def test_what_is_at_stake_is_what_the_day_cannot_explain(
    sqlite_engine: sa.Engine, told: list[tuple[str, int, dict[str, Any]]]
) -> None:
    town = _emptied(sqlite_engine)
    # With one announced and booked no book is missing: each break is of one record or one pair.
    town.tell(("both", 30_000, {"bank_reference": "HERE"}), *told)

    town.close(at=LONG_AFTER)

    with reading(sqlite_engine) as session:
        entries, _ = list_breaks(session, "MA", BreakFilter(limit=500), today=date(2026, 12, 31))
        rows = {row.id: row for row in session.exec(select(ProviderTransaction))}
        sales = [
            one
            for one in entries
            # Of a pair that differs the line says what it is: the day counts lines.
            if (row := rows[_counting(one)]).ledger_type is TransactionType.PAYMENT
            and row.direction is Direction.CREDIT
            and one.outcome != "pending_cut_off"
        ]
        assert sum(one.stake_vnd for one in sales) == town.unexplained()
        assert verify_trails(session) == []
