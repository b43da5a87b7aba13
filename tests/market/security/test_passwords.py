"""Passwords: what is taken as one, and how it is kept."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from market.roles import Role
from market.security import hashing
from market.security.errors import PasswordRefused
from market.security.passwords import (
    is_password_of,
    new_one_time_password,
    take_password,
    why_not,
)
from market.tables import UserAccount
from tests.market.conftest import NOW

GOOD = "bốn chữ rất lạ"


def user(**changes: object) -> UserAccount:
    values: dict[str, object] = {
        "login_hash": "x",
        "login_sealed": "x",
        "full_name": "Hà Văn Toàn Thắng",
        "role": Role.MARKET_CLERK,
        "created_at": NOW,
        "created_by": "command",
    }
    return UserAccount(**values | changes)


def test_a_password_is_kept_as_argon2id_and_known_again() -> None:
    somebody = user()
    take_password(somebody, GOOD)

    assert somebody.password_hash is not None
    assert somebody.password_hash.startswith("$argon2id$")
    assert GOOD not in somebody.password_hash
    assert is_password_of(somebody, GOOD)
    assert not is_password_of(somebody, f"{GOOD} ")


def test_both_forms_of_vietnamese_letters_are_one_password() -> None:
    somebody = user()
    take_password(somebody, unicodedata.normalize("NFD", GOOD))

    assert is_password_of(somebody, unicodedata.normalize("NFC", GOOD))


def test_nobody_and_nothing_match_nothing() -> None:
    assert not is_password_of(None, GOOD)
    assert not is_password_of(user(), "")
    assert not is_password_of(user(), GOOD)


def test_hashes_with_outdated_parameters_are_made_anew_when_they_are_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    somebody = user()
    take_password(somebody, GOOD)
    before = somebody.password_hash
    newer = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=16, parallelism=1),))
    monkeypatch.setattr(hashing, "hasher", lambda: newer)

    assert not is_password_of(somebody, "sai rồi sai rồi")
    assert somebody.password_hash == before
    assert is_password_of(somebody, GOOD)
    assert somebody.password_hash != before
    assert "m=16,t=2" in (somebody.password_hash or "")


def test_outside_of_tests_a_guess_costs_what_the_standard_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """OWASP asks for at least 19 MiB and two passes, or 46 MiB and one (argon2id)."""
    monkeypatch.undo()
    hashing.hasher.cache_clear()

    parameters = hashing.hash_secret("x").split("$")[3]

    memory_kib, passes, _ = (int(part[2:]) for part in parameters.split(","))
    assert memory_kib >= 19 * 1024
    assert passes >= 2


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("chín ký tự"[:9], "ít nhất 10 ký tự, mới có 9"),
        ("a" * 201, "dài nhất 200 ký tự, đang có 201"),
        ("1234567890", "dễ đoán"),
        ("Mật khẩu", "ít nhất 10 ký tự"),
        ("MATKHAU123", "dễ đoán"),
        ("mat khau 123", "dễ đoán"),
        ("abababababab", "dễ đoán"),
        ("hà văn toàn", "tên mình"),
        ("HÀVĂNTOÀNTHẮNG", "tên mình"),
    ],
)
def test_what_is_not_taken_is_told_with_the_limit(password: str, told: str) -> None:
    somebody = user()

    with pytest.raises(PasswordRefused) as refusal:
        take_password(somebody, password)

    assert told in refusal.value.reason
    assert somebody.password_hash is None


@given(st.text(min_size=10, max_size=60))
def test_whatever_is_taken_is_known_again(password: str) -> None:
    somebody = user()
    if why_not(password, somebody.full_name):
        return
    take_password(somebody, password)

    assert is_password_of(somebody, password)


def test_a_one_time_password_can_be_read_out_and_taken() -> None:
    made = {new_one_time_password() for _ in range(50)}

    assert len(made) == 50
    for one in made:
        assert why_not(one) == ""
        assert not set(one) & set("01ILOU")
