"""A vendor's open accounts with their numbers in full: the list only the vendor may have.

Vendors must tell the tax office every account used for business (form 01/BK-STK, domain.md section
7). The list is theirs to file; nobody else is given it and it is sent nowhere.
"""

from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col, select

from merchants.acceptance.lists import institution, stalls_of
from merchants.find import find_vendor
from merchants.kinds import AccountKind
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, Market


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One account, whole."""

    kind: AccountKind
    institution: str
    number: str = field(repr=False)
    holder_name: str
    used_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatement:
    """Whose accounts, as of which day."""

    vendor_name: str
    business_name: str
    market_name: str
    commune_name: str
    stall_codes: tuple[str, ...]
    on: date
    lines: tuple[StatementLine, ...]


def account_statement(
    session: Session, vendor_code: str, *, sealer: Sealer, on: date
) -> AccountStatement:
    """Return a vendor's open accounts with their numbers.

    Raises:
        VendorNotFound: no vendor has this code.
        SealBroken: a number cannot be opened with the configured keys.
    """
    vendor = find_vendor(session, vendor_code)
    market = session.get_one(Market, vendor.market_id)
    query = (
        select(AcceptancePoint)
        .where(AcceptancePoint.vendor_id == vendor.id, col(AcceptancePoint.valid_to).is_(None))
        .order_by(col(AcceptancePoint.valid_from), col(AcceptancePoint.id))
    )
    return AccountStatement(
        vendor_name=vendor.full_name,
        business_name=vendor.business_name,
        market_name=market.name,
        commune_name=market.commune_name,
        stall_codes=stalls_of(session, [vendor.id or 0])[vendor.id or 0],
        on=on,
        lines=tuple(
            StatementLine(
                kind=point.kind,
                institution=institution(point.bin, point.feed_provider),
                number=sealer.open(point.account_sealed),
                holder_name=point.holder_name,
                used_from=point.valid_from,
            )
            for point in session.exec(query)
        ),
    )
