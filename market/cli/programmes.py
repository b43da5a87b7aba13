"""``cho40 programme``: programmes with their waves, added, changed and ended."""

import json
from typing import Annotated, Any

import typer

from market.cli.context import opened_database, read_day

programmes = typer.Typer(
    help="Chương trình và đợt triển khai. / Programmes and waves.", no_args_is_help=True
)

AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]
Code = Annotated[str, typer.Argument(help="Mã chương trình / programme code")]
From = Annotated[str, typer.Option("--from", help="Từ ngày / from, dd/mm/yyyy")]
To = Annotated[str, typer.Option("--to", help="Đến hết ngày / to, dd/mm/yyyy")]
Basis = Annotated[str, typer.Option(help="Văn bản: số, cơ quan, ngày. / Number, issuer, date.")]


@programmes.command("add")
def add_one_programme(
    code: Annotated[str, typer.Argument(help="Mã / code: CHO40-2026")],
    name: Annotated[str, typer.Option(help="Tên / name")],
    legal_basis: Basis,
    first: From,
    last: To = "",
) -> None:
    """Thêm chương trình hoặc đợt cao điểm. / Add a programme or a campaign."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.campaigns.programmes import NewProgramme, add_programme

    new = NewProgramme(
        code=code,
        name=name,
        legal_basis=legal_basis,
        from_on=read_day(first),
        to_on=read_day(last) if last else None,
    )
    with opened_database() as (_, engine), writing(engine) as session:
        row = add_programme(session, new, actor=COMMAND, now=now())
        typer.echo(f"Đã thêm / added: {row.code}")


@programmes.command("change")
def change_one_programme(
    code: Code,
    name: Annotated[str, typer.Option(help="Tên mới / new name")] = "",
    legal_basis: Basis = "",
    first: From = "",
    last: To = "",
    *,
    is_open: Annotated[bool, typer.Option("--open", help="Bỏ ngày cuối. / No last day.")] = False,
) -> None:
    """Sửa chương trình; không ghi gì thì giữ nguyên. / Change a programme; what is left out stays."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.campaigns.programme_changes import ProgrammeDetails, change_programme
    from merchants.campaigns.programmes import find_programme

    if is_open and last:
        raise typer.BadParameter("either --to or --open", param_hint="--open")
    with opened_database() as (_, engine), writing(engine) as session:
        one = find_programme(session, code.upper())
        to_on = read_day(last) if last else None if is_open else one.to_on
        details = ProgrammeDetails(
            name=name or one.name,
            legal_basis=legal_basis or one.legal_basis,
            from_on=read_day(first) if first else one.from_on,
            to_on=to_on,
        )
        changed = change_programme(
            session, one.code, details, version=one.version, actor=COMMAND, now=now()
        )
    typer.echo(f"{one.code}: {', '.join(changed) or 'không đổi gì / nothing changed'}")


@programmes.command("end")
def end_one_programme(
    code: Code, on: Annotated[str, typer.Argument(help="Ngày cuối / last day, dd/mm/yyyy")]
) -> None:
    """Kết thúc chương trình; đợt còn chạy hết cùng ngày. / End a programme, and its waves with it."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.campaigns.programme_changes import end_programme
    from merchants.campaigns.programmes import find_programme

    last = read_day(on)
    with opened_database() as (_, engine), writing(engine) as session:
        one = find_programme(session, code.upper())
        waves = end_programme(
            session, one.code, to_on=last, version=one.version, actor=COMMAND, now=now()
        )
    numbers = ", ".join(str(number) for number in waves) or "-"
    typer.echo(f"{one.code}: đến hết {last:%d/%m/%Y}, đợt cùng hết / waves ended: {numbers}")


@programmes.command("wave")
def add_one_wave(
    programme: Code,
    number: Annotated[int, typer.Argument(min=1, max=99, help="Số đợt / wave number")],
    markets: Annotated[list[str], typer.Argument(metavar="MARKET...", help="Mã chợ / markets")],
    first: From,
    last: To = "",
    name: Annotated[str, typer.Option(help="Tên đợt / name")] = "",
) -> None:
    """Thêm đợt, hoặc sửa đợt đã có và các chợ của đợt. / Add a wave, or change one and its markets."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.campaigns.programme_changes import WaveDetails, change_wave
    from merchants.campaigns.programmes import NewWave, add_wave, find_programme

    codes = [code.upper() for code in markets]
    from_on, to_on = read_day(first), read_day(last) if last else None
    with opened_database() as (_, engine), writing(engine) as session:
        waves = {wave.number: wave for wave in find_programme(session, programme.upper()).waves}
        if (known := waves.get(number)) is not None:
            details = WaveDetails(
                name=name or known.name,
                from_on=from_on,
                to_on=to_on or known.to_on,
                market_codes=codes,
            )
            change_wave(
                session,
                programme.upper(),
                number,
                details,
                version=known.version,
                actor=COMMAND,
                now=now(),
            )
        else:
            new = NewWave(
                number=number, name=name, from_on=from_on, to_on=to_on, market_codes=codes
            )
            add_wave(session, programme.upper(), new, actor=COMMAND, now=now())
    typer.echo(f"{programme.upper()}/{number}: {', '.join(codes)}")


@programmes.command("list")
def list_all_programmes(as_json: AsJson = False) -> None:
    """Liệt kê chương trình, đợt và chợ. / List programmes, waves and markets."""
    from market.database import reading
    from merchants.campaigns.programmes import list_programmes

    with opened_database() as (_, engine), reading(engine) as session:
        found = list_programmes(session)
    if as_json:
        for one in found:
            waves = [
                {
                    "number": wave.number,
                    "name": wave.name,
                    "from_on": wave.from_on.isoformat(),
                    "to_on": wave.to_on.isoformat() if wave.to_on else None,
                    "version": wave.version,
                    "market_codes": [code for code, _ in wave.markets],
                }
                for wave in one.waves
            ]
            _print_json(
                {
                    "code": one.code,
                    "name": one.name,
                    "legal_basis": one.legal_basis,
                    "from_on": one.from_on.isoformat(),
                    "to_on": one.to_on.isoformat() if one.to_on else None,
                    "version": one.version,
                    "waves": waves,
                }
            )
        return
    for one in found:
        typer.echo(f"{one.code}  {one.name}  ({one.legal_basis})")
        for wave in one.waves:
            markets = ", ".join(f"{code} {name}" for code, name in wave.markets)
            typer.echo(f"  đợt {wave.number}, {wave.from_on:%d/%m/%Y}: {markets}")
    if not found:
        typer.echo("Chưa có chương trình nào. / No programmes yet.")


def _print_json(row: dict[str, Any]) -> None:
    typer.echo(json.dumps(row, ensure_ascii=False))
