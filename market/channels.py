"""The channels of this deployment: which providers may push, with what secrets and options."""

import ipaddress
from collections.abc import Mapping
from types import MappingProxyType

from market.settings import Settings
from reconciliation.errors import ChannelRefused
from reconciliation.feeds.catalogue import DOORS, READERS
from reconciliation.feeds.reading.business_day import CutOff
from reconciliation.feeds.reading.doors import Channel
from reconciliation.feeds.rules import FeedRules, ToldBy
from reconciliation.records import SourceChannel

ACCOUNT_SETTINGS = MappingProxyType(
    {"stripe": "stripe_account", "gsma": "gsma_account", "mtn": "mtn_account"}
)
"""By provider with an API that is asked: the setting that names the account and opens the feed."""


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


def polled_here(settings: Settings) -> list[str]:
    """Return the providers that this deployment asks."""
    return [name for name, setting in ACCOUNT_SETTINGS.items() if getattr(settings, setting)]


def configured_feeds(settings: Settings) -> frozenset[tuple[str, SourceChannel]]:
    """Return the feeds that are open here by the settings: doors, and APIs that are asked."""
    pushed = {(provider, SourceChannel.WEBHOOK) for provider in open_channels(settings)}
    return frozenset(pushed | {(name, SourceChannel.POLL) for name in polled_here(settings)})


def feed_rules(settings: Settings) -> FeedRules:
    """Return what the settings say about how feeds are read, whichever way they come.

    Raises:
        ChannelRefused: as ``open_channels``, or a provider nobody knows is to tell an account.
    """
    return FeedRules(
        cut_offs=tuple(
            CutOff(provider=rule.provider, at_local=rule.cut_off_local, valid_from=rule.valid_from)
            for rule in settings.cut_offs
        ),
        options={name: channel.options for name, channel in open_channels(settings).items()},
        told_by=_told_by(settings),
        file_bytes_max=settings.feed_file_mib << 20,
    )


def _told_by(settings: Settings) -> Mapping[str, ToldBy]:
    named = {
        account: ToldBy(payments=one.payments, statement=one.statement)
        for account, one in settings.told_by.items()
    }
    for account, one in named.items():
        for provider in (one.payments, one.statement):
            if provider and provider not in READERS:
                raise ChannelRefused(
                    provider,
                    f"tells the account ···{account[-4:]}, but is none of {', '.join(sorted(READERS))}",
                )
    return MappingProxyType(named)


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
