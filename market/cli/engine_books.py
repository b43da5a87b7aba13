"""The books that the commands of ``cho40 engine`` are given: Parquet files, or some days of a lake."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.compute as pc

    from reconciliation.lake.layout import Lake, LakeFile

Payments = Annotated[
    Path | None, typer.Option("--payments", exists=True, dir_okay=False, help="Parquet")
]
Statement = Annotated[
    Path | None, typer.Option("--statement", exists=True, dir_okay=False, help="Parquet")
]
Payouts = Annotated[Path | None, typer.Option("--payouts", exists=True, dir_okay=False)]
Requests = Annotated[Path | None, typer.Option("--requests", exists=True, dir_okay=False)]
LakeFolder = Annotated[
    Path | None,
    typer.Option(
        "--lake", exists=True, file_okay=False, help="A lake instead of files (cho40 lake)"
    ),
]
FirstDay = Annotated[
    datetime | None,
    typer.Option("--first", formats=["%Y-%m-%d"], help="Of a lake: the first day"),
]
LastDay = Annotated[
    datetime | None, typer.Option("--last", formats=["%Y-%m-%d"], help="Of a lake: the last day")
]


_IDS = ("record_id", "provider", "account")


class GivenBook(Protocol):
    """A book wherever it lies, read a few columns and rows at a time."""

    @property
    def name(self) -> str:
        """What names it in refusals."""

    def rows(self) -> int:
        """Return how many records it tells."""

    def read(self, columns: Collection[str], wanted: "pc.Expression | None" = None) -> "pa.Table":
        """Return some columns, those it has, of the rows that are wanted, or of all."""


@dataclass(frozen=True, slots=True)
class FileBook:
    """A book in one Parquet file."""

    path: Path

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name

    def rows(self) -> int:
        """Return how many records it tells."""
        import pyarrow.parquet as pq

        from reconciliation.book_files import columns_of

        columns_of(self.path)
        rows: int = pq.read_metadata(self.path).num_rows
        return rows

    def read(self, columns: Collection[str], wanted: "pc.Expression | None" = None) -> "pa.Table":
        """Return some columns, those it has, of the rows that are wanted, or of all."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        from reconciliation.book_files import columns_of
        from reconciliation.errors import EngineInputRefused

        names = [name for name in columns_of(self.path) if name in columns]
        # An empty book may lack the columns that are asked about.
        filters = wanted if self.rows() else None
        try:
            return pq.read_table(self.path, columns=names, filters=filters)
        except pa.ArrowException as error:
            problem = first_line(error)
            raise EngineInputRefused(file=self.name, column="the file", problem=problem) from error


@dataclass(frozen=True, slots=True)
class LakeBook:
    """A book of a lake, in as many files as it has days and buckets; their bytes are checked."""

    lake: "Lake"
    book: str

    @property
    def name(self) -> str:
        """The book; a file of it that is refused is told by its own name."""
        return f"{self.book} of the lake"

    def rows(self) -> int:
        """Return how many records it tells, by the manifest."""
        return sum(file.rows for file in self._files())

    def read(self, columns: Collection[str], wanted: "pc.Expression | None" = None) -> "pa.Table":
        """Return some columns, those it has, of the rows that are wanted, or of all."""
        import pyarrow as pa

        from reconciliation.lake.parts import read_file

        tables = []
        for file in self._files():
            table = read_file(self.lake, file, columns)
            tables.append(table if wanted is None else table.filter(wanted))
        if not tables:
            return pa.table({name: pa.array([], pa.string()) for name in _IDS})
        return pa.concat_tables(tables, promote_options="permissive")

    def _files(self) -> "list[LakeFile]":
        return [file for file in self.lake.files if file.book == self.book]


def given_books(
    files: Mapping[str, Path | None],
    lake: Path | None,
    days: tuple[datetime | None, datetime | None],
) -> dict[str, GivenBook]:
    """Return the books by name: those of the files, or those of some days of the lake.

    Raises:
        LakeRefused: the folder is no lake.
        typer.BadParameter: both were given, or neither payments nor statement.
    """
    given = given_files(files, lake)
    if lake is None:
        return {name: FileBook(path) for name, path in given.items()}
    opened = lake_of_days(lake, days)
    return {name: LakeBook(opened, name) for name in opened.books}


def given_files(files: Mapping[str, Path | None], lake: Path | None) -> dict[str, Path]:
    """Return the files that were given, none beside a lake; raise ``BadParameter`` for other use."""
    given = {name: path for name, path in files.items() if path is not None}
    if lake is not None:
        _refuse(bool(given), "--lake stands for all files")
    else:
        _refuse(not {"payments", "statement"} <= given.keys(), "--payments and --statement")
    return given


def lake_of_days(folder: Path, days: tuple[datetime | None, datetime | None]) -> "Lake":
    """Return a lake with the files of some days, both included, and of no day."""
    from reconciliation.lake.layout import open_lake

    first, last = (None if day is None else day.date().isoformat() for day in days)
    return open_lake(folder).between(first, last)


def first_line(error: Exception) -> str:
    """Return what Arrow says of a file, without its advice."""
    return str(error).partition("\n")[0].partition(". ")[0]


def _refuse(wrong: bool, what: str) -> None:
    if wrong:
        raise typer.BadParameter(f"--lake, or --payments and --statement: {what}")
