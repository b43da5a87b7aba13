"""A change of the rules and its trial as tables of the terminal."""

import sys
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

    from market.reports.rules import RuleChangeView, RuleFieldView, RuleRowView

DECISIONS = {
    "open": "chờ quyết",
    "approved": "đã duyệt",
    "refused": "không duyệt",
    "withdrawn": "đã rút",
}
LEGS = {
    "A": "mã hiện số tiền với thông báo",
    "B": "thông báo với sao kê",
    "C": "sao kê với tiền về",
}


def rows_table(title: str, rules: "list[RuleRowView]") -> "Table":
    """Return rows of rules: since when, how paid, which fee."""
    rows = _table(title)
    for name in ("Nguồn", "Từ ngày", "Tiền về", "Sau (ngày)", "Phí theo hợp đồng"):
        rows.add_column(name)
    for row in rules:
        cycle = "" if row.cycle_days is None else str(row.cycle_days)
        name = "Các nguồn khác" if row.provider == "*" else row.name
        rows.add_row(name, f"{row.valid_from:%d/%m/%Y}", row.arrives, cycle, row.fee)
    return rows


def change_tables(change: "RuleChangeView", names: dict[str, str]) -> "list[Table]":
    """Return a change, and its rows, each from the day on which it would hold."""
    rows = rows_table("Các dòng đề xuất, từ ngày nào", change.rows)
    return [changes_table([change], names), rows]


def fields_table(fields: "list[RuleFieldView]") -> "Table":
    """Return the fields that a change would change, as TOML writes them."""
    table = _table("Các ô sẽ khác")
    for name in ("Nguồn", "Từ ngày", "Ô", "Đang là", "Sẽ là"):
        table.add_column(name)
    for one in fields:
        name = "Các nguồn khác" if one.provider == "*" else one.name
        values = (one.was or "không ghi", one.would_be or "không ghi")
        table.add_row(name, f"{one.valid_from:%d/%m/%Y}", one.field, *values)
    return table


def changes_table(changes: "list[RuleChangeView]", names: dict[str, str]) -> "Table":
    """Return changes, one a row; ``names`` are those of users by ``staff:12``."""
    table = _table("Các lần đổi")
    for name in ("Số", "Dùng từ", "Lý do", "Đề xuất", "Đã thử trên", "Tình trạng", "Người quyết"):
        table.add_column(name)
    for one in changes:
        table.add_row(
            str(one.id),
            f"{one.valid_from:%d/%m/%Y}",
            one.reason,
            names.get(one.proposed_by, one.proposed_by),
            "–".join(map(_day, one.tried_on.split("/"))) if one.tried_on else "chưa thử",
            DECISIONS[one.decision],
            names.get(one.decided_by, one.decided_by),
        )
    return table


def trial_tables(trial: dict[str, Any] | None) -> "list[Table | str]":
    """Return what a change would do on closed days, by kind and by example; nothing = not tried."""
    from market.cli.day import OUTCOMES
    from market.i18n import num, vnd
    from market.i18n.rule_words import BOOK_WORDS
    from market.reports.sources import source_name

    if trial is None:
        return []
    head = f"Thử trên ngày đã chốt, {_day(trial['first'])} đến {_day(trial['last'])}"
    if not trial["changed"]:
        return [f"{head}: không kết luận nào trong {num(trial['records'])} đổi."]
    kinds = _table(
        f"{head}: {num(trial['changed'])} trên {num(trial['records'])} kết luận đổi, "
        f"{vnd(trial['changed_vnd'])}"
    )
    for name in ("Đối chiếu", "Sổ", "Đang là", "Sẽ là"):
        kinds.add_column(name)
    for name in ("Khoản", "Số tiền"):
        kinds.add_column(name, justify="right")
    for one in trial["kinds"]:
        kinds.add_row(
            LEGS[one["leg"]],
            BOOK_WORDS[one["book"]],
            OUTCOMES[one["was"]],
            OUTCOMES[one["would_be"]] + (", lệch khác" if one["was"] == one["would_be"] else ""),
            num(one["records"]),
            vnd(one["amount_vnd"]),
        )
    examples = _table("Ví dụ")
    for name in ("Ngày", "Nguồn", "Số tiền", "Đang là", "Sẽ là"):
        examples.add_column(name, justify="right" if name == "Số tiền" else "left")
    for one in trial["examples"]:
        examples.add_row(
            _day(one["on"]),
            source_name(one["ledger"]),
            vnd(one["amount_vnd"]),
            one["was_vi"],
            one["would_be_vi"],
        )
    return [kinds, examples]


def _day(told: str) -> str:
    return f"{date.fromisoformat(told):%d/%m/%Y}"


def _table(title: str) -> "Table":
    from rich import box
    from rich.table import Table

    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, title_style="bold")


def print_tables(*tables: "Table | str") -> None:
    """Print tables and sentences one under the other."""
    from rich.console import Console

    from market.cli.day import WIDTH_MIN

    # A file or a pipe has no width of its own; eighty columns would break the figures.
    console = Console(width=None if sys.stdout.isatty() else WIDTH_MIN)
    for table in tables:
        console.print(table, highlight=False)
