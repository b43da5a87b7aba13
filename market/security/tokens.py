"""Secrets that are handed out once: made here, kept only as their SHA-256."""

import hashlib
import secrets

TOKEN_BYTES = 32
API_PREFIX = "cho40_"
"""Begins every API token, so that scanners of leaked secrets can tell what they found."""
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LETTERS = 10


def new_token() -> str:
    """Return 32 random bytes as URL-safe text."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_api_token() -> str:
    """Return a new API token."""
    return API_PREFIX + new_token()


def new_code() -> str:
    """Return a code a person can read aloud: ten letters and digits without look-alikes."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LETTERS))


def sha256_of(token: str) -> str:
    """Return what stands in the database for a token; the token itself has no other trace.

    A fast digest is enough: the token is random, not chosen by a person.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
