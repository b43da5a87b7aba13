"""What the doors to vendors share: the answer, its address, and writes that happen once."""

from typing import Annotated

from fastapi import Header, Request
from sqlmodel import Session

from market.api.vendor_views import (
    VendorView,
)
from market.security.once import earlier_answer, remember_answer
from market.security.principal import Principal
from merchants.tables import Vendor
from merchants.vendors.file import vendor_file

ONE = "/vendors/{vendor_code}"

Once = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="The same key carries a write out once.",
    ),
]


def vendor_view(request: Request, session: Session, vendor: Vendor) -> VendorView:
    """Return a vendor's file as it stands now."""
    session.flush()
    return VendorView.of(vendor_file(session, vendor, now=request.app.state.now()))


def is_first(
    session: Session, caller: Principal, once: str, request: Request, content: str
) -> bool:
    """Return whether this key has not been carried out yet."""
    return earlier_answer(session, caller, once, f"{request.url.path}\n{content}") is None


def remember(
    session: Session,
    caller: Principal,
    once: str,
    request: Request,
    content: str,
    *,
    answer: str = "",
) -> None:
    """Remember that a key was carried out, and the answer where a second one must be the same."""
    path = request.url.path
    now = request.app.state.now()
    remember_answer(session, caller, once, f"{path}\n{content}", path, now, body=answer)


def vendor_path(market_code: str, vendor: Vendor) -> str:
    """Return the address of a vendor."""
    return f"/api/v1/markets/{market_code}/vendors/{vendor.code}"
