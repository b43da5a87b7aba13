"""One import: how far it is, what its check found, writing it, its result, undoing it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session
from starlette.background import BackgroundTask

from market.i18n.import_words import CHANGES, TO_DO
from market.pages.actors import actor_names
from market.pages.days import now_of
from market.pages.forms import Form, Sent, see_other
from market.pages.imports.start import Kind, attachment, start_page
from market.pages.rendering import address, page
from market.security.once import new_once
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.errors import ImportChangedSince, NewerImportStands
from merchants.find import find_market
from merchants.imports.listing import (
    ROWS,
    is_file_kept,
    may_be_undone,
    proposals_of,
    rows_of,
    stalls_changing_account,
)
from merchants.imports.row_results import Outcome
from merchants.imports.steps import (
    KEPT_DAYS,
    begin_again,
    begin_writing,
    find_import,
    is_stalled,
    open_sheet,
)
from merchants.imports.undo import undo_import
from merchants.kept_sentences import read_sentences
from merchants.kinds import ImportState
from merchants.remedies import why_and_fix
from merchants.tables import SheetImport

router = APIRouter()

PAGE_MAX = 10_000
REFRESH_S = 2
CHANGED_SHOWN_MAX = 100
CHANGING_SHOWN_MAX = 3
PAGED: dict[str, Outcome] = {"loi": "rejected", "luu_y": "warned", "nhan": "accepted"}
_UNDER_WAY = (ImportState.CHECKING, ImportState.WRITING)

PageNumber = Annotated[int, Query(ge=1, le=PAGE_MAX)]


@router.get("/cho/{market_code}/nhap/{import_id}", response_class=HTMLResponse)
def show(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    import_id: RowId,
    loi: PageNumber = 1,
    luu_y: PageNumber = 1,
    nhan: PageNumber = 1,
) -> Response:
    """Show an import as it stands: on its way, unreadable, checked, written or undone."""
    record = find_import(session, market_code, import_id)
    if record.state in _UNDER_WAY:
        return _progress_page(request, session, caller, market_code, record)
    if record.state is ImportState.FAILED:
        form = Form.showing(once=new_once())
        return start_page(request, session, caller, market_code, form=form, failed=record)
    pages = {"loi": loi, "luu_y": luu_y, "nhan": nhan}
    return _result_page(request, session, caller, market_code, record, pages=pages)


@router.post("/cho/{market_code}/nhap/{import_id}/ghi", response_class=HTMLResponse)
def write(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    import_id: RowId,
    form: Sent,
) -> Response:
    """Have a checked import written, if it is still the check that was looked at."""
    here = address(request, f"/cho/{market_code}/nhap/{import_id}")
    record = find_import(session, market_code, import_id, for_update=True)
    if record.state is ImportState.CHECKED and form.value("da_xem") != _seen(record):
        return see_other(here)
    answer = see_other(here)
    if begin_writing(session, record, now=now_of(request)):
        work = request.app.state.imports.write
        answer.background = BackgroundTask(work, market_code, import_id, caller.actor)
    return answer


@router.post("/cho/{market_code}/nhap/{import_id}/chay-lai", response_class=HTMLResponse)
def again(request: Request, session: Writing, market_code: str, import_id: RowId) -> Response:
    """Check an import once more whose worker died; one that is being worked on is left alone."""
    record = find_import(session, market_code, import_id, for_update=True)
    answer = see_other(address(request, f"/cho/{market_code}/nhap/{import_id}"))
    pool = request.app.state.imports
    if not pool.holds(import_id) and begin_again(session, record, now=now_of(request)):
        answer.background = BackgroundTask(pool.check, market_code, import_id)
    return answer


@router.post("/cho/{market_code}/nhap/{import_id}/hoan-tac", response_class=HTMLResponse)
def undo(
    request: Request, session: Writing, caller: Caller, market_code: str, import_id: RowId
) -> Response:
    """Undo a written import, or say what stands against it; asked twice it is undone once."""
    record = find_import(session, market_code, import_id, for_update=True)
    here = f"/cho/{market_code}/nhap/{import_id}"
    if record.state is ImportState.UNDONE:
        return see_other(address(request, here))
    try:
        with session.begin_nested():
            undo_import(session, record, actor=caller.actor, now=now_of(request))
    except (ImportChangedSince, NewerImportStands) as refusal:
        session.refresh(record)
        return _result_page(
            request, session, caller, market_code, record, status_code=409, refusal=refusal
        )
    return see_other(address(request, here))


@router.get("/cho/{market_code}/nhap/{import_id}/ket-qua.xlsx", response_class=Response)
def result(
    request: Request,
    session: Reading,
    market_code: str,
    import_id: RowId,
    dong: Annotated[str, Query(max_length=10, description="loi = chỉ dòng không nhận")] = "",
) -> Response:
    """Return the sheet with its results, to correct and send in again."""
    from merchants.imports.result_sheet import result_xlsx

    record = find_import(session, market_code, import_id)
    sheet = open_sheet(record, sealer=request.app.state.sealer)
    rows = rows_of(session, import_id, limit=None)
    only_rejected = dong == "loi"
    content = result_xlsx(sheet, rows, only_rejected=only_rejected)
    name = f"ket-qua-{market_code}-{import_id}{'-loi' if only_rejected else ''}"
    return attachment(content, name, Kind.XLSX)


def _progress_page(
    request: Request, session: Session, caller: Principal, market_code: str, record: SheetImport
) -> HTMLResponse:
    pool = request.app.state.imports
    import_id = record.id or 0
    stalled = not pool.holds(import_id) and is_stalled(record, now_of(request))
    known = pool.how_far(import_id)
    answer = page(
        request,
        "imports/progress",
        caller=caller,
        market=find_market(session, market_code),
        here=f"/cho/{market_code}/nhap/{import_id}",
        record=record,
        is_writing=record.state is ImportState.WRITING,
        stalled=stalled,
        done=known.done if known else record.rows_done,
        total=known.total if known else record.rows_total,
    )
    if not stalled:
        answer.headers["Refresh"] = str(REFRESH_S)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _result_page(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    record: SheetImport,
    *,
    pages: dict[str, int] | None = None,
    status_code: int = 200,
    refusal: ImportChangedSince | NewerImportStands | None = None,
) -> HTMLResponse:
    import_id = record.id or 0
    counts = {
        "loi": record.rows_rejected,
        "luu_y": record.rows_warned,
        "nhan": record.rows_total - record.rows_rejected - record.rows_warned,
    }
    numbers = {key: (pages or {}).get(key, 1) for key in PAGED}
    is_written = record.state is ImportState.WRITTEN
    return page(
        request,
        "imports/result",
        caller=caller,
        status_code=status_code,
        market=find_market(session, market_code),
        here=f"/cho/{market_code}/nhap/{import_id}",
        record=record,
        remarks=read_sentences(record.remarks),
        changing=stalls_changing_account(session, import_id),
        changing_shown=CHANGING_SHOWN_MAX,
        counts=counts,
        to_write=record.rows_created + record.rows_changed,
        rows={
            key: rows_of(session, import_id, outcome, skip=(numbers[key] - 1) * ROWS)
            for key, outcome in PAGED.items()
        },
        numbers=numbers,
        pages={key: max(-(-count // ROWS), 1) for key, count in counts.items()},
        proposals=proposals_of(session, import_id) if is_written else 0,
        is_file_kept=caller.may(Right.READ_MARKET) and is_file_kept(session, import_id),
        kept_days=KEPT_DAYS,
        may_write=_may_write(caller),
        may_undo=caller.may(Right.DECIDE) and may_be_undone(record),
        seen=_seen(record),
        split=why_and_fix,
        changes=CHANGES,
        to_do=TO_DO,
        **_told(session, record, refusal),
    )


def _told(
    session: Session, record: SheetImport, refusal: ImportChangedSince | NewerImportStands | None
) -> dict[str, Any]:
    """Return what a page says about why an import is not undone, and who undid it."""
    changed = refusal.changed if isinstance(refusal, ImportChangedSince) else ()
    names = actor_names(session, [record.actor, record.undone_by])
    return {
        "changed": changed[:CHANGED_SHOWN_MAX],
        "changed_more": max(len(changed) - CHANGED_SHOWN_MAX, 0),
        "newer_id": refusal.newer_id if isinstance(refusal, NewerImportStands) else None,
        "actor": names[record.actor],
        "undone_by": names[record.undone_by],
    }


def _may_write(caller: Principal) -> bool:
    """Return whether the reader writes imports; auditors look on."""
    return caller.may(Right.WRITE_REGISTER) and caller.user_id is not None


def _seen(record: SheetImport) -> str:
    """Return what a form carries to say which check was looked at."""
    counts = (
        record.rows_created,
        record.rows_changed,
        record.rows_same,
        record.rows_rejected,
        record.rows_warned,
    )
    return "-".join(map(str, counts))
