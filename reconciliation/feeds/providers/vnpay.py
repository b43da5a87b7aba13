"""VNPAY: its IPN, a query string, and the answer to a querydr request. Source: feeds.md 3.6."""

import re
from datetime import datetime
from types import MappingProxyType

from reconciliation.feeds.reading.bodies import (
    Body,
    Rows,
    account_of,
    read_form,
    read_object,
    require,
    unknown_fields,
)
from reconciliation.feeds.reading.business_day import business_day
from reconciliation.feeds.reading.context import ReadContext, refused
from reconciliation.feeds.reading.doors import (
    Answer,
    Channel,
    Delivered,
    Door,
    Order,
    Outcome,
)
from reconciliation.feeds.reading.json_body import is_json, optional_text, read_id
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.text import clean
from reconciliation.feeds.reading.wire_values import read_compact_instant, read_scaled
from reconciliation.records import (
    Direction,
    FeedReading,
    Status,
    Transaction,
    TransactionType,
)
from reconciliation.signatures import BAD, SignatureVerdict, hex_verdict, signed_bytes

PROVIDER = "vnpay"
_SCALE = 100
_QUERY = re.compile(rb"[A-Za-z_]+=")
_UNSIGNED = (b"vnp_SecureHash", b"vnp_SecureHashType")
_REQUIRED = frozenset({"vnp_Amount", "vnp_TmnCode", "vnp_TxnRef", "vnp_SecureHash"})
_KNOWN = frozenset(
    {
        *_REQUIRED,
        *("vnp_BankCode", "vnp_BankTranNo", "vnp_CardType", "vnp_OrderInfo", "vnp_PayDate"),
        *("vnp_ResponseCode", "vnp_TransactionNo", "vnp_TransactionStatus", "vnp_SecureHashType"),
    }
)
_ANSWER_SIGNED = (
    *("vnp_ResponseId", "vnp_Command", "vnp_ResponseCode", "vnp_Message", "vnp_TmnCode"),
    *("vnp_TxnRef", "vnp_Amount", "vnp_BankCode", "vnp_PayDate", "vnp_TransactionNo"),
    *("vnp_TransactionType", "vnp_TransactionStatus", "vnp_OrderInfo", "vnp_PromotionCode"),
    "vnp_PromotionAmount",
)
_STATUS = {
    "00": Status.SUCCEEDED,
    **dict.fromkeys(("01", "05", "06", "07"), Status.PENDING),
    "04": Status.REVERSED,
    **dict.fromkeys(("02", "09"), Status.FAILED),
}
_CANCELLED = "24"


def verify(delivered: Delivered, channel: Channel, _now: datetime) -> SignatureVerdict:
    """Return the verdict on ``vnp_SecureHash``, an HMAC-SHA512 over the sorted raw parameters.

    Raw, because languages escape differently: nothing is decoded and encoded again. An answer to
    querydr has the hash of its own fifteen fields instead.
    """
    if is_json(delivered.content):
        return _verify_answer(delivered.content, channel)
    pairs = [pair.partition(b"=") for pair in delivered.content.split(b"&")]
    told = [value.decode("latin-1") for name, _, value in pairs if name == _UNSIGNED[0]]
    signed = sorted((n, v) for n, _, v in pairs if v and n not in _UNSIGNED)
    if len(told) != 1 or not signed:
        return BAD
    message = b"&".join(name + b"=" + value for name, value in signed)
    return hex_verdict(told, message, channel.secrets, "sha512")


def answer_text(answer: Body) -> str:
    """Return the text that the answer to a querydr request is signed over."""
    return "|".join(optional_text(answer.get(name)) or "" for name in _ANSWER_SIGNED)


def _verify_answer(content: bytes, channel: Channel) -> SignatureVerdict:
    try:
        answer = read_object(content)
    except FileRefused:
        return BAD
    told = str(answer.get("vnp_SecureHash"))
    return hex_verdict([told], signed_bytes(answer_text(answer)), channel.secrets, "sha512")


def order_of(content: bytes) -> Order | None:
    """Return the order that a notification pays, ``None`` when it cannot be read."""
    try:
        told = _told(content)
        return Order(told["vnp_TxnRef"], read_scaled(told["vnp_Amount"], "vnp_Amount", _SCALE))
    except (FileRefused, RowRefused):
        return None


def _answer(code: str, message: str) -> Answer:
    return Answer(200, {"RspCode": code}, {"Message": message})


DOOR = Door(
    provider=PROVIDER,
    method="GET",
    verify=verify,
    # None of them undoes the payment: what was verified is in the ledger whatever they say.
    answers=MappingProxyType(
        {
            Outcome.TAKEN: _answer("00", "Confirm Success"),
            Outcome.ORDER_MISSING: _answer("01", "Order Not Found"),
            Outcome.REPEATED: _answer("02", "Order already confirmed"),
            Outcome.ORDER_AMOUNT: _answer("04", "Invalid Amount"),
            Outcome.REFUSED: _answer("97", "Invalid Checksum"),
        }
    ),
    order_of=order_of,
    is_pushed=lambda content: not is_json(content),
)


class VnpayReader:
    """Reads one notification or one answer to querydr: one order's payment or refund."""

    provider = PROVIDER
    door = DOOR

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the content has the parameters of a payment."""
        try:
            _told(content)
        except FileRefused:
            return False
        return True

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return the payment; one whose amount or time is unreadable waits for a person."""
        try:
            told = _told(content)
            account = account_of(told, "vnp_TmnCode", context.account)
        except FileRefused as refusal:
            return refused(refusal)
        rows = Rows(warnings=unknown_fields(told, _KNOWN | set(_ANSWER_SIGNED)))
        rows.take(lambda: context.held(_payment(told, account, context)), told)
        return rows.reading()


def _told(content: bytes) -> Body:
    if is_json(content):
        told: Body = read_object(content)
    elif _QUERY.match(content):
        told = read_form(content)
    else:
        raise FileRefused("schema", "neither a query string nor an answer of VNPAY")
    require(told, _REQUIRED)
    if any(not isinstance(told[name], str) for name in _REQUIRED):
        raise FileRefused("schema", "a parameter of VNPAY is no text")
    return told


def _payment(told: Body, account: str, context: ReadContext) -> Transaction:
    reference = read_id(told["vnp_TxnRef"], "vnp_TxnRef")
    number = optional_text(told.get("vnp_TransactionNo"))
    pay_date = optional_text(told.get("vnp_PayDate"))
    occurred_at = read_compact_instant(pay_date, "vnp_PayDate") if pay_date else None
    if number in (None, "0"):
        if pay_date is None:
            raise RowRefused("reference", "neither vnp_TransactionNo nor vnp_PayDate is told")
        # A reference is unique only within its day.
        identifier, key = reference, f"ref:{reference}:{pay_date}"
    else:
        identifier = key = str(number)
    day, rule = business_day(PROVIDER, occurred_at=occurred_at, cut_offs=context.cut_offs)
    is_refund = optional_text(told.get("vnp_TransactionType")) in {"02", "03"}
    return Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=identifier,
        dedupe_key=f"{PROVIDER}:{account}:{key}",
        transaction_type=TransactionType.REFUND if is_refund else TransactionType.PAYMENT,
        direction=Direction.DEBIT if is_refund else Direction.CREDIT,
        status=_status(told),
        provider_status=optional_text(told.get("vnp_TransactionStatus")),
        amount=read_scaled(told["vnp_Amount"], "vnp_Amount", _SCALE),
        currency="VND",
        currency_exponent=0,
        business_date=day,
        business_date_rule=rule,
        row=1,
        merchant_reference=reference,
        bank_reference=optional_text(told.get("vnp_BankTranNo")),
        occurred_at=occurred_at,
        time_precision="second" if occurred_at else None,
        description=clean(optional_text(told.get("vnp_OrderInfo")) or ""),
    )


def _status(told: Body) -> Status:
    status = _STATUS.get(optional_text(told.get("vnp_TransactionStatus")) or "", Status.UNKNOWN)
    # In an answer the response code is about the question, not about the payment.
    is_notice = "vnp_Command" not in told
    if status is Status.FAILED and is_notice and told.get("vnp_ResponseCode") == _CANCELLED:
        return Status.CANCELLED
    return status
