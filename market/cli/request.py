"""``cho40 request``: exact amounts of a vendor at the terminal: ask, look, take back, pay for trial."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from market.cli.context import opened_database, read_day

if TYPE_CHECKING:
    from reconciliation.shown_requests.reading import ShownRequest

app = typer.Typer(help="Mã QR đúng số tiền. / Codes of an exact amount.", no_args_is_help=True)

VendorCode = Annotated[str, typer.Argument(metavar="VENDOR", help="Mã người bán. / Vendor code.")]
Reference = Annotated[
    str, typer.Argument(metavar="REFERENCE", help="Nội dung chuyển khoản. / Transfer remark.")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mã. / JSON lines.")]


@app.command("make")
def make(
    vendor: VendorCode,
    amount: Annotated[int, typer.Argument(metavar="VND", help="Số đồng. / Amount in đồng.")],
    note: Annotated[str, typer.Option(help="Ghi chú. / Note.")] = "",
    stall: Annotated[str, typer.Option(help="Mã gian hàng. / Stall code.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Làm mã của một số tiền, in nội dung mã. / Make the code of an amount and print its payload."""
    from market.clock import now
    from market.database import writing
    from market.reports.payment_requests import code_of
    from merchants.actors import COMMAND
    from reconciliation.shown_requests.making import make_request

    with opened_database() as (settings, engine), writing(engine) as session:
        request = make_request(
            session,
            vendor.upper(),
            amount,
            note=note,
            stall_code=stall.upper() or None,
            lifetime=timedelta(minutes=settings.payment_request_minutes),
            actor=COMMAND,
            now=now(),
        )
        code = code_of(session, vendor.upper(), request, sealer=settings.sealer)
    payload = code.payload if code else ""
    if as_json:
        typer.echo(json.dumps(_told(request) | {"payload": payload}, ensure_ascii=False))
    else:
        typer.echo(_line(request))
        typer.echo(payload)


@app.command("list")
def list_requests(
    vendor: VendorCode,
    on: Annotated[str, typer.Option(help="Ngày dd/mm/yyyy; trống = hôm nay. / Day.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Các mã trong ngày và kết quả. / A day's codes and what became of each."""
    from market.clock import now, today
    from market.database import reading
    from reconciliation.shown_requests.reading import requests_of_day

    day = read_day(on) if on else today()
    with opened_database() as (_, engine), reading(engine) as session:
        found = requests_of_day(session, vendor.upper(), day, now=now(), limit=10_000)
    for request in found.requests:
        told = json.dumps(_told(request), ensure_ascii=False) if as_json else _line(request)
        typer.echo(told)


@app.command("show")
def show(reference: Reference, *, as_json: AsJson = False) -> None:
    """Một mã và kết quả. / One code and what became of it."""
    from market.clock import now
    from market.database import reading
    from reconciliation.shown_requests.reading import find_request

    vendor = _vendor_of(reference)
    with opened_database() as (_, engine), reading(engine) as session:
        request = find_request(session, vendor, reference.upper(), now=now())
    typer.echo(json.dumps(_told(request), ensure_ascii=False) if as_json else _line(request))


@app.command("cancel")
def cancel(reference: Reference) -> None:
    """Huỷ một mã đang chờ. / Cancel an open code."""
    from market.clock import now
    from market.database import writing
    from reconciliation.shown_requests.making import cancel_request

    vendor = _vendor_of(reference)
    with opened_database() as (_, engine), writing(engine) as session:
        request = cancel_request(session, vendor, reference.upper(), now=now())
    typer.echo(_line(request))


@app.command("pay")
def pay(
    reference: Reference,
    amount: Annotated[
        int | None, typer.Option(min=1, help="Số đồng; trống = đúng số đã hỏi. / Another amount.")
    ] = None,
    *,
    back: Annotated[bool, typer.Option("--back", help="Tiền trả lại. / Money goes back.")] = False,
) -> None:
    """Thử trả một mã: gửi tin SePay giả tới máy đang chạy. / Try out: tell the running service of a payment.

    Chỉ ở chế độ development; không có tiền nào chuyển. / Development mode only; no money moves.
    """
    import httpx

    from market.clock import now
    from market.database import reading
    from market.settings import Mode
    from merchants.tables import AcceptancePoint
    from reconciliation.shown_requests.reading import find_request
    from reconciliation.simulation.request_payment import request_payment

    vendor = _vendor_of(reference)
    with opened_database() as (settings, engine), reading(engine) as session:
        if settings.mode is not Mode.DEVELOPMENT:
            typer.echo("cho40: chỉ thử ở chế độ development / development mode only", err=True)
            raise typer.Exit(1)
        request = find_request(session, vendor, reference.upper(), now=now())
        point = session.get_one(AcceptancePoint, request.acceptance_point_id)
        account = settings.sealer.open(point.account_sealed)
    at = now()
    body, headers = request_payment(
        request.reference,
        amount or request.amount_vnd,
        account=account,
        number=int(at.timestamp() * 1000),
        at=at,
        secret=settings.sepay_hmac_secrets[0].get_secret_value(),
        is_incoming=not back,
    )
    address = f"{settings.base_url.rstrip('/')}/hooks/sepay"
    try:
        answer = httpx.post(address, content=body, headers=headers, timeout=30)
    except httpx.TransportError as failure:
        typer.echo(f"cho40: {address} không trả lời / does not answer: {failure}", err=True)
        raise typer.Exit(1) from failure
    typer.echo(f"{address}: {answer.status_code} {answer.text}")
    if not answer.is_success:
        raise typer.Exit(1)


def _vendor_of(reference: str) -> str:
    """Return the vendor code a reference names; anything else is refused as unknown."""
    from merchants.request_reference import read_request_reference
    from reconciliation.errors import RequestNotFound

    found = read_request_reference(reference.upper())
    if found is None:
        raise RequestNotFound("", reference)
    return found.vendor_code


def _told(request: "ShownRequest") -> dict[str, Any]:
    standing = request.standing
    return {
        "reference": request.reference,
        "amount_vnd": request.amount_vnd,
        "note": request.note,
        "stall_code": request.stall_code,
        "created_at": request.created_at.isoformat(),
        "expires_at": request.expires_at.isoformat(),
        "state": standing.state.value,
        "received_vnd": list(standing.received_vnd),
        "taken_back_vnd": standing.taken_back_vnd,
        "paid_at": standing.paid_at.isoformat() if standing.paid_at else None,
        "is_late": standing.is_late,
    }


def _line(request: "ShownRequest") -> str:
    from market.i18n import clock, vnd

    standing = request.standing
    received = " + ".join(vnd(amount) for amount in standing.received_vnd)
    parts = [
        request.reference,
        vnd(request.amount_vnd),
        clock(request.created_at),
        standing.state.value + (", late" if standing.is_late else ""),
        received and f"nhận / received {received}",
        standing.taken_back_vnd and f"trả lại / back {vnd(standing.taken_back_vnd)}",
        request.note,
    ]
    return "  ".join(str(part) for part in parts if part)
