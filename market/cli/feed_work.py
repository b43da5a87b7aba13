"""``cho40 feed replay | void | raw | reparse``: what changes the books, or shows what came as it came.

Each names its user (``--as``), and the same line as on the pages goes into the log.
"""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from market.cli.acting import As
from market.cli.context import read_day
from market.cli.feed_desk import (
    ID_MAX,
    AsJson,
    ProviderOption,
    Reason,
    Taken,
    at_desk,
    decision_of,
    print_json,
)

ROWS_WAIT, NOT_WHOLE = 3, 1

Number = Annotated[int, typer.Argument(min=1, max=ID_MAX, help="Số lượt nhận. / Delivery.")]


def replay(
    who: As,
    numbers: Annotated[
        list[int] | None, typer.Argument(min=1, max=ID_MAX, metavar="DELIVERY…")
    ] = None,
    provider: ProviderOption = "",
    as_json: AsJson = False,
) -> None:
    """Đọc lại sau khi sửa; làm lại không ghi trùng. Exit 3: còn dòng chờ. / Read again after a fix."""
    from market.feed_deeds import read_again, read_feed_again

    if bool(numbers) is bool(provider):
        raise typer.BadParameter("DELIVERY… or --provider, one of the two")
    results: list[Any] = []
    if numbers:
        with at_desk(who) as desk:
            results = read_again(desk.session, desk.tools, numbers, actor=desk.actor, now=desk.now)
    else:
        after = 0
        while True:
            with at_desk(who) as desk:
                part = read_feed_again(
                    desk.session, desk.tools, provider, actor=desk.actor, now=desk.now, after=after
                )
            results += part.replayed
            if not part.left:
                break
            after = part.replayed[-1].delivery_id
    _print_replayed(results, as_json=as_json)


def void(
    number: Number,
    who: As,
    reason: Reason = "",
    decide: Annotated[
        Taken | None, typer.Option(help="Quyết định của người thứ hai. / The second person's.")
    ] = None,
) -> None:
    """Huỷ một lượt nhận, hai người, không xoá gì. / Take a delivery back; nothing is deleted."""
    from market.feed_deeds import ask_void, settle_void
    from market.i18n.feed_words import DECISIONS

    if (decide is None) is not bool(reason):
        raise typer.BadParameter("--reason asks, --decide decides: one of the two")
    with at_desk(who) as desk:
        if decide is None:
            ask_void(desk.session, number, reason=reason, actor=desk.actor, now=desk.now)
            typer.echo(f"{number}: chờ người thứ hai / a second person decides")
            return
        result = settle_void(
            desk.session, desk.tools, number, decision_of(decide), actor=desk.actor, now=desk.now
        )
    elsewhere = result.told_elsewhere
    typer.echo(
        f"{number}: {DECISIONS[result.decision]}; {result.recount.out} khoản thôi tính, "
        f"{result.recount.in_again} khoản tính lại"
        + (f", {elsewhere} khoản vẫn tính vì lượt khác cũng kể" if elsewhere else "")
        + f" / {result.decision.value}"
    )


def raw(
    number: Number,
    who: As,
    out: Annotated[
        Path | None, typer.Option("--out", dir_okay=False, help="Tệp ghi ra. / File to write.")
    ] = None,
) -> None:
    """Bản gốc, đúng từng byte; có ghi nhật ký. / What came, byte for byte; this is logged."""
    from market.feed_deeds import take_file

    with at_desk(who) as desk:
        _entry, content = take_file(
            desk.session, desk.tools, number, actor=desk.actor, now=desk.now
        )
    if out is None:
        sys.stdout.buffer.write(content)
        return
    out.touch(mode=0o600)
    out.write_bytes(content)
    typer.echo(str(out))


def reparse(
    who: As,
    provider: ProviderOption = "",
    first: Annotated[str, typer.Option("--from", help="Nhận từ ngày. / Received from.")] = "",
    last: Annotated[str, typer.Option("--to", help="Nhận đến ngày. / Received until.")] = "",
    *,
    apply: Annotated[
        bool, typer.Option("--apply", help="Ghi phiên bản mới. / Write what differs.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Đọc lại tất cả từ bản gốc, cho xem khác gì. / Read everything again and show what differs."""
    from market.cli.ingest import _progress
    from market.feed_deeds import reread_feed
    from reconciliation.operations.rereading import Reread

    from_on, to_on = (read_day(text) if text else None for text in (first, last))
    after: int | None = 0
    found: list[Any] = []
    with _progress() as progress:
        task = progress.add_task("reparse", total=None)
        while after is not None:
            with at_desk(who) as desk:
                part, after = reread_feed(
                    desk.session,
                    desk.tools,
                    Reread(provider=provider, first=from_on, last=to_on, after=after),
                    actor=desk.actor,
                    now=desk.now,
                    is_applied=apply,
                )
            found += [one for one in part if one.is_different]
            progress.advance(task, len(part))
    for one in found:
        if as_json:
            print_json(asdict(one))
        else:
            what = one.problem or f"+{one.added} ~{one.changed} -{one.gone}"
            typer.echo(f"{one.provider} {one.delivery_id}: {what}")
    if not as_json:
        done = "đã ghi / written" if apply else "chưa ghi gì / nothing written"
        typer.echo(f"{len(found)} lượt khác / deliveries differ, {done}")
    raise typer.Exit(NOT_WHOLE if any(one.problem for one in found) else 0)


def _print_replayed(results: list[Any], *, as_json: bool) -> None:
    from market.i18n.feed_words import tell_replayed

    for one in results:
        if as_json:
            print_json(asdict(one))
        else:
            typer.echo(f"{one.delivery_id}: {tell_replayed(one)}")
    if not results and not as_json:
        typer.echo("Không có lượt nào chờ. / Nothing waits.")
    waits = any(one.problem or one.rows_waiting for one in results)
    raise typer.Exit(ROWS_WAIT if waits else 0)
