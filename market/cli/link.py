"""``cho40 link vendor | market | economist``: a signed address for one reader."""

from typing import TYPE_CHECKING, Annotated

import typer

from market.security.links import LINK_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import Session

    from market.security.links import Role

app = typer.Typer(
    help="Đường dẫn riêng để mở trang. / Signed links that open pages.", no_args_is_help=True
)

Days = Annotated[
    int, typer.Option("--days", min=1, max=400, help="Dùng được bao nhiêu ngày. / Days it holds.")
]


@app.command()
def vendor(
    code: Annotated[str, typer.Argument(help="Mã người bán / vendor code")],
    days: Days = LINK_DAYS,
) -> None:
    """Trang của một người bán. / One vendor's page."""
    from market.security.links import Role
    from merchants.find import find_vendor

    _print_link(Role.VENDOR, lambda session: find_vendor(session, code).code or code, days)


@app.command()
def market(
    code: Annotated[str, typer.Argument(help="Mã chợ / market code")],
    days: Days = LINK_DAYS,
) -> None:
    """Trang của ban quản lý một chợ. / One market's pages."""
    from market.security.links import Role
    from merchants.find import find_market

    _print_link(Role.MARKET, lambda session: find_market(session, code).code, days)


@app.command()
def economist(days: Days = LINK_DAYS) -> None:
    """Số liệu chung của các chợ. / The figures of all markets."""
    from market.security.links import EVERYTHING, Role

    _print_link(Role.ECONOMIST, lambda _: EVERYTHING, days)


def _print_link(role: "Role", scope_of: "Callable[[Session], str]", days: int) -> None:
    """Print the address; the code must exist, so that no link is made to nobody."""
    from datetime import timedelta

    from market.clock import now
    from market.database import open_engine, reading
    from market.security.links import Grant, link_path
    from market.settings import Settings

    settings = Settings()
    with reading(open_engine(settings.url)) as session:
        scope = scope_of(session)
    grant = Grant(role=role, scope=scope, until_at=now() + timedelta(days=days))
    keys = [key.get_secret_value() for key in settings.secret_keys]
    typer.echo(f"{settings.base_url.rstrip('/')}{link_path(grant, secret_keys=keys)}")
