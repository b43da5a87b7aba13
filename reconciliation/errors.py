"""What reconciliation refuses, each named for the fact."""


class ReconciliationError(Exception):
    """Base of every refusal of this package."""


class BooksDoNotBalance(ReconciliationError):
    """An invariant of a run does not hold; nothing of the run is kept."""
