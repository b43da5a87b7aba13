"""The register's words for kinds and states, free of any database, so that pure code can use them."""

from enum import StrEnum


class CalendarRule(StrEnum):
    """How a market's open days repeat."""

    # Source: domain.md section 5, market calendars.

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


class PosterEnd(StrEnum):
    """Why a poster ended; whoever checks its serial is told so."""

    ACCOUNT = "account"
    NAME = "name_changed"
    LEFT = "left"
    CONSENT = "consent_withdrawn"
    INCIDENT = "incident"
    LOST = "lost"
    DAMAGED = "damaged"
    OUTDATED = "outdated"
    """What it says is not what the register says any more."""
    OTHER = "other"


class BookState(StrEnum):
    """Where a book of posters stands."""

    DRAWING = "drawing"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"
    """Its files were removed; which posters it held is still known."""


class BookForm(StrEnum):
    """What a book of posters comes as."""

    PDF = "pdf"
    ZIP_PDF = "zip-pdf"
    ZIP_PNG = "zip-png"


class CheckResult(StrEnum):
    """What a look at a stall's poster came to."""

    # Source: qr.md section 12.

    OK = "ok"
    WORN = "worn"
    """The right code, and so damaged that it should be printed anew."""
    MISSING = "missing"
    """The poster that should hang there was not seen."""
    REVOKED = "revoked"
    """A poster that was revoked or replaced still hangs there."""
    MISMATCH = "mismatch"
    """A code that pays somebody else, or that nobody knows, where the poster should be."""


GOOD_CHECKS = (CheckResult.OK, CheckResult.WORN)
"""The right code hung there; everything that is paid until then went to the right account."""


class CheckSource(StrEnum):
    """How somebody looked."""

    PHOTO = "photo"
    SCAN = "scan"
    """Read by the phone's own camera; how worn the code is, is then not known."""
    MANUAL = "manual"
    """What a person saw."""


class IncidentState(StrEnum):
    """Where a wrong code found at a stall stands."""

    OPEN = "open"
    TOLD = "told"
    """The vendor knows."""
    CLOSED = "closed"


class TellingWay(StrEnum):
    """How a vendor learnt of a wrong code at their stall."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    OWN_PAGE = "own_page"
    """They read it on their own page and said so."""


class IncidentOutcome(StrEnum):
    """What was done about a wrong code."""

    CODE_REMOVED = "code_removed"
    POSTER_REPLACED = "poster_replaced"
    POSTER_REVOKED = "poster_revoked"
    FALSE_ALARM = "false_alarm"


class MarketKind(StrEnum):
    """What kind of market the law sees: Decree 60/2024/NĐ-CP."""

    # Source: domain.md section 7.

    CIVIC = "civic_market"
    WHOLESALE = "wholesale_market"
    RURAL = "rural_market"
    NIGHT = "night_market"
    COMMUNITY = "community_market"
    TEMPORARY = "temporary_market"


class OperatorKind(StrEnum):
    """Who runs a market."""

    MANAGEMENT_BOARD = "management_board"
    COMMUNE_COMMITTEE = "commune_committee"
    COOPERATIVE = "cooperative"
    ENTERPRISE = "enterprise"
    OTHER = "other"


class StallKind(StrEnum):
    """What a trading point is built as."""

    COUNTER = "counter"
    KIOSK = "kiosk"
    SHOP = "shop"
    OPEN_PLACE = "open_place"


class AdminLevel(StrEnum):
    """The level of an administrative unit; districts ended on 01/07/2025."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class AccountOwnerKind(StrEnum):
    """Whose account it is in the sense of the account-name rule of 01/03/2026."""

    HOUSEHOLD_BUSINESS = "household_business"
    INDIVIDUAL = "individual"


class AccountChangeState(StrEnum):
    """Where a proposed change of a receiving account stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    """The vendor has confirmed; a second person has not decided yet."""
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Confirmation(StrEnum):
    """How a vendor confirmed something."""

    PIN = "pin"
    SIGNATURE = "signature"
    SPOKEN = "spoken"
    """Said aloud before a witness, recorded."""


class CodeScheme(StrEnum):
    """Whose scheme a QR code hanging at a stall follows."""

    VIETQR = "vietqr"
    VNPAY = "vnpay"
    MOMO = "momo"
    ZALOPAY = "zalopay"
    OTHER = "other"


class ExitReason(StrEnum):
    """Why a vendor refuses, is suspended or leaves; reported in these words."""

    # Source: domain.md section 6.2.

    NO_PHONE = "no_phone"
    NO_ACCOUNT = "no_account"
    TAX_CONCERN = "tax_concern"
    LOW_TRADE = "low_trade"
    FRAUD_FEAR = "fraud_fear"
    NO_TIME = "no_time"
    POOR_SIGNAL = "poor_signal"
    HAS_OTHER_QR = "has_other_qr"
    MOVED = "moved"
    CLOSED = "closed"
    OTHER = "other"


class ConsentPurpose(StrEnum):
    """What a vendor agrees to, each by a tick of its own."""

    ONBOARDING = "onboarding"
    POSTER = "poster"
    RECONCILIATION = "reconciliation"
    AGGREGATE_STATISTICS = "aggregate_statistics"
    CONTACT = "contact"


class ConsentChannel(StrEnum):
    """What proves a consent."""

    SIGNATURE = "signature"
    SPOKEN = "spoken"
    PIN = "pin"
    SHEET = "sheet"
    """A signed paper list that came in as a column of a sheet."""


class PrivacyRequestKind(StrEnum):
    """What a data subject asks for."""

    ACCESS = "access"
    CORRECTION = "correction"
    DELETION = "deletion"
    RESTRICTION = "restriction"
    WITHDRAWAL = "withdrawal"


class PrivacyRequestState(StrEnum):
    """Where a data subject's request stands."""

    RECEIVED = "received"
    ANSWERED = "answered"
    """Told whether and until when it will be done; not done yet."""
    COMPLETED = "completed"
    REFUSED = "refused"


class ImportState(StrEnum):
    """Where an import of a whole sheet stands."""

    CHECKING = "checking"
    CHECKED = "checked"
    WRITING = "writing"
    WRITTEN = "written"
    FAILED = "failed"
    UNDONE = "undone"


class CashPointKind(StrEnum):
    """Who pays cash out of accounts at a place, or takes it in."""

    MOBILE_MONEY = "mobile_money"
    WALLET_AGENT = "wallet_agent"
    BANK = "bank_branch"
    BANK_AGENT = "bank_agent"
    ATM = "atm"


class CashService(StrEnum):
    """What people can do with cash at a place; the words are the vendor's: in = into her account."""

    IN = "cash_in"
    OUT = "cash_out"
    BOTH = "cash_in_and_out"


class TeamKind(StrEnum):
    """The level a community digital-transformation team works at."""

    COMMUNE = "commune"
    HAMLET = "hamlet"


class VisitOutcome(StrEnum):
    """What came of a helper's visit to a stall."""

    HELPED = "helped"
    FOLLOW_UP = "follow_up"
    ABSENT = "absent"
    REFUSED = "refused"


class TargetUnit(StrEnum):
    """What a planned value counts."""

    PERCENT = "percent"
    VND = "vnd"
    VND_PER_MARKET_DAY = "vnd_per_market_day"
    RECEIPTS_PER_VENDOR_DAY = "receipts_per_vendor_day"


class TargetArea(StrEnum):
    """What a target is set for."""

    MARKET = "market"
    AREA = "area"
    WAVE = "wave"


class ResourceKind(StrEnum):
    """The four kinds of conditions on a 4-G model card."""

    PEOPLE = "people"
    MONEY = "money"
    TECHNIQUE = "technique"
    INSTITUTIONS = "institutions"


class ComplaintKind(StrEnum):
    """What a vendor says went wrong with money paid by QR."""

    WRONG_AMOUNT = "wrong_amount"
    PAID_TWICE = "paid_twice"
    NOT_RECEIVED = "not_received"
    WRONG_RECEIVER = "wrong_receiver"
    REFUND_ASKED = "refund_asked"
    """A customer wants money back."""
    OTHER = "other"


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    ANSWERED = "answered"
    """The vendor was told something; the matter itself may still be open."""
    SETTLED = "settled"
    DROPPED = "dropped"
    """A mistake, or taken back: nothing went wrong."""


class TaskState(StrEnum):
    """Where a task of a model card stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class EventAction(StrEnum):
    """What was done to the register. Stored as plain words, so that new ones need no migration."""

    REGISTERED = "registered"
    CHANGED = "changed"
    STATE_CHANGED = "state_changed"
    STALL_TAKEN = "stall_taken"
    STALL_LEFT = "stall_left"
    MERGED = "merged"
    MERGE_UNDONE = "merge_undone"
    SELF_PERFORMED = "self_performed"
    TEST_PAYMENT_SEEN = "test_payment_seen"
    ACCOUNT_PROPOSED = "account_proposed"
    ACCOUNT_CONFIRMED = "account_confirmed"
    ACCOUNT_DECIDED = "account_decided"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_CLOSED = "account_closed"
    CODE_SEEN = "code_seen"
    CODE_GONE = "code_gone"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    PRIVACY_REQUESTED = "privacy_requested"
    PRIVACY_ANSWERED = "privacy_answered"
    PRIVACY_EXTENDED = "privacy_extended"
    PRIVACY_COMPLETED = "privacy_completed"
    DATA_EXPORTED = "data_exported"
    DATA_ERASED = "data_erased"
    IMPORTED = "imported"
    IMPORT_UNDONE = "import_undone"
    PIN_SET = "pin_set"
    PIN_RESET = "pin_reset"
    LINK_ISSUED = "link_issued"
    LINK_REVOKED = "link_revoked"
    POSTER_ISSUED = "poster_issued"
    POSTER_INSTALLED = "poster_installed"
    POSTER_ENDED = "poster_ended"
    VISITED = "visited"
    TARGET_SET = "target_set"
    TARGET_WITHDRAWN = "target_withdrawn"
    PROGRAMME_CHANGED = "programme_changed"
    MODEL_CARD_CHANGED = "model_card_changed"
    OBJECTIVE_SET = "objective_set"
    """One objective of a version of a model card; a version's objectives are as many events."""
    TEAM_CHANGED = "team_changed"
    TEAM_ZONE_GIVEN = "team_zone_given"
    TEAM_ZONE_TAKEN = "team_zone_taken"
    AUDIT_DRAWN = "audit_drawn"
    POSTER_CHECKED = "poster_checked"
    INCIDENT_OPENED = "incident_opened"
    INCIDENT_TOLD = "incident_told"
    INCIDENT_CLOSED = "incident_closed"
    COMPLAINT_RAISED = "complaint_raised"
    COMPLAINT_MOVED = "complaint_moved"
    CALENDAR_CORRECTED = "calendar_corrected"
    PLACE_CHANGED = "place_changed"


class RequestsShown(StrEnum):
    """Which of the data subjects' requests a list shows."""

    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"
    ALL = "all"
