"""The reader of a provider whose files are tables: what it adds is its layouts and its rows."""

from collections.abc import Iterator, Sequence

from reconciliation.feeds.reading.bank_rows import bank_rows
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.layout import Layout
from reconciliation.feeds.reading.sniffing import knows
from reconciliation.feeds.reading.stream import Fact, collect
from reconciliation.feeds.reading.tabular import Assemble, stream_file
from reconciliation.records import FeedReading


class TableReader:
    """Reads the statement files of one provider, CSV and XLSX.

    Args:
        provider: its name, as records carry it.
        layouts: the tables it is known to write.
        assemble: how rows become transactions; as those of a bank statement unless told.
        opens_archives: whether it also delivers its files in a ZIP.
    """

    def __init__(
        self,
        provider: str,
        layouts: Sequence[Layout],
        assemble: Assemble | None = None,
        *,
        opens_archives: bool = False,
    ) -> None:
        self.provider = provider
        self._layouts = layouts
        self._assemble = assemble or bank_rows(provider)
        self._opens_archives = opens_archives

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the file holds a table with one of the provider's headers."""
        return knows(content, self._layouts, opens_archives=self._opens_archives)

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return the rows and the control totals of the file."""
        return collect(self.stream(content, context=context))

    def stream(self, content: bytes, *, context: ReadContext) -> Iterator[Fact]:
        """Yield what ``read`` returns fact by fact, without holding a long file's rows."""
        return stream_file(
            content,
            context=context,
            provider=self.provider,
            layouts=self._layouts,
            assemble=self._assemble,
            opens_archives=self._opens_archives,
        )
