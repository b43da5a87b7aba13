"""The catalogue: what each measure means, in words that are printed beside its value."""

from collections.abc import Mapping
from types import MappingProxyType

from market.adoption.catalogue.study import STUDY
from market.adoption.catalogue.supply import SUPPLY
from market.adoption.catalogue.use import TICKET_BAND_IDS, USE
from market.adoption.definition import Definition, DisclosureClass, Span, Unit
from reconciliation.bands import TICKET_BAND_EDGES_VND

__all__ = [
    "ACTIVE_WINDOW_DAYS",
    "CATALOGUE",
    "DICTIONARY",
    "DORMANT_DAYS",
    "RECEIPT_MIN_VND",
    "TICKET_BAND_EDGES_VND",
    "TICKET_BAND_IDS",
    "WITH_WILSON",
    "Definition",
    "DisclosureClass",
    "Span",
    "Unit",
]

RECEIPT_MIN_VND = 1_000
ACTIVE_WINDOW_DAYS = 30
DORMANT_DAYS = 90

WITH_WILSON = ("S2", "S3", "S4", "S5", "S7", "U1", "U2", "U4", "U5", "U6")
"""Shares counted in full that are told with Wilson's interval all the same."""

DICTIONARY: Mapping[str, Definition] = MappingProxyType({d.id: d for d in (*SUPPLY, *USE, *STUDY)})
"""Every measure by id, in the order of the data dictionary."""

_OF_THE_MONTH = (
    *("S1", "S2", "S3", "S4", "S6"),
    *("U1", "U3", "U5", "U7", "U8", "U9.median", "U9.mean", *TICKET_BAND_IDS),
)

CATALOGUE: Mapping[str, Definition] = MappingProxyType(
    {id_: DICTIONARY[id_] for id_ in _OF_THE_MONTH}
)
"""The rows of the dictionary that the month's report tells, in the order it is printed."""
