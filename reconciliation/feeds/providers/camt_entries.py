"""One entry (Ntry) of a camt message. Source: feeds.md section 6."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from reconciliation.feeds.reading.amounts import read_plain_amount
from reconciliation.feeds.reading.dates import VIETNAM
from reconciliation.feeds.reading.refusal import RowRefused
from reconciliation.feeds.reading.text import clean
from reconciliation.feeds.reading.xml_records import Element
from reconciliation.records import Status

_STATUS = {"BOOK": Status.SUCCEEDED, "PDNG": Status.PENDING}
_INFORMATION = "INFO"
_NO_REFERENCE = "NOTPROVIDED"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?"
)


@dataclass(slots=True)
class Entry:
    """What an entry says. ``signed_amount`` is ``None`` when it is not readable (11.3)."""

    signed_amount: int | None = None
    problem: str | None = None
    status: Status = Status.UNKNOWN
    status_text: str | None = None
    is_reversal: bool = False
    booked_on: date | None = None
    valued_on: date | None = None
    occurred_at: datetime | None = None
    time_precision: str | None = None
    bank_reference: str | None = None
    reference: str | None = None
    """What names the entry: the bank's reference, else the entry's own."""
    merchant_reference: str | None = None
    description: str | None = None
    payer: str | None = None

    @property
    def is_information(self) -> bool:
        """Tell whether the entry only informs: no row of the ledger."""
        return self.status_text == _INFORMATION

    @property
    def booked_amount(self) -> int:
        """Return the signed amount that the booked balance moved by."""
        return (self.signed_amount or 0) if self.status is Status.SUCCEEDED else 0

    def raw(self, element: Element) -> str:
        """Return what stood there, for the person who has to decide about it."""
        return json.dumps(_plain(element), ensure_ascii=False)


def read_entry(element: Element, currency: str) -> Entry:
    """Return what an entry says; its first problem is kept, the rest is read all the same."""
    entry = Entry(status_text=element.first("Sts/Cd", "Sts/Prtry", "Sts"))
    entry.status = _STATUS.get(entry.status_text or "", Status.UNKNOWN)
    entry.is_reversal = element.first("RvslInd") in {"true", "1"}
    _read_texts(entry, element)
    for step in (_read_amount, _read_dates):
        try:
            step(entry, element, currency)
        except RowRefused as refusal:
            entry.problem = entry.problem or refusal.reason
    if entry.status is Status.UNKNOWN and not entry.is_information:
        entry.problem = entry.problem or "status"
    return entry


def read_money(element: Element, currency: str) -> int:
    """Return the signed minor units of an amount with its side, in the account's currency."""
    amount = next(element.all("Amt"), None)
    if amount is None:
        raise RowRefused("amount", "no amount")
    if (told := amount.attributes.get("Ccy")) not in {None, currency}:
        raise RowRefused("amount", f"an amount in {told}, not in {currency}")
    minor = read_plain_amount(amount.text.strip(), currency, point=".")
    side = element.first("CdtDbtInd")
    if side not in {"CRDT", "DBIT"}:
        raise RowRefused("amount_sides", f"{side!r} is neither credit nor debit")
    return minor if side == "CRDT" else -minor


def read_when(element: Element | None) -> tuple[date, datetime | None, str | None] | None:
    """Return (day in Vietnam, UTC instant, precision) of a date that may have a time."""
    if element is None:
        return None
    if (text := element.first("DtTm")) is not None:
        return read_time(text)
    text = element.first("Dt") or element.text.strip()
    if not _DAY.fullmatch(text):
        raise RowRefused("date", f"{text!r} is no day like 2026-12-31")
    try:
        return date.fromisoformat(text[:10]), None, "day"
    except ValueError as failure:
        raise RowRefused("date", f"{text!r}: {failure}") from failure


def read_time(text: str) -> tuple[date, datetime, str]:
    """Return (day in Vietnam, UTC instant, precision) of an ISO time; without a zone it is local."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise RowRefused("date", f"{text!r} is no time like 2026-12-31T23:59:59+07:00")
    micros = (found[2] or "").ljust(6, "0")[:6]
    try:
        local = datetime.fromisoformat(f"{found[1]}.{micros}{found[3] or '+07:00'}")
        there, instant = local.astimezone(VIETNAM), local.astimezone(UTC)
    except (ValueError, OverflowError) as failure:
        raise RowRefused("date", f"{text!r}: {failure}") from failure
    return there.date(), instant, "ms" if found[2] else "second"


def _read_amount(entry: Entry, element: Element, currency: str) -> None:
    signed = read_money(element, currency)
    if signed == 0:
        raise RowRefused("amount_sides", "an amount of nothing")
    entry.signed_amount = signed


def _read_dates(entry: Entry, element: Element, _currency: str) -> None:
    booked = read_when(next(element.all("BookgDt"), None))
    valued = read_when(next(element.all("ValDt"), None))
    if booked is None and valued is None and not entry.is_information:
        raise RowRefused("date", "neither a booking nor a value date")
    if booked is not None:
        entry.booked_on, entry.occurred_at, entry.time_precision = booked
    if valued is not None:
        entry.valued_on = valued[0]
    entry.time_precision = entry.time_precision or "day"


def _read_texts(entry: Entry, element: Element) -> None:
    entry.bank_reference = element.first("AcctSvcrRef")
    entry.reference = entry.bank_reference or element.first("NtryRef")
    details = list(element.all("NtryDtls/TxDtls"))
    memos = (memo.text for detail in details for memo in detail.all("RmtInf/Ustrd"))
    entry.description = clean(" ".join(memos))
    if len(details) == 1:  # a batch booking is one row; its details stay in the raw bytes
        told = details[0].first("Refs/EndToEndId")
        entry.merchant_reference = None if told == _NO_REFERENCE else told
        entry.payer = details[0].first(
            "RltdPties/DbtrAcct/Id/IBAN", "RltdPties/DbtrAcct/Id/Othr/Id"
        )


def _plain(element: Element) -> object:
    if not element.children:
        return element.text.strip()
    return [{child.name: _plain(child)} for child in element.children]
