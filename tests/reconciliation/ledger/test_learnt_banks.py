"""Rows of an account whose bank is learnt later move to its ledger, with all that names the account."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from market.database import reading, writing
from merchants.accounts import account_at
from merchants.sealing import Sealer
from qr.participants import participants
from reconciliation.bulk import rows_of, table_of
from reconciliation.feeds.rules import PLAIN_RULES, FeedRules, ToldBy
from reconciliation.intake.ingest import Incoming, ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.attribution import reattribute
from reconciliation.ledger.changed_days import changed_days
from reconciliation.ledger.learnt_banks import bring_home
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.tables import (
    AccountTeller,
    Delivery,
    DeliveryState,
    ProviderTransaction,
    SettlementStatement,
)
from reconciliation.verification.ledger import prove_ledger
from tests.reconciliation.arrivals import NOW, incoming, ledger, vcb, vendor_with
from tests.reconciliation.ledger.test_tellers import a_close, casso

ACCOUNT = "0912345678"
VIETCOMBANK, MB, BIDV = "970436", "970422", "970418"
DAY = date(2026, 11, 20)
ROW = table_of(ProviderTransaction).c


def payos(reference: str, amount: int = 20_000) -> Incoming:
    """A payment into an account that names no bank."""
    data = {
        "orderCode": 7, "amount": amount, "description": "tien rau", "accountNumber": ACCOUNT,
        "reference": reference, "transactionDateTime": "2026-11-20 14:02:37", "currency": "VND",
        "code": "00", "desc": "success", "paymentLinkId": "x",
    }  # fmt: skip
    return incoming(
        "payos",
        json.dumps({"code": "00", "data": data, "signature": "-"}),
        channel=SourceChannel.WEBHOOK,
        signature_status=SignatureStatus.VALID,
    )


def mt940(amount: int = 20_000) -> Incoming:
    """A statement that names an account and no bank."""
    lines = [
        ":20:S1", f":25:{ACCOUNT}", ":28C:1", ":60F:C261120VND0,",
        f":61:261120C{amount},NTRFNONREF//FT1", ":86:tien rau", f":62F:C261120VND{amount},", "-",
    ]  # fmt: skip
    return incoming("bank_mt940", "\r\n".join(lines) + "\r\n")


def take(
    session: Session, folder: Path, sealer: Sealer, *sent: Incoming, rules: FeedRules = PLAIN_RULES
) -> list[DeliveryState]:
    results = ingest_many(
        session, RawStore(folder), sealer=sealer, incoming=sent, now=NOW, rules=rules
    )
    return [one.state for one in results]


def vendor_at(session: Session, sealer: Sealer, bank: str) -> int:
    account = account_at(participants()[bank], ACCOUNT)
    return vendor_with(session, sealer, account.ledger, account.number)


def seats(session: Session) -> list[tuple[str, str, int | None, str]]:
    columns = ROW.provider, ROW.ledger, ROW.vendor_id, ROW.attribution_rule
    return [tuple(row) for row in rows_of(session, sa.select(*columns).order_by(ROW.id))]


def aliases(session: Session) -> set[str]:
    """Under what the account stands anywhere."""
    tables = [
        table_of(ProviderTransaction),
        table_of(Delivery),
        table_of(SettlementStatement),
        table_of(AccountTeller),
    ]
    return {
        one.account_alias
        for table in tables
        for one in rows_of(session, sa.select(table.c.account_alias))
    }


def test_a_bank_learnt_later_takes_its_rows_home_with_all_that_names_the_account(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    with writing(engine) as session:
        take(session, tmp_path, sealer, payos("FT1"), mt940())
        session.add(a_close())
    with writing(engine) as session:
        vendor = vendor_at(session, sealer, VIETCOMBANK)

        moved = bring_home(session, sealer)
        named = reattribute(session, sealer)

    with reading(engine) as session:
        assert (moved, named) == (2, 2)
        assert seats(session) == [
            ("payos", "bank_vcb", vendor, "account"),
            ("bank_mt940", "bank_vcb", vendor, "account"),
        ]
        assert len(aliases(session)) == 1
        [totals] = rows_of(session, sa.select(table_of(SettlementStatement).c.ledger))
        assert totals.ledger == "bank_vcb"
        assert changed_days(session, before=date(2027, 1, 1), limit=9) == [DAY]
        proof = prove_ledger(session, RawStore(tmp_path), sealer=sealer)
        assert (proof.rows, proof.findings) == (2, [])


def test_what_is_home_is_told_again_without_any_change_and_moves_no_more(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    with writing(engine) as session:
        take(session, tmp_path, sealer, payos("FT1"))
        vendor_at(session, sealer, VIETCOMBANK)
        bring_home(session, sealer)
        before = ledger(session, every_version=True)

        states = take(session, tmp_path, sealer, payos("FT1"))

        assert states == [DeliveryState.DUPLICATE]
        assert bring_home(session, sealer) == 0
        assert ledger(session, every_version=True) == before


def test_at_home_the_money_counts_once_beside_who_told_it_there(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    file = vcb(("FT1", 20_000, "tien rau"), account=None)
    file = incoming("bank_vcb", file.content.replace(b"1018795282", ACCOUNT.encode()))
    with writing(engine) as session:
        take(session, tmp_path, sealer, payos("FT9"), casso(1, "FT9", subAccId=ACCOUNT))
        take(session, tmp_path, sealer, mt940(), file)
        assert len(ledger(session)) == 4
        vendor_at(session, sealer, VIETCOMBANK)

        bring_home(session, sealer)

        told = sorted(row["provider"] for row in ledger(session))
    assert told == ["bank_vcb", "casso"]


def test_who_two_people_said_it_is_stays(engine: sa.Engine, sealer: Sealer, tmp_path: Path) -> None:
    with writing(engine) as session:
        take(session, tmp_path, sealer, payos("FT1"))
        other = vendor_with(session, sealer)
        session.connection().execute(
            sa.update(table_of(ProviderTransaction)).values(
                vendor_id=other, attribution_rule="hand"
            )
        )
        vendor_at(session, sealer, VIETCOMBANK)

        bring_home(session, sealer)
        reattribute(session, sealer)

        assert seats(session) == [("payos", "bank_vcb", other, "hand")]


def test_a_number_that_two_banks_hold_stays_where_it_is(
    sqlite_engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    with writing(sqlite_engine) as session:
        take(session, tmp_path, sealer, payos("FT1"))
        for bank in (VIETCOMBANK, MB):
            vendor_at(session, sealer, bank)

        assert bring_home(session, sealer) == 0
        assert seats(session) == [("payos", "payos", None, "")]


def test_an_account_at_a_bank_without_statements_finds_its_vendor_too(
    sqlite_engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    with writing(sqlite_engine) as session:
        take(session, tmp_path, sealer, payos("FT1"))
        vendor = vendor_at(session, sealer, BIDV)

        assert bring_home(session, sealer) == 1
        reattribute(session, sealer)

        assert seats(session) == [("payos", "payos", vendor, "account")]
        assert bring_home(session, sealer) == 0


def test_a_setting_teaches_the_bank_as_well(
    sqlite_engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    rules = FeedRules(told_by={ACCOUNT: ToldBy(statement="bank_tcb")})
    with writing(sqlite_engine) as session:
        take(session, tmp_path, sealer, payos("FT1"))

        assert bring_home(session, sealer, rules) == 1
        assert seats(session) == [("payos", "bank_tcb", None, "")]


TELLERS: Sequence[Callable[[], Incoming]] = (
    lambda: payos("FT1"),
    lambda: payos("FT2", 8_800),
    mt940,
    lambda: casso(1, "FT1", subAccId=ACCOUNT),
    lambda: casso(2, "FT3", 5_000, subAccId=ACCOUNT),
)


@settings(max_examples=25)
@given(order=st.permutations(TELLERS), learnt_after=st.integers(0, len(TELLERS)))
def test_when_the_bank_is_learnt_makes_no_difference(
    order: Sequence[Callable[[], Incoming]],
    learnt_after: int,
    sqlite_engine: sa.Engine,
    sealer: Sealer,
    tmp_path: Path,
) -> None:
    def books(told: Sequence[Callable[[], Incoming]], cut: int) -> list[dict[str, Any]]:
        with Session(sqlite_engine) as session:  # rolled back
            take(session, tmp_path, sealer, *(one() for one in told[:cut]))
            vendor_at(session, sealer, VIETCOMBANK)
            take(session, tmp_path, sealer, *(one() for one in told[cut:]))
            bring_home(session, sealer)
            reattribute(session, sealer)
            rows = ledger(session, every_version=True)
        for row in rows:  # vendors are numbered anew in each world
            row["vendor_id"] = row["vendor_id"] is not None
        return rows

    assert books(order, learnt_after) == books(TELLERS, 0)


@pytest.mark.parametrize("bank", [VIETCOMBANK, BIDV])
def test_nothing_is_looked_for_where_every_bank_is_known(
    sqlite_engine: sa.Engine, sealer: Sealer, tmp_path: Path, bank: str
) -> None:
    with writing(sqlite_engine) as session:
        vendor_at(session, sealer, bank)
        take(session, tmp_path, sealer, payos("FT1"))

        assert bring_home(session, sealer) == 0
