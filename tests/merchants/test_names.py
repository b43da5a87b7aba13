"""Names of account holders against names in the register."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.kinds import NameMatch
from merchants.names import best_match, compare_names, name_words
from qr.text import fold_to_ascii

WORDS = [
    "Nguyễn",
    "Trần",
    "Đặng",
    "Lý",
    "Giàng",
    "Thị",
    "Văn",
    "Đức",
    "A",
    "Hương",
    "Hường",
    "Hải",
    "Dung",
    "Phúc",
    "Ước",
    "Yên",
]
names = st.lists(st.sampled_from(WORDS), min_size=2, max_size=5).map(" ".join)


@pytest.mark.parametrize(
    ("holder", "registered", "match"),
    [
        ("Nguyễn Thị Hương", "nguyễn  thị hương ", NameMatch.EXACT),
        (unicodedata.normalize("NFD", "Nguyễn Thị Hương"), "Nguyễn Thị Hương", NameMatch.EXACT),
        ("NGUYEN THI HUONG", "Nguyễn Thị Hương", NameMatch.NORMALISED),
        ("DANG VAN DUC", "Đặng Văn Đức", NameMatch.NORMALISED),
        ("HOA BINH", "Hoà Bình", NameMatch.NORMALISED),
        ("HO KINH DOANH LY A PAO", "HKD Lý A Páo", NameMatch.NORMALISED),
        ("H.K.D NGUYEN VAN A", "Nguyễn Văn A", NameMatch.PARTIAL),
        ("HKD NGUYEN THI HUONG", "Nguyễn Thị Hương", NameMatch.PARTIAL),
        ("NGUYEN HUONG", "Nguyễn Thị Hương", NameMatch.PARTIAL),
        ("NGUYEN THI THU HUONG", "Nguyễn Thị Hương", NameMatch.PARTIAL),
        ("TRAN THI HUONG", "Nguyễn Thị Hương", NameMatch.MISMATCH),
        ("NGUYEN THI HUE", "Nguyễn Thị Hương", NameMatch.MISMATCH),
        ("NGUYEN THI", "Nguyễn Thị Hương", NameMatch.MISMATCH),
        ("HUONG NGUYEN THI", "Nguyễn Thị Hương", NameMatch.MISMATCH),
        ("HUONG", "Nguyễn Thị Hương", NameMatch.MISMATCH),
        ("HUONG", "Hương", NameMatch.NORMALISED),
        ("", "Nguyễn Thị Hương", NameMatch.MISMATCH),
        ("", "", NameMatch.MISMATCH),
        ("...", "...", NameMatch.MISMATCH),
    ],
)
def test_how_two_names_compare(holder: str, registered: str, match: NameMatch) -> None:
    assert compare_names(holder, registered) is match


def test_the_same_given_name_alone_is_a_stranger() -> None:
    # A forged code at a stall in Thái Nguyên carried the seller's own given name.
    assert compare_names("PHAM VAN HUONG", "Nguyễn Thị Hương") is NameMatch.MISMATCH


@given(names, names)
def test_it_does_not_matter_which_name_comes_first(one: str, other: str) -> None:
    assert compare_names(one, other) is compare_names(other, one)


@given(names)
def test_a_name_is_exactly_itself_in_any_case_and_form(name: str) -> None:
    other = unicodedata.normalize("NFD", name).upper()

    assert compare_names(name, f" {other}  ") is NameMatch.EXACT


@given(names)
def test_what_a_bank_keeps_of_a_name_still_matches(name: str) -> None:
    kept = fold_to_ascii(name)

    assert compare_names(kept, name) in {NameMatch.EXACT, NameMatch.NORMALISED}


@given(names, st.sampled_from(["Quyết", "Cảnh"]))
def test_another_given_name_never_matches(name: str, given_name: str) -> None:
    other = " ".join([*name.split()[:-1], given_name])

    assert compare_names(other, name) is NameMatch.MISMATCH


@given(st.lists(st.sampled_from(WORDS), min_size=3, max_size=5))
def test_a_missing_middle_word_is_partial(words: list[str]) -> None:
    shorter = " ".join([words[0], *words[2:]])

    match = compare_names(shorter, " ".join(words))

    assert match is NameMatch.PARTIAL


def test_the_best_of_several_registered_names_counts() -> None:
    registered = ["Nguyễn Thị Hương", "Hộ kinh doanh Hương Rau Sạch"]

    assert best_match("HKD HUONG RAU SACH", registered) is NameMatch.NORMALISED
    assert best_match("NGUYEN HUONG", registered) is NameMatch.PARTIAL
    assert best_match("TRAN VAN B", registered) is NameMatch.MISMATCH
    assert best_match("TRAN VAN B", []) is NameMatch.MISMATCH


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_compared_without_a_crash(one: str, other: str) -> None:
    assert compare_names(one, other) is compare_names(other, one)


def test_words_are_split_at_punctuation() -> None:
    assert name_words("Nguyễn Văn A/B (H'Mông)") == ("NGUYEN", "VAN", "A", "B", "H", "MONG")
