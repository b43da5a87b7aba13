"""``cho40 privacy list | open | answer | complete | extend | refuse | export | forget``"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.context import opened_database, read_day
from merchants.kinds import PrivacyRequestKind, RequestsShown

if TYPE_CHECKING:
    from merchants.tables import PrivacyRequest

app = typer.Typer(
    help="Yêu cầu về dữ liệu cá nhân, xoá dữ liệu hết hạn. / Privacy requests, retention.",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Số yêu cầu. / Number.")]
Code = Annotated[str, typer.Argument(metavar="VENDOR", help="Mã người bán, CC… / Vendor code.")]
LISTED_MAX = 500


@app.command("list")
def list_all(
    market: Annotated[
        str, typer.Argument(metavar="[MARKET]", help="Mã chợ; trống = mọi chợ. / Empty = all.")
    ] = "",
    shown: Annotated[
        RequestsShown, typer.Option("--show", help="Đang chờ, quá hạn, đã đóng, tất cả. / Which.")
    ] = RequestsShown.OPEN,
    as_json: AsJson = False,
) -> None:
    """Xem các yêu cầu, việc gấp trước. / List requests, the next one due first."""
    from market.clock import now
    from market.database import reading
    from merchants.days import market_day
    from merchants.find import find_market
    from merchants.privacy.listing import list_requests

    with opened_database() as (_, engine), reading(engine) as session:
        market_id = find_market(session, market.upper()).id if market else None
        found = list_requests(
            session,
            today=market_day(now()),
            market_id=market_id,
            shown=shown,
            limit=LISTED_MAX,
        )
    for one in found.entries:
        if as_json:
            typer.echo(json.dumps(asdict(one), ensure_ascii=False, default=str))
        else:
            late = " QUÁ HẠN / LATE" if one.is_late or one.is_answer_late else ""
            answer = f"trả lời / answer {one.answer_due_on:%d/%m/%Y}, " if one.answer_waits else ""
            typer.echo(
                f"{one.id}  {one.market_code} {one.vendor_code} {one.kind.value} "
                f"{one.state.value}, {one.age_days} ngày / days, "
                f"{answer}hạn / due {one.due_on:%d/%m/%Y}{late}"
            )
    if not as_json:
        typer.echo(f"{len(found.entries)}/{found.total} yêu cầu / requests")


@app.command("open")
def open_one(
    vendor: Code,
    kind: Annotated[PrivacyRequestKind, typer.Argument(help="Việc. / Kind.")],
    wish: Annotated[str, typer.Option(help="Người bán muốn gì. / What the vendor wishes.")] = "",
) -> None:
    """Nhận một yêu cầu. / Receive a request; consent is withdrawn with “consent withdraw”."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.errors import PrivacyStepRefused
    from merchants.find import find_vendor
    from merchants.privacy.requests import open_request

    if kind is PrivacyRequestKind.WITHDRAWAL:
        raise PrivacyStepRefused(None, "kind", "consent is withdrawn with “consent withdraw”")
    with opened_database() as (_, engine), writing(engine) as session:
        made = open_request(
            session,
            find_vendor(session, vendor.upper()),
            kind,
            wish=wish,
            actor=COMMAND,
            now=now(),
        )
        _tell(made)


@app.command("answer")
def answer_one(
    number: Number,
    told: Annotated[str, typer.Option(help="Đã nói gì. / What was said.")] = "",
) -> None:
    """Ghi đã trả lời. / Note that the vendor was answered."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.privacy.requests import answer, find_request

    with opened_database() as (_, engine), writing(engine) as session:
        asked = find_request(session, number)
        answer(session, asked, told=told, actor=COMMAND, now=now())
        _tell(asked)


@app.command("extend")
def extend_one(
    number: Number,
    until: Annotated[str, typer.Option(help="Đến ngày, dd/mm/yyyy. / Until.")],
    reason: Annotated[str, typer.Option(help="Vì sao. / Why.")],
) -> None:
    """Gia hạn một lần, tối đa 15 ngày. / Extend once, by at most 15 days."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.privacy.requests import extend, find_request

    day = read_day(until)
    with opened_database() as (_, engine), writing(engine) as session:
        asked = find_request(session, number)
        extend(session, asked, day, reason=reason, actor=COMMAND, now=now())
        _tell(asked)


@app.command("refuse")
def refuse_one(number: Number, reason: Annotated[str, typer.Option(help="Vì sao. / Why.")]) -> None:
    """Đóng yêu cầu, không làm. / Close a request that is not carried out."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.privacy.requests import find_request, refuse

    with opened_database() as (_, engine), writing(engine) as session:
        asked = find_request(session, number)
        refuse(session, asked, reason=reason, actor=COMMAND, now=now())
        _tell(asked)


@app.command("complete")
def complete_one(
    number: Number,
    outcome: Annotated[str, typer.Option(help="Đã làm gì. / What was done.")] = "",
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Tệp của yêu cầu xem. / Copy's file.")
    ] = None,
    *,
    yes: Annotated[
        bool, typer.Option("--yes", help="Không hỏi lại khi xoá. / Do not ask before erasing.")
    ] = False,
) -> None:
    """Làm xong yêu cầu; xoá rồi không lấy lại được. / Carry a request out."""
    from market.clock import now
    from market.database import writing
    from market.privacy import complete_request
    from merchants.actors import COMMAND
    from merchants.privacy.requests import find_request

    with opened_database() as (settings, engine), writing(engine) as session:
        asked = find_request(session, number)
        if asked.kind is PrivacyRequestKind.ACCESS and out is None:
            raise typer.BadParameter(
                "--out: cần tệp để ghi bản sao / a file for the copy is needed"
            )
        erases = {PrivacyRequestKind.DELETION, PrivacyRequestKind.WITHDRAWAL}
        if asked.kind in erases and not yes:
            typer.confirm("Xoá rồi không lấy lại được. Làm? / Erase for good?", abort=True)
        export = complete_request(
            session,
            asked,
            outcome=outcome,
            sealer=settings.sealer,
            actor=COMMAND,
            now=now(),
        )
        if export is not None and out is not None:
            _write_private(out, export.json if out.suffix == ".json" else export.pdf)
        _tell(asked)


@app.command("export")
def export_one(
    vendor: Code,
    out: Annotated[Path, typer.Argument(dir_okay=False, metavar="OUT.pdf|OUT.json")],
) -> None:
    """Ghi mọi thứ đang giữ về một người bán ra tệp. / Everything held on a vendor, in full."""
    from market.clock import now
    from market.database import writing
    from market.privacy import export_held
    from merchants.actors import COMMAND
    from merchants.find import find_vendor

    if out.suffix not in {".pdf", ".json"}:
        raise typer.BadParameter(f"{out.name}: cần / expected .pdf | .json")
    with opened_database() as (settings, engine), writing(engine) as session:
        one = find_vendor(session, vendor.upper())
        export = export_held(session, one, sealer=settings.sealer, actor=COMMAND, now=now())
    _write_private(out, export.json if out.suffix == ".json" else export.pdf)
    typer.echo(f"{out}: ghi đủ số tài khoản, giữ kín / holds full account numbers, keep it closed")


@app.command("forget")
def forget(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ xem, không xoá. / Forget nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Xoá những gì đã hết hạn giữ. / Forget what has been kept long enough."""
    from market.clock import now
    from market.database import reading, writing
    from market.forgetting import forget_old
    from merchants.posters.book_files import BookFiles
    from merchants.posters.books import sweep_books
    from reconciliation.intake.raw_store import RawStore
    from reconciliation.operations.retention import remove_forgotten_bytes

    at = now()
    with opened_database() as (settings, engine):
        with writing(engine) as session:
            forgotten = forget_old(session, now=at, dry_run=dry_run)
        if not dry_run:
            with writing(engine) as session:
                remove_forgotten_bytes(session, RawStore(settings.raw_dir), now=at)
            with reading(engine) as session:
                sweep_books(session, BookFiles(settings.poster_books_dir))
    for one in forgotten:
        if as_json:
            typer.echo(json.dumps(asdict(one) | {"dry_run": dry_run}, default=str))
        else:
            typer.echo(f"{one.kind.value}: {one.count} (trước / before {one.before_at:%d/%m/%Y})")
    if dry_run and not as_json:
        typer.echo("Xem thử: chưa xoá gì. / Dry run: nothing was forgotten.")


def _write_private(out: Path, content: bytes) -> None:
    """Write a file that its owner alone may read."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.touch(mode=0o600)
    out.chmod(0o600)
    out.write_bytes(content)


def _tell(asked: "PrivacyRequest") -> None:
    typer.echo(
        f"{asked.id}: {asked.kind.value} {asked.state.value}, "
        f"trả lời / answer {asked.answer_due_on:%d/%m/%Y}, hạn / due {asked.due_on:%d/%m/%Y}"
    )
