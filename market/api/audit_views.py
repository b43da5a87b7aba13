"""What goes in and out about audits and incidents; of accounts the last characters, never more."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from market.api.instants import ToldAt
from market.api.paging import Body, View
from merchants.audits.check_lists import CheckEntry
from merchants.audits.incident_lists import IncidentEntry
from merchants.audits.incidents import NOTE_CHARS_MAX as INCIDENT_NOTE_MAX
from merchants.audits.round_lists import RoundEntry, RoundItem, RoundRecord
from merchants.kinds import (
    CheckResult,
    CheckSource,
    IncidentOutcome,
    IncidentState,
    TellingWay,
)
from merchants.stalls.codes import STALL_CODE_LENGTH_MAX
from qr.print_code import TypedCode

StallCode = Annotated[str, Field(min_length=1, max_length=STALL_CODE_LENGTH_MAX)]
RoundId = Annotated[int, Field(ge=1, le=2**31 - 1)]


class RoundView(View):
    """A round, and how far it came."""

    id: int
    held_on: date
    method: str
    seed: str
    share_permille: int
    drawn_at: datetime
    drawn_by: str
    posters: int
    checked: int
    passed: int

    @classmethod
    def of(cls, one: RoundEntry) -> "RoundView":
        """Return the view of a round."""
        return cls.model_validate({name: getattr(one, name) for name in cls.model_fields})


class RoundItemView(View):
    """A poster of a round in walk order; ``result`` ``null`` = nobody has looked yet."""

    place: int
    serial: str
    stall_code: str
    zone: str
    vendor_code: str
    result: CheckResult | None
    checked_at: datetime | None
    check_id: int | None

    @classmethod
    def of(cls, one: RoundItem) -> "RoundItemView":
        """Return the view of a poster of a round."""
        return cls.model_validate({name: getattr(one, name) for name in cls.model_fields})


class CandidateView(View):
    """A poster the round was drawn from."""

    serial: str
    rounds_waited: int


class RoundRecordView(View):
    """A round with its list, and all it takes to draw it again by ``method``."""

    round: RoundView
    items: list[RoundItemView]
    candidates: list[CandidateView]

    @classmethod
    def of(cls, one: RoundRecord) -> "RoundRecordView":
        """Return the view of a round's record."""
        return cls(
            round=RoundView.of(one.entry),
            items=[RoundItemView.of(item) for item in one.items],
            candidates=[
                CandidateView(serial=each.serial, rounds_waited=each.rounds_waited)
                for each in one.candidates
            ],
        )


class CheckView(View):
    """A look at a poster; ``device_at`` is the phone's own clock."""

    id: int
    stall_code: str
    vendor_code: str
    serial: str
    result: CheckResult
    source: CheckSource
    is_self_check: bool
    codes_seen: int
    unused_correction_permille: int | None
    evidence_sha256: str | None
    note: str
    checked_at: datetime
    device_at: datetime | None
    recorded_by: str

    @classmethod
    def of(cls, one: CheckEntry) -> "CheckView":
        """Return the view of a look."""
        return cls.model_validate({name: getattr(one, name) for name in cls.model_fields})


class CheckBody(Body):
    """A look: the codes a camera read, or what a person saw; one of the two."""

    stall_code: StallCode
    payloads: Annotated[tuple[str, ...], Field(max_length=50)] = ()
    result: CheckResult | None = None
    round_id: RoundId | None = None
    device_at: ToldAt | None = None
    note: Annotated[str, Field(max_length=400)] = ""


class IncidentView(View):
    """A wrong code and what became of it; people as ``staff:12``."""

    id: int
    state: IncidentState
    stall_code: str
    vendor_code: str
    serial: str
    account_tail: str
    code_label: str
    since_at: datetime
    is_since_check: bool
    found_at: datetime
    source: CheckSource
    is_self_check: bool
    evidence_sha256: str | None
    check_id: int
    told_at: datetime | None
    told_how: TellingWay | None
    told_by: str
    closed_at: datetime | None
    closed_by: str
    outcome: IncidentOutcome | None
    note: str

    @classmethod
    def of(cls, one: IncidentEntry) -> "IncidentView":
        """Return the view of an incident."""
        return cls.model_validate({name: getattr(one, name) for name in cls.model_fields})


class ToldBody(Body):
    """How the vendor learnt of it; ``own_page`` is for vendors alone."""

    how: TellingWay


class CloseBody(Body):
    """What was done."""

    outcome: IncidentOutcome
    note: Annotated[str, Field(max_length=INCIDENT_NOTE_MAX * 2)]


class CodeBody(Body):
    """A code as it was typed off a poster."""

    code: Annotated[str, Field(max_length=40)]


class CodeView(View):
    """What a typed code is."""

    verdict: TypedCode
