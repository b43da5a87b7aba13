"""Programmes and their waves for machines: added, changed and ended."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from market.api.paging import Body, Page, View
from market.api.people import Once
from market.api.plans import MarketCode, PlanDay
from market.api.problems import problem_of_changes
from market.security.once import earlier_answer, remember_answer
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.campaigns.programme_changes import (
    ProgrammeDetails,
    WaveDetails,
    change_programme,
    change_wave,
    end_programme,
    set_wave_markets,
)
from merchants.campaigns.programmes import (
    WAVE_NUMBER_MAX,
    NewProgramme,
    NewWave,
    ProgrammeEntry,
    add_programme,
    add_wave,
    find_programme,
    list_programmes,
)
from merchants.errors import ProgrammeChangedMeanwhile

router = APIRouter(prefix="/api/v1", tags=["plans"])

ProgrammeCode = Annotated[str, Path(pattern=r"^[A-Z0-9][A-Z0-9-]{0,19}$")]
WaveNumber = Annotated[int, Path(ge=1, le=WAVE_NUMBER_MAX)]
Version = Annotated[int, Field(ge=1, lt=2**31)]


class WaveView(View):
    """A wave and the codes of the markets that begin in it; ``version`` goes into the next change."""

    number: int
    name: str
    from_on: date
    to_on: date | None
    version: int
    market_codes: list[str]


class ProgrammeView(View):
    """A programme with its waves; ``version`` goes into the next change."""

    code: str
    name: str
    legal_basis: str
    from_on: date
    to_on: date | None
    version: int
    waves: list[WaveView]


class ProgrammeBody(Body):
    """A programme to be added."""

    code: Annotated[str, Field(max_length=20)]
    name: Annotated[str, Field(max_length=120)]
    legal_basis: Annotated[str, Field(max_length=200)]
    from_on: PlanDay
    to_on: PlanDay | None = None


class WaveBody(Body):
    """A wave to be added."""

    number: Annotated[int, Field(ge=1, le=WAVE_NUMBER_MAX)]
    name: Annotated[str, Field(max_length=120)] = ""
    from_on: PlanDay
    to_on: PlanDay | None = None
    market_codes: Annotated[list[MarketCode], Field(max_length=500)]


class WaveMarketsBody(Body):
    """The markets that begin in a wave; those not named leave it.

    ``version`` is the wave's as it was read; ``null`` = whatever it is.
    """

    market_codes: Annotated[list[MarketCode], Field(max_length=500)]
    version: Version | None = None


class ProgrammeChange(Body):
    """A programme as it shall be; ``version`` as it was read."""

    version: Version
    name: Annotated[str, Field(max_length=120)]
    legal_basis: Annotated[str, Field(max_length=200)]
    from_on: PlanDay
    to_on: PlanDay | None = None


class ProgrammeEnd(Body):
    """The last day; ``version`` as it was read."""

    version: Version
    to_on: PlanDay


class WaveChange(Body):
    """A wave as it shall be, with all its markets; ``version`` as it was read."""

    version: Version
    name: Annotated[str, Field(max_length=120)] = ""
    from_on: PlanDay
    to_on: PlanDay | None = None
    market_codes: Annotated[list[MarketCode], Field(max_length=500)]


@router.get("/programmes")
def programmes(session: Reading) -> Page[ProgrammeView]:
    """Return the programmes with their waves, the newest window first; always on one page."""
    return Page(items=[_programme_view(one) for one in list_programmes(session)], next=None)


@router.post("/programmes", status_code=201)
def make_programme(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    body: ProgrammeBody,
    once: Once = "",
) -> ProgrammeView:
    """Add a programme or a time-bound campaign."""
    content = f"api-programme|{body.model_dump_json()}"
    location = earlier_answer(session, caller, once, content)
    if location is None:
        now = request.app.state.now()
        new = NewProgramme(**body.model_dump())
        row = add_programme(session, new, actor=caller.actor, now=now)
        location = f"/api/v1/programmes/{row.code}"
        remember_answer(session, caller, once, content, location, now)
    response.headers["Location"] = location
    return _programme_view(find_programme(session, location.rpartition("/")[2]))


@router.get("/programmes/{programme_code}")
def programme(session: Reading, programme_code: ProgrammeCode) -> ProgrammeView:
    """Return one programme with its waves."""
    return _programme_view(find_programme(session, programme_code))


@router.post("/programmes/{programme_code}/waves", status_code=201)
def make_wave(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    programme_code: ProgrammeCode,
    body: WaveBody,
    once: Once = "",
) -> ProgrammeView:
    """Add a wave with the markets that begin in it."""
    content = f"api-wave|{programme_code}|{body.model_dump_json()}"
    location = f"/api/v1/programmes/{programme_code}"
    if earlier_answer(session, caller, once, content) is None:
        now = request.app.state.now()
        new = NewWave(**body.model_dump())
        add_wave(session, programme_code, new, actor=caller.actor, now=now)
        remember_answer(session, caller, once, content, location, now)
    response.headers["Location"] = location
    return _programme_view(find_programme(session, programme_code))


@router.put("/programmes/{programme_code}/waves/{number}/markets", response_model=ProgrammeView)
def put_wave_markets(
    request: Request,
    session: Writing,
    caller: Caller,
    programme_code: ProgrammeCode,
    number: WaveNumber,
    body: WaveMarketsBody,
) -> ProgrammeView | Response:
    """Say which markets begin in a wave."""
    return _changed_or_told(
        request,
        session,
        programme_code,
        lambda: set_wave_markets(
            session,
            programme_code,
            number,
            body.market_codes,
            version=body.version,
            actor=caller.actor,
            now=request.app.state.now(),
        ),
    )


@router.put("/programmes/{programme_code}", response_model=ProgrammeView)
def put_programme(
    request: Request,
    session: Writing,
    caller: Caller,
    programme_code: ProgrammeCode,
    body: ProgrammeChange,
) -> ProgrammeView | Response:
    """Change a programme; 409 with what was changed when somebody else was first."""
    details = ProgrammeDetails(**body.model_dump(exclude={"version"}))
    return _changed_or_told(
        request,
        session,
        programme_code,
        lambda: change_programme(
            session,
            programme_code,
            details,
            version=body.version,
            actor=caller.actor,
            now=request.app.state.now(),
        ),
    )


@router.post("/programmes/{programme_code}/end", response_model=ProgrammeView)
def stop_programme(
    request: Request,
    session: Writing,
    caller: Caller,
    programme_code: ProgrammeCode,
    body: ProgrammeEnd,
) -> ProgrammeView | Response:
    """Say on which day a programme ends; waves that run longer end with it."""
    return _changed_or_told(
        request,
        session,
        programme_code,
        lambda: end_programme(
            session,
            programme_code,
            to_on=body.to_on,
            version=body.version,
            actor=caller.actor,
            now=request.app.state.now(),
        ),
    )


@router.put("/programmes/{programme_code}/waves/{number}", response_model=ProgrammeView)
def put_wave(
    request: Request,
    session: Writing,
    caller: Caller,
    programme_code: ProgrammeCode,
    number: WaveNumber,
    body: WaveChange,
) -> ProgrammeView | Response:
    """Change a wave and its markets; 409 with what was changed when somebody else was first."""
    details = WaveDetails(**body.model_dump(exclude={"version"}))
    return _changed_or_told(
        request,
        session,
        programme_code,
        lambda: change_wave(
            session,
            programme_code,
            number,
            details,
            version=body.version,
            actor=caller.actor,
            now=request.app.state.now(),
        ),
    )


def _changed_or_told(
    request: Request, session: Writing, programme_code: str, change: Callable[[], object]
) -> ProgrammeView | Response:
    """Change something and return the programme, or what somebody else changed before."""
    try:
        change()
    except ProgrammeChangedMeanwhile as meanwhile:
        return problem_of_changes(request, meanwhile, meanwhile.changes)
    return _programme_view(find_programme(session, programme_code))


def _programme_view(entry: ProgrammeEntry) -> ProgrammeView:
    return ProgrammeView(
        code=entry.code,
        name=entry.name,
        legal_basis=entry.legal_basis,
        from_on=entry.from_on,
        to_on=entry.to_on,
        version=entry.version,
        waves=[
            WaveView(
                number=wave.number,
                name=wave.name,
                from_on=wave.from_on,
                to_on=wave.to_on,
                version=wave.version,
                market_codes=[code for code, _ in wave.markets],
            )
            for wave in entry.waves
        ],
    )
