"""The reports that were published: every edition with its files, and a workbook of what is on a page."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from market.adoption.codes import ALL_MARKETS, GROUP
from market.adoption.periods import Period, Scheme
from market.etags import has_already
from market.i18n import translator
from market.pages.adoption_asked import Asked, read_adoption
from market.pages.adoption_asked import Reading as Read
from market.pages.adoption_periods import period_label
from market.pages.rendering import lang_of, page
from market.reports.file_names import file_stem
from market.reports.models import Product
from market.reports.workbook import workbook
from market.security.errors import ScopeRefused
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.markets.areas import list_areas

if TYPE_CHECKING:
    from market.reports.publishing import PublishedFile

router = APIRouter()

SHOWN = 24
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@router.get("/bao-cao", response_class=HTMLResponse)
def reports(
    request: Request,
    session: Reading,
    caller: Caller,
    truoc: Annotated[int | None, Query(ge=1, le=ROW_ID_MAX)] = None,
) -> HTMLResponse:
    """Show the editions that were published, newest first, with their files and checksums."""
    from market.reports.editions import list_editions
    from market.reports.publishing import files_of

    _ = translator(lang_of(request))
    editions = list_editions(session, truoc, SHOWN + 1)
    shown = editions[:SHOWN]
    names = {GROUP + area.code: area.name for area in list_areas(session)}
    files = [
        one
        for one in files_of(session, [one.id for one in shown if one.id])
        if _may_read(session, caller, one.area_code)
    ]
    return page(
        request,
        "adoption_reports",
        caller=caller,
        editions=[
            (
                one,
                period_label(Period.read(one.period, Scheme(one.scheme)), _),
                _by_area([file for file in files if file.edition_id == one.id], names),
            )
            for one in shown
        ],
        following=shown[-1].id if len(editions) > SHOWN else None,
        admin=Scheme.ADMIN_15_14.value,
    )


@router.get("/bao-cao/{edition_id}/{file_name}", response_class=Response)
def report_file(
    request: Request,
    session: Reading,
    caller: Caller,
    edition_id: Annotated[int, Path(ge=1, le=ROW_ID_MAX)],
    file_name: Annotated[str, Path(pattern=r"^[a-z0-9Q-]{1,60}\.(pdf|xlsx|csv)$")],
) -> Response:
    """Return a file of an edition, as it was published."""
    from market.reports.publishing import ReportFileNotFound, find_file

    found = find_file(session, edition_id, file_name)
    if found is None:
        raise ReportFileNotFound(file_name)
    if not _may_read(session, caller, found.area_code):
        raise ScopeRefused
    tag = f'"{found.sha256[:32]}"'
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name}"',
        "ETag": tag,
        "Cache-Control": "private, no-cache",
    }
    if has_already(request, tag):
        return Response(status_code=304, headers=headers)
    kind = file_name.rpartition(".")[2]
    return Response(found.content, media_type=MEDIA_TYPES[kind], headers=headers)


@router.get("/muc-do-dung/bang-tinh.xlsx", response_class=Response)
def adoption_workbook(request: Request, session: Reading, caller: Caller, asked: Asked) -> Response:
    """Return what the adoption page shows as a workbook; the published one where there is one."""
    from market.reports.paper_cells import period_words

    reading = read_adoption(request, session, caller, asked)
    report = reading.report
    area = report.area.name if report.area else ""
    name = area or (report.market_name if report.market_code else "các chợ")
    content = _published_workbook(session, reading) or workbook(
        report, title=f"Mức độ dùng, {name}, {period_words(reading.period)}"
    )
    where = report.market_code or (report.area.code if report.area else "")
    stem = file_stem("muc-do-dung", report.period, report.scheme, where)
    return Response(
        content,
        media_type=MEDIA_TYPES["xlsx"],
        headers={"Content-Disposition": f'attachment; filename="{stem}.xlsx"'},
    )


def _published_workbook(session: Reading, reading: Read) -> bytes | None:
    """Return the workbook of the edition shown, of all markets or of an area; ``None`` = made anew.

    A province's takes a fifth of a second to write.
    """
    from market.reports.editions import newest_edition
    from market.reports.publishing import workbook_of

    report = reading.report
    if report.version is None or report.total is None or report.product is not Product.ECONOMIST:
        return None
    edition = newest_edition(session, reading.period, report.known_at)
    if edition is None or edition.version != report.version:
        return None
    return workbook_of(session, edition, GROUP + report.area.code if report.area else ALL_MARKETS)


def _may_read(session: Reading, caller: Principal, area_code: str) -> bool:
    """Say whether a reader may have the report of an area: its markets are all theirs to see."""
    if caller.market_codes is None:
        return True
    if area_code == ALL_MARKETS:
        return False
    areas = {GROUP + area.code: area for area in list_areas(session)}
    area = areas.get(area_code)
    members = {member.market_code for member in area.members} if area else set()
    return bool(members) and members <= caller.market_codes


def _by_area(
    files: "list[PublishedFile]", names: dict[str, str]
) -> "list[tuple[str, list[PublishedFile]]]":
    """Return the files of an edition by the area they are about, all markets first."""
    found: dict[str, list[PublishedFile]] = {}
    for one in files:
        found.setdefault(one.area_code, []).append(one)
    return [(names.get(code, ""), own) for code, own in found.items()]
