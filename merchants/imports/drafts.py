"""Rows of the register as a plan will leave them, before anything is written.

Drafts, not table rows: a plan that is thrown away (a dry run) can then write nothing by accident.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from sqlmodel import SQLModel

from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Poster,
    Stall,
    StallHolding,
    Vendor,
    Zone,
)


@dataclass(eq=False)
class Draft:
    """One row as it will stand: its column values, its id once stored, and which were changed."""

    table: ClassVar[type[SQLModel]]
    values: dict[str, Any]
    id: int | None = None
    changed: set[str] = field(default_factory=set)
    before: dict[str, Any] = field(default_factory=dict)
    """What the changed columns held when the row was loaded."""

    def put(self, column: str, value: object) -> bool:
        """Set a column and return whether that changed it."""
        old = self.values.get(column)
        if old == value:
            return False
        self.before.setdefault(column, old)
        self.values[column] = value
        self.changed.add(column)
        return True

    def links(self) -> dict[str, int | None]:
        """Return the columns that hold the ids of other drafts, known once those are stored."""
        return {}

    def settle(self) -> bool:
        """Forget changes that were taken back; return whether any are left.

        Whatever the row links to must have its id by now.
        """
        now = self.values | self.links()
        self.before = {name: old for name, old in self.before.items() if now[name] != old}
        self.changed &= self.before.keys()
        return bool(self.changed)


@dataclass(eq=False)
class ZoneDraft(Draft):
    """An area of a market."""

    table = Zone


@dataclass(eq=False)
class StallDraft(Draft):
    """A stall, who holds it now, and the posters hanging at it."""

    table = Stall
    zone: ZoneDraft | None = None
    holding: "HoldingDraft | None" = None
    posters: list["PosterDraft"] = field(default_factory=list)
    held_until: date | None = None
    """The last day of the holdings that have ended; nobody else may hold the stall by then."""

    def links(self) -> dict[str, int | None]:
        """Return the id of the zone."""
        return {"zone_id": self.zone.id if self.zone else None}

    def move_to(self, zone: ZoneDraft) -> bool:
        """Put the stall into a zone and return whether it was not there."""
        if zone is self.zone:
            return False
        self.before.setdefault("zone_id", self.zone.id if self.zone else None)
        self.zone = zone
        self.changed.add("zone_id")
        return True


@dataclass(eq=False)
class VendorDraft(Draft):
    """A vendor with the open acceptance points and what is known beside them."""

    table = Vendor
    points: list["PointDraft"] = field(default_factory=list)
    posters: list["PosterDraft"] = field(default_factory=list)
    proposal: "ProposalDraft | None" = None
    """The change of account that waits for the vendor or for a second person."""
    withdrew_on: date | None = None
    """The last day on which the vendor took a consent back."""


@dataclass(eq=False)
class HoldingDraft(Draft):
    """Who holds a stall."""

    table = StallHolding
    stall: StallDraft = field(kw_only=True)
    vendor: VendorDraft = field(kw_only=True)

    def links(self) -> dict[str, int | None]:
        """Return the ids of the stall and the vendor."""
        return {"stall_id": self.stall.id, "vendor_id": self.vendor.id}


@dataclass(eq=False)
class PointDraft(Draft):
    """An open acceptance point."""

    table = AcceptancePoint
    vendor: VendorDraft = field(kw_only=True)

    def links(self) -> dict[str, int | None]:
        """Return the id of the vendor."""
        return {"vendor_id": self.vendor.id}


@dataclass(eq=False)
class ProposalDraft(Draft):
    """A change of account that waits to be decided; an import proposes, it decides none."""

    table = AccountChange
    vendor: VendorDraft = field(kw_only=True)
    replaces: PointDraft | None = field(default=None, kw_only=True)

    def links(self) -> dict[str, int | None]:
        """Return the ids of the vendor and of the point to be replaced."""
        return {
            "vendor_id": self.vendor.id,
            "replaces_id": self.replaces.id if self.replaces else None,
        }


@dataclass(eq=False)
class PosterDraft(Draft):
    """A live poster; an import issues none, it only ends them or notes that they hang."""

    table = Poster
    market_id: int = field(kw_only=True)
