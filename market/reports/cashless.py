"""The denominator beside the figures: what the newest survey says of the cashless share, in words."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlmodel import Session

from market.i18n import Translator, day, num, pct
from market.i18n.survey_words import UNTOLD
from market.reports.models import CashlessView
from market.surveys.latest import latest_share


def cashless_of(
    session: Session, market_codes: Sequence[str], by: date, known_at: datetime | None
) -> CashlessView | None:
    """Return the newest survey of some markets that was over by a day, under the strictest rule.

    The strictest, because answers are a business secret told on trust; and because a report made
    again must not hang on a setting.
    """
    found = latest_share(session, market_codes, by=by, known_at=known_at, p_percent=None)
    if found is None:
        return None
    told = asdict(found)
    return CashlessView(**told | {"market_codes": list(found.market_codes)})


def cashless_text(one: CashlessView | None, _: Translator) -> str:
    """Return the denominator box as a sentence: the share with its interval and source, or why not."""
    if one is None:
        return _(
            "Tỷ trọng không dùng tiền mặt trong tổng tiền bán: chưa có, vì hệ thống không thấy tiền "
            "mặt; chỉ khảo sát mẫu mới cho số này."
        )
    if one.share is None or one.low is None or one.high is None:
        return _(
            "Tỷ trọng không dùng tiền mặt: chưa công bố được từ {name}. {why}",
            name=one.name,
            why=_(UNTOLD[one.untold]),
        )
    return _(
        "Tỷ trọng không dùng tiền mặt trong tổng tiền bán: {share} (khoảng tin cậy 95%: {low} đến "
        "{high}). Nguồn: {name}, hỏi từ {first} đến {last} ở {markets} chợ, {n} gian trả lời, tỷ lệ "
        "trả lời {rate}. Là ước lượng từ mẫu, không tính từ giao dịch.",
        share=pct(one.share),
        low=pct(one.low),
        high=pct(one.high),
        name=one.name,
        first=day(one.first_on),
        last=day(one.last_on),
        markets=num(len(one.market_codes)),
        n=num(one.answers),
        rate=pct(one.response_rate) if one.response_rate is not None else _("chưa có"),
    )
