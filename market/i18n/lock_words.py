"""What locking the books and its decisions are called, in Vietnamese; pages translate on."""

from collections.abc import Mapping
from types import MappingProxyType

from reconciliation.close.locks.tables import LockKind
from reconciliation.tables import Decision

LOCK_KINDS: Mapping[LockKind, str] = MappingProxyType(
    {LockKind.LOCK: "khoá sổ", LockKind.REOPEN: "mở sổ"}
)
LOCK_DECISIONS: Mapping[Decision, str] = MappingProxyType(
    {
        Decision.OPEN: "chờ người thứ hai",
        Decision.APPROVED: "đã duyệt",
        Decision.REFUSED: "không duyệt",
        Decision.WITHDRAWN: "đã rút",
    }
)
