"""What readers made of a folder of samples against what its EXPECTED files and FAULTS say, line by line.

Pure: lines in, differences out. Lines are told apart by file, case and row, a payout by its id as well;
of several under one name the first is compared with the first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

Line = Mapping[str, Mapping[str, Any]]
Facts = Mapping[str, Any]

EXPECTED = {
    "record": "EXPECTED_transactions.jsonl",
    "statement": "EXPECTED_settlements.jsonl",
    "webhook": "EXPECTED_webhooks.jsonl",
}
"""By kind of line: the file of what is expected."""
FAULTS = "faults/FAULTS.jsonl"
_NAMES = ("file", "case", "row", "settlement_id")
_OF_FAULT = ("file", "action", "reason")
_ABSENT = "(absent)"


class Difference(NamedTuple):
    """One line that is not as expected: its name, and by field what was expected and what was found."""

    golden: str
    """The file that expects it."""
    name: str
    fields: Mapping[str, tuple[Any, Any]]
    """Empty = one of the two has no such line."""
    is_missing: bool = False
    is_unexpected: bool = False


class Conformity(NamedTuple):
    """How many lines were compared, by the file that expects them, and those that differ."""

    compared: Mapping[str, int]
    differences: Sequence[Difference]


def compare(
    lines: Iterable[Line],
    faults: Iterable[Line],
    *,
    expected: Mapping[str, Sequence[Facts]],
    expected_faults: Sequence[Facts],
) -> Conformity:
    """Return how the lines of ``conform`` and ``fault_lines`` differ from what is expected.

    Args:
        expected: by file of ``EXPECTED``; a file that is not there expects nothing and is left out.
    """
    found: dict[str, list[Facts]] = defaultdict(list)
    for line in lines:
        ((kind, facts),) = line.items()
        found[kind].append(facts)
    differences: list[Difference] = []
    compared: dict[str, int] = {}
    for kind, golden in EXPECTED.items():
        if golden in expected:
            differences += _differences(golden, found[kind], expected[golden])
            compared[golden] = len(expected[golden])
    told = [_part(line["file"], _OF_FAULT) for line in faults]
    differences += _differences(FAULTS, told, [_part(one, _OF_FAULT) for one in expected_faults])
    compared[FAULTS] = len(expected_faults)
    return Conformity(compared, differences)


def _part(facts: Facts, fields: Sequence[str]) -> Facts:
    return {name: facts.get(name) for name in fields}


def _differences(
    golden: str, found: Sequence[Facts], expected: Sequence[Facts]
) -> Iterator[Difference]:
    by_name: dict[str, tuple[list[Facts], list[Facts]]] = defaultdict(lambda: ([], []))
    for place, facts in enumerate((expected, found)):
        for one in facts:
            by_name[_name(one)][place].append(one)
    for name, pairs in by_name.items():
        for due, here in zip_longest(*pairs):
            if due is None or here is None:
                yield Difference(
                    golden, name, {}, is_missing=here is None, is_unexpected=due is None
                )
            elif fields := _fields(due, here):
                yield Difference(golden, name, fields)


def _name(facts: Facts) -> str:
    return " ".join(str(facts[name]) for name in _NAMES if facts.get(name) is not None)


def _fields(due: Facts, here: Facts) -> dict[str, tuple[Any, Any]]:
    return {
        name: (due.get(name, _ABSENT), here.get(name, _ABSENT))
        for name in dict.fromkeys([*due, *here])
        if due.get(name, _ABSENT) != here.get(name, _ABSENT)
    }
