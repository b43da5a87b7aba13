"""Accounts that several sources tell of: how well they agree, and where money may count twice."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from merchants.sealing import Sealer
from reconciliation.intake.ingest import Incoming, ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.operations.listing import delivery_file
from reconciliation.operations.shared_accounts import (
    CONTRADICTIONS_MAX,
    Agreement,
    Contradiction,
    contradictions,
    count_contradictions,
    shared_accounts,
)
from tests.merchants.queries import counted
from tests.reconciliation.arrivals import NOW, sepay, vcb
from tests.reconciliation.ledger.test_tellers import casso, told_by_sepay

TODAY = date(2026, 11, 21)


def take(engine: sa.Engine, folder: Path, sealer: Sealer, *sent: Incoming) -> list[int]:
    with writing(engine) as session:
        results = ingest_many(session, RawStore(folder), sealer=sealer, incoming=sent, now=NOW)
    return [one.delivery_id for one in results]


@pytest.mark.parametrize(
    ("sent", "agreement"),
    [
        pytest.param([told_by_sepay(1, "FT1"), casso(7, "FT1")], Agreement.AGREE, id="both alike"),
        pytest.param(
            [told_by_sepay(1, "FT1"), casso(7, "FT1"), casso(8, "FT2")],
            Agreement.AGREE,
            id="one tells more",
        ),
        pytest.param(
            [told_by_sepay(1, "MBVCB.1"), casso(7, "FT1")], Agreement.APART, id="other references"
        ),
        pytest.param([told_by_sepay(1, ""), casso(7, "")], Agreement.APART, id="no references"),
        pytest.param(
            [told_by_sepay(1, "FT1"), casso(7, "FT1", 25_000)],
            Agreement.CONTRADICT,
            id="other money",
        ),
    ],
)
def test_how_two_sources_stand_to_each_other(
    engine: sa.Engine,
    sealer: Sealer,
    tmp_path: Path,
    sent: list[Incoming],
    agreement: Agreement,
) -> None:
    take(engine, tmp_path, sealer, *sent)

    with reading(engine) as session:
        [found] = shared_accounts(session, today=TODAY)

    assert found.agreement is agreement
    assert (found.ledger, found.account_tail, found.book) == ("bank_vcb", "5282", "payments")
    assert [one.provider for one in found.sources] == ["sepay", "casso"]


def test_one_source_alone_and_two_books_are_no_shared_account(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    take(engine, tmp_path, sealer, told_by_sepay(1, "FT1"), vcb(("FT1", 20_000, "x")))

    with reading(engine) as session:
        assert shared_accounts(session, today=TODAY) == []


def test_what_was_told_long_ago_is_left_out(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    take(engine, tmp_path, sealer, told_by_sepay(1, "FT1"), casso(7, "FT1", 25_000))

    with reading(engine) as session:
        assert shared_accounts(session, today=TODAY + timedelta(days=7)) == []
        assert len(contradictions(session, today=TODAY + timedelta(days=7))) == 1
        assert contradictions(session, today=TODAY + timedelta(days=40)) == []


def many_shared(count: int, *, other_money_at: int) -> list[Incoming]:
    """Accounts of two sources; at one of them the second tells other money."""
    sent = []
    for n in range(1, count + 1):
        account, amount = f"10000{n:05}", 25_000 if n == other_money_at else 20_000
        sent.append(sepay(n, 20_000, referenceCode=f"FT{n}", accountNumber=account))
        sent.append(casso(n, f"FT{n}", amount, subAccId=account))
    return sent


def test_however_many_accounts_there_are_the_one_that_does_not_agree_is_first(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    take(engine, tmp_path, sealer, *many_shared(120, other_money_at=119))

    with reading(engine) as session:
        found = shared_accounts(session, today=TODAY)

    assert len(found) == 120
    assert [one.account_tail for one in found if one.agreement is not Agreement.AGREE] == ["0119"]
    assert found[0].account_tail == "0119"


def test_contradictions_are_counted_though_the_newest_alone_are_listed(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    sent = [told_by_sepay(n, f"FT{n}") for n in range(1, 31)]
    take(engine, tmp_path, sealer, *sent, *(casso(n, f"FT{n}", 25_000) for n in range(1, 31)))

    with reading(engine) as session:
        assert len(contradictions(session, today=TODAY)) == CONTRADICTIONS_MAX
        assert count_contradictions(session, today=TODAY) == 30


def test_a_reference_that_names_nothing_counts_as_none(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    take(engine, tmp_path, sealer, told_by_sepay(1, "NONREF"), casso(7, "NONREF"))

    with reading(engine) as session:
        [found] = shared_accounts(session, today=TODAY)

    assert (found.agreement, found.nameless) == (Agreement.APART, 2)


def test_a_contradiction_names_the_delivery_and_the_row(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    sent = [told_by_sepay(1, "FT1"), casso(7, "FT1", 25_000)]

    [_, second] = take(engine, tmp_path, sealer, *sent)

    with reading(engine) as session:
        assert contradictions(session, today=TODAY) == [
            Contradiction(
                delivery_id=second,
                provider="casso",
                row=1,
                account_tail="5282",
                business_date=date(2026, 11, 20),
            )
        ]


def test_a_delivery_says_how_many_of_its_rows_are_a_check(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    [_, second] = take(engine, tmp_path, sealer, told_by_sepay(1, "FT1"), casso(7, "FT1"))

    with reading(engine) as session:
        file = delivery_file(session, second)

    assert (file.rows_counting, file.rows_checks, file.rows_superseded) == (0, 1, 0)


def test_it_is_asked_as_often_for_many_accounts_as_for_one(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    sent = [casso(n, f"FT{n}", subAccId=f"10000{n:05}") for n in range(1, 40)]
    sent += [told_by_sepay(n, f"FT{n}") for n in range(1, 3)]
    take(engine, tmp_path, sealer, *sent, casso(99, "FT1"))

    with counted(engine) as asked, reading(engine) as session:
        shared_accounts(session, today=TODAY)

    assert len(asked) <= 3
