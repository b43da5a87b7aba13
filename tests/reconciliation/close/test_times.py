"""When a day was closed follows its rows: a close moved to before them is told."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from reconciliation.bulk import table_of
from reconciliation.close.closing import close_days
from reconciliation.close.times import verify_times
from reconciliation.profiles import load_profiles
from reconciliation.tables import DayClose
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld
from tests.reconciliation.rules.test_rules import NOW


@pytest.mark.parametrize(
    ("moved_by", "is_told"),
    [(timedelta(0), False), (timedelta(hours=-23), False), (timedelta(hours=-25), True)],
)
def test_a_close_from_before_its_rows_is_told(
    engine: sa.Engine, moved_by: timedelta, *, is_told: bool
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, NOW)
        world.both(world.vendor(world.market()), 50_000)
        close_days(
            session, DAY, DAY, market_code=None, profiles=load_profiles(), sealer=SEALER, now=NOW
        )
        moved = sa.update(table_of(DayClose)).values(closed_at=NOW + moved_by)
        session.connection().execute(moved)

    with reading(engine) as session:
        findings = verify_times(session)

    assert [finding.partition(":")[0] for finding in findings] == [
        "MA 10/11/2026 phiên bản 1"
    ] * is_told
