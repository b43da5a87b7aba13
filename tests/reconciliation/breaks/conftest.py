"""A queue of breaks on both databases."""

import pytest
import sqlalchemy as sa

from tests.reconciliation.breaks.breaking import Queue


@pytest.fixture
def queue(engine: sa.Engine) -> Queue:
    return Queue(engine)
