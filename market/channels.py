"""The channels of this deployment: which providers may push, with what secrets and options."""

import ipaddress
from collections.abc import Mapping
from types import MappingProxyType

from market.settings import Settings
from reconciliation.errors import ChannelRefused
from reconciliation.feeds.catalogue import DOORS
from reconciliation.feeds.reading.business_day import CutOff
from reconciliation.feeds.reading.doors import Channel
from reconciliation.feeds.rules import FeedRules


def open_channels(settings: Settings) -> Mapping[str, Channel]:
    """Return the open channels by provider; a provider that is not there is not let in.

    Raises:
        ChannelRefused: a provider nobody knows, no secret, or an option that is missing or wrong.
    """
    channels = {}
    for provider, told in _told(settings).items():
        if provider not in DOORS:
            raise ChannelRefused(provider, f"is none of {', '.join(sorted(DOORS))}")
        secrets, options = told
        channels[provider] = DOORS[provider].channel(secrets, options)
        _check_networks(provider, channels[provider].options.get("networks", ""))
    return MappingProxyType(channels)


def feed_rules(settings: Settings) -> FeedRules:
    """Return what the settings say about how feeds are read, whichever way they come."""
    return FeedRules(
        cut_offs=tuple(
            CutOff(provider=rule.provider, at_local=rule.cut_off_local, valid_from=rule.valid_from)
            for rule in settings.cut_offs
        ),
        options={name: channel.options for name, channel in open_channels(settings).items()},
    )


def _check_networks(provider: str, networks: str) -> None:
    for one in networks.split():
        try:
            ipaddress.ip_network(one)
        except ValueError as failure:
            raise ChannelRefused(provider, f"networks: {failure}") from failure


def _told(settings: Settings) -> Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]]:
    """Return secrets and options by provider, SePay's and Stripe's own settings filled in."""
    told = {
        provider: (
            tuple(secret.get_secret_value() for secret in hook.secrets),
            dict(hook.options),
        )
        for provider, hook in settings.hooks.items()
    }
    if settings.sepay_hmac_secrets and "sepay" not in told:
        secrets = tuple(secret.get_secret_value() for secret in settings.sepay_hmac_secrets)
        told["sepay"] = (secrets, {})
    if "stripe" in told and settings.stripe_account:
        told["stripe"][1].setdefault("account", settings.stripe_account)
    return told
