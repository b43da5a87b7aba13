"""Programmes and waves as they are changed and ended; the second of two people is told what changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col, select

from market.i18n import day
from market.pages.campaigns.forms import day_in, number_in
from market.pages.days import now_of, today_of
from market.pages.entries import Changed, carry_out
from market.pages.forms import Form, Sent
from market.pages.rendering import page
from market.security.once import new_once
from market.security.principal import Principal
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.campaigns.programme_changes import (
    ProgrammeDetails,
    WaveDetails,
    change_programme,
    change_wave,
    end_programme,
)
from merchants.campaigns.programmes import (
    ProgrammeEntry,
    WaveEntry,
    find_programme,
    wave_code,
)
from merchants.errors import FieldChange, ProgrammeChangedMeanwhile, ProgrammeNotFound
from merchants.tables import Market

router = APIRouter()

LABELS = {
    "name": "Tên",
    "legal_basis": "Căn cứ",
    "from_on": "Từ ngày",
    "to_on": "Đến hết ngày",
    "market_codes": "Các chợ",
}
_FIELDS = {
    "name": "ten",
    "legal_basis": "can_cu",
    "from_on": "tu",
    "to_on": "den",
    "market_codes": "cho",
}
_END_FIELDS = {"to_on": "ket_thuc"}
_DAYS = frozenset({"from_on", "to_on"})


@router.get("/ke-hoach/chuong-trinh/{programme_code}", response_class=HTMLResponse)
def programme_change_form(
    request: Request, session: Reading, caller: Caller, programme_code: str
) -> HTMLResponse:
    """Show a programme to be changed or ended."""
    entry = find_programme(session, programme_code)
    return _Shown(request, session, caller).programme(entry, _form_of(entry))


@router.post("/ke-hoach/chuong-trinh/{programme_code}", response_class=HTMLResponse)
def send_programme_change(
    request: Request, session: Writing, caller: Caller, programme_code: str, form: Sent
) -> Response:
    """Change what is said about a programme."""
    entry = find_programme(session, programme_code)
    from_on = day_in(form, "tu", needed="Ghi ngày bắt đầu")
    details = ProgrammeDetails(
        name=form.value("ten"),
        legal_basis=form.value("can_cu"),
        from_on=from_on or entry.from_on,
        to_on=day_in(form, "den"),
    )
    version = _version(form)
    shown = _Shown(request, session, caller)
    return shown.carry_out(
        form,
        lambda: change_programme(
            session,
            programme_code,
            details,
            version=version,
            actor=caller.actor,
            now=now_of(request),
        ),
        _FIELDS,
        lambda changed: shown.programme(
            find_programme(session, programme_code), form, changed=changed
        ),
    )


@router.post("/ke-hoach/chuong-trinh/{programme_code}/ket-thuc", response_class=HTMLResponse)
def send_programme_end(
    request: Request, session: Writing, caller: Caller, programme_code: str, form: Sent
) -> Response:
    """Say on which day a programme ends; its waves end with it."""
    entry = find_programme(session, programme_code)
    to_on = day_in(form, "ket_thuc", needed="Ghi ngày cuối của chương trình")
    version = _version(form)
    shown = _Shown(request, session, caller)
    return shown.carry_out(
        form,
        lambda: end_programme(
            session,
            programme_code,
            to_on=to_on or entry.from_on,
            version=version,
            actor=caller.actor,
            now=now_of(request),
        ),
        _END_FIELDS,
        lambda changed: shown.programme(
            find_programme(session, programme_code), _form_of(entry), end=form, changed=changed
        ),
    )


@router.get("/ke-hoach/chuong-trinh/{programme_code}/dot/{number}", response_class=HTMLResponse)
def wave_change_form(
    request: Request, session: Reading, caller: Caller, programme_code: str, number: RowId
) -> HTMLResponse:
    """Show a wave to be changed, with the markets that begin in it."""
    entry = find_programme(session, programme_code)
    return _Shown(request, session, caller).wave(entry, number, _form_of(_wave(entry, number)))


@router.post("/ke-hoach/chuong-trinh/{programme_code}/dot/{number}", response_class=HTMLResponse)
def send_wave_change(
    request: Request,
    session: Writing,
    caller: Caller,
    programme_code: str,
    number: RowId,
    form: Sent,
) -> Response:
    """Change a wave, and say which markets begin in it."""
    wave = _wave(find_programme(session, programme_code), number)
    from_on = day_in(form, "tu", needed="Ghi ngày bắt đầu")
    known = set(session.exec(select(Market.code)))
    details = WaveDetails(
        name=form.value("ten"),
        from_on=from_on or wave.from_on,
        to_on=day_in(form, "den"),
        market_codes=[code for code in form.all("cho") if code in known],
    )
    version = _version(form)
    shown = _Shown(request, session, caller)
    return shown.carry_out(
        form,
        lambda: change_wave(
            session,
            programme_code,
            number,
            details,
            version=version,
            actor=caller.actor,
            now=now_of(request),
        ),
        _FIELDS,
        lambda changed: shown.wave(
            find_programme(session, programme_code), number, form, changed=changed
        ),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """The two pages, for one reader."""

    request: Request
    session: Session
    caller: Principal

    def carry_out(
        self,
        form: Form,
        act: Callable[[], object],
        fields: Mapping[str, str],
        again: Callable[[list[Changed]], HTMLResponse],
    ) -> Response:
        """Do what a form asks and go to the plan, or show the page again with what stands against it."""
        try:
            done = carry_out(
                self.request,
                self.session,
                self.caller,
                form,
                act=act,
                location="/ke-hoach",
                fields=fields,
            )
        except ProgrammeChangedMeanwhile as meanwhile:
            return again([_changed(one) for one in meanwhile.changes])
        return done or again([])

    def programme(
        self,
        entry: ProgrammeEntry,
        form: Form,
        *,
        end: Form | None = None,
        changed: list[Changed] | None = None,
    ) -> HTMLResponse:
        """Return the page of a programme."""
        end = end or Form.showing(ket_thuc=today_of(self.request).isoformat())
        return page(
            self.request,
            "programme_change",
            caller=self.caller,
            status_code=_status(changed, form, end),
            programme=entry,
            form=form,
            end=end,
            # Who was told what changed sends the same fields again and overwrites it knowingly.
            version=_version_shown(form, changed, entry.version),
            once=[new_once(), new_once()],
            changed=changed or [],
        )

    def wave(
        self,
        entry: ProgrammeEntry,
        number: int,
        form: Form,
        *,
        changed: list[Changed] | None = None,
    ) -> HTMLResponse:
        """Return the page of a wave."""
        wave = _wave(entry, number)
        query = select(Market.code, Market.name).order_by(col(Market.code))
        return page(
            self.request,
            "wave_change",
            caller=self.caller,
            status_code=_status(changed, form),
            programme=entry,
            wave=wave,
            form=form,
            version=_version_shown(form, changed, wave.version),
            once=new_once(),
            changed=changed or [],
            markets=self.session.exec(query).all(),
        )


def _wave(entry: ProgrammeEntry, number: int) -> WaveEntry:
    for wave in entry.waves:
        if wave.number == number:
            return wave
    raise ProgrammeNotFound(wave_code(entry.code, number))


def _form_of(entry: ProgrammeEntry | WaveEntry) -> Form:
    form = Form.showing(
        ten=entry.name,
        tu=entry.from_on.isoformat(),
        den=entry.to_on.isoformat() if entry.to_on else "",
        ban=entry.version,
    )
    if isinstance(entry, ProgrammeEntry):
        return Form({**form.values, "can_cu": [entry.legal_basis]})
    return Form({**form.values, "cho": [code for code, _ in entry.markets]})


def _version(form: Form) -> int:
    """Return the version a form was filled from; without one, none that there ever was."""
    return number_in(form, "ban") or 0


def _version_shown(form: Form, changed: list[Changed] | None, current: int) -> str:
    return str(current) if changed else form.value("ban") or str(current)


def _status(changed: list[Changed] | None, *forms: Form) -> int:
    if changed:
        return 409
    return 422 if any(form.errors for form in forms) else 200


def _changed(one: FieldChange) -> Changed:
    label = LABELS[one.field]
    if one.field in _DAYS:
        return Changed(label, _day_text(one.old), _day_text(one.new))
    return Changed(label, one.old, one.new)


def _day_text(text: str) -> str:
    return day(date.fromisoformat(text)) if text else ""
