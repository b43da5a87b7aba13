"""What planned changes of the register are remembered as, once their rows have ids.

Each column that was changed is an event of its own, in the words ``vendor_edit`` and ``stalls``
use, so that one history reads the same whoever made it. No name or number stands in them whole.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from merchants.imports.drafts import (
    Draft,
    HoldingDraft,
    PointDraft,
    PosterDraft,
    ProposalDraft,
    StallDraft,
    VendorDraft,
    ZoneDraft,
)
from merchants.kinds import EventAction, PosterState
from merchants.vendors.details import masked_name, masked_tail

Event = dict[str, Any]

_STALL_COLUMNS = (
    "zone_id", "goods_group", "state", "displayed_codes", "audited_on",
)  # fmt: skip
_VENDOR_FIELDS = {
    "full_name": "full_name",
    "business_name": "business_name",
    "display_name": "display_name",
    "phone": "phone_hash",
    "consented_on": "consented_on",
}
_POINT_COLUMNS = (
    "holder_name", "name_match", "acceptance_type", "provider_contract_no", "contract_from",
)  # fmt: skip
_SHOWN_OF_POINTS = frozenset({"name_match", "acceptance_type", "contract_from"})


def events_of(
    made: Iterable[Draft], changed: Iterable[Draft], *, import_id: int | None
) -> Iterator[Event]:
    """Yield the events of rows made, and of each column of rows changed."""
    for draft in made:
        told = _made(draft)
        if told is not None:
            yield told | _place(draft) | {"import_id": import_id}
    for draft in changed:
        for told in _changed(draft):
            yield told | _place(draft) | {"import_id": import_id}


def _made(draft: Draft) -> Event | None:
    told: Event | None = None
    match draft:
        case StallDraft():
            state = draft.values["state"].value
            told = {"action": EventAction.REGISTERED, "subject": "stall", "to_value": state}
        case VendorDraft():
            told = {"action": EventAction.REGISTERED}
        case HoldingDraft():
            from_on = draft.values["from_on"].isoformat()
            told = {"action": EventAction.STALL_TAKEN, "to_value": from_on}
        case PointDraft():
            told = {"action": EventAction.ACCOUNT_ADDED, "subject": f"account:{draft.id}"}
        case ProposalDraft():
            told = {"action": EventAction.ACCOUNT_PROPOSED, "subject": f"account_change:{draft.id}"}
        case ZoneDraft():
            told = {"action": EventAction.PLACE_CHANGED, "subject": f"zone:{draft.id}"}
    return told


def _changed(draft: Draft) -> Iterator[Event]:
    match draft:
        case StallDraft():
            now = draft.values | draft.links()
            for column in _columns(draft, _STALL_COLUMNS):
                told = {"from_value": _told(draft.before[column]), "to_value": _told(now[column])}
                yield {"action": EventAction.PLACE_CHANGED, "subject": f"stall:{column}", **told}
        case VendorDraft():
            yield from _vendor_changed(draft)
        case PointDraft():
            for column in _columns(draft, _POINT_COLUMNS):
                told = {"subject": f"account:{draft.id}", "reason": column}
                if column in _SHOWN_OF_POINTS:
                    told["from_value"] = _told(draft.before[column])
                    told["to_value"] = _told(draft.values[column])
                yield {"action": EventAction.CHANGED, **told}
        case HoldingDraft():
            to_on = _told(draft.values["to_on"])
            yield {"action": EventAction.STALL_LEFT, "to_value": to_on}
        case PosterDraft():
            has_ended = draft.values["state"] is PosterState.REVOKED
            action = EventAction.POSTER_ENDED if has_ended else EventAction.POSTER_INSTALLED
            yield {"action": action, "subject": f"poster:{draft.values['serial']}"}


def _vendor_changed(vendor: VendorDraft) -> Iterator[Event]:
    was: Mapping[str, Any] = vendor.values | vendor.before
    yield from vendor_fields_changed(was, vendor.values, vendor.changed)


def vendor_fields_changed(
    was: Mapping[str, Any], now: Mapping[str, Any], columns: Collection[str]
) -> Iterator[Event]:
    """Yield an event for each field of a vendor's form among the changed columns, values masked.

    It names the version the vendor has come to: by that a second editor is told what changed.
    """
    for field, column in _VENDOR_FIELDS.items():
        if column in columns:
            yield {
                "action": EventAction.CHANGED,
                "subject": f"{field}#{now['version']}",
                "from_value": _masked(field, was),
                "to_value": _masked(field, now),
            }


def _masked(field: str, values: Mapping[str, Any]) -> str:
    match field:
        case "phone":
            return masked_tail(values["phone_tail"])
        case "consented_on":
            return _told(values[field])
        case _:
            return masked_name(values[field])[:200]


def _columns(draft: Draft, told: Iterable[str]) -> Iterator[str]:
    return (column for column in told if column in draft.changed)


def _told(value: object) -> str:
    return "" if value is None else str(value)


def _place(draft: Draft) -> Event:
    """Return the market, vendor and stall an event is about."""
    place: Event = {"market_id": draft.values.get("market_id")}
    match draft:
        case StallDraft():
            place["stall_id"] = draft.id
        case VendorDraft():
            place["vendor_id"] = draft.id
        case HoldingDraft(stall=stall, vendor=vendor):
            place = _place(stall) | {"vendor_id": vendor.id}
        case PointDraft(vendor=vendor) | ProposalDraft(vendor=vendor):
            place = _place(vendor)
        case PosterDraft(values=values, market_id=market_id):
            place = {"market_id": market_id, "vendor_id": values["vendor_id"]}
            place["stall_id"] = values["stall_id"]
    return place
