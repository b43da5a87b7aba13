"""Days and times out of cells: the layout's form, an existing day, or a refusal."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.feeds.reading.business_day import CutOff, business_day
from reconciliation.feeds.reading.dates import (
    VIETNAM,
    read_day,
    read_instant,
    read_iso_instant,
    read_unix_seconds,
)
from reconciliation.feeds.reading.refusal import RowRefused
from tests.feed_samples import refusal_of


def test_days_are_day_month_year_or_real_date_cells() -> None:
    assert read_day(" 01/02/2026 ") == date(2026, 2, 1)
    assert read_day(date(2026, 2, 1)) == date(2026, 2, 1)
    assert read_day(datetime(2026, 2, 1, 8, 30)) == date(2026, 2, 1)  # noqa: DTZ001 - as a cell has it


@pytest.mark.parametrize(
    "cell",
    [
        "31/11/2026",
        "10/25/2026",
        "1/2/2026",
        "2026-02-01",
        "29/02/2026",
        "00/01/2026",
        "",
        "٠١/٠٢/٢٠٢٦",
        46346.0,
        None,
    ],
)
def test_other_days_are_refused(cell: object) -> None:
    with pytest.raises(RowRefused) as refusal:
        read_day(cell)

    assert refusal.value.reason == "date"


def test_local_times_become_utc() -> None:
    assert read_instant("20/11/2026 00:30:00") == datetime(2026, 11, 19, 17, 30, tzinfo=UTC)
    assert read_instant(datetime(2026, 11, 20, 14, 2, 37)) == datetime(  # noqa: DTZ001 - a cell
        2026, 11, 20, 7, 2, 37, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "cell", ["20/11/2026", "20/11/2026 24:00:00", date(2026, 11, 20), 5, "01/01/0001 00:00:00"]
)
def test_other_times_are_refused(cell: object) -> None:
    with pytest.raises(RowRefused):
        read_instant(cell)


def test_iso_times_tell_their_precision() -> None:
    at = datetime(2026, 11, 20, 7, 2, 37, tzinfo=UTC)

    assert read_iso_instant("2026-11-20 14:02:37") == (at, "second")
    assert read_iso_instant("2026-11-20T14:02:37.250") == (at.replace(microsecond=250_000), "ms")


@pytest.mark.parametrize("value", [-1, 2**60, True, "1795158159", 1.5, None])
def test_other_unix_times_are_refused(value: object) -> None:
    with pytest.raises(RowRefused):
        read_unix_seconds(value, "created")


@given(st.integers(-2_000_000_000, 7_000_000_000))
def test_reading_undoes_writing(seconds: int) -> None:
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)

    assert read_instant(f"{instant.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}") == instant


@given(st.text(max_size=25))
def test_junk_is_a_date_or_refused(text: str) -> None:
    reasons = {refusal_of(reader, text) for reader in (read_day, read_instant, read_iso_instant)}

    assert reasons <= {"date", None}


NIGHT = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # 23:30 at the stall
LATE_RULE = CutOff(provider="zalopay", at_local=time(23), valid_from=date(2026, 11, 1))


@pytest.mark.parametrize(
    ("told", "day", "rule"),
    [
        (
            {"settlement_date": date(2026, 11, 22), "value_date": date(2026, 11, 21)},
            date(2026, 11, 22),
            "provider_settlement_date",
        ),
        (
            {"value_date": date(2026, 11, 21), "booking_date": date(2026, 11, 19)},
            date(2026, 11, 21),
            "provider_value_date",
        ),
        ({"booking_date": date(2026, 11, 19)}, date(2026, 11, 19), "provider_booking_date"),
        ({}, date(2026, 11, 20), "calendar"),
        ({"cut_offs": [LATE_RULE]}, date(2026, 11, 21), "cut_off"),
    ],
)
def test_the_first_rule_that_applies_gives_the_business_date(
    told: dict[str, object], day: date, rule: str
) -> None:
    assert business_day("zalopay", occurred_at=NIGHT, **told) == (day, rule)  # type: ignore[arg-type]


def test_the_newest_cut_off_in_force_counts() -> None:
    later = CutOff(provider="zalopay", at_local=time(23, 45), valid_from=date(2026, 11, 15))
    future = CutOff(provider="zalopay", at_local=time(12), valid_from=date(2026, 12, 1))
    other = CutOff(provider="momo", at_local=time(1), valid_from=date(2026, 1, 1))
    rules = [future, LATE_RULE, later, other]

    assert business_day("zalopay", occurred_at=NIGHT, cut_offs=rules) == (
        date(2026, 11, 20),
        "cut_off",
    )


def test_without_any_time_there_is_no_business_date() -> None:
    assert business_day("momo") == (None, None)
