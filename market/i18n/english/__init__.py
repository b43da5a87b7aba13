"""The English of the pages, by the Vietnamese text that stands in the templates; a file a subject."""

from collections.abc import Mapping
from types import MappingProxyType

from market.i18n.english import (
    accounts,
    adoption,
    amounts,
    audits,
    breaks,
    campaigns,
    complaints,
    consents,
    errors,
    events,
    feeds,
    form_faults,
    frame,
    home,
    imports,
    market_day,
    money,
    overview,
    people,
    places,
    poster,
    posters,
    refusals,
    rows,
    rules,
    signing_in,
    stalls,
    vendor,
)

_FILES = (
    breaks,
    accounts,
    adoption,
    amounts,
    audits,
    campaigns,
    complaints,
    consents,
    errors,
    events,
    feeds,
    form_faults,
    frame,
    home,
    imports,
    market_day,
    money,
    overview,
    people,
    places,
    poster,
    posters,
    refusals,
    rules,
    rows,
    signing_in,
    stalls,
    vendor,
)

ENGLISH: Mapping[str, str] = MappingProxyType(
    {vietnamese: english for file in _FILES for vietnamese, english in file.WORDS.items()}
)
