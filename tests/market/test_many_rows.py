"""A long table read as one text a group says what reading it row by row says, on both databases."""

import sqlalchemy as sa
from sqlmodel import Session

from market.adoption.frames import DAY
from market.adoption.periods import Period
from market.database import writing
from market.reports.facts import load, load_halves
from market.reports.many_rows import many_rows
from reconciliation.bulk import rows_of, table_of
from reconciliation.tables import AdoptionVendorDay
from tests.market import books

COLUMNS = {
    "vendor_id": "int64",
    "business_date": DAY,
    "provider": "str",
    "acceptance_type": "str",
    "value_vnd": "int64",
}


def furnished(session: Session) -> None:
    books.register(session)
    books.october(session)


def test_a_text_a_group_says_what_rows_say(engine: sa.Engine) -> None:
    with writing(engine) as session:
        furnished(session)
        day = table_of(AdoptionVendorDay)
        odd = {"provider": 'a,"b" ;c', "acceptance_type": "", "value_vnd": 2**61}
        session.execute(sa.update(day).where(day.c.vendor_id == 3).values(**odd))

        told = many_rows(session, AdoptionVendorDay, COLUMNS, [], by="close_id")
        rows = rows_of(session, sa.select(*(day.c[name] for name in COLUMNS)))

    assert {name: str(told[name].dtype) for name in COLUMNS} == COLUMNS
    found = zip(*(told[name].tolist() for name in COLUMNS), strict=True)
    plain = sorted((who, on.date(), by, kind, value) for who, on, by, kind, value in found)
    assert plain == sorted(tuple(row) for row in rows)
    assert any(by == 'a,"b" ;c' for _, _, by, _, _ in plain)


def test_nothing_is_a_frame_without_rows(engine: sa.Engine) -> None:
    with writing(engine) as session:
        told = many_rows(session, AdoptionVendorDay, COLUMNS, [sa.false()], by="close_id")

    assert told.empty
    assert {name: str(told[name].dtype) for name in COLUMNS} == COLUMNS


def test_the_facts_of_a_month_are_the_same_on_both(engine: sa.Engine) -> None:
    with writing(engine) as session:
        furnished(session)
        facts = load(session, Period.read("2026-10").window)
        days, firsts = load_halves(session)

    # 20 of 25 vendors of MA each third day, one of LG on five Saturdays; see ``books.october``.
    assert len(facts.vendor_days) == 211
    assert int(facts.vendor_days["value_vnd"].sum()) == int(
        (facts.tickets["amount_vnd"] * facts.tickets["receipts"]).sum()
    )
    assert len(firsts) == 21
    assert days["day_on"].between("2026-10-01", "2026-10-31").all()
