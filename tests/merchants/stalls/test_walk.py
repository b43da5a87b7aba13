"""Whoever wrote a stall or a zone: the list goes as one walks the market."""

import itertools
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from market.database import open_engine, reading, writing
from merchants.actors import COMMAND
from merchants.code_order import code_order
from merchants.columns import core_table
from merchants.errors import EntryRefused, ImportChangedSince, ImportStepRefused
from merchants.find import find_market
from merchants.kinds import StallKind, StallState
from merchants.sealing import Sealer
from merchants.stalls.changes import StallDetails, add_stalls, change_stall
from merchants.stalls.floor import floor_order
from merchants.stalls.search import StallQuery, find_stalls
from merchants.stalls.zones import add_zone, merge_zones, rename_zone
from merchants.tables import Market, Stall, Zone
from tests.merchants.conftest import Register, fill
from tests.merchants.imports.import_world import take_in, undo
from tests.merchants.sheet_files import VACANT, row

ZONES = ["Khu A", "Dãy 2", "Dãy 10", "khu b", "Đ1"]
Step = tuple[str, str, str, str]

codes = st.from_regex(r"[AB1][AB0129./\-]{0,5}", fullmatch=True)
steps = st.tuples(
    st.sampled_from(["stall", "sheet", "undo", "move", "zone", "rename", "merge"]),
    codes,
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
)


def carry_out(register: Register, step: Step, undone: set[int]) -> None:
    """Do one thing to the floor; what is refused leaves it as it was."""
    what, code, zone, other = step
    if what == "sheet":
        undone.add(take_in(register, row(**{**VACANT, "stall": code, "zone": zone})))
        return
    try:
        if what == "undo" and undone:
            undo(register, max(undone))
            undone.remove(max(undone))
        else:
            with writing(register.engine) as session:
                by_hand(session, register, what, code, zone, other)
    except (EntryRefused, ImportChangedSince, ImportStepRefused):
        pass


def by_hand(
    session: Session, register: Register, what: str, code: str, zone: str, other: str
) -> None:
    market = find_market(session, "MA")
    who: dict[str, Any] = {"actor": COMMAND, "now": register.now}
    zones = {each.name: each.id or 0 for each in session.exec(select(Zone))}
    stall = session.exec(select(Stall.code).order_by(col(Stall.id).desc())).first()
    if what == "stall":
        add_stalls(session, market, [code], StallDetails(zone_id=zones.get(zone)), **who)
    elif what == "zone":
        add_zone(session, market, zone, **who)
    elif what == "rename" and zone in zones:
        rename_zone(session, market, zones[zone], other, **who)
    elif what == "merge" and {zone, other} <= zones.keys():
        merge_zones(session, market, zones[zone], into_id=zones[other], **who)
    elif what == "move" and stall is not None:
        change_stall(session, market, stall, StallDetails(zone_id=zones.get(zone)), **who)


def listed(register: Register) -> list[tuple[str, str]]:
    """Every stall as the list shows them, page after page."""
    places: list[tuple[str, str]] = []
    after: str | None = ""
    while after is not None:
        with reading(register.engine) as session:
            asked = StallQuery(after=after, limit=3)
            page = find_stalls(session, "MA", asked, sealer=register.sealer)
        places += [(entry.zone, entry.stall_code) for entry in page.entries]
        after = page.next
    return places


def walked(register: Register) -> list[tuple[str, str]]:
    """The same, sorted by the rule itself."""
    names = {zone.id: zone.name for zone in register.all(Zone)}
    places = [(names.get(stall.zone_id, ""), stall.code) for stall in register.all(Stall)]
    return sorted(places, key=lambda place: floor_order(*place))


@pytest.fixture
def fresh(tmp_path: Path, sqlite_template: Path, sealer: Sealer) -> Callable[[], Register]:
    """Give a register with the demonstration markets and nothing else, as often as asked."""
    numbers = itertools.count()

    def make() -> Register:
        path = tmp_path / f"{next(numbers)}.sqlite3"
        shutil.copy(sqlite_template, path)
        return fill(open_engine(f"sqlite:///{path}"), sealer)

    return make


@settings(max_examples=25)
@given(st.lists(steps, min_size=2, max_size=12))
def test_the_list_goes_as_one_walks_after_any_steps(
    fresh: Callable[[], Register], taken: Sequence[Step]
) -> None:
    register, undone = fresh(), set[int]()
    for step in taken:
        carry_out(register, step, undone)

    assert listed(register) == walked(register)
    assert all(stall.code_order == code_order(stall.code) for stall in register.all(Stall))


def test_each_writer_keeps_the_order(register: Register) -> None:
    undone: set[int] = set()
    taken: list[Step] = [
        ("zone", "", "Dãy 10", ""), ("zone", "", "Dãy 2", ""), ("stall", "A10", "Dãy 10", ""),
        ("stall", "A9", "Dãy 10", ""), ("stall", "A09", "Dãy 2", ""), ("sheet", "B1", "Khu A", ""),
        ("sheet", "A2", "Dãy 2", ""), ("undo", "", "", ""), ("stall", "1-10", "", ""), ("stall", "1-9", "", ""),
        ("rename", "", "Dãy 10", "Đ1"), ("move", "", "Khu A", ""), ("merge", "", "Dãy 2", "Đ1"),
    ]  # fmt: skip
    for step in taken:
        carry_out(register, step, undone)
        assert listed(register) == walked(register)

    assert len(listed(register)) == 6


def test_no_insert_forgets_the_order(register: Register) -> None:
    with writing(register.engine) as session:
        market_id = session.exec(select(Market.id)).first()
        assert market_id is not None
        session.add(Stall(market_id=market_id, code="A10", state=StallState.VACANT))
        told = {"market_id": market_id, "state": StallState.VACANT, "kind": StallKind.COUNTER}
        rows = [
            told | {"code": code, "is_fixed": True, "goods_group": ""} for code in ("A9", "A11")
        ]
        session.connection().execute(sa.insert(core_table(Stall)), rows)

    assert {stall.code_order for stall in register.all(Stall)} == {
        code_order(code) for code in ("A9", "A10", "A11")
    }


def test_other_names_are_found_by_their_own_index(sqlite_register: Register) -> None:
    """An index of some rows serves only a statement that says which; a parameter does not."""
    sent: list[tuple[str, object]] = []

    def note(_conn: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        sent.append((statement, values))

    engine = sqlite_register.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    with reading(engine) as session:
        find_stalls(session, "MA", StallQuery(text="an"), sealer=sqlite_register.sealer)
    sa.event.remove(engine, "before_cursor_execute", note)
    asking = [each for each in sent if "name_match NOT IN" in each[0]]
    with engine.connect() as connection:
        plans = [
            str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())  # type: ignore[arg-type]
            for statement, values in asking
        ]

    assert len(plans) == 2
    assert all("ix_acceptance_point_other_name" in plan for plan in plans)
