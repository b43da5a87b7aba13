"""One stall registered through the form: each fault at its field, nothing twice, nothing half."""

import hashlib
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
    "nguoi_chung": "Lò Thị Mai",
    "giay": ("giay.jpg", b"signed and seen", "image/jpeg"),
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
    assert "Có 12 chữ số, Agribank cần 13" in page.text
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
    seen = field(opened(helper), "da_xem")
    answer = helper.send(FORM, **FILLED | {"stk": "8800205119999", "once": "a2", "da_xem": seen})

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
        "evidence_sha256": "ab" * 32, "witness": "Lò Thị Mai",
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


def test_the_second_editor_is_told_what_the_first_did_and_keeps_what_was_typed(
    staff: Staff, helper: SignedIn, october: sa.Engine
) -> None:
    helper.send(FORM, **FILLED | {"once": "s1"})
    lan = staff(Role.MARKET_CLERK, "MA", full_name="Hà Thị Lan")
    mine, theirs = (field(opened(each), "da_xem") for each in (helper, lan))
    changed = {"ten": "Triệu Thị Ghển", "nganh": "Rau sạch", "gui": "sms", "da_xem": theirs}
    assert lan.send(FORM, **changed, once="s2").status_code == 303
    before = [(each.goods_group, each.code) for each in rows(october, Stall)]

    kept = {"ten": "Triệu Thị Ghển", "nganh": "Rau rừng", "hkd": "Rau Ghển", "gui": "paper"}
    answer = helper.send(FORM, **kept, da_xem=mine, once="s3")

    page = Page(answer.text)
    assert (answer.status_code, page.shortcomings()) == (409, [])
    assert "Người khác vừa sửa hồ sơ này, chưa ghi gì của anh/chị" in page.text
    assert "Hà Thị Lan, 05/11/2026 09:00" in page.text
    assert "Rau sạch" in page.text
    assert (field(page, "nganh"), field(page, "hkd")) == ("Rau rừng", "Rau Ghển")
    assert [(each.goods_group, each.code) for each in rows(october, Stall)] == before

    again = helper.send(FORM, **kept, da_xem=field(page, "da_xem"), once=field(page, "once"))
    assert again.status_code == 303
    assert rows(october, Vendor)[-1].business_name == "Rau Ghển"


def test_a_page_that_does_not_say_what_it_saw_writes_over_nobody(
    helper: SignedIn, october: sa.Engine
) -> None:
    helper.send(FORM, **FILLED | {"once": "b1"})

    for seen in ("", "nonsense", "CC222222.99999999999999999999"):
        answer = helper.send(FORM, **FILLED | {"nganh": "Cá", "da_xem": seen})
        assert answer.status_code == 409
    assert rows(october, Stall)[-1].goods_group == "Rau rừng"


def test_a_held_stall_is_refused_for_a_new_one_with_the_way_to_go(
    staff: Staff, helper: SignedIn, october: sa.Engine
) -> None:
    helper.send(FORM, **FILLED | {"once": "h1"})
    clerk = staff(Role.MARKET_CLERK, "MA")
    names = [each.full_name for each in rows(october, Vendor)]

    answer = clerk.send(
        "/cho/MA/gian-hang/moi", **FILLED | {"gian": "a27", "ten": "Lò Văn Páo", "once": "h2"}
    )

    page = Page(answer.text)
    assert (answer.status_code, page.shortcomings()) == (422, [])
    assert "Gian A27 đã ghi cho Triệu Thị Ghển" in page.text
    leads = {each["href"] for each in page.of("a")}
    code = rows(october, Vendor)[-1].code
    assert {FORM, f"/cho/MA/nguoi-ban/{code}?mo=chuyen#chuyen-gian"} <= leads
    assert [each.full_name for each in rows(october, Vendor)] == names


def test_a_name_alone_is_corrected(helper: SignedIn, october: sa.Engine) -> None:
    helper.send(FORM, **FILLED | {"once": "c1"})
    page = opened(helper)
    shown = {name: field(page, name) for name in ("khu", "nganh", "th", "hkd", "da_xem")}

    answer = helper.send(FORM, **shown, ten="Triệu Thị Ghến", gui="paper", once="c2")

    assert answer.status_code == 303, Page(answer.text).text
    vendor = rows(october, Vendor)[-1]
    assert (vendor.full_name, vendor.phone_tail) == ("Triệu Thị Ghến", "178")


def test_the_form_shown_again_recalls_what_was_told(helper: SignedIn) -> None:
    helper.send(FORM, **FILLED | {"hkd": "HKD Rau Ghển", "gui": "sms", "once": "r1"})

    page = opened(helper)

    assert (field(page, "th"), field(page, "hkd")) == ("Rau rừng cô Ghển", "HKD Rau Ghển")
    ways = [each for each in page.of("input") if each.get("name") == "gui"]
    assert [each["value"] for each in ways if "checked" in each] == ["sms"]


def test_a_consent_needs_its_paper_and_its_witness_and_the_file_is_chosen_once(
    helper: SignedIn, october: sa.Engine
) -> None:
    bare = {name: value for name, value in FILLED.items() if name not in {"giay", "nguoi_chung"}}
    lacking = Page(helper.send(FORM, **bare, once="p1").text)
    assert "Chưa có ảnh giấy đã ký hoặc bản ghi âm" in lacking.text
    assert "Chưa ghi ai chứng kiến" in lacking.text
    assert lacking.shortcomings() == []

    refused = helper.send(FORM, **bare, giay=FILLED["giay"], once="p2")
    page = Page(refused.text)
    assert refused.status_code == 422
    assert "Đã nhận tệp" in page.text

    carried = field(page, "giay_ma")
    done = helper.send(FORM, **bare, giay_ma=carried, nguoi_chung="Lò Thị Mai", once="p3")
    assert done.status_code == 303
    kept = {(each.evidence_sha256, each.witness) for each in rows(october, Consent)}
    assert (hashlib.sha256(b"signed and seen").hexdigest(), "Lò Thị Mai") in kept


@pytest.mark.parametrize("name", ["ten", "ctk", "hkd", "th", "nguoi_chung"])
def test_a_hidden_character_is_refused_and_shown_without(
    helper: SignedIn, october: sa.Engine, name: str
) -> None:
    before = len(rows(october, Vendor))

    answer = helper.send(FORM, **FILLED | {name: "Rau\u202e Ghen"})

    page = Page(answer.text)
    assert (answer.status_code, page.shortcomings()) == (422, [])
    assert "Có ký tự ẩn U+202E làm chữ hiện sai: đã bỏ ký tự này" in page.text
    assert field(page, name) == "Rau Ghen"
    assert len(rows(october, Vendor)) == before
