"""``cho40 code``: the QR codes that hang at stalls: seen, gone, listed, taken from a file."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.context import opened_database

if TYPE_CHECKING:
    from merchants.acceptance.code_lists import CodeEntry

app = typer.Typer(
    help="Mã QR đang treo ở gian hàng. / QR codes hanging at stalls.", no_args_is_help=True
)

MarketCode = Annotated[str, typer.Argument(metavar="MARKET", help="Mã chợ. / Market code.")]
StallCode = Annotated[str, typer.Argument(metavar="STALL", help="Mã gian hàng. / Stall code.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]
ROWS_REJECTED = 3
STALL_TITLES = ("gian", "ma gian hang", "stall", "stall_code")
PAYLOAD_TITLES = ("ma", "noi dung ma", "payload")


@app.command("seen")
def seen(
    market: MarketCode,
    stall: StallCode,
    text: Annotated[str, typer.Option("--text", help="Nội dung mã. / What the code holds.")] = "",
    photo: Annotated[
        Path | None,
        typer.Option("--photo", exists=True, dir_okay=False, help="Ảnh chụp. / A picture."),
    ] = None,
    choose_at: Annotated[
        int, typer.Option("--choose", help="Mã thứ mấy trong ảnh. / Which code of the picture.")
    ] = 0,
    *,
    own_wallet: Annotated[
        bool,
        typer.Option("--own-wallet", help="Mã riêng của ví, giữ để in lại. / Keep to print again."),
    ] = False,
) -> None:
    """Ghi một mã đã thấy. / Record a code that was seen."""
    from market.clock import now
    from market.database import writing
    from merchants.acceptance.displayed_codes import see_code
    from merchants.actors import COMMAND

    if bool(text) == (photo is not None):
        raise typer.BadParameter("cần --text hoặc --photo / one of --text and --photo")
    payload = text
    if photo is not None:
        from merchants.acceptance.own_codes import choose, codes_in_photo

        payload = choose(codes_in_photo(photo.read_bytes()), choose_at).payload
    record = see_code
    if own_wallet:
        from merchants.acceptance.own_codes import take_own_code

        record = take_own_code  # type: ignore[assignment]
    with opened_database() as (settings, engine), writing(engine) as session:
        result = record(
            session,
            market.upper(),
            stall.upper(),
            payload,
            sealer=settings.sealer,
            actor=COMMAND,
            now=now(),
        )
    assert result.code is not None
    how = "mới / new" if result.is_new else "đã có / known"
    typer.echo(f"{result.code.id}: {result.code.label} ({how})")


@app.command("gone")
def gone(
    market: MarketCode,
    stall: StallCode,
    code: Annotated[int, typer.Argument(metavar="CODE", help="Số của mã. / Number of the code.")],
) -> None:
    """Ghi là mã không còn treo. / Note that a code hangs no more."""
    from market.clock import now
    from market.database import writing
    from merchants.acceptance.displayed_codes import end_code
    from merchants.actors import COMMAND

    with opened_database() as (_, engine), writing(engine) as session:
        ended = end_code(session, market.upper(), stall.upper(), code, actor=COMMAND, now=now())
    typer.echo(f"{ended.id}: {ended.label}, gỡ / gone {ended.ended_on:%d/%m/%Y}")


@app.command("list")
def list_market_codes(
    market: MarketCode,
    stall: Annotated[str, typer.Option(help="Chỉ gian hàng này. / Only this stall.")] = "",
    link: Annotated[str, typer.Option(help="own | other | ended | unknown")] = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="Cả mã đã gỡ. / Gone ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Các mã đã ghi. / The codes recorded."""
    from market.database import reading
    from merchants.acceptance.code_lists import CodeLink, list_codes

    if link and link not in {each.value for each in CodeLink}:
        raise typer.BadParameter(f"{link!r}: own | other | ended | unknown")

    def entries() -> "Iterator[CodeEntry]":
        after: int | None = None
        while True:
            page = list_codes(
                session,
                market.upper(),
                stall_code=stall.upper() or None,
                link=CodeLink(link) if link else None,
                with_ended=every,
                after=after,
            )
            yield from page.entries
            after = page.next_id
            if after is None:
                return

    with opened_database() as (_, engine), reading(engine) as session:
        found = list(entries())
    if as_json:
        for entry in found:
            typer.echo(json.dumps(asdict(entry), ensure_ascii=False, default=str))
    elif found:
        _print_table(found)
    else:
        typer.echo("Chưa ghi mã nào. / No codes yet.")


@app.command("import")
def import_codes(
    market: MarketCode,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE.csv", help="gian,ma")
    ],
) -> None:
    """Ghi nhiều mã từ tệp CSV (cột gian, ma). / Record many; exit 3: some rows are rejected."""
    from market.clock import now
    from market.database import writing
    from merchants.acceptance.displayed_codes import see_codes
    from merchants.actors import COMMAND

    rows = _read_rows(file)
    with opened_database() as (settings, engine), writing(engine) as session:
        results = see_codes(
            session,
            market.upper(),
            [(stall.upper(), payload) for stall, payload in rows],
            sealer=settings.sealer,
            actor=COMMAND,
            now=now(),
        )
    rejected = 0
    for line, result in enumerate(results, start=2):
        if result.fault:
            rejected += 1
            typer.echo(
                f"{file.name} dòng / line {line}, {result.stall_code}: {result.fault}", err=True
            )
    new = sum(result.is_new for result in results)
    typer.echo(
        f"{len(results) - rejected} mã ghi, {new} mới, {rejected} không nhận. / "
        f"{new} new, {rejected} rejected."
    )
    if rejected:
        raise typer.Exit(ROWS_REJECTED)


def _read_rows(file: Path) -> list[tuple[str, str]]:
    """Return stall code and payload of each row; the payload to the last character."""
    import csv
    import io

    from merchants.errors import SheetRefused
    from merchants.files.csv_text import decode_text
    from qr.text import fold_to_ascii

    text = decode_text(file.read_bytes(), file.name)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [line for line in reader if line]
    except csv.Error as damage:
        raise SheetRefused(file.name, f"dòng {reader.line_num}: {damage}") from None
    titles = [fold_to_ascii(title).strip().lower() for title in lines[0]] if lines else []
    stall_at = next((at for at, title in enumerate(titles) if title in STALL_TITLES), None)
    code_at = next((at for at, title in enumerate(titles) if title in PAYLOAD_TITLES), None)
    if stall_at is None or code_at is None:
        raise SheetRefused(file.name, "dòng 1 cần hai cột: gian, ma")
    wide = max(stall_at, code_at)
    padded = [line + [""] * (wide + 1 - len(line)) for line in lines[1:]]
    return [(line[stall_at].strip(), line[code_at]) for line in padded]


def _print_table(found: "list[CodeEntry]") -> None:
    from rich.console import Console
    from rich.table import Table

    from market.i18n.account_words import CODE_LINKS

    table = Table("Số", "Gian", "Mã QR", "Tiền về đâu", "Thấy lần đầu", "Lần cuối", "Gỡ")
    for entry in found:
        own = " (in lại được)" if entry.is_own_wallet_code else ""
        table.add_row(
            str(entry.id),
            entry.stall_code,
            f"{entry.label}{own}",
            CODE_LINKS[entry.link],
            f"{entry.first_seen_on:%d/%m/%Y}",
            f"{entry.last_seen_on:%d/%m/%Y}",
            f"{entry.ended_on:%d/%m/%Y}" if entry.ended_on else "",
        )
    Console().print(table)
