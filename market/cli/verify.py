"""``cho40 verify``: prove the closed days and the ledger again; ``verify proof`` checks a vendor's file."""

import json
from pathlib import Path
from typing import Annotated

import typer

from market.cli.context import opened_database

app = typer.Typer(help="Kiểm lại sổ đã chốt. / Prove what is closed.", invoke_without_command=True)


@app.callback()
def verify(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Tính lại mã băm và phép cộng của mọi ngày đã chốt, số liệu áp dụng, quy tắc, người quyết, mọi dòng còn bản gốc. / Prove every close, figure, rule, decision and row; 1 = something is off."""
    if context.invoked_subcommand is None:
        _verify_all(as_json=as_json)


@app.command("proof")
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Tệp / the file")],
    root: Annotated[
        str | None,
        typer.Option(help="Mã kiểm chợ công bố, từ 12 ký tự. / The root as published."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Kiểm bằng chứng của người bán, không cần cơ sở dữ liệu. / Check a proof of payments; 1 = no."""
    from market.i18n import day, vnd
    from reconciliation.verification.proof_check import Unreadable, check_proof, read_proof

    content = file.read_bytes()
    try:
        findings = check_proof(content, root=root)
        proof = read_proof(content)
    except Unreadable as unreadable:
        findings, proof = [str(unreadable)], None
    if as_json:
        told = {"proved": not findings, "findings": findings}
        told |= {"root_sha256": proof["root_sha256"]} if proof else {}
        typer.echo(json.dumps(told, ensure_ascii=False))
    elif findings or proof is None:
        for finding in findings:
            typer.echo(finding)
        typer.echo("Không đúng / not proved")
    else:
        from datetime import date

        on = day(date.fromisoformat(proof["business_date"]))
        sums = ", ".join(vnd(one["amount_vnd"]) for one in proof["payments"][:3])
        more = ", …" if len(proof["payments"]) > 3 else ""
        typer.echo(
            f"Đúng / proved: {len(proof['payments'])} khoản ({sums}{more}) của {proof['vendor']['code']} "
            f"nằm trong số của chợ {proof['market']} ngày {on}, lần chốt {proof['version']}."
        )
        typer.echo(
            f"Mã kiểm / root: {proof['root_sha256']}"
            + ("" if root else " — so với mã chợ công bố / compare it with the published one")
        )
    if findings:
        raise typer.Exit(1)


def _verify_all(*, as_json: bool) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from market.database import reading
    from reconciliation.breaks.proof import verify_trails
    from reconciliation.breaks.trail import chain_heads
    from reconciliation.close.adoption_proof import prove_adoption
    from reconciliation.close.times import verify_times
    from reconciliation.close.two_people import verify_two_people
    from reconciliation.close.versions import count_closes, verify_chain
    from reconciliation.intake.raw_store import RawStore
    from reconciliation.rules.proof import verify_rules
    from reconciliation.verification.ledger import prove_ledger

    console = Console(stderr=True)
    with (
        opened_database() as (settings, engine),
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
        reading(engine) as session,
    ):
        days, versions = count_closes(session)
        task = progress.add_task("Kiểm lại các ngày", total=days)
        findings = verify_chain(
            session,
            sealer=settings.sealer,
            on_progress=lambda done: progress.update(task, completed=done),
        )
        findings += [*verify_times(session), *verify_rules(session)]
        task = progress.add_task("Đếm lại số liệu áp dụng", total=None)
        adoption = prove_adoption(
            session, on_progress=lambda done: progress.update(task, completed=done)
        )
        findings += adoption.findings
        task = progress.add_task("Đọc lại bản gốc", total=None)
        proof = prove_ledger(
            session,
            RawStore(settings.raw_dir),
            sealer=settings.sealer,
            on_progress=lambda done: progress.update(task, completed=done),
        )
        findings += verify_trails(session)
        findings += verify_two_people(session)
        heads = chain_heads(session)
    findings += proof.findings
    if as_json:
        counts = {"days": days, "versions": versions, "deliveries": proof.deliveries}
        counts |= {"rows": proof.rows, "forgotten_rows": proof.forgotten_rows}
        counts |= {"adoption_days": adoption.days, "adoption_days_unproved": adoption.unproved}
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
                f"{proof.forgotten_rows} dòng đã quên / forgotten; "
                f"số liệu áp dụng của {adoption.days} ngày chợ / market days of adoption facts"
                + (f", {adoption.unproved} chưa kiểm được / unproved" * bool(adoption.unproved))
            )
    if findings:
        raise typer.Exit(1)
