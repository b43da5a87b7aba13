"""Passwords of staff: what is taken as one, and how one is checked."""

import secrets

from market.security.errors import PasswordRefused
from market.security.hashing import hash_secret, verify_nobody, verify_secret
from market.security.tokens import CODE_ALPHABET
from market.tables import UserAccount
from merchants.sentences import Sentence

LETTERS_MIN = 10
LETTERS_MAX = 200
_COMMON = frozenset(
    [
        "1234567890",
        "0123456789",
        "12345678910",
        "123456789a",
        "1234567891",
        "9876543210",
        "0987654321",
        "1111111111",
        "0000000000",
        "1122334455",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "qwertyuiop",
        "qwerty12345",
        "qwerty123456",
        "asdfghjkl1",
        "password12",
        "password123",
        "password1234",
        "passw0rd123",
        "adminadmin",
        "admin12345",
        "admin123456",
        "administrator",
        "iloveyou123",
        "letmein1234",
        "welcome123",
        "welcome1234",
        "matkhau123",
        "matkhau1234",
        "matkhau12345",
        "mat",
        "khau123",
        "matkhaumoi",
        "vietnam123",
        "vietnam1234",
        "vietnam2025",
        "vietnam2026",
        "anhyeuem123",
        "anhyeuem12",
        "emyeuanh123",
        "yeuemmaimai",
        "chocho4040",
        "cho40cho40",
        "chotrungtam",
        "banquanly123",
        "banquanly1",
        "banquanlycho",
        "laocai2025",
        "laocai2026",
        "yenbai2025",
        "tiepthi123",
        "nhatnhat123",
        "hoilamgi123",
    ]
)


def take_password(user: UserAccount, password: str, *, must_change: bool = False) -> None:
    """Give a user a password.

    Raises:
        PasswordRefused: it is too short, too long, common, or the user's own name.
    """
    reason = why_not(password, user.full_name)
    if reason:
        raise PasswordRefused(reason)
    user.password_hash = hash_secret(password)
    user.must_change_password = must_change


def is_password_of(user: UserAccount | None, password: str) -> bool:
    """Return whether the password is the user's; as slow where there is no user or no password.

    A hash with outdated parameters is made anew on the way.
    """
    if user is None or user.password_hash is None or len(password) > LETTERS_MAX:
        verify_nobody(password[:LETTERS_MAX])
        return False
    is_right, newer = verify_secret(password, user.password_hash)
    if is_right and newer:
        user.password_hash = newer
    return is_right


def new_one_time_password() -> str:
    """Return a password to read out once: four groups of four, without look-alikes."""
    groups = ("".join(secrets.choice(CODE_ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def why_not(password: str, full_name: str = "") -> str:
    """Return in Vietnamese why a password cannot be taken; empty = it can."""
    if len(password) < LETTERS_MIN:
        return Sentence(
            "Mật khẩu cần ít nhất {least} ký tự, mới có {n}.",
            least=LETTERS_MIN,
            n=len(password),
        )
    if len(password) > LETTERS_MAX:
        return Sentence(
            "Mật khẩu dài nhất {most} ký tự, đang có {n}.",
            most=LETTERS_MAX,
            n=len(password),
        )
    plain = password.casefold()
    squeezed = plain.replace(" ", "")
    if squeezed in _COMMON or len(set(plain)) <= 3:
        return (
            "Mật khẩu này nhiều người dùng, dễ đoán. Ghép ba, bốn từ không liên quan thì chắc hơn."
        )
    if full_name and squeezed in full_name.casefold().replace(" ", ""):
        return "Mật khẩu không được là tên mình. Ghép ba, bốn từ không liên quan thì chắc hơn."
    return ""
