"""Every reader with its samples gone wrong, for as long as one likes.

``python -m tests.benchmarks.fuzz --seconds 180``: readers in turn, each with inputs made from a seed, so
that an input that fails is made again by ``--seed``. Exit 1 when a reader raised, or took too long.
"""

import argparse
import random
import sys
import time
import traceback
from collections import Counter
from itertools import count

from reconciliation.feeds.catalogue import READERS, identify
from tests.feed_mutations import check, inputs, mutated

TOO_LONG_S = 5.0


def main() -> int:
    """Fuzz and print what was read."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=0, help="the first seed")
    told = options.parse_args()
    ends = time.monotonic() + told.seconds
    read: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    slowest: Counter[str] = Counter()
    failures = 0
    for seed in count(told.seed):
        if time.monotonic() >= ends:
            break
        for provider in READERS:
            draw = random.Random(f"{provider} {seed}")
            one = mutated(draw.choice(inputs()[provider]), draw)
            began = time.process_time()
            try:
                reading = one.read()
                check(reading)
                identify(one.content, one.context.name)
            except Exception:  # whatever it is: that is what is looked for
                failures += 1
                print(f"{provider}, seed {seed}:\n{traceback.format_exc()}", file=sys.stderr)
                continue
            took_us = int(1e6 * (time.process_time() - began))
            if took_us > 1e6 * TOO_LONG_S:
                failures += 1
                print(f"{provider}, seed {seed}: {took_us / 1e6:.1f} s", file=sys.stderr)
            read[provider] += 1
            refused[provider] += reading.action.value == "reject_file"
            slowest[provider] = max(slowest[provider], took_us)
    print(f"{'reader':<16}{'inputs':>9}{'refused':>9}{'slowest, ms':>13}")
    for provider in READERS:
        print(
            f"{provider:<16}{read[provider]:>9,}{refused[provider]:>9,}"
            f"{slowest[provider] / 1000:>13.1f}"
        )
    print(f"{sum(read.values()):,} inputs, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
