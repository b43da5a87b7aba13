"""The form of an exact amount: whether the vendor may have a code, and whether its payment will be told."""

from typing import Any

from sqlmodel import Session

from market.security.once import new_once
from merchants.posters.exact_code import payable_stall
from merchants.tables import Vendor
from reconciliation.shown_requests.tracking import tracking

QUICK_THOUSANDS = (20, 50, 100)
TYPED_SHOWN = 40


def amount_form(
    session: Session, vendor: Vendor, stall_code: str | None, *, typed: str = ""
) -> dict[str, Any]:
    """Return what the form needs, opened anew; a page that shows it again changes what was typed."""
    payable = payable_stall(session, vendor.code or "", stall_code)
    return {
        "payable": payable,
        "tracking": tracking(session, vendor, payable).value if payable else "",
        "day_page": f"/nguoi-ban/{vendor.code}",
        "quick": QUICK_THOUSANDS,
        "typed": typed[:TYPED_SHOWN],
        "gian": stall_code or "",
        "amount_fault": "",
        "note": "",
        "note_fault": "",
        "once": new_once(),
    }
