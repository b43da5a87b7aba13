"""Read a vendor's steps back from the events, and check that they are single steps in a row."""

from collections.abc import Sequence
from itertools import pairwise

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.database import reading
from merchants.kinds import EventAction, VendorState
from merchants.lifecycle.steps import may_follow
from merchants.tables import RegisterEvent, Vendor


def steps_of(engine: sa.Engine, vendor_id: int | None) -> list[VendorState]:
    """The states a vendor has gone through, each a single step after the one before."""
    with reading(engine) as session:
        return steps_in(session, vendor_id)


def steps_in(session: Session, vendor_id: int | None) -> list[VendorState]:
    """As ``steps_of``, inside a transaction."""
    query = select(RegisterEvent.from_value, RegisterEvent.to_value).where(
        RegisterEvent.vendor_id == vendor_id,
        RegisterEvent.action == EventAction.STATE_CHANGED.value,
    )
    told = session.exec(query.order_by(col(RegisterEvent.id))).all()
    states = [VendorState.LISTED, *(VendorState(to) for _, to in told)]
    assert [VendorState(before) for before, _ in told] == states[:-1]
    assert_path(states)
    assert session.get_one(Vendor, vendor_id).state is states[-1]
    return states


def assert_path(states: Sequence[VendorState]) -> None:
    """Each state follows the one before by one step of the table."""
    for before, after in pairwise(states):
        assert may_follow(before, after), (before, after)
