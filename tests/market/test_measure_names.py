"""A measure is called the same in the catalogue, on the page, in the terminal and in the CSV."""

import csv
import io

import pytest
import sqlalchemy as sa
from rich.console import Console

from market.adoption.definitions import CATALOGUE, DICTIONARY
from market.database import reading
from market.reports import adoption_report, render_terminal, to_csv
from market.roles import Role
from tests.market.conftest import Staff
from tests.market.reading_html import Page

ON_THE_PAGE = ("S2", "S3", "U1", "U3", "U5")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_takes_the_names_of_the_catalogue(staff: Staff, language: str) -> None:
    page = Page(staff(Role.ECONOMIST).get(f"/muc-do-dung?lang={language}").text).text

    for id_ in ON_THE_PAGE:
        definition = CATALOGUE[id_]
        names = (
            (definition.label_vi, definition.name_vi)
            if language == "vi"
            else (definition.label_en, definition.name_en)
        )
        for name in names:
            assert name in page
    for other in ("Từng nhận tiền", "Nhận trong 30 ngày", "Đã đồng ý", "Ever received"):
        assert other not in page


def test_a_short_name_is_words_of_the_name() -> None:
    for definition in CATALOGUE.values():
        assert definition.label_vi.casefold() in definition.name_vi.casefold()
        assert definition.label_en.casefold() in definition.name_en.casefold()


def test_terminal_and_csv_take_the_names_of_the_catalogue(october: sa.Engine) -> None:
    with reading(october) as session:
        report = adoption_report(session, "2026-10")
    text = io.StringIO()
    Console(file=text, width=200).print(render_terminal(report))
    rows = csv.DictReader(io.StringIO(to_csv(report).decode("utf-8-sig")))

    # What follows a slash says which of a measure's figures it is: a channel, a day, a month.
    named = {(row["indicator"].partition("/")[0], row["name"]) for row in rows}
    assert named >= {(one.id, one.name_vi) for one in CATALOGUE.values()}
    assert named <= {(one.id, one.name_vi) for one in DICTIONARY.values()}
    for id_ in ON_THE_PAGE:
        assert CATALOGUE[id_].name_vi in text.getvalue()
