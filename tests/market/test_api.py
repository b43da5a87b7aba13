"""The API: the same reports as the pages, refusals as problem documents."""

import csv
import io
from datetime import date

import pytest

from market.database import reading
from market.reports import (
    AdoptionReport,
    MarketDayReport,
    VendorDayReport,
    adoption_report,
    to_csv,
    vendor_day_report,
)
from market.roles import Role
from tests.market.conftest import Reader


def test_a_vendors_day_is_the_report_itself(
    reader: Reader, october: object, codes: dict[str, list[str]]
) -> None:
    code = codes["MA"][0]
    client = reader(Role.VENDOR, code)

    told = client.get(f"/api/v1/vendors/{code}/days/2026-10-03").json()
    table = client.get(f"/api/v1/vendors/{code}/days/2026-10-03.csv")

    with reading(october) as session:  # type: ignore[arg-type]
        report = vendor_day_report(session, code, date(2026, 10, 3))
    assert VendorDayReport.model_validate(told) == report
    assert table.content == to_csv(report)
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert f'filename="nguoi-ban-{code}-2026-10-03.csv"' in table.headers["content-disposition"]


def test_a_markets_day_and_its_adoption_are_the_managers(reader: Reader) -> None:
    client = reader(Role.AUDITOR, "LG")

    day = client.get("/api/v1/markets/LG/days/2026-10-31").json()
    figures = client.get("/api/v1/markets/LG/adoption/2026-10").json()
    table = client.get("/api/v1/markets/LG/adoption/2026-10.csv").text

    assert MarketDayReport.model_validate(day).vendors_receiving == 1
    assert AdoptionReport.model_validate(figures).product == "manager"
    assert ",45000," in table


@pytest.mark.usefixtures("october_published")
def test_the_economists_figures_are_disclosed(reader: Reader, october: object) -> None:
    client = reader(Role.ECONOMIST)

    whole = client.get("/api/v1/adoption/2026-10").json()
    small = client.get("/api/v1/markets/LG/adoption/2026-10").json()

    with reading(october) as session:  # type: ignore[arg-type]
        assert AdoptionReport.model_validate(whole) == adoption_report(session, "2026-10")
    assert small["product"] == "economist"
    assert {one["value"] for one in small["markets"][0]["indicators"] if one["hidden"]} == {None}
    table = client.get("/api/v1/adoption/2026-10.csv").text
    assert "2026-10,2026-10-01/2026-10-31,04375,2025-07-01,LG,U8" in table
    rows = csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))
    assert [row["flag"] for row in rows if (row["market"], row["indicator"]) == ("LG", "U8")] == [
        "c"
    ]


@pytest.mark.parametrize(
    ("path", "kind", "status"),
    [
        ("/api/v1/markets/XX/adoption/2026-10", "market-not-found", 404),
        ("/api/v1/adoption/2026-13", "malformed", 422),
        ("/api/v1/adoption/9999", "malformed", 422),
        ("/api/v1/adoption/9999-12.csv", "malformed", 422),
        ("/api/v1/public/adoption/0001-01", "malformed", 422),
        ("/api/v1/adoption/2026-12", "period-not-begun", 404),
        ("/api/v1/adoption/2026-12.csv", "period-not-begun", 404),
        ("/api/v1/adoption/2027", "period-not-begun", 404),
        ("/api/v1/markets/LG/days/2026-10-03", "scope-refused", 403),
    ],
)
def test_a_refusal_is_a_problem_document(reader: Reader, path: str, kind: str, status: int) -> None:
    answer = reader(Role.ECONOMIST).get(path)

    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["type"] == f"urn:cho40:problem:{kind}"
    assert document["status"] == answer.status_code == status
    assert document["title"]


def test_titles_come_in_both_languages(reader: Reader) -> None:
    client = reader(Role.ECONOMIST)

    vietnamese = client.get("/api/v1/markets/XX/adoption/2026-10").json()["title"]
    english = client.get("/api/v1/markets/XX/adoption/2026-10?lang=en").json()["title"]

    assert (vietnamese, english) == ("Không có chợ này", "No such market")


def test_what_was_malformed_is_named_but_not_repeated(reader: Reader) -> None:
    answer = reader(Role.AUDITOR, "MA").get("/api/v1/markets/MA/days/nguyen-thi-huong")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["path", "on"]
    assert "huong" not in answer.text


def test_an_answer_with_figures_stays_with_its_reader(reader: Reader) -> None:
    headers = reader(Role.ECONOMIST).get("/api/v1/adoption/2026-10").headers

    assert headers["cache-control"] == "private, no-cache"
