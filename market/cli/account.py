"""``cho40 account``: propose, confirm, decide and list accounts; contracts; the rule on names.

Every step that counts names its user with ``--as``: whoever proposes or records the vendor's word
cannot decide, at the terminal no more than on the pages.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from market.cli.acting import As, acting_as
from market.cli.context import opened_database, read_day

if TYPE_CHECKING:
    from sqlmodel import Session

    from market.security.rights import Right
    from market.settings import Settings
    from merchants.acceptance.lists import ChangeEntry, PointEntry
    from merchants.acceptance.upkeep import UpkeepEntry
    from merchants.actors import Actor

app = typer.Typer(
    help="Tài khoản nhận tiền: đề nghị, xác nhận, duyệt. / Receiving accounts, by four eyes.",
    no_args_is_help=True,
)

Vendor = Annotated[str, typer.Argument(metavar="VENDOR", help="Mã người bán. / Vendor code.")]
Change = Annotated[int, typer.Argument(metavar="CHANGE", help="Số đề nghị. / Proposal number.")]
MarketCode = Annotated[str, typer.Argument(metavar="MARKET", help="Mã chợ. / Market code.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]
Note = Annotated[str, typer.Option(help="Lý do, ghi chú. / Reason, note.")]


@dataclass(frozen=True, slots=True)
class _Step:
    """What a step needs: a write transaction, who acts, when, on which vendor."""

    session: "Session"
    settings: "Settings"
    actor: "Actor"
    now: datetime
    vendor_code: str


@app.command("propose")
def propose(
    vendor: Vendor,
    bank: Annotated[
        str, typer.Option(help="Ngân hàng, BIN, momo-store, stripe-account. / Bank or wallet.")
    ],
    number: Annotated[str, typer.Option(help="Số tài khoản. / Account number.")],
    holder: Annotated[str, typer.Option(help="Tên chủ tài khoản. / Holder as the bank has it.")],
    as_user: As,
    replaces: Annotated[
        int,
        typer.Option(help="Số của tài khoản được thay; 0 = thêm. / Replaced account; 0 = more."),
    ] = 0,
    contract: Annotated[str, typer.Option(help="Số hợp đồng. / Contract number.")] = "",
    reason: Note = "",
) -> None:
    """Đề nghị một tài khoản. / Propose an account; nothing changes before it is approved."""
    from market.security.rights import Right
    from merchants.acceptance.changes import propose_account
    from merchants.acceptance.entry import read_proposed_account

    proposed = read_proposed_account(
        bank=bank,
        number=number,
        holder_name=holder,
        contract_no=contract,
    )
    with _step(as_user, Right.WRITE_REGISTER, vendor_code=vendor) as step:
        made = propose_account(
            step.session,
            step.vendor_code,
            proposed,
            replaces_id=replaces or None,
            reason=reason,
            sealer=step.settings.sealer,
            actor=step.actor,
            now=step.now,
        )
    for remark in proposed.remarks:
        typer.echo(remark)
    if made.sharing:
        typer.echo(f"Tài khoản này đang ghi cho {made.sharing} người bán khác. / Shared account.")
    typer.echo(
        f"Đề nghị {made.change.id}: người bán xác nhận, rồi người khác duyệt. / "
        f"Proposal {made.change.id} waits for the vendor, then for a second person."
    )


@app.command("confirm")
def confirm(
    change: Change,
    how: Annotated[str, typer.Option(help="signature | spoken")],
    evidence: Annotated[
        Path,
        typer.Option(exists=True, dir_okay=False, help="Giấy ký, bản ghi âm. / Paper, recording."),
    ],
    witness: Annotated[str, typer.Option(help="Người chứng kiến. / Who was there.")],
    as_user: As,
) -> None:
    """Ghi chữ ký hoặc lời nói của người bán. / Record the vendor's word; the file is not kept."""
    import hashlib

    from market.security.rights import Right
    from merchants.acceptance.changes import confirm_account
    from merchants.kinds import Confirmation

    if how not in {Confirmation.SIGNATURE, Confirmation.SPOKEN}:
        raise typer.BadParameter(f"{how!r}: signature | spoken")
    digest = hashlib.sha256(evidence.read_bytes()).hexdigest()
    with _step(as_user, Right.WRITE_REGISTER, change_id=change) as step:
        confirm_account(
            step.session,
            step.vendor_code,
            change,
            Confirmation(how),
            evidence_sha256=digest,
            witness=witness,
            actor=step.actor,
            now=step.now,
        )
    typer.echo(f"Đã ghi lời người bán, SHA-256 {digest[:12]}… / The vendor's word is recorded.")


@app.command("approve")
def approve(
    change: Change,
    as_user: As,
    posters: Annotated[str, typer.Option(help="Tấm mã cũ: replace | revoke")] = "replace",
    note: Note = "",
) -> None:
    """Duyệt, là người thứ hai. / Approve, as a second person."""
    from merchants.acceptance.changes import PosterFate

    if posters not in {fate.value for fate in PosterFate}:
        raise typer.BadParameter(f"{posters!r}: replace | revoke")
    _decide(change, as_user, approve=True, note=note, posters=posters)


@app.command("reject")
def reject(change: Change, as_user: As, note: Note = "") -> None:
    """Trả lại đề nghị, có lý do. / Reject, with a reason."""
    _decide(change, as_user, approve=False, note=note, posters="replace")


@app.command("withdraw")
def withdraw(change: Change, as_user: As, reason: Note = "") -> None:
    """Rút lại đề nghị của mình. / Take one's own proposal back."""
    from market.security.rights import Right
    from merchants.acceptance.changes import withdraw_account

    with _step(as_user, Right.WRITE_REGISTER, change_id=change) as step:
        withdraw_account(
            step.session,
            step.vendor_code,
            change,
            reason=reason,
            actor=step.actor,
            now=step.now,
        )
    typer.echo(f"Đã rút lại đề nghị {change}. / Proposal {change} is withdrawn.")


@app.command("list")
def list_changes(
    market: MarketCode,
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Cả đề nghị đã xong. / Decided too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Các đề nghị đang chờ. / The proposals that wait."""
    from market.clock import now
    from market.database import reading
    from merchants.acceptance.change_rules import OPEN_STATES
    from merchants.acceptance.lists import open_changes
    from merchants.days import market_day
    from merchants.kinds import AccountChangeState

    states = list(AccountChangeState) if every else list(OPEN_STATES)
    with opened_database() as (_, engine), reading(engine) as session:

        def page(after: int | None) -> "tuple[tuple[ChangeEntry, ...], int | None]":
            found = open_changes(
                session, market.upper(), market_day(now()), states=states, after=after
            )
            return found.entries, found.next_id

        entries = list(_pages(page))
    _print(entries, as_json=as_json, table=_change_table, nothing="Không có đề nghị nào. / None.")


@app.command("show")
def show(vendor: Vendor, as_json: AsJson = False) -> None:
    """Tài khoản của một người bán. / A vendor's accounts, open and ended."""
    from market.clock import now
    from market.database import reading
    from merchants.acceptance.lists import vendor_accounts
    from merchants.days import market_day

    with opened_database() as (_, engine), reading(engine) as session:
        points = vendor_accounts(session, vendor.upper(), market_day(now()))
    _print(points, as_json=as_json, table=_point_table, nothing="Chưa có tài khoản. / None yet.")


@app.command("contract")
def set_one_contract(
    vendor: Vendor,
    account: Annotated[
        int, typer.Argument(metavar="ACCOUNT", help="Số tài khoản trong sổ. / Its id.")
    ],
    number: Annotated[str, typer.Option(help="Số hợp đồng; trống = không có. / Empty = none.")],
    as_user: As,
    begins: Annotated[str, typer.Option("--from", help="dd/mm/yyyy")] = "",
    until: Annotated[str, typer.Option("--to", help="dd/mm/yyyy")] = "",
) -> None:
    """Ghi hợp đồng với nhà cung cấp. / Write an account's contract with its provider."""
    from market.security.rights import Right
    from merchants.acceptance.entry import read_contract
    from merchants.acceptance.upkeep import set_contract

    told = read_contract(number, begins, until)
    with _step(as_user, Right.WRITE_REGISTER, vendor_code=vendor) as step:
        set_contract(step.session, step.vendor_code, account, told, actor=step.actor, now=step.now)
    typer.echo("Đã ghi hợp đồng. / The contract is written.")


@app.command("expired")
def expired(market: MarketCode, as_json: AsJson = False) -> None:
    """Hợp đồng đã hết hạn. / Open accounts whose contract has run out."""
    from market.clock import now
    from market.database import reading
    from merchants.acceptance.upkeep import expired_contracts
    from merchants.days import market_day

    with opened_database() as (_, engine), reading(engine) as session:
        entries = expired_contracts(session, market.upper(), market_day(now()))
    _print(entries, as_json=as_json, table=_upkeep_table, nothing="Không có. / None.")


@app.command("migrate-list")
def migrate_list(
    market: MarketCode,
    on: Annotated[str, typer.Option(help="Ngày, dd/mm/yyyy; trống = hôm nay. / Day.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", dir_okay=False, help="Ghi ra .xlsx. / Write a workbook.")
    ] = None,
    *,
    mark: Annotated[
        bool,
        typer.Option("--mark", help="Cập nhật tình trạng tài khoản. / Bring states up to date."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tài khoản cần đổi sang tên hộ kinh doanh. / Accounts under a name the rule ends."""
    from market.clock import now
    from market.database import reading, writing
    from merchants.acceptance.name_rule import rule_for
    from merchants.acceptance.upkeep import derive_point_states, migration_list
    from merchants.actors import COMMAND
    from merchants.days import market_day
    from merchants.find import find_market

    code, at = market.upper(), now()
    day = read_day(on) if on else market_day(at)
    with opened_database() as (_, engine):
        if mark:
            with writing(engine) as session:
                market_id = find_market(session, code).id or 0
                changed = derive_point_states(session, [market_id], actor=COMMAND, now=at)
            typer.echo(f"Cập nhật {changed} tài khoản. / {changed} states changed.", err=as_json)
        with reading(engine) as session:
            name = find_market(session, code).name
            entries = migration_list(session, code, day)
    if out is not None:
        from market.documents.account_books import write_migration_list

        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(write_migration_list(name, entries, rule_for(day), on=day))
        typer.echo(f"{out}: {len(entries)} tài khoản / accounts")
        return
    _print(entries, as_json=as_json, table=_upkeep_table, nothing="Không có. / None.")


def _decide(change_id: int, as_user: str, *, approve: bool, note: str, posters: str) -> None:
    from market.security.rights import Right
    from merchants.acceptance.changes import PosterFate, PosterKeys, Verdict, decide_account

    with _step(as_user, Right.DECIDE, change_id=change_id) as step:
        settings = step.settings
        approval = decide_account(
            step.session,
            step.vendor_code,
            change_id,
            Verdict(approve=approve, note=note, posters=PosterFate(posters)),
            keys=PosterKeys(settings.sealer, settings.hash_key.get_secret_value()),
            actor=step.actor,
            now=step.now,
        )
    if not approve:
        typer.echo(f"Đã trả lại đề nghị {change_id}. / Proposal {change_id} is rejected.")
        return
    assert approval.point is not None
    typer.echo(
        f"Đã duyệt: ···{approval.point.account_tail} dùng từ {approval.point.valid_from:%d/%m/%Y}. "
        f"Thu hồi {len(approval.posters_ended)} tấm mã, cấp {len(approval.posters_issued)} tấm mới."
    )
    for stall, why in approval.not_replaced.items():
        typer.echo(f"{stall}: {why}")


@contextmanager
def _step(
    login: str, right: "Right", *, vendor_code: str = "", change_id: int = 0
) -> Iterator[_Step]:
    """Give a write transaction with the acting user, once they may do this at the vendor's market."""
    from market.clock import now
    from market.database import writing
    from merchants.errors import AccountChangeNotFound
    from merchants.find import find_vendor
    from merchants.tables import AccountChange, Market
    from merchants.tables import Vendor as VendorRow

    at = now()
    with opened_database() as (settings, engine), writing(engine) as session:
        if change_id:
            change = session.get(AccountChange, change_id)
            if change is None:
                raise AccountChangeNotFound(change_id)
            vendor = session.get_one(VendorRow, change.vendor_id)
        else:
            vendor = find_vendor(session, vendor_code.upper())
        market = session.get_one(Market, vendor.market_id)
        actor = acting_as(session, login, right, market.code, sealer=settings.sealer, now=at)
        yield _Step(session, settings, actor, at, vendor.code or "")


def _pages(page: Callable[[int | None], tuple[tuple[Any, ...], int | None]]) -> Iterator[Any]:
    after: int | None = None
    while True:
        entries, after = page(after)
        yield from entries
        if after is None:
            return


def _print(entries: Any, *, as_json: bool, table: Callable[[Any], Any], nothing: str) -> None:
    from rich.console import Console

    if as_json:
        for entry in entries:
            told = {name: value for name, value in asdict(entry).items() if name != "account_hash"}
            typer.echo(json.dumps(told, ensure_ascii=False, default=str))
    elif entries:
        Console().print(table(entries))
    else:
        typer.echo(nothing)


def _change_table(entries: "list[ChangeEntry]") -> Any:
    from rich.table import Table

    from market.i18n.account_words import CHANGE_STATES
    from market.i18n.vendor_words import NAME_MATCHES

    table = Table("Số", "Người bán", "Gian", "Đang dùng", "Đề nghị", "Tên", "Tình trạng")
    for entry in entries:
        old = entry.replaces
        table.add_row(
            str(entry.id),
            f"{entry.vendor_code} {entry.vendor_name}",
            ", ".join(entry.stall_codes),
            f"{old.institution} ···{old.tail}" if old else "",
            f"{entry.institution} ···{entry.tail}",
            NAME_MATCHES[entry.name_match],
            CHANGE_STATES[entry.state],
        )
    return table


def _point_table(points: "list[PointEntry]") -> Any:
    from rich.table import Table

    from market.i18n.account_words import CONTRACT_STATES
    from market.i18n.vendor_words import POINT_STATES

    table = Table(
        "Số", "Tài khoản", "Chủ tài khoản", "Tình trạng", "Hợp đồng", "Từ", "Đến", "Tấm mã"
    )
    for point in points:
        table.add_row(
            str(point.id),
            f"{point.institution} ···{point.tail}",
            point.holder_name,
            POINT_STATES[point.state],
            f"{point.contract_no} {CONTRACT_STATES[point.contract_state]}".strip(),
            f"{point.valid_from:%d/%m/%Y}",
            f"{point.valid_to:%d/%m/%Y}" if point.valid_to else "",
            ", ".join(point.live_posters),
        )
    return table


def _upkeep_table(entries: "list[UpkeepEntry]") -> Any:
    from rich.table import Table

    table = Table(
        "Gian", "Người bán", "Tên hộ kinh doanh", "Tài khoản", "Hợp đồng", "Tấm mã", "Đề nghị"
    )
    for entry in entries:
        until = f" đến {entry.contract_to:%d/%m/%Y}" if entry.contract_to else ""
        table.add_row(
            ", ".join(entry.stall_codes),
            f"{entry.vendor_code} {entry.vendor_name}",
            entry.business_name,
            f"{entry.institution} ···{entry.tail} {entry.holder_name}",
            f"{entry.contract_no}{until}",
            ", ".join(entry.live_posters),
            "đang chờ" if entry.has_open_change else "",
        )
    return table
