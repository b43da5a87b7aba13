"""Posters to download, and the page a payer's scan of a poster's check address leads to."""

import hashlib
from dataclasses import astuple
from enum import StrEnum
from importlib.metadata import version

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col, select

from market.pages.rendering import page
from market.security.scope import Visitor
from market.security.sessions import Reading
from merchants.errors import PosterNotFound
from merchants.find import find_poster_standing
from merchants.kinds import ENDED_POSTER_STATES
from merchants.tables import Market, Poster, Stall, Vendor
from qr.poster import PosterFace

router = APIRouter()


class Kind(StrEnum):
    """The files a poster comes as."""

    PDF = "pdf"
    PNG = "png"
    SVG = "svg"


_MEDIA_TYPES = {Kind.PDF: "application/pdf", Kind.PNG: "image/png", Kind.SVG: "image/svg+xml"}


@router.get("/nguoi-ban/{vendor_code}/bang-ma.{kind}", response_class=Response)
def poster(
    request: Request, session: Reading, vendor_code: str, kind: Kind, gian: str | None = None
) -> Response:
    """Return a vendor's poster; of several stalls the first, or the one asked for with ``gian``."""
    face = _face(request, session, vendor_code, gian)
    etag = _etag(face, kind)
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    # Typst is loaded by the first poster, not by the first page.
    from qr.poster_paper import Paper
    from qr.typeset import draw_poster

    headers["Content-Disposition"] = f'inline; filename="ma-qr-{face.serial}.{kind.value}"'
    content = draw_poster(face, Paper.A5, kind.value)
    return Response(content, media_type=_MEDIA_TYPES[kind], headers=headers)


@router.get("/p/{serial}", response_class=HTMLResponse)
def poster_standing(
    request: Request, session: Reading, caller: Visitor, serial: str
) -> HTMLResponse:
    """Tell whoever scanned a poster whether it is the one that was issued."""
    standing = find_poster_standing(session, serial.upper())
    return page(
        request,
        "poster_standing",
        caller=caller,
        status_code=200 if standing else 404,
        serial=serial.upper()[:16],
        standing=standing,
        is_live=standing is not None and standing.state not in ENDED_POSTER_STATES,
    )


def _face(
    request: Request, session: Session, vendor_code: str, stall_code: str | None
) -> PosterFace:
    from merchants.posters.issue import poster_faces

    statement = (
        select(Market.code, Stall.code)
        .join(Stall, col(Stall.market_id) == col(Market.id))
        .join(Poster, col(Poster.stall_id) == col(Stall.id))
        .join(Vendor, col(Vendor.id) == col(Poster.vendor_id))
        .where(col(Vendor.code) == vendor_code)
        .where(col(Poster.state).not_in(ENDED_POSTER_STATES))
        .order_by(col(Stall.code))
    )
    if stall_code is not None:
        statement = statement.where(col(Stall.code) == stall_code)
    place = session.exec(statement).first()
    if place is None:
        raise PosterNotFound(f"stall {stall_code}" if stall_code else f"vendor {vendor_code}")
    state = request.app.state
    return poster_faces(
        session,
        place[0],
        sealer=state.sealer,
        verification_key=state.verification_key,
        base_url=state.base_url,
        stall_codes=[place[1]],
    )[0]


def _etag(face: PosterFace, kind: Kind) -> str:
    """Return a strong tag of everything that is on the poster and of the code that draws it.

    The tag is known without drawing: what has not changed is not drawn again.
    """
    told = "\x1f".join(["" if v is None else str(v) for v in astuple(face)])
    content = f"{version('cho40')}|{kind.value}|{told}"
    return f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
