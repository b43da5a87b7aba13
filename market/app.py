"""The web application: settings in, one FastAPI out; nothing exists before it is asked for."""

import logging
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache, partial
from http import HTTPStatus
from typing import Any, get_args
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp

from market import clock
from market.adoption.errors import AdoptionError
from market.api import api_routers
from market.api.problems import language_of, problem_document, title_of
from market.channels import configured_feeds, feed_rules, open_channels
from market.database import open_engine, reading, writing
from market.hook_inbox import HookInbox
from market.i18n import Lang, day, translator
from market.import_pool import ImportPool
from market.pages import page_routers
from market.pages.choosing_market import path_to_market
from market.pages.errors import (
    BROKEN,
    EXPIRED,
    FILE_TOO_LARGE,
    FORM_MALFORMED,
    FORM_REFUSED,
    LINK_NEEDED,
    MALFORMED,
    NOT_FOUND,
    NOTHING_SHOWN,
    NOTHING_WRITTEN,
    ONE_OF_THESE,
    OTHER_MONTH,
    REFUSED,
    error_page,
)
from market.pages.feeds.expectations import KeptExpectations
from market.pages.kept_forms import keep_form
from market.pages.missing_periods import MissingPeriod, missing_period_page
from market.pages.missing_places import UnknownPlace, missing_place_page, unknown_place_page
from market.pages.privacy_notice import expired_page
from market.pages.rendering import lang_of
from market.pages.signing_in import ENDED, FORM_KEPT, FORM_LOST
from market.pages.static_files import VersionedFiles
from market.poster_drawers import PosterDrawers
from market.poster_pool import BookKeys, BookPool
from market.problems import Problem, problem_of
from market.reports.errors import PlaceNotInPeriod
from market.request_watch import RequestWatch
from market.security.bodies import BoundedBodies
from market.security.csrf import check_csrf
from market.security.errors import (
    AskedTooOften,
    BodyTooLarge,
    CsrfRefused,
    LinkExpired,
    LinkNeeded,
    MarketNotNamed,
    PasswordMustChange,
    SecurityError,
    SignInNeeded,
)
from market.security.headers import SecurityHeaders
from market.security.meter import Meter
from market.security.return_paths import CHANGE_PASSWORD, page_path, sign_in_path
from market.security.scope import SAFE_METHODS, check_scope
from market.security.sessions import COOKIE
from market.settings import Mode, Settings
from merchants.errors import EntryRefused, MerchantsError
from merchants.posters.book_files import BookFiles
from merchants.sentences import Sentence
from qr.errors import QrError
from qr.participants import participants
from reconciliation.errors import MonthNotBegun, ReconciliationError, SpanTooLong
from reconciliation.intake.inbox import Push, WebhookReply, receive_all
from reconciliation.intake.raw_store import RawStore

log = logging.getLogger(__name__)

MACHINE_PATHS = ("/api/", "/hooks/", "/healthz")
_CHECKS = [Depends(check_scope), Depends(check_csrf)]
PUBLIC_AT_ONCE, PUBLIC_PER_SECOND = 60, 2.0
"""How often one address may ask for what is open to everybody; a whole office may stand behind it."""
GZIP_BYTES_MIN = 1000
GZIP_LEVEL = 6  # the highest takes twice the time for a page's last percent


def create_app(settings: Settings, *, now: Callable[[], datetime] = clock.now) -> FastAPI:
    """Return the application with pages, API and webhooks on the settings' database."""
    participants()  # a table of banks that was tampered with stops us here, before anybody is paid
    engine = open_engine(settings.url)

    imports = ImportPool(engine, settings.sealer, now)
    book_keys = BookKeys(settings.sealer, settings.print_key, settings.base_url)
    poster_books = BookPool(engine, BookFiles(settings.poster_books_dir), book_keys, now)
    watch = RequestWatch(partial(reading, engine), now)
    raw_store = RawStore(settings.raw_dir)
    sealer, rules = settings.sealer, feed_rules(settings)

    def take_in(pushes: Sequence[Push]) -> list[WebhookReply]:
        with writing(engine, is_durable=True) as session:
            return receive_all(session, raw_store, pushes, sealer=sealer, now=now(), rules=rules)

    hook_inbox = HookInbox(take_in)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await watch.close()
        hook_inbox.close()
        imports.close()
        poster_books.close()
        engine.dispose()

    app = _Wrapped(
        title="Chợ 4.0",
        description="Vendors' and markets' days, adoption figures, the register and its people. "
        "Send an API token: `Authorization: Bearer cho40_…`.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        dependencies=_CHECKS,
        routes=_doors().routes,
    )
    app.dependency_overrides = _doors().dependency_overrides
    app.state.reading = partial(reading, engine)
    app.state.writing = partial(writing, engine)
    app.state.engine = engine
    app.state.imports = imports
    app.state.poster_books = poster_books
    app.state.poster_drawers = PosterDrawers()
    app.state.request_watch = watch
    app.state.request_lifetime = timedelta(minutes=settings.payment_request_minutes)
    app.state.complaint_answer_days = settings.complaint_answer_days
    _publish(app, settings)
    app.state.now = now
    app.state.is_production = settings.mode is Mode.PRODUCTION
    app.state.secret_keys = [key.get_secret_value() for key in settings.secret_keys]
    app.state.channels = open_channels(settings)
    app.state.feed_rules = rules
    app.state.feeds_configured = configured_feeds(settings)
    app.state.feed_expectations = KeptExpectations()
    app.state.contracts = settings.contracts
    app.state.kept_decisions_dir = settings.kept_decisions_dir
    app.state.expected_files = settings.expected_files
    app.state.hook_inbox = hook_inbox
    app.state.verification_key = settings.print_key
    app.state.audit_share_permille = settings.audit_share_percent * 10
    app.state.sealer = sealer
    app.state.base_url = settings.base_url
    app.state.raw_store = raw_store
    app.mount("/static", VersionedFiles(), name="static")
    app.add_middleware(
        GZipMiddleware,
        minimum_size=GZIP_BYTES_MIN,
        compresslevel=GZIP_LEVEL,
        exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf"),
    )
    _handle_errors(app)
    return app


def _publish(app: FastAPI, settings: Settings) -> None:
    """Give the application what published figures take: the secret of the rules, and a meter."""
    secret_p = settings.disclosure_p_percent
    app.state.disclosure_p_percent = None if secret_p is None else secret_p.get_secret_value()
    app.state.public_meter = Meter(at_once=PUBLIC_AT_ONCE, per_second=PUBLIC_PER_SECOND)


@cache
def _doors() -> FastAPI:
    """Return every page and API route behind its checks: built once, they hang on no settings.

    Router beside router: each one inside another has its addresses looked through once more.
    """
    doors = FastAPI(openapi_url=None)
    for router in api_routers():
        doors.include_router(router, dependencies=_CHECKS)
    for router in page_routers():
        doors.include_router(router, dependencies=_CHECKS, include_in_schema=False)
    return doors


class _Wrapped(FastAPI):
    """FastAPI inside what holds for every request: bounded bodies, and headers on every answer."""

    def build_middleware_stack(self) -> ASGIApp:
        """Return the application's stack inside the two wrappers."""
        stack = BoundedBodies(super().build_middleware_stack())
        return SecurityHeaders(stack, is_production=self.state.is_production)


def _handle_errors(app: FastAPI) -> None:
    for kind in (AdoptionError, MerchantsError, QrError, ReconciliationError, SecurityError):
        app.exception_handler(kind)(_refusal)
    app.exception_handler(AskedTooOften)(_asked_too_often)
    app.exception_handler(MarketNotNamed)(_market_not_named)
    for missing in get_args(MissingPeriod):
        app.exception_handler(missing)(_missing_period)
    for unknown in get_args(UnknownPlace):
        app.exception_handler(unknown)(_unknown_place)
    app.exception_handler(PlaceNotInPeriod)(_missing_place)
    for late in (SignInNeeded, CsrfRefused):
        app.exception_handler(late)(_come_too_late)
    app.exception_handler(RequestValidationError)(_malformed)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(Exception)(_fault)


def _is_for_machines(request: Request) -> bool:
    return request.url.path.startswith(MACHINE_PATHS)


def _refusal(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem is None or problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _fault(request, error)
    if _is_for_machines(request):
        lang = language_of(request)
        told = translator(lang)
        faults = error.faults if isinstance(error, EntryRefused) else {}
        errors = {field: told(sentence) for field, sentence in faults.items()}
        answer: Response = problem_document(
            problem.status,
            kind=type(error).__name__,
            title=title_of(problem, lang),
            detail="; ".join(f"{field}: {one}" for field, one in errors.items())
            or _sentence(error, lang),
            more={"errors": errors} if errors else None,
        )
        if problem.status == HTTPStatus.UNAUTHORIZED:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    if isinstance(error, PasswordMustChange):
        return RedirectResponse(CHANGE_PASSWORD, status_code=HTTPStatus.SEE_OTHER)
    if isinstance(error, SignInNeeded) and not isinstance(error, LinkNeeded):
        why = ENDED if COOKIE in request.cookies else ""
        return RedirectResponse(sign_in_path(request, why), status_code=HTTPStatus.SEE_OTHER)
    if isinstance(error, LinkExpired):
        return expired_page(request, problem.status)
    return error_page(
        request,
        HTTPStatus.FORBIDDEN if isinstance(error, LinkNeeded) else problem.status,
        _told(request, error, problem),
    )


def _missing_period(request: Request, error: Exception) -> Response:
    assert isinstance(error, MissingPeriod)
    if _is_for_machines(request):
        return _refusal(request, error)
    return missing_period_page(request, error)


def _market_not_named(request: Request, error: Exception) -> Response:
    assert isinstance(error, MarketNotNamed)
    return RedirectResponse(path_to_market(request, error), status_code=HTTPStatus.SEE_OTHER)


def _unknown_place(request: Request, error: Exception) -> Response:
    assert isinstance(error, UnknownPlace)
    if _is_for_machines(request):
        return _refusal(request, error)
    return unknown_place_page(request, error)


def _missing_place(request: Request, error: Exception) -> Response:
    assert isinstance(error, PlaceNotInPeriod)
    if _is_for_machines(request):
        return _refusal(request, error)
    return missing_place_page(request, error)


def _asked_too_often(request: Request, error: Exception) -> Response:
    assert isinstance(error, AskedTooOften)
    answer = _refusal(request, error)
    answer.headers["Retry-After"] = str(error.wait_s)
    return answer


async def _come_too_late(request: Request, error: Exception) -> Response:
    """Answer a form whose session has ended, or is another one by now: what was typed is kept."""
    caller = getattr(request.state, "caller", None)
    is_form = request.method == "POST" and not _is_for_machines(request)
    if is_form and type(error) is SignInNeeded:
        answer = RedirectResponse(sign_in_path(request, FORM_KEPT), status_code=303)
        if await keep_form(request, answer):
            return answer
        return RedirectResponse(sign_in_path(request, FORM_LOST), status_code=303)
    if is_form and type(error) is CsrfRefused and caller is not None and caller.user_id is not None:
        answer = RedirectResponse(quote(page_path(request) or "/", safe="/"), status_code=303)
        if await keep_form(request, answer):
            return answer
    return _refusal(request, error)


_TOLD_AS: Mapping[type[Exception], tuple[str, str]] = {
    LinkExpired: EXPIRED,
    LinkNeeded: LINK_NEEDED,
    CsrfRefused: FORM_REFUSED,
}


def _sentence(error: Exception, lang: Lang) -> str:
    if isinstance(error, QrError) and lang is Lang.VI:
        return error.message_vi
    return str(error)


def _told(request: Request, error: Exception, problem: Problem) -> tuple[str, str]:
    if type(error) in _TOLD_AS:
        return _TOLD_AS[type(error)]
    if problem.status == HTTPStatus.FORBIDDEN:
        return REFUSED
    if problem.status == HTTPStatus.NOT_FOUND:
        return NOT_FOUND
    return title_of(problem, lang_of(request)), _what_to_do(request, error)


def _what_to_do(request: Request, error: Exception) -> str:
    if isinstance(error, BodyTooLarge) and (mb := error.bytes_max >> 20):
        return Sentence(FILE_TOO_LARGE, mb=mb)
    if isinstance(error, MonthNotBegun):
        return Sentence(OTHER_MONTH, today=day(error.today))
    if isinstance(error, SpanTooLong):
        return Sentence("Chỉ xem {n} ngày một lần.", n=error.days_max)
    return NOTHING_SHOWN if request.method in SAFE_METHODS else NOTHING_WRITTEN


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    of_body = any(one["loc"][:1] == ("body",) for one in error.errors())
    told = FORM_MALFORMED if of_body else _malformed_query(error)
    if not _is_for_machines(request):
        if any(map(_is_no_such_file, error.errors())):
            return error_page(request, HTTPStatus.NOT_FOUND, NOT_FOUND)
        return error_page(request, HTTPStatus.UNPROCESSABLE_ENTITY, told)
    # Where and what, but not the value itself: it may be somebody's.
    errors = [{"loc": list(one["loc"]), "msg": one["msg"]} for one in error.errors()]
    return problem_document(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        kind="BodyMalformed" if of_body else "Malformed",
        title=translator(language_of(request))(told[0]),
        more={"errors": errors},
    )


def _is_no_such_file(fault: Mapping[str, Any]) -> bool:
    """Return whether an address ends in a name that is none of the few there are."""
    return (fault["loc"][0], fault["type"]) == ("path", "string_pattern_mismatch")


def _malformed_query(error: RequestValidationError) -> tuple[str, str]:
    """Return what is said of an address: where a part of it is one of a few words, which they are."""
    title, sentence = MALFORMED
    for one in error.errors():
        if one["type"] == "enum":
            values = one["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
            sentence = Sentence(ONE_OF_THESE, name=one["loc"][-1], values=values)
            break
    return title, sentence


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, BodyTooLarge):  # as the framework tells what it could not read
        return _refusal(request, error.__cause__)
    if _is_for_machines(request):
        status = HTTPStatus(error.status_code)
        return problem_document(status, kind="", title=status.phrase)
    told = FORM_REFUSED if error.status_code == HTTPStatus.BAD_REQUEST else NOT_FOUND
    answer: Response = error_page(request, error.status_code, told)
    answer.headers.update(error.headers or {})
    return answer


def _fault(request: Request, error: Exception) -> Response:
    """Answer a bug: a number to find it by in the log, nothing of what went wrong."""
    error_id = f"{secrets.token_hex(2)}-{secrets.token_hex(1)}".upper()
    # The path may hold a token; the route's template does not.
    route = getattr(request.scope.get("route"), "path", "")
    log.error("fault %s in %s %s", error_id, request.method, route, exc_info=error)
    if _is_for_machines(request):
        return problem_document(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            kind="Fault",
            title=translator(language_of(request))(BROKEN[0]),
            more={"error_id": error_id},
        )
    return error_page(
        request, HTTPStatus.INTERNAL_SERVER_ERROR, BROKEN, error_id=error_id, may_retry=True
    )
