"""``cho40 audit``: draw rounds, look at posters, deal with wrong codes, check printed codes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from market.cli.acting import As
from market.cli.context import opened_database, read_day

if TYPE_CHECKING:
    from sqlmodel import Session

    from market.security.rights import Right
    from market.settings import Settings
    from merchants.actors import Actor
    from merchants.audits.checks import Checked, Looked
    from merchants.audits.round_lists import RoundRecord

app = typer.Typer(help="Kiểm tra tấm mã. / Audits of posters.", no_args_is_help=True)

MarketCode = Annotated[str, typer.Argument(metavar="MARKET", help="Mã chợ. / Market code.")]
StallCode = Annotated[str, typer.Argument(metavar="STALL", help="Mã gian hàng. / Stall code.")]
Number = Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Số sự cố. / Incident number.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục. / JSON lines.")]
InRound = Annotated[
    int | None, typer.Option("--round", min=1, max=2**31 - 1, help="Đợt số. / Round number.")
]
Note = Annotated[str, typer.Option(help="Ghi chú. / Note.")]


class Seen(StrEnum):
    """What somebody saw, as it is typed."""

    OK = "ok"
    WORN = "worn"
    MISSING = "missing"
    REVOKED = "revoked"
    MISMATCH = "mismatch"


class State(StrEnum):
    """Where an incident stands, as it is typed."""

    OPEN = "open"
    TOLD = "told"
    CLOSED = "closed"


class Telling(StrEnum):
    """How a vendor was told, as it is typed."""

    IN_PERSON = "in_person"
    PHONE = "phone"


class Outcome(StrEnum):
    """What was done, as it is typed."""

    CODE_REMOVED = "code_removed"
    POSTER_REPLACED = "poster_replaced"
    POSTER_REVOKED = "poster_revoked"
    FALSE_ALARM = "false_alarm"


@app.command("round")
def draw_today(
    market: MarketCode,
    seed: Annotated[str, typer.Option(help="Hạt giống; trống = ngẫu nhiên. / Seed.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Bốc tấm mã phải xem hôm nay, hoặc xem đợt đã bốc. / Draw today's round, or show it."""
    import secrets

    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.audits.round_lists import find_round
    from merchants.audits.rounds import draw_round

    with opened_database() as (settings, engine), writing(engine) as session:
        row = draw_round(
            session,
            market.upper(),
            seed=seed or secrets.token_hex(16),
            share_permille=settings.audit_share_percent * 10,
            actor=COMMAND,
            now=now(),
        )
        record = find_round(session, market.upper(), row.id or 0)
    _print_round(record, as_json=as_json)


@app.command("rounds")
def rounds(market: MarketCode, *, as_json: AsJson = False) -> None:
    """Các đợt đã bốc. / The rounds drawn."""
    from market.database import reading
    from merchants.audits.round_lists import list_rounds

    found = []
    with opened_database() as (_, engine), reading(engine) as session:
        after: int | None = None
        while True:
            page, after = list_rounds(session, market.upper(), after=after)
            found += page
            if after is None:
                break
    _print(
        [asdict(one) for one in found],
        {
            "id": "Số", "held_on": "Ngày", "posters": "Bốc", "checked": "Đã xem",
            "passed": "Đúng mã", "method": "Cách bốc", "seed": "Hạt giống",
        },
        as_json=as_json,
    )  # fmt: skip


@app.command("redraw")
def redraw(
    market: MarketCode,
    number: Annotated[int, typer.Argument(min=1, max=2**31 - 1, metavar="ROUND")],
) -> None:
    """Bốc lại một đợt từ bản ghi và so. / Draw a round again from its record; exit 1: it differs."""
    from market.database import reading
    from merchants.audits.draw import METHOD, draw
    from merchants.audits.round_lists import find_round

    with opened_database() as (_, engine), reading(engine) as session:
        record = find_round(session, market.upper(), number)
    entry = record.entry
    again = set(draw(record.candidates, entry.seed, entry.share_permille))
    listed = {item.serial for item in record.items}
    if entry.method != METHOD or again != listed:
        typer.echo(
            f"cho40: đợt {number} bốc lại ra khác / differs: {', '.join(sorted(again ^ listed))} "
            f"({entry.method})",
            err=True,
        )
        raise typer.Exit(1)
    typer.echo(f"Đợt {number}: bốc lại ra đúng {len(listed)} tấm mã / the same posters")


@app.command("check")
def check(
    market: MarketCode,
    stall: StallCode,
    result: Annotated[Seen | None, typer.Option(help="Điều đã thấy. / What was seen.")] = None,
    text: Annotated[
        list[str] | None, typer.Option("--text", help="Nội dung mã. / What a code holds.")
    ] = None,
    round_id: InRound = None,
    note: Note = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Ghi một lần xem: mã đã quét hoặc điều đã thấy. / Record a look; exit 3: a wrong code."""
    from market.clock import now
    from merchants.actors import COMMAND
    from merchants.audits.checks import check_by_hand, check_payloads
    from merchants.kinds import CheckResult

    if bool(text) == (result is not None):
        raise typer.BadParameter("cần --result hoặc --text / one of --result and --text")

    def look(session: "Session", settings: "Settings", place: "Looked") -> "Checked":
        if result is not None:
            return check_by_hand(
                session, place, CheckResult(result.value), actor=COMMAND, now=now()
            )
        return check_payloads(
            session, place, text or [], sealer=settings.sealer, actor=COMMAND, now=now()
        )

    _look(market, stall, round_id, note, look, as_json=as_json)


@app.command("photo")
def photo(
    market: MarketCode,
    stall: StallCode,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="PHOTO")],
    round_id: InRound = None,
    note: Note = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Xem ảnh chụp một gian hàng. / Look at a photo of a stall; exit 3: a wrong code."""
    from market.clock import now
    from merchants.actors import COMMAND
    from merchants.audits.checks import check_photo
    from merchants.audits.photos import read_photo
    from merchants.audits.seen_photos import PHOTO_BYTES_MAX

    with file.open("rb") as opened:
        seen = read_photo(opened.read(PHOTO_BYTES_MAX + 1))

    def look(session: "Session", settings: "Settings", place: "Looked") -> "Checked":
        return check_photo(session, place, seen, sealer=settings.sealer, actor=COMMAND, now=now())

    _look(market, stall, round_id, note, look, as_json=as_json)


@app.command("checks")
def checks(
    market: MarketCode,
    result: Annotated[Seen | None, typer.Option(help="Chỉ kết quả này. / Only this.")] = None,
    stall: Annotated[str, typer.Option(help="Chỉ gian hàng này. / Only this stall.")] = "",
    since: Annotated[str, typer.Option(help="Từ ngày dd/mm/yyyy. / From this day on.")] = "",
    until: Annotated[str, typer.Option(help="Đến ngày dd/mm/yyyy. / To this day.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Các lần xem. / The looks."""
    from market.database import reading
    from merchants.audits.check_lists import CheckFilter, all_checks
    from merchants.kinds import CheckResult

    asked = CheckFilter(
        result=CheckResult(result.value) if result else None,
        stall_code=stall.upper(),
        first=read_day(since) if since else None,
        last=read_day(until) if until else None,
    )
    with opened_database() as (_, engine), reading(engine) as session:
        found = all_checks(session, market.upper(), asked)
    _print(
        [asdict(one) for one in found],
        {
            "id": "Số", "stall_code": "Gian", "serial": "Tấm mã", "result": "Kết quả",
            "source": "Cách xem", "checked_at": "Lúc", "recorded_by": "Người xem",
        },
        as_json=as_json,
    )  # fmt: skip


@app.command("incidents")
def incidents(
    market: MarketCode,
    state: Annotated[
        list[State] | None, typer.Option(help="Chỉ tình trạng này. / Only these.")
    ] = None,
    stall: Annotated[str, typer.Option(help="Chỉ gian hàng này. / Only this stall.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Sự cố mã lạ, làm bằng chứng; việc lấy ra được ghi lại. / Wrong codes, as evidence."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.audits.incident_evidence import take_evidence
    from merchants.audits.incident_lists import IncidentFilter
    from merchants.kinds import IncidentState

    asked = IncidentFilter(
        states=tuple(IncidentState(one.value) for one in state or ()), stall_code=stall.upper()
    )
    with opened_database() as (_, engine), writing(engine) as session:
        rows = take_evidence(session, market.upper(), actor=COMMAND, now=now(), asked=asked)
    _print(
        rows,
        {
            "id": "Số", "stall_code": "Gian", "code_label": "Mã lạ trả vào", "since_at": "Có thể từ",
            "found_at": "Thấy lúc", "state": "Tình trạng", "outcome": "Đã xử lý",
        },
        as_json=as_json,
    )  # fmt: skip


@app.command("told")
def told(
    market: MarketCode,
    number: Number,
    how: Annotated[Telling, typer.Option(help="Bằng cách nào. / How.")],
    who: As,
) -> None:
    """Ghi là người bán đã biết. / Note that the vendor knows."""
    from market.clock import now
    from market.database import writing
    from market.security.rights import Right
    from merchants.audits.incidents import tell_vendor
    from merchants.kinds import TellingWay

    with opened_database() as (settings, engine), writing(engine) as session:
        actor = _acting(session, settings, who, Right.WRITE_REGISTER, market)
        tell_vendor(session, market.upper(), number, TellingWay(how.value), actor=actor, now=now())
    typer.echo(f"Sự cố {number}: người bán đã biết / told")


@app.command("close")
def close(
    market: MarketCode,
    number: Number,
    outcome: Annotated[Outcome, typer.Option(help="Đã xử lý thế nào. / What was done.")],
    note: Annotated[str, typer.Option(help="Một câu. / One sentence.")],
    who: As,
) -> None:
    """Đóng sự cố; thu hồi hoặc thay tấm mã luôn. / Close; the poster is revoked or replaced, too."""
    from market.clock import now
    from market.database import writing
    from market.security.rights import Right
    from merchants.acceptance.approval import PosterKeys
    from merchants.audits.incidents import close_incident
    from merchants.kinds import IncidentOutcome

    with opened_database() as (settings, engine), writing(engine) as session:
        actor = _acting(session, settings, who, Right.DECIDE, market)
        close_incident(
            session,
            market.upper(),
            number,
            IncidentOutcome(outcome.value),
            note=note,
            keys=PosterKeys(settings.sealer, settings.print_key),
            actor=actor,
            now=now(),
        )
    typer.echo(f"Sự cố {number}: đã đóng / closed")


@app.command("wrong-code")
def wrong_code(market: MarketCode, number: Number, who: As) -> None:
    """In nguyên nội dung mã lạ để trình báo. / Print the wrong code whole, for the police."""
    from market.clock import now
    from market.database import writing
    from market.security.rights import Right
    from merchants.audits.incident_lists import wrong_payload
    from merchants.events import record_event
    from merchants.find import find_market
    from merchants.kinds import EventAction

    with opened_database() as (settings, engine), writing(engine) as session:
        actor = _acting(session, settings, who, Right.DECIDE, market)
        payload = wrong_payload(session, market.upper(), number, sealer=settings.sealer)
        record_event(
            session,
            EventAction.DATA_EXPORTED,
            actor=actor,
            now=now(),
            market_id=find_market(session, market.upper()).id,
            subject=f"incident:{number}",
            to_value="payload",
        )
    if payload is None:
        typer.echo("cho40: người xem thấy tận mắt, không có nội dung mã / nobody read it", err=True)
        raise typer.Exit(1)
    typer.echo(payload)


@app.command("code")
def code(
    serial: Annotated[str, typer.Argument(metavar="SERIAL", help="Số tấm mã. / Serial.")],
    typed: Annotated[str, typer.Argument(metavar="CODE", help="Mã in trên tấm. / Printed code.")],
) -> None:
    """So mã in trên tấm với sổ. / Check a printed code; exit 1: not ours, 2: mistyped."""
    from market.database import reading
    from market.i18n.audit_words import TYPED
    from merchants.audits.printed_codes import check_printed_code
    from qr.print_code import TypedCode

    with opened_database() as (settings, engine), reading(engine) as session:
        verdict = check_printed_code(
            session,
            serial.upper(),
            typed,
            sealer=settings.sealer,
            verification_key=settings.print_key,
        )
    told_as = TYPED[verdict][1].format(serial=serial.upper())
    typer.echo(f"{verdict.value}: {told_as}", err=verdict is not TypedCode.OURS)
    if verdict is not TypedCode.OURS:
        raise typer.Exit(1 if verdict is TypedCode.NOT_OURS else 2)


def _acting(
    session: "Session", settings: "Settings", who: str, right: "Right", market: str
) -> "Actor":
    from market.cli.acting import acting_as
    from market.clock import now

    return acting_as(session, who, right, market.upper(), sealer=settings.sealer, now=now())


def _look(
    market: str,
    stall: str,
    round_id: int | None,
    note: str,
    look: Any,
    *,
    as_json: bool,
) -> None:
    from market.database import writing
    from market.i18n.audit_words import FOR_STAFF
    from merchants.audits.check_lists import find_check
    from merchants.audits.checks import Looked
    from merchants.kinds import CheckResult

    with opened_database() as (settings, engine), writing(engine) as session:
        place = Looked(
            market_code=market.upper(),
            stall_code=stall.upper(),
            round_id=round_id,
            note=note,
            check_base=f"{settings.base_url.rstrip('/')}/p/",
        )
        done = look(session, settings, place)
        entry = find_check(session, market.upper(), done.check.id)
        numbers = [one.id for one in done.incidents]
    if as_json:
        typer.echo(_line({**asdict(entry), "incidents": numbers}))
    else:
        sentence, advice = FOR_STAFF[entry.result]
        typer.echo(f"{sentence.format(stall=entry.stall_code)} {advice}".strip())
        for number in numbers:
            typer.echo(f"Sự cố số {number} / incident {number}")
    if entry.result is CheckResult.MISMATCH:
        raise typer.Exit(3)


def _print_round(record: "RoundRecord", *, as_json: bool) -> None:
    if as_json:
        typer.echo(_line(asdict(record)))
        return
    entry = record.entry
    typer.echo(
        f"Đợt {entry.id}, {entry.held_on:%d/%m/%Y}: {entry.checked}/{entry.posters} đã xem, "
        f"{entry.method}, hạt giống / seed {entry.seed}"
    )
    _print(
        [asdict(item) for item in record.items],
        {"place": "", "stall_code": "Gian", "zone": "Khu", "serial": "Tấm mã", "result": "Kết quả"},
        as_json=False,
    )


def _print(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str], *, as_json: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    if as_json:
        for row in rows:
            typer.echo(_line(row))
        return
    table = Table(*columns.values())
    for row in rows:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in columns))
    Console().print(table)


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, default=str)
