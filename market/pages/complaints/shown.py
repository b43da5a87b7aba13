"""What the two forms for a complaint have in common: their fields, read and offered."""

from collections.abc import Callable
from typing import Any

from market.i18n import Translator
from market.i18n.complaint_words import KINDS, NO_MONEY_MOVES, STATE_FLAGS, STATES
from market.pages.campaigns.forms import kind_in
from market.pages.entries import options, read_day, read_number
from market.pages.forms import Form
from merchants.complaints.raising import SAID_CHARS_MAX, NewComplaint
from merchants.kinds import ComplaintKind

FIELDS = {
    "kind": "loai",
    "happened_on": "ngay",
    "amount_vnd": "tien",
    "stall_code": "gian",
    "said": "noi",
}
"""Names of the register's fields to those of the form."""
_AMOUNT_DIGITS_MAX = 12


def read_complaint(form: Form) -> Callable[[], NewComplaint]:
    """Say what is wrong with the fields; return what makes the complaint when nothing is."""
    kind = kind_in(form, "loai", ComplaintKind, needed="Chọn một việc đã xảy ra")
    happened_on = read_day(form, "ngay", is_needed=True)
    amount = read_number(form, "tien", digits_max=_AMOUNT_DIGITS_MAX)

    def made() -> NewComplaint:
        assert kind is not None
        assert happened_on is not None
        return NewComplaint(
            kind=kind,
            happened_on=happened_on,
            amount_vnd=amount,
            stall_code=form.value("gian").upper(),
            said=form.value("noi"),
        )

    return made


def form_words(stalls: list[str]) -> dict[str, Any]:
    """Return what the form's page needs beside the form."""

    def stall_options(_: Translator) -> list[tuple[str, str]]:
        return [("", _("Không rõ")), *((code, code) for code in stalls)]

    return {
        "kinds": KINDS,
        "kind_options": lambda _: [("", _("Chọn một việc")), *options(KINDS, _)],
        "stall_options": stall_options,
        "SAID_CHARS_MAX": SAID_CHARS_MAX,
        **list_words(),
    }


def list_words() -> dict[str, Any]:
    """Return the words of complaints that are shown."""
    return {
        "kinds": KINDS,
        "states": STATES,
        "flags": STATE_FLAGS,
        "no_money_moves": NO_MONEY_MOVES,
    }
