"""What a version of a day is sealed with: its root, the hash of its inputs, the names in them.

A root is the SHA-256 of what anybody may know of the version (whose day, which version, its state),
of the hash of all the rest, and of the root of the tree from which vendors prove their payments
(``proofs``). The rest is the version's header (which names the root before it) and one line per
stored outcome, vendor day and market day, sorted. Records stand in it by a hash of what the provider
called them and vendors by their code, never by a database id, so that another machine that reads the
same raw bytes comes to the same root, and so does this one after it has forgotten the names. ``closed_at`` is left out: when a thing was found is no part of
what was found.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date

from reconciliation.ledger.forgotten_names import forgotten_name
from reconciliation.tables import MarketDay, VendorDay

NOBODY = "*"
"""The scope of money that names no vendor."""

OUTCOME_FIELDS = (
    "outcome",
    "rule",
    "class_id",
    "difference_vnd",
    "fee_difference_vnd",
    "reason",
    "alternatives",
)
VENDOR_DAY_FIELDS = tuple(
    name
    for name in VendorDay.model_fields
    if name not in {"close_id", "vendor_id", "business_date", "lines", "lines_root"}
)
MARKET_DAY_FIELDS = tuple(
    name
    for name in MarketDay.model_fields
    if name not in {"close_id", "market_id", "business_date"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a version says about itself, before its root."""

    scope: str
    business_date: date
    version: int
    state: str
    incomplete: str
    inputs_sha256: str
    rules_sha256: str
    code_version: str
    previous_root: str


def root_of(header: Header, lines: Iterable[str], tree_root: str) -> str:
    """Return the root of a version from its header, its lines in any order, and its tree."""
    return root_over(header, rest_of(header, lines), tree_root)


def root_over(header: Header, rest: str, tree_root: str) -> str:
    """Return the root of a version from its header, the hash of the rest, and its tree."""
    told = ("day root", header.scope, header.business_date, header.version, header.state)
    text = "|".join(map(str, (*told, rest, tree_root)))
    return hashlib.sha256(text.encode()).hexdigest()


def rest_of(header: Header, lines: Iterable[str]) -> str:
    """Return the hash of all that a version is made of but its tree."""
    digest = hashlib.sha256(root_line("close", *astuple(header)).encode())
    for text in sorted(lines):
        digest.update(b"\n")
        digest.update(text.encode())
    return digest.hexdigest()


def root_line(kind: str, *values: object) -> str:
    """Return one line of a root; ``None`` is told apart from empty text and from zero."""
    return "\x1f".join([kind, *["\x00" if value is None else str(value) for value in values]])


def inputs_sha256(contents: Iterable[tuple[str, str]]) -> str:
    """Return the hash of the records a version rests on: (key, content hash), each once."""
    text = "\n".join(sorted(f"{key}\x1f{content}" for key, content in set(contents)))
    return hashlib.sha256(text.encode()).hexdigest()


def record_key(dedupe_key: str, version: int) -> str:
    """Return how one version of a provider's record is named in a root."""
    return f"{forgotten_name(dedupe_key)}#{version}"


def payout_key(provider: str, account: str, settlement_id: str | None) -> str:
    """Return how a payout object is named in a root."""
    return f"payout:{provider}:{forgotten_name(account)}:{settlement_id or ''}"


def payout_content(*values: object) -> str:
    """Return the content hash of a payout object from what it says."""
    return hashlib.sha256(root_line("payout", *values).encode()).hexdigest()
