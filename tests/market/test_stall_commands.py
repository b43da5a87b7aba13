"""``cho40 stall`` and ``cho40 overview``: lists, look-ups, one stall at a time."""

from pathlib import Path

from tests.market.test_register_commands import (
    Run,
    json_lines,
    registered,
    run,
    write_sheet,
)
from tests.merchants.sheet_files import VACANT, row

__all__ = ["registered", "run"]
OTHER = {
    "stall": "A012",
    "name": "Đặng Thị Sinh",
    "phone": "0987654321",
    "account": "1111111111111",
}


def test_stalls_are_listed_and_found(registered: Run, tmp_path: Path) -> None:
    sheet = write_sheet(
        tmp_path, row(), row(**OTHER, holder="DANG THI SINH"), row(**VACANT | {"stall": "A002"})
    )
    registered("vendor", "import", sheet)

    listed = json_lines(registered("stall", "list", "ma", "--json"))
    vacant = json_lines(registered("stall", "list", "MA", "--state", "vacant", "--json"))
    named = json_lines(registered("stall", "list", "MA", "--sort", "name", "--json"))
    found = registered("stall", "find", "MA", "dang sinh")
    phone = json_lines(registered("stall", "find", "MA", "0987654321", "--json"))
    shown = registered("stall", "show", "MA", "a012")

    assert [line["stall_code"] for line in listed] == ["A001", "A002", "A012"]
    assert [line["stall_code"] for line in vacant] == ["A002"]
    assert [line["stall_code"] for line in named] == ["A001", "A012", "A002"]
    assert "Không có gian hàng nào khớp" in found.stdout
    assert [line["stall_code"] for line in phone] == ["A012"]
    assert "Đặng Thị" in shown.stdout
    assert "987654321" not in registered("stall", "list", "MA", "--json").stdout


def test_money_orders_work_without_closed_days(registered: Run, tmp_path: Path) -> None:
    registered("vendor", "import", write_sheet(tmp_path, row()))

    for sort in ("week", "last", "need"):
        assert registered("stall", "list", "MA", "--sort", sort).exit_code == 0


def test_a_stall_is_added_as_a_draft(registered: Run) -> None:
    unknown = registered("stall", "add", "MA", "A027", "--name", "Triệu Thị Ghển")
    added = registered(
        "stall", "add", "MA", "a027", "--name", "Triệu Thị Ghển", "--phone", "0912000178",
        "--new-stall", "--json",
    )  # fmt: skip
    wrong = registered("stall", "add", "MA", "A027", "--name", "Khác Hẳn Người", "--phone", "1")

    assert (unknown.exit_code, added.exit_code) == (1, 0)
    (line,) = json_lines(added)
    assert (line["stall_code"], line["change"]) == ("A027", "created")
    assert wrong.exit_code == 1
    (shown,) = json_lines(registered("stall", "show", "MA", "A027", "--json"))
    assert shown["vendor"]["state"] == "data_captured"


def test_wrong_words_are_usage_errors_and_unknown_stalls_refusals(registered: Run) -> None:
    assert registered("stall", "list", "MA", "--state", "x").exit_code == 2
    assert registered("stall", "list", "MA", "--sort", "x").exit_code == 2
    assert registered("stall", "show", "MA", "Z9").exit_code == 1
    assert registered("stall", "list", "QQ").exit_code == 1


def test_a_market_is_told_at_a_glance(registered: Run, tmp_path: Path) -> None:
    registered("vendor", "import", write_sheet(tmp_path, row(), row(**OTHER, holder="LE KHAC")))

    (line,) = json_lines(registered("overview", "ma", "--json"))
    told = registered("overview", "MA").stdout

    assert (line["in_frame"], line["with_code"], line["progress"]["issue"]) == (2, 0, 1)
    assert line["to_do"] == {"names": 1, "drafts": 1}
    assert "0 trên 2 gian hàng đã có mã QR" in told
    assert "Tên chủ tài khoản chưa khớp: 1" in told
