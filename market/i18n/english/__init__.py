"""The English of the pages, by the Vietnamese text that stands in the templates; a file a subject."""

from collections.abc import Mapping
from types import MappingProxyType

from market.i18n.english import (
    accounts,
    adoption,
    amounts,
    audits,
    campaigns,
    complaints,
    consents,
    errors,
    events,
    form_faults,
    frame,
    home,
    imports,
    market_day,
    overview,
    people,
    places,
    poster,
    posters,
    refusals,
    rows,
    signing_in,
    stalls,
    vendor,
)

_FILES = (
    accounts,
    adoption,
    amounts,
    audits,
    campaigns,
    complaints,
    consents,
    errors,
    events,
    form_faults,
    frame,
    home,
    imports,
    market_day,
    overview,
    people,
    places,
    poster,
    posters,
    refusals,
    rows,
    signing_in,
    stalls,
    vendor,
)

ENGLISH: Mapping[str, str] = MappingProxyType(
    {vietnamese: english for file in _FILES for vietnamese, english in file.WORDS.items()}
)
