"""The ledger names accounts by aliases: whoever reads the database alone learns no number."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import SQLModel

from market.database import reading, writing
from merchants.accounts import account_alias, account_fingerprint, alias_fingerprint
from merchants.sealing import Sealer
from reconciliation.bulk import table_of
from reconciliation.intake.ingest import ingest_many, retry_failed
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.aliases import Aliases, Place, without_account
from reconciliation.tables import Delivery, DeliveryState
from tests.feed_samples import MOMO_ACCOUNT, STRIPE_ACCOUNT, VCB_ACCOUNT, sample
from tests.reconciliation.arrivals import NOW, SEALER, incoming, momo, sepay, vcb

ACCOUNTS = (VCB_ACCOUNT, MOMO_ACCOUNT, STRIPE_ACCOUNT, "0123499999")


def texts_in(engine: sa.Engine) -> str:
    """Everything the database holds, as one text."""
    with reading(engine) as session:
        return "\n".join(
            str(tuple(row))
            for table in SQLModel.metadata.sorted_tables
            for row in session.connection().execute(sa.select(table))
        )


def test_no_account_number_stands_in_the_ledger(
    engine: sa.Engine, tmp_path: Path, sealer: Sealer
) -> None:
    named = vcb(("5243.1", 7000, f"chuyen vao tai khoan {VCB_ACCOUNT}"))
    arrivals = [
        replace(named, name=f"sao-ke-{VCB_ACCOUNT}.csv", account=VCB_ACCOUNT),
        momo(("1", 5000, "Thành công")),
        sepay(1, accountNumber="0123499999"),
        sepay(2, accountNumber="0123499999", transferAmount=-1),
        incoming(
            "stripe",
            sample("stripe/live_vnd_balance_transactions_page2.json"),
            account=STRIPE_ACCOUNT,
        ),
        incoming("bank_vcb", f"khong phai sao ke {VCB_ACCOUNT}".encode(), account=VCB_ACCOUNT),
    ]

    with writing(engine) as session:
        results = ingest_many(
            session, RawStore(tmp_path), sealer=sealer, incoming=arrivals, now=NOW
        )
    held = texts_in(engine)

    assert {one.state for one in results} >= {DeliveryState.PROCESSED, DeliveryState.REJECTED}
    assert sum(one.rejected for one in results) > 0
    assert [account for account in ACCOUNTS if account in held] == []
    assert f"···{VCB_ACCOUNT[-4:]}" in held


def test_a_failed_delivery_is_read_again_for_the_account_it_came_for(
    engine: sa.Engine, tmp_path: Path, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RawStore(tmp_path)
    report = replace(momo(("1", 5000, "Thành công")), account="OTHER-ACCOUNT")
    with monkeypatch.context() as broken, writing(engine) as session:
        broken.setattr("reconciliation.intake.deliveries.entries_of", None)
        ingest_many(session, store, sealer=sealer, incoming=[report], now=NOW)

    with writing(engine) as session:
        [result] = retry_failed(session, store, sealer=sealer, now=NOW)
        alias = session.execute(sa.select(table_of(Delivery).c.account_alias)).scalar_one()

    assert (result.state, result.new) == (DeliveryState.PROCESSED, 1)
    assert alias == account_alias(sealer, "momo", "OTHER-ACCOUNT")


def test_an_alias_ends_in_what_people_are_shown_and_begins_with_what_is_looked_up() -> None:
    alias = account_alias(SEALER, "bank_vcb", "1018795282")

    assert alias[-4:] == "5282"
    assert alias_fingerprint(alias) == account_fingerprint(SEALER, "bank_vcb", "1018795282")
    assert account_alias(SEALER, "bank_vcb", "") == ""


def test_an_account_has_one_alias_at_its_bank_whoever_tells_of_it() -> None:
    aliases = Aliases(SEALER)
    at_the_bank = Place("bank_mb", aliases.of("bank_mb", "1018795282"))

    assert aliases.place("bank_mb", "1018795282", None) == at_the_bank
    assert aliases.place("sepay", "1018795282", "MBBank") == at_the_bank
    assert aliases.place("casso", "1018795282", "MB") == at_the_bank
    assert aliases.place("sepay", "1018795282", "Vietcombank") != at_the_bank
    assert aliases.place("momo", "1018795282", "MBBank").ledger == "momo"


@given(
    before=st.text(), account=st.text(alphabet="0123456789", min_size=6), after=st.text(max_size=9)
)
def test_a_text_keeps_everything_but_the_number(before: str, account: str, after: str) -> None:
    masked = without_account(f"{before}{account} {after}", account)

    assert account not in masked
    assert account[-4:] in masked


def test_a_short_account_name_is_no_number_to_hide() -> None:
    assert without_account("CHO MOMO 12", "MOMO") == "CHO MOMO 12"
