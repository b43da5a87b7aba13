"""The demonstration from an empty database to the reports, and the proof that nothing was lost."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from market.database import migrate, open_engine, reading, writing
from market.demo.campaign import link_helper, plan_campaign, write_campaign_papers
from market.demo.cash_points import write_cash_points_down
from market.demo.feeds import ask_stripe, read_files, receive_webhooks
from market.demo.home import clear_home, demo_settings
from market.demo.onboarding import morning, print_book, register_markets, take_vendors_in
from market.demo.papers import Link, demo_links, save_pages, write_reports
from market.demo.people import add_people, write_paper
from market.demo.survey import ask_takings
from market.demo.watch import Watch
from market.reports import AdoptionReport, VendorDayReport
from market.settings import Settings
from merchants.markets.registration import MarketDetails
from merchants.sealing import Sealer
from reconciliation.close.activity import judge_activity
from reconciliation.close.closing import ClosedDay, close_days
from reconciliation.close.versions import verify_chain
from reconciliation.profiles import load_profiles
from reconciliation.simulation.contracts import contracts_file
from reconciliation.simulation.faults import DEFAULT_FAULTS, FaultRates
from reconciliation.simulation.observe import read_conclusions, read_deliveries
from reconciliation.simulation.people import ISSUE_DAYS, STRIPE_ACCOUNT
from reconciliation.simulation.places import demo_markets
from reconciliation.simulation.register import draw_register
from reconciliation.simulation.score import Score, score
from reconciliation.simulation.world import (
    FIRST_DAY,
    LAST_DAY,
    SimulatedWorld,
    simulate_days,
)

CLOSE_AFTER = timedelta(days=10)
"""When the days are closed: late rows have come, so that complete days can be final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPlan:
    """What the demonstration plays; the same plan leaves the same reports."""

    markets: Sequence[MarketDetails] = demo_markets()
    book_of: str = "MA"
    """The market whose poster book is printed and whose vendor's day is shown."""
    first: date = FIRST_DAY
    last: date = LAST_DAY
    seed: int = 1
    faults: FaultRates = DEFAULT_FAULTS

    @property
    def month(self) -> str:
        """Return the month whose adoption is reported."""
        return f"{self.last:%Y-%m}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """What came out, for whoever started it."""

    settings: Settings
    papers: Sequence[Path]
    """Every file written into the folder of papers."""
    closed: Sequence[ClosedDay]
    adoption: AdoptionReport
    vendor_day: VendorDayReport
    links: Sequence[Link]
    score: Score
    broken_proofs: Sequence[str]

    @property
    def is_sound(self) -> bool:
        """Return whether nothing was lost, invented, wrongly claimed or left unexplained."""
        found = self.score
        return not (
            found.wrong_claims
            or found.invented
            or found.lost
            or found.unexplained_vnd
            or self.broken_proofs
        )


def run_demo(
    settings: Settings, out: Path, *, watch: Watch, now: datetime, plan: DemoPlan | None = None
) -> Demonstration:
    """Play the plan into a database of its own and write the papers into ``out``.

    Args:
        settings: only its folder and its keys count; the demonstration's database lies in the
            folder ``demo`` under ``data_dir`` and is made anew.
        now: when the links begin to hold; the story itself happens at its own times.
    """
    plan = plan or DemoPlan()
    settings = demo_settings(settings, stripe_account=STRIPE_ACCOUNT)
    clear_home(settings.data_dir)
    out.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.url)
    try:
        return _play(engine, settings, out, plan, watch=watch, now=now)
    finally:
        engine.dispose()


def _play(
    engine: sa.Engine,
    settings: Settings,
    out: Path,
    plan: DemoPlan,
    *,
    watch: Watch,
    now: datetime,
) -> Demonstration:
    migrate(engine)
    with contracts_file() as contracts:  # whoever closes these days again must judge by the same
        shutil.copyfile(contracts, settings.data_dir / "contracts.toml")
    drawn = draw_register(plan.markets, plan.seed)
    begun = morning(ISSUE_DAYS[0])
    register_markets(engine, plan.markets, now=begun, watch=watch)
    codes = [market.code for market in plan.markets]
    write_cash_points_down(engine, codes, now=begun, watch=watch)
    onboarded = take_vendors_in(engine, settings, drawn, last=plan.last, watch=watch)
    papers = [out / "vendors.xlsx", out / f"posters-{plan.book_of}.pdf"]
    papers[0].write_bytes(onboarded.sheet)
    papers[1].write_bytes(print_book(engine, settings, plan.book_of, watch=watch))

    plan_campaign(
        engine,
        settings,
        plan.markets,
        plan.book_of,
        first=plan.first,
        last=plan.last,
        watch=watch,
    )
    advance = watch.step("Mô phỏng ngày chợ / Simulate market days")
    world = simulate_days(
        onboarded.register,
        plan.first,
        plan.last,
        seed=plan.seed,
        faults=plan.faults,
        sepay_secret=settings.sepay_hmac_secrets[0].get_secret_value(),
    )
    advance(1)
    closing = morning(plan.last + CLOSE_AFTER)
    receive_webhooks(engine, settings, world.webhooks, now=closing, watch=watch)
    read_files(engine, settings, world.files, now=closing, watch=watch)
    ask_stripe(engine, settings, world, now=closing, watch=watch)

    closed = close_all(
        engine, plan.first, plan.last, sealer=settings.sealer, now=closing, watch=watch
    )
    found, broken = check_against_truth(engine, world, sealer=settings.sealer, watch=watch)
    papers.append(
        ask_takings(
            engine,
            out,
            codes,
            first=plan.first,
            last=plan.last,
            seed=plan.seed,
            watch=watch,
        )
    )
    advance = watch.step("Báo cáo / Reports")
    adoption, vendor_day, written = write_reports(
        engine, settings, out, month=plan.month, market_code=plan.book_of, last=plan.last
    )
    links = demo_links(
        engine, settings, vendor_code=vendor_day.vendor_code, market_code=plan.book_of, now=now
    )
    ways_in = add_people(engine, settings, plan.book_of, now=now)
    link_helper(engine, plan.book_of, last=plan.last)
    papers += write_campaign_papers(engine, out, plan.book_of, plan.last)
    papers += [*written, *save_pages(settings, links, out)]
    papers.append(write_paper(out, settings, ways_in, now=now))
    advance(1)
    return Demonstration(
        settings=settings,
        papers=papers,
        closed=closed,
        adoption=adoption,
        vendor_day=vendor_day,
        links=links,
        score=found,
        broken_proofs=broken,
    )


def close_all(
    engine: sa.Engine, first: date, last: date, *, sealer: Sealer, now: datetime, watch: Watch
) -> list[ClosedDay]:
    """Close every day of every market with the contracts of the simulated providers."""
    advance = watch.step("Chốt ngày / Close the days", (last - first).days + 1)
    with contracts_file() as contracts, writing(engine) as session:
        closed = close_days(
            session,
            first,
            last,
            market_code=None,
            profiles=load_profiles(contracts),
            sealer=sealer,
            now=now,
            on_progress=advance,
        )
        judge_activity(session, now=now)
    final = sum(day.state.value == "final" for day in closed)
    watch.say(f"{len(closed)} lần chốt, {final} chính thức / closes, final")
    return closed


def check_against_truth(
    engine: sa.Engine, world: SimulatedWorld, *, sealer: Sealer, watch: Watch
) -> tuple[Score, list[str]]:
    """Compare every conclusion with what really happened, and prove the chain of closes again."""
    advance = watch.step("So với sự thật / Check against the truth", 2)
    with reading(engine) as session:
        found = score(
            world,
            read_conclusions(session, world, sealer=sealer),
            read_deliveries(session),
        )
        advance(1)
        broken = verify_chain(session, sealer=sealer)
        advance(2)
    return found, broken
