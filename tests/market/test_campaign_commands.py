"""``cho40 programme | target | team | visit | model-card`` on the terminal."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from market import clock
from market.cli import app, main
from market.database import writing
from merchants.actors import COMMAND
from merchants.campaigns.model_cards import save_card
from merchants.errors import ModelCardChangedMeanwhile, ModelCardNotFound
from merchants.sealing import Sealer
from tests.merchants.campaigns.campaigning import held_stalls, programme
from tests.merchants.campaigns.test_model_cards import CONTENT
from tests.merchants.conftest import Register, fill

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
BASIS = "KH 12/KH-UBND 05/08/2026"
PERIOD = ("--period", "01/09/2026-31/12/2026", "--legal-basis", BASIS)
Run = Callable[..., Result]


@pytest.fixture
def register(engine: sa.Engine, sealer: Sealer) -> Register:
    """The demonstration markets."""
    return fill(engine, sealer)


@pytest.fixture
def run(register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``cho40`` on the demonstration markets, on 21 November 2026."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path / "var"))
    url = register.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("CHO40_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def _run(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(each) for each in arguments])

    return _run


def done(result: Result) -> str:
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def json_lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done(result).splitlines()]


def test_a_programme_with_waves(run: Run) -> None:
    done(run("programme", "add", "cho40", "--name", "Chợ 4.0", "--legal-basis", BASIS,
             "--from", "01/09/2026"))  # fmt: skip
    done(run("programme", "wave", "CHO40", 1, "ma", "dc", "--from", "01/09/2026"))
    done(run("programme", "wave", "CHO40", 1, "ma", "--from", "01/09/2026"))

    (listed,) = json_lines(run("programme", "list", "--json"))
    assert listed["waves"][0]["market_codes"] == ["MA"]
    assert "đợt 1, 01/09/2026: MA Chợ trung tâm Mậu A" in done(run("programme", "list"))


def test_nothing_yet_is_said(run: Run) -> None:
    assert "Chưa có chương trình nào" in done(run("programme", "list"))
    assert "Chưa có mục tiêu nào" in done(run("target", "list"))
    assert "Chưa có tổ nào" in done(run("team", "list", "MA"))
    assert "Chưa có gì" in done(run("visit", "list", "MA"))


def test_targets_are_set_superseded_and_withdrawn(run: Run) -> None:
    done(run("target", "set", "market:MA", "S3", "78,5", *PERIOD, "--baseline", "37"))
    refused = run("target", "set", "market:MA", "S3", "90", *PERIOD)
    done(run("target", "set", "market:MA", "S3", "90", *PERIOD, "--supersede"))

    (counting,) = json_lines(run("target", "list", "--market", "ma", "--json"))
    assert type(refused.exception).__name__ == "TargetSetMeanwhile"
    assert (counting["value_milli"], counting["unit"]) == (90_000, "percent")
    assert (counting["set_on"], counting["baseline_milli"]) == ("2026-11-21", None)
    done(run("target", "withdraw", counting["id"], "--reason", "Kế hoạch mới"))
    assert json_lines(run("target", "list", "--json")) == []
    history = done(run("target", "list", "--history"))
    assert "đã rút" in history
    assert "đã thay" in history
    assert "78,5%" in history


@pytest.mark.parametrize(
    "arguments",
    [
        ("village:MA", "S3", "80", *PERIOD),
        ("market:MA", "X1", "80", *PERIOD),
        ("market:MA", "S3", "viel", *PERIOD),
        ("market:MA", "S3", "80", "--period", "2026", "--legal-basis", BASIS),
    ],
)
def test_what_cannot_be_read_is_a_usage_error(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("target", "set", *arguments).exit_code == 2


def test_a_refusal_is_one_line_with_the_field(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["cho40", "target", "set", "market:XX", "S3", "80", *PERIOD]
    monkeypatch.setattr("sys.argv", command)

    with pytest.raises(SystemExit) as end:
        main()

    assert end.value.code == 1
    told = capsys.readouterr().err.splitlines()
    assert told == ["cho40: area_code: Không có chợ nào trong phạm vi “XX”"]


def test_a_team_its_visits_and_its_evidence(run: Run, register: Register, tmp_path: Path) -> None:
    with writing(register.engine) as session:
        held_stalls(session, ["A1", "A2"])
    done(run("team", "add", "MA", "Tổ thôn 1", "--place", "Thôn 1", "--from", "01/09/2026"))
    (team,) = json_lines(run("team", "list", "MA", "--json"))
    done(run("team", "member", "MA", team["id"], "Lò Thị Mai", "--phone", "0912000123",
             "--from", "01/09/2026"))  # fmt: skip
    listed = done(run("team", "list", "MA"))
    (team,) = json_lines(run("team", "list", "MA", "--json"))
    member = team["members"][0]["id"]

    done(run("visit", "add", "MA", member, "a1", "helped", "--minutes", 25))
    done(run("visit", "add", "MA", member, "A2", "refused", "--reason", "tax_concern"))
    out = tmp_path / "evidence.xlsx"
    done(run("team", "evidence", "MA", "2026-11", "--out", out, "--support", 500_000))

    assert "···123" in listed
    assert "0912" not in listed
    assert [one["stall_code"] for one in json_lines(run("visit", "list", "MA", "--json"))] == [
        "A2",
        "A1",
    ]
    assert "Từ chối" in done(run("visit", "list", "MA", "--from", "01/11/2026"))
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(out.read_bytes()))
    assert sheets.get_sheet_by_name("Theo tổ").to_python()[1][4:6] == [2, 40]
    league = json_lines(run("team", "league", "MA", "--json"))
    assert league == [
        {"rank": 1, "member": "Lò Thị Mai", "team": "Tổ thôn 1", "activated": 0, "helped": 1},
        {"unaided": 0, "activated": 0},
    ]
    assert "Không ai hỗ trợ: 0" in done(run("team", "league", "MA", "--from", "01/11/2026"))


def test_a_member_and_a_team_end(run: Run) -> None:
    done(run("team", "add", "MA", "Tổ thôn 1", "--from", "01/09/2026"))
    (team,) = json_lines(run("team", "list", "MA", "--json"))
    for name in ("Lò Thị Mai", "Lý Văn Sơn"):
        done(run("team", "member", "MA", team["id"], name, "--from", "01/09/2026"))
    (team,) = json_lines(run("team", "list", "MA", "--json"))

    done(run("team", "member-end", "MA", team["members"][0]["id"], "--to", "30/09/2026"))
    done(run("team", "end", "MA", team["id"], "--to", "31/10/2026"))

    (ended,) = json_lines(run("team", "list", "MA", "--json"))
    assert ended["to_on"] == "2026-10-31"
    assert [one["to_on"] for one in ended["members"]] == ["2026-09-30", "2026-10-31"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("team", "add", "MA", "Tổ", "--kind", "province"),
        ("visit", "add", "MA", 1, "A1", "asleep"),
        ("visit", "add", "MA", 1, "A1", "refused", "--reason", "tired"),
    ],
)
def test_an_unknown_kind_is_a_usage_error(run: Run, arguments: tuple[object, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_the_card_on_the_terminal_and_on_paper(
    run: Run, register: Register, tmp_path: Path
) -> None:
    with writing(register.engine) as session:
        programme(session, w1=["MA"])
        save_card(session, "MA", "CHO40", CONTENT, seen_at=None, actor=COMMAND, now=NOW)

    shown = done(run("model-card", "show", "MA"))
    (told,) = json_lines(run("model-card", "show", "MA", "--programme", "cho40", "--json"))
    out = tmp_path / "card.pdf"
    done(run("model-card", "pdf", "MA", "--out", out))

    assert "S3: 80%, hạn 31/12/2026" in shown
    assert "In tấm mã: Ban quản lý chợ (quá hạn)" in shown
    assert "Kinh phí: Kinh phí in tấm mã (chưa có)" in shown
    assert told["objectives"][0]["target_milli"] == 80_000
    assert out.read_bytes().startswith(b"%PDF-")


def test_a_card_is_edited_by_its_own_export(run: Run, register: Register, tmp_path: Path) -> None:
    with writing(register.engine) as session:
        programme(session, w1=["MA"])
        save_card(session, "MA", "CHO40", CONTENT, seen_at=None, actor=COMMAND, now=NOW)
    file = tmp_path / "card.json"
    done(run("model-card", "export", "MA", "--out", file))
    body = json.loads(file.read_text(encoding="utf-8"))

    same = run("model-card", "save", "ma", file, "--programme", "cho40")
    body["tasks"][0] |= {"state": "done", "responsible": "Đoàn xã"}
    body["objectives"][0]["target_milli"] = 90_000
    file.write_text(json.dumps(body), encoding="utf-8")
    unreasoned = run("model-card", "save", "MA", file, "--programme", "CHO40")
    done(run("model-card", "save", "MA", file, "--programme", "CHO40", "--reason", "Thêm 2 chợ"))

    assert same.exit_code == 0
    assert (unreasoned.exit_code, "reason: Mục tiêu đã chốt" in unreasoned.stderr) == (4, True)
    (told,) = json_lines(run("model-card", "show", "MA", "--json"))
    assert told["objectives"][0]["target_milli"] == 90_000
    assert (told["tasks"][0]["state"], told["tasks"][0]["responsible"]) == ("done", "Đoàn xã")
    assert told["versions"][0]["reason"] == "Thêm 2 chợ"


def test_a_card_somebody_else_saved_since_the_export_is_not_overwritten(
    run: Run, register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(register.engine) as session:
        programme(session, w1=["MA"])
        save_card(session, "MA", "CHO40", CONTENT, seen_at=None, actor=COMMAND, now=NOW)
    file = tmp_path / "card.json"
    done(run("model-card", "export", "MA", "--out", file))
    later = json.loads(file.read_text(encoding="utf-8")) | {"purpose": "Khác"}
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=1))
    (tmp_path / "later.json").write_text(json.dumps(later), encoding="utf-8")
    done(run("model-card", "save", "MA", tmp_path / "later.json", "--programme", "CHO40"))

    late = run("model-card", "save", "MA", file, "--programme", "CHO40")

    assert isinstance(late.exception, ModelCardChangedMeanwhile)


def test_a_new_card_from_toml(run: Run, register: Register, tmp_path: Path) -> None:
    with writing(register.engine) as session:
        programme(session, w1=["MA"])
    file = tmp_path / "card.toml"
    file.write_text(
        'purpose = "Chợ nhận tiền qua QR"\n'
        '[[objectives]]\nindicator = "S3"\ntarget_milli = 80_000\ndue_on = 2026-12-31\n'
        '[[tasks]]\ntask = "In tấm mã"\nresponsible = "Ban quản lý"\n'
        '[[resources]]\nkind = "money"\nneed = "Kinh phí in"\n',
        encoding="utf-8",
    )

    done(run("model-card", "save", "MA", file, "--programme", "CHO40"))

    assert "S3: 80%, hạn 31/12/2026" in done(run("model-card", "show", "MA"))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("card.toml", "purpose = ", "card.toml"),
        ("card.json", "{", "card.json"),
        ("card.json", '{"tasks": [{"task": "x", "responsible": 7}]}', "tasks.0.responsible"),
        ("card.json", '{"wish": 1}', "wish"),
        (
            "card.json",
            '{"objectives": [{"indicator": "ZZ", "target_milli": 1, "due_on": "2026-12-31"}]}',
            "objectives.0.indicator: Không có chỉ số “ZZ”",
        ),
    ],
)
def test_a_file_that_is_no_card_is_rejected_by_field(
    run: Run, register: Register, tmp_path: Path, name: str, content: str, told: str
) -> None:
    with writing(register.engine) as session:
        programme(session, w1=["MA"])
    (tmp_path / name).write_text(content, encoding="utf-8")

    refused = run("model-card", "save", "MA", tmp_path / name, "--programme", "CHO40")

    assert refused.exit_code == 4
    assert name in refused.stderr
    assert told in refused.stderr
    assert isinstance(run("model-card", "show", "MA").exception, ModelCardNotFound)
