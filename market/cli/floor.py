"""``cho40 market zone-… | commune`` and ``cho40 stall place-…``: zones and stalls as places."""

from dataclasses import replace
from typing import Annotated, Any

import typer

from market.cli.context import opened_database, read_day
from merchants.kinds import StallKind, StallState

Code = Annotated[str, typer.Argument(help="Mã chợ / market code")]
ZoneName = Annotated[str, typer.Argument(help="Tên khu / zone")]
ZoneOption = Annotated[str | None, typer.Option("--zone", help="Tên khu; “” là bỏ / zone")]
Kind = Annotated[StallKind | None, typer.Option("--kind", help="Loại gian / kind")]
Area = Annotated[int | None, typer.Option("--area", min=1, max=100_000, help="m²")]
Goods = Annotated[str | None, typer.Option("--goods", help="Ngành hàng / goods group")]
Square = Annotated[str | None, typer.Option("--square", help="Ô trên sơ đồ / on the plan: x,y")]
State = Annotated[StallState | None, typer.Option("--state", help="Tình trạng / state")]


def zone_add(code: Code, name: ZoneName) -> None:
    """Thêm một khu. / Add a zone."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.find import find_market
    from merchants.stalls.zones import add_zone

    with opened_database() as (_, engine), writing(engine) as session:
        add_zone(session, find_market(session, code), name, actor=COMMAND, now=now())
    typer.echo(f"{code}: {name}")


def zone_change(
    code: Code,
    name: ZoneName,
    new_name: Annotated[str | None, typer.Option("--name", help="Tên mới / new name")] = None,
    box: Annotated[
        str | None, typer.Option("--box", help="x,y,rộng,sâu / x,y,width,height; “” = none")
    ] = None,
) -> None:
    """Đổi tên khu, hoặc chỗ của khu trên sơ đồ. / Rename a zone, or place it on the plan."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.find import find_market
    from merchants.stalls.floor_plan import Box
    from merchants.stalls.zones import place_zone, rename_zone, zone_named

    sides = _numbers(box, 4, "--box") if box else []
    at = now()
    with opened_database() as (_, engine), writing(engine) as session:
        market = find_market(session, code)
        zone_id = zone_named(session, market, name).id or 0
        if new_name is not None:
            rename_zone(session, market, zone_id, new_name, actor=COMMAND, now=at)
        if box is not None:
            placed = Box(*sides) if sides else None
            place_zone(session, market, zone_id, placed, actor=COMMAND, now=at)
    typer.echo(f"{code}: {new_name or name}")


def zone_merge(
    code: Code,
    name: ZoneName,
    into: Annotated[str, typer.Argument(help="Gộp vào khu / into the zone")],
) -> None:
    """Chuyển các gian của một khu sang khu khác và bỏ khu đó. / Merge a zone into another."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.find import find_market
    from merchants.stalls.zones import merge_zones, zone_named

    with opened_database() as (_, engine), writing(engine) as session:
        market = find_market(session, code)
        zone, other = (zone_named(session, market, each).id or 0 for each in (name, into))
        moved = merge_zones(session, market, zone, into_id=other, actor=COMMAND, now=now())
    typer.echo(f"{code}: {name} → {into}, {moved} gian / stalls")


def commune(
    code: Code,
    commune_code: Annotated[str, typer.Argument(help="Mã xã, phường / commune code")],
    from_on: Annotated[str | None, typer.Option("--from", help="Từ ngày / from the day")] = None,
) -> None:
    """Chợ nằm ở xã, phường nào từ một ngày. / Say in which commune a market lies from a day on."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.days import market_day
    from merchants.find import find_market
    from merchants.markets.communes import attach_commune

    first = read_day(from_on) if from_on else market_day(now())
    with opened_database() as (_, engine), writing(engine) as session:
        market = find_market(session, code)
        span = attach_commune(
            session, market, commune_code, from_on=first, actor=COMMAND, now=now()
        )
    typer.echo(f"{code}: {span.name} ({span.code}), từ / from {span.from_on:%d/%m/%Y}")


def place_add(
    code: Code,
    codes: Annotated[str, typer.Argument(help="A01,A02 hoặc / or A001-A024")],
    zone: ZoneOption = None,
    kind: Kind = None,
    area: Area = None,
    goods: Goods = None,
    state: State = None,
) -> None:
    """Ghi thêm gian chưa ai giữ: ghi cả hoặc không ghi gian nào. / Add stalls nobody holds yet."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.find import find_market
    from merchants.stalls.changes import StallDetails, add_stalls, read_codes

    with opened_database() as (_, engine), writing(engine) as session:
        market = find_market(session, code)
        told = _told(session, market, zone=zone, kind=kind, area=area, goods=goods)
        added = add_stalls(
            session,
            market,
            read_codes(codes),
            replace(StallDetails(), **told),
            state=state or StallState.VACANT,
            actor=COMMAND,
            now=now(),
        )
    typer.echo(f"{code}: {len(added)} gian / stalls")


def place_change(  # noqa: PLR0913, PLR0917 (an option for each field of the form)
    code: Code,
    stall_code: Annotated[str, typer.Argument(help="Mã gian hàng / stall code")],
    zone: ZoneOption = None,
    kind: Kind = None,
    area: Area = None,
    goods: Goods = None,
    square: Square = None,
    state: State = None,
    note: Annotated[str, typer.Option("--note", help="Vì sao đóng, mở / why")] = "",
) -> None:
    """Đổi khu, loại, diện tích, ô, tình trạng; mục không ghi thì giữ. / Change a stall's place."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.find import find_market
    from merchants.stalls.changes import (
        StallDetails,
        change_stall,
        change_stall_state,
        find_stall,
    )

    at, name = now(), stall_code.upper()
    x, y = _numbers(square, 2, "--square") if square else (None, None)
    with opened_database() as (_, engine), writing(engine) as session:
        market = find_market(session, code)
        stall = find_stall(session, market, name)
        known = {each: getattr(stall, each) for each in StallDetails.__dataclass_fields__}
        told = _told(session, market, zone=zone, kind=kind, area=area, goods=goods)
        if square is not None:
            told |= {"plan_x": x, "plan_y": y}
        details = StallDetails(**(known | told))
        changed = change_stall(session, market, name, details, actor=COMMAND, now=at)
        if state is not None and change_stall_state(
            session, market, name, state, note=note, actor=COMMAND, now=at
        ):
            changed = [*changed, "state"]
    typer.echo(f"{code} {name}: {', '.join(changed) or 'không đổi gì / nothing changed'}")


def add_to_market(app: typer.Typer) -> None:
    """Put the commands on zones and the commune beside ``cho40 market zones``."""
    for name, command in (
        ("zone-add", zone_add),
        ("zone-change", zone_change),
        ("zone-merge", zone_merge),
        ("commune", commune),
    ):
        app.command(name)(command)


def add_to_stall(app: typer.Typer) -> None:
    """Put the commands on places beside ``cho40 stall show``."""
    app.command("place-add")(place_add)
    app.command("place-change")(place_change)


def _told(
    session: Any,
    market: Any,
    *,
    zone: str | None,
    kind: StallKind | None,
    area: int | None,
    goods: str | None,
) -> dict[str, Any]:
    """Return what was written on the line, by the names of a stall's details."""
    from merchants.stalls.zones import zone_named

    told: dict[str, Any] = {"kind": kind, "area_m2": area, "goods_group": goods}
    told = {name: value for name, value in told.items() if value is not None}
    if zone is not None:
        told["zone_id"] = zone_named(session, market, zone).id if zone else None
    return told


def _numbers(text: str, count: int, option: str) -> list[int]:
    parts = text.split(",")
    if len(parts) != count or not all(part.isascii() and part.isdigit() for part in parts):
        raise typer.BadParameter(f"{text!r}: cần {count} số / {count} numbers", param_hint=option)
    return [int(part) for part in parts]
