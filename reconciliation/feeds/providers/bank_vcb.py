"""Vietcombank account statements, CSV and XLSX, in both known layouts. Source: feeds.md 5.1."""

from reconciliation.feeds.reading.bank_rows import bank_rows
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.layout import Layout, Role
from reconciliation.feeds.reading.tabular import knows, read_file
from reconciliation.records import FeedReading

PROVIDER = "bank_vcb"

LAYOUTS = (
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
)


class VietcombankReader:
    """Reads a statement of one Vietcombank account."""

    provider = PROVIDER

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the file holds a table with a Vietcombank header."""
        return knows(content, LAYOUTS)

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return the rows and the control totals of the statement."""
        return read_file(
            content,
            context=context,
            provider=PROVIDER,
            layouts=LAYOUTS,
            assemble=bank_rows(PROVIDER),
        )
