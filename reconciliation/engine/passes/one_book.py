"""What only one book tells of a provider that owes no other: neither matched nor missing.

Which book that is does not matter: a notice of a provider that owes only a report, or a report of
one that owes only notices, tells of the money as well. Identifiers have had their say by then, so
what both books tell is matched, and counts once; what fits by amount and time alone is not claimed,
because nobody owes the other half of such a pair.
"""

from reconciliation.engine.outcomes import REASON_CODE, Outcome, Reason, Rule
from reconciliation.engine.passes.run import Run


def set_one_book_aside(run: Run) -> None:
    """Decide records of one-book providers that no identifier names in the other book.

    Those that one names and does not decide stay open, as tied.
    """
    alone = set(range(len(run.profiles))) - run.has_both_books()
    for side in run.sides:
        untied = side.decisions.reason == REASON_CODE[Reason.NONE]
        rows = side.candidates() & untied & run.in_force(side, alone)
        side.decisions.decide(rows, Outcome.NOT_APPLICABLE, Rule.PROFILE, Reason.ONE_BOOK)
