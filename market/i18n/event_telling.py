"""Tell an event of the register in words: what was done, to what, from what to what.

Everything an event keeps is told in words or not at all: no word of the database stands on a page.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol

from market.i18n.campaign_names import TARGET_UNITS
from market.i18n.event_names import EVENT_NAMES
from market.i18n.event_words import (
    ACCOUNT_DECISIONS,
    CALENDAR_WORDS,
    EXPORTS,
    LABELS,
    REASONS,
    VALUES,
    stored,
)
from market.i18n.formats import day, num
from market.i18n.words import Translator
from merchants.event_subjects import Subjected
from merchants.kinds import EventAction
from merchants.privacy.consents import BEFORE_THE_FIRST

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BOX = re.compile(r"\d+,\d+ \d+x\d+")
_UNITS = stored(TARGET_UNITS)
_OBJECTIVE_PARTS = 5
OTHER_EVENT = "Việc khác"
"""What an event is called that a later edition wrote."""
_CODED = frozenset({"poster", "vendor", "area", "programme", "wave"})
_NUMBERED = frozenset({"import", "request", "incident", "complaint", "audit", "target"})
_DAYS = frozenset({EventAction.STALL_TAKEN, EventAction.STALL_LEFT, EventAction.POSTER_INSTALLED})
_VALUE_OF: Mapping[str, str] = MappingProxyType(
    {
        EventAction.REGISTERED: "stall.state",
        EventAction.MERGED: "merge.side",
        EventAction.MERGE_UNDONE: "merge.side",
        EventAction.SELF_PERFORMED: "own_action",
        EventAction.ACCOUNT_CONFIRMED: "confirmed_how",
        EventAction.ACCOUNT_ADDED: "account.name_match",
        EventAction.CODE_SEEN: "code.scheme",
        EventAction.CODE_GONE: "code.scheme",
        EventAction.POSTER_ISSUED: "poster.state",
        EventAction.POSTER_ENDED: "poster.state",
        EventAction.POSTER_CHECKED: "check.result",
        EventAction.INCIDENT_OPENED: "incident.state",
        EventAction.INCIDENT_TOLD: "incident.state",
        EventAction.INCIDENT_CLOSED: "incident.state",
        EventAction.COMPLAINT_RAISED: "complaint.kind",
        EventAction.COMPLAINT_MOVED: "complaint.state",
        EventAction.VISITED: "visit.outcome",
    }
)
"""Actions whose new value is one word, by the key of its words."""


class Event(Subjected, Protocol):
    """What an event keeps, as far as it is told."""

    @property
    def action(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def note(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event in words; ``note`` is what people wrote themselves."""

    what: str
    details: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class _Seen:
    """An event taken apart, with what it takes to tell it."""

    event: Event
    kind: str
    """Of the subject: ``account``, ``stall``; of a vendor's own field the field itself."""
    number: str
    field: str
    names: Mapping[str, str]
    say: Translator

    def value(self, key: str, value: str) -> str:
        """Return a value in words; one that has none is left out, days are written as people do."""
        if key in VALUES:
            return self.say(VALUES[key][value]) if value in VALUES[key] else ""
        if key == "stall.zone_id":
            return self.names.get(f"zone:{value}", "")
        return _day(value)

    def between(self, key: str) -> str:
        """Return from what to what a field changed."""
        old, new = self.event.from_value, self.event.to_value
        return _from_to(self.value(key, old), self.value(key, new), self.say)

    def label(self, key: str) -> str:
        """Return what a field is called; empty when nobody has named it."""
        return self.say(LABELS[key]) if key in LABELS else ""


def tell_event(event: Event, names: Mapping[str, str], _: Translator) -> ToldEvent:
    """Return an event in the language of ``_``.

    Args:
        names: what subjects such as ``account:7`` are called, where they have a name.
    """
    seen = _Seen(event, *_subject(event.subject), names, _)
    details = [*_thing(seen), *_told(seen)]
    reason, _colon, more = event.reason.partition(": ")
    if reason in REASONS:
        details.append(_(REASONS[reason]))
    return ToldEvent(
        what=_(_headline(event)),
        details=tuple(detail for detail in details if detail),
        note=" ".join(part for part in (_note(seen), more) if part),
    )


def _headline(event: Event) -> str:
    if event.action == EventAction.ACCOUNT_DECIDED.value and event.to_value in ACCOUNT_DECISIONS:
        return ACCOUNT_DECISIONS[event.to_value]
    return EVENT_NAMES.get(event.action, OTHER_EVENT)


def _subject(subject: str) -> tuple[str, str, str]:
    """Return the kind of a subject, its number or code, and the field of it that is meant."""
    kind, colon, rest = subject.partition(":")
    if not colon:
        return kind.partition("#")[0], "", kind.partition("#")[0]
    if kind in {"stall", "market"}:
        return kind, "", rest
    number, _colon, field = rest.partition(":")
    return kind, number, field.partition("#")[0]


def _thing(seen: _Seen) -> list[str]:
    """Return what it was done to, where that is not the vendor or the stall itself."""
    _, named = seen.say, seen.names.get(seen.event.subject, "")
    if seen.kind in _CODED:
        return [seen.number]
    if seen.kind in _NUMBERED:
        return [_("số {n}", n=seen.number.partition("/")[0])]
    told = named
    match seen.kind:
        case "account" | "account_change" if named:
            told = _("tài khoản {tail}", tail=named)
        case "zone":
            told = named or _("khu")
        case "day":
            told = _day(seen.number)
        case "notice":
            is_paper = seen.number == BEFORE_THE_FIRST
            told = (
                _("theo danh sách giấy")
                if is_paper
                else _("bản thông báo {version}", version=seen.number)
            )
        case "purpose":
            told = seen.value("consent.purpose", seen.number)
    return [told]


def _told(seen: _Seen) -> list[str]:
    """Return what came of it."""
    action, new = seen.event.action, seen.event.to_value
    if action in _TELLERS:
        return _TELLERS[action](seen)
    if action in _VALUE_OF:
        return [seen.value(_VALUE_OF[action], new)]
    return [_day(new)] if action in _DAYS else []


def _state(seen: _Seen) -> list[str]:
    place = seen.kind if seen.kind in {"account", "stall"} else "vendor"
    return [seen.between(f"{place}.state")]


def _changed(seen: _Seen) -> list[str]:
    event, key = seen.event, seen.field
    if seen.kind == "account":
        key = f"account.{event.reason}"
        key = key if key in LABELS else "account.name_match"
    if event.from_value and event.from_value == event.to_value:
        # Names and numbers stand here as initials and last digits: those may be the same.
        return [seen.label(key), seen.say("phần được hiện không đổi")]
    return [seen.label(key), seen.between(key)]


def _place(seen: _Seen) -> list[str]:
    """Tell what changed about a market, its stalls, zones, operator, calendar and area."""
    if seen.kind in {"stall", "market"} and ":" in seen.event.subject:
        key = f"{seen.kind}.{seen.field}"
        return [seen.label(key), seen.between(key)]
    return _PLACES[seen.kind](seen) if seen.kind in _PLACES else []


def _market(seen: _Seen) -> list[str]:
    told = [seen.label(f"market.{each}") for each in seen.event.to_value.split(", ")]
    return [", ".join(each for each in told if each)]


def _zone(seen: _Seen) -> list[str]:
    old, new = seen.event.from_value, seen.event.to_value
    if _BOX.fullmatch(old or new):
        return [seen.say("đổi chỗ trên sơ đồ")]
    is_named = not old and new == seen.names.get(seen.event.subject)
    return [] if is_named else [_from_to(old, new, seen.say)]


def _operator(seen: _Seen) -> list[str]:
    event, _ = seen.event, seen.say
    return [_("người điều hành"), _from_to(event.from_value, event.to_value, _)]


def _calendar(seen: _Seen) -> list[str]:
    old, new = (
        seen.say(CALENDAR_WORDS.get(text.partition(" ")[0], ""))
        for text in (seen.event.from_value, seen.event.to_value)
    )
    return [_from_to(old, new, seen.say)]


def _opening(seen: _Seen) -> list[str]:
    return [seen.say("ngày mở chợ"), _from_to(*_days_between(seen), seen.say)]


def _closing(seen: _Seen) -> list[str]:
    return [seen.say("phiên cuối"), _from_to(*_days_between(seen), seen.say)]


def _reopening(seen: _Seen) -> list[str]:
    was, again = _days_between(seen)
    return [seen.say("phiên cuối đã ghi là {was}, chợ họp lại từ {on}", was=was, on=again)]


def _days_between(seen: _Seen) -> tuple[str, str]:
    old, new = seen.event.from_value, seen.event.to_value
    return (_day(old) if old else "", _day(new))


def _commune(seen: _Seen) -> list[str]:
    _ = seen.say
    code, _gap, span = seen.event.to_value.partition(" ")
    first, _dots, last = span.partition("..")
    days = _("từ {on}", on=_day(first)) if first else ""
    if last:
        days = _("{begins} đến {on}", begins=days, on=_day(last))
    return [_("xã, phường mã {code}", code=code), days]


def _area(seen: _Seen) -> list[str]:
    _ = seen.say
    word, _gap, on = seen.event.to_value.partition(" ")
    if word == "from" and _DAY.fullmatch(on):
        return [_("chợ thuộc khu vực này từ {on}", on=_day(on))]
    if word == "to" and _DAY.fullmatch(on):
        return [_("chợ thuộc khu vực này đến {on}", on=_day(on))]
    return [seen.event.to_value]


def _cash_point(seen: _Seen) -> list[str]:
    _ = seen.say
    if seen.event.from_value:
        return [_("bỏ điểm nạp, rút ghi nhầm: {name}", name=seen.event.from_value)]
    word, _gap, on = seen.event.to_value.partition(" ")
    if word == "open":
        return [_("điểm nạp, rút phục vụ từ {on}", on=_day(on))]
    return [_("điểm nạp, rút phục vụ đến hết {on}", on=_day(on))]


def _admin_units(seen: _Seen) -> list[str]:
    return _counted(seen, "thêm {n} đơn vị", "sửa {n} đơn vị", "hết hiệu lực {n} đơn vị")


def _floor_plan(seen: _Seen) -> list[str]:
    return [seen.say("sơ đồ"), *_counted(seen, "{n} khu", "{n} gian hàng")]


def _links(seen: _Seen) -> list[str]:
    return [seen.say("{n} đường dẫn", n=seen.event.from_value)]


def _link(seen: _Seen) -> list[str]:
    return [seen.say("dùng đến {on}", on=_day(seen.event.to_value))]


def _test_payment(seen: _Seen) -> list[str]:
    amount = seen.event.to_value
    return [seen.say("{amount} đồng", amount=num(int(amount)))] if amount.isdecimal() else []


def _consents(seen: _Seen) -> list[str]:
    purposes = seen.event.to_value.split()
    return [", ".join(seen.value("consent.purpose", each) for each in purposes)]


def _export(seen: _Seen) -> list[str]:
    told = [seen.say(EXPORTS.get(seen.kind, ""))]
    if seen.kind == "account_statement":
        told.append(seen.event.to_value.upper())
    if seen.kind == "incidents":
        told.append(seen.say("{n} sự cố", n=seen.event.to_value))
    return told


def _audit(seen: _Seen) -> list[str]:
    return [seen.say("{n} tấm mã", n=seen.event.to_value)]


def _request(seen: _Seen) -> list[str]:
    return [
        seen.value("request.kind", seen.event.from_value),
        seen.value("request.state", seen.event.to_value),
    ]


def _target(seen: _Seen) -> list[str]:
    old, new = (_planned(seen, text) for text in (seen.event.from_value, seen.event.to_value))
    return [_from_to(old, new, seen.say)]


def _planned(seen: _Seen, text: str) -> str:
    value, gap, unit = text.partition(" ")
    return _amount(value, unit, seen.say) if gap else ""


def _objective(seen: _Seen) -> list[str]:
    parts = seen.event.to_value.split("|")
    if len(parts) != _OBJECTIVE_PARTS:
        return []
    indicator, unit, baseline, target, due = parts
    old = _amount(baseline, unit, seen.say) if baseline else ""
    goal = _from_to(old, _amount(target, unit, seen.say), seen.say)
    return [seen.say("{indicator}: {goal}, hạn {on}", indicator=indicator, goal=goal, on=_day(due))]


def _model_card(seen: _Seen) -> list[str]:
    return _counted(seen, "{n} mục đích", "{n} việc", "{n} điều kiện")


def _programme(seen: _Seen) -> list[str]:
    key = f"programme.{seen.field}"
    if key in LABELS:
        return [seen.label(key), seen.between(key)]
    return [seen.event.to_value]


def _team(seen: _Seen) -> list[str]:
    word, _gap, rest = seen.event.to_value.partition(" ")
    match word.partition(":")[0]:
        case "added":
            return [seen.say("thêm vào")]
        case "ended":
            return [seen.say("nghỉ từ sau {on}", on=_day(rest))]
        case "user":
            return [seen.say("gắn tài khoản đăng nhập")]
    return [seen.say("bỏ tài khoản đăng nhập")] if seen.event.from_value else []


def _from_to(old: str, new: str, _: Translator) -> str:
    if old and new:
        return _("từ {old} thành {new}", old=old, new=new)
    return _("bỏ {old}", old=old) if old else new


def _day(text: str) -> str:
    return day(date.fromisoformat(text)) if _DAY.fullmatch(text) else text


def _amount(milli: str, unit: str, _: Translator) -> str:
    value = Decimal(milli).scaleb(-3)
    told = num(value, 0 if value == int(value) else 2)
    words = _(_UNITS.get(unit, ""))
    return f"{told}{words}" if words == "%" else f"{told} {words}".strip()


def _counted(seen: _Seen, *words: str) -> list[str]:
    counts = re.findall(r"\d+", seen.event.to_value)
    return [seen.say(word, n=n) for word, n in zip(words, counts, strict=False) if n != "0"]


def _note(seen: _Seen) -> str:
    """Return what people wrote; what the program noted for itself is told in words or left out."""
    note = seen.event.note
    if seen.event.action == EventAction.AUDIT_DRAWN.value or seen.kind == "floor_plan":
        return ""
    word, _gap, on = note.partition(" ")
    if seen.kind in {"operator", "calendar"} and word == "from" and _DAY.fullmatch(on):
        return seen.say("từ {on}", on=_day(on))
    return note


_PLACES: Mapping[str, Callable[[_Seen], list[str]]] = MappingProxyType(
    {
        "market": _market,
        "zone": _zone,
        "operator": _operator,
        "calendar": _calendar,
        "opening": _opening,
        "closing": _closing,
        "reopening": _reopening,
        "commune": _commune,
        "area": _area,
        "cash_point": _cash_point,
        "admin_units": _admin_units,
        "floor_plan": _floor_plan,
    }
)
_TELLERS: Mapping[str, Callable[[_Seen], list[str]]] = MappingProxyType(
    {
        EventAction.STATE_CHANGED: _state,
        EventAction.CHANGED: _changed,
        EventAction.PLACE_CHANGED: _place,
        EventAction.LINK_ISSUED: _link,
        EventAction.LINK_REVOKED: _links,
        EventAction.TEST_PAYMENT_SEEN: _test_payment,
        EventAction.CONSENT_GIVEN: _consents,
        EventAction.DATA_EXPORTED: _export,
        EventAction.AUDIT_DRAWN: _audit,
        EventAction.PRIVACY_REQUESTED: _request,
        EventAction.PRIVACY_ANSWERED: _request,
        EventAction.PRIVACY_EXTENDED: _request,
        EventAction.PRIVACY_COMPLETED: _request,
        EventAction.TARGET_SET: _target,
        EventAction.TARGET_WITHDRAWN: _target,
        EventAction.OBJECTIVE_SET: _objective,
        EventAction.MODEL_CARD_CHANGED: _model_card,
        EventAction.PROGRAMME_CHANGED: _programme,
        EventAction.TEAM_CHANGED: _team,
        EventAction.TEAM_ZONE_GIVEN: lambda seen: [seen.event.to_value],
        EventAction.TEAM_ZONE_TAKEN: lambda seen: [seen.event.to_value],
        EventAction.CALENDAR_CORRECTED: lambda seen: [seen.between("day")],
    }
)
