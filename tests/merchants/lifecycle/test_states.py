"""States derived from facts, every single step recorded, by hand and by what happens."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from market.database import reading, writing
from merchants.actors import COMMAND, Actor
from merchants.errors import EntryRefused, StepRefused
from merchants.kinds import EventAction, ExitReason, PosterState, StallState, VendorState
from merchants.lifecycle.states import derive_vendor_states
from merchants.posters.issue import (
    issue_posters,
    record_installations,
    replace_poster,
    revoke_poster,
)
from merchants.tables import Poster, RegisterEvent, Stall, StallHolding, Vendor
from merchants.vendors.steps import record_test_payment, resumed_state, take_step
from tests.merchants.chains import steps_of
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.queries import counted
from tests.merchants.sheet_files import VACANT, row

S = VendorState
KEY = "verification-key"
CLERK = Actor(kind="staff", name="7", assisted_by_id=None)


def vendor_in(session: Session, name: str = "Nguyễn Thị Hương") -> Vendor:
    return session.exec(select(Vendor).where(Vendor.full_name == name)).one()


def issue(register: Register) -> None:
    with writing(register.engine) as session:
        issue_posters(
            session,
            "MA",
            sealer=register.sealer,
            now=register.now,
            verification_key=KEY,
            actor=CLERK,
        )


def hang(register: Register, on: date) -> None:
    with writing(register.engine) as session:
        record_installations(session, "MA", {"A001": on}, now=register.now, actor=CLERK)


def step(register: Register, to: VendorState, *, reason: str = "") -> VendorState:
    with writing(register.engine) as session:
        return take_step(
            session, vendor_in(session), to, actor=CLERK, now=register.now, reason=reason
        )


def events(register: Register, action: EventAction) -> list[RegisterEvent]:
    return [each for each in register.all(RegisterEvent) if each.action == action.value]


def test_each_step_of_a_path_is_an_event_with_actor_and_time(
    register: Register, today: date
) -> None:
    register.take(row())
    issue(register)
    hang(register, today)

    vendor = register.one(Vendor)
    assert steps_of(register.engine, vendor.id) == [
        S.LISTED, S.DATA_CAPTURED, S.CONSENTED, S.ACCOUNT_LINKED, S.NAME_MATCHED,
        S.POSTER_ISSUED, S.POSTER_INSTALLED,
    ]  # fmt: skip
    assert vendor.state_since == register.now
    told = events(register, EventAction.STATE_CHANGED)
    assert {event.at for event in told} == {register.now}
    assert {event.actor for event in told[-2:]} == {"staff:7"}
    assert {(event.market_id, event.vendor_id) for event in told} == {(vendor.market_id, vendor.id)}


def test_posters_leave_events_with_their_serials(register: Register, today: date) -> None:
    register.take(row())
    issue(register)
    hang(register, today)
    first = register.one(Poster)
    with writing(register.engine) as session:
        second = replace_poster(
            session,
            first.serial or "",
            sealer=register.sealer,
            now=register.now,
            verification_key=KEY,
            actor=CLERK,
        )
        serial = second.serial or ""
    with writing(register.engine) as session:
        revoke_poster(session, serial, now=register.now, actor=CLERK, reason="lost")

    told = [
        (event.action, event.subject, event.to_value, event.reason, event.actor)
        for event in register.all(RegisterEvent)
        if event.action.startswith("poster")
    ]
    assert told == [
        ("poster_issued", f"poster:{first.serial}", "generated", "", "staff:7"),
        ("poster_installed", f"poster:{first.serial}", today.isoformat(), "", "staff:7"),
        ("poster_ended", f"poster:{first.serial}", "replaced", "damaged", "staff:7"),
        ("poster_issued", f"poster:{serial}", "generated", "", "staff:7"),
        ("poster_ended", f"poster:{serial}", "revoked", "lost", "staff:7"),
    ]
    assert steps_of(register.engine, register.one(Vendor).id)[-3:] == [
        S.POSTER_INSTALLED,
        S.POSTER_ISSUED,
        S.NAME_MATCHED,
    ]


def test_only_the_stalls_asked_for_get_a_poster(register: Register) -> None:
    register.take(row(), other_row(1))

    with writing(register.engine) as session:
        issued = issue_posters(
            session,
            "MA",
            sealer=register.sealer,
            now=register.now,
            verification_key=KEY,
            stall_codes=["B001"],
        )
        stall_ids = [poster.stall_id for poster in issued]

    with reading(register.engine) as session:
        assert [session.get_one(Stall, each).code for each in stall_ids] == ["B001"]


def test_deriving_again_writes_nothing(register: Register) -> None:
    register.take(row())
    before = len(register.all(RegisterEvent))

    with writing(register.engine) as session:
        market_id = vendor_in(session).market_id
        assert derive_vendor_states(session, [market_id], actor=COMMAND, now=register.now) == 0

    assert len(register.all(RegisterEvent)) == before


@pytest.mark.parametrize("vendors", [3, 30])
def test_moving_vendors_takes_the_same_statements_however_many(
    register: Register, vendors: int
) -> None:
    register.take(*(other_row(number) for number in range(vendors)))
    with writing(register.engine) as session:
        market_id = session.exec(select(Vendor.market_id)).first()
        for vendor in session.exec(select(Vendor)):
            vendor.consented_on = None
            session.add(vendor)
    assert market_id is not None

    with counted(register.engine) as sent, writing(register.engine) as session:
        moved = derive_vendor_states(session, [market_id], now=register.now)

    assert moved == vendors
    assert len(sent) == (4 if register.engine.dialect.name == "postgresql" else 3)


def test_only_the_vendors_named_are_looked_at(register: Register) -> None:
    register.take(row(), other_row(1))
    with writing(register.engine) as session:
        for vendor in session.exec(select(Vendor)):
            vendor.consented_on = None
            session.add(vendor)
        session.flush()
        one = vendor_in(session)
        assert one.id is not None
        moved = derive_vendor_states(
            session, [one.market_id], now=register.now, vendor_ids=[one.id]
        )
        assert moved == 1
        assert one.state is S.DATA_CAPTURED


def test_an_invitation_is_a_step_by_hand(register: Register) -> None:
    register.take(row(phone="", consented="", bank="", account="", holder=""))

    assert step(register, S.INVITED) is S.INVITED

    assert register.one(Vendor).version == 2
    (told,) = events(register, EventAction.STATE_CHANGED)
    assert (told.from_value, told.to_value, told.subject) == ("listed", "invited", "state#2")


@pytest.mark.parametrize(
    ("to", "missing"),
    [
        (S.INVITED, ("not_from_here",)),
        (S.POSTER_ISSUED, ("poster",)),
        (S.POSTER_INSTALLED, ("poster", "installed_poster")),
        (S.ACTIVE, ("poster", "installed_poster")),
        (S.NAME_MATCHED, ("not_from_here",)),
        (S.TEST_PAYMENT_OK, ("not_by_hand",)),
        (S.SUSPENDED, ("reason",)),
        (S.EXITED, ("reason",)),
    ],
)
def test_a_forbidden_step_names_both_states_and_what_is_missing(
    register: Register, to: VendorState, missing: tuple[str, ...]
) -> None:
    register.take(row())

    with pytest.raises(StepRefused) as refusal:
        step(register, to)

    assert (refusal.value.current, refusal.value.wanted) == (S.NAME_MATCHED, to)
    assert refusal.value.missing == missing
    assert S.NAME_MATCHED.value in str(refusal.value)
    assert to.value in str(refusal.value)
    assert register.one(Vendor).version == 1


@pytest.mark.parametrize("kind", ["vendor", "system"])
def test_not_everybody_may_lift_a_suspension(register: Register, kind: str) -> None:
    register.take(row())
    step(register, S.SUSPENDED, reason=ExitReason.NO_TIME.value)

    with pytest.raises(StepRefused, match="not_by_hand"), writing(register.engine) as session:
        take_step(
            session,
            vendor_in(session),
            S.NAME_MATCHED,
            actor=Actor(kind=kind, name="x"),  # type: ignore[arg-type]
            now=register.now,
        )


def test_a_suspension_keeps_the_stall_and_is_lifted_to_where_the_facts_are(
    register: Register,
) -> None:
    register.take(row())
    assert step(register, S.SUSPENDED, reason=ExitReason.FRAUD_FEAR.value) is S.SUSPENDED
    issue(register)
    with reading(register.engine) as session:
        assert vendor_in(session).state is S.SUSPENDED
        assert resumed_state(session, vendor_in(session)) is S.POSTER_ISSUED

    with pytest.raises(StepRefused, match="installed_poster"):
        step(register, S.POSTER_INSTALLED)
    with pytest.raises(StepRefused, match="not_from_here"):
        step(register, S.NAME_MATCHED)
    assert step(register, S.POSTER_ISSUED) is S.POSTER_ISSUED

    assert steps_of(register.engine, register.one(Vendor).id)[-3:] == [
        S.NAME_MATCHED,
        S.SUSPENDED,
        S.POSTER_ISSUED,
    ]
    assert events(register, EventAction.STATE_CHANGED)[-2].reason == "fraud_fear"
    assert register.one(StallHolding).to_on is None


def test_who_leaves_gives_back_the_stall_and_the_posters(register: Register, today: date) -> None:
    register.take(row())
    issue(register)
    hang(register, today)

    assert step(register, S.EXITED, reason=ExitReason.MOVED.value) is S.EXITED

    assert register.one(StallHolding).to_on == today
    assert register.one(Stall).state is StallState.VACANT
    assert register.one(Poster).state is PosterState.REVOKED
    assert steps_of(register.engine, register.one(Vendor).id)[-2:] == [
        S.POSTER_INSTALLED,
        S.EXITED,
    ]
    assert events(register, EventAction.STATE_CHANGED)[-1].reason == "moved"
    with pytest.raises(StepRefused, match="stall"):
        step(register, S.DATA_CAPTURED)


def test_a_note_has_its_limit(register: Register) -> None:
    register.take(row())

    with pytest.raises(EntryRefused) as refusal, writing(register.engine) as session:
        take_step(
            session,
            vendor_in(session),
            S.SUSPENDED,
            actor=CLERK,
            now=register.now,
            reason="other",
            note="x" * 501,
        )

    assert set(refusal.value.faults) == {"note"}


def test_a_vacated_stall_lets_its_vendor_exit_by_itself(register: Register) -> None:
    register.take(row())

    register.take_one(row(**VACANT), now=register.now + timedelta(days=2))

    assert steps_of(register.engine, register.one(Vendor).id)[-2:] == [S.NAME_MATCHED, S.EXITED]


def pay(register: Register, amount_vnd: int = 1_000) -> VendorState:
    with writing(register.engine) as session:
        return record_test_payment(
            session,
            vendor_in(session),
            amount_vnd=amount_vnd,
            seen_by="vendor",
            actor=CLERK,
            now=register.now,
        )


def test_a_test_payment_is_a_step_of_its_own(register: Register) -> None:
    register.take(row())

    assert pay(register) is S.TEST_PAYMENT_OK

    (seen,) = events(register, EventAction.TEST_PAYMENT_SEEN)
    assert (seen.to_value, seen.reason, seen.actor) == ("1000", "vendor", "staff:7")
    issue(register)
    assert steps_of(register.engine, register.one(Vendor).id)[-3:] == [
        S.NAME_MATCHED,
        S.TEST_PAYMENT_OK,
        S.POSTER_ISSUED,
    ]


def test_a_later_test_payment_is_noted_and_moves_nothing(register: Register) -> None:
    register.take(row())
    issue(register)

    assert pay(register) is S.POSTER_ISSUED

    assert len(events(register, EventAction.TEST_PAYMENT_SEEN)) == 1


@pytest.mark.parametrize("amount_vnd", [0, 999, 2_001, 50_000])
def test_a_sale_is_no_test_payment(register: Register, amount_vnd: int) -> None:
    register.take(row())

    with pytest.raises(EntryRefused):
        pay(register, amount_vnd)


def test_nobody_tests_an_account_whose_name_is_not_checked(register: Register) -> None:
    register.take(row(holder="TRAN VAN BINH"))

    with pytest.raises(StepRefused, match="matched_name"):
        pay(register)


def test_events_are_kept_in_the_order_they_happened(register: Register) -> None:
    register.take(row())
    step(register, S.SUSPENDED, reason="other")

    with reading(register.engine) as session:
        ids = session.exec(select(RegisterEvent.id).order_by(col(RegisterEvent.id))).all()
        told = session.exec(
            select(RegisterEvent.to_value)
            .where(RegisterEvent.action == "state_changed")
            .order_by(col(RegisterEvent.id))
        ).all()
    known = [each for each in ids if each is not None]
    assert known == sorted(set(known))
    assert len(known) == len(ids)
    assert told[-1] == "suspended"
