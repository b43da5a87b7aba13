"""Amounts as people type them at the stall: ``85`` is 85.000 ₫, from 1.000 on it is đồng."""

import re
from dataclasses import dataclass

from market.i18n import vnd
from merchants.sentences import Sentence
from qr.payload import AMOUNT_VND_MAX

THOUSAND = 1000
NOT_TOLD = "Cô/bác gõ số nghìn đồng, ví dụ 85 là 85.000 ₫."
UNCLEAR = "Chỉ gõ chữ số, ví dụ 85 hoặc 85.000."
TOO_LARGE = "Một lần chuyển được tối đa {largest}. Cô/bác chia làm hai lần."
_TYPED = re.compile(
    r"(?P<digits>[0-9]{1,80}|[0-9]{1,3}(?:[., ][0-9]{3}){1,26})\s*(?P<unit>k|nghìn|ngàn|đ|₫|đồng|vnd)?",
    re.IGNORECASE,
)
_THOUSANDS = frozenset({"k", "nghìn", "ngàn"})
_DONG = frozenset({"đ", "₫", "đồng", "vnd"})


@dataclass(frozen=True, slots=True)
class TypedAmount:
    """What was read: the amount in đồng, or the Vietnamese sentence that says what is wrong."""

    amount_vnd: int | None
    fault: str = ""


def read_amount(text: str) -> TypedAmount:
    """Return the amount somebody typed; below 1.000 it counts thousands unless đồng is written."""
    typed = " ".join(text.replace("\u00a0", " ").split())
    if not typed:
        return TypedAmount(None, NOT_TOLD)
    found = _TYPED.fullmatch(typed)
    if found is None:
        return TypedAmount(None, UNCLEAR)
    number = int(re.sub(r"[., ]", "", found["digits"]))
    unit = (found["unit"] or "").lower()
    if unit in _THOUSANDS or (number < THOUSAND and unit not in _DONG):
        number *= THOUSAND
    if number == 0:
        return TypedAmount(None, NOT_TOLD)
    if number > AMOUNT_VND_MAX:
        return TypedAmount(None, Sentence(TOO_LARGE, largest=vnd(AMOUNT_VND_MAX)))
    return TypedAmount(number)
