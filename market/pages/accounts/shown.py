"""What the pages on accounts have in common: words, lists to choose from, carrying a form out once."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from market.i18n import Translator
from market.i18n.account_words import (
    CHANGE_STATES,
    CODE_LINKS,
    CONFIRMATIONS,
    CONTRACT_STATES,
    SCHEMES,
)
from market.i18n.vendor_words import ACCOUNT_KINDS, NAME_MATCHES, POINT_STATES
from market.pages.campaigns.forms import content_of, tell
from market.pages.days import now_of
from market.pages.forms import Form, see_other
from market.pages.rendering import address
from market.security.once import earlier_answer, remember_answer
from market.security.principal import Principal
from merchants.acceptance.banks import account_providers
from merchants.acceptance.entry import MOMO_STORE, STRIPE_ACCOUNT
from merchants.errors import EntryRefused, MerchantsError
from merchants.kinds import GOOD_MATCHES

WORDS: Mapping[str, Mapping[Any, str]] = {
    "change": CHANGE_STATES,
    "how": CONFIRMATIONS,
    "contract": CONTRACT_STATES,
    "link": CODE_LINKS,
    "scheme": SCHEMES,
    "kind": ACCOUNT_KINDS,
    "match": NAME_MATCHES,
    "point": POINT_STATES,
}
FIELDS: Mapping[str, str] = {
    "bank": "ngan_hang",
    "number": "so_tai_khoan",
    "holder_name": "chu_tai_khoan",
    "contract_no": "so_hop_dong",
    "contract_from": "hop_dong_tu",
    "contract_to": "hop_dong_den",
    "reason": "ly_do",
    "note": "ghi_chu",
    "evidence": "bang_chung",
    "witness": "nguoi_chung",
}
"""By the register's names the fields of the forms."""
GOOD = [match.value for match in GOOD_MATCHES]


def banks(_: Translator) -> list[tuple[str, str]]:
    """Return what may be chosen as bank or wallet: value and name, the common ones first."""
    return [
        ("", _("Chọn ngân hàng hoặc ví")),
        *((each.bin, each.short_name) for each in account_providers()),
        (MOMO_STORE, _("MoMo, mã cửa hàng")),
        (STRIPE_ACCOUNT, "Stripe"),
    ]


def carried_out(
    request: Request,
    session: Session,
    caller: Principal,
    form: Form,
    act: Callable[[], str],
    *,
    done: str,
    sentences: Mapping[type[MerchantsError], tuple[str, str]] | None = None,
) -> RedirectResponse | None:
    """Do what a form asks, once; return the answer that leads on, ``None`` when it is refused.

    Args:
        act: does it and returns the path to go on to.
        done: goes along as ``?da=``, so that the next page says what was done.
        sentences: by refusal the field it is told at and the Vietnamese sentence for it.
    """
    told = sentences or {}
    once, content = form.value("once"), content_of(form, request.url.path)
    if (earlier := earlier_answer(session, caller, once, content)) is not None:
        return see_other(earlier)
    if form.errors:
        return None
    try:
        with session.begin_nested():  # a refusal may come after half of it is written
            path = act()
    except EntryRefused as refusal:
        tell(form, refusal, FIELDS)
        return None
    except tuple(told) as refusal:
        field, sentence = told[type(refusal)]
        form.refuse(field, sentence)
        return None
    target = address(request, path, da=done)
    remember_answer(session, caller, once, content, target, now_of(request))
    return see_other(target)
