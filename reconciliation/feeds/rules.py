"""What a deployment's contracts settle about how its feeds are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reconciliation.feeds.reading.business_day import CutOff
from reconciliation.feeds.reading.context import FILE_BYTES_MAX
from reconciliation.records import Book

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldBy:
    """Which provider tells each book of one account, where several could; empty = whoever does.

    An aggregator beside a bank's file, or one account in two formats, tell the same money twice: one
    of them has precedence and the others are a check. Source: feeds.md 9 (MT940) and 10.1-12.
    """

    payments: str = ""
    statement: str = ""

    def of(self, book: Book) -> str:
        """Return who tells a book, empty when nobody has precedence."""
        return self.payments if book is Book.PAYMENTS else self.statement


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRules:
    """Cut-offs, by provider the options its reader asks for, by account who tells its books.

    ``file_bytes_max``: how large a file may be that was never read before.
    """

    cut_offs: tuple[CutOff, ...] = ()
    options: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    told_by: Mapping[str, ToldBy] = field(default_factory=lambda: MappingProxyType({}))
    file_bytes_max: int = FILE_BYTES_MAX

    def is_check(self, provider: str, account: str, book: Book) -> bool:
        """Tell whether somebody else has precedence in telling this book of this account."""
        told_by = self.told_by.get(account)
        return told_by is not None and told_by.of(book) not in ("", provider)

    def options_of(self, provider: str) -> Mapping[str, str]:
        """Return the options of a provider, none when it is not configured."""
        return self.options.get(provider, _NONE)


PLAIN_RULES = FeedRules()
"""Calendar days, and no option told."""
