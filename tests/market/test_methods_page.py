"""The methods page says of every measure what it counts and over which days, and what stands beside figures."""

import pytest
import sqlalchemy as sa

from market.adoption.composite import COMPONENTS
from market.adoption.definitions import DICTIONARY, WITH_WILSON, Span, Unit
from market.adoption.periods import Period
from market.database import reading
from market.i18n import Lang, translator
from market.i18n.formats import NBSP
from market.pages.adoption_methods import SPANS, UNITS
from market.reports.flags import FLAGS
from market.reports.measuring import measure_tables
from market.reports.models import Product
from market.roles import Role
from tests.market.conftest import Reader
from tests.market.reading_html import Page

METHODS = "/muc-do-dung/cach-tinh"


def test_each_measure_is_told_with_its_unit_and_its_days(reader: Reader) -> None:
    page = Page(reader(Role.ECONOMIST).get(METHODS).text)

    assert (set(UNITS), set(SPANS)) == (set(Unit), set(Span))
    assert page.shortcomings() == []
    for one in DICTIONARY.values():
        unit = UNITS[one.unit]
        told = f"{one.name_vi} {one.id} {unit[0].upper()}{unit[1:]} {SPANS[one.span]}"
        assert told.replace(NBSP, " ") in page.text


@pytest.mark.usefixtures("october_published")
def test_the_page_of_figures_says_which_measures_have_none_and_where_it_is_told_why(
    reader: Reader,
) -> None:
    economist = reader(Role.ECONOMIST)

    page = economist.get("/muc-do-dung?ky=2026-10").text
    methods = economist.get("/muc-do-dung/cach-tinh").text

    assert "U10 (người trả khác nhau) và U12 (độ tin cậy) chưa tính" in page
    assert 'href="/muc-do-dung/cach-tinh#U10"' in page
    assert 'id="U10"' in methods
    assert methods.count("Chưa tính.") == 2


def test_its_words_for_units_days_and_flags_have_their_english() -> None:
    english = translator(Lang.EN)
    words = [*UNITS.values(), *SPANS.values(), *FLAGS.values()]

    assert [one for one in words if one != "đồng" and english(one) == one] == []


def test_every_component_of_the_index_is_a_measure_of_the_page() -> None:
    assert {one.id for one in COMPONENTS} <= set(DICTIONARY)


def test_the_shares_it_names_are_those_told_with_an_interval(
    october: sa.Engine, reader: Reader
) -> None:
    with reading(october) as session:
        tables = measure_tables(
            session, Period.read("2026-10"), Product.MANAGER, p_percent=None, known_at=None
        )
    told = {
        one.id
        for area in tables.areas.values()
        for one in area.indicators
        if one.low is not None and one.unit == Unit.RATIO
    }

    page = Page(reader(Role.ECONOMIST).get(METHODS).text).text

    assert told
    assert told <= set(WITH_WILSON)
    assert f"{', '.join(WITH_WILSON)}: đếm đủ, không lấy mẫu" in page
    assert "Theo Wilson (1927)" in page


def test_all_flags_of_downloads_are_explained(reader: Reader) -> None:
    page = Page(reader(Role.ECONOMIST).get(METHODS).text).text

    assert all(f"{flag} {words}" in page for flag, words in FLAGS.items())
