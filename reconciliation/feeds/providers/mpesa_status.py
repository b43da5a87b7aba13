"""M-Pesa's answer to a TransactionStatusQuery, sent to our ResultURL. Source: feeds.md 2.3.

It comes through the same secret address as confirmations and is as little signed. It names the short
code only in a party's name (``600638 - CHO HAN``), so the channel tells the account where no party does.
It knows no order and no balance: it never takes the place of a confirmation (``ledger``).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from reconciliation.feeds.providers.mpesa_c2b import CURRENCY, NAIROBI, PROVIDER
from reconciliation.feeds.reading.bodies import Body, Rows, read_object, require, unknown_fields
from reconciliation.feeds.reading.business_day import business_day
from reconciliation.feeds.reading.context import ReadContext, refused
from reconciliation.feeds.reading.json_body import Exponential, optional_text, read_id
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.reading.wire_values import read_compact_instant, read_decimal
from reconciliation.records import Direction, FeedReading, Status, Transaction, TransactionType

_REQUIRED = frozenset({"ResultCode", "TransactionID"})
_VALUES = frozenset({"ReceiptNo", "Amount", "TransactionStatus", "FinalisedTime"})
_PARTIES = frozenset({"DebitPartyName", "CreditPartyName"})
_KNOWN = (
    _VALUES
    | _PARTIES
    | {
        *("DebitAccountType", "CreditAccountType", "DebitPartyCharges", "CreditPartyCharges"),
        *("DebitPartyAffectedAccountBalance", "CreditPartyAffectedAccountBalance"),
        *("InitiatedTime", "TransactionReason", "ReasonType", "OriginatorConversationID"),
        *("ConversationID", "Currency"),
    }
)
_STATUS = {
    "completed": Status.SUCCEEDED,
    "failed": Status.FAILED,
    "declined": Status.FAILED,
    "cancelled": Status.CANCELLED,
}
_ANSWERED = "0"


class MpesaStatusReader:
    """Reads one answer: the state of one payment, or that the question found none."""

    provider = PROVIDER

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the body is the result of a question about a transaction."""
        try:
            _result(read_object(content))
        except FileRefused:
            return False
        return True

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return the payment; a question that failed is told in a warning and makes no row."""
        try:
            result = _result(read_object(content))
            if optional_text(result["ResultCode"]) != _ANSWERED:
                said = optional_text(result.get("ResultDesc")) or "no words"
                return Rows(warnings=[f"ResultCode {result['ResultCode']!r}: {said}"]).reading()
            values = _values(result)
            account, is_ours_to_give = _account(values, context)
        except FileRefused as refusal:
            return refused(refusal)
        rows = Rows(_PARTIES, warnings=unknown_fields(values, _KNOWN))
        rows.take(
            lambda: context.held(_payment(values, account, context, is_debit=is_ours_to_give)),
            values,
        )
        return rows.reading()


def _result(body: Body) -> Mapping[str, Any]:
    result = body.get("Result")
    if not isinstance(result, dict):
        raise FileRefused("schema", "no result of a question to M-Pesa")
    require(result, _REQUIRED)
    return result


def _values(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the list of keys and values as fields; a key that stands there twice is refused."""
    parameters = result.get("ResultParameters")
    listed = parameters.get("ResultParameter") if isinstance(parameters, dict) else None
    pairs = [
        (one["Key"], one.get("Value"))
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, dict) and isinstance(one.get("Key"), str)
    ]
    values = dict(pairs)
    if not pairs or len(values) != len(pairs):
        raise FileRefused("schema", "ResultParameter is no list of different keys")
    require(values, _VALUES)
    return values


def _account(values: Body, context: ReadContext) -> tuple[str, bool]:
    """Return our short code, and whether it is the party that gives."""
    gives, takes = (_short_code(values.get(f"{side}PartyName")) for side in ("Debit", "Credit"))
    if context.account:
        if takes is not None and context.account not in {gives, takes}:
            raise FileRefused(
                "wrong_account", f"the result is of {takes}, not of {context.account}"
            )
        return context.account, gives == context.account
    if takes is None:
        raise FileRefused(
            "schema", "no party of the result is a short code, and no account is told"
        )
    return takes, False


def _short_code(party: object) -> str | None:
    code = (optional_text(party) or "").partition(" - ")[0].strip()
    return code if code.isascii() and code.isdigit() and 5 <= len(code) <= 7 else None


def _amount(value: object) -> int:
    # Shillings with cents come as a JSON number here, where a confirmation has a text.
    is_plain = isinstance(value, Decimal) and not isinstance(value, Exponential)
    return read_decimal(str(value) if is_plain else value, "Amount", CURRENCY)


def _payment(values: Body, account: str, context: ReadContext, *, is_debit: bool) -> Transaction:
    identifier = read_id(values["ReceiptNo"], "ReceiptNo")
    told_at = optional_text(values["FinalisedTime"])
    occurred_at = read_compact_instant(told_at, "FinalisedTime", NAIROBI)
    day, rule = business_day(
        PROVIDER, occurred_at=occurred_at, cut_offs=context.cut_offs, zone=NAIROBI
    )
    status = optional_text(values["TransactionStatus"]) or ""
    return Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=identifier,
        dedupe_key=f"{PROVIDER}:{account}:{identifier}",
        transaction_type=TransactionType.TRANSFER if is_debit else TransactionType.PAYMENT,
        direction=Direction.DEBIT if is_debit else Direction.CREDIT,
        status=_STATUS.get(status.lower(), Status.PENDING),
        provider_status=status or None,
        amount=_amount(values["Amount"]),
        currency=CURRENCY,
        currency_exponent=2,
        business_date=day,
        business_date_rule=rule,
        row=1,
        occurred_at=occurred_at,
        time_precision="second",
        payer=None if is_debit else optional_text(values.get("DebitPartyName")),
    )
