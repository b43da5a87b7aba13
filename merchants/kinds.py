"""The register's words for kinds and states, free of any database, so that pure code can use them."""

from enum import StrEnum


class CalendarRule(StrEnum):
    """How a market's open days repeat. Source: domain.md section 5, market calendars."""

    DAILY = "daily"
    WEEKLY = "weekly"
    LUNAR_DAY = "lunar_day"
    BRANCH_DAY = "branch_day"
    EXPLICIT = "explicit"


class StallState(StrEnum):
    """Where a stall stands; only occupied stalls are in the frame."""

    PLANNED = "planned"
    VACANT = "vacant"
    OCCUPIED = "occupied"
    CLOSED = "closed"


class VendorState(StrEnum):
    """The steps from a name on a list to a vendor who is paid by QR, and out again."""

    LISTED = "listed"
    INVITED = "invited"
    DATA_CAPTURED = "data_captured"
    CONSENTED = "consented"
    ACCOUNT_LINKED = "account_linked"
    NAME_MATCHED = "name_matched"
    TEST_PAYMENT_OK = "test_payment_ok"
    POSTER_ISSUED = "poster_issued"
    POSTER_INSTALLED = "poster_installed"
    ACTIVE = "active"
    DORMANT = "dormant"
    SUSPENDED = "suspended"
    EXITED = "exited"


class AccountKind(StrEnum):
    """What kind of account receives the money."""

    BANK_ACCOUNT = "bank_account"
    E_WALLET = "e_wallet"
    MOBILE_MONEY = "mobile_money"


class AcceptanceType(StrEnum):
    """How the vendor accepts payment in the law's words (Circular 15/2024)."""

    TRANSFER_QR = "transfer_qr"
    MERCHANT_QR = "merchant_qr"
    MOBILE_MONEY_MERCHANT = "mobile_money_merchant"
    POS = "pos"


class AcceptancePointState(StrEnum):
    """Where an acceptance point stands."""

    DECLARED = "declared"
    VERIFIED = "verified"
    LIVE = "live"
    TO_MIGRATE = "to_migrate"
    CLOSED = "closed"


class NameMatch(StrEnum):
    """How the account holder's name compares with the registered name."""

    EXACT = "exact"
    NORMALISED = "normalised"
    PARTIAL = "partial"
    MISMATCH = "mismatch"


class PosterState(StrEnum):
    """Where a poster stands; ``replaced`` and ``revoked`` are the ends."""

    GENERATED = "generated"
    PRINTED = "printed"
    INSTALLED = "installed"
    CHECKED = "checked"
    REPLACED = "replaced"
    REVOKED = "revoked"


ENDED_POSTER_STATES = (PosterState.REPLACED, PosterState.REVOKED)
"""All other posters are live: one a stall and acceptance point at most."""

HANGING_POSTER_STATES = (PosterState.INSTALLED, PosterState.CHECKED)

GOOD_MATCHES = (NameMatch.EXACT, NameMatch.NORMALISED)
"""The matches that count as the vendor's own name (S5), and without which no poster is issued."""
