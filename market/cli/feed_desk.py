"""What the commands of the feeds share: options, who acts, and how lists are printed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from market.cli.service import open_service

if TYPE_CHECKING:
    from sqlmodel import Session

    from market.cli.service import Service
    from market.feed_deeds import FeedTools
    from market.security.rights import Right
    from merchants.actors import Actor
    from reconciliation.tables import Decision

EVERY_MARKET = "*"
ID_MAX = 2**31 - 1

AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]
ProviderOption = Annotated[
    str, typer.Option("--provider", help="Chỉ nguồn này. / Only this provider.")
]
After = Annotated[
    int | None, typer.Option(min=1, max=ID_MAX, help="Số cuối trang trước. / Page on.")
]
Limit = Annotated[int, typer.Option(min=1, max=200, help="Số dòng. / So many.")]
Reason = Annotated[
    str, typer.Option(help="Lý do, không ghi số tài khoản. / Why; no account numbers.")
]


class Taken(StrEnum):
    """What is decided about something another person asked for."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Desk:
    """An open transaction, who acts in it, and what acting takes."""

    session: "Session"
    actor: "Actor"
    tools: "FeedTools"
    now: datetime


@contextmanager
def at_desk(
    who: str, right: "Right | None" = None, market_code: str = EVERY_MARKET
) -> Iterator[Desk]:
    """Give one transaction in which a named user acts."""
    from market.cli.acting import acting_as
    from market.clock import now
    from market.database import writing
    from market.security.rights import Right

    at = now()
    with open_service() as service, writing(service.engine) as session:
        actor = acting_as(
            session,
            who,
            right or Right.WORK_FEEDS,
            market_code,
            sealer=service.settings.sealer,
            now=at,
        )
        yield Desk(session, actor, _tools(service), at)


def decision_of(taken: Taken) -> "Decision":
    """Return the decision a word stands for."""
    from reconciliation.tables import Decision

    return {
        Taken.APPROVE: Decision.APPROVED,
        Taken.REFUSE: Decision.REFUSED,
        Taken.WITHDRAW: Decision.WITHDRAWN,
    }[taken]


def told_at(at: datetime | None) -> str:
    """Return an instant as people read it, empty for none."""
    from market.i18n import instant

    return instant(at) if at is not None else ""


def print_json(told: dict[str, Any]) -> None:
    """Print one line of JSON."""
    typer.echo(json.dumps(told, ensure_ascii=False, default=str))


def print_table(
    titles: tuple[str, ...],
    rows: Iterator[tuple[str, ...]],
    *,
    following: int | None = None,
    nothing: str = "Chưa có gì. / Nothing yet.",
) -> None:
    """Print a table, and how to page on; a line instead when there is nothing."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*titles)
    for row in rows:
        table.add_row(*row)
    if not table.row_count:
        typer.echo(nothing)
        return
    Console().print(table)
    if following is not None:
        typer.echo(f"--after {following}")


def _tools(service: "Service") -> "FeedTools":
    from market.feed_deeds import FeedTools

    return FeedTools.of_settings(service.settings, service.store)
