"""Adoption for machines: one report in three forms, each with a tag that tells whether it changed."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from market.adoption.periods import LABEL, Period, Scheme
from market.etags import has_already
from market.exports import display_csv_bytes
from market.reports import AdoptionReport, Product, to_csv
from market.reports.file_names import file_stem
from market.reports.tidy import tidy_records, tidy_rows
from market.security.principal import Principal
from market.security.rights import Right
from merchants.days import market_day

AskedPeriod = Annotated[
    str,
    Path(
        pattern=f"^{LABEL}$",
        description="A month, a quarter or a year.",
        openapi_examples={
            "month": {"value": "2026-10"},
            "quarter": {"value": "2026-Q4"},
            "year": {"value": "2026"},
        },
    ),
]

AsOf = Annotated[
    date | None,
    Query(
        description="As it was published by the end of this day; without it, as it was last.",
        openapi_examples={"newest": {"value": None}, "day": {"value": "2026-11-05"}},
    ),
]


class Shape(StrEnum):
    """How JSON is laid out."""

    REPORT = "report"
    TIDY = "tidy"


@dataclass(frozen=True, slots=True)
class HowAsked:
    """Where periods are cut off, as of when they are read, and in which form they are told."""

    scheme: Scheme
    as_of: date | None
    for_display: bool
    """A table for people: semicolons and decimal commas."""
    shape: Shape


ForDisplay = Annotated[
    bool,
    Query(
        alias="display",
        description="CSV only: for a spreadsheet set to Vietnamese, with semicolons, decimal commas "
        "and dd/mm/yyyy.",
    ),
]


JsonShape = Annotated[
    Shape,
    Query(
        description="JSON only: the whole report, or the rows and columns of the CSV as a list of "
        "objects.",
        openapi_examples={"report": {"value": "report"}, "tidy": {"value": "tidy"}},
    ),
]


def _how(
    scheme: Scheme = Scheme.CALENDAR,
    as_of: AsOf = None,
    for_display: ForDisplay = False,
    shape: JsonShape = Shape.REPORT,
) -> HowAsked:
    return HowAsked(scheme, as_of, for_display, shape)


How = Annotated[HowAsked, Depends(_how)]


def asked_report(
    request: Request,
    session: Session,
    caller: Principal,
    period: str,
    how: HowAsked,
    *,
    market_code: str | None = None,
    area_code: str | None = None,
    with_closes: bool = True,
) -> AdoptionReport:
    """Return the report of a period for whoever asks, controlled as the reader's pages are.

    Args:
        with_closes: name the closes it rests on, which a table has no place for.
    """
    from market.reports.adoption import cut
    from market.reports.errors import check_begun
    from market.reports.revisions import published_by
    from market.reports.tables_told import studied_tables_of

    asked = Period.read(period, how.scheme)
    today = market_day(request.app.state.now())
    check_begun(asked, today)
    sees_whole = market_code is not None and area_code is None and caller.may(Right.READ_MARKET)
    tables, studies = studied_tables_of(
        session,
        asked,
        Product.MANAGER if sees_whole else Product.ECONOMIST,
        p_percent=request.app.state.disclosure_p_percent,
        known_at=published_by(session, asked, how.as_of, today=today),
        today=today,
    )
    return cut(
        session,
        tables,
        market_code,
        within=None if market_code else caller.market_codes,
        area_code=area_code,
        with_closes=with_closes,
        studies=studies,
    )


def json_answer(request: Request, report: AdoptionReport, how: HowAsked) -> Response:
    """Return the report, or its tidy rows, as JSON; 304 where the reader has it already."""
    if how.shape is Shape.TIDY:
        content = json.dumps(tidy_records(report), ensure_ascii=False, allow_nan=False)
    else:
        content = report.model_dump_json()
    return _tagged(request, content.encode(), "application/json")


def csv_answer(request: Request, report: AdoptionReport, how: HowAsked) -> Response:
    """Return the report as a tidy table; 304 where the reader has it already."""
    where = report.market_code or (report.area.code if report.area else "")
    name = file_stem("muc-do-dung", report.period, report.scheme, where)
    content = display_csv_bytes(*tidy_rows(report)) if how.for_display else to_csv(report)
    answer = _tagged(request, content, "text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _tagged(request: Request, content: bytes, media_type: str) -> Response:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if has_already(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
