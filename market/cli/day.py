"""``cho40 day close | show | bridge``: close market days and look at what was closed."""

import json
import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from market.cli.context import open_database, opened_database

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.table import Table

    from reconciliation.close.breaks import ShownDay
    from reconciliation.close.closing import ClosedDay

app = typer.Typer(help="Chốt ngày. / The day close.", no_args_is_help=True)

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
Day = Annotated[datetime, typer.Argument(formats=DAY_FORMATS, help="Ngày / day: 2026-10-31")]
OneMarket = Annotated[
    str | None, typer.Option("--market", help="Chỉ một chợ (mã). / One market only (code).")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]

STATES = {"provisional": "sơ bộ", "final": "chính thức"}
FIGURES = {
    "payments": "Khoản",
    "gross_vnd": "Nhận qua QR",
    "matched_vnd": "Đã khớp",
    "pending_vnd": "Đang chờ",
    "unexplained_vnd": "Chưa rõ",
    "net_vnd": "Thực nhận",
    "paid_out_vnd": "Ví, cổng chuyển về",
}
OUTCOMES = {
    "matched": "khớp",
    "matched_with_difference": "khớp, có lệch",
    "matched_in_class": "khớp theo nhóm",
    "duplicate": "báo lại",
    "conflict": "một mã hai số tiền",
    "missing_in_statement": "thiếu trong sao kê",
    "missing_in_payments": "thiếu thông báo",
    "pending_cut_off": "đang chờ",
    "ambiguous": "chưa phân định",
    "unattributed": "chưa rõ của ai",
    "ignored": "bỏ qua",
    "not_applicable": "không cần đối",
    "rejected": "giữ lại",
    "paid": "tiền về đủ",
    "short": "tiền về thiếu",
    "over": "tiền về thừa",
    "late": "tiền về muộn",
    "returned": "tiền bị trả lại",
    "missing": "tiền chưa về",
    "ambiguous_payout": "đợt tiền về chưa phân định",
}
NET_NOTE = (
    "Thực nhận chưa trừ phí mà ví thu chung khi chuyển tiền về."
    " / Net is before fees that a wallet takes from a payout as a whole."
)
NOBODY = "chưa rõ của ai"
WIDTH_MIN = 160
BREAKS_SHOWN = 50


@app.command()
def close(
    day: Day,
    to: Annotated[
        datetime | None, typer.Option(formats=DAY_FORMATS, help="Ngày cuối. / The last day.")
    ] = None,
    market_code: OneMarket = None,
    profiles: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Hợp đồng riêng; để trống = CHO40_PROFILES_FILE."
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, max=256, help="Số tiến trình. / Worker processes.")
    ] = 1,
    cluster: Annotated[
        str | None, typer.Option(help="Cụm Dask, tcp://…:8786. / A Dask cluster instead.")
    ] = None,
    everything: Annotated[
        bool,
        typer.Option("--everything", help="Tính lại mọi tài khoản. / Decide all accounts anew."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Chốt một hay nhiều ngày; làm lại không đổi gì nếu sổ không đổi. / Close days; safe to repeat."""
    from rich.console import Console
    from rich.progress import Progress

    from market.cli.engine import crew_of
    from market.clock import now
    from market.collector import coming_round_seldom
    from market.database import writing
    from reconciliation.close.activity import judge_activity
    from reconciliation.close.closing import close_days
    from reconciliation.close.incremental import Incremental
    from reconciliation.close.kept_decisions import KeptDecisions
    from reconciliation.profiles import load_profiles

    first, last, at = day.date(), (to or day).date(), now()
    console = Console(stderr=True)
    anew: list[tuple[int, int]] = []
    progress = Progress(console=console, transient=True, disable=not console.is_terminal)
    with opened_database() as (settings, engine), progress:
        incremental = Incremental(
            kept=KeptDecisions(settings.kept_decisions_dir),
            on_decided=lambda decided, of: anew.append((decided, of)),
        )
        task = progress.add_task("Chốt ngày", total=max((last - first).days + 1, 1))
        with crew_of(workers, cluster) as crew, writing(engine) as session, coming_round_seldom():
            closed = close_days(
                session,
                first,
                last,
                market_code=market_code,
                profiles=load_profiles(profiles or settings.contracts),
                sealer=settings.sealer,
                now=at,
                crew=crew,
                incremental=None if everything else incremental,
                on_progress=lambda done: progress.update(task, completed=done),
            )
            chosen = None if market_code is None else [market_code]
            judge_activity(session, now=at, market_codes=chosen)
    if as_json:
        _print_json([asdict(one) for one in closed])
    else:
        _console().print(_closed_table(closed))
        if any(one.market_day for one in closed):
            typer.echo(NET_NOTE)
    for decided, of in [] if as_json else anew:
        console.print(
            f"Tính lại {decided} trong {of} tài khoản; số còn lại không có gì đổi."
            f" / {decided} of {of} accounts decided anew.",
            highlight=False,
            soft_wrap=True,
        )


def _as_of(text: str) -> datetime:
    from market.moments import known_until

    try:
        return known_until(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r}: viết như 2026-11-21T17:00 hoặc 21/11/2026 17:00. / Write it like these."
        ) from None


@app.command()
def show(
    day: Day,
    market_code: OneMarket = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            parser=_as_of,
            metavar="TIME",
            help="Như đã biết lúc ấy. / As known then: 2026-11-21T17:00",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Xem một ngày đã chốt: số tiền, kết quả đối soát, khoản còn lệch. / A closed day."""
    from market.database import reading
    from reconciliation.close.breaks import show_day

    _, engine = open_database()
    with reading(engine) as session:
        shown = show_day(session, day.date(), market_code=market_code, as_of=as_of)
    if as_json:
        _print_json([asdict(one) for one in shown])
        return
    if not shown:
        typer.echo(f"Ngày {day:%d/%m/%Y} chưa chốt. / Not closed.")
    console = _console()
    for one in shown:
        for part in _shown_day(one):
            console.print(part, highlight=False)


@app.command()
def bridge(
    day: Day,
    market_code: Annotated[str, typer.Option("--market", help="Mã chợ. / Market code.")],
    older: Annotated[int, typer.Option("--from", min=1, help="Phiên bản trước.")] = 1,
    newer: Annotated[int, typer.Option("--to", min=2, help="Phiên bản sau.")] = 2,
    as_json: AsJson = False,
) -> None:
    """Vì sao hai phiên bản của một ngày khác nhau, từng khoản. / Why two versions differ."""
    from market.database import reading
    from market.i18n import vnd
    from market.i18n.break_words import CAUSES
    from reconciliation.close.bridge import bridge as lines_between

    _, engine = open_database()
    with reading(engine) as session:
        lines = lines_between(session, market_code, day.date(), older=older, newer=newer)
    if as_json:
        _print_json([asdict(line) for line in lines])
        return
    for line in lines:
        moved = ", ".join(
            f"{FIGURES.get(name, name).lower()} {vnd(change)}"
            for name, change in line.changes.items()
        )
        typer.echo(f"{CAUSES[line.cause]} · {line.dedupe_key} · {moved}")
    typer.echo(f"{len(lines)} khoản giải thích hết phần khác nhau. / records explain it all.")


def _closed_table(closed: "Sequence[ClosedDay]") -> "Table":
    from market.i18n import num, vnd

    table = _table("Ngày", "Chợ", "Bản", "Trạng thái", *FIGURES.values(), "Còn thiếu")
    for one in closed:
        figures = one.market_day or {}
        told = [
            (num if name == "payments" else vnd)(figures[name]) if figures else ""
            for name in FIGURES
        ]
        version = f"{one.version}{' mới' if one.is_new else _held_words(one)}"
        scope = one.scope if one.market_day else NOBODY
        day, state = f"{one.business_date:%d/%m/%Y}", STATES[one.state]
        table.add_row(day, scope, version, state, *told, one.incomplete)
    return table


def _held_words(one: "ClosedDay") -> str:
    """Say what waits outside locked books; the figures beside it are the version's own."""
    from market.i18n import vnd

    if not one.is_held:
        return ""
    words = ", sổ khoá, có dữ liệu mới"
    if one.would_be and one.market_day:
        change = one.would_be["gross_vnd"] - one.market_day["gross_vnd"]
        words += f" chờ ngoài sổ: {'+' if change > 0 else ''}{vnd(change)}"
    return words


def _shown_day(one: "ShownDay") -> list[Any]:
    from rich.text import Text

    from market.i18n import instant, num, vnd

    scope = f"Chợ {one.scope}" if one.market_day else NOBODY.capitalize()
    head = (
        f"{scope} · {one.business_date:%d/%m/%Y} · phiên bản {one.version}, {STATES[one.state]}"
        f" · chốt {instant(one.closed_at)} · mã băm {one.root_sha256[:16]}"
    )
    parts: list[Any] = [Text(head, style="bold")]
    if one.incomplete:
        parts.append(Text(f"Còn thiếu: {one.incomplete}"))
    if one.market_day:
        names = FIGURES | {"net_vnd": _net_words(one.fees_to_come_off)}
        figures = _table(*names.values(), "Người bán có khoản", "Mở cửa")
        figures.add_row(
            *((num if n == "payments" else vnd)(one.market_day[n]) for n in FIGURES),
            num(one.market_day["vendors_receiving"]),
            "có" if one.market_day["is_open"] else "không",
        )
        parts.append(figures)
    counts = _table("Kết quả đối soát", "Dòng")
    for outcome, count in one.outcomes.items():
        counts.add_row(OUTCOMES[outcome], num(count))
    parts.append(counts)
    if one.breaks:
        breaks = _table("Người bán", "Nguồn", "Mã giao dịch", "Số tiền", "Vì sao")
        for found in one.breaks[:BREAKS_SHOWN]:
            breaks.add_row(
                found.vendor_code or "—",
                found.ledger,
                found.reference,
                vnd(found.amount_vnd),
                found.sentence,
            )
        parts.append(breaks)
        if len(one.breaks) > BREAKS_SHOWN:
            parts.append(Text(f"… và {len(one.breaks) - BREAKS_SHOWN} khoản nữa (--json: tất cả)"))
    return parts


def _net_words(ledgers: "Iterable[str]") -> str:
    """Return what the net of a day is called whose fee these ledgers take only from payouts."""
    from market.i18n import Lang, translator
    from market.reports.money_words import net_before_fees_of
    from market.reports.sources import source_name

    return net_before_fees_of(map(source_name, ledgers), translator(Lang.VI))


def _table(*columns: str) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    texts = {"Ngày", "Chợ", "Trạng thái", "Còn thiếu", "Người bán", "Nguồn", "Vì sao"}
    texts |= {"Mã giao dịch", "Kết quả đối soát", "Mở cửa"}
    for column in columns:
        is_text = column in texts
        table.add_column(column, justify="left" if is_text else "right", no_wrap=not is_text)
    return table


def _console() -> Any:
    from rich.console import Console

    # A file or a pipe has no width of its own; eighty columns would break the figures.
    return Console(width=None if sys.stdout.isatty() else WIDTH_MIN)


def _print_json(told: list[dict[str, Any]]) -> None:
    def plain(value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else str(value)

    typer.echo(json.dumps(told, ensure_ascii=False, default=plain))
