"""The starter of stripe-mock itself: skipped where it cannot run, but never in CI."""

from pathlib import Path

import pytest

from tests import stripe_mock


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without stripe-mock and without Go."""
    monkeypatch.delenv("STRIPE_MOCK_URL", raising=False)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(stripe_mock, "BINARY", tmp_path / "stripe-mock")
    return tmp_path


def test_a_given_url_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_MOCK_URL", "http://mock:12111/")

    assert stripe_mock.start_stripe_mock().url == "http://mock:12111"


@pytest.mark.usefixtures("nothing_installed")
def test_without_go_the_tests_are_skipped_with_that_reason() -> None:
    with pytest.raises(pytest.skip.Exception, match="Go is not installed"):
        stripe_mock.start_stripe_mock()


@pytest.mark.usefixtures("nothing_installed")
def test_in_ci_they_fail_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="Go is not installed"):
        stripe_mock.start_stripe_mock()


@pytest.mark.usefixtures("nothing_installed")
def test_without_go_the_installer_says_so() -> None:
    assert stripe_mock.install() == "stripe-mock not installed: Go is not installed"


def test_a_program_that_does_not_start_is_told(
    nothing_installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = nothing_installed / "stripe-mock"
    broken.write_text("#!/bin/sh\necho no such flag\n", encoding="utf-8")
    broken.chmod(0o755)

    with pytest.raises(RuntimeError, match="no such flag"):
        stripe_mock.start_stripe_mock()
