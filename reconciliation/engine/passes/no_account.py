"""Records that name no account: matched by the provider's id alone, in a pass of their own.

It runs first and over all accounts, because only there can it be said that a bare id is unique.
"""

from dataclasses import replace

import numpy as np

from reconciliation.engine.coded_text import Flags
from reconciliation.engine.decisions import claim_pairs
from reconciliation.engine.keys import KeySide, SharedKeys, share_keys
from reconciliation.engine.outcomes import Outcome, Reason, Rule
from reconciliation.engine.passes.run import Run, Side
from reconciliation.engine.passes.validate import drop_repeats, pairs_of_crowds, set_aside
from reconciliation.profiles import Join


def join_without_account(run: Run) -> bool:
    """Decide every record that names no account, and what it claims; return whether there is any."""
    bare = (run.payments.book.block < 0, run.statement.book.block < 0)
    if not (bare[0].any() or bare[1].any()):
        return False
    for side in run.sides:
        set_aside(side)
    for join, users in run.ids_joined().items():
        _join(run, join, users, bare)
    for side, without in zip(run.sides, bare, strict=True):
        rest = without & side.decisions.open
        side.decisions.decide(rest, Outcome.UNATTRIBUTED, Rule.NO_ACCOUNT_ID, Reason.NO_ACCOUNT)
    return True


def _join(run: Run, join: Join, users: list[int], bare: tuple[Flags, Flags]) -> None:
    left, right = (
        _key(side, column, run.in_force(side, users))
        for side, column in zip(run.sides, join, strict=True)
    )
    shared = _about_bare(share_keys(left, right, run.hash_text), bare)
    for side, rows, groups, without in (
        (run.payments, shared.crowd_left, shared.crowd_left_group, bare[0]),
        (run.statement, shared.crowd_right, shared.crowd_right_group, bare[1]),
    ):
        own = without[rows]
        drop_repeats(side, rows[own], groups[own])
    crowd_i, crowd_j = pairs_of_crowds(run, shared, note_ties=False)
    i, j = np.concatenate([shared.left, crowd_i]), np.concatenate([shared.right, crowd_j])
    good = (bare[0][i] | bare[1][j]) & (run.payments.book.kind[i] == run.statement.book.kind[j])
    i, j = i[good], j[good]
    claim_pairs(
        run.payments.decisions,
        run.statement.decisions,
        i,
        j,
        rule=Rule.NO_ACCOUNT_ID,
        difference=run.statement.book.amount[j] - run.payments.book.amount[i],
    )


def _key(side: Side, column: str, in_force: Flags) -> KeySide:
    text = side.book.texts[column]
    rows = np.flatnonzero(side.decisions.open & side.book.live & text.present & in_force)
    return KeySide(rows, text.take(rows), side.book.provider[rows].astype(np.int64))


def _about_bare(shared: SharedKeys, bare: tuple[Flags, Flags]) -> SharedKeys:
    """Return only the groups with a record that names no account."""
    pairs = bare[0][shared.left] | bare[1][shared.right]
    size = 1 + int(
        max(shared.crowd_left_group.max(initial=-1), shared.crowd_right_group.max(initial=-1))
    )
    concerned = np.zeros(size, bool)
    concerned[shared.crowd_left_group[bare[0][shared.crowd_left]]] = True
    concerned[shared.crowd_right_group[bare[1][shared.crowd_right]]] = True
    on_left, on_right = concerned[shared.crowd_left_group], concerned[shared.crowd_right_group]
    return replace(
        shared,
        left=shared.left[pairs],
        right=shared.right[pairs],
        crowd_left=shared.crowd_left[on_left],
        crowd_left_group=shared.crowd_left_group[on_left],
        crowd_right=shared.crowd_right[on_right],
        crowd_right_group=shared.crowd_right_group[on_right],
    )
