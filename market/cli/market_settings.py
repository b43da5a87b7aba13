"""``cho40 market show | edit | operator | calendar | correct | zones | lay-out``: change a market."""

import json
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from market.cli.context import opened_database, read_day
from merchants.kinds import CalendarRule, MarketKind, OperatorKind

Code = Annotated[str, typer.Argument(help="Mã chợ / market code")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
PREVIEW_DAYS = 42


def show(code: Code, as_json: AsJson = False) -> None:
    """Một chợ: hạng, loại, đơn vị quản lý, xã, lịch. / One market with its operator and commune."""
    from market.clock import now
    from market.database import reading
    from market.i18n.place_words import MARKET_KINDS, rule_words
    from merchants.calendars.market_calendars import current_rules
    from merchants.calendars.market_spans import market_spans
    from merchants.days import market_day
    from merchants.find import find_market
    from merchants.markets.communes import communes_of
    from merchants.markets.details import class_remark, derived_class, operators_of
    from merchants.stalls.changes import count_states

    today = market_day(now())
    with opened_database() as (_, engine), reading(engine) as session:
        market = find_market(session, code)
        rule = current_rules(session, today).get(market.id or 0)
        span = market_spans(session).get(market.id or 0)
        counted = market.stalls_counted
        told: dict[str, Any] = {
            "code": market.code,
            "name": market.name,
            "kind": market.kind.value,
            "class": market.market_class,
            "class_by_count": None if counted is None else derived_class(counted),
            "stalls_counted": counted,
            "stalls_counted_on": _iso(market.stalls_counted_on),
            "contact_phone": market.contact_phone,
            "contact_note": market.contact_note,
            "stalls": {key.value: count for key, count in count_states(session, market).items()},
            "calendar_rule_type": rule.rule_type.value if rule else None,
            "calendar_params": rule.params if rule else None,
            "opened_on": _iso(span.opened_on) if span else None,
            "closed_on": _iso(span.closed_on) if span else None,
            "operators": [
                {
                    "kind": one.kind.value,
                    "name": one.name,
                    "supervised_by": one.supervised_by,
                    "from_on": one.from_on.isoformat(),
                    "to_on": _iso(one.to_on),
                }
                for one in operators_of(session, market)
            ],
            "communes": [
                {
                    "code": one.code,
                    "valid_from": one.valid_from.isoformat(),
                    "name": one.name,
                    "from_on": one.from_on.isoformat(),
                    "to_on": _iso(one.to_on),
                }
                for one in communes_of(session, [market])[market.id or 0]
            ],
        }
        kind, remark = market.kind, class_remark(market.market_class, counted)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(f"{told['code']} {told['name']}: hạng {told['class']}, {MARKET_KINDS[kind]}")
    if remark:
        typer.echo(f"  {remark}")
    typer.echo(f"  Gian đếm được / counted: {counted if counted is not None else 'chưa đếm'}")
    typer.echo(f"  Lịch / calendar: {rule_words(rule)}")
    if span:
        typer.echo(f"  Họp từ / opened: {span.opened_on:%d/%m/%Y}")
    if span and span.closed_on:
        typer.echo(f"  Phiên cuối / last market day: {span.closed_on:%d/%m/%Y}")
    for one in told["operators"]:
        typer.echo(
            f"  Quản lý / operator: {one['name']}, từ {one['from_on']} đến {one['to_on'] or 'nay'}"
        )
    for one in told["communes"]:
        typer.echo(f"  Xã / commune: {one['name']} ({one['code']}), từ {one['from_on']}")


def edit(
    code: Code,
    name: Annotated[str | None, typer.Option("--name", help="Tên / name")] = None,
    kind: Annotated[MarketKind | None, typer.Option("--kind", help="Loại / kind")] = None,
    market_class: Annotated[
        int | None, typer.Option("--class", min=1, max=3, help="Hạng / class")
    ] = None,
    stalls: Annotated[
        int | None, typer.Option("--stalls", min=0, help="Số gian đếm được / counted")
    ] = None,
    counted_on: Annotated[
        str | None, typer.Option("--counted-on", help="Ngày đếm / day of the count")
    ] = None,
    contact: Annotated[
        str | None, typer.Option("--contact", help="Số gọi ban quản lý / the office's number")
    ] = None,
    contact_note: Annotated[
        str | None,
        typer.Option("--contact-note", help="Lúc nào có người nghe / when it is answered"),
    ] = None,
) -> None:
    """Đổi thông tin chợ; mục không ghi thì giữ nguyên. / Change a market; the rest stays."""
    from dataclasses import replace

    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.find import find_market
    from merchants.markets.details import change_market, facts_of

    told: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "market_class": market_class,
        "stalls_counted": stalls,
        "stalls_counted_on": read_day(counted_on) if counted_on else None,
        "contact_phone": contact,
        "contact_note": contact_note,
    }
    with opened_database() as (_, engine), writing(engine) as session:
        facts = facts_of(find_market(session, code))
        facts = replace(facts, **{key: value for key, value in told.items() if value is not None})
        changed = change_market(session, code, facts, actor=COMMAND, now=now())
    typer.echo(f"{code}: {', '.join(changed) or 'không đổi gì / nothing changed'}")


def operator(
    code: Code,
    name: Annotated[str, typer.Argument(help="Tên đơn vị quản lý / who runs it")],
    kind: Annotated[OperatorKind, typer.Option("--kind")] = OperatorKind.MANAGEMENT_BOARD,
    from_on: Annotated[str | None, typer.Option("--from", help="Từ ngày / from the day")] = None,
    supervised_by: Annotated[str, typer.Option("--supervised-by")] = "",
    legal_basis: Annotated[str, typer.Option("--legal-basis")] = "",
) -> None:
    """Đơn vị quản lý chợ từ một ngày. / Say who runs a market from a day on."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.days import market_day
    from merchants.markets.details import OperatorDetails, set_operator

    first = read_day(from_on) if from_on else market_day(now())
    details = OperatorDetails(
        kind=kind, name=name, supervised_by=supervised_by, legal_basis=legal_basis
    )
    with opened_database() as (_, engine), writing(engine) as session:
        is_new = set_operator(session, code, details, from_on=first, actor=COMMAND, now=now())
    what = "đã ghi / put down" if is_new else "không đổi gì / nothing changed"
    typer.echo(f"{code}: {name} từ {first:%d/%m/%Y}: {what}")


def calendar(
    code: Code,
    rule: Annotated[
        CalendarRule | None, typer.Option("--rule", help="Kiểu lịch mới / new rule")
    ] = None,
    params: Annotated[str, typer.Option("--params", help="weekdays=3|7, days=3|8, …")] = "",
    from_on: Annotated[str | None, typer.Option("--from", help="Từ ngày / from the day")] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Ghi, không chỉ xem. / Write, do not only preview.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Sáu tuần ngày chợ; với --rule thì xem trước lịch mới. / Six weeks of market days."""
    from market.clock import now
    from market.database import reading, writing
    from merchants.actors import COMMAND
    from merchants.calendars.market_calendars import calendar_of, change_rule, preview
    from merchants.days import market_day
    from merchants.find import find_market

    first = read_day(from_on) if from_on else market_day(now())
    last = first + timedelta(days=PREVIEW_DAYS - 1)
    if write and rule is None:
        raise typer.BadParameter("needs --rule", param_hint="--write")
    with opened_database() as (_, engine):
        if rule is not None and write:
            with writing(engine) as session:
                market = find_market(session, code)
                change_rule(session, market, rule, params, from_on=first, actor=COMMAND, now=now())
        with reading(engine) as session:
            known = calendar_of(session, find_market(session, code), first, last)
            days = (
                preview(known, rule, params, from_on=first)
                if rule is not None and not write
                else known.days(first, last)
            )
    opened = [day for day in days if day.is_open]
    if as_json:
        for day in days:
            told = {"on": day.on.isoformat(), "is_open": day.is_open, "branch": day.branch}
            typer.echo(json.dumps(told, ensure_ascii=False))
        return
    title = "Lịch mới, chưa ghi / preview" if rule is not None and not write else "Lịch / calendar"
    typer.echo(f"{code}: {title}: {len(opened)} ngày họp / market days")
    typer.echo(", ".join(f"{day.on:%d/%m}" for day in opened))


def correct(
    code: Code,
    day: Annotated[str, typer.Argument(help="Ngày / day: 21/11/2026")],
    word: Annotated[str, typer.Argument(help="open | closed | rule")],
    note: Annotated[str, typer.Option("--note", help="Lý do / why")] = "",
) -> None:
    """Sửa một ngày: họp, nghỉ, hoặc theo lịch. / Put one day right, or leave it to the rule."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.calendars.market_calendars import correct_day, take_back_correction
    from merchants.find import find_market

    on = read_day(day)
    if word not in {"open", "closed", "rule"}:
        raise typer.BadParameter(f"{word!r}: open, closed, rule")
    with opened_database() as (_, engine), writing(engine) as session:
        market = find_market(session, code)
        if word == "rule":
            take_back_correction(session, market, on, actor=COMMAND, now=now())
        else:
            correct_day(
                session, market, on, is_open=word == "open", note=note, actor=COMMAND, now=now()
            )
    typer.echo(f"{code} {on:%d/%m/%Y}: {word}")


def zones(code: Code, as_json: AsJson = False) -> None:
    """Các khu của chợ và vị trí trên sơ đồ. / The zones of a market and their boxes."""
    from market.database import reading
    from merchants.find import find_market
    from merchants.stalls.zones import list_zones

    with opened_database() as (_, engine), reading(engine) as session:
        found = list_zones(session, find_market(session, code))
    for zone in found:
        box = zone.box
        if as_json:
            sides = [box.x, box.y, box.width, box.height] if box else None
            told = {"id": zone.id, "name": zone.name, "stalls": zone.stalls, "box": sides}
            typer.echo(json.dumps(told, ensure_ascii=False))
        else:
            place = f"ô {box.x},{box.y}, {box.width} × {box.height}" if box else "chưa xếp"
            typer.echo(f"{zone.id}  {zone.name}: {zone.stalls} gian, {place}")
    if not found and not as_json:
        typer.echo("Chưa có khu nào. / No zones yet.")


def lay_out(code: Code) -> None:
    """Xếp mọi gian trên sơ đồ theo mã. / Place every zone and stall by code order."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.stalls.floor_positions import lay_out as place_all

    with opened_database() as (_, engine), writing(engine) as session:
        moved = place_all(session, code, actor=COMMAND, now=now())
    typer.echo(f"{code}: xếp {moved} gian / stalls placed")


def add_commands(app: typer.Typer) -> None:
    """Put these commands beside ``market import`` and ``market list``."""
    for name, command in (
        ("show", show),
        ("edit", edit),
        ("operator", operator),
        ("calendar", calendar),
        ("correct", correct),
        ("zones", zones),
        ("lay-out", lay_out),
    ):
        app.command(name)(command)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
