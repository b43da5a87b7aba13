"""The export of everything held on a vendor: whole, readable, and the same bytes each time."""

import io
import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from market.database import reading, writing
from market.reports.held_data import held_data, held_json, held_pdf
from market.reports.held_models import HeldData
from market.reports.held_paper import PAYMENTS_PRINTED, held_record
from merchants.columns import core_table
from merchants.privacy import held_data as register
from merchants.sealing import Sealer
from merchants.tables import Vendor
from tests.conftest import NOW
from tests.market.held_world import add_held_world
from tests.merchants.privacy.whole_vendor import ACCOUNT, NAME, PERSONAL, PHONE


@pytest.fixture
def code(engine: sa.Engine, sealer: Sealer) -> str:
    """The code of a vendor about whom something stands everywhere."""
    with writing(engine) as session:
        whole = add_held_world(session, sealer)
        return session.get_one(Vendor, whole.vendor_id).code or ""


LEDGER_TABLES = frozenset(
    {"hand_attribution", "payment_request", "provider_transaction", "vendor_day"}
)
"""The tables of the ledger that point at vendors."""
COUNTED_TABLES = frozenset({"adoption_break_day", "adoption_vendor_day", "adoption_vendor_half"})
"""What was counted from the payments that are told, and says nothing more."""


def _held(engine: sa.Engine, code: str, sealer: Sealer | None) -> HeldData:
    with reading(engine) as session:
        return held_data(session, code, sealer=sealer, now=NOW)


def test_every_table_that_points_at_vendors_is_told() -> None:
    """A new table with a vendor in it fails here until the export tells it."""
    pointing = {
        table.name
        for table in SQLModel.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "vendor"
    }

    told = register.HELD_TABLES | LEDGER_TABLES | {"vendor_pin"}
    assert told | COUNTED_TABLES == pointing | {"vendor"}
    assert not told & COUNTED_TABLES


# Columns that are told in other words, or that say something about the service and not the vendor.
_KEYS = {"id", "vendor_id", "market_id", "stall_id", "acceptance_point_id", "team_member_id"}
_KEYS |= {"kept_vendor_id", "merged_vendor_id", "merged_into_id", "replaces_id", "assisted_by_id"}
_KEYS |= {"import_id", "transaction_id", "delivery_id", "close_id", "zone_id", "payment_request_id"}
_FINGERPRINTS = {"phone_hash", "id_number_hash", "account_hash", "payload_hash", "pin_hash"}
_FINGERPRINTS |= {"content_sha256", "dedupe_key", "account_alias", "payer_token", "marks"}
_DERIVED = {"sort_name", "search_text", "version", "bin", "feed_provider", "account_tail"}
_WORKINGS = {
    "provider_transaction": {
        "source_channel", "currency_exponent", "provider_status", "original_transaction_id",
        "balance_after", "business_date_rule", "settlement_id", "store_id", "terminal_id", "line_no",
        "ledger", "ledger_type", "forgotten_at", "retracted_by_id", "is_contradicted",
    },
    "vendor_day": {
        "refunds", "matched", "matched_vnd", "pending", "unexplained", "paid_out_vnd", "lines",
        "lines_root",
    },
    "visit": {"recorded_at", "recorded_by"},
    "complaint": {"answered_by", "closed_by"},
    "account_change": {"confirmed_by", "evidence_sha256"},
    "privacy_request": {"received_by", "answered_by", "completed_by"},
    "vendor_merge": {"actor", "undone_by"},
    "displayed_code": set(),
}  # fmt: skip
_OTHER_NAMES = {
    "phone_sealed": "phone", "phone_tail": "phone", "id_number_tail": "id_number", "id": "number",
    "account_sealed": "account", "payload_sealed": "payload", "provider_contract_no": "contract_no",
    "transaction_type": "kind", "code": "vendor_code",
}  # fmt: skip


def test_every_column_of_these_tables_is_told_or_left_out_on_purpose(
    engine: sa.Engine, code: str, sealer: Sealer
) -> None:
    told = _names(json.loads(held_json(_held(engine, code, sealer))))
    missing = []
    for name in register.HELD_TABLES | LEDGER_TABLES | {"vendor_pin"}:
        left_out = _KEYS | _FINGERPRINTS | _DERIVED | _WORKINGS.get(name, set())
        for column in SQLModel.metadata.tables[name].columns:
            if column.name in left_out:
                continue
            if _OTHER_NAMES.get(column.name, column.name) not in told:
                missing.append(f"{name}.{column.name}")

    assert missing == []


def _names(tree: Any) -> set[str]:
    if isinstance(tree, dict):
        return set(tree) | {name for value in tree.values() for name in _names(value)}
    if isinstance(tree, list):
        return {name for value in tree for name in _names(value)}
    return set()


def test_the_json_tells_doors_and_ledger_too(engine: sa.Engine, code: str, sealer: Sealer) -> None:
    held = _held(engine, code, sealer)
    told = json.loads(held_json(held))

    assert told["access"]["pin"]["set_at"].startswith("2026-11-02")
    assert [each["action"] for each in told["access"]["events"]] == ["link_issued"]
    assert len(told["access"]["sessions"]) == len(told["access"]["links"]) == 1
    assert {each["description"] for each in told["payments"]} == {"mua khăn thổ cẩm"}
    assert [(each["reason"], each["decision"]) for each in told["claims"]] == [
        ("khách đưa xem điện thoại", "approved")
    ]
    assert [each["gross_vnd"] for each in told["days"]] == [85_000]
    assert "argon2-of-the-pin" not in held_json(held).decode()


def test_masked_data_shows_no_account_and_no_phone(engine: sa.Engine, code: str) -> None:
    held = _held(engine, code, None)

    assert held.is_masked
    assert ACCOUNT not in held_json(held).decode()
    assert PHONE not in held_json(held).decode()


def test_the_pdf_is_whole_has_its_fonts_and_is_the_same_each_time(
    sqlite_engine: sa.Engine, sealer: Sealer
) -> None:
    with writing(sqlite_engine) as session:
        whole = add_held_world(session, sealer)
        code = session.get_one(Vendor, whole.vendor_id).code or ""
    held = _held(sqlite_engine, code, sealer)

    first, second = held_pdf(held), held_pdf(held)

    assert first == second
    assert first.startswith(b"%PDF-")
    assert b"BeVietnamPro" in first.replace(b"#20", b"")
    assert b"/FontFile" in first
    assert len(io.BytesIO(first).getvalue()) > 10_000


def test_the_paper_says_what_the_json_says(sqlite_engine: sa.Engine, sealer: Sealer) -> None:
    with writing(sqlite_engine) as session:
        whole = add_held_world(session, sealer)
        code = session.get_one(Vendor, whole.vendor_id).code or ""
    record = held_record(_held(sqlite_engine, code, sealer))
    text = json.dumps([[s.title, s.facts, s.rows] for s in record.sections], ensure_ascii=False)

    shown = (NAME, PHONE, ACCOUNT, "mua khăn thổ cẩm", "85.000", "người làm chứng Ngân", "Z01")
    assert [each for each in shown if each not in text] == []
    assert record.subtitle.startswith(NAME)
    assert len(PERSONAL) > 20


def test_many_payments_are_printed_in_part_and_the_paper_says_so(
    sqlite_engine: sa.Engine, sealer: Sealer
) -> None:
    with writing(sqlite_engine) as session:
        whole = add_held_world(session, sealer)
        code = session.get_one(Vendor, whole.vendor_id).code or ""
    held = _held(sqlite_engine, code, sealer)
    many = held.model_copy(update={"payments": held.payments[:1] * (PAYMENTS_PRINTED + 7)})

    (section,) = [s for s in held_record(many).sections if s.title.startswith("Từng khoản")]

    assert len(section.rows) == PAYMENTS_PRINTED
    assert f"Tất cả {PAYMENTS_PRINTED + 7} dòng." in section.lede
    assert "7 dòng cũ hơn" in section.lede


def test_no_table_and_no_column_is_for_what_is_never_kept() -> None:
    """No pictures of identity cards, no faces or fingers, no ethnicity, no religion."""
    words = (
        "ethnic", "dan_toc", "religion", "ton_giao", "face", "biometric", "fingerprint_image",
        "id_image", "id_photo", "id_card", "cccd", "photo", "image",
    )  # fmt: skip
    columns = [
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
    ]

    assert [name for name in columns for word in words if word in name] == []
    kept_of_id = {c.name for c in core_table(Vendor).columns if c.name.startswith("id_")}
    assert kept_of_id == {"id_number_hash", "id_number_tail"}
