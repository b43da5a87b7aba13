"""MTN MoMo: answers to GET requesttopay, and the callback that asks for one. Source: feeds.md 2.2.

A payload names neither the request it is about nor a time, so a polled answer is kept together with
its X-Reference-Id: ``{"reference_id": …, "status": 200, "body": {…}}``, one a line.
"""

from typing import Any

from reconciliation.feeds.reading.amounts import currency_exponent
from reconciliation.feeds.reading.bodies import Body, Rows, read_object, require, unknown_fields
from reconciliation.feeds.reading.context import ReadContext, refused
from reconciliation.feeds.reading.doors import Answer, Door, unsigned, usual_answers
from reconciliation.feeds.reading.json_body import optional_text, read_id
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.text import clean
from reconciliation.feeds.reading.wire_values import read_currency, read_decimal
from reconciliation.records import (
    Direction,
    FeedReading,
    SourceChannel,
    Status,
    Transaction,
    TransactionType,
)

PROVIDER = "mtn"
_REQUIRED = frozenset({"amount", "currency", "externalId", "payer", "status"})
_PERSONAL = frozenset({"payer"})
_KNOWN = frozenset({*_REQUIRED, "financialTransactionId", "payerMessage", "payeeNote", "reason"})
_STATUS = {
    "SUCCESSFUL": Status.SUCCEEDED,
    "PENDING": Status.PENDING,
    "FAILED": Status.FAILED,
}
_OK = 200

DOOR = Door(
    provider=PROVIDER,
    verify=unsigned,
    answers=usual_answers(Answer(200)),
    is_signed=False,
    names_reference=True,
    is_pushed=lambda content: b'"reference_id"' not in content,
)


class MtnReader:
    """Reads polled requests, each with its reference; a callback is a notice and makes no row."""

    provider = PROVIDER
    door = DOOR

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the content is recorded answers, or the body of a callback."""
        try:
            first = read_object(content.strip().split(b"\n", 1)[0])
            require(first.get("body", first) if "reference_id" in first else first, _REQUIRED)
        except (FileRefused, AttributeError, TypeError):
            return False
        return True

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return a row for each polled request, or what a callback asks us to read."""
        try:
            if context.channel is SourceChannel.WEBHOOK:
                return _notice(content, context)
            account = context.named_account()
            answers = _answers(content)
        except FileRefused as refusal:
            return refused(refusal)
        rows = Rows(_PERSONAL)
        for number, answer in enumerate(answers, start=1):
            case = optional_text(answer.get("case"))
            row = 1 if case else number
            body = answer["body"]
            rows.take(
                lambda a=answer, r=row, c=case: context.held(_request(a, account, r, c, context)),  # type: ignore[misc]
                body,
                row=row,
                case=case,
            )
            rows.warnings += unknown_fields(body, _KNOWN) if isinstance(body, dict) else []
        return rows.reading()


def _answers(content: bytes) -> list[dict[str, Any]]:
    answers = [read_object(line) for line in content.split(b"\n") if line.strip()]
    if not answers:
        raise FileRefused("empty", "no answer at all")
    for answer in answers:
        require(answer, ("reference_id", "body"))
    return answers


def _notice(content: bytes, context: ReadContext) -> FeedReading:
    """Return what to read: anybody can send a callback, and its words are nobody's proof."""
    require(read_object(content), {"status"})
    rows = Rows()
    if context.name:
        rows.notices.append(f"requesttopay/{context.name}")
    else:
        rows.warnings.append("the callback's address names no X-Reference-Id")
    return rows.reading()


def _request(
    answer: Body, account: str, row: int, case: str | None, context: ReadContext
) -> Transaction:
    reference = read_id(answer["reference_id"], "reference_id")
    body = answer["body"]
    if not isinstance(body, dict) or answer.get("status", _OK) != _OK:
        raise RowRefused("status", f"the answer has status {answer.get('status')!r}")
    missing = sorted(_REQUIRED - body.keys())
    if missing:
        raise RowRefused("reference", f"missing fields: {', '.join(missing)}")
    currency = read_currency(body["currency"], "currency")
    status = optional_text(body["status"])
    # Not only the amount of a success: what failed or waits asked for as much.
    amount = read_decimal(body["amount"], "amount", currency)
    return Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=optional_text(body.get("financialTransactionId")) or reference,
        dedupe_key=f"{PROVIDER}:{account}:{reference}",
        transaction_type=TransactionType.PAYMENT,
        direction=Direction.CREDIT,
        status=_STATUS.get((status or "").upper(), Status.UNKNOWN),
        provider_status=status,
        amount=amount,
        currency=currency,
        currency_exponent=currency_exponent(currency),
        business_date=None,
        business_date_rule=None,
        row=row,
        case=case,
        provider_event_id=reference,
        merchant_reference=optional_text(body["externalId"]),
        description=clean(optional_text(body.get("payerMessage")) or ""),
        payer=_payer(body["payer"]),
    )


def _payer(value: Any) -> str | None:
    return optional_text(value.get("partyId")) if isinstance(value, dict) else None
