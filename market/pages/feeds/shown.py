"""What the pages of the feeds have in common: their words, their sections, and who may do what."""

from typing import Any

from market.i18n.feed_words import (
    BOOKS,
    CHANNELS,
    COMPLETENESS,
    CONTROLS,
    DECISIONS,
    HINTS,
    KINDS,
    PROVIDERS,
    SIGNATURES,
    STATE_FLAGS,
    STATES,
    detail_told,
    reason_words,
    reasons_told,
    remedy_words,
)
from market.security.principal import Principal
from market.security.rights import Right
from reconciliation.operations.voiding import REASON_CHARS_MAX

HOME = "/nguon-tien"
SECTIONS = (
    ("today", HOME, "Hôm nay"),
    ("deliveries", f"{HOME}/luot", "Lượt nhận"),
    ("calendar", f"{HOME}/lich", "Lịch sao kê"),
    ("nobodys", f"{HOME}/chua-ro", "Tiền chưa rõ của ai"),
)


def feed_words(caller: Principal) -> dict[str, Any]:
    """Return what every page of the feeds needs beside its own values."""
    is_person = caller.user_id is not None
    return {
        "feed_sections": SECTIONS,
        "provider_name": lambda provider: PROVIDERS.get(provider, provider),
        "channels": CHANNELS,
        "states": STATES,
        "flags": STATE_FLAGS,
        "signatures": SIGNATURES,
        "controls": CONTROLS,
        "completeness": COMPLETENESS,
        "decisions": DECISIONS,
        "books": BOOKS,
        "hints": HINTS,
        "kinds": KINDS,
        "reason_words": reason_words,
        "reasons_told": reasons_told,
        "remedy_words": remedy_words,
        "detail_told": detail_told,
        "may_work": caller.may(Right.WORK_FEEDS) and is_person,
        "may_assign": caller.may(Right.ASSIGN_MONEY) and is_person,
        "sees_amounts": caller.market_codes is None,
        "REASON_CHARS_MAX": REASON_CHARS_MAX,
    }
