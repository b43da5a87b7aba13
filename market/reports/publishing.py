"""Publishing a period: its edition, and the report as PDF, XLSX and CSV with their checksums."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.codes import GROUP
from market.adoption.errors import AdoptionError
from market.adoption.indicator import Window
from market.adoption.periods import Period
from market.adoption.report import ALL_MARKETS
from market.documents.adoption_paper import paper_pdf
from market.exports import csv_bytes
from market.reports.adoption import cut
from market.reports.editions import edition_studies, edition_tables, newest_edition
from market.reports.errors import check_come
from market.reports.file_names import file_stem
from market.reports.integrity import FeedRules, integrity_of
from market.reports.making import make_edition
from market.reports.models import AdoptionReport, AreaGroupView, AreaView, PeriodTables, Product
from market.reports.neighbours import parts_told_apart
from market.reports.paper import Beside, Letterhead, adoption_paper
from market.reports.paper_cells import period_words
from market.reports.revisions import published_by, revisions_of
from market.reports.study_models import PeriodStudies
from market.reports.tidy import tidy_rows
from market.reports.workbook import workbook
from market.tables import AdoptionEdition, AdoptionEditionFile
from merchants.days import market_day
from merchants.markets.commune_areas import COMMUNE


class ReportFileNotFound(AdoptionError):
    """An edition has no file of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no report file {name!r}")
        self.name = name


COPIES = ("Như trên;", "Các ban quản lý chợ;", "Lưu: VT.")


class Letters(Protocol):
    """Settings that say who issues reports."""

    report_above: str
    report_issuer: str
    report_place: str
    report_contact: str
    base_url: str


def letterhead_of(settings: Letters) -> Letterhead:
    """Return what stands at the head of a deployment's reports."""
    return Letterhead(
        above=settings.report_above,
        issuer=settings.report_issuer,
        place=settings.report_place,
        copies=COPIES,
        contact=settings.report_contact,
        base_url=settings.base_url,
    )


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file of an edition; its content is read when somebody asks for it."""

    edition_id: int
    area_code: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Published:
    """An edition with its files; ``is_new`` = this call made it."""

    edition: AdoptionEdition
    files: Sequence[PublishedFile]
    is_new: bool


def publish(
    session: Session,
    period: Period,
    *,
    p_percent: int | None,
    known_at: datetime,
    now: datetime,
    actor: str,
    head: Letterhead,
    feeds: FeedRules | None = None,
) -> Published:
    """Publish a period as it was known at an instant; nothing new where nothing changed.

    Args:
        feeds: when statements are due, for the days a feed was silent; ``None`` = the packaged rules.
    """
    made = make_edition(
        session, period, p_percent=p_percent, known_at=known_at, now=now, actor=actor
    )
    assert made.edition.id is not None
    if made.is_new:
        rules = feeds or FeedRules.of(None, None)
        for area_code, name, content in edition_files(session, made.edition, period, head, rules):
            session.add(
                AdoptionEditionFile(
                    edition_id=made.edition.id,
                    area_code=area_code,
                    name=name,
                    sha256=hashlib.sha256(content).hexdigest(),
                    content=content,
                )
            )
        session.flush()
    return Published(made.edition, files_of(session, [made.edition.id]), made.is_new)


def in_force_on(session: Session, period: Period, on: date, *, today: date) -> Published | None:
    """Return the edition that stood at the end of a day, its files as they were published then.

    ``None`` = the day is today, or later than every edition is of: what was known by then may be
    published still.

    Raises:
        DayNotCome: the day is after today, when nobody knows what will be known on it.
        NotPublishedBy: the first edition is of a later day. It is not made now, beside those that
            were published: what differs would tell what closed late.
    """
    check_come(period, on, today)
    newest = newest_edition(session, period)
    if newest is None or on >= today or on > market_day(newest.known_at):
        return None
    edition = newest_edition(session, period, published_by(session, period, on, today=today))
    assert edition is not None
    assert edition.id is not None
    return Published(edition, files_of(session, [edition.id]), is_new=False)


def edition_files(
    session: Session,
    edition: AdoptionEdition,
    period: Period,
    head: Letterhead,
    feeds: FeedRules,
) -> list[tuple[str, str, bytes]]:
    """Return the files of an edition: area, name, content; the same edition gives the same bytes."""
    assert edition.id is not None
    tables = edition_tables(session, edition.id, Product.ECONOMIST)
    studies = edition_studies(session, edition.id, Product.ECONOMIST)
    before, year_before = (
        _earlier(session, other, edition) for other in (period.previous(), period.year_before())
    )
    window = Window(tables.window_first, tables.window_last)
    parts = parts_told_apart(session, period, edition.known_at)
    integrity = integrity_of(session, window, feeds, known_at=edition.known_at, parts=parts)
    found = []
    for area_code in _told_areas(tables):
        code = None if area_code == ALL_MARKETS else area_code.removeprefix(GROUP)
        report = _report(session, tables, code, studies)
        revisions = revisions_of(session, period, Product.ECONOMIST, area_code=code)
        beside = Beside(
            before=_report_before(session, before, code),
            year_before=_report_before(session, year_before, code),
            revisions=[one for one in revisions if one.edition.version <= edition.version],
            courses=tables.trend,
            areas=_areas_beside(tables) if code is None else (),
            integrity=integrity if code is None else None,
            made_on=market_day(edition.made_at),
        )
        paper = adoption_paper(report, beside, head)
        stem = _stem(report, edition.version)
        title = f"{paper.title}, {period_words(period)}"
        found += [
            (area_code, f"{stem}.pdf", paper_pdf(paper)),
            (area_code, f"{stem}.xlsx", workbook(report, title=title)),
            (area_code, f"{stem}.csv", csv_bytes(*tidy_rows(report))),
        ]
    return found


def files_of(session: Session, edition_ids: Sequence[int]) -> list[PublishedFile]:
    """Return what files editions have, without what is in them."""
    rows = session.execute(
        sa.select(
            col(AdoptionEditionFile.edition_id),
            col(AdoptionEditionFile.area_code),
            col(AdoptionEditionFile.name),
            col(AdoptionEditionFile.sha256),
        )
        .where(col(AdoptionEditionFile.edition_id).in_(edition_ids))
        .order_by(
            col(AdoptionEditionFile.edition_id).desc(),
            col(AdoptionEditionFile.area_code),
            col(AdoptionEditionFile.name),
        )
    )
    return [PublishedFile(*row) for row in rows]


def find_file(session: Session, edition_id: int, name: str) -> AdoptionEditionFile | None:
    """Return a file of an edition; ``None`` = it has none of that name."""
    return session.exec(
        select(AdoptionEditionFile).where(
            AdoptionEditionFile.edition_id == edition_id, AdoptionEditionFile.name == name
        )
    ).first()


def workbook_of(session: Session, edition: AdoptionEdition, area_code: str) -> bytes | None:
    """Return the workbook of an edition about an area; ``None`` = it was made for no such area."""
    return session.exec(
        select(AdoptionEditionFile.content).where(
            AdoptionEditionFile.edition_id == edition.id,
            AdoptionEditionFile.area_code == area_code,
            col(AdoptionEditionFile.name).like("%.xlsx"),
        )
    ).first()


def _told_areas(tables: PeriodTables) -> list[str]:
    """Return the areas a report is made for: all together, and each area group."""
    groups = [code for code in tables.groups if not code.startswith(GROUP + COMMUNE)]
    return [*([ALL_MARKETS] if ALL_MARKETS in tables.areas else []), *groups]


def _areas_beside(tables: PeriodTables) -> list[tuple[AreaGroupView, AreaView]]:
    """Return the areas of several markets, area groups before communes; none where there is one alone."""
    groups = sorted(tables.groups.items(), key=lambda one: one[0].startswith(GROUP + COMMUNE))
    found = [
        (group, tables.areas[code])
        for code, group in groups
        if code in tables.areas and len(group.market_codes) > 1
    ]
    return found if len(found) > 1 else []


def _earlier(session: Session, period: Period, edition: AdoptionEdition) -> PeriodTables | None:
    """Return the tables of an earlier period as they were published by the time of an edition."""
    found = newest_edition(session, period, edition.known_at)
    return edition_tables(session, found.id, Product.ECONOMIST) if found and found.id else None


def _report_before(
    session: Session, tables: PeriodTables | None, code: str | None
) -> AdoptionReport | None:
    """Return the report of an earlier period; ``None`` where the area was not told then."""
    if tables is None or (code is not None and GROUP + code not in tables.groups):
        return None
    return _report(session, tables, code)


def _report(
    session: Session,
    tables: PeriodTables,
    code: str | None,
    studies: PeriodStudies | None = None,
) -> AdoptionReport:
    return cut(session, tables, None, area_code=code, with_closes=False, studies=studies)


def _stem(report: AdoptionReport, version: int) -> str:
    area = report.area.code if report.area else ""
    return f"{file_stem('bao-cao', report.period, report.scheme, area)}-ban-{version}"
