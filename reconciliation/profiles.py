"""What is known of each provider: books, identifiers, windows, fees, payout cycles, with dates.

The packaged rows are ``profiles.toml``; a file of the same shape replaces the rows of the providers
it names. Rows are addressed by content: ``rules_sha256`` changes when any of them does. What each
field may hold stands in ``profile_fields``; a file that holds anything else is refused.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date, time
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from merchants.sentences import Sentence
from reconciliation.engine.books import CUSTOMER_TYPES, BookName
from reconciliation.engine.outcomes import RULES
from reconciliation.errors import ProfilesRefused
from reconciliation.profile_fields import (
    PROFILE_FIELDS,
    Fault,
    clipped,
    find_fault,
    find_fee_fault,
    shown,
)

ANY_PROVIDER = "*"
_EPOCH = date(1970, 1, 1)

Join = tuple[str, str]
"""A field of payments and the field of the statement that holds the same identifier."""
IDENTITY: Join = ("provider_transaction_id", "provider_transaction_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSchedule:
    """``bps`` of the amount + fixed, within min and max; ``vat_bps`` of the fee is its tax.

    ``per`` "line": of each payment; "run": of all lines of one payout together. From 0 to: 10 000
    ``bps`` and ``vat_bps``, 10^9 đồng; ``min_vnd`` is at most ``max_vnd``.
    """

    bps: int
    per: str = "line"
    fixed_vnd: int = 0
    min_vnd: int = 0
    max_vnd: int | None = None
    vat_bps: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One provider's ways from ``valid_from`` on; ``profiles.toml`` explains each field.

    In a file, from 0 to: 31 ``cycle_days``, 366 ``late_after_days``, 31 days of ``window_s``, 10 000
    ``rounding_vnd``, 10^9 ``difference_budget_vnd``. Dates are of the years 1900 to 2099.
    """

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

    @property
    def has_both_books(self) -> bool:
        """Whether the provider owes both books of leg B, so that what one of them lacks is missing."""
        return self.has(BookName.PAYMENTS) and self.has(BookName.STATEMENT)

    @property
    def id_join(self) -> Join | None:
        """The fields that hold the provider's id: of one-book providers the same in both, if not told.

        Nothing else joins what the other book tells of such a provider all the same.
        """
        return self.provider_id or (None if self.has_both_books else IDENTITY)


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
        own = _read(profiles_text(path), path.name)
        named = {row.provider for row in own}
        rows = [*(row for row in rows if row.provider not in named), *own]
    rows.sort(key=_in_order)
    return Profiles(tuple(rows))


def profiles_text(path: Path) -> str:
    """Return the text of a file of profiles.

    Raises:
        ProfilesRefused: its bytes are no UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        problem = Sentence.in_both("không phải văn bản UTF-8", "is no UTF-8 text")
        raise ProfilesRefused(file=path.name, problem=problem) from error


def read_profiles(text: str, file: str) -> Profiles:
    """Return the rows a TOML text tells, and no others.

    Raises:
        ProfilesRefused: the text is no TOML, or a row has a field that is unknown or wrong.
    """
    return Profiles(tuple(sorted(_read(text, file), key=_in_order)))


def profiles_of(content: str) -> Profiles:
    """Return the rows of a text that ``Profiles.content`` wrote; what was kept once stays readable."""
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
    tables = _tables(text, file)
    rows: list[Profile] = []
    for number, told in enumerate(tables, 1):
        fault = find_fault(told, PROFILE_FIELDS, _required(Profile))
        if fault is None and "fee" in told:
            fault = find_fee_fault(told["fee"], _required(FeeSchedule))
        if fault is None:
            row = _profile(told)
            rows.append(row)
            fault = _twice(row, rows[:-1])
        if fault is not None:
            provider = told.get("provider", "")
            raise ProfilesRefused(
                file=file,
                row=number,
                provider=clipped(provider) if isinstance(provider, str) else shown(provider),
                field=fault.field,
                problem=fault.problem,
            )
    return rows


def _tables(text: str, file: str) -> list[dict[str, Any]]:
    try:
        told = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # of numbers too long, of lists too deep
        problem = Sentence.in_both(f"không phải TOML: {error}", f"is no TOML: {error}")
        raise ProfilesRefused(file=file, problem=problem) from error
    for name in told:
        if name != "profile":
            problem = Sentence.in_both(
                "không có ô này, các dòng ghi dưới [[profile]]",
                "is unknown, rows stand in [[profile]]",
            )
            raise ProfilesRefused(file=file, field=clipped(name), problem=problem)
    tables = told.get("profile", [])
    if not (isinstance(tables, list) and all(isinstance(row, dict) for row in tables)):
        problem = Sentence.in_both(
            "chưa phải danh sách bảng, cần [[profile]]", "is no list of tables, write [[profile]]"
        )
        raise ProfilesRefused(file=file, field="profile", problem=problem)
    return tables


def _required(row: type[Profile | FeeSchedule]) -> list[str]:
    return [item.name for item in fields(row) if item.default is MISSING]


def _profile(told: Mapping[str, Any]) -> Profile:
    values = {name: _frozen(value) for name, value in told.items()}
    if "fee" in told:
        values["fee"] = FeeSchedule(**told["fee"])
    return Profile(**values)


def _twice(row: Profile, others: Sequence[Profile]) -> Fault | None:
    begins = row.valid_from
    if all((row.provider, begins) != (other.provider, other.valid_from) for other in others):
        return None
    told = Sentence.in_both(f"{begins} đã có ở dòng trước", f"{begins} stands twice")
    return Fault("valid_from", told)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
