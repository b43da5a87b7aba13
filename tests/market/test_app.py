"""The application as a whole: headers, errors, health, webhooks, and what it does not load."""

import hmac
import json
import logging
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import SQLModel, select
from starlette.testclient import TestClient

from market.app import create_app
from market.database import migrate, open_engine, reading, writing
from market.roles import Role
from market.security.bodies import WEBHOOK_BYTES_MAX
from market.security.headers import CONTENT_SECURITY_POLICY
from market.settings import Settings
from reconciliation.tables import Delivery, DeliveryState, ProviderTransaction
from tests.market.conftest import KEY, NOW, Reader
from tests.market.security.routes import routes_of

BODY = {
    "id": 92704,
    "gateway": "Vietcombank",
    "transactionDate": "2026-11-05 08:59:37",
    "accountNumber": "0123456789",
    "code": None,
    "content": "thanh toan",
    "transferType": "in",
    "transferAmount": 2_277_000,
    "accumulated": 19_077_000,
    "subAccount": None,
    "referenceCode": "FT26309000001",
    "description": "thanh toan",
}


def post_sepay(
    client: TestClient, body: bytes, *, key: str = KEY, age: timedelta = timedelta()
) -> tuple[int, dict]:
    at = str(int((NOW - age).timestamp()))
    signature = hmac.digest(key.encode(), f"{at}.".encode() + body, "sha256").hex()
    answer = client.post(
        "/hooks/sepay",
        content=body,
        headers={
            "X-SePay-Timestamp": at,
            "X-SePay-Signature": f"sha256={signature}",
            "Content-Type": "application/json",
        },
    )
    return answer.status_code, answer.json()


def test_the_first_page_says_what_this_is_and_holds_no_data(
    reader: Reader, codes: dict[str, list[str]]
) -> None:
    answer = reader().get("/")

    assert answer.status_code == 200
    assert "Trang này mở bằng đường dẫn riêng" in answer.text
    assert "Mậu A" not in answer.text
    assert codes["MA"][0] not in answer.text


def test_the_first_page_leads_back_whoever_has_a_link(reader: Reader) -> None:
    assert 'href="/cho/MA/tong-quan"' in reader(Role.AUDITOR, "MA").get("/").text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/healthz",
        "/nowhere",
        "/cho/MA",
        "/api/v1/adoption/2026-10",
        "/static/style.css",
        "/static/nowhere.css",
        "/vao/rubbish",
        "/p/X",
    ],
)
def test_every_answer_carries_the_security_headers(reader: Reader, path: str) -> None:
    headers = reader().get(path).headers

    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "cache-control" in headers


def test_the_policy_allows_own_styles_and_no_script_or_frame() -> None:
    assert "default-src 'self'" in CONTENT_SECURITY_POLICY
    assert "style-src 'self';" in CONTENT_SECURITY_POLICY
    assert "script-src 'none'" in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY


def test_static_files_may_be_kept_when_their_address_names_their_content(reader: Reader) -> None:
    client = reader()
    style = client.get("/").text.split('rel="stylesheet" href="')[1].split('"')[0]

    assert client.get(style).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/style.css").headers["cache-control"] == "public, max-age=86400"
    assert client.get("/static/fonts/BeVietnamPro-400.woff2").status_code == 200


def test_large_pages_are_compressed(reader: Reader) -> None:
    answer = reader().get("/static/style.css", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["content-encoding"] == "gzip"


def test_health_asks_the_database_and_tells_nothing_else(reader: Reader) -> None:
    answer = reader().get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_health_fails_without_tables(tmp_path: Path) -> None:
    client = TestClient(create_app(Settings(data_dir=tmp_path)))

    assert client.get("/healthz").status_code == 503


def test_an_unknown_page_and_an_unknown_api_path_are_told_in_their_own_way(
    reader: Reader,
) -> None:
    page, document = reader().get("/khong-co"), reader().get("/api/v1/nothing")

    assert page.status_code == document.status_code == 404
    assert "Không tìm thấy trang này" in page.text
    assert document.headers["content-type"] == "application/problem+json"
    assert document.json() == {"type": "about:blank", "title": "Not Found", "status": 404}


def test_a_wrong_method_says_which_are_right(reader: Reader) -> None:
    answer = reader().post("/muc-do-dung")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


def broken(app: FastAPI) -> None:
    """Break the reading of the database in a way that names a person and a token."""

    @contextmanager
    def failing():
        raise ZeroDivisionError("Nguyễn Thị 01")
        yield

    app.state.reading = failing


def test_a_bug_is_told_by_a_number_and_by_nothing_else(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings, now=lambda: NOW)
    broken(app)
    client = TestClient(app, raise_server_exceptions=False)

    with caplog.at_level(logging.ERROR):
        page, document = client.get("/p/MA-1"), client.get("/api/v1/adoption/2026-10")

    assert page.status_code == document.status_code == 500
    assert "Hệ thống đang lỗi, tiền vẫn an toàn" in page.text
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "Nguyễn" not in page.text + document.text
    assert document.json()["error_id"] in caplog.text


def test_a_token_never_reaches_the_log(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings, now=lambda: NOW)
    broken(app)
    client = TestClient(app, raise_server_exceptions=False)

    with caplog.at_level(logging.DEBUG):
        client.get("/vao/a-token-nobody-may-read")

    own = [record for record in caplog.records if record.name.startswith("market")]
    assert own
    assert "a-token-nobody-may-read" not in " ".join(record.getMessage() for record in own)


def test_a_commit_that_fails_is_not_told_as_success(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def failing_at_the_end(engine: sa.Engine, *, is_durable: bool):
        with writing(engine, is_durable=is_durable) as session:
            yield session
            raise OSError("disk full")

    monkeypatch.setattr("market.app.writing", failing_at_the_end)
    app = create_app(settings, now=lambda: NOW)
    client = TestClient(app, raise_server_exceptions=False)

    status, _ = post_sepay(client, json.dumps(BODY).encode())

    assert status == 500
    with reading(app.state.engine) as session:
        assert (
            session.exec(
                select(ProviderTransaction)
                .where(ProviderTransaction.provider == "sepay")
                .where(ProviderTransaction.bank_reference == "FT26309000001")
            ).all()
            == []
        )


def test_a_signed_notification_is_kept_once_however_often_it_comes(
    reader: Reader, october: sa.Engine
) -> None:
    client, body = reader(), json.dumps(BODY).encode()

    answers = [post_sepay(client, body) for _ in range(3)]

    assert answers == [(200, {"success": True})] * 3
    with reading(october) as session:
        told = select(ProviderTransaction).where(
            ProviderTransaction.bank_reference == "FT26309000001"
        )
        assert [row.amount for row in session.exec(told)] == [2_277_000]


@pytest.mark.parametrize(
    ("key", "age"), [("another key", timedelta()), (KEY, timedelta(minutes=10))]
)
def test_a_bad_or_stale_signature_gets_401_and_books_nothing(
    reader: Reader, october: sa.Engine, key: str, age: timedelta
) -> None:
    status, _ = post_sepay(reader(), json.dumps(BODY).encode(), key=key, age=age)

    assert status == 401
    with reading(october) as session:
        kept = session.exec(select(Delivery).where(Delivery.provider == "sepay")).one()
        assert kept.state is DeliveryState.QUARANTINED
        assert not session.exec(
            select(ProviderTransaction).where(ProviderTransaction.bank_reference == "FT26309000001")
        ).all()


def test_the_limit_of_a_webhook_is_256_kib() -> None:
    assert WEBHOOK_BYTES_MAX == 262_144


def test_a_body_over_the_limit_is_refused_before_it_is_read(reader: Reader) -> None:
    answer = reader().post("/hooks/sepay", content=b"x" * (WEBHOOK_BYTES_MAX + 1))

    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:cho40:problem:body-too-large"


def test_a_body_of_no_told_length_is_refused_when_it_passes_the_limit(reader: Reader) -> None:
    def chunks():
        for _ in range(WEBHOOK_BYTES_MAX // 1000 + 2):
            yield b"x" * 1000

    assert reader().post("/hooks/sepay", content=chunks()).status_code == 413


def test_a_body_at_the_limit_is_read(reader: Reader) -> None:
    status, _ = post_sepay(reader(), b" " * WEBHOOK_BYTES_MAX)

    assert status == 200


def test_no_route_speaks_in_table_rows(settings: Settings) -> None:
    for route in routes_of(create_app(settings)):
        models = [
            route.response_model,
            *(p.field_info.annotation for p in route.dependant.body_params),
        ]
        for model in models:
            assert not (isinstance(model, type) and issubclass(model, SQLModel))


def test_the_description_of_the_api_names_its_reports(reader: Reader) -> None:
    paths = reader().get("/api/v1/openapi.json").json()["paths"]

    assert "/api/v1/vendors/{vendor_code}/days/{on}" in paths
    assert not any(path.startswith(("/hooks", "/nguoi-ban", "/vao")) for path in paths)


LIGHT = """
import sys
from starlette.testclient import TestClient
from market.app import create_app
from market.roles import Role
from market.settings import Settings
from tests.market.conftest import KEY, NOW, link_for

folder, code = sys.argv[1:]
settings = Settings(data_dir=folder, secret_keys=[KEY])
client = TestClient(create_app(settings, now=lambda: NOW), base_url="https://cho.example")
for role, scope, home in (
    (Role.VENDOR, code, f"/nguoi-ban/{code}"),
    (Role.AUDITOR, "MA", "/cho/MA"),
):
    client.get(link_for(settings, role, scope), follow_redirects=False)
    answer = client.get(home)
    assert answer.status_code == 200, answer.text
assert client.get("/healthz").status_code == 200
assert client.post("/hooks/sepay", content=b"{}").status_code == 401
print(sorted({"pandas", "pyarrow", "typst", "PIL", "zxingcpp", "rich"} & set(sys.modules)))
"""


def test_light_paths_load_neither_pandas_nor_typst(
    settings: Settings, codes: dict[str, list[str]]
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LIGHT, str(settings.data_dir), codes["MA"][0]],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )

    assert (ran.stdout.strip(), ran.returncode) == ("[]", 0), ran.stderr


def test_the_application_serves_a_fresh_database(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_keys=[KEY])
    migrate(open_engine(settings.url))
    with TestClient(create_app(settings)) as client:
        assert client.get("/").status_code == 200
