"""``cho40 vendor``: take vendor sheets in, list stalls and vendors."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.context import opened_database, read_day

if TYPE_CHECKING:
    from merchants.imports.row_results import Progress, RowResult, SheetResult, Step
    from merchants.sheets.reading import Sheet
    from merchants.stalls.search import StallEntry

app = typer.Typer(help="Tiểu thương và gian hàng. / Vendors and stalls.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]

STEPS_VI = {"read": "Đọc từng dòng", "plan": "So với sổ chợ", "write": "Ghi vào sổ chợ"}
CODE_WIDTH = 9
ROWS_REJECTED, FILE_REFUSED = 3, 4


@app.command("import")
def import_vendors(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE", help=".xlsx hoặc .csv")
    ],
    market: Annotated[
        str, typer.Option(help="Mã chợ khi tệp không ghi. / Market code of the whole file.")
    ] = "",
    listed_on: Annotated[
        str, typer.Option(help="Ngày lập danh sách, dd/mm/yyyy. / The day the list holds from.")
    ] = "",
    result_file: Annotated[
        Path | None,
        typer.Option("--result", dir_okay=False, help="Ghi kết quả từng dòng ra .xlsx. / Results."),
    ] = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ xem, không ghi. / Write nothing.")
    ] = False,
    every_row: Annotated[
        bool, typer.Option("--all", help="Cả dòng đã nhận. / Accepted rows too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take a vendor sheet in; exit 3: some rows are rejected, 4: the file is refused."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.errors import SheetRefused
    from merchants.imports.records import new_record
    from merchants.imports.register import plan_sheet, write_sheet
    from merchants.sheets.reading import read_sheet

    day = read_day(listed_on) if listed_on else None
    at, code = now(), market.upper() or None
    try:
        sheet = read_sheet(file.read_bytes(), file.name)
        with (
            opened_database() as (settings, engine),
            writing(engine) as session,
            _shown_progress() as progress,
        ):
            planned = plan_sheet(
                session,
                sheet,
                sealer=settings.sealer,
                now=at,
                market_code=code,
                listed_on=day,
                for_update=not dry_run,
                progress=progress,
            )
            result = planned.result
            if not dry_run:
                record = new_record(
                    session, sheet, market_id=planned.market_id, actor=COMMAND, now=at
                )
                result = write_sheet(
                    session, planned, record, actor=COMMAND, now=at, progress=progress
                )
    except SheetRefused as refusal:
        typer.echo(f"cho40: {refusal}", err=True)
        raise typer.Exit(FILE_REFUSED) from None
    if result_file is not None:
        _write_result(result_file, sheet, result)
    _print_json(result) if as_json else _print_result(result, every_row=every_row)
    if result.count("rejected"):
        raise typer.Exit(ROWS_REJECTED)


@app.command("list")
def list_vendors(
    market: Annotated[
        str, typer.Argument(metavar="[MARKET]", help="Mã chợ; trống = mọi chợ. / Empty = all.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the stalls of a market, or of all, in floor order, with who holds them."""
    from market.database import reading
    from merchants.find import market_codes
    from merchants.stalls.search import every_stall

    with opened_database() as (settings, engine), reading(engine) as session:
        codes = [market.upper()] if market else market_codes(session)
        stalls = [
            (code, stall)
            for code in codes
            for stall in every_stall(session, code, sealer=settings.sealer)
        ]
    if as_json:
        for code, stall in stalls:
            line = {"market_code": code} | asdict(stall)
            typer.echo(json.dumps(line, ensure_ascii=False, default=str))
    else:
        _print_stalls(stalls)


@contextmanager
def _shown_progress() -> "Iterator[Progress]":
    """Give what shows on the terminal how far an import is; elsewhere nothing is shown."""
    from rich.console import Console
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    with Bars(console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks = {step: bars.add_task(words, total=None) for step, words in STEPS_VI.items()}

        def tell(step: "Step", done: int, total: int) -> None:
            bars.update(tasks[step.value], completed=done, total=total)

        yield tell


def _write_result(path: Path, sheet: "Sheet", result: "SheetResult") -> None:
    from merchants.imports.result_sheet import result_xlsx

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(result_xlsx(sheet, result.rows))
    typer.echo(f"{path}: kết quả từng dòng / result of each row", err=True)


def _print_json(result: "SheetResult") -> None:
    for row in result.rows:
        typer.echo(json.dumps({"row": asdict(row)}, ensure_ascii=False))
    summary = {
        "file": result.file_name,
        "sha256": result.file_sha256,
        "dry_run": result.is_dry_run,
        "import_id": result.import_id,
        "remarks": list(result.remarks),
    }
    counts = {kind: result.count(kind) for kind in ("accepted", "warned", "rejected")}
    changes = {kind: result.count(kind) for kind in ("created", "taken", "changed", "same")}
    typer.echo(json.dumps({"sheet": summary | counts | changes}, ensure_ascii=False))


def _print_result(result: "SheetResult", *, every_row: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    from merchants.imports.row_words import CHANGES_VI, OUTCOMES_VI

    for remark in result.remarks:
        typer.echo(remark)
    shown = [row for row in result.rows if every_row or row.outcome != "accepted"]
    if shown:
        table = Table("Dòng", "Gian hàng", "Kết quả", "Thay đổi", "Vì sao, cách sửa")
        for column in table.columns[:-1]:
            column.no_wrap = True
        for row in sorted(shown, key=_worst_first):
            table.add_row(
                str(row.row),
                row.stall_code,
                OUTCOMES_VI[row.outcome],
                CHANGES_VI[row.change],
                "\n".join(row.messages),
            )
        Console().print(table)
    taken = len(result.rows) - result.count("rejected")
    typer.echo(
        f"Nhận {taken} trên {len(result.rows)} dòng ({result.count('warned')} có lưu ý): "
        f"{result.count('created')} mới, {result.counts['rows_changed']} thay đổi, "
        f"{result.count('same')} như cũ. Không nhận {result.count('rejected')}."
    )
    if result.import_id is not None:
        typer.echo(
            f"Lần nhập số {result.import_id}. Hoàn tác: cho40 vendor undo {result.import_id}"
        )
    if result.is_dry_run:
        typer.echo("Xem thử: chưa ghi gì vào sổ chợ. / Dry run: nothing was written.")


def _worst_first(row: "RowResult") -> tuple[int, int]:
    return ["rejected", "warned", "accepted"].index(row.outcome), row.row


def _print_stalls(stalls: "list[tuple[str, StallEntry]]") -> None:
    from rich.console import Console
    from rich.table import Table

    from market.cli.wording import STALL_STATES_VI, VENDOR_STATES_VI

    if not stalls:
        typer.echo("Chưa có gian hàng nào. / No stalls yet.")
        return
    table = Table(
        "Chợ", "Khu vực", "Gian", "Ngành hàng", "Người bán", "Mã", "Tài khoản", "Tình trạng"
    )
    for place in (2, 5, 6):  # codes are looked up: cut short they are of no use
        table.columns[place].no_wrap = True
    table.columns[5].min_width = CODE_WIDTH
    for code, stall in stalls:
        vendor = stall.vendor
        table.add_row(
            code,
            stall.zone,
            stall.stall_code,
            stall.goods_group,
            vendor.full_name if vendor else "",
            vendor.code if vendor else "",
            ", ".join(f"···{account.tail}" for account in vendor.accounts) if vendor else "",
            VENDOR_STATES_VI[vendor.state] if vendor else STALL_STATES_VI[stall.state],
        )
    Console().print(table)
