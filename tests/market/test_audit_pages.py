"""The pages on audits: from the draw to a closed incident, and what a vendor sees of it."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select
from starlette.testclient import TestClient

from market.app import create_app
from market.database import reading
from market.roles import Role
from market.security.csrf import FORM_COOKIE
from market.security.headers import SCANNING_HEADERS
from market.security.recognising import csrf_token_of
from market.security.sessions import COOKIE
from market.settings import Settings
from merchants.audits.round_lists import list_rounds
from merchants.kinds import (
    CheckResult,
    CheckSource,
    IncidentOutcome,
    IncidentState,
    PosterState,
    TellingWay,
)
from merchants.tables import Poster, RegisterEvent
from tests.market.audit_books import SCAN, Books, photo
from tests.market.conftest import NOW, Reader, SignedIn, Staff
from tests.market.reading_html import Page
from tests.merchants.audits.audit_world import FALSE_NUMBER, false_code
from tests.merchants.queries import counted

ROUNDS, INCIDENTS, CHECKS = "/cho/MA/kiem-tra", "/cho/MA/su-co", "/cho/MA/kiem-tra/lich-su"


@pytest.fixture
def books(october: sa.Engine) -> Books:
    """October with posters at four stalls."""
    return Books(october)


@pytest.fixture
def helper(staff: Staff, books: Books) -> SignedIn:
    return staff(Role.FIELD_HELPER, "MA")


@pytest.fixture
def manager(staff: Staff, books: Books) -> SignedIn:
    return staff(Role.MARKET_MANAGER, "MA")


def shown(client: TestClient, path: str, status: int = 200) -> Page:
    """Open a page that has no shortcomings."""
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    found = Page(answer.text)
    assert found.shortcomings() == []
    return found


# --- rounds ---


def test_a_round_is_drawn_once_and_walked(helper: SignedIn, books: Books) -> None:
    assert "Hôm nay chưa bốc tấm mã nào" in shown(helper, ROUNDS).text

    assert helper.send(ROUNDS, once="1").headers["location"] == ROUNDS
    assert helper.send(ROUNDS, once="2").status_code == 303

    page = shown(helper, ROUNDS)
    assert "Đã xem 0 trên 1 tấm mã bốc hôm nay" in page.text
    with reading(books.engine) as session:
        ((one,), _) = list_rounds(session, "MA")
    assert (one.posters, one.share_permille, len(one.seed)) == (1, 100, 32)
    told = shown(helper, f"{ROUNDS}/lan/{one.id}").text
    assert one.seed in told
    assert all(books.serial(stall) in told for stall in ("A01", "A02", "A03", "A04"))


def test_a_day_without_market_says_so_and_draws_nothing(staff: Staff, books: Books) -> None:
    manager = staff(Role.MARKET_MANAGER, "LG")  # open on Saturdays, and this is a Thursday

    answer = manager.send("/cho/LG/kiem-tra", once="1")

    assert answer.status_code == 422
    assert "Ngày 05/11/2026 chợ không họp" in Page(answer.text).text
    assert Page(answer.text).shortcomings() == []


def test_the_share_is_a_setting(settings: Settings, books: Books, staff: Staff) -> None:
    settings.audit_share_percent = 100

    staff(Role.MARKET_CLERK, "MA").send(ROUNDS, once="1")

    with reading(books.engine) as session:
        assert list_rounds(session, "MA")[0][0].posters == 4


def test_a_look_fills_its_place_in_the_round(
    settings: Settings, staff: Staff, books: Books
) -> None:
    settings.audit_share_percent = 100
    helper = staff(Role.FIELD_HELPER, "MA")
    helper.send(ROUNDS, once="1")
    form = {a.get("name"): a.get("value") for a in shown(helper, SCAN).of("input")}
    assert (form["gian"], form["lan"]) == ("A01", "1")

    helper.send(SCAN, gian="A01", lan=form["lan"], anh=photo(books.payload()), once="x")

    assert "Đã xem 1 trên 4" in shown(helper, ROUNDS).text
    assert {a.get("name"): a.get("value") for a in shown(helper, SCAN).of("input")}["gian"] == "A02"


# --- looking ---


def test_the_scanning_pages_alone_may_run_our_script_and_open_the_camera(
    helper: SignedIn, books: Books
) -> None:
    answer = helper.get(SCAN)

    for name, value in SCANNING_HEADERS.items():
        assert answer.headers[name] == value
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"]
    assert "script-src 'none'" in helper.get(ROUNDS).headers["content-security-policy"]
    worker = helper.get("/cho/MA/kiem-tra/may.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert "addEventListener" in worker.text


@pytest.mark.parametrize(
    ("texts", "said", "result"),
    [
        (("A01",), "Gian A01: đúng tấm mã.", CheckResult.OK),
        ((), "Gian A01: không thấy tấm mã.", CheckResult.MISSING),
        (("A01", "sticker"), "Gian A01: có mã lạ.", CheckResult.MISMATCH),
        (("A02",), "Gian A01: có mã lạ.", CheckResult.MISMATCH),
    ],
)
def test_a_photo_is_answered_with_what_it_shows(
    helper: SignedIn, books: Books, texts: tuple[str, ...], said: str, result: CheckResult
) -> None:
    codes = [false_code() if one == "sticker" else books.payload(one) for one in texts]

    answer = helper.send(SCAN, gian="a01", anh=photo(*codes), may_luc="2031-01-01T00:00:00.000Z")

    page = shown(helper, answer.headers["location"])
    assert said in page.text
    (look,) = books.checks()
    assert (look.result, look.source) == (result, CheckSource.PHOTO)
    assert (look.checked_at, look.device_at.year if look.device_at else 0) == (NOW, 2031)


def test_codes_read_by_the_phone_count_before_the_photo(helper: SignedIn, books: Books) -> None:
    helper.send(SCAN, gian="A01", noi_dung=[books.payload()], ket_qua="missing")

    (look,) = books.checks()
    assert (look.result, look.source) == (CheckResult.OK, CheckSource.SCAN)


def test_without_a_photo_what_was_seen_counts(helper: SignedIn, books: Books) -> None:
    helper.send(SCAN, gian="A01", ket_qua="worn", ghi_chu="rách góc")

    (look,) = books.checks()
    assert (look.result, look.source, look.note) == (
        CheckResult.WORN, CheckSource.MANUAL, "rách góc",
    )  # fmt: skip


@pytest.mark.parametrize("clock", ["", "yesterday", "2026-11-05", "0001-01-01T00:00:00+14:00"])
def test_a_phone_without_a_usable_clock_is_no_matter(
    helper: SignedIn, books: Books, clock: str
) -> None:
    helper.send(SCAN, gian="A01", ket_qua="ok", may_luc=clock)

    assert [look.device_at for look in books.checks()] == [None]


def test_a_form_that_comes_twice_counts_once(helper: SignedIn, books: Books) -> None:
    fields = {"gian": "A01", "anh": photo(false_code()), "may_luc": "2026-11-05T01:00:00Z"}

    first = helper.send(SCAN, once="queued", **fields)
    again = helper.send(SCAN, once="queued", **fields)

    assert again.headers["location"] == first.headers["location"]
    assert (len(books.checks()), len(books.incidents())) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"gian": "A01"}, "anh", "Chưa có ảnh, cũng chưa chọn kết quả"),
        ({"gian": "Z9", "ket_qua": "ok"}, "gian", "Chợ không có gian hàng “Z9”"),
        ({"gian": "A25", "ket_qua": "ok"}, "gian", "chưa có tấm mã nào để so"),
        ({"gian": "A01", "ket_qua": "ok", "ghi_chu": "x" * 201}, "ghi_chu", "tối đa 200 chữ"),
        ({"gian": "A01", "anh": ("a.jpg", b"no", "image/jpeg")}, "anh", "Không mở được ảnh này"),
        (
            {"gian": "A01", "anh": ("a.heic", b"\0\0\0\x18ftypheic", "image/heic")},
            "anh",
            "Ảnh dạng HEIC",
        ),
        ({"gian": "A01", "anh": photo(*(f"{n}" for n in range(10)))}, "anh", "hơn 9 mã QR"),
        ({"gian": "A01", "noi_dung": ["x" * 2954]}, "anh", "tối đa 2953"),
    ],
)
def test_what_cannot_be_recorded_is_told_at_its_field_and_nothing_is_written(
    helper: SignedIn, books: Books, fields: dict[str, object], field: str, message: str
) -> None:
    answer = helper.send(SCAN, once="x", **fields)

    page = Page(answer.text)
    assert answer.status_code == 422
    assert page.shortcomings() == []
    assert message in page.text
    (entry,) = [a for a in page.of("input", "select") if a.get("id") == field]
    assert entry["aria-invalid"] == "true"
    assert books.checks() == []


def test_fifty_megabytes_are_refused_at_the_door(helper: SignedIn, books: Books) -> None:
    answer = helper.send(SCAN, gian="A01", anh=("a.jpg", bytes(50 * 2**20), "image/jpeg"))

    assert answer.status_code == 413
    assert "Một lần gửi nhận tối đa 10 MB" in answer.text
    assert books.checks() == []


def test_an_auditor_reads_and_records_nothing(staff: Staff, books: Books) -> None:
    auditor = staff(Role.AUDITOR, "MA")

    assert SCAN not in {a.get("href") for a in shown(auditor, ROUNDS).of("a")}
    assert auditor.get(SCAN).status_code == 403
    assert "Các lần xem tấm mã" in shown(auditor, CHECKS).text
    assert auditor.send(SCAN, gian="A01", ket_qua="ok").status_code == 403
    assert auditor.send(ROUNDS).status_code == 403
    assert auditor.get(f"{INCIDENTS}.csv").status_code == 200


def test_looks_are_listed_filtered_and_paged(helper: SignedIn, books: Books) -> None:
    helper.send(SCAN, gian="A01", ket_qua="ok")
    helper.send(SCAN, gian="A02", ket_qua="missing")

    assert "A01" in shown(helper, CHECKS).text
    filtered = shown(helper, f"{CHECKS}?kq=missing&gian=a02&tu=2026-11-05&den=2026-11-05").text
    assert books.serial("A02") in filtered
    assert books.serial("A01") not in filtered
    assert "Chưa có lần xem nào" in shown(helper, f"{CHECKS}?kq=worn&tu=&den=&gian=").text


def test_lists_take_the_same_statements_for_any_number(helper: SignedIn, books: Books) -> None:
    def statements() -> list[int]:
        found = []
        for path in (ROUNDS, CHECKS, INCIDENTS, SCAN):
            with counted(helper.app.state.engine) as sent:  # type: ignore[attr-defined]
                assert helper.get(path).status_code == 200
            found.append(len(sent))
        return found

    helper.send(ROUNDS, once="1")
    books.find_wrong_code(helper, "A01")
    few = statements()
    for stall in ("A02", "A03", "A04"):
        books.find_wrong_code(helper, stall)

    assert statements() == few


# --- incidents ---


def test_an_incident_is_told_and_closed_and_the_manager_sees_it_first(
    manager: SignedIn, helper: SignedIn, books: Books
) -> None:
    number = books.find_wrong_code(helper)
    one = f"{INCIDENTS}/{number}"
    home = shown(manager, "/cho/MA/tong-quan")
    assert home.text.index("Mã lạ ở gian hàng") < home.text.index("Đã xong hôm nay")
    assert "Mã lạ ở gian A01: chưa báo người bán" in shown(manager, one).text
    assert "MBBank ···4567" in shown(manager, INCIDENTS).text

    early = manager.send(f"{one}/dong", ket_cuc="code_removed", ghi_chu="Đã gỡ", once="0")
    assert (early.status_code, "Báo cho người bán trước" in early.text) == (422, True)
    assert manager.send(f"{one}/bao", cach="phone", once="1").status_code == 303
    assert helper.send(f"{one}/dong", ket_cuc="code_removed", ghi_chu="x").status_code == 403
    done = manager.send(f"{one}/dong", ket_cuc="code_removed", ghi_chu="Đã gỡ", once="2")

    assert done.headers["location"] == f"{one}?da=dong"
    page = shown(manager, done.headers["location"])
    assert "Đã đóng sự cố." in page.text
    (row,) = books.incidents()
    assert (row.state, row.told_how, row.outcome) == (
        IncidentState.CLOSED, TellingWay.PHONE, IncidentOutcome.CODE_REMOVED,
    )  # fmt: skip
    assert "Mã lạ ở gian hàng" not in shown(manager, "/cho/MA/tong-quan").text
    assert "A01" in shown(manager, f"{INCIDENTS}?muc=dong").text
    late = manager.send(f"{one}/dong", ket_cuc="false_alarm", ghi_chu="x", once="3")
    assert "Người khác đã đóng sự cố này" in Page(late.text).text


@pytest.mark.parametrize(
    ("step", "fields", "message"),
    [
        ("bao", {"cach": ""}, "Chọn đã báo bằng cách nào"),
        ("bao", {"cach": "dove"}, "Chọn đã báo bằng cách nào"),
        ("dong", {"ket_cuc": "", "ghi_chu": "x"}, "Chọn đã xử lý thế nào"),
        ("dong", {"ket_cuc": "false_alarm", "ghi_chu": " "}, "Ghi đã làm gì"),
        ("dong", {"ket_cuc": "false_alarm", "ghi_chu": "x" * 301}, "tối đa 300 chữ"),
    ],
)
def test_a_step_that_is_not_filled_in_comes_back(
    manager: SignedIn, books: Books, step: str, fields: dict[str, str], message: str
) -> None:
    number = books.find_wrong_code(manager)

    answer = manager.send(f"{INCIDENTS}/{number}/{step}", once="x", **fields)

    page = Page(answer.text)
    assert (answer.status_code, page.shortcomings()) == (422, [])
    assert message in page.text
    assert books.incidents()[0].state is IncidentState.OPEN


def test_closing_can_end_the_poster(manager: SignedIn, books: Books) -> None:
    number, old = books.find_wrong_code(manager), books.serial()
    manager.send(f"{INCIDENTS}/{number}/bao", cach="in_person", once="1")

    manager.send(
        f"{INCIDENTS}/{number}/dong", ket_cuc="poster_replaced", ghi_chu="In lại", once="2"
    )

    assert books.serial() != old
    with reading(books.engine) as session:
        ended = session.exec(select(Poster).where(Poster.serial == old)).one()
        assert ended.state is PosterState.REPLACED


def test_the_evidence_comes_as_csv_and_json_and_its_taking_is_remembered(
    manager: SignedIn, books: Books
) -> None:
    books.find_wrong_code(manager)

    table = manager.get(f"{INCIDENTS}.csv")
    (told,) = json.loads(manager.get(f"{INCIDENTS}.json").content)

    assert table.content.startswith(b"\xef\xbb\xbfid,state,stall_code")
    assert (told["stall_code"], told["code_label"]) == ("A01", "MBBank ···4567")
    assert "Nguyễn" not in table.text + json.dumps(told, ensure_ascii=False)
    assert FALSE_NUMBER not in table.text + json.dumps(told)
    with reading(books.engine) as session:
        taken = session.exec(
            select(RegisterEvent).where(col(RegisterEvent.subject) == "incidents")
        ).all()
        assert [(one.action, one.to_value) for one in taken] == [("data_exported", "1")] * 2


def test_another_markets_incident_does_not_open(
    staff: Staff, manager: SignedIn, books: Books
) -> None:
    number = books.find_wrong_code(manager)
    elsewhere = staff(Role.MARKET_MANAGER, "MA", "LG")

    assert elsewhere.get(f"/cho/LG/su-co/{number}").status_code == 404
    assert elsewhere.send(f"/cho/LG/su-co/{number}/bao", cach="phone").status_code == 404
    assert elsewhere.get(f"/cho/LG/kiem-tra/quet?da={books.checks()[0].id}").status_code == 404


# --- the vendor ---


class Vendor:
    """The vendor of stall A01 with a phone."""

    def __init__(self, reader: Reader, books: Books, stall: str = "A01") -> None:
        code = books.vendor(stall)
        self.client = reader(Role.VENDOR, code)
        self.home = f"/nguoi-ban/{code}"
        self.path = f"{self.home}/tu-kiem-tra/quet"

    def send(self, path: str, files: dict[str, object] | None = None, **fields: str) -> object:
        csrf = csrf_token_of(self.client.cookies[COOKIE])
        return self.client.post(
            path, data={"csrf": csrf, **fields}, files=files, follow_redirects=False
        )


def test_a_vendor_looks_at_the_own_poster_every_morning(reader: Reader, books: Books) -> None:
    vendor = Vendor(reader, books)
    assert vendor.path in {a.get("href") for a in shown(vendor.client, vendor.home).of("a")}

    answer = vendor.send(vendor.path, {"anh": photo(books.payload())}, gian="A01", once="1")

    page = shown(vendor.client, answer.headers["location"])  # type: ignore[attr-defined]
    assert "Đúng mã của cô/bác ở gian A01." in page.text
    (look,) = books.checks()
    assert (look.is_self_check, look.item_id) == (True, None)
    assert look.recorded_by.startswith("vendor:")


def test_a_vendor_cannot_look_for_another(reader: Reader, books: Books) -> None:
    vendor = Vendor(reader, books)

    answer = vendor.send(vendor.path, {"anh": photo(books.payload("A02"))}, gian="A02", once="1")

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert books.checks() == []
    other = Vendor(reader, books, "A02").path
    assert vendor.client.get(other).status_code == 403


def test_a_vendor_is_warned_on_the_first_page_and_says_so(
    reader: Reader, manager: SignedIn, books: Books
) -> None:
    vendor, other = Vendor(reader, books), Vendor(reader, books, "A02")
    number = books.find_wrong_code(manager)
    assert "Có mã lạ ở gian A01" in shown(vendor.client, vendor.home).text
    assert "Có mã lạ" not in shown(other.client, other.home).text
    page = shown(vendor.client, vendor.path)
    assert "MBBank ···4567" in page.text
    assert FALSE_NUMBER not in page.text

    known = f"{vendor.home}/tu-kiem-tra/su-co/{number}"
    stranger = other.send(f"{other.home}/tu-kiem-tra/su-co/{number}", once="1")
    assert stranger.status_code == 404  # type: ignore[attr-defined]
    assert vendor.send(known, once="1").status_code == 303  # type: ignore[attr-defined]

    (row,) = books.incidents()
    assert (row.state, row.told_how) == (IncidentState.TOLD, TellingWay.OWN_PAGE)
    assert "Tôi đã biết việc này" not in shown(vendor.client, vendor.path).text
    manager.send(f"{INCIDENTS}/{number}/dong", ket_cuc="code_removed", ghi_chu="Gỡ", once="2")
    assert "Có mã lạ" not in shown(vendor.client, vendor.home).text


def test_a_vendor_without_a_poster_is_told_whom_to_ask(
    reader: Reader, books: Books, codes: dict[str, list[str]]
) -> None:
    client = reader(Role.VENDOR, codes["MA"][20])

    page = shown(client, f"/nguoi-ban/{codes['MA'][20]}/tu-kiem-tra/quet")

    assert "Gặp ban quản lý để nhận" in page.text


# --- the printed code ---


def printed(settings: Settings, books: Books) -> str:
    from merchants.posters.issue import poster_faces

    with reading(books.engine) as session:
        (face,) = poster_faces(
            session, "MA", sealer=settings.sealer, verification_key=settings.print_key,
            base_url="https://cho.example", stall_codes=["A01"],
        )  # fmt: skip
    return face.verification_code


def typed(client: TestClient, serial: str, code: str) -> tuple[int, str]:
    page = Page(client.get(f"/p/{serial}").text)
    (csrf,) = {a["value"] for a in page.of("input") if a.get("name") == "csrf"}
    answer = client.post(f"/p/{serial}", data={"csrf": csrf, "ma": code})
    found = Page(answer.text)
    assert found.shortcomings() == []
    return answer.status_code, found.text


def test_a_stranger_types_the_printed_code(
    reader: Reader, settings: Settings, books: Books
) -> None:
    client, serial, code = reader(), books.serial(), printed(settings, books)

    assert client.get(f"/p/{serial}").cookies.get(FORM_COOKIE)
    assert typed(client, serial, code.lower())[0] == 200
    status, text = typed(client, serial, f" {code[:4]} {code[4:]}")
    assert "Đúng mã in" in text
    wrong = ("0" if code[0] != "0" else "1") + code[1:]
    assert "Có một ký tự gõ chưa đúng" in typed(client, serial, wrong)[1]
    assert "Mã in có 9 chữ và số" in typed(client, serial, code[:5])[1]
    status, text = typed(client, books.serial("A02"), code)
    assert (status, f"không phải của tấm mã số {books.serial('A02')}" in text) == (422, True)
    assert typed(client, "MA-99999-X", code)[0] == 404


def test_guessing_is_slowed_down_and_right_codes_are_not(
    reader: Reader, settings: Settings, books: Books
) -> None:
    client, serial, code = reader(), books.serial(), printed(settings, books)
    for _ in range(21):
        assert typed(client, serial, code)[0] == 200
    for _ in range(20):
        assert typed(client, books.serial("A02"), code)[0] == 422

    status, text = typed(client, serial, code)

    assert (status, "Gõ nhiều lần quá, nghỉ đến" in text) == (429, True)
    app = create_app(settings, now=lambda: NOW + timedelta(minutes=16))
    with TestClient(app, base_url="https://cho.example") as later:
        assert typed(later, serial, code)[0] == 200


def test_a_key_for_later_posters_leaves_this_ones_code_right(
    reader: Reader, settings: Settings, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = printed(settings, books)
    monkeypatch.setenv("CHO40_VERIFICATION_KEYS", '{"2026-12-01": "new"}')
    rotated = Settings(
        data_dir=settings.data_dir,
        secret_keys=settings.secret_keys,
        hash_key=settings.hash_key,
        sepay_hmac_secrets=settings.sepay_hmac_secrets,
        base_url=settings.base_url,
    )

    assert len(rotated.print_key.by_day) == 2
    assert printed(rotated, books) == code


def test_what_is_no_object_of_keys_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHO40_VERIFICATION_KEYS", "[1")
    with pytest.raises(ValueError, match="verification_keys"):
        Settings()
    monkeypatch.setenv("CHO40_VERIFICATION_KEYS", " ")
    assert Settings().verification_keys == {}


def test_english_readers_get_every_page(manager: SignedIn, books: Books) -> None:
    number = books.find_wrong_code(manager)

    for path in (ROUNDS, SCAN, CHECKS, INCIDENTS, f"{INCIDENTS}/{number}"):
        assert "Poster audits" in shown(manager, f"{path}?lang=en").text or "Wrong code" in (
            shown(manager, f"{path}?lang=en").text
        )
