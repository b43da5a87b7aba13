"""The feeds on pages: how each stands, one delivery, read again, taken back, and nobody's money."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.i18n.feed_words import FILE_REASONS, REMEDIES
from market.roles import Role
from market.settings import Settings
from merchants.tables import Vendor
from reconciliation.feeds.catalogue import READERS
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.intake import deliveries
from reconciliation.records import FeedReading
from reconciliation.tables import Delivery, DeliveryState, ProviderTransaction
from tests.feed_samples import vcb_csv
from tests.market.conftest import NOW, SignedIn, Staff
from tests.market.feed_world import (
    BROKEN,
    broken_file,
    good_file,
    logged,
    nobodys_payment,
    refused_file,
    take,
)
from tests.market.reading_html import Page
from tests.merchants.queries import counted
from tests.reconciliation.arrivals import incoming, minutes_later, sepay, vcb
from tests.reconciliation.ledger.test_tellers import casso

HOME = "/nguon-tien"


@pytest.fixture
def mended(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the bank's reader read the 31st of November, as a mended one might."""

    class Mended:
        provider = "bank_vcb"

        def identify(self, content: bytes, name: str) -> bool:
            return READERS["bank_vcb"].identify(content, name)

        def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
            mended = content.replace(b"31/11/2026", b"30/10/2026")
            return READERS["bank_vcb"].read(mended, context=context)

    def mend() -> None:
        monkeypatch.setattr(deliveries, "READERS", {**READERS, "bank_vcb": Mended()})

    return mend


def once_in(client: SignedIn, path: str) -> str:
    fields = Page(client.get(path).text).of("input")
    return next(one["value"] for one in fields if one.get("name") == "once")


def test_nothing_yet_is_not_zero(staff: Staff, october: sa.Engine) -> None:
    page = Page(staff(Role.ADMIN).get(HOME).text)

    assert page.shortcomings() == []
    assert "Hôm nay chưa nhận gì" in page.text
    assert "SePay" in page.text
    assert "Chưa bao giờ" in page.text
    assert "chưa có tệp" in page.text


def test_the_first_page_says_what_waits_and_leads_there(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    broken_file(october, settings)
    refused_file(october, settings)
    client = staff(Role.MARKET_MANAGER, "MA")

    page = Page(client.get(HOME).text)

    assert page.shortcomings() == []
    assert "1 lượt nhận và 1 dòng đang chờ người xem" in page.text
    links = page.links("https://cho.example" + HOME)
    waiting = [one for one in links if "muc=cho" in one and "nguon=bank_vcb" in one]
    assert len(waiting) == 1
    assert "tệp hoặc" not in page.text
    assert "Vietcombank số" in Page(client.get(waiting[0]).text).text
    assert "Đọc lại Vietcombank" not in page.text  # a manager reads
    assert "Đọc lại Vietcombank" in staff(Role.ADMIN).get(HOME).text


def test_drifted_columns_are_told_on_the_first_page(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    good_file(october, settings)
    changed = vcb(("G2", 5_000, "a")).content.replace("Mô tả".encode(), "Diễn giải".encode())
    take(october, settings, incoming("bank_vcb", changed, received_at=NOW + timedelta(minutes=1)))

    text = Page(staff(Role.ADMIN).get(HOME).text).text

    assert "Vietcombank: cột của tệp đã đổi" in text
    assert "“mô tả” thành “diễn giải”" in text
    assert "Tệp mới nhất không được đọc." in text


@pytest.mark.parametrize("path", [HOME, f"{HOME}/luot", f"{HOME}/chua-ro", f"{HOME}/lich"])
def test_pages_ask_as_often_for_many_as_for_one(
    staff: Staff, october: sa.Engine, settings: Settings, path: str
) -> None:
    client = staff(Role.ADMIN)
    good_file(october, settings)
    nobodys_payment(october, settings)
    app_engine = client.app.state.engine  # type: ignore[attr-defined]
    with counted(app_engine) as few:
        assert client.get(path).status_code == 200
    for number in range(2, 12):
        good_file(october, settings, number)
        nobodys_payment(october, settings, number=number)
    with counted(app_engine) as many:
        assert client.get(path).status_code == 200

    assert len(many) <= len(few)
    assert len(few) < 20


def test_the_list_turns_its_pages_and_filters(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    for number in range(1, 55):
        good_file(october, settings, number)
    refused = refused_file(october, settings)
    client = staff(Role.AUDITOR)

    first = client.get(f"{HOME}/luot?nguon=bank_vcb")
    more = next(one for one in Page(first.text).links(str(first.url)) if "truoc=" in one)
    second = client.get(more)

    assert Page(first.text).shortcomings() == []
    assert f"Vietcombank số {refused}" in Page(first.text).text
    assert "Cũ hơn" in Page(first.text).text
    assert "Cũ hơn" not in Page(second.text).text
    only = Page(client.get(f"{HOME}/luot?tinh_trang=rejected").text)
    assert "không phải dạng tệp đọc được" in only.text
    assert "tot1.csv" not in only.text
    assert "Không có lượt nhận nào như thế" in client.get(f"{HOME}/luot?ngay=2020-01-01").text
    assert client.get(f"{HOME}/luot?ngay=&tinh_trang=&kenh=").status_code == 200
    assert client.get(f"{HOME}/luot?tinh_trang=x").status_code == 422


def test_amounts_and_words_of_rows_are_for_fewer_than_the_page(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    number = broken_file(october, settings)
    manager, admin = staff(Role.MARKET_MANAGER, "MA"), staff(Role.ADMIN)

    for_manager = Page(manager.get(f"{HOME}/luot/{number}").text)
    for_admin = Page(admin.get(f"{HOME}/luot/{number}").text)

    assert for_manager.shortcomings() == for_admin.shortcomings() == []
    assert "1 dòng không đọc được, 1 còn chờ" in for_manager.text
    assert "Ngày không có thật" in for_manager.text
    assert "10.000" not in for_manager.text
    assert "Mở dòng gốc" not in [word for word in for_manager.told if "nhật ký" not in word]
    assert "10.000" in for_admin.text
    assert "tien ca" not in for_admin.text


def test_a_look_at_a_row_as_it_came_is_logged(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    number = broken_file(october, settings)
    admin = staff(Role.ADMIN)
    page = admin.get(f"{HOME}/luot/{number}")
    (line,) = [one for one in Page(page.text).links(str(page.url)) if "/dong/" in one]

    shown = Page(admin.get(line).text)

    assert shown.shortcomings() == []
    assert "31/11/2026,R2,,20000,tien ca" in shown.text
    reject = line.rpartition("/")[2]
    assert ("raw_line_opened", f"delivery:{number}", f"row {reject}") in logged(october)
    told = Page(admin.get("/nhat-ky").text).text
    assert "Mở dòng gốc của sao kê" in told
    assert f"lượt nhận số {number}" in told
    assert staff(Role.MARKET_MANAGER, "MA").get(line).status_code == 403
    assert staff(Role.AUDITOR).get(line).status_code == 403


def test_what_came_is_taken_byte_for_byte_and_logged(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    number = broken_file(october, settings)
    path = f"{HOME}/luot/{number}/ban-goc"

    answer = staff(Role.ADMIN).get(path)

    assert answer.content == BROKEN.encode()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "attachment" in answer.headers["content-disposition"]
    assert ("raw_file_taken", f"delivery:{number}", "") in logged(october)
    assert staff(Role.MARKET_MANAGER, "MA").get(path).status_code == 403


def test_reading_again_says_in_words_what_came_of_it(
    staff: Staff, october: sa.Engine, settings: Settings, mended: Callable[[], None]
) -> None:
    number = broken_file(october, settings)
    admin, path = staff(Role.ADMIN), f"{HOME}/luot/{number}"

    before = admin.send(f"{path}/doc-lai")
    mended()
    after = admin.send(f"{path}/doc-lai")
    again = admin.send(f"{path}/doc-lai")

    assert "Đọc lại, chưa khác trước: còn 1 dòng chờ." in before.text
    assert "Đọc được hết: thêm 1 khoản mới, 0 khoản đổi." in after.text
    assert "Đọc lại, chưa khác trước." in again.text
    assert "Đã đọc được" in after.text
    assert staff(Role.MARKET_MANAGER, "MA").send(f"{path}/doc-lai").status_code == 403
    english = Page(admin.get(f"{path}?lang=en").text).text
    assert "read whole, 2 payments count" in english


def test_everything_that_waits_of_a_feed_is_read_again_at_once(
    staff: Staff, october: sa.Engine, settings: Settings, mended: Callable[[], None]
) -> None:
    broken_file(october, settings)
    refused_file(october, settings)
    admin = staff(Role.ADMIN)
    once = once_in(admin, HOME)
    mended()

    answer = admin.send(f"{HOME}/doc-lai", nguon="bank_vcb", once=once)

    told = Page(admin.get(answer.headers["location"]).text).text
    assert "Đã đọc lại các lượt chờ của Vietcombank" in told
    assert "Còn 1 lượt vẫn chưa đọc được" in told
    assert admin.send(f"{HOME}/doc-lai", nguon="x").status_code == 422


def test_the_next_press_goes_on_behind_what_cannot_be_read_yet(
    staff: Staff, october: sa.Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("market.feed_deeds.REPLAYED_AT_ONCE", 1)
    first, second = refused_file(october, settings), broken_file(october, settings)
    admin = staff(Role.ADMIN)

    one = admin.send(f"{HOME}/doc-lai", nguon="bank_vcb")
    page = admin.get(one.headers["location"])
    resume = next(field["value"] for field in Page(page.text).of("input") if field["name"] == "sau")
    other = admin.send(f"{HOME}/doc-lai", nguon="bank_vcb", sau=resume)

    assert resume == str(first)
    assert "sau=" not in other.headers["location"]
    read_again = [subject for action, subject, _ in logged(october) if action == "feed_read_again"]
    assert read_again == [f"delivery:{first}", f"delivery:{second}"]


def test_two_people_take_a_delivery_back(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    number = good_file(october, settings)
    one, two, path = staff(Role.ADMIN), staff(Role.ADMIN), f"{HOME}/luot/{number}"
    once = once_in(one, path)

    short = one.send(f"{path}/huy", ly_do="sai", once=once)
    asked = one.send(f"{path}/huy", ly_do="Tệp của chợ khác", once=once)
    twice = one.send(f"{path}/huy", ly_do="Tệp của chợ khác", once=once)
    own = one.send(f"{path}/huy/quyet-dinh", buoc="approved")
    page = Page(two.get(path).text)
    done = two.send(f"{path}/huy/quyet-dinh", buoc="approved", once=once_in(two, path))
    late = two.send(f"{path}/huy/quyet-dinh", buoc="approved")

    assert short.status_code == 422
    assert "Ghi rõ lý do" in short.text
    assert (asked.status_code, twice.headers["location"]) == (303, asked.headers["location"])
    assert own.status_code == 422
    assert "duyệt phải là người thứ hai" in own.text
    assert page.shortcomings() == []
    assert "Tệp của chợ khác" in page.text
    assert "Các khoản của lượt này không tính nữa" in two.get(done.headers["location"]).text
    assert late.status_code == 422
    with reading(october) as session:
        assert session.get_one(Delivery, number).state is DeliveryState.VOIDED
        rows = session.exec(
            select(ProviderTransaction).where(ProviderTransaction.delivery_id == number)
        ).all()
        assert [row.is_current for row in rows] == [False]
    assert ("void_approved", f"delivery:{number}", "1 rows counted anew") in logged(october)
    assert "1 dòng tính lại" in Page(two.get("/nhat-ky").text).text


def test_the_calendar_tells_missing_from_not_due(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    client = staff(Role.MARKET_MANAGER, "MA")

    now = Page(client.get(f"{HOME}/lich").text)
    month = Page(client.get(f"{HOME}/lich?thang=2026-10").text)

    assert now.shortcomings() == month.shortcomings() == []
    assert "ngày còn thiếu sao kê" in month.text
    assert "Vietcombank" in month.text
    assert client.get(f"{HOME}/lich?thang=2026-13").status_code == 422
    assert "chưa có sao kê nào phải đến" in client.get(f"{HOME}/lich?thang=2031-01").text


def test_two_people_give_nobodys_money_to_a_vendor(
    staff: Staff, october: sa.Engine, settings: Settings, codes: dict[str, list[str]]
) -> None:
    one_code, other_code = codes["MA"][:2]
    number = nobodys_payment(october, settings, f"{one_code} {other_code} 0912345678")
    clerk, manager = staff(Role.MARKET_MANAGER, "MA"), staff(Role.MARKET_MANAGER, "MA")
    path = f"{HOME}/chua-ro/{number}"
    listed = Page(clerk.get(f"{HOME}/chua-ro").text)
    once = once_in(clerk, path)

    nothing = clerk.send(path, ly_do="Cô đưa xem tin báo", once=once)
    other_market = clerk.send(path, nguoi_ban="khac", ma=codes["LG"][0], ly_do="Cô đưa xem tin")
    asked = clerk.send(path, nguoi_ban=one_code, ly_do="Cô đưa xem tin báo", once=once)
    own = clerk.send(f"{path}/quyet-dinh", buoc="approved")
    shown = Page(manager.get(path).text)
    done = manager.send(f"{path}/quyet-dinh", buoc="approved", once=once_in(manager, path))

    assert listed.shortcomings() == shown.shortcomings() == []
    assert "85.000" in listed.text
    assert "0912345678" not in listed.text
    assert nothing.status_code == other_market.status_code == own.status_code == 422
    assert "Không có người bán mang mã này ở chợ của anh/chị" in other_market.text
    assert asked.status_code == 303
    assert "Cô đưa xem tin báo" in shown.text
    assert "Đã ghi tiền cho người bán" in manager.get(done.headers["location"]).text
    assert manager.get(path).status_code == 404
    with reading(october) as session:
        row = session.get_one(ProviderTransaction, number)
        vendor = session.exec(select(Vendor).where(Vendor.code == one_code)).one()
        assert (row.vendor_id, row.attribution_rule) == (vendor.id, "hand")
    note = f"market:MA payment:{number}"
    assert ("money_assigned", f"vendor:{one_code}", note) in logged(october)
    assert "Ghi tiền cho người bán" in manager.get("/nhat-ky").text


def test_money_of_another_market_is_not_shown(
    staff: Staff, october: sa.Engine, settings: Settings, codes: dict[str, list[str]]
) -> None:
    number = nobodys_payment(october, settings, f"{codes['LG'][0]} {codes['LG'][1]}")
    unclear = nobodys_payment(october, settings, "tien rau", number=2)
    manager, admin = staff(Role.MARKET_MANAGER, "MA"), staff(Role.ADMIN)

    assert manager.get(f"{HOME}/chua-ro/{number}").status_code == 404
    assert manager.get(f"{HOME}/chua-ro/{unclear}").status_code == 404
    assert "85.000" not in Page(manager.get(f"{HOME}/chua-ro").text).text
    assert admin.get(f"{HOME}/chua-ro/{unclear}").status_code == 200
    assert "chưa có manh mối" in Page(admin.get(f"{HOME}/chua-ro").text).text
    assert staff(Role.MARKET_MANAGER, "LG").get(f"{HOME}/chua-ro/{number}").status_code == 200


def test_who_lets_nobody_see_payments_cannot_be_given_any(
    staff: Staff, october: sa.Engine, settings: Settings, codes: dict[str, list[str]]
) -> None:
    number = nobodys_payment(october, settings, f"{codes['MA'][0]} {codes['MA'][1]}")
    with writing(october) as session:
        session.exec(
            select(Vendor).where(Vendor.code == codes["MA"][2])
        ).one().is_poster_only = True
    manager = staff(Role.MARKET_MANAGER, "MA")

    answer = manager.send(
        f"{HOME}/chua-ro/{number}", nguoi_ban="khac", ma=codes["MA"][2], ly_do="Cô đưa xem tin báo"
    )

    assert answer.status_code == 422
    assert "không cho xem tiền" in answer.text


def test_a_delivery_that_is_not_there_is_said_so(staff: Staff, october: sa.Engine) -> None:
    admin = staff(Role.ADMIN)

    assert admin.get(f"{HOME}/luot/999999").status_code == 404
    assert admin.send(f"{HOME}/luot/999999/doc-lai").status_code == 404
    assert admin.get(f"{HOME}/luot/999999/dong/1").status_code == 404
    assert admin.get(f"{HOME}/chua-ro/999999").status_code == 404


def test_a_later_delivery_names_the_file_it_corrects(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    first = vcb(("A1", 1_000, "a"), ("A2", 2_000, "b"), name="ngay.csv", received_at=NOW)
    second = vcb(("A1", 1_000, "a"), name="ngay (1).csv", received_at=NOW)
    former = take(october, settings, first).delivery_id
    later = take(october, settings, minutes_later(second, 5)).delivery_id
    admin = staff(Role.ADMIN)

    assert f"lượt {former}" in Page(admin.get(f"{HOME}/luot/{later}").text).text
    assert f"lượt {later}" in Page(admin.get(f"{HOME}/luot/{former}").text).text
    assert f"bản sửa của lượt {former}" in Page(admin.get(f"{HOME}/luot").text).text


def _told_twice(october: sa.Engine, settings: Settings, *, amount: int, reference: str) -> int:
    """A payment that SePay tells, and Casso with this amount and reference; return Casso's number."""
    when = f"{NOW:%Y-%m-%d} 08:00:00"
    told = (
        sepay(1, 20_000, referenceCode="FT1", transactionDate=when),
        casso(7, reference, amount, when=when),
    )
    return [
        take(october, settings, replace(one, received_at=NOW)).delivery_id for one in told
    ].pop()


@pytest.mark.parametrize(
    ("amount", "reference", "said"),
    [
        (20_000, "FT1", "Khớp, tính một lần"),
        (20_000, "other", "Có thể tính hai lần"),
        (25_000, "FT1", "Cùng mã, khác số tiền hoặc ngày"),
    ],
)
def test_an_account_with_two_sources_is_told_with_what_to_do(
    staff: Staff, october: sa.Engine, settings: Settings, amount: int, reference: str, said: str
) -> None:
    _told_twice(october, settings, amount=amount, reference=reference)

    page = Page(staff(Role.MARKET_MANAGER, "MA").get(HOME).text)

    assert page.shortcomings() == []
    assert "Tài khoản có nhiều nguồn báo" in page.text
    assert said in page.text
    assert ("CHO40_TOLD_BY" in page.text) is (said == "Có thể tính hai lần")
    english = staff(Role.ADMIN).get(f"{HOME}?lang=en").text
    assert "Accounts that several sources tell of" in english


def test_accounts_with_two_sources_come_page_by_page(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    when = "2026-11-02 14:02:37"
    for n in range(1, 61):
        account, amount = f"10000{n:05}", 25_000 if n == 60 else 20_000
        first = sepay(n, referenceCode=f"FT{n}", transactionDate=when, accountNumber=account)
        second = casso(n, f"FT{n}", amount, when=when, subAccId=account)
        for one in (first, second):
            take(october, settings, replace(one, received_at=NOW))
    client = staff(Role.ADMIN)

    first_page, last_page = (Page(client.get(f"{HOME}?trang={n}").text) for n in (1, 9))
    told = client.get("/api/v1/feeds?shared_page=2").json()

    assert first_page.shortcomings() == []
    assert "50 trên 60 tài khoản" in first_page.text
    assert "Cùng mã, khác số tiền hoặc ngày" in first_page.text
    assert any("trang=2" in one for one in first_page.links("https://cho.example" + HOME))
    assert "10 trên 60 tài khoản" in last_page.text
    assert "Cùng mã, khác số tiền hoặc ngày" not in last_page.text
    assert (len(told["shared_accounts"]), told["shared_accounts_total"]) == (10, 60)


def test_two_sources_that_contradict_lead_to_the_delivery(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    number = _told_twice(october, settings, amount=25_000, reference="FT1")
    client = staff(Role.ADMIN)

    page = Page(client.get(HOME).text)

    assert "hai nguồn báo khác số tiền hoặc khác ngày" in page.text
    links = [one for one in page.links("https://cho.example" + HOME) if f"/luot/{number}" in one]
    assert "cùng mã tham chiếu với nguồn khác" in client.get(links[0]).text
    assert f"Casso số {number}" in Page(client.get(links[0]).text).text


def test_the_delivery_says_what_is_only_a_check(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    number = _told_twice(october, settings, amount=20_000, reference="FT1")

    text = Page(staff(Role.ADMIN).get(f"{HOME}/luot/{number}").text).text

    assert "0 khoản đang tính, 1 khoản để đối chiếu" in text
    assert "1 khoản nguồn khác cũng báo" in text


def test_a_delivery_that_waits_says_why_in_words_and_what_to_do(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    rows = vcb_csv("31/11/2026,R1,,10000,a", "20/10/2026,R2,5,7,b", total="5,10007,")
    number = take(october, settings, incoming("bank_vcb", rows, received_at=NOW)).delivery_id

    text = Page(staff(Role.ADMIN).get(f"{HOME}/luot/{number}").text).text

    assert "Ngày không có thật hoặc sai dạng. Cả hai cột ghi nợ, ghi có" in text
    assert "amount_sides" not in text
    assert "Làm gì tiếp" in text
    assert "Mở dòng gốc xem sai ở đâu" in text


def test_a_pushed_row_that_waits_asks_for_no_file(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    number = take(october, settings, sepay(1, transferAmount="x")).delivery_id

    text = Page(staff(Role.ADMIN).get(f"{HOME}/luot/{number}").text).text

    assert "nhờ bên gửi báo lại cho đúng" in text
    assert "nạp lại" not in text
    assert "Các dòng khác" not in text


def test_a_refused_file_says_what_to_do_and_shows_the_readers_note_to_who_works_on_it(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    number = refused_file(october, settings)

    admin = Page(staff(Role.ADMIN).get(f"{HOME}/luot/{number}").text).text
    manager = Page(staff(Role.MARKET_MANAGER, "MA").get(f"{HOME}/luot/{number}").text).text

    assert "Làm gì tiếp" in admin
    assert "Bộ đọc ghi: " in admin
    assert "Làm gì tiếp" in manager
    assert "Bộ đọc ghi: " not in manager


def test_every_reason_has_words_and_something_to_do() -> None:
    assert set(FILE_REASONS) == set(REMEDIES)
