"""``cho40 engine explain``: why a record of a run has its outcome, from the run's own files.

Accounts are decided independently of each other, so no more is read than the rows of the record's
account, its counterpart and the outcomes of its sets.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.engine import table_at
from market.cli.engine_books import (
    FileBook,
    FirstDay,
    GivenBook,
    LakeFolder,
    LastDay,
    Payments,
    Payouts,
    Requests,
    Statement,
    first_line,
    given_books,
)
from reconciliation.engine.outcomes import MATCHED, Leg, Outcome, Rule

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.compute as pc

    from reconciliation.engine.books import BookName, Books
    from reconciliation.engine.evidence import Explainer
    from reconciliation.profiles import Profiles
    from reconciliation.verification.runs import Run


def explain(  # noqa: PLR0913, PLR0917 (each is an argument of the command)
    book: Annotated[str, typer.Argument(help="payments | statement | payouts | requests")],
    record: Annotated[str, typer.Argument(help="Mã dòng. / The record_id.")],
    results: Annotated[
        Path, typer.Option("--out", exists=True, file_okay=False, help="What reconcile wrote")
    ],
    payments: Payments = None,
    statement: Statement = None,
    payouts: Payouts = None,
    requests: Requests = None,
    lake: LakeFolder = None,
    first: FirstDay = None,
    last: LastDay = None,
    leg: Annotated[
        Leg | None, typer.Option(help="Chỉ chặng này. / This leg; else all the record is on.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Vì sao một dòng có kết quả đó. / Why a record has its outcome: what was compared, who else."""
    from market.cli.evidence_told import evidence_json, print_evidence
    from reconciliation.engine.books import BookName
    from reconciliation.verification.runs import read_run

    if book not in list(BookName):
        raise typer.BadParameter(
            f"không có sổ {book!a} / no such book; {', '.join(BookName)}", param_hint="BOOK"
        )
    files = {"payments": payments, "statement": statement, "payouts": payouts, "requests": requests}
    books = given_books(files, lake, (first, last))
    given = {BookName(name): of for name, of in books.items()}
    # Bytes that are no text make other rules, or none, and these are refused.
    said = table_at(results, "run", "json").read_text(encoding="utf-8", errors="replace")
    run = read_run(said)
    explainer = _explainer(run, results, given, BookName(book), record)
    legs = explainer.legs(BookName(book), record) if leg is None else (leg,)
    shown = [explainer.explain(BookName(book), record, each) for each in legs]
    if as_json:
        typer.echo(evidence_json(shown, run.root_hash))
    else:
        print_evidence(shown)


def _explainer(
    run: "Run", results: Path, given: "dict[BookName, GivenBook]", book: "BookName", record: str
) -> "Explainer":
    """Return who explains this record.

    Raises:
        EngineInputRefused: a file given as a book is none.
        RecordNotFound: the run tells no such record.
        RunFilesRefused: the files are not those of one run.
        RunRefused: ``run.json`` is not that of a run of this release.
    """
    from reconciliation.engine.evidence import Explainer
    from reconciliation.errors import RecordNotFound

    rules = _rules(run)
    _refuse_other_books(run, given, book)
    path = table_at(results, "outcomes")
    own = _is("book", book) & _is("record_id", record)
    decided = _outcomes(path, own)
    if not len(decided):
        raise RecordNotFound(book, record)
    sets, counterparts = (
        [str(value) for value in decided.column(name).to_pylist() if value is not None]
        for name in ("class_id", "counterpart_id")
    )
    paired = _is("rule", Rule.NO_ACCOUNT_ID) & _is("outcome", *MATCHED)
    outcomes = _outcomes(path, own | _is("class_id", *sets) | paired)
    payouts = _payouts(table_at(results, "payouts"))
    return Explainer(_books(given, book, record, counterparts), outcomes, payouts, rules)


def _rules(run: "Run") -> "Profiles":
    """Return the rules a run went by."""
    import hashlib

    from reconciliation.engine.outcome_table import VOCABULARIES
    from reconciliation.errors import RunRefused
    from reconciliation.profiles import profiles_of

    if [list(words) for words in run.words] != [list(map(str, words)) for words in VOCABULARIES]:
        raise RunRefused("its words are not those of this release; reconcile the books again")
    try:
        if hashlib.sha256(run.rules.encode()).hexdigest() != run.rules_sha256:
            raise RunRefused(f"the rules do not have the hash {run.rules_sha256}")
        return profiles_of(run.rules)
    except (KeyError, TypeError, ValueError) as error:
        raise RunRefused(f"the rules cannot be read ({error})") from error


def _refuse_other_books(run: "Run", given: "dict[BookName, GivenBook]", book: "BookName") -> None:
    """Refuse books the run did not look at, and those of another number of rows.

    Which values a book tells is not looked at here: ``cho40 engine verify`` proves them.
    """
    from reconciliation.errors import RunFilesRefused

    for name in (book, *given):
        if name not in run.records:
            known = ", ".join(sorted(run.records))
            raise RunFilesRefused(name, f"the run looked at no such book, it tells of {known}")
    for name, told in given.items():
        rows = told.rows()
        if rows != run.records[name]:
            where = "the file has" if isinstance(told, FileBook) else "these days of the lake have"
            problem = f"{where} {rows} rows, the run was made from {run.records[name]}"
            raise RunFilesRefused(name, problem)


def _outcomes(path: Path, wanted: "pc.Expression") -> "pa.Table":
    """Return some rows of the outcomes a run wrote, every word one the engine knows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from reconciliation.engine.outcome_table import COLUMNS, VOCABULARIES
    from reconciliation.errors import RunFilesRefused

    try:
        file = pq.ParquetDataset(path, filters=wanted)
        for name in set(COLUMNS) - set(file.schema.names):
            raise RunFilesRefused("outcomes", f"there is no column {name}")
        rows = file.read(columns=list(COLUMNS))
    except pa.ArrowException as error:
        raise RunFilesRefused("outcomes", first_line(error)) from error
    for name, words in zip(("book", "leg", "outcome", "rule", "reason"), VOCABULARIES, strict=True):
        for word in set(rows.column(name).to_pylist()) - set(map(str, words)):
            raise RunFilesRefused("outcomes", f"{word!a} is no {name} of a run")
    return rows


def _payouts(path: Path) -> "pa.Table":
    """Return what the payouts in doubt may pay: they are few."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from reconciliation.errors import RunFilesRefused

    columns = ["record_id", "readings"]
    try:
        file = pq.ParquetDataset(path, filters=_is("outcome", Outcome.AMBIGUOUS_PAYOUT))
        for name in {*columns, "outcome"} - set(file.schema.names):
            raise RunFilesRefused("payouts", f"there is no column {name}")
        told = file.read(columns=columns)
    except pa.ArrowException as error:
        raise RunFilesRefused("payouts", first_line(error)) from error
    if pc.any(pc.is_null(told.column("readings"))).as_py():
        raise RunFilesRefused("payouts", "a payout is in doubt and has no readings")
    return told


def _books(
    given: "dict[BookName, GivenBook]", book: "BookName", record: str, counterparts: list[str]
) -> "Books":
    """Return of each book the rows of the record's account, the record and its counterparts."""
    from reconciliation.engine.books import Books
    from reconciliation.lake.parts import READ

    named = _is("record_id", record, *counterparts)
    own = given[book].read(READ, _is("record_id", record)) if book in given else None
    place = own.to_pylist()[0] if own is not None and len(own) else {}
    if place.get("account"):
        named |= _is("provider", place["provider"]) & _is("account", place["account"])
    return Books(
        **{name.value: told.read(READ, named) for name, told in given.items()},
        files={name.value: told.name for name, told in given.items()},
    )


def _is(column: str, *values: object) -> "pc.Expression":
    """Return the condition that a column, as text, is one of some values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pa.array([str(value) for value in values], pa.string())
    return pc.field(column).cast(pa.string()).isin(wanted)
