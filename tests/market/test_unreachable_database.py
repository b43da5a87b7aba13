"""A database server that does not answer is named as such, in one line, by every command."""

import os
import socket
from collections.abc import Iterator, Sequence

import pytest
from typer.testing import CliRunner

from market.cli import app as cli
from tests.postgres import PostgresServer

COMMANDS = (
    ["init"], ["vendor", "list"], ["report", "market-day", "MA", "03/10/2026"], ["link", "list"],
)  # fmt: skip


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        yield taken.getsockname()[1]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_server_that_does_not_answer_is_told_from_one_without_tables(
    monkeypatch: pytest.MonkeyPatch, closed_port: int, words: Sequence[str]
) -> None:
    address = f"127.0.0.1:{closed_port}/cho40"
    monkeypatch.setenv("CHO40_DATABASE_URL", f"postgresql://cho:a-secret@{address}")

    done = CliRunner().invoke(cli, list(words))

    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"cho40: {address} không kết nối được / cannot be reached: ")
    assert "refused" in line
    assert "a-secret" not in done.output
    assert "no tables" not in done.output


@pytest.mark.postgres
def test_a_server_without_tables_is_told_to_be_made_ready(
    monkeypatch: pytest.MonkeyPatch, postgres: PostgresServer
) -> None:
    monkeypatch.setenv("CHO40_DATABASE_URL", postgres.empty_database(f"bare{os.getpid()}"))

    done = CliRunner().invoke(cli, ["vendor", "list"])

    assert done.exit_code == 1
    assert "chưa khởi tạo / has no tables" in done.stderr
