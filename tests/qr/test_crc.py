"""The checksum that closes a payload."""

import pytest

from qr.crc import crc


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("123456789", "29B1"),  # the check value of CRC-16/CCITT-FALSE
        ("", "FFFF"),
        (
            "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN6304",
            "9E6F",
        ),
    ],
)
def test_known_checksums(text: str, digits: str) -> None:
    assert crc(text) == digits


def test_a_small_checksum_keeps_its_zeros() -> None:
    # A real Malaysian code: EMVCo 4.7.3 wants four digits, many libraries write two.
    text = (
        "00020201021126580014A000000615000101065887340212MBBQR1666987031000000000005204581253034585802MY"
        "5908TAKOYAKI6006PAHANG6304"
    )

    assert crc(text) == "00D7"


def test_the_checksum_runs_over_utf_8() -> None:
    assert crc("Lê Anh Tú") != crc("Le Anh Tu")
