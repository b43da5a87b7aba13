"""``cho40 market``: register markets and their calendars."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from market.cli import market_span
from market.cli.context import opened_database
from market.cli.market_settings import add_commands

if TYPE_CHECKING:
    from sqlmodel import Session

app = typer.Typer(help="Chợ và lịch chợ. / Markets and their calendars.", no_args_is_help=True)


@app.command("import")
def import_markets(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE.csv", help="CSV UTF-8")
    ],
) -> None:
    """Register the markets of a list, or bring them up to date; safe to repeat.

    The column opened_on (YYYY-MM-DD, may be left out) is the first market day; a new market's is
    else today, so that no day before it counts.
    """
    from market.clock import now
    from market.database import writing
    from merchants.files.csv_text import decode_text
    from merchants.markets.list_file import read_market_list
    from reconciliation.close.market_ends import register_listed_market

    markets = read_market_list(decode_text(file.read_bytes(), file.name))
    with opened_database() as (_, engine), writing(engine) as session:
        for details in markets:
            register_listed_market(session, details, now=now())
    codes = ", ".join(details.code for details in markets)
    typer.echo(f"Đã ghi {len(markets)} chợ / markets registered: {codes}")


@app.command("list")
def list_markets(
    as_json: Annotated[
        bool, typer.Option("--json", help="Một dòng JSON mỗi chợ. / One JSON line each.")
    ] = False,
) -> None:
    """List the markets with their stalls and open days."""
    from market.database import reading

    with opened_database() as (_, engine), reading(engine) as session:
        rows = _rows(session)
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
    elif rows:
        _print_table(rows)
    else:
        typer.echo("Chưa có chợ nào. / No markets yet: cho40 market import FILE.csv")


def _rows(session: "Session") -> list[dict[str, Any]]:
    from sqlalchemy import func
    from sqlmodel import col, select

    from merchants.calendars.market_spans import market_spans
    from merchants.stalls.standing import is_standing
    from merchants.tables import Market, MarketCalendar, Stall

    # As S1 counts them, beside those counted on the ground.
    standing = (
        select(Stall.market_id, func.count()).where(is_standing()).group_by(col(Stall.market_id))
    )
    registered = dict(session.exec(standing).all())
    query = select(MarketCalendar).order_by(col(MarketCalendar.valid_from), col(MarketCalendar.id))
    rules = {rule.market_id: rule for rule in session.exec(query)}
    spans = market_spans(session)
    rows = []
    for market in session.exec(select(Market).order_by(col(Market.id))):
        rule, span = rules.get(market.id or 0), spans.get(market.id or 0)
        rows.append(
            {
                "code": market.code,
                "name": market.name,
                "class": market.market_class,
                "commune": market.commune_name,
                "stalls_counted": market.stalls_counted,
                "stalls_registered": registered.get(market.id or 0, 0),
                "calendar_rule_type": rule.rule_type.value if rule else None,
                "calendar_params": rule.params if rule else None,
                "opened_on": span.opened_on.isoformat() if span else None,
                "closed_on": span.closed_on.isoformat() if span and span.closed_on else None,
                "is_synthetic": market.is_synthetic,
            }
        )
    return rows


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    from market.cli.wording import calendar_vi

    table = Table("Mã", "Chợ", "Hạng", "Xã", "Gian trong sổ", "Lịch chợ")
    for row in rows:
        counted = row["stalls_counted"]
        table.add_row(
            row["code"],
            row["name"] + (" (mô phỏng)" if row["is_synthetic"] else ""),
            str(row["class"]),
            row["commune"],
            f"{row['stalls_registered']}" + (f" / {counted}" if counted is not None else ""),
            calendar_vi(row["calendar_rule_type"], row["calendar_params"])
            + (f", phiên cuối {row['closed_on']}" if row["closed_on"] else ""),
        )
    Console().print(table)


add_commands(app)
app.command("close")(market_span.close)
app.command("reopen")(market_span.reopen)
