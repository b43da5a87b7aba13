"""The figures of a day, and which outcomes no figure counts; ``reconciliation.close.daily`` says what each is."""

COUNTS = ("payments", "refunds", "matched", "pending", "unexplained")
AMOUNTS = (
    "gross_vnd",
    "refunds_vnd",
    "fees_vnd",
    "tax_vnd",
    "matched_vnd",
    "pending_vnd",
    "unexplained_vnd",
    "paid_out_vnd",
)
MEASURES = COUNTS + AMOUNTS
MARKET_DAY_AMOUNTS = (*AMOUNTS, "net_vnd")
EXPLAINED_FIGURES = tuple(name for name in MARKET_DAY_AMOUNTS if name != "paid_out_vnd")
"""What a bridge explains record by record; payouts are told by the version's payout outcomes."""

NOT_COUNTED = frozenset({"duplicate", "conflict", "rejected", "ignored"})
"""Outcomes of records that are in no sum."""
