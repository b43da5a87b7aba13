"""The very command lines of the containers run here without Docker, on loopback."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.postgres import PostgresServer

ROOT = Path(__file__).parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())
OURS = {name: s for name, s in COMPOSE["services"].items() if s.get("image") == "cho40"}
SECRETS = {
    "POSTGRES_PASSWORD": "not-used-on-a-local-socket",
    "CHO40_SECRET_KEYS": '["a secret that is no example"]',
    "CHO40_HASH_KEY": "another secret that is no example",
    "CHO40_SEPAY_HMAC_SECRETS": '["a third secret that is no example"]',
}
BIN = Path(sys.executable).parent
STOPPED_BY_TERM = {0, -signal.SIGTERM, 128 + signal.SIGTERM}


def test_every_role_of_the_image_is_one_of_our_commands() -> None:
    assert {name: s["command"][:2] for name, s in OURS.items()} == {
        "migrate": ["cho40", "init"],
        "web": ["cho40", "serve"],
        "worker": ["cho40", "work"],
        "sandbox": ["cho40", "sandbox"],
    }


def test_our_containers_write_nowhere_but_their_volume() -> None:
    for service in OURS.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["volumes"] == ["raw:/var/lib/cho40"]


def test_nothing_is_published_beyond_loopback() -> None:
    published = [p for s in COMPOSE["services"].values() for p in s.get("ports", [])]

    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_image_runs_as_an_unprivileged_user() -> None:
    dockerfile = (ROOT / "docker" / "Dockerfile").read_text()

    assert re.search(r"^USER 10001:10001$", dockerfile, re.MULTILINE)


def test_nothing_starts_with_an_example_secret(tmp_path: Path) -> None:
    environment = _environment(OURS["web"], "sqlite://", tmp_path) | {
        "CHO40_HASH_KEY": "example-secret-never-use-in-production"
    }

    refused = subprocess.run(
        [BIN / "cho40", *OURS["web"]["command"][1:]],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert refused.returncode != 0
    assert "production mode needs" in refused.stderr
    assert "example-secret" not in refused.stderr


@pytest.mark.postgres
def test_the_containers_commands_start_answer_and_stop(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    database = postgres.fresh_database(f"docker{os.getpid()}")
    _run_to_the_end("migrate", database, tmp_path)

    with _running("sandbox", database, tmp_path) as sandbox_port:
        _wait_until_healthy(sandbox_port, OURS["sandbox"]["healthcheck"]["test"])
        with _running("web", database, tmp_path) as web_port:
            _wait_until_healthy(web_port, _dockerfile_health_check())
            assert httpx.get(f"http://127.0.0.1:{web_port}/").status_code == httpx.codes.OK
        with _running(
            "worker",
            database,
            tmp_path,
            CHO40_STRIPE_BASE_URL=f"http://127.0.0.1:{sandbox_port}",
            CHO40_STRIPE_ACCOUNT="acct_sandbox",
        ):
            _wait_for_deliveries(database, tmp_path)


def _run_to_the_end(name: str, database: str, folder: Path) -> None:
    subprocess.run(
        [BIN / "cho40", *OURS[name]["command"][1:]],
        env=_environment(OURS[name], database, folder),
        check=True,
        timeout=60,
    )


@contextmanager
def _running(name: str, database: str, folder: Path, **changes: str) -> Iterator[int]:
    port = _free_port()
    command = [str(BIN / "cho40"), *OURS[name]["command"][1:]]
    command = ["127.0.0.1" if word == "0.0.0.0" else word for word in command]
    command = [str(port) if word in {"8000", "12112"} else word for word in command]
    process = subprocess.Popen(
        command, env=_environment(OURS[name], database, folder) | changes, cwd=folder
    )
    try:
        yield port
    finally:
        process.terminate()
        status = process.wait(timeout=20)
    assert status in STOPPED_BY_TERM, f"{name} ended with {status}"


def _environment(service: dict[str, Any], database: str, folder: Path) -> dict[str, str]:
    values = {name: _filled(str(value)) for name, value in service["environment"].items()}
    own = {"CHO40_DATABASE_URL": database, "CHO40_DATA_DIR": str(folder)}
    return {"PATH": os.environ["PATH"], "HOME": str(folder)} | values | own


def _filled(text: str) -> str:
    def value(match: re.Match[str]) -> str:
        name, default = match["name"], match["default"]
        return SECRETS[name] if default is None else default

    return re.sub(r"\$\{(?P<name>\w+)(?:\:-(?P<default>[^}]*)|:\?[^}]*)?\}", value, text)


def _dockerfile_health_check() -> list[str]:
    text = (ROOT / "docker" / "Dockerfile").read_text()
    found = re.search(r"HEALTHCHECK .*?CMD (\[.*?\])", text, re.DOTALL)
    assert found
    return ["CMD", *yaml.safe_load(found[1])]


def _wait_until_healthy(port: int, check: list[str]) -> None:
    command = [str(BIN / "cho40"), *(re.sub(r":\d+/", f":{port}/", word) for word in check[2:])]
    for _ in range(60):
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.25)
    pytest.fail(f"{' '.join(command)} never succeeded")


def _wait_for_deliveries(database: str, folder: Path) -> None:
    environment = _environment(OURS["worker"], database, folder)
    for _ in range(60):
        listed = subprocess.run(
            [BIN / "cho40", "feed", "deliveries", "--json"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        if '"stripe"' in listed.stdout:
            return
        time.sleep(0.5)
    pytest.fail("the worker fetched nothing from the sandbox")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
