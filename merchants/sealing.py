"""Seal account numbers and phones at rest, and fingerprint them for look-up."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from merchants.errors import MerchantsError


class SealBroken(MerchantsError):
    """A sealed value was made with a key that is not among the given ones."""

    def __init__(self) -> None:
        super().__init__("a sealed value cannot be opened with the configured keys")


@dataclass(frozen=True)
class Sealer:
    """Seal, open and fingerprint short texts.

    Args:
        secret_keys: newest first; the first seals, all open. The fingerprint key is ``hash_key``,
            apart from them, so that sealing keys can rotate while look-up keeps working.
    """

    secret_keys: tuple[str, ...] = field(repr=False)
    hash_key: str = field(repr=False)

    def seal(self, text: str) -> str:
        """Return ``text`` encrypted and authenticated; two calls give two different values."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """Return the text that was sealed; raise ``SealBroken`` when no key fits."""
        try:
            return self._fernet.decrypt(sealed.encode("ascii")).decode()
        except InvalidToken:
            raise SealBroken from None

    def seal_bytes(self, content: bytes) -> bytes:
        """Return ``content`` encrypted and authenticated, as bytes of ASCII."""
        return self._fernet.encrypt(content)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Return the bytes that were sealed; raise ``SealBroken`` when no key fits."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise SealBroken from None

    def key_of(self, sealed: str | bytes) -> int | None:
        """Return which key opens a sealed value, 0 the newest; ``None`` = none of them."""
        token = sealed.encode("ascii") if isinstance(sealed, str) else sealed
        for place, one in enumerate(self._each):
            try:
                one.decrypt(token)
            except InvalidToken:
                continue
            return place
        return None

    @property
    def key_names(self) -> tuple[str, ...]:
        """Return a short public name for each key, so that people can tell them apart."""
        return tuple(
            hmac.digest(key.encode(), b"cho40 key name", "sha256").hex()[:8]
            for key in self.secret_keys
        )

    def fingerprint(self, text: str) -> str:
        """Return 64 hex digits, the same for the same text and key: HMAC-SHA-256."""
        return hmac.digest(self._hash_key_bytes, text.encode(), "sha256").hex()

    # Made once: deriving the keys anew costs about as much as sealing a value.
    @cached_property
    def _fernet(self) -> MultiFernet:
        return MultiFernet(self._each)

    @cached_property
    def _each(self) -> list[Fernet]:
        return [Fernet(_fernet_key(key)) for key in self.secret_keys]

    @cached_property
    def _hash_key_bytes(self) -> bytes:
        return self.hash_key.encode()


def _fernet_key(secret: str) -> bytes:
    return urlsafe_b64encode(hashlib.sha256(b"cho40 seal|" + secret.encode()).digest())
