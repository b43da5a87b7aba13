"""Which stalls of the register stand at the market: those that somebody counting there finds.

A planned stall is not there yet, and one closed for good not any more. One that is closed while
somebody holds it is closed for a time ("tạm nghỉ"): its place is there as an empty one's is.
"""

import sqlalchemy as sa
from sqlmodel import col

from merchants.kinds import StallState
from merchants.tables import Stall, StallHolding


def is_standing() -> sa.ColumnElement[bool]:
    """Return whether a stall is vacant, occupied, or closed while it has a holder."""
    has_holder = (
        sa.select(col(StallHolding.id))
        .where(col(StallHolding.stall_id) == Stall.id, col(StallHolding.to_on).is_(None))
        .exists()
    )
    state = col(Stall.state)
    return sa.or_(
        state.in_([StallState.VACANT, StallState.OCCUPIED]),
        sa.and_(state == StallState.CLOSED, has_holder),
    )
