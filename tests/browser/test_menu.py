"""The menu at a desk: as many items as somebody has, on one line, with nothing run over."""

import pytest

from market.roles import Role
from tests.browser.conftest import DESK, MARKET, PHONE, OpenPage, Site

pytestmark = pytest.mark.xdist_group("browser")

_LINES = """() => [...document.querySelectorAll('.nav a span')].map(
  e => Math.round(e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight)))"""
_TOPS = "() => [...document.querySelectorAll('.nav a')].map(e => e.getBoundingClientRect().top)"
_OVERLAPS = """() => [...document.querySelectorAll('.top-in > *')]
  .map(e => e.getBoundingClientRect())
  .some((box, n, all) => n > 0 && box.left < all[n - 1].right - 0.5)"""
_SIDES = """() => [...document.querySelectorAll('.nav a span')]
  .map(e => [e.textContent, e.getBoundingClientRect(), e.closest('a').getBoundingClientRect()])
  .filter(([_, text, item]) => text.left < item.left - 0.5 || text.right > item.right + 0.5
    || item.left < 0 || item.right > innerWidth)
  .map(([name]) => name)"""
_LIES_UNDER_THE_BAR = """() => {
  scrollTo(0, document.body.scrollHeight)
  return document.querySelector('.foot').getBoundingClientRect().bottom
    > document.querySelector('.nav').getBoundingClientRect().top + 0.5
}"""


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("role", "path", "items"),
    [
        (Role.ADMIN, "/cho", 9),
        (Role.ECONOMIST, "/muc-do-dung", 7),
        (Role.MARKET_MANAGER, f"/cho/{MARKET}/tong-quan", 6),
    ],
)
def test_the_menu_stands_on_one_line(
    shared_site: Site, people: OpenPage, role: Role, path: str, items: int, lang: str
) -> None:
    token = shared_site.token_of(role, full_name="Nguyễn Thị Hồng Nhung")
    page = people(shared_site, token, width=DESK)

    page.goto(f"{path}?lang={lang}")

    assert page.evaluate(_LINES) == [1] * items
    assert len(set(page.evaluate(_TOPS))) == 1
    assert not page.evaluate(_OVERLAPS)
    assert page.evaluate("document.scrollingElement.scrollWidth") == DESK


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_item_is_whole_on_a_phone(shared_site: Site, people: OpenPage, lang: str) -> None:
    token = shared_site.token_of(Role.ADMIN, full_name="Nguyễn Thị Hồng Nhung")
    page = people(shared_site, token, width=PHONE)

    page.goto(f"/cho?lang={lang}")

    assert page.evaluate(_SIDES) == []
    # The page ends above the bar, however high it is.
    assert page.evaluate(_LIES_UNDER_THE_BAR) is False
