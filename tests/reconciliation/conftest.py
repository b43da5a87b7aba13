"""Fixtures of the reconciliation tests: a running stripe-mock, a raw store of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciliation.intake.raw_store import RawStore
from tests.stripe_mock import StripeMock, start_stripe_mock


@pytest.fixture(scope="session")
def stripe_mock() -> Iterator[StripeMock]:
    """A running stripe-mock with its own fixtures."""
    running = start_stripe_mock()
    yield running
    running.stop()


@pytest.fixture
def store(tmp_path: Path) -> RawStore:
    """An empty raw store."""
    return RawStore(tmp_path / "raw")
