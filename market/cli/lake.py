"""``cho40 lake``: days as Parquet by business date and bucket of account, out of the database and back."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.context import open_database

if TYPE_CHECKING:
    from reconciliation.lake.layout import Lake

app = typer.Typer(help="Kho Parquet. / The lake of Parquet files.", no_args_is_help=True)

_DAYS = ["%Y-%m-%d", "%d/%m/%Y"]
Folder = Annotated[Path, typer.Argument(file_okay=False, help="Thư mục kho. / The lake's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]


@app.command("export")
def export(
    folder: Folder,
    first: Annotated[datetime, typer.Option("--from", formats=_DAYS, help="Ngày đầu / first day")],
    last: Annotated[datetime, typer.Option("--to", formats=_DAYS, help="Ngày cuối / last day")],
    as_json: AsJson = False,
) -> None:
    """Xuất các ngày: sổ cho máy đối soát và từng dòng sổ cái. / Days out of the database."""
    from market.database import reading
    from reconciliation.lake.database import export_days

    _, engine = open_database()
    with reading(engine) as session:
        lake = export_days(session, folder, first.date(), last.date())
    _tell(lake, as_json)


@app.command("import")
def import_(folder: Folder, as_json: AsJson = False) -> None:
    """Nhập lại các dòng sổ cái; làm lại không đổi gì. / Rows back in; safe to repeat."""
    from dataclasses import asdict

    from market.database import writing
    from reconciliation.lake.database import import_days

    _, engine = open_database()
    with writing(engine) as session:
        done = import_days(session, folder)
    if as_json:
        typer.echo(json.dumps(asdict(done)))
        return
    typer.echo(
        f"{done.rows} dòng mới, {done.known} dòng đã có, {done.deliveries} lần nhận mới. "
        f"/ {done.rows} new rows, {done.known} known, {done.deliveries} new deliveries."
    )


@app.command()
def pack(
    folder: Folder,
    payments: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Parquet")],
    statement: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Parquet")],
    payouts: Annotated[Path | None, typer.Option(exists=True, dir_okay=False)] = None,
    requests: Annotated[Path | None, typer.Option(exists=True, dir_okay=False)] = None,
    as_json: AsJson = False,
) -> None:
    """Chia các tệp Parquet thành kho theo ngày và tài khoản. / Files into a lake, bounded memory."""
    from reconciliation.lake.writing import batches_of, write_lake

    files = {"payments": payments, "statement": statement, "payouts": payouts, "requests": requests}
    lake = write_lake(
        folder, {name: batches_of(path) for name, path in files.items() if path is not None}
    )
    _tell(lake, as_json)


@app.command()
def check(folder: Folder, as_json: AsJson = False) -> None:
    """Tính lại mã băm từng tệp của kho. / Prove every file of a lake against its manifest."""
    from reconciliation.lake.layout import open_lake

    lake = open_lake(folder)
    for file in lake.files:
        lake.content(file)
    _tell(lake, as_json)


def _tell(lake: "Lake", as_json: bool) -> None:
    """Print how many rows of what the lake holds, and the hash that names all of it."""
    rows: dict[str, int] = {}
    for file in lake.files:
        rows[file.book] = rows.get(file.book, 0) + file.rows
    if as_json:
        typer.echo(json.dumps({"rows": rows, "files": len(lake.files), "sha256": lake.sha256}))
        return
    told = ", ".join(f"{name} {count}" for name, count in rows.items())
    typer.echo(f"{told} · {len(lake.files)} tệp / files · {lake.sha256}")
