"""``cho40 verify``: prove the closed days and the ledger again from what is stored."""

import json
from typing import Annotated

import typer

from market.cli.context import opened_database


def verify(as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False) -> None:
    """Tính lại mã băm và các phép cộng của mọi ngày đã chốt, mọi dòng còn bản gốc. / Prove every close and row; 1 = something is off."""
    from rich.console import Console
    from rich.progress import Progress

    from market.database import reading
    from reconciliation.breaks.proof import verify_trails
    from reconciliation.breaks.trail import chain_heads
    from reconciliation.close.versions import count_closes, verify_chain
    from reconciliation.ledger_proof import prove_ledger
    from reconciliation.raw_store import RawStore

    console = Console(stderr=True)
    with (
        opened_database() as (settings, engine),
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
        reading(engine) as session,
    ):
        days, versions = count_closes(session)
        task = progress.add_task("Kiểm lại các ngày", total=days)
        findings = verify_chain(
            session, on_progress=lambda done: progress.update(task, completed=done)
        )
        task = progress.add_task("Đọc lại bản gốc", total=None)
        proof = prove_ledger(
            session,
            RawStore(settings.raw_dir),
            sealer=settings.sealer,
            on_progress=lambda done: progress.update(task, completed=done),
        )
        findings += verify_trails(session)
        heads = chain_heads(session)
    findings += proof.findings
    if as_json:
        counts = {"days": days, "versions": versions, "deliveries": proof.deliveries}
        counts |= {"rows": proof.rows, "forgotten_rows": proof.forgotten_rows}
        logs = [{"scope": s, "steps": n, "head_sha256": digest} for s, n, digest in heads]
        told = {**counts, "findings": findings, "break_logs": logs}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for finding in findings:
            typer.echo(finding)
        if findings:
            typer.echo(f"{len(findings)} chỗ không đúng / do not hold")
        elif not (versions or proof.deliveries or proof.forgotten_rows):
            typer.echo("Chưa có gì để kiểm / nothing to prove")
        else:
            typer.echo(
                f"Đúng cả / all proved: {days} ngày, {versions} lần chốt / days, closes; "
                f"{proof.rows} dòng của {proof.deliveries} lượt nhận / rows of deliveries; "
                f"{proof.forgotten_rows} dòng đã quên / forgotten"
            )
    if findings:
        raise typer.Exit(1)
