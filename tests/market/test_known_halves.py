"""First receipts as they were known at an instant: what closed later, or was corrected, is not in them."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import sqlalchemy as sa

from market.adoption.indicator import Window
from market.database import reading, writing
from market.reports.facts import load, load_halves
from market.reports.halves import Halves
from market.reports.vintage import Known
from tests.market import books
from tests.market.books import Line
from tests.merchants.queries import counted

OCTOBER = Window(date(2026, 10, 1), date(2026, 10, 31))
NOVEMBER = Window(date(2026, 11, 1), date(2026, 11, 30))
KNOWN_AT = datetime(2026, 11, 5, tzinfo=UTC)
LATER = KNOWN_AT + timedelta(days=2)
NEVER_PAID = 24


def close_later(october: sa.Engine, on: date, *lines: Line) -> None:
    with writing(october) as session:
        books.close(session, "MA", on, lines).closed_at = LATER


def firsts(
    october: sa.Engine, window: Window, known_at: Known | datetime | None
) -> dict[int, date]:
    with reading(october) as session:
        told = load(session, window, known_at=known_at).first_receipts()
    return dict(zip(told["vendor_id"].tolist(), told["first_on"].dt.date, strict=True))


def test_a_first_receipt_that_closed_later_is_not_known_yet(october: sa.Engine) -> None:
    before = firsts(october, OCTOBER, KNOWN_AT)
    close_later(october, date(2026, 10, 31), Line(NEVER_PAID, 50_000))

    assert firsts(october, OCTOBER, KNOWN_AT) == before
    assert firsts(october, OCTOBER, None)[NEVER_PAID] == date(2026, 10, 31)


def test_a_first_receipt_that_was_taken_back_later_is_known_still(october: sa.Engine) -> None:
    before = firsts(october, OCTOBER, KNOWN_AT)
    paid_first = date(2026, 10, 1)
    assert paid_first in before.values()
    close_later(october, paid_first)

    assert firsts(october, OCTOBER, KNOWN_AT) == before
    assert paid_first not in firsts(october, OCTOBER, None).values()


def test_days_long_before_the_period_are_told_as_known_too(october: sa.Engine) -> None:
    # In a day of July, 123 days before November ends: no vendor's day of it is loaded.
    before = firsts(october, NOVEMBER, KNOWN_AT)
    close_later(october, date(2026, 7, 30), Line(NEVER_PAID, 50_000), Line(1, 50_000))

    assert firsts(october, NOVEMBER, KNOWN_AT) == before
    assert firsts(october, NOVEMBER, None)[NEVER_PAID] == date(2026, 7, 30)


def test_pinned_days_are_told_as_of_their_edition_and_the_others_as_now(october: sa.Engine) -> None:
    pinned = Known(None, ((OCTOBER.first, OCTOBER.last, KNOWN_AT),))
    close_later(october, date(2026, 10, 31), Line(NEVER_PAID, 50_000))
    close_later(october, date(2026, 11, 2), Line(NEVER_PAID, 50_000))

    assert firsts(october, NOVEMBER, pinned)[NEVER_PAID] == date(2026, 11, 2)


def test_cohorts_are_those_of_the_time(october: sa.Engine) -> None:
    def halves() -> list[pd.DataFrame]:
        with reading(october) as session:
            told = load_halves(session, last=OCTOBER.last, known_at=KNOWN_AT)
        return [one.sort_values(list(one), ignore_index=True) for one in told]

    before = halves()
    close_later(october, date(2026, 10, 15), Line(NEVER_PAID, 50_000))
    close_later(october, date(2026, 11, 2), Line(NEVER_PAID, 50_000))

    for now, then in zip(halves(), before, strict=True):
        pd.testing.assert_frame_equal(now, then)


def test_halves_nobody_closed_since_are_read_as_they_are_kept(october: sa.Engine) -> None:
    close_later(october, date(2026, 10, 31), Line(NEVER_PAID, 50_000))

    def found(known_at: datetime | None) -> tuple[date, ...]:
        with reading(october) as session:
            return Halves.of(session, OCTOBER.last, known_at).changed

    assert found(KNOWN_AT) == (date(2026, 10, 15),)
    assert found(LATER) == found(None) == ()


def test_what_is_known_now_asks_for_no_closes(october: sa.Engine) -> None:
    with counted(october) as sent, reading(october) as session:
        Halves.of(session, OCTOBER.last, None).firsts()

    assert len(sent) == 1


def test_a_half_is_worked_out_from_the_closes_of_its_time_on_both(engine: sa.Engine) -> None:
    with writing(engine) as session:
        books.register(session)
        for day in (3, 5, 20):
            books.close(session, "MA", date(2026, 10, day), [Line(1, 10_000)])
        late = books.close(session, "MA", date(2026, 10, 3), [Line(2, 10_000)])
        late.closed_at = LATER

    with reading(engine) as session:
        then = Halves.of(session, OCTOBER.last, KNOWN_AT)
        told = then.frame().sort_values("first_on")
        first_days = sorted(then.firsts())

    assert first_days == [(1, date(2026, 10, 3)), (1, date(2026, 10, 20))]
    assert told["vendor_id"].tolist() == [1, 1]
    assert told["last_on"].dt.date.tolist() == [date(2026, 10, 5), date(2026, 10, 20)]
