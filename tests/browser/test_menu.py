"""The menu at a desk: as many items as somebody has, on one line, with nothing run over."""

import pytest

from market.roles import Role
from tests.browser.conftest import DESK, MARKET, OpenPage, Site

pytestmark = pytest.mark.xdist_group("browser")

_LINES = """() => [...document.querySelectorAll('.nav a span')].map(
  e => Math.round(e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight)))"""
_TOPS = "() => [...document.querySelectorAll('.nav a')].map(e => e.getBoundingClientRect().top)"
_OVERLAPS = """() => [...document.querySelectorAll('.top-in > *')]
  .map(e => e.getBoundingClientRect())
  .some((box, n, all) => n > 0 && box.left < all[n - 1].right - 0.5)"""


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
