"""Vietnamese order of names and text for search."""

import unicodedata
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from merchants.kinds import VendorState
from merchants.sort_names import search_text, sort_key
from merchants.tables import Vendor
from tests import factories

# Written out by hand, independent of how the module takes letters apart.
ALPHABET = [
    "a",
    "ă",
    "â",
    "b",
    "c",
    "d",
    "đ",
    "e",
    "ê",
    "f",
    "g",
    "h",
    "i",
    "j",
    "k",
    "l",
    "m",
    "n",
]
ALPHABET += ["o", "ô", "ơ", "p", "q", "r", "s", "t", "u", "ư", "v", "w", "x", "y", "z"]
TONED = {
    "a": "aàảãáạ",
    "ă": "ăằẳẵắặ",
    "â": "âầẩẫấậ",
    "e": "eèẻẽéẹ",
    "ê": "êềểễếệ",
    "i": "iìỉĩíị",
    "o": "oòỏõóọ",
    "ô": "ôồổỗốộ",
    "ơ": "ơờởỡớợ",
    "u": "uùủũúụ",
    "ư": "ưừửữứự",
    "y": "yỳỷỹýỵ",
}
LETTERS = [each for letter in ALPHABET for each in TONED.get(letter, letter)]

WORDS = st.text(alphabet=LETTERS, min_size=1, max_size=6)
NAMES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


def naive(name: str) -> list[tuple[list[int], int]]:
    """The order by look-up tables: given name first; a word's letters, then its tone."""

    def of_word(word: str) -> tuple[list[int], int]:
        letters, tone = [], 0
        for each in word:
            plain = next((a for a, row in TONED.items() if each in row), each)
            letters.append(ALPHABET.index(plain))
            tone = max(tone, TONED.get(plain, plain).index(each))
        return letters, tone

    words = name.split()
    return [of_word(word) for word in [words[-1], *words[:-1]]]


@given(NAMES, NAMES)
def test_key_orders_as_the_naive_reference_does(left: str, right: str) -> None:
    """Smaller, equal and greater agree with the tables written out by hand."""
    assert (sort_key(left) < sort_key(right)) == (naive(left) < naive(right))
    assert (sort_key(left) == sort_key(right)) == (naive(left) == naive(right))


@given(st.text(max_size=80))
def test_key_does_not_depend_on_normal_form_or_case(name: str) -> None:
    """NFC and NFD of whatever text have one key, which fits its column and is digits alone."""
    keys = {sort_key(unicodedata.normalize(form, name)) for form in ("NFC", "NFD")}
    assert len(keys) == 1
    assert all((key.isdecimal() and key.isascii()) or key == "" for key in keys)
    assert all(len(key) <= 400 for key in keys)


@given(NAMES)
def test_key_and_search_text_see_no_case(name: str) -> None:
    """Upper case is the same name."""
    assert sort_key(name.upper()) == sort_key(name)
    assert search_text(name.upper()) == search_text(name)


def test_letters_go_round_the_alphabet() -> None:
    """One word of each letter, each tone, in the order of a dictionary."""
    assert sorted(LETTERS, key=sort_key) == LETTERS


@pytest.mark.parametrize(
    "names",
    [
        ["Trần Thị An", "Nguyễn Văn Ân", "Lê Văn Ba"],
        ["Trần Văn Dũng", "Nguyễn Văn Đạt", "Bùi Thị Em"],
        ["Vũ Thị Hoa", "An Văn Hòa", "An Văn Hỏa", "An Văn Hoá", "An Văn Họa"],
        ["An", "Lê An", "Lê Thị An", "Lê Văn An", "Nguyễn An"],
        ["Trần Thị Lan", "Nguyễn Thị Lan Anh Minh", "Hoàng Thị Oanh", "Hoàng Thị Ơn"],
        ["Nguyễn Thị Hương", "Nguyễn Thị Hường"],
        ["H'Hen Niê", "Nguyễn Nữ", "Y-Moan Êban Oanh"],
    ],
)
def test_names_stand_in_the_order_of_a_market_list(names: list[str]) -> None:
    """Given name, then the rest from the left; the tone decides only between equal letters."""
    assert sorted(set(names), key=sort_key) == names


def test_place_of_the_tone_mark_makes_no_other_name() -> None:
    """Both spellings of the tone's place are the same name."""
    assert sort_key("Nguyễn Thị Hoà") == sort_key("nguyễn thị hòa")
    assert sort_key("  Nguyễn   Thị Hoà ") == sort_key("Nguyễn Thị Hòa")
    assert sort_key("") == sort_key(" - ") == ""


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (("Đỗ Thị Hường", "", "Hộ kinh doanh Đỗ Hường"), "do thi huong ho kinh doanh do huong"),
        (("  NGUYỄN   Văn Ước ",), "nguyen van uoc"),
        (("H'Hen Niê",), "h'hen nie"),
        ((), ""),
    ],
)
def test_search_text_has_no_marks(names: tuple[str, ...], text: str) -> None:
    """đ is d, empty names leave no gap."""
    assert search_text(*names) == text


@given(st.lists(st.text(max_size=120), max_size=3))
def test_search_text_is_its_own_search_text(names: list[str]) -> None:
    """What was typed without marks finds what is kept without marks."""
    text = search_text(*names)
    assert len(text) <= 300
    assert text == search_text(unicodedata.normalize("NFD", " ".join(names)))


def test_both_databases_order_by_the_key_alike(engine: sa.Engine) -> None:
    """The database's own order of ``sort_name`` is the Vietnamese one, whatever its collation."""
    names = ["Lê Văn Ba", "Nguyễn Văn Ân", "Trần Thị An", "Bùi Thị Ơn", "Vũ Thị Ô", "An Văn Đỏ"]
    names += [
        "Nguyễn Thị Hương",
        "Nguyễn Thị Hường",
        "An Thị Hương",
        "Mai Thị Dỏ",
        "Nguyễn 2",
        "An",
    ]
    with Session(engine) as session:
        session.add(factories.market())
        session.flush()
        session.add_all(
            factories.vendor(
                full_name=name,
                sort_name=sort_key(name),
                state=VendorState.LISTED,
                registered_at=datetime(2026, 8, 1, tzinfo=UTC),
            )
            for name in names
        )
        session.flush()
        stored = session.exec(select(Vendor.full_name).order_by(col(Vendor.sort_name)))
        assert list(stored) == sorted(names, key=sort_key)
