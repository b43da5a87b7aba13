"""Recording at the stall what a vendor agreed to: purpose by purpose, with what proves it."""

from datetime import date, datetime, time
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n import Lang, Translator, translator
from market.pages.actors import actor_names
from market.pages.campaigns.forms import content_of
from market.pages.consent_proof import FILE, WITNESS, read_evidence
from market.pages.days import now_of, today_of
from market.pages.forms import Form, Sent, see_other
from market.pages.rendering import address, lang_of, page
from market.reports.held_words import CHANNELS_VI, PURPOSES_VI
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.days import HO_CHI_MINH
from merchants.find import find_market, find_vendor
from merchants.kinds import ConsentChannel
from merchants.privacy.consent_rules import PROOF_NEEDED, PURPOSES, lacking_proof
from merchants.privacy.consents import (
    BEFORE_THE_FIRST,
    WITNESS_MAX,
    ConsentProof,
    ledger_of,
    record_consents,
    standing,
)
from merchants.privacy.notices import notice, published, version_on
from merchants.privacy.withdrawals import withdraw
from merchants.sentences import Sentence
from merchants.tables import Vendor

router = APIRouter()

PATH = "/cho/{market_code}/nguoi-ban/{vendor_code}/dong-y"
CHANNELS = (ConsentChannel.SIGNATURE, ConsentChannel.SPOKEN)
"""What staff may record; the PIN is the vendor's own and a sheet is an import."""
_PROOF_FIELDS = {"is_read_aloud": "doc", "evidence_sha256": FILE, "witness": WITNESS}


@router.get(PATH, response_class=HTMLResponse)
def consents(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    xong: str = "",
) -> HTMLResponse:
    """Show what a vendor agreed to and the form to record more."""
    form = Form.showing(ngay=f"{today_of(request):%d/%m/%Y}")
    done = {"ghi": "Đã ghi sự đồng ý.", "rut": "Đã ghi rút lại."}.get(xong, "")
    return _shown(request, session, caller, market_code, vendor_code, form, done=done)


@router.post(PATH, response_class=HTMLResponse)
def record(
    request: Request,
    session: Writing,
    caller: Caller,
    form: Sent,
    market_code: str,
    vendor_code: str,
) -> Response:
    """Record that the vendor agreed to the ticked purposes; what stands already stays."""
    vendor = find_vendor(session, vendor_code)
    _ = translator(lang_of(request))
    once, content = form.value("once"), content_of(form, request.url.path)
    if done := earlier_answer(session, caller, once, content):
        return see_other(done)
    given_at = _given_at(form, _, request)
    evidence = read_evidence(form)
    purposes = [each for each in PURPOSES if each.value in form.all("viec")]
    if not purposes:
        form.refuse(
            "viec", _("Đánh dấu ít nhất một việc người bán đồng ý. Không việc nào tự chọn sẵn.")
        )
    channel = form.value("cach")
    if channel not in set(CHANNELS):
        form.refuse("cach", _("Chọn người bán đồng ý bằng cách nào."))
    else:
        _require_proof(form, ConsentChannel(channel), evidence)
    if form.errors or given_at is None:
        return _shown(request, session, caller, market_code, vendor_code, form, status_code=422)
    assert vendor.id is not None
    proof = ConsentProof(
        channel=ConsentChannel(channel),
        notice_version=version_on(today_of(request)) or BEFORE_THE_FIRST,
        language="en" if form.value("ngon_ngu") == Lang.EN else "vi",
        is_read_aloud=form.is_ticked("doc"),
        evidence_sha256=evidence or None,
        witness=form.value(WITNESS),
    )
    record_consents(
        session,
        {vendor.id: given_at},
        purposes,
        proof=proof,
        actor=caller.actor,
        now=now_of(request),
    )
    led_to = address(request, request.url.path, xong="ghi")
    remember_answer(session, caller, once, content, led_to, now_of(request))
    return see_other(led_to)


@router.post(f"{PATH}/rut", response_class=HTMLResponse)
def record_withdrawal(
    request: Request,
    session: Writing,
    caller: Caller,
    form: Sent,
    market_code: str,
    vendor_code: str,
) -> Response:
    """Record that the vendor took consent back, by word of mouth or on paper."""
    vendor = find_vendor(session, vendor_code)
    _ = translator(lang_of(request))
    once, content = form.value("once"), content_of(form, request.url.path)
    if done := earlier_answer(session, caller, once, content):
        return see_other(done)
    purposes = [each for each in PURPOSES if each.value in form.all("rut")]
    if not purposes:
        form.refuse("rut", _("Đánh dấu việc người bán rút lại."))
        return _shown(request, session, caller, market_code, vendor_code, form, status_code=422)
    withdraw(session, vendor, purposes, actor=caller.actor, now=now_of(request))
    led_to = address(request, request.url.path.removesuffix("/rut"), xong="rut")
    remember_answer(session, caller, once, content, led_to, now_of(request))
    return see_other(led_to)


def _given_at(form: Form, _: Translator, request: Request) -> datetime | None:
    on = _day_of(form.value("ngay"))
    if on is None:
        form.refuse("ngay", _("Ghi ngày như 21/11/2026."))
        return None
    now, today = now_of(request), today_of(request)
    if on > today:
        form.refuse("ngay", _("Ngày này chưa tới. Ghi ngày người bán đã đồng ý."))
        return None
    return now if on == today else datetime.combine(on, time(12), HO_CHI_MINH)


def _day_of(text: str) -> date | None:
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None


def _require_proof(form: Form, channel: ConsentChannel, evidence: str) -> None:
    witness = form.value(WITNESS)
    lacking = lacking_proof(
        channel,
        is_read_aloud=form.is_ticked("doc"),
        has_evidence=bool(evidence),
        has_witness=bool(witness),
    )
    for field in lacking:
        form.refuse(_PROOF_FIELDS[field], PROOF_NEEDED[field])
    if len(witness) > WITNESS_MAX:
        form.refuse(
            WITNESS,
            Sentence("Dài {n} chữ, ghi tối đa {most} chữ", n=len(witness), most=WITNESS_MAX),
        )


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    vendor_code: str,
    form: Form,
    **options: Any,
) -> HTMLResponse:
    vendor: Vendor = find_vendor(session, vendor_code)
    assert vendor.id is not None
    version = version_on(today_of(request)) or published()[0].version
    stands = standing(session, vendor.id)
    ledger = list(reversed(ledger_of(session, vendor.id)))
    actors = {who for each in ledger for who in (each.recorded_by, each.withdrawal_recorded_by)}
    return page(
        request,
        "privacy/consents",
        caller=caller,
        market=find_market(session, market_code),
        vendor=vendor,
        here=f"/cho/{market_code}/nguoi-ban/{vendor_code}/dong-y",
        form=form,
        once=form.value("once") or new_once(),
        purposes=[(each.value, PURPOSES_VI[each.value], stands.get(each)) for each in PURPOSES],
        channels=[(each.value, CHANNELS_VI[each.value]) for each in CHANNELS],
        channel_words=CHANNELS_VI,
        purpose_words=PURPOSES_VI,
        ledger=ledger,
        notice=notice(version, "en" if lang_of(request) is Lang.EN else "vi"),
        names=actor_names(session, actors),
        **({"done": ""} | options),
    )
