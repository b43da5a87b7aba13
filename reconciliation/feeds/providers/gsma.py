"""GSMA Mobile Money API 1.2: transactions, statement entries, callbacks. Source: feeds.md 2.1.

A polled page is kept as ``{"request": …, "response_headers": {…}, "body": […]}``: its headers say how
many rows the window has. A bare list is read too and has nothing to be checked against.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciliation.feeds.reading.amounts import currency_exponent
from reconciliation.feeds.reading.bodies import Rows, unknown_fields
from reconciliation.feeds.reading.business_day import business_day
from reconciliation.feeds.reading.context import ReadContext, refused
from reconciliation.feeds.reading.doors import Answer, Door, unsigned, usual_answers
from reconciliation.feeds.reading.json_body import is_json, optional_text, read_id, read_json
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.text import clean
from reconciliation.feeds.reading.wire_values import (
    read_currency,
    read_decimal,
    read_decimal_balance,
    read_rfc3339,
)
from reconciliation.records import (
    Direction,
    FeedReading,
    Statement,
    Status,
    Transaction,
    TransactionType,
)
from reconciliation.signatures import header_of

PROVIDER = "gsma"

_IDENTIFIER = re.compile(r"/accounts/[^/]+/([^/?]+)/(?:transactions|statemententries)\b")
_COUNT = re.compile("[0-9]{1,9}")
_REQUIRED = frozenset({"transactionReference", "creditParty", "debitParty", "amount", "currency"})
_PERSONAL = frozenset({"creditParty", "debitParty", "senderKyc", "recipientKyc"})
_SHARED = frozenset(
    {
        *_REQUIRED,
        *("transactionStatus", "descriptionText", "transactionReceipt", "creationDate"),
        *("modificationDate", "requestDate"),
    }
)
_KNOWN = _SHARED | {
    *("type", "subType", "displayType", "requestingOrganisationTransactionReference", "fees"),
    *("originalTransactionReference", "servicingIdentity", "customData", "metadata"),
    *("senderKyc", "recipientKyc", "geoCode", "oneTimeCode", "requestingOrganisation"),
}
_TYPE = {
    **dict.fromkeys(("merchantpay", "billpay"), TransactionType.PAYMENT),
    **dict.fromkeys(("transfer", "inttransfer"), TransactionType.TRANSFER),
    "deposit": TransactionType.TOPUP,
    **dict.fromkeys(("withdrawal", "disbursement"), TransactionType.PAYOUT),
    "adjustment": TransactionType.ADJUSTMENT,
    "reversal": TransactionType.REVERSAL,
}
_STATUS = {
    **dict.fromkeys(("completed", "successful"), Status.SUCCEEDED),
    **dict.fromkeys(("pending", "accepted", "processing"), Status.PENDING),
    **dict.fromkeys(("failed", "declined", "rejected"), Status.FAILED),
    "reversed": Status.REVERSED,
}

DOOR = Door(
    provider=PROVIDER,
    method="PUT",
    verify=unsigned,
    answers=usual_answers(Answer(200)),
    is_signed=False,
    is_pushed=lambda content: is_json(content) and b'"serverCorrelationId"' in content,
)


@dataclass(frozen=True, slots=True)
class _Page:
    """A polled page: its objects, the account it was asked for, how many the window has."""

    items: Sequence[Any]
    identifier: str | None
    declared_count: int | None


class GsmaReader:
    """Reads a page of transactions or statement entries; a callback is a notice without a row."""

    provider = PROVIDER
    door = DOOR

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the content is a page of transactions, or the body of a callback."""
        try:
            body = read_json(content)
            if _is_callback(body):
                return True
            items = _page(body).items
        except FileRefused:
            return False
        return bool(items) and all(isinstance(i, dict) and i.keys() >= _REQUIRED for i in items)

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return a row for each object, and the window's count where its headers tell it."""
        try:
            body = read_json(content)
            if _is_callback(body):
                return _notice(body)
            page = _page(body)
            account = _account(page, context)
        except FileRefused as refusal:
            return refused(refusal)
        rows = Rows(_PERSONAL)
        for number, item in enumerate(page.items, start=1):
            rows.take(
                lambda i=item, n=number: context.held(_row(i, n, account, context)),  # type: ignore[misc]
                item,
                row=number,
            )
            rows.warnings += unknown_fields(item, _KNOWN) if isinstance(item, dict) else []
        if page.declared_count is not None and not _are_entries(page.items):
            rows.statements += _statements(rows, page, account)
        return rows.reading()


def _is_callback(body: object) -> bool:
    return isinstance(body, dict) and {"serverCorrelationId", "status"} <= body.keys()


def _notice(body: Mapping[str, Any]) -> FeedReading:
    """Return what to read: a callback tells that a request is done, and where its object is."""
    rows = Rows()
    reference = optional_text(body.get("objectReference"))
    if reference:
        rows.notices.append(f"transactions/{reference}")
    else:
        correlation = optional_text(body["serverCorrelationId"]) or ""
        rows.notices.append(f"requeststates/{correlation}")
    return rows.reading()


def _page(body: Any) -> _Page:
    if isinstance(body, list):
        return _Page(body, None, None)
    if isinstance(body, dict) and isinstance(body.get("body"), list):
        found = _IDENTIFIER.search(str(body.get("request")))
        headers = body.get("response_headers")
        told = {str(k): str(v) for k, v in headers.items()} if isinstance(headers, dict) else {}
        count = header_of(told, "X-Records-Available-Count")
        declared = int(count) if _COUNT.fullmatch(count) else None
        return _Page(body["body"], found[1] if found else None, declared)
    if isinstance(body, dict) and body.keys() >= _REQUIRED:
        return _Page([body], None, None)
    if isinstance(body, dict) and "errorCategory" in body:
        raise FileRefused("schema", f"the API refused: {optional_text(body.get('errorCode'))}")
    raise FileRefused("schema", "no page of the GSMA API")


def _account(page: _Page, context: ReadContext) -> str:
    account = context.account or page.identifier or context.named_account()
    if page.identifier and account != page.identifier:
        raise FileRefused("wrong_account", f"the page is of {page.identifier}, not of {account}")
    return account


def _are_entries(items: Sequence[Any]) -> bool:
    """Tell whether these are statement entries: poorer tellings of the same transactions."""
    return any(isinstance(item, dict) and "displayType" in item for item in items)


def _row(item: Any, row: int, account: str, context: ReadContext) -> Transaction:
    if not isinstance(item, dict) or not item.keys() >= _REQUIRED:
        raise RowRefused("reference", "no transaction: a required field is missing")
    reference = read_id(item["transactionReference"], "transactionReference")
    currency = read_currency(item["currency"], "currency")
    direction = _direction(item, account)
    created = item.get("creationDate")
    occurred_at, precision = (
        read_rfc3339(created, "creationDate") if created not in (None, "") else (None, None)
    )
    kind = optional_text(item.get("type")) or optional_text(item.get("displayType")) or ""
    status = optional_text(item.get("transactionStatus"))
    day, rule = business_day(PROVIDER, occurred_at=occurred_at, cut_offs=context.cut_offs)
    return Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=reference,
        dedupe_key=f"{PROVIDER}:{account}:{reference}",
        transaction_type=_TYPE.get(kind, TransactionType.OTHER),
        direction=direction,
        status=_STATUS.get((status or "").casefold(), Status.UNKNOWN),
        provider_status=status,
        amount=read_decimal(item["amount"], "amount", currency),
        currency=currency,
        currency_exponent=currency_exponent(currency),
        business_date=day,
        business_date_rule=rule,
        row=row,
        merchant_reference=optional_text(item.get("requestingOrganisationTransactionReference")),
        bank_reference=optional_text(item.get("transactionReceipt")),
        original_transaction_id=optional_text(item.get("originalTransactionReference")),
        fee_amount=_fees(item.get("fees"), currency),
        occurred_at=occurred_at,
        time_precision=precision,
        terminal_id=optional_text(item.get("servicingIdentity")),
        description=clean(optional_text(item.get("descriptionText")) or ""),
        payer=_party(item["debitParty"]) if direction is Direction.CREDIT else None,
    )


def _direction(item: Mapping[str, Any], account: str) -> Direction:
    is_credited = account in _values(item["creditParty"])
    if is_credited == (account in _values(item["debitParty"])):
        raise RowRefused("amount_sides", "our account is on neither side, or on both")
    return Direction.CREDIT if is_credited else Direction.DEBIT


def _values(parties: Any) -> list[str]:
    members = parties if isinstance(parties, list) else []
    told = [optional_text(one.get("value")) for one in members if isinstance(one, dict)]
    return [value for value in told if value]


def _party(parties: Any) -> str | None:
    return next(iter(_values(parties)), None)


def _fees(fees: Any, currency: str) -> int | None:
    if not isinstance(fees, list) or not fees:
        return None
    total = 0
    for fee in fees:
        if not isinstance(fee, dict) or fee.get("feeCurrency", currency) != currency:
            raise RowRefused("amount", "a fee is unreadable, or in another currency")
        total += read_decimal_balance(fee.get("feeAmount"), "feeAmount", currency)
    return total


def _statements(rows: Rows, page: _Page, account: str) -> list[Statement]:
    """Return the totals of the window, one for each currency that is in it."""
    told: dict[str, list[Transaction]] = {}
    for row in rows.transactions:
        told.setdefault(row.currency, []).append(row)
    is_whole = len(page.items) == page.declared_count
    return [
        _statement(members, page, account, is_whole=is_whole and not rows.rejects)
        for members in told.values()
    ]


def _statement(
    members: Sequence[Transaction], page: _Page, account: str, *, is_whole: bool
) -> Statement:
    moved = [row for row in members if row.status is Status.SUCCEEDED]
    credit = sum(row.amount for row in moved if row.direction is Direction.CREDIT)
    debit = sum(row.amount for row in moved if row.direction is Direction.DEBIT)
    fees = [row.fee_amount for row in moved if row.fee_amount is not None]
    return Statement(
        provider=PROVIDER,
        provider_account_id=account,
        settlement_id=None,
        statement_kind="daily_report",
        currency=members[0].currency,
        currency_exponent=members[0].currency_exponent,
        gross_credit_amount=credit,
        gross_debit_amount=debit,
        fee_amount=sum(fees) if fees else None,
        transaction_count=len(moved),
        declared_count=page.declared_count,
        computed_count=len(members),
        computed_credit_total=credit,
        computed_debit_total=debit,
        control_status="agree" if len(page.items) == page.declared_count else "differ",
        completeness="complete" if is_whole else "partial",
    )
