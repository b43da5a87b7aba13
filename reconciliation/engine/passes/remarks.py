"""Pass 2: our code in the remark.

A remark that is nothing but one code (in one word, in at least one of the books) names one payment:
unique in both books, it is claimed, with a difference where the amounts differ (then the code must
be unique among all records, claimed ones too, because the amount does not confirm it). A code that
stands in a longer remark, or twice with different amounts, is claimed only with its amount.

A vendor code or a phrase names no payment; it only narrows account, amount and time. Pairs are
claimed by it after every identifier has had its say (``join_remarks``, before pass 5). Two
different vendor codes claim nothing.
"""

import numpy as np
import pyarrow as pa

from reconciliation.engine.books import KINDS
from reconciliation.engine.coded_text import Flags, Rows
from reconciliation.engine.decisions import claim_pairs
from reconciliation.engine.keys import KeySide, code_together, share_keys
from reconciliation.engine.outcomes import Outcome, Reason, Rule
from reconciliation.engine.passes.candidates import (
    Pool,
    fit_in_time,
    pool_open_records,
    within_hints,
)
from reconciliation.engine.passes.repair import repair_codes
from reconciliation.engine.passes.run import Run, Side
from reconciliation.engine.remark_codes import RemarkCodes, read_remarks, words_of

DAYS_APART_MAX = 7
"""Order codes are used again after a while; beyond this a code says nothing (feeds.md section 9)."""


def join_references(run: Run) -> None:
    """Claim pairs by what their references name, read as they are and then repaired (pass 3)."""
    rows = _open_references(run)
    if not (len(rows[0]) or len(rows[1])):
        return
    texts = [
        side.book.texts["reference"].take(row).to_arrow()
        for side, row in zip(run.sides, rows, strict=True)
    ]
    codes = read_remarks(pa.concat_arrays(texts))
    parts = [np.arange(len(rows[0])), np.arange(len(rows[0]), len(rows[0]) + len(rows[1]))]
    _remember(run, rows, codes, parts)
    _join_codes(run, rows, codes, parts, with_amount=False)
    _join_codes(run, rows, codes, parts, with_amount=True)
    _join_words(run, rows, codes, parts, texts)
    repair_codes(run, rows, codes, parts)


def join_remarks(run: Run) -> None:
    """Claim pairs that share a vendor code or phrase, amount and time, mutually unique."""
    hints = [side.hint for side in run.sides]
    if hints[0] is None or hints[1] is None:
        return
    pools = pool_open_records(run)
    told = (hints[0][pools[0].rows], hints[1][pools[1].rows])
    i, j = unique_fits(*within_hints(pools[0], pools[1], told))
    _claim(run, i, j, Rule.REMARK)


def _open_references(run: Run) -> list[Rows]:
    """Return the open records with a reference of providers that tell both books."""
    both = run.has_both_books()
    return [
        np.flatnonzero(
            side.candidates() & side.book.texts["reference"].present & run.in_force(side, both)
        )
        for side in run.sides
    ]


def _remember(run: Run, rows: list[Rows], codes: RemarkCodes, parts: list[Rows]) -> None:
    """Keep what the remarks say for the passes to come."""
    coded = (codes.vendor >= 0).any() or codes.several.any()
    for side, row, part in zip(run.sides, rows, parts, strict=True):
        side.hint = np.full(len(side.book), -1, np.int64)
        side.hint[row] = codes.hint[part]
        if not coded:
            continue
        side.vendor = np.full(len(side.book), -1, np.int64)
        side.vendor[row] = codes.vendor[part]
        side.request = np.full(len(side.book), -1, np.int64)
        side.request[row] = codes.request[part]
        side.several = np.zeros(len(side.book), bool)
        side.several[row] = codes.several[part]
        torn = row[codes.several[part]]
        nobody = np.zeros(len(torn), np.int64)
        side.note_tie(torn, nobody, Rule.REMARK, Reason.SEVERAL_CODES)


def _join_codes(
    run: Run, rows: list[Rows], codes: RemarkCodes, parts: list[Rows], *, with_amount: bool
) -> None:
    """Claim pairs of remarks that are one code; with the amount in the key on the second try."""
    keys = [
        _code_key(side, row, part, codes, side.decisions.open[row] & codes.like_code[part])
        for side, row, part in zip(run.sides, rows, parts, strict=True)
    ]
    if with_amount:
        keys = _blocks_with_amount(run, keys)
    shared = share_keys(keys[0], keys[1], run.hash_text)
    one_word = codes.names_one[np.searchsorted(rows[0], shared.left)]
    one_word |= codes.names_one[parts[1][np.searchsorted(rows[1], shared.right)]]
    i, j = _near(run, shared.left[one_word], shared.right[one_word])
    differs = run.payments.book.amount[i] != run.statement.book.amount[j]
    sure = ~differs
    is_request = codes.request[np.searchsorted(rows[0], i)] >= 0
    for chosen, read in ((differs & ~is_request, False), (differs & is_request, True)):
        sure[chosen] = _unique_everywhere(run, i[chosen], j[chosen], read=read)
    rule = Rule.REFERENCE_AMOUNT if with_amount else Rule.REFERENCE
    _claim(run, i[sure], j[sure], rule)


def _code_key(side: Side, row: Rows, part: Rows, codes: RemarkCodes, on: Flags) -> KeySide:
    block = side.book.block[row[on]].astype(np.int64) * KINDS + side.book.kind[row[on]]
    return KeySide(row[on], codes.squeezed.take(part[on]), block)


def _blocks_with_amount(run: Run, keys: list[KeySide]) -> list[KeySide]:
    amounts = [side.book.amount[key.rows] for side, key in zip(run.sides, keys, strict=True)]
    block = code_together(np.concatenate([key.block for key in keys]), np.concatenate(amounts))
    cut = len(keys[0].rows)
    return [
        KeySide(key.rows, key.text, part)
        for key, part in zip(keys, (block[:cut], block[cut:]), strict=True)
    ]


def _near(run: Run, i: Rows, j: Rows) -> tuple[Rows, Rows]:
    days = run.statement.book.day[j].astype(np.int64) - run.payments.book.day[i]
    near = np.abs(days) <= DAYS_APART_MAX
    return i[near], j[near]


def _unique_everywhere(run: Run, i: Rows, j: Rows, *, read: bool) -> Flags:
    """Return whether the reference of each pair stands once in each whole book.

    Args:
        read: compare what the references name, not how they are written.
    """
    sure = np.ones(len(i), bool)
    if not len(i):
        return sure
    for side, rows in ((run.payments, i), (run.statement, j)):
        near = np.zeros(run.blocks, bool)
        near[side.book.block[rows]] = True
        others = (side.book.block >= 0) & side.book.texts["reference"].present & side.book.live
        others &= near[side.book.block] & ~side.decisions.has(Outcome.DUPLICATE)
        others[rows] = False
        keys = [
            side.key(some, "reference", by_kind=False) for some in (rows, np.flatnonzero(others))
        ]
        if read:
            keys = _as_read(keys)
        shared = share_keys(keys[0], keys[1], run.hash_text)
        again = np.zeros(len(side.book), bool)
        again[shared.left] = True
        again[shared.crowd_left] = True
        sure &= ~again[rows]
    return sure


def _as_read(keys: list[KeySide]) -> list[KeySide]:
    """Return keys with what their remarks name in place of the remarks; those of nothing go."""
    told = read_remarks(pa.concat_arrays([key.text.to_arrow() for key in keys])).squeezed
    ends = np.cumsum([0, *(len(key.rows) for key in keys)])
    found = []
    for key, first, last in zip(keys, ends[:-1], ends[1:], strict=True):
        text = told.take(np.arange(first, last))
        on = np.flatnonzero(text.present)
        found.append(KeySide(key.rows[on], text.take(on), key.block[on]))
    return found


def _join_words(
    run: Run, rows: list[Rows], codes: RemarkCodes, parts: list[Rows], texts: list[pa.Array]
) -> None:
    """Claim pairs of a code and a longer remark that holds it as a whole word, amounts equal."""
    for memos, names in ((0, 1), (1, 0)):
        memo_side, name_side = run.sides[memos], run.sides[names]
        long = memo_side.decisions.open[rows[memos]] & ~codes.names_one[parts[memos]]
        long &= ~codes.several[parts[memos]]
        open_codes = name_side.decisions.open[rows[names]] & codes.names_one[parts[names]]
        if not (long.any() and open_codes.any()):
            continue
        of_memo = rows[memos][long]
        words, owner = words_of(texts[memos].filter(pa.array(long)))
        block = (
            memo_side.book.block[of_memo].astype(np.int64) * KINDS + memo_side.book.kind[of_memo]
        )
        word_key = KeySide(np.arange(len(owner)), words, block[owner])
        name_key = _code_key(name_side, rows[names], parts[names], codes, open_codes)
        shared = share_keys(word_key, name_key, run.hash_text)
        found = np.bincount(owner[shared.left], minlength=len(of_memo))
        torn = of_memo[found > 1]
        memo_side.note_tie(torn, found[found > 1], Rule.REFERENCE_AMOUNT, Reason.SEVERAL_CODES)
        one = found[owner[shared.left]] == 1
        pair = of_memo[owner[shared.left[one]]], shared.right[one]
        i, j = _near(run, *(pair if memos == 0 else pair[::-1]))
        equal = run.payments.book.amount[i] == run.statement.book.amount[j]
        _claim(run, i[equal], j[equal], Rule.REFERENCE_AMOUNT)


def unique_fits(left: Pool, right: Pool) -> tuple[Rows, Rows]:
    """Return the records that fit each other and nothing else, pair by pair."""
    fits, back = fit_in_time(left, right)
    one = np.flatnonzero(fits.count == 1)
    one = one[back.count[fits.only[one]] == 1]
    return left.rows[one], right.rows[fits.only[one]]


def _claim(run: Run, i: Rows, j: Rows, rule: Rule) -> None:
    payments, statement = run.payments, run.statement
    difference = statement.book.amount[j] - payments.book.amount[i]
    claim_pairs(payments.decisions, statement.decisions, i, j, rule=rule, difference=difference)
