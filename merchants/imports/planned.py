"""Write what was planned: rows, consents, states, and the memory of who did it."""

from datetime import datetime

from sqlmodel import Session

from merchants.actors import Actor
from merchants.events import record_events
from merchants.imports.changes import record_changes
from merchants.imports.drafts import Draft, ProposalDraft, VendorDraft
from merchants.imports.planned_events import events_of
from merchants.imports.standing import Standing
from merchants.imports.write_plan import number_drafts, write_drafts
from merchants.lifecycle.states import derive_vendor_states
from merchants.privacy.consents import consents_from_sheet
from merchants.sort_names import search_text, sort_key

_NAMES = frozenset({"full_name", "business_name", "display_name"})


def write_planned(
    session: Session,
    standing: Standing,
    *,
    actor: Actor,
    now: datetime,
    import_id: int | None = None,
) -> None:
    """Write the planned rows with everything that follows: consents, states, events.

    A fixed number of statements, however many rows. With ``import_id`` what was there before is
    kept too, so that the import can be undone.
    """
    made, changed = write_rows(session, standing, actor=actor, now=now, import_id=import_id)
    market_ids = list(standing.market_ids.values())
    consents_from_sheet(session, market_ids, actor=actor, now=now, import_id=import_id)
    told = {"import_id": import_id}
    derive_vendor_states(session, market_ids, actor=actor, now=now, told=told)
    if import_id is not None:
        vendors = [draft for draft in standing.drafts if isinstance(draft, VendorDraft)]
        record_changes(session, import_id, made=made, changed=changed, vendors=vendors, now=now)


def write_rows(
    session: Session,
    standing: Standing,
    *,
    actor: Actor,
    now: datetime,
    import_id: int | None = None,
) -> tuple[list[Draft], list[Draft]]:
    """Write the planned rows and their events; return the drafts that were made and changed."""
    made = [draft for draft in standing.drafts if draft.id is None]
    stored = [draft for draft in standing.drafts if draft.id is not None]
    number_drafts(session, made)  # first: a link to a new row is a change, and shows by its id
    changed = [draft for draft in stored if draft.settle()]
    _complete(made, changed, actor=actor, now=now)
    write_drafts(session, made, changed)
    events = events_of(made, changed, import_id=import_id)
    record_events(session, events, actor=actor, now=now)
    return made, changed


def _complete(made: list[Draft], changed: list[Draft], *, actor: Actor, now: datetime) -> None:
    """Fill in what follows from a row itself: how a name sorts, who proposed, the next version."""
    for draft in made:
        if isinstance(draft, ProposalDraft):
            draft.values |= {
                "proposed_at": now,
                "proposed_by": str(actor),
                "assisted_by_id": actor.assisted_by_id,
            }
        elif isinstance(draft, VendorDraft):
            _name_anew(draft)
    for draft in changed:
        if isinstance(draft, VendorDraft):
            draft.put("version", draft.values["version"] + 1)
            if draft.changed & _NAMES:
                _name_anew(draft)


def _name_anew(vendor: VendorDraft) -> None:
    values = vendor.values
    vendor.put("sort_name", sort_key(values["full_name"]))
    names = (values["full_name"], values["business_name"], values["display_name"])
    vendor.put("search_text", search_text(*names))
