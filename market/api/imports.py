"""Whole sheets for machines: sent, looked at row by row, written, undone; the market as a sheet."""

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import StringConstraints
from starlette.background import BackgroundTask
from starlette.datastructures import UploadFile

from market.api.paging import LIMIT, AfterId, Limit, Page, View
from market.security.bodies import form_of
from market.security.errors import BodyTooLarge
from market.security.once import earlier_answer, remember_answer
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.security_log import SecurityAction, record_security_event
from market.security.sessions import Reading, Writing
from merchants.errors import SheetRefused
from merchants.files.workbook import FILE_BYTES_MAX
from merchants.imports.listing import list_imports, rows_of
from merchants.imports.row_results import Outcome, RowResult
from merchants.imports.steps import (
    begin_again,
    begin_writing,
    find_import,
    is_stalled,
    receive_file,
)
from merchants.imports.undo import undo_import
from merchants.kept_sentences import read_sentences
from merchants.kinds import ImportState
from merchants.stalls.codes import STALL_CODE_LENGTH_MAX
from merchants.tables import SheetImport

router = APIRouter(prefix="/api/v1/markets/{market_code}", tags=["imports"])

Once = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="The same key with the same file leads to the same import.",
    ),
]
STALLS_MAX = 1_000
StallCode = Annotated[str, StringConstraints(min_length=1, max_length=STALL_CODE_LENGTH_MAX)]
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": _BINARY,
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}
_MEDIA_TYPES = {"xlsx": _SHEET, "csv": "text/csv; charset=utf-8"}


class ImportView(View):
    """One import; counts are of rows. ``stalled``: whoever worked on it has died."""

    id: int
    file_name: str
    file_sha256: str
    state: ImportState
    stalled: bool
    imported_at: datetime
    written_at: datetime | None
    undone_at: datetime | None
    rows_total: int
    rows_done: int
    rows_created: int
    rows_changed: int
    rows_same: int
    rows_rejected: int
    rows_warned: int
    refusal: str
    remarks: list[str]


class RowView(View):
    """What became of one row; ``messages`` are Vietnamese."""

    row: int
    outcome: Outcome
    change: Literal["created", "taken", "changed", "same", "none"]
    stall_code: str
    messages: list[str]


async def sent_file(request: Request) -> AsyncIterator[tuple[str, bytes]]:
    """Give the name and the content of the file of a request, as form or as the whole body.

    Raises:
        BodyTooLarge: it is larger than a sheet may be.
        SheetRefused: a form without a file.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        name, content = request.query_params.get("file_name", ""), await request.body()
        yield _named(name, content)
        return
    form = await form_of(request)
    try:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise SheetRefused("", "yêu cầu không có phần “file”.")
        yield _named(upload.filename or "", await upload.read(FILE_BYTES_MAX + 1))
    finally:
        await form.close()


def _named(name: str, content: bytes) -> tuple[str, bytes]:
    if len(content) > FILE_BYTES_MAX:
        raise BodyTooLarge(FILE_BYTES_MAX)
    return name[:200] or "danh-sach", content


@router.post("/imports", status_code=201, response_model=ImportView, openapi_extra=_FILE_BODY)
def send(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    file: Annotated[tuple[str, bytes], Depends(sent_file)],
    file_name: Annotated[str, Query(max_length=200)] = "",  # noqa: ARG001 (read with the body)
    once: Once = "",
) -> Response:
    """Send a sheet; it is checked, not written.

    CSV or XLSX, as the whole body (with the content type of its kind) or as the form's `file`.
    """
    name, content = file
    digest = f"api-import\n{market_code}\n{name}\n{hashlib.sha256(content).hexdigest()}"
    now = request.app.state.now()
    earlier = earlier_answer(session, caller, once, digest)
    if earlier is not None:
        record = find_import(session, market_code, int(earlier.rpartition("/")[2]))
        return _answer(record, now, earlier)
    record = receive_file(
        session,
        content,
        name,
        market_code=market_code,
        sealer=request.app.state.sealer,
        actor=caller.actor,
        now=now,
    )
    location = f"/api/v1/markets/{market_code}/imports/{record.id}"
    remember_answer(session, caller, once, digest, location, now)
    answer = _answer(record, now, location)
    answer.background = BackgroundTask(request.app.state.imports.check, market_code, record.id)
    return answer


@router.get("/imports")
def imports(
    request: Request,
    session: Reading,
    market_code: str,
    after: AfterId = None,
    limit: Limit = LIMIT,
) -> Page[ImportView]:
    """Return the imports of a market, newest first."""
    now = request.app.state.now()
    found = list_imports(session, market_code, before_id=after, limit=limit + 1).imports
    items = [_view(record, now) for record in found[:limit]]
    return Page(items=items, next=str(items[-1].id) if len(found) > limit else None)


@router.get("/imports/{import_id}")
def one(request: Request, session: Reading, market_code: str, import_id: RowId) -> ImportView:
    """Return how far an import is and what came of it."""
    return _view(find_import(session, market_code, import_id), request.app.state.now())


@router.get("/imports/{import_id}/rows")
def rows(
    session: Reading,
    market_code: str,
    import_id: RowId,
    after: AfterId = None,
    limit: Limit = LIMIT,
    outcome: Outcome | None = None,
) -> Page[RowView]:
    """Return what became of the rows, in the order of the file; `after` is a row's number."""
    find_import(session, market_code, import_id)
    found = rows_of(session, import_id, outcome, after_row=after or 0, limit=limit + 1)
    items = [_row_view(row) for row in found[:limit]]
    return Page(items=items, next=str(items[-1].row) if len(found) > limit else None)


@router.post("/imports/{import_id}/check", status_code=202, response_model=ImportView)
def check(request: Request, session: Writing, market_code: str, import_id: RowId) -> Response:
    """Check an import once more whose worker died; any other stays as it is."""
    now, pool = request.app.state.now(), request.app.state.imports
    record = find_import(session, market_code, import_id, for_update=True)
    begins = not pool.holds(import_id) and begin_again(session, record, now=now)
    answer = JSONResponse(_view(record, now).model_dump(mode="json"), status_code=202)
    if begins:
        answer.background = BackgroundTask(pool.check, market_code, import_id)
    return answer


@router.post("/imports/{import_id}/write", status_code=202, response_model=ImportView)
def write(
    request: Request, session: Writing, caller: Caller, market_code: str, import_id: RowId
) -> Response:
    """Have a checked import written; when the register has moved meanwhile it is checked anew."""
    now = request.app.state.now()
    record = find_import(session, market_code, import_id, for_update=True)
    begins = begin_writing(session, record, now=now)
    answer = JSONResponse(_view(record, now).model_dump(mode="json"), status_code=202)
    if begins:
        work = request.app.state.imports.write
        answer.background = BackgroundTask(work, market_code, import_id, caller.actor)
    return answer


@router.post("/imports/{import_id}/undo")
def undo(
    request: Request, session: Writing, caller: Caller, market_code: str, import_id: RowId
) -> ImportView:
    """Undo a written import, all of it or nothing; asked twice it is undone once."""
    now = request.app.state.now()
    record = find_import(session, market_code, import_id, for_update=True)
    if record.state is not ImportState.UNDONE:
        undo_import(session, record, actor=caller.actor, now=now)
    return _view(record, now)


@router.get("/export.{kind}", response_class=Response)
def export(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    kind: Literal["xlsx", "csv"],
    stall: Annotated[
        list[StallCode] | None, Query(max_length=STALLS_MAX, description="Only these stalls.")
    ] = None,
) -> Response:
    """Return the stalls of a market in the columns of its sheet; that it was taken is logged."""
    from merchants.imports.export import market_sheet

    chosen = None if stall is None else frozenset(code.upper() for code in stall)
    sheet = market_sheet(session, market_code, sealer=request.app.state.sealer, stall_codes=chosen)
    record_security_event(
        session,
        SecurityAction.DATA_EXPORTED,
        actor=caller.actor,
        now=request.app.state.now(),
        subject=f"market:{market_code}",
        note=f"vendor sheet {kind}, {len(sheet.lines)} stalls",
    )
    content = sheet.to_xlsx() if kind == "xlsx" else sheet.to_csv()
    disposition = f'attachment; filename="gian-hang-{market_code}.{kind}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(content, media_type=_MEDIA_TYPES[kind], headers=headers)


def _answer(record: SheetImport, now: datetime, location: str) -> JSONResponse:
    content = _view(record, now).model_dump(mode="json")
    return JSONResponse(content, status_code=201, headers={"Location": location})


def _view(record: SheetImport, now: datetime) -> ImportView:
    assert record.id is not None
    return ImportView(
        id=record.id,
        file_name=record.file_name,
        file_sha256=record.file_sha256,
        state=record.state,
        stalled=is_stalled(record, now),
        imported_at=record.imported_at,
        written_at=record.written_at,
        undone_at=record.undone_at,
        rows_total=record.rows_total,
        rows_done=record.rows_done,
        rows_created=record.rows_created,
        rows_changed=record.rows_changed,
        rows_same=record.rows_same,
        rows_rejected=record.rows_rejected,
        rows_warned=record.rows_warned,
        refusal=" ".join(read_sentences(record.refusal)),
        remarks=[*read_sentences(record.remarks)],
    )


def _row_view(row: RowResult) -> RowView:
    return RowView(
        row=row.row,
        outcome=row.outcome,
        change=row.change,
        stall_code=row.stall_code,
        messages=row.messages,
    )
