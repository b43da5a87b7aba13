"""The least valid thing of each kind; a test spells out only what it is about."""

from datetime import UTC, date, datetime
from typing import Any

from merchants.sort_names import search_text, sort_key
from merchants.tables import Market, Vendor, VendorState


def market(**changes: Any) -> Market:
    """A market without zones or stalls."""
    values: dict[str, Any] = {
        "code": "MA",
        "name": "Chợ trung tâm Mậu A",
        "market_class": 2,
        "commune_code": "04375",
        "commune_name": "Xã Mậu A",
        "commune_valid_from": date(2025, 7, 1),
    }
    return Market(**values | changes)


def vendor(**changes: Any) -> Vendor:
    """A vendor who is only a name on a list."""
    values: dict[str, Any] = {
        "market_id": 1,
        "full_name": "Nguyễn Thị Hương",
        "state": VendorState.LISTED,
        "registered_at": datetime(2026, 8, 1, tzinfo=UTC),
    }
    values |= changes
    # As every writer of the register fills them.
    names = (values["full_name"], values.get("business_name", ""))
    return Vendor(
        **{"sort_name": sort_key(values["full_name"]), "search_text": search_text(*names)} | values
    )
