"""``cho40 poster``: issue posters, draw them, note that they hang."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from market.cli.context import opened_database, read_day

if TYPE_CHECKING:
    from collections.abc import Collection

    from rich.progress import Progress

    from market.settings import Settings
    from qr.poster import PosterFace

app = typer.Typer(help="Tấm mã VietQR. / VietQR posters.", no_args_is_help=True)

Market = Annotated[str, typer.Argument(metavar="MARKET", help="Mã chợ. / Market code.")]
MarketOption = Annotated[str, typer.Option("--market", help="Mã chợ. / Market code.")]
Out = Annotated[Path, typer.Option("--out", dir_okay=False, help="Tệp ghi ra. / File to write.")]
Kind = Literal["pdf", "png", "svg"]


@app.command("issue")
def issue(
    market: Market,
    as_json: Annotated[
        bool, typer.Option("--json", help="Một dòng JSON mỗi tấm mã. / JSON lines.")
    ] = False,
) -> None:
    """Issue a poster to each stall that has none and may have one; say why others may not."""
    from market.clock import now
    from market.database import writing
    from merchants.posters.issue import issue_posters, poster_blocks

    with opened_database() as (settings, engine), writing(engine) as session:
        posters = issue_posters(
            session,
            market.upper(),
            sealer=settings.sealer,
            now=now(),
            verification_key=_verification_key(settings),
        )
        blocks = poster_blocks(session, market.upper(), sealer=settings.sealer)
    if as_json:
        for poster in posters:
            typer.echo(json.dumps({"issued": {"serial": poster.serial}}))
        for block in blocks:
            told = {"stall_code": block.stall_code, "reason": block.reason}
            typer.echo(json.dumps({"not_issued": told}, ensure_ascii=False))
        return
    for block in blocks:
        typer.echo(f"{block.stall_code}: chưa cấp, {block.reason}")
    typer.echo(f"Đã cấp {len(posters)} tấm mã, {len(blocks)} gian hàng chưa cấp được.")


@app.command("book")
def book(market: Market, out: Out) -> None:
    """Draw all live posters of a market into one PDF, each read back before it is written."""
    from qr.typeset import render_book

    faces = _faces(market.upper(), None)
    if not faces:
        typer.echo(f"cho40: chợ {market.upper()} chưa có tấm mã nào: cho40 poster issue", err=True)
        raise typer.Exit(1)
    with _progress() as progress:
        task = progress.add_task("Vẽ và đọc lại tấm mã", total=len(faces))
        content = render_book(faces, on_progress=lambda done: progress.update(task, completed=done))
    _write(out, content)
    typer.echo(f"{out}: {len(faces)} tấm mã / posters")


@app.command("make")
def make(
    stall: Annotated[str, typer.Argument(metavar="STALL", help="Mã gian hàng. / Stall code.")],
    market: MarketOption,
    out: Out,
    file_format: Annotated[Kind, typer.Option("--format")] = "pdf",
) -> None:
    """Draw the live poster of one stall; drawing it again issues nothing new."""
    from qr.typeset import render_poster

    (face, *_) = _faces(market.upper(), [stall.upper()])
    _write(out, render_poster(face, file_format))
    typer.echo(f"{out}: {face.stall_code} {face.serial}")


@app.command("installed")
def installed(
    stalls: Annotated[
        list[str], typer.Argument(metavar="STALL…", help="Mã gian hàng. / Stall codes.")
    ],
    market: MarketOption,
    on: Annotated[str, typer.Option(help="Ngày treo, dd/mm/yyyy; trống = hôm nay. / Day.")] = "",
) -> None:
    """Note that the posters of these stalls hang; equipped vendors are counted by it."""
    from market.clock import now, today
    from market.database import writing
    from merchants.posters.issue import record_installations

    day = read_day(on) if on else today()
    if day > today():
        raise typer.BadParameter(f"{on} chưa tới / has not come yet", param_hint="--on")
    with opened_database() as (_, engine), writing(engine) as session:
        days = {stall.upper(): day for stall in stalls}
        posters = record_installations(session, market.upper(), days, now=now())
    typer.echo(f"Đã ghi {len(posters)} tấm mã treo ngày {day:%d/%m/%Y}")


def _faces(market: str, stalls: "Collection[str] | None") -> "list[PosterFace]":
    from market.database import reading
    from merchants.posters.issue import poster_faces

    with opened_database() as (settings, engine), reading(engine) as session:
        return poster_faces(
            session,
            market,
            sealer=settings.sealer,
            verification_key=_verification_key(settings),
            base_url=settings.base_url,
            stall_codes=stalls,
        )


def _verification_key(settings: "Settings") -> str:
    # Not a sealing key: those rotate, and a printed code must stay right as long as it hangs.
    return settings.hash_key.get_secret_value()


def _write(out: Path, content: bytes) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(content)


def _progress() -> "Progress":
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)
