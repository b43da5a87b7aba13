"""Inputs for readers that are almost right: samples with bytes, lines, cells and values gone wrong.

Everything comes from one ``random.Random``, so an input that fails is found again by its seed.
"""

import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from reconciliation.feeds.catalogue import READERS, ReadContext
from reconciliation.feeds.replay import read_deliveries
from reconciliation.records import FeedReading, FileAction, SourceChannel
from tests.feed_samples import sample, sample_lines

_WORDS = (
    *(b"\0", b"\n", b"\r", b",", b";", b"\t", b'"', b"'", b"<", b">", b"&", b"{", b"}", b"[", b"]"),
    *(b"1e9", b"-0", b"+1", b"0x10", b"NaN", b"Infinity", b"1.234.567,89", b"68.86", b"(5)"),
    *(b"31/11/2026", b"10/25/2026", b"00000000000000", b"9" * 30, b"\xef\xbb\xbf", b"\xff\xfe"),
    *("１２３".encode(), "Tổng".encode(), "đ".encode("cp1258"), b"=cmd|'/c'!A1", b"\xed\xa0\x80"),
    *(b"<!DOCTYPE x>", b"&#0;", b"<!--", b"]]>", b"[CSR]", b":61:", b":86:", b"%00", b"x" * 5_000),
)
_VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        0,
        -1,
        1.5,
        10**30,
        "",
        "0",
        "1e9",
        "-0",
        "１２３",
        "\0",
        "31/11/2026",
        "x" * 5_000,
    ),
    *([], {}, [[]], {"": {}}, "9" * 30, "2026-11-31 25:61:61", "\ud800"),
)
_HOW_MANY = (1, 1, 1, 2, 4)
"""A content with one fault is read further than one with many."""
_CELL = re.compile(rb'[^,;\t\r\n<>\[\]"|]+')


_ACCOUNTS = {"stripe": "acct_1TJVNfake"}


@dataclass(frozen=True, slots=True)
class FeedInput:
    """One content for one reader, with what the reader is told beside it."""

    provider: str
    content: bytes
    context: ReadContext

    def read(self) -> FeedReading:
        """Return what the reader says."""
        return READERS[self.provider].read(self.content, context=self.context)


@cache
def inputs() -> Mapping[str, tuple[FeedInput, ...]]:
    """Return by provider every sample it reads: files, pages, and the bodies of webhooks."""
    found: dict[str, list[FeedInput]] = {name: [] for name in READERS}
    for entry in sample_lines("MANIFEST.jsonl"):
        provider, content = entry["provider"], sample(entry["file"])
        account = entry.get("account") or _ACCOUNTS.get(provider)
        channel = SourceChannel.WEBHOOK
        if entry["kind"] == "webhooks":
            bodies = [(one.content, one.reference) for one in read_deliveries(content)]
        elif entry["kind"] in {"file", "poll"}:
            channel = SourceChannel(entry["kind"])
            bodies = [(content, entry["file"].rpartition("/")[2])]
        else:
            continue
        for body, name in bodies:
            context = ReadContext(account=account, name=name, channel=channel)
            found[provider].append(FeedInput(provider, body, context))
    for provider, content in _made_up().items():
        account = "1" if provider == "bank_msb" else None  # the other form names it
        context = ReadContext(account=account, name="mau.csv", channel=SourceChannel.FILE)
        found[provider].append(FeedInput(provider, content, context))
    return {name: tuple(listed) for name, listed in found.items()}


def _made_up() -> dict[str, bytes]:
    """Return contents for the readers of which no sample is delivered."""
    from reconciliation.feeds.providers.generic import template

    msb = "Ngày giao dịch,Số bút toán,Nội dung,Nợ,Có\n20/11/2026,FT1,tien rau,,68866\n"
    return {"generic": template("vi", is_filled=True).encode(), "bank_msb": msb.encode()}


def mutated(one: FeedInput, draw: random.Random) -> FeedInput:
    """Return the input with some of it changed, the way its format can be changed."""
    content = one.content
    for _ in range(draw.choice(_HOW_MANY)):
        content = _mutated(content, draw)
    return replace(one, content=content)


def check(reading: FeedReading) -> None:
    """Assert what holds of a reading whatever was read."""
    if reading.action is FileAction.REJECT_FILE:
        assert reading.reason
        assert (reading.transactions, reading.statements, reading.rejects) == ((), (), ())
    else:
        assert bool(reading.rejects) == (reading.action is FileAction.QUARANTINE_ROWS)
    for row in reading.transactions:
        assert type(row.amount) is int
        assert 0 <= row.amount <= 10**15
        assert "\0" not in repr(row)
        repr(row).encode()


def _mutated(content: bytes, draw: random.Random) -> bytes:
    if content.startswith(b"PK") and draw.random() < 0.8:
        return _mutated_workbook(content, draw)
    head = content.lstrip()[:1]
    if head in (b"{", b"[") and draw.random() < 0.6:
        return _mutated_json(content, draw)
    deed = draw.random()
    if deed < 0.5:
        return _mutated_cell(content, draw)
    if deed < 0.8:
        return _mutated_pieces(content, draw)
    return _mutated_bytes(content, draw)


def _mutated_bytes(content: bytes, draw: random.Random) -> bytes:
    at = draw.randint(0, len(content))
    length = draw.choice((0, 0, 1, 4, 30))
    word = draw.choice(_WORDS) if draw.random() < 0.7 else draw.randbytes(draw.randint(0, 8))
    return content[:at] + word + content[at + length :]


def _mutated_cell(content: bytes, draw: random.Random) -> bytes:
    """Return text one of whose cells, tags or values says something else."""
    cells = list(_CELL.finditer(content))
    if not cells:
        return _mutated_bytes(content, draw)
    cell = draw.choice(cells)
    other = draw.choice((draw.choice(_WORDS), draw.choice(cells)[0], b""))
    return content[: cell.start()] + other + content[cell.end() :]


def _mutated_pieces(content: bytes, draw: random.Random) -> bytes:
    """Return text whose lines, elements or cells are lost, repeated or moved."""
    mark = b"<" if content.lstrip().startswith(b"<") else draw.choice((b"\n", b"\n", b","))
    pieces = content.split(mark)
    deed = draw.choice(("lose", "repeat", "move", "cut"))
    at = draw.randrange(len(pieces))
    if deed == "lose":
        del pieces[at]
    elif deed == "repeat":
        pieces[at:at] = [pieces[at]] * draw.choice((1, 2, 50))
    elif deed == "move":
        pieces.insert(draw.randrange(len(pieces)), pieces.pop(at))
    else:
        pieces = pieces[:at]
    return mark.join(pieces)


def _mutated_json(content: bytes, draw: random.Random) -> bytes:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return _mutated_bytes(content, draw)
    holders = [one for one in _holders(body) if one]
    if not holders:
        return _mutated_bytes(content, draw)
    holder = draw.choice(holders)
    place = draw.choice(list(holder) if isinstance(holder, dict) else list(range(len(holder))))
    if draw.random() < 0.2:
        del holder[place]
    elif isinstance(holder[place], str) and holder[place][:1] == "{":
        holder[place] = _mutated(holder[place].encode(), draw).decode("utf-8", "replace")
    else:
        holder[place] = draw.choice(_VALUES)
    return json.dumps(body).encode()


def _holders(value: Any) -> list[Any]:
    if not isinstance(value, dict | list):
        return []
    inner = value.values() if isinstance(value, dict) else value
    return [value, *(one for each in inner for one in _holders(each))]


def _mutated_workbook(content: bytes, draw: random.Random) -> bytes:
    """Return a workbook one of whose parts is changed; a broken archive stays as it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            members = {name: book.read(name) for name in book.namelist()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, ValueError, RuntimeError):
        return _mutated_bytes(content, draw)
    if not members:
        return content
    # The sheet and its texts are what a reader looks into.
    likely = [name for name in members if "sheet" in name or "shared" in name] or list(members)
    name = draw.choice(likely)
    members[name] = draw.choice((_mutated_bytes, _mutated_pieces))(members[name], draw)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as damaged:
        for member, body in members.items():
            damaged.writestr(member, body)
    return out.getvalue()
