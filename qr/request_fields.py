"""What a request for a payload may hold, field by field; a breach is refused, nothing is trimmed."""

import re
import unicodedata

from qr.errors import UnknownParticipant
from qr.fatal import ACCOUNT_LENGTH_MAX
from qr.participants import Participant, find_participant, participants
from qr.refusals import payload_refused
from qr.text import fold_to_ascii
from qr.tlv import LENGTH_MAX, write_object
from qr.wallet_accounts import is_wallet_account

AMOUNT_VND_MAX = 499_999_999
"""NAPAS247 moves less than 500 million đồng at once. Source: NAPAS "VietQR format", v1.0, 8.1.1."""
PURPOSE_MAX, LABEL_MAX = 19, 25
SERVICES_WRITTEN = frozenset({"QRIBFTTA", "QRIBFTTC", "QRPUSH"})
"""To an account, to a card, to a merchant. QRCASH draws money at a cash machine: no market's."""

_ACCOUNT = re.compile(rf"[A-Za-z0-9]{{1,{ACCOUNT_LENGTH_MAX}}}")
_KEPT = re.compile(r"[A-Za-z0-9 _\-.]+")
_FOUR_DIGITS = re.compile(r"[0-9]{4}")
_NAME_CHARACTERS_MAX = 200
"""Beyond this nobody's name is looked at: normalising a long run of accents takes its square."""


def check_payee(bin_: object, account: object, bank_name: object) -> None:
    """Check that the BIN may be paid, is the named bank's, and that the account is one.

    Raises:
        PayloadRefused: ``bin``, ``bank_name`` or ``account`` breaks a rule.
    """
    participant = _participant(text("bin", bin_))
    if bank_name is not None:
        _check_bank_name(text("bank_name", bank_name), bin_=participant.bin)
    number = text("account", account)
    if not _ACCOUNT.fullmatch(number):
        raise payload_refused(
            "account", "account", value=number, length=len(number), limit=ACCOUNT_LENGTH_MAX
        )
    if is_wallet_account(participant.bin, number):
        raise payload_refused("account", "wallet", value=number)


def _participant(bin_: str) -> Participant:
    found = participants().get(bin_)
    if found is None:
        raise payload_refused("bin", "unknown-bin", value=bin_)
    if found.status == "unverified":
        raise payload_refused("bin", "unverified-bin", value=bin_)
    # MoMo's reference in 62.05 cannot be derived, and without it MoMo does not pay (qr.wrappers).
    if found.kind == "wallet":
        raise payload_refused("bin", "wallet", value=bin_)
    return found


def _check_bank_name(bank_name: str, *, bin_: str) -> None:
    """Refuse a BIN that is not the named bank's: published tables with swapped BINs exist."""
    try:
        named = find_participant(bank_name)
    except UnknownParticipant as unknown:
        raise payload_refused(
            "bank_name", "unknown-bank", english=str(unknown), vietnamese=unknown.message_vi
        ) from unknown
    if named.bin != bin_:
        raise payload_refused(
            "bank_name", "other-bin", value=bank_name, named=named.bin, given=bin_
        )


def text(field: str, value: object) -> str:
    """Return a value that must be text."""
    if not isinstance(value, str):
        raise payload_refused(field, "no-text", value=value)
    return value


def service(value: object) -> str:
    """Return a service a market may ask for."""
    if text("service", value) not in SERVICES_WRITTEN:
        raise payload_refused("service", "service", value=value)
    return text("service", value)


def merchant_category(value: object) -> str:
    """Return the four digits of a merchant category code, ISO 18245."""
    if not _FOUR_DIGITS.fullmatch(text("mcc", value)):
        raise payload_refused("mcc", "mcc", value=value)
    return text("mcc", value)


def amount(amount_vnd: object) -> str:
    """Return the digits of an amount, empty for none; only a plain int is one.

    A bool, a float, numpy's integers and text are refused: ``50.000`` would pay fifty đồng.
    """
    if amount_vnd is None:
        return ""
    if type(amount_vnd) is not int:
        raise payload_refused(
            "amount_vnd", "no-integer", value=amount_vnd, kind=type(amount_vnd).__name__
        )
    if not 1 <= amount_vnd <= AMOUNT_VND_MAX:
        raise payload_refused("amount_vnd", "amount-range", value=amount_vnd, limit=AMOUNT_VND_MAX)
    return str(amount_vnd)


def folded_name(field: str, value: object, *, limit: int) -> str:
    """Return a name folded to ASCII; letters and digits that folding would lose are refused."""
    name = _checked_name(field, value)
    folded = fold_to_ascii(name)
    if folded != folded.strip() or not folded:
        raise payload_refused(field, "folds-away", value=name, folded=folded)
    if len(folded) > limit:
        raise payload_refused(field, "name-length", value=folded, length=len(folded), limit=limit)
    return folded


def accented_name(field: str, value: object, *, limit: int) -> str:
    """Return a name with its diacritics, precomposed (NFC), for the language template."""
    name = unicodedata.normalize("NFC", _checked_name(field, value))
    if len(name) > limit:
        raise payload_refused(field, "name-length", value=name, length=len(name), limit=limit)
    return name


def _checked_name(field: str, value: object) -> str:
    name = text(field, value)
    if len(name) > _NAME_CHARACTERS_MAX:
        raise payload_refused(
            field, "name-length", value=name, length=len(name), limit=_NAME_CHARACTERS_MAX
        )
    lost = next((c for c in unicodedata.normalize("NFC", name) if _is_lost(c)), None)
    if lost is not None:
        raise payload_refused(field, "lost-character", value=name, character=lost)
    return name


def _is_lost(character: str) -> bool:
    """Return whether folding drops a character that is no mere punctuation or accent."""
    if fold_to_ascii(character) or (character.isascii() and character.isprintable()):
        return False
    return unicodedata.category(character)[0] not in {"P", "M"}


def additional(labels: dict[str, tuple[str, object, int]]) -> str:
    """Return the value of 62: each label by its sub-ID, with its field and its longest length.

    Raises:
        PayloadRefused: a label breaks a rule, or together they do not fit.
    """
    value = "".join(
        write_object(tag, _label(field, label, limit=limit))
        for tag, (field, label, limit) in sorted(labels.items())
        if label is not None
    )
    if len(value) > LENGTH_MAX:
        raise payload_refused("additional", "template-length", length=len(value), limit=LENGTH_MAX)
    return value


def _label(field: str, value: object, *, limit: int) -> str:
    """Return a label as it is: it is a reference, so it is never folded."""
    label = text(field, value)
    if not _KEPT.fullmatch(label) or label != label.strip():
        raise payload_refused(field, "label", value=label)
    if len(label) > limit:
        raise payload_refused(field, "label-length", length=len(label), limit=limit)
    return label
