"""A real Chromium for the browser tests; ``python -m tests.chromium`` installs it beforehand.

Playwright drives Debian's package: one browser from the system's own archive, nothing downloaded
by a test tool. Without root there is no installing; the tests then say what to do.
"""

import os
import shutil
import subprocess
import sys

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    "--no-sandbox",  # as root in CI there is no other way; the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Without these it looks up its maker's hosts at every start.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str:
    """Return the path of a Chromium: ``$CHROMIUM``, else one of the usual names.

    Without any the calling test is skipped with the reason; where ``CI`` is set it fails, because
    there these tests must run.
    """
    found = os.environ.get("CHROMIUM") or _installed()
    if found is None:
        reason = "no Chromium; run `python -m tests.chromium` as root, or set CHROMIUM to its path"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def install() -> str:
    """Install Debian's package unless a Chromium is there, and return what was done."""
    if there := os.environ.get("CHROMIUM") or _installed():
        return f"Chromium is there: {there}"
    if shutil.which("apt-get") is None:
        return "Chromium not installed: no apt-get here; install it and set CHROMIUM to its path"
    if os.geteuid() != 0:
        return "Chromium not installed: needs root; `sudo apt-get install chromium`"
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "install", "--no-install-recommends", "-y", "chromium"],
    ):
        done = subprocess.run(
            command,
            env=quiet,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            return f"Chromium not installed: {' '.join(command)}: {done.stderr.strip()[-500:]}"
    return f"Chromium installed: {_installed()}"


def _installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


if __name__ == "__main__":
    print(install())  # noqa: T201
    sys.exit(0)
