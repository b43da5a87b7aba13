"""Writing down what came of a visit: by form at the stall, or many at once from a file."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.i18n import num
from market.survey_kinds import Answer
from market.surveys.errors import SurveyFileRefused
from market.surveys.visits import VisitEntry, visits_of_survey
from market.tables import SurveyAnswer
from merchants.actors import Actor
from merchants.days import market_day
from merchants.errors import EntryRefused
from merchants.sentences import Sentence

TAKINGS_MAX_VND = 1_000_000_000
COUNTED_MAX = 500
FILE_COLUMNS = ("visit", "outcome", "cash_vnd", "digital_vnd", "counted_cash", "counted_digital")
_FILE_NEEDS = FILE_COLUMNS[:2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of a visit; amounts only of who answered, ``None`` = not said."""

    outcome: Answer
    cash_vnd: int | None = None
    digital_vnd: int | None = None
    counted_cash: int | None = None
    counted_digital: int | None = None


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A line of a file that was not written down, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class EnteredFile:
    """What became of a file of answers."""

    recorded: int
    unchanged: int
    """Lines that say what was written down already."""
    rejected: tuple[RejectedRow, ...]


def record_answer(
    session: Session, visit: VisitEntry, told: Told, *, actor: Actor, now: datetime
) -> SurveyAnswer:
    """Write down what came of a visit; a later answer of the same visit takes its place.

    Raises:
        EntryRefused: the day has not come yet, or what is told does not hold together.
    """
    faults = _faults(visit, told, now)
    if faults:
        raise EntryRefused(faults)
    row = SurveyAnswer(
        visit_id=visit.id,
        outcome=told.outcome,
        cash_vnd=told.cash_vnd,
        digital_vnd=told.digital_vnd,
        counted_cash=told.counted_cash,
        counted_digital=told.counted_digital,
        recorded_at=now,
        recorded_by=str(actor),
    )
    session.add(row)
    session.flush()
    return row


def enter_file(
    session: Session, survey_id: int, text: str, *, actor: Actor, now: datetime
) -> EnteredFile:
    """Write down the answers of a CSV file; lines that cannot be are told and leave the rest be.

    Sent again, a file changes nothing.

    Raises:
        SurveyFileRefused: a column is missing.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    for name in _FILE_NEEDS:
        if name not in (reader.fieldnames or ()):
            raise SurveyFileRefused(name)
    visits = {str(one.id): one for one in visits_of_survey(session, survey_id)}
    standing = _standing(session, [one.id for one in visits.values()])
    recorded = unchanged = 0
    rejected = []
    for line, row in enumerate(reader, start=2):
        try:
            visit, told = _read_row(row, visits)
            if standing.get(visit.id) == told:
                unchanged += 1
                continue
            record_answer(session, visit, told, actor=actor, now=now)
        except EntryRefused as refusal:
            reasons = "; ".join(f"{name}: {said}" for name, said in refusal.faults.items())
            rejected.append(RejectedRow(line, reasons))
            continue
        standing[visit.id] = told
        recorded += 1
    return EnteredFile(recorded, unchanged, tuple(rejected))


def _faults(visit: VisitEntry, told: Told, now: datetime) -> dict[str, str]:
    faults: dict[str, str] = {}
    if visit.asked_on > market_day(now):
        faults["outcome"] = Sentence(
            "Gian {stall} hỏi ngày {on:%d/%m/%Y}, chưa tới ngày",
            stall=visit.stall_code,
            on=visit.asked_on,
        )
    amounts = {
        name: getattr(told, name)
        for name in ("cash_vnd", "digital_vnd", "counted_cash", "counted_digital")
    }
    if told.outcome is Answer.ANSWERED:
        for name in ("cash_vnd", "digital_vnd"):
            if amounts[name] is None:
                faults[name] = "Chưa có số tiền: không bán đồng nào thì ghi 0"
    else:
        for name in ("cash_vnd", "digital_vnd"):
            if amounts[name] is not None:
                faults[name] = "Chỉ ghi tiền khi người bán đã trả lời"
    if (told.counted_cash is None) is not (told.counted_digital is None):
        name = "counted_cash" if told.counted_cash is None else "counted_digital"
        faults[name] = "Đã đếm thì ghi cả hai số, không có lượt nào thì ghi 0"
    for name, most in (
        ("cash_vnd", TAKINGS_MAX_VND),
        ("digital_vnd", TAKINGS_MAX_VND),
        ("counted_cash", COUNTED_MAX),
        ("counted_digital", COUNTED_MAX),
    ):
        amount = amounts[name]
        if amount is not None and not 0 <= amount <= most:
            faults.setdefault(
                name, Sentence("Ghi {n}, cần từ 0 đến {most}", n=num(amount), most=num(most))
            )
    return faults


def _read_row(
    row: Mapping[str | None, str | None], visits: Mapping[str, VisitEntry]
) -> tuple[VisitEntry, Told]:
    faults: dict[str, str] = {}

    def text(name: str) -> str:
        return (row.get(name) or "").strip()

    def number(name: str) -> int | None:
        said = text(name)
        if not said:
            return None
        if not (said.isascii() and said.isdigit() and len(said) <= 12):
            faults[name] = Sentence("“{text}” chưa phải số nguyên", text=said[:20])
            return None
        return int(said)

    visit = visits.get(text("visit"))
    if visit is None:
        faults["visit"] = Sentence("Đợt này không có lượt hỏi “{text}”", text=text("visit")[:20])
    outcome = next((one for one in Answer if one.value == text("outcome")), None)
    if outcome is None:
        faults["outcome"] = Sentence(
            "“{text}” chưa đúng, cần một trong: {words}",
            text=text("outcome")[:20],
            words=", ".join(one.value for one in Answer),
        )
    numbers = {name: number(name) for name in FILE_COLUMNS[2:]}
    if faults or visit is None or outcome is None:
        raise EntryRefused(faults)
    return visit, Told(outcome=outcome, **numbers)


def _standing(session: Session, visit_ids: list[int]) -> dict[int, Told]:
    """Return what stands written down of some visits."""
    newest = (
        sa.select(sa.func.max(col(SurveyAnswer.id)))
        .where(col(SurveyAnswer.visit_id).in_(visit_ids))
        .group_by(col(SurveyAnswer.visit_id))
    )
    rows = session.exec(select(SurveyAnswer).where(col(SurveyAnswer.id).in_(newest)))
    return {
        row.visit_id: Told(
            outcome=row.outcome,
            cash_vnd=row.cash_vnd,
            digital_vnd=row.digital_vnd,
            counted_cash=row.counted_cash,
            counted_digital=row.counted_digital,
        )
        for row in rows
    }
