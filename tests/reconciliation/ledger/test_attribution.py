"""Money is given to a vendor by store, account or code, and to nobody where that is not certain."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from market.database import writing
from merchants.accounts import account_alias
from merchants.kinds import ConsentChannel, ConsentPurpose
from merchants.sealing import Sealer
from merchants.tables import Consent, Vendor
from merchants.vendor_code import write_vendor_code
from reconciliation.intake.ingest import ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.attribution import (
    UNATTRIBUTED,
    Attribution,
    Clue,
    attribute,
    reattribute,
)
from tests.feed_samples import MOMO_ACCOUNT, VCB_ACCOUNT
from tests.reconciliation.arrivals import (
    NOW,
    SEALER,
    aliased,
    ledger,
    momo,
    point,
    sepay,
    vcb,
    vendor_with,
)
from tests.reconciliation.test_bulk import statements

DAY = date(2026, 11, 20)


def clue(**changes: Any) -> Clue:
    values: dict[str, Any] = {
        "provider": "bank_vcb",
        "account": VCB_ACCOUNT,
        "store_id": None,
        "merchant_reference": None,
        "description": None,
        "business_date": DAY,
    }
    told = values | changes
    told["account"] = account_alias(SEALER, told["provider"], told["account"])
    return Clue(**told)


def test_a_store_names_its_vendor(engine: sa.Engine, sealer: Sealer) -> None:
    with writing(engine) as session:
        vendor = vendor_with(session, sealer, "momo", "CHO-A12")

        [found] = attribute(
            session,
            [clue(provider="momo", account=MOMO_ACCOUNT, store_id="CHO-A12")],
            sealer=sealer,
        )

    assert found == Attribution(vendor, "store")


def test_an_account_names_its_only_vendor(engine: sa.Engine, sealer: Sealer) -> None:
    with writing(engine) as session:
        vendor = vendor_with(session, sealer, "bank_vcb", VCB_ACCOUNT)

        [found] = attribute(session, [clue()], sealer=sealer)

    assert found == Attribution(vendor, "account")


def test_a_code_names_a_vendor_of_a_shared_account(engine: sa.Engine, sealer: Sealer) -> None:
    with writing(engine) as session:
        vendor_with(session, sealer, "bank_vcb", VCB_ACCOUNT)
        second = vendor_with(session, sealer, "bank_vcb", VCB_ACCOUNT)
        code = write_vendor_code(second)

        in_memo, in_reference, nowhere = attribute(
            session,
            [
                clue(description=f"tien rau {code[:5]} {code[5:]}"),
                clue(merchant_reference=code),
                clue(description="tien rau"),
            ],
            sealer=sealer,
        )

    assert in_memo == in_reference == Attribution(second, "code")
    assert nowhere == UNATTRIBUTED


def test_the_store_counts_before_the_account_and_the_account_before_the_code(
    engine: sa.Engine, sealer: Sealer
) -> None:
    with writing(engine) as session:
        of_store = vendor_with(session, sealer, "momo", "CHO-A12")
        of_account = vendor_with(session, sealer, "momo", MOMO_ACCOUNT)
        of_code = vendor_with(session, sealer)
        told = clue(provider="momo", account=MOMO_ACCOUNT, description=write_vendor_code(of_code))

        found = attribute(
            session,
            [told._replace(store_id="CHO-A12"), told, told._replace(account="OTHER")],
            sealer=sealer,
        )

    assert found == [
        Attribution(of_store, "store"),
        Attribution(of_account, "account"),
        Attribution(of_code, "code"),
    ]


def test_two_different_codes_name_nobody(engine: sa.Engine, sealer: Sealer) -> None:
    with writing(engine) as session:
        codes = [write_vendor_code(vendor_with(session, sealer)) for _ in range(2)]

        found = attribute(
            session,
            [
                clue(description=" ".join(codes)),
                clue(description=codes[0], merchant_reference=codes[1]),
                clue(description=codes[0], merchant_reference=codes[0]),
            ],
            sealer=sealer,
        )

    assert [one.vendor_id is None for one in found] == [True, True, False]


def test_a_valid_code_of_no_vendor_names_nobody(engine: sa.Engine, sealer: Sealer) -> None:
    with writing(engine) as session:
        vendor_with(session, sealer)

        found = attribute(session, [clue(description=write_vendor_code(4711))], sealer=sealer)

    assert found == [UNATTRIBUTED]


def test_the_same_number_at_another_ledger_is_another_account(
    engine: sa.Engine, sealer: Sealer
) -> None:
    with writing(engine) as session:
        vendor_with(session, sealer, "momo", VCB_ACCOUNT)

        assert attribute(session, [clue()], sealer=sealer) == [UNATTRIBUTED]


@pytest.mark.parametrize(
    ("day", "is_hers"),
    [
        (date(2026, 7, 31), False),
        (date(2026, 8, 1), True),
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
    ],
)
def test_a_point_counts_from_its_first_to_its_last_day(
    engine: sa.Engine, sealer: Sealer, day: date, is_hers: bool
) -> None:
    with writing(engine) as session:
        vendor = vendor_with(session, sealer)
        session.add(point(vendor, sealer, "bank_vcb", VCB_ACCOUNT, valid_to=date(2026, 9, 30)))

        [found] = attribute(session, [clue(business_date=day)], sealer=sealer)

    assert found == (Attribution(vendor, "account") if is_hers else UNATTRIBUTED)


def test_a_terminal_that_changed_hands_follows_the_date(engine: sa.Engine, sealer: Sealer) -> None:
    moved_on = date(2026, 10, 1)
    with writing(engine) as session:
        before, after = (vendor_with(session, sealer) for _ in range(2))
        session.add(point(before, sealer, "momo", "CHO-A12", valid_to=moved_on - timedelta(days=1)))
        session.add(point(after, sealer, "momo", "CHO-A12", valid_from=moved_on))
        told = clue(provider="momo", account=MOMO_ACCOUNT, store_id="CHO-A12")

        found = attribute(
            session,
            [told._replace(business_date=moved_on - timedelta(days=1)), told],
            sealer=sealer,
        )

    assert [one.vendor_id for one in found] == [before, after]


def test_a_thousand_rows_cost_the_statements_of_one(engine: sa.Engine, sealer: Sealer) -> None:
    with writing(engine) as session:
        vendor = vendor_with(session, sealer, "bank_vcb", VCB_ACCOUNT)
        code = write_vendor_code(vendor)
        clues = [
            clue(account=str(number), store_id=f"S{number}", description=code)
            for number in range(1000)
        ]
        session.flush()

        with statements(engine) as seen:
            found = attribute(session, clues, sealer=sealer)

    assert len(seen) == 2
    assert found == [Attribution(vendor, "code")] * 1000


@given(kinds=st.lists(st.sampled_from([None, "store", "account", "code", "both"]), max_size=12))
def test_each_row_gets_what_it_would_get_alone(
    kinds: list[str | None], sqlite_engine: sa.Engine, sealer: Sealer
) -> None:
    with Session(sqlite_engine) as session:  # rolled back: every example starts empty
        owner = vendor_with(session, sealer, "momo", "CHO-A12")
        session.add(point(owner, sealer, "momo", MOMO_ACCOUNT))
        code, other = (write_vendor_code(vendor_with(session, sealer)) for _ in range(2))
        kind_clues = {
            None: clue(),
            "store": clue(provider="momo", store_id="CHO-A12"),
            "account": clue(provider="momo", account=MOMO_ACCOUNT),
            "code": clue(description=code),
            "both": clue(description=code, merchant_reference=other),
        }
        clues = [kind_clues[kind] for kind in kinds]

        together = attribute(session, clues, sealer=sealer)
        alone = [attribute(session, [one], sealer=sealer)[0] for one in clues]

    assert together == alone


def test_rows_find_their_vendor_after_the_register_grew(
    engine: sa.Engine, sealer: Sealer, tmp_path: Any
) -> None:
    store = RawStore(tmp_path)
    with writing(engine) as session:
        known = vendor_with(session, sealer, "bank_vcb", "999")
        ingest_many(
            session,
            store,
            sealer=sealer,
            incoming=[
                momo(("1", 5000, "Thành công")),
                vcb(("5243.1", 7000, "tien rau")),
                sepay(1, accountNumber="999"),
                sepay(2, content=f"CT tu 0351000646393 NGUYEN VAN A {write_vendor_code(2)}"),
            ],
            now=NOW,
        )
        second = vendor_with(session, sealer, "momo", "CHO-A12")
        assert second == 2

        count = reattribute(session, sealer)
        again = reattribute(session, sealer)

        found = {
            row["dedupe_key"]: (row["vendor_id"], row["attribution_rule"])
            for row in ledger(session)
        }

    assert (count, again) == (2, 0)
    assert found == {
        aliased(f"bank_vcb:{VCB_ACCOUNT}:5243.1"): (None, ""),
        aliased(f"momo:{MOMO_ACCOUNT}:1"): (second, "store"),
        aliased("sepay:999:1"): (known, "account"),
        aliased(f"sepay:{VCB_ACCOUNT}:2"): (second, "code"),
    }


def test_attributing_later_gives_what_attributing_at_once_gives(
    engine: sa.Engine, sealer: Sealer, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciliation.ledger.attribution.BATCH_ROWS", 2)
    told = [sepay(number, content=write_vendor_code(number % 3 + 1)) for number in range(1, 8)]
    with writing(engine) as session:
        ingest_many(session, RawStore(tmp_path), sealer=sealer, incoming=told, now=NOW)
        for _ in range(2):
            vendor_with(session, sealer)

        count = reattribute(session, sealer)
        later = [(row["vendor_id"], row["attribution_rule"]) for row in ledger(session)]
        at_once = attribute(
            session,
            [clue(provider="sepay", description=row["description"]) for row in ledger(session)],
            sealer=sealer,
        )

    assert count == 5
    assert later == at_once


@pytest.mark.parametrize("by", ["account", "code", "code in an account of somebody else"])
def test_money_of_who_lets_nobody_see_payments_is_nobodys(
    engine: sa.Engine, sealer: Sealer, by: str
) -> None:
    with writing(engine) as session:
        vendor = session.get_one(Vendor, vendor_with(session, sealer, "bank_vcb", VCB_ACCOUNT))
        vendor.is_poster_only = True
        other = session.get_one(Vendor, vendor_with(session, sealer, "bank_vcb", "00099988877"))
        session.flush()
        told = {
            "account": clue(),
            "code": clue(account="0000000000001", description=f"tra tien {vendor.code}"),
            "code in an account of somebody else": clue(description=f"tra tien {other.code}"),
        }[by]

        assert attribute(session, [told], sealer=sealer) == [UNATTRIBUTED]


def _consents(vendor_id: int, *stretches: tuple[date, date | None]) -> list[Consent]:
    """Consents to be reconciled, each given and withdrawn on a day, at 09:00 at the market."""

    def at(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)

    return [
        Consent(
            vendor_id=vendor_id,
            purpose=ConsentPurpose.RECONCILIATION,
            notice_version="2026-11",
            language="vi",
            is_read_aloud=False,
            channel=ConsentChannel.SIGNATURE,
            given_at=at(given),
            recorded_by="staff:1",
            withdrawn_at=None if withdrawn is None else at(withdrawn),
        )
        for given, withdrawn in stretches
    ]


@pytest.mark.parametrize("by", ["account", "code"])
@pytest.mark.parametrize(
    ("day", "is_hers"),
    [
        (date(2026, 9, 9), False),
        (date(2026, 9, 10), True),
        (date(2026, 9, 19), True),
        (date(2026, 9, 20), False),
        (date(2026, 11, 4), False),
        (date(2026, 11, 5), True),
        (date(2026, 12, 31), True),
    ],
)
def test_money_of_the_days_without_consent_stays_nobodys(
    engine: sa.Engine, sealer: Sealer, tmp_path: Any, day: date, is_hers: bool, by: str
) -> None:
    with writing(engine) as session:
        vendor = vendor_with(session, sealer, "bank_vcb", VCB_ACCOUNT)
        session.add_all(
            _consents(vendor, (date(2026, 9, 10), date(2026, 9, 20)), (date(2026, 11, 5), None))
        )
        session.flush()
        account = VCB_ACCOUNT if by == "account" else "0000000000001"
        told = clue(account=account, description=write_vendor_code(vendor), business_date=day)

        assert attribute(session, [told], sealer=sealer) == [
            Attribution(vendor, by) if is_hers else UNATTRIBUTED
        ]


def test_a_new_consent_does_not_bring_back_what_came_without_one(
    engine: sa.Engine, sealer: Sealer, tmp_path: Any
) -> None:
    with writing(engine) as session:
        vendor = vendor_with(session, sealer, "bank_vcb", VCB_ACCOUNT)
        session.get_one(Vendor, vendor).is_poster_only = True
        session.add_all(_consents(vendor, (date(2026, 9, 10), date(2026, 11, 20))))
        ingest_many(
            session, RawStore(tmp_path), sealer=sealer, incoming=[vcb(("1", 5_000, "x"))], now=NOW
        )
        session.get_one(Vendor, vendor).is_poster_only = False
        session.add_all(_consents(vendor, (date(2026, 11, 21), None)))

        assert reattribute(session, sealer) == 0
        assert [row["vendor_id"] for row in ledger(session)] == [None]


def test_a_vendor_who_agreed_to_other_things_only_was_asked_and_did_not_agree(
    engine: sa.Engine, sealer: Sealer
) -> None:
    with writing(engine) as session:
        vendor = vendor_with(session, sealer, "bank_vcb", VCB_ACCOUNT)
        [other] = _consents(vendor, (date(2026, 9, 10), None))
        other.purpose = ConsentPurpose.POSTER
        session.add(other)

        assert attribute(session, [clue()], sealer=sealer) == [UNATTRIBUTED]
