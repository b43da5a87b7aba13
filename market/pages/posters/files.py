"""One poster as a file: of a vendor, of a market, and at an address that never changes.

A transaction is open while the poster is looked up, and never while it is drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, select

from market.etags import has_already
from market.pages.rendering import address
from market.poster_files import MEDIA_TYPES, Kind, NamedFile, PosterDigests, Print, PrintWish
from market.security.sessions import Reading
from merchants.errors import PosterEnded, PosterNotFound
from merchants.find import find_market
from merchants.kinds import ENDED_POSTER_STATES
from merchants.posters.issue import faces_by_poster
from merchants.posters.printed import LivePoster, live_posters_of
from merchants.tables import Poster
from qr.poster import MarketSign, PosterFace
from qr.poster_paper import Look

router = APIRouter()

ASKED_ANEW = "private, no-cache"
FOR_EVER = "private, max-age=31536000, immutable"

StallCode = Annotated[str | None, Query(max_length=20)]


@dataclass(frozen=True, slots=True)
class Found:
    """A poster looked up, its tag, and its face when it is to be drawn."""

    poster: LivePoster
    digest: str
    face: PosterFace | None


@router.get("/nguoi-ban/{vendor_code}/bang-ma.{kind}", response_class=Response)
async def of_vendor(
    request: Request,
    session: Reading,
    vendor_code: str,
    kind: Kind,
    wish: PrintWish,
    gian: StallCode = None,
) -> Response:
    """Return a vendor's poster; of several stalls the first, or the one asked for with ``gian``."""

    def look_up() -> Found:
        stalls = None if gian is None else [gian]
        live = live_posters_of(session, vendor_code=vendor_code, stall_codes=stalls)
        named = f"stall {gian}" if gian is not None else f"vendor {vendor_code}"
        return _found(request, session, live, wish, kind, named)

    return await _drawn(request, await run_in_threadpool(look_up), wish, kind)


@router.get("/nguoi-ban/{vendor_code}/bang-ma/{file_name}", response_class=Response)
async def of_vendor_for_ever(
    request: Request, session: Reading, vendor_code: str, file_name: str, wish: PrintWish
) -> Response:
    """Return the very file an address names, for ever the same; changed, lead to the new one."""
    here = f"/nguoi-ban/{vendor_code}/bang-ma"
    look_up = partial(live_posters_of, session, vendor_code=vendor_code)
    return await _for_ever(request, session, file_name, wish, look_up, here)


@router.get("/cho/{market_code}/bang-ma/tep/{file_name}", response_class=Response)
async def of_market_for_ever(
    request: Request, session: Reading, market_code: str, file_name: str, wish: PrintWish
) -> Response:
    """Return the same for whoever prints at the market's office."""
    here = f"/cho/{market_code}/bang-ma/tep"
    look_up = partial(live_posters_of, session, market_code)
    return await _for_ever(request, session, file_name, wish, look_up, here)


@router.get("/cho/{market_code}/bien-cho.{kind}", response_class=Response)
async def sign(
    request: Request, session: Reading, market_code: str, kind: Kind, wish: PrintWish
) -> Response:
    """Return the sign for the market's gate; its code leads to where a poster is checked."""

    def look_up() -> MarketSign:
        name = find_market(session, market_code).name
        session.close()
        base_url = request.app.state.base_url.rstrip("/")
        return MarketSign(market_name=name, verify_url=f"{base_url}/p")

    told = await run_in_threadpool(look_up)

    def draw() -> bytes:
        from qr.typeset import draw_sign

        return draw_sign(told, kind.value, Look(is_eco=wish.look.is_eco, lang2=wish.look.lang2))

    content = await request.app.state.poster_drawers.draw(draw)
    headers = {
        "Cache-Control": ASKED_ANEW,
        "Content-Disposition": f'inline; filename="bien-cho-{market_code}.{kind}"',
    }
    return Response(content, media_type=MEDIA_TYPES[kind], headers=headers)


async def _for_ever(
    request: Request,
    session: Session,
    file_name: str,
    wish: Print,
    look_up: "partial[list[LivePoster]]",
    here: str,
) -> Response:
    named = NamedFile.read(file_name)
    if named is None:
        raise PosterNotFound(f"file {file_name[:60]}")

    def find() -> Found:
        live = look_up(serials=[named.serial])
        if not live:
            _refuse_if_ended(session, named.serial)
        return _found(request, session, live, wish, named.kind, f"serial {named.serial}")

    found = await run_in_threadpool(find)
    if found.digest != named.digest:
        name = f"{found.poster.serial}-{found.digest}.{named.kind}"
        target = address(request, f"{here}/{name}", **wish.query())
        return RedirectResponse(target, 302, headers={"Cache-Control": "no-store"})
    return await _drawn(request, found, wish, named.kind, kept=FOR_EVER)


def _found(
    request: Request,
    session: Session,
    live: Sequence[LivePoster],
    wish: Print,
    kind: Kind,
    named: str,
) -> Found:
    """Look up the first of live posters and let the connection go."""
    if not live:
        raise PosterNotFound(named)
    state, poster = request.app.state, live[0]
    digest = PosterDigests(state.sealer, state.base_url).digest(poster, wish, kind)
    if _is_known(request, digest):
        return Found(poster, digest, None)
    faces: Mapping[int, PosterFace] = faces_by_poster(
        session,
        [poster.poster_id],
        sealer=state.sealer,
        verification_key=state.verification_key,
        base_url=state.base_url,
    )
    session.close()
    return Found(poster, digest, faces[poster.poster_id])


async def _drawn(
    request: Request, found: Found, wish: Print, kind: Kind, *, kept: str = ASKED_ANEW
) -> Response:
    headers = {"ETag": f'"{found.digest}"', "Cache-Control": kept}
    face = found.face
    if face is None:
        return Response(status_code=304, headers=headers)

    def draw() -> bytes:
        # Typst is loaded by the first poster, not by the first page.
        from qr.typeset import draw_poster

        return draw_poster(face, wish.paper, kind.value, wish.look)

    content = await request.app.state.poster_drawers.draw(draw)
    headers["Content-Disposition"] = f'inline; filename="ma-qr-{found.poster.serial}.{kind}"'
    return Response(content, media_type=MEDIA_TYPES[kind], headers=headers)


def _is_known(request: Request, digest: str) -> bool:
    return has_already(request, f'"{digest}"')


def _refuse_if_ended(session: Session, serial: str) -> None:
    """Raise when a poster was issued under this serial and has ended."""
    state = session.exec(select(Poster.state).where(Poster.serial == serial)).first()
    if state in ENDED_POSTER_STATES:
        raise PosterEnded(serial)
