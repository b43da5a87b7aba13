"""One stall registered through the form: each fault at its field, nothing twice, nothing half."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.roles import Role
from merchants.accounts import phone_fingerprint
from merchants.kinds import ConsentPurpose, StallState, TeamKind, VendorState
from merchants.tables import (
    AccountChange,
    Consent,
    RegisterEvent,
    Stall,
    StallHolding,
    Team,
    TeamMember,
    Vendor,
)
from tests.market.conftest import SEALER, SignedIn
from tests.market.reading_html import Page

Staff = Callable[..., SignedIn]
FORM = "/cho/MA/gian-hang/A27/dang-ky"
FILLED: dict[str, Any] = {
    "khu": "",
    "nganh": "Rau rừng",
    "ten": "Triệu Thị Ghển",
    "dt": "0912 000 178",
    "gui": "paper",
    "nh": "Agribank",
    "stk": "8800 205 112 234",
    "ctk": "TRIEU THI GHEN",
    "th": "Rau rừng cô Ghển",
    "muc": "xem",
    "dy": ["onboarding", "poster", "reconciliation"],
    "doc": "1",
    "cach": "spoken",
}


@pytest.fixture
def helper(staff: Staff, october: sa.Engine) -> SignedIn:
    """A helper of a team, and the vacant stall A27."""
    client = staff(Role.FIELD_HELPER, "MA", full_name="Lò Thị Mai")
    with writing(october) as session:
        session.add(Stall(market_id=1, code="A27", state=StallState.VACANT))
        first_on = date(2026, 1, 1)
        team = Team(market_id=1, kind=TeamKind.HAMLET, name="Tổ 1", from_on=first_on)
        session.add(team)
        session.flush()
        session.add(
            TeamMember(
                team_id=team.id, full_name="Lò Thị Mai", user_id=client.user_id, from_on=first_on
            )
        )
    return client


def rows(october: sa.Engine, table: Any) -> list[Any]:
    with reading(october) as session:
        found = list(session.exec(select(table).order_by(table.id)))
        session.expunge_all()
        return found


def field(page: Page, name: str) -> str:
    return next(each["value"] for each in page.of("input") if each.get("name") == name)


def opened(client: SignedIn, path: str = FORM) -> Page:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:300]
    page = Page(answer.text)
    assert page.shortcomings() == []
    return page


def test_the_form_ticks_nothing_by_itself(helper: SignedIn) -> None:
    page = opened(helper)

    assert [each for each in page.of("input") if "checked" in each] == []
    purposes = [each["value"] for each in page.of("input") if each.get("name") == "dy"]
    assert purposes == [purpose.value for purpose in ConsentPurpose]
    assert "Bản 2026-11" in page.text


def test_a_stall_is_registered_and_the_next_steps_are_shown(
    helper: SignedIn, october: sa.Engine
) -> None:
    form = opened(helper)
    sent = FILLED | {"once": field(form, "once"), "ban": field(form, "ban")}

    answer = helper.send(FORM, **sent)
    again = helper.send(FORM, **sent)

    assert answer.headers["location"] == "/cho/MA/gian-hang/A27?luu=xong"
    assert again.headers["location"] == answer.headers["location"]
    vendor = rows(october, Vendor)[-1]
    assert (vendor.full_name, vendor.display_name) == ("Triệu Thị Ghển", "Rau rừng cô Ghển")
    assert vendor.state is VendorState.NAME_MATCHED
    consents = rows(october, Consent)
    assert {each.purpose.value for each in consents if each.vendor_id == vendor.id} == set(
        sent["dy"]
    )
    page = Page(helper.get(answer.headers["location"]).text)
    assert page.shortcomings() == []
    assert "Đã lưu. Làm tiếp các việc dưới đây" in page.text
    assert "Cấp tấm mã" in page.text
    events = [each for each in rows(october, RegisterEvent) if each.vendor_id == vendor.id]
    assert {each.assisted_by_id for each in events} == {1}
    assert {each.assisted_by_id for each in consents if each.vendor_id == vendor.id} == {1}


def test_every_fault_is_said_at_its_field_and_what_was_typed_stays(
    helper: SignedIn, october: sa.Engine
) -> None:
    before = (len(rows(october, Vendor)), len(rows(october, RegisterEvent)))
    answer = helper.send(
        FORM, **FILLED | {"dt": "0912 000 1", "stk": "8800 205 11223", "dy": [], "ctk": "<i>x"}
    )

    page = Page(answer.text)
    assert (answer.status_code, page.shortcomings()) == (422, [])
    assert "Còn 4 chỗ cần sửa, chưa lưu được" in page.text
    assert "Có 8 chữ số, số di động cần 10" in page.text
    assert "Agribank dùng 13 chữ số, mới có 12" in page.text
    assert (field(page, "dt"), field(page, "stk")) == ("0912 000 1", "8800 205 11223")
    assert field(page, "ctk") == "<i>x"
    assert "<i>x" not in answer.text
    invalid = {each["id"] for each in page.of("input") if each.get("aria-invalid") == "true"}
    assert invalid == {"dt", "stk", "ctk"}
    assert (len(rows(october, Vendor)), len(rows(october, RegisterEvent))) == before


def test_a_draft_keeps_what_is_there(helper: SignedIn, october: sa.Engine) -> None:
    answer = helper.send(FORM, ten="Triệu Thị Ghển", dt="0912000178", nhap="1", once="d1")

    assert answer.headers["location"] == "/cho/MA/gian-hang/A27?luu=nhap"
    assert rows(october, Vendor)[-1].state is VendorState.DATA_CAPTURED
    page = opened(helper)
    assert field(page, "ten") == "Triệu Thị Ghển"
    assert field(page, "dt") == ""
    assert "Đã có số ···178" in page.text


def test_the_poster_is_shown_before_it_is_saved(helper: SignedIn, october: sa.Engine) -> None:
    before = len(rows(october, Vendor))
    seen = helper.send(FORM, **FILLED | {"xem": "1"})
    unreadable = helper.send(FORM, **FILLED | {"xem": "1", "stk": "12"})

    page = Page(seen.text)
    assert (seen.status_code, page.shortcomings()) == (200, [])
    assert "Rau rừng cô Ghển" in page.text
    assert "Agribank · ···2234 · A27" in page.text
    assert 'class="preview-s"' in seen.text
    assert 'class="preview-q"' in unreadable.text or "···12" in unreadable.text
    assert len(rows(october, Vendor)) == before


def test_a_known_phone_asks_and_the_answer_counts(helper: SignedIn, october: sa.Engine) -> None:
    with writing(october) as session:
        known = session.exec(select(Vendor).where(Vendor.id == 3)).one()
        known.phone_hash = phone_fingerprint(SEALER, "+84912000178")
        session.add(known)
        code = known.code

    asked = helper.send(FORM, **FILLED)
    page = Page(asked.text)
    assert (asked.status_code, page.shortcomings()) == (422, [])
    assert "Số điện thoại đã có ở gian A03 (Nguyễn Thị 03): cùng người?" in page.text
    assert code in {each["value"] for each in page.of("input") if each.get("name") == "cung"}

    same = helper.send(
        FORM, **FILLED | {"cung": code, "nh": "", "stk": "", "ctk": "", "once": "k1"}
    )
    assert same.status_code == 303
    held = [each for each in rows(october, StallHolding) if each.vendor_id == 3]
    assert len(held) == 2


def test_another_account_waits_for_a_second_person(helper: SignedIn, october: sa.Engine) -> None:
    helper.send(FORM, **FILLED | {"once": "a1"})
    answer = helper.send(FORM, **FILLED | {"stk": "8800205119999", "once": "a2"})

    assert answer.status_code == 303
    (change,) = rows(october, AccountChange)
    assert change.account_tail == "9999"
    page = Page(helper.get("/cho/MA/gian-hang/A27").text)
    assert "Đổi tài khoản, chờ duyệt" in page.text


def test_a_new_stall_is_offered_the_vacant_ones_and_confirms_an_unknown_code(
    helper: SignedIn, october: sa.Engine
) -> None:
    path = "/cho/MA/gian-hang/moi"
    assert FORM in {each["href"] for each in opened(helper, path).of("a")}

    unknown = helper.send(path, **FILLED | {"gian": "C99"})
    page = Page(unknown.text)
    assert (unknown.status_code, page.shortcomings()) == (422, [])
    assert "Sổ chợ chưa có gian C99" in page.text

    added = helper.send(path, **FILLED | {"gian": "c99", "gian_moi": "1", "once": "n1"})
    assert added.headers["location"] == "/cho/MA/gian-hang/C99?luu=xong"
    assert rows(october, Stall)[-1].code == "C99"


def test_who_may_not_write_gets_no_form(staff: Staff) -> None:
    auditor = staff(Role.AUDITOR, "MA")

    assert auditor.get("/cho/MA/gian-hang/A01/dang-ky").status_code == 403
    assert auditor.send("/cho/MA/gian-hang/A01/dang-ky", **FILLED).status_code == 403


def test_the_api_registers_by_the_same_rules(helper: SignedIn, october: sa.Engine) -> None:
    path = "/api/v1/markets/MA/stalls"
    body = {
        "stall_code": "A27", "full_name": "Triệu Thị Ghển", "phone": "0912000178",
        "link_by": "paper", "bank": "Agribank", "account": "8800205112234",
        "holder_name": "TRIEU THI GHEN", "is_poster_only": True,
        "purposes": ["onboarding", "poster"], "channel": "signature",
    }  # fmt: skip
    refused = helper.post(path, json=body | {"phone": "1"})
    made = helper.post(path, json=body, headers={"Idempotency-Key": "key-1"})
    again = helper.post(path, json=body, headers={"Idempotency-Key": "key-1"})

    assert refused.status_code == 422
    assert list(refused.json()["errors"]) == ["phone"]
    assert made.status_code == again.status_code == 201
    assert made.headers["location"] == f"{path}/A27"
    assert made.json()["vendor_code"] == again.json()["vendor_code"]
    assert rows(october, Vendor)[-1].is_poster_only
    assert helper.post(path, json=body | {"bogus": 1}).status_code == 422
