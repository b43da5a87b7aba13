"""Every refusal has a status, two titles and an exit code of its own."""

import importlib
import pkgutil
from collections.abc import Iterator
from http import HTTPStatus

import pytest

import market
import merchants
import qr
import reconciliation
from market import cli
from market.adoption.errors import AdoptionError
from market.api.problems import problem_document
from market.problems import PROBLEMS, problem_of
from market.security.errors import SecurityError
from merchants.errors import MerchantsError, SheetRefused, VendorNotFound
from qr.errors import QrError
from reconciliation.errors import ReconciliationError

BASES = (AdoptionError, MerchantsError, QrError, ReconciliationError, SecurityError)


def refusals() -> dict[str, list[type[Exception]]]:
    """Return every refusal of the four packages, by the name of its class."""
    for package in (qr, merchants, reconciliation, market):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found: dict[str, list[type[Exception]]] = {}
    for base in BASES:
        for kind in {base, *_below(base)}:
            found.setdefault(kind.__name__, []).append(kind)
    return found


def _below(kind: type[Exception]) -> Iterator[type[Exception]]:
    for child in kind.__subclasses__():
        if not child.__module__.startswith("tests."):
            yield child
            yield from _below(child)


def test_every_refusal_has_a_row_of_its_own_and_no_row_is_left_over() -> None:
    assert set(refusals()) == set(PROBLEMS)


def test_the_name_of_a_refusal_is_used_once() -> None:
    assert [kinds for kinds in refusals().values() if len(kinds) > 1] == []


def test_rows_are_told_in_both_languages_with_a_failing_status() -> None:
    for problem in PROBLEMS.values():
        assert problem.title_vi
        assert problem.title_en
        assert problem.status >= HTTPStatus.BAD_REQUEST
        assert problem.exit_code in {1, 3, 4}


def test_a_refusal_nobody_wrote_a_row_for_is_told_as_its_base() -> None:
    class Unheard(MerchantsError):
        pass

    assert problem_of(Unheard()) == PROBLEMS["MerchantsError"]


@pytest.mark.parametrize(
    ("refusal", "status", "vietnamese"),
    [
        (VendorNotFound("CC1"), 1, "Không có người bán này / "),
        (SheetRefused("a.xlsx", "không có dòng tiêu đề"), 4, ""),
    ],
)
def test_the_command_line_ends_with_the_exit_status_of_the_refusal(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    refusal: Exception,
    status: int,
    vietnamese: str,
) -> None:
    def refuse() -> None:
        raise refusal

    monkeypatch.setattr(cli, "app", refuse)

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == status
    assert capsys.readouterr().err == f"cho40: {vietnamese}{refusal}\n"


def test_a_bug_is_no_refusal() -> None:
    assert problem_of(ZeroDivisionError()) is None


def test_a_problem_document_names_its_kind() -> None:
    problem = problem_of(VendorNotFound("CC1"))
    assert problem is not None

    answer = problem_document(problem.status, kind="VendorNotFound", title=problem.title_en)

    assert answer.media_type == "application/problem+json"
    assert b"urn:cho40:problem:vendor-not-found" in bytes(answer.body)
