"""Choose a file: what kind, how large, with a template to fill in; then it is kept and checked."""

import hashlib
from enum import StrEnum

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session
from starlette.background import BackgroundTask
from starlette.datastructures import UploadFile

from market.i18n.import_words import STATES
from market.pages.actors import actor_names
from market.pages.days import now_of
from market.pages.forms import Form, Sent, see_other
from market.pages.rendering import address, page
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.files.workbook import FILE_BYTES_MAX
from merchants.find import find_market
from merchants.imports.listing import list_imports
from merchants.imports.steps import receive_file
from merchants.kept_sentences import read_sentences
from merchants.sentences import Sentence
from merchants.sheets.reading import ROW_COUNT_MAX
from merchants.tables import SheetImport

router = APIRouter()

LATEST = 5
MEGABYTE = 1024 * 1024


class Kind(StrEnum):
    """The files a sheet comes as."""

    XLSX = "xlsx"
    CSV = "csv"


MEDIA_TYPES = {
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.CSV: "text/csv; charset=utf-8",
}


@router.get("/cho/{market_code}/nhap", response_class=HTMLResponse)
def choose(request: Request, session: Reading, caller: Caller, market_code: str) -> Response:
    """Show where a file is chosen, and the last ones that came."""
    form = Form.showing(once=new_once())
    return start_page(request, session, caller, market_code, form=form)


@router.post("/cho/{market_code}/nhap", response_class=HTMLResponse)
def receive(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Keep a file and have it checked; the same form sent twice leads to the same import."""
    upload = form.files.get("tep")
    content = upload.file.read(FILE_BYTES_MAX + 1) if upload is not None else b""
    if upload is None or not upload.filename:
        form.refuse("tep", "Chưa chọn tệp: bấm nút bên dưới, chọn tệp Excel hoặc CSV.")
    elif len(content) > FILE_BYTES_MAX:
        form.refuse("tep", _too_large(upload))
    elif not content.strip():
        form.refuse("tep", "Tệp trống, chưa có chữ nào: chọn lại tệp danh sách gian hàng.")
    if upload is None or form.errors:
        return start_page(request, session, caller, market_code, form=form, status_code=422)
    digest = f"{market_code}\n{upload.filename}\n{hashlib.sha256(content).hexdigest()}"
    once = form.value("once")
    if (earlier := earlier_answer(session, caller, once, digest)) is not None:
        return see_other(earlier)
    record = receive_file(
        session,
        content,
        upload.filename or "",
        market_code=market_code,
        sealer=request.app.state.sealer,
        actor=caller.actor,
        now=now_of(request),
    )
    target = address(request, f"/cho/{market_code}/nhap/{record.id}")
    remember_answer(session, caller, once, digest, target, now_of(request))
    answer = see_other(target)
    # After the commit: a worker that looks before it would find no such import.
    answer.background = BackgroundTask(request.app.state.imports.check, market_code, record.id)
    return answer


@router.get("/cho/{market_code}/nhap/mau.{kind}", response_class=Response)
def blank(session: Reading, market_code: str, kind: Kind) -> Response:
    """Return the blank sheet with the market's zones to choose from."""
    from merchants.imports.export import template

    sheet = template(session, market_code)
    content = sheet.to_xlsx() if kind is Kind.XLSX else sheet.to_csv()
    return attachment(content, f"mau-gian-hang-{market_code}", kind)


def start_page(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    *,
    form: Form,
    status_code: int = 200,
    failed: SheetImport | None = None,
) -> HTMLResponse:
    """Return the page on which a file is chosen; ``failed`` = the import that could not be read."""
    newest = list_imports(session, market_code, limit=LATEST)
    return page(
        request,
        "imports/start",
        caller=caller,
        status_code=status_code,
        market=find_market(session, market_code),
        here=f"/cho/{market_code}/nhap",
        form=form,
        imports=newest.imports,
        total=newest.total,
        actors=actor_names(session, (each.actor for each in newest.imports)),
        states=STATES,
        megabytes_max=FILE_BYTES_MAX // MEGABYTE,
        rows_max=ROW_COUNT_MAX,
        refusal=read_sentences(failed.refusal) if failed else [],
        failed=failed,
    )


def attachment(content: bytes, name: str, kind: Kind) -> Response:
    """Return a file to be kept."""
    disposition = f'attachment; filename="{name}.{kind.value}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(content, media_type=MEDIA_TYPES[kind], headers=headers)


def _too_large(upload: UploadFile) -> str:
    size = (upload.size or 0) / MEGABYTE
    told = f"{size:.1f}".replace(".", ",")
    return Sentence(
        "Tệp nặng {size} MB, nhận tối đa {most} MB: bỏ hình ảnh và trang tính thừa, hoặc chia thành nhiều tệp.",
        size=told,
        most=FILE_BYTES_MAX // MEGABYTE,
    )
