"""An attacker who reads a month that runs after each market day, and once more when it is published.

One market, 24 vendors, three market days a week, October 2026. On some days a single vendor is paid, and after the month's end a
late receipt of one comes in. Whoever subtracts one day's reading from the next has each of these
amounts, if the readings tell money: the same attacker proves it on the figures before they are guarded.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from market.adoption.periods import Period
from market.database import open_engine, reading, writing
from market.reports.editions import edition_tables
from market.reports.making import make_edition
from market.reports.measuring import measure_tables
from market.reports.models import PeriodTables, Product
from market.reports.tables_told import studied_tables_of
from market.reports.unpublished import tables_before
from merchants.kinds import CalendarRule
from tests.market import books
from tests.market.books import Line
from tests.market.public.publishing import P_PERCENT

OCTOBER = Period.read("2026-10")
OCTOBERS_DAYS = [date(2026, 10, 1) + timedelta(days=n) for n in range(31)]
DAYS = [on for on in OCTOBERS_DAYS if on.isoweekday() in {2, 4, 6}]
"""Market days; on other days nothing is closed, and a reading says what the one before said."""
VENDORS = range(1, 25)
ALONE = {date(2026, 10, 6): 3, date(2026, 10, 13): 11, date(2026, 10, 27): 20}
"""Who alone was paid on a day."""
LATE = 17
"""Who was paid on the last day, as is known after the month's end."""
PUBLISHED_AT = datetime(2026, 11, 5, 20, tzinfo=UTC)


@dataclass(frozen=True)
class Month:
    """The readings of each evening, exact and as told, the edition, and what attackers want."""

    exact: list[PeriodTables]
    told: list[PeriodTables]
    edition: PeriodTables
    secrets: dict[str, int]


def evening(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 16, tzinfo=UTC)


def play(session: Session, *, seed: int) -> dict[str, int]:
    """Close each day of October on its evening, the last again in November; return the secrets."""
    chance = Random(seed)
    books.add_market(
        session, "MA", "Chợ trung tâm Mậu A", CalendarRule.WEEKLY, "weekdays=2|4|6", vendors=24
    )
    session.execute(sa.text("UPDATE stall SET audited_on = '2026-09-01', displayed_codes = 1"))

    def line(vendor: int, on: date) -> Line:
        at = datetime(on.year, on.month, on.day, 1, tzinfo=UTC) + timedelta(minutes=vendor)
        return Line(vendor, chance.randrange(100_000, 900_000), at=at)

    secrets = {}
    for on in DAYS:
        lines = [line(vendor, on) for vendor in ([ALONE[on]] if on in ALONE else VENDORS)]
        if on in ALONE:
            secrets[f"alone on {on}"] = lines[0].amount_vnd
        books.close(session, "MA", on, lines).closed_at = evening(on)
    late = line(LATE, DAYS[-1])
    secrets["late"] = late.amount_vnd
    books.close(session, "MA", DAYS[-1], [*lines, late]).closed_at = PUBLISHED_AT
    session.flush()
    return secrets


def empty(folder: Path, template: Path) -> sa.Engine:
    shutil.copy(template, folder / "cho40.sqlite3")
    return open_engine(f"sqlite:///{folder / 'cho40.sqlite3'}")


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Month:
    engine = empty(tmp_path_factory.mktemp("drafts"), sqlite_template)
    with writing(engine) as session:
        secrets = play(session, seed=1)
        exact = [measured(session, known_at=evening(on)) for on in DAYS]
        made = make_edition(
            session,
            OCTOBER,
            p_percent=P_PERCENT,
            known_at=PUBLISHED_AT,
            now=PUBLISHED_AT,
            actor="test",
        )
        edition = edition_tables(session, made.edition.id or 0, Product.ECONOMIST)
    engine.dispose()
    return Month(exact, [tables_before(one) for one in exact], edition, secrets)


def measured(session: Session, known_at: datetime) -> PeriodTables:
    """Measure what would be told without a guard between readings."""
    return measure_tables(
        session, OCTOBER, Product.ECONOMIST, p_percent=P_PERCENT, known_at=known_at
    )


def money_in(tables: PeriodTables) -> dict[str, float]:
    """Return every amount of money, or number that money can be worked out from, that tables tell."""
    found: dict[str, float] = {}
    for code, area in tables.areas.items():
        for one in area.indicators:
            if one.unit.startswith("vnd"):
                days = one.denominator if one.id == "U8" else None
                for name, value in (("sum", one.numerator), ("value", one.value)):
                    if value is not None:
                        found[f"{code} {one.id} {name}"] = value
                if one.value is not None and days:
                    found[f"{code} {one.id} sum"] = one.value * days
                if one.credible is not None:
                    found[f"{code} {one.id} credible"] = one.credible
        for row in area.goods:
            if row.value_vnd is not None:
                found[f"{code} {row.goods_group}"] = row.value_vnd
    return found


def recovered(readings: Iterable[PeriodTables], secrets: dict[str, int]) -> set[str]:
    """Return the secrets that are the difference of some figure between two readings in a row."""
    found = set()
    told = [money_in(tables) for tables in readings]
    for before, after in pairwise(told):
        for name in before.keys() & after.keys():
            moved = after[name] - before[name]
            found |= {secret for secret, value in secrets.items() if abs(moved - value) < 1}
    return found


def test_the_attacker_is_no_straw_man(month: Month) -> None:
    assert recovered([*month.exact, month.edition], month.secrets) == set(month.secrets)


def test_readings_of_every_day_and_the_edition_give_no_vendors_turnover(month: Month) -> None:
    assert recovered([*month.told, month.edition], month.secrets) == set()
    assert [money_in(tables) for tables in month.told] == [{}] * len(DAYS)
    assert money_in(month.edition)


def test_counts_of_a_month_that_runs_are_multiples_and_shares_are_theirs(month: Month) -> None:
    counts = set()
    for tables in month.told:
        for area in tables.areas.values():
            counts.add(area.vendors_in_frame)
            for one in area.indicators:
                counts |= {one.numerator, one.denominator}
                if one.numerator is not None and one.value is not None:
                    assert one.denominator is not None
                    assert one.value == one.numerator / one.denominator
    told = {count for count in counts if count is not None}
    assert len(told) >= 3
    assert all(count % 5 == 0 for count in told)


def test_with_other_amounts_to_the_same_people_nothing_told_is_other(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> None:
    """No figure that a reader finds before the publication rests on money: so none can tell of it."""
    said = []
    for seed in (1, 2):
        engine = empty(tmp_path_factory.mktemp("other"), sqlite_template)
        with writing(engine) as session:
            play(session, seed=seed)
        with reading(engine) as session:
            tables, studies = studied_tables_of(
                session, OCTOBER, Product.ECONOMIST, p_percent=P_PERCENT
            )
        engine.dispose()
        bare = {
            code: area.model_copy(update={"rests_on_sha256": ""})
            for code, area in tables.areas.items()
        }
        said.append((tables.model_copy(update={"areas": bare}), studies))

    assert said[0] == said[1]
    assert said[0][0].areas["MA"]["U1"].value is not None
