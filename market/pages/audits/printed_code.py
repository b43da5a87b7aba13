"""The code printed on a poster, typed by whoever stands before it; guessing is slowed down."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from market.i18n import clock
from market.i18n.audit_words import TYPED
from market.i18n.poster_words import END_WORDS
from market.pages.days import now_of
from market.pages.forms import Sent
from market.pages.posters.looks import count_look
from market.pages.rendering import page
from market.security.scope import Visitor
from market.security.throttle import Counter, begin_try, withdraw_try
from merchants.audits.printed_codes import check_printed_code
from merchants.find import find_poster_standing
from merchants.kinds import ENDED_POSTER_STATES
from qr.print_code import TypedCode

router = APIRouter()

TRIES = 20
"""Wrong codes from one address in a quarter of an hour; one in 2^40 guesses is right."""
LOCKED = 429


@router.post("/p/{serial}", response_class=HTMLResponse)
def typed_code(request: Request, form: Sent, caller: Visitor, serial: str) -> HTMLResponse:
    """Tell whether a typed code is the one this poster was printed with."""
    state, now = request.app.state, now_of(request)
    address = request.client.host if request.client else ""
    counter = Counter(state.sealer.fingerprint(f"printed code|{address}"), TRIES)
    # Whoever types a code is told whose poster it is, as by the page that is only looked at.
    looked_until = count_look(request, caller)
    standing = begin_try(state.writing, [counter], now=now)
    locked_until = looked_until or standing.locked_until
    serial = serial.upper()
    verdict: TypedCode | None = None
    with state.reading() as session:
        poster = find_poster_standing(session, serial) if looked_until is None else None
        if locked_until is None:
            verdict = check_printed_code(
                session,
                serial,
                form.value("ma"),
                sealer=state.sealer,
                verification_key=state.verification_key,
            )
    if verdict is not None and verdict is not TypedCode.NOT_OURS:
        with state.writing() as session:
            withdraw_try(session, counter)
    if locked_until is not None:
        told = ("warn", "Gõ nhiều lần quá, nghỉ đến {at} rồi thử lại.")
        values = {"at": clock(locked_until)}
    else:
        assert verdict is not None
        told, values = TYPED[verdict], {"serial": serial[:16]}
    return page(
        request,
        "poster_standing",
        caller=caller,
        status_code=_status(verdict, is_known=poster is not None),
        serial=serial[:16],
        standing=poster,
        is_live=poster is not None and poster.state not in ENDED_POSTER_STATES,
        end_words=END_WORDS,
        typed=form.value("ma")[:20],
        typed_kind=told[0],
        typed_told=told[1],
        typed_values=values,
    )


def _status(verdict: TypedCode | None, *, is_known: bool) -> int:
    if verdict is None:
        return LOCKED
    if not is_known:
        return 404
    return 200 if verdict is TypedCode.OURS else 422
