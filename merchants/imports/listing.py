"""The imports of a market and their rows, as pages and machines list them: a few queries for any size."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.columns import core_table
from merchants.imports.row_results import Outcome, RowResult
from merchants.kept_sentences import read_sentences
from merchants.kinds import ImportState
from merchants.tables import Market, SheetImport, SheetImportChange, SheetImportRow

ROWS = 50


@dataclass(frozen=True, slots=True)
class ImportPage:
    """A page of a market's imports, newest first, and how many there are."""

    imports: Sequence[SheetImport]
    total: int


def list_imports(
    session: Session,
    market_code: str,
    *,
    skip: int = 0,
    before_id: int | None = None,
    limit: int = 20,
) -> ImportPage:
    """Return imports of a market, without their files; ``before_id`` = only older ones."""
    of_market = sa.and_(
        col(Market.id) == col(SheetImport.market_id), col(Market.code) == market_code
    )
    counted = select(sa.func.count()).select_from(SheetImport).join(Market, of_market)
    # A file may weigh megabytes, so it is never loaded for a list.
    query = (
        select(SheetImport)
        .options(sa.orm.defer(SheetImport.file_sealed, raiseload=True))  # type: ignore[arg-type]
        .join(Market, of_market)
        .order_by(col(SheetImport.id).desc())
        .offset(skip)
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(col(SheetImport.id) < before_id)
    return ImportPage(session.exec(query).all(), session.exec(counted).one())


def rows_of(
    session: Session,
    import_id: int,
    outcome: Outcome | None = None,
    *,
    skip: int = 0,
    after_row: int = 0,
    limit: int | None = ROWS,
) -> list[RowResult]:
    """Return what became of an import's rows in the order of the file; ``None`` = all outcomes."""
    noted = core_table(SheetImportRow)
    query = sa.select(
        noted.c.row,
        noted.c.outcome,
        noted.c.change,
        noted.c.stall_code,
        noted.c.full_name,
        noted.c.proposes_account,
        noted.c.messages,
    ).where(noted.c.import_id == import_id, noted.c.row > after_row)
    if outcome is not None:
        query = query.where(noted.c.outcome == outcome)
    query = query.order_by(noted.c.row).offset(skip)
    found = session.connection().execute(query if limit is None else query.limit(limit))
    return [
        RowResult(
            row.row,
            row.outcome,
            row.change,
            row.stall_code,
            [*read_sentences(row.messages)],
            full_name=row.full_name,
            proposes_account=row.proposes_account,
        )
        for row in found
    ]


def stalls_changing_account(session: Session, import_id: int) -> list[str]:
    """Return the stalls whose rows ask for a change of account, in the order of the file."""
    noted = core_table(SheetImportRow)
    query = (
        sa.select(noted.c.stall_code)
        .where(noted.c.import_id == import_id, noted.c.proposes_account)
        .order_by(noted.c.row)
    )
    return list(session.connection().execute(query).scalars())


def proposals_of(session: Session, import_id: int) -> int:
    """Return how many changes of an account an import proposed."""
    change = core_table(SheetImportChange)
    query = sa.select(sa.func.count()).where(
        change.c.import_id == import_id,
        change.c.table_name == "account_change",
        change.c.before == "",
    )
    return session.connection().execute(query).scalar_one()


def is_file_kept(session: Session, import_id: int) -> bool:
    """Return whether the file of an import is still there to make its result from."""
    kept = select(SheetImport.id).where(
        SheetImport.id == import_id, col(SheetImport.file_sealed).is_not(None)
    )
    return session.exec(kept).first() is not None


def may_be_undone(record: SheetImport) -> bool:
    """Return whether undoing is offered; whether it is possible is known when it is tried."""
    return record.state is ImportState.WRITTEN and record.rows_created + record.rows_changed > 0
