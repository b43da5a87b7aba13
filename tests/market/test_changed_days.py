"""A closed day whose rows change later is closed again by the scheduled work, however old it is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import select

from market.database import reading, writing
from market.schedule import OLDER_DAYS_AT_ONCE, attribute_anew, close_last_days
from market.settings import Settings
from merchants.actors import Actor
from merchants.tables import Vendor
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.closing import close_days
from reconciliation.close.versions import verify_chain
from reconciliation.intake.ingest import Incoming, ingest
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.changed_days import changed_days, note_changed_days
from reconciliation.operations.assigning import claim_money, decide_claim
from reconciliation.operations.voiding import decide_void, propose_void
from reconciliation.profiles import load_profiles
from reconciliation.tables import ChangedDay, DayClose, Decision, ProviderTransaction, VendorDay
from tests.feed_samples import VCB_ACCOUNT
from tests.merchants.queries import counted
from tests.reconciliation.arrivals import NOW, SEALER, point, vcb, vendor_with

DAY = date(2026, 11, 20)
MONTHS_LATER = datetime(2027, 2, 1, 2, 0, tzinfo=UTC)
ONE, TWO = Actor(kind="staff", name="1"), Actor(kind="staff", name="2")


class Office:
    """One vendor with an account, a closed day in November, and the worker of February."""

    def __init__(self, engine: sa.Engine, folder: Path) -> None:
        self.engine, self.store = engine, RawStore(folder / "raw")
        self.settings = Settings(
            data_dir=folder,
            secret_keys=[SecretStr("test-key")],
            hash_key=SecretStr("test-hash-key"),
            stripe_account="",
        )

    def take(self, sent: Incoming) -> int:
        with writing(self.engine) as session:
            told = ingest(session, self.store, sealer=SEALER, incoming=sent, now=sent.received_at)
        return told.delivery_id

    def close(self) -> None:
        with writing(self.engine) as session:
            close_days(
                session,
                DAY,
                DAY,
                market_code=None,
                profiles=load_profiles(None),
                sealer=SEALER,
                now=NOW,
            )

    def work(self) -> str:
        return close_last_days(self.engine, self.settings, MONTHS_LATER)

    def gross(self) -> list[int]:
        """The vendor's money of the day, by version of the close; a day without her has none."""
        close, hers = table_of(DayClose).c, table_of(VendorDay).c
        wanted = (
            sa.select(sa.func.coalesce(sa.func.sum(hers.gross_vnd), 0).label("gross_vnd"))
            .select_from(
                table_of(DayClose).outerjoin(table_of(VendorDay), hers.close_id == close.id)
            )
            .where(close.scope == "MA", close.business_date == DAY)
            .group_by(close.id)
            .order_by(close.id)
        )
        with reading(self.engine) as session:
            return [int(found.gross_vnd) for found in rows_of(session, wanted)]

    def noted(self) -> list[date]:
        with reading(self.engine) as session:
            return [one.business_date for one in session.exec(select(ChangedDay))]


@pytest.fixture
def office(engine: sa.Engine, tmp_path: Path) -> Office:
    return Office(engine, tmp_path)


@pytest.fixture
def vendor(engine: sa.Engine) -> int:
    with writing(engine) as session:
        return vendor_with(session, SEALER, "bank_vcb", VCB_ACCOUNT)


@pytest.mark.usefixtures("vendor")
def test_a_delivery_taken_back_months_later_restates_its_day(office: Office) -> None:
    office.take(vcb(("R1", 10_000, "a")))
    wrong = office.take(vcb(("R2", 20_000, "b")))
    office.close()

    with writing(office.engine) as session:
        propose_void(session, wrong, reason="Gửi nhầm sao kê", actor=ONE, now=MONTHS_LATER)
        decide_void(
            session,
            office.store,
            wrong,
            Decision.APPROVED,
            actor=TWO,
            now=MONTHS_LATER,
            sealer=SEALER,
        )
    assert office.noted() == [DAY]
    office.work()

    assert office.gross() == [30_000, 10_000]
    assert office.noted() == []
    with reading(office.engine) as session:
        assert verify_chain(session) == []


@pytest.mark.usefixtures("vendor")
def test_a_row_told_months_later_restates_its_day(office: Office) -> None:
    office.take(vcb(("R1", 10_000, "a")))
    office.close()

    office.take(replace(vcb(("R9", 5_000, "late")), received_at=MONTHS_LATER))
    office.work()

    assert office.gross() == [10_000, 15_000]
    assert office.noted() == []


def test_money_given_a_vendor_by_two_people_restates_its_day(office: Office) -> None:
    with writing(office.engine) as session:
        vendor_id = vendor_with(session, SEALER)
    office.take(vcb(("R1", 10_000, "a")))
    office.close()

    with writing(office.engine) as session:
        row = session.exec(select(ProviderTransaction)).one()
        code = session.exec(select(Vendor.code)).one() or ""
        claim_money(session, row.id or 0, code, reason="Tiền của cô Hương", actor=ONE, now=NOW)
        decide_claim(session, row.id or 0, Decision.APPROVED, actor=TWO, now=MONTHS_LATER)
    office.work()

    assert vendor_id
    assert office.gross() == [0, 10_000]


def test_money_is_attributed_anew_when_the_register_grew_and_its_day_restated(
    office: Office,
) -> None:
    with writing(office.engine) as session:
        vendor_id = vendor_with(session, SEALER)
    office.take(vcb(("R1", 10_000, "a")))
    office.close()
    with writing(office.engine) as session:
        session.add(point(vendor_id, SEALER, "bank_vcb", VCB_ACCOUNT))

    told = attribute_anew(office.engine, office.settings, MONTHS_LATER)
    office.work()

    assert told == "0 khoản về đúng ngân hàng, 1 khoản có người nhận"
    assert office.gross() == [0, 10_000]
    again = attribute_anew(office.engine, office.settings, MONTHS_LATER)
    assert again == "0 khoản về đúng ngân hàng, 0 khoản có người nhận"


@pytest.mark.usefixtures("vendor")
def test_what_changes_on_a_day_nobody_closed_notes_nothing(office: Office) -> None:
    office.take(vcb(("R1", 10_000, "a")))

    assert office.noted() == []


@pytest.mark.usefixtures("vendor")
def test_what_changes_nothing_notes_nothing(office: Office) -> None:
    office.take(vcb(("R1", 10_000, "a")))
    office.close()

    office.take(replace(vcb(("R1", 10_000, "a")), name="again.csv", received_at=MONTHS_LATER))

    assert office.noted() == []


def test_many_old_days_are_closed_a_month_at_a_time_the_latest_first(office: Office) -> None:
    days = [DAY - timedelta(days=n) for n in range(OLDER_DAYS_AT_ONCE + 3)]
    with writing(office.engine) as session:
        session.add_all([ChangedDay(business_date=day) for day in days])

    office.work()

    assert sorted(office.noted()) == sorted(days)[:3]


def test_noting_days_asks_at_most_three_times(engine: sa.Engine) -> None:
    with writing(engine) as session, counted(engine) as sent:
        note_changed_days(session, [DAY - timedelta(days=n) for n in range(50)])
        note_changed_days(session, [])

    assert len(sent) == 1
    with reading(engine) as session:
        assert changed_days(session, before=DAY, limit=9) == []
