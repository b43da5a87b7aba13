"""What was published for everybody, read back: the list of periods, and one of them."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.errors import AdoptionError
from market.adoption.periods import Period, Scheme
from market.exports import Value, csv_bytes
from market.reports.public_kept import PUBLIC, read_public
from market.reports.public_models import PublicArea, PublicEdition, PublicTables
from market.tables import AdoptionEdition, AdoptionEditionTable
from merchants.days import market_day

CSV_HEADER = (
    "period",
    "scheme",
    "version",
    "window_first",
    "window_last",
    "area_code",
    "area_kind",
    "area",
    "indicator",
    "name",
    "value",
    "unit",
    "numerator",
    "denominator",
    "flag",
)


class PeriodNotPublished(AdoptionError):
    """Nothing was published of a period."""

    def __init__(self, period: Period) -> None:
        super().__init__(f"period {period.label} is not published")
        self.period = period


def public_tables_of(session: Session, period: Period) -> PublicTables:
    """Return what the public is told of a period, by its newest edition.

    Raises:
        PeriodNotPublished: there is none.
    """
    content = session.exec(
        select(AdoptionEditionTable.content)
        .join(AdoptionEdition, col(AdoptionEdition.id) == col(AdoptionEditionTable.edition_id))
        .where(
            AdoptionEdition.period == period.label,
            AdoptionEdition.scheme == period.scheme.value,
            AdoptionEditionTable.product == PUBLIC,
        )
        .order_by(col(AdoptionEdition.version).desc())
        .limit(1)
    ).first()
    if content is None:
        raise PeriodNotPublished(period)
    return read_public(content).told


def public_editions(session: Session) -> list[PublicEdition]:
    """Return the newest edition of every published period, newest months first, then what holds them."""
    newest = (
        sa.select(sa.func.max(col(AdoptionEdition.id)))
        .join(AdoptionEditionTable, col(AdoptionEditionTable.edition_id) == col(AdoptionEdition.id))
        .where(col(AdoptionEditionTable.product) == PUBLIC)
        .group_by(col(AdoptionEdition.period), col(AdoptionEdition.scheme))
    )
    rows = session.exec(select(AdoptionEdition).where(col(AdoptionEdition.id).in_(newest))).all()

    def window(row: AdoptionEdition) -> tuple[date, int]:
        span = Period.read(row.period, Scheme(row.scheme)).window
        return span.first, -span.days

    return [
        PublicEdition(
            period=row.period,
            scheme=row.scheme,
            version=row.version,
            is_provisional=row.is_provisional,
            known_on=market_day(row.known_at),
        )
        for row in sorted(rows, key=window, reverse=True)
    ]


def public_csv(tables: PublicTables) -> bytes:
    """Return the tables as one tidy table: UTF-8 with BOM, a row a figure."""
    return csv_bytes(CSV_HEADER, [row for area in tables.areas for row in _rows(tables, area)])


def _rows(tables: PublicTables, area: PublicArea) -> list[list[Value]]:
    head: list[Value] = [
        tables.period,
        tables.scheme,
        tables.version,
        tables.window_first.isoformat(),
        tables.window_last.isoformat(),
        area.code,
        area.kind,
        area.name,
    ]
    provisional = "p" if tables.is_provisional else ""
    rows: list[list[Value]] = [
        [
            *head,
            "frame",
            "Tiểu thương trong khung",
            area.vendors,
            "vendors",
            None,
            None,
            provisional,
        ]
    ]
    rows += [
        [
            *head,
            one.id,
            one.name_vi,
            one.value,
            one.unit,
            one.numerator,
            one.denominator,
            f"{one.hidden}{provisional}",
        ]
        for one in area.figures
    ]
    rows += [
        [
            *head,
            "goods",
            one.goods_group,
            one.share,
            "ratio",
            None,
            None,
            f"{one.hidden}{provisional}",
        ]
        for one in area.goods
    ]
    return rows
