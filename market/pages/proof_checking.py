"""The page on which anybody has a proof checked: a file or its text goes in, yes or no comes out."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from market.pages.forms import Form, Sent
from market.pages.payment_proofs import ROOTS_PATH
from market.pages.rendering import page
from market.reports.proof_checking import (
    PROOF_BYTES_MAX,
    Answer,
    Checked,
    check_against_published,
)
from market.security.open_doors import meter_public
from market.security.sessions import Reading
from merchants.sentences import Sentence

router = APIRouter()

CHECK_PATH = f"{ROOTS_PATH}/kiem-tep"
FILE, TEXT = "tep", "noi-dung-tep"
TEXT_CHARS_MAX = 60_000
"""What a field of a form may hold; whoever has a longer proof chooses the file."""
MEGABYTE = 1024 * 1024
AMOUNTS_SHOWN = 6
_NEITHER = "Chưa chọn tệp, cũng chưa dán nội dung: chọn tệp bằng chứng .json rồi bấm Kiểm."
_TOO_LARGE = Sentence(
    "Tệp nặng hơn {most} MB, trang này không nhận: kiểm tệp của từng khoản, hoặc chạy chương trình kiểm ở máy của mình.",
    most=PROOF_BYTES_MAX // MEGABYTE,
)


@router.get(CHECK_PATH, response_class=HTMLResponse, dependencies=[Depends(meter_public)])
def choose(request: Request) -> HTMLResponse:
    """Show where a proof is put in."""
    return _shown(request, Form())


@router.post(CHECK_PATH, response_class=HTMLResponse, dependencies=[Depends(meter_public)])
def check(request: Request, session: Reading, form: Sent) -> HTMLResponse:
    """Say whether a proof holds against the published root. Nothing of it is kept."""
    upload = form.files.get(FILE)
    content = upload.file.read(PROOF_BYTES_MAX + 1) if upload is not None else b""
    if not content:
        content = form.exactly(TEXT).strip().removeprefix("\ufeff").encode(errors="replace")
    if len(content) > PROOF_BYTES_MAX:
        form.refuse(FILE, _TOO_LARGE)
    elif not content.strip():
        form.refuse(FILE, _NEITHER)
    if form.errors:
        return _shown(request, form, status_code=422)
    return _shown(request, form, checked=check_against_published(session, content))


def _shown(
    request: Request, form: Form, *, checked: Checked | None = None, status_code: int = 200
) -> HTMLResponse:
    if checked is not None and checked.answer is Answer.NO_PROOF:
        status_code = 422
    return page(
        request,
        "proof_checking",
        status_code=status_code,
        form=form,
        checked=checked,
        here=CHECK_PATH,
        roots_path=ROOTS_PATH,
        amounts_shown=AMOUNTS_SHOWN,
        megabytes_max=PROOF_BYTES_MAX // MEGABYTE,
        text_chars_max=TEXT_CHARS_MAX,
    )
