"""``cho40 vendor take | leave | hand-over | doubles | merge | unmerge``."""

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.context import opened_database, read_day

if TYPE_CHECKING:
    from sqlmodel import Session

    from merchants.sealing import Sealer
    from merchants.tables import Vendor


from market.cli.vendor_deeds import AsJson, Code, Market, On, Reason, Stall, do, print_json


def take(
    vendor: Code,
    stall: Stall,
    on: On = "",
    contract: Annotated[str, typer.Option(help="Số hợp đồng. / Contract number.")] = "",
) -> None:
    """Nhận một gian hàng trống. / Take a free stall."""
    from merchants.actors import COMMAND
    from merchants.vendors.holdings import HoldingDetails, take_stall

    def take_it(session: "Session", one: "Vendor", at: datetime, _: "Sealer") -> None:
        take_stall(
            session,
            _market_of(session, one),
            stall.upper(),
            one,
            _day(on),
            actor=COMMAND,
            now=at,
            details=HoldingDetails(contract_no=contract),
        )

    do(vendor, take_it)


def leave(stall: Stall, market: Market, on: On = "", reason: Reason = "") -> None:
    """Trả gian hàng; ngày là ngày cuối. / Leave a stall; the day is the last one."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.vendors.holdings import HoldingDetails, leave_stall

    with opened_database() as (_, engine), writing(engine) as session:
        holding = leave_stall(
            session,
            market.upper(),
            stall.upper(),
            _day(on),
            actor=COMMAND,
            now=now(),
            details=HoldingDetails(reason=_reason(reason)),
        )
        last = holding.to_on
    typer.echo(f"{stall.upper()}: trả, ngày cuối {last:%d/%m/%Y} / left")


def hand(
    stall: Stall,
    market: Market,
    to: Annotated[str, typer.Option("--to", help="Mã người nhận. / Who takes it.")],
    on: On = "",
    reason: Reason = "",
) -> None:
    """Chuyển gian hàng cho người khác; ngày là ngày đầu của người nhận. / Hand a stall over."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.find import find_vendor
    from merchants.vendors.holdings import HoldingDetails, hand_over

    with opened_database() as (_, engine), writing(engine) as session:
        taker = find_vendor(session, to.upper())
        holding = hand_over(
            session,
            market.upper(),
            stall.upper(),
            taker,
            _day(on),
            actor=COMMAND,
            now=now(),
            details=HoldingDetails(reason=_reason(reason)),
        )
        line = f"{stall.upper()}: {taker.full_name} từ {holding.from_on:%d/%m/%Y} / holds it"
    typer.echo(line)


def doubles(market: Market, as_json: AsJson = False) -> None:
    """Hồ sơ có thể trùng. / Records that may be one person."""
    from market.database import reading
    from market.i18n.vendor_words import SIGNS
    from merchants.vendors.doubles import possible_doubles

    with opened_database() as (_, engine), reading(engine) as session:
        found = possible_doubles(session, market.upper())
    for pair in found:
        if as_json:
            print_json(asdict(pair) | {"weight": pair.weight})
            continue
        sides = "  ".join(f"{side.code} {side.full_name}" for side in (pair.kept, pair.other))
        typer.echo(f"{sides}  {', '.join(SIGNS[sign] for sign in pair.signs)}")
    if not as_json:
        typer.echo(f"{len(found)} cặp / pairs")


def merge(
    kept: Annotated[str, typer.Argument(metavar="KEPT", help="Hồ sơ giữ lại. / Kept record.")],
    double: Annotated[str, typer.Argument(metavar="DOUBLE", help="Hồ sơ trùng. / Its double.")],
    reason: Annotated[str, typer.Option(help="Vì sao biết là một người. / Why.")],
) -> None:
    """Gộp hai hồ sơ của một người. / Merge two records of one person."""
    from merchants.actors import COMMAND
    from merchants.find import find_vendor
    from merchants.vendors.merging import merge_vendors

    def merge_it(session: "Session", one: "Vendor", at: datetime, _: "Sealer") -> None:
        other = find_vendor(session, double.upper())
        record = merge_vendors(session, one, other, actor=COMMAND, now=at, reason=reason)
        typer.echo(f"Lần gộp số {record.id}, tách lại bằng / undo with: cho40 vendor unmerge")

    do(kept, merge_it)


def unmerge(
    number: Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Số lần gộp. / The merge.")],
    market: Market,
) -> None:
    """Tách lại một lần gộp. / Take a merge back."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.vendors.merging import undo_merge

    with opened_database() as (_, engine), writing(engine) as session:
        undo_merge(session, market.upper(), number, actor=COMMAND, now=now())
    typer.echo(f"Đã tách lần gộp số {number} / undone")


def _reason(name: str) -> str:
    from merchants.kinds import ExitReason

    reasons = [each.value for each in ExitReason]
    if name and name not in reasons:
        raise typer.BadParameter(f"{name!r}: cần / expected {', '.join(reasons)}")
    return name


def _day(text: str) -> date:
    from market.clock import today

    return read_day(text) if text else today()


def _market_of(session: "Session", vendor: "Vendor") -> str:
    from merchants.tables import Market

    return session.get_one(Market, vendor.market_id).code
