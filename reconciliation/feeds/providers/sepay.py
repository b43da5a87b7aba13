"""SePay webhook bodies, the plain form and the Bankhub variant. Source: feeds.md 3.1."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciliation.feeds.reading.amounts import read_amount
from reconciliation.feeds.reading.bodies import TEST_PING, read_form, read_object
from reconciliation.feeds.reading.business_day import business_day
from reconciliation.feeds.reading.context import ReadContext, refused
from reconciliation.feeds.reading.dates import read_iso_instant
from reconciliation.feeds.reading.doors import (
    Answer,
    Channel,
    Delivered,
    Door,
    Option,
    usual_answers,
)
from reconciliation.feeds.reading.json_body import optional_text, raw_json, read_id
from reconciliation.feeds.reading.memo import payer_account
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.text import clean
from reconciliation.feeds.reading.wire_values import read_balance, read_whole
from reconciliation.records import (
    Direction,
    FeedReading,
    FileAction,
    Reject,
    Status,
    Transaction,
    TransactionType,
)
from reconciliation.signatures import (
    BAD,
    SignatureVerdict,
    header_of,
    timed_verdict,
    token_verdict,
)

PROVIDER = "sepay"
_FORM_BODY = re.compile(rb"[A-Za-z_]+=")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """The names one variant of the body gives to what every transfer has."""

    identifier: str
    account: str
    amount: str
    direction: str
    incoming: str
    outgoing: str
    time: str
    reference: str
    code: str
    balance: str | None = None
    memo: str | None = None
    bank: str | None = None
    others: frozenset[str] = frozenset()

    @property
    def required(self) -> frozenset[str]:
        return frozenset({self.identifier, self.account, self.amount, self.direction, self.time})

    @property
    def known(self) -> frozenset[str]:
        named = {
            *(self.reference, self.code),
            *(self.balance or "", self.memo or "", self.bank or ""),
        }
        return self.required | self.others | named


_PLAIN = _Form(
    identifier="id",
    account="accountNumber",
    amount="transferAmount",
    direction="transferType",
    incoming="in",
    outgoing="out",
    time="transactionDate",
    reference="referenceCode",
    code="code",
    balance="accumulated",
    memo="content",
    bank="gateway",
    others=frozenset({"subAccount", "description"}),
)
_BANKHUB = _Form(
    identifier="transaction_id",
    account="account_number",
    amount="amount",
    direction="transfer_type",
    incoming="credit",
    outgoing="debit",
    time="transaction_date",
    reference="reference_code",
    code="payment_code",
    others=frozenset({"va"}),
)


def verify(delivered: Delivered, channel: Channel, now: datetime) -> SignatureVerdict:
    """Return the verdict on ``X-SePay-Signature`` over ``{X-SePay-Timestamp}.{raw body}``.

    A channel of API keys looks at ``Authorization: Apikey …`` and nothing else; a channel of
    signatures looks at no key.
    """
    if channel.options.get("auth") == "apikey":
        scheme, _, told = header_of(delivered.headers, "Authorization").partition(" ")
        is_key = scheme.lower() == "apikey"
        return token_verdict(told.strip(), channel.secrets) if is_key else BAD
    signature = header_of(delivered.headers, "X-SePay-Signature")
    if not signature.startswith("sha256="):
        return BAD
    return timed_verdict(
        header_of(delivered.headers, "X-SePay-Timestamp"),
        delivered.content,
        [signature.removeprefix("sha256=")],
        secrets=channel.secrets,
        now=now,
    )


DOOR = Door(
    provider=PROVIDER,
    verify=verify,
    answers=usual_answers(Answer(200, {"success": True})),
    signed_headers=("x-sepay-signature", "x-sepay-timestamp"),
    options={"auth": Option(allowed=("hmac", "apikey"), default="hmac")},
)


class SepayReader:
    """Reads one webhook body: one transfer, or a test ping that makes no row."""

    provider = PROVIDER
    door = DOOR

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the body has the fields of one of the two variants."""
        try:
            _form_of(_body(content))
        except FileRefused:
            return False
        return True

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return the transfer; a body whose amount or time is unreadable waits for a person."""
        try:
            body = _body(content)
            form = _form_of(body)
            return _read_transfer(body, form, context)
        except FileRefused as refusal:
            return refused(refusal)


def _read_transfer(body: dict[str, Any], form: _Form, context: ReadContext) -> FeedReading:
    if str(body[form.identifier]) == "0":
        return FeedReading(FileAction.ACCEPT, warnings=(TEST_PING,))
    try:
        transfer = context.held(_transfer(body, form, context))
    except RowRefused as refusal:
        return FeedReading(
            FileAction.QUARANTINE_ROWS,
            rejects=(Reject(1, refusal.reason, raw_json(body)),),
            reason=refusal.reason,
            warnings=(refusal.detail,),
        )
    unknown = sorted(set(body) - form.known)
    return FeedReading(
        FileAction.ACCEPT,
        transactions=(transfer,),
        warnings=tuple(f"unknown field {field}" for field in unknown),
    )


def _body(content: bytes) -> dict[str, Any]:
    if _FORM_BODY.match(content):
        return dict(read_form(content))
    return read_object(content)


def _form_of(body: dict[str, Any]) -> _Form:
    for form in (_PLAIN, _BANKHUB):
        if form.required <= set(body):
            return form
    raise FileRefused("schema", f"missing fields; the body has {', '.join(sorted(body)) or 'none'}")


def _transfer(body: dict[str, Any], form: _Form, context: ReadContext) -> Transaction:
    account = optional_text(body[form.account])
    if account is None:
        raise FileRefused("schema", f"{form.account} is {body[form.account]!r}, no account")
    if context.account and context.account != account:
        raise FileRefused("wrong_account", f"the body is of {account}, not of {context.account}")
    identifier = read_id(body[form.identifier], form.identifier)
    direction = _direction(body[form.direction], form)
    amount = _amount(body[form.amount], form)
    occurred_at, precision = read_iso_instant(body[form.time])
    memo = clean(optional_text(body.get(form.memo)) or "") if form.memo else None
    day, rule = business_day(PROVIDER, occurred_at=occurred_at, cut_offs=context.cut_offs)
    is_incoming = direction is Direction.CREDIT
    return Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=identifier,
        dedupe_key=f"{PROVIDER}:{account}:{identifier}",
        transaction_type=TransactionType.PAYMENT if is_incoming else TransactionType.TRANSFER,
        direction=direction,
        status=Status.SUCCEEDED,
        amount=amount,
        currency="VND",
        currency_exponent=0,
        business_date=day,
        business_date_rule=rule,
        row=1,
        merchant_reference=optional_text(body.get(form.code)),
        bank_reference=optional_text(body.get(form.reference)),
        balance_after=_balance(body, form),
        occurred_at=occurred_at,
        time_precision=precision,
        description=memo,
        bank=optional_text(body.get(form.bank)) if form.bank else None,
        payer=payer_account(memo) if is_incoming else None,
    )


def _direction(value: object, form: _Form) -> Direction:
    if value == form.incoming:
        return Direction.CREDIT
    if value == form.outgoing:
        return Direction.DEBIT
    raise RowRefused("amount_sides", f"{form.direction} is {value!r}")


def _amount(value: object, form: _Form) -> int:
    # A text, as forms have it, may be grouped like a cell; a number may not be written with an "e".
    told = read_amount(value) if isinstance(value, str) else value
    return read_whole(told, form.amount)


def _balance(body: dict[str, Any], form: _Form) -> int | None:
    """Return the running balance; SePay writes 0 where it does not know it."""
    value = body.get(form.balance) if form.balance else None
    if value in (None, ""):
        return None
    try:
        told = read_amount(value) if isinstance(value, str) else value
        return read_balance(told, str(form.balance)) or None
    except RowRefused as refusal:
        raise RowRefused("balance", refusal.detail) from refusal
