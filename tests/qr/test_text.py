"""Vietnamese folded to what banks keep."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr.text import fold_to_ascii


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Bà Tư Hải Sản", "BA TU HAI SAN"),
        ("Đà Nẵng, chợ Đống Đa", "DA NANG CHO DONG DA"),
        ("đường Nguyễn Huệ", "DUONG NGUYEN HUE"),
        ("INV/TEST/0001", "INVTEST0001"),
        ("A_b-c.9", "A_B-C.9"),
        (" outer  spaces stay ", " OUTER  SPACES STAY "),
        ("北京 🍎", " "),
        ("２٣", ""),
        ("", ""),
    ],
)
def test_examples(text: str, folded: str) -> None:
    assert fold_to_ascii(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold_to_ascii(text)

    assert fold_to_ascii(once) == once


@given(st.text())
def test_what_is_left_is_what_banks_keep(text: str) -> None:
    assert re.fullmatch(r"[A-Z0-9 _\-.]*", fold_to_ascii(text))


@given(st.text())
def test_both_unicode_forms_of_a_name_fold_alike(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)

    assert fold_to_ascii(unicodedata.normalize("NFD", composed)) == fold_to_ascii(composed)
