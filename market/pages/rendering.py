"""Templates to pages: the environment, what every page knows, and the language of the reader."""

import hashlib
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from market.i18n import (
    Lang,
    clock,
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
from market.security.links import Grant, Role

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"
BAR_HEIGHT = 96


def make_environment() -> Environment:
    """Return the templates' environment; each application makes its own."""
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
        "day": day,
        "instant": instant,
        "num": num,
        "pct": pct,
        "sentence": _sentence,
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
    """Return the language asked for with ``?lang=en``; Vietnamese otherwise."""
    return Lang.EN if request.query_params.get("lang") == Lang.EN else Lang.VI


def page(
    request: Request,
    template: str,
    *,
    grant: Grant | None = None,
    status_code: int = 200,
    **values: Any,
) -> HTMLResponse:
    """Return the page of a template, in the reader's language."""
    lang = lang_of(request)
    link = partial(_link, lang)
    environment: Environment = request.app.state.templates
    html = environment.get_template(f"pages/{template}.html").render(
        _=translator(lang),
        lang=lang.value,
        link=link,
        grant=grant,
        nav_items=partial(_nav_items, link),
        other_language=partial(_other_language, request, lang),
        **values,
    )
    return HTMLResponse(html, status_code=status_code)


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


def _nav_items(link: Any, grant: Grant) -> list[tuple[str, str, str, str]]:
    """Return what the reader's menu holds: key, address, icon, name."""
    if grant.role is Role.MARKET:
        return [
            ("day", link(grant.home), "scale", "Ngày chợ"),
            ("adoption", link("/muc-do-dung", cho=grant.scope), "chart", "Mức độ dùng"),
        ]
    adoption = link("/muc-do-dung")
    return [
        ("adoption", adoption, "chart", "Mức độ dùng"),
        ("", f"{adoption}#cho", "scale", "So sánh chợ"),
        ("", f"{adoption}#cach-tinh", "info", "Cách tính"),
    ]


def _bar_top(amount_vnd: int | None, highest_vnd: int) -> str:
    """Return where a bar begins, from the top, so that the highest fills its box."""
    if not amount_vnd or highest_vnd <= 0:
        return str(BAR_HEIGHT)
    return f"{BAR_HEIGHT - BAR_HEIGHT * amount_vnd / highest_vnd:.1f}"


def _width(share: float) -> str:
    """Return a share of one as a width of a hundred, never wider than the bar."""
    return f"{min(max(share, 0.0), 1.0) * 100:.1f}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
