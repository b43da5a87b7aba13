"""Banks and wallets that can be paid by VietQR, keyed by BIN.

``participants.csv`` is checked against its SHA-256 before first use: published tables with swapped
BINs exist, and a wrong BIN pays a stranger.
"""

import csv
import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from qr.errors import ParticipantTableCorrupt, UnknownParticipant
from qr.text import fold_to_ascii

_NOT_A_KEY = re.compile(r"[^A-Z0-9]")
_NEAR_MAX = 3


@dataclass(frozen=True, kw_only=True)
class Participant:
    """One row of the table.

    ``transfer_supported`` False means receive-only: such accounts can still be paid.
    ``lookup_supported`` False means the account-name check of payer apps fails. None = not known.
    ``status`` is ``active``, ``issued`` (BIN given out, reception not confirmed) or ``unverified``.
    """

    bin: str
    code: str
    short_name: str
    full_name: str
    kind: str
    transfer_supported: bool | None
    lookup_supported: bool | None
    swift: str
    status: str
    source: str
    note: str


@cache
def participants() -> Mapping[str, Participant]:
    """Return all participants by BIN.

    Raises:
        ParticipantTableCorrupt: the packaged file does not have the recorded SHA-256.
    """
    folder = files("qr")
    return read_participants(
        folder.joinpath("participants.csv").read_bytes(),
        expected_sha256=folder.joinpath("participants.csv.sha256").read_text("ascii").split()[0],
    )


@cache
def participants_sha256() -> str:
    """Return the SHA-256 of the packaged table: which version of it is in use."""
    participants()
    return files("qr").joinpath("participants.csv.sha256").read_text("ascii").split()[0]


def read_participants(content: bytes, *, expected_sha256: str) -> Mapping[str, Participant]:
    """Return the participants of a table by BIN, once its checksum holds.

    Raises:
        ParticipantTableCorrupt: the content does not have that SHA-256.
    """
    found = hashlib.sha256(content).hexdigest()
    if found != expected_sha256:
        raise ParticipantTableCorrupt(expected=expected_sha256, found=found)
    rows = csv.DictReader(content.decode("utf-8").splitlines())
    return MappingProxyType({row["bin"]: _participant(row) for row in rows})


def _participant(row: dict[str, str]) -> Participant:
    known = {"1": True, "0": False, "": None}
    return Participant(
        bin=row["bin"],
        code=row["code"],
        short_name=row["short_name"],
        full_name=row["full_name"],
        kind=row["kind"],
        transfer_supported=known[row["transfer_supported"]],
        lookup_supported=known[row["lookup_supported"]],
        swift=row["swift"],
        status=row["status"],
        source=row["source"],
        note=row["note"],
    )


def find_participant(text: str) -> Participant:
    """Return the one participant with that BIN, code, short name or full name.

    Accents, case, spaces and punctuation do not count, nor do the words "Ngân hàng" in front. A
    name two participants answer to is refused: whoever asks must give the BIN.

    Raises:
        UnknownParticipant: none, or more than one.
    """
    table = participants()
    if text.strip() in table:
        return table[text.strip()]
    bins = _index().get(_key(text), frozenset())
    if len(bins) == 1:
        return table[next(iter(bins))]
    if bins:
        named = [f"{found} {table[found].full_name}" for found in sorted(bins)]
        raise UnknownParticipant(text, candidates=named, is_ambiguous=True)
    raise UnknownParticipant(text, candidates=_near(text), is_ambiguous=False)


@cache
def _index() -> Mapping[str, frozenset[str]]:
    """Return the BINs behind each folded code, short name and full name."""
    bins: dict[str, set[str]] = {}
    for participant in participants().values():
        for name in (participant.code, participant.short_name, participant.full_name):
            bins.setdefault(_key(name), set()).add(participant.bin)
    return {key: frozenset(found) for key, found in bins.items()}


def _key(name: str) -> str:
    return _NOT_A_KEY.sub("", fold_to_ascii(name)).removeprefix("NGANHANG")


def _near(text: str) -> list[str]:
    """Return up to three short names that look like the text."""
    by_key = {_key(each.short_name): each.short_name for each in participants().values()}
    keys = difflib.get_close_matches(_key(text), by_key, n=_NEAR_MAX, cutoff=0.6)
    return [by_key[key] for key in keys]
