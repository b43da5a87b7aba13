"""What a target may be set for, and which markets stand behind it on a day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.campaigns.programmes import wave_code
from merchants.kinds import TargetArea
from merchants.tables import AreaGroup, AreaGroupMarket, Market, Programme, Wave, WaveMarket

WIDEST_FIRST = (TargetArea.AREA, TargetArea.WAVE, TargetArea.MARKET)


@dataclass(frozen=True)
class TargetAreas:
    """Which markets stand behind an area code on a day, and what the area is called."""

    codes: Mapping[tuple[TargetArea, str], frozenset[str]]
    names: Mapping[tuple[TargetArea, str], str]

    @classmethod
    def of(cls, session: Session, on: date) -> "TargetAreas":
        """Return all areas as they are on a day, three queries."""
        codes: dict[tuple[TargetArea, str], set[str]] = defaultdict(set)
        names: dict[tuple[TargetArea, str], str] = {}
        for code, name in session.exec(select(Market.code, Market.name)):
            codes[TargetArea.MARKET, code].add(code)
            names[TargetArea.MARKET, code] = name
        waves = sa.select(
            col(Programme.code),
            col(Programme.name),
            col(Wave.number),
            col(Wave.name),
            col(Market.code),
        )
        waves = (
            waves.join(Wave, col(Wave.programme_id) == col(Programme.id))
            .outerjoin(WaveMarket, col(WaveMarket.wave_id) == col(Wave.id))
            .outerjoin(Market, col(Market.id) == col(WaveMarket.market_id))
        )
        for programme, title, number, name, market in session.execute(waves):
            key = TargetArea.WAVE, wave_code(programme, number)
            codes[key] |= {market} if market else set()
            names[key] = f"{title}, đợt {number}" + (f" ({name})" if name else "")
        holds = (col(AreaGroupMarket.from_on) <= on) & (
            col(AreaGroupMarket.to_on).is_(None) | (col(AreaGroupMarket.to_on) >= on)
        )
        areas = (
            sa.select(col(AreaGroup.code), col(AreaGroup.name), col(Market.code))
            .outerjoin(
                AreaGroupMarket, (col(AreaGroupMarket.area_group_id) == col(AreaGroup.id)) & holds
            )
            .outerjoin(Market, col(Market.id) == col(AreaGroupMarket.market_id))
        )
        for area, name, market in session.execute(areas):
            codes[TargetArea.AREA, area] |= {market} if market else set()
            names[TargetArea.AREA, area] = name
        return cls({key: frozenset(found) for key, found in codes.items()}, names)

    def markets(self, area: TargetArea, area_code: str) -> frozenset[str]:
        """Return the codes of the markets behind an area; none when there is no such area."""
        return self.codes.get((area, area_code), frozenset())


def markets_of_target(
    session: Session, area: TargetArea, area_code: str, on: date
) -> frozenset[str]:
    """Return the codes of the markets a target of this area is measured in on a day."""
    return TargetAreas.of(session, on).markets(area, area_code)


def areas_to_choose(session: Session, on: date) -> Sequence[tuple[TargetArea, str, str]]:
    """Return what a target may be set for: kind, code and name; areas, waves, markets."""
    members = TargetAreas.of(session, on)
    found = [
        (area, code, members.names[area, code])
        for (area, code), codes in members.codes.items()
        if codes
    ]
    return sorted(found, key=lambda one: (WIDEST_FIRST.index(one[0]), one[1]))
