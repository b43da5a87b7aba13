"""The pages and the API on accounts: four eyes from the first form to the last."""

import hashlib
import io
import re
from typing import Any

import pytest
import segno
import sqlalchemy as sa
from PIL import Image
from sqlmodel import col, select
from starlette.testclient import TestClient

from market.database import reading, writing
from market.i18n.account_words import (
    CHANGE_STATES,
    CODE_LINKS,
    CONFIRMATIONS,
    CONTRACT_STATES,
    SCHEMES,
)
from market.i18n.english import ENGLISH
from market.pages.accounts import codes as code_pages
from market.pages.accounts import own_confirmation, queue, vendor_accounts
from market.roles import Role
from market.security.pins import set_pin
from merchants.acceptance.name_rule import EXPLANATIONS
from merchants.kinds import AccountChangeState, CodeScheme
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    DisplayedCode,
    RegisterEvent,
    Stall,
    Vendor,
)
from tests.market.conftest import NOW, SEALER, Reader, SignedIn, Staff
from tests.market.reading_html import Page
from tests.merchants.queries import counted
from tests.qr.payloads import payload
from tests.qr.test_wrappers import VECTORS

PIN = "4829"
NUMBER = "9704229876543"
FORM = {
    "thay_cho": "khong", "ngan_hang": "970422", "so_tai_khoan": NUMBER,
    "chu_tai_khoan": "NGUYEN THI 01", "ly_do": "Đổi ngân hàng",
}  # fmt: skip


@pytest.fixture
def world(october: sa.Engine, codes: dict[str, list[str]]) -> "World":
    """The first vendor of chợ Mậu A, whose account can be opened, with a PIN."""
    with writing(october) as session:
        for point in session.exec(select(AcceptancePoint)):
            point.account_sealed = SEALER.seal(f"01234{point.id:08}")
            session.add(point)
        vendor = session.exec(select(Vendor).where(Vendor.code == codes["MA"][0])).one()
        set_pin(session, vendor.id or 0, PIN, now=NOW)
    return World(october, codes["MA"][0])


class World:
    """A vendor and short ways to look at what was written."""

    def __init__(self, engine: sa.Engine, code: str) -> None:
        self.engine = engine
        self.code = code
        self.accounts = f"/cho/MA/nguoi-ban/{code}/tai-khoan"
        self.own = f"/nguoi-ban/{code}/xac-nhan-tai-khoan"

    def change(self) -> AccountChange:
        """The newest proposal."""
        with reading(self.engine) as session:
            query = select(AccountChange).order_by(col(AccountChange.id).desc())
            found = session.exec(query).first()
            assert found is not None
            session.expunge(found)
            return found

    def count(self, table: Any) -> int:
        """How many rows a table has."""
        with reading(self.engine) as session:
            return session.exec(select(sa.func.count()).select_from(table)).one()

    def points(self) -> list[AcceptancePoint]:
        """The vendor's accounts."""
        with reading(self.engine) as session:
            query = (
                select(AcceptancePoint)
                .join(Vendor, col(Vendor.id) == AcceptancePoint.vendor_id)
                .where(Vendor.code == self.code)
                .order_by(col(AcceptancePoint.id))
            )
            found = list(session.exec(query))
            session.expunge_all()
            return found

    def propose(self, who: SignedIn, **changes: str) -> str:
        """Send the form and return the path of the proposal."""
        answer = who.send(self.accounts, **(FORM | changes))
        assert answer.status_code == 303, Page(answer.text).text
        return str(answer.headers["location"]).partition("?")[0]


def vendor_of(reader: Reader, world: World) -> TestClient:
    return reader(Role.VENDOR, world.code)


def vendor_send(client: TestClient, path: str, **fields: Any) -> Any:
    """Post a form of the vendor's own page, with the token its page carries."""
    shown = client.get(path.removesuffix(".pdf").removesuffix(".xlsx")).text
    token = re.search(r'name="csrf" value="([^"]+)"', shown)
    assert token is not None
    return client.post(path, data={"csrf": token[1], **fields}, follow_redirects=False)


# --- from the proposal to the approval ---


def test_an_account_goes_through_three_steps_and_two_people(
    staff: Staff, reader: Reader, world: World
) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")
    old = world.points()[0]
    path = world.propose(clerk, thay_cho=str(old.id))
    assert world.change().state is AccountChangeState.PROPOSED

    vendor = vendor_of(reader, world)
    shown = Page(vendor.get(world.own).text)
    assert "6543" in shown.text
    assert "NGUYEN THI 01" in shown.text
    assert NUMBER not in shown.text
    said = vendor_send(vendor, world.own, de_nghi=str(world.change().id), tra_loi="dung", pin=PIN)
    assert said.status_code == 303
    assert world.change().confirmed_by == f"vendor:{world.code}"

    assert "Duyệt, tiền về" in manager.get(path).text
    answer = manager.send(path, quyet="duyet")

    assert answer.status_code == 303
    change = world.change()
    assert (change.state, change.decided_by) == (
        AccountChangeState.APPROVED,
        f"staff:{manager.user_id}",
    )
    before, after = world.points()
    assert before.valid_to is not None
    assert SEALER.open(after.account_sealed) == NUMBER
    assert "Đã duyệt" in manager.get(answer.headers["location"]).text


def test_who_proposed_sees_why_there_is_no_button(staff: Staff, world: World) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    path = world.propose(manager)
    shown = manager.get(path)

    assert "Anh/chị là người đề nghị nên không tự duyệt được" in shown.text
    assert 'value="duyet"' not in shown.text
    assert Page(shown.text).shortcomings() == []


def test_who_proposed_is_refused_even_without_the_page(staff: Staff, world: World) -> None:
    manager, helper = staff(Role.MARKET_MANAGER, "MA"), staff(Role.FIELD_HELPER, "MA")
    path = world.propose(manager)
    record(helper, path)

    answer = manager.send(path, quyet="duyet")

    assert answer.status_code == 422
    assert "Cần người thứ hai" in answer.text
    assert world.change().state is AccountChangeState.CONFIRMED


def record(who: SignedIn, path: str, **changes: Any) -> Any:
    """Record the vendor's signature."""
    fields = {
        "cach": "signature", "nguoi_chung": "Lò Thị Mai",
        "bang_chung": ("giay.jpg", b"a photo", "image/jpeg"),
    } | changes  # fmt: skip
    return who.send(f"{path}/xac-nhan", **fields)


def test_a_recorded_signature_keeps_its_fingerprint_and_its_recorder_cannot_decide(
    staff: Staff, world: World
) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")
    path = world.propose(clerk)

    assert record(manager, path).status_code == 303

    change = world.change()
    assert change.evidence_sha256 == hashlib.sha256(b"a photo").hexdigest()
    assert (change.witness, change.confirmed_by) == ("Lò Thị Mai", f"staff:{manager.user_id}")
    assert "Anh/chị đã ghi lời xác nhận" in manager.get(path).text
    assert manager.send(path, quyet="duyet").status_code == 422


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"cach": ""}, "Chọn chữ ký hoặc lời nói"),
        ({"cach": "pin"}, "chỉ người bán tự gõ"),
        ({"nguoi_chung": ""}, "Chưa ghi ai chứng kiến"),
        ({"bang_chung": ("x", b"", "image/png")}, "Chưa có ảnh giấy"),
    ],
)
def test_a_signature_without_its_proof_is_shown_again(
    staff: Staff, world: World, changes: dict[str, Any], told: str
) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    path = world.propose(clerk)

    answer = record(clerk, path, **changes)

    assert answer.status_code == 422
    assert told in answer.text
    assert Page(answer.text).shortcomings() == []
    assert world.change().state is AccountChangeState.PROPOSED


def test_a_rejection_needs_its_reason(staff: Staff, world: World) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")
    path = world.propose(clerk)

    refused = manager.send(path, quyet="tra")
    done = manager.send(path, quyet="tra", ghi_chu="Sai tên")

    assert (refused.status_code, done.status_code) == (422, 303)
    assert "Chưa ghi lý do" in refused.text
    assert world.change().state is AccountChangeState.REJECTED


def test_the_second_of_two_approvers_is_told(staff: Staff, world: World) -> None:
    clerk, first = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")
    second = staff(Role.ADMIN)
    path = world.propose(clerk)
    record(clerk, path)
    assert first.send(path, quyet="duyet").status_code == 303

    answer = second.send(path, quyet="duyet")

    assert answer.status_code == 422
    assert "vừa có người khác xử lý xong" in answer.text
    assert Page(answer.text).shortcomings() == []
    assert world.count(AcceptancePoint) == 32


def test_the_proposer_takes_it_back(staff: Staff, world: World) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    path = world.propose(clerk)

    assert clerk.send(f"{path}/rut", ghi_chu="Ghi nhầm").status_code == 303
    assert world.change().state is AccountChangeState.WITHDRAWN


@pytest.mark.parametrize("role", [Role.MARKET_CLERK, Role.FIELD_HELPER, Role.AUDITOR])
def test_only_who_may_decide_decides(staff: Staff, world: World, role: Role) -> None:
    clerk, other = staff(Role.MARKET_CLERK, "MA"), staff(role, "MA")
    path = world.propose(clerk)
    record(clerk, path)

    assert other.send(path, quyet="duyet").status_code == 403
    assert other.get(path).status_code == 200
    assert world.change().state is AccountChangeState.CONFIRMED


def test_a_proposal_of_another_market_is_not_found(staff: Staff, world: World) -> None:
    path = world.propose(staff(Role.MARKET_CLERK, "MA"))
    admin = staff(Role.ADMIN)

    elsewhere = path.replace("/cho/MA/", "/cho/LG/")

    assert admin.get(elsewhere).status_code == 404
    assert admin.send(elsewhere, quyet="tra", ghi_chu="x").status_code == 404
    assert world.change().state is AccountChangeState.PROPOSED


# --- what is filled in ---


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ngan_hang": ""}, "Chưa chọn ngân hàng"),
        ({"so_tai_khoan": ""}, "Chưa ghi số tài khoản"),
        ({"ngan_hang": "970405", "so_tai_khoan": "123456789012"}, "có 12 chữ số, Agribank cần 13"),
        ({"chu_tai_khoan": ""}, "Chưa ghi tên chủ tài khoản"),
        ({"thay_cho": ""}, "Chọn thêm tài khoản"),
        ({"thay_cho": "x"}, "Chọn lại"),
        ({"thay_cho": "999"}, "vừa đóng"),
        ({"hop_dong_tu": "hôm qua", "so_hop_dong": "1"}, "ngày/tháng/năm"),
        ({"ly_do": "x" * 201}, "tối đa 200"),
        ({"chu_tai_khoan": "<script>alert(1)</script>"}, "không có trong tên người"),
    ],
)
def test_a_proposal_with_a_fault_is_shown_again_with_its_values(
    staff: Staff, world: World, changes: dict[str, str], told: str
) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")

    answer = clerk.send(world.accounts, **(FORM | {"chu_tai_khoan": "NGUYEN THI 01"} | changes))

    assert answer.status_code == 422
    page = Page(answer.text)
    assert told in page.text
    assert page.shortcomings() == []
    assert "<script>" not in answer.text
    assert world.count(AccountChange) == 0
    if "ly_do" not in changes:
        assert "Đổi ngân hàng" in [field.get("value") for field in page.of("input")]


def test_a_form_sent_twice_proposes_once(staff: Staff, world: World) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")

    first = clerk.send(world.accounts, once="einmal", **FORM)
    second = clerk.send(world.accounts, once="einmal", **FORM)

    assert first.headers["location"] == second.headers["location"]
    assert world.count(AccountChange) == 1


def test_a_second_proposal_waits_for_the_first(staff: Staff, world: World) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    path = world.propose(clerk)

    answer = clerk.send(world.accounts, **FORM)

    assert answer.status_code == 422
    assert "đang có một đề nghị chưa xong" in answer.text
    assert path in clerk.get(world.accounts).text


def test_a_contract_is_written_and_its_faults_are_told(staff: Staff, world: World) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    path = f"{world.accounts}/{world.points()[0].id}/hop-dong"

    wrong = clerk.send(
        path, so_hop_dong="HD-2", hop_dong_tu="02/01/2026", hop_dong_den="01/01/2026"
    )
    right = clerk.send(
        path, so_hop_dong="HD-2", hop_dong_tu="02/01/2025", hop_dong_den="01/01/2026"
    )

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "trước ngày đầu" in wrong.text
    assert Page(wrong.text).shortcomings() == []
    assert world.points()[0].provider_contract_no == "HD-2"
    assert "hợp đồng hết hạn" in clerk.get(world.accounts).text
    assert "HD-2" in clerk.get("/cho/MA/doi-ten-tai-khoan", params={"muc": "hop-dong"}).text


# --- the vendor's own word ---


def test_a_wrong_pin_confirms_nothing_and_is_counted(
    staff: Staff, reader: Reader, world: World
) -> None:
    world.propose(staff(Role.MARKET_CLERK, "MA"))
    vendor = vendor_of(reader, world)

    answer = vendor_send(
        vendor, world.own, de_nghi=str(world.change().id), tra_loi="dung", pin="0000"
    )

    assert answer.status_code == 422
    assert "còn được thử 4 lần" in answer.text
    assert Page(answer.text).shortcomings() == []
    assert world.change().state is AccountChangeState.PROPOSED


def test_a_vendor_who_says_not_mine_ends_the_proposal(
    staff: Staff, reader: Reader, world: World
) -> None:
    path = world.propose(clerk := staff(Role.MARKET_CLERK, "MA"))
    vendor = vendor_of(reader, world)

    answer = vendor_send(
        vendor, world.own, de_nghi=str(world.change().id), tra_loi="khong", pin=PIN
    )

    assert answer.status_code == 303
    assert world.change().state is AccountChangeState.WITHDRAWN
    assert "Người bán nói không phải của mình" in clerk.get(path).text


def test_a_vendor_without_a_proposal_is_told_so(reader: Reader, world: World) -> None:
    vendor = vendor_of(reader, world)

    shown = vendor.get(world.own)
    answer = vendor_send(vendor, f"/nguoi-ban/{world.code}/bang-ke-tai-khoan.pdf", pin="")

    assert "Không ai đề nghị đổi tài khoản" in shown.text
    assert Page(shown.text).shortcomings() == []
    assert answer.status_code == 422


def test_staff_do_not_open_the_vendors_own_word(staff: Staff, world: World) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    assert manager.get(world.own).status_code == 403
    assert manager.get(f"/nguoi-ban/{world.code}/bang-ke-tai-khoan").status_code == 403
    assert (
        manager.send(f"/nguoi-ban/{world.code}/bang-ke-tai-khoan.pdf", pin=PIN).status_code == 403
    )


def test_the_list_for_the_tax_office_holds_whole_numbers_for_the_pin(
    reader: Reader, world: World
) -> None:
    vendor = vendor_of(reader, world)
    number = SEALER.open(world.points()[0].account_sealed)
    path = f"/nguoi-ban/{world.code}/bang-ke-tai-khoan"

    shown = vendor.get(path)
    sheet = vendor_send(vendor, f"{path}.xlsx", pin=PIN)
    paper = vendor_send(vendor, f"{path}.pdf")  # the PIN was given a moment ago

    assert number not in shown.text
    assert number in sheet_texts(sheet.content)
    assert paper.content.startswith(b"%PDF")
    assert paper.headers["cache-control"] == "no-store"
    with reading(world.engine) as session:
        kinds = session.exec(
            select(RegisterEvent.to_value).where(RegisterEvent.subject == "account_statement")
        ).all()
    assert kinds == ["xlsx", "pdf"]


def sheet_texts(content: bytes) -> list[str]:
    """Return the cells of a workbook."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = book.get_sheet_by_index(0).to_python()
    return [str(cell) for row in rows for cell in row]


# --- codes at a stall ---

CODES = "/cho/MA/gian-hang/A01/ma-qr"


def photo(*texts: str) -> tuple[str, bytes, str]:
    """A picture of codes, as a form sends it."""
    sheet = Image.new("RGB", (420, 420 * len(texts)), "white")
    for place, text in enumerate(texts):
        drawn = io.BytesIO()
        segno.make_qr(text, error="m").save(drawn, kind="png", scale=5)
        one = Image.open(io.BytesIO(drawn.getvalue())).convert("RGB").resize((360, 360))
        sheet.paste(one, (30, 30 + 420 * place))
    content = io.BytesIO()
    sheet.save(content, "PNG")
    return "anh.png", content.getvalue(), "image/png"


def test_a_code_is_recorded_from_a_photo_and_counted(staff: Staff, world: World) -> None:
    helper = staff(Role.FIELD_HELPER, "MA")

    answer = helper.send(CODES, anh=photo(VECTORS["V079"]))

    assert answer.status_code == 303
    shown = helper.get(CODES)
    assert "MoMo, VietCapitalBank ···5080" in shown.text
    assert Page(shown.text).shortcomings() == []
    with reading(world.engine) as session:
        code = session.exec(select(DisplayedCode)).one()
        stall = session.get_one(Stall, code.stall_id)
        assert SEALER.open(code.payload_sealed) == VECTORS["V079"]
        assert (code.scheme, stall.displayed_codes) == (CodeScheme.MOMO, 1)
    assert VECTORS["V079"] not in shown.text


def test_of_several_codes_in_a_photo_one_is_chosen(staff: Staff, world: World) -> None:
    helper = staff(Role.FIELD_HELPER, "MA")
    one, other = VECTORS["V079"], payload({"59": "STICKER"})

    asked = helper.send(CODES, anh=photo(one, other))

    assert "Trong ảnh có 2 mã" in asked.text
    assert Page(asked.text).shortcomings() == []
    assert world.count(DisplayedCode) == 0
    assert helper.send(CODES, noi_dung=other).status_code == 303
    assert world.count(DisplayedCode) == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Chưa có ảnh"),
        ({"anh": ("x.pdf", b"%PDF-1.7", "application/pdf")}, "Không mở được ảnh"),
        ({"noi_dung": "x" * 3000}, "một mã QR chứa tối đa"),
        ({"noi_dung": "https://zalo.me/1", "ma_vi": "1"}, "không phải mã thanh toán"),
    ],
)
def test_what_is_no_code_is_shown_again(
    staff: Staff, world: World, fields: dict[str, Any], told: str
) -> None:
    answer = staff(Role.FIELD_HELPER, "MA").send(CODES, **fields)

    assert answer.status_code == 422
    assert told in Page(answer.text).text
    assert Page(answer.text).shortcomings() == []
    assert world.count(DisplayedCode) == 0


def test_a_code_that_is_gone_is_noted(staff: Staff, world: World) -> None:
    helper = staff(Role.FIELD_HELPER, "MA")
    helper.send(CODES, noi_dung=payload())

    answer = helper.send(f"{CODES}/1/go")
    again = helper.send(f"{CODES}/1/go")

    assert (answer.status_code, again.status_code) == (303, 422)
    assert "Chưa ghi mã nào" in helper.get(CODES).text
    assert "gỡ ngày" in helper.get(CODES, params={"ca_cu": "1"}).text


def test_a_wallets_own_code_is_printed_again(staff: Staff, world: World) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    clerk.send(CODES, anh=photo(VECTORS["V175"]), ma_vi="1")

    page, picture = clerk.get(f"{CODES}/1.pdf"), clerk.get(f"{CODES}/1.svg")

    assert page.content.startswith(b"%PDF")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert clerk.get(f"{CODES}/2.svg").status_code == 404
    assert clerk.get("/cho/MA/gian-hang/A02/ma-qr/1.svg").status_code == 404


def test_an_account_is_proposed_from_a_code_without_typing_it(staff: Staff, world: World) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    clerk.send(CODES, noi_dung=payload({"59": "NGUYEN THI 01"}))

    shown = clerk.get(world.accounts, params={"gian": "A01", "tu_ma": 1})
    answer = clerk.send(
        world.accounts, thay_cho="khong", gian="A01", tu_ma="1", chu_tai_khoan="NGUYEN THI 01"
    )

    assert "Vietcombank ···0001" in shown.text
    assert "0000000001" not in shown.text
    assert answer.status_code == 303
    assert SEALER.open(world.change().account_sealed) == "0000000001"


# --- lists ---


def test_the_migration_list_follows_the_rule_and_comes_as_a_sheet(
    staff: Staff, world: World
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    shown = manager.get("/cho/MA/doi-ten-tai-khoan")
    sheet = manager.get("/cho/MA/doi-ten-tai-khoan.xlsx")

    # In October's register only the first vendor is a registered household business.
    assert "1 tài khoản cần đổi sang tên hộ kinh doanh" in Page(shown.text).text
    assert "Rau sạch cô Hương" in sheet_texts(sheet.content)
    assert Page(shown.text).shortcomings() == []


def test_the_pages_ask_the_same_for_any_number_of_proposals(
    staff: Staff, world: World, codes: dict[str, list[str]]
) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    app_engine = clerk.app.state.engine  # type: ignore[attr-defined]

    def statements() -> int:
        with counted(app_engine) as sent:
            assert clerk.get("/cho/MA/duyet").status_code == 200
        return len(sent)

    for code in codes["MA"][:2]:
        clerk.send(f"/cho/MA/nguoi-ban/{code}/tai-khoan", **FORM)
    few = statements()
    for code in codes["MA"][2:9]:
        clerk.send(f"/cho/MA/nguoi-ban/{code}/tai-khoan", **FORM)

    assert world.count(AccountChange) == 9
    assert statements() == few


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("section", ["", "cho-duyet", "cho-xac-nhan", "xong"])
def test_every_page_is_whole_in_both_languages(
    staff: Staff, reader: Reader, world: World, lang: str, section: str
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    path = world.propose(staff(Role.MARKET_CLERK, "MA"), thay_cho=str(world.points()[0].id))
    manager.send(CODES, noi_dung=payload())
    vendor = vendor_of(reader, world)
    pages = [
        manager.get("/cho/MA/duyet", params={"lang": lang, "muc": section}),
        manager.get(path, params={"lang": lang}),
        manager.get(world.accounts, params={"lang": lang}),
        manager.get(CODES, params={"lang": lang}),
        manager.get("/cho/MA/doi-ten-tai-khoan", params={"lang": lang}),
        vendor.get(world.own, params={"lang": lang}),
        vendor.get(f"/nguoi-ban/{world.code}/bang-ke-tai-khoan", params={"lang": lang}),
    ]

    assert [page.status_code for page in pages] == [200] * 7
    assert [Page(page.text).shortcomings() for page in pages] == [[]] * 7


def test_every_word_of_the_lists_has_its_english() -> None:
    told: set[str] = set()
    for words in (
        CHANGE_STATES, CONFIRMATIONS, CONTRACT_STATES, CODE_LINKS, SCHEMES, EXPLANATIONS,
        queue.DONE, queue.NAMES, vendor_accounts.DONE, code_pages.DONE, own_confirmation.DONE,
    ):  # fmt: skip
        told |= set(words.values())

    assert sorted(told - ENGLISH.keys()) == []


# --- for machines ---

API = "/api/v1/markets/MA/account-changes"


def body_of(world: World, **changes: Any) -> dict[str, Any]:
    values = {
        "vendor_code": world.code, "bank": "MB Bank", "number": NUMBER,
        "holder_name": "NGUYEN THI 01",
    }  # fmt: skip
    return values | changes


def test_the_same_steps_through_the_api(staff: Staff, world: World) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")

    made = clerk.post(API, json=body_of(world), headers={"Idempotency-Key": "k1"})
    again = clerk.post(API, json=body_of(world), headers={"Idempotency-Key": "k1"})
    path = made.headers["location"]
    word = {"how": "signature", "evidence_sha256": "ab" * 32, "witness": "Lò Thị Mai"}
    early = manager.post(f"{path}/decision", json={"approve": True})
    clerk.post(f"{path}/confirmation", json=word)
    own = clerk.post(f"{path}/decision", json={"approve": True})
    done = manager.post(f"{path}/decision", json={"approve": True})
    late = manager.post(f"{path}/decision", json={"approve": True})

    assert (made.status_code, again.status_code) == (201, 201)
    assert again.headers["location"] == path
    assert (early.status_code, early.json()["type"]) == (409, "urn:cho40:problem:not-confirmed-yet")
    assert own.status_code == 403
    assert done.json()["change"]["state"] == "approved"
    assert (late.status_code, late.json()["type"]) == (409, "urn:cho40:problem:already-decided")
    assert manager.get(API, params={"state": "approved"}).json()["items"] == [done.json()["change"]]
    assert NUMBER not in done.text + made.text


def test_a_helper_may_not_decide_through_the_api_and_nobody_outside_the_market(
    staff: Staff, world: World, codes: dict[str, list[str]]
) -> None:
    helper, other = staff(Role.FIELD_HELPER, "MA"), staff(Role.MARKET_MANAGER, "LG")
    path = helper.post(API, json=body_of(world)).headers["location"]

    assert helper.post(f"{path}/decision", json={"approve": True}).status_code == 403
    assert other.get(path).status_code == 403
    assert other.get(path.replace("/MA/", "/LG/")).status_code == 404
    foreign = helper.post(API, json=body_of(world, vendor_code=codes["LG"][0]))
    assert foreign.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"bank": "MB Bank"},
        {"state": "approved"},
        {"replaces_id": "x"},
        {"replaces_id": 2**40},
        {"number": "1" * 100},
        {"contract_from": "0001-01-01"},
    ],
)
def test_a_body_that_says_something_else_is_refused(
    staff: Staff, world: World, body: dict[str, Any]
) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    sent = body if body == {"bank": "MB Bank"} else body_of(world, **body)

    assert clerk.post(API, json=sent).status_code == 422
    assert world.count(AccountChange) == 0


def test_accounts_contracts_and_codes_through_the_api(staff: Staff, world: World) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    accounts = f"/api/v1/vendors/{world.code}/accounts"
    (account,) = clerk.get(accounts).json()["items"]
    contract = {"contract_no": "HD-3", "contract_from": "2025-01-01", "contract_to": "2026-01-01"}

    written = clerk.put(f"{accounts}/{account['id']}/contract", json=contract)
    codes_path = "/api/v1/markets/MA/stalls/A01/displayed-codes"
    code = clerk.post(codes_path, json={"payload": payload()})
    listed = clerk.get("/api/v1/markets/MA/displayed-codes", params={"limit": 1})
    of_vendor = clerk.get(f"/api/v1/vendors/{world.code}/displayed-codes")
    gone = clerk.delete(code.headers["location"])

    assert written.json()["contract_state"] == "expired"
    assert [one["contract_no"] for one in
            clerk.get("/api/v1/markets/MA/expired-contracts").json()["items"]] == ["HD-3"]  # fmt: skip
    assert code.status_code == 201
    assert listed.json() == {"items": [code.json()], "next": None}
    assert of_vendor.json()["items"] == [code.json()]
    assert gone.json()["ended_on"] == "2026-11-05"
    assert clerk.delete(code.headers["location"]).status_code == 404
    assert clerk.get(f"{codes_path}/99").status_code == 404
    assert len(clerk.get("/api/v1/markets/MA/account-migrations").json()["items"]) == 1


def test_lists_are_paged_by_cursor(staff: Staff, world: World, codes: dict[str, list[str]]) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    for code in codes["MA"][:3]:
        clerk.post(API, json=body_of(world, vendor_code=code))

    first = clerk.get(API, params={"limit": 2}).json()
    rest = clerk.get(API, params={"limit": 2, "after": first["next"]}).json()

    assert [one["vendor_code"] for one in first["items"] + rest["items"]] == codes["MA"][:3]
    assert rest["next"] is None


def test_the_vendors_first_page_says_that_somebody_waits_for_them(
    staff: Staff, reader: Reader, world: World
) -> None:
    vendor, clerk = vendor_of(reader, world), staff(Role.MARKET_CLERK, "MA")
    home = f"/nguoi-ban/{world.code}"
    before = vendor.get(home).text

    world.propose(clerk)

    assert world.own not in before
    assert world.own in vendor.get(home).text
    assert world.own not in staff(Role.MARKET_MANAGER, "MA").get(home).text
