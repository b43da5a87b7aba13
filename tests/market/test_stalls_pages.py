"""The list of stalls and one stall, through the front door."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.i18n.english import ENGLISH
from market.overview import words
from market.pages.stalls import entry_form, listing
from market.pages.stalls.choice import pages_shown
from market.roles import Role
from merchants.kinds import NameMatch, PosterState, StallState, VendorState
from merchants.tables import AcceptancePoint, Poster, Stall, StallHolding, Vendor
from tests.market.conftest import SEALER, SignedIn
from tests.market.reading_html import Page
from tests.merchants.queries import counted

Staff = Callable[..., SignedIn]
LIST = "/cho/MA/gian-hang"


@pytest.fixture
def manager(staff: Staff) -> SignedIn:
    """The manager of market MA."""
    return staff(Role.MARKET_MANAGER, "MA")


@pytest.fixture
def helper(staff: Staff) -> SignedIn:
    """A helper at market MA."""
    return staff(Role.FIELD_HELPER, "MA")


def shown(client: SignedIn, path: str, status: int = 200) -> Page:
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == status, answer.text[:400]
    page = Page(answer.text)
    assert page.shortcomings() == []
    return page


def once_on(page: Page) -> str:
    return next(each["value"] for each in page.of("input") if each.get("name") == "once")


def issuable(october: sa.Engine, *codes: str) -> None:
    """Let the holders of stalls be consented and named right, so that a poster may be issued."""
    with writing(october) as session:
        query = (
            select(Vendor, AcceptancePoint)
            .join(AcceptancePoint, AcceptancePoint.vendor_id == Vendor.id)  # type: ignore[arg-type]
            .join(StallHolding, StallHolding.vendor_id == Vendor.id)  # type: ignore[arg-type]
            .join(Stall, Stall.id == StallHolding.stall_id)  # type: ignore[arg-type]
            .where(Stall.code.in_(codes), Vendor.market_id == 1)  # type: ignore[attr-defined]
        )
        for vendor, point in session.exec(query):
            vendor.full_name = f"Nguyễn Thị {['Hương', 'Lan', 'Mai'][vendor.id % 3]}"
            vendor.consented_on = vendor.consented_on or vendor.registered_at.date()
            point.holder_name, point.name_match = vendor.full_name, NameMatch.EXACT
            point.bin, point.account_sealed = "970436", SEALER.seal("0123456789012")
            point.account_tail = "9012"
            session.add_all([vendor, point])


def all_of(october: sa.Engine, table: Any) -> list[Any]:
    with reading(october) as session:
        rows = list(session.exec(select(table).order_by(table.id)))
        session.expunge_all()
        return rows


def test_the_list_shows_who_is_where_with_masked_numbers(manager: SignedIn) -> None:
    page = shown(manager, LIST)

    assert "25 gian hàng, 25 đang kinh doanh." in page.text
    assert "A01 Nguyễn Thị 01" in page.text
    assert "···" in page.text


def test_money_is_for_those_who_may_see_it(manager: SignedIn, helper: SignedIn) -> None:
    assert "7 ngày đến 31/10/2026" in shown(manager, LIST).text
    seen = shown(helper, LIST).text
    assert "7 ngày" not in seen
    assert "₫" not in seen
    assert "A01 Nguyễn Thị 01" in seen


def test_who_chose_the_poster_only_shows_no_money(manager: SignedIn, october: sa.Engine) -> None:
    with writing(october) as session:
        session.execute(sa.update(Vendor).values(is_poster_only=True))

    seen = shown(manager, LIST).text

    assert "₫" not in seen
    assert "không xem" in seen
    assert shown(manager, f"{LIST}/A01").text.count("₫") == 0


@pytest.mark.parametrize(
    ("query", "first", "total"),
    [
        ("?q=a7", "A07", 1),
        ("?q=NGUYEN+thi+12", "A12", 1),
        ("?tt=todo", None, 0),
        ("?xep=ten&q=nguyen", "A01", 25),
        ("?xep=tien", None, 25),
        ("?xep=lan-cuoi", None, 25),
        ("?xep=viec&viec=draft", None, None),
        ("?xep=nonsense&tt=nonsense&viec=nonsense", "A01", 25),
        ("?trang=9", None, None),
    ],
)
def test_the_list_is_filtered_and_ordered(
    manager: SignedIn, query: str, first: str | None, total: int | None
) -> None:
    answer = manager.get(LIST + query)
    page = Page(answer.text)

    assert (answer.status_code, page.shortcomings()) == (200, [])
    codes = [each["value"] for each in page.of("input") if each.get("name") == "chon"]
    assert first is None or codes[0] == first
    assert total is None or len(codes) == total


def test_nothing_found_says_what_to_try(manager: SignedIn) -> None:
    page = shown(manager, f"{LIST}?q=<b>sạp 999")

    assert "Không có gian hàng nào khớp “<b>sạp 999”" in page.text
    assert "Thử gõ mã" in page.text
    assert not page.of("b") or "sạp" not in str(page.of("b"))


def test_a_page_is_cut_and_the_next_one_goes_on(manager: SignedIn, october: sa.Engine) -> None:
    with writing(october) as session:
        session.add_all(
            Stall(market_id=1, code=f"Z{n:03d}", state=StallState.VACANT) for n in range(60)
        )

    first, second = shown(manager, LIST), shown(manager, f"{LIST}?trang=2")

    def codes(page: Page) -> list[str]:
        return [each["value"] for each in page.of("input") if each.get("name") == "chon"]

    assert (len(codes(first)), len(codes(second))) == (50, 35)
    assert not set(codes(first)) & set(codes(second))
    assert f"{LIST}?trang=2" in str(first.of("a"))


def test_a_page_too_far_leads_to_the_last(manager: SignedIn) -> None:
    answer = manager.get(f"{LIST}?trang=7&q=a0", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}?q=a0&trang=1")


def test_the_list_asks_as_often_for_many_as_for_few(manager: SignedIn) -> None:
    engine = manager.app.state.engine  # type: ignore[attr-defined]
    sent_by_size = []
    for query in ("?q=a01", "?q=a"):
        with counted(engine) as sent:
            manager.get(LIST + query)
        sent_by_size.append(len(sent))

    assert sent_by_size[0] == sent_by_size[1] <= 20


def test_posters_are_issued_to_the_ticked_stalls(manager: SignedIn, october: sa.Engine) -> None:
    issuable(october, "A01", "A02")
    once = once_on(shown(manager, LIST))

    answer = manager.send(LIST, lam="cap", chon=["A01", "A05"], once=once)
    again = manager.send(LIST, lam="cap", chon=["A01", "A05"], once=once)

    assert answer.status_code == 303
    assert answer.headers["location"] == again.headers["location"]
    assert len(all_of(october, Poster)) == 1
    told = shown(manager, answer.headers["location"]).text
    assert "Đã cấp tấm mã cho 1 gian" in told
    assert "Chưa làm được: A05." in told


def test_posters_are_noted_as_hung_up(manager: SignedIn, october: sa.Engine) -> None:
    issuable(october, "A01", "A02")
    manager.send(LIST, lam="cap", chon=["A01", "A02"], once=once_on(shown(manager, LIST)))

    answer = manager.send(f"{LIST}?q=a01", lam="treo", pham_vi="loc", once="x1")

    assert "so=1" in answer.headers["location"]
    hanging = {poster.stall_id: poster.state for poster in all_of(october, Poster)}
    assert sorted(hanging.values()) == [PosterState.GENERATED, PosterState.INSTALLED]


def test_names_on_a_list_are_noted_as_invited(manager: SignedIn, october: sa.Engine) -> None:
    with writing(october) as session:
        session.execute(sa.update(Vendor).where(Vendor.id == 1).values(state=VendorState.LISTED))  # type: ignore[arg-type]

    answer = manager.send(LIST, lam="moi", chon=["A01", "A02"], once="x2")

    assert "so=1" in answer.headers["location"]
    assert all_of(october, Vendor)[0].state is VendorState.INVITED


def test_the_posters_of_ticked_stalls_come_as_one_pdf(
    manager: SignedIn, october: sa.Engine
) -> None:
    issuable(october, "A01", "A02")
    manager.send(LIST, lam="cap", chon=["A01", "A02"], once="x3")

    answer = manager.send(LIST, lam="in", chon=["A01", "A02", "A05"], once="x4")

    path = answer.headers["location"]
    assert path.startswith("/cho/MA/bang-ma/tap/")
    manager.app.state.poster_books.settle(60)
    book = manager.get(f"{path}/tai")
    assert book.headers["content-type"] == "application/pdf"
    assert book.content.startswith(b"%PDF")
    assert "tam-ma-MA-a5-2-" in book.headers["content-disposition"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"lam": "cap"}, "Chưa đánh dấu gian nào"),
        ({"lam": "", "chon": ["A01"]}, "Chọn việc cần làm"),
        ({"lam": "xoa", "chon": ["A01"]}, "Chọn việc cần làm"),
        ({"lam": "in", "chon": ["A01"]}, "chưa có tấm mã nào"),
    ],
)
def test_what_cannot_be_done_is_said_on_the_same_page(
    manager: SignedIn, fields: dict[str, Any], told: str
) -> None:
    answer = manager.send(LIST, once="x5", **fields)

    page = Page(answer.text)
    assert (answer.status_code, page.shortcomings()) == (422, [])
    assert told in page.text
    if fields.get("chon"):
        assert [each["value"] for each in page.of("input") if "checked" in each] == ["A01"]


def test_one_stall_tells_what_comes_next(manager: SignedIn, october: sa.Engine) -> None:
    issuable(october, "A01")
    before = shown(manager, f"{LIST}/A01")
    manager.send(LIST, lam="cap", chon=["A01"], ve="gian", once=once_on(before))
    after = shown(manager, f"{LIST}/A01")

    assert "Cấp tấm mã , chưa xong" in before.text
    assert "Treo tấm mã ở gian , chưa xong Ghi đã treo" in after.text


def test_after_a_step_the_same_stall_is_shown(manager: SignedIn, october: sa.Engine) -> None:
    issuable(october, "A01")

    answer = manager.send(LIST, lam="cap", chon=["A01"], ve="gian", once="x6")

    assert answer.headers["location"].startswith(f"{LIST}/A01?")


@pytest.mark.parametrize("code", ["ZZ99", "a01", "A01/x"])
def test_an_unknown_stall_is_not_found(manager: SignedIn, code: str) -> None:
    assert manager.get(f"{LIST}/{code}").status_code == 404


def test_a_stall_of_another_market_is_not_found(staff: Staff) -> None:
    other = staff(Role.MARKET_MANAGER, "LG")

    assert other.get(f"{LIST}/A01").status_code == 403
    assert other.get("/cho/LG/gian-hang/A25").status_code == 404


def test_an_auditor_reads_and_changes_nothing(staff: Staff) -> None:
    auditor = staff(Role.AUDITOR, "MA")

    assert "Thực hiện" not in shown(auditor, LIST).text
    assert auditor.send(LIST, lam="cap", chon=["A01"]).status_code == 403


def test_the_api_lists_finds_and_pages(manager: SignedIn) -> None:
    path = "/api/v1/markets/MA/stalls"
    first = manager.get(path, params={"limit": 10, "q": "nguyen"}).json()
    second = manager.get(path, params={"limit": 10, "q": "nguyen", "after": first["next"]}).json()

    assert (first["total"], len(first["items"])) == (25, 10)
    assert second["items"][0]["code"] == "A11"
    assert first["items"][0]["vendor"]["takings"] is not None
    assert manager.get(path, params={"after": "x"}).status_code == 422
    assert manager.get(path, params={"bogus": "1"}).status_code == 422
    assert manager.get(f"{path}/A01").json()["code"] == "A01"
    assert manager.get(f"{path}/Q").status_code == 404


def test_the_api_shows_a_helper_no_money(helper: SignedIn) -> None:
    answer = helper.get("/api/v1/markets/MA/stalls", params={"sort": "week"}).json()

    assert {each["vendor"]["takings"] for each in answer["items"]} == {None}
    assert answer["items"][0]["code"] == "A01"


@pytest.mark.parametrize(
    ("page", "pages", "numbers"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 8, 9]),
    ],
)
def test_a_pager_offers_the_ends_and_the_neighbours(
    page: int, pages: int, numbers: list[int | None]
) -> None:
    assert pages_shown(page, pages) == numbers


def test_every_word_of_progress_and_work_has_its_english() -> None:
    told = {
        *words.PROGRESS.values(), *words.NEEDS.values(), *words.TO_DO.values(), *words.DONE.values(),
        *(name for _, name in listing.SORT_WORDS), *(name for _, name in listing.TASK_WORDS),
        *listing.DONE_WORDS.values(),
        *(text for _, *texts in (*entry_form.LINK_WAYS, *entry_form.TIERS, *entry_form.CHANNELS)
          for text in texts),
    }  # fmt: skip

    assert sorted(told - ENGLISH.keys() - {""}) == []
