"""What pages say of figures holds: what they are of, how far they stand, why one is not compared."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from market.adoption.periods import Period
from market.database import reading, writing
from market.reports.publishing import publish
from market.roles import Role
from market.tables import AdoptionEditionFile
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import NOW, Reader
from tests.market.letters import HEAD
from tests.market.reading_html import Page
from tests.qr.pdf_reading import read_pdf


def published(engine: sa.Engine, label: str) -> None:
    with writing(engine) as session:
        publish(
            session,
            Period.read(label),
            p_percent=15,
            known_at=NOW,
            now=NOW,
            actor="test",
            head=HEAD,
        )


def one_class(engine: sa.Engine, market_class: int) -> None:
    with writing(engine) as session:
        session.execute(sa.text("UPDATE market SET market_class = 2"))
        session.execute(
            sa.text(f"UPDATE market SET market_class = {market_class} WHERE code = 'LG'")
        )


def test_peers_of_a_draft_are_not_said_to_be_published(october: sa.Engine, reader: Reader) -> None:
    one_class(october, 2)
    economist = reader(Role.ECONOMIST)

    draft = Page(economist.get("/muc-do-dung?ky=2026-10&cho=MA").text)
    published(october, "2026-10")
    told = Page(economist.get("/muc-do-dung?ky=2026-10&cho=MA").text)

    assert "Chỉ lấy số đã công bố" not in draft.text
    assert "Kỳ này chưa công bố: lấy số làm tròn của từng chợ" in draft.text
    assert "Chỉ lấy số đã công bố của từng chợ" in told.text


def test_a_market_alone_in_its_class_has_no_middle_beside_it(
    october: sa.Engine, reader: Reader
) -> None:
    one_class(october, 3)

    page = Page(reader(Role.ECONOMIST).get("/muc-do-dung?ky=2026-10&cho=MA").text)

    assert "Không có chợ nào khác cùng hạng để đặt bên cạnh." in page.text
    assert "0 chợ khác" not in page.text
    assert page.shortcomings() == []


@pytest.mark.parametrize("path", ["/muc-do-dung", "/muc-do-dung/phan-tich"])
def test_only_what_was_published_is_official(october: sa.Engine, reader: Reader, path: str) -> None:
    manager = reader(Role.AUDITOR, "LG")

    draft = Page(manager.get(f"{path}?ky=2026-10&cho=LG").text)
    published(october, "2026-10")
    told = Page(manager.get(f"{path}?ky=2026-10&cho=LG").text)

    assert "đến hết 31/10/2026, chưa công bố" in draft.text
    assert "đến hết 31/10/2026, chính thức" in told.text


def test_growth_against_nothing_waits_for_no_publication(
    october: sa.Engine, reader: Reader
) -> None:
    published(october, "2026-10")

    told = reader(Role.ECONOMIST).get("/api/v1/adoption/2026-10").json()

    assert [one["against"] for one in told["study"]["growths"]] == ["previous", "year_before"]
    assert {(one["hidden"], one["raw"]) for one in told["study"]["growths"]} == {("", None)}


def test_a_figure_hidden_in_the_period_before_says_why_it_is_not_compared(
    october: sa.Engine, reader: Reader
) -> None:
    with writing(october) as session:
        books.close(session, "MA", date(2026, 9, 30), [Line(1, 20_000), Line(2, 30_000)])
    published(october, "2026-09")
    published(october, "2026-10")
    economist = reader(Role.ECONOMIST)

    page = Page(economist.get("/muc-do-dung?ky=2026-10").text)
    before = economist.get("/api/v1/adoption/2026-09").json()["total"]["indicators"]

    assert next(one["hidden"] for one in before if one["id"] == "U8")
    assert "không so được: tháng 9/2026 phải ẩn số này" in page.text


def test_a_running_month_is_told_up_to_the_day_of_publication(
    october: sa.Engine, reader: Reader
) -> None:
    published(october, "2026-11")
    economist = reader(Role.ECONOMIST)

    page = Page(economist.get("/muc-do-dung?ky=2026-11").text)
    study = Page(economist.get("/muc-do-dung/phan-tich?ky=2026-11").text)
    told = economist.get("/api/v1/adoption/2026-11").json()
    with reading(october) as session:
        (paper,) = session.exec(
            select(AdoptionEditionFile.content).where(col(AdoptionEditionFile.name).like("%.pdf"))
        )
    pdf = read_pdf(paper)
    printed = " ".join(text for each in pdf.pages for text in pdf.texts(each))

    for one in (page, study):
        assert "Chưa chốt ngày nào, chỉ có số trong danh sách, đến ngày 05/11/2026" in one.text
    assert told["window_last"] == "2026-11-05"
    assert "tiểu thương đang kinh doanh vào ngày 05/11/2026" in printed
    assert "danh sách đến ngày 05/11/2026, chưa chốt ngày chợ nào" in printed
    for text in (page.text, study.text, printed):
        assert "30/11/2026" not in text


def test_a_running_month_nobody_published_speaks_of_no_day_to_come(reader: Reader) -> None:
    page = Page(reader(Role.ECONOMIST).get("/muc-do-dung?ky=2026-11").text)

    assert "đến ngày 05/11/2026" in page.text
    assert "30/11/2026" not in page.text
