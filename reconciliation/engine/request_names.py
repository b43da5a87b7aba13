"""Which payments name which requests: what leg A decides on.

A payment names a request of its account when its whole reference is the request's, when a request's
reference with check characters stands anywhere in it, or when the request's reference is one of its
words. A word of few characters, or of figures alone, may be anything: it names a request only if
the amounts are equal.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.engine.books import CREDIT, CodedBook, CodedRequests
from reconciliation.engine.coded_text import Codes, Flags, HashText, Rows, join_texts
from reconciliation.engine.decisions import Decisions
from reconciliation.engine.keys import KeySide, code_together, share_keys
from reconciliation.engine.near_codes import find_near_codes
from reconciliation.engine.passes.givebacks import is_give_back
from reconciliation.engine.remark_codes import RemarkCodes, read_remarks, words_of

WORD_LENGTH_MIN = 6
"""From this length on a word of letters and figures names a request whatever the amount."""


@dataclass(frozen=True, slots=True)
class Named:
    """Pairs of rows (request, payment). ``crowded``: requests whose reference another one has too,
    each with the number of payments that name it, and those payments with the number of requests.
    """

    request: Rows
    payment: Rows
    crowded: tuple[Rows, Codes]
    crowding: tuple[Rows, Codes]


@dataclass(frozen=True, slots=True)
class RequestBooks:
    """Open requests and payments of their accounts, with what their references say.

    ``codes`` are those of the requests and behind them of the payments.
    """

    requests: CodedRequests
    payments: CodedBook
    asked: Rows
    paid: Rows
    remarks: pa.Array
    codes: RemarkCodes

    def named(self, hash_text: HashText) -> Named:
        """Return who names whom by a reference as it is written."""
        cut = len(self.asked)
        told = self.codes.squeezed.present
        here = np.flatnonzero(told[:cut])
        whole = np.flatnonzero(told[cut:])
        words, owner = words_of(self.remarks)
        sure = ~self.codes.several[cut:][owner]
        words, owner = words.take(np.flatnonzero(sure)), owner[sure]
        text = join_texts(self.codes.squeezed.take(cut + whole), words)
        of_name = np.concatenate([whole, owner])
        shared = share_keys(
            KeySide(np.arange(len(of_name)), text, self.payments.block[self.paid[of_name]]),
            KeySide(here, self.codes.squeezed.take(here), self.requests.block[self.asked[here]]),
            hash_text,
        )
        groups = (shared.crowd_left_group, shared.crowd_right_group)
        size = 1 + int(max(group.max(initial=-1) for group in groups))
        requests_of = np.bincount(groups[1], minlength=size)
        single = np.full(size, -1, np.int64)
        single[groups[1]] = shared.crowd_right
        single[requests_of != 1] = -1
        one = single[groups[0]] >= 0
        name = np.concatenate([shared.left, shared.crowd_left[one]])
        place = np.concatenate([shared.right, single[groups[0][one]]])
        request, payment = self._sure(name, place, of_name, len(whole))
        names_of = np.bincount(groups[0], minlength=size)
        clash = (requests_of > 1) & (names_of > 0)
        left, right = clash[groups[0]], clash[groups[1]]
        return Named(
            request,
            payment,
            (self.asked[shared.crowd_right[right]], names_of[groups[1][right]]),
            (self.paid[of_name[shared.crowd_left[left]]], requests_of[groups[0][left]]),
        )

    def nearly_named(self, is_open: tuple[Flags, Flags]) -> tuple[Rows, Rows]:
        """Return pairs (request, payment) of equal amount, but for one character of a reference.

        Args:
            is_open: per book the records, by row, that nothing is decided about.
        """
        cut = len(self.asked)
        here = np.flatnonzero(is_open[0][self.asked] & (self.codes.request[:cut] >= 0))
        mangled = (self.codes.request[cut:] < 0) & ~self.codes.several[cut:]
        there = np.flatnonzero(is_open[1][self.paid] & mangled)
        request, payment = self.asked[here], self.paid[there]
        group = code_together(
            np.concatenate([self.requests.block[request], self.payments.block[payment]]),
            np.concatenate([self.requests.amount[request], self.payments.amount[payment]]),
        )
        near = find_near_codes(
            self.codes.squeezed.take(here),
            group[: len(here)],
            self.codes.squeezed.take(cut + there),
            group[len(here) :],
        )
        return request[near.code], payment[near.remark]

    def _sure(self, name: Rows, place: Rows, of_name: Rows, whole: int) -> tuple[Rows, Rows]:
        """Return the distinct pairs of rows, but those of a weak word and another amount."""
        request, payment = self.asked[place], self.paid[of_name[name]]
        equal = self.requests.amount[request] == self.payments.amount[payment]
        sure = equal | (name < whole) | self._is_strong_word()[place]
        pair = np.unique(np.stack([request[sure], payment[sure]]), axis=1)
        return pair[0], pair[1]

    def _is_strong_word(self) -> Flags:
        text = self.codes.squeezed.take(np.arange(len(self.asked))).to_arrow()
        strong = pc.and_(
            pc.match_substring_regex(text, f"^.{{{WORD_LENGTH_MIN},}}$"),
            pc.and_(
                pc.match_substring_regex(text, "[A-Z]"), pc.match_substring_regex(text, "[0-9]")
            ),
        )
        return np.asarray(strong.to_numpy(zero_copy_only=False))


def read_request_books(
    requests: CodedRequests, payments: CodedBook, decisions: tuple[Decisions, Decisions]
) -> RequestBooks:
    """Return the open requests with a reference, and the open credits of their accounts."""
    asked = np.flatnonzero(decisions[0].open & requests.reference.present)
    wanted = np.zeros(
        1 + int(max(book.block.max(initial=0) for book in (requests, payments))), bool
    )
    wanted[requests.block[asked]] = True
    remark = payments.texts["reference"]
    paid = decisions[1].open & remark.present & (payments.block >= 0) & (payments.kind == CREDIT)
    paid &= ~is_give_back(payments)
    paid_rows = np.flatnonzero(paid)
    paid_rows = paid_rows[wanted[payments.block[paid_rows]]]
    remarks = remark.take(paid_rows).to_arrow()
    texts = pa.concat_arrays([requests.reference.take(asked).to_arrow(), remarks])
    return RequestBooks(requests, payments, asked, paid_rows, remarks, read_remarks(texts))
