"""Complaints about money on pages, in the API and at the terminal; zones of teams on theirs."""

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select
from typer.testing import CliRunner

from market import clock
from market.adoption.indicator import Window
from market.cli import app
from market.database import reading, writing
from market.reports.complaints import complaints_by_market
from market.roles import Role
from market.settings import Settings
from merchants.actors import COMMAND
from merchants.campaigns.team_zones import teams_of_zones
from merchants.complaints.deciding import move_complaint
from merchants.kinds import ComplaintKind, ComplaintState
from merchants.tables import Complaint, Vendor, Zone
from tests.market.conftest import NOW, SEALER, Reader, Staff, add_user
from tests.market.reading_html import Page
from tests.merchants.campaigns import campaigning
from tests.merchants.complaints.complaining import complaint
from tests.merchants.queries import counted

LIST = "/cho/MA/phan-anh"
SENT = {"loai": "paid_twice", "ngay": "01/11/2026", "tien": "85.000", "noi": "Khách quét hai lần"}


def raised(october: sa.Engine, code: str, **changes: Any) -> int:
    with writing(october) as session:
        vendor = session.exec(select(Vendor).where(Vendor.code == code)).one()
        return complaint(session, vendor, now=NOW, **changes).id or 0


def kept(october: sa.Engine) -> list[Complaint]:
    with reading(october) as session:
        rows = list(session.exec(select(Complaint).order_by(sa.text("id"))))
        session.expunge_all()
        return rows


def test_a_vendor_raises_one_without_a_pin_and_reads_where_it_stands(
    reader: Reader, october: sa.Engine, codes: dict[str, list[str]]
) -> None:
    code = codes["MA"][0]
    client, path = reader(Role.VENDOR, code), f"/nguoi-ban/{code}/phan-anh"
    assert path in client.get(f"/nguoi-ban/{code}").text
    fields = Page(client.get(path).text).of("input")
    form = {one["name"]: one["value"] for one in fields if one.get("type") == "hidden"}

    answer = client.post(path, data=form | SENT, follow_redirects=False)
    again = client.post(path, data=form | SENT, follow_redirects=False)

    assert (answer.status_code, again.status_code) == (303, 303)
    (row,) = kept(october)
    assert (row.kind, row.amount_vnd, row.happened_on, row.due_on, row.raised_by) == (
        ComplaintKind.PAID_TWICE, 85_000, date(2026, 11, 1), date(2026, 11, 12), f"vendor:{code}",
    )  # fmt: skip
    with writing(october) as session:
        move_complaint(
            session, "MA", row.id or 0, ComplaintState.SETTLED, note="Khách đã nhận lại",
            actor=COMMAND, now=NOW,
        )  # fmt: skip
    told = client.get(answer.headers["location"]).text
    assert "Đã nhận phản ánh của cô/bác" in told
    assert "Khách đã nhận lại" in told
    assert "không hoàn tiền" in told
    english = client.get(path, params={"lang": "en"}).text
    assert "moves no money" in english
    assert client.get(f"/nguoi-ban/{codes['MA'][1]}/phan-anh").status_code == 403


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("loai", "gift", "Chọn một việc đã xảy ra"),
        ("ngay", "hôm qua", "chưa phải ngày"),
        ("ngay", "06/11/2026", "chưa tới"),
        ("tien", "nhiều", "chưa phải số"),
        ("gian", "Z99", "không phải của người bán này"),
        ("noi", "x" * 301, "Dài 301 chữ"),
    ],
)
def test_a_faulty_form_comes_back_with_what_was_typed(
    staff: Staff, october: sa.Engine, codes: dict[str, list[str]], field: str, value: str, said: str
) -> None:
    client = staff(Role.MARKET_CLERK, "MA")

    answer = client.send(
        f"/cho/MA/nguoi-ban/{codes['MA'][0]}/phan-anh", **(SENT | {field: value}), once="o1"
    )

    assert answer.status_code == 422
    assert said in answer.text
    assert "Khách quét hai lần" in answer.text or field == "noi"
    assert kept(october) == []


def test_a_helper_hands_one_in_and_sees_no_list(
    staff: Staff, october: sa.Engine, codes: dict[str, list[str]]
) -> None:
    client = staff(Role.FIELD_HELPER, "MA")
    path = f"/cho/MA/nguoi-ban/{codes['MA'][0]}"
    assert f"{path}/phan-anh" in client.get(path).text

    answer = client.send(f"{path}/phan-anh", **SENT, once="o1")

    assert client.get(answer.headers["location"]).text.count("Đã ghi phản ánh của người bán") == 1
    assert client.get(LIST).status_code == 403
    assert len(kept(october)) == 1


def test_the_manager_sees_it_waiting_answers_and_the_second_manager_is_told(
    staff: Staff, october: sa.Engine, codes: dict[str, list[str]]
) -> None:
    number = raised(october, codes["MA"][0])
    client = staff(Role.MARKET_MANAGER, "MA")
    home = client.get("/cho/MA/tong-quan").text
    assert "Phản ánh về tiền, chờ trả lời" in home
    assert LIST in home
    assert f"{LIST}/{number}" in client.get(LIST).text

    answer = client.send(f"{LIST}/{number}", buoc="dropped", ghi_chu="Nhầm", once="o1")
    late = client.send(f"{LIST}/{number}", buoc="settled", ghi_chu="Xong rồi", once="o2")

    assert answer.status_code == 303
    assert late.status_code == 422
    assert "Người khác đã bỏ phản ánh này" in late.text
    (row,) = kept(october)
    assert (row.state, row.outcome, row.closed_by) == (
        ComplaintState.DROPPED, "Nhầm", f"staff:{client.user_id}",
    )  # fmt: skip
    assert "Phản ánh về tiền, chờ trả lời" not in client.get("/cho/MA/tong-quan").text
    assert f"{LIST}/{number}" not in client.get(LIST).text
    assert f"{LIST}/{number}" in client.get(LIST, params={"muc": "dong"}).text
    assert (
        staff(Role.MARKET_CLERK, "MA").send(f"{LIST}/{number}", buoc="settled").status_code == 403
    )


def test_the_list_is_filtered_and_asks_a_fixed_number_of_questions(
    staff: Staff, october: sa.Engine, codes: dict[str, list[str]]
) -> None:
    client = staff(Role.MARKET_MANAGER, "MA")

    def asked() -> int:
        with counted(client.app.state.engine) as sent:  # type: ignore[attr-defined]
            assert client.get(LIST).status_code == 200
        return len(sent)

    raised(october, codes["MA"][0])
    asked()
    few = asked()
    for code in codes["MA"][1:9]:
        raised(october, code, kind=ComplaintKind.REFUND_ASKED)
    assert asked() == few
    refunds = Page(client.get(LIST, params={"loai": "refund_asked"}).text).of("a")
    shown = {a.get("href", "") for a in refunds if a.get("href", "").startswith(f"{LIST}/")}
    assert len(shown) == 8


def test_the_api_raises_lists_and_answers(
    staff: Staff, october: sa.Engine, codes: dict[str, list[str]]
) -> None:
    client, path = staff(Role.MARKET_MANAGER, "MA"), "/api/v1/markets/MA/complaints"
    body = {"vendor_code": codes["MA"][0], "kind": "refund_asked", "happened_on": "2026-11-01"}
    key = {"Idempotency-Key": "k1"}

    made = client.post(path, json=body, headers=key)
    again = client.post(path, json=body, headers=key)

    assert (made.status_code, again.json()["id"]) == (201, made.json()["id"])
    number = made.json()["id"]
    step = client.post(f"{path}/{number}/step", json={"state": "answered", "note": "Đang hỏi"})
    assert step.json()["answer"] == "Đang hỏi"
    back = client.post(f"{path}/{number}/step", json={"state": "open", "note": "x"})
    assert back.status_code == 409
    listed = client.get(path, params={"state": "answered"}).json()
    assert [one["id"] for one in listed["items"]] == [number]
    assert client.get(path, params={"late": True}).json()["items"] == []
    own = client.get(f"/api/v1/vendors/{codes['MA'][0]}/complaints").json()["items"]
    assert own == [client.get(f"{path}/{number}").json()]
    elsewhere = client.post(path, json=body | {"vendor_code": codes["LG"][0]})
    assert elsewhere.status_code == 404


def test_the_terminal_raises_lists_and_answers(
    settings: Settings,
    october: sa.Engine,
    codes: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with writing(october) as session:
        add_user(session, Role.MARKET_MANAGER, markets=["MA"], login="ql@cho.example")
        number = campaigning.team(session)
        session.add(Zone(market_id=1, name="Dãy A"))
    monkeypatch.setenv("CHO40_DATA_DIR", str(settings.data_dir))
    for name in ("CHO40_SECRET_KEYS", "CHO40_HASH_KEY"):
        value = settings.hash_key.get_secret_value() if settings.hash_key else ""
        monkeypatch.setenv(name, json.dumps([value]) if name.endswith("KEYS") else value)
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    who = ("--as", "ql@cho.example")
    assert "12/11/2026" in run("complaint", "add", "MA", codes["MA"][0], "paid_twice", *who)
    run("complaint", "step", "MA", "1", "settled", "--note", "Xong", *who)
    (one,) = (json.loads(line) for line in run("complaint", "list", "MA", "--json").splitlines())
    assert (one["state"], one["outcome"]) == ("settled", "Xong")
    assert json.loads(run("team", "zones", "MA", str(number), "Dãy A", "--json"))["held"]
    assert not json.loads(run("team", "zones", "MA", str(number), "--none", "--json"))["held"]


def test_complaints_are_counted_by_market_without_those_dropped_or_of_other_days(
    october: sa.Engine, codes: dict[str, list[str]]
) -> None:
    months = [
        Window(date(2026, 10, 1), date(2026, 10, 31)),
        Window(date(2026, 11, 1), date(2026, 11, 30)),
    ]
    with reading(october) as session:
        assert complaints_by_market(session, months) == [{}, {}]

    for code in codes["MA"][:5]:
        raised(october, code)
    dropped = raised(october, codes["MA"][5])
    raised(october, codes["MA"][0], happened_on=date(2026, 11, 1))
    with writing(october) as session:
        move_complaint(
            session, "MA", dropped, ComplaintState.DROPPED, note="Nhầm", actor=COMMAND, now=NOW
        )
        assert complaints_by_market(session, months) == [{"MA": 5}, {"MA": 1}]


def test_the_manager_gives_a_team_its_zones_and_sees_them_named(
    staff: Staff, october: sa.Engine
) -> None:
    with writing(october) as session:
        number, other = campaigning.team(session), campaigning.team(session, name="Tổ thôn 2")
        member = campaigning.member(session, SEALER, number)
        session.add_all([Zone(market_id=1, name="Dãy A"), Zone(market_id=1, name="Dãy B")])
        session.flush()
        first, second = session.exec(select(Zone.id).order_by(sa.text("id"))).all()[-2:]
    client = staff(Role.MARKET_MANAGER, "MA")
    path = f"/cho/MA/to-ho-tro/to/{number}"

    answer = client.send(f"{path}/khu", khu=[str(first)], cu_khu="", once="o1")

    assert answer.status_code == 303
    with reading(october) as session:
        assert teams_of_zones(session, "MA", date(2026, 11, 5)) == {first: "Tổ thôn 1"}
    assert "Khu: Dãy A" in client.get("/cho/MA/to-ho-tro").text
    assert "Tổ thôn 1" in client.get("/cho/MA/cai-dat/mat-bang").text
    stale = client.send(f"{path}/khu", khu=[str(second)], cu_khu="", once="o2")
    assert stale.status_code == 422
    assert "nay là: Dãy A" in stale.text
    taken = client.send(f"/cho/MA/to-ho-tro/to/{other}/khu", khu=[str(first)], cu_khu="", once="o3")
    assert taken.status_code == 422
    assert "Dãy A đang giao cho Tổ thôn 1" in taken.text
    assert client.send(f"{path}/khu", khu=["x"], cu_khu="", once="o4").status_code == 422
    api = f"/api/v1/markets/MA/teams/{number}/zones"
    assert [one["zone_name"] for one in client.get(api).json()["items"]] == ["Dãy A"]
    put = client.put(api, json={"zone_ids": [second], "seen": [first]})
    assert [one["is_held"] for one in put.json()["items"]] == [False, True]
    assert member
