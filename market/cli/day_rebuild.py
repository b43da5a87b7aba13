"""``cho40 day rebuild``: make a closed day again from the raw bytes and compare it to the last byte."""

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.context import opened_database
from market.cli.day import AsJson, Day

if TYPE_CHECKING:
    from reconciliation.close.rebuild import Rebuilt

LINES_TOLD_MAX = 20


def rebuild(
    day: Day,
    market_code: Annotated[str, typer.Option("--market", help="Mã chợ, * = chưa rõ của ai.")],
    version: Annotated[
        int | None, typer.Option(min=1, help="Phiên bản; để trống = mới nhất. / Version.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Đọc lại bản gốc, chốt lại ngày ấy từ đầu, so từng byte. / Rebuild a day; 1 = it differs."""
    from rich.console import Console
    from rich.progress import Progress

    from market.channels import feed_rules
    from market.database import migrate, open_engine, reading, writing
    from reconciliation.close.rebuild import Sources, rebuild_day
    from reconciliation.intake.raw_store import RawStore

    console = Console(stderr=True)
    with (
        opened_database() as (settings, engine),
        TemporaryDirectory(prefix="cho40-rebuild-") as folder,
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        task = progress.add_task("Đọc lại bản gốc", total=None)
        scratch = open_engine(f"sqlite:///{Path(folder) / 'rebuilt.sqlite3'}")
        migrate(scratch)
        sources = Sources(
            store=RawStore(settings.raw_dir),
            scratch=RawStore(Path(folder) / "raw"),
            sealer=settings.sealer,
            feed_rules=feed_rules(settings),
        )
        with reading(engine) as session, writing(scratch) as empty:
            rebuilt = rebuild_day(
                session,
                empty,
                sources,
                scope=market_code.upper(),
                on=day.date(),
                version=version,
                on_progress=lambda done, of: progress.update(task, completed=done, total=of),
            )
        scratch.dispose()
    if as_json:
        told = asdict(rebuilt) | {"is_same": rebuilt.is_same}
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
    else:
        _tell(rebuilt)
    if not rebuilt.is_same:
        raise typer.Exit(1)


def _tell(rebuilt: "Rebuilt") -> None:
    typer.echo(
        f"{rebuilt.scope} {rebuilt.business_date:%d/%m/%Y} phiên bản {rebuilt.version}: "
        f"đọc lại {rebuilt.deliveries} lượt nhận, {rebuilt.rows} dòng / deliveries, rows"
    )
    if rebuilt.is_same:
        typer.echo(
            f"Giống đến từng byte, {rebuilt.lines} dòng / the same to the byte: {rebuilt.root_sha256}"
        )
        return
    for sign, lines in (("−", rebuilt.only_stored), ("+", rebuilt.only_rebuilt)):
        for line in lines[:LINES_TOLD_MAX]:
            typer.echo(f"{sign} {' | '.join(line.split(chr(31)))}")
    typer.echo(
        f"Khác: {len(rebuilt.only_stored)} dòng chỉ có trong sổ, "
        f"{len(rebuilt.only_rebuilt)} dòng chỉ có khi làm lại / lines differ"
    )
    if rebuilt.forgotten_rows:
        typer.echo(
            f"{rebuilt.forgotten_rows} dòng đã quên, không còn bản gốc / forgotten, no bytes left"
        )
