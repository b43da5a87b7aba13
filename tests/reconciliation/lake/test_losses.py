"""A worker that is killed changes nothing: its parts are done again, by processes and by a cluster."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster

from market.cli.engine import crew_of
from reconciliation.engine.crew import Processes, heaviest_first
from reconciliation.engine.matching import reconcile
from reconciliation.errors import ClusterUnreachable, EngineInputRefused, WorkersLost
from reconciliation.lake import running
from reconciliation.lake.cluster import connected
from tests.reconciliation.engine.world import books, record, rules
from tests.reconciliation.lake.killing import Deadly, decide_rest_or_die, double
from tests.reconciliation.lake.test_running import market_day, run_lake


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a scheduler with two worker processes."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", protocol="tcp://"
    ) as started:
        yield started.scheduler_address


def test_a_process_that_is_killed_is_replaced_and_its_parts_are_done_again(tmp_path: Path) -> None:
    tasks = [Deadly(number, tmp_path, times=int(number == 3)) for number in range(8)]

    with Processes(2) as crew:
        assert crew.run(double, tasks, [1] * 8) == [0, 2, 4, 6, 8, 10, 12, 14]


def test_a_part_that_kills_every_worker_ends_the_run_with_its_name(tmp_path: Path) -> None:
    tasks = [Deadly(1, tmp_path, times=99)]

    with Processes(1) as crew, pytest.raises(WorkersLost, match="1 parts left"):
        crew.run(double, tasks, [1])


def test_what_a_worker_refuses_is_refused_by_the_run(tmp_path: Path) -> None:
    given_books = books([record("p1", account="A"), record("p1", account="A")], [])

    with Processes(2) as crew, pytest.raises(EngineInputRefused, match="'p1' stands in an earlier"):
        run_lake(given_books, tmp_path, crew)


def test_the_heaviest_parts_go_first() -> None:
    assert heaviest_first([3, 9, 1, 9]) == [1, 3, 0, 2]


def test_a_worker_killed_in_the_middle_of_a_run_changes_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_books = market_day()
    monkeypatch.setattr(running, "decide_rest", decide_rest_or_die)

    with Processes(2) as crew:
        found = run_lake(given_books, tmp_path, crew, rows_per_part=60)

    assert found.parts > 2
    assert found.root_hash == reconcile(given_books, rules()).root_hash


def test_a_cluster_that_loses_a_worker_has_the_root_of_one_process(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_books = market_day()
    monkeypatch.setattr(running, "decide_rest", decide_rest_or_die)

    with connected(cluster) as crew:
        found = run_lake(given_books, tmp_path, crew, rows_per_part=60)

    assert found.root_hash == reconcile(given_books, rules()).root_hash


def test_books_in_memory_go_to_a_cluster_too(cluster: str) -> None:
    given_books = market_day()

    with crew_of(1, cluster) as crew:
        shared = reconcile(given_books, rules(), crew=crew)

    assert shared.root_hash == reconcile(given_books, rules()).root_hash


def test_an_address_at_which_nobody_answers_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reconciliation.lake.cluster.CONNECT_TIMEOUT_S", 1)

    with pytest.raises(ClusterUnreachable, match="nobody answers"), connected("tcp://127.0.0.1:9"):
        pass
