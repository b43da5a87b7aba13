"""Numbers of phones and accounts do not stay in texts that are kept."""

import pytest

from merchants.masking import without_numbers


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Điện thoại ghi “0987000333x”, cần 10 chữ số", "Điện thoại ghi “···333x”, cần 10 chữ số"),
        ("0987 000 333", "···333"),
        ("0987.000.333 / 0912-345-678", "···333 / ···678"),
        ("Số tài khoản 1234567890123", "Số tài khoản ···123"),
        ("ghi “2026-03-05”, cần như 05/03/2026", "ghi “2026-03-05”, cần như 05/03/2026"),
        ("Gian hàng A001, dòng 12345", "Gian hàng A001, dòng 12345"),
        ("", ""),
    ],
)
def test_only_numbers_of_phones_and_accounts_are_cut(text: str, kept: str) -> None:
    assert without_numbers(text) == kept
