"""The PIN on a vendor's forms: asked for unless it was given a moment ago, refused field by field."""

from datetime import datetime

from sqlmodel import Session

from market.i18n import Translator, clock
from market.pages.forms import Form
from market.security.errors import PinLocked, PinNeeded, PinWrong
from market.security.pins import check_pin, has_pin, remember_pin
from market.security.principal import Principal
from merchants.actors import Actor
from merchants.lifecycle.milestones import note_self_action
from merchants.tables import Vendor

FIELD = "pin"


def asks_pin(caller: Principal, now: datetime) -> bool:
    """Return whether a form has to ask for the PIN."""
    return caller.pin_until_at is None or caller.pin_until_at <= now


def pin_holds(
    session: Session,
    caller: Principal,
    vendor: Vendor,
    form: Form,
    _: Translator,
    now: datetime,
    *,
    is_remembered: bool = True,
) -> bool:
    """Return whether the form may be carried out; if not, the form says why.

    Ask before anything is written: a wrong PIN is counted in the same transaction. Where money goes
    is never decided by a PIN remembered from another form.
    """
    assert vendor.id is not None
    if not has_pin(session, vendor.id):
        form.refuse(FIELD, _("Cô/bác chưa có mã PIN. Đặt mã PIN trước, rồi làm lại việc này."))
        return False
    if is_remembered and not asks_pin(caller, now):
        return True
    try:
        check_pin(session, vendor.id, form.value(FIELD), now=now)
    except PinNeeded:
        form.refuse(FIELD, _("Cô/bác gõ mã PIN, từ 4 đến 6 số."))
        return False
    except PinWrong as wrong:
        form.refuse(FIELD, _("Mã PIN chưa đúng, còn được thử {n} lần nữa.", n=wrong.tries_left))
        return False
    except PinLocked as locked:
        form.refuse(
            FIELD,
            _(
                "Gõ sai nhiều lần nên tạm khoá đến {at}. Quên mã PIN thì cô/bác gặp ban quản lý chợ.",
                at=clock(locked.until_at),
            ),
        )
        return False
    remember_pin(session, caller, now=now)
    return True


def note_own(session: Session, vendor: Vendor, actor: Actor, now: datetime, what: str) -> None:
    """Note that the vendor did something without help, if that is so."""
    note_self_action(session, vendor, actor=actor, now=now, what=what)
