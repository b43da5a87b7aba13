"""``cho40 target``: what is planned."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from market.cli.context import opened_database, read_day

if TYPE_CHECKING:
    from merchants.campaigns.targets import NewTarget, TargetEntry

targets = typer.Typer(help="Mục tiêu kế hoạch. / Planned targets.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]
Basis = Annotated[str, typer.Option(help="Văn bản: số, cơ quan, ngày. / Number, issuer, date.")]


@targets.command("set")
def set_one_target(  # noqa: PLR0913 (an option for each field of the form)
    area: Annotated[
        str, typer.Argument(help="market:MA | wave:CHO40/1 | area:MÃ. / Whom it is set for.")
    ],
    indicator: Annotated[str, typer.Argument(help="Chỉ số / indicator: S3, U1, U8 …")],
    value: Annotated[str, typer.Argument(help="78,5 (%) hoặc 15.000.000 (đồng)")],
    legal_basis: Basis,
    period: Annotated[str, typer.Option(help="Kỳ / period: 01/09/2026-31/12/2026")],
    set_on: Annotated[str, typer.Option(help="Ngày giao / set on, dd/mm/yyyy")] = "",
    baseline: Annotated[str, typer.Option(help="Mức đầu kỳ / baseline")] = "",
    source: Annotated[str, typer.Option(help="Nguồn số liệu / source")] = "",
    *,
    supersede: Annotated[
        bool, typer.Option("--supersede", help="Thay mục tiêu đang tính. / Supersede.")
    ] = False,
) -> None:
    """Đặt mục tiêu; mục tiêu cũ vẫn giữ. / Set a target; the old one is kept."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.campaigns.targets import current_target, set_target

    new = _read_target(
        area,
        indicator,
        value,
        baseline,
        told=(legal_basis, source, period, set_on),
    )
    with opened_database() as (_, engine), writing(engine) as session:
        current = current_target(session, new) if supersede else None
        row = set_target(
            session,
            new,
            actor=COMMAND,
            now=now(),
            supersedes=current.id if current is not None else None,
        )
        typer.echo(f"Mục tiêu số {row.id} / target {row.id}")


@targets.command("list")
def list_all_targets(
    market: Annotated[str, typer.Option(help="Chỉ một chợ / one market only")] = "",
    indicator: Annotated[str, typer.Option(help="Chỉ một chỉ số / one indicator only")] = "",
    *,
    history: Annotated[
        bool, typer.Option("--history", help="Cả đã thay, đã rút. / Superseded ones too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Liệt kê mục tiêu. / List targets."""
    from market.clock import now
    from market.database import reading
    from merchants.campaigns.targets import list_targets
    from merchants.days import market_day

    with opened_database() as (_, engine), reading(engine) as session:
        found = list_targets(
            session,
            on=market_day(now()),
            market_codes=[market.upper()] if market else None,
            indicator=indicator,
            with_history=history,
        )
    if as_json:
        for entry in found:
            _print_json(_target_row(entry))
    else:
        _print_targets(found)


@targets.command("withdraw")
def withdraw_one_target(
    number: Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Số mục tiêu / number")],
    reason: Annotated[str, typer.Option(help="Lý do / reason")],
) -> None:
    """Rút mục tiêu; lịch sử vẫn giữ. / Withdraw a target; the history stays."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.campaigns.targets import withdraw_target

    with opened_database() as (_, engine), writing(engine) as session:
        withdraw_target(session, number, reason=reason, actor=COMMAND, now=now())
    typer.echo(f"Đã rút mục tiêu số {number} / withdrawn")


def _read_target(
    area: str,
    indicator: str,
    value: str,
    baseline: str,
    *,
    told: tuple[str, str, str, str],
) -> "NewTarget":
    from market.clock import now
    from market.reports.plans import planned_unit
    from merchants.campaigns.targets import NewTarget
    from merchants.days import market_day
    from merchants.kinds import TargetArea

    kind, _, code = area.partition(":")
    if kind not in [one.value for one in TargetArea] or not code:
        raise typer.BadParameter(f"{area!r}: cần / expected market:MA, wave:CHO40/1, area:CODE")
    unit = planned_unit(indicator)
    if unit is None:
        raise typer.BadParameter(f"{indicator!r}: không có chỉ số này / no such indicator")
    legal_basis, source, period, set_on = told
    first, _, last = period.partition("-")
    return NewTarget(
        indicator=indicator,
        unit=unit,
        area=TargetArea(kind),
        area_code=code,
        period_from=read_day(first),
        period_to=read_day(last),
        value_milli=_milli(value),
        baseline_milli=_milli(baseline) if baseline else None,
        legal_basis=legal_basis,
        source=source,
        set_on=read_day(set_on) if set_on else market_day(now()),
    )


def _milli(text: str) -> int:
    from market.reports.plans import read_milli

    value = read_milli(text)
    if value is None:
        raise typer.BadParameter(f"{text!r}: cần số / expected a number, 78,5 or 15.000.000")
    return value


def _target_row(entry: "TargetEntry") -> dict[str, Any]:
    plan = entry.plan
    return {
        "id": plan.target_id,
        "indicator": plan.indicator,
        "unit": plan.unit.value,
        "value_milli": plan.value_milli,
        "baseline_milli": plan.baseline_milli,
        "area": plan.area.value,
        "area_code": plan.area_code,
        "period_from": plan.period_from.isoformat(),
        "period_to": plan.period_to.isoformat(),
        "legal_basis": plan.legal_basis,
        "source": plan.source,
        "set_on": plan.set_on.isoformat(),
        "set_at": plan.set_at.isoformat(),
        "is_current": entry.is_current,
        "is_withdrawn": entry.is_withdrawn,
    }


def _print_targets(found: "list[TargetEntry]") -> None:
    from rich.console import Console
    from rich.table import Table

    from market.reports.plans import milli_text

    if not found:
        typer.echo("Chưa có mục tiêu nào. / No targets yet.")
        return
    table = Table("Số", "Phạm vi", "Chỉ số", "Mục tiêu", "Kỳ", "Căn cứ", "")
    for entry in found:
        plan = entry.plan
        state = "đã rút" if entry.is_withdrawn else "" if entry.is_current else "đã thay"
        table.add_row(
            str(plan.target_id),
            f"{entry.area_name} ({plan.area_code})",
            plan.indicator,
            milli_text(plan.value_milli, plan.unit),
            f"{plan.period_from:%d/%m/%Y}-{plan.period_to:%d/%m/%Y}",
            plan.legal_basis,
            state,
        )
    Console().print(table)


def _print_json(row: dict[str, Any]) -> None:
    typer.echo(json.dumps(row, ensure_ascii=False))
