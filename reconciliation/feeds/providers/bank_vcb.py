"""Vietcombank account statements, CSV and XLSX, in both known layouts. Source: feeds.md 5.1.

The CashUp variant (several accounts in one file) is not read: no public source names its columns.
"""

from reconciliation.feeds.reading.layout import Layout, Role
from reconciliation.feeds.reading.table_reader import TableReader

READER = TableReader(
    "bank_vcb",
    (
        Layout(
            columns=(
                ("Ngày giao dịch", Role.BOOKED_ON),
                ("Số tham chiếu", Role.REFERENCE),
                ("Số tiền ghi nợ", Role.DEBIT),
                ("Số tiền ghi có", Role.CREDIT),
                ("Mô tả", Role.DESCRIPTION),
            )
        ),
        Layout(
            columns=(
                ("Ngày giao dịch", Role.BOOKED_ON),
                ("Số tham chiếu", Role.REFERENCE),
                ("Thay đổi", Role.SIGN),
                ("Số tiền", Role.AMOUNT),
                ("Mô tả", Role.DESCRIPTION),
            )
        ),
    ),
)
