"""Every page about adoption on both databases: published, kept as a draft, measured on request."""

from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa
from starlette.testclient import TestClient

from market.adoption.periods import Period
from market.app import create_app
from market.database import writing
from market.reports.drafts import keep_draft
from market.reports.publishing import publish
from market.roles import Role
from market.security.sessions import COOKIE, start_session
from market.settings import Settings
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import KEY, NOW, add_user
from tests.market.letters import HEAD
from tests.market.surveys import surveying

PATHS = (
    "/muc-do-dung?ky={period}",
    "/muc-do-dung/phan-tich?ky={period}",
    "/muc-do-dung/phan-tich?ky={period}&cho=MA",
    "/muc-do-dung/bang-tinh.xlsx?ky={period}",
    "/muc-do-dung/phan-tich/bieu-do/chi-so-chung.csv?ky={period}",
    "/muc-do-dung/phan-tich/bieu-do/mua-vu.svg?ky={period}",
    "/api/v1/adoption/{period}",
    "/api/v1/markets/MA/adoption/{period}.csv",
)


def test_pages_answer_on_both_databases(engine: sa.Engine, tmp_path: Path) -> None:
    with writing(engine) as session:
        books.register(session)
        books.october(session)
        books.close(session, "MA", date(2026, 11, 2), [Line(1, 20_000)])
        survey = surveying.drawn(session, size=24)
        surveying.answer_all(session, survey)
        token = start_session(session, now=NOW, user=add_user(session, Role.ECONOMIST))
    for label in ("2026-09", "2026-10"):
        with writing(engine) as session:
            at = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
            publish(
                session,
                Period.read(label),
                p_percent=15,
                known_at=at,
                now=at,
                actor="test",
                head=HEAD,
            )
    with writing(engine) as session:
        keep_draft(session, Period.read("2026-Q4"), NOW, p_percent=15)
    settings = Settings(
        data_dir=tmp_path,
        database_url=engine.url.render_as_string(hide_password=False),
        secret_keys=[KEY],
        hash_key=KEY,
        base_url="https://cho.example",
    )
    with TestClient(
        create_app(settings, now=lambda: NOW), base_url="https://cho.example"
    ) as client:
        client.cookies.set(COOKIE, token)
        for period, asked in (("2026-10", PATHS), ("2026-Q4", PATHS[:4]), ("2026-11", PATHS[1:3])):
            for path in asked:
                answer = client.get(path.format(period=period))
                assert answer.status_code == 200, path.format(period=period)
        for path in ("/khao-sat", "/khao-sat/1", "/bao-cao", "/cong-khai?ky=2026-10"):
            assert client.get(path).status_code == 200, path
        told = client.get("/api/v1/adoption/2026-10").json()
    assert told["version"] == 1
    assert 0 < told["index"]["level"] < 100
    assert told["cashless"]["share"] is not None
