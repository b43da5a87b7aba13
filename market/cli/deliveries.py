"""``cho40 feed list``: what came through the doors and what became of it."""

import json
from datetime import datetime
from typing import Annotated, Any

import typer

from market.cli.service import open_service
from market.clock import HO_CHI_MINH

_SHOWN = (
    "id",
    "received_at",
    "provider",
    "channel",
    "state",
    "name",
    "rows_new",
    "rows_repeated",
    "rows_revised",
    "rows_rejected",
    "reason",
)


def list_deliveries(
    state: Annotated[
        str,
        typer.Option(
            help="received, processed, duplicate, quarantined, rejected, failed; empty = all"
        ),
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="Số dòng. / Newest so many.")] = 50,
    as_json: Annotated[
        bool, typer.Option("--json", help="Một dòng JSON mỗi lần nhận. / One JSON line each.")
    ] = False,
) -> None:
    """List what came through the doors, newest first."""
    from sqlmodel import col, select

    from market.database import reading
    from reconciliation.tables import Delivery, DeliveryState

    statement = select(Delivery).order_by(col(Delivery.id).desc()).limit(limit)
    if state:
        if state not in list(DeliveryState):
            raise typer.BadParameter(f"{state!r} is no state", param_hint="--state")
        statement = statement.where(Delivery.state == state)
    with open_service() as service, reading(service.engine) as session:
        rows = [_shown(delivery.model_dump()) for delivery in session.exec(statement)]
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
    else:
        _print_table(rows)


def _shown(delivery: dict[str, Any]) -> dict[str, Any]:
    received_at = delivery["received_at"].astimezone(HO_CHI_MINH)
    return {name: delivery[name] for name in _SHOWN} | {
        "received_at": received_at.isoformat(timespec="seconds")
    }


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        typer.echo("Không có lần nhận nào. / No deliveries.")
        return
    table = Table("Mã", "Nhận lúc", "Nguồn", "Trạng thái", "Mới/lặp/sửa/chờ", "Tệp, lý do")
    for column in table.columns[:-1]:
        column.no_wrap = True
    for row in rows:
        table.add_row(
            str(row["id"]),
            f"{datetime.fromisoformat(row['received_at']):%d/%m/%Y %H:%M}",
            row["provider"],
            row["state"],
            "/".join(str(row[name]) for name in _SHOWN if name.startswith("rows_")),
            " – ".join(part for part in (row["name"], row["reason"]) if part),
        )
    Console().print(table)
