"""The VietQR text of a stall's poster, and how long names are shortened to fit it.

The payload writer never trims: what to leave out of a name is the register's choice, made here. The
poster itself prints the holder's name in full, and banks show payers the name they hold themselves.
"""

import re
from collections.abc import Sequence

from merchants.names import name_words
from merchants.posters.goods import merchant_category
from qr.payload import TransferRequest, write_payload
from qr.text import fold_to_ascii

MERCHANT_NAME_MAX = 25
CITY_MAX = 15

_UNIT_WORDS = ("THI TRAN", "PHUONG", "XA", "DAC KHU", "TT")
_STORE_LABEL = re.compile(r"[A-Z0-9 _\-.]{1,25}")


def poster_payload(
    *,
    bin: str,  # noqa: A002 (the scheme's own word)
    account: str,
    holder_name: str,
    commune_name: str,
    goods_group: str,
    vendor_code: str,
    stall_code: str,
    amount_vnd: int | None = None,
) -> str:
    """Return the payload of a poster: no amount, the vendor's code as purpose.

    The stall's code goes along as store label when it holds only characters banks keep. With
    ``amount_vnd`` it is the code of one payment, shown on a screen.

    Raises:
        PayloadRefused: a value breaks a rule of the payload.
    """
    return write_payload(
        TransferRequest(
            bin=bin,
            account=account,
            merchant_name=payload_name(holder_name),
            merchant_city=payload_city(commune_name),
            amount_vnd=amount_vnd,
            mcc=merchant_category(goods_group),
            purpose=vendor_code,
            store_label=stall_code if _STORE_LABEL.fullmatch(stall_code) else None,
        )
    )


def payload_name(holder_name: str) -> str:
    """Return the holder's name for tag 59: folded, middle words as initials while it is too long.

    ``HO KINH DOANH`` becomes ``HKD``. Family and given name stay whole; a name that is still too
    long comes back too long, for the writer to refuse.
    """
    return _abbreviated(name_words(holder_name), MERCHANT_NAME_MAX, kept_first=1)


def payload_city(commune_name: str) -> str:
    """Return the commune for tag 60 without its kind, ``Xã Mậu A`` as ``MAU A``.

    A long name keeps its last word and gives initials for the others, as many as needed.
    """
    name = " ".join(fold_to_ascii(commune_name).split())
    for word in _UNIT_WORDS:
        if name.startswith(f"{word} "):
            name = name.removeprefix(f"{word} ")
            break
    return _abbreviated(name.split(), CITY_MAX, kept_first=0)[:CITY_MAX].strip()


def _abbreviated(words: Sequence[str], length_max: int, *, kept_first: int) -> str:
    """Return the words in one line, those between the kept ones cut to initials while too long."""
    shown = list(words)
    for place in range(kept_first, len(shown) - 1):
        if len(" ".join(shown)) <= length_max:
            break
        shown[place] = shown[place][0]
    return " ".join(shown)
