"""Casso webhooks: v1 is a list behind a token, v2 one signed transfer. Source: feeds.md 3.2."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from reconciliation.feeds.reading.bodies import TEST_PING, Body, Rows, read_object, unknown_fields
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
from reconciliation.feeds.reading.json_body import optional_text, read_id
from reconciliation.feeds.reading.memo import payer_account, transaction_type
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.text import clean
from reconciliation.feeds.reading.wire_values import read_balance, read_whole
from reconciliation.records import Direction, FeedReading, FileAction, Status, Transaction
from reconciliation.signatures import (
    BAD,
    SignatureVerdict,
    header_of,
    hex_verdict,
    signed_bytes,
    token_verdict,
)

PROVIDER = "casso"
BOTH = "1+2"
"""Value of the option ``version`` where both versions are sent to one address."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MILLISECONDS = re.compile("[0-9]{1,15}")

# What each version, and each public integration of it, calls the same thing.
_ID = ("id",)
_AMOUNT = ("amount",)
_REFERENCE = ("tid", "reference")
_TIME = ("when", "transactionDateTime")
_MEMO = ("description",)
_BALANCE = ("cusum_balance", "cusumBalance", "runningBalance")
_ACCOUNT = ("subAccId", "sub_acc_id", "accountNumber", "bank_sub_acc_id", "bankSubAccId")
_PAYER = ("corresponsiveAccount", "corresponsive_account", "counterAccountNumber")
_PAYER_NAME = ("corresponsiveName", "corresponsive_name", "counterAccountName")
_BANK = ("bankAbbreviation", "bank_abbreviation", "bankName", "bank_name")
_OTHERS = (
    *_BANK,
    *(
        "virtualAccount",
        "virtual_account",
        "virtualAccountName",
        "virtual_account_name",
        "virtualAccountNumber",
    ),
    *("corresponsiveBankId", "corresponsive_bank_id", "counterAccountBankId"),
    *("corresponsiveBankName", "corresponsive_bank_name", "counterAccountBankName"),
)
_PERSONAL = frozenset((*_PAYER, *_PAYER_NAME, *_MEMO))
_KNOWN = frozenset(
    (*_ID, *_AMOUNT, *_REFERENCE, *_TIME, *_MEMO, *_BALANCE, *_ACCOUNT, *_PAYER, *_PAYER_NAME)
) | frozenset(_OTHERS)


def verify(delivered: Delivered, channel: Channel, now: datetime) -> SignatureVerdict:
    """Return the verdict on the token of v1, or on the signature of v2; never on the other's.

    Who has both at once says so; then the header tells which one it is, and a body that comes with
    a signature is judged by it alone.
    """
    version = channel.options.get("version")
    is_signed = bool(header_of(delivered.headers, "X-Casso-Signature"))
    if version == "1" or (version == BOTH and not is_signed):
        return token_verdict(header_of(delivered.headers, "secure-token"), channel.secrets)
    return _verify_v2(delivered, channel.secrets, now)


def _verify_v2(delivered: Delivered, secrets: tuple[str, ...], now: datetime) -> SignatureVerdict:
    """Return the verdict on HMAC-SHA512 over ``{t}.{JSON, keys sorted, compact}``.

    The age of ``t`` is told and not judged: it is not known whether a repetition renews it. Nor is
    it known whether accents and slashes are escaped, as PHP does and JavaScript does not.
    """
    parts = [
        part.strip().partition("=")
        for part in header_of(delivered.headers, "X-Casso-Signature").split(",")
    ]
    times = [value for name, _, value in parts if name == "t"]
    told = [value for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not _MILLISECONDS.fullmatch(times[0]):
        return BAD
    try:
        body = json.loads(delivered.content)
        plain = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        escaped = json.dumps(body, sort_keys=True, separators=(",", ":")).replace("/", r"\/")
    except (ValueError, RecursionError):
        return BAD
    age_s = int(now.timestamp() - int(times[0]) / 1000)
    for form, text in (("unescaped", plain), ("PHP-escaped", escaped)):
        verdict = hex_verdict(told, signed_bytes(f"{times[0]}.{text}"), secrets, "sha512")
        if verdict.is_accepted:
            return SignatureVerdict(verdict.status, "", f"{form} form, {age_s} s old")
    return BAD


DOOR = Door(
    provider=PROVIDER,
    verify=verify,
    answers=usual_answers(Answer(200, {"success": True})),
    signed_headers=("x-casso-signature",),
    options={"version": Option(allowed=("1", "2", BOTH))},
)


class CassoReader:
    """Reads one webhook: the transfers of a v1 list, the one of v2, or a test ping."""

    provider = PROVIDER
    door = DOOR

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the body holds transfers as one of the two versions writes them."""
        try:
            return all(map(_is_transfer, _transfers(read_object(content))))
        except FileRefused:
            return False

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return the transfers; the id 0 of v2 is a test ping."""
        try:
            body = read_object(content)
            items = _transfers(body)
            if isinstance(body["data"], dict) and optional_text(items[0].get("id")) == "0":
                return FeedReading(FileAction.ACCEPT, warnings=(TEST_PING,))
            rows = Rows(_PERSONAL)
            for number, item in enumerate(items, start=1):
                rows.take(
                    lambda i=item, n=number: context.held(_transfer(i, n, context)),  # type: ignore[misc]
                    item,
                    row=number,
                )
                rows.warnings += unknown_fields(item, _KNOWN) if isinstance(item, dict) else []
        except FileRefused as refusal:
            return refused(refusal)
        return rows.reading()


def _transfers(body: Body) -> list[Any]:
    data = body.get("data")
    if "error" in body and isinstance(data, list) and data:
        return data
    if "error" in body and isinstance(data, dict) and _is_transfer(data):
        return [data]
    raise FileRefused("schema", "no Casso body: neither a list of transfers nor one")


def _is_transfer(item: object) -> bool:
    return (
        isinstance(item, dict)
        and {"id", "amount"} <= item.keys()
        and any(name in item for name in _TIME)
    )


def _transfer(item: Any, row: int, context: ReadContext) -> Transaction:
    if not _is_transfer(item):
        raise RowRefused("reference", "no transfer: id, amount or time is missing")
    account = optional_text(_told(item, _ACCOUNT))
    if account is None:
        raise RowRefused("reference", "the transfer names no account")
    if context.account and context.account != account:
        raise RowRefused("reference", "the transfer is of another account than the channel")
    identifier = read_id(item["id"], "id")
    if identifier == "0":
        raise RowRefused("reference", "id is 0, which is no transfer's")
    signed = read_whole(item["amount"], "amount", may_be_negative=True)
    direction = Direction.CREDIT if signed > 0 else Direction.DEBIT
    occurred_at, precision, booked_on = _time(_told(item, _TIME))
    memo = clean(optional_text(_told(item, _MEMO)) or "")
    day, rule = business_day(
        PROVIDER, booking_date=booked_on, occurred_at=occurred_at, cut_offs=context.cut_offs
    )
    payer = optional_text(_told(item, _PAYER)) or payer_account(memo)
    return Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=identifier,
        dedupe_key=f"{PROVIDER}:{account}:{identifier}",
        transaction_type=transaction_type(memo, direction),
        direction=direction,
        status=Status.SUCCEEDED,
        amount=abs(signed),
        currency="VND",
        currency_exponent=0,
        business_date=day,
        business_date_rule=rule,
        row=row,
        bank_reference=optional_text(_told(item, _REFERENCE)),
        balance_after=_balance(_told(item, _BALANCE)),
        occurred_at=occurred_at,
        time_precision=precision,
        booking_date=booked_on,
        description=memo,
        bank=optional_text(_told(item, _BANK)),
        payer=payer if direction is Direction.CREDIT else None,
    )


def _told(item: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        if (value := item.get(name)) not in (None, ""):
            return value
    return None


def _time(value: object) -> tuple[datetime | None, str, date | None]:
    """Return instant, precision and booking day; a text of a day alone is only a booking day."""
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        try:
            return None, "day", date.fromisoformat(value.strip())
        except ValueError as failure:
            raise RowRefused("date", f"{value!r}: {failure}") from failure
    return *read_iso_instant(value), None


def _balance(value: object) -> int | None:
    if value is None:
        return None
    try:
        return read_balance(value, "balance")
    except RowRefused as refusal:
        raise RowRefused("balance", refusal.detail) from refusal
