"""Agribank account statements, CSV and XLSX, proven by the running balance. Source: feeds.md 5.4.

Empty and repeated references are real rows, so that no row is known by its reference.
"""

from reconciliation.feeds.reading.bank_rows import bank_rows
from reconciliation.feeds.reading.layout import Layout, Role
from reconciliation.feeds.reading.table_reader import TableReader

READER = TableReader(
    "bank_agribank",
    (
        Layout(
            columns=(
                ("Ngày giao dịch/Date", Role.BOOKED_ON),
                ("Nội dung/Transactions", Role.DESCRIPTION),
                ("Nợ/Debit", Role.DEBIT),
                ("Có/Credit", Role.CREDIT),
                ("Số dư/Balance", Role.BALANCE),
                ("Số tham chiếu/Ref no", Role.REFERENCE),
            ),
            has_closing_row=False,
        ),
    ),
    bank_rows("bank_agribank", trusts_references=False),
)
