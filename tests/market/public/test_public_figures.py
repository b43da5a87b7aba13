"""What everybody may read: published periods only, rounded so that they add up, kept by caches."""

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from market.app import PUBLIC_AT_ONCE, create_app
from market.database import open_engine, writing
from market.i18n import vnd
from market.reports.public_models import PublicArea, PublicFigure, PublicGoods, PublicTables
from market.security.sessions import COOKIE
from market.settings import Settings
from merchants.kinds import CalendarRule
from tests.market import books
from tests.market.conftest import NOW
from tests.market.public import publishing
from tests.market.public.conftest import Published, settings_at
from tests.market.reading_html import Page
from tests.merchants.queries import counted

API = "/api/v1/public/adoption"


@pytest.fixture
def stranger(published: Published) -> Iterator[TestClient]:
    with TestClient(published.app(), base_url="https://cho.example") as client:
        yield client


def tables(client: TestClient, period: str) -> PublicTables:
    answer = client.get(f"{API}/{period}")
    assert answer.status_code == 200, answer.text
    return PublicTables.model_validate_json(answer.text)


def test_nobody_signs_in_and_everybody_reads_the_same(stranger: TestClient) -> None:
    answer = stranger.get("/cong-khai")

    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.shortcomings() == []
    assert re.search(r"Tháng 9/2026: khoảng \d+% tiểu thương nhận tiền qua QR", page.text)
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "public, max-age=600"
    assert "Chợ trung tâm Mậu A" in page.text
    english = Page(stranger.get("/cong-khai?lang=en&ky=2026-08").text)
    assert "Counts are rounded to multiples of 5" in english.text
    assert "quá ít tiểu thương đứng sau con số" in page.text
    assert "too few vendors stand behind the figure" in english.text


def test_only_published_periods_are_told(stranger: TestClient) -> None:
    told = [(one["period"], one["version"]) for one in stranger.get(API).json()]

    assert told == [*((m, 1) for m in reversed(publishing.MONTHS)), ("2026-Q3", 1), ("2026", 1)]
    assert stranger.get(f"{API}/2026-06").status_code == 404
    assert stranger.get(f"{API}/2026-06.csv").status_code == 404
    assert stranger.get(f"{API}/2026-08?scheme=admin_15_14").status_code == 404
    page = stranger.get("/cong-khai?ky=2026-06")
    assert page.status_code == 404
    assert "Tháng 6/2026 chưa được công bố" in page.text
    assert 'href="/cong-khai"' in page.text
    assert stranger.get(f"{API}/rubbish").status_code == 422


def test_counts_are_multiples_that_add_up_and_shares_follow_from_them(stranger: TestClient) -> None:
    seen = 0
    for period in publishing.PERIODS:
        found = tables(stranger, period)
        areas = {one.code: one for one in found.areas}
        for area in found.areas:
            assert area.vendors is None or area.vendors % 5 == 0
            for one in area.figures:
                if one.numerator is None:
                    continue
                seen += 1
                assert one.denominator is not None
                assert one.numerator % 5 == 0 == one.denominator % 5
                assert one.value == int(100 * one.numerator / one.denominator + 0.5) / 100
        own = [areas[code].vendors for code in publishing.MARKETS]
        if None not in own:
            assert areas["*"].vendors == sum(count or 0 for count in own)
    assert seen >= 20


def test_the_tables_hold_nothing_that_is_not_listed(stranger: TestClient) -> None:
    told = stranger.get(f"{API}/2026-Q3").json()

    assert set(told) == set(PublicTables.model_fields)
    assert set(told["areas"][0]) == set(PublicArea.model_fields)
    assert set(told["areas"][0]["figures"][0]) == set(PublicFigure.model_fields)
    assert {key for one in told["areas"][0]["goods"] for key in one} <= set(
        PublicGoods.model_fields
    )
    money = [
        one
        for period in publishing.PERIODS
        for area in tables(stranger, period).areas
        for one in area.figures
        if one.id == "U8"
    ]
    assert {one.value % 100_000 for one in money if one.value is not None} == {0}
    assert {(one.numerator, one.denominator) for one in money} == {(None, None)}


def test_csv_json_and_page_tell_the_same(stranger: TestClient) -> None:
    found = tables(stranger, "2026-Q3")
    answer = stranger.get(f"{API}/2026-Q3.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    page = Page(stranger.get("/cong-khai?ky=2026-Q3").text).text

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "cong-khai-2026-Q3.csv" in answer.headers["content-disposition"]
    by_key = {(row["area_code"], row["indicator"], row["name"]): row for row in rows}
    for area in found.areas:
        for one in area.figures:
            row = by_key[area.code, one.id, one.name_vi]
            assert row["value"] == ("" if one.value is None else str(one.value))
            assert row["numerator"] == ("" if one.numerator is None else str(one.numerator))
        money = area["U8"]
        if money.value is not None:
            assert vnd(int(money.value)) in page


def test_a_cache_asks_whether_anything_changed(stranger: TestClient) -> None:
    for path in (f"{API}/2026-08", f"{API}/2026-08.csv", API, "/cong-khai?ky=2026-08"):
        first = stranger.get(path)
        again = stranger.get(path, headers={"If-None-Match": first.headers["etag"]})

        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert "public" in again.headers["cache-control"]


def test_who_is_signed_in_sees_the_page_of_everybody(
    published: Published, stranger: TestClient
) -> None:
    app = published.app()
    with TestClient(app, base_url="https://cho.example") as client:
        client.cookies.set(COOKIE, published.economist)

        assert client.get("/cong-khai").content == stranger.get("/cong-khai").content


def test_who_asks_too_often_is_told_how_long_to_wait(published: Published) -> None:
    at = [NOW]
    app = create_app(settings_at(published.folder), now=lambda: at[0])
    with TestClient(app, base_url="https://cho.example") as client:
        answers = [client.get(API).status_code for _ in range(PUBLIC_AT_ONCE)]
        refused = client.get(API)
        page = client.get("/cong-khai")
        at[0] += timedelta(seconds=1)
        again = client.get(API)

    assert set(answers) == {200}
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert page.status_code == 429
    assert "Đợi ít giây" in page.text
    assert again.status_code == 200


def test_an_answer_takes_as_many_questions_for_any_period(
    published: Published, stranger: TestClient
) -> None:
    engine: sa.Engine = stranger.app.state.engine  # type: ignore[attr-defined]
    sent = set()
    for period in publishing.PERIODS:
        with counted(engine) as statements:
            stranger.get(f"{API}/{period}")
        sent.add(len(statements))

    assert sent == {1}


def test_before_anything_is_published_the_page_says_so(
    settings: Settings, october: sa.Engine
) -> None:
    app = create_app(settings, now=lambda: NOW)
    with TestClient(app, base_url="https://cho.example") as client:
        page = Page(client.get("/cong-khai").text)
        listed = client.get(API)

    assert page.shortcomings() == []
    assert "Chưa công bố kỳ nào" in page.text
    assert listed.json() == []


def test_where_all_must_be_hidden_the_page_says_so(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "cho40.sqlite3")
    engine = open_engine(f"sqlite:///{tmp_path / 'cho40.sqlite3'}")
    with writing(engine) as session:
        books.add_market(session, "LG", "Chợ Lâm Giang", CalendarRule.DAILY, "", vendors=4)
        on = publishing.DAYS["2026-07"][0]
        books.close(session, "LG", on, [books.Line(1, 90_000)])
        publishing.publish_all(session, ["2026-07"])
    engine.dispose()
    app = create_app(settings_at(tmp_path), now=lambda: NOW)
    with TestClient(app, base_url="https://cho.example") as client:
        page = Page(client.get("/cong-khai?ky=2026-07").text)
        told = tables(client, "2026-07")

    assert "Mọi con số của kỳ này đều phải ẩn" in page.text
    assert page.shortcomings() == []
    assert all(one.value is None for area in told.areas for one in area.figures)


def test_the_secret_of_the_rules_is_on_no_page(published: Published) -> None:
    secret = f"{publishing.P_PERCENT}"
    app = published.app()
    paths = [
        "/cong-khai",
        f"{API}/2026-Q3",
        f"{API}/2026-Q3.csv",
        "/muc-do-dung?ky=2026-Q3",
        "/muc-do-dung/cach-tinh",
        "/muc-do-dung/tu-dien.csv",
        "/api/v1/adoption/2026-Q3",
        "/bao-cao",
    ]
    with TestClient(app, base_url="https://cho.example") as client:
        client.cookies.set(COOKIE, published.economist)
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, path
            told = answer.text
            for name in ("p_percent", "CHO40_DISCLOSURE", "disclosure_p"):
                assert name not in told, path
            assert not re.search(rf"\bp\s*(%|=|:)\s*{secret}\b|{secret}\s*%-?rule", told), path
        assert "disclosure" not in json.dumps(
            client.get("/api/v1/openapi.json").json()["paths"].get(f"{API}/{{month}}", {})
        )


def test_the_public_is_never_told_what_the_district_is_not(
    published: Published, stranger: TestClient
) -> None:
    app = published.app()
    with TestClient(app, base_url="https://cho.example") as client:
        client.cookies.set(COOKIE, published.economist)
        told = 0
        for period in publishing.PERIODS:
            district = client.get(f"/api/v1/adoption/{period}").json()
            areas = {
                one["market_code"]: {i["id"]: i for i in one["indicators"]}
                for one in [district["total"], *district["markets"]]
            }
            for area in tables(stranger, period).areas:
                if area.code not in areas:
                    continue
                for one in area.figures:
                    if one.value is not None:
                        told += 1
                        assert not areas[area.code][one.id]["hidden"], (period, area.code, one.id)
        assert told >= 30
