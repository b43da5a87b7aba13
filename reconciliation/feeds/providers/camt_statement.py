"""What a camt statement says about itself, against its entries. Source: feeds.md 6, 7.2, 11.3."""

from dataclasses import dataclass, field
from datetime import date

from reconciliation.feeds.providers.camt_entries import Entry, read_money, read_time, read_when
from reconciliation.feeds.reading.amounts import currency_exponent, read_plain_amount
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.tally import Sums
from reconciliation.feeds.reading.xml_records import Element
from reconciliation.records import Statement

_OPENING = ("OPBD", "PRCD")
_CLOSING = "CLBD"
_SERVICER = "Svcr/FinInstnId/"
_BANK = tuple(_SERVICER + name for name in ("BICFI", "BIC", "ClrSysMmbId/MmbId", "Nm"))


@dataclass(slots=True)
class StatementFacts:
    """Takes the elements of one statement or notice in their order."""

    is_notice: bool
    settlement_id: str | None = None
    account: str | None = None
    bank: str | None = None
    currency: str = "VND"
    sequence_no: int | None = None
    count_of_all: int = 0
    _count: int = 0
    _balances: dict[str, int] = field(default_factory=dict)
    _closing_on: date | None = None
    _period: tuple[date, date] | None = None
    _first_on: date | None = None
    _summary: Element | None = None
    _all: Sums = field(default_factory=Sums)
    _booked: Sums = field(default_factory=Sums)
    _accepted: Sums = field(default_factory=Sums)
    _has_unreadable: bool = False
    _has_quarantined: bool = False

    def take(self, element: Element) -> None:
        """Take an element that is no entry."""
        if element.name == "Id":
            self.settlement_id = element.text.strip() or None
        elif element.name == "ElctrncSeqNb":
            text = element.text.strip()
            self.sequence_no = int(text) if text.isascii() and text.isdigit() else None
        elif element.name == "Acct":
            self.account = element.first("Id/IBAN", "Id/Othr/Id")
            self.bank = element.first(*_BANK)
            self.currency = element.first("Ccy") or self.currency
        elif element.name == "Bal":
            self._take_balance(element)
        elif element.name == "TxsSummry":
            self._summary = element
        elif element.name == "FrToDt":
            self._take_period(element)

    def count(self, entry: Entry) -> None:
        """Count an entry, also one that waits or only informs."""
        self.count_of_all += 1
        self._all.add(entry.signed_amount or 0)
        self._has_unreadable |= entry.signed_amount is None
        if entry.is_information:
            return
        self._count += 1
        self._booked.add(entry.booked_amount)
        self._has_quarantined |= entry.problem is not None
        if entry.problem is None:
            self._accepted.add(entry.booked_amount)
        if entry.booked_on is not None:
            self._first_on = min(self._first_on or entry.booked_on, entry.booked_on)

    def ended(self, account: str) -> Statement | None:
        """Return the control totals, ``None`` for a notice; refuse what no row explains.

        Raises:
            FileRefused: ``partial`` without a closing balance, ``control_totals``.
        """
        if not self.is_notice and _CLOSING not in self._balances:
            raise FileRefused("partial", "the closing balance (CLBD) is missing")
        declared = self._declared()
        verdicts = {self._check_summary(declared), self._check_balances()}
        if self.is_notice:
            return None
        period = self._period or self._covered()
        return Statement(
            provider="bank_camt",
            provider_account_id=account,
            bank=self.bank,
            settlement_id=self.settlement_id,
            statement_kind="bank_statement",
            sequence_no=self.sequence_no,
            currency=self.currency,
            currency_exponent=currency_exponent(self.currency),
            opening_balance=self._opening,
            closing_balance=self._balances[_CLOSING],
            gross_credit_amount=self._accepted.credit,
            gross_debit_amount=self._accepted.debit,
            transaction_count=self._accepted.count,
            declared_count=declared.count,
            declared_credit_total=declared.credit,
            declared_debit_total=declared.debit,
            computed_count=self._count,
            computed_credit_total=self._booked.credit,
            computed_debit_total=self._booked.debit,
            control_status=next((v for v in ("differ", "agree") if v in verdicts), "absent"),
            completeness="partial" if self._has_quarantined else "complete",
            period_from=period[0] if period else None,
            period_to=period[1] if period else None,
        )

    @property
    def _opening(self) -> int | None:
        return next((self._balances[code] for code in _OPENING if code in self._balances), None)

    def _take_balance(self, element: Element) -> None:
        code = element.first("Tp/CdOrPrtry/Cd") or ""
        if code not in {*_OPENING, _CLOSING}:
            return
        try:
            self._balances[code] = read_money(element, self.currency)
            when = read_when(next(element.all("Dt"), None))
        except RowRefused as refusal:
            raise FileRefused("control_totals", f"balance {code}: {refusal.detail}") from refusal
        if code == _CLOSING and when is not None:
            self._closing_on = when[0]

    def _take_period(self, element: Element) -> None:
        try:
            first, last = (read_time(element.first(name) or "")[0] for name in ("FrDtTm", "ToDtTm"))
        except RowRefused:
            return
        if first <= last:
            self._period = first, last

    def _covered(self) -> tuple[date, date] | None:
        """Return the days between the first entry and the closing balance: those it proves."""
        if self._closing_on is None:
            return None
        return min(self._first_on or self._closing_on, self._closing_on), self._closing_on

    def _declared(self) -> "_Declared":
        if self._summary is None:
            return _Declared()
        try:
            return _Declared.of(self._summary, self.currency)
        except RowRefused as refusal:
            raise FileRefused("control_totals", f"TxsSummry: {refusal.detail}") from refusal

    def _check_summary(self, declared: "_Declared") -> str:
        found = self._all
        if declared.count not in {None, self.count_of_all}:
            raise FileRefused(
                "control_totals",
                f"{declared.count} entries declared, {self.count_of_all} are there",
            )
        pairs = (
            (declared.credit, found.credit),
            (declared.debit, found.debit),
            (declared.total, found.credit + found.debit),
        )
        told = [pair for pair in pairs if pair[0] is not None]
        if all(said == summed for said, summed in told):
            return "agree" if told or declared.count is not None else "absent"
        return self._differ(f"TxsSummry says {declared}, the entries {found}")

    def _check_balances(self) -> str:
        opening, closing = self._opening, self._balances.get(_CLOSING)
        if opening is None or closing is None:
            return "absent"
        moved = self._booked.credit - self._booked.debit
        if opening + moved == closing:
            return "agree"
        return self._differ(f"{opening} and the entries ({moved}) are not {closing}")

    def _differ(self, what: str) -> str:
        if self._has_unreadable:
            return "differ"
        raise FileRefused("control_totals", what)


@dataclass(frozen=True, slots=True)
class _Declared:
    """The control totals of TxsSummry, each ``None`` when it is not told."""

    count: int | None = None
    total: int | None = None
    credit: int | None = None
    debit: int | None = None

    @classmethod
    def of(cls, summary: Element, currency: str) -> "_Declared":
        counts = [_number(summary, f"{side}/NbOfNtries") for side in _SIDES]
        sums = [_sum(summary, f"{side}/Sum", currency) for side in _SIDES]
        count = counts[0]
        if count is None and counts[1] is not None and counts[2] is not None:
            count = counts[1] + counts[2]
        return cls(count, *sums)


_SIDES = ("TtlNtries", "TtlCdtNtries", "TtlDbtNtries")


def _number(summary: Element, path: str) -> int | None:
    text = summary.first(path)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise RowRefused("amount", f"{text!r} is no count")
    return int(text)


def _sum(summary: Element, path: str, currency: str) -> int | None:
    text = summary.first(path)
    return None if text is None else read_plain_amount(text, currency, point=".")
