"""The English of the pages, by the Vietnamese text that stands in the templates; a file a subject."""

from collections.abc import Mapping
from types import MappingProxyType

from market.i18n.english import (
    accounts,
    adoption,
    campaigns,
    consents,
    errors,
    events,
    frame,
    home,
    imports,
    market_day,
    overview,
    people,
    places,
    poster,
    signing_in,
    stalls,
    vendor,
)

_FILES = (
    accounts,
    adoption,
    campaigns,
    consents,
    errors,
    events,
    frame,
    home,
    imports,
    market_day,
    overview,
    people,
    places,
    poster,
    signing_in,
    stalls,
    vendor,
)

ENGLISH: Mapping[str, str] = MappingProxyType(
    {vietnamese: english for file in _FILES for vietnamese, english in file.WORDS.items()}
)
