"""What is kept ready of periods nobody has published: shown where measuring takes long, and told."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlmodel import Session, select

from market.adoption.periods import Period
from market.database import reading, writing
from market.reports import Product
from market.reports.drafts import SHOWN_OLDER_FROM_MS, keep_draft, keep_news, periods_kept
from market.reports.editions import studied_tables_of, tables_of
from market.reports.publishing import publish
from market.roles import Role
from market.tables import AdoptionDraft
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import Reader
from tests.merchants.queries import counted

NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
OCTOBER = Period.read("2026-10")


def value(session: Session) -> float | int | None:
    return tables_of(session, OCTOBER, Product.MANAGER, p_percent=15).areas["MA"]["U8"].value


def kept(engine: sa.Engine, took_ms: int) -> None:
    with writing(engine) as session:
        keep_draft(session, OCTOBER, NOW, p_percent=15)
        for draft in session.exec(select(AdoptionDraft)):
            draft.took_ms = took_ms
            session.add(draft)


def test_a_draft_says_what_measuring_says(october: sa.Engine) -> None:
    with reading(october) as session:
        measured = studied_tables_of(session, OCTOBER, Product.ECONOMIST, p_percent=15)
    kept(october, 0)

    with reading(october) as session:
        tables, studies = studied_tables_of(session, OCTOBER, Product.ECONOMIST, p_percent=15)
    assert (tables.areas, studies) == (measured[0].areas, measured[1])
    assert tables.known_at == NOW


def test_news_is_measured_at_once_where_that_is_quick(october: sa.Engine) -> None:
    for took_ms, is_news in ((SHOWN_OLDER_FROM_MS - 1, True), (SHOWN_OLDER_FROM_MS, False)):
        kept(october, took_ms)
        with writing(october) as session:
            before = value(session)
            books.close(session, "MA", date(2026, 10, 31), [Line(7, 500_000 + took_ms)])
        with reading(october) as session:
            assert (value(session) != before) is is_news


def test_the_page_says_up_to_when_a_draft_goes(reader: Reader, october: sa.Engine) -> None:
    kept(october, SHOWN_OLDER_FROM_MS)

    page = reader(Role.ECONOMIST).get("/muc-do-dung?ky=2026-10").text

    assert "số tính lúc 05/11/2026 09:00" in page


def test_a_page_of_a_draft_asks_little(reader: Reader, october: sa.Engine) -> None:
    kept(october, SHOWN_OLDER_FROM_MS)
    economist = reader(Role.ECONOMIST)

    for path in ("/muc-do-dung?ky=2026-10&so=khong", "/muc-do-dung/phan-tich?ky=2026-10"):
        with counted(economist.app.state.engine) as sent:
            assert economist.get(path).status_code == 200
        assert len(sent) <= 18


def test_the_night_keeps_what_has_news_and_no_edition(october: sa.Engine) -> None:
    november = OCTOBER.moved(1)
    with writing(october) as session:
        first, again, of_nothing = (
            keep_news(session, period, NOW, p_percent=15) for period in (OCTOBER, OCTOBER, november)
        )
        publish(session, OCTOBER, p_percent=15, known_at=NOW, now=NOW, actor="test")
        books.close(session, "MA", date(2026, 10, 31), [Line(7, 999_000)])
        after = keep_news(session, OCTOBER, NOW, p_percent=15)
        left = session.exec(select(AdoptionDraft.period)).all()

    assert (first, again, of_nothing, after) == (True, False, False, False)
    assert left == []
    assert len(set(periods_kept(NOW))) == 12
