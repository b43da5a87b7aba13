"""The directory of cash points through every door: pages, API, command line, the vendor's own page."""

import json
from datetime import date

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from market.cli import app
from market.database import reading, writing
from market.reports import adoption_report
from market.reports.models import IndicatorView, Product
from market.reports.wording import parts_text
from market.roles import Role
from market.settings import Settings
from merchants.actors import COMMAND
from merchants.find import find_market
from merchants.kinds import CashPointKind, CashService
from merchants.markets.cash_points import (
    CashPoints,
    NewCashPoint,
    add_cash_point,
    cash_points_of,
    say_no_cash_points,
)
from merchants.tables import Vendor
from tests.market.conftest import NOW, Reader, Staff
from tests.qr.pdf_reading import read_pdf

PAGE = "/cho/MA/cai-dat/nap-rut"
API = "/api/v1/markets/MA/cash-points"
TODAY = date(2026, 11, 5)
TYPED = {
    "ten": "Cửa hàng Viettel Mậu A",
    "don_vi": "Viettel Money",
    "loai": "mobile_money",
    "dich_vu": "cash_in_and_out",
    "cho_nao": "Cổng phía đông",
    "gio": "5:00 đến 18:00",
    "tu": "2026-09-01",
}
SHOP = {
    "kind": "mobile_money",
    "service": "cash_in_and_out",
    "provider": "Viettel Money",
    "name": "Cửa hàng Viettel Mậu A",
    "place": "Cổng phía đông",
    "from_on": "2026-09-01",
}


def directory(engine: sa.Engine) -> CashPoints:
    with reading(engine) as session:
        return cash_points_of(session, find_market(session, "MA"), TODAY)


@pytest.fixture
def shop(october: sa.Engine) -> int:
    """A mobile-money point at Mậu A."""
    new = NewCashPoint(
        kind=CashPointKind.MOBILE_MONEY,
        service=CashService.BOTH,
        provider="Viettel Money",
        name="Cửa hàng Viettel Mậu A",
        place="Cổng phía đông",
        hours="5:00 đến 18:00",
        from_on=date(2026, 9, 1),
    )
    with writing(october) as session:
        return add_cash_point(session, "MA", new, actor=COMMAND, now=NOW).id or 0


def test_a_manager_adds_a_point_and_closes_it(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    assert "Chưa ghi nơi nạp, rút nào" in manager.get(PAGE).text

    added = manager.send(PAGE, **TYPED)

    assert (added.status_code, added.headers["location"]) == (303, PAGE)
    assert "Chợ có 1 nơi nạp, rút tiền" in manager.get(PAGE).text
    (point,) = directory(october).open
    assert (point.name, point.hours) == (TYPED["ten"], TYPED["gio"])

    number = point.id
    ended = manager.send(f"{PAGE}/{number}", viec="nghi", **{f"den-{number}": "2026-11-04"})

    assert ended.status_code == 303
    after = manager.get(PAGE).text
    assert "Chợ chưa có nơi nạp, rút nào" in after
    assert "từ 01/09/2026 đến 04/11/2026" in after


def test_a_point_written_down_by_mistake_is_taken_out(
    staff: Staff, october: sa.Engine, shop: int
) -> None:
    answer = staff(Role.MARKET_MANAGER, "MA").send(f"{PAGE}/{shop}", viec="bo")

    assert answer.status_code == 303
    assert not directory(october).is_known


def test_a_manager_says_that_there_is_none_and_takes_it_back(
    staff: Staff, october: sa.Engine
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    assert manager.send(f"{PAGE}/chua-co", ngay_xem="2026-11-01").status_code == 303

    assert "Đã xem ngày 01/11/2026: chợ chưa có nơi nào." in manager.get(PAGE).text
    assert manager.send(f"{PAGE}/chua-co", ngay_xem="").status_code == 303
    assert not directory(october).is_known


@pytest.mark.parametrize(
    ("path", "typed", "words"),
    [
        ("", TYPED | {"ten": ""}, "Ghi tên điểm"),
        ("", TYPED | {"loai": "bank"}, "Chọn một mục trong danh sách"),
        ("", TYPED | {"tu": "31/02/2026"}, "chưa phải ngày"),
        ("", TYPED | {"gio": "gọi 0912345678"}, "Không ghi số điện thoại"),
        ("/chua-co", {"ngay_xem": "2026-11-05"}, "sổ đang ghi 1 điểm"),
        ("/{shop}", {"viec": "nghi", "den-{shop}": "2026-08-01"}, "trước ngày đầu 01/09/2026"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_is_written(
    staff: Staff, october: sa.Engine, shop: int, path: str, typed: dict[str, str], words: str
) -> None:
    fields = {name.format(shop=shop): value for name, value in typed.items()}

    page = staff(Role.MARKET_MANAGER, "MA").send(PAGE + path.format(shop=shop), **fields)

    assert page.status_code == 422
    assert words in page.text
    assert [one.id for one in directory(october).open] == [shop]


@pytest.mark.parametrize("role", [Role.MARKET_CLERK, Role.AUDITOR])
def test_readers_see_the_directory_and_no_form(staff: Staff, shop: int, role: Role) -> None:
    page = staff(role).get(PAGE)

    assert "Cửa hàng Viettel Mậu A" in page.text
    assert '<form method="post"' not in page.text
    assert staff(role).send(PAGE, **TYPED).status_code == 403


def s9(engine: sa.Engine, month: str = "2026-10") -> tuple[IndicatorView, str]:
    """Return the figure of Mậu A as its management is told it, and what stands under it."""
    with reading(engine) as session:
        report = adoption_report(session, month, "MA", product=Product.MANAGER)
    one = report.markets[0]["S9"]
    return one, parts_text(one)


def test_the_directory_makes_the_figure_of_a_month(october: sa.Engine, shop: int) -> None:
    of_october, told = s9(october)
    before, unknown = s9(october, "2026-08")

    # One point from 01/09 on; 25 vendors hold stalls at Mậu A on 31/10.
    assert (of_october.value, told) == (4, "1 điểm cho 25 tiểu thương")
    assert (before.value, unknown) == (None, "chưa ghi nơi nạp, rút nào")


def test_a_market_that_looked_and_found_none_has_a_figure_of_none(october: sa.Engine) -> None:
    assert s9(october)[1] == "chưa ghi nơi nạp, rút nào"

    with writing(october) as session:
        say_no_cash_points(session, "MA", date(2026, 10, 31), actor=COMMAND, now=NOW)

    assert (s9(october)[0].value, s9(october)[1]) == (0, "0 điểm cho 25 tiểu thương")


def test_a_vendor_sees_where_to_pay_cash_in_near_her_stall(
    reader: Reader, october: sa.Engine, codes: dict[str, list[str]], shop: int
) -> None:
    vendor = reader(Role.VENDOR, codes["MA"][0])
    elsewhere = reader(Role.VENDOR, codes["LG"][0])

    page = vendor.get(f"/nguoi-ban/{codes['MA'][0]}").text

    assert "Nơi nạp, rút tiền gần gian hàng" in page
    assert "Viettel Money: nạp và rút. Cổng phía đông. Giờ: 5:00 đến 18:00" in page
    assert "Nơi nạp, rút" not in elsewhere.get(f"/nguoi-ban/{codes['LG'][0]}").text


def test_who_lets_nobody_see_payments_sees_the_directory_too(
    reader: Reader, october: sa.Engine, codes: dict[str, list[str]], shop: int
) -> None:
    code = codes["MA"][0]
    with writing(october) as session:
        vendor = session.execute(sa.select(Vendor).where(Vendor.code == code)).scalar_one()
        vendor.is_poster_only = True
        session.add(vendor)

    assert "Cửa hàng Viettel Mậu A" in reader(Role.VENDOR, code).get(f"/nguoi-ban/{code}").text


def test_the_sheet_to_hang_names_the_places_and_when_they_were_written_down(
    staff: Staff, october: sa.Engine, shop: int
) -> None:
    told = staff(Role.MARKET_MANAGER, "MA").get(f"{PAGE}.pdf")

    paper = read_pdf(told.content)
    text = " ".join(" ".join(paper.texts(paper.pages[0])).split())
    assert told.headers["content-type"] == "application/pdf"
    assert "Cửa hàng Viettel Mậu A Viettel Money: nạp và rút Cổng phía đông Giờ: 5:00" in text
    assert "ghi đến ngày 05/11/2026" in text
    assert len(paper.pages) == 1
    assert all(paper.fonts.values())


def test_a_point_is_made_once_by_key_closed_and_read_back(staff: Staff) -> None:
    manager, key = staff(Role.MARKET_MANAGER, "MA"), {"Idempotency-Key": "k1"}
    unknown = manager.get(API).json()

    made, again = (manager.post(API, json=SHOP, headers=key) for _ in range(2))

    assert unknown == {"is_known": False, "none_on": None, "items": []}
    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json() == again.json() == manager.get(made.headers["location"]).json()
    closed = manager.post(f"{made.headers['location']}/close", json={"to_on": "2026-11-04"})
    assert closed.json()["to_on"] == "2026-11-04"
    assert manager.get(API).json() == {
        "is_known": True,
        "none_on": None,
        "items": [closed.json()],
    }
    assert manager.delete(made.headers["location"]).status_code == 204
    assert manager.get(made.headers["location"]).json()["type"].endswith("cash-point-not-found")


def test_machines_say_that_there_is_none(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    told = manager.put(f"{API}/none", json={"on": "2026-11-01"}).json()

    assert (told["is_known"], told["none_on"]) == (True, "2026-11-01")
    assert manager.put(f"{API}/none", json={"on": None}).json()["is_known"] is False
    refused = manager.put(f"{API}/none", json={"on": "2026-11-06"})
    assert refused.status_code == 422
    assert "chưa đến" in refused.text


def test_a_manager_of_another_market_finds_no_such_point(staff: Staff, shop: int) -> None:
    other = staff(Role.MARKET_MANAGER, "LG")

    assert other.post(f"{API}/{shop}/close", json={"to_on": "2026-11-04"}).status_code == 403
    own = other.post(f"/api/v1/markets/LG/cash-points/{shop}/close", json={"to_on": "2026-11-04"})
    assert own.status_code == 404


def test_the_command_line_does_the_same(
    october: sa.Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHO40_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CHO40_DATABASE_URL", october.url.render_as_string(hide_password=False))

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["cash-point", *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    assert "None written down yet" in run("list", "ma")
    run("none", "MA", "--on", "01/09/2026")
    assert "Đã xem 01/09/2026" in run("list", "MA")
    run("none", "MA", "--unknown")
    run("add", "MA", "ATM Agribank", "Agribank", "--kind", "atm", "--service", "cash_out",
        "--from", "01/09/2026")  # fmt: skip
    (point,) = [json.loads(line) for line in run("list", "MA", "--json").splitlines()]
    assert (point["name"], point["service"], point["to_on"]) == ("ATM Agribank", "cash_out", None)
    run("close", "MA", str(point["id"]), "--to", "01/10/2026")
    assert "đến / until 01/10/2026" in run("list", "MA")
    run("remove", "MA", str(point["id"]))
    assert not directory(october).is_known
