"""What the commands on one vendor share: doing something in one transaction, and showing it."""

import json
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from market.cli.context import opened_database

if TYPE_CHECKING:
    from sqlmodel import Session

    from merchants.sealing import Sealer
    from merchants.tables import Vendor


Code = Annotated[str, typer.Argument(metavar="VENDOR", help="Mã người bán, CC… / Vendor code.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
On = Annotated[str, typer.Option(help="Ngày, dd/mm/yyyy; trống = hôm nay. / Day; empty = today.")]
Reason = Annotated[str, typer.Option(help="Mã lý do: no_phone, moved, closed… / Reason code.")]
Market = Annotated[str, typer.Option("--market", help="Mã chợ. / Market code.")]
Stall = Annotated[str, typer.Argument(metavar="STALL", help="Mã gian hàng. / Stall code.")]


def do(code: str, deed: "Callable[[Session, Vendor, datetime, Sealer], None]") -> None:
    """Do something with a vendor in one transaction, and show where that leads."""
    from market.clock import now
    from market.database import writing
    from market.i18n.vendor_words import VENDOR_STATES
    from merchants.find import find_vendor

    with opened_database() as (settings, engine), writing(engine) as session:
        one = find_vendor(session, code.upper())
        deed(session, one, now(), settings.sealer)
        session.flush()
        session.refresh(one)
        line = f"{one.code} {one.full_name}: {VENDOR_STATES[one.state]}"
    typer.echo(line)


def print_json(told: dict[str, Any]) -> None:
    def plain(value: object) -> str:
        if isinstance(value, date):
            return value.isoformat()
        return str(value.value) if isinstance(value, Enum) else str(value)

    typer.echo(json.dumps(told, ensure_ascii=False, default=plain))
