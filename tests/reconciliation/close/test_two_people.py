"""Every stored decision has two people: one alone, or nobody, is told, whatever was decided."""

from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from merchants.kinds import AcceptanceType, AccountChangeState, AccountKind, NameMatch
from merchants.tables import AccountChange
from reconciliation.close.locks.tables import BookLock, LockKind
from reconciliation.close.two_people import verify_two_people
from reconciliation.rules.tables import RuleChange
from reconciliation.tables import Decision, DeliveryVoid, HandAttribution
from tests.reconciliation.ledger_world import DAY, LedgerWorld

MAI, TOAN = "staff:1", "staff:2"


def _decision(session: Any, what: str, now: datetime) -> Any:
    """A decision that Mai proposed and Toan took."""
    world = LedgerWorld(session, now)
    vendor = world.vendor(world.market())
    row = world.booked(None, 5_000)
    people = {"proposed_by": MAI, "proposed_at": now, "decided_by": TOAN, "decided_at": now}
    decided = people | {"reason": "đã xem", "decision": Decision.APPROVED}
    account = {
        "kind": AccountKind.BANK_ACCOUNT,
        "acceptance_type": AcceptanceType.TRANSFER_QR,
        "feed_provider": "bank_vcb",
        "account_sealed": "sealed",
        "account_hash": "0",
        "account_tail": "0000",
        "holder_name": "NGUYEN THI HUONG",
        "name_match": NameMatch.EXACT,
        "state": AccountChangeState.APPROVED,
        "confirmed_by": f"vendor:{vendor.code}",
    }
    span = {"scope": "MA", "kind": LockKind.LOCK, "first_on": DAY, "last_on": DAY}
    rules = {"content": "[]", "sha256": "0", "valid_from": date(2026, 12, 1)}
    made: dict[str, Any] = {
        "rules": lambda: RuleChange(**rules, **decided),
        "lock": lambda: BookLock(**span, **decided),
        "void": lambda: DeliveryVoid(delivery_id=row.delivery_id, **decided),
        "claim": lambda: HandAttribution(transaction_id=row.id, vendor_id=vendor.id, **decided),
        "account": lambda: AccountChange(vendor_id=vendor.id, **account, **people),
    }
    decision = made[what]()
    session.add(decision)
    session.flush()
    return decision


def _findings(engine: sa.Engine, what: str, now: datetime, **changes: Any) -> list[str]:
    with writing(engine) as session:
        decision = _decision(session, what, now)
        for name, value in changes.items():
            setattr(decision, name, value)
    with reading(engine) as session:
        return verify_two_people(session)


CALLED = {
    "rules": "Lần đổi quy tắc số 1",
    "lock": "Đề xuất khoá, mở sổ số 1",
    "void": "Yêu cầu rút lượt nhận số 1",
    "claim": "Đề xuất khoản của ai số 1",
    "account": "Đề xuất tài khoản số 1",
}


@pytest.mark.parametrize("what", CALLED)
def test_what_two_people_decided_is_proved(engine: sa.Engine, what: str, now: datetime) -> None:
    assert _findings(engine, what, now) == []


@pytest.mark.parametrize("what", CALLED)
@pytest.mark.parametrize("changes", [{"decided_by": MAI}, {"proposed_by": TOAN}])
def test_one_person_alone_is_told(
    engine: sa.Engine, what: str, changes: dict[str, str], now: datetime
) -> None:
    [finding] = _findings(engine, what, now, **changes)

    [who] = changes.values()
    assert finding == f"{CALLED[what]}: {who} tự quyết, không có người thứ hai"


@pytest.mark.parametrize("what", CALLED)
def test_a_decision_of_nobody_is_told(engine: sa.Engine, what: str, now: datetime) -> None:
    [finding] = _findings(engine, what, now, decided_by="")

    assert finding == f"{CALLED[what]}: đã quyết mà không ghi ai quyết"


def test_who_recorded_the_vendors_word_is_no_second_person(
    engine: sa.Engine, now: datetime
) -> None:
    [finding] = _findings(engine, "account", now, confirmed_by=TOAN)

    assert finding.startswith(f"{CALLED['account']}: {TOAN} tự quyết")


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        *((what, {"decision": Decision.WITHDRAWN}) for what in CALLED if what != "account"),
        ("account", {"state": AccountChangeState.WITHDRAWN}),
    ],
)
def test_taking_ones_own_proposal_back_takes_one(
    engine: sa.Engine, what: str, changes: dict[str, Any], now: datetime
) -> None:
    assert _findings(engine, what, now, decided_by=MAI, **changes) == []


def test_a_proposal_that_waits_is_no_decision(engine: sa.Engine, now: datetime) -> None:
    assert _findings(engine, "lock", now, decision=Decision.OPEN, decided_by="") == []
