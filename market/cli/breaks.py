"""``cho40 break``: what closes left open, and the two people who clear each of them."""

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from market.cli.acting import As
from market.cli.context import opened_database, read_day

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from sqlmodel import Session

    from market.security.rights import Right
    from merchants.actors import Actor
    from reconciliation.breaks.deciding import Passed
    from reconciliation.breaks.listing import BreakEntry
    from reconciliation.breaks.looking import History, Side

app = typer.Typer(
    help="Khoản lệch: đề xuất, người thứ hai duyệt. / Breaks: proposed by one, decided by another.",
    no_args_is_help=True,
)

Scope = Annotated[
    str,
    typer.Argument(metavar="MARKET", help="Mã chợ, * = chưa rõ của ai. / Market, * = nobody's."),
]
Numbers = Annotated[list[int], typer.Argument(min=1, max=2**31 - 1, help="Số khoản. / Numbers.")]
Note = Annotated[str, typer.Option(help="Ghi chú, không ghi tên khách. / Note; nobody's name.")]
Proposals = Annotated[
    list[int],
    typer.Option(
        "--proposal",
        min=1,
        max=2**31 - 1,
        help="Số đề xuất đã đọc (break show); nhiều khoản thì ghi nhiều lần. / Number of the proposal"
        " that was read; once for each break.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]


class State(StrEnum):
    """Where a break stands, as it is typed."""

    OPEN = "open"
    PROPOSED = "proposed"
    REJECTED = "rejected"
    APPROVED = "approved"
    UNDOING = "undoing"
    RESOLVED_BY_DATA = "resolved_by_data"


class How(StrEnum):
    """How a break is resolved, as it is typed."""

    ACCEPT = "accept"
    ASK_PROVIDER = "ask_provider"
    WAIT = "wait"
    LEAVE_OUT = "leave_out"
    EXPLAINED = "explained"
    REOPEN = "reopen"


@app.command("list")
def list_all(
    market: Scope,
    state: Annotated[list[State] | None, typer.Option(help="Tình trạng. / Only these.")] = None,
    day: Annotated[str, typer.Option(help="Chỉ ngày này. / Only this day.")] = "",
    ledger: Annotated[str, typer.Option(help="Chỉ nguồn này. / Only this ledger.")] = "",
    after: Annotated[
        int | None, typer.Option(min=1, max=2**31 - 1, help="Số cuối trang trước. / Page on.")
    ] = None,
    *,
    late: Annotated[bool, typer.Option("--late", help="Chỉ quá hạn. / Only overdue.")] = False,
    as_json: AsJson = False,
) -> None:
    """Liệt kê khoản lệch, nhiều tiền trước. / List breaks, those with most money first."""
    from rich.console import Console
    from rich.table import Table

    from market.clock import now
    from market.database import reading
    from market.i18n import vnd
    from market.i18n.break_words import OUTCOMES, RESOLUTIONS, STATES, provider_name
    from merchants.days import market_day
    from reconciliation.breaks.listing import BreakFilter, list_breaks
    from reconciliation.breaks.states import WAITING, BreakState

    on = read_day(day) if day else None
    asked = BreakFilter(
        states=tuple(BreakState(one.value) for one in state) if state else WAITING,
        first=on,
        last=on,
        ledger=ledger,
        is_late=late,
        after=after,
    )
    with opened_database() as (_, engine), reading(engine) as session:
        _check_scope(session, market.upper())
        found, following = list_breaks(session, market.upper(), asked, today=market_day(now()))
    if as_json:
        for one in found:
            typer.echo(json.dumps(_told(one), ensure_ascii=False))
        return
    if not found:
        typer.echo("Không có khoản lệch nào. / No break.")
        return
    table = Table(
        "Số", "Ngày", "Nguồn", "Vì sao lệch", "Số tiền lệch", "Đã chờ", "Cách xử lý", "Tình trạng"
    )
    for one in found:
        table.add_row(
            str(one.id),
            f"{one.business_date:%d/%m/%Y}",
            provider_name(one.ledger),
            OUTCOMES[one.outcome],
            vnd(one.stake_vnd),
            f"{one.age_days} ngày",
            RESOLUTIONS[one.resolution or one.suggested],
            STATES[one.state],
        )
    Console().print(table)
    if following is not None:
        typer.echo(f"--after {following}")


@app.command("show")
def show(
    market: Scope, number: Annotated[int, typer.Argument(min=1)], as_json: AsJson = False
) -> None:
    """Xem một khoản: hai bên ghi gì, vì sao, đã diễn ra. / One break: both sides, why, its log."""
    from market.clock import now
    from market.database import reading
    from market.i18n import instant, vnd
    from market.i18n.break_words import ACTIONS, BOOKS, RESOLUTIONS, STATES, provider_name
    from market.pages.actors import actor_names
    from merchants.days import market_day
    from reconciliation.breaks.listing import find_break
    from reconciliation.breaks.looking import both_sides, history
    from reconciliation.breaks.resolutions import Resolution

    with opened_database() as (_, engine), reading(engine) as session:
        _check_scope(session, market.upper())
        one = find_break(session, market.upper(), number, today=market_day(now()))
        sides, steps = both_sides(session, one), history(session, number)
        names = actor_names(session, {step.actor for step in steps} | {one.taken_by} - {""})
    if as_json:
        told = _told(one) | {"sides": _plain(sides), "steps": _plain(steps)}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(
        f"{one.code} · {provider_name(one.ledger)} · {one.business_date:%d/%m/%Y} · {STATES[one.state]}"
    )
    typer.echo(f"{one.sentence_vi}\n{one.sentence_en}")
    typer.echo(f"Số tiền lệch / at stake: {vnd(one.stake_vnd)}; hạn / due {one.due_on:%d/%m/%Y}")
    for side in sides:
        where = f", {side.source} dòng {side.line_no}" if side.source else ""
        typer.echo(
            f"{BOOKS[side.book]} ({provider_name(side.provider)}{where}): {vnd(side.amount_vnd)}"
            f" · {side.reference} · {side.account}"
        )
    shown = one.resolution or one.suggested
    kind = "Đề xuất / proposed" if one.resolution else "Gợi ý / suggested"
    typer.echo(f"{kind}: {RESOLUTIONS[shown]} ({shown.value}){_until(one.until_on)}")
    if one.taken_by:
        typer.echo(f"{names[one.taken_by]} đang làm / is at it")
    if one.proposal_number is not None:
        typer.echo(f"Chờ duyệt / to decide: --proposal {one.proposal_number}")
    for step in steps:
        way = f": {RESOLUTIONS[Resolution(step.resolution)]}" if step.resolution else ""
        note = f" · {step.note}" if step.note else ""
        what = f"{ACTIONS[step.action]}{way}{_until(step.until_on)}"
        typer.echo(f"{instant(step.at)} · {names[step.actor]} · {what}{note}")


@app.command("propose")
def propose_all(
    market: Scope,
    numbers: Numbers,
    how: Annotated[How, typer.Option(help="Cách xử lý. / How it is resolved.")],
    who: As,
    until: Annotated[str, typer.Option(help="Chờ đến ngày. / Wait until.")] = "",
    note: Note = "",
) -> None:
    """Đề xuất cách xử lý; người khác duyệt. / Propose a resolution; somebody else decides."""
    from market.security.rights import Right
    from reconciliation.breaks.deciding import Proposal, propose
    from reconciliation.breaks.resolutions import Resolution

    proposal = Proposal(
        resolution=Resolution(how.value), until_on=read_day(until) if until else None, note=note
    )
    _carry_out(
        market,
        who,
        Right.RECONCILE,
        lambda session, scope, actor, at: propose(
            session, scope, numbers, proposal, actor=actor, now=at
        ),
    )


@app.command("approve")
def approve(
    market: Scope, numbers: Numbers, proposals: Proposals, who: As, note: Note = ""
) -> None:
    """Duyệt đề xuất của người khác. / Approve somebody else's proposal."""
    _decide(market, numbers, proposals, who, note, approve=True)


@app.command("reject")
def reject(
    market: Scope,
    numbers: Numbers,
    proposals: Proposals,
    who: As,
    note: Annotated[str, typer.Option(help="Vì sao trả lại. / Why not.")],
) -> None:
    """Trả lại đề xuất của người khác. / Reject somebody else's proposal."""
    _decide(market, numbers, proposals, who, note, approve=False)


@app.command("withdraw")
def withdraw_own(
    market: Scope, number: Annotated[int, typer.Argument(min=1)], who: As, note: Note = ""
) -> None:
    """Rút lại đề xuất của chính mình. / Take one's own proposal back."""
    from market.security.rights import Right
    from reconciliation.breaks.deciding import Passed, withdraw

    def act(session: "Session", scope: str, actor: "Actor", at: "datetime") -> Passed:
        withdraw(session, scope, number, note=note, actor=actor, now=at)
        return Passed((number,), {})

    _carry_out(market, who, Right.RECONCILE, act)


@app.command("comment")
def comment_on(
    market: Scope,
    numbers: Numbers,
    who: As,
    note: Annotated[str, typer.Option(help="Ghi gì, không ghi tên khách. / What; nobody's name.")],
) -> None:
    """Ghi thêm bên khoản lệch. / Write something beside breaks."""
    from market.security.rights import Right
    from reconciliation.breaks.deciding import comment

    _carry_out(
        market,
        who,
        Right.RECONCILE,
        lambda session, scope, actor, at: comment(
            session, scope, numbers, note=note, actor=actor, now=at
        ),
    )


@app.command("take")
def take_on(market: Scope, numbers: Numbers, who: As) -> None:
    """Nhận làm khoản lệch. / Make breaks one's own task."""
    from market.security.rights import Right
    from reconciliation.breaks.deciding import take

    _carry_out(
        market,
        who,
        Right.RECONCILE,
        lambda session, scope, actor, at: take(session, scope, numbers, actor=actor, now=at),
    )


def _until(on: "date | None") -> str:
    return f", đến / until {on:%d/%m/%Y}" if on else ""


def _told(one: "BreakEntry") -> dict[str, Any]:
    """Return a break as the API tells it: nobody's name, instants as ISO 8601."""
    from market.api.breaks import BreakView

    return BreakView.of(one).model_dump(mode="json")


def _plain(rows: "Sequence[Side | History]") -> list[dict[str, Any]]:
    from pydantic_core import to_jsonable_python

    return [to_jsonable_python(asdict(row)) for row in rows]


def _decide(
    market: str, numbers: list[int], proposals: list[int], who: str, note: str, *, approve: bool
) -> None:
    from market.security.rights import Right
    from reconciliation.breaks.deciding import decide

    _carry_out(
        market,
        who,
        Right.DECIDE,
        lambda session, scope, actor, at: decide(
            session,
            scope,
            numbers,
            seen=proposals,
            approve=approve,
            note=note,
            actor=actor,
            now=at,
        ),
    )


def _carry_out(
    market: str,
    who: str,
    right: "Right",
    act: "Callable[[Session, str, Actor, datetime], Passed]",
) -> None:
    """Act as the user, tell what was done, and end with 3 when some breaks were passed over."""
    from market.cli.acting import acting_as
    from market.clock import now
    from market.database import writing

    at, scope = now(), market.upper()
    with opened_database() as (settings, engine), writing(engine) as session:
        _check_scope(session, scope)
        actor = acting_as(session, who, right, scope, sealer=settings.sealer, now=at)
        passed = act(session, scope, actor, at)
    for number, why in passed.refused.items():
        typer.echo(f"{number}: {why.value}", err=True)
    typer.echo(f"Xong {len(passed.done)} khoản / breaks done")
    if passed.refused:
        raise typer.Exit(3)


def _check_scope(session: "Session", scope: str) -> None:
    from merchants.find import find_market

    if scope != "*":
        find_market(session, scope)
