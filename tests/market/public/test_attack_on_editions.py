"""An attacker who keeps every edition: old versions, months cut off on the 14th, the studies beside them.

Three markets over a quarter; months, the quarter and the year are published by the calendar and by the
14th. Then a day is corrected for many, one for a single vendor, somebody withdraws, and everything is
published again. The attacker takes all that any edition ever told economists or the public (JSON,
workbook and CSV are made of nothing else), subtracts, and solves linear programmes of his own.
"""

import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from market.adoption.periods import Period, Scheme
from market.database import open_engine, writing
from market.reports.differences import RevisionTellsFew
from market.reports.editions import TABLES, edition_studies, edition_tables
from market.reports.making import make_edition
from market.reports.models import Product
from market.reports.public_kept import PUBLIC, read_public
from market.reports.vintage import as_published
from market.tables import AdoptionEdition, AdoptionEditionTable
from tests.market import books
from tests.market.books import Line
from tests.market.public import publishing
from tests.market.public.counting import FewLeft, few_counts
from tests.market.public.publishing import AREA, GOODS, MARKETS, P_PERCENT
from tests.market.public.test_attack_over_http import Attacker, distance

pytestmark = pytest.mark.xdist_group("attack")

CHANNELS = ("bank_vcb", "momo")
DAYS = tuple(on for own in publishing.DAYS.values() for on in own)
CORRECTED, TOUCHED = DAYS[3], DAYS[1]
"""20/08 is corrected for many, 20/07 for one vendor."""
PUBLISHED = (
    *((label, Scheme.CALENDAR) for label in ("2026-07", "2026-08", "2026-09", "2026-Q3")),
    *((label, Scheme.ADMIN_15_14) for label in ("2026-07", "2026-08", "2026-09")),
)
K = [datetime(2026, 10, day, tzinfo=UTC) for day in (5, 10, 15, 20)]
Cell = tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]
"""Days with the version of their close, markets, goods, channels."""
Truth = dict[tuple[str, str, str, str], dict[int, int]]


@dataclass
class World:
    """What is true of each version of each day, and every edition with the days it was made of."""

    truth: Truth = field(default_factory=dict)
    closed_at: dict[tuple[str, date], list[datetime]] = field(
        default_factory=lambda: defaultdict(list)
    )
    editions: list[tuple[AdoptionEdition, frozenset[str]]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    """Periods that were to be published anew and were not."""
    known: dict[Cell, int] = field(default_factory=dict)
    few: list[FewLeft] = field(default_factory=list)
    """Counts of few vendors, and what is known of them."""
    growths: list[tuple[Cell, Cell, float]] = field(default_factory=list)
    """What grew against what of the period before, and by how much."""
    versions: list[tuple[str, frozenset[str], frozenset[str]]] = field(default_factory=list)
    """Periods with more than one edition: the days of two of them."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> World:
    path = tmp_path_factory.mktemp("editions") / "cho40.sqlite3"
    shutil.copy(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    found = World()
    with writing(engine) as session:
        _play(session, found, Random(3))
        _read(session, found)
    engine.dispose()
    return found


def _play(session: Session, world: World, chance: Random) -> None:
    sellers = publishing.settle(session, Random(chance.randrange(1_000)))
    session.execute(sa.text("UPDATE acceptance_point SET valid_from = '2026-06-01'"))
    usual = {vendor: int(chance.lognormvariate(12.5, 0.9)) for vendor in sellers}
    taken = {on: _lines(sellers, usual, on, chance) for on in DAYS}
    for on in DAYS:
        _close(session, world, sellers, on, taken[on], datetime(2026, 10, 1, tzinfo=UTC))
    _publish(session, world, K[0])
    for vendor in sellers:  # half of everybody was paid more than was known
        if chance.random() < 0.5:
            taken[CORRECTED].append(_line(vendor, int(usual[vendor] * 0.3), CORRECTED))
    _close(session, world, sellers, CORRECTED, taken[CORRECTED], datetime(2026, 10, 7, tzinfo=UTC))
    _publish(session, world, K[1], CORRECTED)
    one = max(vendor for vendor, (code, _) in sellers.items() if code == "MA")
    taken[TOUCHED].append(_line(one, 777_000, TOUCHED))
    _close(session, world, sellers, TOUCHED, taken[TOUCHED], datetime(2026, 10, 12, tzinfo=UTC))
    _publish(session, world, K[2], TOUCHED)
    for vendor in sellers:
        taken[CORRECTED].append(_line(vendor, int(usual[vendor] * 0.1), CORRECTED))
    _close(session, world, sellers, CORRECTED, taken[CORRECTED], datetime(2026, 10, 17, tzinfo=UTC))
    _publish(session, world, K[3], CORRECTED)


def _lines(
    sellers: Mapping[int, tuple[str, str]], usual: Mapping[int, int], on: date, chance: Random
) -> list[Line]:
    return [
        _line(vendor, max(2_000, int(usual[vendor] * chance.uniform(0.4, 1.6))), on)
        for vendor in sellers
        if chance.random() < 0.8
    ]


def _line(vendor: int, amount_vnd: int, on: date) -> Line:
    at = datetime(on.year, on.month, on.day, 1, 0, tzinfo=UTC) + timedelta(minutes=vendor)
    return Line(vendor, amount_vnd, at=at, provider=CHANNELS[vendor % 3 == 0])


def _close(
    session: Session,
    world: World,
    sellers: Mapping[int, tuple[str, str]],
    on: date,
    lines: Sequence[Line],
    at: datetime,
) -> None:
    for code in MARKETS:
        own = [line for line in lines if sellers[line.vendor_id][0] == code]
        books.close(session, code, on, own).closed_at = at
        world.closed_at[code, on].append(at)
        version = f"{on}#{len(world.closed_at[code, on])}"
        for line in own:
            piece = (version, code, sellers[line.vendor_id][1], line.provider)
            sums = world.truth.setdefault(piece, defaultdict(int))
            sums[line.vendor_id] += line.amount_vnd
    session.flush()


def _publish(session: Session, world: World, at: datetime, touching: date | None = None) -> None:
    for label, scheme in PUBLISHED:
        period = Period.read(label, scheme)
        if touching and not period.window.first <= touching <= period.window.last:
            continue
        try:
            with session.begin_nested():
                made = make_edition(
                    session, period, p_percent=P_PERCENT, known_at=at, now=at, actor="test"
                )
        except RevisionTellsFew:
            world.waiting.append(f"{label} {scheme} {at.day}")
            continue
        if made.is_new:
            world.editions.append((made.edition, _days(session, world, period, at)))


def _days(session: Session, world: World, period: Period, at: datetime) -> frozenset[str]:
    """Return the versions of days that an edition is made of; all markets closed them together."""
    found = set()
    pinned = as_published(session, period, at).pinned
    for on in DAYS:
        if period.window.first <= on <= period.window.last:
            until = next((k for first, last, k in pinned if first <= on <= last), at)
            versions = sum(closed <= until for closed in world.closed_at["MA", on])
            found.add(f"{on}#{versions}")
    return frozenset(found)


def _read(session: Session, world: World) -> None:
    """Line up every sum of money that editions tell, goods by goods and channel by channel."""
    by_period: dict[tuple[str, str], list[frozenset[str]]] = defaultdict(list)
    for edition, days in world.editions:
        period = Period.read(edition.period, Scheme(edition.scheme))
        then = next(
            (
                own
                for other, own in reversed(world.editions)
                if (other.period, other.scheme) == (period.previous().label, edition.scheme)
                and other.known_at <= edition.known_at
            ),
            None,
        )
        by_period[edition.period, edition.scheme].append(days)
        tables = edition_tables(session, edition.id or 0, Product.ECONOMIST)
        studies = edition_studies(session, edition.id or 0, Product.ECONOMIST)
        kept = session.get(AdoptionEditionTable, (edition.id, PUBLIC, TABLES))
        assert kept is not None
        manager = edition_tables(session, edition.id or 0, Product.MANAGER)
        world.few += few_counts(tables, manager, read_public(kept.content).told)
        named = {row.goods_group for area in tables.areas.values() for row in area.goods}
        for code, area in tables.areas.items():
            markets = _markets(code, tables.groups)
            total = area["U8"].numerator
            if total is not None:
                _tell(world, (days, markets, frozenset(GOODS), frozenset(CHANNELS)), round(total))
            for row in area.goods:
                if row.value_vnd is not None:
                    others = frozenset(GOODS) - (named - {"khác"})
                    goods = others if row.goods_group == "khác" else frozenset({row.goods_group})
                    _tell(world, (days, markets, goods, frozenset(CHANNELS)), row.value_vnd)
            for grown in studies.areas[code].growths:
                if grown.against == "previous" and grown.raw is not None:
                    assert then is not None
                    rest = (markets, frozenset(GOODS), frozenset(CHANNELS))
                    world.growths.append(((days, *rest), (then, *rest), grown.raw))
            for one in studies.areas[code].channels:
                if one.value_share is not None and total is not None:
                    value = round(one.value_share * total)
                    cell = (days, markets, frozenset(GOODS), frozenset({one.provider}))
                    _tell(world, cell, value)
    for (label, _scheme), versions in by_period.items():
        world.versions += [
            (label, old, new)
            for at, old in enumerate(versions)
            for new in versions[at + 1 :]
            if old != new
        ]


def _tell(world: World, cell: Cell, value: int) -> None:
    assert world.known.setdefault(cell, value) == pytest.approx(value, abs=1), cell


def _markets(code: str, groups: Mapping[str, object]) -> frozenset[str]:
    if code == "*":
        return frozenset(MARKETS)
    if code in groups:
        return frozenset(groups[code].market_codes)  # type: ignore[attr-defined]
    return frozenset({code})


def contributions(world: World, cell: Cell) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for piece, own in world.truth.items():
        if all(part in names for part, names in zip(piece, cell, strict=True)):
            for vendor, value in own.items():
                found[vendor] += value
    return found


def cells_of(days: frozenset[str]) -> list[Cell]:
    """Return every cell of money that some table of a period could tell."""
    wheres = [*(frozenset({code}) for code in MARKETS), frozenset(AREA), frozenset(MARKETS)]
    whats = [(frozenset({goods}), frozenset(CHANNELS)) for goods in GOODS]
    whats += [(frozenset(GOODS), frozenset({channel})) for channel in CHANNELS]
    whats += [(frozenset(GOODS), frozenset(CHANNELS))]
    return [(days, where, *what) for where in wheres for what in whats]


def test_what_editions_told_is_true(world: World) -> None:
    for cell, value in world.known.items():
        assert value == pytest.approx(sum(contributions(world, cell).values()), abs=1), cell


def test_no_unsafe_figure_is_worked_out_from_all_editions_together(world: World) -> None:
    """Of any period, and of each half month between the two cut-offs: one market day each."""
    attacker = Attacker(world.truth, world.known, growth_bounds(world))  # type: ignore[arg-type]
    unsafe = 0
    halves = {frozenset({version}) for version, *_ in world.truth}
    for days in {days for _, days in world.editions} | halves:
        for cell in cells_of(days):
            own = contributions(world, cell)
            away = distance(own)
            if away is None:
                continue
            unsafe += 1
            value, slack = sum(own.values()), 1e-5 * sum(own.values()) + 2
            low, high = attacker.bounds(cell)  # type: ignore[arg-type]
            assert cell not in world.known, cell
            assert high - value >= away - slack, (cell, value, low, high)
            assert value - low >= min(away, value) - slack, (cell, value, low, high)
    assert unsafe >= 20
    assert len(world.known) >= 30


def test_no_count_of_few_is_worked_out_from_the_areas_of_an_edition(world: World) -> None:
    """Nor with the public's multiples beside them: at least two numbers are always left."""
    assert len(world.few) >= 10
    for one in world.few:
        assert one.low - 1e-6 <= one.count <= one.high + 1e-6, one
        assert one.high - one.low >= 1 - 1e-6, one


def growth_bounds(world: World) -> list[tuple[Cell, float, float]]:
    """Return from what to what a growth in tenths of a per cent lets the earlier sum be."""
    return [
        (then, world.known[now] / (1 + raw + 0.0005), world.known[now] / (1 + raw - 0.0005))
        for now, then, raw in world.growths
        if now in world.known
    ]


def test_growth_is_told_against_what_was_published(world: World) -> None:
    """Against what is known since it would tell, of July, the one vendor whose change waits."""
    for now, then, raw in world.growths:
        sums = [sum(contributions(world, cell).values()) for cell in (now, then)]
        assert raw == pytest.approx(sums[0] / sums[1] - 1, abs=0.0006), (now, then)
    assert any(f"{CORRECTED}#3" in now[0] for now, _, _ in world.growths)


def test_between_two_editions_of_a_period_no_few_are_told(world: World) -> None:
    """What changed is a cell like others: of too few vendors, it must stand between wide bounds."""
    compared = 0
    for label, old, new in world.versions:
        for then, now in zip(cells_of(old), cells_of(new), strict=True):
            if then not in world.known or now not in world.known:
                continue
            before, after = contributions(world, then), contributions(world, now)
            moved = {
                vendor: abs(after.get(vendor, 0) - before.get(vendor, 0))
                for vendor in before.keys() | after.keys()
            }
            if any(moved.values()):
                compared += 1
                assert distance(moved) is None, (label, now[1:], moved)
    assert compared >= 1


def test_the_change_of_a_single_vendor_waits(world: World) -> None:
    """20/07 stands in July, in the August that ends on the 14th, and in what holds these."""
    assert any(one.startswith("2026-07 calendar") for one in world.waiting)
    last = {(edition.period, edition.scheme): days for edition, days in world.editions}

    assert f"{TOUCHED}#1" in last["2026-07", "calendar"]
    assert f"{TOUCHED}#1" in last["2026-Q3", "calendar"]


def test_a_quarter_takes_the_days_of_its_months_as_these_told_them(world: World) -> None:
    newest = {(edition.period, edition.scheme): days for edition, days in world.editions}
    months = [newest[f"2026-{number:02}", "calendar"] for number in (7, 8, 9)]

    assert newest["2026-Q3", "calendar"] == frozenset().union(*months)
