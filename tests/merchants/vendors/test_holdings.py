"""Stalls taken, left and handed over, on days that never overlap."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from market.database import writing
from merchants.actors import Actor
from merchants.errors import HoldingRefused, ImportChangedSince, StallNotFound
from merchants.imports.undo import undo_import
from merchants.kinds import CodeScheme, PosterState, StallState, VendorState
from merchants.posters.issue import issue_posters
from merchants.tables import (
    DisplayedCode,
    Poster,
    RegisterEvent,
    SheetImport,
    Stall,
    StallHolding,
    Vendor,
)
from merchants.vendors.holdings import HoldingDetails, hand_over, leave_stall, take_stall
from tests import factories
from tests.conftest import NOW
from tests.merchants.chains import steps_in, steps_of
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.sheet_files import VACANT, row

S = VendorState
CLERK = Actor(kind="staff", name="7")
TODAY = date(2026, 11, 21)
WHO: dict[str, Any] = {"actor": CLERK, "now": NOW}


def two_vendors(register: Register) -> None:
    """Hương holds A001 with a poster since August, Bình holds B001, C001 is free."""
    register.take(row(), other_row(1), row(stall="C001", **VACANT), listed_on=date(2026, 8, 1))
    with writing(register.engine) as session:
        issue_posters(
            session, "MA", sealer=register.sealer, now=register.now, verification_key="key"
        )


def of(session: Session, stall_code: str) -> Vendor:
    query = (
        select(Vendor)
        .join(StallHolding)
        .join(Stall)
        .where(Stall.code == stall_code)
        .order_by(StallHolding.from_on.desc())  # type: ignore[attr-defined]
    )
    return session.exec(query).first()  # type: ignore[return-value]


def holdings(register: Register, stall_code: str) -> list[tuple[int, date, date | None]]:
    (stall,) = [stall for stall in register.all(Stall) if stall.code == stall_code]
    return [
        (each.vendor_id, each.from_on, each.to_on)
        for each in register.all(StallHolding)
        if each.stall_id == stall.id
    ]


def told(register: Register) -> list[tuple[str, str, str]]:
    return [
        (event.action, event.to_value, event.reason)
        for event in register.all(RegisterEvent)
        if event.actor == str(CLERK) and event.action != "state_changed"
    ]


def test_a_vendor_takes_a_second_stall(register: Register) -> None:
    two_vendors(register)

    with writing(register.engine) as session:
        taken = take_stall(
            session,
            "MA",
            "C001",
            of(session, "A001"),
            TODAY,
            **WHO,
            details=HoldingDetails(contract_no="HĐ 12", contract_to=date(2027, 8, 1)),
        )
        assert (taken.contract_no, taken.contract_to) == ("HĐ 12", date(2027, 8, 1))

    huong = register.all(Vendor)[0]
    assert holdings(register, "C001") == [(huong.id, TODAY, None)]
    assert holdings(register, "A001") == [(huong.id, date(2026, 8, 1), None)]
    assert {stall.state for stall in register.all(Stall)} == {StallState.OCCUPIED}
    assert huong.state is S.POSTER_ISSUED
    assert told(register) == [("stall_taken", "2026-11-21", "")]


def test_a_stall_changes_hands_on_a_day(register: Register) -> None:
    two_vendors(register)
    huong, binh = register.all(Vendor)

    with writing(register.engine) as session:
        hand_over(
            session,
            "MA",
            "A001",
            session.get_one(Vendor, binh.id),
            TODAY,
            **WHO,
            details=HoldingDetails(reason="moved"),
        )

    assert holdings(register, "A001") == [
        (huong.id, date(2026, 8, 1), TODAY - timedelta(days=1)),
        (binh.id, TODAY, None),
    ]
    old = [poster for poster in register.all(Poster) if poster.vendor_id == huong.id]
    assert [poster.state for poster in old] == [PosterState.REVOKED]
    assert steps_of(register.engine, huong.id)[-1] is S.EXITED
    assert steps_of(register.engine, binh.id)[-1] is S.POSTER_ISSUED
    assert told(register) == [
        ("poster_ended", "revoked", "moved"),
        ("stall_left", "2026-11-20", "moved"),
        ("stall_taken", "2026-11-21", ""),
    ]


def test_who_comes_back_takes_a_stall_and_goes_on(register: Register) -> None:
    two_vendors(register)
    with writing(register.engine) as session:
        leave_stall(session, "MA", "A001", TODAY - timedelta(days=1), **WHO)
    huong = register.all(Vendor)[0]
    assert huong.state is S.EXITED

    with writing(register.engine) as session:
        take_stall(session, "MA", "A001", session.get_one(Vendor, huong.id), TODAY, **WHO)

    assert steps_of(register.engine, huong.id)[-5:] == [
        S.EXITED,
        S.DATA_CAPTURED,
        S.CONSENTED,
        S.ACCOUNT_LINKED,
        S.NAME_MATCHED,
    ]


def test_who_leaves_takes_the_codes_along(register: Register) -> None:
    two_vendors(register)
    with writing(register.engine) as session:
        vendor = of(session, "A001")
        stall = session.exec(select(Stall).where(Stall.code == "A001")).one()
        assert stall.id is not None
        session.add(
            DisplayedCode(
                stall_id=stall.id,
                vendor_id=vendor.id,
                scheme=CodeScheme.MOMO,
                payload_sealed=register.sealer.seal("payload"),
                payload_hash="0" * 64,
                first_seen_on=TODAY - timedelta(days=5),
                last_seen_on=TODAY - timedelta(days=5),
            )
        )
    with writing(register.engine) as session:
        leave_stall(session, "MA", "A001", TODAY, **WHO, details=HoldingDetails(reason="closed"))

    assert register.one(DisplayedCode).ended_on == TODAY
    assert [action for action, _, _ in told(register)] == [
        "poster_ended",
        "stall_left",
        "code_gone",
    ]
    (stall, *_) = register.all(Stall)
    assert stall.state is StallState.VACANT


@pytest.mark.parametrize(
    ("stall", "on", "field", "words"),
    [
        ("B001", TODAY, "on", "giữ gian này từ 01/08/2026 đến nay"),
        ("B001", date(2026, 7, 1), "on", "đến nay"),
        ("C001", TODAY + timedelta(days=1), "on", "22/11/2026 chưa tới"),
    ],
)
def test_a_stall_is_taken_only_when_it_is_free(
    register: Register, stall: str, on: date, field: str, words: str
) -> None:
    two_vendors(register)

    with pytest.raises(HoldingRefused, match=words) as refusal, writing(register.engine) as session:
        take_stall(session, "MA", stall, of(session, "A001"), on, **WHO)

    assert (refusal.value.stall_code, refusal.value.field) == (stall, field)


def test_the_last_day_of_one_is_not_the_first_day_of_another(register: Register) -> None:
    two_vendors(register)
    with writing(register.engine) as session:
        leave_stall(session, "MA", "A001", TODAY, **WHO)

    with pytest.raises(HoldingRefused, match="đến 21/11/2026"), writing(register.engine) as session:
        take_stall(session, "MA", "A001", of(session, "B001"), TODAY, **WHO)


def test_what_cannot_be_handed_over(register: Register) -> None:
    two_vendors(register)
    with writing(register.engine) as session:
        of_lg = factories.vendor(market_id=2, full_name="Lý Thị Mai")
        session.add(of_lg)
        merged = of(session, "B001")
        merged.merged_into_id = of(session, "A001").id
        session.add(merged)
    refused: list[tuple[str, str, date, str]] = [
        ("A001", "A001", TODAY, "đang giữ gian hàng này"),
        ("A001", "B001", TODAY, "đã gộp"),
        ("A001", "LG", TODAY, "thuộc chợ khác"),
        ("C001", "A001", TODAY, "chưa có ai giữ"),
        ("B001", "A001", date(2026, 8, 1), "mới nhận gian từ 01/08/2026"),
    ]
    for stall, taker, on, words in refused:
        with pytest.raises(HoldingRefused, match=words), writing(register.engine) as session:
            is_lg = taker == "LG"
            vendor = (
                session.exec(select(Vendor).where(Vendor.full_name == "Lý Thị Mai")).one()
                if is_lg
                else of(session, taker)
            )
            hand_over(session, "MA", stall, vendor, on, **WHO)
    with pytest.raises(StallNotFound), writing(register.engine) as session:
        leave_stall(session, "MA", "Z999", TODAY, **WHO)


def test_a_closed_stall_and_a_contract_that_is_over_are_refused(register: Register) -> None:
    two_vendors(register)
    with (
        pytest.raises(HoldingRefused, match="hợp đồng hết ngày"),
        writing(register.engine) as session,
    ):
        details = HoldingDetails(contract_to=TODAY - timedelta(days=1))
        take_stall(session, "MA", "C001", of(session, "A001"), TODAY, **WHO, details=details)
    with writing(register.engine) as session:
        stall = session.exec(select(Stall).where(Stall.code == "C001")).one()
        stall.state = StallState.CLOSED
        session.add(stall)
    with pytest.raises(HoldingRefused, match="đã đóng"), writing(register.engine) as session:
        take_stall(session, "MA", "C001", of(session, "A001"), TODAY, **WHO)


START = date(2026, 11, 1)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["take", "leave", "hand"]),
        st.sampled_from(["S1", "S2"]),
        st.integers(0, 2),
        st.integers(0, 20),
    ),
    max_size=14,
)


@settings(max_examples=60)
@given(acts=ACTS)
def test_any_day_has_one_holder_at_most_and_no_day_is_lost(
    sqlite_engine: sa.Engine, acts: list[tuple[str, str, int, int]]
) -> None:
    """Against a book of days kept by hand: who held which stall on each day."""
    with writing(sqlite_engine) as session:
        vendors = _a_small_market(session)
        book: dict[tuple[str, date], int] = {}
        open_since: dict[str, tuple[int, date]] = {}
        for act, stall, number, offset in acts:
            on, vendor = START + timedelta(days=offset), vendors[number]
            assert vendor.id is not None
            try:
                with session.begin_nested():
                    _do(session, act, stall, vendor, on)
            except HoldingRefused:
                continue
            if act != "take":
                last = on if act == "leave" else on - timedelta(days=1)
                _book(book, stall, *open_since.pop(stall), last)
            if act != "leave":
                open_since[stall] = (vendor.id, on)
        for stall, (vendor_id, since) in open_since.items():
            _book(book, stall, vendor_id, since, TODAY)

        assert _days(session) == book
        for vendor in vendors:
            steps_in(session, vendor.id)
        session.rollback()


def _do(session: Session, act: str, stall: str, vendor: Vendor, on: date) -> None:
    match act:
        case "take":
            take_stall(session, "MA", stall, vendor, on, **WHO)
        case "leave":
            leave_stall(session, "MA", stall, on, **WHO)
        case _:
            hand_over(session, "MA", stall, vendor, on, **WHO)


def _a_small_market(session: Session) -> list[Vendor]:
    session.add(factories.market())
    session.flush()
    session.add_all(Stall(market_id=1, code=code, state=StallState.VACANT) for code in ("S1", "S2"))
    vendors = [factories.vendor(full_name=f"Lò Thị {letter}") for letter in "ABC"]
    session.add_all(vendors)
    session.flush()
    return vendors


def _book(
    book: dict[tuple[str, date], int], stall: str, vendor: int, first: date, last: date
) -> None:
    for offset in range((last - first).days + 1):
        day = (stall, first + timedelta(days=offset))
        assert day not in book, "two holders on one day"
        book[day] = vendor


def _days(session: Session) -> dict[tuple[str, date], int]:
    days: dict[tuple[str, date], int] = {}
    for holding, code in session.exec(select(StallHolding, Stall.code).join(Stall)):
        _book(days, code, holding.vendor_id, holding.from_on, holding.to_on or TODAY)
    return days


# ---------------------------------------------------------------- the day a holder came


def _mistaken(register: Register, on: date = TODAY) -> None:
    """Bình took C001 by mistake, on this day."""
    two_vendors(register)
    with writing(register.engine) as session:
        take_stall(session, "MA", "C001", of(session, "B001"), on, **WHO)


def test_who_came_by_mistake_today_is_replaced_and_the_history_keeps_both(
    register: Register,
) -> None:
    _mistaken(register)

    with writing(register.engine) as session:
        hand_over(session, "MA", "C001", of(session, "A001"), TODAY, **WHO)

    assert holdings(register, "C001") == [(1, TODAY, None)]
    assert [each for each in told(register) if each[0].startswith("stall")] == [
        ("stall_taken", "2026-11-21", ""),
        ("stall_left", "2026-11-21", "same_day"),
        ("stall_taken", "2026-11-21", ""),
    ]


def test_the_posters_of_who_is_replaced_are_revoked(register: Register) -> None:
    _mistaken(register)
    with writing(register.engine) as session:
        issue_posters(
            session, "MA", sealer=register.sealer, now=NOW, verification_key="key",
            stall_codes=["C001"],
        )  # fmt: skip
        hand_over(session, "MA", "C001", of(session, "A001"), TODAY, **WHO)

    states = {poster.stall_id: poster.state for poster in register.all(Poster)}
    assert states[3] is PosterState.REVOKED


def test_who_is_to_come_tomorrow_is_replaced_today(register: Register) -> None:
    two_vendors(register)
    with writing(register.engine) as session:
        leave_stall(session, "MA", "A001", TODAY, **WHO)
        session.add(StallHolding(stall_id=1, vendor_id=2, from_on=TODAY + timedelta(days=1)))
        session.flush()
        holding = hand_over(session, "MA", "A001", session.get_one(Vendor, 1), TODAY, **WHO)

        assert holding.from_on == TODAY + timedelta(days=1)


def test_a_holder_of_days_gone_by_is_not_erased(register: Register) -> None:
    _mistaken(register, TODAY - timedelta(days=1))

    with pytest.raises(HoldingRefused) as refused, writing(register.engine) as session:
        hand_over(session, "MA", "C001", of(session, "A001"), TODAY - timedelta(days=1), **WHO)

    assert refused.value.field == "on"
    with writing(register.engine) as session:
        hand_over(session, "MA", "C001", of(session, "A001"), TODAY, **WHO)
    yesterday = TODAY - timedelta(days=1)
    assert holdings(register, "C001") == [(2, yesterday, yesterday), (1, TODAY, None)]


def test_an_import_whose_holder_was_replaced_the_same_day_is_not_undone_past_that(
    register: Register,
) -> None:
    two_vendors(register)
    told = {"name": "Lò Văn Páo", "phone": "0987654321"}
    pao = row(**{**VACANT, **told, "stall": "C001", "state": "Đang bán"})
    done = register.take(pao, listed_on=TODAY)
    with writing(register.engine) as session:
        hand_over(session, "MA", "C001", of(session, "A001"), TODAY, **WHO)

    with pytest.raises(ImportChangedSince), writing(register.engine) as session:
        undo_import(session, session.get_one(SheetImport, done.import_id), actor=CLERK, now=NOW)

    assert holdings(register, "C001") == [(1, TODAY, None)]
