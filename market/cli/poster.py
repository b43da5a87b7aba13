"""``cho40 poster``: issue posters, draw them, note that they hang."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from market.cli.context import opened_database, read_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from rich.progress import Progress

    from market.settings import Settings
    from qr.poster import PosterFace
    from qr.poster_paper import Look
    from qr.print_code import PrintKeys

app = typer.Typer(help="Tấm mã VietQR. / VietQR posters.", no_args_is_help=True)

Market = Annotated[str, typer.Argument(metavar="MARKET", help="Mã chợ. / Market code.")]
MarketOption = Annotated[str, typer.Option("--market", help="Mã chợ. / Market code.")]
Out = Annotated[Path, typer.Option("--out", dir_okay=False, help="Tệp ghi ra. / File to write.")]
Kind = Literal["pdf", "png", "svg"]
StallPaper = Literal[
    "a5", "a4", "tent", "card", "check", "sheet", "sheet-a5", "sheet-tent", "sheet-check"
]
PaperOrSign = Literal[StallPaper, "sign"]
PaperOption = Annotated[
    StallPaper,
    typer.Option("--paper", help="Khổ giấy; sheet = nhiều tấm trên A4. / sheet = many on A4."),
]
Eco = Annotated[bool, typer.Option("--eco", help="In ít mực. / Little ink.")]
SecondLanguage = Annotated[
    Literal["en"] | None, typer.Option("--lang2", help="Ngôn ngữ thứ hai. / Second language.")
]


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
def book(
    market: Market,
    out: Out,
    paper: PaperOption = "a5",
    eco: Eco = False,
    lang2: SecondLanguage = None,
    duplex: Annotated[
        bool,
        typer.Option(
            "--duplex", help="Thêm mặt sau trắng cho máy in hai mặt. / A blank back to every page."
        ),
    ] = False,
) -> None:
    """Draw all live posters of a market into one PDF, each read back before it is written."""
    from qr.poster_paper import Look

    faces = _faces(market.upper(), None)
    if not faces:
        typer.echo(f"cho40: chợ {market.upper()} chưa có tấm mã nào: cho40 poster issue", err=True)
        raise typer.Exit(1)
    _write_book(out, faces, paper, Look(is_eco=eco, lang2=lang2, is_duplex=duplex))
    typer.echo(f"{out}: {len(faces)} tấm mã / posters")


@app.command("draw")
def draw(
    out: Out,
    market: MarketOption,
    stalls: Annotated[
        list[str] | None,
        typer.Argument(metavar="[STALL]…", help="Mã gian hàng. / Stall codes."),
    ] = None,
    paper: Annotated[
        PaperOrSign,
        typer.Option("--paper", help="Khổ giấy; sign = biển ở cổng chợ. / sign = the gate's sign."),
    ] = "a5",
    file_format: Annotated[
        Kind, typer.Option("--format", help="Loại tệp. / Kind of file.")
    ] = "pdf",
    eco: Eco = False,
    lang2: SecondLanguage = None,
    url: Annotated[
        str | None,
        typer.Option(help="Trang kiểm tra in trên biển. / Address printed on the sign."),
    ] = None,
) -> None:
    """Draw live posters of some stalls, or the market's sign; drawing again issues nothing new."""
    from qr.poster_paper import Look

    look = Look(is_eco=eco, lang2=lang2)
    if paper == "sign":
        _refuse_if(bool(stalls), "biển chợ không của gian nào / a sign has no stall", "STALL")
        _draw_sign(out, market.upper(), file_format, look, url)
        return
    _refuse_if(url is not None, "chỉ dùng cho biển chợ / only for a sign", "--url")
    _refuse_if(not stalls, "cần mã gian hàng / needs stall codes", "STALL")
    faces = _faces(market.upper(), [stall.upper() for stall in stalls or ()])
    if file_format == "pdf":
        _write_book(out, faces, paper, look)
    else:
        _draw_page(out, faces, paper, file_format, look)
    for face in faces:
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


def _verification_key(settings: "Settings") -> "PrintKeys":
    return settings.print_key


def _draw_page(
    out: Path, faces: "list[PosterFace]", paper: StallPaper, file_format: Kind, look: "Look"
) -> None:
    from qr.poster_paper import LAYOUTS, Paper
    from qr.typeset import draw_page

    holds = LAYOUTS[Paper(paper)].per_page
    _refuse_if(
        len(faces) > holds,
        f"ảnh {paper} chứa {holds} gian / a picture of {paper} holds {holds}",
        "STALL",
    )
    _write(out, [draw_page(faces, Paper(paper), file_format, look)])


def _draw_sign(out: Path, market: str, file_format: Kind, look: "Look", url: str | None) -> None:
    from market.database import reading
    from merchants.find import find_market
    from qr.poster import MarketSign
    from qr.typeset import draw_sign

    with opened_database() as (_, engine), reading(engine) as session:
        name = find_market(session, market).name
    sign = MarketSign(market_name=name, verify_url=url)
    _write(out, [draw_sign(sign, file_format, look)])
    typer.echo(f"{out}: {name}")


def _write_book(out: Path, faces: "list[PosterFace]", paper: StallPaper, look: "Look") -> None:
    from qr.poster_book import draw_book
    from qr.poster_paper import Paper

    with _progress() as progress:
        task = progress.add_task("Vẽ và đọc lại tấm mã", total=len(faces))
        _write(
            out,
            draw_book(
                faces,
                Paper(paper),
                look,
                on_progress=lambda done: progress.update(task, completed=done),
            ),
        )


def _write(out: Path, content: "Iterable[bytes]") -> None:
    """Write a file whole or not at all: of a refused book nothing stays."""
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f".{out.name}.part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(content)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


def _refuse_if(is_wrong: bool, reason: str, hint: str) -> None:
    if is_wrong:
        raise typer.BadParameter(reason, param_hint=hint)


def _progress() -> "Progress":
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)
