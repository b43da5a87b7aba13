"""Pass 3: our code in a remark in which a bank changed one character.

Only codes with check characters are repaired: no such code becomes another by one character, while
an order number is one character away from the next order. A remark that holds a valid code is not
repaired, and a repair must be the only one, both ways, among the open codes of its account,
direction and amount. A vendor's code names no payment: repaired, it narrows account, amount and
time as one does that was read as it is. Source: reconciliation.md sections 0 and 2.
"""

import numpy as np
import pyarrow as pa

from merchants.vendor_code import write_vendor_code
from reconciliation.engine.books import KINDS
from reconciliation.engine.coded_text import Codes, Flags, Rows, code_text
from reconciliation.engine.decisions import claim_pairs
from reconciliation.engine.keys import code_together
from reconciliation.engine.near_codes import find_near_codes
from reconciliation.engine.outcomes import Rule
from reconciliation.engine.passes.run import Run, Side
from reconciliation.engine.remark_codes import RemarkCodes

DAYS_APART_MAX = 7
"""Further apart a code that had to be repaired says nothing."""


def repair_codes(run: Run, rows: list[Rows], codes: RemarkCodes, parts: list[Rows]) -> None:
    """Claim pairs of a request's reference and a remark that nearly holds it.

    Args:
        rows: per book the records whose remarks were read.
        codes: what they name, both books behind each other.
        parts: per book the places of its remarks in ``codes``.
    """
    if not (codes.vendor >= 0).any():
        return
    groups = _groups(run, rows)
    _repair_requests(run, rows, codes, parts, groups)
    _repair_vendors(run, rows, codes, parts, groups)


def _repair_requests(
    run: Run, rows: list[Rows], codes: RemarkCodes, parts: list[Rows], groups: list[Codes]
) -> None:
    mangled = (codes.request < 0) & ~codes.several & codes.squeezed.present
    pairs: list[tuple[Rows, Rows]] = []
    for here, there in ((0, 1), (1, 0)):
        named = np.flatnonzero(
            _open(run.sides[here], rows[here]) & (codes.request[parts[here]] >= 0)
        )
        asked = np.flatnonzero(_open(run.sides[there], rows[there]) & mangled[parts[there]])
        near = find_near_codes(
            codes.squeezed.take(parts[here][named]),
            groups[here][named],
            codes.squeezed.take(parts[there][asked]),
            groups[there][asked],
        )
        pair = (rows[here][named[near.code]], rows[there][asked[near.remark]])
        pairs.append(pair if here == 0 else pair[::-1])
    i, j = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    days = run.statement.book.day[j].astype(np.int64) - run.payments.book.day[i]
    sure = (np.bincount(i)[i] == 1) & (np.bincount(j)[j] == 1) & (np.abs(days) <= DAYS_APART_MAX)
    i, j = i[sure], j[sure]
    claim_pairs(
        run.payments.decisions,
        run.statement.decisions,
        i,
        j,
        rule=Rule.CODE_REPAIR,
        difference=np.zeros(len(i), np.int64),
    )


def _repair_vendors(
    run: Run, rows: list[Rows], codes: RemarkCodes, parts: list[Rows], groups: list[Codes]
) -> None:
    """Write into remarks without a vendor code the one that they nearly hold."""
    mangled = (codes.vendor < 0) & ~codes.several & codes.squeezed.present
    for here, there in ((0, 1), (1, 0)):
        side = run.sides[there]
        named = np.flatnonzero(
            _open(run.sides[here], rows[here]) & (codes.vendor[parts[here]] >= 0)
        )
        asked = np.flatnonzero(_open(side, rows[there]) & mangled[parts[there]])
        if not (len(named) and len(asked)):
            continue
        vendor = codes.vendor[parts[here][named]]
        both = code_together(groups[here][named], vendor)
        _, first = np.unique(both, return_index=True)
        vendor, group = vendor[first], groups[here][named[first]]
        numbers, place = np.unique(vendor, return_inverse=True)
        texts = code_text(pa.array([write_vendor_code(number) for number in numbers.tolist()]))
        near = find_near_codes(
            texts.take(place),
            group,
            codes.squeezed.take(parts[there][asked]),
            groups[there][asked],
        )
        alone = np.bincount(near.remark, minlength=len(asked))[near.remark] == 1
        found = rows[there][asked[near.remark[alone]]]
        assert side.vendor is not None
        assert side.hint is not None
        side.vendor[found] = side.hint[found] = vendor[near.code[alone]]


def _groups(run: Run, rows: list[Rows]) -> list[Codes]:
    """Return account, direction and amount of each record as one code, the same in both books."""
    block = [
        side.book.block[row].astype(np.int64) * KINDS + side.book.kind[row]
        for side, row in zip(run.sides, rows, strict=True)
    ]
    amount = [side.book.amount[row] for side, row in zip(run.sides, rows, strict=True)]
    group = code_together(np.concatenate(block), np.concatenate(amount))
    return np.split(group, [len(rows[0])])


def _open(side: Side, rows: Rows) -> Flags:
    still: Flags = side.decisions.open[rows]
    return still
