"""Sealed values open with the right key only, and fingerprints stay the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.sealing import SealBroken, Sealer

SEALER = Sealer(secret_keys=("k1",), hash_key="h")


@given(st.text(max_size=40))
def test_open_undoes_seal(text: str) -> None:
    assert SEALER.open(SEALER.seal(text)) == text


def test_two_seals_of_one_text_differ_and_show_nothing_of_it() -> None:
    one, other = SEALER.seal("0123456789012"), SEALER.seal("0123456789012")

    assert one != other
    assert "0123456789012" not in one


def test_what_an_older_key_sealed_still_opens() -> None:
    sealed = SEALER.seal("0123456789012")
    rotated = Sealer(secret_keys=("k2", "k1"), hash_key="h")

    assert rotated.open(sealed) == "0123456789012"
    assert rotated.fingerprint("x") == SEALER.fingerprint("x")


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(SealBroken):
        Sealer(secret_keys=("other",), hash_key="h").open(SEALER.seal("secret"))


def test_a_fingerprint_is_hmac_sha256() -> None:
    # echo -n 'bank_vcb|0123456789012' | openssl dgst -sha256 -hmac h
    expected = "9fa9b018d06757a9c0bc65cce3f8c85de50a77d7edfc4b82cda04c12122d9c71"

    assert SEALER.fingerprint("bank_vcb|0123456789012") == expected
    assert Sealer(("k1",), "other").fingerprint("bank_vcb|0123456789012") != expected


def test_keys_are_not_shown() -> None:
    assert "k1" not in repr(SEALER)
