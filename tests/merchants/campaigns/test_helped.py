"""The league read from the register: the few events that are read tell the same as all of them."""

import random
from datetime import date, timedelta

import pytest
from sqlmodel import select

from market.database import reading, writing
from merchants.actors import COMMAND
from merchants.campaigns.helped import helper_league
from merchants.campaigns.league import Activation, Help, League, count_league
from merchants.campaigns.teams import NewMember, add_member
from merchants.kinds import EventAction, VendorState, VisitOutcome
from merchants.tables import RegisterEvent, TeamMember, Vendor
from tests import factories
from tests.merchants.campaigns.campaigning import NOW, SINCE, team
from tests.merchants.conftest import Register
from tests.merchants.queries import counted

VENDORS, EVENTS = 12, 90
ACTIVE = VendorState.ACTIVE.value
DEEDS = [
    (EventAction.REGISTERED, ""), (EventAction.POSTER_ISSUED, ""),
    (EventAction.VISITED, VisitOutcome.HELPED.value), (EventAction.VISITED, VisitOutcome.REFUSED.value),
    (EventAction.STATE_CHANGED, ACTIVE), (EventAction.STATE_CHANGED, VendorState.DORMANT.value),
]  # fmt: skip


def live_through(register: Register, rng: random.Random) -> None:
    """Write vendors, some merged and merged on, and what happened to them over two months."""
    with writing(register.engine) as session:
        number = team(session)
        for name in ("Mai", "Toàn", "Hoa"):
            new = NewMember(full_name=name, phone="", from_on=SINCE)
            add_member(session, "MA", number, new, sealer=register.sealer, actor=COMMAND, now=NOW)
        vendors = [factories.vendor(full_name=f"Lò Thị {n}") for n in range(VENDORS)]
        session.add_all(vendors)
        session.flush()
        for place, vendor in enumerate(vendors[1:]):
            if rng.random() < 0.3:
                vendor.merged_into_id = vendors[rng.randrange(place + 1)].id
        members = session.exec(select(TeamMember.id)).all()
        for _ in range(EVENTS):
            action, to_value = rng.choice(DEEDS)
            # Few instants, so that much is done at the same one.
            at = NOW - timedelta(days=rng.randrange(60), hours=rng.choice([0, 9]))
            session.add(
                RegisterEvent(
                    at=at, market_id=1, vendor_id=rng.choice(vendors).id, action=action.value,
                    to_value=to_value, actor="staff:1", assisted_by_id=rng.choice([*members, None]),
                )
            )  # fmt: skip


def whole_league(register: Register, first: date, last: date) -> League:
    """The league from every event there is."""
    into = {vendor.id: vendor.merged_into_id for vendor in register.all(Vendor)}

    def kept(vendor_id: int) -> int:
        return kept(into[vendor_id]) if into[vendor_id] else vendor_id

    helps, steps = [], []
    for event in register.all(RegisterEvent):
        if event.vendor_id is None:
            continue
        visit_in_vain = event.action == EventAction.VISITED and event.to_value != "helped"
        if event.assisted_by_id is not None and not visit_in_vain:
            helps.append(Help(kept(event.vendor_id), event.assisted_by_id, event.at, event.id))
        if event.action == EventAction.STATE_CHANGED and event.to_value == ACTIVE:
            steps.append(Activation(kept(event.vendor_id), event.at, event.id))
    members = [member.id for member in register.all(TeamMember)]
    return count_league(members, helps, steps, first=first, last=last)


@pytest.mark.parametrize("seed", range(6))
def test_the_league_is_that_of_all_events(register: Register, seed: int) -> None:
    rng = random.Random(seed)
    live_through(register, rng)

    for back, days in ((0, 60), (0, 10), (20, 15), (45, 5)):
        last = NOW.date() - timedelta(days=back)
        first = last - timedelta(days=days)
        with reading(register.engine) as session:
            read = helper_league(session, "MA", first=first, last=last).league
        assert read == whole_league(register, first, last)


def test_the_league_asks_the_same_number_of_queries(register: Register) -> None:
    sent_by_size = []
    for seed in range(2):
        if seed:
            live_through(register, random.Random(seed))
        with reading(register.engine) as session, counted(register.engine) as sent:
            helper_league(session, "MA", first=SINCE, last=NOW.date())
        sent_by_size.append(len(sent))

    assert sent_by_size == [6, 6]
