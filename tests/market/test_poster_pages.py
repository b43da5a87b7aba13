"""Posters on the pages: the board, books with ranges, addresses for ever, ends with a reason, looks."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select
from starlette.testclient import TestClient

from market.database import reading, writing
from market.pages.posters import looks
from market.roles import Role
from market.tables import SecurityEvent
from merchants.kinds import BookState, PosterState
from merchants.posters.books import claim_book
from merchants.posters.issue import poster_blocks
from merchants.tables import Poster, PosterBook, Vendor
from qr.scan import decode_image
from tests.market.conftest import NOW, SEALER, Reader, SignedIn, Staff
from tests.market.reading_html import Page
from tests.market.test_stalls_pages import all_of, issuable
from tests.merchants.queries import counted
from tests.qr.pdf_reading import read_pdf

BOARD = "/cho/MA/bang-ma"
STALLS = ("A01", "A02", "A03")


@pytest.fixture
def manager(staff: Staff, october: sa.Engine) -> SignedIn:
    """The manager of a market with three posters."""
    issuable(october, *STALLS)
    client = staff(Role.MARKET_MANAGER, "MA")
    client.send("/cho/MA/gian-hang", lam="cap", chon=list(STALLS))
    return client


def get(client: TestClient, path: str, status: int = 200) -> Page:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:500]
    page = Page(answer.text)
    assert page.shortcomings() == []
    return page


def serials(october: sa.Engine) -> list[str]:
    return [poster.serial for poster in all_of(october, Poster)]


def ask(client: SignedIn, **fields: Any) -> str:
    """Ask for a book, wait until it is drawn, and return its path."""
    answer = client.send(BOARD, **{"pham_vi": "cho"} | fields)
    assert answer.status_code == 303, answer.text[:2000]
    client.app.state.poster_books.settle(120)  # type: ignore[attr-defined]
    return str(answer.headers["location"])


def rename(october: sa.Engine, vendor_id: int, name: str = "Rau sạch") -> None:
    with writing(october) as session:
        session.get_one(Vendor, vendor_id).display_name = name


# the board


def test_the_board_tells_who_has_a_poster_and_who_has_none(manager: SignedIn) -> None:
    page = get(manager, BOARD)
    without = get(manager, f"{BOARD}?xem=chua")

    assert "3 gian có tấm mã, 3 tấm cần in" in page.text
    assert all(stall in page.text for stall in STALLS)
    assert "Chưa có 22" in " ".join(page.text.split())
    assert "chưa có ngày đồng ý của người bán" in without.text.lower()


def test_every_tab_is_sound_and_asks_the_same_few_questions(
    manager: SignedIn, october: sa.Engine
) -> None:
    engine = manager.app.state.engine  # type: ignore[attr-defined]
    asked = {}
    for tab in ("co", "in", "sai", "chua", "xxx"):
        with counted(engine) as sent:
            get(manager, f"{BOARD}?xem={tab}&khu=")
        asked[tab] = len(sent)
    issuable(october, "A04", "A06", "A07", "A08")
    manager.send(f"{BOARD}/cap")
    for tab in ("co", "in", "sai"):
        with counted(engine) as sent:
            get(manager, f"{BOARD}?xem={tab}")
        assert len(sent) <= asked[tab]


def test_posters_are_issued_from_the_board(manager: SignedIn, october: sa.Engine) -> None:
    issuable(october, "A04", "A06")

    one = manager.send(f"{BOARD}/cap", gian=["A04"], once="i1")
    again = manager.send(f"{BOARD}/cap", gian=["A04"], once="i1")
    rest = manager.send(f"{BOARD}/cap", once="i2")

    assert one.headers["location"] == again.headers["location"] == f"{BOARD}?xong=cap&so=1"
    assert rest.headers["location"] == f"{BOARD}?xong=cap&so=16"
    assert "Đã cấp 16 tấm mã" in get(manager, rest.headers["location"]).text
    assert len(serials(october)) == len(STALLS) + 1 + 16


def test_a_stall_that_could_get_no_poster_is_named(manager: SignedIn, october: sa.Engine) -> None:
    issuable(october, "A04")
    with reading(october) as session:
        blocked = poster_blocks(session, "MA", sealer=SEALER)[0].stall_code

    answer = manager.send(f"{BOARD}/cap", gian=["A04", blocked], once="i1")
    page = get(manager, answer.headers["location"])

    assert "Đã cấp 1 tấm mã" in page.text
    assert f"Chưa cấp được: {blocked}." in page.text
    assert len(serials(october)) == len(STALLS) + 1


def test_a_helper_sees_the_board_and_ends_nothing(staff: Staff, manager: SignedIn) -> None:
    helper = staff(Role.FIELD_HELPER, "MA")

    page = get(helper, BOARD)

    assert "Thu hồi hoặc cấp lại nhiều tấm" not in page.text
    assert helper.send(f"{BOARD}/ket-thuc", lam="thu-hoi").status_code == 403


def test_an_auditor_looks_and_prints_nothing(staff: Staff, manager: SignedIn) -> None:
    path = ask(manager)
    auditor = staff(Role.AUDITOR, "MA")

    assert "Vẽ tập để in" not in get(auditor, BOARD).text
    assert "Tải về" not in get(auditor, path).text
    assert auditor.get(f"{path}/tai").status_code == 403


# books


def test_a_book_is_asked_for_watched_and_fetched(manager: SignedIn) -> None:
    path = ask(manager)

    page = get(manager, path)
    answer = manager.get(f"{path}/tai")

    assert "Tập 3 tấm mã đã xong" in page.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["accept-ranges"] == "bytes"
    assert len(read_pdf(answer.content).pages) == 3
    assert "chợ MA" not in answer.headers["content-disposition"]
    assert "3 gian có tấm mã, 0 tấm cần in" in get(manager, BOARD).text
    assert "3 tấm, xong, tải được" in get(manager, BOARD).text
    get(manager, f"{BOARD}/tap")


def test_a_broken_download_is_resumed(manager: SignedIn) -> None:
    path = f"{ask(manager)}/tai"
    whole = manager.get(path)
    tag = whole.headers["etag"]

    rest = manager.get(path, headers={"Range": "bytes=1000-", "If-Range": tag})
    other = manager.get(path, headers={"Range": "bytes=1000-", "If-Range": '"another"'})
    beyond = manager.get(path, headers={"Range": f"bytes={len(whole.content)}-"})

    assert rest.status_code == 206
    assert (
        rest.headers["content-range"] == f"bytes 1000-{len(whole.content) - 1}/{len(whole.content)}"
    )
    assert whole.content[:1000] + rest.content == whole.content
    assert (other.status_code, other.content) == (200, whole.content)
    assert beyond.status_code == 416


def test_the_first_download_is_logged_and_counts_as_printed(
    manager: SignedIn, october: sa.Engine
) -> None:
    path = ask(manager)
    before = all_of(october, PosterBook)[0].fetched_at

    for _ in range(2):
        manager.get(f"{path}/tai")

    logged = [e.note for e in all_of(october, SecurityEvent) if "poster book" in (e.note or "")]
    assert before is None
    assert all_of(october, PosterBook)[0].fetched_at == NOW
    assert logged == ["poster book 1, 3 posters"]


def test_the_same_book_is_drawn_once(manager: SignedIn, october: sa.Engine) -> None:
    first, again = ask(manager), ask(manager)
    zipped = ask(manager, dang="zip-png", it_muc="1", kho="card")

    assert first == again
    assert zipped != first
    assert len(all_of(october, PosterBook)) == 2


def test_a_zone_and_ticked_stalls_and_only_what_is_new(
    manager: SignedIn, october: sa.Engine
) -> None:
    manager.get(f"{ask(manager)}/tai")
    rename(october, 2)

    new = ask(manager, chi_moi="1")
    ticked = ask(manager, pham_vi="chon", gian=["A03", "A01"])
    nowhere = manager.send(BOARD, pham_vi="khu", khu="Khu Z")

    assert "Tập 1 tấm mã đã xong" in get(manager, new).text
    assert "Tập 2 tấm mã đã xong" in get(manager, ticked).text
    assert nowhere.status_code == 422


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"pham_vi": "chon"}, "Lỗi: Chưa đánh dấu gian nào"),
        ({"kho": "a3"}, "Chọn khổ giấy trong danh sách"),
        ({"kho": "sign"}, "Chọn khổ giấy trong danh sách"),
        ({"dang": "docx"}, "Chọn dạng tệp trong danh sách"),
        ({"dang": "zip-pdf", "hai_mat": "1"}, "Mặt sau trắng chỉ dùng khi in chung một tệp PDF"),
    ],
)
def test_a_book_that_cannot_be_is_told_beside_its_field(
    manager: SignedIn, october: sa.Engine, fields: dict[str, Any], told: str
) -> None:
    answer = manager.send(BOARD, **{"pham_vi": "cho", "once": "b1"} | fields)

    assert answer.status_code == 422
    assert told in " ".join(Page(answer.text).text.split())
    assert Page(answer.text).shortcomings() == []
    assert all_of(october, PosterBook) == []


def test_nothing_new_to_print_says_so(manager: SignedIn) -> None:
    manager.get(f"{ask(manager)}/tai")

    answer = manager.send(BOARD, pham_vi="cho", chi_moi="1")

    assert answer.status_code == 422
    assert "Cả 3 tấm mã đã in khổ này rồi và chưa đổi gì" in answer.text


def test_a_book_on_its_way_refreshes_itself_and_one_that_stopped_goes_on(
    manager: SignedIn, october: sa.Engine
) -> None:
    path = ask(manager)
    with writing(october) as session:
        book = session.get_one(PosterBook, 1)
        book.state, book.beat_at, book.posters_done = BookState.DRAWING, None, 0
        claim_book(session, 1, "another process", now=NOW)

    held = manager.get(path)
    with writing(october) as session:
        session.get_one(PosterBook, 1).beat_at = NOW - timedelta(minutes=2)
    stalled = manager.get(path)
    manager.app.state.poster_books.settle(60)  # type: ignore[attr-defined]

    assert "Đang vẽ 3 tấm mã" in held.text
    assert held.headers["refresh"] == "2"
    assert held.headers["cache-control"] == "no-store"
    assert Page(held.text).shortcomings() == []
    assert "Đang vẽ 3 tấm mã" in stalled.text
    assert "Tập 3 tấm mã đã xong" in get(manager, path).text


def test_a_book_with_an_ended_poster_is_not_handed_out(
    manager: SignedIn, october: sa.Engine
) -> None:
    path = ask(manager)
    first = serials(october)[0]
    manager.send(f"{BOARD}/ket-thuc", lam="thu-hoi", so_tam=first, ly_do="lost")

    answer = manager.get(f"{path}/tai")

    assert answer.status_code == 410
    assert first in get(manager, path).text
    assert "đã thôi dùng" in get(manager, path).text


def test_a_book_that_is_gone_or_not_ready_is_told(manager: SignedIn, october: sa.Engine) -> None:
    path = ask(manager)
    states = (BookState.DRAWING, BookState.FAILED, BookState.GONE)
    answers = []
    for state in states:
        with writing(october) as session:
            book = session.get_one(PosterBook, 1)
            book.state, book.refusal, book.beat_at = state, "hết giấy", NOW
        answers.append((manager.get(f"{path}/tai").status_code, get(manager, path).text))

    assert [status for status, _ in answers] == [409, 409, 410]
    assert "Hết giấy" in answers[1][1]
    assert "Tệp của tập này đã xóa" in answers[2][1]
    assert manager.get(f"{BOARD}/tap/77").status_code == 404


# one poster, for ever


def files(page: Page) -> list[str]:
    return [
        a["href"] for a in page.of("a") if "/bang-ma/" in (a.get("href") or "") and "." in a["href"]
    ]


def test_a_vendors_page_offers_every_paper_at_addresses_that_never_change(
    manager: SignedIn, reader: Reader, codes: dict[str, list[str]]
) -> None:
    vendor = reader(Role.VENDOR, codes["MA"][0])
    here = f"/nguoi-ban/{codes['MA'][0]}"

    page = get(vendor, here)
    answers = [vendor.get(path) for path in files(page)]

    assert "Tải để in (A5)" in page.text
    assert "Ảnh gửi Zalo" in page.text
    assert "Khổ giấy khác" in page.text
    assert len(answers) == 8
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["cache-control"] for answer in answers} == {
        "private, max-age=31536000, immutable"
    }
    assert len({answer.headers["etag"] for answer in answers}) == 8
    again = vendor.get(files(page)[0], headers={"If-None-Match": answers[0].headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_changed_poster_leads_to_its_new_address_and_an_ended_one_is_gone(
    manager: SignedIn, october: sa.Engine, reader: Reader, codes: dict[str, list[str]]
) -> None:
    vendor = reader(Role.VENDOR, codes["MA"][0])
    (path, *_) = files(get(vendor, f"/nguoi-ban/{codes['MA'][0]}"))
    rename(october, 1)

    moved = vendor.get(path, follow_redirects=False)
    there = vendor.get(moved.headers["location"])
    first = serials(october)[0]
    manager.send(f"{BOARD}/ket-thuc", lam="thu-hoi", so_tam=first, ly_do="damaged")
    gone = vendor.get(path)

    assert (moved.status_code, moved.headers["cache-control"]) == (302, "no-store")
    assert moved.headers["location"] != path
    assert there.status_code == 200
    assert gone.status_code == 410


@pytest.mark.parametrize(
    "name", ["x.pdf", "MA-00001-K.pdf", "MA-00001-K-000000000000000000000000.exe", "..%2f..%2fx"]
)
def test_a_name_that_is_none_is_not_found(
    manager: SignedIn, reader: Reader, codes: dict[str, list[str]], name: str
) -> None:
    vendor = reader(Role.VENDOR, codes["MA"][0])

    assert vendor.get(f"/nguoi-ban/{codes['MA'][0]}/bang-ma/{name}").status_code == 404


def test_another_vendors_poster_is_not_reached_through_ones_own_page(
    manager: SignedIn, reader: Reader, codes: dict[str, list[str]]
) -> None:
    (path, *_) = files(get(manager, f"{BOARD}/so/{_serial(manager, 1)}"))
    name = path.rpartition("/")[2]
    vendor = reader(Role.VENDOR, codes["MA"][0])

    assert manager.get(path).status_code == 200
    assert vendor.get(f"/nguoi-ban/{codes['MA'][0]}/bang-ma/{name}").status_code == 404


def _serial(client: SignedIn, place: int) -> str:
    engine = client.app.state.engine  # type: ignore[attr-defined]
    with reading(engine) as session:
        return session.exec(select(Poster.serial).order_by(Poster.id)).all()[place] or ""  # type: ignore[arg-type]


def test_the_tag_covers_paper_look_kind_and_language(
    manager: SignedIn, codes: dict[str, list[str]]
) -> None:
    here = f"/nguoi-ban/{codes['MA'][0]}/bang-ma"
    asked = ["pdf", "png", "svg", "pdf?kho=a4", "pdf?muc=it", "pdf?lang2=en", "pdf?kho=card"]

    tags = [manager.get(f"{here}.{each}").headers["etag"] for each in asked]

    assert len(set(tags)) == len(asked)
    assert manager.get(f"{here}.pdf?kho=sign").status_code == 422


def test_downloading_again_issues_nothing(
    manager: SignedIn, october: sa.Engine, codes: dict[str, list[str]]
) -> None:
    before = [row.model_dump() for row in all_of(october, Poster)]
    page = get(manager, f"{BOARD}/so/{serials(october)[0]}")

    for path in files(page):
        first, second = manager.get(path).content, manager.get(path).content
        assert first == second
    for kind in ("pdf", "png"):
        manager.get(f"/nguoi-ban/{codes['MA'][0]}/bang-ma.{kind}")
    manager.get(f"{ask(manager)}/tai")
    manager.get(f"{ask(manager, kho='a4')}/tai")

    assert [row.model_dump() for row in all_of(october, Poster)] == before


def test_the_stalls_page_offers_the_poster(manager: SignedIn) -> None:
    page = get(manager, "/cho/MA/gian-hang/A01")

    assert "Tải để in (A5)" in page.text
    assert all(manager.get(path).status_code == 200 for path in files(page)[:2])


def test_the_sign_leads_to_the_page_of_checks(manager: SignedIn, reader: Reader) -> None:
    sign = manager.get("/cho/MA/bien-cho.png")

    (address,) = decode_image(sign.content)
    assert address == "https://cho.example/p"
    assert get(reader(), "/p").text.count("Tấm mã này thật hay giả?") == 1
    assert manager.get("/cho/MA/bien-cho.pdf?muc=it&lang2=en").content.startswith(b"%PDF")


# ends


def test_one_poster_is_shown_and_ended_with_a_reason(
    manager: SignedIn, october: sa.Engine, reader: Reader
) -> None:
    first = serials(october)[0]
    before = get(manager, f"{BOARD}/so/{first}")

    answer = manager.send(
        f"{BOARD}/ket-thuc",
        lam="thu-hoi",
        so_tam=first,
        ly_do="incident",
        ghi_chu="thấy tem dán đè",
    )

    assert "Tải để in (A5)" in before.text
    assert answer.headers["location"] == f"{BOARD}?xong=thu-hoi&so=1"
    after = get(manager, f"{BOARD}/so/{first}")
    assert "nghi dán đè hoặc làm giả" in after.text
    assert "Tải để in (A5)" not in after.text
    public = get(reader(), f"/p/{first}")
    assert "nghi dán đè hoặc làm giả" in public.text
    assert "tem dán đè" not in public.text
    assert manager.get(f"{BOARD}/so/LG-00001-A").status_code == 404


def test_all_that_are_no_longer_right_are_issued_anew_once(
    manager: SignedIn, october: sa.Engine, reader: Reader
) -> None:
    rename(october, 1)
    rename(october, 2)
    wrong = get(manager, f"{BOARD}?xem=sai")
    fields = {"lam": "cap-lai", "ai": "sai", "ly_do": "outdated", "once": "r1"}

    first = manager.send(f"{BOARD}/ket-thuc", **fields)
    again = manager.send(f"{BOARD}/ket-thuc", **fields)

    assert "Tên gian hàng đã sửa sau khi cấp" in wrong.text
    assert first.headers["location"] == again.headers["location"] == f"{BOARD}?xong=cap-lai&so=2"
    posters = all_of(october, Poster)
    assert [each.state for each in posters[:3]] == [
        PosterState.REPLACED,
        PosterState.REPLACED,
        PosterState.GENERATED,
    ]
    assert len(posters) == 5
    assert "Không còn đúng 0" in " ".join(get(manager, BOARD).text.split())
    assert "Thông tin trên tấm mã đã cũ" in get(reader(), f"/p/{posters[0].serial}").text


def test_two_people_with_the_same_list_do_not_replace_each_others_new_posters(
    manager: SignedIn, october: sa.Engine
) -> None:
    shown = [a["value"] for a in get(manager, BOARD).of("input") if a.get("name") == "thay"]
    fields = {"lam": "cap-lai", "gian": "A01", "ly_do": "damaged", "thay": shown}

    first = manager.send(f"{BOARD}/ket-thuc", **fields)
    second = manager.send(f"{BOARD}/ket-thuc", **fields)

    assert shown == serials(october)[: len(STALLS)]
    assert first.status_code == 303
    assert second.status_code == 422
    assert "Lỗi: Có tấm vừa được người khác" in " ".join(Page(second.text).text.split())
    assert len(serials(october)) == len(STALLS) + 1


def test_who_cannot_have_a_new_one_is_named(manager: SignedIn, october: sa.Engine) -> None:
    with writing(october) as session:
        session.get_one(Vendor, 1).consented_on = None

    answer = manager.send(f"{BOARD}/ket-thuc", lam="cap-lai", gian=["A01", "A02"], ly_do="outdated")

    page = get(manager, answer.headers["location"])
    assert "Đã cấp lại 1 tấm mã, số mới" in page.text
    assert "Chưa cấp lại được: A01" in page.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"lam": "thu-hoi", "ly_do": "lost"}, "Chọn từ 1 đến 1000 tấm mã, đang chọn 0"),
        ({"lam": "thu-hoi", "gian": ["A01"]}, "Chọn lý do trong danh sách"),
        ({"lam": "xoa", "gian": ["A01"], "ly_do": "lost"}, "Chọn thu hồi hay cấp lại"),
        ({"lam": "thu-hoi", "gian": ["A01"], "ly_do": "other"}, "Ghi rõ lý do"),
        ({"lam": "cap-lai", "so_tam": "MA-99999-X", "ly_do": "lost"}, "vừa được người khác"),
    ],
)
def test_an_end_that_cannot_be_is_told_and_nothing_ends(
    manager: SignedIn, october: sa.Engine, fields: dict[str, Any], told: str
) -> None:
    answer = manager.send(f"{BOARD}/ket-thuc", **fields)

    assert answer.status_code == 422
    assert told in answer.text
    assert {each.state for each in all_of(october, Poster)} == {PosterState.GENERATED}


# looks


@pytest.mark.parametrize("typed", ["{serial}", " {lower} ", "{plain}", "{spaced}"])
def test_a_typed_serial_leads_to_its_poster(
    manager: SignedIn, october: sa.Engine, reader: Reader, typed: str
) -> None:
    serial = serials(october)[0]
    text = typed.format(
        serial=serial,
        lower=serial.lower(),
        plain=serial.replace("-", ""),
        spaced=serial.replace("-", " "),
    )

    answer = reader().get("/p", params={"so": text}, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/p/{serial}")


@pytest.mark.parametrize("typed", ["", "MA-00001-A", "<b>x</b>", "12345", "Ạ" * 60])
def test_what_is_no_serial_is_told(manager: SignedIn, reader: Reader, typed: str) -> None:
    answer = reader().get("/p", params={"so": typed})

    assert answer.status_code == 422
    assert "số tấm mã" in answer.text
    assert "<b>x</b>" not in answer.text
    assert Page(answer.text).shortcomings() == []


def test_a_poster_tells_no_payload_and_no_account(
    manager: SignedIn, october: sa.Engine, reader: Reader
) -> None:
    page = get(reader(), f"/p/{serials(october)[0]}")

    assert "A01" in page.text
    assert "···9012" in page.text
    assert "0123456789012" not in page.text
    assert "000201" not in page.text
    assert page.of("img") == [] or all("/p/" not in img["src"] for img in page.of("img"))


def test_whoever_walks_the_serials_is_slowed_down(
    manager: SignedIn, october: sa.Engine, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "LOOKS", 3)
    stranger, first = reader(), serials(october)[0]

    seen = [stranger.get(f"/p/{first}") for _ in range(5)]
    typed = stranger.post(f"/p/{first}", data={"ma": "x"})

    assert [answer.status_code for answer in seen] == [200, 200, 200, 429, 429]
    assert "Nguyễn" not in seen[4].text
    assert int(seen[4].headers["retry-after"]) > 0
    assert Page(seen[4].text).shortcomings() == []
    assert "···9012" not in typed.text
    assert manager.get(f"/p/{first}").status_code == 200


def test_a_market_behind_one_address_may_look_often(
    manager: SignedIn, october: sa.Engine, reader: Reader
) -> None:
    stranger, first = reader(), serials(october)[0]

    assert looks.LOOKS == 120
    assert {stranger.get(f"/p/{first}").status_code for _ in range(30)} == {200}
