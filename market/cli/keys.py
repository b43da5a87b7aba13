"""``cho40 keys``: what each key seals, everything sealed anew, a new fingerprint key."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from market.cli.context import opened_database

app = typer.Typer(
    help="Khoá niêm phong: kiểm, đổi. / Keys of sealed data: count, rotate.", no_args_is_help=True
)

AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]


@app.command("check")
def check(as_json: AsJson = False) -> None:
    """Đếm giá trị theo khoá; không in giá trị nào. / Count values by key; exit 1: some open with none."""
    from market.database import reading
    from merchants.rotation import count_by_key

    with opened_database() as (settings, engine), reading(engine) as session:
        sealer = settings.sealer
        counts = count_by_key(session, sealer)
    if as_json:
        typer.echo(json.dumps({"keys": list(sealer.key_names)}))
        for count in counts:
            typer.echo(json.dumps(asdict(count)))
    else:
        from rich.console import Console
        from rich.table import Table

        titles = [
            f"{name}{' (mới nhất)' if n == 0 else ''}" for n, name in enumerate(sealer.key_names)
        ]
        table = Table("Cột", *titles, "Không mở được")
        for count in counts:
            table.add_row(count.column, *map(str, count.by_key), str(count.broken))
        Console().print(table)
        old = sum(sum(count.by_key[1:]) for count in counts)
        if old:
            typer.echo(f"{old} giá trị còn khoá cũ: chạy / run “cho40 keys rotate”")
    if any(count.broken for count in counts):
        raise typer.Exit(1)


@app.command("rotate")
def rotate(
    batch: Annotated[
        int, typer.Option(min=1, max=10_000, help="Dòng mỗi lần ghi. / Rows a transaction.")
    ] = 500,
) -> None:
    """Niêm phong lại mọi giá trị bằng khoá mới nhất. / Seal everything anew with the newest key.

    Put the new key first in CHO40_SECRET_KEYS, keep the old one behind it, restart the service, run
    this, and take the old key away once “cho40 keys check” counts nothing under it. Safe beside
    writers, and safe to run again after it was cut off.
    """
    from rich.console import Console
    from rich.progress import Progress as Bars

    from market.database import writing
    from merchants.rotation import Progress, reseal

    with opened_database() as (settings, engine), Bars(console=Console(stderr=True)) as bars:
        task = bars.add_task("Niêm phong lại", total=None)

        def told(progress: Progress) -> None:
            bars.update(task, completed=progress.seen, total=progress.total)

        done = reseal(lambda: writing(engine), settings.sealer, batch=batch, on_progress=told)
    typer.echo(
        f"{done.resealed} giá trị niêm phong lại, {done.seen} đã xem. / {done.resealed} sealed anew."
    )
    if done.broken:
        typer.echo(
            f"cho40: {done.broken} giá trị không khoá nào mở được / no key opens {done.broken} values",
            err=True,
        )
        raise typer.Exit(1)


@app.command("refingerprint")
def refingerprint_all(
    *,
    is_agreed: Annotated[
        bool, typer.Option("--yes", help="Đã sao lưu, đã dừng dịch vụ. / Backed up, stopped.")
    ] = False,
) -> None:
    """Tính lại dấu vân tay theo CHO40_HASH_KEY mới. / Make fingerprints anew with a new hash key.

    Only what is sealed can be made anew. Fingerprints of citizen ids are kept nowhere in full: they
    find nothing any more until the ids are asked for again. The check codes printed on posters are
    made with this key too: posters printed before no longer match theirs. Refused while the ledger
    names accounts by the old key.
    """
    from sqlalchemy import func, select

    from market.database import writing
    from merchants.errors import LedgerHoldsFingerprints
    from merchants.rotation import refingerprint
    from reconciliation.tables import ProviderTransaction

    if not is_agreed:
        raise typer.BadParameter(
            "sao lưu, dừng dịch vụ rồi thêm --yes / back up, stop the service, then add --yes"
        )
    with opened_database() as (settings, engine), writing(engine) as session:
        rows = session.execute(select(func.count()).select_from(ProviderTransaction)).scalar_one()
        if rows:
            raise LedgerHoldsFingerprints(rows)
        done = refingerprint(session, settings.sealer)
    typer.echo(f"{done.changed} dấu vân tay tính lại. / {done.changed} fingerprints made anew.")
    if done.not_recomputable:
        typer.echo(
            f"{done.not_recomputable} dấu vân tay số căn cước không tính lại được: sổ không giữ số. "
            f"/ {done.not_recomputable} of citizen ids cannot be made anew: the numbers are not kept."
        )
    if done.broken:
        typer.echo(f"cho40: {done.broken} giá trị không khoá nào mở được / unreadable", err=True)
        raise typer.Exit(1)
