"""Adoption as tidy JSON: what the CSV says, row by row; and how the API describes its answers."""

import csv
import io
import json
from copy import deepcopy
from functools import reduce
from operator import getitem
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from market.app import create_app
from market.reports import AdoptionReport
from market.reports.payment_proofs import SealedDay
from market.reports.public_models import PublicEdition, PublicTables
from market.reports.public_reading import CSV_HEADER
from market.reports.tidy_row import AreaTidyRow, TidyRow
from market.roles import Role
from market.security.rights import Right
from market.security.routes import ROUTES
from market.settings import Settings
from tests.market.conftest import Reader

DESCRIBED = create_app(Settings(database_url="sqlite://")).openapi()
ADOPTION = [path for path in DESCRIBED["paths"] if "/adoption" in path and "plan" not in path]
CONTROLLED = [path for path in ADOPTION if "/public/" not in path]
IN_THE_EXAMPLE = ["U1", "U8", "U8/credible"]


def in_csv(value: object) -> str:
    return "" if value is None else str(value)


@pytest.mark.parametrize("path", ["/api/v1/adoption", "/api/v1/markets/MA/adoption"])
def test_tidy_json_has_the_rows_and_columns_of_the_csv(reader: Reader, path: str) -> None:
    economist = reader(Role.ECONOMIST)

    rows = economist.get(f"{path}/2026-10", params={"shape": "tidy"}).json()
    table = csv.DictReader(io.StringIO(economist.get(f"{path}/2026-10.csv").text.lstrip("\ufeff")))

    assert [{name: in_csv(value) for name, value in row.items()} for row in rows] == list(table)
    assert len(rows) > 20
    assert all(TidyRow.model_validate(row, strict=True) for row in rows)


def test_tidy_json_has_a_tag_of_its_own(reader: Reader) -> None:
    economist = reader(Role.ECONOMIST)

    report = economist.get("/api/v1/adoption/2026-10")
    tidy = economist.get("/api/v1/adoption/2026-10?shape=tidy")
    again = economist.get(
        "/api/v1/adoption/2026-10?shape=tidy", headers={"If-None-Match": tidy.headers["etag"]}
    )

    assert report.headers["etag"] != tidy.headers["etag"]
    assert tidy.headers["content-type"] == "application/json"
    assert (again.status_code, again.content) == (304, b"")
    assert economist.get("/api/v1/adoption/2026-10?shape=wide").status_code == 422


def answers(path: str) -> Any:
    return DESCRIBED["paths"][path]["get"]["responses"]


@pytest.mark.parametrize("path", ADOPTION)
def test_every_answer_of_adoption_is_described_with_its_304(path: str) -> None:
    (media_type,) = answers(path)["200"]["content"]

    assert media_type == ("text/csv" if path.endswith(".csv") else "application/json")
    assert answers(path)["200"]["content"][media_type]["schema"]
    assert "content" not in answers(path)["304"]


def with_nulls(model: type[BaseModel], told: dict[str, Any]) -> dict[str, Any]:
    """Return what a description tells with what it leaves out: what is null, in parts of it too."""
    whole = deepcopy(told)
    try:
        model.model_validate_json(json.dumps(whole))
    except ValidationError as refused:
        for *way, name in (one["loc"] for one in refused.errors() if one["type"] == "missing"):
            reduce(getitem, way, whole)[name] = None
    model.model_validate_json(json.dumps(whole))
    return whole


@pytest.mark.parametrize("path", CONTROLLED)
def test_what_the_description_gives_as_an_example_is_an_answer(path: str) -> None:
    row = AreaTidyRow if path.startswith("/api/v1/areas") else TidyRow
    (content,) = answers(path)["200"]["content"].values()

    if path.endswith(".csv"):
        header, *lines = content["example"].splitlines()
        assert header == ",".join(row.model_fields)
        assert len(lines) == len(IN_THE_EXAMPLE)
    else:
        told = {name: one["value"] for name, one in content["examples"].items()}
        assert with_nulls(AdoptionReport, told["report"])["period"] == "2026-10"
        assert [with_nulls(row, one)["indicator"] for one in told["tidy"]] == IN_THE_EXAMPLE


OPEN_TO_ALL = sorted(
    path for (_, path), right in ROUTES.items() if right is Right.ANYONE and "/public/" in path
)


PUBLIC_ANSWERS = {one.__name__: one for one in (PublicEdition, PublicTables, SealedDay)}


@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_what_everybody_may_ask_for_is_described_by_an_answer(path: str) -> None:
    (content,) = answers(path)["200"]["content"].values()
    assert "content" not in answers(path)["304"]

    if path.endswith(".csv"):
        header, *lines = csv.reader(io.StringIO(content["example"]))
        assert tuple(header) == CSV_HEADER
        assert [(row[8], row[14]) for row in lines] == [
            *(("frame", ""), ("U1", ""), ("U8", "")),
            *(("goods", ""), ("goods", "c")),
        ]
    else:
        told, schema = content["example"], content["schema"]
        model = PUBLIC_ANSWERS[schema.get("items", schema)["$ref"].rpartition("/")[2]]
        whole = [with_nulls(model, part) for part in (told if "items" in schema else [told])]
        assert "2026-10" in json.dumps(whole)
