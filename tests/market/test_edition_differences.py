"""What two editions tell together: a late receipt of one vendor waits, who withdrew is not left alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from market.adoption.periods import Period
from market.database import writing
from market.reports.differences import RevisionTellsFew
from market.reports.earlier import received_then
from market.reports.editions import edition_studies, edition_tables, editions_of, newest_edition
from market.reports.models import Product
from merchants.actors import COMMAND
from merchants.kinds import ConsentChannel, ConsentPurpose
from merchants.privacy.consents import ConsentProof, end_consents, record_consents
from merchants.tables import Vendor
from reconciliation.close.adoption_facts import write_adoption_facts
from reconciliation.close.late_reversals import taken_back_since
from reconciliation.records import Book, Direction, TransactionType
from reconciliation.tables import DayClose, MatchOutcome, ProviderTransaction
from tests.market import books
from tests.market.books import Line
from tests.market.saturday_market import (
    DAYS,
    FIRST_K,
    MONTHS,
    add_saturday_market,
    close,
    lines,
    publish,
)


def reverse(session: Session, vendor: int, on: date, *, closed_on: date, at: datetime) -> DayClose:
    """Let what a vendor received on a day be taken back on another, whose close is returned."""
    paid, *_ = session.exec(_rows(vendor, on, TransactionType.PAYMENT)).all()
    back = Line(
        vendor,
        paid.amount,
        transaction_type=TransactionType.REVERSAL,
        direction=Direction.DEBIT,
    )
    close_ = books.close(session, "XA", closed_on, [back])
    close_.closed_at = at
    reversal = session.exec(_rows(vendor, closed_on, TransactionType.REVERSAL)).one()
    reversal.original_transaction_id = paid.provider_transaction_id
    session.flush()
    write_adoption_facts(session, closed_on, closed_on)
    return close_


def close_with_more(session: Session, on: date, at: datetime, lines_more: list[Line]) -> None:
    """Close a day again: with every record it had, and more."""
    before = session.exec(
        select(DayClose).where(DayClose.business_date == on).order_by(col(DayClose.version).desc())
    ).first()
    assert before is not None
    decided = session.exec(select(MatchOutcome).where(MatchOutcome.close_id == before.id)).all()
    again = books.close(session, "XA", on, lines_more)
    again.closed_at = at
    session.add_all([MatchOutcome(**one.model_dump() | {"close_id": again.id}) for one in decided])
    session.flush()
    write_adoption_facts(session, on, on)


def _rows(vendor: int, on: date, kind: TransactionType) -> SelectOfScalar[ProviderTransaction]:
    return select(ProviderTransaction).where(
        ProviderTransaction.vendor_id == vendor,
        ProviderTransaction.business_date == on,
        ProviderTransaction.transaction_type == kind,
        ProviderTransaction.book == Book.STATEMENT,
    )


@pytest.fixture
def quarter(engine: sa.Engine) -> sa.Engine:
    """A market with a market day a month, everybody paid; its months are published."""
    with writing(engine) as session:
        add_saturday_market(session)
        for on in DAYS:
            close(session, on, FIRST_K - timedelta(days=1))
        for label in MONTHS:
            publish(session, label, FIRST_K)
    return engine


def test_a_late_receipt_of_one_vendor_waits_for_others(quarter: sa.Engine) -> None:
    with writing(quarter) as session:
        close(session, DAYS[1], FIRST_K + timedelta(days=1), {7: 999_000})
        with pytest.raises(RevisionTellsFew) as refusal:
            publish(session, "2026-08", FIRST_K + timedelta(days=2))
        assert (refusal.value.period.label, refusal.value.version) == ("2026-08", 1)
        everybody = dict.fromkeys(range(1, 20), 30_000) | {7: 60_000}
        close(session, DAYS[1], FIRST_K + timedelta(days=3), everybody)

        told = publish(session, "2026-08", FIRST_K + timedelta(days=4))

        assert [one.version for one in editions_of(session, Period.read("2026-08"))] == [2, 1]
    expected = sum(line.amount_vnd for line in lines(DAYS[1], everybody))
    assert told.areas["*"]["U8"].numerator == expected


def test_a_quarter_is_as_new_as_its_months(quarter: sa.Engine) -> None:
    with writing(quarter) as session:
        close(session, DAYS[1], FIRST_K + timedelta(days=1), {7: 999_000})

        told = publish(session, "2026-Q3", FIRST_K + timedelta(days=2))

        months = [newest_edition(session, Period.read(label)) for label in MONTHS]
        sums = [
            edition_tables(session, one.id or 0, Product.ECONOMIST).areas["*"]["U8"].numerator
            for one in months
            if one is not None
        ]
    assert told.areas["*"]["U8"].numerator == sum(value or 0 for value in sums) > 0


def test_a_quarter_does_not_tell_of_who_withdrew_since_its_months(quarter: sa.Engine) -> None:
    with writing(quarter) as session:
        vendor = session.exec(select(Vendor).where(col(Vendor.id) == 7)).one()
        agreed = datetime(2026, 6, 1, tzinfo=UTC)
        record_consents(
            session,
            {7: agreed},
            list(ConsentPurpose),
            proof=ConsentProof(channel=ConsentChannel.SHEET, notice_version="paper"),
            actor=COMMAND,
            now=agreed,
        )
        end_consents(
            session,
            vendor,
            [ConsentPurpose.AGGREGATE_STATISTICS],
            actor=COMMAND,
            now=FIRST_K + timedelta(days=1),
        )

        told = publish(session, "2026-Q3", FIRST_K + timedelta(days=2))

        assert told.areas["*"]["U8"].hidden
        assert told.areas["XA"]["U8"].value is None
        assert ["money:u", "XA", "*"] in told.hidden
        assert ["money", "XA", "*"] not in told.hidden


def test_a_quarter_does_not_tell_what_was_reversed_since_its_months(quarter: sa.Engine) -> None:
    """Its months told the payment; the quarter less the months would be one vendor's money."""
    with writing(quarter) as session:
        reverse(session, 7, DAYS[1], closed_on=date(2026, 10, 10), at=FIRST_K + timedelta(days=1))

        told = publish(session, "2026-Q3", FIRST_K + timedelta(days=2))

        assert told.areas["*"]["U8"].hidden
        assert told.areas["XA"]["U8"].value is None
        assert ["money:u", "XA", "*"] in told.hidden
        assert ["money", "XA", "*"] not in told.hidden


def test_growth_is_told_against_a_month_as_it_was_published(quarter: sa.Engine) -> None:
    """September's sum over its growth would be August's less what one vendor gave back since."""
    august, september = Period.read("2026-08"), Period.read("2026-09")
    with writing(quarter) as session:
        reverse(session, 7, DAYS[1], closed_on=date(2026, 10, 10), at=FIRST_K + timedelta(days=1))

        then = received_then(session, september, "previous", august.window, None).received

    expected = {line.vendor_id: line.amount_vnd for line in lines(DAYS[1])}
    assert {who: value for who, _where, value in then.vendors} == expected
    assert then.days["value_vnd"].tolist() == [sum(expected.values())]


def test_a_payment_reversed_before_its_day_is_closed_again_is_told_of_nobody(
    quarter: sa.Engine,
) -> None:
    """What seven received late would be safe to tell; beside it stands what one gave back."""
    with writing(quarter) as session:
        reverse(session, 7, DAYS[1], closed_on=date(2026, 10, 10), at=FIRST_K + timedelta(days=1))
        late = [Line(vendor, 1_000) for vendor in range(8, 15)]
        close_with_more(session, DAYS[1], FIRST_K + timedelta(days=2), late)

        with pytest.raises(RevisionTellsFew):
            publish(session, "2026-08", FIRST_K + timedelta(days=3))


def test_a_reversal_published_once_is_no_difference_when_its_own_day_is_closed_again(
    quarter: sa.Engine,
) -> None:
    """It was known to the first edition that tells its payment less; it is not taken back twice."""
    later = date(2026, 10, 10)
    with writing(quarter) as session:
        reverse(session, 7, DAYS[1], closed_on=later, at=FIRST_K - timedelta(hours=1))
        since = FIRST_K + timedelta(days=1)
        close_with_more(session, later, since, [Line(8, 10_000)])

        assert taken_back_since(session, DAYS[1], DAYS[1], FIRST_K, known_at=FIRST_K) == {}


def test_late_receipts_of_many_tell_no_channel_of_one(quarter: sa.Engine) -> None:
    """Nineteen are paid once more, one of them by MoMo, as six others were before."""
    on, at = DAYS[1], datetime(2026, 8, 8, 3, tzinfo=UTC)
    before = [*lines(on), *(Line(one, 60_000, provider="momo", at=at) for one in range(1, 7))]
    late = [
        Line(one, 50_000, provider="momo" if one == 7 else "bank_vcb", at=at)
        for one in range(1, 20)
    ]
    with writing(quarter) as session:
        books.close(session, "XA", on, before).closed_at = FIRST_K
        publish(session, "2026-08", FIRST_K + timedelta(days=1))
        books.close(session, "XA", on, [*before, *late]).closed_at = FIRST_K + timedelta(days=2)
        publish(session, "2026-08", FIRST_K + timedelta(days=3))

        third, second, _first = editions_of(session, Period.read("2026-08"))
        told, told_late = (
            edition_studies(session, one.id or 0, Product.ECONOMIST).areas["XA"].channels
            for one in (second, third)
        )
        total = edition_tables(session, third.id or 0, Product.ECONOMIST).areas["XA"]["U8"]

    assert [one.hidden for one in told] == ["", ""]
    assert [one.hidden for one in told_late] == ["s", "s"]
    assert total.numerator == sum(one.amount_vnd for one in [*before, *late])
