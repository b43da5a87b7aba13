"""A vendor's own wallet QR, taken over from a photo and printed again exactly as it was.

A wallet's code is never built here (``qr.wrappers``): the vendor's own is read, kept byte for byte,
sealed, and drawn again. When it tells an account, the account can be proposed from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from merchants.acceptance.code_reading import SeenCode, read_seen_code
from merchants.acceptance.displayed_codes import CodeResult, see_code
from merchants.acceptance.entry import ProposedAccount
from merchants.accounts import Account, payload_fingerprint
from merchants.actors import Actor
from merchants.errors import CodeNotRecorded, DisplayedCodeNotFound, PayloadAltered
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.tables import DisplayedCode, Market, Stall, Vendor
from qr.errors import SymbolTooLarge
from qr.scan import decode_image
from qr.symbol import Symbol, draw_symbol

PHOTO_BYTES_MAX = 8 * 1024 * 1024
"""A phone's photo at full size, and below what the doors take at all."""
CODES_IN_PHOTO_MAX = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCode:
    """A vendor's own code ready to be printed: the symbol, and the words that go with it."""

    symbol: Symbol
    label: str
    market_name: str
    stall_code: str
    vendor_name: str


def codes_in_photo(content: bytes) -> list[SeenCode]:
    """Return the QR codes in a picture, top to bottom, each once.

    Several may be in one photo, so people choose; one may be the sticker pasted over another.

    Raises:
        CodeNotRecorded: the picture is too large, or shows no code that can be read.
        ImageRefused: it is no JPEG, PNG or WebP.
    """
    if len(content) > PHOTO_BYTES_MAX:
        raise CodeNotRecorded(
            Sentence(
                "Ảnh nặng {n:.1f} MB, nhận tối đa {most} MB",
                n=len(content) / 2**20,
                most=PHOTO_BYTES_MAX // 2**20,
            )
        )
    texts = list(dict.fromkeys(text for text in decode_image(content) if text.strip()))
    if not texts:
        raise CodeNotRecorded(
            "Không thấy mã QR nào đọc được trong ảnh. Chụp lại: đủ sáng, thẳng, mã chiếm nửa ảnh"
        )
    return [read_seen_code(text) for text in texts[:CODES_IN_PHOTO_MAX]]


def take_own_code(
    session: Session,
    market_code: str,
    stall_code: str,
    payload: str,
    *,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> CodeResult:
    """Keep a vendor's own code, byte for byte, to be printed again.

    Raises:
        MarketNotFound, StallNotFound: there is none.
        CodeNotRecorded: it is no whole payment code, or too fine to print; a damaged code would be
            printed damaged.
    """
    seen = read_seen_code(payload)
    if not seen.is_whole:
        raise CodeNotRecorded("Đây không phải mã thanh toán nguyên vẹn: chụp lại mã gốc của ví")
    try:
        draw_symbol(seen.payload)
    except SymbolTooLarge:
        raise CodeNotRecorded(
            Sentence("Mã dài {n} ký tự, in ra sẽ quá nhỏ để quét", n=len(seen.payload))
        ) from None
    return see_code(
        session,
        market_code,
        stall_code,
        payload,
        is_own_wallet_code=True,
        sealer=sealer,
        actor=actor,
        now=now,
    )


def own_code(
    session: Session, market_code: str, stall_code: str, code_id: int, *, sealer: Sealer
) -> OwnCode:
    """Return a kept code to be printed, unchanged.

    Raises:
        DisplayedCodeNotFound: the stall has no own code under this number.
        PayloadAltered: what is stored is not what was taken over.
    """
    code, stall, market, vendor = _row(session, market_code, stall_code, code_id)
    if not code.is_own_wallet_code:
        raise DisplayedCodeNotFound(stall_code, code_id)
    return OwnCode(
        symbol=draw_symbol(_opened(code, sealer)),
        label=code.label,
        market_name=market.name,
        stall_code=stall.code,
        vendor_name=(vendor.business_name or vendor.full_name) if vendor else "",
    )


def account_of_code(
    session: Session, market_code: str, stall_code: str, code_id: int, *, sealer: Sealer
) -> tuple[Account, str]:
    """Return the account a code seen at a stall pays, and what the code calls its holder.

    Raises:
        DisplayedCodeNotFound: no such code hangs at the stall, or it tells no account.
        PayloadAltered: what is stored is not what was seen.
    """
    code, _, _, _ = _row(session, market_code, stall_code, code_id)
    seen = read_seen_code(_opened(code, sealer))
    if seen.account is None:
        raise DisplayedCodeNotFound(stall_code, code_id)
    return seen.account, seen.holder_name


def proposed_from_code(
    session: Session,
    market_code: str,
    stall_code: str,
    code_id: int,
    *,
    holder_name: str = "",
    sealer: Sealer,
) -> ProposedAccount:
    """Return the account of a code as one that may be proposed; the holder's name may be corrected.

    Raises:
        DisplayedCodeNotFound, PayloadAltered: as ``account_of_code``.
    """
    account, told = account_of_code(session, market_code, stall_code, code_id, sealer=sealer)
    return ProposedAccount(account=account, holder_name=holder_name or told)


def choose(codes: Sequence[SeenCode], place: int) -> SeenCode:
    """Return the chosen code of a photo, counted from 1.

    Raises:
        CodeNotRecorded: there are several and none was chosen, or the place is not among them.
    """
    if place == 0 and len(codes) == 1:
        return codes[0]
    if not 1 <= place <= len(codes):
        shown = "; ".join(f"{n} = {code.label}" for n, code in enumerate(codes, start=1))
        raise CodeNotRecorded(
            Sentence("Trong ảnh có {n} mã: chọn một ({shown})", n=len(codes), shown=shown)
        )
    return codes[place - 1]


def _row(
    session: Session, market_code: str, stall_code: str, code_id: int
) -> tuple[DisplayedCode, Stall, Market, Vendor | None]:
    query = (
        select(DisplayedCode, Stall, Market, Vendor)
        .join(Stall, col(Stall.id) == DisplayedCode.stall_id)
        .join(Market, col(Market.id) == Stall.market_id)
        .outerjoin(Vendor, col(Vendor.id) == DisplayedCode.vendor_id)
        .where(
            DisplayedCode.id == code_id,
            Stall.code == stall_code,
            Market.code == market_code,
            col(DisplayedCode.ended_on).is_(None),
        )
    )
    found = session.exec(query).one_or_none()
    if found is None:
        raise DisplayedCodeNotFound(stall_code, code_id)
    return found[0], found[1], found[2], found[3]


def _opened(code: DisplayedCode, sealer: Sealer) -> str:
    payload = sealer.open(code.payload_sealed)
    if payload_fingerprint(sealer, payload) != code.payload_hash:
        raise PayloadAltered(f"code:{code.id}")
    return payload
