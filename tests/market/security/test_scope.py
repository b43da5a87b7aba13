"""Every route, every method, every reader: what is not granted is closed.

The walk takes the routes from the application and from ``ROUTES``; what each right means is written
down here once more by hand, so that a slip in ``HELD_BY`` or in ``check_scope`` shows.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NoReturn

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from sqlmodel import select
from starlette.testclient import TestClient

from market.app import create_app
from market.database import writing
from market.roles import Role
from market.security.api_tokens import create_token
from market.security.csrf import check_csrf
from market.security.links import revoke_links
from market.security.rights import HELD_BY, Right
from market.security.routes import ROUTES
from market.security.scope import SAFE_METHODS
from market.security.sessions import COOKIE, start_session
from market.settings import Settings
from market.tables import AccessLink, HelperLogin, UserAccount, UserSession
from merchants.actors import COMMAND
from merchants.tables import AreaGroup, AreaGroupMarket, Market
from tests.market.conftest import NOW, Reader, add_user, link_for
from tests.market.security.routes import address_of, routes_of

PASSED = 299
EVERYWHERE = frozenset({"MA", "LG"})
BOTH = ("MA", "LG")

OPENS_TO: dict[Right, set[str]] = {
    Right.SIGNED_IN: {"admin", "manager", "clerk", "helper", "economist", "auditor"},
    Right.VENDOR_READ: {"admin", "manager", "clerk", "auditor", "vendor"},
    Right.VENDOR_ACT: {"vendor"},
    Right.HELP: {"admin", "manager", "clerk", "auditor", "helper"},
    Right.READ_MARKET: {"admin", "manager", "clerk", "auditor"},
    Right.WRITE_REGISTER: {"admin", "manager", "clerk", "helper"},
    Right.DECIDE: {"admin", "manager"},
    Right.RECONCILE: {"admin", "manager", "clerk"},
    Right.MANAGE_MARKET: {"admin", "manager"},
    Right.MANAGE_USERS: {"admin", "manager"},
    Right.READ_PLAN: {"admin", "manager", "clerk", "auditor", "economist"},
    Right.SET_PLAN: {"admin", "economist"},
    Right.READ_ADOPTION: {"admin", "manager", "clerk", "auditor", "economist"},
    Right.READ_ALL_ADOPTION: {"admin", "economist", "auditor"},
    Right.PLAN_SURVEYS: {"admin", "economist"},
    Right.ENTER_SURVEYS: {"admin", "manager", "clerk", "helper"},
    Right.READ_LOG: {"admin", "manager", "auditor"},
    Right.READ_FEEDS: {"admin", "manager", "auditor"},
    Right.WORK_FEEDS: {"admin"},
    Right.READ_NOBODYS_MONEY: {"admin", "manager", "auditor"},
    Right.ASSIGN_MONEY: {"admin", "manager"},
    Right.READ_RULES: {"admin", "manager", "auditor"},
    Right.ADMINISTER: {"admin"},
}
"""Who holds a right somewhere; ``Right.ANYONE`` is everybody's."""
READING_RIGHTS = {
    Right.VENDOR_READ,
    Right.READ_MARKET,
    Right.READ_PLAN,
    Right.READ_ADOPTION,
    Right.READ_ALL_ADOPTION,
    Right.READ_LOG,
    Right.READ_FEEDS,
    Right.READ_NOBODYS_MONEY,
    Right.READ_RULES,
}


@dataclass(frozen=True)
class Comer:
    """Somebody who comes to a door, and what the rules say about them."""

    kind: str
    """As in ``OPENS_TO``; empty = nobody any more."""
    markets: frozenset[str] = frozenset()
    vendor: str = ""
    is_link: bool = False
    only_api: bool = False
    only_own_password: bool = False
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def may_open(self, method: str, template: str, right: Right, vendor: str) -> bool:
        """Return what the rules say, for the vendor and market of the examples."""
        if right is Right.ANYONE or self.only_own_password:
            return right is Right.ANYONE or template == "/tai-khoan/mat-khau"
        holds = self.kind in OPENS_TO[right] and not (self.only_api and "/api/" not in template)
        if not holds or right is Right.SIGNED_IN:
            return holds and not self.is_link
        if self.kind == "vendor":
            return "{vendor_code}" not in template or self.vendor == vendor
        only_reads = self.kind == "auditor" or self.is_link
        if method not in SAFE_METHODS and only_reads:
            return False
        if "{vendor_code}" in template or "{market_code}" in template:
            return "MA" in self.markets
        # Without a market the figures of several are asked for.
        return right is not Right.READ_ADOPTION or self.kind in OPENS_TO[Right.READ_ALL_ADOPTION]


class Doors:
    """The application with every route stopped right behind the check of scope.

    It is asked in a loop of its own: a ``TestClient`` hands each of some thousand requests eight
    times from thread to thread.
    """

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(settings, now=lambda: NOW)
        self.app.dependency_overrides[check_csrf] = _stop
        self.app.state.channels = _Channels()
        self.app.exception_handler(_Passed)(lambda *_: PlainTextResponse("", PASSED))
        self.client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.app), base_url="https://cho.example"
        )
        self._loop = asyncio.Runner()

    def status(self, comer: Comer, method: str, address: str) -> int:
        """Return what a request is answered with; ``PASSED`` = the door is open."""
        return self.statuses(comer, [(method, address)])[0]

    def statuses(self, comer: Comer, asked: Iterable[tuple[str, str]]) -> list[int]:
        """Return what each request is answered with, one after the other."""
        return [answer.status_code for answer in self.answers(comer, asked)]

    def answers(self, comer: Comer, asked: Iterable[tuple[str, str]]) -> list[httpx2.Response]:
        """Return the whole answers, one after the other."""
        self.client.cookies.clear()
        self.client.cookies.update(comer.cookies)

        async def ask_all() -> list[httpx2.Response]:
            return [
                await self.client.request(method, address, headers=comer.headers)
                for method, address in asked
            ]

        return self._loop.run(ask_all())

    def token_from(self, path: str) -> str:
        """Return the session that opening a link gives."""
        self.client.cookies.clear()
        return self._loop.run(self.client.get(path)).cookies[COOKIE]

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Start and stop what the application does beside answering."""
        life = self.app.router.lifespan_context(self.app)
        with self._loop as loop:
            loop.run(life.__aenter__())
            try:
                yield
            finally:
                loop.run(life.__aexit__(None, None, None))


class _Passed(Exception):
    pass


class _Channels(dict[str, object]):
    """What the doors of providers ask for first: they have no check of scope to stop behind."""

    def get(self, *_: object) -> NoReturn:
        raise _Passed


def _stop() -> None:
    raise _Passed


@pytest.fixture(autouse=True)
def unstopped(settings: Settings) -> Iterator[None]:
    """Let no other test find the doors stopped: all applications share them."""
    yield
    create_app(settings).dependency_overrides.clear()


@pytest.fixture
def doors(settings: Settings) -> Iterator[Doors]:
    doors = Doors(settings)
    with doors.opened():
        yield doors


Comers = dict[str, Callable[["Doors", Settings, dict[str, list[str]]], Comer]]


def _staff(
    kind: str, role: Role, *markets: str, areas: tuple[str, ...] = (), **options: object
) -> Callable[..., Comer]:
    def come(doors: Doors, settings: Settings, codes: dict[str, list[str]]) -> Comer:
        with writing(doors.app.state.engine) as session:
            user = add_user(session, role, markets=markets, areas=areas)
            token = start_session(session, now=NOW, user=user)
        reached = frozenset(markets) | ({"MA"} if areas == ("mau-a",) else frozenset())
        return Comer(
            kind,
            frozenset(reached) if markets or areas else EVERYWHERE,
            cookies={COOKIE: token},
            **options,  # type: ignore[arg-type]
        )

    return come


def _changed(come: Callable[..., Comer], change: Callable[..., None]) -> Callable[..., Comer]:
    """Let somebody come of whom something has been changed since: nobody any more."""

    def come_changed(doors: Doors, settings: Settings, codes: dict[str, list[str]]) -> Comer:
        comer = come(doors, settings, codes)
        with writing(doors.app.state.engine) as session:
            change(session)
        return Comer("", cookies=comer.cookies, headers=comer.headers)

    return come_changed


def _link(
    kind: str, role: Role, scope: str, markets: frozenset[str] = frozenset()
) -> Callable[..., Comer]:
    def come(doors: Doors, settings: Settings, codes: dict[str, list[str]]) -> Comer:
        named = {"own": codes["MA"][0], "other": codes["MA"][1], "elsewhere": codes["LG"][0]}
        path = link_for(settings, role, named.get(scope, scope))
        doors.app.dependency_overrides.clear()
        token = doors.token_from(path)
        doors.app.dependency_overrides[check_csrf] = _stop
        return Comer(
            kind,
            markets,
            vendor=named.get(scope, ""),
            is_link=role is not Role.VENDOR,
            cookies={COOKIE: token},
        )

    return come


def _helper(market_code: str) -> Callable[..., Comer]:
    def come(doors: Doors, settings: Settings, codes: dict[str, list[str]]) -> Comer:
        with writing(doors.app.state.engine) as session:
            user = add_user(session, Role.FIELD_HELPER, markets=BOTH)
            login = HelperLogin(
                user_id=user.id,
                market_code=market_code,
                code_sha256="x",
                created_at=NOW,
                created_by="command",
                expires_at=NOW + timedelta(hours=4),
            )
            session.add(login)
            session.flush()
            token = start_session(session, now=NOW, user=user, helper_login=login)
        return Comer("helper", frozenset({market_code}), cookies={COOKIE: token})

    return come


def _bearer(kind: str, role: Role, *markets: str) -> Callable[..., Comer]:
    def come(doors: Doors, settings: Settings, codes: dict[str, list[str]]) -> Comer:
        with writing(doors.app.state.engine) as session:
            user = add_user(session, role, markets=markets)
            until_at = NOW + timedelta(days=1)
            _, token = create_token(
                session, user.id or 0, "máy", until_at=until_at, actor=COMMAND, now=NOW
            )
        return Comer(
            kind,
            frozenset(markets) or EVERYWHERE,
            only_api=True,
            headers={"Authorization": f"Bearer {token}"},
        )

    return come


def _end_session(session) -> None:
    session.exec(select(UserSession)).one().ended_at = NOW


def _let_session_expire(session) -> None:
    session.exec(select(UserSession)).one().expires_at = NOW


def _switch_off(session) -> None:
    session.exec(select(UserAccount)).one().is_active = False


def _revoke_own_link(session) -> None:
    code = session.exec(select(AccessLink)).one().scope
    revoke_links(session, role=Role.VENDOR, scope=code, now=NOW, actor=COMMAND)


def _let_link_expire(session) -> None:
    session.exec(select(AccessLink)).one().expires_at = NOW


def _revoke_helper(session) -> None:
    session.exec(select(HelperLogin)).one().revoked_at = NOW


def _one_time(session) -> None:
    session.exec(select(UserAccount)).one().must_change_password = True


def _must_change(doors: Doors, settings: Settings, codes: dict[str, list[str]]) -> Comer:
    comer = _staff("admin", Role.ADMIN)(doors, settings, codes)
    with writing(doors.app.state.engine) as session:
        _one_time(session)
    return Comer("admin", EVERYWHERE, only_own_password=True, cookies=comer.cookies)


COMERS: Comers = {
    "stranger": lambda *_: Comer(""),
    "rubbish cookie": lambda *_: Comer("", cookies={COOKIE: "rubbish"}),
    "rubbish token": lambda *_: Comer("", headers={"Authorization": "Bearer cho40_rubbish"}),
    "admin": _staff("admin", Role.ADMIN),
    "manager": _staff("manager", Role.MARKET_MANAGER, "MA"),
    "manager of two": _staff("manager", Role.MARKET_MANAGER, *BOTH),
    "manager elsewhere": _staff("manager", Role.MARKET_MANAGER, "LG"),
    "manager of an area": _staff("manager", Role.MARKET_MANAGER, areas=("mau-a",)),
    "manager of a former area": _staff("manager", Role.MARKET_MANAGER, areas=("former",)),
    "clerk": _staff("clerk", Role.MARKET_CLERK, "MA"),
    "clerk elsewhere": _staff("clerk", Role.MARKET_CLERK, "LG"),
    "helper": _helper("MA"),
    "helper elsewhere": _helper("LG"),
    "helper with password": _staff("helper", Role.FIELD_HELPER, "MA"),
    "economist": _staff("economist", Role.ECONOMIST),
    "economist elsewhere": _staff("economist", Role.ECONOMIST, "LG"),
    "auditor": _staff("auditor", Role.AUDITOR),
    "auditor of the market": _staff("auditor", Role.AUDITOR, "MA"),
    "vendor": _link("vendor", Role.VENDOR, "own"),
    "other vendor": _link("vendor", Role.VENDOR, "other"),
    "vendor elsewhere": _link("vendor", Role.VENDOR, "elsewhere"),
    "market link": _link("auditor", Role.AUDITOR, "MA", frozenset({"MA"})),
    "other market link": _link("auditor", Role.AUDITOR, "LG", frozenset({"LG"})),
    "economist link": _link("economist", Role.ECONOMIST, "*", EVERYWHERE),
    "manager's token": _bearer("manager", Role.MARKET_MANAGER, "MA"),
    "auditor's token": _bearer("auditor", Role.AUDITOR),
    "signed out": _changed(_staff("admin", Role.ADMIN), _end_session),
    "expired session": _changed(_staff("admin", Role.ADMIN), _let_session_expire),
    "switched off": _changed(_staff("admin", Role.ADMIN), _switch_off),
    "token of one switched off": _changed(_bearer("admin", Role.ADMIN), _switch_off),
    "revoked link": _changed(_link("vendor", Role.VENDOR, "own"), _revoke_own_link),
    "expired link": _changed(_link("vendor", Role.VENDOR, "own"), _let_link_expire),
    "helper sent home": _changed(_helper("MA"), _revoke_helper),
    "one-time password": _must_change,
}


@pytest.fixture
def areas(october: object, settings: Settings) -> None:
    """An area of Mậu A, and one that Mậu A left last year."""
    with writing(october) as session:  # type: ignore[arg-type]
        market_id = session.exec(select(Market.id).where(Market.code == "MA")).one()
        for code, to_on in (("mau-a", None), ("former", date(2025, 6, 30))):
            group = AreaGroup(code=code, name=code)
            session.add(group)
            session.flush()
            session.add(
                AreaGroupMarket(
                    area_group_id=group.id,
                    market_id=market_id,
                    from_on=date(2020, 1, 1),
                    to_on=to_on,
                )
            )


def test_every_route_is_listed_and_every_listed_route_exists(settings: Settings) -> None:
    routes = {
        (method, route.path)
        for route in routes_of(create_app(settings))
        for method in route.methods
    }

    assert routes == set(ROUTES)


def test_every_right_is_in_the_table_of_this_test() -> None:
    assert set(OPENS_TO) | {Right.ANYONE} == set(Right) == set(HELD_BY)


def test_nothing_is_changed_with_a_right_to_read() -> None:
    changing = [key for key, right in ROUTES.items() if key[0] not in SAFE_METHODS]

    assert [key for key in changing if ROUTES[key] in READING_RIGHTS] == []


@pytest.mark.usefixtures("areas")
@pytest.mark.parametrize("name", COMERS)
def test_each_route_opens_to_whom_the_rules_name_and_to_nobody_else(
    doors: Doors, settings: Settings, codes: dict[str, list[str]], name: str
) -> None:
    comer = COMERS[name](doors, settings, codes)
    vendor = codes["MA"][0]

    asked = [(method, address_of(template, vendor_code=vendor)) for method, template in ROUTES]
    statuses = doors.statuses(comer, asked)

    wrong = {}
    for ((method, template), right), status in zip(ROUTES.items(), statuses, strict=True):
        if (status == PASSED) != comer.may_open(method, template, right, vendor):
            wrong[method, template] = status
        assert status in {PASSED, 303, 401, 403, 404}, (method, template, status)

    assert wrong == {}


ADOPTION = {
    "/muc-do-dung": {"economist", "admin", "auditor of the market", "market link"},
    "/muc-do-dung?cho=MA": {
        "economist", "admin", "manager", "auditor of the market", "market link"
    },
    "/muc-do-dung?cho=LG": {"economist", "admin"},
    "/muc-do-dung?cho=LG&cho=MA": {
        "economist", "admin", "manager", "auditor of the market", "market link"
    },
    "/muc-do-dung?cho=MA&cho=LG": {"economist", "admin"},
}  # fmt: skip


@pytest.mark.parametrize("address", ADOPTION)
def test_figures_open_for_the_market_that_is_asked_for(
    doors: Doors, settings: Settings, codes: dict[str, list[str]], address: str
) -> None:
    names = {"economist", "admin", "manager", "auditor of the market", "market link", "helper"}
    opened = set()
    for name in sorted(names):
        comer = COMERS[name](doors, settings, codes)
        if doors.status(comer, "GET", address) == PASSED:
            opened.add(name)

    assert opened == ADOPTION[address]


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("manager", "/muc-do-dung/phan-tich?ky=2026-10&lang=en&cho=MA"),
        ("clerk", "/muc-do-dung/phan-tich?ky=2026-10&lang=en&cho=MA"),
        ("manager of two", "/cho?xem=muc-do-dung&lang=en"),
    ],
)
def test_who_names_no_market_is_led_to_their_own(
    doors: Doors, settings: Settings, codes: dict[str, list[str]], name: str, way: str
) -> None:
    comer = COMERS[name](doors, settings, codes)

    queries = ("ky=2026-10&lang=en", "cho=&ky=2026-10&lang=en")
    answers = doors.answers(
        comer, [("GET", f"/muc-do-dung/phan-tich?{query}") for query in queries]
    )

    assert [(one.status_code, one.headers["location"]) for one in answers] == [(303, way)] * 2
    assert doors.status(comer, "GET", "/muc-do-dung?dia-ban=mau-a") == 403


@pytest.mark.parametrize("code", ["CC0000000", "cc222223z", "%F0%9F"])
def test_a_vendor_who_does_not_exist_is_told_only_to_who_sees_all(
    doors: Doors, settings: Settings, codes: dict[str, list[str]], code: str
) -> None:
    answers = {
        name: doors.status(COMERS[name](doors, settings, codes), "GET", f"/nguoi-ban/{code}")
        for name in ("admin", "manager", "economist", "vendor", "stranger")
    }

    assert answers == {
        "admin": 404, "manager": 403, "economist": 403, "vendor": 403, "stranger": 403
    }  # fmt: skip


def test_a_vendor_of_another_market_is_not_reached_through_ones_own(
    doors: Doors,
    settings: Settings,
    codes: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    template = "/cho/{market_code}/thu/{vendor_code}"
    listed = {**ROUTES, ("GET", template): Right.READ_MARKET}
    monkeypatch.setattr("market.security.scope.ROUTES", listed)
    doors.app.get(template)(lambda: None)
    admin = COMERS["admin"](doors, settings, codes)
    manager = COMERS["manager"](doors, settings, codes)

    answers = [
        doors.status(comer, "GET", f"/cho/{market}/thu/{codes[vendor][0]}")
        for comer in (admin, manager)
        for market, vendor in (("MA", "MA"), ("MA", "LG"), ("LG", "LG"), ("LG", "MA"))
    ]

    assert answers == [PASSED, 404, PASSED, 404, PASSED, 404, 403, 403]


def test_a_route_nobody_listed_is_closed(settings: Settings) -> None:
    app: FastAPI = create_app(settings)
    app.get("/quen")(lambda: "secret")

    answer = TestClient(app).get("/quen")

    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_a_method_nobody_listed_is_closed(doors: Doors, settings: Settings) -> None:
    doors.app.delete("/healthz")(lambda: "gone")

    assert doors.status(Comer(""), "DELETE", "/healthz") == 403


def test_a_broken_cookie_does_not_close_what_is_open_to_anyone(reader: Reader) -> None:
    client = reader()
    client.cookies.set(COOKIE, "broken")

    assert client.get("/").status_code == 200
    assert (
        client.get("/cho/MA", follow_redirects=False)
        .headers["location"]
        .startswith("/dang-nhap?den=/cho/MA")
    )


def test_two_questions_tell_who_came(
    doors: Doors, settings: Settings, codes: dict[str, list[str]]
) -> None:
    from tests.merchants.queries import counted

    for name in ("manager of two", "manager's token", "vendor", "helper"):
        comer = COMERS[name](doors, settings, codes)
        with counted(doors.app.state.engine) as sent:
            doors.status(comer, "GET", f"/api/v1/vendors/{codes['MA'][0]}/days/2026-10-01")
        assert len(sent) <= 2, (name, sent)
