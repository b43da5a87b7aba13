"""``cho40 stall``: list and find stalls, show one, register the vendor of one."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.context import opened_database

if TYPE_CHECKING:
    from merchants.stalls.search import StallEntry, StallPage, StallQuery

app = typer.Typer(help="Gian hàng: tìm, xem, đăng ký. / Stalls.", no_args_is_help=True)

Market = Annotated[str, typer.Argument(metavar="MARKET", help="Mã chợ. / Market code.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]
PAGE = 200


@app.command("list")
def list_stalls(
    market: Market,
    zone: Annotated[str, typer.Option(help="Khu. / Zone.")] = "",
    goods: Annotated[str, typer.Option(help="Ngành hàng. / Goods group.")] = "",
    state: Annotated[str, typer.Option(help="active|ready|doing|issue|todo|vacant")] = "",
    sort: Annotated[str, typer.Option(help="floor|name|need|week|last")] = "floor",
    as_json: AsJson = False,
) -> None:
    """List the stalls of a market with who holds them and how far they are."""
    from merchants.stalls.progress import Progress
    from merchants.stalls.search import StallQuery, StallSort

    if state and state not in set(Progress):
        raise typer.BadParameter(f"{state!r}: cần / expected {', '.join(Progress)}")
    if sort not in set(StallSort):
        raise typer.BadParameter(f"{sort!r}: cần / expected {', '.join(StallSort)}")
    query = StallQuery(
        zone=zone,
        goods_group=goods,
        progress=Progress(state) if state else None,
        sort=StallSort(sort),
        limit=PAGE,
    )
    _print(_all(market, query), market, as_json=as_json)


@app.command("find")
def find(
    market: Market,
    text: Annotated[
        str, typer.Argument(help="Mã, tên, số máy, sê-ri. / Code, name, phone, serial.")
    ],
    as_json: AsJson = False,
) -> None:
    """Find stalls by code, name with or without marks, phone, holder or poster serial."""
    from merchants.stalls.search import StallQuery

    _print(_all(market, StallQuery(text=text, limit=PAGE)), market, as_json=as_json)


@app.command("show")
def show(
    market: Market,
    stall: Annotated[str, typer.Argument(help="Mã gian hàng. / Stall code.")],
    as_json: AsJson = False,
) -> None:
    """Show one stall."""
    from merchants.errors import StallNotFound
    from merchants.stalls.search import StallQuery

    pages = _all(market, StallQuery(stall_codes=[stall.upper()]))
    if not pages[0].entries:
        raise StallNotFound(market.upper(), stall.upper())
    _print(pages, market, as_json=as_json)


@app.command("add")
def add(  # noqa: PLR0913, PLR0917 (an option for each field of the form)
    market: Market,
    stall: Annotated[str, typer.Argument(help="Mã gian hàng. / Stall code.")],
    name: Annotated[str, typer.Option(help="Họ tên. / Full name.")],
    zone: Annotated[str, typer.Option(help="Khu. / Zone.")] = "",
    goods: Annotated[str, typer.Option(help="Ngành hàng. / Goods group.")] = "",
    phone: Annotated[str, typer.Option(help="Điện thoại. / Phone.")] = "",
    business: Annotated[str, typer.Option(help="Tên hộ kinh doanh. / Business name.")] = "",
    bank: Annotated[str, typer.Option(help="Ngân hàng hoặc BIN. / Bank or BIN.")] = "",
    account: Annotated[str, typer.Option(help="Số tài khoản. / Account number.")] = "",
    holder: Annotated[str, typer.Option(help="Tên chủ tài khoản. / Holder's name.")] = "",
    same_as: Annotated[
        str, typer.Option(help="Mã người bán đã có, hoặc other. / Known vendor, or other.")
    ] = "",
    new_stall: Annotated[
        bool, typer.Option("--new-stall", help="Ghi thêm gian chưa có. / Add an unknown stall.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Register the vendor of one stall as a draft; consents are recorded with ``cho40 consent``."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.imports.entry import OnboardingEntry
    from merchants.imports.onboarding import onboard

    entry = OnboardingEntry(
        stall_code=stall.upper(),
        zone=zone,
        goods_group=goods,
        full_name=name,
        phone=phone,
        business_name=business,
        bank=bank,
        account=account,
        holder_name=holder,
        same_as=same_as,
        is_new_stall=new_stall,
        is_draft=True,
    )
    with opened_database() as (settings, engine), writing(engine) as session:
        done = onboard(
            session, market.upper(), entry, sealer=settings.sealer, actor=COMMAND, now=now()
        )
    if as_json:
        typer.echo(json.dumps(asdict(done), ensure_ascii=False))
        return
    typer.echo(f"{done.stall_code}: {done.vendor_code} ({done.change})")
    for remark in done.remarks:
        typer.echo(f"  {remark}")


def _all(market: str, query: "StallQuery") -> "list[StallPage]":
    """Return every page of a query, one transaction for all."""
    from dataclasses import replace

    from market.clock import today
    from market.database import reading
    from market.reports.takings import closed_days, takings_table
    from merchants.stalls.search import StallSort, find_stalls

    code, pages = market.upper(), []
    with opened_database() as (settings, engine), reading(engine) as session:
        needs_money = query.sort in {StallSort.WEEK, StallSort.LAST}
        takings = takings_table(closed_days(session, code, today())) if needs_money else None
        after: str | None = ""
        while after is not None:
            page = find_stalls(
                session, code, replace(query, after=after), sealer=settings.sealer, takings=takings
            )
            pages.append(page)
            after = page.next
    return pages


def _print(pages: "list[StallPage]", market: str, *, as_json: bool) -> None:
    entries = [entry for page in pages for entry in page.entries]
    if as_json:
        for entry in entries:
            line = {"market_code": market.upper()} | asdict(entry)
            typer.echo(json.dumps(line, ensure_ascii=False, default=str))
        return
    _print_table(entries)
    for left in pages[0].left:
        typer.echo(f"Đã trả gian / left: {left.full_name} {left.code}")


def _print_table(entries: "list[StallEntry]") -> None:
    from rich.console import Console
    from rich.table import Table

    from market.overview.words import NEEDS, PROGRESS

    if not entries:
        typer.echo("Không có gian hàng nào khớp. / No stall matches.")
        return
    table = Table("Khu", "Gian", "Ngành hàng", "Người bán", "Mã", "Tài khoản", "Tình trạng", "Việc")
    for place in (1, 4, 5):  # codes are looked up: cut short they are of no use
        table.columns[place].no_wrap = True
    for entry in entries:
        vendor = entry.vendor
        table.add_row(
            entry.zone,
            entry.stall_code,
            entry.goods_group,
            vendor.full_name if vendor else "",
            vendor.code if vendor else "",
            ", ".join(f"···{account.tail}" for account in vendor.accounts) if vendor else "",
            PROGRESS[entry.progress],
            NEEDS[entry.need],
        )
    Console().print(table)
