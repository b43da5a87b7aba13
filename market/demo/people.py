"""One user a role for the demonstration's market, and the paper that says how they sign in."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from market.database import writing
from market.roles import Role, ScopeKind
from market.security.helper_logins import HOURS_MAX, issue_helper_login
from market.security.passwords import new_one_time_password
from market.security.users import AT_THE_TERMINAL, EVERYWHERE, UserDraft, add_user
from market.settings import Settings
from merchants.actors import COMMAND

PAPER = "sign-in.txt"
_PEOPLE = (
    (Role.ADMIN, "admin@cho.example", "Nguyễn Thu Trang"),
    (Role.MARKET_MANAGER, "quan-ly@cho.example", "Hà Văn Toàn"),
    (Role.MARKET_CLERK, "nhan-vien@cho.example", "Trần Thị Mai"),
    (Role.FIELD_HELPER, "ho-tro@cho.example", "Lý Văn Sơn"),
    (Role.ECONOMIST, "so-lieu@cho.example", "Đặng Thị Én"),
    (Role.AUDITOR, "kiem-tra@cho.example", "Bàn Văn Tỉnh"),
)
"""Made-up people of a made-up market; no vendor among them: vendors have links."""
_OF_ONE_MARKET = frozenset({Role.MARKET_MANAGER, Role.MARKET_CLERK, Role.FIELD_HELPER})


@dataclass(frozen=True, slots=True)
class WayIn:
    """How one of them comes in; the secret stands in the paper and nowhere else."""

    role: Role
    login: str
    secret: str
    """A password, or the helper's code."""


def add_people(
    engine: sa.Engine, settings: Settings, market_code: str, *, now: datetime
) -> list[WayIn]:
    """Add a user for each role but the vendor's."""
    ways = []
    with writing(engine) as session:
        for role, login, full_name in _PEOPLE:
            is_local = role in _OF_ONE_MARKET
            scope = (ScopeKind.MARKET, market_code) if is_local else EVERYWHERE
            is_helper = role is Role.FIELD_HELPER
            secret = new_one_time_password()
            user, _ = add_user(
                session,
                UserDraft(login=login, full_name=full_name, role=role, scopes=(scope,)),
                editor=AT_THE_TERMINAL,
                sealer=settings.sealer,
                now=now,
                password=None if is_helper else secret,
            )
            if is_helper:
                _, secret = issue_helper_login(
                    session,
                    user,
                    market_code=market_code,
                    hours=HOURS_MAX,
                    actor=COMMAND,
                    now=now,
                )
            ways.append(WayIn(role, login, secret))
    return ways


def write_paper(out: Path, settings: Settings, ways: list[WayIn], *, now: datetime) -> Path:
    """Write how to sign in, readable by its owner only, and return the file."""
    base_url = settings.base_url.rstrip("/")
    until_at = now + timedelta(hours=HOURS_MAX)
    lines = [f"Đăng nhập / sign in: {base_url}/dang-nhap", ""]
    for way in ways:
        if way.role is Role.FIELD_HELPER:
            lines.append(
                f"{way.role.value:<15} {base_url}/ho-tro/{way.secret}"
                f"  (đến / until {until_at:%d/%m/%Y %H:%M} UTC)"
            )
        else:
            lines.append(f"{way.role.value:<15} {way.login:<22} {way.secret}")
    path = out / PAPER
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path
