"""A closed October in a database, the application on it, readers with links, staff signed in."""

import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

from market.adoption.periods import Period
from market.app import create_app
from market.database import open_engine, reading, writing
from market.roles import Role, ScopeKind
from market.security import hashing
from market.security.links import issue_link
from market.security.recognising import csrf_token_of
from market.security.sessions import COOKIE, start_session
from market.settings import Settings
from market.tables import UserAccount, UserScope
from merchants.actors import COMMAND
from tests.market import books

KEY = books.KEY
NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
SEALER = books.SEALER


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let argon2id take a millisecond: what it costs outside is for whoever guesses."""
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    monkeypatch.setattr(hashing, "hasher", lambda: cheap)
    hashing._nobodys_hash.cache_clear()


@pytest.fixture(scope="session")
def october_file(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A SQLite file with the register and October of ``tests.market.books``."""
    path = tmp_path_factory.mktemp("october") / "october.sqlite3"
    shutil.copy(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    with writing(engine) as session:
        books.register(session)
        books.october(session)
    engine.dispose()
    return path


@pytest.fixture
def settings(tmp_path: Path, october_file: Path) -> Settings:
    """Settings of an application with October in its database."""
    shutil.copy(october_file, tmp_path / "cho40.sqlite3")
    return Settings(
        data_dir=tmp_path,
        secret_keys=[KEY],
        hash_key=KEY,
        sepay_hmac_secrets=[KEY],
        base_url="https://cho.example",
    )


@pytest.fixture(scope="session")
def october_published_file(october_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same file with the month's first edition, of its tables alone."""
    from market.reports.making import make_edition  # loads pandas, which light paths do without

    path = tmp_path_factory.mktemp("published") / "october.sqlite3"
    shutil.copy(october_file, path)
    engine = open_engine(f"sqlite:///{path}")
    with writing(engine) as session:
        make_edition(
            session, Period.read("2026-10"), p_percent=None, known_at=NOW, now=NOW, actor="test"
        )
    engine.dispose()
    return path


@pytest.fixture
def october_published(settings: Settings, october_published_file: Path) -> None:
    """Let October be published before anybody reads it: economists see exact figures of it."""
    shutil.copy(october_published_file, settings.data_dir / "cho40.sqlite3")


@pytest.fixture
def october(settings: Settings) -> Iterator[sa.Engine]:
    """The database of the application."""
    engine = open_engine(settings.url)
    yield engine
    engine.dispose()


@pytest.fixture
def codes(october: sa.Engine) -> dict[str, list[str]]:
    """The vendor codes of each market."""
    with reading(october) as session:
        return {code: books.vendor_codes(session, code) for code in ("MA", "LG")}


def link_for(settings: Settings, role: Role, scope: str = "*", *, days: int = 1) -> str:
    """Issue a link that holds from ``NOW`` and return its path."""
    engine = open_engine(settings.url)
    with writing(engine) as session:
        path = issue_link(
            session,
            role=role,
            scope=scope,
            until_at=NOW + timedelta(days=days),
            actor=COMMAND,
            now=NOW,
            secret_keys=[KEY],
        )
    engine.dispose()
    return path


Reader = Callable[..., TestClient]


@pytest.fixture
def reader(settings: Settings) -> Iterator[Reader]:
    """Open the application for a reader with a link: ``reader(Role.AUDITOR, "MA")``.

    Without a role a stranger. Links are for vendors, for a market's readers and for economists.
    """
    opened: list[TestClient] = []

    def open_for(role: Role | None = None, scope: str = "*", *, now: datetime = NOW) -> TestClient:
        app = create_app(settings, now=lambda: now)
        client = TestClient(app, base_url="https://cho.example", raise_server_exceptions=False)
        client.__enter__()
        opened.append(client)
        if role is not None:
            link = link_for(settings, role, scope, days=1 + (now - NOW).days)
            answer = client.get(link, follow_redirects=False)
            assert answer.status_code == 303
        return client

    yield open_for
    for client in opened:
        client.__exit__(None, None, None)


class SignedIn(TestClient):
    """Somebody of the staff with a session: forms carry its token, and so do writes to the API."""

    user_id: int
    csrf: str

    def send(self, path: Any, **fields: Any) -> httpx2.Response:
        """Post a form as its page would; redirects are not followed.

        A field named after a Python word is written with an underscore behind it (``from_``); a
        list is a field that comes several times; a tuple ``(name, content, type)`` is a file.
        """
        if isinstance(path, httpx2.Request):  # the client's own way of sending
            return super().send(path, **fields)
        named = {name.removesuffix("_"): value for name, value in fields.items()}
        files = {name: value for name, value in named.items() if isinstance(value, tuple)}
        texts = {name: value for name, value in named.items() if name not in files}
        return self.post(
            path,
            data={"csrf": self.csrf, **texts},
            files=files or None,
            follow_redirects=False,
        )

    def request(self, method: str, url: Any, **options: Any) -> httpx2.Response:
        """Send a request; one that changes something through the API carries the session's token."""
        if method not in {"GET", "HEAD"} and str(url).startswith("/api/"):
            options["headers"] = {"X-CSRF-Token": self.csrf, **(options.get("headers") or {})}
        return super().request(method, url, **options)


Staff = Callable[..., SignedIn]
_numbers = itertools.count(1)


def add_user(
    session: Any,
    role: Role,
    *,
    markets: Sequence[str] = (),
    areas: Sequence[str] = (),
    full_name: str = "Hà Văn Toàn",
    login: str | None = None,
    **changes: Any,
) -> UserAccount:
    """Add a user without a password; without markets and areas the role holds everywhere."""
    login = login or f"user{next(_numbers)}@cho.example"
    user = UserAccount(
        login_hash=SEALER.fingerprint(f"login|{login}"),
        login_sealed=SEALER.seal(login),
        full_name=full_name,
        role=role,
        created_at=NOW,
        created_by="command",
        **changes,
    )
    session.add(user)
    session.flush()
    scopes = [(ScopeKind.MARKET, code) for code in markets]
    scopes += [(ScopeKind.AREA, code) for code in areas]
    for kind, code in scopes or [(ScopeKind.EVERYWHERE, "")]:
        session.add(UserScope(user_id=user.id, kind=kind, code=code))
    session.flush()
    return user


@pytest.fixture
def staff(settings: Settings) -> Iterator[Staff]:
    """Open the application for staff: ``staff(Role.MARKET_MANAGER, "MA", "LG")``.

    Without markets (and ``areas=[…]``) the role holds everywhere. Further names are columns of
    ``UserAccount``.
    """
    opened: list[SignedIn] = []

    def open_for(role: Role, *markets: str, **options: Any) -> SignedIn:
        app = create_app(settings, now=lambda: NOW)
        client = SignedIn(app, base_url="https://cho.example", raise_server_exceptions=False)
        client.__enter__()
        opened.append(client)
        with writing(app.state.engine) as session:
            user = add_user(session, role, markets=markets, **options)
            token = start_session(session, now=NOW, user=user)
        client.user_id, client.csrf = user.id or 0, csrf_token_of(token)
        client.cookies.set(COOKIE, token)
        return client

    yield open_for
    for client in opened:
        client.__exit__(None, None, None)
