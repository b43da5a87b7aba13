"""When the statement of a business day should be here, by dated rules per provider. Pure but for the file."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from merchants.calendars.holidays import holidays
from merchants.days import HO_CHI_MINH
from reconciliation.errors import ExpectedFilesRefused

ANY_PROVIDER = "*"
SATURDAY = 5
DUE_DAYS_MAX = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedFile:
    """One provider's way from ``valid_from`` on; ``expected_files.toml`` explains each field."""

    provider: str
    valid_from: date
    due_days: int
    due_local: time
    on_working_days: bool

    def due_at(self, day: date) -> datetime:
        """Return by when the statement of a business day should be here."""
        on = day + timedelta(days=self.due_days)
        while self.on_working_days and (on.weekday() >= SATURDAY or on in holidays(on.year)):
            on += timedelta(days=1)
        return datetime.combine(on, self.due_local, tzinfo=HO_CHI_MINH).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class ExpectedFiles:
    """All rows, oldest first per provider."""

    rows: tuple[ExpectedFile, ...]

    def due_at(self, provider: str, day: date) -> datetime:
        """Return by when a provider's statement of a business day should be here."""
        own = [row for row in self.rows if row.provider == provider and row.valid_from <= day]
        rows = own or [row for row in self.rows if row.provider == ANY_PROVIDER]
        return rows[-1].due_at(day)


def load_expected_files(path: Path | None = None) -> ExpectedFiles:
    """Return the packaged rows, with those of a file in place of the providers it names.

    Raises:
        ExpectedFilesRefused: the file is no TOML, or a row has a field that is unknown or wrong.
    """
    packaged = files("reconciliation.operations").joinpath("expected_files.toml")
    rows = _read(packaged.read_text(encoding="utf-8"), "expected_files.toml")
    if path is not None:
        own = _read(path.read_text(encoding="utf-8"), path.name)
        named = {row.provider for row in own}
        rows = [*(row for row in rows if row.provider not in named), *own]
    rows.sort(key=lambda row: (row.provider, row.valid_from))
    return ExpectedFiles(tuple(rows))


def _read(text: str, file: str) -> list[ExpectedFile]:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ExpectedFilesRefused(file, "", str(error)) from error
    for name in told:
        if name != "expected_file":
            raise ExpectedFilesRefused(file, name, "is unknown; rows stand in [[expected_file]]")
    tables = told.get("expected_file", [])
    if not isinstance(tables, list) or not all(isinstance(row, dict) for row in tables):
        raise ExpectedFilesRefused(file, "expected_file", "is no list of tables")
    rows = [_row(row, file) for row in tables]
    _refuse_twice(rows, file)
    return rows


_KINDS: Mapping[str, type] = {
    "provider": str,
    "valid_from": date,
    "due_days": int,
    "due_local": time,
    "on_working_days": bool,
}


def _row(told: Mapping[str, Any], file: str) -> ExpectedFile:
    provider = str(told.get("provider", ""))
    known = {item.name for item in fields(ExpectedFile)}
    for name in told:
        if name not in known:
            raise ExpectedFilesRefused(file, f"{provider}: {name}", "is no field of a row")
    for name, kind in _KINDS.items():
        if name not in told:
            raise ExpectedFilesRefused(file, f"{provider}: {name}", "is missing")
        if type(told[name]) is not kind:
            problem = f"{told[name]!r} is no {kind.__name__}"
            raise ExpectedFilesRefused(file, f"{provider}: {name}", problem)
    if not 0 <= told["due_days"] <= DUE_DAYS_MAX:
        problem = f"{told['due_days']} is not from 0 to {DUE_DAYS_MAX}"
        raise ExpectedFilesRefused(file, f"{provider}: due_days", problem)
    return ExpectedFile(**told)


def _refuse_twice(rows: Sequence[ExpectedFile], file: str) -> None:
    dated = [(row.provider, row.valid_from) for row in rows]
    for provider, begins in dated:
        if dated.count((provider, begins)) > 1:
            raise ExpectedFilesRefused(file, f"{provider}: valid_from", f"{begins} stands twice")
