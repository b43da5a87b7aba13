"""One poster: how it stands, its files, its end."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from market.i18n import translator
from market.i18n.poster_words import END_WORDS, FAULTS, REASONS, STATES
from market.pages.entries import once_of, options
from market.pages.forms import Form
from market.pages.posters.board import PATH
from market.pages.posters.shown import files_of, may_end
from market.pages.rendering import lang_of, page
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.errors import PosterNotFound
from merchants.find import find_market, find_poster_standing
from merchants.posters.printed import live_posters_of

router = APIRouter()


@router.get(PATH + "/so/{serial}", response_class=HTMLResponse)
def show(
    request: Request, session: Reading, caller: Caller, market_code: str, serial: str
) -> HTMLResponse:
    """Show one poster of the market, live or ended."""
    market = find_market(session, market_code)
    standing = find_poster_standing(session, serial.upper())
    if standing is None or standing.market_code != market_code:
        raise PosterNotFound(f"serial {serial[:20]} in market {market_code}")
    here = PATH.format(market_code=market_code)
    live = live_posters_of(session, market_code, serials=[standing.serial])
    form = Form.showing()
    return page(
        request,
        "posters/one",
        caller=caller,
        market=market,
        here=here,
        standing=standing,
        poster=live[0] if live else None,
        files=files_of(request, live, f"{here}/tep"),
        faults=live[0].faults(request.app.state.sealer) if live else [],
        reasons=options(
            {each.value: words for each, words in REASONS.items()}, translator(lang_of(request))
        ),
        form=form,
        once=once_of(form),
        may_end=may_end(caller),
        FAULTS=FAULTS,
        STATES=STATES,
        END_WORDS=END_WORDS,
    )
