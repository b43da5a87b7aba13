"""How the product does against the truth of simulated worlds: run it, read it, it may not fall.

Prints recall and precision per kind of fault over several seeds, with the default faults and with
many. Exit status 1 when a claim is wrong, a row lost, a đồng unexplained, or of what can be decided less
than 0.999 found or rightly said of any kind of fault. Run with
``python -m tests.benchmarks.simulation_score --seeds 10 --days 7 --faults many``.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from market.database import migrate, open_engine
from market.demo.feeds import ask_stripe, read_files, receive_webhooks
from market.demo.home import demo_settings
from market.demo.onboarding import morning, register_markets, take_vendors_in
from market.demo.story import CLOSE_AFTER, check_against_truth, close_all
from market.demo.watch import Silence
from market.settings import Settings
from merchants.markets.registration import MarketDetails
from reconciliation.simulation.faults import DEFAULT_FAULTS, Fault, FaultRates
from reconciliation.simulation.people import ISSUE_DAYS, STRIPE_ACCOUNT
from reconciliation.simulation.places import demo_markets
from reconciliation.simulation.register import draw_register
from reconciliation.simulation.score import FaultScore, Score
from reconciliation.simulation.world import FIRST_DAY, LAST_DAY, simulate_days

SEEDS = 3
GOAL = 0.999
"""Recall and precision of each kind of fault, over all worlds of a run, where the truth is decidable."""
MANY = FaultRates({fault: min(0.3, 5 * DEFAULT_FAULTS.of(fault)) for fault in Fault})


def play(
    seed: int,
    faults: FaultRates,
    *,
    first: date,
    last: date,
    markets: Sequence[MarketDetails] | None = None,
) -> Score:
    """Play a world through the doors into a database of its own; return its score.

    ``markets``: ``None`` = all of the demonstration.
    """
    watch = Silence()
    with tempfile.TemporaryDirectory() as folder:
        settings = demo_settings(Settings(data_dir=Path(folder)), stripe_account=STRIPE_ACCOUNT)
        engine = open_engine(settings.url)
        migrate(engine)
        markets = demo_markets() if markets is None else markets
        register_markets(engine, markets, now=morning(ISSUE_DAYS[0]), watch=watch)
        drawn = draw_register(markets, seed)
        register = take_vendors_in(engine, settings, drawn, last=last, watch=watch).register
        secret = settings.sepay_hmac_secrets[0].get_secret_value()
        world = simulate_days(register, first, last, seed=seed, faults=faults, sepay_secret=secret)
        closing = morning(last + CLOSE_AFTER)
        receive_webhooks(engine, settings, world.webhooks, now=closing, watch=watch)
        read_files(engine, settings, world.files, now=closing, watch=watch)
        ask_stripe(engine, settings, world, now=closing, watch=watch)
        close_all(engine, first, last, sealer=settings.sealer, now=closing, watch=watch)
        found, _ = check_against_truth(engine, world, sealer=settings.sealer, watch=watch)
        engine.dispose()
    return found


def add_up(scores: Sequence[Score]) -> dict[Fault, FaultScore]:
    """Return the counts of several worlds together."""
    total: dict[Fault, FaultScore] = {}
    for found in scores:
        for fault, tally in found.faults.items():
            so_far = total.setdefault(fault, FaultScore())
            so_far.struck += tally.struck
            so_far.answered += tally.answered
            so_far.ambiguous += tally.ambiguous
            so_far.said += tally.said
            so_far.justified += tally.justified
    return total


def main() -> int:
    """Print the scores; return 1 when anything is wrong, lost, unexplained or below the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many worlds, from seed 1 on")
    parser.add_argument("--first", type=date.fromisoformat, default=FIRST_DAY, help="2026-10-19")
    parser.add_argument("--days", type=int, help="so many days of each world; all without it")
    parser.add_argument("--faults", choices=["default", "many", "both"], default="both")
    told = parser.parse_args()
    first = told.first
    days = first, first + timedelta(days=told.days - 1) if told.days else LAST_DAY
    console = Console()
    bad = 0
    for name, faults in (("default", DEFAULT_FAULTS), ("many", MANY)):
        if told.faults in {name, "both"}:
            bad += _score_all(console, name, faults, range(1, told.seeds + 1), days)
    return 1 if bad else 0


def _score_all(
    console: Console,
    name: str,
    faults: FaultRates,
    seeds: Sequence[int],
    days: tuple[date, date],
) -> int:
    """Print the scores of some worlds; return how many worlds and kinds of faults are not right."""
    started = time.process_time()
    scores = []
    for seed in seeds:
        scores.append(play(seed, faults, first=days[0], last=days[1]))
        console.print(f"{name} faults, seed {seed}: {_in_words(scores[-1])}")
    seconds = (time.process_time() - started) / len(seeds)
    title = f"{name} faults, seeds {seeds[0]} to {seeds[-1]}, {seconds:.0f} CPU s each"
    table = Table(title=title)
    for column in ("fault", "struck", "ambiguous", "recall", "said", "precision"):
        table.add_column(column, justify="right" if column != "fault" else "left")
    total = add_up(scores)
    for fault, tally in sorted(total.items()):
        table.add_row(
            fault,
            str(tally.struck),
            str(tally.ambiguous),
            _share(tally.recall),
            str(tally.said),
            _share(tally.precision),
        )
    console.print(table)
    below = list(falls_short(total))
    for seed, found in zip(seeds, scores, strict=True):
        for missed in found.missed:
            console.print(f"seed {seed} missed {missed}")
    for told in below:
        console.print(f"below {GOAL}: {told}")
    return sum(map(is_wrong, scores)) + len(below)


def is_wrong(found: Score) -> bool:
    """Return whether anything was lost, invented, claimed wrongly or left unexplained."""
    wrong = found.lost or found.invented or found.wrong_claims
    return bool(wrong) or found.unexplained_vnd != found.ambiguous_vnd


def falls_short(faults: Mapping[Fault, FaultScore]) -> Iterator[str]:
    """Yield the kinds of faults of which too few were found or too many said."""
    for fault, tally in sorted(faults.items()):
        for name, share in (("recall", tally.recall), ("precision", tally.precision)):
            if share is not None and share < GOAL:
                yield f"{name} of {fault} is {share:.4f}"


def _in_words(found: Score) -> str:
    return (
        f"rows {found.rows_in} in, {found.rows_out} out; {len(found.lost)} lost, "
        f"{len(found.invented)} invented; {len(found.wrong_claims)} wrong claims; "
        f"{found.ambiguous_vnd} đồng declared ambiguous, "
        f"{found.unexplained_vnd - found.ambiguous_vnd} đồng unexplained"
    )


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.4f}"


if __name__ == "__main__":
    sys.exit(main())
