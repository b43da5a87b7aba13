"""Who holds which stall: taking one, leaving one, and a stall that changes hands on a day.

A day belongs to one holder at most: ``from_on`` and ``to_on`` are both days of the holding. Who is
handed a stall on the very day its holder came takes the holder's place: that holding never was, and
what was done stays in the history.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.days import market_day
from merchants.errors import HoldingRefused, StallNotFound
from merchants.events import record_events
from merchants.find import find_market
from merchants.kinds import EventAction, PosterEnd, PosterState, StallState
from merchants.lifecycle.states import derive_vendor_states
from merchants.posters.ends import end_posters, live_posters
from merchants.sentences import Sentence
from merchants.tables import DisplayedCode, Market, Poster, Stall, StallHolding, Vendor


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingDetails:
    """What is told beside the day: the new holder's contract, why the old holder leaves."""

    contract_no: str = ""
    contract_to: date | None = None
    reason: str = ""
    """Why the stall is left: an ``ExitReason``, or empty."""
    note: str = ""


NOTHING_TOLD = HoldingDetails()
SAME_DAY = "same_day"
"""Why a stall is left whose holder came only that day: another takes their place."""


def take_stall(
    session: Session,
    market_code: str,
    stall_code: str,
    vendor: Vendor,
    on: date,
    *,
    actor: Actor,
    now: datetime,
    details: HoldingDetails = NOTHING_TOLD,
) -> StallHolding:
    """Give a free stall to a vendor from a day on; a vendor may hold several.

    Raises:
        MarketNotFound, StallNotFound: there is no such market or stall.
        HoldingRefused: somebody held the stall on that day or later, the stall is closed, the day
            has not come yet, or the vendor is of another market or a merged record.
    """
    act = _Act(session, find_market(session, market_code, for_update=True), actor, now)
    stall = act.stall(stall_code)
    act.require_day(stall, on)
    holding = act.begin(stall, vendor, on, details)
    act.derive(vendor.id)
    return holding


def leave_stall(
    session: Session,
    market_code: str,
    stall_code: str,
    on: date,
    *,
    actor: Actor,
    now: datetime,
    details: HoldingDetails = NOTHING_TOLD,
) -> StallHolding:
    """End the holding of a stall; ``on`` is its last day. The holder's posters there are revoked.

    Raises:
        MarketNotFound, StallNotFound: there is no such market or stall.
        HoldingRefused: nobody holds the stall, or the day is before the first or has not come yet.
    """
    act = _Act(session, find_market(session, market_code, for_update=True), actor, now)
    stall = act.stall(stall_code)
    act.require_day(stall, on)
    holding = act.open_holding(stall)
    act.end(stall, holding, on, details)
    act.derive(holding.vendor_id)
    return holding


def hand_over(
    session: Session,
    market_code: str,
    stall_code: str,
    vendor: Vendor,
    on: date,
    *,
    actor: Actor,
    now: datetime,
    details: HoldingDetails = NOTHING_TOLD,
) -> StallHolding:
    """Let a stall change hands and return the new holding.

    ``on`` is the first day of the new holder, the day after the last of the old one, whose posters
    there are revoked. An old holder who came only today, or is to come tomorrow, held it not one day:
    the new one is written in their place.

    Raises:
        MarketNotFound, StallNotFound: there is no such market or stall.
        HoldingRefused: as for leaving and taking; or the vendor holds the stall already.
    """
    act = _Act(session, find_market(session, market_code, for_update=True), actor, now)
    stall = act.stall(stall_code)
    act.require_day(stall, on)
    old = act.open_holding(stall)
    if old.vendor_id == vendor.id:
        raise HoldingRefused(
            stall.code,
            "vendor",
            Sentence("{full_name} đang giữ gian hàng này", full_name=vendor.full_name),
        )
    _require_taker(stall, vendor)
    today = market_day(now)
    if old.from_on >= today:
        act.take_back(stall, old, details)
        on = max(on, old.from_on) if old.from_on > today else on
    else:
        act.end(stall, old, on - timedelta(days=1), details)
    holding = act.begin(stall, vendor, on, details)
    act.derive(old.vendor_id, vendor.id)
    return holding


def leave_all_stalls(
    session: Session, vendor: Vendor, *, actor: Actor, now: datetime, reason: str = ""
) -> None:
    """End every holding and poster of a vendor today; the state is the caller's to derive."""
    act = _Act(session, session.get_one(Market, vendor.market_id), actor, now)
    query = (
        select(StallHolding, Stall)
        .join(Stall, col(Stall.id) == StallHolding.stall_id)
        .where(StallHolding.vendor_id == vendor.id, col(StallHolding.to_on).is_(None))
        .order_by(Stall.code)
    )
    for holding, stall in session.exec(query).all():
        last = max(market_day(now), holding.from_on)
        act.end(stall, holding, last, HoldingDetails(reason=reason))
    assert vendor.id is not None
    act.revoke(live_posters(session, vendor_id=vendor.id), reason)


@dataclass(frozen=True, slots=True)
class _Act:
    """One change of holdings in a market: by whom, when, in which transaction."""

    session: Session
    market: Market
    actor: Actor
    now: datetime

    def stall(self, code: str) -> Stall:
        """Return the market's stall of this code."""
        query = select(Stall).where(Stall.market_id == self.market.id, Stall.code == code)
        stall = self.session.exec(query).one_or_none()
        if stall is None:
            raise StallNotFound(self.market.code, code)
        return stall

    def open_holding(self, stall: Stall) -> StallHolding:
        """Return who holds the stall now."""
        query = select(StallHolding).where(
            StallHolding.stall_id == stall.id, col(StallHolding.to_on).is_(None)
        )
        holding = self.session.exec(query).one_or_none()
        if holding is None:
            raise HoldingRefused(stall.code, "stall", "chưa có ai giữ gian hàng này")
        return holding

    def require_day(self, stall: Stall, on: date) -> None:
        """Refuse a day that has not come: the register says who is there, not who will be."""
        if on > market_day(self.now):
            raise HoldingRefused(
                stall.code, "on", Sentence("ngày {on:%d/%m/%Y} chưa tới: ghi khi đã xong", on=on)
            )

    def begin(
        self, stall: Stall, vendor: Vendor, on: date, details: HoldingDetails
    ) -> StallHolding:
        """Begin a holding on a day from which nobody else holds the stall."""
        _require_taker(stall, vendor)
        if stall.state is StallState.CLOSED:
            raise HoldingRefused(stall.code, "stall", "gian hàng đã đóng, mở lại gian trước")
        self._require_free(stall, on)
        if details.contract_to is not None and details.contract_to < on:
            raise HoldingRefused(
                stall.code,
                "contract_to",
                Sentence(
                    "hợp đồng hết ngày {contract_to:%d/%m/%Y}, trước ngày nhận {on:%d/%m/%Y}",
                    contract_to=details.contract_to,
                    on=on,
                ),
            )
        assert vendor.id is not None
        assert stall.id is not None
        holding = StallHolding(
            stall_id=stall.id,
            vendor_id=vendor.id,
            from_on=on,
            contract_no=details.contract_no,
            contract_to=details.contract_to,
        )
        stall.state = StallState.OCCUPIED
        self.session.add_all([holding, stall])
        self._record(
            [{"action": EventAction.STALL_TAKEN, "to_value": on.isoformat()}], stall, vendor.id
        )
        return holding

    def end(self, stall: Stall, holding: StallHolding, last: date, details: HoldingDetails) -> None:
        """End a holding with a last day, with the posters and codes the holder had there."""
        if last < holding.from_on:
            raise HoldingRefused(
                stall.code,
                "on",
                Sentence(
                    "người đang giữ mới nhận gian từ {from_on:%d/%m/%Y}, không thể hết ngày {last:%d/%m/%Y}",
                    from_on=holding.from_on,
                    last=last,
                ),
            )
        holding.to_on = last
        self.session.add(holding)
        self._leave(stall, holding, last, details)

    def take_back(self, stall: Stall, holding: StallHolding, details: HoldingDetails) -> None:
        """Take a holding away that has not had a day of its own yet."""
        self.session.delete(holding)
        self._leave(
            stall, holding, holding.from_on, replace(details, reason=details.reason or SAME_DAY)
        )

    def _leave(
        self, stall: Stall, holding: StallHolding, last: date, details: HoldingDetails
    ) -> None:
        if stall.state is StallState.OCCUPIED:
            stall.state = StallState.VACANT
        self.session.add(stall)
        self.session.flush()
        self.revoke(
            live_posters(self.session, vendor_id=holding.vendor_id, stall_id=stall.id),
            details.reason,
        )
        left = {
            "action": EventAction.STALL_LEFT,
            "to_value": last.isoformat(),
            "reason": details.reason,
            "note": details.note,
        }
        self._record([left, *self._codes_gone(holding, last)], stall, holding.vendor_id)

    def revoke(self, posters: Sequence[Poster], reason: str) -> None:
        """Revoke posters that would go on paying who has left."""
        end_posters(
            self.session,
            posters,
            self.market,
            PosterState.REVOKED,
            actor=self.actor,
            now=self.now,
            reason=reason,
            end=PosterEnd.LEFT,
        )

    def derive(self, *vendor_ids: int | None) -> None:
        """Bring the states of the vendors in line."""
        assert self.market.id is not None
        derive_vendor_states(
            self.session,
            [self.market.id],
            actor=self.actor,
            now=self.now,
            vendor_ids=[each for each in vendor_ids if each is not None],
        )

    def _codes_gone(self, holding: StallHolding, last: date) -> list[dict[str, Any]]:
        """End the codes of a vendor who takes them along, and return what to record of it."""
        query = select(DisplayedCode).where(
            DisplayedCode.stall_id == holding.stall_id,
            DisplayedCode.vendor_id == holding.vendor_id,
            col(DisplayedCode.ended_on).is_(None),
        )
        gone = list(self.session.exec(query.order_by(col(DisplayedCode.id))))
        for code in gone:
            code.ended_on = max(last, code.first_seen_on)
            self.session.add(code)
        return [{"action": EventAction.CODE_GONE, "subject": f"code:{code.id}"} for code in gone]

    def _require_free(self, stall: Stall, on: date) -> None:
        """Refuse a day on which, or after which, somebody else holds the stall."""
        query = (
            select(StallHolding, Vendor.full_name)
            .join(Vendor, col(Vendor.id) == StallHolding.vendor_id)
            .where(
                StallHolding.stall_id == stall.id,
                col(StallHolding.to_on).is_(None) | (col(StallHolding.to_on) >= on),
            )
            .order_by(col(StallHolding.from_on).desc())
        )
        found = self.session.exec(query).first()
        if found is None:
            return
        holding, name = found
        until = (
            Sentence("đến nay")
            if holding.to_on is None
            else Sentence("đến {to_on:%d/%m/%Y}", to_on=holding.to_on)
        )
        raise HoldingRefused(
            stall.code,
            "on",
            Sentence(
                "{name} giữ gian này từ {from_on:%d/%m/%Y} {until}",
                name=name,
                from_on=holding.from_on,
                until=until,
            ),
        )

    def _record(self, events: list[dict[str, Any]], stall: Stall, vendor_id: int) -> None:
        where = {"market_id": stall.market_id, "vendor_id": vendor_id, "stall_id": stall.id}
        told = [event | where for event in events]
        record_events(self.session, told, actor=self.actor, now=self.now)


def _require_taker(stall: Stall, vendor: Vendor) -> None:
    if vendor.market_id != stall.market_id:
        raise HoldingRefused(
            stall.code, "vendor", Sentence("{full_name} thuộc chợ khác", full_name=vendor.full_name)
        )
    if vendor.merged_into_id is not None:
        raise HoldingRefused(
            stall.code,
            "vendor",
            Sentence("hồ sơ {code} đã gộp, dùng hồ sơ được giữ lại", code=vendor.code),
        )
