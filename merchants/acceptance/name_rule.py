"""Whose name an account must carry on a day: the rule on registered household businesses, as data.

A household business that is registered may no longer be paid on its owner's personal account
(domain.md section 7). The rule's days stand in ``account_names.toml``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from merchants.kinds import GOOD_MATCHES, AccountOwnerKind, NameMatch
from merchants.names import best_match, compare_names, name_words

_HOUSEHOLD_BUSINESS = "HKD"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRule:
    """From ``effective_from`` a registered household business is paid under its registered name."""

    id: str
    effective_from: date
    published_at: date
    review_by: date
    legal_ref: str
    source_title: str
    source_url: str


class NameGround(StrEnum):
    """What a judgement of an account's name rests on."""

    UNKNOWN = "unknown"
    """The holder's name is not known yet."""
    PERSON = "person"
    """The person is not registered as a household business: the account is their own."""
    REGISTERED = "registered"
    """The account carries the registered business name."""
    PERSON_UNTIL = "person until"
    """Registered, on a personal account, and the rule does not hold yet."""
    PERSON_NO_LONGER = "person no longer"
    """Registered, on a personal account, and the rule holds."""
    SIMILAR = "similar"
    """Like one of the names, but words are missing."""
    STRANGER = "stranger"
    """Neither name."""


EXPLANATIONS: Mapping[NameGround, str] = MappingProxyType(
    {
        NameGround.UNKNOWN: "Chưa có tên chủ tài khoản.",
        NameGround.PERSON: "Tài khoản đứng tên người bán.",
        NameGround.REGISTERED: "Tài khoản đứng tên hộ kinh doanh đã đăng ký.",
        NameGround.PERSON_UNTIL: (
            "Tài khoản đứng tên riêng của người bán. Hộ đã đăng ký kinh doanh: từ {day} phải dùng "
            "tài khoản đứng tên hộ kinh doanh."
        ),
        NameGround.PERSON_NO_LONGER: (
            "Tài khoản đứng tên riêng của người bán. Hộ đã đăng ký kinh doanh: từ {day} phải dùng "
            "tài khoản đứng tên hộ kinh doanh, nên cần đổi."
        ),
        NameGround.SIMILAR: "Tên chủ tài khoản chỉ giống một phần. Xem lại trên ứng dụng ngân hàng.",
        NameGround.STRANGER: "Tên chủ tài khoản khác tên người bán và tên hộ kinh doanh.",
    }
)
"""Vietnamese, for the management; ``{day}`` is the day from which the rule holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameJudgement:
    """How an account's holder compares with the register on a day, and whether it must change.

    ``match`` says whose account it is; the rule does not turn the person's own account into a
    stranger's, it makes it one that must be replaced (``must_migrate``).
    """

    match: NameMatch
    owner_kind: AccountOwnerKind
    must_migrate: bool
    ground: NameGround
    rule: NameRule

    @property
    def explanation(self) -> str:
        """Return the judgement as one or two Vietnamese sentences."""
        return EXPLANATIONS[self.ground].format(day=f"{self.rule.effective_from:%d/%m/%Y}")


def judge_account_name(holder: str, full_name: str, business_name: str, on: date) -> NameJudgement:
    """Return whose name an account carries and whether it may be the business's account on a day.

    Args:
        holder: the holder's name as the bank shows it.
        full_name: the vendor's name.
        business_name: the registered name of the household business; empty = not registered.
        on: the day the rule is asked about.
    """
    rule = rule_for(on)
    ground = _ground(holder, full_name, business_name, is_in_force=rule.effective_from <= on)
    is_registered = ground is NameGround.REGISTERED
    return NameJudgement(
        match=match_account_name(holder, full_name, business_name),
        owner_kind=(
            AccountOwnerKind.HOUSEHOLD_BUSINESS if is_registered else AccountOwnerKind.INDIVIDUAL
        ),
        must_migrate=ground is NameGround.PERSON_NO_LONGER,
        ground=ground,
        rule=rule,
    )


def match_account_name(holder: str, full_name: str, business_name: str) -> NameMatch:
    """Return how an account's holder compares with the better of the vendor's names, on any day.

    The whole registered name with more words around it is ``partial``: for people to read.
    """
    match = best_match(holder, [full_name, *_business_names(business_name)])
    if match is NameMatch.MISMATCH and _carries(holder, business_name, full_name):
        return NameMatch.PARTIAL
    return match


def rule_for(on: date) -> NameRule:
    """Return the newest rule that holds on a day; before the first one, the first to come."""
    rules = name_rules()
    return next((rule for rule in reversed(rules) if rule.effective_from <= on), rules[0])


@cache
def name_rules() -> tuple[NameRule, ...]:
    """Return the packaged rules, the oldest first."""
    text = files("merchants.acceptance").joinpath("account_names.toml").read_text("utf-8")
    rules = [NameRule(**row) for row in tomllib.loads(text)["rule"]]
    return tuple(sorted(rules, key=lambda rule: rule.effective_from))


def _ground(holder: str, full_name: str, business_name: str, *, is_in_force: bool) -> NameGround:
    if not name_words(holder):
        return NameGround.UNKNOWN
    if _carries(holder, business_name, full_name):
        return NameGround.REGISTERED
    if compare_names(holder, full_name) in GOOD_MATCHES:
        if not name_words(business_name):
            return NameGround.PERSON
        return NameGround.PERSON_NO_LONGER if is_in_force else NameGround.PERSON_UNTIL
    match = match_account_name(holder, full_name, business_name)
    return NameGround.STRANGER if match is NameMatch.MISMATCH else NameGround.SIMILAR


def _business_names(business_name: str) -> list[str]:
    """Return the registered name as written, and with the words every such name begins with."""
    words = name_words(business_name)
    if not words or words[0] == _HOUSEHOLD_BUSINESS:
        return [business_name]
    return [business_name, f"{_HOUSEHOLD_BUSINESS} {business_name}"]


def _carries(holder: str, business_name: str, full_name: str) -> bool:
    """Return whether the holder's name includes the registered one, as the rule puts it.

    Without the words "hộ kinh doanh" it must be the whole name: one word of it, such as a given
    name, may be anybody's. And a business is often registered under its owner's own name: such a
    holder without those words is the owner, whose account is a personal one.
    """
    held, registered = name_words(holder), name_words(business_name)
    own_name = registered[1:] if registered[:1] == (_HOUSEHOLD_BUSINESS,) else registered
    if not own_name:
        return False
    if held == own_name:
        return own_name != name_words(full_name)
    whole = (_HOUSEHOLD_BUSINESS, *own_name)
    return any(held[start : start + len(whole)] == whole for start in range(len(held)))
