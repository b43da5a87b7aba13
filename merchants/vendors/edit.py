"""Change a vendor's details, so that two people who do it at once notice each other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from merchants.acceptance.name_rule import judge_account_name
from merchants.acceptance.point_states import point_state
from merchants.actors import Actor
from merchants.days import market_day
from merchants.errors import ChangedMeanwhile, FieldChange, PosterShowsName, VendorNotFound
from merchants.events import record_events
from merchants.find import find_vendor
from merchants.kinds import (
    GOOD_MATCHES,
    HANGING_POSTER_STATES,
    EventAction,
    PosterState,
)
from merchants.lifecycle.states import derive_vendor_states
from merchants.posters.ends import end_posters, live_posters
from merchants.posters.places import shown_name
from merchants.sealing import Sealer
from merchants.sort_names import search_text, sort_key
from merchants.tables import AcceptancePoint, Market, Poster, RegisterEvent, Vendor
from merchants.vendors.details import (
    FIELDS,
    KNOWN_BY,
    VendorChanges,
    masked,
    new_values,
)

_EVENTS_LOOKED_AT = 200


def change_vendor(
    session: Session,
    code: str,
    changes: VendorChanges,
    *,
    version: int,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
    revoke_posters: bool = False,
) -> Vendor:
    """Change a vendor's details and return the vendor; what is equal already changes nothing.

    A changed name is compared anew with the holders of the open accounts.

    Args:
        version: the one the form was filled from.
        revoke_posters: whether live posters that show the old name, or whose account would no
            longer be in the vendor's name, may be taken back.

    Raises:
        VendorNotFound: no vendor has this code, or it is a merged record.
        ChangedMeanwhile: somebody else changed the vendor after this version.
        EntryRefused: a field cannot be taken; by field why.
        PosterShowsName: posters stand against it and ``revoke_posters`` is false.
    """
    vendor = _locked(session, code)
    if vendor.version != version:
        raise ChangedMeanwhile(code, changes_since(session, vendor, version))
    values = new_values(vendor, changes, sealer)
    changed = {name: value for name, value in values.items() if getattr(vendor, name) != value}
    fields = [field for field in FIELDS if KNOWN_BY.get(field, field) in changed]
    if not fields:
        return vendor
    shown_before = shown_name(vendor)
    told = [masked(field, vendor) for field in fields]
    for name, value in changed.items():
        setattr(vendor, name, value)
    vendor.sort_name = sort_key(vendor.full_name)
    vendor.search_text = search_text(vendor.full_name, vendor.business_name, vendor.display_name)
    vendor.version += 1
    session.add(vendor)
    is_renamed = bool({"full_name", "business_name"} & set(fields))
    judged = _judge_points(session, vendor, now=now) if is_renamed else []
    _settle_posters(
        session,
        vendor,
        judged,
        is_shown_anew=shown_name(vendor) != shown_before,
        may_revoke=revoke_posters,
        actor=actor,
        now=now,
    )
    events = [
        _event(vendor, f"{field}#{vendor.version}", before, masked(field, vendor))
        for field, before in zip(fields, told, strict=True)
    ]
    events += [
        _event(vendor, f"account:{point.id}", before, point.name_match.value)
        for point, before in judged
        if before != point.name_match.value
    ]
    record_events(session, events, actor=actor, now=now)
    derive_vendor_states(
        session, [vendor.market_id], actor=actor, now=now, vendor_ids=[vendor.id or 0]
    )
    return vendor


def changes_since(session: Session, vendor: Vendor, version: int) -> list[FieldChange]:
    """Return what people changed about a vendor after a version, oldest first; values masked."""
    query = (
        select(RegisterEvent)
        .where(RegisterEvent.vendor_id == vendor.id, col(RegisterEvent.subject).contains("#"))
        .order_by(col(RegisterEvent.id).desc())
        .limit(_EVENTS_LOOKED_AT)
    )
    found = []
    for event in session.exec(query):
        field, _, number = event.subject.partition("#")
        if number.isdecimal() and int(number) > version:
            found.append(
                FieldChange(
                    field=field,
                    actor=event.actor,
                    at=event.at,
                    old=event.from_value,
                    new=event.to_value,
                )
            )
    return found[::-1]


def _judge_points(
    session: Session, vendor: Vendor, *, now: datetime
) -> list[tuple[AcceptancePoint, str]]:
    """Compare the holders of the open accounts with the names anew; return each with its match before."""
    query = select(AcceptancePoint).where(
        AcceptancePoint.vendor_id == vendor.id, col(AcceptancePoint.valid_to).is_(None)
    )
    points = list(session.exec(query.order_by(col(AcceptancePoint.id))))
    hung = {
        poster.acceptance_point_id
        for poster in live_posters(session, vendor_id=vendor.id or 0)
        if poster.state in HANGING_POSTER_STATES
    }
    judged = []
    for point in points:
        judgement = judge_account_name(
            point.holder_name, vendor.full_name, vendor.business_name, market_day(now)
        )
        judged.append((point, point.name_match.value))
        point.name_match, point.owner_kind = judgement.match, judgement.owner_kind
        point.state = point_state(
            point.state,
            match=judgement.match,
            must_migrate=judgement.must_migrate,
            has_hung=point.id in hung,
        )
        session.add(point)
    return judged


def _settle_posters(
    session: Session,
    vendor: Vendor,
    judged: Sequence[tuple[AcceptancePoint, str]],
    *,
    is_shown_anew: bool,
    may_revoke: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Take back the posters that the new names make untrue, or refuse when that was not asked for."""
    good = {match.value for match in GOOD_MATCHES}
    lost = {
        point.id
        for point, before in judged
        if before in good and point.name_match not in GOOD_MATCHES
    }
    untrue: list[Poster] = [
        poster
        for poster in live_posters(session, vendor_id=vendor.id or 0)
        if is_shown_anew or poster.acceptance_point_id in lost
    ]
    if not untrue:
        return
    if not may_revoke:
        raise PosterShowsName(vendor.code or "", [poster.serial or "" for poster in untrue])
    market = session.get_one(Market, vendor.market_id)
    end_posters(
        session, untrue, market, PosterState.REVOKED, actor=actor, now=now, reason="name_changed"
    )


def _event(vendor: Vendor, subject: str, before: str, after: str) -> dict[str, Any]:
    return {
        "action": EventAction.CHANGED,
        "market_id": vendor.market_id,
        "vendor_id": vendor.id,
        "subject": subject,
        "from_value": before,
        "to_value": after,
    }


def _locked(session: Session, code: str) -> Vendor:
    found = find_vendor(session, code)
    query = select(Vendor).where(Vendor.id == found.id).with_for_update()
    vendor = session.exec(query.execution_options(populate_existing=True)).one()
    if vendor.merged_into_id is not None:
        raise VendorNotFound(code)
    return vendor
