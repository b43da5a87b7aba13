"""What is wrong with the words of an answer or a webhook; pure, so that a seed decides everything."""

import json
import zlib
from random import Random
from typing import Any

_RENAMED = ("amount", "transferAmount", "transactionReference", "trans_amount", "vnp_Amount")
"""The field that drift takes, the first of these that is there."""


def spoiled(
    body: bytes,
    *,
    draw: Random,
    seed: int = 0,
    hides_every: int = 0,
    repeats: bool = False,
    shuffles: bool = False,
    drifts: bool = False,
    cuts: bool = False,
) -> bytes:
    """Return the body with these faults; what is no list of rows only drifts or is cut.

    Args:
        hides_every: every so many rows, chosen by seed and content, are left out.
    """
    if hides_every or repeats or shuffles or drifts:
        body = _said_otherwise(body, draw, seed, hides_every, repeats, shuffles, drifts)
    return body[: len(body) // 2] if cuts else body


def _said_otherwise(
    body: bytes,
    draw: Random,
    seed: int,
    hides_every: int,
    repeats: bool,
    shuffles: bool,
    drifts: bool,
) -> bytes:
    try:
        told = json.loads(body)
    except ValueError:
        return _drifted_header(body) if drifts else body
    is_stripe = isinstance(told, dict) and isinstance(told.get("data"), list)
    rows: list[Any] = told["data"] if is_stripe else told if isinstance(told, list) else []
    if hides_every:
        rows = [row for row in rows if not _is_hidden(row, seed, hides_every)]
    if repeats and rows:
        place = draw.randrange(len(rows))
        rows = [*rows[: place + 1], *rows[place:]]
    if shuffles:
        rows = draw.sample(rows, len(rows))
    if drifts:
        rows = [_drifted(row) for row in rows]
    if is_stripe:
        told = {**told, "data": rows}
    elif isinstance(told, list):
        told = rows
    elif drifts:
        told = _drifted(told)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _is_hidden(row: Any, seed: int, every: int) -> bool:
    key = json.dumps([seed, _name(row)], ensure_ascii=False)
    return zlib.crc32(key.encode()) % every == 0


def _name(row: Any) -> Any:
    return row.get("id") or row.get("transactionReference") if isinstance(row, dict) else row


def _drifted(row: Any) -> Any:
    taken = next((name for name in _RENAMED if isinstance(row, dict) and name in row), None)
    if taken is None:
        return row
    return {(f"{name}_v2" if name == taken else name): value for name, value in row.items()}


def _drifted_header(body: bytes) -> bytes:
    """Return a delimited text whose header has another word; bytes that are no text stay."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return body
    for word in ("Số tiền ghi có", "Số tiền", "Receipt No."):
        if word in text:
            return text.replace(word, f"{word} (mới)", 1).encode()
    return body
