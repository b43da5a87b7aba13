"""The bands receipts are counted in by amount. Source: domain.md 11.3, U9."""

from bisect import bisect_left

TICKET_BAND_EDGES_VND = (20_000, 50_000, 200_000, 1_000_000)
"""Upper edges, inclusive, as the NPCI bands are; the last band is open."""


def band_of(amount_vnd: int) -> int:
    """Return the place of an amount's band, 0 to 4."""
    return bisect_left(TICKET_BAND_EDGES_VND, amount_vnd)
