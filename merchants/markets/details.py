"""What is said about a market and who runs it: changed by people, remembered by date.

Source: Decree 60/2024 as domain.md section 7 tells it: classes by the count of trading points,
kinds of markets, the organisation that manages a market.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.days import market_day
from merchants.errors import EntryRefused
from merchants.events import record_event
from merchants.files.cells import CellRefused
from merchants.find import find_market
from merchants.kinds import EventAction, MarketKind, OperatorKind
from merchants.markets.contact import NOTE_CHARS_MAX, read_contact_phone
from merchants.markets.periods import Period, make_room
from merchants.sentences import Sentence
from merchants.tables import Market, MarketOperator

CLASS_1_ABOVE, CLASS_2_FROM = 400, 200
NAME_CHARS_MAX, BODY_CHARS_MAX, BASIS_CHARS_MAX, STALLS_MAX = 120, 120, 200, 99_999


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketFacts:
    """What people may change about a market."""

    name: str
    kind: MarketKind
    market_class: int
    """The declared class."""
    stalls_counted: int | None
    stalls_counted_on: date | None
    contact_phone: str = ""
    """The office's number, for vendors to call."""
    contact_note: str = ""
    """When somebody answers there, and in which languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorDetails:
    """Who runs a market, and on what paper that rests."""

    kind: OperatorKind
    name: str
    supervised_by: str = ""
    legal_basis: str = ""


def derived_class(stalls: int) -> int:
    """Return the class that a count of trading points makes: >400 is 1, 200 to 400 is 2, else 3."""
    if stalls > CLASS_1_ABOVE:
        return 1
    return 2 if stalls >= CLASS_2_FROM else 3


def class_remark(market_class: int, stalls_counted: int | None) -> str:
    """Return a Vietnamese remark when the declared class is not the one the count makes."""
    if stalls_counted is None or derived_class(stalls_counted) == market_class:
        return ""
    return Sentence(
        "Khai hạng {market_class}, nhưng {stalls_counted} điểm kinh doanh là hạng {derived_class} theo Nghị định 60/2024. Xem lại số đếm hoặc quyết định xếp hạng.",
        market_class=market_class,
        stalls_counted=stalls_counted,
        derived_class=derived_class(stalls_counted),
    )


def facts_of(market: Market) -> MarketFacts:
    """Return what is said about a market now."""
    return MarketFacts(
        name=market.name,
        kind=market.kind,
        market_class=market.market_class,
        stalls_counted=market.stalls_counted,
        stalls_counted_on=market.stalls_counted_on,
        contact_phone=market.contact_phone,
        contact_note=market.contact_note,
    )


def change_market(
    session: Session, market_code: str, facts: MarketFacts, *, actor: Actor, now: datetime
) -> list[str]:
    """Change what is said about a market; return the names of what changed.

    Raises:
        MarketNotFound: no market has the code.
        EntryRefused: a field breaks a rule.
    """
    market = find_market(session, market_code, for_update=True)
    facts = _checked(facts, market_day(now))
    was, told = asdict(facts_of(market)), asdict(facts)
    changed = [name for name, value in told.items() if was[name] != value]
    for name in changed:
        setattr(market, name, told[name])
    session.add(market)
    session.flush()
    for name in changed:
        record_event(
            session,
            EventAction.PLACE_CHANGED,
            actor=actor,
            now=now,
            market_id=market.id,
            subject=f"market:{name}",
            from_value="" if was[name] is None else str(was[name]),
            to_value="" if told[name] is None else str(told[name]),
        )
    return changed


def operators_of(session: Session, market: Market) -> list[MarketOperator]:
    """Return who ran and runs a market, oldest first."""
    query = (
        select(MarketOperator)
        .where(MarketOperator.market_id == market.id)
        .order_by(col(MarketOperator.from_on), col(MarketOperator.id))
    )
    return list(session.exec(query))


def set_operator(
    session: Session,
    market_code: str,
    details: OperatorDetails,
    *,
    from_on: date,
    actor: Actor,
    now: datetime,
) -> bool:
    """Say who runs a market from a day on; return whether that was news.

    Raises:
        MarketNotFound: no market has the code.
        EntryRefused: a field breaks a rule.
    """
    market = find_market(session, market_code, for_update=True)
    _check_operator(details)
    rows = operators_of(session, market)
    wanted = asdict(details)
    if any(
        row.to_on is None
        and row.from_on <= from_on
        and all(getattr(row, name) == value for name, value in wanted.items())
        for row in rows
    ):
        return False
    left = make_room([Period(row.from_on, row.to_on) for row in rows], Period(from_on))
    was = ""
    for row, rest in zip(rows, left, strict=True):
        if rest is None:
            session.delete(row)
        elif row.to_on != rest.to_on:
            was = row.name
            row.to_on = rest.to_on
            session.add(row)
    assert market.id is not None
    session.add(MarketOperator(market_id=market.id, from_on=from_on, **wanted))
    session.flush()
    record_event(
        session,
        EventAction.PLACE_CHANGED,
        actor=actor,
        now=now,
        market_id=market.id,
        subject="operator",
        from_value=was,
        to_value=details.name,
        note=f"from {from_on.isoformat()}",
    )
    return True


def _checked(facts: MarketFacts, today: date) -> MarketFacts:
    """Return the facts as they are kept."""
    faults: dict[str, str] = {}
    contact_phone = facts.contact_phone
    try:
        contact_phone = read_contact_phone(facts.contact_phone)
    except CellRefused as refusal:
        faults["contact_phone"] = refusal.told
    if len(facts.contact_note) > NOTE_CHARS_MAX:
        faults["contact_note"] = Sentence(
            "dài {n} ký tự, tối đa {most}", n=len(facts.contact_note), most=NOTE_CHARS_MAX
        )
    if not facts.name:
        faults["name"] = "chưa có tên chợ"
    elif len(facts.name) > NAME_CHARS_MAX:
        faults["name"] = Sentence(
            "dài {n} ký tự, tối đa {most}",
            n=len(facts.name),
            most=NAME_CHARS_MAX,
        )
    if facts.market_class not in {1, 2, 3}:
        faults["market_class"] = Sentence(
            "hạng {market_class}: chợ có hạng 1, 2 hoặc 3", market_class=facts.market_class
        )
    if facts.stalls_counted is not None and not 0 <= facts.stalls_counted <= STALLS_MAX:
        faults["stalls_counted"] = Sentence(
            "{stalls_counted} gian: cần từ 0 đến {most}",
            stalls_counted=facts.stalls_counted,
            most=STALLS_MAX,
        )
    if facts.stalls_counted_on is not None:
        if facts.stalls_counted is None:
            faults["stalls_counted"] = "có ngày đếm nhưng chưa có số gian hàng"
        if facts.stalls_counted_on > today:
            faults["stalls_counted_on"] = Sentence(
                "{stalls_counted_on:%d/%m/%Y} chưa đến, hôm nay là {today:%d/%m/%Y}",
                stalls_counted_on=facts.stalls_counted_on,
                today=today,
            )
    if faults:
        raise EntryRefused(faults)
    return replace(facts, contact_phone=contact_phone)


def _check_operator(details: OperatorDetails) -> None:
    faults: dict[str, str] = {}
    if not details.name:
        faults["name"] = "chưa có tên đơn vị quản lý chợ"
    for field, most in (
        ("name", NAME_CHARS_MAX),
        ("supervised_by", BODY_CHARS_MAX),
        ("legal_basis", BASIS_CHARS_MAX),
    ):
        count = len(getattr(details, field))
        if count > most:
            faults[field] = Sentence("dài {n} ký tự, tối đa {most}", n=count, most=most)
    if faults:
        raise EntryRefused(faults)
