"""``cho40 user``: people who sign in; passwords are read from the terminal or from stdin."""

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.context import opened_database
from market.roles import Role

if TYPE_CHECKING:
    from sqlmodel import Session

    from market.security.users import Scope, UserDraft
    from market.settings import Settings

app = typer.Typer(
    help="Người đăng nhập: thêm, sửa, tạm ngừng. / People who sign in.", no_args_is_help=True
)

HOURS, HOURS_MAX = 8, 24
Login = Annotated[
    str,
    typer.Argument(metavar="LOGIN", help="Số điện thoại hoặc email. / Phone number or e-mail."),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]
FromStdin = Annotated[
    bool,
    typer.Option("--password-stdin", help="Đọc mật khẩu từ stdin. / Read the password from stdin."),
]


@app.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="Họ và tên. / Full name.")],
    role: Annotated[Role, typer.Option(help="Vai trò. / Role.")],
    market: Annotated[
        list[str] | None,
        typer.Option(help="Mã chợ, ghi được nhiều lần. / Market code, repeatable."),
    ] = None,
    area: Annotated[
        list[str] | None, typer.Option(help="Mã địa bàn, ghi được nhiều lần. / Area, repeatable.")
    ] = None,
    *,
    ask_password: Annotated[
        bool, typer.Option("--ask-password", help="Gõ mật khẩu ngay. / Type the password now.")
    ] = False,
    password_stdin: FromStdin = False,
) -> None:
    """Add a user; without --market and --area the role holds everywhere.

    Prints a one-time password unless one is given; a field helper gets none.
    """
    from market.clock import now
    from market.database import writing
    from market.security.users import AT_THE_TERMINAL, UserDraft, add_user

    draft = UserDraft(
        login=login,
        full_name=name,
        role=_staff_role(role),
        scopes=_scopes(market or [], area or []),
    )
    password = _password(ask=ask_password, from_stdin=password_stdin)
    with opened_database() as (settings, engine), writing(engine) as session:
        user, one_time = add_user(
            session,
            draft,
            editor=AT_THE_TERMINAL,
            sealer=settings.sealer,
            now=now(),
            password=password,
        )
    typer.echo(f"{user.id}\t{role.value}\t{user.full_name}")
    if one_time:
        typer.echo(f"mật khẩu dùng một lần / one-time password: {one_time}")


@app.command("list")
def list_all(
    search: Annotated[str, typer.Option(help="Tên hoặc số điện thoại. / Name or sign-in.")] = "",
    role: Annotated[Role | None, typer.Option(help="Vai trò. / Role.")] = None,
    as_json: AsJson = False,
) -> None:
    """Liệt kê người đăng nhập. / List the users."""
    from market.database import reading
    from market.security.login_names import masked_login_name
    from market.security.user_list import list_users
    from market.security.users import AT_THE_TERMINAL

    with opened_database() as (settings, engine), reading(engine) as session:
        found = list_users(
            session,
            editor=AT_THE_TERMINAL,
            sealer=settings.sealer,
            asked=search,
            role=role,
            limit=sys.maxsize,
        )
        for entry in found.entries:
            user = entry.user
            places = [code or "*" for _, code in entry.scopes]
            login = masked_login_name(settings.sealer.open(user.login_sealed))
            if as_json:
                told = {
                    "id": user.id,
                    "name": user.full_name,
                    "role": user.role.value,
                    "scopes": places,
                    "login": login,
                    "is_active": user.is_active,
                }
                typer.echo(json.dumps(told, ensure_ascii=False))
            else:
                state = "" if user.is_active else "  tạm ngừng / off"
                typer.echo(
                    f"{user.id:>5}  {user.role.value:<15} {','.join(places):<12} "
                    f"{login:<24} {user.full_name}{state}"
                )


@app.command("role")
def change_role(
    login: Login,
    role: Annotated[Role, typer.Argument(help="Vai trò mới. / New role.")],
    market: Annotated[list[str] | None, typer.Option(help="Mã chợ. / Market code.")] = None,
    area: Annotated[list[str] | None, typer.Option(help="Mã địa bàn. / Area code.")] = None,
) -> None:
    """Đổi vai trò và phạm vi. / Change role and scope; open sessions end."""
    role = _staff_role(role)
    _change(login, role=role, scopes=_scopes(market or [], area or []))
    typer.echo(f"{role.value}: {', '.join([*(market or []), *(area or [])]) or '*'}")


@app.command()
def password(
    login: Login,
    *,
    ask_password: Annotated[
        bool, typer.Option("--ask-password", help="Gõ mật khẩu ngay. / Type the password now.")
    ] = False,
    password_stdin: FromStdin = False,
) -> None:
    """Đặt lại mật khẩu. / Reset a password; a one-time one is printed unless one is given."""
    from market.clock import now
    from market.database import writing
    from market.security.users import AT_THE_TERMINAL, reset_password, user_by_login

    given = _password(ask=ask_password, from_stdin=password_stdin)
    with opened_database() as (settings, engine), writing(engine) as session:
        user = user_by_login(session, login, sealer=settings.sealer)
        one_time = reset_password(
            session, user.id or 0, editor=AT_THE_TERMINAL, now=now(), password=given
        )
    typer.echo(
        f"mật khẩu dùng một lần / one-time password: {one_time}"
        if one_time
        else "đã đổi mật khẩu / password changed"
    )


@app.command()
def off(login: Login) -> None:
    """Tạm ngừng một người. / Switch a user off; their sessions end, their tokens stop."""
    _change(login, is_active=False)
    typer.echo("đã tạm ngừng / off")


@app.command()
def on(login: Login) -> None:
    """Cho một người làm việc lại. / Switch a user on again."""
    _change(login, is_active=True)
    typer.echo("đang làm việc / on")


@app.command("helper-login")
def helper_login(
    login: Login,
    market: Annotated[str, typer.Argument(help="Mã chợ. / Market code.")],
    hours: Annotated[
        int, typer.Option(min=1, max=HOURS_MAX, help="Dùng được mấy giờ. / Hours it holds.")
    ] = HOURS,
) -> None:
    """Cấp mã cho người hỗ trợ tại chợ. / Issue a field helper's code; printed this once."""
    from market.clock import now
    from market.database import writing
    from market.security.helper_logins import issue_helper_login
    from market.security.users import user_by_login
    from merchants.actors import COMMAND
    from merchants.find import find_market

    with opened_database() as (settings, engine), writing(engine) as session:
        find_market(session, market)
        _, code = issue_helper_login(
            session,
            user_by_login(session, login, sealer=settings.sealer),
            market_code=market,
            hours=hours,
            actor=COMMAND,
            now=now(),
        )
    typer.echo(f"{code}\t{settings.base_url.rstrip('/')}/ho-tro/{code}")


@app.command("helper-logins")
def list_helper_logins(
    market: Annotated[str, typer.Argument(help="Mã chợ. / Market code.")],
    as_json: AsJson = False,
) -> None:
    """Các mã hỗ trợ còn dùng được. / The helpers' codes that hold now."""
    import json

    from market.clock import now
    from market.database import reading
    from market.security.helper_logins import helper_logins_of
    from merchants.find import find_market

    with opened_database() as (_, engine), reading(engine) as session:
        code = find_market(session, market.upper()).code
        found = helper_logins_of(session, code, now=now())
    for one in found:
        until = one.expires_at.isoformat(timespec="seconds")
        if as_json:
            told = {"id": one.id, "name": one.full_name, "expires_at": until, "is_in": one.is_in}
            typer.echo(json.dumps(told, ensure_ascii=False))
        else:
            state = "đang dùng / in" if one.is_in else "chưa dùng / not used"
            typer.echo(f"{one.id:>6}  {one.full_name}  đến / until {until}  {state}")
    if not found and not as_json:
        typer.echo("Không có mã nào còn dùng được. / No code holds.")


@app.command("helper-off")
def revoke_one_helper_login(
    market: Annotated[str, typer.Argument(help="Mã chợ. / Market code.")],
    number: Annotated[int, typer.Argument(min=1, help="Số của mã / the login's number")],
) -> None:
    """Thu hồi một mã hỗ trợ và đóng phiên nó đã mở. / Revoke a helper's code and what it opened."""
    from market.clock import now
    from market.database import writing
    from market.security.helper_logins import revoke_helper_login
    from merchants.actors import COMMAND

    with opened_database() as (_, engine), writing(engine) as session:
        revoke_helper_login(session, number, market_code=market.upper(), actor=COMMAND, now=now())
    typer.echo(f"đã thu hồi / revoked: {number}")


def _change(
    login: str,
    *,
    role: Role | None = None,
    scopes: "tuple[Scope, ...] | None" = None,
    is_active: bool | None = None,
) -> None:
    from market.clock import now
    from market.database import writing
    from market.security.users import AT_THE_TERMINAL, change_user

    with opened_database() as (settings, engine), writing(engine) as session:
        user_id, version, draft = _standing(session, settings, login, role, scopes, is_active)
        change_user(
            session,
            user_id,
            draft,
            version=version,
            editor=AT_THE_TERMINAL,
            sealer=settings.sealer,
            now=now(),
        )


def _standing(
    session: "Session",
    settings: "Settings",
    login: str,
    role: Role | None,
    scopes: "tuple[Scope, ...] | None",
    is_active: bool | None,
) -> "tuple[int, int, UserDraft]":
    from market.security.users import UserDraft, scopes_of, user_by_login

    user = user_by_login(session, login, sealer=settings.sealer)
    number = user.id or 0
    draft = UserDraft(
        login=login,
        full_name=user.full_name,
        role=role or user.role,
        scopes=scopes or scopes_of(session, [number]).get(number, ()),
        is_active=user.is_active if is_active is None else is_active,
    )
    return number, user.version, draft


def _scopes(markets: list[str], areas: list[str]) -> "tuple[Scope, ...]":
    from market.roles import ScopeKind
    from market.security.users import EVERYWHERE

    named = [(ScopeKind.MARKET, code) for code in markets]
    named += [(ScopeKind.AREA, code) for code in areas]
    return tuple(named) or (EVERYWHERE,)


def _staff_role(role: Role) -> Role:
    if role is Role.VENDOR:
        raise typer.BadParameter("người bán dùng đường dẫn / vendors have links: cho40 link vendor")
    return role


def _password(*, ask: bool, from_stdin: bool) -> str | None:
    """Return a password from the terminal or stdin; ``None`` = make a one-time one.

    It is never an argument: arguments stand in the list of processes and in the shell's history.
    """
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if ask:
        return str(typer.prompt("Mật khẩu / password", hide_input=True, confirmation_prompt=True))
    return None
