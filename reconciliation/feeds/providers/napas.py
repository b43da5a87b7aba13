"""NAPAS reconciliation files as a beneficiary bank gets them. Source: feeds.md section 4.

Only a TC file (what NAPAS calls successful) makes rows; SL and XL files say something about rows
with the same keys, and that is told as warnings.
"""

import re
from collections.abc import Iterator, Mapping

from reconciliation.feeds.providers.napas_lines import (
    VND,
    Detail,
    Header,
    read_detail,
    read_dong,
    read_header,
    read_instant,
    read_trailer,
)
from reconciliation.feeds.reading.business_day import business_day
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.dates import read_month_day
from reconciliation.feeds.reading.delimited import physical_lines
from reconciliation.feeds.reading.keys import UniqueIds
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.sniffing import text_head
from reconciliation.feeds.reading.stream import Fact, collect
from reconciliation.feeds.reading.tally import Sums
from reconciliation.feeds.reading.text import decode
from reconciliation.records import (
    Direction,
    FeedReading,
    Reject,
    Statement,
    Status,
    Transaction,
    TransactionType,
)

PROVIDER = "napas"

_NAME = re.compile(r"[0-9]{6}_(?P<role>ISS|ACQ|BNB)_[^_]+_[0-9]+_[0-9]+_(?P<kind>TC|SL|XL)_[A-Z]+")
_TAIL = 4096
_KINDS = {
    "0210": (TransactionType.PAYMENT, Direction.CREDIT),
    "0420": (TransactionType.REVERSAL, Direction.DEBIT),
}
_SUCCEEDED = frozenset({"0000", "0115"})
_REVERSED = re.compile(r"(?m)^DR\[MTI\]0420[^\r\n]*?\[F37\](.{12})")
_PAID = re.compile(r"(?m)^DR\[MTI\]0210[^\r\n]*?\[F37\](.{12})[^\r\n]*?\[TRN\](.{16})")


class NapasReader:
    """Reads the decrypted reconciliation file of one member."""

    provider = PROVIDER

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the file begins with a header line of NAPAS."""
        return text_head(content).lstrip("\ufeff \t\r\n").startswith("HR[REV]")

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return the rows of a TC file, or warnings out of another, and the declared count."""
        return collect(self.stream(content, context=context))

    def stream(self, content: bytes, *, context: ReadContext) -> Iterator[Fact]:
        """Yield what ``read`` returns fact by fact, without holding a long file's rows."""
        text, _encoding = decode(content)
        lines = _lines(text)
        header = read_header(next(lines, "").lstrip("\ufeff"))
        declared = _declared(text, header.member)
        if context.account and context.account != header.member:
            raise FileRefused(
                "wrong_account", f"the file is of {header.member}, not of {context.account}"
            )
        file = _File(header, context, _trn_by_f37(text))
        for line in lines:
            if line.startswith("TR"):
                break
            yield from file.facts(line)
        if next(lines, None) is not None:
            raise FileRefused("schema", "lines behind the TR line")
        if file.count != declared:
            raise FileRefused(
                "control_totals", f"{declared} DR lines declared, {file.count} are there"
            )
        yield file.statement(declared)


class _File:
    """The lines of one file after its header."""

    def __init__(self, header: Header, context: ReadContext, trn_by_f37: Mapping[str, str]) -> None:
        self.count = 0
        self._header = header
        self._context = context
        self._trn_by_f37 = trn_by_f37
        self._settlement_id = re.sub(r"\.dat$", "", context.name)
        self._name = _NAME.fullmatch(self._settlement_id)
        self._makes_rows = self._name is not None and self._name["kind"] == "TC"
        self._moved = Sums()
        self._has_quarantined = False
        self._ids = UniqueIds()

    def facts(self, line: str) -> Iterator[Fact]:
        """Yield what a DR line says: a row, a warning, or that it waits."""
        self.count += 1
        detail = read_detail(line, self._header.member, self.count)
        try:
            transaction = self._transaction(detail)
            self._ids.check(transaction)
            if self._makes_rows:
                self._context.refuse(transaction)
        except RowRefused as refusal:
            self._has_quarantined = True
            yield Reject(self.count, refusal.reason, line)
            return
        if self._name is None:
            return  # the end of the file will refuse it; what is wrong inside comes first
        if not self._makes_rows:
            yield f"{transaction.dedupe_key}: {self._name['kind']} says {detail['RRC']}"
            return
        if transaction.status is Status.SUCCEEDED:
            is_credit = transaction.direction is Direction.CREDIT
            self._moved.add(transaction.amount if is_credit else -transaction.amount)
        yield transaction

    def statement(self, declared: int) -> Statement:
        """Return the control totals; raise ``FileRefused`` when the name does not tell its kind."""
        if self._name is None or self._name["role"] != "BNB":
            raise FileRefused(
                "schema", f"the name {self._context.name!r} is none of a beneficiary's TC, SL or XL"
            )
        return Statement(
            provider=PROVIDER,
            provider_account_id=self._header.member,
            settlement_id=self._settlement_id,
            statement_kind="clearing_file",
            currency="VND",
            currency_exponent=0,
            gross_credit_amount=self._moved.credit,
            gross_debit_amount=self._moved.debit,
            transaction_count=self._moved.count,
            computed_count=self.count,
            computed_credit_total=self._moved.credit,
            computed_debit_total=self._moved.debit,
            declared_count=declared,
            control_status="agree",
            completeness="partial" if self._has_quarantined else "complete",
        )

    def _transaction(self, detail: Detail) -> Transaction:
        member, near = self._header.member, self._header.on
        if detail["F49"] != VND:
            raise RowRefused("amount", f"currency {detail['F49']} is not {VND}")
        amount = read_dong(detail["F4"])
        if amount == 0:
            raise RowRefused("amount_sides", "an amount of nothing")
        if detail["MTI"] not in _KINDS:
            raise RowRefused("status", f"message type {detail['MTI']!r}")
        kind, direction = _KINDS[detail["MTI"]]
        occurred_on = read_month_day(detail["F13"], near)
        settled_on = read_month_day(detail["F15"], near)
        day, rule = business_day(PROVIDER, settlement_date=settled_on)
        f37, trn = _due(detail, "F37"), _due(detail, "TRN")
        told_at = f"{occurred_on:%Y%m%d}{detail['F12']}"
        return Transaction(
            provider=PROVIDER,
            provider_account_id=member,
            source_channel=self._context.channel,
            provider_transaction_id=trn,
            dedupe_key=f"napas:{member}:{f37}:{_due(detail, 'F11')}:{told_at}:{detail['MTI']}",
            transaction_type=kind,
            direction=direction,
            status=Status.SUCCEEDED if detail["RRC"] in _SUCCEEDED else Status.UNKNOWN,
            provider_status=detail["RRC"],
            amount=amount,
            currency="VND",
            currency_exponent=0,
            business_date=day,
            business_date_rule=rule,
            row=self.count,
            bank_reference=f37,
            original_transaction_id=(
                self._trn_by_f37.get(f37) if kind is TransactionType.REVERSAL else None
            ),
            occurred_at=read_instant(occurred_on, detail["F12"]),
            time_precision="second",
            settlement_date=settled_on,
            store_id=detail["MID"].strip() or None,
            terminal_id=detail["F41"].strip() or None,
            payer=(detail["F102"].strip() or None) if direction is Direction.CREDIT else None,
        )


def _lines(text: str) -> Iterator[str]:
    for line in physical_lines(text):
        if line.strip():
            yield line.rstrip("\r\n")


def _declared(text: str, member: str) -> int:
    """Return the count that the last line declares: without it a file is cut, whatever else it is."""
    last = re.split("[\r\n]", text[-_TAIL:].rstrip())[-1]
    if not last.startswith("TR"):
        raise FileRefused("partial", "the TR line is missing")
    return read_trailer(last, member)


def _trn_by_f37(text: str) -> dict[str, str]:
    """Return the TRN of the payments that the file also takes back."""
    reversed_ = {found[1].strip() for found in _REVERSED.finditer(text)}
    if not reversed_:
        return {}
    paid = ((found[1].strip(), found[2].strip()) for found in _PAID.finditer(text))
    return {f37: trn for f37, trn in paid if f37 in reversed_}


def _due(detail: Detail, name: str) -> str:
    value = detail[name].strip()
    if not value:
        raise RowRefused("reference", f"{name} is blank")
    return value


READER = NapasReader()
