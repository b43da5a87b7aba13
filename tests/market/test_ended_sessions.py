"""A session that has ended opens no second connection that nobody would give back."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import InvalidRequestError
from sqlmodel import Session

from market.database import reading, writing


@pytest.mark.parametrize("opened", [reading, writing])
def test_a_session_that_has_ended_is_refused(
    engine: sa.Engine, opened: Callable[[sa.Engine], AbstractContextManager[Session]]
) -> None:
    with opened(engine) as session:
        session.execute(sa.text("SELECT 1"))

    with pytest.raises(InvalidRequestError, match="closed"):
        session.execute(sa.text("SELECT 1"))
