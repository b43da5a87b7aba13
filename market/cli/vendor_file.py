"""``cho40 vendor show | edit | step | test-payment | history``, and the commands on stalls."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.context import opened_database
from market.cli.vendor_deeds import AsJson, Code, Reason, do, print_json
from market.cli.vendor_stalls import doubles, hand, leave, merge, take, unmerge

if TYPE_CHECKING:
    from sqlmodel import Session

    from merchants.lifecycle.steps import HandStep
    from merchants.sealing import Sealer
    from merchants.tables import Vendor
    from merchants.vendors.file import VendorFile

HISTORY_ROWS = 20


def register(app: typer.Typer) -> None:
    """Add these commands to ``cho40 vendor``."""
    for name, command in (
        ("show", show),
        ("edit", edit),
        ("step", step),
        ("test-payment", try_payment),
        ("take", take),
        ("leave", leave),
        ("hand-over", hand),
        ("doubles", doubles),
        ("merge", merge),
        ("unmerge", unmerge),
        ("history", history),
    ):
        app.command(name)(command)


def show(vendor: Code, as_json: AsJson = False) -> None:
    """Xem hồ sơ một người bán. / Show everything on one vendor."""
    from market.clock import now
    from market.database import reading
    from merchants.vendors.file import vendor_file
    from merchants.vendors.merging import find_kept_vendor

    with opened_database() as (_, engine), reading(engine) as session:
        told = vendor_file(session, find_kept_vendor(session, vendor.upper()), now=now())
    print_json(asdict(told)) if as_json else _print_file(told)


def edit(
    vendor: Code,
    name: Annotated[str | None, typer.Option(help="Họ tên. / Full name.")] = None,
    business: Annotated[str | None, typer.Option(help="Tên hộ kinh doanh. / Business.")] = None,
    shown_as: Annotated[str | None, typer.Option(help="Tên trên tấm mã. / On the poster.")] = None,
    phone: Annotated[str | None, typer.Option(help="Số điện thoại; '' = xoá. / Phone.")] = None,
    *,
    revoke_posters: Annotated[
        bool, typer.Option("--revoke-posters", help="Thu hồi tấm mã in tên cũ. / End old posters.")
    ] = False,
) -> None:
    """Sửa thông tin. / Change details; what is not named stays."""
    from merchants.vendors.details import VendorChanges
    from merchants.vendors.edit import change_vendor

    changes = VendorChanges(
        full_name=name, business_name=business, display_name=shown_as, phone=phone
    )

    def change(session: "Session", one: "Vendor", at: datetime, sealer: "Sealer") -> None:
        from merchants.actors import COMMAND

        change_vendor(
            session,
            one.code or "",
            changes,
            version=one.version,
            sealer=sealer,
            actor=COMMAND,
            now=at,
            revoke_posters=revoke_posters,
        )

    do(vendor, change)


def step(
    vendor: Code,
    step_name: Annotated[
        str, typer.Argument(metavar="STEP", help="invite, suspend, resume, exit, return")
    ],
    reason: Reason = "",
    note: Annotated[str, typer.Option(help="Ghi chú. / Note.")] = "",
) -> None:
    """Ghi một bước bằng tay. / Take a step by hand."""
    from merchants.actors import COMMAND
    from merchants.lifecycle.steps import LEADS_TO
    from merchants.vendors.steps import resumed_state, take_step

    wanted = _step_named(step_name)

    def take_it(session: "Session", one: "Vendor", at: datetime, _: "Sealer") -> None:
        to = LEADS_TO.get(wanted) or resumed_state(session, one)
        take_step(session, one, to, actor=COMMAND, now=at, reason=reason, note=note)

    do(vendor, take_it)


def try_payment(
    vendor: Code,
    amount: Annotated[int, typer.Option(help="1000 … 2000 đồng")] = 1_000,
    *,
    seen_by_helper: Annotated[
        bool, typer.Option("--seen-by-helper", help="Người hỗ trợ cùng xem. / A helper saw it too.")
    ] = False,
) -> None:
    """Ghi lần chuyển thử. / Note a small payment that was seen to arrive."""
    from merchants.actors import COMMAND
    from merchants.vendors.steps import record_test_payment

    def note_it(session: "Session", one: "Vendor", at: datetime, _: "Sealer") -> None:
        record_test_payment(
            session,
            one,
            amount_vnd=amount,
            seen_by="helper" if seen_by_helper else "vendor",
            actor=COMMAND,
            now=at,
        )

    do(vendor, note_it)


def history(
    vendor: Code,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Số dòng. / Rows.")] = HISTORY_ROWS,
    as_json: AsJson = False,
) -> None:
    """Những gì đã diễn ra với một người bán, mới nhất trước. / A vendor's history."""
    from market.database import reading
    from market.i18n import instant
    from merchants.find import find_vendor
    from merchants.vendors.history import vendor_history

    with opened_database() as (_, engine), reading(engine) as session:
        one = find_vendor(session, vendor.upper())
        page = vendor_history(session, one.id or 0, limit=limit)
    for entry in page.entries:
        if as_json:
            print_json(asdict(entry))
            continue
        values = " → ".join(value for value in (entry.from_value, entry.to_value) if value)
        told = [entry.action, entry.stall_code, entry.subject, values, entry.reason, entry.note]
        typer.echo("  ".join([instant(entry.at), entry.actor, *(each for each in told if each)]))


def _step_named(name: str) -> "HandStep":
    from merchants.lifecycle.steps import HandStep

    steps = [each.value for each in HandStep if each is not HandStep.TEST_PAYMENT]
    if name not in steps:
        raise typer.BadParameter(f"{name!r}: cần / expected {', '.join(steps)}")
    return HandStep(name)


def _print_file(told: "VendorFile") -> None:
    from market.i18n import instant
    from market.i18n.vendor_words import MISSING, SIGNS, STAGE_NAMES, VENDOR_STATES

    typer.echo(f"{told.code}  {told.full_name}  {VENDOR_STATES[told.state]}")
    typer.echo(f"  từ {instant(told.state_since)}, bản {told.version}, chợ {told.market_code}")
    tails = {"điện thoại": told.phone_tail, "căn cước": told.id_number_tail}
    names = {"hộ kinh doanh": told.business_name, "trên tấm mã": told.display_name}
    for label, value in (names | {k: f"···{v}" for k, v in tails.items() if v}).items():
        if value:
            typer.echo(f"  {label}: {value}")
    for stage in told.line.stages:
        waits = f" (chờ {stage.waiting_days} ngày)" if stage.is_next else ""
        typer.echo(f"  [{'x' if stage.is_done else ' '}] {STAGE_NAMES[stage.key]}{waits}")
    if told.missing:
        typer.echo(f"  còn / missing: {', '.join(MISSING[each] for each in told.missing)}")
    for stall in told.stalls:
        until = f"{stall.to_on:%d/%m/%Y}" if stall.to_on else "nay"
        typer.echo(f"  gian {stall.stall_code} {stall.zone}: {stall.from_on:%d/%m/%Y} đến {until}")
    for account in told.accounts:
        typer.echo(f"  tài khoản ···{account.tail} {account.holder_name} ({account.name_match})")
    for poster in told.posters:
        typer.echo(f"  tấm mã {poster.serial} {poster.stall_code}: {poster.state}")
    for pair in told.doubles:
        other = pair.other if pair.kept.code == told.code else pair.kept
        signs = ", ".join(SIGNS[sign] for sign in pair.signs)
        typer.echo(f"  có thể trùng {other.code} {other.full_name}: {signs}")
    for merged in told.merges:
        typer.echo(f"  đã gộp {merged.code} {merged.full_name}, lần gộp số {merged.id}")
