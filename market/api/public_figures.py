"""Adoption for everybody: published periods only, as far as the public product tells; no sign-in.

Answers are small, the same for all and kept by caches; who asks too often is told to wait.
"""

from fastapi import APIRouter, Depends, Request, Response

from market.adoption.periods import Period, Scheme
from market.api.adoption_answers import AskedPeriod
from market.api.public_examples import EDITIONS_AS_JSON, TABLES_AS_CSV, TABLES_AS_JSON
from market.reports.public_models import PublicEdition, PublicTables
from market.reports.public_reading import public_csv, public_editions, public_tables_of
from market.security.open_doors import kept_answer, meter_public
from market.security.sessions import Reading

router = APIRouter(prefix="/api/v1/public", tags=["public"], dependencies=[Depends(meter_public)])


@router.get("/adoption", response_model=list[PublicEdition], responses=EDITIONS_AS_JSON)
def read_published(request: Request, session: Reading) -> Response:
    """Return the periods that were published, the latest first."""
    found = public_editions(session)
    content = "[" + ",".join(one.model_dump_json() for one in found) + "]"
    return kept_answer(request, content.encode(), "application/json")


# The CSV route comes first: ``{month}`` would be asked to take "2026-10.csv".
@router.get("/adoption/{month}.csv", response_class=Response, responses=TABLES_AS_CSV)
def read_public_csv(
    request: Request, session: Reading, month: AskedPeriod, scheme: Scheme = Scheme.CALENDAR
) -> Response:
    """Return a published period as a tidy table: UTF-8 with BOM, a row a figure."""
    tables = public_tables_of(session, Period.read(month, scheme))
    answer = kept_answer(request, public_csv(tables), "text/csv; charset=utf-8")
    name = f"cong-khai-{month}" if scheme is Scheme.CALENDAR else f"cong-khai-{month}-chot-14"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@router.get("/adoption/{month}", response_model=PublicTables, responses=TABLES_AS_JSON)
def read_public_figures(
    request: Request, session: Reading, month: AskedPeriod, scheme: Scheme = Scheme.CALENDAR
) -> Response:
    """Return a published period: rounded counts, whole per cents, what is hidden as such."""
    tables = public_tables_of(session, Period.read(month, scheme))
    return kept_answer(request, tables.model_dump_json().encode(), "application/json")
