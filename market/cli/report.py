"""``cho40 report``: days and months of vendors and markets, adoption, campaigns; text, JSON, CSV, PDF."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from market.adoption.periods import Scheme
from market.cli.context import opened_database, read_day, read_period

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

AsPdf = Annotated[bool, typer.Option("--pdf", help="PDF A4, cần --out / needs --out")]
VendorCode = Annotated[str, typer.Argument(help="Mã người bán / vendor code")]
MarketCode = Annotated[str, typer.Argument(help="Mã chợ / market code")]
MonthAsked = Annotated[
    datetime, typer.Argument(formats=["%Y-%m", "%m/%Y"], help="Tháng / month: 2026-10, 10/2026")
]
SchemeAsked = Annotated[
    Scheme, typer.Option("--scheme", help="Chốt ngày 14: admin_15_14. / Cut off on the 14th.")
]

TERMINAL_WIDTH_MIN = 100


@app.command()
def vendor_day(
    code: VendorCode,
    on: Day,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_pdf: AsPdf = False,
    out: Out = None,
) -> None:
    """Một ngày của một người bán. / One vendor's day."""
    from market.reports import vendor_day_report

    day = read_day(on)
    _tell(
        lambda session: vendor_day_report(session, code, day),
        as_json=as_json,
        as_csv=as_csv,
        as_pdf=as_pdf,
        out=out,
    )


@app.command()
def vendor_month(
    code: VendorCode,
    month: MonthAsked,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_pdf: AsPdf = False,
    out: Out = None,
) -> None:
    """Một tháng của một người bán. / One vendor's month."""
    from market.reports import vendor_month_report

    today = _today()
    _tell(
        lambda session: vendor_month_report(session, code, month.date(), today=today),
        as_json=as_json,
        as_csv=as_csv,
        as_pdf=as_pdf,
        out=out,
    )


@app.command()
def market_day(
    code: MarketCode,
    on: Day,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_pdf: AsPdf = False,
    out: Out = None,
) -> None:
    """Một ngày của một chợ. / One market's day."""
    from market.reports import market_day_report

    day = read_day(on)
    _tell(
        lambda session: market_day_report(session, code, day),
        as_json=as_json,
        as_csv=as_csv,
        as_pdf=as_pdf,
        out=out,
    )


@app.command()
def market_month(
    code: MarketCode,
    month: MonthAsked,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_pdf: AsPdf = False,
    out: Out = None,
) -> None:
    """Một tháng của một chợ. / One market's month."""
    from market.reports import market_month_report

    today = _today()
    _tell(
        lambda session: market_month_report(session, code, month.date(), today=today),
        as_json=as_json,
        as_csv=as_csv,
        as_pdf=as_pdf,
        out=out,
    )


@app.command()
def fees(
    code: VendorCode,
    month: MonthAsked,
    months: Annotated[
        int, typer.Option(min=1, max=12, help="Số tháng liền, đến tháng này. / Months in a row.")
    ] = 1,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    letter_to: Annotated[
        str | None,
        typer.Option("--letter", help="Đơn gửi nguồn này, PDF. / Letter to this ledger, PDF."),
    ] = None,
    out: Out = None,
) -> None:
    """Phí đã thu và phí theo hợp đồng, một hay nhiều tháng. / Fees against the contract."""
    from market.cli.fee_report import tell_fees

    if sum((as_json, as_csv, letter_to is not None)) > 1:
        raise typer.BadParameter("one of --json, --csv, --letter", param_hint="--letter")
    if letter_to is not None and out is None:
        raise typer.BadParameter("--letter with --out FILE", param_hint="--letter")
    shape = "letter" if letter_to else "json" if as_json else "csv" if as_csv else "text"
    content = tell_fees(
        code, month.date(), _today(), shape=shape, ledger=letter_to or "", months=months
    )
    if out is not None:
        out.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)


@app.command()
def remarks(
    first: Annotated[str, typer.Argument(help="Từ ngày / first day: 01/10/2026")],
    last: Annotated[str, typer.Argument(help="Đến ngày / last day: 31/10/2026")],
    market_code: Annotated[
        str | None, typer.Option("--market", help="Chỉ một chợ. / One market only.")
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    out: Out = None,
) -> None:
    """Ngân hàng nào làm mất mã trong nội dung chuyển khoản. / Which banks lose codes in remarks."""
    from market.cli.remark_report import tell_remarks

    if as_json and as_csv:
        raise typer.BadParameter("either --json or --csv", param_hint="--csv")
    shape = "json" if as_json else "csv" if as_csv else "text"
    content = tell_remarks(read_day(first), read_day(last), market_code, shape=shape)
    if out is not None:
        out.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)


@app.command()
def adoption(
    period: Annotated[str, typer.Argument(help="Kỳ / period: 2026-10, 2026-Q4, 2026")],
    market_code: Annotated[
        str | None, typer.Option("--market", help="Chỉ một chợ. / One market only.")
    ] = None,
    area_code: Annotated[
        str | None,
        typer.Option("--area", help="Một địa bàn, như VAN-YEN-CU. / One area group."),
    ] = None,
    scheme: SchemeAsked = Scheme.CALENDAR,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    out: Out = None,
) -> None:
    """Mức độ dùng trong một kỳ, bản cho cán bộ kinh tế. / A period's adoption, for economists."""
    from market.reports import adoption_report
    from market.reports.errors import check_begun

    if market_code and area_code:
        raise typer.BadParameter("either --market or --area", param_hint="--area")
    asked = read_period(period, scheme)
    check_begun(asked, _today())
    _tell(
        lambda session: adoption_report(
            session, asked.label, market_code, scheme=scheme, area_code=area_code
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


def _today() -> date:
    from market.clock import now
    from merchants.days import market_day

    return market_day(now())


@app.command()
def build(
    period: Annotated[str, typer.Option("--period", help="Kỳ / period: 2026-10, 2026-Q4, 2026")],
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            help="Số liệu chốt đến hết ngày này; ngày đã có bản công bố thì đưa lại đúng bản ấy, chưa "
            "có thì khoản bị đảo, sự đồng ý, danh sách lấy như hôm nay. / Closes up to this day; of a day "
            "that has an edition, that edition as it was published, else reversals, consents and the "
            "register as of today.",
        ),
    ] = None,
    scheme: SchemeAsked = Scheme.CALENDAR,
    out: Annotated[
        Path | None,
        typer.Option("--out", file_okay=False, help="Ghi tệp vào thư mục này. / Folder for files."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Công bố một kỳ: PDF, XLSX, CSV; quý, năm thì công bố trước các tháng đã hết. / Publish a period;
    the same closes give the same bytes. Of a quarter or a year, its months that have ended come first.
    """
    import json

    from market.cli.report_build import build_report

    asked = read_period(period, scheme)
    built = build_report(asked, None if as_of is None else read_day(as_of), out)
    if as_json:
        typer.echo(json.dumps(built.as_json(), ensure_ascii=False, indent=2))
        return
    for line in built.as_text():
        typer.echo(line)


def _tell(
    build: "Callable[[Session], Report]",
    *,
    as_json: bool,
    as_csv: bool,
    as_pdf: bool = False,
    out: Path | None,
) -> None:
    """Build the report in one read transaction and write it as asked."""
    if as_json and as_csv:
        raise typer.BadParameter("either --json or --csv", param_hint="--csv")
    if as_pdf and (as_json or as_csv or out is None):
        raise typer.BadParameter("--pdf alone, with --out FILE", param_hint="--pdf")
    from market.database import reading
    from market.reports import AdoptionReport, CampaignReport, to_csv, to_json, to_pdf

    with opened_database() as (_settings, engine), reading(engine) as session:
        report = build(session)
    if as_pdf:
        assert not isinstance(report, AdoptionReport | CampaignReport)
        content = to_pdf(report)
    elif as_json:
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
        # A pipe has no width of its own; eighty columns would break the figures.
        console = Console(width=None if sys.stdout.isatty() else TERMINAL_WIDTH_MIN)
        console.print(render_terminal(report))
        return b""
    text = io.StringIO()
    Console(file=text, width=TERMINAL_WIDTH_MIN).print(render_terminal(report))
    return text.getvalue().encode()
