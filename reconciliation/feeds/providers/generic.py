"""The house's own statement form, for every provider without a reader of its own.

Described for people in reconciliation/feeds/providers/generic.md; as strict as the banks' own files. Whoever fills
it in states the totals, so that a lost or mistyped row is noticed.
"""

from dataclasses import dataclass

from reconciliation.feeds.reading.layout import Layout, Role
from reconciliation.feeds.reading.table_reader import TableReader

PROVIDER = "generic"

_ROLES = (
    Role.BOOKED_ON,
    Role.TIME_IF_ANY,
    Role.REFERENCE,
    Role.DEBIT,
    Role.CREDIT,
    Role.BALANCE,
    Role.DESCRIPTION,
    Role.STORE,
)


@dataclass(frozen=True, slots=True)
class _Words:
    account: str
    period: tuple[str, str]
    columns: tuple[str, ...]
    total: str


_WORDS = {
    "vi": _Words(
        "Số tài khoản:",
        ("Từ ngày:", "Đến ngày:"),
        (
            "Ngày ghi sổ",
            "Thời điểm giao dịch",
            "Mã tham chiếu",
            "Tiền ra",
            "Tiền vào",
            "Số dư",
            "Nội dung",
            "Mã cửa hàng",
        ),
        "Tổng",
    ),
    "en": _Words(
        "Account No:",
        ("From:", "To:"),
        (
            "Booking date",
            "Transaction time",
            "Reference",
            "Money out",
            "Money in",
            "Balance",
            "Description",
            "Store",
        ),
        "Total",
    ),
}
LANGUAGES = tuple(_WORDS)

_EXAMPLE = (
    ("20/11/2026", "20/11/2026 14:02:37", "GD0001", "", "68,866", "1,068,866", "CHOHANA12", "A12"),
    ("20/11/2026", "", "GD0002", "11,000", "", "1,057,866", "Phi", ""),
)
_EXAMPLE_TOTALS = ("11,000", "68,866")


def template(language: str, *, is_filled: bool = False) -> str:
    """Return the form as CSV text, empty or filled with two rows that show how."""
    words = _WORDS[language]
    days = ("20/11/2026", "20/11/2026") if is_filled else ("", "")
    account = "0123456789" if is_filled else ""
    totals = _EXAMPLE_TOTALS if is_filled else ("0", "0")
    rows = (
        (words.account, account),
        (words.period[0], days[0], words.period[1], days[1]),
        words.columns,
        *(_EXAMPLE if is_filled else ()),
        (words.total, "", "", *totals, "", "", ""),
    )
    return "".join(",".join(map(_cell, row)) + "\r\n" for row in rows)


def _cell(text: str) -> str:
    return f'"{text}"' if "," in text else text


READER = TableReader(
    PROVIDER,
    tuple(
        Layout(
            columns=tuple(zip(words.columns, _ROLES, strict=True)),
            closing_words=frozenset({"TONG", "TONG CONG", "TOTAL"}),
            may_be_blank=frozenset({Role.TIME_IF_ANY, Role.BALANCE}),
            has_worded_account=True,
        )
        for words in _WORDS.values()
    ),
)
