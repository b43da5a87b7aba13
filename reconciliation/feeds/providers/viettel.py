"""Viettel Money's callback, a form with a check sum inside. Source: feeds.md 3.7."""

import re
from collections.abc import Mapping
from datetime import datetime

from reconciliation.feeds.reading.bodies import (
    Body,
    Rows,
    account_of,
    read_form,
    require,
    unknown_fields,
)
from reconciliation.feeds.reading.context import ReadContext, refused
from reconciliation.feeds.reading.doors import (
    Answer,
    Channel,
    Delivered,
    Door,
    Option,
    usual_answers,
)
from reconciliation.feeds.reading.json_body import optional_text, read_id
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.reading.wire_values import read_whole
from reconciliation.records import (
    Direction,
    FeedReading,
    Status,
    Transaction,
    TransactionType,
)
from reconciliation.signatures import BAD, SignatureVerdict, base64_verdict, signed_bytes

PROVIDER = "viettel"
_SIGNED = (
    *("access_code", "billcode", "merchant_code", "order_id", "payment_status", "trans_amount"),
    "vt_transaction_id",
)
_REQUIRED = frozenset(_SIGNED) - {"access_code", "billcode"} | {"check_sum"}
_PERSONAL = frozenset({"cust_msisdn"})
_KNOWN = frozenset(_SIGNED) | _PERSONAL | {"error_code", "check_sum"}
_FORM = re.compile(rb"[A-Za-z_]+=")


def signed_text(form: Mapping[str, str]) -> str:
    """Return the seven signed values, with nothing between them."""
    return "".join(form.get(name, "") for name in _SIGNED)


def verify(delivered: Delivered, channel: Channel, _now: datetime) -> SignatureVerdict:
    """Return the verdict on ``check_sum``, an HMAC in base64 by the digest of the contract.

    It is over seven values with nothing between them: a digit that moves from the end of one to the
    beginning of the next passes. That is the contract's weakness, and cannot be mended here.
    """
    try:
        form = read_form(delivered.content)
    except FileRefused:
        return BAD
    message = signed_bytes(signed_text(form))
    digest = channel.options.get("digest", "")
    return base64_verdict(form.get("check_sum", ""), message, channel.secrets, digest)


DOOR = Door(
    provider=PROVIDER,
    verify=verify,
    answers=usual_answers(Answer(200)),
    options={"digest": Option(allowed=("sha1", "sha256"))},
)


class ViettelReader:
    """Reads one callback: one payment."""

    provider = PROVIDER
    door = DOOR

    def identify(self, content: bytes, name: str) -> bool:  # noqa: ARG002 - bytes decide
        """Tell whether the form has the fields of a callback."""
        try:
            _form(content)
        except FileRefused:
            return False
        return True

    def read(self, content: bytes, *, context: ReadContext) -> FeedReading:
        """Return the payment; one whose amount is unreadable waits for a person."""
        try:
            form = _form(content)
            account = account_of(form, "merchant_code", context.account)
        except FileRefused as refusal:
            return refused(refusal)
        rows = Rows(_PERSONAL, warnings=unknown_fields(form, _KNOWN))
        rows.take(lambda: context.held(_payment(form, account, context)), form)
        return rows.reading()


def _form(content: bytes) -> Body:
    if not _FORM.match(content):
        raise FileRefused("schema", "the body is no form")
    form = read_form(content)
    require(form, _REQUIRED)
    return form


def _payment(form: Body, account: str, context: ReadContext) -> Transaction:
    identifier = read_id(form["vt_transaction_id"], "vt_transaction_id")
    status = read_id(form["payment_status"], "payment_status")
    return Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=identifier,
        dedupe_key=f"{PROVIDER}:{account}:{identifier}",
        transaction_type=TransactionType.PAYMENT,
        direction=Direction.CREDIT,
        status=Status.SUCCEEDED if status == "1" else Status.UNKNOWN,
        provider_status=status,
        amount=read_whole(form["trans_amount"], "trans_amount"),
        currency="VND",
        currency_exponent=0,
        business_date=None,
        business_date_rule=None,
        row=1,
        merchant_reference=optional_text(form["order_id"]),
        payer=optional_text(form.get("cust_msisdn")),
    )
