"""The closed lists of the engine: outcomes, reasons and rules. Source: reconciliation.md 2 to 4."""

from enum import StrEnum


class Leg(StrEnum):
    """Which two books a decision is about."""

    A = "A"
    """request and payment"""
    B = "B"
    """payment and statement line"""
    C = "C"
    """statement lines and payout"""


class Outcome(StrEnum):
    """What became of a record on a leg; each record has exactly one per leg.

    The last seven are outcomes of payouts; ``missing`` is also said of a statement line whose
    payout was due and never came.
    """

    MATCHED = "matched"
    MATCHED_WITH_DIFFERENCE = "matched_with_difference"
    MATCHED_IN_CLASS = "matched_in_class"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    MISSING_IN_STATEMENT = "missing_in_statement"
    MISSING_IN_PAYMENTS = "missing_in_payments"
    PENDING_CUT_OFF = "pending_cut_off"
    AMBIGUOUS = "ambiguous"
    UNATTRIBUTED = "unattributed"
    IGNORED = "ignored"
    NOT_APPLICABLE = "not_applicable"
    REJECTED = "rejected"
    PAID = "paid"
    SHORT = "short"
    OVER = "over"
    LATE = "late"
    RETURNED = "returned"
    MISSING = "missing"
    AMBIGUOUS_PAYOUT = "ambiguous_payout"


class Reason(StrEnum):
    """Why an outcome is not a plain match. ``NONE`` stands where nothing needs a reason."""

    NONE = ""
    AMOUNT = "amount"
    """The other side tells another amount."""
    FEE = "fee"
    """The fee charged is not the fee of the schedule."""
    TAX = "tax"
    """The tax on the fee is not the tax of the schedule."""
    ROUNDING = "rounding"
    """The amounts differ by no more than the đồng that rounding may cost."""
    CURRENCY = "currency"
    """Not đồng: kept, never converted."""
    STATUS = "status"
    """The record says that no money moved: pending, failed, cancelled."""
    LATE = "late"
    """The other side came later than the profile allows."""
    FEED_GAP = "feed_gap"
    """The other book tells nothing at all of that provider (or account) and day."""
    CUT_OFF = "cut_off"
    """Behind the cut-off, or on a day the other book does not reach yet."""
    WRONG_ACCOUNT = "wrong_account"
    """The same id and amount stand under another account."""
    REVERSED = "reversed"
    """The payment was taken back by the provider."""
    REFUND_ORPHAN = "refund_orphan"
    """It gives back a payment that neither book tells of."""
    OVER_REFUNDED = "over_refunded"
    """More was given back than the payment it names came to."""
    DISPUTE_OPEN = "dispute_open"
    """The customer disputes the payment and nothing is decided."""
    STALE_REQUEST = "stale_request"
    """Nobody paid the request before it expired."""
    REPEATED = "repeated"
    """The same id with the same money was told before."""
    OTHER_MONEY = "other_money"
    """One id is told with two amounts; also said of the line that waits for that to be cleared."""
    ID_NOT_UNIQUE = "id_not_unique"
    """An identifier that should be unique names several records."""
    SEVERAL_CODES = "several_codes"
    """The remark holds two different valid codes."""
    TIE = "tie"
    """Several records of the other book fit equally well."""
    REMARK_LOST = "remark_lost"
    """Several records fit, because the code that one book tells is lost in the other's remark."""
    SPLIT_INCOMPLETE = "split_incomplete"
    """A request was paid in parts that do not come to its amount."""
    NOT_TOLD = "not_told"
    """The other book covers the day and does not tell this record."""
    NO_ACCOUNT = "no_account"
    """The record names no account and no record with its id was found."""
    ONE_BOOK = "one_book"
    """The provider owes no second book for this leg, and none tells of the record."""
    NOT_A_PAYMENT = "not_a_payment"
    """A fee, tax, payout or other entry that only the statement tells."""
    NOT_REQUESTED = "not_requested"
    """A payment nobody asked for by a request: it came over a static code."""
    HELD_BACK = "held_back"
    """Left out of its run and paid with a later payout."""
    PAYOUT_DIFFERS = "payout_differs"
    """Its payout is short or over as a whole; the line itself is as listed."""


class Rule(StrEnum):
    """What decided, with the version of the rule. One name per pass and way of deciding."""

    VALIDATE = "validate@1"
    NO_ACCOUNT_ID = "no_account_id@1"
    PROVIDER_ID = "provider_id@1"
    STATUS = "status@1"
    REFERENCE = "reference@1"
    REFERENCE_AMOUNT = "reference_amount@1"
    CODE_REPAIR = "code_repair@1"
    REMARK = "remark@1"
    BANK_REFERENCE = "bank_reference@1"
    AMOUNT_WINDOW = "amount_window@1"
    CLASS_BY_CODE = "class_by_code@1"
    CLASS = "class@1"
    PROFILE = "profile@2"
    RESIDUAL = "residual@1"
    ORIGINAL = "original@1"
    REQUEST_REFERENCE = "request_reference@2"
    REQUEST_REPAIR = "request_repair@1"
    REQUEST_SPLIT = "request_split@1"
    PAYOUT_LISTING = "payout_listing@3"
    CUT_OFF_RUN = "cut_off_run@3"
    HELD_BACK = "held_back@2"
    PAYOUT_SUBSET = "payout_subset@1"


OUTCOMES = tuple(Outcome)
REASONS = tuple(Reason)
RULES = tuple(Rule)
OUTCOME_CODE = {outcome: code for code, outcome in enumerate(OUTCOMES)}
REASON_CODE = {reason: code for code, reason in enumerate(REASONS)}
RULE_CODE = {rule: code for code, rule in enumerate(RULES)}

MATCHED = (Outcome.MATCHED, Outcome.MATCHED_WITH_DIFFERENCE)
"""Outcomes that claim one pair."""
