"""MB account statements, CSV and XLSX: totals row and running balance both. Source: feeds.md 5.2."""

from reconciliation.feeds.reading.layout import Layout, Role
from reconciliation.feeds.reading.table_reader import TableReader

READER = TableReader(
    "bank_mb",
    (
        Layout(
            columns=(
                ("NGÀY HẠCH TOÁN/POSTING DATE", Role.BOOKED_ON),
                ("NGÀY GIAO DỊCH/TRANSACTION DATE", Role.TIME_IF_ANY),
                ("SỐ BÚT TOÁN/REFERENCE NO", Role.REFERENCE),
                ("PHÁT SINH NỢ/DEBIT", Role.DEBIT),
                ("PHÁT SINH CÓ/CREDIT", Role.CREDIT),
                ("SỐ DƯ/BALANCE", Role.BALANCE),
                ("NỘI DUNG/DIỄN GIẢI", Role.DESCRIPTION),
            )
        ),
    ),
)
