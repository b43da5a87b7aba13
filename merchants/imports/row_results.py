"""What became of a sheet and of each of its rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from merchants.imports.plan_rows import Change

Outcome = Literal["accepted", "warned", "rejected"]


class Step(StrEnum):
    """The steps of taking a sheet in, each told row by row."""

    READ = "read"
    PLAN = "plan"
    WRITE = "write"


Progress = Callable[[Step, int, int], None]
"""Is told the step, how many rows are done, and of how many."""


def no_progress(_step: Step, _done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row; ``messages`` are reasons when it was rejected, else remarks.

    ``full_name`` is whom the row names; ``proposes_account``: it asks for a change of account.
    """

    row: int
    outcome: Outcome
    change: Change
    stall_code: str
    messages: list[str]
    full_name: str = ""
    proposes_account: bool = False


@dataclass(frozen=True, slots=True)
class SheetResult:
    """What became of a sheet, row by row in the order of the file."""

    rows: list[RowResult]
    file_name: str
    file_sha256: str
    is_dry_run: bool
    remarks: Sequence[str] = ()
    """About the whole file: lines that were left aside."""
    sheet_title: str = ""
    """The worksheet that was read; empty for a CSV file."""
    import_id: int | None = None
    """``None`` on a dry run: nothing was written."""

    def count(self, wanted: Outcome | Change) -> int:
        """Return how many rows have this outcome or this change."""
        return sum(wanted in {row.outcome, row.change} for row in self.rows)

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows were made, changed, left as they are, refused, and remarked upon."""
        return {
            "rows_total": len(self.rows),
            "rows_created": self.count("created"),
            "rows_changed": self.count("changed") + self.count("taken"),
            "rows_same": self.count("same"),
            "rows_rejected": self.count("rejected"),
            "rows_warned": self.count("warned"),
        }
