"""``cho40 report build --as-of``: the edition that was in force on a day, byte for byte, or why none."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from market import cli, clock
from market.adoption.periods import Period
from market.database import reading, writing
from market.reports.editions import editions_of
from market.reports.errors import NotPublishedBy
from market.settings import Settings
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import KEY

OCTOBER = Period.read("2026-10")
FIRST, SECOND = (datetime(2026, 11, day, 2, 0, tzinfo=UTC) for day in (5, 7))
TODAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
RUNNER = CliRunner()


def build(*words: str) -> dict[str, object]:
    told = RUNNER.invoke(cli.app, ["report", "build", "--period", "2026-10", "--json", *words])
    if told.exception is not None:
        raise told.exception
    found: dict[str, object] = json.loads(told.stdout)
    return found


def files(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


@pytest.fixture
def two_editions(
    settings: Settings, october: sa.Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[sa.Engine]:
    """October published on 5 and, after a late close, on 7 November; each wrote its files."""
    monkeypatch.setenv("CHO40_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CHO40_SECRET_KEYS", json.dumps([KEY]))
    monkeypatch.setenv("CHO40_BASE_URL", "https://cho.example/")
    monkeypatch.setenv("CHO40_DISCLOSURE_P_PERCENT", "15")
    monkeypatch.setattr(clock, "now", lambda: FIRST)
    build("--out", str(tmp_path / "first"))
    with writing(october) as session:
        late = books.close(session, "MA", date(2026, 10, 31), [Line(7, 999_000)])
        late.closed_at = FIRST + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: SECOND)
    build("--out", str(tmp_path / "second"))
    monkeypatch.setattr(clock, "now", lambda: TODAY)
    yield october
    with reading(october) as session:
        assert [one.version for one in editions_of(session, OCTOBER)] == [2, 1]


@pytest.mark.usefixtures("two_editions")
@pytest.mark.parametrize(
    ("day", "folder", "version"),
    [
        ("2026-11-05", "first", 1),
        ("06/11/2026", "first", 1),
        ("2026-11-07", "second", 2),
    ],
)
def test_a_past_day_gives_back_the_edition_of_that_day(
    tmp_path: Path, day: str, folder: str, version: int
) -> None:
    told = build("--as-of", day, "--out", str(tmp_path / "again"))

    assert (told["version"], told["is_new"]) == (version, False)
    assert files(tmp_path / "again") == files(tmp_path / folder)
    assert len(files(tmp_path / "again")) == 3


@pytest.mark.usefixtures("two_editions")
def test_a_day_before_the_first_edition_is_refused_with_its_date() -> None:
    with pytest.raises(NotPublishedBy, match="its first edition is of 2026-11-05"):
        build("--as-of", "2026-11-04")


@pytest.mark.usefixtures("two_editions")
def test_a_day_after_the_newest_edition_tells_what_was_known_by_then() -> None:
    assert build("--as-of", "2026-11-12")["version"] == 2
