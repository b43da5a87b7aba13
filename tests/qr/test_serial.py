"""Serials and verification codes: one wrong character is no code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from qr.errors import SerialRefused
from qr.serial import (
    CROCKFORD,
    poster_serial,
    read_poster_serial,
    verification_code,
)

market_codes = st.from_regex(r"[A-Z0-9]{1,5}", fullmatch=True)
numbers = st.integers(1, 9_999_999)


def test_a_serial_is_short_and_names_market_and_number() -> None:
    assert poster_serial("MA", 12) == "MA-00012-E"


@given(market_codes, numbers)
def test_reading_a_serial_undoes_writing(market_code: str, number: int) -> None:
    serial = poster_serial(market_code, number)

    assert len(serial) <= 16
    assert read_poster_serial(f" {serial.lower()} ") == (market_code, number)


@given(market_codes, numbers, st.data())
def test_one_wrong_character_is_no_serial(
    market_code: str, number: int, data: st.DataObject
) -> None:
    serial = poster_serial(market_code, number)
    place = data.draw(st.integers(0, len(serial) - 1))
    wrong = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"))
    changed = serial[:place] + wrong + serial[place + 1 :]

    assert changed == serial or read_poster_serial(changed) is None


@pytest.mark.parametrize(
    "text", ["", "MA-00012", "MA-00000-0", "MA-00012-Ex", "M" * 20 + "-00012-E"]
)
def test_what_is_no_serial_reads_as_none(text: str) -> None:
    assert read_poster_serial(text) is None


def test_a_number_with_a_zero_too_many_is_no_serial() -> None:
    check = mod_37_36.calc_check_digit("MA000012")

    assert read_poster_serial(f"MA-000012-{check}") is None


@pytest.mark.parametrize(
    ("market_code", "number", "message"),
    [
        ("ma", 1, "market_code: is 'ma', must be letters A-Z and digits"),
        ("M-A", 1, "is 'M-A'"),
        ("", 1, "is ''"),
        ("MA\n", 1, "is 'MA"),
        ("MA", 0, "number: is 0, must be 1 or more"),
        ("MARKET88", 100_000, "MARKET88-100000-. holds 17 characters, at most 16 fit"),
    ],
)
def test_a_serial_that_could_not_be_printed_is_refused(
    market_code: str, number: int, message: str
) -> None:
    with pytest.raises(SerialRefused, match=message):
        poster_serial(market_code, number)


def code(
    key: str = "k", market: str = "MA", stall: str = "A012", serial: str = "S", payload: str = "P"
) -> str:
    return verification_code(key, market=market, stall=stall, serial=serial, payload=payload)


def test_a_verification_code_is_the_cut_hmac_in_base_32() -> None:
    import hashlib
    import hmac

    digest = hmac.new(b"k", b"MA|A012|S|P", hashlib.sha256).digest()
    bits = f"{int.from_bytes(digest[:5], 'big'):040b}"
    body = "".join(CROCKFORD[int(bits[i : i + 5], 2)] for i in range(0, 40, 5))

    assert code()[:8] == body
    assert len(code()) == 9


@pytest.mark.parametrize(
    "other",
    [{"key": "l"}, {"market": "MB"}, {"stall": "A013"}, {"serial": "T"}, {"payload": "Q"}],
)
def test_another_key_or_part_gives_another_code(other: dict[str, str]) -> None:
    assert code(**other) != code()


@pytest.mark.parametrize("part", ["market", "stall", "serial"])
def test_parts_cannot_be_shifted_into_one_another(part: str) -> None:
    with pytest.raises(SerialRefused, match=rf"{part}: is 'A\|B', may not hold"):
        code(**{part: "A|B"})


def test_without_a_key_there_is_no_code() -> None:
    with pytest.raises(SerialRefused, match="key: is empty"):
        code(key="")
