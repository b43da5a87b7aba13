"""Templates to pages: the environment, what every page knows, and the language of the reader."""

import hashlib
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from market.i18n import (
    ROLE_NAMES,
    Lang,
    clock,
    clock_on,
    day,
    instant,
    num,
    pct,
    translator,
    vnd,
    weekday,
    weekday_short,
)
from market.pages.icons import empty_picture, icon, logo
from market.pages.kept_forms import forget_form, kept_form
from market.pages.navigation import chooses_market, nav_items
from market.security.csrf import FORM_COOKIE, form_token, new_form_cookie, put_form_cookie
from market.security.principal import Principal
from merchants.days import market_day

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"
BAR_HEIGHT = 96


@cache
def template_environment() -> Environment:
    """Return the templates' environment; it hangs on no settings, so applications share it."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "bar_top": _bar_top,
        "clock": clock,
        "clock_on": clock_on,
        "day": day,
        "initials": _initials,
        "instant": instant,
        "local_day": _local_day,
        "num": num,
        "pct": pct,
        "role_name": ROLE_NAMES.__getitem__,
        "sentence": _sentence,
        "sentence_case": _sentence_case,
        "vnd": vnd,
        "weekday": weekday,
        "weekday_short": weekday_short,
        "width": _width,
    }
    versions = {
        path.relative_to(STATIC).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in STATIC.rglob("*")
        if path.is_file()
    }
    environment.globals |= {
        "empty_picture": empty_picture,
        "icon": icon,
        "logo": logo,
        "static": partial(_static, versions),
    }
    return environment


def lang_of(request: Request) -> Lang:
    """Return the language asked for with ``?lang=en`` or by the form; Vietnamese otherwise."""
    asked = request.query_params.get("lang") or getattr(request.state, "form_lang", "")
    return Lang.EN if asked == Lang.EN else Lang.VI


def address(request: Request, path: str, **query: Any) -> str:
    """Return an address of this service that keeps the reader's language, for redirects."""
    return _link(lang_of(request), path, **query)


def page(
    request: Request,
    template: str,
    *,
    caller: Principal | None = None,
    status_code: int = 200,
    **values: Any,
) -> HTMLResponse:
    """Return the page of a template, in the reader's language.

    ``caller`` is who sees it, for the frame around it; ``None`` = nobody is named on it. A form that
    came after its session had ended is filled in on its own page, once.
    """
    lang = lang_of(request)
    link = partial(_link, lang)
    environment = template_environment()
    csrf_token = _FormToken(request)
    kept = kept_form(request) if caller is not None and "form" in values else None
    if kept is not None:
        kept.fill(values["form"])
    html = environment.get_template(f"pages/{template}.html").render(
        _=translator(lang),
        lang=lang.value,
        link=link,
        caller=caller,
        csrf_token=csrf_token,
        nav_items=partial(nav_items, request, link),
        chooses_market=chooses_market,
        now_at=request.app.state.now(),
        kept=kept,
        other_language=partial(_other_language, request, lang),
        **values,
    )
    answer = HTMLResponse(html, status_code=status_code)
    csrf_token.give_cookie(answer)
    if kept is not None:
        forget_form(request, answer)
    return answer


class _FormToken:
    """What a form carries; a stranger's first form brings the cookie it is compared with."""

    def __init__(self, request: Request) -> None:
        self._caller: Principal | None = getattr(request.state, "caller", None)
        self._cookie = request.cookies.get(FORM_COOKIE, "")
        self._is_production: bool = request.app.state.is_production
        self._is_new = False

    def __str__(self) -> str:
        if self._caller is None and not self._cookie:
            self._cookie, self._is_new = new_form_cookie(), True
        return form_token(self._caller, self._cookie)

    def give_cookie(self, answer: HTMLResponse) -> None:
        """Give the browser the cookie if the page has a form that needs one."""
        if self._is_new:
            put_form_cookie(answer, self._cookie, is_production=self._is_production)


def _static(versions: dict[str, str], name: str, versioned: bool = True) -> str:
    """Return the address of a static file; fonts go without a version, as the stylesheet names them."""
    return f"/static/{name}?v={versions[name]}" if versioned else f"/static/{name}"


def _link(lang: Lang, path: str, **query: Any) -> str:
    """Return an address of this service that keeps the reader's language."""
    values = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in query.items()
        if value not in {None, ""}
    }
    if lang is Lang.EN:
        values["lang"] = lang.value
    return f"{path}?{urlencode(values)}" if values else path


def _other_language(request: Request, lang: Lang) -> Markup:
    """Return the link to this page in the other language."""
    other, name = (Lang.VI, "Tiếng Việt") if lang is Lang.EN else (Lang.EN, "English")
    query = dict(request.query_params) | {"lang": other.value}
    # Only the query: a path may hold a token, which has no place in a page.
    return Markup('<a class="lnk small" href="?{0}" hreflang="{1}" lang="{1}">{2}</a>').format(
        urlencode(query), other.value, name
    )


def _bar_top(amount_vnd: int | None, highest_vnd: int) -> str:
    """Return where a bar begins, from the top, so that the highest fills its box."""
    if not amount_vnd or highest_vnd <= 0:
        return str(BAR_HEIGHT)
    return f"{BAR_HEIGHT - BAR_HEIGHT * amount_vnd / highest_vnd:.1f}"


def _width(share: float) -> str:
    """Return a share of one as a width of a hundred, never wider than the bar."""
    return f"{min(max(share, 0.0), 1.0) * 100:.1f}"


def _initials(name: str) -> str:
    """Return the first letters of family name and given name."""
    words = name.split()
    return "".join(word[0] for word in (*words[:1], *words[1:][-1:])).upper()


def _sentence(text: str) -> str:
    return f"{_sentence_case(text).removesuffix('.')}."


def _sentence_case(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _local_day(at: datetime) -> str:
    """Return the day of an instant at the market."""
    return day(market_day(at))
