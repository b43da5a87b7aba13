"""``cho40 feed unattributed | assign``: money that names nobody, and whose it is."""

from dataclasses import asdict
from typing import Annotated

import typer

from market.cli.acting import As
from market.cli.context import read_day
from market.cli.feed_desk import (
    EVERY_MARKET,
    ID_MAX,
    After,
    AsJson,
    Limit,
    ProviderOption,
    Reason,
    Taken,
    at_desk,
    decision_of,
    print_json,
    print_table,
)
from market.cli.service import open_service

Payment = Annotated[int, typer.Argument(min=1, max=ID_MAX, help="Số khoản. / Row of the ledger.")]


def unattributed(
    provider: ProviderOption = "",
    on: Annotated[str, typer.Option(help="Tiền ngày, dd/mm/yyyy. / Business date.")] = "",
    after: After = None,
    limit: Limit = 50,
    *,
    claimed: Annotated[
        bool, typer.Option("--claimed", help="Chờ người thứ hai. / Waiting for a second person.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tiền chưa rõ của ai, với manh mối. / Money that names nobody, with whose it might be."""
    from market.database import reading
    from reconciliation.operations.unattributed import NobodysFilter, list_unattributed

    asked = NobodysFilter(
        provider=provider,
        business_date=read_day(on) if on else None,
        is_claimed=claimed,
        before=after,
        limit=limit,
    )
    with open_service() as service, reading(service.engine) as session:
        found, following = list_unattributed(session, asked, sealer=service.settings.sealer)
    if as_json:
        for one in found:
            print_json(asdict(one))
        return
    print_table(
        ("Số", "Ngày", "Nguồn", "Số tiền", "Lời nhắn", "Có thể của"),
        (
            (
                str(one.id),
                f"{one.business_date:%d/%m/%Y}",
                one.provider,
                f"{one.amount_vnd:,}".replace(",", "."),
                one.memo,
                ", ".join(f"{each.market_code}/{each.vendor_code}" for each in one.candidates),
            )
            for one in found
        ),
        following=following,
        nothing="Không có khoản nào. / Nothing.",
    )


def assign(
    payment: Payment,
    who: As,
    vendor: Annotated[str, typer.Option(help="Mã người bán. / Vendor code.")] = "",
    reason: Reason = "",
    decide: Annotated[
        Taken | None, typer.Option(help="Quyết định của người thứ hai. / The second person's.")
    ] = None,
) -> None:
    """Ghi tiền cho người bán, hai người. / Say whose money a row is; a second person decides."""
    from market.database import reading
    from market.feed_deeds import claim, settle_claim
    from market.i18n.feed_words import DECISIONS
    from market.security.rights import Right
    from merchants.find import find_vendor
    from merchants.tables import Market, Vendor
    from reconciliation.operations.assigning import open_claim

    if (decide is None) is not bool(vendor and reason):
        raise typer.BadParameter("--vendor with --reason asks, --decide decides: one of the two")
    with open_service() as service, reading(service.engine) as session:
        if decide is None:
            whose: Vendor | None = find_vendor(session, vendor.upper())
        else:
            waiting = open_claim(session, payment)
            whose = session.get(Vendor, waiting.vendor_id) if waiting else None
        place = session.get_one(Market, whose.market_id).code if whose else EVERY_MARKET
    with at_desk(who, Right.ASSIGN_MONEY, place) as desk:
        if decide is None:
            claim(
                desk.session,
                payment,
                vendor.upper(),
                reason=reason,
                actor=desk.actor,
                now=desk.now,
                sealer=desk.tools.sealer,
                market_codes=None,
            )
            typer.echo(f"{payment}: chờ người thứ hai / a second person decides")
            return
        decision = decision_of(decide)
        settle_claim(
            desk.session, payment, decision, actor=desk.actor, now=desk.now, market_codes=None
        )
    typer.echo(f"{payment}: {DECISIONS[decision]} / {decision.value}")
