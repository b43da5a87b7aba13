"""What a QR code seen at a stall is: whose scheme, which account it pays, how people are shown it."""

from dataclasses import dataclass, replace

from merchants.accounts import Account, account_at
from merchants.errors import CodeNotRecorded
from merchants.kinds import AccountKind, CodeScheme
from merchants.sentences import Sentence
from qr.errors import CodeNotImported
from qr.participants import participants
from qr.payload import PayloadReading
from qr.wrappers import Network, import_code

PAYLOAD_BYTES_MAX = 2953
"""What the largest symbol holds at the lowest level. Source: ISO/IEC 18004:2015, table 7, page 38."""

_SCHEME_OF = {
    Network.MOMO: CodeScheme.MOMO,
    Network.ZALOPAY: CodeScheme.ZALOPAY,
    Network.VNPAY: CodeScheme.VNPAY,
    Network.VIETQR: CodeScheme.VIETQR,
}
"""Who gave the code comes first: a wallet's code often serves VietQR as well."""
_SHOWN = {
    CodeScheme.VIETQR: "VietQR",
    CodeScheme.VNPAY: "VNPAY",
    CodeScheme.MOMO: "MoMo",
    CodeScheme.ZALOPAY: "ZaloPay",
    CodeScheme.OTHER: "Mã khác",
}
_WALLETS = frozenset({CodeScheme.MOMO, CodeScheme.ZALOPAY})
_NAME_MAX = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCode:
    """A code as it was read. ``payload`` is what must be printed to have the same code again."""

    payload: str
    scheme: CodeScheme
    label: str
    """Bank or wallet and the last characters; never the whole account."""
    account: Account | None
    """The account it pays; ``None`` = the code does not tell."""
    holder_name: str
    """What the code says the payee is called, in the capitals banks keep; may be empty."""
    is_whole: bool
    """A payment code without fatal errors; others are counted, and never printed again."""


def read_seen_code(text: str) -> SeenCode:
    """Return what a scanned or pasted code is; a code nobody understands is one all the same.

    Raises:
        CodeNotRecorded: it is empty, or longer than a QR code can be.
    """
    if not text.strip():
        raise CodeNotRecorded("Chưa có nội dung mã QR")
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > PAYLOAD_BYTES_MAX:
        raise CodeNotRecorded(
            Sentence(
                "Dài {size} byte, một mã QR chứa tối đa {most}",
                size=size,
                most=PAYLOAD_BYTES_MAX,
            )
        )
    try:
        imported = import_code(text)
    except CodeNotImported:
        return SeenCode(
            payload=text,
            scheme=CodeScheme.OTHER,
            label=_SHOWN[CodeScheme.OTHER],
            account=None,
            holder_name="",
            is_whole=False,
        )
    scheme = next(
        (scheme for network, scheme in _SCHEME_OF.items() if network in imported.networks),
        CodeScheme.OTHER,
    )
    account = _account(imported.reading, scheme)
    return SeenCode(
        payload=imported.payload,
        scheme=scheme,
        label=_label(scheme, account),
        account=account,
        holder_name=_holder(imported.reading),
        is_whole=True,
    )


def _account(reading: PayloadReading, scheme: CodeScheme) -> Account | None:
    if reading.beneficiary is None:
        return None
    participant = participants().get(reading.beneficiary.bin)
    if participant is None:
        return None
    account = account_at(participant, reading.beneficiary.account)
    if scheme in _WALLETS:
        # The bank only passes it on: no poster is ever built from such a number (qr/wrappers.py).
        return replace(account, kind=AccountKind.E_WALLET)
    return account


def _label(scheme: CodeScheme, account: Account | None) -> str:
    if account is None:
        return _SHOWN[scheme]
    assert account.bin is not None
    bank = participants()[account.bin].short_name
    shown = f"{bank} ···{account.tail}"
    is_named = scheme is CodeScheme.VIETQR or bank == _SHOWN[scheme]
    return shown if is_named else f"{_SHOWN[scheme]}, {shown}"


def _holder(reading: PayloadReading) -> str:
    name = reading.fields.get("59")
    return name[:_NAME_MAX].strip() if isinstance(name, str) else ""
