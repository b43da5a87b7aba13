"""A statement file to a reading: find the tables, read the rows, prove the totals.

Source: feeds.md section 11. A provider adds its layouts and how a row becomes a transaction. A
delimited text is read row by row, so that a long file costs the memory of its bytes and its keys.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from reconciliation.feeds.reading.amounts import currency_exponent
from reconciliation.feeds.reading.archive import is_archive, members
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.delimited import DELIMITERS, delimited_rows, physical_lines
from reconciliation.feeds.reading.layout import (
    HEADER_ROW_MAX,
    Layout,
    Role,
    RowKind,
    Table,
    find_table,
    kind_of,
    looks_like_a_table,
    stated_account,
    stated_currency,
    stated_period,
)
from reconciliation.feeds.reading.lines import Line, read_line
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.sheets import SheetRow
from reconciliation.feeds.reading.stream import Fact, collect
from reconciliation.feeds.reading.tally import Tally, declared_totals
from reconciliation.feeds.reading.text import decode, refuse_empty, refuse_markup
from reconciliation.feeds.reading.workbook import is_zip, read_workbook
from reconciliation.records import FeedReading, Reject, Statement, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What holds for every row of one file."""

    account: str
    currency: str
    context: ReadContext


RowMaker = Callable[[Line], Transaction | None]
"""Turns the lines of a file, in order, into transactions; ``None`` for a line with a problem.

May raise ``RowRefused`` for what only the rows before it make a problem.
"""

Assemble = Callable[[FileFacts], RowMaker]
"""Makes the row maker of one file."""


def read_file(
    content: bytes,
    *,
    context: ReadContext,
    provider: str,
    layouts: Sequence[Layout],
    assemble: Assemble,
) -> FeedReading:
    """Return the reading of a statement file: every row is a transaction or a reject."""
    return collect(
        stream_file(content, context=context, provider=provider, layouts=layouts, assemble=assemble)
    )


def stream_file(
    content: bytes,
    *,
    context: ReadContext,
    provider: str,
    layouts: Sequence[Layout],
    assemble: Assemble,
    opens_archives: bool = False,
) -> Iterator[Fact]:
    """Yield the rows of a statement file as they are read, after each table its control totals.

    Raises:
        FileRefused: any reason of 11.1, also after rows were yielded.
    """
    tables = open_tables(content, layouts, opens_archives=opens_archives)
    facts = _file_facts(tables, context)
    make = assemble(facts)
    for table in tables:
        yield from _table_facts(table, facts, make, provider, is_one_of_several=len(tables) > 1)


def open_tables(
    content: bytes, layouts: Sequence[Layout], *, opens_archives: bool = False
) -> list[Table]:
    """Return the tables of a delimited text, of an XLSX workbook or of a ZIP of both, at least one.

    Raises:
        FileRefused: any reason of 11.1 up to ``schema``.
    """
    refuse_empty(content)
    if opens_archives and is_archive(content):
        return _archived_tables(content, layouts)
    if is_zip(content):
        return _workbook_tables(content, layouts)
    return [_delimited_table(content, layouts)]


def _archived_tables(content: bytes, layouts: Sequence[Layout]) -> list[Table]:
    files = list(members(content))
    tables = []
    for name, member in files:
        for table in open_tables(member, layouts):
            parts = (name, table.sheet) if len(files) > 1 else (table.sheet,)
            tables.append(replace(table, sheet="/".join(filter(None, parts)) or None))
    return tables


def _workbook_tables(content: bytes, layouts: Sequence[Layout]) -> list[Table]:
    tables = []
    for sheet in read_workbook(content):
        if table := find_table(sheet.name, sheet.rows, layouts):
            tables.append(table)
        elif looks_like_a_table(sheet, layouts):
            raise FileRefused("schema", f"sheet {sheet.name!r} has an unknown header")
    if not tables:
        raise FileRefused("schema", "no sheet has a known header in its first rows")
    return tables


def _delimited_table(content: bytes, layouts: Sequence[Layout]) -> Table:
    text, _encoding = decode(content)
    refuse_markup(text)
    table = _table_in(text, layouts)
    if table is None:
        raise _no_header(text)
    return table


def _table_in(text: str, layouts: Sequence[Layout]) -> Table | None:
    for delimiter in DELIMITERS:
        try:
            rows = delimited_rows(physical_lines(text), delimiter)
            if table := find_table(None, rows, layouts):
                return table
        except FileRefused:
            continue  # the wrong delimiter tears quoted cells apart
    return None


def _no_header(text: str) -> FileRefused:
    """Return why no delimiter gave a known header: the likeliest delimiter tells."""
    try:
        head = "".join(islice(physical_lines(text), 2 * HEADER_ROW_MAX))
        delimiter = max(DELIMITERS, key=head.count)
        if delimiter not in head:
            return FileRefused("unsupported_format", "no delimiter in the first lines")
        for _row in delimited_rows(physical_lines(text), delimiter):
            pass
    except FileRefused as refusal:
        return refusal
    return FileRefused("schema", f"no known header in the first {HEADER_ROW_MAX} rows")


def _file_facts(tables: Sequence[Table], context: ReadContext) -> FileFacts:
    currencies = {stated_currency(table) for table in tables}
    if len(currencies) > 1:
        raise FileRefused("schema", f"sheets in {', '.join(sorted(currencies))}")
    accounts = [stated for table in tables if (stated := stated_account(table))]
    account = context.account or _told_as_text(accounts) or context.named_account()
    for number, is_number in accounts:
        expected = account.lstrip("0") if is_number else account
        if number != expected:
            raise FileRefused("wrong_account", f"the file is of {number}, not of {account}")
    return FileFacts(account=account, currency=currencies.pop(), context=context)


def _told_as_text(accounts: Sequence[tuple[str, bool]]) -> str | None:
    """Return the first account that no number cell held, ``None`` when the file names none.

    Raises:
        FileRefused: ``wrong_account`` when only number cells name it: which zeros they lost, and so
            whose money it is, the file cannot tell.
    """
    texts = [account for account, is_number in accounts if not is_number]
    if accounts and not texts:
        raise FileRefused(
            "wrong_account",
            "a number cell names the account, and spreadsheet numbers lose leading zeros: "
            "the upload must name the account",
        )
    return texts[0] if texts else None


def _table_facts(
    table: Table,
    facts: FileFacts,
    make: RowMaker,
    provider: str,
    *,
    is_one_of_several: bool,
) -> Iterator[Fact]:
    case = table.sheet if is_one_of_several else None
    tally = Tally(has_balances=table.layout.column(Role.BALANCE) is not None)
    closing = None
    for row in table.body:
        if closing is not None or row.width == 0:
            continue  # a footer is read to its end: it may hold a quote that never closes
        kind = kind_of(row, table.layout)
        if kind is RowKind.CLOSING:
            closing = row
        elif kind is RowKind.DATA:
            line = read_line(row, table.layout, facts.currency, number=tally.count + 1, case=case)
            transaction = _made(make, line, facts.context)
            tally.take(line)
            yield transaction or Reject(line.row, line.problem or "", line.raw, case)
            if line.detail:
                yield f"row {line.row}: {line.detail}"
    if closing is None and table.layout.has_closing_row:
        raise FileRefused("partial", "the closing row Tổng is missing")
    yield _statement(table, facts, provider, case, tally, closing)


def _made(make: RowMaker, line: Line, context: ReadContext) -> Transaction | None:
    try:
        transaction = make(line)
        return transaction and context.held(transaction)
    except RowRefused as refusal:
        line.problem, line.detail = refusal.reason, refusal.detail
        return None


def _statement(
    table: Table,
    facts: FileFacts,
    provider: str,
    case: str | None,
    tally: Tally,
    closing: SheetRow | None,
) -> Statement:
    declared = declared_totals(closing, table.layout, facts.currency)
    control_status = tally.control_status(declared)  # refuses a broken chain before it is asked
    period = stated_period(table) or (None, None)
    return Statement(
        provider=provider,
        provider_account_id=facts.account,
        settlement_id=None,
        statement_kind=table.layout.statement_kind,
        currency=facts.currency,
        currency_exponent=currency_exponent(facts.currency),
        gross_credit_amount=tally.accepted.credit,
        gross_debit_amount=tally.accepted.debit,
        transaction_count=tally.accepted.count,
        computed_count=tally.count,
        computed_credit_total=tally.moved.credit,
        computed_debit_total=tally.moved.debit,
        control_status=control_status,
        completeness=tally.completeness(is_closed=closing is not None),
        opening_balance=tally.chain.opening,
        closing_balance=tally.chain.closing,
        declared_credit_total=declared.credit,
        declared_debit_total=declared.debit,
        net_amount=declared.net,
        case=case,
        period_from=period[0],
        period_to=period[1],
    )
