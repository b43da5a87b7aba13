"""``cho40 model-card``: the 4-G card of a programme in a market, shown, printed and edited by file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from market.cli.context import opened_database

if TYPE_CHECKING:
    from market.api.model_cards import CardBody

cards = typer.Typer(help="Bảng 4-G. / The 4-G model card.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]
Market = Annotated[str, typer.Argument(help="Mã chợ / market code")]
Out = Annotated[Path, typer.Option("--out", dir_okay=False, help="Ghi ra tệp / write to")]
ProgrammeCode = Annotated[str, typer.Option(help="Mã chương trình / programme code")]

FILE_REJECTED = 4


@cards.command("show")
def show_card(
    market: Market,
    programme: Annotated[str, typer.Option(help="Mã chương trình / programme code")] = "",
    as_json: AsJson = False,
) -> None:
    """Hiện bảng 4-G của chợ. / Show a market's 4-G card."""
    from dataclasses import asdict

    from market.clock import now
    from market.database import reading
    from market.i18n.campaign_names import RESOURCE_KINDS, TASK_STATES
    from market.reports.plans import milli_text
    from merchants.campaigns.model_cards import find_card
    from merchants.days import market_day

    with opened_database() as (_, engine), reading(engine) as session:
        card = find_card(session, market.upper(), programme.upper())
    if as_json:
        typer.echo(json.dumps(asdict(card), ensure_ascii=False, default=str))
        return
    today = market_day(now())
    typer.echo(f"{card.market_name}: {card.programme_name} ({card.programme_code})")
    typer.echo(card.purpose)
    typer.echo("Mục tiêu gì?")
    for one in card.objectives:
        typer.echo(
            f"  {one.indicator}: {milli_text(one.target_milli, one.unit)}, hạn {one.due_on:%d/%m/%Y}"
        )
    typer.echo("Phải làm gì, ai làm gì?")
    for task in card.tasks:
        state = "quá hạn" if task.is_late(today) else TASK_STATES[task.state].lower()
        typer.echo(f"  {task.task}: {task.responsible} ({state})")
    typer.echo("Điều kiện cần gì?")
    for resource in card.resources:
        met = "đã có" if resource.is_met else "chưa có"
        typer.echo(f"  {RESOURCE_KINDS[resource.kind]}: {resource.need} ({met})")


@cards.command("pdf")
def write_card(
    market: Market,
    out: Out,
    programme: Annotated[str, typer.Option(help="Mã chương trình / programme code")] = "",
) -> None:
    """Ghi bảng 4-G thành một trang A4 (PDF). / Write the 4-G card as one A4 page."""
    from market.clock import now
    from market.database import reading
    from market.reports.model_card import model_card_file
    from merchants.days import market_day

    with opened_database() as (_, engine), reading(engine) as session:
        content = model_card_file(session, market.upper(), programme.upper(), market_day(now()))
    out.write_bytes(content)
    typer.echo(f"{out}: {len(content)} byte")


@cards.command("export")
def export_card(market: Market, out: Out, programme: ProgrammeCode = "") -> None:
    """Ghi bảng ra tệp JSON để sửa. / Write the card as a JSON file to be edited."""
    from market.api.model_cards import body_of
    from market.database import reading
    from merchants.campaigns.model_cards import find_card

    with opened_database() as (_, engine), reading(engine) as session:
        card = find_card(session, market.upper(), programme.upper())
    out.write_text(f"{body_of(card).model_dump_json(indent=2)}\n", encoding="utf-8")
    typer.echo(f"{out}: {card.programme_code}, {card.market_code}")


@cards.command("save")
def save_card_of_file(
    market: Market,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Tệp .json hoặc .toml / file")
    ],
    programme: ProgrammeCode,
    reason: Annotated[
        str, typer.Option(help="Lý do, khi đổi mục tiêu đã chốt / why objectives change")
    ] = "",
) -> None:
    """Ghi bảng từ tệp JSON hoặc TOML. / Save the card from a JSON or TOML file.

    Tệp như lệnh export ghi, hay như API nhận. / The file is as export writes it and the API takes it.
    """
    from market.api.model_cards import content_of
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.campaigns.model_cards import find_card, save_card
    from merchants.errors import EntryRefused, ModelCardNotFound

    body = _read_body(file)
    if reason:
        body = body.model_copy(update={"reason": reason})
    code, market_code = programme.upper(), market.upper()
    with opened_database() as (_, engine), writing(engine) as session:
        try:
            current = find_card(session, market_code, code).updated_at
        except ModelCardNotFound:
            current = None
        try:
            save_card(
                session,
                market_code,
                code,
                content_of(body),
                seen_at=body.seen_at or current,
                actor=COMMAND,
                now=now(),
            )
        except EntryRefused as refusal:
            _refuse(file, refusal.faults)
    typer.echo(f"{code}, {market_code}: đã ghi / saved")


def _read_body(file: Path) -> "CardBody":
    """Return what a file says; anything that cannot be read refuses the file by field."""
    import tomllib

    from pydantic import ValidationError

    from market.api.model_cards import CardBody

    read: Callable[[str], Any] = tomllib.loads if file.suffix.lower() == ".toml" else json.loads
    try:
        return CardBody.model_validate(read(file.read_text(encoding="utf-8-sig")))
    except (ValueError, UnicodeDecodeError) as failure:
        if not isinstance(failure, ValidationError):
            _refuse(file, {"": str(failure)})
        _refuse(
            file,
            {
                ".".join(str(part) for part in one["loc"]): f"{one['msg']}: {one['input']!r:.60}"
                for one in failure.errors()
            },
        )


def _refuse(file: Path, faults: "dict[str, str] | Any") -> NoReturn:
    for field, sentence in faults.items():
        typer.echo(f"cho40: {file}: {f'{field}: ' if field else ''}{sentence}", err=True)
    raise typer.Exit(FILE_REJECTED)
