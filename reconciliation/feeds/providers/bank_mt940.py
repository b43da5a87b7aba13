"""MT940 statements of a bank account, one or several in a file. Source: feeds.md section 6."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from reconciliation.feeds.providers.mt940_lines import (
    Balance,
    Field,
    StatementLine,
    read_balance,
    read_fields,
    read_statement_line,
)
from reconciliation.feeds.reading.amounts import currency_exponent
from reconciliation.feeds.reading.business_day import business_day
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.keys import BankKeys, row_digest
from reconciliation.feeds.reading.memo import payer_account, transaction_type
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.sniffing import text_head
from reconciliation.feeds.reading.stream import Fact, collect
from reconciliation.feeds.reading.tally import Sums
from reconciliation.feeds.reading.text import clean, decode
from reconciliation.records import (
    Direction,
    FeedReading,
    Reject,
    Statement,
    Status,
    Transaction,
    TransactionType,
)

PROVIDER = "bank_mt940"

_START = re.compile(r"\s*(?:\{1:[^\r\n]*[\r\n]+)?:20:")
_NUMBER = re.compile(r"0*([0-9]{1,9})(?:/[0-9]+)?")
_FEE = "NCHG"


class Mt940Reader:
    """Reads statements of bank accounts."""

    provider = PROVIDER

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the file begins with the reference of a statement and names an account."""
        head = text_head(content).lstrip("\ufeff")
        return bool(_START.match(head)) and ":25:" in head

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return the lines and, per statement, the control totals."""
        return collect(self.stream(content, context=context))

    def stream(self, content: bytes, *, context: ReadContext) -> Iterator[Fact]:
        """Yield what ``read`` returns fact by fact, without holding a long file's rows."""
        text, _encoding = decode(content)
        book = _Book(context)
        for told in read_fields(text.lstrip("\ufeff")):
            yield from book.ended() if told is None else book.take(told)
        yield from book.ended()
        book.refuse_unfinished()


@dataclass(slots=True)
class _Running:
    """One statement while its lines come, perhaps over several pages (``:62M:`` and ``:60M:``)."""

    settlement_id: str | None
    account: str
    bank: str | None
    """As ``:25:`` names it before a slash."""
    keys: BankKeys
    currency: str
    opening: int
    sequence_no: int | None = None
    closing: Balance | None = None
    is_final: bool = False
    count: int = 0
    moved: Sums = field(default_factory=Sums)
    accepted: Sums = field(default_factory=Sums)
    first_on: date | None = None
    has_unreadable: bool = False
    has_quarantined: bool = False


class _Book:
    """Takes the fields of a file in order."""

    def __init__(self, context: ReadContext) -> None:
        self._context = context
        self._count = 0
        self._all_keys: dict[str, BankKeys] = {}
        self._heading: dict[str, str] = {}
        self._running: _Running | None = None
        self._waiting: tuple[StatementLine, Field] | None = None

    def take(self, told: Field) -> Iterator[Fact]:
        """Take one field; a line is told when what follows it is known."""
        if told.tag == "86" and self._waiting is not None:
            yield self._row(*self._waiting, clean(told.text))
            self._waiting = None
            return
        if told.tag == "20" and self._heading:
            yield from self.ended()
        yield from self._flush()
        if told.tag in {"20", "25", "28", "28C"}:
            self._heading[told.tag[:2]] = told.text.strip()
        elif told.tag in {"60F", "60M"}:
            self._open(told)
        elif told.tag == "61":
            running = self._due("a line")
            self._waiting = read_statement_line(told.text, running.currency), told
        elif told.tag in {"62F", "62M"}:
            running = self._due("a closing balance")
            running.closing = _balance(told)
            running.is_final = told.tag == "62F"
            if running.closing.currency != running.currency:
                raise FileRefused("control_totals", "the balances are in two currencies")

    def ended(self) -> Iterator[Fact]:
        """End a statement, or a page of one."""
        yield from self._flush()
        running = self._running
        if running is not None and running.closing is None:
            self.refuse_unfinished()
        if self._heading and running is None:
            raise FileRefused("partial", "a statement without balances")
        if running is not None and running.is_final:
            yield self._statement(running)
            self._running = None
        self._heading = {}

    def refuse_unfinished(self) -> None:
        """Raise ``FileRefused`` (``partial``) when a statement has no final closing balance."""
        if self._running is not None or not self._all_keys:
            raise FileRefused("partial", "the closing balance (:62F:) is missing")

    def _open(self, told: Field) -> None:
        opening = _balance(told)
        running = self._running
        if told.tag == "60M" and running is not None:
            if running.closing != opening or running.account != self._account():
                raise FileRefused("control_totals", "a page does not begin where the last ended")
            running.closing = None
            return
        if running is not None or told.tag == "60M":
            raise FileRefused("partial", "a page of a statement is missing")
        account = self._account()
        number = _NUMBER.fullmatch(self._heading.get("28", ""))
        self._running = _Running(
            settlement_id=self._heading.get("20") or None,
            account=account,
            bank=self._heading.get("25", "").rpartition("/")[0].strip() or None,
            keys=self._all_keys.setdefault(account, BankKeys(PROVIDER, account)),
            currency=opening.currency,
            opening=opening.amount,
            sequence_no=int(number[1]) if number else None,
        )

    def _account(self) -> str:
        """Return the account of ``:25:``, which may name the bank before a slash."""
        told = self._heading.get("25", "")
        number = told.rpartition("/")[2].strip()
        named = self._context.account
        if named and named in {told, number}:
            return named
        if named or not number:
            raise FileRefused("wrong_account", f"the file is of {number!r}, not of {named}")
        return number

    def _due(self, what: str) -> _Running:
        if self._running is None or self._running.closing is not None:
            raise FileRefused("schema", f"{what} stands outside of a statement's balances")
        return self._running

    def _flush(self) -> Iterator[Fact]:
        if self._waiting is not None:
            yield self._row(*self._waiting, None)
            self._waiting = None

    def _row(self, line: StatementLine, told: Field, description: str | None) -> Fact:
        running = self._running
        assert running is not None, "a line waits only inside a statement"
        self._count += 1
        running.count += 1
        running.moved.add(line.signed_amount or 0)
        running.has_unreadable |= line.signed_amount is None
        transaction = None
        if line.problem:
            running.keys.take(line.bank_reference)
        else:
            transaction = self._held(line, running, description)
        if transaction is None:
            running.has_quarantined = True
            return Reject(self._count, line.problem or "", told.raw)
        running.accepted.add(line.signed_amount or 0)
        if line.booked_on is not None:
            running.first_on = min(running.first_on or line.booked_on, line.booked_on)
        return transaction

    def _held(
        self, line: StatementLine, running: _Running, description: str | None
    ) -> Transaction | None:
        try:
            return self._context.held(self._transaction(line, running, description))
        except RowRefused as refusal:
            line.problem = refusal.reason
            return None

    def _transaction(
        self, line: StatementLine, running: _Running, description: str | None
    ) -> Transaction:
        signed = line.signed_amount or 0
        direction = Direction.CREDIT if signed > 0 else Direction.DEBIT
        reference = line.bank_reference or line.customer_reference
        digest = row_digest(
            booked_on=line.booked_on,
            direction=direction,
            amount=abs(signed),
            balance_after=None,
            reference=reference,
            description=description,
        )
        day, rule = business_day(
            PROVIDER,
            value_date=line.valued_on,
            booking_date=line.booked_on,
            cut_offs=self._context.cut_offs,
        )
        return Transaction(
            provider=PROVIDER,
            provider_account_id=running.account,
            bank=running.bank,
            source_channel=self._context.channel,
            provider_transaction_id=reference or digest,
            dedupe_key=running.keys.key(line.bank_reference, digest),
            transaction_type=_type(line, description, direction),
            direction=direction,
            status=Status.SUCCEEDED,
            provider_status=line.kind,
            amount=abs(signed),
            currency=running.currency,
            currency_exponent=currency_exponent(running.currency),
            business_date=day,
            business_date_rule=rule,
            row=self._count,
            merchant_reference=line.customer_reference,
            bank_reference=line.bank_reference,
            time_precision="day",
            booking_date=line.booked_on,
            value_date=line.valued_on,
            description=description,
            payer=payer_account(description) if direction is Direction.CREDIT else None,
        )

    def _statement(self, running: _Running) -> Statement:
        closing = running.closing
        assert closing is not None, "a final statement has its closing balance"
        is_whole = running.opening + running.moved.credit - running.moved.debit == closing.amount
        if not is_whole and not running.has_unreadable:
            raise FileRefused(
                "control_totals",
                f"{running.opening} and the lines ({running.moved}) are not {closing.amount}",
            )
        return Statement(
            provider=PROVIDER,
            provider_account_id=running.account,
            bank=running.bank,
            settlement_id=running.settlement_id,
            statement_kind="bank_statement",
            sequence_no=running.sequence_no,
            currency=running.currency,
            currency_exponent=currency_exponent(running.currency),
            opening_balance=running.opening,
            closing_balance=closing.amount,
            gross_credit_amount=running.accepted.credit,
            gross_debit_amount=running.accepted.debit,
            transaction_count=running.accepted.count,
            computed_count=running.count,
            computed_credit_total=running.moved.credit,
            computed_debit_total=running.moved.debit,
            control_status="agree" if is_whole else "differ",
            completeness="partial" if running.has_quarantined else "complete",
            period_from=min(running.first_on or closing.on, closing.on),
            period_to=closing.on,
        )


def _balance(told: Field) -> Balance:
    try:
        return read_balance(told.text)
    except RowRefused as refusal:
        raise FileRefused("control_totals", f":{told.tag}: {refusal.detail}") from refusal


def _type(line: StatementLine, description: str | None, direction: Direction) -> TransactionType:
    if line.is_reversal:
        return TransactionType.REVERSAL
    if line.kind == _FEE:
        return TransactionType.FEE
    return transaction_type(description, direction)


READER = Mt940Reader()
