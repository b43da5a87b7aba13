"""Who people are to the service, and where that holds. Source: domain.md section 15."""

from enum import StrEnum


class Role(StrEnum):
    """The roles; what each may do stands in ``market.security.rights``."""

    ADMIN = "admin"
    MARKET_MANAGER = "market_manager"
    MARKET_CLERK = "market_clerk"
    FIELD_HELPER = "field_helper"
    VENDOR = "vendor"
    ECONOMIST = "economist"
    AUDITOR = "auditor"


class ScopeKind(StrEnum):
    """What a role's scope names."""

    EVERYWHERE = "everywhere"
    MARKET = "market"
    AREA = "area"
