"""M-Pesa organisation statements: newest first, Kenyan shillings and hours. Source: feeds.md 2.3, 8.2."""

from types import MappingProxyType

from reconciliation.feeds.reading.amounts import currency_exponent
from reconciliation.feeds.reading.business_day import business_day
from reconciliation.feeds.reading.dates import EAST_AFRICA
from reconciliation.feeds.reading.keys import UniqueIds
from reconciliation.feeds.reading.layout import DebitSign, Layout, Role, StatusWord
from reconciliation.feeds.reading.lines import Line
from reconciliation.feeds.reading.table_reader import TableReader
from reconciliation.feeds.reading.tabular import FileFacts, RowMaker
from reconciliation.records import Direction, Status, Transaction, TransactionType

PROVIDER = "mpesa"

_LAYOUTS = (
    Layout(
        columns=(
            ("Receipt No.", Role.IDENTIFIER),
            ("Completion Time", Role.OCCURRED_AT),
            ("Initiation Time", Role.IGNORED),
            ("Details", Role.DESCRIPTION),
            ("Transaction Status", Role.STATUS),
            ("Paid In", Role.CREDIT),
            ("Withdrawn", Role.DEBIT),
            ("Balance", Role.BALANCE),
            ("Balance Confirmed", Role.IGNORED),
            ("Reason Type", Role.REASON),
            ("Other Party Info", Role.IGNORED),
            ("Linked Transaction ID", Role.ORIGINAL),
            ("A/C No.", Role.MERCHANT_REFERENCE),
        ),
        has_closing_row=False,
        status_words=MappingProxyType(
            {
                "COMPLETED": StatusWord(Status.SUCCEEDED),
                "FAILED": StatusWord(Status.FAILED),
                "DECLINED": StatusWord(Status.FAILED),
                "CANCELLED": StatusWord(Status.CANCELLED),
            }
        ),
        other_status=StatusWord(Status.PENDING),
        debit_sign=DebitSign.EITHER,
        currency="KES",
        zone=EAST_AFRICA,
        date_separator="-",
        account_labels=("SHORT CODE",),
    ),
)


class MpesaStatementReader(TableReader):
    """Reads the statement of one M-Pesa organisation."""

    def __init__(self) -> None:
        super().__init__(PROVIDER, _LAYOUTS, _assemble)


def _assemble(facts: FileFacts) -> RowMaker:
    ids = UniqueIds()

    def make(line: Line) -> Transaction | None:
        if line.problem:
            return None
        transaction = _transaction(line, facts)
        ids.check(transaction)
        return transaction

    return make


def _transaction(line: Line, facts: FileFacts) -> Transaction:
    signed, receipt, word = line.signed_amount or 0, line.reference, line.status_word
    assert receipt is not None, "a line without a receipt has a problem"
    assert word is not None, "any word of this statement is known"
    direction = Direction.CREDIT if signed > 0 else Direction.DEBIT
    day, rule = business_day(
        PROVIDER,
        occurred_at=line.occurred_at,
        cut_offs=facts.context.cut_offs,
        zone=EAST_AFRICA,
    )
    return Transaction(
        provider=PROVIDER,
        provider_account_id=facts.account,
        source_channel=facts.context.channel,
        provider_transaction_id=receipt,
        dedupe_key=_key(facts.account, receipt, line.reason),
        transaction_type=_type(line.reason, direction),
        direction=direction,
        status=word.status,
        provider_status=line.status_text,
        amount=abs(signed),
        currency=facts.currency,
        currency_exponent=currency_exponent(facts.currency),
        business_date=day,
        business_date_rule=rule,
        row=line.row,
        case=line.case,
        merchant_reference=line.merchant_reference,
        original_transaction_id=line.original,
        balance_after=line.balance,
        occurred_at=line.occurred_at,
        time_precision="second",
        description=line.description,
    )


def _key(account: str, receipt: str, reason: str | None) -> str:
    """Return the key; a payment and its charge share one receipt."""
    key = f"{PROVIDER}:{account}:{receipt}"
    return f"{key}:{reason}" if reason and "Charge" in reason else key


def _type(reason: str | None, direction: Direction) -> TransactionType:
    told = reason or ""
    if "Charge" in told:
        return TransactionType.FEE
    if "Reversal" in told:
        return TransactionType.REVERSAL
    if "Settlement" in told or "Withdrawal" in told:
        return TransactionType.PAYOUT
    return TransactionType.PAYMENT if direction is Direction.CREDIT else TransactionType.TRANSFER
