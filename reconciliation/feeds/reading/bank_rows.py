"""Lines of a bank statement to transactions, the same way for every bank. Source: feeds.md 8, 9."""

from reconciliation.feeds.reading.amounts import currency_exponent
from reconciliation.feeds.reading.business_day import business_day
from reconciliation.feeds.reading.keys import BankKeys, row_digest
from reconciliation.feeds.reading.lines import Line
from reconciliation.feeds.reading.memo import payer_account, transaction_type
from reconciliation.feeds.reading.tabular import Assemble, FileFacts, RowMaker
from reconciliation.records import Direction, Status, Transaction


def bank_rows(provider: str, *, trusts_references: bool = True) -> Assemble:
    """Return how the lines of a statement of that bank become transactions."""

    def assemble(facts: FileFacts) -> RowMaker:
        keys = BankKeys(provider, facts.account, trusts_references)

        def make(line: Line) -> Transaction | None:
            if line.problem:
                keys.take(line.reference)
                return None
            return _transaction(line, facts, keys)

        return make

    return assemble


def _transaction(line: Line, facts: FileFacts, keys: BankKeys) -> Transaction:
    signed = line.signed_amount or 0
    direction = Direction.CREDIT if signed > 0 else Direction.DEBIT
    digest = row_digest(
        booked_on=line.booked_on,
        direction=direction,
        amount=abs(signed),
        balance_after=line.balance,
        reference=line.reference,
        description=line.description,
    )
    day, rule = business_day(
        keys.provider,
        booking_date=line.booked_on,
        occurred_at=line.occurred_at,
        cut_offs=facts.context.cut_offs,
    )
    payer = line.payer or payer_account(line.description)
    return Transaction(
        provider=keys.provider,
        provider_account_id=facts.account,
        source_channel=facts.context.channel,
        provider_transaction_id=line.reference or digest,
        dedupe_key=keys.key(line.reference, digest),
        transaction_type=transaction_type(line.description, direction),
        direction=direction,
        status=Status.SUCCEEDED,
        amount=abs(signed),
        currency=facts.currency,
        currency_exponent=currency_exponent(facts.currency),
        business_date=day,
        business_date_rule=rule,
        row=line.row,
        case=line.case,
        bank_reference=line.reference,
        balance_after=line.balance,
        occurred_at=line.occurred_at,
        time_precision="second" if line.occurred_at else "day",
        booking_date=line.booked_on,
        store_id=line.store,
        description=line.description,
        payer=payer if direction is Direction.CREDIT else None,
    )
