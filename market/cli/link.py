"""``cho40 link``: personal addresses for readers, issued, listed and revoked."""

from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.context import opened_database

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import Session

    from market.roles import Role

app = typer.Typer(
    help="Đường dẫn riêng để mở trang. / Personal links that open pages.", no_args_is_help=True
)

DAYS = 90
Days = Annotated[
    int, typer.Option("--days", min=1, max=400, help="Dùng được bao nhiêu ngày. / Days it holds.")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]


@app.command()
def vendor(
    code: Annotated[str, typer.Argument(help="Mã người bán / vendor code")],
    days: Days = DAYS,
) -> None:
    """Trang của một người bán. / One vendor's pages."""
    from market.roles import Role
    from merchants.find import find_vendor

    _issue(Role.VENDOR, lambda session: find_vendor(session, code).code or code, days)


@app.command()
def market(
    code: Annotated[str, typer.Argument(help="Mã chợ / market code")],
    days: Days = DAYS,
) -> None:
    """Các trang của một chợ, chỉ xem. / One market's pages, to read."""
    from market.roles import Role
    from merchants.find import find_market

    _issue(Role.AUDITOR, lambda session: find_market(session, code).code, days)


@app.command()
def economist(days: Days = DAYS) -> None:
    """Số liệu chung của các chợ. / The figures of all markets."""
    from market.roles import Role
    from market.security.links import EVERYTHING

    _issue(Role.ECONOMIST, lambda _: EVERYTHING, days)


@app.command("reset-pin")
def reset_pin(
    code: Annotated[str, typer.Argument(help="Mã người bán / vendor code")],
    days: Days = DAYS,
) -> None:
    """Bỏ mã PIN đã quên hoặc bị khoá và mọi đường dẫn cũ; in đường dẫn mới. / Void PIN and links."""
    from market.clock import now
    from market.database import writing
    from market.security.vendor_links import reset_vendor_pin
    from merchants.actors import COMMAND

    with opened_database() as (settings, engine), writing(engine) as session:
        path, _until_at = reset_vendor_pin(
            session,
            code.upper(),
            days=days,
            actor=COMMAND,
            now=now(),
            secret_keys=[key.get_secret_value() for key in settings.secret_keys],
        )
    typer.echo(f"{settings.base_url.rstrip('/')}{path}")


@app.command("list")
def list_links(
    every: Annotated[
        bool, typer.Option("--all", help="Cả đường dẫn đã hết hạn. / Ended ones too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Các đường dẫn đã cấp; địa chỉ không hiện lại. / Links issued; addresses are not shown."""
    import json

    from market.clock import now
    from market.database import reading
    from market.security.links import list_links as find

    with opened_database() as (_settings, engine), reading(engine) as session:
        at = now()
        for link in find(session, now=at, also_ended=every):
            holds = link.revoked_at is None and link.expires_at > at
            told = {
                "id": link.id,
                "role": link.role.value,
                "scope": link.scope,
                "expires_at": link.expires_at.isoformat(timespec="seconds"),
                "revoked_at": link.revoked_at and link.revoked_at.isoformat(timespec="seconds"),
                "holds": holds,
            }
            if as_json:
                typer.echo(json.dumps(told))
            else:
                state = "" if holds else "  đã thôi / ended"
                typer.echo(
                    f"{link.id:>6}  {link.role.value:<10} {link.scope:<10}"
                    f" đến / until {link.expires_at:%d/%m/%Y}{state}"
                )


@app.command()
def revoke(
    number: Annotated[int, typer.Argument(help="Số của đường dẫn / the link's number")],
) -> None:
    """Thu hồi một đường dẫn và đóng các trang nó đã mở. / Revoke a link and what it opened."""
    from market.clock import now
    from market.database import writing
    from market.security.links import revoke_link
    from merchants.actors import COMMAND

    with opened_database() as (_settings, engine), writing(engine) as session:
        revoke_link(session, number, actor=COMMAND, now=now())
    typer.echo(f"đã thu hồi / revoked: {number}")


def _issue(role: "Role", scope_of: "Callable[[Session], str]", days: int) -> None:
    """Print the address; the code must exist, so that no link is made to nobody."""
    from datetime import timedelta

    from market.clock import now
    from market.database import writing
    from market.security.links import issue_link
    from merchants.actors import COMMAND

    at = now()
    with opened_database() as (settings, engine), writing(engine) as session:
        path = issue_link(
            session,
            role=role,
            scope=scope_of(session),
            until_at=at + timedelta(days=days),
            actor=COMMAND,
            now=at,
            secret_keys=[key.get_secret_value() for key in settings.secret_keys],
        )
    typer.echo(f"{settings.base_url.rstrip('/')}{path}")
