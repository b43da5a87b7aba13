"""Which cells of linked tables to hide, so that none of the unsafe ones can be worked out.

Deterministic and greedy, then checked: hide what is unsafe; hide more in every sum whose hidden
parts together would be unsafe; then let the audit compute an attacker's bounds, and hide more where
they are too close, until none is. What was hidden earlier in the year stays hidden, and what was
shown is shown already: it can be hidden no more, and everything else must make up for it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from market.adoption.disclosure.audit import Reach, reach_of_hidden
from market.adoption.disclosure.hidden import Hidden
from market.adoption.disclosure.rules import CellRule
from market.adoption.disclosure.tables import Key, LinkedTables, Sum
from market.adoption.errors import AdoptionError


class TablesNotProtectable(AdoptionError):
    """What was published before gives an unsafe cell away, whatever is hidden now."""

    def __init__(self, keys: Sequence[Key]) -> None:
        named = ", ".join("/".join(key) for key in keys)
        super().__init__(f"cells already published give these away: {named}")
        self.keys = tuple(keys)


@dataclass(frozen=True)
class Pattern:
    """For each cell of the tables whether it is shown, and why not."""

    hidden: Mapping[Key, Hidden]
    """The cells that are not shown."""

    def __getitem__(self, key: Key) -> Hidden:
        return self.hidden.get(key, Hidden.NO)

    def beside(self, keys: Collection[Key]) -> "Pattern":
        """Return the pattern with cells hidden that are no secret; no other cell rests on them."""
        return Pattern(
            dict(sorted({**dict.fromkeys(keys, Hidden.SECONDARY), **self.hidden}.items()))
        )


def protect(
    tables: LinkedTables,
    rule: CellRule,
    *,
    hidden_before: Collection[Key] = (),
    shown_before: Collection[Key] = (),
    covered: Collection[Key] | None = None,
    told_below: int | None = None,
) -> Pattern:
    """Return which cells to hide.

    Args:
        hidden_before: cells to hide whatever they are: the pattern of earlier periods, or of a
            product for readers who may see more.
        shown_before: cells that are published already.
        covered: cells with data coverage enough to be shown; ``None`` = all. Others are hidden, as
            unsafe ones but without a protection level: they are no secret, only no figure.
        told_below: unsafe cells are told as "<5": an attacker knows them to lie between 1 and 4, and
            all there is to keep is which of these they are.

    Raises:
        TablesNotProtectable: what is shown already gives an unsafe cell away.
    """
    shown = frozenset(shown_before)
    unsafe = [key for key, cell in tables.cells.items() if rule.is_unsafe(cell.contributions)]
    given_away = sorted(set(unsafe) & shown)
    if given_away:
        raise TablesNotProtectable(given_away)
    why = dict.fromkeys(unsafe, Hidden.PRIMARY)
    uncovered = [key for key in tables.cells if covered is not None and key not in covered]
    for key in [*hidden_before, *uncovered]:
        if key in tables.cells and key not in shown:
            why.setdefault(key, Hidden.SECONDARY)
    levels = {key: rule.protection_level(tables.cells[key].contributions) for key in unsafe}
    limits = dict.fromkeys(unsafe, (1, told_below - 1)) if told_below else {}
    chosen = _Chosen(tables, why, shown, rule, limits)
    chosen.close_sums()
    for key, level in sorted(levels.items()):
        # The more is hidden, the wider are all bounds: who is protected once stays so.
        while not chosen.is_protected(key, None if told_below else level):
            chosen.hide_one_beside(key)
    chosen.close_told_totals()
    return Pattern(dict(sorted(chosen.why.items())))


class _Chosen:
    """The cells hidden so far."""

    def __init__(
        self,
        tables: LinkedTables,
        why: dict[Key, Hidden],
        shown: frozenset[Key],
        rule: CellRule,
        limits: Mapping[Key, tuple[int, int]],
    ) -> None:
        self.tables, self.why = tables, why
        self._shown, self._rule, self._limits = shown, rule, limits
        self._told: set[Key] = set()
        """Hidden totals that the other cells tell all the same."""
        self._sums_of: dict[Key, list[Sum]] = {}
        for one in tables.sums:
            for key in (one.total, *one.parts):
                self._sums_of.setdefault(key, []).append(one)

    def is_protected(self, key: Key, level: Fraction | None) -> bool:
        """Say whether an attacker's bounds of a hidden cell are wide enough.

        Args:
            level: how far they must stay away; ``None`` = they must not tell it exactly.
        """
        reach = self._reach(key)
        if level is None:
            return not reach.is_one_value
        return reach.protects(self.tables.cells[key].value, level)

    def close_sums(self) -> None:
        """Hide more until in no sum the hidden parts together tell an unsafe aggregate.

        Where a total is shown, so is the sum of its hidden parts. This also keeps two hidden cells
        of one contributor each from telling each other: both know their own.

        Raises:
            TablesNotProtectable: all else of such a sum is shown already.
        """
        waiting = True
        while waiting:
            waiting = False
            for one in self.tables.sums:
                while self._is_open(one):
                    self._hide_next(one)
                    waiting = True

    def close_told_totals(self) -> None:
        """Do the same for totals that are hidden in vain: other sums tell them exactly."""
        looked_at: set[Key] = set()
        while todo := sorted(self._hidden_totals() - looked_at):
            looked_at.update(todo)
            for key in todo:
                while self._reach(key).is_one_value:
                    self._told.add(key)
                    if not any(self._is_open(one) for one in self._totalled(key)):
                        break
                    self._told.discard(key)
                    self.hide_one_beside(key)

    def _hidden_totals(self) -> set[Key]:
        return {
            one.total
            for one in self.tables.sums
            if one.total in self.why and any(key in self.why for key in one.parts)
        }

    def _totalled(self, key: Key) -> list[Sum]:
        return [one for one in self._sums_of[key] if one.total == key]

    def _reach(self, key: Key) -> Reach:
        return reach_of_hidden(self.tables, self.why, [key], limits=self._limits)[key]

    def hide_one_beside(self, key: Key) -> None:
        """Hide one more cell among those a cell's bounds come from, and what that asks for.

        Inner cells before margins, near ones before far ones, small ones before large ones.

        Raises:
            TablesNotProtectable: all of them are hidden, or shown already.
        """
        seen = {key}
        near, distance = [key], 0
        candidates: dict[Key, int] = {}
        while near:
            touched = {
                cell
                for hidden in near
                for one in self._sums_of.get(hidden, ())
                for cell in (one.total, *one.parts)
            }
            for cell in touched:
                if self._may_hide(cell):
                    candidates.setdefault(cell, distance)
            near = sorted(cell for cell in touched if cell in self.why and cell not in seen)
            seen |= set(near)
            distance += 1
        if not candidates:
            raise TablesNotProtectable([key])
        best = min(
            candidates, key=lambda cell: (self._level(cell), candidates[cell], *self._cost(cell))
        )
        self.why[best] = Hidden.SECONDARY
        self.close_sums()

    def _is_open(self, one: Sum) -> bool:
        # What the others tell all the same is as good as shown.
        parts = [key for key in one.parts if key in self.why and key not in self._told]
        if one.total in self.why and one.total not in self._told:
            return self.why[one.total] is Hidden.PRIMARY and not parts
        # Together safe cells are safe; so only a sum with an unsafe part needs a look.
        is_secret = any(self.why[key] is Hidden.PRIMARY for key in parts)
        return is_secret and self._rule.is_unsafe(self.tables.union(parts))

    def _hide_next(self, one: Sum) -> None:
        """Hide the cheapest shown part of a sum, or its total."""
        parts = [key for key in one.parts if self._may_hide(key)]
        if not parts and not self._may_hide(one.total):
            raise TablesNotProtectable([key for key in one.parts if key in self.why])
        best = min(parts, key=self._cost) if parts else one.total
        self.why[best] = Hidden.SECONDARY

    def _may_hide(self, key: Key) -> bool:
        """Say whether hiding a cell would help: one of 0 tells of nobody, and that may be known."""
        return key not in self.why and key not in self._shown and bool(self.tables.cells[key].value)

    def _level(self, key: Key) -> int:
        """Return of how many sums a cell is the total: 0 for an inner cell."""
        return sum(one.total == key for one in self._sums_of.get(key, ()))

    def _cost(self, key: Key) -> tuple[int, Key]:
        return self.tables.cells[key].value, key
