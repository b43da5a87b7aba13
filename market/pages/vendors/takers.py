"""Who may take a stall over, as the form of a hand-over is asked: people found, or one written anew."""

from collections.abc import Sequence

from fastapi import Request
from sqlmodel import Session

from market.pages.forms import Form
from merchants.tables import Vendor
from merchants.vendors.listing import ListedVendor, VendorQuery, list_market_vendors
from merchants.vendors.registering import NewPerson

FOUND_MAX = 12
ASKED, CHOSEN, NEW = "nguoi_nhan", "chon_nguoi", "moi"
PERSON_FIELDS = {"full_name": "ten_moi", "phone": "dt_moi"}


def found_takers(
    request: Request, session: Session, vendor: Vendor, form: Form
) -> tuple[ListedVendor, ...]:
    """Return whom the text of the form may mean: by name with or without marks, phone, code, stall."""
    asked = form.value(ASKED)
    if not asked:
        return ()
    query = VendorQuery(text=asked, limit=FOUND_MAX + 1)
    market_code = request.path_params["market_code"]
    found = list_market_vendors(session, market_code, query, sealer=request.app.state.sealer)
    return tuple(each for each in found.entries if each.id != vendor.id)[:FOUND_MAX]


def person_of(form: Form, found: Sequence[ListedVendor]) -> NewPerson | None:
    """Return the person written anew; ``None`` when somebody of the register is meant."""
    chosen = form.value(CHOSEN)
    if chosen != NEW and (chosen or found or not form.value("ten_moi")):
        return None
    return NewPerson(
        full_name=form.exactly("ten_moi"),
        phone=form.exactly("dt_moi"),
        shares_phone=form.is_ticked("chung_so"),
    )
