"""``cho40 complaint``: what vendors say went wrong with money, and what they were answered."""

import json
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from market.cli.acting import As
from market.cli.context import opened_database, read_day

app = typer.Typer(
    help="Phản ánh về tiền; không chuyển tiền. / Complaints about money; none is moved.",
    no_args_is_help=True,
)

MarketCode = Annotated[str, typer.Argument(metavar="MARKET", help="Mã chợ. / Market code.")]
Number = Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Số phản ánh. / Number.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]


class Kind(StrEnum):
    """What went wrong, as it is typed."""

    WRONG_AMOUNT = "wrong_amount"
    PAID_TWICE = "paid_twice"
    NOT_RECEIVED = "not_received"
    WRONG_RECEIVER = "wrong_receiver"
    REFUND_ASKED = "refund_asked"
    OTHER = "other"


class State(StrEnum):
    """Where a complaint stands, as it is typed."""

    OPEN = "open"
    ANSWERED = "answered"
    SETTLED = "settled"
    DROPPED = "dropped"


class Step(StrEnum):
    """Where a complaint goes next, as it is typed."""

    ANSWERED = "answered"
    SETTLED = "settled"
    DROPPED = "dropped"


@app.command("add")
def add(
    market: MarketCode,
    vendor: Annotated[str, typer.Argument(metavar="VENDOR", help="Mã người bán. / Vendor code.")],
    kind: Annotated[Kind, typer.Argument(help="Việc gì. / What went wrong.")],
    who: As,
    on: Annotated[str, typer.Option(help="Ngày xảy ra, dd/mm/yyyy. / Day; empty = today.")] = "",
    amount: Annotated[int | None, typer.Option(min=1, help="Số tiền, đồng. / Amount.")] = None,
    stall: Annotated[str, typer.Option(help="Mã gian hàng. / Stall code.")] = "",
    said: Annotated[
        str, typer.Option(help="Lời kể, không ghi tên, số của khách. / In words; nobody's name.")
    ] = "",
) -> None:
    """Ghi phản ánh của người bán. / Write down a vendor's complaint."""
    from market.cli.acting import acting_as
    from market.clock import now
    from market.database import writing
    from market.security.rights import Right
    from merchants.complaints.raising import NewComplaint, raise_complaint
    from merchants.days import market_day
    from merchants.kinds import ComplaintKind
    from merchants.vendors.file import vendor_in_market

    instant, code = now(), market.upper()
    new = NewComplaint(
        kind=ComplaintKind(kind.value),
        happened_on=read_day(on) if on else market_day(instant),
        amount_vnd=amount,
        stall_code=stall.upper(),
        said=said,
    )
    with opened_database() as (settings, engine), writing(engine) as session:
        actor = acting_as(
            session, who, Right.WRITE_REGISTER, code, sealer=settings.sealer, now=instant
        )
        row = raise_complaint(
            session,
            vendor_in_market(session, code, vendor),
            new,
            answer_days=settings.complaint_answer_days,
            actor=actor,
            now=instant,
        )
        typer.echo(f"Phản ánh {row.id}: trả lời trước / answer by {row.due_on:%d/%m/%Y}")


@app.command("list")
def list_all(
    market: MarketCode,
    state: Annotated[list[State] | None, typer.Option(help="Tình trạng. / Only these.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Chỉ việc này. / Only this kind.")] = None,
    after: Annotated[
        int | None, typer.Option(min=1, max=2**31 - 1, help="Số cuối trang trước. / Page on.")
    ] = None,
    *,
    late: Annotated[bool, typer.Option("--late", help="Chỉ quá hạn. / Only overdue.")] = False,
    as_json: AsJson = False,
) -> None:
    """Liệt kê phản ánh, mới trước. / List complaints, the newest first."""
    from rich.console import Console
    from rich.table import Table

    from market.clock import now
    from market.database import reading
    from market.i18n.complaint_words import KINDS, STATES
    from merchants.complaints.listing import ComplaintFilter, list_complaints
    from merchants.days import market_day
    from merchants.kinds import ComplaintKind, ComplaintState

    asked = ComplaintFilter(
        states=tuple(ComplaintState(one.value) for one in state or ()),
        kind=ComplaintKind(kind.value) if kind else None,
        is_late=late,
        after=after,
    )
    with opened_database() as (_, engine), reading(engine) as session:
        found, following = list_complaints(session, market.upper(), asked, today=market_day(now()))
    if as_json:
        for one in found:
            typer.echo(json.dumps(asdict(one), ensure_ascii=False, default=str))
        return
    if not found:
        typer.echo("Chưa có gì. / Nothing yet.")
        return
    table = Table("Số", "Việc", "Người bán", "Tình trạng", "Đã chờ", "Hạn")
    for one in found:
        table.add_row(
            str(one.id),
            KINDS[one.kind],
            one.vendor_code,
            STATES[one.state],
            f"{one.age_days} ngày",
            f"{one.due_on:%d/%m/%Y}",
        )
    Console().print(table)
    if following is not None:
        typer.echo(f"--after {following}")


@app.command("step")
def step(
    market: MarketCode,
    number: Number,
    to: Annotated[Step, typer.Argument(help="Trả lời, xong, bỏ. / Where it goes.")],
    note: Annotated[str, typer.Option(help="Người bán đọc được. / The vendor reads it.")],
    who: As,
) -> None:
    """Trả lời, ghi là xong, hoặc bỏ. / Answer, settle or drop a complaint."""
    from market.cli.acting import acting_as
    from market.clock import now
    from market.database import writing
    from market.i18n.complaint_words import STATES
    from market.security.rights import Right
    from merchants.complaints.deciding import move_complaint
    from merchants.kinds import ComplaintState

    instant, code, state = now(), market.upper(), ComplaintState(to.value)
    with opened_database() as (settings, engine), writing(engine) as session:
        actor = acting_as(session, who, Right.DECIDE, code, sealer=settings.sealer, now=instant)
        move_complaint(session, code, number, state, note=note, actor=actor, now=instant)
    typer.echo(f"Phản ánh {number}: {STATES[state]} / {state.value}")
