"""A raw store of the test's own."""

from pathlib import Path

import pytest

from reconciliation.raw_store import RawStore


@pytest.fixture
def store(tmp_path: Path) -> RawStore:
    """An empty raw store."""
    return RawStore(tmp_path / "raw")
