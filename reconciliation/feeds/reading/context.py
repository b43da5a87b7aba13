"""What a reader is told beside the bytes, and what every reader offers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from reconciliation.feeds.reading.business_day import CutOff
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.records import FeedReading, FileAction, SourceChannel, Transaction

FILE_BYTES_MAX = 50 * 1024 * 1024
"""Of a file whose door says nothing else. Source: feeds.md 11.1."""


def _hold(_transaction: Transaction) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext:
    """The upload, poll or delivery around the bytes."""

    account: str | None
    """Provider account of the upload; ``None`` = only the content can tell."""
    name: str = ""
    channel: SourceChannel
    settlement_id: str | None = None
    """The payout whose own listing this page is."""
    originals: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Provider id of a refund or dispute to the charge it takes back, where told elsewhere."""
    cut_offs: tuple[CutOff, ...] = ()
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the contract of the channel settles, such as a scale of amounts."""
    bytes_max: int | None = FILE_BYTES_MAX
    """How many bytes are read at most; ``None`` = however many, for they were read once."""
    refuse: Callable[[Transaction], None] = _hold
    """Raises ``RowRefused`` for a row that nothing behind the reader can hold: only the reader knows
    what the row said and which totals it is part of."""

    def held(self, transaction: Transaction) -> Transaction:
        """Return a row that can be held; raise ``RowRefused`` for one that cannot."""
        self.refuse(transaction)
        return transaction

    def named_account(self) -> str:
        """Return the account of the upload; raise ``FileRefused`` when there is none."""
        if not self.account:
            raise FileRefused(
                "wrong_account", "neither the content nor the upload names an account"
            )
        return self.account


class Reader(Protocol):
    """One provider's format."""

    @property
    def provider(self) -> str:
        """Return the name of the provider, as records carry it."""

    def identify(self, content: bytes, name: str) -> bool:
        """Tell from the bytes, never from ``name`` alone, whether this reader knows the format."""

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return what the bytes say; a refusal is a reading too, so nothing is raised."""


def read_within(reader: Reader, content: bytes, *, context: ReadContext) -> FeedReading:
    """Return what the bytes say; more of them than the context allows are refused unread."""
    try:
        refuse_size(content, context)
    except FileRefused as refusal:
        return refused(refusal)
    return reader.read(content, context=context)


def refuse_size(content: bytes, context: ReadContext) -> None:
    """Raise ``FileRefused`` when there are more bytes than the context allows."""
    if context.bytes_max is not None and len(content) > context.bytes_max:
        raise FileRefused("too_large", f"{len(content)} bytes, at most {context.bytes_max}")


def refused(refusal: FileRefused) -> FeedReading:
    """Return the reading of a refused file: no row enters, the reason and its detail are kept."""
    return FeedReading(FileAction.REJECT_FILE, reason=refusal.reason, warnings=(refusal.detail,))
