"""A close that decides anew only what changed is the close that decides everything, to the byte."""

import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from market.database import open_engine, reading, writing
from merchants.tables import Vendor
from reconciliation.breaks.tables import Break
from reconciliation.bulk import table_of
from reconciliation.close import incremental as close_incremental
from reconciliation.close.account_inputs import read_inputs
from reconciliation.close.closing import ClosedDay, close_days
from reconciliation.close.frames import TOLD
from reconciliation.close.incremental import Incremental
from reconciliation.close.kept_decisions import FILES_MAX, KeptDecisions
from reconciliation.profiles import Profiles, load_profiles
from reconciliation.records import Direction, TransactionType
from reconciliation.tables import MatchOutcome, ProviderTransaction, VendorDay
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld, account_of

PROFILES = load_profiles(None)
LEARNT = Profiles(
    tuple(
        replace(row, payouts="learned", cycle_days=None, pays_on_weekends=None)
        if row.provider == "momo"
        else row
        for row in PROFILES.rows
    )
)
STRICT = Profiles(tuple(replace(row, window_s=1) for row in PROFILES.rows))
RULES = {"as packaged": PROFILES, "cycles learnt": LEARNT, "narrow window": STRICT}
LAST = DAY + timedelta(days=2)
LONG_AFTER = datetime(2026, 12, 31, tzinfo=UTC)
copies = count(1)


class _Undone(Exception):
    """Ends a transaction without keeping it."""


@dataclass
class Street:
    """Vendors of two markets, each with a bank account and a wallet, and closes of both kinds."""

    engine: sa.Engine
    now: datetime
    folder: Path

    def __post_init__(self) -> None:
        self.anew: list[tuple[int, int]] = []
        self.by_row = count(1)
        with writing(self.engine) as session:
            world = LedgerWorld(session, self.now)
            markets = [world.market("MA"), world.market("LG")]
            self.vendors = [world.vendor(market) for market in (*markets, markets[0])]
            for vendor in self.vendors:
                world.acceptance_point(vendor, "momo")
                world.statement(vendor, DAY, LAST)

    @contextmanager
    def world(self) -> Iterator[LedgerWorld]:
        with writing(self.engine) as session:
            yield LedgerWorld(session, self.now)

    @property
    def kept(self) -> KeptDecisions:
        return KeptDecisions(self.folder)

    def close(
        self, session: Session, profiles: Profiles = PROFILES, *, is_incremental: bool = True
    ) -> list[ClosedDay]:
        told = Incremental(kept=self.kept, on_decided=lambda *both: self.anew.append(both))
        return close_days(
            session,
            DAY,
            LAST,
            market_code=None,
            profiles=profiles,
            sealer=SEALER,
            now=LONG_AFTER,
            incremental=told if is_incremental else None,
        )

    def both_ways(self, profiles: Profiles = PROFILES) -> tuple[int, int]:
        """Close in both ways, keep the incremental one, and return how many accounts it decided."""
        whole: Any = None
        with pytest.raises(_Undone), writing(self.engine) as session:
            whole = self.close(session, profiles, is_incremental=False), *written(session)
            raise _Undone
        with writing(self.engine) as session:
            assert (self.close(session, profiles), *written(session)) == whole
        return self.anew[-1]


def written(session: Session) -> list[list[Any]]:
    """Everything a close writes but times and the numbers that databases give."""
    numbers = {"close_id"}
    outcomes = [one.model_dump(exclude=numbers) for one in session.exec(select(MatchOutcome))]
    days = [one.model_dump(exclude=numbers) for one in session.exec(select(VendorDay))]
    names = ("scope", "leg", "book", "key", "state", "reason", "stake_vnd", "outcome")
    breaks = [[getattr(one, name) for name in names] for one in session.exec(select(Break))]
    return [sorted(map(repr, rows)) for rows in (outcomes, days, breaks)]


@pytest.fixture
def street(engine: sa.Engine, now: datetime, tmp_path: Path) -> Street:
    return Street(engine, now, tmp_path / "kept")


def test_a_late_record_touches_one_account_of_all(street: Street) -> None:
    with street.world() as world:
        for vendor in street.vendors:
            for amount in (10_000, 10_000, 25_000):
                world.both(vendor, amount)

    assert street.both_ways() == (3, 3)
    assert street.both_ways() == (0, 3)

    with street.world() as world:
        world.announced(street.vendors[1], 40_000)

    assert street.both_ways() == (1, 3)


def test_another_rule_decides_every_account_anew(street: Street) -> None:
    with street.world() as world:
        for vendor in street.vendors:
            world.both(vendor, 10_000)
    street.both_ways()

    assert street.both_ways(STRICT) == (3, 3)
    assert street.both_ways(STRICT) == (0, 3)


def test_the_first_record_of_a_day_touches_every_account_of_its_provider(street: Street) -> None:
    with street.world() as world:
        for vendor in street.vendors:
            world.both(vendor, 10_000)
        wallet_sale(world, street.vendors[0], DAY)
    street.both_ways()

    with street.world() as world:
        world.booked(street.vendors[0], 5_000, business_date=LAST)

    assert street.both_ways() == (3, 4)


def test_an_id_that_turns_up_under_another_account_touches_the_account_that_lacks_it(
    street: Street,
) -> None:
    with street.world() as world:
        for vendor in street.vendors:
            world.both(vendor, 10_000)
        world.announced(street.vendors[0], 70_000, bank_reference="R70")
    street.both_ways()

    with street.world() as world:
        world.booked(street.vendors[1], 70_000, bank_reference="R70")

    [touched, of] = street.both_ways()
    assert (touched, of) in {(1, 3), (2, 3)}


def wallet_sale(world: LedgerWorld, vendor: Vendor, day: date, amount: int = 50_000) -> None:
    world.told(vendor, amount, provider="momo", account_alias=f"W{vendor.id}", business_date=day)


def wallet_payout(world: LedgerWorld, vendor: Vendor, day: date, amount: int) -> None:
    world.booked(
        vendor,
        amount,
        business_date=day,
        transaction_type=TransactionType.PAYOUT,
        description="CTY MOMO thanh toan",
    )


def test_what_a_payout_teaches_of_its_provider_touches_its_other_accounts(street: Street) -> None:
    first, second, third = street.vendors
    with street.world() as world:
        for vendor in street.vendors:
            world.both(vendor, 10_000)
            wallet_sale(world, vendor, DAY)
            wallet_sale(world, vendor, DAY + timedelta(days=1), 80_000)
        wallet_payout(world, first, LAST, 49_450)
    street.both_ways(LEARNT)

    with street.world() as world:
        wallet_payout(world, second, DAY + timedelta(days=1), 49_450)
        wallet_payout(world, third, DAY + timedelta(days=1), 49_450)

    touched, of = street.both_ways(LEARNT)
    assert of == 6
    assert touched >= 5


def test_a_store_named_later_moves_what_was_told_without_one(street: Street) -> None:
    told = {"provider": "momo", "account_alias": "PARTNER", "dedupe_key": "momo:PARTNER:1"}
    with street.world() as world:
        for vendor in street.vendors:
            world.both(vendor, 10_000)
        wallet_sale(world, street.vendors[1], DAY)
        world.announced(street.vendors[0], 50_000, **told)
    street.both_ways()

    with street.world() as world:
        world.told(street.vendors[0], 50_000, **told, store_id="A12")

    assert street.both_ways() == (1, 5)


def test_a_row_changed_by_hand_is_read_again_whatever_was_changed(street: Street) -> None:
    with street.world() as world:
        for vendor in street.vendors:
            world.both(vendor, 10_000, occurred_at=None)
    row = table_of(ProviderTransaction)

    def prints() -> dict[Any, str]:
        with reading(street.engine) as session:
            payouts = close_incremental._all_payouts(session, DAY, LAST)
            told = read_inputs(
                session, DAY, LAST, payouts=payouts, arrived=payouts, coverage={}, ground=""
            )
            return dict(told.prints)

    before = prints()
    others = {
        "id": 9_999,
        "provider": "casso",
        "ledger": "bank_acb",
        "account_alias": "another",
        "direction": "debit",
        "status": "failed",
        "ledger_type": "fee",
        "amount": 10_001,
        "business_date": LAST,
        "occurred_at": street.now,
        "forgotten_at": street.now,
        "vendor_id": street.vendors[2].id,
        "version": 2,
        "fee_amount": 1,
        "tax_amount": 1,
    }
    for name in TOLD:
        value = others.get(name, "USD" if name == "currency" else "another")
        with pytest.raises(_Undone), writing(street.engine) as session:
            chosen = select(ProviderTransaction.id).where(
                ProviderTransaction.account_alias == account_of(street.vendors[0])
            )
            some = session.exec(chosen.order_by(col(ProviderTransaction.id))).first()
            session.connection().execute(
                sa.update(row).where(row.c.id == some).values({name: value})
            )
            payouts = close_incremental._all_payouts(session, DAY, LAST)
            after = read_inputs(
                session, DAY, LAST, payouts=payouts, arrived=payouts, coverage={}, ground=""
            )
            assert dict(after.prints) != before, name
            raise _Undone


def test_nobody_else_on_the_machine_reads_what_is_kept(street: Street) -> None:
    with street.world() as world:
        world.both(street.vendors[0], 10_000)
    street.both_ways()

    assert stat.S_IMODE(street.folder.stat().st_mode) == 0o700


def test_a_damaged_file_is_as_good_as_none(street: Street) -> None:
    with street.world() as world:
        world.both(street.vendors[0], 10_000)
    street.both_ways()
    [file] = street.folder.iterdir()
    held = bytearray(file.read_bytes())
    held[len(held) // 2] ^= 1
    file.write_bytes(held)

    assert street.both_ways() == (1, 1)
    assert street.both_ways() == (0, 1)


def test_few_spans_are_kept_and_forgotten_rows_keep_none(street: Street) -> None:
    with street.world() as world:
        told, _ = world.both(street.vendors[0], 10_000)
    kept = street.kept
    with writing(street.engine) as session:
        street.close(session)
    held = kept.read(DAY, LAST)
    for ahead in range(FILES_MAX + 3):
        kept.write(DAY, DAY + timedelta(days=ahead), held)
    assert len(list(street.folder.iterdir())) == FILES_MAX

    with writing(street.engine) as session:
        row = table_of(ProviderTransaction)
        session.connection().execute(
            sa.update(row).where(row.c.id == told.id).values(forgotten_at=street.now)
        )
        street.close(session)

    assert list(street.folder.iterdir()) == []


class Late(NamedTuple):
    """Something that comes to be known between two closes."""

    what: str
    place: int
    amount: int
    day: date
    reference: str | None


steps = st.lists(
    st.lists(
        st.builds(
            Late,
            what=st.sampled_from(
                [
                    *["both", "both", "announced", "booked", "refund"],
                    *["wallet", "wallet", "payout", "void", "hand", "cover"],
                ]
            ),
            place=st.integers(0, 2),
            amount=st.sampled_from([10_000, 10_000, 49_450, 50_000]),
            day=st.sampled_from([DAY, DAY + timedelta(days=1), LAST]),
            reference=st.sampled_from(["R1", "R2", "R3", None]),
        ),
        max_size=6,
    ),
    min_size=2,
    max_size=4,
)


def happen(street: Street, late: Sequence[Late]) -> None:
    """Write what came to be known."""
    for one in late:
        with street.world() as world:
            _happen(street, world, one)


def _happen(street: Street, world: LedgerWorld, one: Late) -> None:
    vendor = street.vendors[one.place]
    number = next(street.by_row)
    told = {"business_date": one.day, "bank_reference": one.reference}
    match one.what:
        case "both":
            world.both(vendor, one.amount, provider_transaction_id=f"T{number}", **told)
        case "announced":
            world.announced(vendor, one.amount, **told)
        case "booked":
            world.booked(vendor, one.amount, **told)
        case "refund":
            refund = {"transaction_type": TransactionType.REFUND, "direction": Direction.DEBIT}
            original = f"T{1 + number % 4}"
            world.booked(vendor, 10_000, original_transaction_id=original, **refund, **told)
        case "wallet":
            wallet_sale(world, vendor, one.day, one.amount)
        case "payout":
            wallet_payout(world, vendor, one.day, 49_450)
        case "cover":
            world.statement(vendor, one.day)
        case _:
            rows = world.session.exec(
                select(ProviderTransaction).order_by(col(ProviderTransaction.id))
            ).all()
            if rows and one.what == "void":
                rows[one.amount % len(rows)].is_current = False
            elif rows:
                rows[one.amount % len(rows)].vendor_id = vendor.id


@settings(max_examples=6)
@given(steps, st.lists(st.sampled_from(sorted(RULES)), min_size=4, max_size=4))
def test_any_sequence_of_late_records_voids_and_rules_is_closed_the_same(
    tmp_path: Path,
    sqlite_template: Path,
    now: datetime,
    told: list[list[Late]],
    rules: list[str],
) -> None:
    number = next(copies)
    copy = shutil.copy(sqlite_template, tmp_path / f"street{number}.sqlite3")
    engine = open_engine(f"sqlite:///{copy}")
    street = Street(engine, now, tmp_path / f"kept{number}")

    for late, name in zip(told, rules, strict=False):
        happen(street, late)
        street.both_ways(RULES[name])

    engine.dispose()
