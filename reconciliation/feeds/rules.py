"""What a deployment's contracts settle about how its feeds are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reconciliation.feeds.reading.business_day import CutOff

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRules:
    """Cut-offs, and by provider the options its reader asks for; both may be empty."""

    cut_offs: tuple[CutOff, ...] = ()
    options: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    def options_of(self, provider: str) -> Mapping[str, str]:
        """Return the options of a provider, none when it is not configured."""
        return self.options.get(provider, _NONE)


PLAIN_RULES = FeedRules()
"""Calendar days, and no option told."""
