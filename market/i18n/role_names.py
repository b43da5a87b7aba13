"""What the roles are called to people; their English stands with the other words."""

from collections.abc import Mapping
from types import MappingProxyType

from market.roles import Role

ROLE_NAMES: Mapping[Role, str] = MappingProxyType(
    {
        Role.ADMIN: "Quản trị",
        Role.MARKET_MANAGER: "Quản lý chợ",
        Role.MARKET_CLERK: "Nhân viên chợ",
        Role.FIELD_HELPER: "Người hỗ trợ tại chợ",
        Role.VENDOR: "Người bán",
        Role.ECONOMIST: "Cán bộ theo dõi số liệu",
        Role.AUDITOR: "Kiểm tra, chỉ xem",
    }
)
