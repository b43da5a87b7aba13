"""Every sealed column of the database, in one list: what key rotation walks and a test audits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from merchants.accounts import account_fingerprint, payload_fingerprint, phone_fingerprint
from merchants.sealing import Sealer

Fingerprint = Callable[[Sealer, Mapping[str, Any], str], str]
"""From the row's other columns and the opened text to the fingerprint it is looked up by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedColumn:
    """A column of sealed values; ``hash_column`` holds their keyed fingerprints, if anything does."""

    table: str
    column: str
    is_bytes: bool = False
    """Whole files: few, and large."""
    hash_column: str = ""
    hash_of: Fingerprint | None = None
    needs: tuple[str, ...] = ()
    """Columns of the row the fingerprint is made with."""

    def __str__(self) -> str:
        """Return ``table.column``."""
        return f"{self.table}.{self.column}"


def _phone(sealer: Sealer, _row: Mapping[str, Any], phone: str) -> str:
    return phone_fingerprint(sealer, phone)


def _account(sealer: Sealer, row: Mapping[str, Any], number: str) -> str:
    return account_fingerprint(sealer, row["feed_provider"] or row["bin"] or "", number)


def _payload(sealer: Sealer, _row: Mapping[str, Any], payload: str) -> str:
    return payload_fingerprint(sealer, payload)


def _login(sealer: Sealer, _row: Mapping[str, Any], login: str) -> str:
    return sealer.fingerprint(f"login|{login}")


_LEDGER = ("feed_provider", "bin")

SEALED_COLUMNS: tuple[SealedColumn, ...] = (
    SealedColumn(table="vendor", column="phone_sealed", hash_column="phone_hash", hash_of=_phone),
    SealedColumn(
        table="team_member", column="phone_sealed", hash_column="phone_hash", hash_of=_phone
    ),
    SealedColumn(
        table="acceptance_point",
        column="account_sealed",
        hash_column="account_hash",
        hash_of=_account,
        needs=_LEDGER,
    ),
    SealedColumn(
        table="account_change",
        column="account_sealed",
        hash_column="account_hash",
        hash_of=_account,
        needs=_LEDGER,
    ),
    SealedColumn(
        table="poster", column="payload_sealed", hash_column="payload_hash", hash_of=_payload
    ),
    SealedColumn(
        table="displayed_code",
        column="payload_sealed",
        hash_column="payload_hash",
        hash_of=_payload,
    ),
    SealedColumn(table="incident", column="code_sealed", hash_column="code_hash", hash_of=_payload),
    SealedColumn(
        table="user_account", column="login_sealed", hash_column="login_hash", hash_of=_login
    ),
    SealedColumn(table="sheet_import", column="file_sealed", is_bytes=True),
    SealedColumn(table="delivery", column="account_sealed"),
    SealedColumn(table="feed_reject", column="raw_sealed"),
)
"""By name, because some of the tables belong to packages above this one."""

JSON_COLUMNS: tuple[tuple[str, str], ...] = (
    ("sheet_import_change", "before"),
    ("sheet_import_change", "after"),
    ("vendor_merge", "moved"),
)
"""Columns whose JSON holds what rows were, sealed values and fingerprints under their own names."""

NOT_RECOMPUTABLE: tuple[tuple[str, str], ...] = (("vendor", "id_number_hash"),)
"""Fingerprints of what is kept nowhere: under another key they find nothing any more."""
