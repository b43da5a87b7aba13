"""The checksum at the end of every payload."""

from binascii import crc_hqx


def crc(text: str) -> str:
    """Return the four upper-case hex digits that close a payload ending with ``6304``.

    Polynomial 0x1021, initial value 0xFFFF, over the UTF-8 bytes.
    Source: EMVCo QR Code Specification, Merchant-Presented Mode, v1.1, 4.7.3.

    Raises:
        UnicodeEncodeError: the text holds half of a surrogate pair, which UTF-8 cannot carry.
    """
    return f"{crc_hqx(text.encode('utf-8'), 0xFFFF):04X}"
