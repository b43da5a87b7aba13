"""``cho40 simulate``: write simulated market days with their truth into a folder."""

import json
from pathlib import Path
from typing import Annotated

import typer


def simulate(
    out: Annotated[Path, typer.Option(help="Thư mục kết quả / folder to write into")],
    market: Annotated[
        list[str] | None,
        typer.Option(help="Mã chợ, lặp lại được; mặc định cả bốn / market code, may be repeated"),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="Số ngày / number of days")] = 61,
    seed: Annotated[int, typer.Option(help="Hạt giống: cùng số, cùng kết quả / seed")] = 1,
    faults: Annotated[
        str, typer.Option(help="default, none, hoặc / or late=0.01,missing=0.005,…")
    ] = "default",
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Ghi vào thư mục đã có tệp / write into a used folder")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Kết quả cho máy đọc / JSON")] = False,
) -> None:
    """Tạo dữ liệu giả có đáp án. / Write files of market days from 2026-09-01 on, and the truth.

    Vendor codes are those a fresh database gives when it takes ``vendors.xlsx`` in.
    """
    from datetime import UTC, datetime, timedelta

    from market.settings import Settings
    from reconciliation.simulation.counts import count_world
    from reconciliation.simulation.faults import read_fault_spec
    from reconciliation.simulation.layout import lay_out
    from reconciliation.simulation.places import demo_markets
    from reconciliation.simulation.register import draw_register
    from reconciliation.simulation.sheet import sheet_rows, write_sheet
    from reconciliation.simulation.world import FIRST_DAY, simulate_days

    rates = read_fault_spec(faults)
    known = {place.code: place for place in demo_markets()}
    wanted = market or list(known)
    if unknown := [code for code in wanted if code not in known]:
        raise typer.BadParameter(
            f"{', '.join(unknown)}; có / there are {', '.join(known)}", param_hint="--market"
        )
    if out.exists() and not force and (not out.is_dir() or any(out.iterdir())):
        raise typer.BadParameter(
            f"{out} đã có tệp; dùng / is not empty; use --force", param_hint="--out"
        )
    register = draw_register([known[code] for code in wanted], seed).with_codes_in_order()
    secret = Settings().sepay_hmac_secrets[0].get_secret_value()
    last = FIRST_DAY + timedelta(days=days - 1)
    world = simulate_days(register, FIRST_DAY, last, seed=seed, faults=rates, sepay_secret=secret)
    sheet = write_sheet(sheet_rows(register), made_at=datetime(2026, 10, 31, tzinfo=UTC))
    for path, content in lay_out(world, sheet):
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    counts = count_world(world)
    if as_json:
        typer.echo(json.dumps(counts, ensure_ascii=False))
        return
    for name, value in counts.items():
        typer.echo(f"{name:12} {_told(value)}")
    typer.echo(f"{'out':12} {out}")


def _told(value: object) -> object:
    if isinstance(value, dict):
        return ", ".join(f"{part} {count}" for part, count in value.items()) or "-"
    return value
