"""``cho40 vendor``: the blank sheet, a market as a sheet, past imports, undoing one."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.context import opened_database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from merchants.imports.export import MarketSheet
    from merchants.tables import SheetImport

AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]
Out = Annotated[Path, typer.Argument(dir_okay=False, metavar="OUT", help=".xlsx hoặc .csv")]
MarketCode = Annotated[str, typer.Argument(metavar="MARKET", help="Mã chợ. / Market code.")]
ROWS = 50


def register(app: typer.Typer) -> None:
    """Add the commands to ``cho40 vendor``."""
    app.command("template")(write_template)
    app.command("export")(export)
    app.command("imports")(imports)
    app.command("undo")(undo)


def write_template(
    out: Out,
    market: Annotated[
        str, typer.Option(help="Mã chợ, để có sẵn các khu. / Offers the market's zones.")
    ] = "",
) -> None:
    """Write the blank vendor sheet; its example row is never taken in."""
    from market.database import reading
    from merchants.imports.export import template

    if market:
        with opened_database() as (_, engine), reading(engine) as session:
            sheet = template(session, market.upper())
    else:
        sheet = template()
    _write(out, sheet)
    typer.echo(f"{out}: điền từ dòng dưới tiêu đề / fill in below the headers")


def export(
    market: MarketCode,
    out: Out,
    stalls: Annotated[
        list[str] | None,
        typer.Option("--stall", help="Chỉ gian này; ghi nhiều lần được. / Only these stalls."),
    ] = None,
) -> None:
    """Write a market's stalls in the columns of its sheet; holds whole numbers, so keep it private."""
    from market.clock import now
    from market.database import writing
    from market.security.security_log import SecurityAction, record_security_event
    from merchants.actors import COMMAND
    from merchants.imports.export import market_sheet

    code = market.upper()
    with opened_database() as (settings, engine), writing(engine) as session:
        chosen = frozenset(each.upper() for each in stalls) if stalls else None
        sheet = market_sheet(session, code, sealer=settings.sealer, stall_codes=chosen)
        record_security_event(
            session,
            SecurityAction.DATA_EXPORTED,
            actor=COMMAND,
            now=now(),
            subject=f"market:{code}",
            note=f"vendor sheet, {len(sheet.lines)} stalls",
        )
    _write(out, sheet)
    for note in sheet.notes:
        typer.echo(note, err=True)
    typer.echo(f"{out}: {len(sheet.lines)} gian hàng / stalls")


def imports(
    market: MarketCode,
    as_json: AsJson = False,
) -> None:
    """List the latest imports of a market, newest first."""
    from market.database import reading
    from merchants.find import find_market
    from merchants.imports.listing import list_imports

    with opened_database() as (_, engine), reading(engine) as session:
        code = find_market(session, market.upper()).code
        found = list_imports(session, code, limit=ROWS).imports
        if as_json:
            for one in found:
                typer.echo(one.model_dump_json(exclude={"file_sealed"}))
        else:
            _print_imports(found)


def undo(
    import_id: Annotated[int, typer.Argument(metavar="ID", help="Số lần nhập. / Import number.")],
    as_json: AsJson = False,
) -> None:
    """Undo a whole import, all of it or nothing; newest first."""
    from dataclasses import asdict

    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.errors import ImportNotFound
    from merchants.imports.undo import undo_import
    from merchants.tables import SheetImport

    with opened_database() as (_, engine), writing(engine) as session:
        record = session.get(SheetImport, import_id, with_for_update=True)
        if record is None:
            raise ImportNotFound(import_id)
        undone = undo_import(session, record, actor=COMMAND, now=now())
    if as_json:
        typer.echo(json.dumps({"import_id": import_id} | asdict(undone)))
    else:
        typer.echo(
            f"Đã hoàn tác lần nhập {import_id}: xoá {undone.removed} mục, kết thúc {undone.ended}, "
            f"trả lại như cũ {undone.restored}."
        )


def _write(out: Path, sheet: "MarketSheet") -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.touch(mode=0o600)
    out.write_bytes(sheet.to_csv() if out.suffix.lower() == ".csv" else sheet.to_xlsx())


def _print_imports(found: "Sequence[SheetImport]") -> None:
    from rich.console import Console
    from rich.table import Table

    from market.i18n.formats import instant
    from market.i18n.import_words import STATES

    if not found:
        typer.echo("Chưa nhập danh sách nào. / No imports yet.")
        return
    table = Table("Số", "Lúc", "Tệp", "Tình trạng", "Mới", "Đổi", "Như cũ", "Không nhận")
    for one in found:
        counts = (one.rows_created, one.rows_changed, one.rows_same, one.rows_rejected)
        state = STATES[one.state]
        table.add_row(
            str(one.id), instant(one.imported_at), one.file_name, state, *map(str, counts)
        )
    Console().print(table)
