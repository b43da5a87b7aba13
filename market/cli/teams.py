"""``cho40 team`` and ``cho40 visit``: who helps, and what was done."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from market.cli.context import opened_database, read_day

teams = typer.Typer(help="Tổ hỗ trợ tại chợ. / Teams of helpers.", no_args_is_help=True)
visits = typer.Typer(help="Lần ghé gian hàng. / Visits to stalls.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]
Market = Annotated[str, typer.Argument(help="Mã chợ / market code")]
Month = Annotated[datetime, typer.Argument(formats=["%Y-%m"], help="Tháng / month: 2026-10")]
Out = Annotated[Path, typer.Option("--out", dir_okay=False, help="Ghi ra tệp / write to")]


@teams.command("add")
def add_one_team(
    market: Market,
    name: Annotated[str, typer.Argument(help="Tên tổ / name")],
    kind: Annotated[str, typer.Option(help="hamlet | commune")] = "hamlet",
    place: Annotated[str, typer.Option(help="Thôn, xã / place")] = "",
    since: Annotated[str, typer.Option("--from", help="Từ ngày / from, dd/mm/yyyy")] = "",
) -> None:
    """Thêm tổ. / Add a team."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.campaigns.teams import NewTeam, add_team
    from merchants.kinds import TeamKind

    if kind not in [one.value for one in TeamKind]:
        raise typer.BadParameter(f"{kind!r}: cần / expected hamlet, commune")
    new = NewTeam(kind=TeamKind(kind), name=name, place=place, from_on=_day_or_today(since))
    with opened_database() as (_, engine), writing(engine) as session:
        row = add_team(session, market.upper(), new, actor=COMMAND, now=now())
        typer.echo(f"Tổ số {row.id} / team {row.id}")


@teams.command("member")
def add_one_member(
    market: Market,
    team: Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Số tổ / team number")],
    full_name: Annotated[str, typer.Argument(help="Họ và tên / name")],
    phone: Annotated[str, typer.Option(help="Số điện thoại, được niêm phong / phone")] = "",
    since: Annotated[str, typer.Option("--from", help="Từ ngày / from, dd/mm/yyyy")] = "",
) -> None:
    """Thêm thành viên vào tổ. / Add a member to a team."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.campaigns.teams import NewMember, add_member

    new = NewMember(full_name=full_name, phone=phone, from_on=_day_or_today(since))
    with opened_database() as (settings, engine), writing(engine) as session:
        row = add_member(
            session,
            market.upper(),
            team,
            new,
            sealer=settings.sealer,
            actor=COMMAND,
            now=now(),
        )
        typer.echo(f"Thành viên số {row.id} / member {row.id}")


@teams.command("end")
def end_one_team(
    market: Market,
    team: Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Số tổ / team number")],
    to_on: Annotated[str, typer.Option("--to", help="Ngày cuối / last day, dd/mm/yyyy")] = "",
) -> None:
    """Cho tổ thôi hoạt động; thành viên thôi cùng ngày. / End a team, its members with it."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.campaigns.teams import end_team

    last = _day_or_today(to_on)
    with opened_database() as (_, engine), writing(engine) as session:
        end_team(session, market.upper(), team, to_on=last, actor=COMMAND, now=now())
    typer.echo(f"Tổ số {team} / team {team}: đến / until {last:%d/%m/%Y}")


@teams.command("member-end")
def end_one_member(
    market: Market,
    member: Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Số thành viên / member")],
    to_on: Annotated[str, typer.Option("--to", help="Ngày cuối / last day, dd/mm/yyyy")] = "",
) -> None:
    """Cho một thành viên thôi khỏi tổ. / End somebody's time in a team."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.campaigns.teams import end_member

    last = _day_or_today(to_on)
    with opened_database() as (_, engine), writing(engine) as session:
        end_member(session, market.upper(), member, to_on=last, actor=COMMAND, now=now())
    typer.echo(f"Thành viên số {member} / member {member}: đến / until {last:%d/%m/%Y}")


@teams.command("link")
def link_one_member(
    market: Market,
    member: Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Số thành viên / member")],
    login: Annotated[
        str, typer.Argument(help="Tên đăng nhập; để trống là gỡ / sign-in name; empty = none")
    ] = "",
) -> None:
    """Gắn đăng nhập của người hỗ trợ với thành viên. / Say whose sign-in a member's is."""
    from market.clock import now
    from market.database import writing
    from market.security.helper_sign_ins import link_helper
    from market.security.users import user_by_login
    from merchants.actors import COMMAND

    with opened_database() as (settings, engine), writing(engine) as session:
        user_id = user_by_login(session, login, sealer=settings.sealer).id if login else None
        link_helper(session, market.upper(), member, user_id, actor=COMMAND, now=now())
    typer.echo(f"Thành viên số {member} / member {member}: {login or '-'}")


@teams.command("zones")
def set_or_show_zones(
    market: Market,
    team: Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Số tổ / team number")],
    zones: Annotated[
        list[str] | None, typer.Argument(help="Tên khu, tất cả khu của tổ / all its zones")
    ] = None,
    *,
    none: Annotated[bool, typer.Option("--none", help="Bỏ hết khu / no zone any more")] = False,
    as_json: AsJson = False,
) -> None:
    """Giao khu cho tổ, hoặc xem các khu. / Give a team its zones, or show them."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.campaigns.team_zones import list_team_zones, set_team_zones
    from merchants.campaigns.teams import find_team
    from merchants.days import market_day
    from merchants.find import find_market
    from merchants.stalls.zones import zone_named

    if none and zones:
        raise typer.BadParameter("--none: không ghi khu / name no zones with it")
    code, instant = market.upper(), now()
    with opened_database() as (_, engine), writing(engine) as session:
        if none or zones:
            place = find_market(session, code)
            ids = [zone_named(session, place, name).id or 0 for name in zones or []]
            set_team_zones(session, code, team, ids, actor=COMMAND, now=instant)
        find_team(session, code, team)
        found = [entry for entry in list_team_zones(session, code) if entry.team_id == team]
    today = market_day(instant)
    rows: list[dict[str, Any]] = [
        {
            "zone": entry.zone_name,
            "from": f"{entry.from_on:%Y-%m-%d}",
            "to": f"{entry.to_on:%Y-%m-%d}" if entry.to_on else "",
            "held": entry.is_held(today),
        }
        for entry in found
    ]
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    for row in rows:
        row["held"] = "đang giao" if row["held"] else "trước đây"
    _print_table(("Khu", "Từ ngày", "Đến ngày", "Tình trạng"), rows)


@teams.command("list")
def list_all_teams(market: Market, as_json: AsJson = False) -> None:
    """Liệt kê tổ và thành viên. / List teams and members."""
    from dataclasses import asdict

    from market.database import reading
    from merchants.campaigns.teams import list_teams

    with opened_database() as (_, engine), reading(engine) as session:
        found = list_teams(session, market.upper())
    if as_json:
        for team in found:
            typer.echo(json.dumps(asdict(team), ensure_ascii=False, default=str))
        return
    for team in found:
        ended = f", đến {team.to_on:%d/%m/%Y}" if team.to_on else ""
        typer.echo(f"{team.id}  {team.name} ({team.place}){ended}")
        for member in team.members:
            tail = f" ···{member.phone_tail}" if member.phone_tail else ""
            left = f", đến {member.to_on:%d/%m/%Y}" if member.to_on else ""
            typer.echo(f"    {member.id}  {member.full_name}{tail}{left}")
    if not found:
        typer.echo("Chưa có tổ nào. / No teams yet.")


@teams.command("league")
def show_league(
    market: Market,
    first: Annotated[str, typer.Option("--from", help="Từ ngày / from, dd/mm/yyyy")] = "",
    last: Annotated[str, typer.Option("--to", help="Đến ngày / to, dd/mm/yyyy")] = "",
    as_json: AsJson = False,
) -> None:
    """Xếp hạng theo tiểu thương kích hoạt. / The league by vendors activated."""
    from market.database import reading
    from merchants.campaigns.helped import helper_league

    until = _day_or_today(last)
    since = read_day(first) if first else until.replace(day=1)
    with opened_database() as (_, engine), reading(engine) as session:
        found = helper_league(session, market.upper(), first=since, last=until)
    rows: list[dict[str, Any]] = [
        {
            "rank": row.rank,
            "member": member.full_name,
            "team": member.team_name,
            "activated": row.activated,
            "helped": row.helped,
        }
        for row, member in found.named()
    ]
    if as_json:
        for row in [*rows, {"unaided": found.league.unaided, "activated": found.league.activated}]:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    _print_table(("Hạng", "Người hỗ trợ", "Tổ", "Kích hoạt", "Đã hỗ trợ"), rows)
    typer.echo(
        f"Không ai hỗ trợ: {found.league.unaided}; cả chợ: {found.league.activated}. "
        "Mỗi tiểu thương tính một lần, cho người hỗ trợ đầu tiên."
    )


@teams.command("evidence")
def write_month(
    market: Market,
    month: Month,
    out: Out,
    support: Annotated[
        int | None,
        typer.Option(min=0, help="Mức hỗ trợ mỗi tổ, chỉ in lại / rate, printed as given"),
    ] = None,
) -> None:
    """Ghi bằng chứng hoạt động của tổ (XLSX). / Write a month's evidence of the teams."""
    from market.clock import now
    from market.database import writing
    from market.documents.evidence_book import write_evidence
    from market.reports.team_evidence import take_evidence
    from merchants.actors import COMMAND

    with opened_database() as (_, engine), writing(engine) as session:
        told = take_evidence(
            session, market.upper(), month.date(), kind="xlsx", actor=COMMAND, now=now()
        )
    out.write_bytes(write_evidence(told, made_at=now(), support_vnd=support))
    typer.echo(f"{out}: {len(told.teams)} tổ, {told.visits} lần ghé / teams, visits")


@visits.command("add")
def add_one_visit(
    market: Market,
    member: Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Số thành viên / member")],
    stall: Annotated[str, typer.Argument(help="Mã gian hàng / stall code")],
    outcome: Annotated[str, typer.Argument(help="helped | follow_up | absent | refused")],
    minutes: Annotated[int, typer.Option(help="Số phút / minutes")] = 15,
    on: Annotated[str, typer.Option(help="Ngày / day, dd/mm/yyyy")] = "",
    reason: Annotated[str, typer.Option(help="Lý do từ chối / why refused: tax_concern …")] = "",
    note: Annotated[str, typer.Option(help="Ghi chú / note")] = "",
) -> None:
    """Ghi một lần ghé. / Record a visit."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.campaigns.visits import NewVisit, record_visit
    from merchants.kinds import ExitReason, VisitOutcome

    if outcome not in [one.value for one in VisitOutcome]:
        raise typer.BadParameter(f"{outcome!r}: helped, follow_up, absent, refused")
    if reason and reason not in [one.value for one in ExitReason]:
        raise typer.BadParameter(f"{reason!r}: {', '.join(one.value for one in ExitReason)}")
    new = NewVisit(
        member_id=member,
        stall_code=stall.upper(),
        visited_on=_day_or_today(on),
        minutes=minutes,
        outcome=VisitOutcome(outcome),
        reason=ExitReason(reason) if reason else None,
        note=note,
    )
    with opened_database() as (_, engine), writing(engine) as session:
        row = record_visit(session, market.upper(), new, actor=COMMAND, now=now())
        typer.echo(f"Lần ghé số {row.id} / visit {row.id}")


@visits.command("list")
def list_all_visits(
    market: Market,
    first: Annotated[str, typer.Option("--from", help="Từ ngày / from, dd/mm/yyyy")] = "",
    last: Annotated[str, typer.Option("--to", help="Đến ngày / to, dd/mm/yyyy")] = "",
    as_json: AsJson = False,
) -> None:
    """Liệt kê lần ghé, mới ghi trước. / List visits, the newest first."""
    from dataclasses import asdict

    from market.database import reading
    from market.i18n.campaign_names import VISIT_OUTCOMES
    from merchants.campaigns.visits import VisitFilter, list_visits

    until = _day_or_today(last)
    asked = VisitFilter(first=read_day(first) if first else until.replace(day=1), last=until)
    with opened_database() as (_, engine), reading(engine) as session:
        found = list_visits(session, market.upper(), asked)
    if as_json:
        for visit in found:
            typer.echo(json.dumps(asdict(visit), ensure_ascii=False, default=str))
        return
    rows = [
        {
            "on": f"{visit.visited_on:%d/%m/%Y}",
            "stall": visit.stall_code,
            "member": visit.member_name,
            "outcome": VISIT_OUTCOMES[visit.outcome],
            "minutes": visit.minutes,
        }
        for visit in found
    ]
    _print_table(("Ngày", "Gian", "Người ghé", "Kết quả", "Phút"), rows)


def _day_or_today(text: str) -> date:
    from market.clock import now
    from merchants.days import market_day

    return read_day(text) if text else market_day(now())


def _print_table(header: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        typer.echo("Chưa có gì. / Nothing yet.")
        return
    table = Table(*header)
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console().print(table)
