"""A small world for tests of the close: vendors with accounts, and what providers told of them."""

import hashlib
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlmodel import Session

from merchants.kinds import (
    AcceptancePointState,
    AcceptanceType,
    AccountKind,
    CalendarRule,
    NameMatch,
)
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, Market, MarketCalendar, Vendor
from merchants.vendor_code import write_vendor_code
from reconciliation.ledger.settlements import type_in_ledger
from reconciliation.records import (
    Book,
    Direction,
    SignatureStatus,
    SourceChannel,
    Status,
    TransactionType,
)
from reconciliation.tables import (
    Delivery,
    DeliveryState,
    ProviderTransaction,
    SettlementStatement,
)
from tests import factories

DAY = date(2026, 11, 10)
OPENED = date(2026, 1, 1)
SEALER = Sealer(secret_keys=("test-key",), hash_key="test-hash-key")
_numbers = count(1)


class LedgerWorld:
    """Adds rows to a database as ingest would, one call per fact."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now

    def market(self, code: str = "MA") -> Market:
        """A market that opens every day."""
        market = factories.market(code=code)
        self._add(market)
        self._add(
            MarketCalendar(
                market_id=market.id, rule_type=CalendarRule.DAILY, params="", valid_from=OPENED
            )
        )
        return market

    def vendor(self, market: Market, *ledgers: str) -> Vendor:
        """A vendor with an acceptance point in each ledger (the bank if none is named)."""
        vendor = factories.vendor(market_id=market.id)
        self._add(vendor)
        vendor.code = write_vendor_code(vendor.id or 0)
        for ledger in ledgers or ("bank_vcb",):
            self.acceptance_point(vendor, ledger)
        self.session.flush()
        return vendor

    def acceptance_point(self, vendor: Vendor, ledger: str, **changes: Any) -> AcceptancePoint:
        """A live acceptance point; the close never opens its seal."""
        values: dict[str, Any] = {
            "vendor_id": vendor.id,
            "kind": AccountKind.BANK_ACCOUNT,
            "acceptance_type": AcceptanceType.TRANSFER_QR,
            "bin": "970436",
            "feed_provider": ledger,
            "account_sealed": "sealed",
            "account_hash": hashlib.sha256(f"{vendor.id}{ledger}".encode()).hexdigest(),
            "account_tail": "0000",
            "holder_name": "NGUYEN THI HUONG",
            "name_match": NameMatch.EXACT,
            "state": AcceptancePointState.LIVE,
            "valid_from": OPENED,
        }
        return self._add(AcceptancePoint(**values | changes))

    def announced(self, vendor: Vendor | None, amount: int, **changes: Any) -> ProviderTransaction:
        """A credit that SePay's webhook told of, at 09:00 of the day."""
        values: dict[str, Any] = {
            "book": Book.PAYMENTS,
            "provider": "sepay",
            "source_channel": SourceChannel.WEBHOOK,
        }
        return self.told(vendor, amount, **values | changes)

    def booked(self, vendor: Vendor | None, amount: int, **changes: Any) -> ProviderTransaction:
        """A credit line of Vietcombank's statement, without a time of day."""
        values: dict[str, Any] = {"occurred_at": None}
        return self.told(vendor, amount, **values | changes)

    def both(
        self, vendor: Vendor | None, amount: int, **changes: Any
    ) -> tuple[ProviderTransaction, ProviderTransaction]:
        """The same credit told by SePay and booked by the bank under one reference."""
        reference = changes.pop("bank_reference", f"R{next(_numbers)}")
        return (
            self.announced(vendor, amount, bank_reference=reference, **changes),
            self.booked(vendor, amount, bank_reference=reference, **changes),
        )

    def told(self, vendor: Vendor | None, amount: int, **changes: Any) -> ProviderTransaction:
        """A row of the bank's statement for the day, unless said otherwise."""
        number = next(_numbers)
        day = changes.get("business_date", DAY)
        values: dict[str, Any] = {
            "book": Book.STATEMENT,
            "provider": "bank_vcb",
            "account_alias": account_of(vendor),
            "source_channel": SourceChannel.FILE,
            "provider_transaction_id": f"T{number}",
            "version": 1,
            "is_current": True,
            "transaction_type": TransactionType.PAYMENT,
            "direction": Direction.CREDIT,
            "status": Status.SUCCEEDED,
            "amount": amount,
            "currency": "VND",
            "currency_exponent": 0,
            "occurred_at": datetime(day.year, day.month, day.day, 2, tzinfo=UTC),
            "business_date": day,
            "business_date_rule": "calendar",
            "vendor_id": vendor.id if vendor else None,
            "attribution_rule": "account" if vendor else "",
            "line_no": number,
            "known_at": self.now,
        } | changes
        values.setdefault("ledger", ledger_behind(values["provider"]))
        values.setdefault("dedupe_key", f"{values['provider']}:{number}")
        kind = type_in_ledger(
            values["provider"],
            values["transaction_type"],
            values["direction"],
            values.get("description"),
        )
        values.setdefault("ledger_type", TransactionType(kind))
        content = f"{values['dedupe_key']} {amount} {values['status']}"
        values.setdefault("content_sha256", hashlib.sha256(content.encode()).hexdigest())
        delivery = self.delivery(values["provider"], values["source_channel"])
        return self._add(ProviderTransaction(delivery_id=delivery.id, **values))

    def statement(
        self, vendor: Vendor, first: date, last: date | None = None, **changes: Any
    ) -> SettlementStatement:
        """An accepted, complete statement of the vendor's bank account for the days."""
        delivery = self.delivery(
            changes.get("provider", "bank_vcb"),
            SourceChannel.FILE,
            received_at=changes.pop("received_at", self.now),
        )
        values: dict[str, Any] = {
            "delivery_id": delivery.id,
            "provider": "bank_vcb",
            "account_alias": account_of(vendor),
            "statement_kind": "bank_statement",
            "currency": "VND",
            "gross_credit_amount": 0,
            "gross_debit_amount": 0,
            "computed_count": 0,
            "control_status": "agree",
            "completeness": "complete",
            "period_from": first,
            "period_to": last or first,
        }
        values |= changes
        values.setdefault("ledger", ledger_behind(values["provider"]))
        return self._add(SettlementStatement(**values))

    def delivery(self, provider: str, channel: SourceChannel, **changes: Any) -> Delivery:
        """Something that came through a door and was processed."""
        values: dict[str, Any] = {
            "provider": provider,
            "channel": channel,
            "raw_sha256": hashlib.sha256(f"{next(_numbers)}".encode()).hexdigest(),
            "raw_bytes": 1,
            "received_at": self.now,
            "signature_status": SignatureStatus.NOT_CHECKED,
            "state": DeliveryState.PROCESSED,
        }
        return self._add(Delivery(**values | changes))

    def _add(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row


def ledger_behind(provider: str) -> str:
    """The ledger a provider tells of in this world, where every account is at Vietcombank."""
    return "bank_vcb" if provider == "sepay" else provider


def account_of(vendor: Vendor | None) -> str:
    """The bank account of a vendor, another for each."""
    return f"10187{vendor.id if vendor else 0:05d}"
