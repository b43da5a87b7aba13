"""The page a payer's scan leads to, and where the serial is typed that no camera reads."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from market.i18n import clock
from market.i18n.poster_words import END_WORDS
from market.pages.forms import Form
from market.pages.posters.looks import count_look
from market.pages.rendering import address, page
from market.security.scope import Visitor
from market.security.sessions import Reading
from merchants.find import find_poster_standing
from merchants.kinds import ENDED_POSTER_STATES
from merchants.sentences import Sentence
from qr.serial import SERIAL_LENGTH_MAX, poster_serial, read_poster_serial

router = APIRouter()

TOO_MANY = 429

Typed = Annotated[str | None, Query(alias="so", max_length=60, description="MA-00012-E")]


@router.get("/p", response_class=HTMLResponse)
def ask_serial(request: Request, caller: Visitor, so: Typed = None) -> Response:
    """Ask for the number of a poster; what can be read leads to how that poster stands."""
    form = Form.showing(so=so)
    if so is not None:
        serial = typed_serial(so)
        if serial is not None:
            return RedirectResponse(address(request, f"/p/{serial}"), 303)
        form.refuse("so", _fault(so))
    return page(
        request,
        "posters/ask_serial",
        caller=caller,
        status_code=422 if form.errors else 200,
        form=form,
    )


@router.get("/p/{serial}", response_class=HTMLResponse)
def poster_standing(
    request: Request, session: Reading, caller: Visitor, serial: str
) -> HTMLResponse:
    """Tell whoever scanned a poster whether it is the one that was issued; never its payload."""
    serial = serial.upper()[:SERIAL_LENGTH_MAX]
    session.rollback()  # counting writes; on SQLite it would wait for this reader's snapshot
    locked_until = count_look(request, caller)
    if locked_until is not None:
        answer = page(
            request,
            "posters/too_many_looks",
            caller=caller,
            status_code=TOO_MANY,
            at=clock(locked_until),
        )
        wait_s = (locked_until - request.app.state.now()).total_seconds()
        answer.headers["Retry-After"] = str(max(int(wait_s), 1))
        return answer
    standing = find_poster_standing(session, serial)
    return page(
        request,
        "poster_standing",
        caller=caller,
        status_code=200 if standing else 404,
        serial=serial,
        standing=standing,
        is_live=standing is not None and standing.state not in ENDED_POSTER_STATES,
        end_words=END_WORDS,
    )


def typed_serial(text: str) -> str | None:
    """Return the serial somebody typed, with or without hyphens; ``None`` = it is none of ours.

    The check character decides where the market's code ends.
    """
    if read_poster_serial(text) is not None:
        return text.strip().upper()
    plain = re.sub(r"[^A-Z0-9]", "", text.upper())
    for at in range(1, len(plain) - 5):
        market_code, number, mark = plain[:at], plain[at:-1], plain[-1]
        serial = f"{market_code}-{number}-{mark}"
        if number.isdigit() and read_poster_serial(serial) is not None:
            return serial
    return None


def _fault(text: str) -> str:
    if not text.strip():
        return "Chưa gõ số tấm mã"
    return Sentence(
        "“{text}” chưa đúng số tấm mã: gõ lại như in ở góc tấm, ví dụ {example}",
        text=text.strip()[:20],
        example=poster_serial("MA", 12),
    )
