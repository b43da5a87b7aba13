"""A statement file to a reading: find the tables, read the rows, prove the totals.

Source: feeds.md section 11. A provider adds its layouts and how a row becomes a transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from reconciliation.feeds.reading.amounts import currency_exponent
from reconciliation.feeds.reading.context import ReadContext, refused
from reconciliation.feeds.reading.delimited import DELIMITERS, physical_lines, read_delimited
from reconciliation.feeds.reading.layout import (
    HEADER_ROW_MAX,
    Layout,
    Role,
    Table,
    find_table,
    is_closing_row,
    is_totals_row,
    looks_like_a_table,
    stated_account,
    stated_currency,
    stated_period,
)
from reconciliation.feeds.reading.lines import Line, money_at, read_line
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.sheets import SheetRow
from reconciliation.feeds.reading.text import decode, refuse_markup, refuse_size
from reconciliation.feeds.reading.workbook import is_zip, read_workbook
from reconciliation.records import (
    FeedReading,
    FileAction,
    Reject,
    Statement,
    Transaction,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What holds for every row of one file."""

    account: str
    currency: str
    context: ReadContext


Assemble = Callable[[Sequence[Line], FileFacts], list[Transaction]]
"""Turns the lines of a file, quarantined ones among them, into the transactions of the others."""


@dataclass(frozen=True, slots=True)
class _TableReading:
    layout: Layout
    case: str | None
    lines: tuple[Line, ...]
    closing: SheetRow | None
    period: tuple[date | None, date | None]


def read_file(
    content: bytes,
    *,
    context: ReadContext,
    provider: str,
    layouts: Sequence[Layout],
    assemble: Assemble,
) -> FeedReading:
    """Return the reading of a statement file: every row is a transaction or a reject."""
    try:
        tables = open_tables(content, layouts)
        facts = _file_facts(tables, context)
        readings = [
            _read_table(table, facts, is_one_of_several=len(tables) > 1) for table in tables
        ]
        statements = tuple(_statement(reading, provider, facts) for reading in readings)
    except FileRefused as refusal:
        return refused(refusal)
    lines = [line for reading in readings for line in reading.lines]
    rejects = tuple(Reject(l.row, l.problem, l.raw, l.case) for l in lines if l.problem)  # noqa: E741
    return FeedReading(
        FileAction.QUARANTINE_ROWS if rejects else FileAction.ACCEPT,
        transactions=tuple(assemble(lines, facts)),
        statements=statements,
        rejects=rejects,
        reason=",".join(dict.fromkeys(reject.reason for reject in rejects)) or None,
    )


def knows(content: bytes, layouts: Sequence[Layout]) -> bool:
    """Tell whether a file holds a table in one of the layouts."""
    try:
        return bool(open_tables(content, layouts))
    except FileRefused:
        return False


def open_tables(content: bytes, layouts: Sequence[Layout]) -> list[Table]:
    """Return the tables of a delimited text or of an XLSX workbook, at least one.

    Raises:
        FileRefused: any reason of 11.1 up to ``schema``.
    """
    refuse_size(content)
    if not is_zip(content):
        return [_delimited_table(content, layouts)]
    tables = []
    for sheet in read_workbook(content):
        if table := find_table(sheet, layouts):
            tables.append(table)
        elif looks_like_a_table(sheet, layouts):
            raise FileRefused("schema", f"sheet {sheet.name!r} has an unknown header")
    if not tables:
        raise FileRefused("schema", "no sheet has a known header in its first rows")
    return tables


def _delimited_table(content: bytes, layouts: Sequence[Layout]) -> Table:
    text, _encoding = decode(content)
    refuse_markup(text)
    lines = physical_lines(text)
    for delimiter in DELIMITERS:
        if _has_header(lines, delimiter, layouts):
            table = find_table(read_delimited(lines, delimiter), layouts)
            if table is not None:
                return table
    raise _no_header(lines)


def _has_header(lines: list[str], delimiter: str, layouts: Sequence[Layout]) -> bool:
    try:
        head = read_delimited(lines, delimiter, row_max=HEADER_ROW_MAX)
    except FileRefused:
        return False  # the wrong delimiter tears quoted cells apart
    return find_table(head, layouts) is not None


def _no_header(lines: list[str]) -> FileRefused:
    """Return why no delimiter gave a known header: the likeliest delimiter tells."""
    head = "".join(lines[: 2 * HEADER_ROW_MAX])
    delimiter = max(DELIMITERS, key=head.count)
    if delimiter not in head:
        return FileRefused("unsupported_format", "no delimiter in the first lines")
    try:
        read_delimited(lines, delimiter)
    except FileRefused as refusal:
        return refusal
    return FileRefused("schema", f"no known header in the first {HEADER_ROW_MAX} rows")


def _file_facts(tables: Sequence[Table], context: ReadContext) -> FileFacts:
    currencies = {stated_currency(table) for table in tables}
    if len(currencies) > 1:
        raise FileRefused("schema", f"sheets in {', '.join(sorted(currencies))}")
    accounts = [stated for table in tables if (stated := stated_account(table))]
    account = context.account or (accounts[0][0] if accounts else context.named_account())
    for number, is_number in accounts:
        expected = account.lstrip("0") if is_number else account
        if number != expected:
            raise FileRefused("wrong_account", f"the file is of {number}, not of {account}")
    return FileFacts(account=account, currency=currencies.pop(), context=context)


def _read_table(table: Table, facts: FileFacts, *, is_one_of_several: bool) -> _TableReading:
    case = table.sheet if is_one_of_several else None
    lines: list[Line] = []
    closing = None
    for row in table.body:
        if row.width == 0:
            continue
        if is_closing_row(row) and table.layout.has_closing_row:
            closing = row
            break
        if not is_totals_row(row):
            line = read_line(row, table.layout, facts.currency, number=len(lines) + 1, case=case)
            lines.append(line)
    if closing is None and table.layout.has_closing_row:
        raise FileRefused("partial", "the closing row Tổng is missing")
    period = stated_period(table) or (None, None)
    return _TableReading(table.layout, case, tuple(lines), closing, period)


def _statement(reading: _TableReading, provider: str, facts: FileFacts) -> Statement:
    lines = reading.lines
    moved = [line.moved for line in lines]
    accepted = [line.moved for line in lines if line.problem is None and line.moved]
    declared = _declared(reading, facts.currency)
    has_quarantined = any(line.problem for line in lines)
    complete = "unknown" if reading.closing is None else "complete"
    return Statement(
        provider=provider,
        provider_account_id=facts.account,
        settlement_id=None,
        statement_kind=reading.layout.statement_kind,
        currency=facts.currency,
        currency_exponent=currency_exponent(facts.currency),
        gross_credit_amount=sum(amount for amount in accepted if amount > 0),
        gross_debit_amount=-sum(amount for amount in accepted if amount < 0),
        transaction_count=len(accepted),
        computed_count=len(lines),
        computed_credit_total=sum(amount for amount in moved if amount > 0),
        computed_debit_total=-sum(amount for amount in moved if amount < 0),
        control_status=_control_status(reading, declared),
        completeness="partial" if has_quarantined else complete,
        declared_credit_total=declared.credit,
        declared_debit_total=declared.debit,
        net_amount=declared.net,
        case=reading.case,
        period_from=reading.period[0],
        period_to=reading.period[1],
    )


@dataclass(frozen=True, slots=True)
class _Declared:
    """What the totals row states: both sides, or the signed sum."""

    debit: int | None = None
    credit: int | None = None
    net: int | None = None


def _declared(reading: _TableReading, currency: str) -> _Declared:
    row, layout = reading.closing, reading.layout
    if row is None:
        return _Declared()
    try:
        if layout.column(Role.CREDIT) is not None:
            return _Declared(
                debit=money_at(row, layout.column(Role.DEBIT), currency) or 0,
                credit=money_at(row, layout.column(Role.CREDIT), currency) or 0,
            )
        signed = layout.column(Role.SIGNED_AMOUNT)
        column = layout.column(Role.AMOUNT) if signed is None else signed
        net = money_at(row, column, currency)
    except RowRefused as refusal:
        raise FileRefused("control_totals", f"the totals row: {refusal.detail}") from refusal
    if net is None:
        raise FileRefused("control_totals", "the totals row states no total")
    return _Declared(net=net)


def _control_status(reading: _TableReading, declared: _Declared) -> str:
    """Return agree, differ or absent; a difference that no unreadable row explains is refused."""
    if reading.closing is None:
        return "absent"
    # A row with an unknown status word is readable, but nobody knows whether the provider
    # counted it; either sum may be the declared one.
    unknown = [line for line in reading.lines if line.problem == "status"]
    certain = [line.moved for line in reading.lines]
    uncertain = [line.signed_amount or 0 for line in unknown]
    if any(_agrees(declared, amounts) for amounts in (certain, certain + uncertain)):
        return "agree"
    if any(line.signed_amount is None for line in reading.lines):
        return "differ"
    raise FileRefused("control_totals", f"the totals row says {declared}, the rows {sum(certain)}")


def _agrees(declared: _Declared, amounts: Sequence[int]) -> bool:
    if declared.net is not None:
        return declared.net == sum(amounts)
    credit = sum(amount for amount in amounts if amount > 0)
    debit = -sum(amount for amount in amounts if amount < 0)
    return (declared.credit, declared.debit) == (credit, debit)
