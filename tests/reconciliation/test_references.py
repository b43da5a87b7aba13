"""Vendor codes are found in what banks leave of a remark; what is the payer's does not stay."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from merchants.vendor_code import ALPHABET, LENGTH, read_vendor_code, write_vendor_code
from reconciliation.references import (
    REMOVED,
    find_vendor_codes,
    payout_origin,
    without_payer,
)

CODE = write_vendor_code(17)
OTHER = write_vendor_code(4711)
numbers = st.integers(min_value=1, max_value=10**6)


@pytest.mark.parametrize(
    "memo",
    [
        CODE,
        CODE.lower(),
        f"{CODE} tien rau",
        f"MBVCB.4525077405.029552.{CODE}.CT tu 0351000646393 NGUYEN VAN A toi 1018795282 TRAN THI BA",
        f"MBVCB.4125261053.047334.{CODE[:4]} {CODE[4:]}.CT tu 9000006789 N GUYEN VAN A",
        f"ACB;123456789;{CODE}",
        f"311447.110821.213735.15330734312-0353123456-{CODE}",
        f"chuyển tiền {CODE} cảm ơn",
        " ".join(CODE),
        "-".join(CODE),
        f"{CODE}GD 261120-14:02:37",
        f"C{CODE}",
        f"{CODE} va {CODE}",
    ],
)
def test_a_code_is_found_in_a_mangled_remark(memo: str) -> None:
    assert find_vendor_codes(memo) == [CODE]


@given(number=numbers, place=st.integers(2, LENGTH - 1), letter=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_no_code(number: int, place: int, letter: str) -> None:
    code = write_vendor_code(number)
    wrong = code[:place] + letter + code[place + 1 :]

    assert find_vendor_codes(wrong) == ([code] if letter == code[place] else [])


@given(number=numbers, length=st.integers(0, LENGTH - 1))
def test_a_part_of_a_code_is_no_code(number: int, length: int) -> None:
    assert find_vendor_codes(write_vendor_code(number)[:length]) == []


def test_a_code_cut_out_of_a_phone_number_does_not_exist() -> None:
    assert find_vendor_codes("0912345678 don hang 225959") == []


def test_two_codes_are_both_told() -> None:
    assert find_vendor_codes(f"{OTHER} {CODE} {OTHER}") == [OTHER, CODE]


@given(memo=st.text())
def test_whatever_is_found_is_a_valid_code(memo: str) -> None:
    assert all(read_vendor_code(code) for code in find_vendor_codes(memo))


@pytest.mark.parametrize("memo", [None, "", "   ", "…"])
def test_no_text_holds_no_code(memo: str | None) -> None:
    assert find_vendor_codes(memo) == []


@pytest.mark.parametrize(
    ("memo", "kept"),
    [
        (
            "MBVCB.4525077405.029552.CHOHANA12.CT tu 0351000646393 NGUYEN VAN A toi 1018795282 TRAN THI BA",
            "MBVCB.4525077405.029552.CHOHANA12…",
        ),
        ("CT từ 0351000646393 NGUYỄN VĂN TÀI tới 1018795282 TRẦN THỊ BA", "…"),
        ("IBFT tu 19031234567 LE VAN B tien ca", "IBFT…"),
        ("tien rau tu TK 19031234567 LE VAN B", "tien rau…"),
        ("tien rau tu STK: 1903****567 LE VAN B", "tien rau…"),
        (f"ACB;123456789;{CODE}", f"ACB;…;{CODE}"),
        (
            "311447.110821.213735.15330734312-0353123456-tien ca",
            "311447.110821.213735.15330734312-…-tien ca",
        ),
        ("+84353123456 mua rau", "… mua rau"),
        ("NGUYEN VAN A chuyen tien", "… chuyen tien"),
        ("Nguyễn Văn A chuyển tiền mua rau", "… chuyển tiền mua rau"),
        (f"{CODE} TRAN THI BA chuyen khoan", f"{CODE}… chuyen khoan"),
        ("tien rau", "tien rau"),
        ("Phí quản lý tài khoản tháng 11/2026", "Phí quản lý tài khoản tháng 11/2026"),
        ("MOMO TT DOI SOAT 20112026 MOMOFAKE2026", "MOMO TT DOI SOAT 20112026 MOMOFAKE2026"),
        ("IBFT CHOHANA12 tien ca 225959", "IBFT CHOHANA12 tien ca 225959"),
        ("", ""),
        (None, None),
    ],
)
def test_name_account_and_phone_of_the_payer_go(memo: str | None, kept: str | None) -> None:
    assert without_payer(memo) == kept


def test_a_code_between_the_payers_words_is_kept() -> None:
    kept = without_payer(f"IBFT tu 19031234567 LE VAN B {CODE} mua rau")

    assert kept == f"IBFT… {CODE}"


payers = st.sampled_from(
    [
        "CT tu 0351000646393 NGUYEN VAN A toi 1018795282 TRAN THI BA",
        "tu 19031234567 LE B",
        "NGUYEN VAN A chuyen tien",
        "ACB;123456789;",
        "-0353123456-",
    ]
)
words = st.text(st.characters(codec="utf-8", exclude_characters=REMOVED), max_size=20)


@given(parts=st.lists(st.one_of(payers, words, numbers.map(write_vendor_code)), max_size=6))
@example(parts=["CC2", "-0353123456-", "2222KY"])
def test_taking_the_payer_out_neither_loses_nor_makes_a_code(parts: list[str]) -> None:
    memo = " ".join(parts)

    assert set(find_vendor_codes(without_payer(memo))) == set(find_vendor_codes(memo))


@given(parts=st.lists(st.one_of(payers, words), max_size=6))
def test_taking_the_payer_out_twice_changes_nothing(parts: list[str]) -> None:
    once = without_payer(" ".join(parts))

    assert without_payer(once) == once


@pytest.mark.parametrize(
    ("memo", "origin"),
    [
        ("MOMO TT DOI SOAT 20112026 MOMOFAKE2026", "momo"),
        ("doi soat momo 20.11", "momo"),
        ("MOMOFAKE2026 DOI SOAT", None),
        ("DOI SOAT 20112026", None),
        ("", None),
        (None, None),
    ],
)
def test_a_payout_is_from_the_ledger_its_remark_names(memo: str | None, origin: str | None) -> None:
    assert payout_origin(memo) == origin
