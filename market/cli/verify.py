"""``cho40 verify``: prove the closed days again from what is stored."""

import json
from typing import Annotated

import typer

from market.cli.context import open_database


def verify(as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False) -> None:
    """Tính lại mã băm và các phép cộng của mọi ngày đã chốt. / Prove every close; 1 = something is off."""
    from rich.console import Console
    from rich.progress import Progress

    from market.database import reading
    from reconciliation.versions import verify_chain

    _, engine = open_database()
    console = Console(stderr=True)
    with (
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
        reading(engine) as session,
    ):
        task = progress.add_task("Kiểm lại các ngày", total=None)
        findings = verify_chain(
            session, on_progress=lambda done: progress.update(task, completed=done)
        )
    if as_json:
        typer.echo(json.dumps(findings, ensure_ascii=False))
    else:
        for finding in findings:
            typer.echo(finding)
        typer.echo(
            f"{len(findings)} chỗ không đúng / do not hold"
            if findings
            else "Mọi ngày đều đúng / all proved"
        )
    if findings:
        raise typer.Exit(1)
