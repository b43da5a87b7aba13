"""``cho40 overview``: a market at a glance, as its manager's home shows it."""

import json
from typing import Annotated

import typer

from market.cli.context import opened_database


def overview(
    market: Annotated[str, typer.Argument(metavar="MARKET", help="Mã chợ. / Market code.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Một dòng JSON. / One JSON line.")
    ] = False,
) -> None:
    """Tổng quan một chợ: đã đến đâu, còn việc gì. / How far a market is and what waits."""
    from market.clock import now
    from market.database import reading
    from market.overview.floor import floor_of
    from market.overview.plan_progress import plan_progress
    from market.overview.to_do import to_do
    from market.overview.words import PROGRESS, TO_DO
    from merchants.days import market_day
    from merchants.find import find_market

    at = now()
    with opened_database() as (_, engine), reading(engine) as session:
        found = find_market(session, market.upper())
        assert found.id is not None
        floor = floor_of(session, found.id)
        figures = floor.figures
        plan = plan_progress(
            session,
            found.code,
            found.id,
            in_frame=figures.in_frame,
            with_code=figures.with_code,
            on=market_day(at),
        )
        stalls = [stall for zone in floor.zones for stall in zone.stalls]
        work = to_do(session, found, stalls, now=at)
        name = found.name
    if as_json:
        line = {
            "market_code": market.upper(),
            "stalls": figures.all_stalls,
            "in_frame": figures.in_frame,
            "with_code": figures.with_code,
            "progress": {key.value: count for key, count in figures.progress.items()},
            "planned_now": plan.planned_now,
            "planned_end": plan.planned_end,
            "to_do": {each.kind.value: each.count for each in work},
        }
        typer.echo(json.dumps(line, ensure_ascii=False))
        return
    typer.echo(f"{name}: {figures.with_code} trên {figures.in_frame} gian hàng đã có mã QR")
    if plan.planned_now is not None:
        typer.echo(f"Kế hoạch đến hôm nay {plan.planned_now}, cả đợt {plan.planned_end}")
    for progress, count in figures.progress.items():
        typer.echo(f"  {PROGRESS[progress]}: {count}")
    for each in work:
        waited = f", lâu nhất {each.days} ngày" if each.days is not None else ""
        typer.echo(f"- {TO_DO[each.kind]}: {each.count}{waited}")
