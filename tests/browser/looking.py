"""What every page must bear: no barrier, nothing wider than the screen, nothing too small to hit."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAP_PX_MIN = 44
_AXE = Axe()

# Links inside a sentence may be as high as their line (WCAG 2.5.8); everything else is a target.
_TOO_SMALL = """least => [...document.querySelectorAll(
    'button, input:not([type=hidden]), select, textarea, summary, .btn, nav a')]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest('.vh, .skip'))
  .map(e => e.matches('input[type=checkbox], input[type=radio]') ? (e.closest('label') || e) : e)
  .map(e => ({e, box: e.getBoundingClientRect()}))
  .filter(({box}) => box.width > 1 && box.height > 1 && box.height < least - 0.5)
  .map(({e, box}) => `${e.tagName} ${e.className} ${(e.innerText || e.name || '').slice(0, 40)} ${box.height}px`)
"""
_TOO_WIDE = """() => {
  const screen = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= screen) return [];
  return [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > screen + 1)
    .map(e => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}px`)
    .slice(0, 5);
}"""
_TOO_FINE = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  .filter(e => !e.closest('svg, .vh') && parseFloat(getComputedStyle(e).fontSize) < 12)
  .map(e => `${e.tagName}.${e.className} ${getComputedStyle(e).fontSize}`)
  .slice(0, 5)"""


def faults_of(page: Page, *, taps: bool = True) -> list[str]:
    """Return everything wrong with the page as it stands, one line each.

    Pages run no script but files of ours; axe-core itself needs a browser that runs some.
    """
    assert not page.evaluate("matchMedia('(scripting: none)').matches"), "axe would wait for ever"
    found = [f"axe {_told(one)}" for one in _AXE.run(page).response["violations"]]
    found += [f"wider than the screen: {told}" for told in page.evaluate(_TOO_WIDE)]
    found += [f"text under 12 px: {told}" for told in page.evaluate(_TOO_FINE)]
    if taps:
        found += [f"hard to hit: {told}" for told in page.evaluate(_TOO_SMALL, TAP_PX_MIN)]
    if page.evaluate("document.querySelectorAll(`script:not([src^='/static/']), [style]`).length"):
        found.append("holds a script that is no file of ours, or an inline style")
    return found


def _told(violation: dict[str, Any]) -> str:
    nodes = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
    return f"{violation['id']}: {violation['help']} ({nodes})"
