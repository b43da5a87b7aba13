"""A survey of the two small markets, and what stalls say in it; takings follow from their numbers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from market.survey_kinds import Answer
from market.surveys.answering import Told, record_answer
from market.surveys.drawing import draw_survey
from market.surveys.planning import Wish
from market.surveys.visits import VisitEntry, visits_of_survey
from market.tables import Survey
from merchants.actors import Actor
from tests.market import books

ECONOMIST = Actor(kind="staff", name="1")
DRAWN_AT = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
SEED = "a-seed"


def wish(**changes: Any) -> Wish:
    values: dict[str, Any] = {
        "name": "Khảo sát tháng 10",
        "market_codes": ("MA", "LG"),
        "first_on": books.FIRST,
        "last_on": books.LAST,
        "reserve": 1,
        "sheets": 2,
    }
    return Wish(**values | changes)


def drawn(session: Session, **changes: Any) -> Survey:
    return draw_survey(session, wish(**changes), seed=SEED, actor=ECONOMIST, now=DRAWN_AT)


def takings(visit: VisitEntry) -> tuple[int, int]:
    """What a stall took, digital and cash: the same whoever asks."""
    number = int(visit.stall_code.removeprefix("A"))
    return 10_000 * (number % 5), 40_000 + 10_000 * (number % 3)


def answered(visit: VisitEntry) -> Told:
    digital, cash = takings(visit)
    return Told(
        outcome=Answer.ANSWERED,
        cash_vnd=cash,
        digital_vnd=digital,
        counted_cash=3,
        counted_digital=int(digital > 0),
    )


def answer_all(
    session: Session, survey: Survey, *, besides: Sequence[int] = (), now: datetime = LATER
) -> list[VisitEntry]:
    """Let everybody of the sample answer besides some visits; return who did."""
    visits = [
        one
        for one in visits_of_survey(session, survey.id or 0)
        if not one.is_reserve and one.id not in besides
    ]
    for one in visits:
        record_answer(session, one, answered(one), actor=ECONOMIST, now=now)
    return visits


OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
