"""The merchant category code of a goods group.

Source: NAPAS Table 5 as quoted in qr.md section 5 (5411 grocery, 5812/5814 food, 5992 florist,
5651/5661 clothing and shoes, 5977 cosmetics). It has no code of its own for fresh produce.
"""

from qr.text import fold_to_ascii

GROCERY = "5411"

# The first words found decide, so the narrower come first.
_BY_WORDS = (
    (("GIAY", "DEP"), "5661"),
    (("QUAN AO", "MAY MAC", "THOI TRANG", "VAI", "THO CAM"), "5651"),
    (("MY PHAM",), "5977"),
    (("CAY CANH", "HOA TUOI"), "5992"),
    (("AN UONG", "AN SANG", "DO AN", "QUAN AN", "PHO", "BUN", "COM", "NUOC UONG"), "5812"),
    (("AN NHANH", "CHE", "BANH"), "5814"),
)


def merchant_category(goods_group: str) -> str:
    """Return the four-digit category code of a goods group, grocery when nothing narrower fits."""
    words = f" {' '.join(fold_to_ascii(goods_group).replace('-', ' ').split())} "
    for phrases, code in _BY_WORDS:
        if any(f" {phrase} " in words for phrase in phrases):
            return code
    return GROCERY
