"""Whole sheets through the pages: chosen, checked in the background, written, undone, exported."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.roles import Role
from merchants.files.workbook import FILE_BYTES_MAX
from merchants.kinds import ImportState
from merchants.sheets.reading import read_sheet
from merchants.tables import (
    AccountChange,
    Market,
    SheetImport,
    SheetImportRow,
    Stall,
    Vendor,
)
from tests.market.conftest import NOW, SignedIn, Staff
from tests.merchants.imports.test_register import other_row
from tests.merchants.queries import counted
from tests.merchants.sheet_files import lines, row, xlsx_bytes

HERE = "/cho/LG/nhap"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(*rows: dict[str, object]) -> bytes:
    """The rows for market LG as a file."""
    return xlsx_bytes(lines([each | {"Mã chợ": ""} for each in rows]))


def new_row(number: int, **changes: object) -> dict[str, object]:
    """A row of a vendor nobody knows yet."""
    own = {"stall": f"N{number:03d}", "account": f"88{number:011d}", "phone": f"097{number:07d}"}
    return other_row(number, **own | changes)


def send_file(client: SignedIn, content: bytes, name: str = "ds.xlsx", once: str = "") -> str:
    """Send a file, wait until it was looked at, and return where it led."""
    answer = client.send(HERE, tep=(name, content, XLSX), once=once)
    assert answer.status_code == 303, answer.text
    settle(client)
    return str(answer.headers["location"])


def settle(client: SignedIn) -> None:
    app: Any = client.app
    app.state.imports.settle(30)


def write(client: SignedIn, here: str) -> Any:
    """Agree to what the page shows, and wait until it is written."""
    seen = re.search(r'name="da_xem" value="([^"]*)"', client.get(here).text)
    assert seen is not None
    answer = client.send(f"{here}/ghi", da_xem=seen[1])
    settle(client)
    return answer


@pytest.fixture
def clerk(staff: Staff) -> SignedIn:
    return staff(Role.MARKET_CLERK, "LG")


@pytest.fixture
def manager(staff: Staff) -> SignedIn:
    return staff(Role.MARKET_MANAGER, "LG")


def stall_codes(engine: sa.Engine) -> set[str]:
    with reading(engine) as session:
        query = select(Stall.code).join(Market).where(Market.code == "LG")
        return set(session.exec(query))


def test_a_file_is_chosen_with_its_limits_said(clerk: SignedIn) -> None:
    page = clerk.get(HERE).text

    assert "tối đa 5 MB, 20.000 dòng" in page
    assert f'href="{HERE}/mau.xlsx"' in page


def test_a_file_is_checked_and_nothing_is_written(clerk: SignedIn, october: sa.Engine) -> None:
    before = stall_codes(october)

    here = send_file(
        clerk, sheet(new_row(1), new_row(2, phone=""), new_row(3, bank="Vietcombannk"))
    )
    page = clerk.get(here).text

    assert "Nhận được 2 trên 3 dòng" in page
    assert "Chưa ghi gì vào sổ chợ." in page
    assert "Ngân hàng ghi “Vietcombannk”, không có trong danh sách VietQR." in page
    assert "Chưa có số điện thoại." in page
    assert "Đường dẫn chỉ in giấy được." in page
    assert "N003</span> Trần Văn Dũng" in page
    assert "trang tính “Khu A-D”" in page
    assert "2 dòng sẽ ghi, 1 dòng bỏ qua." in page
    assert stall_codes(october) == before


def test_what_was_checked_is_written(clerk: SignedIn, october: sa.Engine) -> None:
    here = send_file(clerk, sheet(new_row(1), new_row(2), new_row(3, bank="Vietcombannk")))

    answer = write(clerk, here)
    page = clerk.get(here).text

    assert (answer.status_code, answer.headers["location"]) == (303, here)
    assert {"N001", "N002"} <= stall_codes(october)
    assert "Đã ghi 2 trên 3 dòng" in page
    assert "2 gian mới, 0 thay đổi, 0 như cũ" in page
    assert "Hoàn tác" not in page  # a clerk does not decide


def test_writing_twice_writes_once(clerk: SignedIn, october: sa.Engine) -> None:
    here = send_file(clerk, sheet(new_row(1)))
    write(clerk, here)
    with reading(october) as session:
        vendors = len(session.exec(select(Vendor)).all())

    again = clerk.send(f"{here}/ghi", da_xem="1-0-0-0-0")
    settle(clerk)

    assert again.status_code == 303
    with reading(october) as session:
        assert len(session.exec(select(Vendor)).all()) == vendors


def test_another_check_than_the_one_seen_is_not_written(
    clerk: SignedIn, october: sa.Engine
) -> None:
    here = send_file(clerk, sheet(new_row(1)))

    clerk.send(f"{here}/ghi", da_xem="9-9-9-9-9")
    settle(clerk)

    assert "N001" not in stall_codes(october)


def test_when_the_register_moved_the_new_check_is_shown_first(
    clerk: SignedIn, october: sa.Engine
) -> None:
    first = send_file(clerk, sheet(new_row(1), new_row(2)))
    second = send_file(clerk, sheet(new_row(1)), name="khac.xlsx")
    write(clerk, second)

    write(clerk, first)
    page = clerk.get(first).text

    assert "Sổ chợ đã đổi sau lần kiểm tra trước" in page
    assert "N002" not in stall_codes(october)
    assert "1 gian mới, 0 thay đổi" in page
    write(clerk, first)
    assert "N002" in stall_codes(october)


def test_the_same_form_twice_is_one_import(clerk: SignedIn, october: sa.Engine) -> None:
    content = sheet(new_row(1))
    once = re.search(r'name="once" value="([^"]+)"', clerk.get(HERE).text)
    assert once is not None

    first = send_file(clerk, content, once=once[1])
    again = send_file(clerk, content, once=once[1])

    assert again == first
    with reading(october) as session:
        assert len(session.exec(select(SheetImport)).all()) == 1


@pytest.mark.parametrize(
    ("upload", "told"),
    [
        (None, "Chưa chọn tệp"),
        (("ds.xlsx", b"", XLSX), "Tệp trống"),
        (("ds.xlsx", b" " * (FILE_BYTES_MAX + 1), XLSX), "Tệp nặng 5,0 MB, nhận tối đa 5 MB"),
    ],
)
def test_what_is_no_file_is_told_on_the_same_page(
    clerk: SignedIn, october: sa.Engine, upload: Any, told: str
) -> None:
    answer = clerk.send(HERE, **({"tep": upload} if upload else {"tep": ""}))

    assert answer.status_code == 422
    assert told in answer.text
    with reading(october) as session:
        assert session.exec(select(SheetImport)).all() == []


def test_a_file_that_cannot_be_read_says_why_and_is_not_kept(
    clerk: SignedIn, october: sa.Engine
) -> None:
    here = send_file(clerk, b"%PDF-1.7 danh sach", name="danh-sach.pdf")
    page = clerk.get(here).text

    assert "Không đọc được tệp danh-sach.pdf" in page
    assert ".." not in page
    assert "Cần tệp Excel đuôi .xlsx hoặc tệp .csv." in page
    with reading(october) as session:
        record = session.exec(select(SheetImport)).one()
        assert (record.state, record.file_sealed) == (ImportState.FAILED, None)


def test_the_file_lies_sealed(clerk: SignedIn, october: sa.Engine) -> None:
    content = sheet(new_row(1))
    send_file(clerk, content)

    with reading(october) as session:
        kept = session.exec(select(SheetImport)).one().file_sealed

    assert kept is not None
    assert content[:40] not in kept
    assert b"xl/workbook.xml" not in kept


def make_import(engine: sa.Engine, **changes: Any) -> int:
    """An import in a state of its own, as another process may have left it."""
    values: dict[str, Any] = {
        "file_name": "ds.xlsx", "file_sha256": "0" * 64, "state": ImportState.CHECKING,
        "actor": "staff:1", "imported_at": NOW, "beat_at": NOW,
    }  # fmt: skip
    with writing(engine) as session:
        market_id = session.exec(select(Market.id).where(Market.code == "LG")).one()
        record = SheetImport(market_id=market_id, **values | changes)
        session.add(record)
        session.flush()
        assert record.id is not None
        return record.id


def test_progress_is_shown_and_looks_again_by_itself(clerk: SignedIn, october: sa.Engine) -> None:
    import_id = make_import(october, rows_done=18, rows_total=47)

    answer = clerk.get(f"{HERE}/{import_id}")

    assert "18 trên 47 dòng." in answer.text
    assert answer.headers["refresh"] == "2"


def test_writing_shows_that_it_is_all_or_nothing(clerk: SignedIn, october: sa.Engine) -> None:
    import_id = make_import(october, state=ImportState.WRITING)

    assert "hoặc xong hết, hoặc chưa ghi gì" in clerk.get(f"{HERE}/{import_id}").text


def test_an_import_whose_worker_died_can_be_begun_again(
    clerk: SignedIn, october: sa.Engine
) -> None:
    here = send_file(clerk, sheet(new_row(1)))
    long_ago = NOW - timedelta(minutes=2)
    with writing(october) as session:
        record = session.exec(select(SheetImport)).one()
        record.state, record.beat_at = ImportState.WRITING, long_ago

    stopped = clerk.get(here)
    clerk.send(f"{here}/chay-lai")
    settle(clerk)

    assert "Dừng giữa chừng" in stopped.text
    assert "refresh" not in stopped.headers
    assert "Nhận được 1 trên 1 dòng" in clerk.get(here).text
    assert "N001" not in stall_codes(october)


def test_an_import_that_is_alive_is_not_begun_again(clerk: SignedIn, october: sa.Engine) -> None:
    import_id = make_import(october)

    clerk.send(f"{HERE}/{import_id}/chay-lai")
    settle(clerk)

    with reading(october) as session:
        assert session.get_one(SheetImport, import_id).state is ImportState.CHECKING


def test_what_is_not_checked_is_not_written(clerk: SignedIn, october: sa.Engine) -> None:
    import_id = make_import(october, state=ImportState.FAILED)

    assert clerk.send(f"{HERE}/{import_id}/ghi", da_xem="").status_code == 409


def test_a_manager_undoes_a_whole_import(manager: SignedIn, october: sa.Engine) -> None:
    before = stall_codes(october)
    here = send_file(manager, sheet(new_row(1), new_row(2)))
    write(manager, here)
    assert "Hoàn tác 2 dòng" in manager.get(here).text

    answer = manager.send(f"{here}/hoan-tac")
    again = manager.send(f"{here}/hoan-tac")

    assert (answer.status_code, again.status_code) == (303, 303)
    assert stall_codes(october) == before
    page = manager.get(here).text
    assert "Đã hoàn tác 2 dòng" in page
    assert "Hà Văn Toàn hoàn tác lúc 05/11/2026 09:00" in page


def test_a_clerk_does_not_undo(clerk: SignedIn, october: sa.Engine) -> None:
    here = send_file(clerk, sheet(new_row(1)))
    write(clerk, here)

    assert clerk.send(f"{here}/hoan-tac").status_code == 403
    assert "N001" in stall_codes(october)


def test_what_changed_since_is_listed_and_nothing_undone(
    manager: SignedIn, october: sa.Engine
) -> None:
    here = send_file(manager, sheet(new_row(1), new_row(2)))
    write(manager, here)
    with writing(october) as session:
        stall = session.exec(select(Stall).where(Stall.code == "N002")).one()
        stall.goods_group = "Hoa quả"

    answer = manager.send(f"{here}/hoan-tac")

    assert answer.status_code == 409
    assert "Chưa hoàn tác gì: sổ chợ đã đổi sau lần nhập này" in answer.text
    assert '<span class="code">N002</span> Ngành hàng' in answer.text
    assert "N001" in stall_codes(october)


def test_the_newer_import_is_undone_first(manager: SignedIn, october: sa.Engine) -> None:
    first = send_file(manager, sheet(new_row(1)))
    write(manager, first)
    second = send_file(manager, sheet(new_row(2)), name="b.xlsx")
    write(manager, second)

    answer = manager.send(f"{first}/hoan-tac")

    assert answer.status_code == 409
    assert f'href="{second}"' in answer.text
    assert "N001" in stall_codes(october)


def test_a_changed_account_is_told_to_wait(manager: SignedIn, october: sa.Engine) -> None:
    write(manager, send_file(manager, sheet(new_row(1))))
    here = send_file(manager, sheet(new_row(1, account="8800000000999")), name="b.xlsx")

    page = manager.get(here).text
    write(manager, here)

    assert "Đổi tài khoản của N001 chờ người thứ hai duyệt." in page
    assert "Chờ người bán xác nhận và người thứ hai duyệt." in page
    assert "1 đề nghị đổi tài khoản chờ duyệt" in manager.get(here).text
    with reading(october) as session:
        assert session.exec(select(AccountChange.account_tail)).one() == "0999"


def test_the_rejected_rows_are_downloaded_corrected_and_sent_again(
    clerk: SignedIn, october: sa.Engine
) -> None:
    here = send_file(clerk, sheet(new_row(1), new_row(2, bank="Vietcombannk")))

    answer = clerk.get(f"{here}/ket-qua.xlsx?dong=loi")

    assert answer.headers["content-disposition"].startswith('attachment; filename="ket-qua-LG-')
    assert [each.cells["stall_code"] for each in read_sheet(answer.content, "a.xlsx").rows] == [
        "N002"
    ]
    whole = read_sheet(clerk.get(f"{here}/ket-qua.xlsx").content, "a.xlsx")
    assert len(whole.rows) == 2
    write(clerk, here)
    assert clerk.get(f"{here}/ket-qua.xlsx?dong=loi").status_code == 200


def test_a_file_without_faults_is_forgotten_once_written(clerk: SignedIn) -> None:
    here = send_file(clerk, sheet(new_row(1)))
    write(clerk, here)

    assert clerk.get(f"{here}/ket-qua.xlsx").status_code == 410
    assert "Tải kết quả" not in clerk.get(here).text


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_template_is_offered(clerk: SignedIn, kind: str) -> None:
    answer = clerk.get(f"{HERE}/mau.{kind}")

    assert answer.status_code == 200
    assert (
        answer.headers["content-disposition"] == f'attachment; filename="mau-gian-hang-LG.{kind}"'
    )


def test_an_export_is_the_managers_and_is_logged(
    manager: SignedIn, clerk: SignedIn, october: sa.Engine
) -> None:
    answer = manager.get("/cho/LG/xuat/gian-hang.xlsx")

    assert {
        str(each.cells["stall_code"]) for each in read_sheet(answer.content, "a.xlsx").rows
    } == (stall_codes(october))
    assert "số tài khoản đầy đủ" in manager.get("/cho/LG/xuat").text
    assert clerk.get("/cho/LG/xuat/gian-hang.xlsx").status_code == 403
    with reading(october) as session:
        logged = session.execute(
            sa.text("SELECT actor, subject FROM security_event WHERE action = 'data_exported'")
        ).all()
    assert [tuple(each) for each in logged] == [(f"staff:{manager.user_id}", "market:LG")]


def test_imports_of_another_market_are_not_there(clerk: SignedIn, staff: Staff) -> None:
    here = send_file(clerk, sheet(new_row(1)))
    other = staff(Role.MARKET_CLERK, "MA")

    assert other.get(here).status_code == 403
    assert other.get(here.replace("/LG/", "/MA/")).status_code == 404


def test_an_auditor_looks_on(clerk: SignedIn, staff: Staff) -> None:
    here = send_file(clerk, sheet(new_row(1)))
    auditor = staff(Role.AUDITOR, "LG")

    page = auditor.get(here)

    assert page.status_code == 200
    assert "Ghi 1 dòng" not in page.text
    assert auditor.send(f"{here}/ghi", da_xem="1-0-0-0-0").status_code == 403


def test_past_imports_are_listed_newest_first(manager: SignedIn) -> None:
    write(manager, send_file(manager, sheet(new_row(1)), name="cu.xlsx"))
    send_file(manager, sheet(new_row(2)), name="moi.xlsx")

    history = manager.get(f"{HERE}/lich-su").text

    assert history.index("moi.xlsx") < history.index("cu.xlsx")
    assert "2 lần nhập danh sách" in history
    assert "Đã kiểm tra, chưa ghi." in history
    assert "Hoàn tác cu.xlsx" in history


def test_rows_are_paged_and_questions_do_not_grow(clerk: SignedIn, october: sa.Engine) -> None:
    counts = []
    for many in (2, 130):
        rows = [new_row(n, bank="Không Có") for n in range(many)]
        rows += [new_row(500 + n) for n in range(many)]
        here = send_file(clerk, sheet(*rows), name=f"{many}.xlsx")
        with counted(clerk.app.state.engine) as sent:  # type: ignore[attr-defined]
            page = clerk.get(here)
        counts.append(len(sent))

    assert counts[0] == counts[1]
    assert page.text.count("không có trong danh sách VietQR") == 50
    third = clerk.get(f"{here}?loi=3").text
    assert third.count("không có trong danh sách VietQR") == 30
    assert "Trang 3 trên 3" in third


def test_a_hostile_name_is_shown_as_text(clerk: SignedIn) -> None:
    here = send_file(clerk, sheet(new_row(1, name="<script>alert(1)</script>")), name='<b>"x".xlsx')
    page = clerk.get(here).text

    assert "<script>alert" not in page
    assert '<b>"x"' not in page


def test_forgotten_rows_are_said_to_be_forgotten(clerk: SignedIn, october: sa.Engine) -> None:
    here = send_file(clerk, sheet(new_row(1)))
    write(clerk, here)
    with writing(october) as session:
        session.connection().execute(sa.delete(SheetImportRow))

    assert "Kết quả từng dòng chỉ giữ 30 ngày." in clerk.get(here).text


def test_the_pages_speak_english_too(manager: SignedIn) -> None:
    here = send_file(manager, sheet(new_row(1)))

    assert "1 of 1 rows can be accepted" in manager.get(f"{here}?lang=en").text
    assert "Import stalls from Excel" in manager.get(f"{HERE}?lang=en").text
    assert "whole phone and account numbers" in manager.get("/cho/LG/xuat?lang=en").text
    assert "1 lists imported" in manager.get(f"{HERE}/lich-su?lang=en").text


def test_what_the_rows_of_the_sheet_were_about_is_not_in_the_log(
    clerk: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    write(clerk, send_file(clerk, sheet(row(stall="N9", account="8899999999999"))))

    assert "8899999999999" not in caplog.text
    assert "Hương" not in caplog.text
