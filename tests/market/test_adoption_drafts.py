"""What is kept ready of periods nobody has published: shown where measuring takes long, and told."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, select

from market.adoption.periods import Period
from market.database import reading, writing
from market.reports import Product
from market.reports.drafts import (
    SHOWN_OLDER_FROM_MS,
    keep_draft,
    keep_news,
    keep_older,
    periods_kept,
)
from market.reports.publishing import publish
from market.reports.tables_told import studied_tables_of, tables_of
from market.roles import Role
from market.tables import AdoptionDraft
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import Reader
from tests.market.letters import HEAD
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


def test_before_it_is_published_economists_read_how_many_and_no_money(reader: Reader) -> None:
    economist = reader(Role.ECONOMIST)

    page = economist.get("/muc-do-dung?ky=2026-10").text
    study = economist.get("/muc-do-dung/phan-tich?ky=2026-10").text
    told = economist.get("/api/v1/adoption/2026-10").json()

    assert "Kỳ này chưa công bố: chỉ có số người, làm tròn đến 5" in page
    assert "Tháng 10/2026: khoảng 20 tiểu thương nhận tiền qua QR trong 30 ngày" in page
    assert "phân tích có khi công bố" in study
    cells = {one["id"]: one for one in told["total"]["indicators"]}
    assert {cells[id_]["hidden"] for id_ in ("U3", "U7", "U8", "U9.mean")} == {"w"}
    assert (cells["U1"]["numerator"], cells["U1"]["denominator"]) == (20, 30)
    assert (told["total"]["goods"], told["study"], told["cohorts"]) == ([], None, [])


def test_its_own_management_reads_a_market_whole_on_any_day(reader: Reader) -> None:
    told = reader(Role.AUDITOR, "LG").get("/api/v1/markets/LG/adoption/2026-10").json()

    cells = {one["id"]: one for one in told["markets"][0]["indicators"]}
    assert cells["U8"]["value"] == 45_000


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
        publish(session, OCTOBER, p_percent=15, known_at=NOW, now=NOW, actor="test", head=HEAD)
        books.close(session, "MA", date(2026, 10, 31), [Line(7, 999_000)])
        after = keep_news(session, OCTOBER, NOW, p_percent=15)
        left = session.exec(select(AdoptionDraft.period)).all()

    assert (first, again, of_nothing, after) == (True, False, False, False)
    assert left == []
    assert len(set(periods_kept(NOW))) == 12


def slowly(engine: sa.Engine, took_ms: int) -> None:
    """Let it be remembered that drafts took long, as in a province."""
    with writing(engine) as session:
        session.execute(sa.text(f"UPDATE adoption_draft SET took_ms = {took_ms}"))


def older(engine: sa.Engine, at: datetime = NOW) -> str | None:
    with writing(engine) as session:
        found = keep_older(session, at, p_percent=15)
        return found and f"{found.label} {found.scheme}"


def test_older_periods_are_kept_one_by_one_where_measuring_takes_long(
    october: sa.Engine, reader: Reader
) -> None:
    with writing(october) as session:
        books.close(session, "MA", date(2026, 8, 3), [Line(1, 20_000)])
    assert older(october) is None  # nothing is known of how long it takes
    with writing(october) as session:
        keep_draft(session, OCTOBER, NOW, p_percent=15)
    slowly(october, 150)
    assert older(october) is None  # nobody waits for what takes no time
    slowly(october, 20_000)
    economist = reader(Role.ECONOMIST)
    waiting = economist.get("/muc-do-dung?ky=2026-08")
    assert waiting.status_code == 409
    assert "8/2026 chưa được tính sẵn" in waiting.text
    assert economist.get("/muc-do-dung/phan-tich?ky=2026-08").status_code == 409
    assert economist.get("/api/v1/adoption/2026-08").status_code == 409
    assert economist.get("/muc-do-dung?ky=2026-07").status_code == 200  # nothing was closed in it

    found = []
    while (name := older(october)) is not None:
        slowly(october, 20_000)
        found.append(name)

    assert found == [
        *("2026-09 calendar", "2026-09 admin_15_14"),
        *("2026-08 calendar", "2026-08 admin_15_14"),
    ]
    assert economist.get("/muc-do-dung?ky=2026-08").status_code == 200


def test_an_older_draft_is_made_anew_after_a_week_when_a_day_was_closed_again(
    october: sa.Engine,
) -> None:
    with writing(october) as session:
        books.close(session, "MA", date(2026, 9, 28), [Line(1, 20_000)])
        keep_draft(session, OCTOBER, NOW, p_percent=15)
    slowly(october, 20_000)
    while older(october) is not None:
        slowly(october, 20_000)
    later = NOW + timedelta(days=8)
    assert older(october, later) is None

    with writing(october) as session:
        books.close(session, "MA", date(2026, 9, 28), [Line(1, 25_000)])

    assert older(october, NOW + timedelta(days=2)) is None
    assert older(october, later) is not None
