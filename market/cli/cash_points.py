"""``cho40 cash-point``: where vendors of a market pay cash in or draw it."""

import json
from datetime import date
from typing import Annotated

import typer

from market.cli.context import opened_database, read_day
from merchants.kinds import CashPointKind, CashService

app = typer.Typer(help="Nơi nạp, rút tiền. / Cash points.", no_args_is_help=True)

Market = Annotated[str, typer.Argument(help="Mã chợ / market code")]
Number = Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Số của nơi này / its number")]


@app.command("list")
def list_all(
    market: Market,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON, mỗi dòng một nơi. / JSON lines.")
    ] = False,
) -> None:
    """Liệt kê các nơi nạp, rút, nơi đã nghỉ ở cuối. / List them, those that closed last."""
    from dataclasses import asdict

    from market.clock import now
    from market.database import reading
    from market.i18n.place_words import CASH_SERVICES
    from merchants.days import market_day
    from merchants.find import find_market
    from merchants.markets.cash_points import cash_points_of

    with opened_database() as (_, engine), reading(engine) as session:
        place = find_market(session, market.upper())
        found = cash_points_of(session, place, market_day(now()))
    rows = [*found.open, *found.closed]
    if as_json:
        for row in rows:
            typer.echo(json.dumps(asdict(row), ensure_ascii=False, default=str))
        return
    for row in rows:
        where = f", {row.place}" if row.place else ""
        ended = f", đến / until {row.to_on:%d/%m/%Y}" if row.to_on else ""
        what = CASH_SERVICES[row.service]
        typer.echo(f"{row.id}  {row.name} ({row.provider}): {what}{where}{ended}")
    if not found.open and found.none_on:
        typer.echo(f"Đã xem {found.none_on:%d/%m/%Y}, chưa có nơi nào. / Looked, none.")
    elif not rows:
        typer.echo("Chưa ghi nơi nào. / None written down yet.")


@app.command("add")
def add(
    market: Market,
    name: Annotated[str, typer.Argument(help="Tên trên biển / name on the sign")],
    provider: Annotated[str, typer.Argument(help="Đơn vị / whose accounts it serves")],
    kind: Annotated[CashPointKind, typer.Option("--kind")] = CashPointKind.MOBILE_MONEY,
    service: Annotated[CashService, typer.Option("--service")] = CashService.BOTH,
    place: Annotated[str, typer.Option("--place", help="Ở chỗ nào / where")] = "",
    hours: Annotated[str, typer.Option("--hours", help="Giờ phục vụ / hours")] = "",
    since: Annotated[str, typer.Option("--from", help="Từ ngày / from, dd/mm/yyyy")] = "",
) -> None:
    """Thêm một nơi nạp, rút. / Add a cash point."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.markets.cash_points import NewCashPoint, add_cash_point

    new = NewCashPoint(
        kind=kind,
        service=service,
        provider=provider,
        name=name,
        place=place,
        hours=hours,
        from_on=_day_or_today(since),
    )
    with opened_database() as (_, engine), writing(engine) as session:
        row = add_cash_point(session, market.upper(), new, actor=COMMAND, now=now())
        typer.echo(f"Nơi số {row.id} / cash point {row.id}")


@app.command("close")
def close(
    market: Market,
    cash_point: Number,
    to_on: Annotated[str, typer.Option("--to", help="Ngày cuối / last day, dd/mm/yyyy")] = "",
) -> None:
    """Ghi ngày phục vụ cuối. / Say on which day it served last."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.markets.cash_points import close_cash_point

    last = _day_or_today(to_on)
    with opened_database() as (_, engine), writing(engine) as session:
        close_cash_point(session, market.upper(), cash_point, to_on=last, actor=COMMAND, now=now())
    typer.echo(f"Nơi số {cash_point} / cash point {cash_point}: đến / until {last:%d/%m/%Y}")


@app.command("remove")
def remove(market: Market, cash_point: Number) -> None:
    """Bỏ một nơi ghi nhầm; nơi đã nghỉ thì dùng close. / Take out a mistake; else use close."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.markets.cash_points import remove_cash_point

    with opened_database() as (_, engine), writing(engine) as session:
        remove_cash_point(session, market.upper(), cash_point, actor=COMMAND, now=now())
    typer.echo(f"Đã bỏ nơi số {cash_point} / cash point {cash_point} taken out")


@app.command("none")
def none(
    market: Market,
    on: Annotated[str, typer.Option("--on", help="Ngày xem / day of the look")] = "",
    *,
    unknown: Annotated[
        bool, typer.Option("--unknown", help="Bỏ lời ghi này / take it back")
    ] = False,
) -> None:
    """Ghi rằng đã đi xem mà chợ chưa có nơi nào. / Say that somebody looked and found none."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.markets.cash_points import say_no_cash_points

    day = None if unknown else _day_or_today(on)
    with opened_database() as (_, engine), writing(engine) as session:
        say_no_cash_points(session, market.upper(), day, actor=COMMAND, now=now())
    told = f"đã xem {day:%d/%m/%Y}, chưa có / looked, none" if day else "chưa xem / not known"
    typer.echo(f"{market.upper()}: {told}")


def _day_or_today(text: str) -> date:
    from market.clock import now
    from merchants.days import market_day

    return read_day(text) if text else market_day(now())
