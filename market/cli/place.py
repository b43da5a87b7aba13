"""``cho40 place``: administrative units by day, and the areas reports are made for."""

import json
from pathlib import Path
from typing import Annotated

import typer

from market.cli.context import opened_database, read_day
from merchants.kinds import AdminLevel

app = typer.Typer(help="Địa bàn. / Administrative units and areas.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
REJECTED = 3
REJECTS_SHOWN = 20


@app.command()
def load(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE", help="CSV / XLSX")
    ],
    valid_from: Annotated[
        str | None, typer.Option("--valid-from", help="Ngày bắt đầu nếu tệp không ghi. / First day")
    ] = None,
    valid_to: Annotated[
        str | None, typer.Option("--valid-to", help="Ngày cuối nếu tệp không ghi. / Last day")
    ] = None,
    legal_basis: Annotated[str, typer.Option("--legal-basis", help="Căn cứ / legal basis")] = "",
    source: Annotated[str, typer.Option("--source", help="Nguồn / source")] = "",
    complete: Annotated[
        bool,
        typer.Option(
            "--complete",
            help="Danh mục đầy đủ: đơn vị không có tên thì hết từ hôm trước."
            " / What it does not name has ended.",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chạy thử, không ghi. / Write nothing.")
    ] = False,
) -> None:
    """Nạp danh mục đơn vị hành chính; chạy lại không sao. / Load a list of units; safe to repeat."""
    from rich.console import Console

    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.admin_units.line import Given
    from merchants.admin_units.lists import read_admin_list
    from merchants.admin_units.lookup import take_units

    given = Given(
        valid_from=read_day(valid_from) if valid_from else None,
        valid_to=read_day(valid_to) if valid_to else None,
        legal_basis=legal_basis,
        source=source,
    )
    with Console(stderr=True).status("Đang đọc / reading…"):
        listed = read_admin_list(file.read_bytes(), file.name, given)
    with (
        opened_database() as (_, engine),
        Console(stderr=True).status("Đang ghi / writing…"),
        writing(engine) as session,
    ):
        plan = take_units(
            session, listed, actor=COMMAND, now=now(), is_complete=complete, dry_run=dry_run
        )
    typer.echo(
        f"{'Chạy thử / dry run: ' if dry_run else ''}"
        f"{len(plan.added)} thêm / added, {len(plan.changed)} sửa / changed, "
        f"{len(plan.ended)} kết thúc / ended, {plan.unchanged} như cũ / unchanged, "
        f"{len(plan.rejects)} dòng không nhận / rejected"
    )
    for line, reason in list(plan.rejects.items())[:REJECTS_SHOWN]:
        typer.echo(f"  dòng {line}: {reason}", err=True)
    if len(plan.rejects) > REJECTS_SHOWN:
        typer.echo(f"  … {len(plan.rejects) - REJECTS_SHOWN} dòng khác / more", err=True)
    if plan.rejects:
        raise typer.Exit(REJECTED)


@app.command("seed-van-yen")
def seed() -> None:
    """Nạp các xã Văn Yên cũ và mới, lập địa bàn VAN-YEN-CU. / Units and area of old Văn Yên."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.markets.areas import VAN_YEN, seed_van_yen

    with opened_database() as (_, engine), writing(engine) as session:
        joined = seed_van_yen(session, actor=COMMAND, now=now())
    shown = ", ".join(joined) or "không có chợ mới / no new market"
    typer.echo(f"{VAN_YEN}: {shown}")


@app.command()
def find(
    text: Annotated[str, typer.Argument(help="Mã hoặc tên, có dấu hay không / code or name")] = "",
    on: Annotated[str | None, typer.Option("--on", help="Vào ngày / on the day")] = None,
    level: Annotated[AdminLevel | None, typer.Option("--level", help="Cấp / level")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 50,
    as_json: AsJson = False,
) -> None:
    """Tìm đơn vị hành chính. / Find administrative units of a day or of every time."""
    from market.database import reading
    from merchants.admin_units.lookup import find_units, full_name
    from merchants.admin_units.versions import BEGINNING

    day = read_day(on) if on else None
    with opened_database() as (_, engine), reading(engine) as session:
        for unit in find_units(session, text=text, level=level, on=day, limit=limit):
            since = None if unit.valid_from == BEGINNING else unit.valid_from.isoformat()
            until = unit.valid_to.isoformat() if unit.valid_to else None
            name = full_name(unit.kind_name, unit.name)
            if as_json:
                told = {
                    "code": unit.code,
                    "level": unit.level.value,
                    "name": name,
                    "parent_code": unit.parent_code,
                    "valid_from": since,
                    "valid_to": until,
                    "source": unit.source,
                }
                typer.echo(json.dumps(told, ensure_ascii=False))
            else:
                typer.echo(f"{unit.code:5}  {name}  {since or '…'} → {until or 'nay'}")


@app.command()
def areas(as_json: AsJson = False) -> None:
    """Các địa bàn và chợ của từng địa bàn hôm nay. / The areas and their markets of today."""
    from market.clock import now
    from market.database import reading
    from merchants.days import market_day
    from merchants.markets.areas import list_areas

    today = market_day(now())
    with opened_database() as (_, engine), reading(engine) as session:
        found = list_areas(session)
    for area in found:
        codes = area.markets_on(today)
        if as_json:
            told = {
                "code": area.code, "name": area.name, "caveat": area.caveat, "markets": codes,
            }  # fmt: skip
            typer.echo(json.dumps(told, ensure_ascii=False))
        else:
            typer.echo(f"{area.code}  {area.name}: {', '.join(codes) or 'chưa có chợ'}")
            if area.caveat:
                typer.echo(f"  {area.caveat}")
    if not found and not as_json:
        typer.echo("Chưa có địa bàn nào. / No areas yet: cho40 place seed-van-yen")


@app.command("area-add")
def area_add(
    code: Annotated[str, typer.Argument(help="Mã, như DOT-1 / code")],
    name: Annotated[str, typer.Argument(help="Tên / name")],
    caveat: Annotated[str, typer.Option("--caveat", help="Lưu ý in kèm số liệu / caveat")] = "",
    legal_basis: Annotated[str, typer.Option("--legal-basis", help="Căn cứ / basis")] = "",
) -> None:
    """Lập một địa bàn. / Make an area."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.markets.areas import save_area

    with opened_database() as (_, engine), writing(engine) as session:
        save_area(
            session, code=code, name=name, caveat=caveat, legal_basis=legal_basis,
            is_new=True, actor=COMMAND, now=now(),
        )  # fmt: skip
    typer.echo(f"{code}: {name}")


@app.command("area-member")
def area_member(
    code: Annotated[str, typer.Argument(help="Mã địa bàn / area code")],
    market: Annotated[str, typer.Argument(help="Mã chợ / market code")],
    from_on: Annotated[str | None, typer.Option("--from", help="Từ ngày / from the day")] = None,
    to_on: Annotated[
        str | None, typer.Option("--to", help="Đến hết ngày; một mình là thôi tính. / Last day")
    ] = None,
) -> None:
    """Thêm một chợ vào địa bàn, hoặc thôi (chỉ --to). / Let a market join an area, or leave it."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.days import market_day
    from merchants.markets.areas import add_member, end_member

    last = read_day(to_on) if to_on else None
    with opened_database() as (_, engine), writing(engine) as session:
        if from_on is None and last is not None:
            end_member(session, code, market, to_on=last, actor=COMMAND, now=now())
            typer.echo(f"{code}: {market} đến hết {last:%d/%m/%Y}")
            return
        first = read_day(from_on) if from_on else market_day(now())
        add_member(session, code, market, from_on=first, to_on=last, actor=COMMAND, now=now())
    typer.echo(f"{code}: {market} từ {first:%d/%m/%Y}")
