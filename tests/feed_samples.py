"""The sample feeds under ``tests/data/feeds``, and how a test reads one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reconciliation.feeds.catalogue import READERS, ReadContext
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.records import FeedReading, SourceChannel

FOLDER = Path(__file__).parent / "data" / "feeds"
VCB_ACCOUNT = "1018795282"
MOMO_ACCOUNT = "MOMOFAKE2026"
STRIPE_ACCOUNT = "acct_1TJVNfake"


def sample(name: str) -> bytes:
    """Return the bytes of a sample."""
    return (FOLDER / name).read_bytes()


def sample_lines(name: str) -> list[dict[str, Any]]:
    """Return the objects of a sample with one JSON object per line."""
    return [json.loads(line) for line in sample(name).decode().splitlines()]


def read(
    provider: str,
    content: bytes,
    *,
    account: str | None = None,
    channel: SourceChannel = SourceChannel.FILE,
    **context: Any,
) -> FeedReading:
    """Return the reading of ``content`` by the reader of ``provider``."""
    told = ReadContext(account=account, channel=channel, **context)
    return READERS[provider].read(content, context=told)


def read_vcb(content: bytes | str, account: str | None = VCB_ACCOUNT) -> FeedReading:
    """Return the reading of a Vietcombank statement; text is encoded first."""
    return read(
        "bank_vcb", content if isinstance(content, bytes) else content.encode(), account=account
    )


def vcb_csv(*rows: str, total: str | None, account: str = VCB_ACCOUNT) -> str:
    """Return a statement of the current layout; ``total`` is what stands behind ``Tổng,,``."""
    lines = [
        f"Số tài khoản:,{account}",
        "Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả",
        *rows,
    ]
    if total is not None:
        lines.append(f"Tổng,,{total}")
    return "\n".join(lines) + "\n"


def refusal_of(call: Callable[..., object], *args: object) -> str | None:
    """Return the reason with which a call refuses its arguments, ``None`` when it takes them."""
    try:
        call(*args)
    except (FileRefused, RowRefused) as refusal:
        return refusal.reason
    return None
