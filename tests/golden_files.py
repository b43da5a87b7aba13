"""Golden files: what people see, kept beside the tests; ``--update-golden`` writes them anew."""

from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"

Compare = Callable[[str, bytes], None]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Compare:
    """Give a function that compares bytes with the golden file of that name."""

    def compare(name: str, content: bytes) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.write_bytes(content)
        assert path.exists(), f"{name} is missing: run once with --update-golden and look at it"
        assert content == path.read_bytes(), f"{name} changed: look at it with --update-golden"

    return compare
