"""Goods groups are told of days as they were told first: no vendor stands between two tables by goods."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.periods import Period, Scheme
from market.database import writing
from market.reports.differences import RevisionTellsFew
from market.reports.editions import editions_of
from market.reports.models import PeriodTables
from merchants.actors import COMMAND
from merchants.kinds import ConsentChannel, ConsentPurpose
from merchants.privacy.consents import ConsentProof, end_consents, record_consents
from merchants.tables import Stall, StallHolding, Vendor
from tests.market import books
from tests.market.saturday_market import (
    DAYS,
    FIRST_K,
    MONTHS,
    VENDORS,
    add_saturday_market,
    close,
    lines,
    publish,
)

GREENS, MEAT = "Rau củ", "Thịt cá"
ONE = 7
"""Who sells greens, and changes alone."""
SECOND_K = FIRST_K + timedelta(days=2)


@pytest.fixture
def two_goods(engine: sa.Engine) -> sa.Engine:
    """A market of twelve who sell greens and twelve who sell meat; no day of it is closed."""
    with writing(engine) as session:
        add_saturday_market(session)
        for stall in session.exec(select(Stall)):
            stall.goods_group = GREENS if int(stall.code[1:]) <= 12 else MEAT
    return engine


def close_days(session: Session, *days: date) -> None:
    for on in days:
        close(session, on, FIRST_K - timedelta(days=1))


def sell(session: Session, vendor: int, goods: str) -> None:
    session.exec(select(Stall).where(Stall.code == f"A{vendor:02}")).one().goods_group = goods
    session.flush()


def leave(session: Session, vendors: list[int], on: date) -> None:
    for holding in session.exec(
        select(StallHolding).where(col(StallHolding.vendor_id).in_(vendors))
    ):
        holding.to_on = on
    session.flush()


def agree(session: Session, vendors: range) -> None:
    agreed = datetime(2026, 6, 1, tzinfo=UTC)
    record_consents(
        session,
        dict.fromkeys(vendors, agreed),
        list(ConsentPurpose),
        proof=ConsentProof(channel=ConsentChannel.SHEET, notice_version="paper"),
        actor=COMMAND,
        now=agreed,
    )


def withdraw(session: Session, vendors: list[int], at: datetime) -> None:
    for vendor in session.exec(select(Vendor).where(col(Vendor.id).in_(vendors))).all():
        end_consents(session, vendor, [ConsentPurpose.AGGREGATE_STATISTICS], actor=COMMAND, now=at)


def goods(tables: PeriodTables) -> dict[str, int | None]:
    return {row.goods_group: row.value_vnd for row in tables.areas["XA"].goods}


def takings(*vendors: int) -> int:
    """Return what these are paid on each market day."""
    return sum(line.amount_vnd for line in lines(DAYS[0]) if line.vendor_id in vendors)


def test_goods_noted_anew_change_nothing_of_a_published_month(two_goods: sa.Engine) -> None:
    with writing(two_goods) as session:
        close_days(session, DAYS[0])
        told = publish(session, "2026-07", FIRST_K)
        sell(session, ONE, MEAT)

        again = publish(session, "2026-07", SECOND_K)

        assert goods(again) == goods(told) == {
            GREENS: takings(*range(1, 13)),
            MEAT: takings(*range(13, 25)),
        }  # fmt: skip
        assert len(editions_of(session, Period.read("2026-07"))) == 1


def test_goods_noted_anew_hold_for_days_not_yet_told(two_goods: sa.Engine) -> None:
    with writing(two_goods) as session:
        close_days(session, *DAYS[:2])
        publish(session, "2026-07", FIRST_K)
        sell(session, ONE, MEAT)

        told = publish(session, "2026-08", SECOND_K)

    assert goods(told) == {
        GREENS: takings(*(each for each in range(1, 13) if each != ONE)),
        MEAT: takings(ONE, *range(13, 25)),
    }


def test_a_quarter_tells_goods_as_its_months_did(two_goods: sa.Engine) -> None:
    with writing(two_goods) as session:
        close_days(session, *DAYS)
        months = [publish(session, label, FIRST_K) for label in MONTHS[:2]]
        sell(session, ONE, MEAT)
        months.append(publish(session, MONTHS[2], FIRST_K))

        quarter = goods(publish(session, "2026-Q3", SECOND_K))

    assert quarter == {name: sum(goods(one)[name] or 0 for one in months) for name in quarter}
    assert quarter[GREENS] == 3 * takings(*range(1, 13)) - takings(ONE)


def test_who_left_is_told_among_those_who_sell_the_same(two_goods: sa.Engine) -> None:
    """One of those who left sold greens: with goods of nobody, the quarter would leave her alone."""
    with writing(two_goods) as session:
        close_days(session, *DAYS[:2])
        left = [ONE, 13, 14, 15, 16]
        leave(session, left, date(2026, 8, 31))
        books.close(
            session, "XA", DAYS[2], [one for one in lines(DAYS[2]) if one.vendor_id not in left]
        ).closed_at = FIRST_K - timedelta(days=1)
        months = [publish(session, label, FIRST_K) for label in MONTHS]

        quarter = goods(publish(session, "2026-Q3", SECOND_K))

    assert quarter.keys() == {GREENS, MEAT}
    assert quarter == {name: sum(goods(one)[name] or 0 for one in months) for name in quarter}


def test_who_left_within_a_month_keeps_her_goods(two_goods: sa.Engine) -> None:
    with writing(two_goods) as session:
        close_days(session, DAYS[0])
        leave(session, [ONE], DAYS[0] + timedelta(days=3))

        told = publish(session, "2026-07", FIRST_K)

    assert goods(told) == {GREENS: takings(*range(1, 13)), MEAT: takings(*range(13, 25))}


def test_both_cut_offs_tell_a_day_under_the_same_goods(two_goods: sa.Engine) -> None:
    with writing(two_goods) as session:
        close_days(session, *DAYS)
        months = [publish(session, label, FIRST_K) for label in MONTHS]
        sell(session, ONE, MEAT)

        by_the_14th = publish(session, "2026-08", SECOND_K, Scheme.ADMIN_15_14)

    assert goods(by_the_14th) == goods(months[1])


def test_who_withdraws_is_missing_among_her_own_goods(two_goods: sa.Engine) -> None:
    """Six who withdraw are enough for a market; but five of them sold meat, and one greens."""
    with writing(two_goods) as session:
        agree(session, range(1, VENDORS + 1))
        close_days(session, DAYS[0])
        before = goods(publish(session, "2026-07", FIRST_K))
        withdraw(session, [ONE, *range(13, 18)], FIRST_K + timedelta(days=1))

        after = goods(publish(session, "2026-07", SECOND_K))

    assert before[GREENS] is not None
    assert after == {GREENS: None, MEAT: None}


def test_who_became_one_in_the_register_stays_under_the_goods_told_of_each(
    two_goods: sa.Engine,
) -> None:
    with writing(two_goods) as session:
        close_days(session, DAYS[0])
        told = publish(session, "2026-07", FIRST_K)
        merged = session.exec(select(Vendor).where(col(Vendor.id) == ONE)).one()
        merged.merged_into_id = 13
        session.flush()

        try:
            again = publish(session, "2026-07", SECOND_K)
        except RevisionTellsFew:
            return

    assert goods(again) == goods(told)
