"""The code typed off a poster, checked against the register."""

from sqlmodel import Session, col, select

from merchants.sealing import Sealer
from merchants.tables import Market, Poster, Stall
from qr.print_code import PrintedOn, PrintKey, TypedCode, check_typed_code


def check_printed_code(
    session: Session, serial: str, text: str, *, sealer: Sealer, verification_key: PrintKey
) -> TypedCode:
    """Return what a code typed off the poster of this serial is; live or ended is not asked here."""
    query = (
        select(Poster, Stall.code, Market.code)
        .join(Stall, col(Stall.id) == col(Poster.stall_id))
        .join(Market, col(Market.id) == col(Stall.market_id))
        .where(Poster.serial == serial)
    )
    found = session.exec(query).one_or_none()
    if found is None:
        return check_typed_code(verification_key, text, None)
    poster, stall_code, market_code = found
    printed = PrintedOn(
        market=market_code,
        stall=stall_code,
        serial=serial,
        payload=sealer.open(poster.payload_sealed),
        issued_on=poster.issued_on,
    )
    return check_typed_code(verification_key, text, printed)
