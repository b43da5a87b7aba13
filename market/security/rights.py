"""What each role may do. A route asks for one right; ``routes`` says which."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from market.roles import Role


class Right(StrEnum):
    """What a route asks of whoever opens it. The scope (which market, which vendor) comes on top."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    """Anybody with a user account, about their own account."""
    VENDOR_READ = "vendor read"
    """A vendor's own pages: the vendor, and staff who read the vendor's market."""
    VENDOR_ACT = "vendor act"
    """What only the vendor does, with the PIN where something changes."""
    HELP = "help"
    """Onboard at the stall: lists without money, applications, visits."""
    READ_MARKET = "read market"
    """A market's takings, files and history."""
    WRITE_REGISTER = "write register"
    """Stalls, vendors, posters, imports, proposed accounts."""
    DECIDE = "decide"
    """What needs a second person: accounts, merges, undoing an import, privacy requests."""
    RECONCILE = "reconcile"
    """Close days, propose how breaks are resolved; deciding on that asks for ``DECIDE``."""
    MANAGE_MARKET = "manage market"
    """A market's settings, calendar, teams."""
    MANAGE_USERS = "manage users"
    READ_PLAN = "read plan"
    """Targets, waves, model cards, the league of helpers."""
    SET_PLAN = "set plan"
    READ_ADOPTION = "read adoption"
    """Aggregates of a market: its management sees them whole, economists disclosure-controlled."""
    READ_ALL_ADOPTION = "read all adoption"
    """Aggregates of the markets in the reader's area, disclosure-controlled."""
    PLAN_SURVEYS = "plan surveys"
    """Draw denominator surveys and print their lists."""
    ENTER_SURVEYS = "enter surveys"
    """Ask at a market's stalls and write down what came of it."""
    READ_LOG = "read log"
    """What was done, by whom."""
    READ_FEEDS = "read feeds"
    """How the feeds stand and what came through them; amounts and words of rows are for fewer."""
    WORK_FEEDS = "work feeds"
    """Read deliveries again, take them back, look at what came as it came."""
    READ_NOBODYS_MONEY = "read nobody's money"
    """Money that no vendor could be named for, as far as it may be one of the reader's markets."""
    ASSIGN_MONEY = "assign money"
    """Say whose such money is; a second person decides."""
    READ_RULES = "read rules"
    """By which rules money is matched and fees are checked, everywhere."""
    ADMINISTER = "administer"
    """Places, areas, programmes, every user."""


_STAFF = frozenset({Role.ADMIN, Role.MARKET_MANAGER, Role.MARKET_CLERK})
_MANAGERS = frozenset({Role.ADMIN, Role.MARKET_MANAGER})
_READERS = _STAFF | {Role.AUDITOR}

HELD_BY: Mapping[Right, frozenset[Role]] = MappingProxyType(
    {
        Right.ANYONE: frozenset(Role),
        Right.SIGNED_IN: frozenset(Role) - {Role.VENDOR},
        Right.VENDOR_READ: _READERS | {Role.VENDOR},
        Right.VENDOR_ACT: frozenset({Role.VENDOR}),
        Right.HELP: _READERS | {Role.FIELD_HELPER},
        Right.READ_MARKET: _READERS,
        Right.WRITE_REGISTER: _STAFF | {Role.FIELD_HELPER},
        Right.DECIDE: _MANAGERS,
        Right.RECONCILE: _STAFF,
        Right.MANAGE_MARKET: _MANAGERS,
        Right.MANAGE_USERS: _MANAGERS,
        Right.READ_PLAN: _READERS | {Role.ECONOMIST},
        Right.SET_PLAN: frozenset({Role.ADMIN, Role.ECONOMIST}),
        Right.READ_ADOPTION: _READERS | {Role.ECONOMIST},
        Right.READ_ALL_ADOPTION: frozenset({Role.ADMIN, Role.ECONOMIST, Role.AUDITOR}),
        Right.PLAN_SURVEYS: frozenset({Role.ADMIN, Role.ECONOMIST}),
        Right.ENTER_SURVEYS: _STAFF | {Role.FIELD_HELPER},
        Right.READ_LOG: _MANAGERS | {Role.AUDITOR},
        Right.READ_FEEDS: _MANAGERS | {Role.AUDITOR},
        Right.WORK_FEEDS: frozenset({Role.ADMIN}),
        Right.READ_NOBODYS_MONEY: _MANAGERS | {Role.AUDITOR},
        Right.ASSIGN_MONEY: _MANAGERS,
        Right.READ_RULES: _MANAGERS | {Role.AUDITOR},
        Right.ADMINISTER: frozenset({Role.ADMIN}),
    }
)
"""Which roles hold a right. An auditor reads and never writes: every unsafe method is refused."""
