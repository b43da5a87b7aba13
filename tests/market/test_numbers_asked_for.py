"""Every whole number in an address has its limit: past 64 bits no database can be asked."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI

from market.api.people import UserChanges
from market.app import create_app
from market.pages import page_routers
from market.roles import Role
from market.security.row_ids import ROW_ID_MAX
from market.settings import Settings
from tests.market.conftest import Staff


def pages() -> FastAPI:
    """Return the pages alone, described as the API is."""
    described = FastAPI()
    for router in page_routers():
        described.include_router(router)
    return described


def integers(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what a parameter says of the whole numbers it takes."""
    if schema.get("type") == "integer":
        yield schema
    for one in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from integers(one)


def unbounded(described: Mapping[str, Any]) -> list[str]:
    """Return the parameters of addresses that take any whole number, however large."""
    return [
        f"{method} {path} {parameter['name']}"
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        for parameter in operation.get("parameters", ())
        for number in integers(parameter["schema"])
        if not number.keys() & {"maximum", "exclusiveMaximum"}
    ]


@pytest.mark.parametrize(
    "described", [lambda: create_app(Settings(database_url="sqlite://")), pages]
)
def test_every_whole_number_in_an_address_has_a_limit(described: Any) -> None:
    assert unbounded(described().openapi()) == []


def test_the_version_of_a_user_has_a_limit_too() -> None:
    assert UserChanges.model_json_schema()["properties"]["version"]["maximum"] == ROW_ID_MAX


def test_changes_of_the_rules_before_a_number_no_row_can_have_are_refused(staff: Staff) -> None:
    answer = staff(Role.ADMIN).get("/api/v1/rule-changes?before=99999999999999999999")

    assert answer.status_code == 422
