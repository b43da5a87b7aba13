"""A wallet that owes a report and notifies all the same: each đồng of its day counts once."""

import shutil
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from market.database import open_engine, reading, writing
from reconciliation.breaks.listing import BreakFilter, list_breaks
from reconciliation.close.closing import close_days
from reconciliation.close.versions import verify_chain
from reconciliation.profiles import load_profiles
from reconciliation.tables import CloseState, DayClose, VendorDay
from tests.reconciliation.close.test_closing import LONG_AFTER, NEXT
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld

PROFILES = load_profiles()
copies = count()
MOMO = {"provider": "momo", "account_alias": "PARTNER", "store_id": "A12"}
ZALOPAY = {"provider": "zalopay", "account_alias": "APP"}


def movement(at: dict[str, str], number: int) -> dict[str, Any]:
    """What both books tell of one payment: its place, its id and its key."""
    key = f"{at['provider']}:{at['account_alias']}:{number}"
    return {**at, "provider_transaction_id": str(number), "dedupe_key": key}


def place(at: dict[str, str]) -> dict[str, str]:
    """The account of a report: one for all its stores."""
    return {"provider": at["provider"], "account_alias": at["account_alias"]}


def close(engine: sa.Engine) -> None:
    """Close the day long after it."""
    terms: dict[str, Any] = {"profiles": PROFILES, "sealer": SEALER, "now": LONG_AFTER}
    with writing(engine) as session:
        close_days(session, DAY, DAY, market_code=None, **terms)


def figures(engine: sa.Engine) -> tuple[DayClose, VendorDay]:
    """The only close, and the only vendor's day."""
    with writing(engine) as session:
        return session.exec(select(DayClose)).one(), session.exec(select(VendorDay)).one()


def breaks(engine: sa.Engine) -> list[Any]:
    """What is left open."""
    with reading(engine) as session:
        return list(list_breaks(session, "MA", BreakFilter(), today=NEXT)[0])


@pytest.mark.parametrize("at", [MOMO, ZALOPAY], ids=lambda at: at["provider"])
def test_a_notice_and_the_line_of_one_id_are_one_payment(
    engine: sa.Engine, now: datetime, at: dict[str, str]
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market(), at["provider"])
        world.announced(vendor, 50_000, **movement(at, 1))
        world.booked(vendor, 50_000, **movement(at, 1))
        world.statement(vendor, DAY, NEXT, **place(at))

    close(engine)

    closed, day = figures(engine)
    assert (closed.state, breaks(engine)) == (CloseState.FINAL, [])
    assert (day.payments, day.gross_vnd, day.matched_vnd) == (1, 50_000, 50_000)
    assert (day.pending, day.pending_vnd, day.unexplained_vnd) == (0, 0, 0)
    with reading(engine) as session:
        assert verify_chain(session, sealer=SEALER) == []


@pytest.mark.parametrize("silent", ["payments", "statement"])
def test_a_store_that_one_of_the_two_names_is_where_both_belong(
    engine: sa.Engine, now: datetime, silent: str
) -> None:
    told = {book: movement(MOMO, 1) for book in ("payments", "statement")}
    told[silent]["store_id"] = None
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market(), "momo")
        world.announced(vendor if silent == "statement" else None, 50_000, **told["payments"])
        world.booked(vendor if silent == "payments" else None, 50_000, **told["statement"])
        world.statement(vendor, DAY, NEXT, **place(MOMO))

    close(engine)

    _, day = figures(engine)
    assert breaks(engine) == []
    assert (day.payments, day.gross_vnd, day.matched_vnd) == (1, 50_000, 50_000)
    assert (day.pending_vnd, day.unexplained_vnd) == (0, 0)
    with reading(engine) as session:
        assert verify_chain(session, sealer=SEALER) == []


@pytest.mark.parametrize("at", [MOMO, ZALOPAY], ids=lambda at: at["provider"])
def test_what_one_book_tells_alone_is_missing_in_none(
    engine: sa.Engine, now: datetime, at: dict[str, str]
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market(), at["provider"])
        world.announced(vendor, 50_000, **movement(at, 1))
        world.booked(vendor, 70_000, **movement(at, 2))
        world.statement(vendor, DAY, NEXT, **place(at))

    close(engine)

    _, day = figures(engine)
    assert breaks(engine) == []
    assert (day.payments, day.gross_vnd, day.matched_vnd) == (2, 120_000, 120_000)
    assert (day.pending_vnd, day.unexplained_vnd) == (0, 0)


tellings = st.tuples(
    st.sampled_from(["p", "s", "ps"]),
    st.sampled_from([10_000, 10_000, 20_000]),
    st.sampled_from([0, 0, 0, 700, -700]),
    st.sampled_from([MOMO, ZALOPAY]),
)


@settings(max_examples=12)
@given(st.lists(tellings, min_size=1, max_size=6))
def test_the_parts_of_a_day_come_to_its_gross(
    tmp_path: Path, sqlite_template: Path, now: datetime, told: list[Any]
) -> None:
    copy = shutil.copy(sqlite_template, tmp_path / f"world{next(copies)}.sqlite3")
    engine = open_engine(f"sqlite:///{copy}")
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market(), "momo", "zalopay")
        for number, (books, amount, off, at) in enumerate(told):
            if "p" in books:
                world.announced(vendor, amount, **movement(at, number))
            if "s" in books:
                world.booked(vendor, amount + off, **movement(at, number))

    close(engine)

    _, day = figures(engine)
    with reading(engine) as session:
        findings = verify_chain(session, sealer=SEALER)
    engine.dispose()
    by_both = [(amount, amount + off) for books, amount, off, _ in told if books == "ps"]
    alone = [
        amount + (off if books == "s" else 0) for books, amount, off, _ in told if len(books) == 1
    ]
    assert day.payments == len(told)
    assert day.gross_vnd == sum(alone) + sum(line for _, line in by_both)
    assert day.matched_vnd == sum(alone) + sum(map(min, by_both))
    assert day.unexplained_vnd == sum(abs(line - payment) for payment, line in by_both)
    above = sum(max(line - payment, 0) for payment, line in by_both)
    assert day.gross_vnd == day.matched_vnd + above
    assert day.pending_vnd == 0
    assert findings == []
