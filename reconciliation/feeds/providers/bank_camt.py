"""Bank messages camt.053 (statement of a day) and camt.054 (notices of entries), any version.

Source: feeds.md section 6. A notice repeats an entry of the statement under the same key; it is a
payment as it happens, the statement is the ledger afterwards.
"""

import re
from collections.abc import Iterator

from reconciliation.feeds.providers.camt_entries import Entry, read_entry
from reconciliation.feeds.providers.camt_statement import StatementFacts
from reconciliation.feeds.reading.amounts import currency_exponent
from reconciliation.feeds.reading.business_day import business_day
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.keys import BankKeys, row_digest
from reconciliation.feeds.reading.memo import transaction_type
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.sniffing import text_head
from reconciliation.feeds.reading.stream import Fact, collect
from reconciliation.feeds.reading.xml_records import Begun, Element, read_records
from reconciliation.records import (
    Direction,
    FeedReading,
    Reject,
    Transaction,
    TransactionType,
)

PROVIDER = "bank_camt"

_STATEMENT, _NOTICE = "Stmt", "Ntfctn"
_ROOT = re.compile(r"<(?:[\w.-]+:)?BkToCstmr(?:Stmt|DbtCdtNtfctn)[\s>/]")


class CamtReader:
    """Reads statements and notices of bank accounts."""

    provider = PROVIDER

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the file is XML with the message element of camt.053 or camt.054."""
        head = text_head(content)
        return head.lstrip("\ufeff \t\r\n").startswith("<") and bool(_ROOT.search(head))

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return the entries, and for statements their control totals."""
        return collect(self.stream(content, context=context))

    def stream(self, content: bytes, *, context: ReadContext) -> Iterator[Fact]:
        """Yield what ``read`` returns fact by fact, without holding a long file's rows."""
        rows = _Rows(context)
        facts = None
        for told in read_records(content, frozenset({_STATEMENT, _NOTICE})):
            if isinstance(told, Begun):
                facts = StatementFacts(is_notice=told.name == _NOTICE)
            elif facts is None:
                raise FileRefused("schema", "an element outside of statement and notice")
            elif not isinstance(told, Element):
                if statement := facts.ended(rows.account(facts)):
                    yield statement
            elif told.name == "Ntry":
                yield from rows.facts(told, facts)
            else:
                facts.take(told)
        if facts is None:
            raise FileRefused("schema", "neither a statement nor a notice")


class _Rows:
    """The entries of one file, numbered through all its statements."""

    def __init__(self, context: ReadContext) -> None:
        self._context = context
        self._count = 0
        self._keys: dict[str, BankKeys] = {}
        self._noticed: dict[str, str] = {}

    def account(self, facts: StatementFacts) -> str:
        """Return the account of a statement; the one of the upload must be the same."""
        account = facts.account or self._context.named_account()
        if self._context.account not in {None, "", account}:
            raise FileRefused(
                "wrong_account", f"the file is of {account}, not of {self._context.account}"
            )
        return account

    def facts(self, element: Element, facts: StatementFacts) -> Iterator[Fact]:
        account = self.account(facts)
        keys = self._keys.setdefault(account, BankKeys(PROVIDER, account))
        entry = read_entry(element, facts.currency)
        if entry.is_information:
            facts.count(entry)
            return
        self._count += 1
        transaction = None
        if entry.problem:
            keys.take(entry.reference)
        else:
            transaction = self._held(entry, facts, keys)
        facts.count(entry)
        yield transaction or Reject(self._count, entry.problem or "", entry.raw(element))

    def _held(self, entry: Entry, facts: StatementFacts, keys: BankKeys) -> Transaction | None:
        try:
            return self._context.held(self._transaction(entry, facts, keys))
        except RowRefused as refusal:
            entry.problem = refusal.reason
            return None

    def _transaction(self, entry: Entry, facts: StatementFacts, keys: BankKeys) -> Transaction:
        signed = entry.signed_amount or 0
        direction = Direction.CREDIT if signed > 0 else Direction.DEBIT
        digest = row_digest(
            booked_on=entry.booked_on,
            direction=direction,
            amount=abs(signed),
            balance_after=None,
            reference=entry.reference,
            description=entry.description,
        )
        day, rule = business_day(
            PROVIDER,
            value_date=entry.valued_on,
            booking_date=entry.booked_on,
            occurred_at=entry.occurred_at,
            cut_offs=self._context.cut_offs,
        )
        kind = transaction_type(entry.description, direction)
        return Transaction(
            provider=PROVIDER,
            provider_account_id=keys.account,
            bank=facts.bank,
            source_channel=self._context.channel,
            provider_event_id=facts.settlement_id if facts.is_notice else None,
            provider_transaction_id=entry.reference or digest,
            dedupe_key=self._key(entry, facts, keys, digest),
            transaction_type=TransactionType.REVERSAL if entry.is_reversal else kind,
            direction=direction,
            status=entry.status,
            provider_status=entry.status_text,
            amount=abs(signed),
            currency=facts.currency,
            currency_exponent=currency_exponent(facts.currency),
            business_date=day,
            business_date_rule=rule,
            row=self._count,
            merchant_reference=entry.merchant_reference,
            bank_reference=entry.bank_reference,
            occurred_at=entry.occurred_at,
            time_precision=entry.time_precision,
            booking_date=entry.booked_on,
            value_date=entry.valued_on,
            description=entry.description,
            payer=entry.payer if direction is Direction.CREDIT else None,
        )

    def _key(self, entry: Entry, facts: StatementFacts, keys: BankKeys, digest: str) -> str:
        """Return the key; a notice sent twice names one entry, two equal entries are two."""
        if facts.is_notice and entry.reference and digest in self._noticed:
            return self._noticed[digest]
        key = keys.key(entry.reference, digest)
        if facts.is_notice and entry.reference:
            self._noticed[digest] = key
        return key


READER = CamtReader()
