"""Carry out what a form asks: once, whole or not at all, each fault beside its field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from market.i18n import Translator
from market.pages.days import now_of
from market.pages.forms import Form, see_other
from market.pages.rendering import address
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.principal import Principal
from merchants.errors import AdminUnitNotFound, EntryRefused
from merchants.sentences import Sentence

SEEN = "cu_"
"""Before a field's name: the value the page showed when it was opened."""
_NOT_CONTENT = frozenset({"csrf", "once"})
_DAY_SHAPES = ("%d/%m/%Y", "%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class Changed:
    """A field that somebody else changed after the page was opened."""

    label: str
    was: str
    now: str


def carry_out(
    request: Request,
    session: Session,
    caller: Principal,
    form: Form,
    *,
    act: Callable[[], object],
    location: str,
    query: Mapping[str, object] | None = None,
    fields: Mapping[str, str] | None = None,
) -> RedirectResponse | None:
    """Do what a form asks and return where to go next; ``None`` = refused, nothing is written.

    Sent twice, the form leads to the same place and nothing is done twice.

    Args:
        act: does it; an ``EntryRefused`` puts its sentences beside the form's fields.
        location: the path of the page that shows what was done; ``query`` comes behind it.
        fields: names of the register's fields to those of the form, where they differ.
    """
    once = form.value("once")
    content = repr(
        sorted((name, texts) for name, texts in form.values.items() if name not in _NOT_CONTENT)
    )
    path = f"{request.url.path}\n{content}"
    if (earlier := earlier_answer(session, caller, once, path)) is not None:
        return see_other(earlier)
    if not is_carried_out(session, form, act, fields or {}):
        return None
    target = address(request, location, **(query or {}))
    remember_answer(session, caller, once, path, target, now_of(request))
    return see_other(target)


def is_carried_out(
    session: Session, form: Form, act: Callable[[], object], fields: Mapping[str, str]
) -> bool:
    """Do something unless the form has faults already; return whether it was done."""
    if form.errors:
        return False
    try:
        with session.begin_nested():  # a refusal may come after half of it is written
            act()
    except EntryRefused as refusal:
        for name, sentence in refusal.faults.items():
            form.refuse(fields.get(name, name), sentence)
    except AdminUnitNotFound as refusal:
        form.refuse(
            fields.get("code", "code"),
            Sentence(
                "Không có xã, phường mã {code} vào ngày {on:%d/%m/%Y}",
                code=refusal.code,
                on=refusal.on,
            ),
        )
    return not form.errors


def once_of(form: Form) -> str:
    """Return the form's ``once``, a new one for a form that is opened anew."""
    return form.value("once") or new_once()


def read_day(form: Form, name: str, *, is_needed: bool = False) -> date | None:
    """Return the day of a field; what cannot be read is refused."""
    text = form.value(name)
    if not text:
        if is_needed:
            form.refuse(name, "Chưa có ngày")
        return None
    for shape in _DAY_SHAPES:
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    form.refuse(name, Sentence("“{text}” chưa phải ngày, cần dạng 21/11/2026", text=text[:20]))
    return None


def read_number(form: Form, name: str, *, digits_max: int = 6) -> int | None:
    """Return the number of a field; dots between thousands are fine, anything else is refused."""
    text = form.value(name).replace(".", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > digits_max:
        form.refuse(
            name,
            Sentence(
                "“{text}” chưa phải số, cần tối đa {most} chữ số",
                text=form.value(name)[:20],
                most=digits_max,
            ),
        )
        return None
    return int(text)


def changed_meanwhile(
    form: Form, current: Mapping[str, str], labels: Mapping[str, str]
) -> list[Changed]:
    """Return what somebody else changed since the page was opened, by the form's ``cu_`` fields."""
    return [
        Changed(labels[name], form.value(f"{SEEN}{name}"), value)
        for name, value in current.items()
        if f"{SEEN}{name}" in form.values and form.value(f"{SEEN}{name}") != value
    ]


def options(names: Mapping[Any, str], _: Translator) -> list[tuple[str, str]]:
    """Return the options of a list to choose from: what is sent and what is read."""
    return [(str(key), _(name)) for key, name in names.items()]
