"""A vendor's own wallet code as a file to print: the very code that was taken over."""

from enum import StrEnum

from fastapi import APIRouter, Request
from fastapi.responses import Response

from market.security.row_ids import RowId
from market.security.sessions import Reading

router = APIRouter()


class Kind(StrEnum):
    """The files a code comes as."""

    PDF = "pdf"
    SVG = "svg"


@router.get(
    "/cho/{market_code}/gian-hang/{stall_code:path}/ma-qr/{code_id}.{kind}", response_class=Response
)
def own_code_file(
    request: Request,
    session: Reading,
    market_code: str,
    stall_code: str,
    code_id: RowId,
    kind: Kind,
) -> Response:
    """Return a kept code: the symbol alone as SVG, or a page of A6 as PDF."""
    from merchants.acceptance.own_codes import own_code
    from qr.own_code import render_own_code

    code = own_code(session, market_code, stall_code, code_id, sealer=request.app.state.sealer)
    name = f"ma-vi-{market_code}-{stall_code.replace('/', '-')}.{kind.value}"
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "no-store",
    }
    if kind is Kind.SVG:
        return Response(code.symbol.svg(), media_type="image/svg+xml", headers=headers)
    content = render_own_code(
        code.symbol,
        title=code.vendor_name,
        label=code.label,
        place=f"{code.market_name}, {code.stall_code}",
        kind="pdf",
    )
    return Response(content, media_type="application/pdf", headers=headers)
