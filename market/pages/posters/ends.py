"""Posters that end by the hand of people: revoked, or replaced by ones that tell the truth."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from market.pages.days import now_of
from market.pages.entries import carry_out
from market.pages.forms import Form, Sent
from market.pages.posters.board import PATH, BoardChoice, board_page
from market.security.scope import Caller
from market.security.sessions import Writing
from merchants.errors import PosterNotFound
from merchants.posters.printed import live_posters_of
from merchants.posters.reissue import Why, reissue_posters, revoke_posters

router = APIRouter()

REVOKE, REISSUE = "thu-hoi", "cap-lai"
ALL_WRONG = "sai"
FIELDS = {"reason": "ly_do", "note": "ghi_chu", "serials": "so_tam"}
STALLS_TOLD_MAX = 12
CHANGED = "Có tấm vừa được người khác thu hồi hoặc cấp lại: xem lại danh sách"


@router.post(PATH + "/ket-thuc", response_class=HTMLResponse)
def end(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    choice: BoardChoice,
    form: Sent,
) -> Response:
    """Revoke the chosen posters, or issue them anew; the reason is told to whoever checks them."""
    task = form.value("lam")
    if task not in {REVOKE, REISSUE}:
        form.refuse("lam", "Chọn thu hồi hay cấp lại")
    told: dict[str, object] = {"xong": task}

    def act() -> None:
        told.update(_end(request, session, caller, market_code, task, form))

    here = PATH.format(market_code=market_code)
    answer = carry_out(
        request, session, caller, form, act=act, location=here, query=told, fields=FIELDS
    )
    return answer or board_page(
        request, session, caller, market_code, choice, form, status_code=422
    )


def _end(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    task: str,
    form: Form,
) -> dict[str, object]:
    """Do it and return what is told: to how many posters, and the stalls it was not done to."""
    state, now = request.app.state, now_of(request)
    why = Why.given(form.value("ly_do"), form.value("ghi_chu"))
    serials = form.all("so_tam")
    if form.value("ai") == ALL_WRONG:
        live = live_posters_of(session, market_code)
        serials = [each.serial for each in live if each.faults(state.sealer)]
    elif not serials:
        chosen = live_posters_of(session, market_code, stall_codes=form.all("gian"))
        serials = [each.serial for each in chosen]
        # A stall is ticked, a poster is meant: the one whose number stood in the row.
        if (shown := form.all("thay")) and not set(serials) <= set(shown):
            form.refuse("so_tam", CHANGED)
            return {}
    try:
        if task == REVOKE:
            ended = revoke_posters(session, market_code, serials, why, actor=caller.actor, now=now)
            return {"so": len(ended)}
        fresh = reissue_posters(
            session,
            market_code,
            serials,
            why,
            sealer=state.sealer,
            verification_key=state.verification_key,
            actor=caller.actor,
            now=now,
        )
    except PosterNotFound:
        form.refuse("so_tam", CHANGED)
        return {}
    blocked = [block.stall_code for block in fresh.blocks]
    more = ", …" if len(blocked) > STALLS_TOLD_MAX else ""
    return {"so": len(fresh.posters), "chua": ", ".join(blocked[:STALLS_TOLD_MAX]) + more}
