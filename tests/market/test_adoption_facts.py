"""Facts read back from the database are what the closes confirm, in a fixed number of queries."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa

import market.adoption
from market.adoption.fact_columns import BAND_COLUMNS
from market.adoption.indicator import Window
from market.adoption.retention import retention_triangle
from market.database import reading, writing
from market.reports.facts import load, load_halves
from merchants.kinds import ConsentChannel, ConsentPurpose
from merchants.tables import Consent
from reconciliation.close.receipts import receipts
from tests.market import books
from tests.market.books import Line
from tests.merchants.queries import counted

OCTOBER = Window(date(2026, 10, 1), date(2026, 10, 31))


def test_vendor_days_are_the_receipts_of_the_closes(october: sa.Engine) -> None:
    with reading(october) as session:
        facts = load(session, OCTOBER)
        told = receipts(session, OCTOBER.first, OCTOBER.last)

    expected = told.groupby(["vendor_id", "business_date"])["amount_vnd"].agg(["size", "sum"])
    days = facts.vendor_days.set_index(["vendor_id", "day_on"]).sort_index()
    assert days["receipts"].tolist() == expected["size"].tolist()
    assert days["value_vnd"].tolist() == expected["sum"].tolist()
    assert days[list(BAND_COLUMNS)].sum(axis=1).tolist() == expected["size"].tolist()
    assert facts.tickets["receipts"].sum() == len(told)
    channels = facts.channel_days
    assert set(channels["acceptance_type"]) == {"transfer_qr"}
    assert channels["value_vnd"].sum() == told["amount_vnd"].sum()


def test_halves_tell_the_same_triangle_as_all_days(october: sa.Engine) -> None:
    with writing(october) as session:
        books.close(session, "MA", date(2027, 2, 9), [Line(1, 10_000), Line(2, 20_000)])
        books.close(session, "MA", date(2027, 2, 20), [Line(2, 20_000)])
    until = Window(date(2026, 10, 1), date(2027, 2, 28))
    with reading(october) as session:
        days, firsts = load_halves(session)
        told = receipts(session, until.first, until.last)
    all_days = told.rename(columns={"business_date": "day_on"})[["vendor_id", "day_on"]]
    all_firsts = told.groupby(["vendor_id", "market_id"])["business_date"].min()

    assert retention_triangle(days, firsts, until) == retention_triangle(
        all_days, all_firsts.rename("first_on").reset_index(), until
    )


def test_ninety_days_are_there_back_from_the_close_of_the_market_furthest_behind(
    october: sa.Engine,
) -> None:
    november = Window(date(2026, 11, 1), date(2026, 11, 30))
    with writing(october) as session:
        # The 90 days to 05/11 begin on 08/08, those to 30/11 on 02/09.
        for day in (date(2026, 8, 7), date(2026, 8, 8), date(2026, 11, 5)):
            books.close(session, "MA", day, [Line(1, 10_000)])
        books.close(session, "LG", date(2026, 11, 30))

    with reading(october) as session:
        days = load(session, november).vendor_days["day_on"]

    assert days.min() == pd.Timestamp(2026, 8, 8)


def test_an_earlier_instant_reads_the_versions_of_its_time(october: sa.Engine) -> None:
    known_at = datetime(2026, 11, 5, tzinfo=UTC)
    with reading(october) as session:
        before = load(session, OCTOBER, known_at=known_at)
    with writing(october) as session:
        close = books.close(session, "MA", date(2026, 10, 31), [Line(7, 999_000)])
        close.closed_at = known_at + timedelta(days=2)
    with reading(october) as session:
        again, newest = load(session, OCTOBER, known_at=known_at), load(session, OCTOBER)

    pd.testing.assert_frame_equal(again.vendor_days, before.vendor_days)
    last = newest.vendor_days[newest.vendor_days["day_on"] == pd.Timestamp(2026, 10, 31)]
    assert last.loc[last["market_id"] == 1, "value_vnd"].tolist() == [999_000]


def test_who_does_not_agree_to_statistics_is_nowhere(october: sa.Engine) -> None:
    with reading(october) as session:
        before = load(session, OCTOBER)
    with writing(october) as session:
        session.add(
            Consent(
                vendor_id=1,
                purpose=ConsentPurpose.RECONCILIATION,
                notice_version="1",
                channel=ConsentChannel.SIGNATURE,
                given_at=datetime(2026, 8, 15, tzinfo=UTC),
                recorded_by="test",
            )
        )
    with reading(october) as session:
        after = load(session, OCTOBER)

    hers = before.vendor_days[before.vendor_days["vendor_id"] == 1]
    assert len(hers)
    assert 1 not in set(after.vendor_days["vendor_id"])
    assert 1 not in set(after.trading["vendor_id"]) | set(after.groups["vendor_id"])
    left = before.tickets["receipts"].sum() - after.tickets["receipts"].sum()
    assert left == hers["receipts"].sum()


def test_queries_do_not_grow_with_days_or_markets(october: sa.Engine) -> None:
    def queries(window: Window, codes: list[str] | None) -> int:
        with counted(october) as sent, reading(october) as session:
            load(session, window, codes)
        return len(sent)

    few = queries(Window(date(2026, 10, 3), date(2026, 10, 3)), ["LG"])
    assert few == queries(Window(date(2026, 1, 1), date(2026, 12, 31)), None) <= 24


def test_a_notebook_loads_the_facts_of_a_period(october: sa.Engine) -> None:
    facts = market.adoption.load("2026-10", database_url=str(october.url))

    assert len(facts.vendor_days)
    assert facts.markets["market_code"].tolist() == ["MA", "LG"]


def test_a_notebook_refuses_a_scheme_nobody_knows(october: sa.Engine) -> None:
    with pytest.raises(ValueError, match="weekly"):
        market.adoption.load("2026-10", scheme="weekly", database_url=str(october.url))
