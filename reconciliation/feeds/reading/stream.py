"""What a reader says about one file, fact by fact, and the whole reading made of it."""

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from reconciliation.feeds.reading.context import ReadContext, refused
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.records import FeedReading, FileAction, Reject, Statement, Transaction

Fact = Transaction | Statement | Reject | str
"""A row, a control total, a row that waits, or a warning in words.

A stream of facts ends in ``FileRefused`` when the file as a whole is refused, and that may come
after rows were told: totals stand below the rows. Who takes facts one by one takes them back then.
"""


def collect(facts: Iterator[Fact]) -> FeedReading:
    """Return the reading of a stream of facts; a refusal is a reading too."""
    transactions: list[Transaction] = []
    statements: list[Statement] = []
    rejects: list[Reject] = []
    warnings: list[str] = []
    try:
        for fact in facts:
            if isinstance(fact, Transaction):
                transactions.append(fact)
            elif isinstance(fact, Statement):
                statements.append(fact)
            elif isinstance(fact, Reject):
                rejects.append(fact)
            else:
                warnings.append(fact)
    except FileRefused as refusal:
        return refused(refusal)
    return FeedReading(
        FileAction.QUARANTINE_ROWS if rejects else FileAction.ACCEPT,
        transactions=tuple(transactions),
        statements=tuple(statements),
        rejects=tuple(rejects),
        reason=",".join(dict.fromkeys(reject.reason for reject in rejects)) or None,
        warnings=tuple(warnings),
    )


@runtime_checkable
class Streaming(Protocol):
    """A reader that can also tell a file fact by fact."""

    def stream(self, content: bytes, *, context: ReadContext) -> Iterator[Fact]:
        """Yield the facts of a file; raise ``FileRefused``, perhaps after some, when it is refused."""
