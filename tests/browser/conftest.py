"""A small demonstrated market behind a real server, and people with browsers in front of it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlmodel import Session, select

from market.app import create_app
from market.database import open_engine, reading, writing
from market.demo.home import demo_settings
from market.demo.story import DemoPlan, run_demo
from market.demo.watch import Silence
from market.roles import Role
from market.security.links import issue_link
from market.security.sessions import COOKIE, start_session
from market.settings import Settings
from merchants.actors import COMMAND
from merchants.tables import Vendor
from reconciliation.simulation.people import STRIPE_ACCOUNT
from reconciliation.simulation.places import demo_markets
from tests.chromium import SWITCHES, find_chromium
from tests.market.conftest import KEY, add_user
from tests.serving import serving

MARKET = "DC"
NOW = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
"""A morning some days after the last day of the little story below."""
STORY = DemoPlan(
    markets=tuple(market for market in demo_markets() if market.code == MARKET),
    book_of=MARKET,
    first=date(2026, 10, 19),
    last=date(2026, 10, 27),
)
PHONE, DESK = 360, 1280
PATIENCE_MS = 15_000
"""How long a page may take to show what is waited for; machines that test are busy."""


def settings_in(folder: Path) -> Settings:
    """Return settings with the keys that the staff of these tests are sealed with."""
    return Settings(data_dir=folder, secret_keys=[KEY], hash_key=KEY, sepay_hmac_secrets=[KEY])


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for the tests of this folder; its event loop must not outlive them.

    While Playwright's loop runs in this thread, nobody else's ``asyncio.run`` can.
    """
    path = find_chromium()
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def story_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a market of 60 stalls after nine days."""
    folder = tmp_path_factory.mktemp("story")
    told = run_demo(settings_in(folder), folder / "out", watch=Silence(), now=NOW, plan=STORY)
    return told.settings.data_dir


@dataclass
class Site:
    """The service as it is reached, and what a test must know of what lies behind it."""

    url: str
    settings: Settings
    engine: sa.Engine

    def a_vendor(self) -> str:
        """Return the code of a vendor who has everything."""
        with reading(self.engine) as session:
            return session.exec(select(Vendor.code).order_by(Vendor.id)).first() or ""

    def token_of(self, role: Role, **options: Any) -> str:
        """Sign somebody in without a password; for what is not about signing in."""
        everywhere = role in {Role.ADMIN, Role.ECONOMIST}
        with writing(self.engine) as session:
            user = add_user(session, role, markets=() if everywhere else (MARKET,), **options)
            return start_session(session, now=NOW, user=user)

    def link_to(self, vendor_code: str) -> str:
        """Return a fresh personal link of a vendor."""
        with writing(self.engine) as session:
            return self.url + self._link(session, vendor_code)

    def _link(self, session: Session, vendor_code: str) -> str:
        return issue_link(
            session,
            role=Role.VENDOR,
            scope=vendor_code,
            until_at=NOW + timedelta(days=30),
            actor=COMMAND,
            now=NOW,
            secret_keys=[key.get_secret_value() for key in self.settings.secret_keys],
        )


def serve_copy(of: Path, into: Path) -> Iterator[Site]:
    """Serve a copy of the story's data, so that what is done to it stays with whoever does it."""
    shutil.copytree(of, into / "demo")
    settings = demo_settings(settings_in(into), stripe_account=STRIPE_ACCOUNT)
    engine = open_engine(settings.url)
    with serving(create_app(settings, now=lambda: NOW)) as url:
        yield Site(url, settings, engine)
    engine.dispose()


@pytest.fixture
def site(story_folder: Path, tmp_path: Path) -> Iterator[Site]:
    """The service with data of the test's own."""
    yield from serve_copy(story_folder, tmp_path)


@pytest.fixture(scope="module")
def shared_site(story_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service for tests that only look."""
    yield from serve_copy(story_folder, tmp_path_factory.mktemp("site"))


OpenPage = Callable[..., Page]


@pytest.fixture
def people(chromium: Browser) -> Iterator[OpenPage]:
    """Give somebody a browser: ``people(site, token, width=360, script=False)`` returns its page.

    Every page error and every request that leaves the service fails the test.
    """
    contexts: list[BrowserContext] = []
    astray: list[str] = []

    def open_page(
        site: Site, token: str = "", *, width: int = PHONE, script: bool = False, **options: Any
    ) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 740 if width < 700 else 800},
            java_script_enabled=script,
            has_touch=width < 700,
            locale="vi-VN",
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        if token:
            context.add_cookies([{"name": COOKIE, "value": token, "url": site.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: astray.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith((site.url, "data:")) else astray.append(request.url)
            ),
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert astray == []
