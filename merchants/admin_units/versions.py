"""Which versions of administrative units a list adds, changes or ends; values in, values out.

Codes were reused in 2025, so a unit is (level, code, the day it began). What is planned here keeps
every day in at most one version of a code: a list that says otherwise loses that line, with a reason.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from merchants.admin_units.words import full_name
from merchants.kinds import AdminLevel
from merchants.sentences import Sentence

BEGINNING = date(1900, 1, 1)
"""The first day of a unit whose own first day no source tells: before these records."""

_ONE_DAY = timedelta(days=1)
_Key = tuple[AdminLevel, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitVersion:
    """One unit under one code from a day on; ``valid_to`` is its last day, ``None`` = still."""

    level: AdminLevel
    code: str
    name: str
    kind_name: str = ""
    parent_code: str = ""
    valid_from: date
    valid_to: date | None = None
    legal_basis: str = ""
    source: str = ""

    @property
    def full_name(self) -> str:
        """Return the name with its kind, such as ``Xã Mậu A``."""
        return full_name(self.kind_name, self.name)

    def covers(self, day: date) -> bool:
        """Return whether the unit stood on the day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A version as a line of a list tells it."""

    line: int
    unit: UnitVersion
    is_new_territory: bool = False
    """The borders changed on the day, even if name and parent did not."""


@dataclass(slots=True)
class UnitPlan:
    """What a list does to the known units.

    ``ended`` are versions whose last day is now known; ``unchanged`` counts what the list repeats.
    """

    added: list[UnitVersion] = field(default_factory=list)
    changed: list[UnitVersion] = field(default_factory=list)
    ended: list[UnitVersion] = field(default_factory=list)
    unchanged: int = 0
    rejects: dict[int, str] = field(default_factory=dict)
    """By line of the list, one Vietnamese sentence."""


def plan_units(
    known: Iterable[UnitVersion], listed: Sequence[ListedUnit], *, is_complete: bool = False
) -> UnitPlan:
    """Return what a list adds to the known units.

    A version that only repeats what is known of its days is unchanged. A new version ends the open
    one before it. A version without a last day ends before the next known one.

    Args:
        is_complete: the list names every unit that stands from its first day on; open units it
            does not name ended the day before. Only for a list with one first day.
    """
    timelines: dict[_Key, dict[date, UnitVersion]] = defaultdict(dict)
    for version in known:
        timelines[version.level, version.code][version.valid_from] = version
    plan = UnitPlan()
    before = {key: dict(timeline) for key, timeline in timelines.items()}
    for one in sorted(listed, key=lambda each: (each.unit.valid_from, each.line)):
        timeline = timelines[one.unit.level, one.unit.code]
        fault = _place(one, timeline)
        if fault:
            plan.rejects[one.line] = fault
        else:
            plan.unchanged += 1
    if is_complete and listed:
        _end_the_rest(timelines, listed)
    _tell(plan, before, timelines)
    plan.unchanged -= len(plan.added) + len(plan.changed)
    return plan


def _place(one: ListedUnit, timeline: dict[date, UnitVersion]) -> str:
    """Put a version into the timeline of its code; return why it cannot be, empty if it can."""
    unit = one.unit
    if unit.valid_to is not None and unit.valid_to < unit.valid_from:
        return Sentence(
            "mã {code}: ngày cuối {last:%d/%m/%Y} đứng trước ngày đầu {first:%d/%m/%Y}",
            code=unit.code,
            last=unit.valid_to,
            first=unit.valid_from,
        )
    same = timeline.get(unit.valid_from)
    if same is not None:
        return _mend(unit, same, timeline)
    earlier = [version for day, version in timeline.items() if day < unit.valid_from]
    previous = max(earlier, key=lambda version: version.valid_from, default=None)
    if previous is not None and not one.is_new_territory and _only_repeats(unit, previous):
        return ""
    if previous is not None and previous.covers(unit.valid_from):
        if previous.valid_to is not None:
            return _overlap(unit, previous)
        timeline[previous.valid_from] = replace(previous, valid_to=unit.valid_from - _ONE_DAY)
    return _until_the_next(unit, timeline)


def _mend(unit: UnitVersion, same: UnitVersion, timeline: dict[date, UnitVersion]) -> str:
    """Take over what the list says better about a version known from the same day."""
    # No last day in a list means "not told": a later list may have ended the unit already.
    told = replace(
        unit,
        valid_to=same.valid_to if unit.valid_to is None else unit.valid_to,
        legal_basis=unit.legal_basis or same.legal_basis,
        kind_name=unit.kind_name or same.kind_name,
        parent_code=unit.parent_code or same.parent_code,
    )
    return _until_the_next(told, timeline)


def _until_the_next(unit: UnitVersion, timeline: dict[date, UnitVersion]) -> str:
    following = min((day for day in timeline if day > unit.valid_from), default=None)
    if following is not None:
        if unit.valid_to is None:
            unit = replace(unit, valid_to=following - _ONE_DAY)
        elif unit.valid_to >= following:
            return _overlap(unit, timeline[following])
    timeline[unit.valid_from] = unit
    return ""


def _only_repeats(unit: UnitVersion, known: UnitVersion) -> bool:
    return (
        known.covers(unit.valid_from)
        and unit.valid_to in {None, known.valid_to}
        and (unit.name, unit.parent_code or known.parent_code) == (known.name, known.parent_code)
        and (unit.kind_name or known.kind_name) == known.kind_name
    )


def _overlap(unit: UnitVersion, known: UnitVersion) -> str:
    until = (
        Sentence("đến {to_on:%d/%m/%Y}", to_on=known.valid_to)
        if known.valid_to
        else Sentence("đến nay")
    )
    span = (
        until
        if known.valid_from == BEGINNING
        else Sentence("từ {first:%d/%m/%Y} {until}", first=known.valid_from, until=until)
    )
    return Sentence(
        "mã {code} ({name}) chồng ngày với {other}, {span}. Mỗi ngày một mã chỉ thuộc một đơn vị",
        code=unit.code,
        name=unit.full_name,
        other=known.full_name,
        span=span,
    )


def _end_the_rest(
    timelines: Mapping[_Key, dict[date, UnitVersion]], listed: Sequence[ListedUnit]
) -> None:
    first = min(one.unit.valid_from for one in listed)
    named = {(one.unit.level, one.unit.code) for one in listed}
    for key, timeline in timelines.items():
        for day, version in list(timeline.items()):
            if key not in named and version.valid_to is None and day < first:
                timeline[day] = replace(version, valid_to=first - _ONE_DAY)


def _tell(
    plan: UnitPlan,
    before: Mapping[_Key, Mapping[date, UnitVersion]],
    after: Mapping[_Key, Mapping[date, UnitVersion]],
) -> None:
    for key, timeline in after.items():
        known = before.get(key, {})
        for day, version in timeline.items():
            was = known.get(day)
            if was is None:
                plan.added.append(version)
            elif was == version:
                continue
            elif replace(was, valid_to=version.valid_to) == version:
                plan.ended.append(version)
            else:
                plan.changed.append(version)
