"""The application with a clock that moves, and people who have passwords."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from market.app import create_app
from market.database import writing
from market.roles import Role
from market.security.passwords import take_password
from market.settings import Settings
from market.tables import UserAccount
from tests.market.conftest import NOW, add_user
from tests.market.reading_html import Page

PASSWORD = "bốn chữ rất lạ"


@dataclass
class Clock:
    """A clock that a test sets."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        """Return the instant it shows."""
        return self.at

    def advance(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    """A clock that shows ``NOW`` until it is moved."""
    return Clock()


class Browser(TestClient):
    """Somebody's browser: it fills in the forms of the pages it has opened."""

    def fill_in(self, path: str, *, at: str = "", **fields: Any) -> httpx2.Response:
        """Open a page, fill in its form for ``at`` (the same address unless told) and send it."""
        page = Page(self.get(path).text)
        form = {
            field["name"]: field.get("value", "")
            for field in page.of("input")
            if field.get("type") == "hidden"
        }
        return self.post(at or path, data={**form, **fields}, follow_redirects=False)

    def sign_in(self, login: str, password: str = PASSWORD, **more: str) -> httpx2.Response:
        """Sign in through the page."""
        return self.fill_in("/dang-nhap", tk=login, mk=password, **more)


Open = Callable[[], Browser]


@pytest.fixture
def browser(settings: Settings, clock: Clock, october: sa.Engine) -> Iterator[Open]:
    """Open the application in a new browser, as often as asked."""
    app = create_app(settings, now=clock)
    opened: list[Browser] = []

    def open_one(**options: Any) -> Browser:
        one = Browser(app, base_url="https://cho.example", raise_server_exceptions=False, **options)
        opened.append(one)
        return one

    yield open_one
    for one in opened:
        one.close()
    app.state.engine.dispose()


@pytest.fixture
def with_password(october: sa.Engine) -> Callable[..., UserAccount]:
    """Add a user with ``PASSWORD``: ``with_password(Role.ADMIN, login="a@b.vn")``."""

    def add(role: Role, *markets: str, login: str, **changes: Any) -> UserAccount:
        with writing(october) as session:
            user = add_user(session, role, markets=markets, login=login)
            take_password(user, PASSWORD)
            for name, value in changes.items():
                setattr(user, name, value)
            return user

    return add
