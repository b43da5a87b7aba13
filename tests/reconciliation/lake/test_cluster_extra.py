"""Without the extra ``cluster`` nothing but ``--cluster`` is missed."""

import sys

import pytest

from market.cli.engine import crew_of
from reconciliation.engine.crew import Alone
from reconciliation.errors import ClusterUnreachable


def test_without_the_extra_the_address_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    with (
        pytest.raises(ClusterUnreachable, match="the extra 'cluster' is not installed"),
        crew_of(1, "tcp://127.0.0.1:8786"),
    ):
        pass


def test_one_worker_is_this_process() -> None:
    with crew_of(1, None) as crew:
        assert isinstance(crew, Alone)
