"""Techcombank account statements, CSV and XLSX, proven by the running balance. Source: feeds.md 5.3.

Debits are negative. The fee and VAT columns split the debit and are not added to it again.
"""

from reconciliation.feeds.reading.layout import DebitSign, Layout, Role
from reconciliation.feeds.reading.table_reader import TableReader

READER = TableReader(
    "bank_tcb",
    (
        Layout(
            columns=(
                ("Ngày yêu cầu/Requesting date", Role.IGNORED),
                ("Ngày giao dịch/Transaction date", Role.BOOKED_ON),
                ("Số bút toán/Reference number", Role.REFERENCE),
                ("Ngân hàng đối tác/Remitter's bank", Role.IGNORED),
                ("Tài khoản đối tác/Remitter's account number", Role.PAYER),
                ("Tên tài khoản đối tác/Remitter's account name", Role.IGNORED),
                ("Diễn giải/Description", Role.DESCRIPTION),
                ("Nợ/Debit", Role.DEBIT),
                ("Có/Credit", Role.CREDIT),
                ("Phí/Lãi Fee/Interest", Role.IGNORED),
                ("Thuế/Transaction VAT", Role.IGNORED),
                ("Số dư/Running balance", Role.BALANCE),
            ),
            has_closing_row=False,
            debit_sign=DebitSign.NEGATIVE,
        ),
    ),
)
