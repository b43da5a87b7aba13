"""A market beside the others of its class: the middle of what is told, and only for economists of all."""

import sqlalchemy as sa

from market.database import writing
from market.roles import Role
from merchants.kinds import CalendarRule
from tests.market import books
from tests.market.conftest import Reader, Staff
from tests.market.reading_html import Page


def with_peers(engine: sa.Engine, vendors: tuple[int, ...]) -> None:
    with writing(engine) as session:
        for number, count in enumerate(vendors):
            code = f"P{number}"
            books.add_market(session, code, f"Chợ {code}", CalendarRule.DAILY, "", vendors=count)
        session.execute(sa.text("UPDATE market SET market_class = 2"))
        session.execute(sa.text("UPDATE market SET market_class = 3 WHERE code = 'LG'"))


def test_the_middle_is_that_of_the_others_of_the_class(october: sa.Engine, reader: Reader) -> None:
    with_peers(october, (21, 22, 23))
    economist = reader(Role.ECONOMIST)

    told = economist.get("/api/v1/markets/MA/adoption/2026-10").json()
    whole = economist.get("/api/v1/adoption/2026-10").json()

    peers = told["peers"]
    assert (peers["market_class"], peers["markets"]) == (2, 3)
    (equipped,) = (one for one in peers["figures"] if one["id"] == "S3")
    values = sorted(
        one["value"]
        for area in whole["markets"]
        if area["market_code"].startswith("P")
        for one in area["indicators"]
        if one["id"] == "S3" and one["value"] is not None
    )
    assert equipped["markets"] == len(values)
    assert equipped["middle"] == (values[1] if len(values) == 3 else None)
    assert whole["peers"] is None
    page = Page(economist.get("/muc-do-dung?ky=2026-10&cho=MA").text)
    assert "Bên cạnh các chợ cùng hạng 2" in page.text
    assert page.shortcomings() == []


def test_of_two_peers_no_middle_is_told_and_managers_see_none(
    october: sa.Engine, reader: Reader, staff: Staff
) -> None:
    with_peers(october, (21, 22))

    told = reader(Role.ECONOMIST).get("/api/v1/markets/MA/adoption/2026-10").json()["peers"]
    managed = staff(Role.MARKET_MANAGER, "MA").get("/api/v1/markets/MA/adoption/2026-10").json()

    assert {one["middle"] for one in told["figures"]} == {None}
    assert managed["peers"] is None
