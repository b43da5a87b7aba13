"""Every input of a folder of samples through the same readers as the service's own doors.

The folder is described by ``MANIFEST.jsonl``, ``KEYS.json`` and ``CONFIG.json``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import PurePosixPath
from typing import Any

from reconciliation.feeds.catalogue import DOORS, READERS
from reconciliation.feeds.providers.stripe import read_originals, read_payouts
from reconciliation.feeds.providers.stripe_payouts import payout_statement, rows_of_payouts
from reconciliation.feeds.reading.business_day import CutOff
from reconciliation.feeds.reading.context import ReadContext, read_within
from reconciliation.feeds.reading.doors import Channel, Order, Orders, Outcome
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.rendering import (
    Line,
    file_line,
    reading_lines,
    record_line,
    statement_line,
)
from reconciliation.feeds.replay import Replay, any_order, read_deliveries
from reconciliation.records import FeedReading, SourceChannel, Transaction

UNSUPPORTED = "unsupported_provider"
"""What becomes of an input whose provider has no reader yet."""

_KINDS = ("poll", "webhooks", "file")

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Samples:
    """A folder of samples: what its index files say, and how to get at a file."""

    manifest: Sequence[Entry]
    keys: Mapping[str, Any]
    config: Mapping[str, Any]
    load: Callable[[str], bytes]
    faults: Sequence[Entry] = ()


def conform(samples: Samples) -> Iterator[Line]:
    """Yield the lines of every poll, then webhook file, then file, each in manifest order.

    Last come the totals of polled windows, which more than one page may tell of.
    """
    polls = _StripePolls(samples)
    windows: list[Line] = []
    inputs = [entry for entry in samples.manifest if entry["kind"] in _KINDS]
    for entry in sorted(inputs, key=lambda entry: _KINDS.index(entry["kind"])):
        if not _is_supported(entry):
            yield file_line(entry["file"], UNSUPPORTED, None)
        elif entry["kind"] == "webhooks":
            yield from _webhook_lines(entry, samples)
        elif entry["kind"] == "poll" and entry["provider"] == "stripe":
            yield from polls.lines(entry)
        elif entry["kind"] == "poll":
            reading = _read(entry, samples)
            windows += [statement_line(entry["file"], one) for one in reading.statements]
            yield from reading_lines(entry["file"], replace(reading, statements=()))
        else:
            yield from reading_lines(entry["file"], _read(entry, samples))
    yield from windows


def fault_lines(samples: Samples) -> Iterator[Line]:
    """Yield what becomes of each broken file; its rows are no part of the folder's expected ones."""
    for entry in samples.faults:
        if entry["provider"] in READERS:
            reading = _read({**entry, "kind": "file"}, samples)
            yield file_line(entry["file"], reading.action.value, reading.reason)
        else:
            yield file_line(entry["file"], UNSUPPORTED, None)


def _is_supported(entry: Entry) -> bool:
    is_webhook = entry["kind"] == "webhooks"
    return entry["provider"] in (DOORS if is_webhook else READERS)


def _read(
    entry: Entry, samples: Samples, originals: Mapping[str, str] | None = None
) -> FeedReading:
    context = ReadContext(
        account=_account(entry, samples.config),
        name=entry.get("name") or PurePosixPath(entry["file"]).name,
        channel=SourceChannel(entry["kind"]),
        originals=originals or {},
        cut_offs=_cut_offs(samples.config),
    )
    return read_within(READERS[entry["provider"]], samples.load(entry["file"]), context=context)


def _account(entry: Entry, config: Mapping[str, Any]) -> str | None:
    if entry.get("account") or entry["provider"] != "stripe":
        return entry.get("account")
    is_mock = PurePosixPath(entry["file"]).name.startswith("mock_")
    return str(config["stripe_mock_account" if is_mock else "stripe_account"])


def _cut_offs(config: Mapping[str, Any]) -> tuple[CutOff, ...]:
    """Return the configured cut-offs; those of other zones than Vietnam's are not handled."""
    return tuple(
        CutOff(
            provider=rule["provider"],
            at_local=time.fromisoformat(rule["cut_off_local"]),
            valid_from=date.fromisoformat(rule["valid_from"]),
        )
        for rule in config.get("cut_offs", [])
        if rule["tz"] == "Asia/Ho_Chi_Minh"
    )


class _StripePolls:
    """The Stripe pages of the folder, read together: a page alone does not tell everything.

    The lists of refunds and disputes name the charge of a refund row, and the rows of the balance
    pages prove a payout.
    """

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        entries = [
            entry
            for entry in samples.manifest
            if (entry["provider"], entry["kind"]) == ("stripe", "poll")
        ]
        self._originals = {
            source: charge
            for entry in entries
            for source, charge in read_originals(samples.load(entry["file"])).items()
        }
        self._readings = {
            entry["file"]: _read(entry, samples, self._originals) for entry in entries
        }
        self._rows: dict[str | None, list[Transaction]] = {}
        for entry in entries:
            rows = self._rows.setdefault(_account(entry, samples.config), [])
            rows += self._readings[entry["file"]].transactions

    def lines(self, entry: Entry) -> Iterator[Line]:
        """Yield the lines of one page; a payout without its listing has no totals to state."""
        file, reading = entry["file"], self._readings[entry["file"]]
        account = _account(entry, self._samples.config) or ""
        payouts = read_payouts(self._samples.load(file))
        listings = rows_of_payouts(payouts, self._rows[account])
        for transaction in reading.transactions:
            yield record_line(file, transaction)
        for payout in payouts:
            if payout.payout_id in listings:
                rows = listings[payout.payout_id]
                yield statement_line(file, payout_statement(payout, account=account, rows=rows))
            else:
                told = {"settlement_id": payout.payout_id, "payout_status": payout.status}
                yield {"payout": {"file": file, "case": None, **told}}
        yield from reading_lines(file, replace(reading, transactions=(), statements=()))


def _webhook_lines(entry: Entry, samples: Samples) -> Iterator[Line]:
    file = entry["file"]
    replay = Replay(
        file,
        DOORS[entry["provider"]],
        sample_channel(entry, samples),
        orders=_orders(entry["provider"], samples.config),
        cut_offs=_cut_offs(samples.config),
    )
    try:
        deliveries = read_deliveries(samples.load(file))
    except FileRefused as refusal:
        yield file_line(file, "reject_file", refusal.reason)
        return
    for delivery in deliveries:
        yield from replay.lines(delivery)
    yield file_line(file, replay.worst.value, None)


_ADDRESS = "recorded-without-its-address"

# Where a folder keeps the secrets of a provider, if not under "<provider>_secret".
_SECRETS: Mapping[str, tuple[str, ...]] = {
    "stripe": ("stripe_webhook_secret", "stripe_webhook_secret_old"),
    "payos": ("payos_checksum_key",),
    "momo": ("momo_secret_key",),
    "zalopay": ("zalopay_key2",),
    "vnpay": ("vnpay_hash_secret",),
    "viettel": ("viettel_hash_key",),
}


def sample_channel(entry: Entry, samples: Samples) -> Channel:
    """Return the channel that a file of recorded deliveries came through.

    A provider that signs nothing has no secret in the folder: its address was the secret.
    """
    provider, keys, config = entry["provider"], samples.keys, samples.config
    names = _SECRETS.get(provider, (f"{provider}_secret",))
    options: dict[str, str] = {}
    if provider == "stripe":
        options["account"] = _account(entry, config) or ""
    elif provider == "sepay":
        options["auth"] = entry["auth"]
        names = ("sepay_apikey",) if entry["auth"] == "apikey" else ("sepay_hmac_secret",)
    elif provider == "casso":
        options["version"] = str(entry["version"])
        names = ("casso_secure_token",) if entry["version"] == 1 else ("casso_checksum_key",)
    elif provider == "momo":
        options["access_key"] = keys["momo_access_key"]
    elif provider == "viettel":
        options["digest"] = config["viettel_digest"]
    elif provider == "shopeepay":
        options["client_id"] = keys["shopeepay_client_id"]
        options["amount_scale"] = str(config["shopeepay_amount_scale"])
    door = DOORS[provider]
    secrets = tuple(keys[name] for name in names) if door.is_signed else (_ADDRESS,)
    return door.channel(secrets, options)


def _orders(provider: str, config: Mapping[str, Any]) -> Orders:
    """Return the orders the folder knows; where it names none, nothing speaks against any."""
    known = {
        order["merchant_reference"]: int(order["amount"])
        for order in config.get("orders", [])
        if order["provider"] == provider
    }

    def look_up(order: Order) -> Outcome:
        if order.reference not in known:
            return Outcome.ORDER_MISSING
        is_asked = known[order.reference] == order.amount
        return Outcome.TAKEN if is_asked else Outcome.ORDER_AMOUNT

    return look_up if known else any_order
