"""MoMo as one provider: its notifications and its report. Source: feeds.md 3.4 and 5.6."""

from collections.abc import Iterator

from reconciliation.feeds.providers.momo_ipn import DOOR, MomoIpnReader
from reconciliation.feeds.providers.momo_report import MomoReportReader
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.json_body import is_json
from reconciliation.feeds.reading.stream import Fact
from reconciliation.records import FeedReading


class MomoReader:
    """Reads a notification where the bytes are JSON, else the report of the portal."""

    provider = "momo"
    door = DOOR

    def __init__(self) -> None:
        self._ipn = MomoIpnReader()
        self._report = MomoReportReader()

    def identify(self, content: bytes, name: str) -> bool:
        """Tell whether the bytes are a notification or a report."""
        return self._one_for(content).identify(content, name)

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return what the one of the two that the bytes can be says."""
        return self._one_for(content).read(content, context=context)

    def stream(self, content: bytes, *, context: ReadContext) -> Iterator[Fact]:
        """Yield what a report says fact by fact."""
        return self._report.stream(content, context=context)

    def _one_for(self, content: bytes) -> MomoIpnReader | MomoReportReader:
        return self._ipn if is_json(content) else self._report
