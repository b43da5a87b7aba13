"""``cho40 rule``: the rules in force, each change, what it would do on closed days, two people's word."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.acting import As, acting_as
from market.cli.context import opened_database
from market.cli.rule_tables import (
    change_tables,
    changes_table,
    fields_table,
    print_tables,
    rows_table,
    trial_tables,
)

if TYPE_CHECKING:
    from sqlmodel import Session

    from market.reports.rules import RuleChangeView

app = typer.Typer(
    help="Quy tắc đối soát và phí. / Rules of matching and fees.", no_args_is_help=True
)

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
Number = Annotated[int, typer.Argument(min=1, help="Số lần đổi / number of the change")]
FirstDay = Annotated[
    datetime | None, typer.Option("--from", formats=DAY_FORMATS, help="Từ ngày. / First day.")
]
LastDay = Annotated[
    datetime | None, typer.Option("--to", formats=DAY_FORMATS, help="Đến ngày. / Last day.")
]
Note = Annotated[str, typer.Option("--note", help="Ghi chú. / Note.")]
EVERYWHERE = "*"


@app.command(name="list")
def list_rules(as_json: AsJson = False) -> None:
    """Quy tắc đang dùng và các lần đổi. / The rules in force, and every change."""
    from market.database import reading
    from market.reports.rules import change_views, rules_view
    from reconciliation.rules.changing import list_changes

    with opened_database() as (settings, engine), reading(engine) as session:
        rules = rules_view(session, settings.contracts)
        changes = change_views(list_changes(session))
        names = _names(session, changes)
    if as_json:
        told = {
            "in_force": rules.model_dump(mode="json"),
            "changes": [one.model_dump(mode="json", exclude={"trial"}) for one in changes],
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    rows = rows_table(f"Quy tắc đang dùng, mã {rules.rules_sha256[:16]}", rules.rows)
    print_tables(rows, changes_table(changes, names))


@app.command()
def show(number: Number, as_json: AsJson = False) -> None:
    """Một lần đổi và kết quả thử. / One change and its trial."""
    from market.database import reading
    from market.reports.rules import change_view, field_views
    from reconciliation.rules.changing import find_change

    with opened_database() as (settings, engine), reading(engine) as session:
        found = find_change(session, number)
        change = change_view(found)
        fields = field_views(session, found, settings.contracts)
        names = _names(session, [change])
    if as_json:
        typer.echo(change.model_dump_json())
        return
    differing = [fields_table(fields)] if fields else []
    print_tables(*change_tables(change, names), *differing, *trial_tables(change.trial))


@app.command()
def propose(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="TOML, [[profile]]")],
    valid_from: Annotated[
        datetime, typer.Option("--valid-from", formats=DAY_FORMATS, help="Dùng từ ngày. / From.")
    ],
    reason: Annotated[str, typer.Option("--reason", help="Lý do. / Why.")],
    login: As,
    as_json: AsJson = False,
) -> None:
    """Đề xuất dòng quy tắc mới; người khác duyệt. / Propose rows; somebody else approves.

    Dòng ghi valid_from trước ngày --valid-from dùng từ ngày ấy, dòng ghi ngày sau dùng từ ngày của nó.
    / A row dated before --valid-from holds from that day on, a later one from its own.
    """
    from market.clock import now
    from market.database import writing
    from market.reports.rules import base_rules, change_view
    from market.security.rights import Right
    from reconciliation.profiles import profiles_text
    from reconciliation.rules.changing import propose_change

    at = now()
    with opened_database() as (settings, engine), writing(engine) as session:
        actor = acting_as(
            session, login, Right.ADMINISTER, EVERYWHERE, sealer=settings.sealer, now=at
        )
        change = change_view(
            propose_change(
                session,
                profiles_text(file),
                file=file.name,
                valid_from=valid_from.date(),
                reason=reason,
                base=base_rules(settings.contracts),
                actor=actor,
                now=at,
            )
        )
        names = _names(session, [change])
    if as_json:
        typer.echo(change.model_dump_json())
        return
    print_tables(*change_tables(change, names))
    typer.echo(f"Chưa có gì đổi. Thử trên ngày đã chốt / try it: cho40 rule backtest {change.id}")


@app.command()
def backtest(
    number: Number,
    first: FirstDay = None,
    last: LastDay = None,
    as_json: AsJson = False,
) -> None:
    """Thử một lần đổi trên các ngày đã chốt. / Try a change on closed days."""
    from market.database import reading, writing
    from market.reports.rules import trial_text
    from reconciliation.rules.changing import find_change, note_trial

    if (first is None) != (last is None):
        raise typer.BadParameter("--from and --to together", param_hint="--from")
    with opened_database() as (settings, engine):
        # The trial takes its time; nobody waits for it to write.
        with reading(engine) as session:
            trial, first_on, last_on, against = trial_text(
                session,
                find_change(session, number),
                settings.contracts,
                first=first.date() if first else None,
                last=last.date() if last else None,
            )
        with writing(engine) as session:
            change = find_change(session, number)
            note_trial(session, change, trial, first=first_on, last=last_on, against=against)
    if as_json:
        typer.echo(trial)
    else:
        print_tables(*trial_tables(json.loads(trial)))


@app.command()
def approve(number: Number, login: As, note: Note = "") -> None:
    """Duyệt: người thứ hai, sau khi thử. / Approve: a second person, after the trial."""
    _decide(number, login, note, "approve")


@app.command()
def refuse(number: Number, login: As, note: Note = "") -> None:
    """Không duyệt. / Turn it down."""
    _decide(number, login, note, "refuse")


@app.command()
def withdraw(number: Number, login: As) -> None:
    """Người đề xuất rút lại. / The proposer takes it back."""
    _decide(number, login, "", "withdraw")


def _decide(number: int, login: str, note: str, deed: str) -> None:
    from market.clock import now
    from market.database import writing
    from market.reports.rules import base_rules, change_view
    from market.security.rights import Right
    from reconciliation.rules import changing

    at = now()
    with opened_database() as (settings, engine), writing(engine) as session:
        actor = acting_as(
            session, login, Right.ADMINISTER, EVERYWHERE, sealer=settings.sealer, now=at
        )
        change = changing.find_change(session, number)
        if deed == "approve":
            base = base_rules(settings.contracts)
            changing.approve_change(session, change, base=base, actor=actor, now=at, note=note)
        elif deed == "refuse":
            changing.refuse_change(session, change, actor=actor, now=at, note=note)
        else:
            changing.withdraw_change(session, change, actor=actor, now=at)
        shown = change_view(change)
        names = _names(session, [shown])
    print_tables(changes_table([shown], names))


def _names(session: "Session", changes: "list[RuleChangeView]") -> dict[str, str]:
    """Return what people call who proposed and decided, by how the table keeps them."""
    from market.security.reading_log import names_of_actors

    return names_of_actors(
        session, [who for one in changes for who in (one.proposed_by, one.decided_by)]
    )
