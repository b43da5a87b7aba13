"""M-Pesa as one provider: confirmations, answers about one payment, statements. Source: feeds.md 2.3."""

from collections.abc import Iterator

from reconciliation.feeds.providers.mpesa_c2b import DOOR, MpesaC2bReader
from reconciliation.feeds.providers.mpesa_statement import MpesaStatementReader
from reconciliation.feeds.providers.mpesa_status import MpesaStatusReader
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.json_body import is_json
from reconciliation.feeds.reading.stream import Fact
from reconciliation.records import FeedReading


class MpesaReader:
    """Reads a confirmation or an answer where the bytes are JSON, else the portal's statement."""

    provider = "mpesa"
    door = DOOR

    def __init__(self) -> None:
        self._c2b = MpesaC2bReader()
        self._status = MpesaStatusReader()
        self._statement = MpesaStatementReader()

    def identify(self, content: bytes, name: str) -> bool:
        """Tell whether the bytes are a confirmation, an answer or a statement."""
        return self._one_for(content).identify(content, name)

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return what the one of the three that the bytes can be says."""
        return self._one_for(content).read(content, context=context)

    def stream(self, content: bytes, *, context: ReadContext) -> Iterator[Fact]:
        """Yield what a statement says fact by fact."""
        return self._statement.stream(content, context=context)

    def _one_for(self, content: bytes) -> MpesaC2bReader | MpesaStatusReader | MpesaStatementReader:
        if not is_json(content):
            return self._statement
        return self._status if self._status.identify(content, "") else self._c2b
