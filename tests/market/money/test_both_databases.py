"""Every page of money opens on SQLite and on PostgreSQL, and tells the same day."""

import re
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from market.app import create_app
from market.database import writing
from market.roles import Role
from market.security.sessions import COOKIE, start_session
from market.settings import Settings
from reconciliation.verification.proof_check import check_proof
from tests.market import books, broken_books
from tests.market.broken_books import ON
from tests.market.conftest import KEY, NOW, add_user

PAGES = {
    "/nguoi-ban/{hers}?ngay={on}": "nằm trong số của chợ ngày 02/11/2026",
    "/nguoi-ban/{hers}/bang-chung?ngay={on}": "Tải bằng chứng",
    "/nguoi-ban/{hers}/thang?thang=2026-11": "297.250 ₫",
    "/nguoi-ban/{hers}/phi?thang=2026-11&so=3": "Từ tháng 09/2026 đến tháng 11/2026",
    "/cho/MA?ngay={on}": "297.250 ₫",
    "/cho/MA/thang?thang=2026-11": "297.250 ₫",
    "/cho/MA/chot-ngay?ngay={on}": "khớp 1 trên 4 khoản",
    "/cho/MA/khoan-lech": "3 khoản lệch chờ xử lý",
    "/cho/MA/noi-dung-chuyen-khoan": "Theo ngân hàng của khách",
    "/quy-tac": "dòng quy tắc đang dùng",
    "/ma-kiem?cho=MA&thang=2026-11": "Mã kiểm",
}


@pytest.fixture
def manager(engine: sa.Engine, tmp_path: Path) -> TestClient:
    """An administrator in front of a day that was closed for real, on either database."""
    with writing(engine) as session:
        books.register(session)
        token = start_session(session, now=NOW, user=add_user(session, Role.ADMIN))
    broken_books.break_a_day(engine)
    settings = Settings(
        data_dir=tmp_path,
        database_url=engine.url.render_as_string(hide_password=False),
        secret_keys=[KEY],
        hash_key=KEY,
        sepay_hmac_secrets=[KEY],
        base_url="https://cho.example",
    )
    client = TestClient(create_app(settings, now=lambda: NOW), base_url="https://cho.example")
    client.cookies.set(COOKIE, token)
    return client


def test_every_page_of_money_tells_the_day(manager: TestClient, engine: sa.Engine) -> None:
    with manager, engine.connect() as connection:
        hers = connection.execute(
            sa.text(
                "SELECT vendor.code FROM vendor JOIN vendor_day ON vendor_day.vendor_id = vendor.id"
                " WHERE vendor_day.gross_vnd > 0"
            )
        ).scalar_one()
        missing = []
        for path, told in PAGES.items():
            answer = manager.get(path.format(hers=hers, on=ON))
            text = re.sub(r"<[^>]+>", "", unescape(answer.text)).replace("\u00a0", " ")
            if answer.status_code != 200 or told not in text:
                missing.append((path, answer.status_code, told))
        proof = manager.get(f"/api/v1/vendors/{hers}/days/{ON}/proof")

    assert missing == []
    assert check_proof(proof.content) == []
