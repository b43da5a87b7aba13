"""A made-up denominator survey: drawn as a real one is, answered by nobody; it says so in its name.

What stalls say follows from a hash, never from the feeds: answers and transactions know nothing of
each other here either.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from market.database import reading, writing
from market.demo.onboarding import morning
from market.demo.watch import Watch
from market.survey_kinds import Answer
from market.surveys.answering import Told, record_answer
from market.surveys.drawing import draw_survey
from market.surveys.paper import sheets_of
from market.surveys.planning import Wish
from market.surveys.visits import VisitEntry, find_survey, visits_of_survey
from merchants.actors import COMMAND

NAME = "Khảo sát tiền bán mô phỏng"
SHEETS = "survey-sheets.pdf"
DAYS = 21
"""How long before the end of the story people are asked; less where the story is shorter."""
_OF_A_HUNDRED = (
    (82, Answer.ANSWERED),
    (88, Answer.ABSENT),
    (94, Answer.REFUSED_FOR_TAX),
    (99, Answer.REFUSED),
    (100, Answer.CLOSED_FOR_GOOD),
)
_CUSTOMERS = (12, 45)
"""How few and how many customers a stall has on a day."""
_TICKETS_VND = (15_000, 20_000, 30_000, 50_000, 80_000)
_DIGITAL_PERCENT = (5, 55)


def ask_takings(
    engine: sa.Engine,
    out: Path,
    market_codes: Sequence[str],
    *,
    first: date,
    last: date,
    seed: int,
    watch: Watch,
) -> Path:
    """Draw the survey, write down what is said in it, and print its lists; return their file."""
    begin = max(first, last - timedelta(days=DAYS - 1))
    advance = watch.step("Khảo sát tiền bán / Survey of takings", 2)
    wish = Wish(
        name=f"{NAME} {last:%m/%Y}",
        market_codes=tuple(market_codes),
        first_on=begin,
        last_on=last,
        margin_permille=80,
        sheets=2,
    )
    with writing(engine) as session:
        drawn_at = morning(begin)
        survey = draw_survey(session, wish, seed=f"demo-{seed}", actor=COMMAND, now=drawn_at)
        survey_id, size = survey.id or 0, survey.size
        advance(1)
        asked = [one for one in visits_of_survey(session, survey_id) if not one.is_reserve]
        for one in asked:
            told = said(seed, one)
            record_answer(session, one, told, actor=COMMAND, now=morning(one.asked_on))
    path = out / SHEETS
    with reading(engine) as session:
        path.write_bytes(sheets_of(session, find_survey(session, survey_id)))
    advance(2)
    watch.say(f"{wish.name}: {size} lượt hỏi / stall days")
    return path


def said(seed: int, visit: VisitEntry) -> Told:
    """Return what came of a visit: the same for the same seed, stall and day."""
    where = f"{seed}|{visit.market_code}|{visit.stall_code}|{visit.asked_on}"
    chance = hashlib.sha256(where.encode()).digest()
    outcome = next(answer for until, answer in _OF_A_HUNDRED if chance[0] % 100 < until)
    if outcome is not Answer.ANSWERED:
        return Told(outcome=outcome)
    takings = _between(_CUSTOMERS, chance[1]) * _TICKETS_VND[chance[2] % len(_TICKETS_VND)]
    digital = takings * _between(_DIGITAL_PERCENT, chance[3]) // 100 // 1_000 * 1_000
    counted = chance[4] % 6
    return Told(
        outcome=outcome,
        cash_vnd=takings - digital,
        digital_vnd=digital,
        counted_cash=counted,
        counted_digital=chance[5] % 3,
    )


def _between(ends: tuple[int, int], byte: int) -> int:
    low, high = ends
    return low + byte * (high - low) // 255
