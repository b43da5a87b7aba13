"""Working days: Monday to Friday without public holidays."""

from datetime import date, timedelta

from merchants.calendars.holidays import SATURDAY, holidays


def is_working_day(day: date) -> bool:
    """Return whether offices work on the day."""
    return day.weekday() < SATURDAY and day not in holidays(day.year)


def after_working_days(day: date, count: int) -> date:
    """Return the last of ``count`` working days after a day; the day itself does not count.

    What is received on Friday and answered within two working days is answered by Tuesday.
    """
    if count < 1:
        raise ValueError(f"{count} working days: at least 1")
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Return how many working days lie after ``first`` up to ``last``; negative the other way."""
    if last < first:
        return -working_days_between(last, first)
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
