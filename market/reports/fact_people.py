"""Who is who in facts: a record as the person it became, in her market, without who refuses."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from market.reports.fact_rows import Rows
from merchants.kinds import ConsentPurpose
from merchants.privacy.consents import not_agreeing_to
from merchants.tables import Market, Vendor
from reconciliation.bulk import rows_of, table_of


@dataclass(frozen=True)
class People:
    """The markets facts are asked of, and the vendors of them statistics are made with."""

    market_ids: frozenset[int]
    persons: Mapping[int, tuple[int, int]]
    """By record: the person it became, and her market; who refuses is not in it."""
    refusing: frozenset[int]
    holdings: Mapping[int, str]
    """By record: the household business it belongs to."""

    @classmethod
    def of(cls, session: Session, market_codes: Collection[str] | None) -> "People":
        """Return the people of these markets; ``None`` = of all."""
        market, vendor = table_of(Market).c, table_of(Vendor).c
        codes = rows_of(session, sa.select(market.id, market.code))
        market_ids = frozenset(
            id_ for id_, code in codes if market_codes is None or code in market_codes
        )
        refusing = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS)
        people = rows_of(
            session,
            sa.select(vendor.id, vendor.merged_into_id, vendor.market_id, vendor.business_name),
        )
        return cls(
            market_ids=market_ids,
            persons={
                id_: (into or id_, where)
                for id_, into, where, _ in people
                if where in market_ids and id_ not in refusing
            },
            refusing=refusing,
            holdings={id_: name.strip().casefold() for id_, _, _, name in people},
        )

    def of_rows(self, rows: Rows) -> list[tuple[Any, ...]]:
        """Return rows that begin with a vendor with the person's id and market instead."""
        return [(*self.persons[row[0]], *row[1:]) for row in rows if row[0] in self.persons]

    def of_frame(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows of vendors as those of persons in their market, without who refuses."""
        people = pd.DataFrame(
            [(id_, *told) for id_, told in self.persons.items()],
            columns=["record_id", "person_id", "market_id"],
        ).astype("int64")
        at = pd.Index(people["record_id"]).get_indexer(rows["vendor_id"])
        kept, at = rows[at >= 0], at[at >= 0]
        told: pd.DataFrame = kept.assign(
            vendor_id=people["person_id"].to_numpy()[at],
            market_id=people["market_id"].to_numpy()[at],
        )
        return told
