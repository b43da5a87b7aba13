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
Zone = Annotated[
    str | None, typer.Option("--zone", help="Chỉ một khu; rỗng = gian chưa xếp khu. / Only a zone.")
]
Serials = Annotated[list[str], typer.Argument(metavar="SERIAL…", help="Số tấm mã. / Serials.")]
Reason = Annotated[
    Literal["outdated", "lost", "damaged", "name_changed", "account", "left", "incident", "other"],
    typer.Option("--reason", help="Lý do, ai quét số cũ sẽ thấy. / Why; told to whoever checks."),
]
Note = Annotated[
    str, typer.Option("--note", help="Ghi chú cho sổ chợ. / A note that stays in the history.")
]
_ALL = 1_000_000
_PIECE_BYTES = 1 << 20
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


@app.command("list")
def list_(
    market: Market,
    shown: Annotated[
        Literal["all", "to_print", "wrong", "without"],
        typer.Option(
            "--show",
            help="all = có tấm mã, to_print = cần in, wrong = không còn đúng, without = chưa có. / "
            "Which stalls.",
        ),
    ] = "all",
    zone: Zone = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Một dòng JSON mỗi gian. / JSON.")
    ] = False,
) -> None:
    """Tell who has a poster, which are to be printed or no longer hold, and who has none and why."""
    from market.database import reading
    from market.i18n.poster_words import FAULTS, STATES
    from merchants.find import find_market
    from merchants.posters.board import BoardQuery, Shown, poster_board

    query = BoardQuery(shown=Shown(shown), zone_name=zone, limit=_ALL)
    with opened_database() as (settings, engine), reading(engine) as session:
        find_market(session, market.upper())
        board = poster_board(
            session, market.upper(), query, sealer=settings.sealer, base_url=settings.base_url
        )
    for row in board.rows:
        poster = row.poster
        if as_json:
            told = {
                "stall_code": row.stall_code,
                "serial": poster.serial if poster else None,
                "state": poster.state.value if poster else None,
                "faults": [fault.value for fault in row.faults],
                "is_printed": row.is_printed,
                "block": row.block,
            }
            typer.echo(json.dumps(told, ensure_ascii=False))
            continue
        words = [FAULTS[fault] for fault in row.faults] or (
            [STATES[poster.state]] if poster else [row.block or "đủ điều kiện, chờ cấp"]
        )
        typer.echo(f"{row.stall_code} {poster.serial if poster else '-'} {', '.join(words)}")
    if not as_json:
        typer.echo(f"{board.total} gian / stalls")


@app.command("revoke")
def revoke(serials: Serials, market: MarketOption, reason: Reason, note: Note = "") -> None:
    """End posters for good; whoever checks their serials is told so, and why."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.posters.reissue import Why, revoke_posters

    with opened_database() as (_, engine), writing(engine) as session:
        ended = revoke_posters(
            session, market.upper(), serials, Why.given(reason, note), actor=COMMAND, now=now()
        )
    for poster in ended:
        typer.echo(f"{poster.serial}: đã thu hồi / revoked")


@app.command("reissue")
def reissue(
    market: MarketOption,
    reason: Reason,
    serials: Annotated[
        list[str] | None, typer.Argument(metavar="[SERIAL]…", help="Số tấm mã. / Serials.")
    ] = None,
    all_wrong: Annotated[
        bool,
        typer.Option("--wrong", help="Mọi tấm không còn đúng như sổ chợ. / All that are outdated."),
    ] = False,
    note: Note = "",
) -> None:
    """Replace posters by new ones, under new serials, that say what the register says now."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.posters.printed import live_posters_of
    from merchants.posters.reissue import Why, reissue_posters

    _refuse_if(
        bool(serials) == all_wrong, "cần số tấm mã hoặc --wrong / serials or --wrong", "SERIAL"
    )
    with opened_database() as (settings, engine), writing(engine) as session:
        live = live_posters_of(session, market.upper()) if all_wrong else []
        wanted = serials or [each.serial for each in live if each.faults(settings.sealer)]
        if not wanted:
            typer.echo("Tấm nào cũng đúng như sổ chợ. / Nothing is outdated.")
            return
        fresh = reissue_posters(
            session,
            market.upper(),
            wanted,
            Why.given(reason, note),
            sealer=settings.sealer,
            verification_key=_verification_key(settings),
            actor=COMMAND,
            now=now(),
        )
    for block in fresh.blocks:
        typer.echo(f"{block.stall_code}: chưa cấp lại, {block.reason}")
    for poster in fresh.posters:
        typer.echo(poster.serial)
    typer.echo(f"Đã cấp lại {len(fresh.posters)} tấm mã, {len(fresh.blocks)} tấm còn để nguyên.")


@app.command("book")
def book(  # noqa: PLR0913, PLR0917 (each is an option of the command)
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
    form: Annotated[
        Literal["pdf", "zip-pdf", "zip-png"],
        typer.Option(
            "--form", help="Một PDF, hay ZIP mỗi tấm một tệp. / One PDF, or a ZIP of files."
        ),
    ] = "pdf",
    zone: Zone = None,
    stalls: Annotated[
        list[str] | None, typer.Option("--stall", help="Chỉ các gian này. / Only these stalls.")
    ] = None,
    print_all: Annotated[
        bool,
        typer.Option(
            "--all", help="Cả những tấm đã in và chưa đổi. / What is printed already too."
        ),
    ] = False,
) -> None:
    """Draw live posters of a market into one file, in the order of the walk, each read back.

    Without --all only those that are not printed yet on this paper, or say something else since. Stopped half-way, the same command goes on where it was.
    """
    from market.clock import now
    from market.database import reading, writing
    from market.poster_pool import DRAWN_BY, BookDrawing, BookKeys
    from merchants.actors import COMMAND
    from merchants.kinds import BookForm, BookState
    from merchants.posters.book_files import BookFiles
    from merchants.posters.books import BookWish, ask_book, find_book, left_out_of, note_fetched
    from qr.poster_paper import Look, Paper

    wish = BookWish(
        paper=Paper(paper),
        form=BookForm(form),
        look=Look(is_eco=eco, lang2=lang2, is_duplex=duplex),
        zone_name=zone,
        stall_codes=[stall.upper() for stall in stalls] if stalls else None,
        only_changed=not print_all,
    )
    code = market.upper()
    with opened_database() as (settings, engine):
        files = BookFiles(settings.poster_books_dir)
        keys = BookKeys(settings.sealer, _verification_key(settings), settings.base_url)
        with writing(engine) as session:
            asked = ask_book(
                session,
                code,
                wish,
                sealer=keys.sealer,
                base_url=keys.base_url,
                drawn_by=DRAWN_BY,
                actor=COMMAND,
                now=now(),
            )
        book_id = asked.id or 0
        with _progress() as progress:
            task = progress.add_task("Vẽ và đọc lại tấm mã", total=asked.posters_total)
            BookDrawing(engine, files, keys, now).run(
                code,
                book_id,
                tell=lambda done, total: progress.update(task, completed=done, total=total),
            )
        with reading(engine) as session:
            drawn = find_book(session, code, book_id)
            state, refusal, total = drawn.state, drawn.refusal, drawn.posters_total
            left_out = left_out_of(session, book_id)
        if state is not BookState.READY:
            reason = refusal or "máy khác đang vẽ tập này / drawn elsewhere"
            typer.echo(f"cho40: {reason}", err=True)
            raise typer.Exit(1)
        _copy(files.whole(book_id), out)
        with writing(engine) as session:
            note_fetched(session, code, book_id, now=now())
    for stall, serial, reason in left_out:
        typer.echo(f"{stall} {serial}: không có trong tập, {reason}", err=True)
    typer.echo(f"{out}: {total - len(left_out)} tấm mã / posters")


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


def _copy(whole: Path, out: Path) -> None:
    """Copy a book in pieces: it may be larger than the memory."""
    with whole.open("rb") as file:
        _write(out, iter(lambda: file.read(_PIECE_BYTES), b""))


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
