"""The rules on pages, through the API and on the command line: two people, a trial, a history."""

import json
import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select
from typer.testing import CliRunner

from market.cli import app, main
from market.database import reading, writing
from market.roles import Role
from reconciliation.profiles import load_profiles
from reconciliation.rules.in_force import rules_in_force
from reconciliation.rules.tables import RuleChange
from tests.market.conftest import SignedIn, Staff

CONTRACT = """
[[profile]]
provider = "stripe"
valid_from = 2000-01-01
books = ["payments", "statement", "payouts"]
payouts = "listing"

[profile.fee]
bps = 300
"""
WHEN = {"tu_ngay": "2026-12-01", "ly_do": "Phụ lục 3"}


def proposed(client: SignedIn) -> str:
    answer = client.send("/quy-tac", noi_dung=CONTRACT, once="a" * 32, **WHEN)
    assert answer.status_code == 303
    return str(answer.headers["location"]).partition("?")[0]


def changes(engine: sa.Engine) -> list[RuleChange]:
    with writing(engine) as session:  # reading ends with a rollback, which expires rows
        return list(session.exec(select(RuleChange)).all())


def test_a_change_is_proposed_tried_and_approved_by_somebody_else(
    staff: Staff, october: sa.Engine
) -> None:
    lan, mai = staff(Role.ADMIN), staff(Role.ADMIN)
    page = proposed(lan)

    early = mai.send(f"{page}/quyet", viec="duyet")
    assert early.status_code == 409
    assert "Chưa thử trên các ngày đã chốt" in early.text
    tried = lan.send(f"{page}/thu", tu="2026-10-30", den="2026-10-31")
    assert tried.status_code == 303
    shown = mai.get(page)
    assert "Thử trên ngày đã chốt, 30/10/2026 đến 31/10/2026" in shown.text

    own = lan.send(f"{page}/quyet", viec="duyet")
    assert own.status_code == 409
    assert "cần người thứ hai" in own.text
    assert mai.send(f"{page}/quyet", viec="duyet", ghi_chu="Đã xem").status_code == 303

    [change] = changes(october)
    assert (change.decision.value, change.decided_by) == ("approved", f"staff:{mai.user_id}")
    with reading(october) as session:
        live = rules_in_force(session, load_profiles())
    begins = [row.valid_from for row in live.rows if row.provider == "stripe"]
    assert begins == [date(2000, 1, 1), date(2026, 12, 1)]
    assert "Đã duyệt" in mai.get("/quy-tac").text


def test_the_second_person_sees_every_field_that_would_differ(
    staff: Staff, october: sa.Engine
) -> None:
    lan, mai = staff(Role.ADMIN), staff(Role.ADMIN)
    begun = unescape(lan.get("/quy-tac?tu=momo").text)
    [row] = re.findall(r"<textarea[^>]*>(.*?)</textarea>", begun, re.DOTALL)
    assert 'provider = "momo"' in row
    assert "bps = 110" in row
    without = row.replace("bps = 110", "bps = 90").replace('calendar = "vn"\n', "")

    sent = lan.send("/quy-tac", noi_dung=without, once="d" * 32, **WHEN)
    page = str(sent.headers["location"]).partition("?")[0]
    shown = " ".join(re.sub(r"<[^>]*>", " ", unescape(mai.get(page).text)).split())

    assert 'MoMo calendar 01/12/2026 "vn" không ghi' in shown
    assert "MoMo fee.bps 01/12/2026 110 90" in shown
    assert "2 ô" in shown
    assert '[[profile]] provider = "momo"' in shown
    told = mai.get(f"/api/v1/rule-changes/{page.rpartition('/')[2]}").json()
    assert "bps = 90" in told["text"]


def test_a_source_nobody_knows_begins_no_proposal(staff: Staff) -> None:
    page = staff(Role.ADMIN).get("/quy-tac?tu=nobody")

    assert page.status_code == 200
    assert (
        "[[profile]]" not in re.findall(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL)[0]
    )


def test_sending_a_proposal_twice_proposes_once(staff: Staff, october: sa.Engine) -> None:
    client = staff(Role.ADMIN)

    assert proposed(client) == proposed(client)
    assert len(changes(october)) == 1


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("noi_dung", "[[profile]]\nprovider = 'momo'", "valid_from"),
        ("noi_dung", CONTRACT.replace("bps = 300", "bps = -1"), "“stripe”, fee.bps: ghi -1, cần"),
        ("noi_dung", "", "[[profile]]"),
        ("tu_ngay", "32/12/2026", "“32/12/2026” chưa phải ngày"),
        ("tu_ngay", "", "Chưa có ngày"),
        ("tu_ngay", "9999-12-31", "Ngày quá xa"),
        ("ly_do", "", "Ghi lý do"),
    ],
)
def test_what_cannot_be_proposed_comes_back_as_it_was_typed(
    staff: Staff, october: sa.Engine, field: str, value: str, told: str
) -> None:
    fields = {"noi_dung": CONTRACT, **WHEN, field: value}

    answer = staff(Role.ADMIN).send("/quy-tac", once="b" * 32, **fields)

    assert answer.status_code == 422
    assert told in answer.text
    assert changes(october) == []


def test_a_row_sent_as_it_stands_changes_nothing_and_is_not_proposed(
    staff: Staff, october: sa.Engine
) -> None:
    lan = staff(Role.ADMIN)
    begun = unescape(lan.get("/quy-tac?tu=bank_vcb").text)
    [row] = re.findall(r"<textarea[^>]*>(.*?)</textarea>", begun, re.DOTALL)

    answer = lan.send("/quy-tac", noi_dung=row, once="e" * 32, **WHEN)

    assert answer.status_code == 422
    assert "Nội dung giống hệt quy tắc đang dùng." in answer.text
    assert changes(october) == []


def test_days_are_read_as_people_write_them(staff: Staff, october: sa.Engine) -> None:
    lan = staff(Role.ADMIN)
    written = {**WHEN, "tu_ngay": "01/12/2026"}

    sent = lan.send("/quy-tac", noi_dung=CONTRACT, once="f" * 32, **written)
    page = str(sent.headers["location"]).partition("?")[0]
    backwards = lan.send(f"{page}/thu", tu="31/10/2026", den="30/10/2026")
    tried = lan.send(f"{page}/thu", tu="30/10/2026", den="31/10/2026")

    assert changes(october)[0].valid_from == date(2026, 12, 1)
    assert backwards.status_code == 422
    assert "Ngày cuối nằm trước ngày đầu." in backwards.text
    assert tried.status_code == 303


@pytest.mark.parametrize("deed", ["duyet", "tu-choi"])
def test_deciding_twice_by_one_form_decides_once(
    staff: Staff, october: sa.Engine, deed: str
) -> None:
    lan, mai = staff(Role.ADMIN), staff(Role.ADMIN)
    page = proposed(lan)
    lan.send(f"{page}/thu", tu="2026-10-30", den="2026-10-31")
    [once] = set(re.findall(r'name="once" value="([^"]+)"', mai.get(page).text))

    first = mai.send(f"{page}/quyet", viec=deed, once=once)
    again = mai.send(f"{page}/quyet", viec=deed, once=once)

    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["location"] == again.headers["location"]
    assert mai.send(f"{page}/quyet", viec=deed, once="g" * 32).status_code == 409


def test_taking_back_twice_by_one_form_takes_back_once(staff: Staff, october: sa.Engine) -> None:
    lan = staff(Role.ADMIN)
    page = proposed(lan)
    [once] = set(re.findall(r'name="once" value="([^"]+)"', lan.get(page).text))

    answers = [lan.send(f"{page}/quyet", viec="rut", once=once) for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    assert changes(october)[0].decision.value == "withdrawn"


def test_the_second_person_is_told_how_much_a_trial_tried(staff: Staff) -> None:
    lan, mai = staff(Role.ADMIN), staff(Role.ADMIN)
    page = proposed(lan)
    lan.send(f"{page}/thu", tu="2026-10-31", den="2026-10-31")
    records = mai.get(f"/api/v1{page.replace('quy-tac', 'rule-changes')}").json()["trial"][
        "records"
    ]

    deciding = mai.get(page).text.partition('id="h-quyet"')[2]

    assert (
        f"Đã thử trên 2 ngày chợ đã chốt, 31/10/2026 đến 31/10/2026, với {records} kết luận."
    ) in deciding
    in_english = mai.get(f"{page}?lang=en").text.partition('id="h-quyet"')[2]
    assert f"Tried on 2 closed market days, 31/10/2026 to 31/10/2026, with {records}" in in_english


@pytest.mark.parametrize("role", [Role.MARKET_MANAGER, Role.AUDITOR])
def test_whoever_answers_for_money_reads_the_rules_and_cannot_change_them(
    staff: Staff, role: Role
) -> None:
    client = staff(role, "MA")

    shown = client.get("/quy-tac")

    assert shown.status_code == 200
    assert "dòng quy tắc đang dùng" in shown.text
    arrives = dict(
        re.findall(r">(Vietcombank|SePay|ZaloPay|MoMo)</th>.*?Tiền về sau\">(.*?)<", shown.text)
    )
    assert arrives == {
        "Vietcombank": "vào thẳng tài khoản",
        "SePay": "vào thẳng tài khoản",
        "ZaloPay": "chưa có nguồn nào báo",
        "MoMo": "1 ngày",
    }
    assert "Ghi đề xuất" not in shown.text
    assert client.get("/api/v1/rules").status_code == 200
    assert client.send("/quy-tac", noi_dung=CONTRACT, **WHEN).status_code == 403


@pytest.mark.parametrize("role", [Role.MARKET_CLERK, Role.ECONOMIST])
def test_nobody_else_sees_the_rules(staff: Staff, role: Role) -> None:
    client = staff(role, *(["MA"] if role is Role.MARKET_CLERK else []))

    assert client.get("/quy-tac").status_code == 403
    assert client.get("/api/v1/rules").status_code == 403


def test_machines_propose_try_and_decide_by_the_same_rules(
    staff: Staff, october: sa.Engine
) -> None:
    lan, mai = staff(Role.ADMIN), staff(Role.ADMIN)
    body = {"content": CONTRACT, "valid_from": "2026-12-01", "reason": "Phụ lục 3"}

    far = lan.post("/api/v1/rule-changes", json={**body, "valid_from": "9999-12-31"})
    assert (far.status_code, far.json()["title"]) == (422, "Ngày quá xa")
    made = lan.post("/api/v1/rule-changes", json=body)
    assert made.status_code == 201, made.text
    path = f"/api/v1/rule-changes/{made.json()['id']}"
    assert made.json()["rows"][0]["fee"] == "3,00%, từng khoản"
    trial = lan.post(f"{path}/trial", json={"first": "2026-10-30", "last": "2026-10-31"})
    assert trial.json()["trial"]["closed_days"] == 4
    assert lan.post(f"{path}/approval", json={}).status_code == 409
    approved = mai.post(f"{path}/approval", json={"note": "Đã xem"})
    assert (approved.status_code, approved.json()["decision"]) == (200, "approved")

    assert [one["id"] for one in mai.get("/api/v1/rule-changes").json()] == [made.json()["id"]]
    assert mai.get(f"/api/v1/rules/{'0' * 64}").status_code == 404
    in_force = mai.get("/api/v1/rules").json()
    assert {row["valid_from"] for row in in_force["rows"] if row["provider"] == "stripe"} == {
        "2000-01-01",
        "2026-12-01",
    }


def test_the_command_line_asks_for_two_names_too(
    staff: Staff, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for login in ("lan@cho.example", "mai@cho.example"):
        staff(Role.ADMIN, login=login)
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CHO40_SECRET_KEYS", '["a-key-for-tests-only"]')
    monkeypatch.setenv("CHO40_HASH_KEY", "a-key-for-tests-only")
    file = tmp_path / "hop-dong.toml"
    file.write_text(CONTRACT, encoding="utf-8")

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["rule", *words])
        return result.exit_code, result.output

    to_propose = ["propose", str(file), "--valid-from", "2026-12-01", "--reason", "Phụ lục"]
    assert run(*to_propose, "--as", "lan@cho.example")[0] == 0
    code, told = run("backtest", "1", "--from", "2026-10-30", "--to", "2026-10-31", "--json")
    assert (code, json.loads(told)["closed_days"]) == (0, 4)
    assert run("approve", "1", "--as", "lan@cho.example")[0] == 1
    assert run("approve", "1", "--as", "mai@cho.example")[0] == 0
    code, told = run("list", "--json")
    assert code == 0
    assert json.loads(told)["changes"][0]["decision"] == "approved"
    assert "đã duyệt" in run("show", "1")[1]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            CONTRACT.replace('"listing"', '"listing"\npays_on_weekends = "no"').encode(),
            '[[profile]] 1 “stripe”, pays_on_weekends: ghi "no", cần true hoặc false',
        ),
        (
            CONTRACT.replace('"listing"', '"listing"\npayment_types = ["payments"]').encode(),
            '[[profile]] 1 “stripe”, payment_types: ghi ["payments"], cần danh sách',
        ),
        (b"\xff", "không phải văn bản UTF-8"),
    ],
)
def test_a_wrong_field_is_refused_where_it_is_proposed(
    staff: Staff,
    october: sa.Engine,
    settings: object,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    told: str,
) -> None:
    staff(Role.ADMIN, login="lan@cho.example")
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CHO40_SECRET_KEYS", '["a-key-for-tests-only"]')
    monkeypatch.setenv("CHO40_HASH_KEY", "a-key-for-tests-only")
    file = tmp_path / "hop-dong.toml"
    file.write_bytes(content)
    command = ["cho40", "rule", "propose", str(file), "--valid-from", "2026-12-01"]
    monkeypatch.setattr("sys.argv", [*command, "--reason", "Phụ lục", "--as", "lan@cho.example"])

    with pytest.raises(SystemExit) as end:
        main()

    assert end.value.code == 1
    error = capsys.readouterr().err
    assert error.startswith(f"cho40: hop-dong.toml: {told}")
    assert error.count("\n") == 1
    assert changes(october) == []


def test_who_administers_one_market_changes_nothing_for_all(
    staff: Staff, october: sa.Engine
) -> None:
    client = staff(Role.ADMIN, "MA")

    assert client.get("/quy-tac").status_code == 200
    assert client.send("/quy-tac", noi_dung=CONTRACT, **WHEN).status_code == 403
    body = {"content": CONTRACT, "valid_from": "2026-12-01", "reason": "Phụ lục 3"}
    assert client.post("/api/v1/rule-changes", json=body).status_code == 403
    assert changes(october) == []


def test_english_pages_tell_fees_in_english(staff: Staff) -> None:
    shown = unescape(staff(Role.ADMIN).get("/quy-tac?lang=en").text)

    assert "1,10%, taken from the payout as a whole" in shown
    assert ">1 day<" in shown
    assert not re.search("trừ cả đợt|từng khoản", shown)


def test_when_money_arrives_is_said_in_words_on_the_page_and_in_the_terminal(
    staff: Staff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = staff(Role.ADMIN).get("/quy-tac").text
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path))
    told = CliRunner().invoke(app, ["rule", "list"], env={"COLUMNS": "200"}).output

    assert "theo các lần tiền về trước" in shown
    assert "theo các lần tiền về trước" in told
    assert "learned" not in told
    assert "Các nguồn khác" in told
