"""``cho40 survey``: plan, draw, print lists, enter answers from a file, read the result."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from market.cli.acting import As
from market.cli.context import opened_database, read_day
from market.survey_kinds import Allocation

if TYPE_CHECKING:
    from market.surveys.planning import Plan, Wish
    from market.surveys.results import SurveyResult

app = typer.Typer(
    help="Khảo sát tỷ trọng không dùng tiền mặt. / Surveys of the cashless share.",
    no_args_is_help=True,
)

Number = Annotated[int, typer.Argument(min=1, max=2**31 - 1, metavar="SURVEY", help="Đợt số.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON.")]
Markets = Annotated[list[str], typer.Argument(metavar="MARKET...", help="Mã chợ. / Market codes.")]
From = Annotated[str, typer.Option("--from", help="Ngày đầu dd/mm/yyyy. / First day.")]
To = Annotated[str, typer.Option("--to", help="Ngày cuối. / Last day.")]
_NUMBERS = {
    "margin": ("margin_permille", 10),
    "expected": ("expected_permille", 10),
    "variation": ("variation_percent", 1),
    "response": ("response_percent", 1),
    "large": ("large_m2", 1),
    "size": ("size", 1),
    "reserve": ("reserve", 1),
    "sheets": ("sheets", 1),
}
"""By their name at the terminal: the field of a wish, and how many of its units one is."""
Name = Annotated[str, typer.Option(help="Tên in trên phiếu. / Name printed on the lists.")]
Design = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="margin=5 (điểm phần trăm / points), expected=30 (%), variation=150 (%), response=80 (%), "
        "allocation=proportional|neyman, large=20 (m²), size (lượt / stall days), reserve=1, sheets=1, "
        "hours=6-11. Nhiều lần / repeatable.",
    ),
]


@app.command("plan")
def plan(
    markets: Markets, first: From, last: To, design: Design = None, *, as_json: AsJson = False
) -> None:
    """Tính tầng, cỡ mẫu, sai số chờ đợi; không ghi gì. / Strata, sizes, errors; writes nothing."""
    from market.database import reading
    from market.surveys.planning import plan_survey

    wish = _wish("-", markets, first, last, design)
    with opened_database() as (_, engine), reading(engine) as session:
        _print_plan(plan_survey(session, wish), as_json=as_json)


@app.command("draw")
def draw(
    markets: Markets,
    first: From,
    last: To,
    name: Name,
    login: As,
    design: Design = None,
    seed: Annotated[str, typer.Option(help="Hạt giống; trống = ngẫu nhiên. / Seed.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Bốc thăm một đợt và giữ lại cách bốc. / Draw a survey and keep how it was drawn."""
    import secrets

    from market.cli.acting import acting_as
    from market.clock import now
    from market.database import writing
    from market.security.rights import Right
    from market.surveys.drawing import draw_survey

    wish = _wish(name, markets, first, last, design)
    with opened_database() as (settings, engine), writing(engine) as session:
        at, sealer = now(), settings.sealer
        actors = [
            acting_as(session, login, Right.PLAN_SURVEYS, code, sealer=sealer, now=at)
            for code in wish.market_codes
        ]
        survey = draw_survey(
            session, wish, seed=seed or secrets.token_hex(16), actor=actors[0], now=at
        )
        told = {"survey": survey.id, "size": survey.size, "seed": survey.seed}
    if as_json:
        typer.echo(json.dumps(told))
    else:
        typer.echo(
            f"Đợt {told['survey']}: {told['size']} lượt hỏi, hạt giống {told['seed']} / drawn"
        )


@app.command("redraw")
def redraw(number: Number) -> None:
    """Bốc lại từ bản ghi và so. / Draw again from the record; exit 1: it differs."""
    from market.database import reading
    from market.surveys.drawing import differs_from_record

    with opened_database() as (_, engine), reading(engine) as session:
        differing = differs_from_record(session, number)
    if differing:
        typer.echo(
            f"cho40: đợt {number} bốc lại ra khác / differs: {'; '.join(differing)}", err=True
        )
        raise typer.Exit(1)
    typer.echo(f"Đợt {number}: bốc lại ra đúng danh sách / the same stall days")


@app.command("list")
def list_all(*, as_json: AsJson = False) -> None:
    """Các đợt khảo sát. / The surveys."""
    from dataclasses import asdict

    from market.database import reading
    from market.surveys.visits import list_surveys

    found = []
    with opened_database() as (_, engine), reading(engine) as session:
        before: int | None = None
        while entries := list_surveys(session, before_id=before):
            found += entries
            before = entries[-1].id
    rows = [asdict(one) for one in found]
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, default=str, ensure_ascii=False))
        return
    _print_table(
        rows,
        {
            "id": "Đợt",
            "name": "Tên",
            "first_on": "Từ",
            "last_on": "Đến",
            "size": "Lượt hỏi",
            "recorded": "Đã ghi",
        },
    )


@app.command("sheets")
def sheets(
    number: Number,
    out: Annotated[Path, typer.Option("--out", "-o", help="Tệp PDF. / PDF file.")],
    market: Annotated[str, typer.Option(help="Chỉ chợ này. / Only this market.")] = "",
) -> None:
    """In phiếu A4 cho người đi hỏi. / Print the lists for who asks."""
    from market.database import reading
    from market.surveys.paper import sheets_of
    from market.surveys.visits import find_survey

    with opened_database() as (_, engine), reading(engine) as session:
        content = sheets_of(session, find_survey(session, number), market.upper() or None)
    out.write_bytes(content)
    typer.echo(f"{out}")


@app.command("enter")
def enter(
    number: Number,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="CSV")],
    login: As,
    *,
    as_json: AsJson = False,
) -> None:
    """Nhập phiếu từ CSV: visit, outcome, cash_vnd, digital_vnd, counted_cash, counted_digital.

    / Enter answers from a CSV file; exit 3: some lines were not written down.
    """
    from market.cli.acting import acting_as
    from market.clock import now
    from market.database import writing
    from market.security.rights import Right
    from market.surveys.answering import enter_file
    from market.surveys.visits import find_survey, markets_of_survey

    text = file.read_text(encoding="utf-8-sig")
    with opened_database() as (settings, engine), writing(engine) as session:
        at = now()
        find_survey(session, number)
        actors = [
            acting_as(session, login, Right.ENTER_SURVEYS, code, sealer=settings.sealer, now=at)
            for code in markets_of_survey(session, number)
        ]
        told = enter_file(session, number, text, actor=actors[0], now=at)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "recorded": told.recorded,
                    "unchanged": told.unchanged,
                    "rejected": [{"line": row.line, "reason": row.reason} for row in told.rejected],
                },
                ensure_ascii=False,
            )
        )
    else:
        typer.echo(
            f"Ghi {told.recorded} lượt, {told.unchanged} đã có, {len(told.rejected)} dòng bị từ chối"
            " / recorded, known, rejected"
        )
        for row in told.rejected:
            typer.echo(f"{file.name}:{row.line}: {row.reason}", err=True)
    if told.rejected:
        raise typer.Exit(3)


@app.command("result")
def result(number: Number, *, as_json: AsJson = False) -> None:
    """Tỷ trọng ước lượng, sai số, tỷ lệ trả lời, điều cần lưu ý. / The estimate and its doubts."""
    from market.clock import now
    from market.database import reading
    from market.i18n import pct
    from market.i18n.survey_words import BIASES, UNTOLD
    from market.surveys.results import survey_result
    from market.surveys.visits import find_survey
    from merchants.days import market_day

    with opened_database() as (settings, engine), reading(engine) as session:
        secret = settings.disclosure_p_percent
        found = survey_result(
            session,
            find_survey(session, number),
            today=market_day(now()),
            p_percent=None if secret is None else secret.get_secret_value(),
        )
        if as_json:
            typer.echo(json.dumps(_as_json(found), ensure_ascii=False))
            return
    told = found.result
    if told.share is None or told.interval is None or told.bootstrap is None:
        assert told.untold is not None
        typer.echo(UNTOLD[told.untold])
    else:
        typer.echo(
            f"Tỷ trọng không dùng tiền mặt {pct(told.share)} "
            f"({pct(told.interval.low)}–{pct(told.interval.high)}; bootstrap "
            f"{pct(told.bootstrap.low)}–{pct(told.bootstrap.high)}), {told.answers} trả lời"
        )
    rate = found.response.rate
    typer.echo(f"Tỷ lệ trả lời {'–' if rate is None else pct(float(rate))}")
    for bias in found.biases:
        typer.echo(f"- {BIASES[bias]}")


def _wish(
    name: str, markets: Sequence[str], first: str, last: str, design: Sequence[str] | None
) -> "Wish":
    from market.surveys.planning import Wish

    told: dict[str, Any] = {}
    for one in design or ():
        key, _, value = one.partition("=")
        told |= _designed(key, value)
    return Wish(
        name=name,
        market_codes=tuple(dict.fromkeys(code.upper() for code in markets)),
        first_on=read_day(first),
        last_on=read_day(last),
        **told,
    )


def _designed(key: str, value: str) -> dict[str, Any]:
    """Return what a ``--set`` says of a wish; anything else is a usage error."""
    if key == "allocation" and value in {one.value for one in Allocation}:
        return {"allocation": Allocation(value)}
    numbers = [int(part) for part in value.split("-") if part.isascii() and part.isdigit()]
    if key == "hours" and len(numbers) == 2:
        return {"first_hour": numbers[0], "last_hour": numbers[1]}
    if key not in _NUMBERS or len(numbers) != 1 or value != str(numbers[0]):
        raise typer.BadParameter(f"{key}={value}: không đọc được / cannot be read")
    field, times = _NUMBERS[key]
    return {field: numbers[0] * times}


def _print_plan(found: "Plan", *, as_json: bool) -> None:
    from market.i18n import pct

    markets: list[dict[str, Any]] = [
        {
            "market": one.code,
            "stalls": one.population,
            "open_days": one.open_days,
            "sample": one.sample_size,
            "half_width": one.half_width,
        }
        for one in found.markets
    ]
    strata = [
        {"stratum": str(one.name), "stalls": one.population, "sample": one.sample_size}
        for one in found.strata
    ]
    if as_json:
        told = {
            "population": found.population,
            "size": found.size,
            "half_width": found.half_width,
            "size_for_share": found.size_for_share,
            "markets": markets,
            "strata": strata,
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    half = "–" if found.half_width is None else f"±{pct(found.half_width)}"
    typer.echo(f"Hỏi {found.size} trên {found.population} gian hàng, sai số chờ đợi {half}")
    margin = pct(found.wish.margin_permille / 1000)
    typer.echo(
        f"Chỉ hỏi có hay không (tỷ lệ gian), sai số ±{margin}: ghé {found.size_for_share} gian"
    )
    _print_table(
        [
            row | {"half_width": "–" if row["half_width"] is None else f"±{pct(row['half_width'])}"}
            for row in markets
        ],
        {
            "market": "Chợ",
            "stalls": "Gian",
            "open_days": "Ngày họp",
            "sample": "Hỏi",
            "half_width": "Sai số",
        },
    )
    _print_table(strata, {"stratum": "Nhóm", "stalls": "Gian", "sample": "Hỏi"})


def _as_json(found: "SurveyResult") -> dict[str, Any]:
    def share(told: Any) -> dict[str, Any]:
        return {
            "share": told.share,
            "standard_error": told.standard_error,
            "interval": [told.interval.low, told.interval.high] if told.interval else None,
            "bootstrap": [told.bootstrap.low, told.bootstrap.high] if told.bootstrap else None,
            "answers": told.answers,
            "population": told.population,
            "untold": told.untold,
        }

    rate = found.response.rate
    return {
        "survey": found.survey.id,
        "result": share(found.result),
        "markets": {one.code: share(one.result) for one in found.markets},
        "response_rate": None if rate is None else float(rate),
        "outcomes": dict(found.response.outcomes),
        "overdue": found.overdue,
        "waiting": found.waiting,
        "biases": list(found.biases),
        "estimated_together": found.together,
        "markets_not_spoken_for": found.silent,
    }


def _print_table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns.values())
    for row in rows:
        table.add_row(*(_cell(row[name]) for name in columns))
    Console().print(table)


def _cell(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
