"""``cho40 report vendor | market | adoption | campaign``: reports on the terminal, as JSON or as CSV."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.context import opened_database, read_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import Session

    from market.reports import Report

app = typer.Typer(help="Báo cáo. / Reports.", no_args_is_help=True)

Day = Annotated[
    str, typer.Argument(help="Ngày, dd/mm/yyyy hoặc yyyy-mm-dd / day: 31/10/2026, 2026-10-31")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
AsCsv = Annotated[bool, typer.Option("--csv", help="CSV (UTF-8, BOM)")]
Out = Annotated[
    Path | None, typer.Option("--out", dir_okay=False, help="Ghi ra tệp này. / Write to this file.")
]

TERMINAL_WIDTH_MIN = 100


@app.command()
def vendor(
    code: Annotated[str, typer.Argument(help="Mã người bán / vendor code")],
    on: Day,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    out: Out = None,
) -> None:
    """Một ngày của một người bán. / One vendor's day."""
    from market.reports import vendor_day_report

    day = read_day(on)
    _tell(
        lambda session: vendor_day_report(session, code, day),
        as_json=as_json,
        as_csv=as_csv,
        out=out,
    )


@app.command()
def market(
    code: Annotated[str, typer.Argument(help="Mã chợ / market code")],
    on: Day,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    out: Out = None,
) -> None:
    """Một ngày của một chợ. / One market's day."""
    from market.reports import market_day_report

    day = read_day(on)
    _tell(
        lambda session: market_day_report(session, code, day),
        as_json=as_json,
        as_csv=as_csv,
        out=out,
    )


@app.command()
def adoption(
    month: Annotated[datetime, typer.Argument(formats=["%Y-%m"], help="Tháng / month: 2026-10")],
    market_code: Annotated[
        str | None, typer.Option("--market", help="Chỉ một chợ. / One market only.")
    ] = None,
    area_code: Annotated[
        str | None,
        typer.Option("--area", help="Một địa bàn, như VAN-YEN-CU. / One area group."),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    out: Out = None,
) -> None:
    """Mức độ dùng trong một tháng, bản cho cán bộ kinh tế. / A month's adoption, for economists."""
    from market.reports import adoption_report

    if market_code and area_code:
        raise typer.BadParameter("either --market or --area", param_hint="--area")
    _tell(
        lambda session: adoption_report(
            session, f"{month:%Y-%m}", market_code, area_code=area_code
        ),
        as_json=as_json,
        as_csv=as_csv,
        out=out,
    )


@app.command()
def campaign(
    programme: Annotated[str, typer.Argument(help="Mã chương trình / programme code")],
    wave: Annotated[
        int | None, typer.Option(min=1, max=99, help="Chỉ một đợt. / One wave only.")
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    out: Out = None,
) -> None:
    """Trước, trong và sau một đợt cao điểm. / A campaign before, during and after."""
    from market.clock import now
    from market.reports import campaign_report
    from merchants.days import market_day

    today = market_day(now())
    _tell(
        lambda session: campaign_report(session, programme.upper(), wave, today=today),
        as_json=as_json,
        as_csv=as_csv,
        out=out,
    )


def _tell(
    build: "Callable[[Session], Report]", *, as_json: bool, as_csv: bool, out: Path | None
) -> None:
    """Build the report in one read transaction and write it as asked."""
    if as_json and as_csv:
        raise typer.BadParameter("either --json or --csv", param_hint="--csv")
    from market.database import reading
    from market.reports import to_csv, to_json

    with opened_database() as (_settings, engine), reading(engine) as session:
        report = build(session)
    if as_json:
        content = f"{to_json(report)}\n".encode()
    elif as_csv:
        content = to_csv(report)
    else:
        content = _as_text(report, is_file=out is not None)
    if out is not None:
        out.write_bytes(content)
    elif content:
        sys.stdout.buffer.write(content)


def _as_text(report: "Report", *, is_file: bool) -> bytes:
    """Print the tables to the terminal, or return them as plain text for a file."""
    import io

    from rich.console import Console

    from market.reports import render_terminal

    if not is_file:
        console = Console()
        console.print(render_terminal(report))
        return b""
    text = io.StringIO()
    Console(file=text, width=TERMINAL_WIDTH_MIN).print(render_terminal(report))
    return text.getvalue().encode()
