"""Passwords and PINs at rest: argon2id, one hasher a process, made when first needed."""

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pwdlib import PasswordHash


@cache
def hasher() -> "PasswordHash":
    """Return the hasher; its parameters are the library's, and change with it."""
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(),))


def hash_secret(text: str) -> str:
    """Return the argon2id hash of a password or PIN, the same for NFC and NFD of one text."""
    return hasher().hash(_one_form(text))


def verify_secret(text: str, hashed: str) -> tuple[bool, str | None]:
    """Return whether the text is the hashed one, and a new hash when the parameters have changed."""
    is_right, newer = hasher().verify_and_update(_one_form(text), hashed)
    return is_right, newer


def verify_nobody(text: str) -> None:
    """Take as long as a verification, where there is nothing to compare with."""
    hasher().verify(_one_form(text), _nobodys_hash())


@cache
def _nobodys_hash() -> str:
    return hasher().hash("nobody")


def _one_form(text: str) -> str:
    # Keyboards write Vietnamese in either form; a lone surrogate can come through a form.
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode()
