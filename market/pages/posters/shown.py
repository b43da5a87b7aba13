"""What several pages about posters show: addresses of files, books in a line, who may do what."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from market.i18n import Translator
from market.i18n.poster_words import PAPERS
from market.pages.rendering import address
from market.poster_files import Kind, PosterDigests, Print
from market.security.principal import Principal
from market.security.rights import Right
from merchants.posters.printed import LivePoster
from merchants.tables import PosterBook
from qr.poster_paper import Look, Paper

OTHER_PAPERS = (Paper.A4, Paper.TENT, Paper.CARD, Paper.CHECK)


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterFiles:
    """Where the files of one poster are, at addresses that never change."""

    serial: str
    stall_code: str
    picture: str
    pdf: str
    photo: str
    """PNG, to be sent on by phone."""
    others: list[tuple[str, str]]
    """Name and address of the other papers."""


def files_of(request: Request, posters: Iterable[LivePoster], here: str) -> list[PosterFiles]:
    """Return the files of posters; ``here`` is the path before a file's name."""
    digests = PosterDigests(request.app.state.sealer, request.app.state.base_url)

    def at(poster: LivePoster, wish: Print, kind: Kind) -> str:
        return address(request, f"{here}/{digests.name(poster, wish, kind)}", **wish.query())

    usual = Print()
    return [
        PosterFiles(
            serial=poster.serial,
            stall_code=poster.stall_code,
            picture=at(poster, usual, Kind.SVG),
            pdf=at(poster, usual, Kind.PDF),
            photo=at(poster, usual, Kind.PNG),
            others=[
                *((PAPERS[paper], at(poster, Print(paper), Kind.PDF)) for paper in OTHER_PAPERS),
                ("A5, in ít mực", at(poster, Print(look=Look(is_eco=True)), Kind.PDF)),
                ("A5, thêm tiếng Anh", at(poster, Print(look=Look(lang2="en")), Kind.PDF)),
            ],
        )
        for poster in posters
    ]


def book_words(book: PosterBook, _: Translator) -> str:
    """Return what a book holds and how, in one line."""
    parts = [_(PAPERS[book.paper])]
    if book.zone_name:
        parts.append(_("khu {zone}", zone=book.zone_name))
    if book.is_chosen:
        parts.append(_("gian đã chọn"))
    if book.only_changed:
        parts.append(_("chỉ tấm mới hoặc đã đổi"))
    if book.is_eco:
        parts.append(_("ít mực"))
    if book.lang2:
        parts.append(_("thêm tiếng Anh"))
    if book.is_duplex:
        parts.append(_("có mặt sau trắng"))
    return ", ".join(parts)


def may_print(caller: Principal) -> bool:
    """Return whether the reader asks for books and issues posters; auditors look on."""
    return caller.may(Right.WRITE_REGISTER)


def may_end(caller: Principal) -> bool:
    """Return whether the reader revokes posters and issues them anew."""
    return caller.may(Right.DECIDE)


def told_of(request: Request) -> dict[str, Any]:
    """Return what was just done, as the address tells it."""
    query = request.query_params
    return {name: query.get(name, "")[:400] for name in ("xong", "so", "chua")}
