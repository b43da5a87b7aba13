"""The two first screens tell the same, and what they tell is there."""

import re
from pathlib import Path

import pytest

from market.demo.people import PAPER
from market.roles import Role

ROOT = Path(__file__).parents[1]
BOTH = ("README.md", "README.vi.md")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands(text: str) -> list[str]:
    """Return the commands of the shown blocks, without what is said about them."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line.partition(" #")[0].rstrip() for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("name", BOTH)
def test_a_first_screen_tells_how_to_come_in(name: str) -> None:
    text = read(name)

    assert f"out/{PAPER}" in text
    for role in Role:
        assert f"`{role.value}`" in text
    for words in ("make demo", "/dang-nhap", "?lang=en", "/api/v1"):
        assert words in text


def test_both_languages_show_the_same_commands_links_and_pictures() -> None:
    english, vietnamese = (read(name) for name in BOTH)

    assert commands(english) == commands(vietnamese)
    links = re.compile(r'\]\(([^)]+)\)|src="([^"]+)"')
    other = {"README.md", "README.vi.md"}
    told = [
        [link for pair in links.findall(text) for link in pair if link and link not in other]
        for text in (english, vietnamese)
    ]
    assert told[0] == told[1]
    assert all((ROOT / link).exists() for link in told[0])
    assert english.count("\n|") == vietnamese.count("\n|")
