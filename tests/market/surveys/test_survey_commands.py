"""``cho40 survey`` as an operator types it."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from typer.testing import CliRunner

from market import cli
from market.database import reading, writing
from market.roles import Role
from market.security.errors import ScopeRefused
from market.settings import Settings
from market.surveys.visits import visits_of_survey
from merchants.errors import EntryRefused
from tests.market.conftest import KEY, add_user
from tests.qr.pdf_reading import read_pdf

DAYS = ("--from", "01/10/2026", "--to", "31/10/2026")
ECONOMIST = ("--as", "economist@cho.example")
CLERK = ("--as", "clerk@cho.example")


@pytest.fixture(autouse=True)
def october_in_the_environment(
    settings: Settings, october: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands find the database with October; an economist and a clerk sign in there."""
    monkeypatch.setenv("CHO40_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CHO40_SECRET_KEYS", json.dumps([KEY]))
    monkeypatch.setenv("CHO40_HASH_KEY", KEY)
    monkeypatch.setenv("COLUMNS", "200")
    with writing(october) as session:
        add_user(session, Role.ECONOMIST, login="economist@cho.example")
        add_user(session, Role.MARKET_CLERK, markets=["MA"], login="clerk@cho.example")


def ran(*words: str, exit_code: int = 0) -> Result:
    result = CliRunner().invoke(cli.app, ["survey", *words], catch_exceptions=False)
    assert result.exit_code == exit_code, result.output
    return result


def test_a_survey_from_the_plan_to_the_result(october: sa.Engine, tmp_path: Path) -> None:
    planned = json.loads(ran("plan", "MA", *DAYS, "--set", "margin=10", "--json").stdout)
    assert (planned["population"], planned["markets"][0]["open_days"]) == (25, 31)
    # 96,04/(1 + 95,04/25) = 20,0, over 80 % who answer: everybody
    assert planned["size_for_share"] == 25
    told = ran("plan", "MA", *DAYS).stdout
    assert "sai số chờ đợi ±" in told
    assert "sai số ±5,0%: ghé 25 gian" in told

    words = ("draw", "ma", *DAYS, "--name", "Thử", *ECONOMIST, "--seed", "s")
    drawn = json.loads(ran(*words, "--set", "size=20", "--set", "hours=7-9", "--json").stdout)
    assert (drawn["size"], drawn["seed"]) == (20, "s")
    number = str(drawn["survey"])
    assert "đúng danh sách" in ran("redraw", number).stdout
    assert "Thử" in ran("list").stdout

    paper = tmp_path / "phieu.pdf"
    ran("sheets", number, "--out", str(paper))
    assert len(read_pdf(paper.read_bytes()).pages) >= 1

    with reading(october) as session:
        visits = [one for one in visits_of_survey(session, int(number)) if not one.is_reserve]
    assert {one.quarter_minute // 60 for one in visits} <= {7, 8}
    rows = [f"{one.id},answered,{60_000 + one.id},{20_000 + one.id},," for one in visits]
    answers = tmp_path / "answers.csv"
    answers.write_text(
        "\n".join(
            ["visit,outcome,cash_vnd,digital_vnd,counted_cash,counted_digital", *rows, "x,,,,,"]
        )
    )
    refused = ran("enter", number, str(answers), *CLERK, exit_code=3)
    assert "Ghi 20 lượt, 0 đã có, 1 dòng bị từ chối" in refused.stdout
    assert "answers.csv:22" in refused.stderr

    told = json.loads(ran("result", number, "--json").stdout)
    assert told["result"]["share"] == pytest.approx(0.25, abs=0.01)
    assert told["response_rate"] == 1
    assert "Tỷ trọng không dùng tiền mặt 25,0%" in ran("result", number).stdout


def test_only_who_may_draws_and_only_markets_in_reach() -> None:
    words = ("draw", "MA", *DAYS, "--name", "Thử")
    with pytest.raises(ScopeRefused):
        ran(*words, *CLERK)
    with pytest.raises(EntryRefused, match="nhóm cần ít nhất"):
        ran(*words, *ECONOMIST, "--set", "size=1")
    ran(*words, *ECONOMIST, "--set", "speed=1", exit_code=2)
    ran(*words, *ECONOMIST, "--set", "hours=later", exit_code=2)
