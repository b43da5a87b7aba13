"""Every adapter, with its own samples gone wrong: a reading each time, in bounded time."""

import random
import time

import pytest

from reconciliation.feeds.catalogue import READERS, identify
from tests.feed_mutations import check, inputs, mutated

INPUTS_EACH = 60
SLOWEST_S = 2.0
"""Of processor time; what is mutated here is a few kilobytes long."""


@pytest.mark.parametrize("provider", sorted(READERS))
def test_a_sample_gone_wrong_gives_a_reading_in_bounded_time(provider: str) -> None:
    samples = inputs()[provider]
    for seed in range(INPUTS_EACH):
        draw = random.Random(f"{provider} {seed}")
        one = mutated(draw.choice(samples), draw)

        began = time.process_time()
        check(one.read())
        reader = identify(one.content, one.context.name)

        assert time.process_time() - began < SLOWEST_S, f"seed {seed}"
        assert reader is None or reader.provider in READERS
