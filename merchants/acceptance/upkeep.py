"""Accounts that need care: those a registered business may no longer use, and contracts that ran out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.acceptance.change_rules import OPEN_STATES
from merchants.acceptance.entry import Contract
from merchants.acceptance.lists import institution, live_posters_of, stalls_of
from merchants.acceptance.name_rule import NameJudgement, judge_account_name
from merchants.acceptance.point_states import point_state
from merchants.actors import Actor
from merchants.columns import core_table
from merchants.days import market_day
from merchants.errors import AcceptancePointNotFound
from merchants.events import record_event, record_events
from merchants.find import find_market, find_vendor
from merchants.kinds import (
    HANGING_POSTER_STATES,
    AcceptancePointState,
    AcceptanceType,
    AccountKind,
    EventAction,
)
from merchants.tables import AcceptancePoint, AccountChange, Poster, Vendor


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepEntry:
    """An open account of a vendor of a list, with what it needs."""

    vendor_code: str
    vendor_name: str
    business_name: str
    stall_codes: tuple[str, ...]
    point_id: int
    institution: str
    tail: str
    holder_name: str
    contract_no: str
    contract_to: date | None
    live_posters: tuple[str, ...]
    has_open_change: bool
    """A proposal for this vendor waits already."""


@dataclass(frozen=True, slots=True)
class UpkeepPage:
    """Some of the accounts that need care, and how many there are in all."""

    entries: list[UpkeepEntry]
    total: int


def migration_list(session: Session, market_code: str, on: date) -> list[UpkeepEntry]:
    """Return the accounts of registered businesses that carry only the owner's name on a day.

    Judged anew, whatever the accounts' states say: the rule may have begun to hold overnight.

    Raises:
        MarketNotFound: there is no such market.
    """
    return migration_page(session, market_code, on).entries


def migration_page(
    session: Session, market_code: str, on: date, *, offset: int = 0, limit: int | None = None
) -> UpkeepPage:
    """Return a page of ``migration_list``: the same few statements for any number.

    Raises:
        MarketNotFound: there is no such market.
    """
    market = find_market(session, market_code)
    # Names first, and only of those who are registered: most of a market is neither.
    names = (
        sa.select(
            col(AcceptancePoint.id),
            col(AcceptancePoint.holder_name),
            col(Vendor.full_name),
            col(Vendor.business_name),
        )
        .join(Vendor, col(Vendor.id) == col(AcceptancePoint.vendor_id))
        .where(
            col(Vendor.market_id) == market.id,
            col(Vendor.business_name) != "",
            col(AcceptancePoint.valid_to).is_(None),
        )
        .order_by(*_ORDER)
    )
    found = [
        point_id
        for point_id, holder, full_name, business_name in session.execute(names)
        if judge_account_name(holder, full_name, business_name, on).must_migrate
    ]
    return _page(session, found, offset, limit)


def expired_contracts(session: Session, market_code: str, on: date) -> list[UpkeepEntry]:
    """Return the open accounts of a market whose contract with the provider has run out by a day.

    Raises:
        MarketNotFound: there is no such market.
    """
    return expired_page(session, market_code, on).entries


def expired_page(
    session: Session, market_code: str, on: date, *, offset: int = 0, limit: int | None = None
) -> UpkeepPage:
    """Return a page of ``expired_contracts``: the same few statements for any number.

    Raises:
        MarketNotFound: there is no such market.
    """
    market = find_market(session, market_code)
    query = (
        sa.select(col(AcceptancePoint.id))
        .join(Vendor, col(Vendor.id) == col(AcceptancePoint.vendor_id))
        .where(
            col(Vendor.market_id) == market.id,
            col(AcceptancePoint.valid_to).is_(None),
            col(AcceptancePoint.provider_contract_no) != "",
            col(AcceptancePoint.contract_to) < on,
        )
        .order_by(*_ORDER)
    )
    return _page(session, list(session.execute(query).scalars()), offset, limit)


def set_contract(
    session: Session,
    vendor_code: str,
    point_id: int,
    contract: Contract,
    *,
    actor: Actor,
    now: datetime,
) -> AcceptancePoint:
    """Write an open account's contract with its provider; mobile money becomes a merchant's by it.

    Raises:
        VendorNotFound: no vendor has this code.
        AcceptancePointNotFound: the vendor has no such open account.
    """
    vendor = find_vendor(session, vendor_code)
    query = select(AcceptancePoint).where(
        AcceptancePoint.id == point_id,
        AcceptancePoint.vendor_id == vendor.id,
        col(AcceptancePoint.valid_to).is_(None),
    )
    point = session.exec(query.with_for_update()).one_or_none()
    if point is None:
        raise AcceptancePointNotFound(vendor_code, point_id)
    before = (point.provider_contract_no, point.contract_from, point.contract_to)
    after = (contract.number, contract.begins, contract.until)
    if before == after:
        return point
    point.provider_contract_no, point.contract_from, point.contract_to = after
    if point.kind is AccountKind.MOBILE_MONEY:
        point.acceptance_type = (
            AcceptanceType.MOBILE_MONEY_MERCHANT if contract.number else AcceptanceType.TRANSFER_QR
        )
    session.add(point)
    record_event(
        session,
        EventAction.CHANGED,
        actor=actor,
        now=now,
        market_id=vendor.market_id,
        vendor_id=vendor.id,
        subject=f"account:{point.id}",
        from_value=_told(*before),
        to_value=_told(*after),
        reason="contract",
    )
    session.flush()
    return point


def derive_point_states(
    session: Session, market_ids: Iterable[int] | None = None, *, actor: Actor, now: datetime
) -> int:
    """Bring the states of open accounts in line with names and posters; return how many changed.

    The rule on account names begins to hold on a day of its own, when nobody changes anything.
    Three statements, however many accounts.

    Args:
        market_ids: only these markets; ``None`` = all.
    """
    query = _open_points()
    if market_ids is not None:
        query = query.where(col(Vendor.market_id).in_(list(market_ids)))
    hung = set(
        session.exec(
            select(Poster.acceptance_point_id).where(col(Poster.state).in_(HANGING_POSTER_STATES))
        )
    )
    changes: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    on = market_day(now)
    for point, vendor in session.execute(query.with_for_update(of=AcceptancePoint)):
        judged = _judge(point, vendor, on)
        state = point_state(
            point.state,
            match=judged.match,
            must_migrate=judged.must_migrate,
            has_hung=point.id in hung,
        )
        if (state, judged.match, judged.owner_kind) == (
            point.state,
            point.name_match,
            point.owner_kind,
        ):
            continue
        changes.append(
            {
                "row_id": point.id,
                "new_state": state,
                "new_match": judged.match,
                "new_owner": judged.owner_kind,
            }
        )
        if state is not point.state:
            events.append(_moved(point, vendor, state))
    if changes:
        table = core_table(AcceptancePoint)
        session.connection().execute(
            sa.update(table)
            .where(table.c.id == sa.bindparam("row_id"))
            .values(
                state=sa.bindparam("new_state"),
                name_match=sa.bindparam("new_match"),
                owner_kind=sa.bindparam("new_owner"),
            ),
            changes,
        )
        record_events(session, events, actor=actor, now=now)
        changed = {change["row_id"] for change in changes}
        for row in list(session.identity_map.values()):
            if isinstance(row, AcceptancePoint) and row.id in changed:
                session.expire(row)
    return len(changes)


def _moved(point: AcceptancePoint, vendor: Vendor, state: AcceptancePointState) -> dict[str, Any]:
    return {
        "action": EventAction.STATE_CHANGED,
        "market_id": vendor.market_id,
        "vendor_id": vendor.id,
        "subject": f"account:{point.id}",
        "from_value": point.state.value,
        "to_value": state.value,
    }


def _open_points() -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(AcceptancePoint, Vendor)
        .join(Vendor, col(Vendor.id) == col(AcceptancePoint.vendor_id))
        .where(col(AcceptancePoint.valid_to).is_(None))
        .order_by(*_ORDER)
    )


_ORDER = (col(Vendor.sort_name), col(Vendor.id), col(AcceptancePoint.id))
_TOGETHER = 5_000
"""Accounts looked up in one statement; a database takes so many values and not many more."""


def _page(
    session: Session, point_ids: Sequence[int | None], offset: int, limit: int | None
) -> UpkeepPage:
    shown = point_ids[offset:] if limit is None else point_ids[offset : offset + limit]
    entries = []
    for start in range(0, len(shown), _TOGETHER):
        some = shown[start : start + _TOGETHER]
        query = _open_points().where(col(AcceptancePoint.id).in_(some))
        rows = [(point, vendor) for point, vendor in session.execute(query)]
        entries += _entries(session, rows)
    return UpkeepPage(entries, len(point_ids))


def _judge(point: AcceptancePoint, vendor: Vendor, on: date) -> NameJudgement:
    return judge_account_name(point.holder_name, vendor.full_name, vendor.business_name, on)


def _entries(session: Session, rows: Sequence[tuple[AcceptancePoint, Vendor]]) -> list[UpkeepEntry]:
    vendor_ids = {vendor.id for _, vendor in rows if vendor.id is not None}
    stalls = stalls_of(session, vendor_ids)
    posters = live_posters_of(session, [point.id for point, _ in rows])
    waiting = set(
        session.exec(
            select(AccountChange.vendor_id).where(
                col(AccountChange.vendor_id).in_(sorted(vendor_ids)),
                col(AccountChange.state).in_(OPEN_STATES),
            )
        )
    )
    return [
        UpkeepEntry(
            vendor_code=vendor.code or "",
            vendor_name=vendor.full_name,
            business_name=vendor.business_name,
            stall_codes=stalls[vendor.id or 0],
            point_id=point.id or 0,
            institution=institution(point.bin, point.feed_provider),
            tail=point.account_tail,
            holder_name=point.holder_name,
            contract_no=point.provider_contract_no,
            contract_to=point.contract_to,
            live_posters=posters[point.id or 0],
            has_open_change=vendor.id in waiting,
        )
        for point, vendor in rows
    ]


def _told(number: str, begins: date | None, until: date | None) -> str:
    days = "–".join(f"{day:%d/%m/%Y}" if day else "" for day in (begins, until))
    return f"{number} {days}" if number else ""
