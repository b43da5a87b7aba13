"""What the money reports are made of: sums by source, where the money is, what is not settled."""

from datetime import date

from market.reports.view import View


class SourceAmounts(View):
    """What one ledger told of a day or a month, and where that money is; đồng.

    ``net_vnd`` = gross - refunds - fees - tax = in_bank + shared + to_come + overdue + in_question + untold.
    Summed over all sources each amount is that of the whole report.
    """

    ledger: str
    name: str
    payments: int
    gross_vnd: int
    refunds_vnd: int
    fees_vnd: int
    tax_vnd: int
    net_vnd: int
    matched_vnd: int
    """The part of gross that both books tell, or that only one can."""
    pending_vnd: int
    """Announced, in no statement yet; added to nothing."""
    in_bank_vnd: int
    """In the vendor's account: paid there at once, or by a payout that came to the đồng."""
    shared_vnd: int
    """Paid by such a payout to an account that several vendors share."""
    to_come_vnd: int
    """With the provider: no statement that could show its payout has come yet."""
    overdue_vnd: int
    """Its payout was due and is in no statement."""
    in_question_vnd: int
    """Its payout came to something else, or it cannot be told which payout it is in."""
    untold_vnd: int
    """Nobody tells when this ledger pays out."""
    takes_fee_from_payout: bool
    """The provider takes its fee from each payout as a whole, so that it stands in no line here."""


class ExpectedView(View):
    """Money on its way to the account, by the day it is due."""

    on: date | None
    """``None`` = the contract on file names no day."""
    ledger: str
    name: str
    amount_vnd: int


class PayoutView(View):
    """Money that arrived in the account for many receipts at once."""

    on: date
    ledger: str
    """Empty = it stands against no receipt."""
    name: str
    sales_from: date | None
    sales_to: date | None
    paid_for_vnd: int | None
    """What the receipts it pays come to; ``None`` = it stands against none."""
    kept_vnd: int | None
    """``paid_for_vnd`` less what arrived: what the provider kept from the payout as a whole."""
    amount_vnd: int


class IssueView(View):
    """One kind of thing that is not settled, in one sentence, with how much hangs on it."""

    outcome: str
    reason: str
    sentence_vi: str
    sentence_en: str
    records: int
    amount_vnd: int
