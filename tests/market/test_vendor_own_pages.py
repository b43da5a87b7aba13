"""A vendor's pages: the exact amount, the poster-only tier, and everything under “Của tôi”."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select
from starlette.testclient import TestClient

from market.database import reading, writing
from market.roles import Role
from market.security.pins import set_pin
from market.security.recognising import csrf_token_of
from market.security.sessions import COOKIE
from market.tables import UserSession, VendorPin
from merchants.actors import Actor
from merchants.kinds import (
    ConsentChannel,
    ConsentPurpose,
    EventAction,
    NameMatch,
    PrivacyRequestKind,
    PrivacyRequestState,
    VendorState,
)
from merchants.privacy.consents import ConsentProof, record_consents, standing
from merchants.tables import (
    AcceptancePoint,
    Consent,
    PrivacyRequest,
    RegisterEvent,
    StallHolding,
    Vendor,
)
from qr.payload import read_payload
from qr.scan import decode_page
from tests.market.conftest import NOW, SEALER, Reader, Staff
from tests.market.reading_html import Page
from tests.merchants.queries import counted

PIN = "4826"
ACCOUNT = "1903777666555"
STAFF = Actor(kind="staff", name="1")
PROOF = ConsentProof(
    channel=ConsentChannel.SIGNATURE,
    notice_version="2026-11",
    evidence_sha256="ab" * 32,
    witness="Lò Thị Mai",
)


class Own:
    """A vendor's browser: reads pages and sends their forms."""

    def __init__(self, client: TestClient, code: str) -> None:
        self.client, self.code = client, code
        self.home = f"/nguoi-ban/{code}"
        self.own = f"{self.home}/cua-toi"

    def get(self, path: str) -> Page:
        """Read a page that opens and has no shortcomings."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        found = Page(answer.text)
        assert found.shortcomings() == []
        return found

    def send(self, path: str, **fields: str) -> tuple[int, str]:
        """Send a form; the status and where it leads, or the page that came back."""
        csrf = csrf_token_of(self.client.cookies[COOKIE])
        answer = self.client.post(path, data={"csrf": csrf, **fields}, follow_redirects=False)
        return answer.status_code, answer.headers.get("location") or answer.text


@pytest.fixture
def code(october: sa.Engine, codes: dict[str, list[str]]) -> str:
    """A vendor with a readable account and every consent."""
    code = codes["MA"][0]
    with writing(october) as session:
        vendor = session.exec(select(Vendor).where(Vendor.code == code)).one()
        assert vendor.id is not None
        point = session.exec(
            select(AcceptancePoint).where(AcceptancePoint.vendor_id == vendor.id)
        ).one()
        point.account_sealed, point.account_tail = SEALER.seal(ACCOUNT), ACCOUNT[-4:]
        record_consents(
            session, {vendor.id: NOW}, tuple(ConsentPurpose), proof=PROOF, actor=STAFF, now=NOW
        )
    return code


@pytest.fixture
def own(reader: Reader, code: str) -> Own:
    """The vendor, come by the personal link, without a PIN."""
    return Own(reader(Role.VENDOR, code), code)


@pytest.fixture
def with_pin(october: sa.Engine, own: Own) -> Own:
    """The vendor with a PIN."""
    with writing(october) as session:
        vendor = session.exec(select(Vendor).where(Vendor.code == own.code)).one()
        assert vendor.id is not None
        set_pin(session, vendor.id, PIN, now=NOW)
    return own


@pytest.fixture
def vendor_of(october: sa.Engine) -> Callable[[str], Vendor]:
    """Look a vendor up by code, as they stand now."""

    def find(code: str) -> Vendor:
        with reading(october) as session:
            vendor = session.exec(select(Vendor).where(Vendor.code == code)).one()
            session.expunge_all()
            return vendor

    return find


def _standing(engine: sa.Engine, code: str) -> set[ConsentPurpose]:
    with reading(engine) as session:
        vendor = session.exec(select(Vendor).where(Vendor.code == code)).one()
        assert vendor.id is not None
        return set(standing(session, vendor.id))


# The exact amount.


def _payload_on(text: str) -> str:
    """Read the code drawn on a page with a scanner."""
    import typst

    drawing = re.search(r"<svg xmlns.*?</svg>", text, re.DOTALL)
    assert drawing is not None
    source = "#set page(width: 80mm, height: 80mm, margin: 4mm)\n#image(bytes(sys.inputs.svg), width: 100%)"
    picture = typst.compile(source.encode(), format="png", ppi=200, sys_inputs={"svg": drawing[0]})
    (payload,) = decode_page(bytes(picture))
    return payload


@pytest.mark.parametrize("typed", ["so=85", "so=85.000", "so=85000", "so=&nhanh=85"])
def test_the_code_asks_for_exactly_the_amount_typed(own: Own, typed: str) -> None:
    answer = own.client.get(f"{own.home}?{typed}")

    fields = read_payload(_payload_on(answer.text), require_vietqr=True)
    assert fields.is_valid
    assert fields.fields["54"] == "85000"
    assert fields.beneficiary is not None
    assert fields.beneficiary.account == ACCOUNT
    shown = Page(answer.text)
    assert shown.shortcomings() == []
    assert "Tám mươi lăm nghìn đồng" in shown.text
    assert ACCOUNT not in shown.text
    assert f"···{ACCOUNT[-4:]}" in shown.text


@pytest.mark.parametrize("typed", ["", "abc", "0", "9" * 12, "<b>"])
def test_an_unclear_amount_gives_the_page_again_with_what_is_wrong(own: Own, typed: str) -> None:
    answer = own.client.get(own.home, params={"so": typed})

    assert answer.status_code == 422
    shown = Page(answer.text)
    assert shown.shortcomings() == []
    assert "ma-qr" not in {a.get("id") for a in shown.of("section")}
    (field,) = [i for i in shown.of("input") if i.get("name") == "so"]
    assert field["value"] == typed
    assert field["aria-describedby"] == "so-e"


def test_a_vendor_whose_account_is_not_theirs_gets_no_code(
    october: sa.Engine, own: Own, code: str
) -> None:
    with writing(october) as session:
        session.execute(sa.update(AcceptancePoint).values(name_match="mismatch"))

    shown = own.get(f"{own.home}?so=85")

    assert "Có tài khoản ngân hàng đúng tên" in shown.text
    assert "so" not in {i.get("name") for i in shown.of("input")}


def test_the_page_speaks_english_too(own: Own) -> None:
    shown = own.get(f"{own.home}?so=85&lang=en")

    assert "Please scan to pay" in shown.text
    assert "Tám mươi lăm nghìn đồng" in shown.text


# What is held about me.


def test_my_own_page_shows_what_is_held_masked(own: Own) -> None:
    shown = own.get(own.own)

    assert "Nguyễn Thị 01" in shown.text
    assert f"···{ACCOUNT[-4:]}" in shown.text
    assert ACCOUNT not in shown.text
    assert "Chợ không giữ ảnh căn cước" in shown.text
    assert len(re.findall(r"Đồng ý từ \d\d/\d\d/\d{4}(?! \d)", shown.text)) == 5


def test_staff_see_it_but_get_no_buttons(staff: Staff, own: Own) -> None:
    answer = staff(Role.MARKET_MANAGER, "MA").get(own.own)

    shown = Page(answer.text)
    assert answer.status_code == 200
    assert shown.shortcomings() == []
    assert not any("/cua-toi/" in a.get("href", "") for a in shown.of("a"))


def test_the_page_asks_the_same_for_any_history(october: sa.Engine, own: Own) -> None:
    def statements() -> int:
        with counted(own.client.app.state.engine) as sent:  # type: ignore[attr-defined]
            own.get(own.own)
        return len(sent)

    statements()
    before = statements()
    with writing(october) as session:
        session.add_all(
            RegisterEvent(at=NOW, vendor_id=1, action=EventAction.VISITED, actor="staff:1")
            for _ in range(40)
        )

    assert statements() == before


# The PIN.


def test_the_first_pin_needs_the_link_alone(october: sa.Engine, own: Own) -> None:
    own.get(f"{own.own}/ma-pin")

    status, where = own.send(f"{own.own}/ma-pin", pin_moi=PIN, pin_lai=PIN)

    assert (status, where) == (303, f"{own.own}?xong=ma-pin")
    assert "Đã đặt mã PIN" in own.get(where).text
    with reading(october) as session:
        assert session.exec(select(VendorPin)).one().pin_hash != PIN
        actions = [each.action for each in session.exec(select(RegisterEvent))]
        assert {EventAction.PIN_SET, EventAction.SELF_PERFORMED} <= set(actions)


def test_a_later_pin_needs_the_one_before(with_pin: Own) -> None:
    path = f"{with_pin.own}/ma-pin"

    status, text = with_pin.send(path, pin="9999", pin_moi="7391", pin_lai="7391")
    assert status == 422
    assert "còn được thử 4 lần" in Page(text).text
    status, _ = with_pin.send(path, pin=PIN, pin_moi="7391", pin_lai="7391")
    assert status == 303


@pytest.mark.parametrize(
    ("new", "again", "told"),
    [
        ("1234", "1234", "dễ đoán"),
        ("12", "12", "4 đến 6 chữ số"),
        ("abcd", "abcd", "4 đến 6 chữ số"),
        ("7391", "7392", "chưa giống nhau"),
    ],
)
def test_a_bad_pin_is_told_and_never_shown_again(own: Own, new: str, again: str, told: str) -> None:
    status, text = own.send(f"{own.own}/ma-pin", pin_moi=new, pin_lai=again)

    shown = Page(text)
    assert status == 422
    assert told in shown.text
    assert shown.shortcomings() == []
    typed = [i for i in shown.of("input") if i.get("type") == "password"]
    assert all(i.get("value") == "" for i in typed)


def test_too_many_wrong_pins_lock_the_door(october: sa.Engine, with_pin: Own) -> None:
    path = f"{with_pin.own}/dong-y/contact"
    for _ in range(5):
        status, text = with_pin.send(path, lam="rut", pin="9999")
        assert status == 422

    status, text = with_pin.send(path, lam="rut", pin=PIN)

    assert status == 422
    assert "tạm khoá đến" in Page(text).text
    assert ConsentPurpose.CONTACT in _standing(october, with_pin.code)


def test_a_right_pin_is_not_asked_again_for_a_while(october: sa.Engine, with_pin: Own) -> None:
    with_pin.send(f"{with_pin.own}/dong-y/contact", lam="rut", pin=PIN)

    form = with_pin.get(f"{with_pin.own}/dong-y/poster")
    assert "pin" not in {i.get("name") for i in form.of("input")}
    with reading(october) as session:
        until = session.exec(select(UserSession.pin_until_at)).all()
        assert any(at and at > NOW + timedelta(minutes=5) for at in until)


# Consents.


@pytest.mark.parametrize("purpose", list(ConsentPurpose))
def test_each_purpose_is_explained_before_it_is_changed(own: Own, purpose: str) -> None:
    shown = own.get(f"{own.own}/dong-y/{purpose}")

    assert "Rút lại thì sao" in shown.text
    assert "Cô/bác chưa có mã PIN" in shown.text


def test_poster_only_is_two_taps_and_a_pin(
    october: sa.Engine, with_pin: Own, vendor_of: Callable[[str], Vendor]
) -> None:
    first = with_pin.get(with_pin.own)
    (link,) = [a["href"] for a in first.of("a") if "không cho xem tiền" in _words_of(first, a)]
    with_pin.get(link)
    status, where = with_pin.send(link, lam="rut", pin=PIN)

    assert status == 303
    assert vendor_of(with_pin.code).is_poster_only
    shown = with_pin.get(where)
    assert "Đã ghi" in shown.text
    assert "Xong chậm nhất 25/11/2026" in shown.text  # 20 days: the bank has to stop, too
    day = with_pin.get(with_pin.home)
    assert "Cô/bác chọn không cho sổ chợ xem tiền" in day.text
    assert "Khách trả" not in day.text
    assert (
        with_pin.client.get(f"/api/v1/vendors/{with_pin.code}/days/2026-10-12").status_code == 403
    )
    with_pin.get(f"{with_pin.home}?so=85")


def _words_of(page: Page, link: dict[str, str]) -> str:
    return (
        "không cho xem tiền"
        if link.get("href", "").endswith("reconciliation")
        and link.get("class", "").endswith("btn--wide")
        else ""
    )


def test_agreeing_again_by_pin_is_recorded_with_the_notice(
    october: sa.Engine, with_pin: Own
) -> None:
    path = f"{with_pin.own}/dong-y/reconciliation"
    with_pin.send(path, lam="rut", pin=PIN)
    status, _ = with_pin.send(path, lam="dong-y", pin=PIN)

    assert status == 303
    with reading(october) as session:
        newest = session.exec(select(Consent).order_by(Consent.id.desc())).first()  # type: ignore[union-attr]
        assert newest is not None
        assert (newest.channel, newest.notice_version) == (ConsentChannel.PIN, "2026-11")
        assert newest.recorded_by == f"vendor:{with_pin.code}"


def test_nothing_changes_without_a_pin(october: sa.Engine, own: Own) -> None:
    status, text = own.send(f"{own.own}/dong-y/poster", lam="rut", pin="1111")

    assert status == 422
    assert "Đặt mã PIN" in Page(text).text
    assert ConsentPurpose.POSTER in _standing(october, own.code)


def test_a_purpose_nobody_knows_is_refused(own: Own) -> None:
    assert own.client.get(f"{own.own}/dong-y/advertising").status_code == 422


# Requests.


def _once(page: Page) -> str:
    (field,) = [i for i in page.of("input") if i.get("name") == "once"]
    return field["value"]


def test_a_correction_is_asked_for_and_taken_back(october: sa.Engine, with_pin: Own) -> None:
    form = with_pin.get(f"{with_pin.own}/yeu-cau?loai=correction")
    fields = {"loai": "correction", "muon": "Tên đệm là Thuý", "pin": PIN, "once": _once(form)}
    status, where = with_pin.send(f"{with_pin.own}/yeu-cau", **fields)
    again = with_pin.send(f"{with_pin.own}/yeu-cau", **fields)

    assert (status, again) == (303, (303, where))
    shown = with_pin.get(where)
    assert "Trả lời chậm nhất 09/11/2026" in shown.text
    with reading(october) as session:
        asked = session.exec(select(PrivacyRequest)).one()
        assert (asked.kind, asked.wish) == (PrivacyRequestKind.CORRECTION, "Tên đệm là Thuý")
        path = f"{with_pin.own}/yeu-cau/{asked.id}/rut-lai"
    with_pin.get(path)
    assert with_pin.send(path, pin=PIN)[0] == 303
    with reading(october) as session:
        assert session.exec(select(PrivacyRequest)).one().state is PrivacyRequestState.REFUSED
    assert with_pin.send(path, pin=PIN)[0] == 409


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"loai": "correction", "muon": ""}, "Ghi chỗ nào sai"),
        ({"loai": "withdrawal", "muon": "x"}, "Chọn một việc"),
        ({"loai": "'; drop table", "muon": "x"}, "Chọn một việc"),
        ({"loai": "deletion", "muon": "x" * 501}, "Dài 501 chữ"),
        ({"loai": "deletion", "muon": "<script>", "pin": "0001"}, "chưa đúng"),
    ],
)
def test_a_faulty_request_comes_back_with_its_values(
    october: sa.Engine, with_pin: Own, fields: dict[str, str], told: str
) -> None:
    status, text = with_pin.send(f"{with_pin.own}/yeu-cau", **({"pin": PIN} | fields))

    shown = Page(text)
    assert status == 422
    assert told in shown.text
    assert shown.shortcomings() == []
    assert fields["muon"] in "".join(shown.told)
    with reading(october) as session:
        assert session.exec(select(PrivacyRequest)).all() == []


def test_another_vendors_request_is_not_found(
    october: sa.Engine, with_pin: Own, codes: dict[str, list[str]]
) -> None:
    with writing(october) as session:
        session.add(
            PrivacyRequest(
                vendor_id=2,
                kind=PrivacyRequestKind.DELETION,
                state=PrivacyRequestState.RECEIVED,
                received_at=NOW,
                received_by="staff:1",
                answer_due_on=NOW.date(),
                due_on=NOW.date(),
            )
        )
    assert with_pin.client.get(f"{with_pin.own}/yeu-cau/1/rut-lai").status_code == 404
    assert with_pin.send(f"{with_pin.own}/yeu-cau/1/rut-lai", pin=PIN)[0] == 404


# The copy.


def test_my_data_is_handed_out_in_full_for_the_pin(october: sa.Engine, with_pin: Own) -> None:
    with_pin.get(f"{with_pin.own}/tai-ve")
    csrf = csrf_token_of(with_pin.client.cookies[COOKIE])
    refused = with_pin.client.post(
        f"{with_pin.own}/tai-ve", data={"csrf": csrf, "pin": "1111", "dang": "json"}
    )
    told = with_pin.client.post(
        f"{with_pin.own}/tai-ve", data={"csrf": csrf, "pin": PIN, "dang": "json"}
    )
    printed = with_pin.client.post(f"{with_pin.own}/tai-ve", data={"csrf": csrf, "dang": "pdf"})

    assert refused.status_code == 422
    assert ACCOUNT not in refused.text
    held = json.loads(told.text)
    assert held["register_data"]["accounts"][0]["account"] == ACCOUNT
    assert told.headers["cache-control"] == "no-store"
    assert printed.content.startswith(b"%PDF-")
    with reading(october) as session:
        exported = [e for e in session.exec(select(RegisterEvent)) if e.action == "data_exported"]
        assert [e.actor for e in exported] == [f"vendor:{with_pin.code}"] * 2


# The way to the first payment.


def _match_name(engine: sa.Engine, code: str, match: NameMatch) -> None:
    with writing(engine) as session:
        vendor = session.exec(select(Vendor).where(Vendor.code == code)).one()
        for point in session.exec(
            select(AcceptancePoint).where(AcceptancePoint.vendor_id == vendor.id)
        ):
            point.name_match = match
            session.add(point)


def test_a_vendor_reads_at_which_step_the_registration_is(october: sa.Engine, own: Own) -> None:
    _match_name(october, own.code, NameMatch.MISMATCH)
    waits = own.get(own.home).text
    _match_name(october, own.code, NameMatch.EXACT)
    matched = own.get(own.home).text
    with writing(october) as session:
        session.execute(sa.update(Vendor).values(state=VendorState.ACTIVE))
    active = own.get(own.home).text

    assert "Hồ sơ của cô/bác ở bước 3/5" in waits
    assert "Thử nhận tiền một lần" not in waits
    assert "Hồ sơ của cô/bác ở bước 4/5" in matched
    assert "Thử nhận tiền một lần" in matched
    assert "ở bước" not in active
    assert "Thử nhận tiền một lần" not in active


def _seen(engine: sa.Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        told = session.exec(
            select(RegisterEvent).where(RegisterEvent.action == EventAction.TEST_PAYMENT_SEEN.value)
        )
        return [(each.actor, each.to_value, each.reason) for each in told]


def test_a_vendor_says_once_that_the_small_payment_arrived(
    october: sa.Engine, with_pin: Own, vendor_of: Callable[[str], Vendor]
) -> None:
    _match_name(october, with_pin.code, NameMatch.EXACT)
    path = f"{with_pin.own}/thu-tien"
    with_pin.get(path)

    fields = {"so_tien": "2000", "pin": PIN, "once": "thu-1"}
    first, second = with_pin.send(path, **fields), with_pin.send(path, **fields)

    assert first == second == (303, f"{with_pin.own}?xong=thu-tien")
    assert _seen(october) == [(f"vendor:{with_pin.code}", "2000", "vendor")]
    assert vendor_of(with_pin.code).first_self_action_at == NOW
    assert "Đã thử, tiền vào đúng tài khoản" in with_pin.get(path).text
    assert "Thử nhận tiền một lần" not in with_pin.get(with_pin.home).text


@pytest.mark.parametrize(
    ("match", "fields", "status", "words"),
    [
        (NameMatch.EXACT, {"so_tien": "1000"}, 422, "gõ mã PIN"),
        (NameMatch.EXACT, {"so_tien": "1000", "pin": "1111"}, 422, "Mã PIN chưa đúng"),
        (NameMatch.EXACT, {"so_tien": "5000", "pin": PIN}, 422, "Chọn số tiền đã thử."),
        (NameMatch.EXACT, {"pin": PIN}, 422, "Chọn số tiền đã thử."),
        (NameMatch.MISMATCH, {"so_tien": "1000", "pin": PIN}, 409, "chưa khớp nên chưa thử được"),
    ],
)
def test_what_was_not_tried_is_not_noted(
    october: sa.Engine,
    with_pin: Own,
    match: NameMatch,
    fields: dict[str, str],
    status: int,
    words: str,
) -> None:
    _match_name(october, with_pin.code, match)
    with writing(october) as session:
        session.execute(sa.update(Vendor).values(state=VendorState.ACCOUNT_LINKED))

    answer = with_pin.send(f"{with_pin.own}/thu-tien", once="thu-1", **fields)

    assert answer[0] == status
    assert words in Page(answer[1]).text
    assert Page(answer[1]).shortcomings() == []
    assert _seen(october) == []


def test_a_vendor_sees_until_when_the_stall_is_rented(october: sa.Engine, own: Own) -> None:
    with writing(october) as session:
        session.execute(
            sa.update(StallHolding).values(contract_no="12/HĐ", contract_to=date(2027, 12, 31))
        )

    assert "hợp đồng 12/HĐ, hết hạn 31/12/2027" in own.get(own.own).text


# The notice, and a link whose time is over.


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_the_notice_is_open_to_anybody(reader: Reader, lang: str) -> None:
    answer = reader().get(f"/thong-bao-quyen-rieng-tu{lang}")

    shown = Page(answer.text)
    assert answer.status_code == 200
    assert shown.shortcomings() == []
    assert len(shown.of("section")) == 14


def test_a_notice_nobody_published_is_not_found(reader: Reader) -> None:
    assert reader().get("/thong-bao-quyen-rieng-tu?ban=2019-01").status_code == 404


def test_whoever_comes_too_late_reads_first_what_is_safe(
    october: sa.Engine, reader: Reader, code: str
) -> None:
    client = reader(Role.VENDOR, code)
    with writing(october) as session:
        session.execute(sa.update(UserSession).values(expires_at=NOW - timedelta(minutes=1)))
        session.execute(sa.text("UPDATE access_link SET expires_at = '2026-11-01 00:00:00'"))

    answer = client.get(f"/nguoi-ban/{code}")

    shown = Page(answer.text)
    assert answer.status_code == 403
    assert shown.shortcomings() == []
    if "hết hạn" in shown.text:
        assert "Tiền của cô/bác vẫn vào tài khoản bình thường" in shown.text
