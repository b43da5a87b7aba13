"""Communes as areas: the markets that lay in each, and when."""

from collections import defaultdict

from sqlmodel import Session, col, select

from merchants.errors import AreaNotFound
from merchants.markets.areas import Area, AreaMember, list_areas
from merchants.markets.communes import communes_of
from merchants.tables import Market

COMMUNE = "xa-"
"""Before the code of a commune where areas are named: codes of area groups have no small letters."""


def commune_areas(session: Session) -> list[Area]:
    """Return every commune any market ever lay in, by code: two queries.

    A code that was given to another commune in 2025 is one area; it has the name of the newest.
    """
    markets = session.exec(select(Market).order_by(col(Market.code))).all()
    spans = communes_of(session, markets)
    members: dict[str, list[AreaMember]] = defaultdict(list)
    names: dict[str, str] = {}
    told = [(span, market) for market in markets for span in spans[market.id or 0]]
    for span, market in sorted(told, key=lambda one: (one[0].valid_from, one[1].code)):
        names[span.code] = span.name
        members[span.code].append(AreaMember(market.code, market.name, span.from_on, span.to_on))
    return [
        Area(code=COMMUNE + code, name=names[code], caveat="", legal_basis="", members=tuple(own))
        for code, own in sorted(members.items())
    ]


def find_told_area(session: Session, code: str) -> Area:
    """Return an area group or a commune that figures are told of.

    Raises:
        AreaNotFound: neither has the code.
    """
    areas = commune_areas(session) if code.startswith(COMMUNE) else list_areas(session)
    found = next((area for area in areas if area.code == code), None)
    if found is None:
        raise AreaNotFound(code)
    return found
