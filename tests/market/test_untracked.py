"""Who refuses to be seen or counted: closed days keep their sums, and no line or figure names them."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from market.database import reading, writing
from market.reports import AdoptionReport, Product, adoption_report, market_day_report, to_csv
from market.reports.models import LINE_AMOUNTS, MarketDayReport
from market.roles import Role
from merchants.actors import Actor
from merchants.kinds import ConsentChannel, ConsentPurpose
from merchants.privacy.consents import ConsentProof, end_consents, not_agreeing_to, record_consents
from merchants.privacy.erasure import ERASED_NAME
from merchants.tables import Vendor
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import Staff
from tests.market.reading_html import Page
from tests.merchants.queries import counted

DAY = date(2026, 10, 20)
GIVEN = datetime(2026, 9, 1, 2, tzinfo=UTC)
GONE = datetime(2026, 11, 2, 2, tzinfo=UTC)
CLERK = Actor(kind="staff", name="1")
PROOF = ConsentProof(
    channel=ConsentChannel.SIGNATURE,
    notice_version="2026-11",
    evidence_sha256="ab" * 32,
    witness="Lò Thị Mai",
)


@pytest.fixture
def markets(engine: sa.Engine) -> sa.Engine:
    """Three vendors of MA with money on a closed day, on either database."""
    with writing(engine) as session:
        books.register(session)
        books.close(
            session,
            "MA",
            DAY,
            [Line(1, 10_000), Line(2, 20_000), Line(2, 1_500), Line(3, 40_000)],
        )
    return engine


def agree(session: Session, *vendor_ids: int) -> None:
    """Agree to everything."""
    record_consents(
        session,
        dict.fromkeys(vendor_ids, GIVEN),
        tuple(ConsentPurpose),
        proof=PROOF,
        actor=CLERK,
        now=GIVEN,
    )


def withdraw(engine: sa.Engine, vendor_id: int, *purposes: ConsentPurpose) -> None:
    """Agree to everything, then take some of it back."""
    with writing(engine) as session:
        agree(session, vendor_id)
        vendor = session.get_one(Vendor, vendor_id)
        end_consents(session, vendor, purposes, actor=CLERK, now=GONE)


def report(engine: sa.Engine) -> MarketDayReport:
    """The market's day."""
    with reading(engine) as session:
        return market_day_report(session, "MA", DAY)


def erase(engine: sa.Engine, vendor_id: int) -> None:
    """Leave of a vendor what erasing leaves."""
    with writing(engine) as session:
        session.get_one(Vendor, vendor_id).full_name = ERASED_NAME


def merge(engine: sa.Engine, vendor_id: int) -> None:
    """Merge a vendor into one who lets nobody see payments."""
    with writing(engine) as session:
        kept = session.exec(select(Vendor).where(Vendor.id == 5)).one()
        kept.is_poster_only = True
        session.get_one(Vendor, vendor_id).merged_into_id = kept.id


def end_reconciliation(engine: sa.Engine, vendor_id: int) -> None:
    """Withdraw from having payments seen."""
    withdraw(engine, vendor_id, ConsentPurpose.RECONCILIATION)


@pytest.mark.parametrize("go", [end_reconciliation, erase, merge])
def test_a_closed_day_tells_her_money_under_no_name(
    markets: sa.Engine, go: Callable[[sa.Engine, int], None]
) -> None:
    before = report(markets)
    assert before.untracked is None
    hers = next(line for line in before.vendors if line.gross_vnd == 21_500)

    go(markets, 2)

    after = report(markets)
    assert after.untracked is not None
    assert (after.untracked.vendor_code, after.untracked.stalls) == ("", [])
    assert (after.untracked.payments, after.untracked.gross_vnd) == (2, 21_500)
    assert [line.gross_vnd for line in after.vendors] == [10_000, 40_000]
    assert after.amounts == before.amounts
    assert after.vendors_receiving == before.vendors_receiving
    told = after.model_dump_json()
    assert hers.vendor_code not in told
    assert hers.vendor_name not in told


def test_several_are_one_line_and_all_lines_are_the_markets_sum(markets: sa.Engine) -> None:
    for vendor_id in (1, 2):
        end_reconciliation(markets, vendor_id)

    found = report(markets)

    assert found.untracked is not None
    assert found.amounts is not None
    assert len(found.vendors) == 1
    for name in LINE_AMOUNTS:
        lines = [*found.vendors, found.untracked]
        assert sum(getattr(line, name) for line in lines) == getattr(found.amounts, name)
    assert found.untracked.gross_vnd == 31_500
    rows = list(csv.DictReader(io.StringIO(to_csv(found).decode("utf-8-sig"))))
    [row] = [row for row in rows if row["record"] == "untracked"]
    assert (row["vendor_code"], row["gross_vnd"]) == ("", "31500")


def test_the_line_costs_no_statement_more(markets: sa.Engine) -> None:
    with counted(markets) as before:
        report(markets)
    end_reconciliation(markets, 2)
    with counted(markets) as after:
        report(markets)

    assert len(after) == len(before)


@pytest.mark.parametrize(
    ("language", "words"), [("", "Không theo dõi riêng"), ("&lang=en", "Not tracked one by one")]
)
def test_the_managers_page_shows_the_line_and_not_the_name(
    october: sa.Engine, staff: Staff, language: str, words: str
) -> None:
    on = date(2026, 10, 20)
    with reading(october) as session:
        before = market_day_report(session, "MA", on)
    gone = next(line for line in before.vendors if line.has_receipts)
    with writing(october) as session:
        vendor = session.exec(select(Vendor).where(Vendor.code == gone.vendor_code)).one()
        vendor.is_poster_only = True

    answer = staff(Role.MARKET_MANAGER, "MA").get(f"/cho/MA?ngay=2026-10-20{language}")

    shown = Page(answer.text)
    assert answer.status_code == 200
    assert shown.shortcomings() == []
    assert words in shown.text
    assert gone.vendor_code not in answer.text
    assert gone.vendor_name not in shown.text


# Statistics.


@pytest.fixture
def closed_october(engine: sa.Engine) -> sa.Engine:
    """The register with October closed, on either database."""
    with writing(engine) as session:
        books.register(session)
        books.october(session)
    return engine


def adoption(engine: sa.Engine) -> AdoptionReport:
    """October's adoption."""
    with reading(engine) as session:
        return adoption_report(session, "2026-10", product=Product.MANAGER)


def figures(told: AdoptionReport) -> dict[str, tuple[Any, Any]]:
    """Numerator and denominator of each indicator of MA."""
    [area] = [each for each in told.markets if each.market_code == "MA"]
    return {one.id: (one.numerator, one.denominator) for one in area.indicators}


def test_who_withdrew_from_statistics_is_on_neither_side(closed_october: sa.Engine) -> None:
    before = figures(adoption(closed_october))
    with reading(closed_october) as session:
        [(vendor_id, total)] = session.execute(
            sa.text(
                "SELECT vendor_id, SUM(gross_vnd) AS total FROM vendor_day JOIN vendor ON"
                " vendor.id = vendor_id JOIN market ON market.id = market_id WHERE"
                " market.code = 'MA' GROUP BY vendor_id ORDER BY total DESC LIMIT 1"
            )
        ).all()
    assert total > 0

    withdraw(closed_october, vendor_id, ConsentPurpose.AGGREGATE_STATISTICS)

    after = figures(adoption(closed_october))
    assert after["S1"] == before["S1"]
    for rate in ("S2", "S3", "U1"):
        assert after[rate][1] == before[rate][1] - 1
    assert (before["U1"], after["U1"]) == ((20, 25), (19, 24))
    received, days = before["U8"]
    assert after["U8"] == (received - total, days)


def test_who_still_agrees_or_was_never_asked_is_counted(closed_october: sa.Engine) -> None:
    before = figures(adoption(closed_october))
    with writing(closed_october) as session:
        agree(session, 1)
    withdraw(closed_october, 2, ConsentPurpose.CONTACT)

    with reading(closed_october) as session:
        assert not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS) == frozenset()
        assert not_agreeing_to(session, ConsentPurpose.CONTACT) == {2}
    after = figures(adoption(closed_october))
    assert after["U1"] == before["U1"]
    assert Fraction(*map(int, after["S2"])) == Fraction(*map(int, before["S2"]))


def test_who_was_asked_and_left_the_tick_empty_is_not_counted(closed_october: sa.Engine) -> None:
    before = figures(adoption(closed_october))
    without = [each for each in ConsentPurpose if each is not ConsentPurpose.AGGREGATE_STATISTICS]
    with writing(closed_october) as session:
        record_consents(session, {1: GONE}, without, proof=PROOF, actor=CLERK, now=GONE)

    with reading(closed_october) as session:
        assert not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS) == {1}
        assert not_agreeing_to(session, ConsentPurpose.CONTACT) == frozenset()
    after = figures(adoption(closed_october))
    assert after["S1"] == before["S1"]
    assert after["U1"][1] == before["U1"][1] - 1


def test_who_agrees_again_is_counted_again(closed_october: sa.Engine) -> None:
    withdraw(closed_october, 1, ConsentPurpose.AGGREGATE_STATISTICS)
    out = figures(adoption(closed_october))

    with writing(closed_october) as session:
        record_consents(
            session,
            {1: GONE},
            [ConsentPurpose.AGGREGATE_STATISTICS],
            proof=PROOF,
            actor=CLERK,
            now=GONE,
        )

    assert figures(adoption(closed_october))["S2"][1] == out["S2"][1] + 1
