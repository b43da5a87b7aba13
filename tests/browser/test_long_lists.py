"""A list of dozens is read on a phone by scrolling: each of its rows must stay low."""

import pytest

from market.roles import Role
from tests.browser.conftest import MARKET, PHONE, OpenPage, Site

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize(
    ("path", "px_max"),
    [("bang-ma", 160), ("nguoi-ban", 170), ("nhat-ky", 150), ("cai-dat/mat-bang", 140)],
)
def test_a_row_of_a_long_list_is_low_on_a_phone(
    shared_site: Site, people: OpenPage, path: str, px_max: int
) -> None:
    page = people(shared_site, shared_site.token_of(Role.MARKET_MANAGER), width=PHONE)
    page.goto(f"/cho/{MARKET}/{path}")

    rows = page.locator("table.cards tbody tr")
    heights = [box["height"] for row in rows.all() if (box := row.bounding_box())]

    assert len(heights) >= 10
    assert sum(heights) / len(heights) <= px_max


def test_the_form_of_a_book_keeps_its_fields_apart(shared_site: Site, people: OpenPage) -> None:
    page = people(shared_site, shared_site.token_of(Role.MARKET_MANAGER), width=PHONE)
    page.goto(f"/cho/{MARKET}/bang-ma")

    form_of_files = page.locator("#dang").bounding_box()
    ways_to_print = page.get_by_text("Cách in", exact=True).bounding_box()

    assert form_of_files is not None
    assert ways_to_print is not None
    assert ways_to_print["y"] - (form_of_files["y"] + form_of_files["height"]) >= 16
