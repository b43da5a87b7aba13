"""``cho40 market close | reopen``: a market's last market day, and the day it meets again from."""

from typing import Annotated

import typer

from market.cli.context import opened_database, read_day

Code = Annotated[str, typer.Argument(help="Mã chợ / market code")]


def close(
    code: Code,
    last_day: Annotated[
        str, typer.Option("--last-day", help="Phiên cuối / last market day: 21/11/2026")
    ],
) -> None:
    """Đóng chợ sau phiên cuối. / Close a market after its last market day."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.find import find_market
    from reconciliation.close.market_ends import close_market

    last_on = read_day(last_day)
    with opened_database() as (_, engine), writing(engine) as session:
        market = find_market(session, code, for_update=True)
        is_new = close_market(session, market, last_on, actor=COMMAND, now=now())
    what = "đã ghi / put down" if is_new else "không đổi gì / nothing changed"
    typer.echo(f"{code}: phiên cuối / last market day {last_on:%d/%m/%Y}: {what}")


def reopen(
    code: Code,
    from_on: Annotated[
        str,
        typer.Option(
            "--from",
            help="Từ ngày; ghi ngày ngay sau phiên cuối thì như chưa đóng. / From the day; the day "
            "after the last market day takes the closing back.",
        ),
    ],
) -> None:
    """Mở lại chợ đã đóng, theo lịch cũ. / Open a closed market again, by the rule it had."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.calendars.market_spans import continue_calendar
    from merchants.find import find_market

    first = read_day(from_on)
    with opened_database() as (_, engine), writing(engine) as session:
        market = find_market(session, code, for_update=True)
        continue_calendar(session, market, first, actor=COMMAND, now=now())
    typer.echo(f"{code}: họp lại từ / meets again from {first:%d/%m/%Y}")
