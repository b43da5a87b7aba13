"""Remember what happened at the doors: sign-ins, users, tokens, exports."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from market.tables import SecurityEvent
from merchants.actors import Actor


class SecurityAction(StrEnum):
    """What happened. Stored as plain words, so that new ones need no migration."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PASSWORD_RESET = "password_reset"  # noqa: S105
    USER_ADDED = "user_added"
    USER_CHANGED = "user_changed"
    USER_SWITCHED_OFF = "user_switched_off"
    HELPER_LOGIN_ISSUED = "helper_login_issued"
    HELPER_LOGIN_USED = "helper_login_used"
    HELPER_LOGIN_REVOKED = "helper_login_revoked"
    TOKEN_CREATED = "token_created"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    LINK_ISSUED = "link_issued"
    LINK_REVOKED = "link_revoked"
    LINK_OPENED = "link_opened"
    LOG_EXPORTED = "log_exported"
    DATA_EXPORTED = "data_exported"
    ACTED_AT_TERMINAL = "acted_at_terminal"
    RAW_LINE_OPENED = "raw_line_opened"
    RAW_FILE_TAKEN = "raw_file_taken"
    FEED_READ_AGAIN = "feed_read_again"
    VOID_ASKED = "void_asked"
    VOID_APPROVED = "void_approved"
    VOID_REFUSED = "void_refused"
    VOID_WITHDRAWN = "void_withdrawn"
    MONEY_CLAIMED = "money_claimed"
    MONEY_ASSIGNED = "money_assigned"
    MONEY_CLAIM_REFUSED = "money_claim_refused"
    MONEY_CLAIM_WITHDRAWN = "money_claim_withdrawn"


def record_security_event(
    session: Session,
    action: SecurityAction,
    *,
    actor: Actor | str,
    now: datetime,
    subject: str = "",
    note: str = "",
) -> None:
    """Add one event; ``subject`` and ``note`` hold numbers and codes, never anybody's name."""
    session.add(SecurityEvent(at=now, actor=str(actor), action=action, subject=subject, note=note))
