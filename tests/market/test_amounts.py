"""Amounts as people type and read them: thousands by default, always echoed in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.i18n import vnd_words
from market.pages.amounts import NOT_TOLD, UNCLEAR, read_amount
from qr.payload import AMOUNT_VND_MAX


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("85", 85_000),
        ("85.000", 85_000),
        ("85,000", 85_000),
        ("85 000", 85_000),
        ("85000", 85_000),
        ("85k", 85_000),
        (" 85 nghìn ", 85_000),
        ("85.000 ₫", 85_000),
        ("500 đ", 500),
        ("999", 999_000),
        ("1000", 1_000),
        ("1.000", 1_000),
        ("1.250.000", 1_250_000),
        ("1.250k", 1_250_000),
        ("007", 7_000),
        ("499999999", AMOUNT_VND_MAX),
    ],
)
def test_below_a_thousand_an_amount_counts_thousands(typed: str, amount: int) -> None:
    assert read_amount(typed).amount_vnd == amount


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", NOT_TOLD),
        ("   ", NOT_TOLD),
        ("0", NOT_TOLD),
        ("0.000", NOT_TOLD),
        ("-5", UNCLEAR),
        ("85,5", UNCLEAR),
        ("8.5", UNCLEAR),
        ("tám lăm", UNCLEAR),
        ("٨٥", UNCLEAR),
        ("²", UNCLEAR),
        ("1e5", UNCLEAR),
        ("85<script>", UNCLEAR),
    ],
)
def test_what_is_no_amount_is_told_and_not_guessed(typed: str, fault: str) -> None:
    reading = read_amount(typed)

    assert reading.amount_vnd is None
    assert reading.fault == fault


@pytest.mark.parametrize("typed", ["500.000.000", "500000k", "999999999999"])
def test_more_than_one_transfer_moves_is_refused(typed: str) -> None:
    assert "499.999.999" in read_amount(typed).fault


@given(st.integers(1000, AMOUNT_VND_MAX))
def test_an_amount_written_out_is_read_as_it_is(amount: int) -> None:
    dotted = f"{amount:,}".replace(",", ".")

    assert read_amount(dotted).amount_vnd == amount
    assert read_amount(str(amount)).amount_vnd == amount


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (85_000, "Tám mươi lăm nghìn đồng"),
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (101, "Một trăm lẻ một đồng"),
        (110, "Một trăm mười đồng"),
        (1_000, "Một nghìn đồng"),
        (1_005_000, "Một triệu không trăm lẻ năm nghìn đồng"),
        (1_250_000, "Một triệu hai trăm năm mươi nghìn đồng"),
        (2_000_000_015, "Hai tỷ không trăm mười lăm đồng"),
        (10_000, "Mười nghìn đồng"),
        (111_000, "Một trăm mười một nghìn đồng"),
        (9_999, "Chín nghìn chín trăm chín mươi chín đồng"),
    ],
)  # fmt: skip
def test_amounts_are_written_in_words(amount: int, words: str) -> None:
    assert vnd_words(amount) == words


_DIGITS = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "lăm": 5, "sáu": 6,
    "bảy": 7, "tám": 8, "chín": 9,
}  # fmt: skip


def _read_words(text: str) -> int:
    """Read words back, word by word, as somebody would say them aloud."""
    total, group, digit = 0, 0, 0
    for word in text.lower().removesuffix(" đồng").split():
        if word in _DIGITS:
            digit = _DIGITS[word]
        elif word == "trăm":
            group, digit = group + digit * 100, 0
        elif word == "mươi":
            group, digit = group + digit * 10, 0
        elif word == "mười":
            group += 10
        elif word in {"nghìn", "triệu", "tỷ"}:
            scale = {"nghìn": 10**3, "triệu": 10**6, "tỷ": 10**9}[word]
            total, group, digit = total + (group + digit) * scale, 0, 0
    return total + group + digit


@given(st.integers(0, 10**12 - 1))
def test_words_read_back_as_the_amount(amount: int) -> None:
    assert _read_words(vnd_words(amount)) == amount


def test_less_than_nothing_has_no_words() -> None:
    with pytest.raises(ValueError, match="-1 đồng"):
        vnd_words(-1)
