"""ACB account statements, CSV and XLSX. Source: feeds.md 5.5.

No totals row and no balance is known: nothing in the file proves that it is whole.
"""

from reconciliation.feeds.reading.layout import Layout, Role
from reconciliation.feeds.reading.table_reader import TableReader

READER = TableReader(
    "bank_acb",
    (
        Layout(
            columns=(
                ("Ngày hiệu lực", Role.BOOKED_ON),
                ("Số GD", Role.REFERENCE),
                ("Nội dung", Role.DESCRIPTION),
                ("Số tiền rút ra", Role.DEBIT),
                ("Số tiền gửi vào", Role.CREDIT),
            ),
            has_closing_row=False,
        ),
    ),
)
