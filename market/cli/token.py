"""``cho40 token``: keys for other machines to the API."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.context import opened_database

if TYPE_CHECKING:
    from sqlmodel import Session

    from market.settings import Settings
    from market.tables import UserAccount

app = typer.Typer(help="Mã API cho máy khác. / API tokens.", no_args_is_help=True)

DAYS = 365
Login = Annotated[
    str,
    typer.Argument(metavar="LOGIN", help="Số điện thoại hoặc email. / Phone number or e-mail."),
]


@app.command()
def create(
    login: Login,
    name: Annotated[str, typer.Option(help="Tên máy hoặc chương trình. / What will use it.")],
    days: Annotated[
        int, typer.Option("--days", min=1, max=400, help="Dùng được bao nhiêu ngày. / Days.")
    ] = DAYS,
) -> None:
    """Tạo mã API với quyền của một người. / Create a token with a user's rights; printed once."""
    from datetime import timedelta

    from market.clock import now
    from market.database import writing
    from market.security.api_tokens import NAME_LETTERS_MAX, create_token
    from merchants.actors import COMMAND

    if not 1 <= len(name) <= NAME_LETTERS_MAX:
        raise typer.BadParameter(f"--name: 1–{NAME_LETTERS_MAX}")
    at = now()
    with opened_database() as (settings, engine), writing(engine) as session:
        user = _user(session, settings, login)
        _, token = create_token(
            session,
            user.id or 0,
            name,
            until_at=at + timedelta(days=days),
            actor=COMMAND,
            now=at,
        )
    typer.echo(token)


@app.command("list")
def list_tokens(
    login: Login,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")
    ] = False,
) -> None:
    """Các mã API của một người. / A user's tokens, without their secrets."""
    from market.clock import now
    from market.database import reading
    from market.security.api_tokens import tokens_of

    with opened_database() as (settings, engine), reading(engine) as session:
        at = now()
        for token in tokens_of(session, _user(session, settings, login).id or 0):
            holds = token.revoked_at is None and token.expires_at > at
            if as_json:
                told = {
                    "id": token.id,
                    "name": token.name,
                    "tail": token.token_tail,
                    "expires_at": token.expires_at.isoformat(timespec="seconds"),
                    "holds": holds,
                }
                typer.echo(json.dumps(told, ensure_ascii=False))
            else:
                state = "" if holds else "  đã thôi / ended"
                typer.echo(
                    f"{token.id:>5}  ···{token.token_tail}  {token.expires_at:%d/%m/%Y}"
                    f"  {token.name}{state}"
                )


@app.command()
def revoke(
    number: Annotated[int, typer.Argument(help="Số của mã / the token's number")],
) -> None:
    """Thu hồi một mã API. / Revoke a token."""
    from market.clock import now
    from market.database import writing
    from market.security.api_tokens import revoke_token
    from merchants.actors import COMMAND

    with opened_database() as (_settings, engine), writing(engine) as session:
        revoke_token(session, number, user_id=None, actor=COMMAND, now=now())
    typer.echo(f"đã thu hồi / revoked: {number}")


def _user(session: "Session", settings: "Settings", login: str) -> "UserAccount":
    from market.security.users import user_by_login

    return user_by_login(session, login, sealer=settings.sealer)
