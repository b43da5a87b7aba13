"""MSB account statements, CSV and XLSX, as far as their columns are known. Source: feeds.md 5.5.

Only the outer columns are: date and entry number first, debit and credit last. What stands between
them is not read, but for one column with a usual name for the memo.
"""

from reconciliation.feeds.reading.layout import Layout, Role, header_key
from reconciliation.feeds.reading.table_reader import TableReader

_FIRST = (("Ngày giao dịch", Role.BOOKED_ON), ("Số bút toán", Role.REFERENCE))
_LAST = (("Nợ", Role.DEBIT), ("Có", Role.CREDIT))
_BETWEEN_MAX = 10
_MEMO = frozenset(header_key(name) for name in ("Nội dung", "Diễn giải", "Mô tả"))


class _OpenLayout(Layout):
    """A layout of which only the outer columns are known."""

    def fitted(self, header: tuple[str, ...]) -> Layout | None:
        """Return the layout with whatever stands between the known columns, if they stand there."""
        between = header[len(_FIRST) : -len(_LAST)]
        columns = (
            *_FIRST,
            *((name, Role.DESCRIPTION if name in _MEMO else Role.IGNORED) for name in between),
            *_LAST,
        )
        fitted = Layout(columns=columns, has_closing_row=False)
        is_plain = 1 <= len(between) <= _BETWEEN_MAX and len(set(header)) == len(header)
        has_one_memo = len(_MEMO.intersection(between)) <= 1
        return fitted if is_plain and has_one_memo and fitted.header == header else None


READER = TableReader("bank_msb", (_OpenLayout(columns=(*_FIRST, *_LAST)),))
