"""Facts about people and places out of the register, as it stands now, by the days it holds for."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from market.adoption.closures import held_parts
from market.adoption.fact_columns import (
    CASH_LIST_COLUMNS,
    CASH_POINT_COLUMNS,
    CHECK_COLUMNS,
    CLOSURE_COLUMNS,
    GROUP_COLUMNS,
    POINT_COLUMNS,
    SPAN_COLUMNS,
)
from market.adoption.frames import TRADING_COLUMNS
from market.reports.fact_people import People
from market.reports.fact_rows import frame_of
from merchants.calendars.market_spans import closed_spells
from merchants.days import market_day
from merchants.kinds import GOOD_CHECKS, StallState
from merchants.tables import (
    AcceptancePoint,
    CashPoint,
    Market,
    Poster,
    PosterCheck,
    Stall,
    StallHolding,
    Vendor,
)
from reconciliation.bulk import rows_of, table_of


@dataclass(frozen=True)
class RegisterFacts:
    """What the register says of some people's markets up to a day."""

    session: Session
    people: People
    last: date
    closures: pd.DataFrame
    """As ``facts.CLOSURE_COLUMNS``: stalls, accounts and cash points are there until then."""

    @classmethod
    def of(cls, session: Session, people: People, last: date) -> "RegisterFacts":
        """Return the register of some people's markets, with the days they were closed."""
        spells = [one for one in closed_spells(session) if one[0] in people.market_ids]
        return cls(session, people, last, frame_of(spells, CLOSURE_COLUMNS))

    def trading(self) -> pd.DataFrame:
        """Return who holds an occupied stall from and to which day."""
        holding, stall = table_of(StallHolding).c, table_of(Stall).c
        told = rows_of(
            self.session,
            sa.select(holding.vendor_id, holding.from_on, holding.to_on)
            .join_from(table_of(StallHolding), table_of(Stall), stall.id == holding.stall_id)
            # A holding that has ended tells of a stall occupied then.
            .where((stall.state == StallState.OCCUPIED) | holding.to_on.is_not(None)),
        )
        return held_parts(frame_of(self.people.of_rows(told), TRADING_COLUMNS), self.closures)

    def spans(self) -> pd.DataFrame:
        """Return from and to when vendors consented, were equipped, were under contract."""
        vendor, poster, point = (table_of(table).c for table in (Vendor, Poster, AcceptancePoint))
        consented = rows_of(
            self.session,
            sa.select(vendor.id, vendor.consented_on).where(vendor.consented_on.is_not(None)),
        )
        equipped = rows_of(
            self.session,
            sa.select(poster.vendor_id, poster.installed_on, poster.ended_on).where(
                poster.installed_on.is_not(None)
            ),
        )
        contracted = rows_of(
            self.session,
            sa.select(
                point.vendor_id, point.contract_from, point.contract_to, point.valid_to
            ).where(point.provider_contract_no != "", point.contract_from.is_not(None)),
        )
        one_day = timedelta(days=1)
        told = [
            *((who, "consented", on, None) for who, on in consented),
            *((who, "equipped", on, end and end - one_day) for who, on, end in equipped),
            *(
                (who, "contracted", on, min((end for end in ends if end), default=None))
                for who, on, *ends in contracted
            ),
        ]
        rows = [
            (who, where, kind, first, last)
            for who, where, kind, first, last in self.people.of_rows(told)
            if last is None or first <= last
        ]
        return frame_of(rows, SPAN_COLUMNS)

    def points(self) -> pd.DataFrame:
        """Return acceptance points with how their holder's name compares."""
        point = table_of(AcceptancePoint).c
        told = rows_of(
            self.session,
            sa.select(
                point.vendor_id,
                sa.type_coerce(point.name_match, sa.String),
                point.valid_from,
                point.valid_to,
            ),
        )
        return held_parts(frame_of(self.people.of_rows(told), POINT_COLUMNS), self.closures)

    def checks(self) -> pd.DataFrame:
        """Return the looks at posters in rounds that can have been made in the window."""
        check = table_of(PosterCheck).c
        told = rows_of(
            self.session,
            sa.select(check.market_id, check.poster_id, check.checked_at, check.result)
            .where(check.item_id.is_not(None), ~check.is_self_check)
            .order_by(check.checked_at, check.id),
        )
        rows = [
            (where, poster, market_day(at), result in GOOD_CHECKS)
            for where, poster, at, result in told
            if where in self.people.market_ids and market_day(at) <= self.last
        ]
        return frame_of(rows, CHECK_COLUMNS)

    def cash_points(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return where cash is paid in or drawn, from and to which day; and since when that is known.

        It is from the first point of a market on, or from the day somebody found that it had none.
        """
        market, point = table_of(Market), table_of(CashPoint)
        told = rows_of(
            self.session,
            sa.select(
                market.c.id, market.c.no_cash_points_on, point.c.from_on, point.c.to_on
            ).select_from(market.outerjoin(point, point.c.market_id == market.c.id)),
        )
        points: list[tuple[int, date, date | None]] = []
        known: dict[int, date] = {}
        for where, none_on, from_on, to_on in told:
            if where not in self.people.market_ids:
                continue
            if from_on is not None:
                points.append((where, from_on, to_on))
            for day in (none_on, from_on):
                if day is not None:
                    known[where] = min(day, known.get(where, day))
        held = held_parts(frame_of(points, CASH_POINT_COLUMNS), self.closures)
        return held, frame_of(list(known.items()), CASH_LIST_COLUMNS)

    def groups(self) -> pd.DataFrame:
        """Return what each vendor sells or sold last, and the business she belongs to.

        On the window's last day; of who had left by then, at the stall she left last.
        """
        holding, stall = table_of(StallHolding).c, table_of(Stall).c
        last = self.last
        told = rows_of(
            self.session,
            sa.select(holding.vendor_id, stall.goods_group)
            .join_from(table_of(StallHolding), table_of(Stall), stall.id == holding.stall_id)
            .where(holding.from_on <= last)
            # The last decides. Of several stalls the first by code, as in the register's frame.
            .order_by(
                sa.case(
                    (holding.to_on.is_(None) | (holding.to_on >= last), last), else_=holding.to_on
                ),
                stall.code.desc(),
            ),
        )
        goods = {who: group for who, _, group in self.people.of_rows(told)}
        people = sorted({person for person, _ in self.people.persons.values()})
        rows = [(who, goods.get(who, ""), self.people.holdings.get(who, "")) for who in people]
        return frame_of(rows, GROUP_COLUMNS)
