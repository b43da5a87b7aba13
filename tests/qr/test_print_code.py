"""The code that is only printed: made under the key of its day, typed by people in a hurry."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr.errors import SerialRefused
from qr.print_code import PrintedOn, PrintKeys, TypedCode, check_typed_code, key_on
from qr.serial import CROCKFORD, verification_code
from tests.qr.payloads import payload

ISSUED = date(2026, 11, 20)
POSTER = PrintedOn(
    market="MA", stall="A002", serial="MA-00012-E", payload=payload(), issued_on=ISSUED
)
PRINTED = "K0KDEFFB1"


def printed(key: str = "k", **changes: object) -> str:
    told = {"market": "MA", "stall": "A002", "serial": "MA-00012-E", "payload": payload()}
    return verification_code(key, **told | changes)


# --- known answers: `openssl dgst -sha256 -hmac`, its first 40 bits, ISO/IEC 7064 MOD 33,32 ---


@pytest.mark.parametrize(
    ("key", "market", "stall", "serial", "payload", "code"),
    [
        ("k", "MA", "A012", "S", "P", "PK6TDSDE9"),
        ("k", "MA", "A012", "MA-00012-E", "00020101", "CSFZBDA0N"),
        ("một khoá", "LG", "B/7", "LG-00001-6", "mã", "PP7EXEVQZ"),
    ],
)
def test_known_answers(
    key: str, market: str, stall: str, serial: str, payload: str, code: str
) -> None:
    made = verification_code(key, market=market, stall=stall, serial=serial, payload=payload)

    assert made == code


# --- what people type ---


@pytest.mark.parametrize(
    "typed",
    [
        "K0KDEFFB1",
        "k0kdeffb1",
        "K0KD-EFFB-1",
        " k0kd effb1 ",
        "KOKDEFFBI",
        "kokdeffbl",
        "K0K.DEF.FB1",
    ],
)
def test_a_code_is_right_however_it_is_typed(typed: str) -> None:
    assert check_typed_code("k", typed, POSTER) is TypedCode.OURS


@pytest.mark.parametrize("typed", ["", "K0KDEFFB", "K0KDEFFB19", "K0KDEFFBU", "K0KDEFF★9", "\0"])
def test_what_is_no_code_is_unreadable(typed: str) -> None:
    assert check_typed_code("k", typed, POSTER) is TypedCode.UNREADABLE


@given(st.integers(0, 8), st.sampled_from(CROCKFORD))
def test_one_wrong_character_is_told_apart_from_a_forgery(place: int, wrong: str) -> None:
    typed = PRINTED[:place] + wrong + PRINTED[place + 1 :]

    expected = TypedCode.OURS if typed == PRINTED else TypedCode.MISTYPED
    assert check_typed_code("k", typed, POSTER) is expected


@pytest.mark.parametrize(
    "forged", [printed("another key"), printed(stall="A013"), printed(payload="another")]
)
def test_a_whole_code_of_something_else_is_not_ours(forged: str) -> None:
    assert check_typed_code("k", forged, POSTER) is TypedCode.NOT_OURS


def test_no_code_is_right_for_a_serial_nobody_issued() -> None:
    assert check_typed_code("k", PRINTED, None) is TypedCode.NOT_OURS


@given(st.text(max_size=20))
def test_whatever_is_typed_has_an_answer(typed: str) -> None:
    assert check_typed_code("k", typed, POSTER) in TypedCode


# --- keys by date ---

KEYS = PrintKeys({date(2026, 1, 1): "k", date(2027, 1, 1): "new"})


def test_a_new_key_changes_no_code_that_hangs() -> None:
    assert check_typed_code(KEYS, PRINTED, POSTER) is TypedCode.OURS
    assert check_typed_code(KEYS, printed("new"), POSTER) is TypedCode.NOT_OURS


def test_an_old_key_makes_no_code_for_a_new_poster() -> None:
    later = PrintedOn(
        market="MA", stall="A002", serial="MA-00012-E", payload=payload(),
        issued_on=date(2027, 1, 1),
    )  # fmt: skip

    assert check_typed_code(KEYS, printed("new"), later) is TypedCode.OURS
    assert check_typed_code(KEYS, PRINTED, later) is TypedCode.NOT_OURS


@given(st.integers(0, 800))
def test_each_day_has_the_key_that_began_last(days: int) -> None:
    on = date(2025, 12, 1) + timedelta(days=days)

    assert key_on(KEYS, on) == ("new" if on >= date(2027, 1, 1) else "k")
    assert key_on("only", on) == "only"


@pytest.mark.parametrize("keys", [{}, {date(2026, 1, 1): ""}])
def test_without_a_key_there_are_no_codes(keys: dict[date, str]) -> None:
    with pytest.raises(SerialRefused, match="key: is empty"):
        PrintKeys(keys)


def test_keys_are_not_shown() -> None:
    assert "new" not in repr(KEYS)
