"""Deliveries for tests of the storing side, the least valid of each kind, and what came of them."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.accounts import account_alias, account_fingerprint
from merchants.sealing import Sealer
from merchants.tables import (
    AcceptancePoint,
    AcceptancePointState,
    AcceptanceType,
    AccountKind,
    NameMatch,
)
from merchants.vendor_code import write_vendor_code
from reconciliation.bulk import table_of
from reconciliation.intake.ingest import Incoming
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.tables import ProviderTransaction
from tests import factories
from tests.feed_samples import MOMO_ACCOUNT, VCB_ACCOUNT, vcb_csv

SEALER = Sealer(secret_keys=("test-key",), hash_key="test-hash-key")
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def incoming(provider: str, content: bytes | str, **changes: Any) -> Incoming:
    """A file of that provider, received now."""
    values: dict[str, Any] = {
        "provider": provider,
        "content": content if isinstance(content, bytes) else content.encode(),
        "channel": SourceChannel.FILE,
        "received_at": NOW,
        "signature_status": SignatureStatus.NOT_CHECKED,
    }
    return Incoming(**values | changes)


def sepay(number: int = 1, amount: int = 20_000, **body: Any) -> Incoming:
    """A verified SePay webhook; ``body`` changes fields of it."""
    values = {
        "id": number,
        "gateway": "Vietcombank",
        "transactionDate": "2026-11-20 14:02:37",
        "accountNumber": VCB_ACCOUNT,
        "code": None,
        "content": "tien rau",
        "transferType": "in",
        "transferAmount": amount,
        "accumulated": 0,
        "subAccount": None,
        "referenceCode": f"MBVCB.{number}",
        "description": "",
    }
    return incoming(
        "sepay",
        json.dumps(values | body),
        channel=SourceChannel.WEBHOOK,
        signature_status=SignatureStatus.VALID,
    )


def vcb(*rows: tuple[str, int, str], **changes: Any) -> Incoming:
    """A Vietcombank statement of rows (reference, signed amount, memo) on 20 November 2026."""
    lines = [
        f"20/11/2026,{reference},{-amount if amount < 0 else ''},{amount if amount > 0 else ''},{memo}"
        for reference, amount, memo in rows
    ]
    debit = sum(-amount for _, amount, _ in rows if amount < 0)
    credit = sum(amount for _, amount, _ in rows if amount > 0)
    return incoming("bank_vcb", vcb_csv(*lines, total=f"{debit},{credit},"), **changes)


def momo(*rows: tuple[str, int, str], store: str = "CHO-A12") -> Incoming:
    """A MoMo report of rows (transaction id, signed amount, Trạng thái)."""
    moved = sum(amount for _, amount, state in rows if state in {"Thành công", "Hoàn tiền"})
    lines = [
        "Thời gian,Mã giao dịch,Số tiền,Nguồn tiền,Mã cửa hàng,Trạng thái",
        *(
            f"20/11/2026 14:02:37,{key},{amount},Ví MoMo,{store},{state}"
            for key, amount, state in rows
        ),
        f"Tổng,,{moved},,,",
    ]
    return incoming("momo", "\n".join(lines) + "\n", account=MOMO_ACCOUNT)


def ledger(session: Session, *, every_version: bool = False) -> list[dict[str, Any]]:
    """The rows of the ledger without what differs between runs that are equal; sorted."""
    table = table_of(ProviderTransaction)
    statement = sa.select(table)
    if not every_version:
        statement = statement.where(table.c.is_current)
    rows = [dict(row) for row in session.connection().execute(statement).mappings()]
    for row in rows:
        del row["id"], row["delivery_id"]
    return sorted(rows, key=lambda row: (row["book"], row["dedupe_key"], row["version"]))


def keys(rows: Iterable[dict[str, Any]]) -> list[str]:
    """The dedupe keys of ledger rows, in their order."""
    return [row["dedupe_key"] for row in rows]


def aliased(key: str) -> str:
    """The key a row has in the ledger under the tests' sealer, from the key on the wire."""
    provider, account, rest = key.split(":", 2)
    return f"{provider}:{account_alias(SEALER, provider, account)}:{rest}"


def vendor_with(session: Session, sealer: Sealer, ledger: str = "", account: str = "") -> int:
    """A vendor with her code and, if named, one acceptance point; returns her id."""
    if session.get(factories.Market, 1) is None:
        session.add(factories.market(id=1))
        session.flush()
    vendor = factories.vendor()
    session.add(vendor)
    session.flush()
    assert vendor.id is not None
    vendor.code = write_vendor_code(vendor.id)
    if ledger:
        session.add(point(vendor.id, sealer, ledger, account))
    session.flush()
    return vendor.id


def point(
    vendor_id: int, sealer: Sealer, ledger: str, account: str, **changes: Any
) -> AcceptancePoint:
    """A live acceptance point, valid since 1 August 2026."""
    values: dict[str, Any] = {
        "vendor_id": vendor_id,
        "kind": AccountKind.BANK_ACCOUNT,
        "acceptance_type": AcceptanceType.TRANSFER_QR,
        "feed_provider": ledger,
        "account_sealed": sealer.seal(account),
        "account_hash": account_fingerprint(sealer, ledger, account),
        "account_tail": account[-4:],
        "holder_name": "NGUYEN THI HUONG",
        "name_match": NameMatch.EXACT,
        "state": AcceptancePointState.LIVE,
        "valid_from": date(2026, 8, 1),
    }
    return AcceptancePoint(**values | changes)


def minutes_later(one: Incoming, minutes: int) -> Incoming:
    """The same delivery, received later."""
    return replace(one, received_at=one.received_at + timedelta(minutes=minutes))
