"""``cho40 day lock``: locking a market's books and opening them again, by two people."""

import json
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.acting import As, acting_as
from market.cli.context import opened_database

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import Session

    from market.security.rights import Right
    from merchants.actors import Actor

app = typer.Typer(
    help="Khoá sổ, mở sổ: hai người. / Locking the books and opening them: two people.",
    no_args_is_help=True,
)

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
Scope = Annotated[
    str,
    typer.Argument(metavar="MARKET", help="Mã chợ, * = chưa rõ của ai. / Market, * = nobody's."),
]
Number = Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Số đề xuất. / Its number.")]


class Kind(StrEnum):
    """What is proposed, as it is typed."""

    LOCK = "lock"
    REOPEN = "reopen"


@app.command("list")
def list_all(
    market: Scope, as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False
) -> None:
    """Các lần khoá, mở và dữ liệu đang chờ. / What is locked, and what waits outside."""
    from rich.console import Console
    from rich.table import Table

    from market.database import reading
    from market.i18n import vnd
    from market.i18n.lock_words import LOCK_DECISIONS, LOCK_KINDS
    from reconciliation.close.locks.changing import list_locks
    from reconciliation.close.locks.days import held_changes

    with opened_database() as (_, engine), reading(engine) as session:
        _check_scope(session, market.upper())
        locks = [one.model_dump(mode="json") for one in list_locks(session, market.upper())]
        held = [
            one.model_dump(mode="json")
            for one in held_changes(session, market.upper(), date.min, date.max)
        ]
    if as_json:
        typer.echo(json.dumps({"locks": locks, "held": held}, ensure_ascii=False))
        return
    table = Table("Số", "Việc", "Từ", "Đến", "Tình trạng", "Lý do")
    for one in locks:
        told = (LOCK_KINDS[one["kind"]], one["first_on"], one["last_on"])
        state = LOCK_DECISIONS[one["decision"]]
        table.add_row(str(one["id"]), *told, state, one["reason"])
    Console().print(table)
    for one in held:
        typer.echo(
            f"{one['business_date']}: dữ liệu mới chờ ngoài sổ, {vnd(one['gross_change_vnd'])}"
            " / new data waits outside"
        )


@app.command()
def propose(
    market: Scope,
    kind: Annotated[Kind, typer.Argument(help="lock, reopen")],
    first: Annotated[
        datetime, typer.Option("--from", formats=DAY_FORMATS, help="Từ ngày. / From.")
    ],
    last: Annotated[datetime, typer.Option("--to", formats=DAY_FORMATS, help="Đến ngày. / To.")],
    reason: Annotated[str, typer.Option(help="Vì sao. / Why.")],
    who: As,
) -> None:
    """Đề xuất khoá hoặc mở; người khác duyệt. / Propose; somebody else decides."""
    from market.security.rights import Right
    from reconciliation.close.locks.changing import propose_lock
    from reconciliation.close.locks.tables import LockKind

    def act(session: "Session", scope: str, actor: "Actor", at: datetime) -> str:
        made = propose_lock(
            session,
            scope,
            LockKind(kind.value),
            first.date(),
            last.date(),
            reason=reason,
            actor=actor,
            now=at,
        )
        return f"Đề xuất số {made.id}, chờ người thứ hai / proposal {made.id} waits"

    _carry_out(market, who, Right.RECONCILE, act)


@app.command()
def approve(
    market: Scope,
    number: Number,
    who: As,
    note: Annotated[str, typer.Option(help="Ghi chú. / Note.")] = "",
) -> None:
    """Duyệt đề xuất của người khác. / Approve somebody else's proposal."""
    _decide(market, number, who, note, approve=True)


@app.command()
def refuse(
    market: Scope,
    number: Number,
    who: As,
    note: Annotated[str, typer.Option(help="Vì sao không. / Why not.")],
) -> None:
    """Không duyệt đề xuất của người khác. / Turn somebody else's proposal down."""
    _decide(market, number, who, note, approve=False)


@app.command()
def withdraw(market: Scope, number: Number, who: As) -> None:
    """Rút lại đề xuất của chính mình. / Take one's own proposal back."""
    from market.security.rights import Right
    from reconciliation.close.locks.changing import find_proposal, withdraw_lock

    def act(session: "Session", scope: str, actor: "Actor", at: datetime) -> str:
        withdraw_lock(session, find_proposal(session, scope, number), actor=actor, now=at)
        return "Đã rút / withdrawn"

    _carry_out(market, who, Right.RECONCILE, act)


def _decide(market: str, number: int, who: str, note: str, *, approve: bool) -> None:
    from market.security.rights import Right
    from reconciliation.close.locks.changing import decide_lock, find_proposal

    def act(session: "Session", scope: str, actor: "Actor", at: datetime) -> str:
        proposal = find_proposal(session, scope, number)
        decide_lock(session, proposal, approve=approve, note=note, actor=actor, now=at)
        return "Đã duyệt / approved" if approve else "Đã ghi không duyệt / turned down"

    _carry_out(market, who, Right.DECIDE, act)


def _carry_out(
    market: str,
    who: str,
    right: "Right",
    act: "Callable[[Session, str, Actor, datetime], str]",
) -> None:
    from market.clock import now
    from market.database import writing

    at, scope = now(), market.upper()
    with opened_database() as (settings, engine), writing(engine) as session:
        _check_scope(session, scope)
        actor = acting_as(session, who, right, scope, sealer=settings.sealer, now=at)
        told = act(session, scope, actor, at)
    typer.echo(told)


def _check_scope(session: "Session", scope: str) -> None:
    from merchants.find import find_market

    if scope != "*":
        find_market(session, scope)
