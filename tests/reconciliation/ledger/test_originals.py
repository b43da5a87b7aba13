"""What a provider takes back under the id of the payment alone is whose the payment is."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from market.database import writing
from merchants.kinds import ConsentChannel, ConsentPurpose
from merchants.sealing import Sealer
from merchants.tables import Consent
from merchants.vendor_code import write_vendor_code
from reconciliation.intake.ingest import Incoming, ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.attribution import reattribute
from reconciliation.ledger.originals import name_by_originals
from reconciliation.records import SourceChannel
from tests.reconciliation.arrivals import NOW, incoming, ledger, vendor_with

SOLD_AT = int(datetime(2026, 11, 10, 3, tzinfo=UTC).timestamp())
TAKEN_BACK_AT = int(datetime(2026, 11, 18, 3, tzinfo=UTC).timestamp())


def page(*objects: dict[str, Any], account: str = "acct_1") -> Incoming:
    """A page of Stripe's API."""
    body = {"object": "list", "has_more": False, "data": list(objects)}
    return incoming("stripe", json.dumps(body), channel=SourceChannel.POLL, account=account)


def charge(description: str, number: int = 1) -> dict[str, Any]:
    return {
        "id": f"ch_{number}",
        "object": "charge",
        "amount": 50_000,
        "amount_captured": 50_000,
        "captured": True,
        "created": SOLD_AT,
        "currency": "vnd",
        "description": description,
        "status": "succeeded",
    }


def chargeback(number: int = 1) -> dict[str, Any]:
    """The ledger's row of a lost dispute: it names the charge and nobody."""
    return {
        "id": f"txn_{number}",
        "object": "balance_transaction",
        "amount": -50_000,
        "available_on": TAKEN_BACK_AT,
        "created": TAKEN_BACK_AT,
        "currency": "vnd",
        "description": f"Chargeback withdrawal for ch_{number}",
        "fee": 0,
        "fee_details": [],
        "net": -50_000,
        "reporting_category": "dispute",
        "source": {"id": f"du_{number}", "object": "dispute", "charge": f"ch_{number}"},
        "status": "available",
        "type": "adjustment",
    }


def take(session: Session, sealer: Sealer, folder: Any, *pages: Incoming) -> None:
    ingest_many(session, RawStore(folder), sealer=sealer, incoming=pages, now=NOW)


def taken_back(session: Session) -> list[tuple[int | None, str]]:
    return [
        (row["vendor_id"], row["attribution_rule"])
        for row in ledger(session)
        if row["transaction_type"].value == "chargeback"
    ]


@pytest.mark.parametrize("is_at_once", [True, False])
def test_a_chargeback_is_of_whose_payment_it_takes_back(
    engine: sa.Engine, sealer: Sealer, tmp_path: Any, is_at_once: bool
) -> None:
    with writing(engine) as session:
        vendor = vendor_with(session, sealer)
        pages = [page(charge(write_vendor_code(vendor))), page(chargeback())]
        for batch in [pages] if is_at_once else [[one] for one in pages]:
            take(session, sealer, tmp_path, *batch)

        assert taken_back(session) == [(vendor, "original")]


def test_what_is_taken_back_of_nobodys_payment_is_nobodys_until_that_is_known(
    engine: sa.Engine, sealer: Sealer, tmp_path: Any
) -> None:
    with writing(engine) as session:
        take(session, sealer, tmp_path, page(charge(write_vendor_code(1))), page(chargeback()))
        before = taken_back(session)
        vendor = vendor_with(session, sealer)
        reattribute(session, sealer)

        counts = [name_by_originals(session) for _ in range(2)]

        assert before == [(None, "")]
        assert counts == [1, 0]
        assert taken_back(session) == [(vendor, "original")]


def test_a_payment_of_another_account_or_another_id_is_no_original(
    engine: sa.Engine, sealer: Sealer, tmp_path: Any
) -> None:
    with writing(engine) as session:
        code = write_vendor_code(vendor_with(session, sealer))
        take(session, sealer, tmp_path, page(charge(code)), page(chargeback(), account="acct_2"))
        take(session, sealer, tmp_path, page(chargeback(2)))

        assert taken_back(session) == [(None, "")] * 2


@pytest.mark.parametrize(
    ("withdrawn_on", "is_hers"), [(date(2026, 11, 15), False), (date(2026, 11, 20), True)]
)
def test_who_may_not_be_seen_on_that_day_is_not_named(
    engine: sa.Engine, sealer: Sealer, tmp_path: Any, withdrawn_on: date, is_hers: bool
) -> None:
    with writing(engine) as session:
        vendor = vendor_with(session, sealer)
        session.add(
            Consent(
                vendor_id=vendor,
                purpose=ConsentPurpose.RECONCILIATION,
                notice_version="2026-11",
                language="vi",
                is_read_aloud=False,
                channel=ConsentChannel.SIGNATURE,
                given_at=datetime(2026, 11, 1, 2, tzinfo=UTC),
                recorded_by="staff:1",
                withdrawn_at=datetime(
                    withdrawn_on.year, withdrawn_on.month, withdrawn_on.day, 2, tzinfo=UTC
                ),
            )
        )
        session.flush()
        take(session, sealer, tmp_path, page(charge(write_vendor_code(vendor))), page(chargeback()))

        assert taken_back(session) == [(vendor, "original") if is_hers else (None, "")]
