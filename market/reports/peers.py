"""A market beside the others of its class, by what economists are told of each: nothing else is looked at."""

from collections.abc import Mapping
from statistics import median

from sqlmodel import Session, col, select

from market.reports.models import AreaView, PeersView, PeerView
from merchants.tables import Market

COMPARED = ("S3", "U1", "U3", "U7")
PEERS_MIN = 3
"""Fewer told values have no middle worth the name."""


def peers_of(session: Session, code: str, markets: Mapping[str, AreaView]) -> PeersView:
    """Return the middle of the markets of the same class (1, 2, 3), the market itself not among them.

    Args:
        markets: every market as economists are told it, by code.
    """
    told = select(Market.code, Market.market_class).where(col(Market.code).in_(sorted(markets)))
    classes = dict(session.exec(told).all())
    own = classes[code]
    others = [one for one, each in sorted(classes.items()) if each == own and one != code]
    figures = []
    for id_ in COMPARED:
        values = [
            float(value)
            for one in others
            for value in [markets[one][id_].value]
            if value is not None
        ]
        figures.append(
            PeerView(
                id=id_,
                own=markets[code][id_].value,
                middle=median(values) if len(values) >= PEERS_MIN else None,
                markets=len(values),
                unit=markets[code][id_].unit,
            )
        )
    return PeersView(market_class=own, markets=len(others), figures=figures)
