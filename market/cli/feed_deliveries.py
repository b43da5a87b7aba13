"""``cho40 feed deliveries | show | rejects``: what came through the doors and what became of it."""

from dataclasses import asdict
from typing import Annotated

import typer

from market.cli.context import read_day
from market.cli.feed_desk import (
    ID_MAX,
    After,
    AsJson,
    Limit,
    ProviderOption,
    at_desk,
    print_json,
    print_table,
    told_at,
)
from market.cli.service import open_service

Number = Annotated[int, typer.Argument(min=1, max=ID_MAX, help="Số lượt nhận. / Delivery.")]


def deliveries(
    provider: ProviderOption = "",
    state: Annotated[
        list[str] | None, typer.Option(help="Tình trạng, nhiều lần được. / May be repeated.")
    ] = None,
    on: Annotated[str, typer.Option(help="Nhận ngày, dd/mm/yyyy. / Received on.")] = "",
    after: After = None,
    limit: Limit = 50,
    *,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Chỉ lượt chờ xử lý. / Only what waits.")
    ] = False,
    with_rejects: Annotated[
        bool, typer.Option("--rejects", help="Chỉ lượt còn dòng chờ. / With waiting rows.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Lượt nhận, mới trước. / What came, the newest first."""
    from market.database import reading
    from market.i18n.feed_words import STATES, reasons_told
    from reconciliation.operations.listing import WAITING_STATES, DeliveryFilter, list_deliveries
    from reconciliation.tables import DeliveryState

    for word in state or ():
        if word not in list(DeliveryState):
            raise typer.BadParameter(f"{word!r} is no state", param_hint="--state")
    states = tuple(DeliveryState(one) for one in state or ())
    asked = DeliveryFilter(
        provider=provider,
        states=states or (WAITING_STATES if waiting else ()),
        received_on=read_day(on) if on else None,
        has_rejects=with_rejects,
        before=after,
        limit=limit,
    )
    with open_service() as service, reading(service.engine) as session:
        found, following = list_deliveries(session, asked)
    if as_json:
        for one in found:
            print_json(asdict(one) | {"reason_vi": "; ".join(reasons_told(one.reason))})
        return
    print_table(
        ("Số", "Nhận lúc", "Nguồn", "Tình trạng", "Mới/lặp/đổi/chờ", "Tệp, lý do"),
        (
            (
                str(one.id),
                told_at(one.received_at),
                one.provider,
                STATES[one.state],
                f"{one.rows_new}/{one.rows_repeated}/{one.rows_revised}/{one.rows_rejected}",
                " – ".join(part for part in (one.name, *reasons_told(one.reason)) if part),
            )
            for one in found
        ),
        following=following,
    )


def show(number: Number, as_json: AsJson = False) -> None:
    """Một lượt nhận: số tổng, các khoản, huỷ. / One delivery with its totals and rows."""
    from market.api.feed_views import DeliveryFileView
    from market.database import reading
    from market.i18n.feed_words import CONTROLS, DECISIONS, PROVIDERS, STATES, reason_words
    from reconciliation.operations.listing import delivery_file

    with open_service() as service, reading(service.engine) as session:
        file = delivery_file(session, number)
        view = DeliveryFileView.of(file, has_amounts=True)
    if as_json:
        typer.echo(view.model_dump_json())
        return
    one = file.entry
    why = f" ({reason_words(one.reason)})" if one.reason else ""
    typer.echo(f"{PROVIDERS.get(one.provider, one.provider)} {one.id}: {STATES[one.state]}{why}")
    typer.echo(f"{one.name or '–'}  {told_at(one.received_at)}  sha256 {one.raw_sha256}")
    typer.echo(
        f"{one.rows_new} mới, {one.rows_repeated} lặp, {one.rows_revised} đổi; "
        f"đang tính {file.rows_counting}, dòng chờ {file.rejects_open}/{file.rejects}"
    )
    for total in view.controls:
        typer.echo(
            f"{total.period_from} – {total.period_to}: {CONTROLS.get(total.control_status)}, "
            f"vào {total.gross_credit_amount}, ra {total.gross_debit_amount}"
        )
    for asked in view.voids:
        typer.echo(f"huỷ: {DECISIONS[asked.decision]}, {asked.reason} ({asked.proposed_by})")


def rejects(
    number: Number,
    after: After = None,
    limit: Limit = 50,
    *,
    raw_of: Annotated[
        int | None,
        typer.Option("--raw", min=1, max=ID_MAX, help="Mở dòng gốc, cần --as. / Show this one."),
    ] = None,
    who: Annotated[str, typer.Option("--as", metavar="USER", help="Tên đăng nhập. / User.")] = "",
    as_json: AsJson = False,
) -> None:
    """Dòng không đọc được; --raw mở dòng gốc, có ghi nhật ký. / Rejected rows; --raw is logged."""
    from market.database import reading
    from market.feed_deeds import look_at_line
    from market.i18n.feed_words import reason_words
    from reconciliation.operations.listing import list_rejects

    if raw_of is not None:
        if not who:
            raise typer.BadParameter("needs --as USER", param_hint="--raw")
        with at_desk(who) as desk:
            text = look_at_line(
                desk.session, desk.tools, number, raw_of, actor=desk.actor, now=desk.now
            )
        typer.echo(text)
        return
    with open_service() as service, reading(service.engine) as session:
        found, following = list_rejects(session, number, after=after, limit=limit)
    if as_json:
        for one in found:
            print_json(asdict(one))
        return
    print_table(
        ("Số", "Dòng", "Vì sao", "Tình trạng"),
        (
            (
                str(one.id),
                f"{one.case} {one.row}" if one.case else str(one.row),
                reason_words(one.reason),
                f"đã đọc {told_at(one.settled_at)}" if one.settled_at else "còn chờ",
            )
            for one in found
        ),
        following=following,
    )
