"""A vendor's history as sentences of a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from market.i18n import Translator, day
from market.i18n.campaign_names import EXIT_REASONS
from market.i18n.vendor_words import (
    ACTIONS,
    CONSENTS,
    FIELDS,
    NAME_MATCHES,
    OWN_ACTIONS,
    POSTER_STATES,
    VENDOR_STATES,
)
from market.pages.actors import actor_names
from merchants.errors import FieldChange
from merchants.kinds import EventAction
from merchants.vendors.history import HistoryEntry

_STATES = {state.value: words for state, words in VENDOR_STATES.items()}
_REASONS = {reason.value: words for reason, words in EXIT_REASONS.items()}
_MATCHES = {match.value: words for match, words in NAME_MATCHES.items()}
_POSTERS = {state.value: words for state, words in POSTER_STATES.items()}
_CONSENTS = {purpose.value: words for purpose, words in CONSENTS.items()}
_ACTIONS = {action.value: words for action, words in ACTIONS.items()}
_DAYS = frozenset({"stall_taken", "stall_left", "poster_installed"})


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
    """Return the entries as a page shows them; one statement for the names of users."""
    names = actor_names(session, (entry.actor for entry in entries))
    return [
        HistoryLine(
            at=entry.at,
            what=_(_ACTIONS.get(entry.action, entry.action)),
            detail=_detail(entry, _),
            who=_(names[entry.actor]),
            helper=entry.assisted_by,
            note=entry.note,
        )
        for entry in entries
    ]


def change_lines(
    session: Session, changes: Sequence[FieldChange], _: Translator
) -> list[ChangeLine]:
    """Return what was changed meanwhile as a page tells it."""
    names = actor_names(session, (change.actor for change in changes))
    return [
        ChangeLine(
            field=_(FIELDS.get(change.field, change.field)),
            who=_(names[change.actor]),
            at=change.at,
            old=_shown(_STATES, change.field, change.old, _),
            new=_shown(_STATES, change.field, change.new, _),
        )
        for change in changes
    ]


def _detail(entry: HistoryEntry, _: Translator) -> str:
    parts = []
    if entry.stall_code:
        parts.append(_("gian {stall}", stall=entry.stall_code))
    parts += _subject(entry, _)
    parts += _values(entry, _)
    if entry.reason in _REASONS:
        parts.append(_(_REASONS[entry.reason]))
    return ", ".join(part for part in parts if part)


def _subject(entry: HistoryEntry, _: Translator) -> list[str]:
    kind, _colon, name = entry.subject.partition(":")
    field = entry.subject.partition("#")[0]
    match kind:
        case "poster" | "vendor":
            return [name]
        case "account" if entry.action == EventAction.CHANGED.value:
            return [_("tên chủ tài khoản")]
        case _:
            return [_(FIELDS[field])] if field in FIELDS and field != "state" else []


def _values(entry: HistoryEntry, _: Translator) -> list[str]:
    if entry.action == EventAction.STATE_CHANGED.value:
        return [_between(_STATES, entry, _)]
    if entry.action == EventAction.CHANGED.value and (entry.from_value or entry.to_value):
        return [_between(_MATCHES, entry, _)]
    if entry.action in _DAYS and entry.to_value:
        return [day(datetime.fromisoformat(entry.to_value).date())]
    for words in (_POSTERS, _CONSENTS, OWN_ACTIONS):
        if entry.to_value in words:
            return [_(words[entry.to_value])]
    if entry.action == EventAction.TEST_PAYMENT_SEEN.value:
        return [_("{amount} đồng", amount=entry.to_value)]
    return []


def _between(words: dict[str, str], entry: HistoryEntry, _: Translator) -> str:
    field = entry.subject.partition("#")[0]
    old, new = (
        _shown(words, field, value, _) if value else _("trống")
        for value in (entry.from_value, entry.to_value)
    )
    return _("từ {old} thành {new}", old=old, new=new)


def _shown(words: dict[str, str], field: str, value: str, _: Translator) -> str:
    if field == "consented_on" and value:
        return day(date.fromisoformat(value))
    return _(words.get(value, value))
