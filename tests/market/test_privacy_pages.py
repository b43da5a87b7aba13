"""Staff and privacy: the list by due date, what becomes of a request, consents with their proof."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select
from typer.testing import CliRunner

from market.cli import app as commands
from market.database import reading, writing
from market.roles import Role
from market.tables import AccessLink, VendorPin
from merchants.actors import Actor
from merchants.errors import MerchantsError
from merchants.kinds import (
    ConsentChannel,
    ConsentPurpose,
    PrivacyRequestKind,
    PrivacyRequestState,
)
from merchants.privacy.consents import ConsentProof, record_consents, standing
from merchants.privacy.erasure import ERASED_NAME
from merchants.privacy.requests import open_request
from merchants.privacy.withdrawals import withdraw
from merchants.tables import AcceptancePoint, Consent, PrivacyRequest, Vendor
from reconciliation.tables import MarketDay, ProviderTransaction, VendorDay
from tests.market.conftest import NOW, SEALER, Reader, SignedIn, Staff
from tests.market.reading_html import Page
from tests.merchants.queries import counted

LIST = "/cho/MA/quyen-rieng-tu"
HERSELF = Actor(kind="vendor", name="x")
Kind, State = PrivacyRequestKind, PrivacyRequestState


@pytest.fixture
def code(october: sa.Engine, codes: dict[str, list[str]]) -> str:
    """A vendor of MA with a readable account."""
    with writing(october) as session:
        session.execute(sa.update(AcceptancePoint).values(account_sealed=SEALER.seal("190377")))
    return codes["MA"][0]


@pytest.fixture
def manager(staff: Staff) -> SignedIn:
    """The manager of MA."""
    return staff(Role.MARKET_MANAGER, "MA")


def _open(
    engine: sa.Engine, code: str, kind: PrivacyRequestKind = Kind.DELETION, days_ago: int = 0
) -> int:
    with writing(engine) as session:
        vendor = session.exec(select(Vendor).where(Vendor.code == code)).one()
        wish = "Tên đệm là <b>Thuý</b>" if kind is Kind.CORRECTION else ""
        made = open_request(
            session, vendor, kind, wish=wish, actor=HERSELF, now=NOW - timedelta(days=days_ago)
        )
        assert made.id is not None
        return made.id


def _request(engine: sa.Engine, number: int) -> dict[str, Any]:
    with reading(engine) as session:
        return session.get_one(PrivacyRequest, number).model_dump()


def _read(client: SignedIn, path: str) -> Page:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    found = Page(answer.text)
    assert found.shortcomings() == []
    return found


def test_an_empty_list_says_what_will_come(manager: SignedIn) -> None:
    shown = _read(manager, LIST)

    assert "Không có yêu cầu nào đang chờ" in shown.text


def test_the_list_is_ordered_by_what_is_due_and_flags_what_is_late(
    october: sa.Engine, manager: SignedIn, codes: dict[str, list[str]]
) -> None:
    _open(october, codes["MA"][1], Kind.DELETION)
    _open(october, codes["MA"][2], Kind.ACCESS, days_ago=14)
    _open(october, codes["LG"][0], Kind.ACCESS)

    shown = _read(manager, LIST)

    assert "1 yêu cầu quá hạn trên 2 đang chờ" in shown.text
    assert shown.text.index("Nguyễn Thị 03") < shown.text.index("Nguyễn Thị 02")
    assert "Quá hạn xong" in shown.text
    late = _read(manager, f"{LIST}?xem=late")
    assert "Nguyễn Thị 02" not in late.text
    only = _read(manager, f"{LIST}?xem=open&loai=deletion")
    assert "Nguyễn Thị 03" not in only.text
    assert "Không có yêu cầu nào ở đây" in _read(manager, f"{LIST}?xem=closed").text
    every = _read(manager, f"{LIST}?xem=open&loai=")
    assert "Nguyễn Thị 02" in every.text
    assert "trả lời 09/11/2026" in every.text


def test_the_list_is_paged_and_asks_the_same_for_any_length(
    october: sa.Engine, manager: SignedIn, codes: dict[str, list[str]]
) -> None:
    def statements() -> int:
        with counted(manager.app.state.engine) as sent:  # type: ignore[attr-defined]
            _read(manager, LIST)
        return len(sent)

    _open(october, codes["MA"][0], Kind.ACCESS)
    statements()
    before = statements()
    for code in codes["MA"][1:]:
        for kind in (Kind.ACCESS, Kind.DELETION):
            _open(october, code, kind)

    assert statements() == before
    assert "Trang 1 trên 2" in _read(manager, LIST).text
    assert len(_read(manager, f"{LIST}?trang=2").of("th")) - 5 == 49 - 30


def test_a_request_of_another_market_is_not_found(
    october: sa.Engine, manager: SignedIn, codes: dict[str, list[str]]
) -> None:
    number = _open(october, codes["LG"][0])

    assert manager.get(f"{LIST}/{number}").status_code == 404
    assert manager.send(f"{LIST}/{number}/xong", chac="1").status_code == 404
    assert manager.get(f"{LIST}/99999999999999").status_code == 422


def test_a_wish_is_shown_as_it_was_typed(october: sa.Engine, manager: SignedIn, code: str) -> None:
    number = _open(october, code, Kind.CORRECTION)

    shown = _read(manager, f"{LIST}/{number}")

    assert "Tên đệm là <b>Thuý</b>" in shown.text


def test_answering_extending_and_completing_a_correction(
    october: sa.Engine, manager: SignedIn, code: str
) -> None:
    number = _open(october, code, Kind.CORRECTION)
    one = f"{LIST}/{number}"

    assert manager.send(f"{one}/tra-loi", tra_loi="Sửa tuần này").status_code == 303
    assert manager.send(f"{one}/tra-loi", tra_loi="Lần nữa").status_code == 422
    assert manager.send(f"{one}/gia-han", den="2026-12-01", ly_do="").status_code == 422
    too_far = manager.send(f"{one}/gia-han", den="2027-01-01", ly_do="Chờ giấy tờ")
    assert "chậm nhất 30/11/2026" in Page(too_far.text).text
    assert manager.send(f"{one}/gia-han", den="2026-11-25", ly_do="Chờ giấy tờ").status_code == 303
    assert manager.send(f"{one}/xong", ket_qua="").status_code == 422
    done = manager.send(f"{one}/xong", ket_qua="Đã sửa tên đệm")

    assert done.status_code == 303
    assert "Đã làm xong yêu cầu" in _read(manager, done.headers["location"]).text
    told = _request(october, number)
    assert (told["state"], told["outcome"]) == (State.COMPLETED, "Đã sửa tên đệm")
    assert told["is_extended"]
    again = manager.send(f"{one}/xong", ket_qua="Lần nữa")
    assert again.status_code == 422
    assert "đã đóng" in Page(again.text).text


def test_a_refusal_needs_its_reason(october: sa.Engine, manager: SignedIn, code: str) -> None:
    number = _open(october, code)

    missing = manager.send(f"{LIST}/{number}/tu-choi", vi_sao="  ")
    shown = Page(missing.text)
    assert missing.status_code == 422
    assert shown.shortcomings() == []
    assert "Ghi vì sao không làm" in shown.text
    assert manager.send(f"{LIST}/{number}/tu-choi", vi_sao="Đang khiếu nại").status_code == 303
    assert _request(october, number)["state"] is State.REFUSED


def test_completing_access_hands_the_copy_over(
    october: sa.Engine, manager: SignedIn, code: str
) -> None:
    number = _open(october, code, Kind.ACCESS)

    answer = manager.send(f"{LIST}/{number}/xong", ket_qua="Đưa tận tay")

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["cache-control"] == "no-store"
    assert _request(october, number)["state"] is State.COMPLETED


def test_deletion_needs_the_tick_and_takes_the_way_in_along(
    october: sa.Engine, manager: SignedIn, reader: Reader, code: str
) -> None:
    her = reader(Role.VENDOR, code)
    with writing(october) as session:
        session.add(VendorPin(vendor_id=1, pin_hash="x", set_at=NOW))
    number = _open(october, code)

    unsure = manager.send(f"{LIST}/{number}/xong", ket_qua="")
    assert unsure.status_code == 422
    assert "không lấy lại được" in Page(unsure.text).text
    assert manager.send(f"{LIST}/{number}/xong", chac="1").status_code == 303

    with reading(october) as session:
        vendor = session.exec(select(Vendor).where(Vendor.code == code)).one()
        assert vendor.full_name == ERASED_NAME
        assert session.exec(select(VendorPin)).all() == []
        assert all(link.revoked_at for link in session.exec(select(AccessLink)))
    assert her.get(f"/nguoi-ban/{code}").status_code == 403
    assert ERASED_NAME in _read(manager, f"{LIST}/{number}").text


@pytest.mark.parametrize("kind", [Kind.WITHDRAWAL, Kind.RESTRICTION, Kind.DELETION])
def test_her_raw_payments_are_forgotten_and_the_closed_days_stand(
    october: sa.Engine, manager: SignedIn, code: str, kind: PrivacyRequestKind
) -> None:
    proof = ConsentProof(
        channel=ConsentChannel.SIGNATURE,
        notice_version="2026-11",
        evidence_sha256="ab" * 32,
        witness="Lò Thị Mai",
    )
    with writing(october) as session:
        vendor = session.exec(select(Vendor).where(Vendor.code == code)).one()
        assert vendor.id is not None
        vendor_id = vendor.id
        record_consents(
            session, {vendor_id: NOW}, tuple(ConsentPurpose), proof=proof, actor=HERSELF, now=NOW
        )
        session.execute(sa.update(ProviderTransaction).values(description="chi Hanh tra"))
        if kind is Kind.WITHDRAWAL:
            done = withdraw(
                session, vendor, [ConsentPurpose.RECONCILIATION], actor=HERSELF, now=NOW
            )
            assert done.request is not None
            number = done.request.id
        else:
            number = open_request(session, vendor, kind, actor=HERSELF, now=NOW).id
    assert number is not None
    figures = _figures(october)

    assert manager.send(f"{LIST}/{number}/xong", chac="1").status_code == 303

    assert _request(october, number)["state"] is State.COMPLETED
    with reading(october) as session:
        rows = [row.model_copy() for row in session.exec(select(ProviderTransaction))]
    hers = [row for row in rows if row.vendor_id == vendor_id]
    others = [row for row in rows if row.vendor_id not in {vendor_id, None}]
    assert hers
    assert {row.description for row in hers} == {None}
    assert {row.description for row in others} == {"chi Hanh tra"}
    assert {row.forgotten_at for row in others} == {None}
    assert _figures(october) == figures


def _figures(engine: sa.Engine) -> list[list[dict[str, Any]]]:
    with reading(engine) as session:
        return [
            [row.model_dump() for row in session.exec(select(table)).all()]
            for table in (VendorDay, MarketDay)
        ]


def test_a_clerk_sees_but_does_not_decide(october: sa.Engine, staff: Staff, code: str) -> None:
    number = _open(october, code)
    clerk = staff(Role.MARKET_CLERK, "MA")

    shown = _read(clerk, f"{LIST}/{number}")

    assert "Quản lý chợ trả lời" in shown.text
    assert not [form for form in shown.of("form") if "/xong" in form.get("action", "")]
    assert clerk.send(f"{LIST}/{number}/xong", chac="1").status_code == 403


# On a vendor's behalf.


def test_a_request_by_word_of_mouth_is_written_down_once(
    october: sa.Engine, manager: SignedIn, code: str
) -> None:
    path = f"/cho/MA/nguoi-ban/{code}/yeu-cau"
    form = _read(manager, path)
    (once,) = [i["value"] for i in form.of("input") if i.get("name") == "once"]
    first = manager.send(path, loai="deletion", muon="", once=once)
    second = manager.send(path, loai="deletion", muon="", once=once)
    other = manager.send(path, loai="deletion", muon="")

    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert other.status_code == 422
    assert "đang chờ" in Page(other.text).text
    with reading(october) as session:
        assert len(session.exec(select(PrivacyRequest)).all()) == 1


# Consents with their proof.


def test_consent_is_recorded_with_the_digest_of_the_paper_and_not_the_paper(
    october: sa.Engine, manager: SignedIn, code: str
) -> None:
    path = f"/cho/MA/nguoi-ban/{code}/dong-y"
    shown = _read(manager, path)
    assert not [i for i in shown.of("input") if i.get("type") == "checkbox" and "checked" in i]
    assert "Chợ không giữ tệp" in shown.text
    scan = b"a picture of a signed paper"

    answer = manager.send(
        path,
        viec=["onboarding", "poster"],
        cach="signature",
        ngay="04/11/2026",
        nguoi_chung="Lò Thị Mai",
        giay=("giay.jpg", scan, "image/jpeg"),
    )

    assert answer.status_code == 303
    with reading(october) as session:
        rows = session.exec(select(Consent)).all()
        assert {row.purpose for row in rows} == {
            ConsentPurpose.ONBOARDING,
            ConsentPurpose.POSTER,
        }
        assert {row.evidence_sha256 for row in rows} == {hashlib.sha256(scan).hexdigest()}
        assert {row.recorded_by for row in rows} == {f"staff:{manager.user_id}"}
        assert {row.witness for row in rows} == {"Lò Thị Mai"}
        path_of_file = Path(october.url.database or "")
        assert scan not in path_of_file.read_bytes()
    told = _read(manager, answer.headers["location"])
    assert "đồng ý 2 trên 5 việc" in told.text
    assert "Người chứng kiến: Lò Thị Mai" in told.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"cach": "signature", "ngay": "04/11/2026"}, "Đánh dấu ít nhất một việc"),
        ({"viec": "poster", "cach": "pin", "ngay": "04/11/2026"}, "Chọn người bán đồng ý"),
        ({"viec": "poster", "cach": "spoken", "ngay": "04/11/2026"}, "cần đọc to"),
        ({"viec": "poster", "cach": "signature", "ngay": "04/11/2026"}, "Chưa có ảnh giấy đã ký"),
        ({"viec": "poster", "cach": "spoken", "ngay": "04/11/2026"}, "Chưa ghi ai chứng kiến"),
        ({"viec": "poster", "cach": "signature", "ngay": "31/02/2026"}, "Ghi ngày như"),
        ({"viec": "poster", "cach": "signature", "ngay": "06/11/2026"}, "chưa tới"),
    ],
)
def test_a_consent_that_proves_nothing_comes_back_with_its_values(
    october: sa.Engine, manager: SignedIn, code: str, fields: dict[str, str], told: str
) -> None:
    answer = manager.send(f"/cho/MA/nguoi-ban/{code}/dong-y", **fields)

    shown = Page(answer.text)
    assert answer.status_code == 422
    assert told in shown.text
    assert shown.shortcomings() == []
    with reading(october) as session:
        assert session.exec(select(Consent)).all() == []
    (day,) = [i for i in shown.of("input") if i.get("name") == "ngay"]
    assert day["value"] == fields["ngay"]


def test_a_withdrawal_by_word_of_mouth_is_recorded(
    october: sa.Engine, manager: SignedIn, code: str
) -> None:
    path = f"/cho/MA/nguoi-ban/{code}/dong-y"
    manager.send(
        path,
        viec=["onboarding", "poster", "contact"],
        cach="signature",
        ngay="05/11/2026",
        nguoi_chung="Lò Thị Mai",
        giay=("giay.jpg", b"signed", "image/jpeg"),
    )

    assert manager.send(f"{path}/rut").status_code == 422
    assert manager.send(f"{path}/rut", rut="contact").status_code == 303

    with reading(october) as session:
        assert set(standing(session, 1)) == {ConsentPurpose.ONBOARDING, ConsentPurpose.POSTER}


def test_the_ledger_of_consents_names_who_wrote_it_down_in_the_readers_language(
    october: sa.Engine, manager: SignedIn, code: str
) -> None:
    path = f"/cho/MA/nguoi-ban/{code}/dong-y"
    manager.send(
        path,
        viec=["onboarding", "poster"],
        cach="signature",
        ngay="05/11/2026",
        nguoi_chung="Lò Thị Mai",
        giay=("giay.jpg", b"signed", "image/jpeg"),
    )
    with writing(october) as session:
        older = session.exec(select(Consent).where(Consent.vendor_id == 1)).first()
        assert older is not None
        older.withdrawn_at, older.withdrawal_recorded_by = NOW, "command:"

    assert "Hà Văn Toàn" in _read(manager, path).text
    assert "Người quản trị máy" in _read(manager, path).text
    assert "Operator" in _read(manager, f"{path}?lang=en").text


def test_pages_are_in_english_too(october: sa.Engine, manager: SignedIn, code: str) -> None:
    number = _open(october, code)
    for path in (LIST, f"{LIST}/{number}", f"/cho/MA/nguoi-ban/{code}/dong-y"):
        shown = _read(manager, f"{path}?lang=en")
        assert "Người bán" not in shown.text


def test_no_form_asks_for_what_is_never_kept(manager: SignedIn, code: str) -> None:
    asked = _read(manager, f"/cho/MA/nguoi-ban/{code}/dong-y")

    names = {f.get("name", "") for f in asked.of("input", "select", "textarea")}
    assert not any(
        word in name for name in names for word in ("dan_toc", "ethnic", "cccd", "can_cuoc")
    )


# For machines.

API = "/api/v1/vendors"


def test_machines_record_consents_and_withdrawals(
    october: sa.Engine, manager: SignedIn, code: str
) -> None:
    body = {
        "purposes": ["onboarding", "contact"],
        "channel": "signature",
        "notice_version": "2026-11",
        "evidence_sha256": "ab" * 32,
        "witness": "Lò Thị Mai",
    }
    added = manager.post(f"{API}/{code}/consents", json=body)
    again = manager.post(f"{API}/{code}/consents", json=body)
    ended = manager.post(f"{API}/{code}/consents/withdraw", json={"purposes": ["contact"]})
    page = manager.get(f"{API}/{code}/consents?limit=1").json()

    assert added.status_code == again.status_code == 201
    assert len(added.json()["items"]) == len(again.json()["items"]) == 2
    assert [each["withdrawn_at"] is None for each in ended.json()["items"]] == [True, False]
    assert page["next"] == str(page["items"][0]["id"])
    rest = manager.get(f"{API}/{code}/consents?after={page['next']}").json()
    assert [each["purpose"] for each in rest["items"]] == ["contact"]


@pytest.mark.parametrize(
    "body",
    [
        {"purposes": [], "channel": "signature", "notice_version": "2026-11"},
        {"purposes": ["all"], "channel": "signature", "notice_version": "2026-11"},
        {"purposes": ["poster"], "channel": "pin", "notice_version": "2026-11"},
        {"purposes": ["poster"], "channel": "signature", "notice_version": "2019-01"},
        {"purposes": ["poster"], "channel": "signature", "notice_version": "2026-11", "x": 1},
        {"purposes": ["poster"], "channel": "spoken", "notice_version": "2026-11"},
        {"purposes": ["poster"], "witness": ""},
        {"purposes": ["poster"], "evidence_sha256": ""},
        {"purposes": ["poster"], "evidence_sha256": "ab"},
        {
            "purposes": ["poster"],
            "channel": "signature",
            "notice_version": "2026-11",
            "given_at": "2026-12-01T00:00:00Z",
        },
        {"purposes": ["poster"], "given_at": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_machines_are_refused_what_proves_nothing(
    manager: SignedIn, code: str, body: dict[str, Any]
) -> None:
    whole = {
        "channel": "signature",
        "notice_version": "2026-11",
        "evidence_sha256": "ab" * 32,
        "witness": "Lò Thị Mai",
    }
    assert manager.post(f"{API}/{code}/consents", json=whole | {"purposes": []}).status_code == 422

    answer = manager.post(f"{API}/{code}/consents", json=whole | body)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_machines_carry_a_request_through(october: sa.Engine, manager: SignedIn, code: str) -> None:
    key = {"Idempotency-Key": "k1"}
    made = manager.post(f"{API}/{code}/privacy-requests", json={"kind": "access"}, headers=key)
    again = manager.post(f"{API}/{code}/privacy-requests", json={"kind": "access"}, headers=key)
    one = made.headers["location"]

    assert made.status_code == again.status_code == 201
    assert made.json() == again.json()
    assert manager.get(one).json()["answer_due_on"] == "2026-11-09"
    assert manager.post(f"{one}/answer", json={"told": "được"}).json()["state"] == "answered"
    late = manager.post(f"{one}/extend", json={"until_on": "2027-01-01", "reason": "x"})
    assert late.status_code == 409
    longer = manager.post(f"{one}/extend", json={"until_on": "2026-11-20", "reason": "x"})
    assert longer.json()["due_on"] == "2026-11-20"
    assert manager.post(f"{one}/complete", json={}).json()["state"] == "completed"
    assert manager.post(f"{one}/refuse", json={"reason": "x"}).status_code == 409
    assert manager.get(f"{API}/{code}/privacy-requests").json()["next"] is None
    assert manager.get(f"{API}/{code}/privacy-requests/999").status_code == 404


def test_machines_get_everything_held_masked(manager: SignedIn, code: str) -> None:
    held = manager.get(f"{API}/{code}/held-data")
    printed = manager.get(f"{API}/{code}/held-data.pdf")

    assert held.json()["is_masked"] is True
    assert "190377" not in held.text
    assert printed.content.startswith(b"%PDF-")


# At the terminal.


@pytest.fixture
def terminal(october: sa.Engine, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run ``cho40`` on the database of the application."""
    monkeypatch.setenv("CHO40_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CHO40_SECRET_KEYS", '["a-key-for-tests-only"]')
    monkeypatch.setenv("CHO40_HASH_KEY", "a-key-for-tests-only")
    monkeypatch.delenv("CHO40_DATABASE_URL", raising=False)

    def run(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(commands, words)
        if (
            code == 0
            and result.exception is not None
            and not isinstance(result.exception, SystemExit)
        ):
            raise result.exception
        assert result.exit_code == code, result.output
        return result.output

    return run


def test_the_terminal_carries_requests_through(terminal: Any, code: str, tmp_path: Path) -> None:
    assert "0/0" in terminal("privacy", "list", "MA")
    assert "access received" in terminal("privacy", "open", code, "access")
    assert "answered" in terminal("privacy", "answer", "1", "--told", "được")
    line = json.loads(terminal("privacy", "list", "--json"))
    assert (line["vendor_code"], line["kind"]) == (code, "access")
    terminal("privacy", "complete", "1", code=2)
    out = tmp_path / "copy.pdf"
    assert "completed" in terminal("privacy", "complete", "1", "--out", str(out))
    assert out.read_bytes().startswith(b"%PDF-")
    assert out.stat().st_mode & 0o077 == 0
    terminal("privacy", "open", code, "deletion")
    assert "refused" in terminal("privacy", "refuse", "2", "--reason", "khiếu nại")
    terminal("privacy", "open", code, "deletion")
    terminal("privacy", "complete", "3", code=1)  # nobody answered the question
    assert "Đã xoá" not in terminal("privacy", "list", "MA")
    assert "completed" in terminal("privacy", "complete", "3", "--yes")
    assert "3/3" in terminal("privacy", "list", "--show", "all")


def test_the_terminal_exports_and_forgets(terminal: Any, code: str, tmp_path: Path) -> None:
    out = tmp_path / "held.json"
    terminal("privacy", "export", code, str(out))
    assert json.loads(out.read_text())["register_data"]["accounts"][0]["account"] == "190377"
    terminal("privacy", "export", code, str(tmp_path / "held.txt"), code=2)
    told = terminal("privacy", "forget", "--dry-run")
    assert "submissions: 0" in told
    assert "Dry run" in told
    kinds = [
        json.loads(line)["kind"] for line in terminal("privacy", "forget", "--json").splitlines()
    ]
    assert {
        "sessions",
        "helper_logins",
        "sign_in_failures",
        "submissions",
        "uploaded_sheets",
    } <= set(kinds)


def test_the_terminal_keeps_the_ledger(terminal: Any, code: str) -> None:
    told = terminal(
        "consent", "record", code, "--purpose", "onboarding", "--purpose", "poster",
        "--channel", "signature", "--on", "05/11/2026", "--evidence", "ab" * 32,
        "--witness", "Lò Thị Mai",
    )  # fmt: skip
    assert "2 new" in told
    assert "poster only" in terminal("consent", "show", code)
    assert "request 1" in terminal("consent", "withdraw", code, "--purpose", "poster")
    rows = [json.loads(line) for line in terminal("consent", "show", code, "--json").splitlines()]
    assert [row["withdrawn_at"] is None for row in rows] == [True, False]
    with pytest.raises(MerchantsError, match="withdrawn with"):
        terminal("privacy", "open", code, "withdrawal")
