"""``cho40 log``: what was done to a market's register, or at the doors."""

import json
from datetime import datetime
from typing import Annotated, Any

import typer

from market.cli.context import opened_database, read_day

PAGE = 50
PAGE_MAX = 1_000


def log(
    market: Annotated[
        str, typer.Argument(help="Mã chợ; để trống là các cửa / market; none = the doors")
    ] = "",
    action: Annotated[str, typer.Option(help="Việc / action")] = "",
    first: Annotated[str | None, typer.Option("--from", help="Từ ngày / from, dd/mm/yyyy")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Đến ngày / to, dd/mm/yyyy")] = None,
    before: Annotated[
        int | None, typer.Option("--before", min=1, help="Cũ hơn việc số / older than number")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=PAGE_MAX, help="Số dòng / lines")] = PAGE,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")
    ] = False,
) -> None:
    """Ai đã làm gì, mới nhất trước. / Who did what, newest first."""
    from market.database import reading
    from market.roles import Role
    from market.security.principal import Principal
    from market.security.reading_log import security_log
    from merchants.find import find_market
    from merchants.markets.log import LogFilter, market_log

    wanted = LogFilter(
        action=action,
        first_on=read_day(first) if first else None,
        last_on=read_day(last) if last else None,
    )
    fields: tuple[str, ...] = _OF_REGISTER if market else _OF_DOORS
    with opened_database() as (_, engine), reading(engine) as session:
        if market:
            code = find_market(session, market.upper()).code
            found: Any = market_log(session, code, wanted, before_id=before, limit=limit)
        else:
            everybody = Principal(role=Role.ADMIN, name="")
            found = security_log(session, everybody, wanted, before_id=before, limit=limit)
        rows = [{name: getattr(entry, name) for name in fields} for entry in found[0]]
    for row in rows:
        _print(row, as_json=as_json)
    if not rows and not as_json:
        typer.echo("Không có việc nào như thế. / Nothing of the kind.")


_OF_DOORS = ("id", "at", "action", "actor", "subject", "note")
_OF_REGISTER = (
    *("id", "at", "action", "actor", "assisted_by", "vendor_code", "stall_code"),
    *("subject", "from_value", "to_value", "reason", "note"),
)


def _print(row: dict[str, Any], *, as_json: bool) -> None:
    at: datetime = row["at"]
    told = row | {"at": at.isoformat(timespec="seconds")}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo("  ".join(str(value) for value in told.values() if value not in ("", None)))
