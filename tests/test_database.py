"""Both databases behave the same where it matters: transactions, money, instants."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import METADATA, reading, writing
from merchants.columns import Vnd
from merchants.tables import Market
from tests import factories


def test_a_write_that_raises_leaves_nothing(engine: sa.Engine) -> None:
    with pytest.raises(RuntimeError), writing(engine) as session:
        session.add(factories.market())
        session.flush()
        raise RuntimeError

    with reading(engine) as session:
        assert session.exec(select(Market)).all() == []


def test_rows_stay_readable_after_the_commit(engine: sa.Engine) -> None:
    with writing(engine) as session:
        row = factories.market(code="MA")
        session.add(row)

    assert row.code == "MA"


def test_every_column_that_ends_in_vnd_holds_64_bits() -> None:
    columns = [c for t in METADATA.tables.values() for c in t.columns if c.name.endswith("_vnd")]

    assert columns
    assert all(isinstance(c.type, Vnd) for c in columns)


def test_money_must_be_a_plain_int() -> None:
    with pytest.raises(TypeError, match="money must be int, got float"):
        Vnd().process_bind_param(1.0, sa.engine.default.DefaultDialect())


def test_a_naive_instant_is_refused(engine: sa.Engine, now: datetime) -> None:
    with pytest.raises(sa.exc.StatementError), writing(engine) as session:
        market = factories.market()
        session.add(market)
        session.flush()
        session.add(factories.vendor(market_id=market.id, registered_at=now.replace(tzinfo=None)))


def test_foreign_keys_are_checked(engine: sa.Engine) -> None:
    with pytest.raises(sa.exc.IntegrityError), writing(engine) as session:
        session.add(factories.vendor(market_id=999))
