"""What the codes of a picture are: each compared with the register by its payload's fingerprint."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from merchants.acceptance.code_reading import SeenCode, read_seen_code
from merchants.accounts import account_fingerprint, payload_fingerprint
from merchants.audits.verdicts import CodeIs, JudgedCode
from merchants.errors import CheckRefused, CodeNotRecorded
from merchants.kinds import ENDED_POSTER_STATES
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, DisplayedCode, Poster
from qr.seen import SeenSymbol

_PAYMENT_BEGINS = "0002"
"""Every EMVCo payment code begins with its format indicator, a damaged one as well."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A code as it was read, with its fingerprints; ``account_hash`` empty = it tells none."""

    seen: SeenCode
    payload_hash: str
    account_hash: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What the register holds about the fingerprints of one picture."""

    posters: Mapping[str, Sequence[Poster]]
    own_codes: Collection[str]
    own_accounts: Collection[str]


def recognise(
    session: Session,
    poster: Poster,
    symbols: Sequence[SeenSymbol],
    *,
    sealer: Sealer,
    check_base: str = "",
) -> list[JudgedCode]:
    """Return what each code is to a poster: three statements, however many codes there are.

    Args:
        poster: the one that should hang there.
        check_base: what the addresses of the pages about posters begin with; empty = not known.

    Raises:
        CheckRefused: a code is longer than any can be, or empty.
    """
    read = [_read(one.text, sealer) for one in symbols]
    known = _known(session, poster, read)
    check_address = f"{check_base}{poster.serial}" if check_base else None
    return [
        JudgedCode(
            symbol,
            CodeIs.CHECK_ADDRESS if symbol.text == check_address else _what(one, poster, known),
        )
        for symbol, one in zip(symbols, read, strict=True)
    ]


def _read(text: str, sealer: Sealer) -> _Read:
    try:
        seen = read_seen_code(text)
    except CodeNotRecorded as refusal:
        raise CheckRefused("payloads", refusal.reason) from None
    account = seen.account
    return _Read(
        seen,
        payload_fingerprint(sealer, text),
        account_fingerprint(sealer, account.ledger, account.number) if account else "",
    )


def _known(session: Session, poster: Poster, read: Sequence[_Read]) -> _Known:
    payloads = sorted({one.payload_hash for one in read})
    accounts = sorted({one.account_hash for one in read if one.account_hash})
    posters: dict[str, list[Poster]] = {}
    for found in session.exec(
        select(Poster).where(col(Poster.payload_hash).in_(payloads)).order_by(col(Poster.id))
    ):
        posters.setdefault(found.payload_hash, []).append(found)
    own_codes = session.exec(
        select(DisplayedCode.payload_hash)
        .outerjoin(
            AcceptancePoint, col(AcceptancePoint.id) == col(DisplayedCode.acceptance_point_id)
        )
        .where(
            DisplayedCode.stall_id == poster.stall_id,
            DisplayedCode.vendor_id == poster.vendor_id,
            col(DisplayedCode.payload_hash).in_(payloads),
            col(DisplayedCode.ended_on).is_(None),
            col(DisplayedCode.is_own_wallet_code)
            | (col(AcceptancePoint.vendor_id) == poster.vendor_id),
        )
    )
    own_accounts = session.exec(
        select(AcceptancePoint.account_hash).where(
            AcceptancePoint.vendor_id == poster.vendor_id,
            col(AcceptancePoint.account_hash).in_(accounts),
            col(AcceptancePoint.valid_to).is_(None),
        )
    )
    return _Known(posters, frozenset(own_codes), frozenset(own_accounts))


def _what(one: _Read, poster: Poster, known: _Known) -> CodeIs:
    printed = known.posters.get(one.payload_hash, ())
    here = [found for found in printed if found.stall_id == poster.stall_id]
    # The same payload may have been printed before, under an older serial.
    if any(found.id == poster.id for found in here):
        is_over = poster.state in ENDED_POSTER_STATES
        return CodeIs.ENDED if is_over else CodeIs.EXPECTED
    if any(found.state not in ENDED_POSTER_STATES for found in here):
        return CodeIs.OWN
    if here:
        return CodeIs.ENDED
    if printed:
        return CodeIs.ELSEWHERE
    if one.payload_hash in known.own_codes or one.account_hash in known.own_accounts:
        return CodeIs.OWN
    takes_money = one.seen.is_whole or one.seen.payload.startswith(_PAYMENT_BEGINS)
    return CodeIs.UNKNOWN_PAYMENT if takes_money else CodeIs.OTHER
