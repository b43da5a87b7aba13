"""A vendor's history as sentences of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from market.i18n import Translator, day
from market.i18n.event_telling import tell_event
from market.i18n.event_words import LABELS, VALUES
from market.pages.actors import actor_names
from merchants.errors import FieldChange
from merchants.event_subjects import subject_names
from merchants.vendors.history import HistoryEntry


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line: when, what, by whom."""

    at: datetime
    what: str
    detail: str
    who: str
    helper: str
    note: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What somebody else changed meanwhile, as the second editor is told."""

    field: str
    who: str
    at: datetime
    old: str
    new: str


def history_lines(
    session: Session, entries: Sequence[HistoryEntry], _: Translator
) -> list[HistoryLine]:
    """Return the entries as a page shows them, in a fixed number of statements."""
    who = actor_names(session, (entry.actor for entry in entries))
    names = subject_names(session, entries)
    return [_line(entry, who[entry.actor], names, _) for entry in entries]


def change_lines(
    session: Session, changes: Sequence[FieldChange], _: Translator
) -> list[ChangeLine]:
    """Return what was changed meanwhile as a page tells it."""
    names = actor_names(session, (change.actor for change in changes))
    return [
        ChangeLine(
            field=_(LABELS.get(change.field, "Thông tin khác")),
            who=_(names[change.actor]),
            at=change.at,
            old=_shown(change.field, change.old, _),
            new=_shown(change.field, change.new, _),
        )
        for change in changes
    ]


def _line(entry: HistoryEntry, who: str, names: Mapping[str, str], _: Translator) -> HistoryLine:
    told = tell_event(entry, names, _)
    place = (_("gian {stall}", stall=entry.stall_code),) if entry.stall_code else ()
    return HistoryLine(
        at=entry.at,
        what=told.what,
        detail=", ".join((*place, *told.details)),
        who=_(who),
        helper=entry.assisted_by,
        note=told.note,
    )


def _shown(field: str, value: str, _: Translator) -> str:
    if field == "consented_on" and value:
        return day(date.fromisoformat(value))
    return _(VALUES[field][value]) if value in VALUES.get(field, {}) else value
