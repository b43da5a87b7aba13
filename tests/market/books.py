"""A small register and closed days written by hand, for the reports and the pages.

Chợ Mậu A (MA, daily, 25 vendors) and Chợ Lâm Giang (LG, Saturdays, 6 vendors), October 2026.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from types import MappingProxyType

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.kinds import (
    AcceptancePointState,
    AcceptanceType,
    AccountKind,
    CalendarRule,
    NameMatch,
    StallState,
    VendorState,
)
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, Market, MarketCalendar, Stall, StallHolding, Vendor
from merchants.vendor_code import write_vendor_code
from reconciliation.ledger.settlements import type_in_ledger
from reconciliation.records import (
    Book,
    Direction,
    SignatureStatus,
    SourceChannel,
    Status,
    TransactionType,
)
from reconciliation.tables import (
    CloseState,
    DayClose,
    Delivery,
    DeliveryState,
    MarketDay,
    MatchOutcome,
    ProviderTransaction,
    VendorDay,
)
from tests import factories

KEY = "a-key-for-tests-only"
SEALER = Sealer(secret_keys=(KEY,), hash_key=KEY)
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
SATURDAYS = tuple(FIRST + timedelta(days=n) for n in (2, 9, 16, 23, 30))
_serial = count(1)


@dataclass(frozen=True)
class Line:
    """One receipt as the book that counts tells it, or as the other book announces it."""

    vendor_id: int
    amount_vnd: int
    outcome: str = "matched"
    provider: str = "bank_vcb"
    book: Book = Book.STATEMENT
    at: datetime | None = None
    transaction_type: TransactionType = TransactionType.PAYMENT
    direction: Direction = Direction.CREDIT
    status: Status = Status.SUCCEEDED
    memo: str | None = None
    vendor_is_known: bool = True
    """False = only the other side of the match names the vendor."""
    fee_vnd: int = 0
    tax_vnd: int = 0
    paid: str = ""
    """Its outcome on leg C; empty = the close says nothing of it there."""
    paid_by: int | None = None
    """The row of the payout that pays it."""

    @property
    def counts(self) -> bool:
        authority = self.book is Book.STATEMENT or self.outcome == "not_applicable"
        return authority and self.outcome not in {"duplicate", "conflict", "rejected", "ignored"}

    @property
    def is_sale(self) -> bool:
        return (
            self.transaction_type is TransactionType.PAYMENT
            and self.direction is Direction.CREDIT
            and self.status is Status.SUCCEEDED
        )


def register(session: Session) -> None:
    """Add the two markets with their calendars, stalls and vendors."""
    add_market(session, "MA", "Chợ trung tâm Mậu A", CalendarRule.DAILY, "", vendors=25)
    add_market(session, "LG", "Chợ Lâm Giang", CalendarRule.WEEKLY, "weekdays=6", vendors=6)


def add_market(
    session: Session, code: str, name: str, rule: CalendarRule, params: str, *, vendors: int
) -> None:
    """Add a market with its calendar, and vendors each with a stall and an account."""
    market = factories.market(code=code, name=name, stalls_counted=vendors + 5)
    session.add(market)
    session.flush()
    assert market.id is not None
    session.add(
        MarketCalendar(
            market_id=market.id, rule_type=rule, params=params, valid_from=date(2026, 1, 1)
        )
    )
    for number in range(1, vendors + 1):
        add_vendor(session, market.id, number)


def add_vendor(session: Session, market_id: int, number: int) -> None:
    """Add a vendor with a stall and a bank account that feeds data."""
    vendor = factories.vendor(
        market_id=market_id,
        full_name=f"Nguyễn Thị {number:02}",
        business_name="Rau sạch cô Hương" if number == 1 else "",
        state=VendorState.CONSENTED,
        consented_on=date(2026, 8, 15) if number % 5 else None,
    )
    stall = Stall(
        market_id=market_id,
        code=f"A{number:02}",
        goods_group="Rau củ",
        state=StallState.OCCUPIED,
        displayed_codes=1 if number <= 10 else None,
        audited_on=date(2026, 9, 1) if number <= 10 else None,
    )
    session.add_all([vendor, stall])
    session.flush()
    assert vendor.id is not None
    assert stall.id is not None
    vendor.code = write_vendor_code(vendor.id)
    session.add(StallHolding(stall_id=stall.id, vendor_id=vendor.id, from_on=date(2026, 8, 1)))
    session.add(
        AcceptancePoint(
            vendor_id=vendor.id,
            kind=AccountKind.BANK_ACCOUNT,
            acceptance_type=AcceptanceType.TRANSFER_QR,
            bin="970436",
            feed_provider="bank_vcb",
            account_sealed=SEALER.seal(f"{vendor.id:09}4821"),
            account_hash=sha256(f"{vendor.id}".encode()).hexdigest(),
            account_tail="4821",
            holder_name=vendor.full_name,
            name_match=NameMatch.EXACT,
            provider_contract_no="HD-1" if number % 2 else "",
            contract_from=date(2026, 8, 1) if number % 2 else None,
            state=AcceptancePointState.LIVE,
            valid_from=date(2026, 8, 1),
        )
    )


def vendor_codes(session: Session, market_code: str) -> list[str]:
    """Return the codes of a market's vendors in the order they were added."""
    statement = (
        select(Vendor.code)
        .join(Market, col(Market.id) == col(Vendor.market_id))
        .where(Market.code == market_code)
        .order_by(col(Vendor.id))
    )
    return [code or "" for code in session.exec(statement)]


def announce(session: Session, on: date, lines: Sequence[Line]) -> None:
    """Add what providers announced on a day that is not closed."""
    for line in lines:
        session.add(_transaction(session, on, replace(line, book=Book.PAYMENTS, provider="sepay")))


def bank_row(
    session: Session, on: date, vendor_id: int, amount_vnd: int, kind: TransactionType
) -> int:
    """Add a line of the bank's statement that no close decides on; return its id."""
    row = _transaction(session, on, Line(vendor_id, amount_vnd, transaction_type=kind))
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def close(
    session: Session,
    market_code: str,
    on: date,
    lines: Sequence[Line] = (),
    *,
    state: CloseState = CloseState.FINAL,
    is_open: bool = True,
    gross_off_vnd: int = 0,
    paid_out: Mapping[int, int] = MappingProxyType({}),
) -> DayClose:
    """Add a version of a market's day with these lines; ``gross_off_vnd`` falsifies it.

    ``paid_out`` is what arrived that day, by vendor.
    """
    market = session.exec(select(Market).where(Market.code == market_code)).one()
    version = session.exec(
        select(sa.func.count())
        .select_from(DayClose)
        .where(DayClose.scope == market_code, col(DayClose.business_date) == on)
    ).one()
    day = DayClose(
        scope=market_code,
        market_id=market.id,
        business_date=on,
        version=version + 1,
        state=state,
        closed_at=datetime(2026, 11, 4, 23, 30, tzinfo=UTC),
        incomplete="" if state is CloseState.FINAL else "Chưa có sao kê Vietcombank cho ngày này",
        inputs_sha256="0" * 64,
        rules_sha256="0" * 64,
        code_version="0",
        root_sha256=sha256(f"{market_code}{on}{version}{lines}".encode()).hexdigest(),
    )
    session.add(day)
    session.flush()
    assert day.id is not None
    _decide(session, day.id, on, lines)
    told = sorted({*(line.vendor_id for line in lines), *paid_out})
    facts = [_vendor_day(day.id, on, id_, lines) for id_ in told]
    for fact in facts:
        fact.gross_vnd += gross_off_vnd
        fact.paid_out_vnd = paid_out.get(fact.vendor_id, 0)
    session.add_all(facts)
    assert market.id is not None
    session.add(
        MarketDay(
            close_id=day.id,
            market_id=market.id,
            business_date=on,
            is_open=is_open,
            vendors_receiving=sum(fact.payments > 0 for fact in facts),
            **{
                name: sum(getattr(fact, name) for fact in facts) for name in ("payments", *_AMOUNTS)
            },
        )
    )
    # Pandas: the test of the light paths loads this module.
    from reconciliation.close.adoption_facts import write_adoption_facts

    write_adoption_facts(session, on, on)
    return day


_AMOUNTS = (
    "gross_vnd",
    "refunds_vnd",
    "fees_vnd",
    "tax_vnd",
    "net_vnd",
    "matched_vnd",
    "pending_vnd",
    "unexplained_vnd",
    "paid_out_vnd",
)


def _decide(session: Session, close_id: int, on: date, lines: Sequence[Line]) -> None:
    """Add the records of the lines, and what the close decided about each on leg B."""
    told = [_transaction(session, on, line) for line in lines]
    others = [
        _transaction(
            session, on, replace(line, book=Book.PAYMENTS, provider="sepay", vendor_is_known=True)
        )
        if line.outcome.startswith("matched") and line.book is Book.STATEMENT
        else None
        for line in lines
    ]
    for record, other in zip(told, others, strict=True):
        if other is not None:
            record.occurred_at = None
    session.add_all([*told, *(other for other in others if other is not None)])
    session.flush()
    for line, record, other in zip(lines, told, others, strict=True):
        session.add(_outcome(close_id, line, record, other))
        if line.paid:
            session.add(_outcome_on_leg_c(close_id, line, record))
        if other is not None:
            session.add(_outcome(close_id, line, other, record))


def _outcome(
    close_id: int, line: Line, record: ProviderTransaction, other: ProviderTransaction | None
) -> MatchOutcome:
    assert record.id is not None
    return MatchOutcome(
        close_id=close_id,
        book=record.book.value,
        record_id=record.id,
        leg="B",
        outcome=line.outcome,
        rule="provider_id",
        counterpart_id=other.id if other else None,
        difference_vnd=0,
    )


def _outcome_on_leg_c(close_id: int, line: Line, record: ProviderTransaction) -> MatchOutcome:
    assert record.id is not None
    return MatchOutcome(
        close_id=close_id,
        book=record.book.value,
        record_id=record.id,
        leg="C",
        outcome=line.paid,
        rule="cut_off_run@3",
        counterpart_id=line.paid_by,
        difference_vnd=0,
    )


def _transaction(session: Session, on: date, line: Line) -> ProviderTransaction:
    number = next(_serial)
    return ProviderTransaction(
        book=line.book,
        provider=line.provider,
        ledger="bank_vcb" if line.provider == "sepay" else line.provider,
        account_alias="0123456789",
        source_channel=SourceChannel.FILE,
        provider_transaction_id=f"T{number}",
        dedupe_key=f"{line.provider}:{number}",
        version=1,
        is_current=True,
        content_sha256="0" * 64,
        transaction_type=line.transaction_type,
        ledger_type=TransactionType(
            type_in_ledger(line.provider, line.transaction_type, line.direction, line.memo)
        ),
        direction=line.direction,
        status=line.status,
        amount=line.amount_vnd,
        fee_amount=line.fee_vnd or None,
        tax_amount=line.tax_vnd or None,
        currency="VND",
        currency_exponent=0,
        occurred_at=line.at,
        description=line.memo,
        business_date=on,
        business_date_rule="provider_date",
        vendor_id=line.vendor_id if line.vendor_is_known else None,
        delivery_id=_delivery_id(session),
        line_no=number,
        known_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def _delivery_id(session: Session) -> int:
    """Return the one delivery that all lines are said to have come with."""
    if "delivery_id" not in session.info:
        delivery = session.exec(select(Delivery)).first() or Delivery(
            provider="bank_vcb",
            channel=SourceChannel.FILE,
            raw_sha256="0" * 64,
            raw_bytes=1,
            received_at=datetime(2026, 11, 1, tzinfo=UTC),
            signature_status=SignatureStatus.NOT_CHECKED,
            state=DeliveryState.PROCESSED,
        )
        session.add(delivery)
        session.flush()
        session.info["delivery_id"] = delivery.id
    return int(session.info["delivery_id"])


def _vendor_day(close_id: int, on: date, vendor_id: int, lines: Sequence[Line]) -> VendorDay:
    own = [line for line in lines if line.vendor_id == vendor_id]
    sales = [line for line in own if line.counts and line.is_sale]
    refunds = [
        line for line in own if line.counts and line.transaction_type is TransactionType.REFUND
    ]
    matched = [line for line in sales if line.outcome in {"matched", "not_applicable"}]
    waiting = [line for line in own if not line.counts and line.outcome == "pending_cut_off"]
    gross = sum(line.amount_vnd for line in sales)
    counting = [line for line in own if line.counts and line.status is Status.SUCCEEDED]
    fees, tax = (sum(getattr(line, name) for line in counting) for name in ("fee_vnd", "tax_vnd"))
    given_back = sum(line.amount_vnd for line in refunds)
    return VendorDay(
        close_id=close_id,
        vendor_id=vendor_id,
        business_date=on,
        payments=len(sales),
        gross_vnd=gross,
        refunds=len(refunds),
        refunds_vnd=given_back,
        fees_vnd=fees,
        tax_vnd=tax,
        net_vnd=gross - given_back - fees - tax,
        matched=len(matched),
        matched_vnd=sum(line.amount_vnd for line in matched),
        pending=len(waiting),
        pending_vnd=sum(line.amount_vnd for line in waiting),
        unexplained=0,
        unexplained_vnd=0,
        paid_out_vnd=0,
    )


def october(session: Session) -> None:
    """Close every day of October: some vendors of MA each day, LG on Saturdays."""
    for n in range(31):
        on = FIRST + timedelta(days=n)
        at = datetime(on.year, on.month, on.day, 1, 5, tzinfo=UTC)
        lines = [
            Line(vendor_id, 10_000 * (vendor_id % 7 + 1), at=at + timedelta(minutes=7 * vendor_id))
            for vendor_id in range(1, 26)
            if (vendor_id + n) % 3 == 0 and vendor_id <= 20
        ]
        close(session, "MA", on, lines)
        is_open = on in SATURDAYS
        close(session, "LG", on, [Line(26, 45_000, at=at)] if is_open else [], is_open=is_open)
