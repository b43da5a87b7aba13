"""Fixtures of the reconciliation tests: a running stripe-mock."""

from collections.abc import Iterator

import pytest

from tests.stripe_mock import StripeMock, start_stripe_mock


@pytest.fixture(scope="session")
def stripe_mock() -> Iterator[StripeMock]:
    """A running stripe-mock with its own fixtures."""
    running = start_stripe_mock()
    yield running
    running.stop()
