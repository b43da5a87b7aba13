"""What the pages on breaks have in common: words, the fields of a proposal, refusals as sentences."""

from collections.abc import Callable
from typing import Any

from market.i18n.break_words import (
    ACTIONS,
    BOOKS,
    MONEY_STATES,
    OUTCOMES,
    RESOLUTIONS,
    STATE_FLAGS,
    STATES,
    account_tail,
    provider_name,
    rule_words,
)
from market.pages.campaigns.forms import kind_in
from market.pages.entries import read_day
from market.pages.forms import Form
from merchants.errors import EntryRefused
from reconciliation.breaks.deciding import NOTE_CHARS_MAX, Passed, Proposal
from reconciliation.breaks.resolutions import Resolution
from reconciliation.breaks.why_not import WhyNot
from reconciliation.errors import BreakStepRefused, SecondPairNeeded

FIELDS = {"note": "ghi_chu", "until_on": "den_ngay", "breaks": "khoan", "resolution": "cach"}
"""Names of the queue's fields to those of the forms."""
SEEN_PROPOSAL = "da_xem"
"""The field that says which proposals the page showed; a newer one is not decided on unread."""
WORDS: dict[str, Any] = {
    "actions": ACTIONS,
    "books": BOOKS,
    "flags": STATE_FLAGS,
    "money_states": MONEY_STATES,
    "outcomes": OUTCOMES,
    "provider_name": provider_name,
    "resolutions": RESOLUTIONS,
    "rule_words": rule_words,
    "states": STATES,
    "tail": account_tail,
    "NOTE_CHARS_MAX": NOTE_CHARS_MAX,
    "SEEN_PROPOSAL": SEEN_PROPOSAL,
}


def read_proposal(form: Form) -> Callable[[], Proposal]:
    """Say what is wrong with the fields; return what makes the proposal when nothing is."""
    resolution = kind_in(form, "cach", Resolution, needed="Chọn một cách xử lý")
    until = read_day(form, "den_ngay") if resolution is Resolution.WAIT else None

    def made() -> Proposal:
        assert resolution is not None
        return Proposal(resolution=resolution, until_on=until, note=form.value("ghi_chu"))

    return made


def told_refusals(act: Callable[[], Passed | None], field: str) -> Callable[[], Passed | None]:
    """Return what does the same, its refusals as sentences beside a field of the form."""

    def told() -> Passed | None:
        try:
            return act()
        except BreakStepRefused as refusal:
            raise EntryRefused({field: refusal.reason}) from None
        except SecondPairNeeded:
            raise EntryRefused({field: WhyNot.OWN.value}) from None

    return told
