"""The MoMo portal's transaction report, CSV, XLSX or a ZIP of them. Source: feeds.md 5.6."""

from types import MappingProxyType

from reconciliation.feeds.reading.amounts import currency_exponent
from reconciliation.feeds.reading.business_day import business_day
from reconciliation.feeds.reading.keys import UniqueIds
from reconciliation.feeds.reading.layout import Layout, Role, StatusWord
from reconciliation.feeds.reading.lines import Line
from reconciliation.feeds.reading.table_reader import TableReader
from reconciliation.feeds.reading.tabular import FileFacts, RowMaker
from reconciliation.records import Direction, Status, Transaction, TransactionType

PROVIDER = "momo"

# The amount is negative for a refund, there and only there.
_STATUS_WORDS = MappingProxyType(
    {
        "THANH CONG": StatusWord(Status.SUCCEEDED, TransactionType.PAYMENT, Direction.CREDIT),
        "HOAN TIEN": StatusWord(Status.SUCCEEDED, TransactionType.REFUND, Direction.DEBIT),
        "THAT BAI": StatusWord(Status.FAILED, TransactionType.PAYMENT, Direction.CREDIT),
        "DANG XU LY": StatusWord(Status.PENDING, TransactionType.PAYMENT, Direction.CREDIT),
    }
)

_LAYOUTS = (
    Layout(
        columns=(
            ("Thời gian", Role.OCCURRED_AT),
            ("Mã giao dịch", Role.IDENTIFIER),
            ("Số tiền", Role.SIGNED_AMOUNT),
            ("Nguồn tiền", Role.DESCRIPTION),
            ("Mã cửa hàng", Role.STORE),
            ("Trạng thái", Role.STATUS),
        ),
        statement_kind="daily_report",
        status_words=_STATUS_WORDS,
    ),
)


class MomoReportReader(TableReader):
    """Reads a transaction report of one MoMo merchant; the account comes from the upload."""

    def __init__(self) -> None:
        super().__init__(PROVIDER, _LAYOUTS, _assemble, opens_archives=True)


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
    word, identifier = line.status_word, line.reference
    assert word is not None, "a line without a known status has a problem"
    assert word.transaction_type, "every word of the report names a type"
    assert identifier is not None, "a line without an identifier has a problem"
    day, rule = business_day(
        PROVIDER, occurred_at=line.occurred_at, cut_offs=facts.context.cut_offs
    )
    return Transaction(
        provider=PROVIDER,
        provider_account_id=facts.account,
        source_channel=facts.context.channel,
        provider_transaction_id=identifier,
        dedupe_key=f"{PROVIDER}:{facts.account}:{identifier}",
        transaction_type=word.transaction_type,
        direction=Direction.DEBIT if (line.signed_amount or 0) < 0 else Direction.CREDIT,
        status=word.status,
        provider_status=line.status_text,
        amount=abs(line.signed_amount or 0),
        currency=facts.currency,
        currency_exponent=currency_exponent(facts.currency),
        business_date=day,
        business_date_rule=rule,
        row=line.row,
        case=line.case,
        occurred_at=line.occurred_at,
        time_precision="second",
        store_id=line.store,
        description=line.description,
    )
