"""What is known of each provider: books, identifiers, windows, fees, payout cycles, with dates.

The packaged rows are ``profiles.toml``; a file of the same shape replaces the rows of the providers
it names. Rows are addressed by content: ``rules_sha256`` changes when any of them does.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, time
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.books import CUSTOMER_TYPES, TEXT_COLUMNS, BookName
from reconciliation.engine.outcomes import RULES
from reconciliation.errors import ProfilesRefused

ANY_PROVIDER = "*"
_EPOCH = date(1970, 1, 1)
_IDS_EXCLUDE = ("always", "learned", "never")
_PAYOUTS = ("none", "listing", "cut_off_run", "learned")
_FEE_PER = ("line", "run")
_BASIS = 10_000
VIETNAM = "vn"
"""The calendar of Vietnam's public holidays, ``merchants/calendars/holidays.toml``."""
_CALENDARS = (None, VIETNAM)
_STATEMENT_PER = ("provider", "account")

Join = tuple[str, str]
"""A field of payments and the field of the statement that holds the same identifier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSchedule:
    """``bps`` of the amount + fixed, within min and max; ``vat_bps`` of the fee is its tax.

    ``per`` "line": of each payment; "run": of all lines of one payout together.
    """

    bps: int
    per: str = "line"
    fixed_vnd: int = 0
    min_vnd: int = 0
    max_vnd: int | None = None
    vat_bps: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One provider's ways from ``valid_from`` on; ``profiles.toml`` explains each field."""

    provider: str
    valid_from: date
    books: tuple[str, ...]
    payment_types: tuple[str, ...] = tuple(kind.value for kind in CUSTOMER_TYPES)
    provider_id: Join | None = None
    bank_reference: tuple[Join, ...] = ()
    ids_exclude: str = "learned"
    window_s: int = 600
    statement_per: str = "provider"
    cut_off_local: time | None = None
    late_after_days: int | None = None
    rounding_vnd: int = 0
    difference_budget_vnd: int = 50_000
    payouts: str = "none"
    cycle_days: int | None = None
    pays_on_weekends: bool | None = None
    calendar: str | None = None
    holidays: tuple[date, ...] = ()
    fee: FeeSchedule | None = None

    def has(self, book: BookName) -> bool:
        """Return whether the provider delivers this book."""
        return book.value in self.books


@dataclass(frozen=True)
class Profiles:
    """All rows, oldest first per provider."""

    rows: tuple[Profile, ...]

    @cached_property
    def content(self) -> str:
        """Every profile row and the version of every rule, as the one text that is hashed."""
        rows = [asdict(row) for row in self.rows]
        return json.dumps([rows, list(RULES)], default=str, sort_keys=True, ensure_ascii=False)

    @cached_property
    def rules_sha256(self) -> str:
        """The content address of the rules: the hash of ``content``."""
        return hashlib.sha256(self.content.encode()).hexdigest()

    def of(self, provider: str) -> tuple[Profile, ...]:
        """Return the rows in force for a provider, oldest first; the general ones if it has none."""
        own = tuple(row for row in self.rows if row.provider == provider)
        return own or tuple(row for row in self.rows if row.provider == ANY_PROVIDER)

    def index(
        self, providers: Sequence[str], provider: NDArray[np.int32], day: NDArray[np.int32]
    ) -> NDArray[np.int16]:
        """Return the position in ``rows`` of the row in force for each (provider code, day)."""
        position = {id(row): at for at, row in enumerate(self.rows)}
        index = np.zeros(len(provider), np.int16)
        first = [position[id(self.of(name)[0])] for name in providers]
        if len(provider):
            index = np.array([*first, 0], np.int16)[provider]
        for code, name in enumerate(providers):
            for row in self.of(name)[1:]:
                begins = (row.valid_from - _EPOCH).days
                index[(provider == code) & (day >= begins)] = position[id(row)]
        return index


def load_profiles(path: Path | None = None) -> Profiles:
    """Return the packaged profiles, with the rows of a file in place of those it names.

    Raises:
        ProfilesRefused: the file is no TOML, or a row has a field that is unknown or wrong.
    """
    packaged = files("reconciliation").joinpath("profiles.toml").read_text(encoding="utf-8")
    rows = _read(packaged, "profiles.toml")
    if path is not None:
        own = _read(path.read_text(encoding="utf-8"), path.name)
        named = {row.provider for row in own}
        rows = [*(row for row in rows if row.provider not in named), *own]
    rows.sort(key=_in_order)
    return Profiles(tuple(rows))


def read_profiles(text: str, file: str) -> Profiles:
    """Return the rows a TOML text tells, and no others.

    Raises:
        ProfilesRefused: the text is no TOML, or a row has a field that is unknown or wrong.
    """
    return Profiles(tuple(sorted(_read(text, file), key=_in_order)))


def profiles_of(content: str) -> Profiles:
    """Return the rows of a text that ``Profiles.content`` wrote."""
    told: list[dict[str, Any]] = json.loads(content)[0]
    return Profiles(tuple(_told_row(row) for row in told))


def _in_order(row: Profile) -> tuple[str, date]:
    return row.provider, row.valid_from


def _told_row(told: dict[str, Any]) -> Profile:
    fee, cut_off = told["fee"], told["cut_off_local"]
    dated: dict[str, Any] = {
        "valid_from": date.fromisoformat(told["valid_from"]),
        "holidays": tuple(date.fromisoformat(day) for day in told["holidays"]),
        "cut_off_local": time.fromisoformat(cut_off) if cut_off else None,
        "fee": FeeSchedule(**fee) if fee else None,
    }
    return Profile(**{name: _frozen(value) for name, value in told.items()} | dated)


def _read(text: str, file: str) -> list[Profile]:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfilesRefused(file=file, provider="", field="", problem=str(error)) from error
    for name in told:
        _Refuser(file, "").unless(name == "profile", name, "is unknown; rows stand in [[profile]]")
    tables = told.get("profile", [])
    is_listed = isinstance(tables, list) and all(isinstance(row, dict) for row in tables)
    _Refuser(file, "").unless(is_listed, "profile", "is no list of tables; write [[profile]]")
    rows = [_profile(row, file) for row in tables]
    dated = [(row.provider, row.valid_from) for row in rows]
    for provider, begins in dated:
        if dated.count((provider, begins)) > 1:
            raise ProfilesRefused(
                file=file, provider=provider, field="valid_from", problem=f"{begins} stands twice"
            )
    return rows


def _profile(told: Mapping[str, Any], file: str) -> Profile:
    provider = str(told.get("provider", ""))
    refuse = _Refuser(file, provider)
    known = {item.name for item in fields(Profile)}
    for name in told:
        refuse.unless(name in known, name, "is no field of a profile")
    for name in ("provider", "valid_from", "books"):
        refuse.unless(name in told, name, "is missing")
    values = {name: _frozen(value) for name, value in told.items()}
    if "fee" in told:
        fee_fields = {item.name for item in fields(FeeSchedule)}
        for name, value in told["fee"].items():
            refuse.unless(name in fee_fields, f"fee.{name}", "is no field of a fee schedule")
            count = name == "per" or _is_count(value)
            refuse.unless(count, f"fee.{name}", f"{value!r} is no whole number from 0")
        refuse.unless("bps" in told["fee"], "fee.bps", "is missing")
        refuse.unless(told["fee"]["bps"] <= _BASIS, "fee.bps", f"is more than {_BASIS}")
        refuse.unless(
            told["fee"].get("per", "line") in _FEE_PER, "fee.per", f"is not of {_FEE_PER}"
        )
        values["fee"] = FeeSchedule(**told["fee"])
    profile = Profile(**values)
    _check(profile, refuse)
    return profile


def _check(profile: Profile, refuse: "_Refuser") -> None:
    books = {book.value for book in BookName}
    refuse.unless(type(profile.valid_from) is date, "valid_from", "is no date")
    refuse.unless(
        set(profile.books) <= books, "books", f"{profile.books} are not of {sorted(books)}"
    )
    refuse.unless(profile.ids_exclude in _IDS_EXCLUDE, "ids_exclude", f"is not of {_IDS_EXCLUDE}")
    refuse.unless(profile.payouts in _PAYOUTS, "payouts", f"is not of {_PAYOUTS}")
    refuse.unless(profile.calendar in _CALENDARS, "calendar", f"is not of {_CALENDARS[1:]}")
    per = profile.statement_per
    refuse.unless(per in _STATEMENT_PER, "statement_per", f"is not of {_STATEMENT_PER}")
    refuse.unless(_is_count(profile.window_s), "window_s", "is no whole number of seconds from 0")
    for name in ("rounding_vnd", "difference_budget_vnd"):
        value = getattr(profile, name)
        refuse.unless(_is_count(value), name, "is no whole number of đồng from 0")
    for name in ("cycle_days", "late_after_days"):
        value = getattr(profile, name)
        refuse.unless(value is None or _is_count(value), name, "is no whole number of days from 0")
    joins = [*profile.bank_reference, *([profile.provider_id] if profile.provider_id else [])]
    for join in joins:
        refuse.unless(
            _is_join(join), "provider_id or bank_reference", f"{join!r} is no pair of text fields"
        )


@dataclass(frozen=True, slots=True)
class _Refuser:
    file: str
    provider: str

    def unless(self, good: bool, name: str, problem: str) -> None:
        if not good:
            raise ProfilesRefused(
                file=self.file, provider=self.provider, field=name, problem=problem
            )


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _is_join(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and set(value) <= set(TEXT_COLUMNS)


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0
