"""``cho40 feed stripe-account``: open a vendor's connected account at Stripe."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from market.cli.service import open_service


def open_account(
    vendor: Annotated[str, typer.Argument(metavar="VENDOR", help="Mã người bán. / Vendor code.")],
    country: Annotated[str, typer.Option(help="Nước mở tài khoản. / Country, ISO 3166.")] = "VN",
    currency: Annotated[str, typer.Option(help="Tiền chi trả. / Payouts, ISO 4217.")] = "VND",
    as_json: Annotated[
        bool, typer.Option("--json", help="Một dòng JSON. / One JSON line.")
    ] = False,
) -> None:
    """Mở tài khoản Stripe cho người bán. / Open a connected account; again: the same one.

    What comes out is proposed as a receiving account like any other: ``account propose --bank
    stripe-account``.
    """
    import httpx

    from market.database import reading
    from market.polling import TIMEOUT_S, stripe_access
    from merchants.find import find_vendor
    from reconciliation.fetching.stripe_accounts import open_connected_account

    with open_service() as service:
        if not service.settings.stripe_account:
            raise typer.BadParameter("CHO40_STRIPE_ACCOUNT names no platform account")
        with reading(service.engine) as session:
            code = find_vendor(session, vendor.upper()).code or vendor.upper()
        with httpx.Client(timeout=TIMEOUT_S) as client:
            found = open_connected_account(
                client,
                code,
                country=country,
                currency=currency,
                settings=stripe_access(service.settings),
            )
    if as_json:
        typer.echo(json.dumps({"vendor": code, **asdict(found)}))
    else:
        ready = "nhận tiền được / ready" if found.is_ready else "chờ hoàn tất / not ready yet"
        typer.echo(f"{code}: {found.account}, {ready}")
