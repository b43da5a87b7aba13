"""Ids taken before the rows that bear them are written."""

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from merchants.columns import core_table


def reserve_ids(session: Session, table: type[SQLModel], count: int) -> list[int]:
    """Return ids that no row has had or will be given: for ``count`` rows about to be inserted.

    PostgreSQL's sequence gives them out. SQLite has a single writer, whose transaction this is, and
    counts on from the highest id; where ids are never reused it remembers the highest ever given.
    """
    name = core_table(table).name
    if session.get_bind().dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(name, "id")
        series = sa.func.generate_series(1, count).table_valued("place")
        query = sa.select(sa.func.nextval(sa.cast(sequence, sa.Text))).select_from(series)
        return sorted(session.execute(query).scalars())
    highest: int = session.execute(sa.select(sa.func.max(core_table(table).c.id))).scalar() or 0
    if core_table(table).dialect_options["sqlite"]["autoincrement"]:
        given = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        highest = max(highest, session.execute(given, {"name": name}).scalar() or 0)
    return list(range(highest + 1, highest + 1 + count))
