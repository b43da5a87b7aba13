"""``cho40 sandbox``: serve simulated providers to try feeds against."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer


def sandbox(  # noqa: PLR0913, PLR0917 - each is an option of the command
    objects: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="JSON file; without it a small built-in day."
        ),
    ] = None,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 12112,
    fault_429_every: Annotated[int, typer.Option(min=0, help="0 = never.")] = 0,
    fault_429_in_a_row: Annotated[int, typer.Option(min=1)] = 1,
    retry_after_s: Annotated[int, typer.Option(min=0)] = 1,
    fault_500_every: Annotated[int, typer.Option(min=0)] = 0,
    fault_drop_every: Annotated[int, typer.Option(min=0)] = 0,
    fault_truncated_every: Annotated[int, typer.Option(min=0)] = 0,
    fault_duplicate_every: Annotated[int, typer.Option(min=0)] = 0,
    fault_out_of_order_every: Annotated[int, typer.Option(min=0)] = 0,
    fault_late_every: Annotated[int, typer.Option(min=0)] = 0,
    late_requests: Annotated[int, typer.Option(min=0)] = 20,
    fault_drift_every: Annotated[int, typer.Option(min=0)] = 0,
    clock_skew_s: Annotated[int, typer.Option(help="+ = ahead, - = behind.")] = 0,
    latency_ms: Annotated[int, typer.Option(min=0)] = 0,
    retry_scale: Annotated[
        float, typer.Option(min=0, help="Minutes between two tries of a webhook, times this.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(help="Same seed, same faults.")] = 0,
    files: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Folder of files to be downloaded."),
    ] = None,
) -> None:
    """Giả làm nhà cung cấp để thử. / Serve Stripe's and GSMA's APIs, files and webhooks.

    /v1 is Stripe, /gsma the Mobile Money API, /files the files. /_sandbox/dials shows the faults
    and turns them (PUT), POST /_sandbox/pushes sends webhooks to a door. The JSON file holds lists
    of Stripe objects under charges, balance_transactions, payouts, refunds and disputes, and may
    map balance transaction to payout ids under payout_of.
    """
    import uvicorn

    from market.sandbox import SandboxFaults, create_sandbox
    from market.sandbox.papers import sample_papers
    from market.sandbox.sample import sample_objects

    told: dict[str, Any] = sample_objects() if objects is None else _objects(objects)
    payout_of = told.pop("payout_of", None)
    faults = SandboxFaults(
        seed=seed,
        truncated_every=fault_truncated_every,
        duplicate_every=fault_duplicate_every,
        out_of_order_every=fault_out_of_order_every,
        late_every=fault_late_every,
        late_requests=late_requests,
        drift_every=fault_drift_every,
        clock_skew_s=clock_skew_s,
        retry_scale=retry_scale,
        too_many_every=fault_429_every,
        too_many_in_a_row=fault_429_in_a_row,
        retry_after_s=retry_after_s,
        server_error_every=fault_500_every,
        drop_every=fault_drop_every,
        latency_s=latency_ms / 1000,
    )
    try:
        papers = _papers(files) if files else sample_papers(told.get("charges", []))
        app = create_sandbox(told, faults, payout_of=payout_of, papers=papers)
    except (ValueError, KeyError, TypeError, AttributeError) as failure:
        raise typer.BadParameter(f"{objects}: {failure!r}", param_hint="--objects") from failure
    uvicorn.run(app, host=host, port=port, ws="none", lifespan="off")


def _papers(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def _objects(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as failure:
        raise typer.BadParameter(f"{path}: no JSON: {failure}", param_hint="--objects") from failure
    if not isinstance(told, dict):
        raise typer.BadParameter(f"{path}: no JSON object", param_hint="--objects")
    return told
