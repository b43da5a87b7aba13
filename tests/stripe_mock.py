"""A running stripe-mock for tests; ``python -m tests.stripe_mock`` installs it beforehand.

stripe-mock speaks Stripe's protocol out of Stripe's own OpenAPI description. It is a Go program, so
it is built once into ``.tools`` where Go is at hand.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

VERSION = "v0.197.0"
MODULE = f"github.com/stripe/stripe-mock@{VERSION}"
TOOLS = Path(__file__).resolve().parent.parent / ".tools"
BINARY = TOOLS / "stripe-mock"

_LISTENING = re.compile(r"Listening for HTTP at address: (\S+)")
_START_TIMEOUT_S = 30


@dataclass
class StripeMock:
    """One stripe-mock; ``url`` reaches it, ``process`` is ``None`` when it runs elsewhere."""

    url: str
    process: subprocess.Popen[str] | None = None

    def stop(self) -> None:
        """Stop the process that was started here."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=10)
            assert self.process.stdout is not None
            self.process.stdout.close()


def start_stripe_mock(*options: str) -> StripeMock:
    """Return a running stripe-mock: ``$STRIPE_MOCK_URL``, else the installed binary.

    ``options`` ask for a process of its own. Without either the calling test is skipped with the
    reason; where ``CI`` is set it fails, because there these tests must run.
    """
    url = os.environ.get("STRIPE_MOCK_URL", "")
    if url and not options:
        return StripeMock(url.rstrip("/"))
    if not BINARY.exists():
        _give_up(f"{_why_not_installed()}; run `make stripe-mock` or set STRIPE_MOCK_URL")
    return _started([str(BINARY), *options])


def install() -> str:
    """Build stripe-mock into ``.tools`` unless it is there, and return what was done."""
    if BINARY.exists():
        return f"stripe-mock is there: {BINARY.relative_to(TOOLS.parent)}"
    if shutil.which("go") is None:
        return f"stripe-mock not installed: {_why_not_installed()}"
    print(f"go install {MODULE} (a minute, once)", flush=True)  # noqa: T201
    TOOLS.mkdir(exist_ok=True)
    built = subprocess.run(
        ["go", "install", MODULE],
        env={**os.environ, "GOBIN": str(TOOLS), "GOFLAGS": "-buildvcs=false"},
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        return f"stripe-mock not installed: go install failed: {built.stderr.strip()[-500:]}"
    return f"stripe-mock installed: {BINARY.relative_to(TOOLS.parent)}"


def _why_not_installed() -> str:
    return "Go is not installed" if shutil.which("go") is None else "stripe-mock is not installed"


def _give_up(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _started(command: Sequence[str]) -> StripeMock:
    # Port 0: the system chooses, so that several test processes do not meet. HTTPS cannot be
    # switched off together with an HTTP address; on the loopback and unused it does no harm.
    process = subprocess.Popen(
        [*command, "-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    watchdog = threading.Timer(_START_TIMEOUT_S, process.kill)
    watchdog.start()
    said: list[str] = []
    try:
        for line in process.stdout:
            said.append(line)
            if found := _LISTENING.search(line):
                # It logs every request; an unread pipe would fill up and stop it.
                threading.Thread(target=_drain, args=(process,), daemon=True).start()
                return StripeMock(f"http://{found[1]}", process)
    finally:
        watchdog.cancel()
    process.wait(timeout=10)
    process.stdout.close()
    raise RuntimeError(f"stripe-mock did not start: {''.join(said)[-500:]}")


def _drain(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    try:
        for _line in process.stdout:
            pass
    except ValueError:  # closed by stop()
        return


if __name__ == "__main__":
    print(install())  # noqa: T201
    sys.exit(0)
