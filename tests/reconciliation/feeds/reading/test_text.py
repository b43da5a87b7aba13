"""Which bytes are text, in which encoding, and which are refused by name."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.reading.text import clean, decode, fold, refuse_markup
from tests.feed_samples import refusal_of

NAMED_REASONS = {
    "empty",
    "encrypted",
    "unsupported_format",
    "encoding",
    "control_character",
    None,
}
TEXT = "Số tiền ghi nợ, Đặng Thị Ngọc\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (unicodedata.normalize("NFD", TEXT).encode(), "utf-8"),
    ],
)
def test_every_legal_encoding_gives_the_same_composed_text(content: bytes, encoding: str) -> None:
    assert decode(content) == (TEXT, encoding)


def test_cp1258_decodes_to_loose_tone_marks_and_is_composed() -> None:
    content = "Sô\u0301 tiê\u0300n ghi nơ\u0323".encode("cp1258")

    assert decode(content) == ("Số tiền ghi nợ", "cp1258")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\xff\xfe", "empty"),
        (" \r\n\t\u00a0".encode(), "empty"),
        (b"\xef\xbb\xbfabc\xff", "encoding"),
        (b"\xff\xfea\x00b", "encoding"),
        (b"caf\xd2\xd2 \xff\xfe\x81", "encoding"),
        (b"a,b\x00c", "control_character"),
        (b"a,b\x1bc", "control_character"),
        (TEXT.encode("utf-16-le"), "control_character"),
        (b"%PDF-1.7\n", "unsupported_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "unsupported_format"),
        (b"\x1f\x8b\x08rest", "unsupported_format"),
        (b"-----BEGIN PGP MESSAGE-----\n", "encrypted"),
        (b"\x85\x01\x0c\x03\x12\x34\x56", "encrypted"),
        (b"\xc1\xc0\x4c\x03\x12\x34\x56", "encrypted"),
    ],
)
def test_bytes_that_are_no_text_are_refused_by_name(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        decode(content)

    assert refusal.value.reason == reason


def test_a_text_that_starts_with_an_accented_letter_is_no_openpgp_packet() -> None:
    assert decode("Ånh ghi nợ".encode())[1] == "utf-8"
    assert decode("Ânh, ghi".encode("cp1258"))[1] == "cp1258"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html><table>", "unsupported_format"),
        ("\n <!DOCTYPE html><html>", "unsupported_format"),
        ("<?xml version='1.0'?><Document/>", "unsupported_format"),
        ("<?xml version='1.0'?><!DOCTYPE d [<!ENTITY a 'b'>]>", "xml_dtd"),
    ],
)
def test_markup_is_no_table(text: str, reason: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        refuse_markup(text)

    assert refusal.value.reason == reason


def test_fold_strips_every_accent_and_collapses_white_space() -> None:
    assert fold("  Tổng  cộng\u00a0Đặng ") == "TONG CONG DANG"


def test_clean_keeps_accents_and_gives_nothing_for_nothing() -> None:
    assert clean(" Phi\u0301  qua\u0309n\n ly\u0301 ") == "Phí quản lý"
    assert clean(" \t\n") is None


@given(st.binary(max_size=400))
def test_decode_gives_a_text_or_a_named_refusal(content: bytes) -> None:
    reason = refusal_of(decode, content)

    assert reason in NAMED_REASONS
    assert reason is not None or unicodedata.is_normalized("NFC", decode(content)[0])


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80))
def test_utf8_text_comes_back_composed(text: str) -> None:
    content = ("x" + text).encode()

    assert decode(content) == (unicodedata.normalize("NFC", "x" + text), "utf-8")
