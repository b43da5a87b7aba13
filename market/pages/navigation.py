"""What the menu holds, by what the reader may open: an address nobody listed is not offered."""

from collections.abc import Callable

from fastapi import Request

from market.roles import Role
from market.security.principal import Principal
from market.security.routes import ROUTES

Link = Callable[..., str]

_MARKET_PAGES = (
    ("overview", "/cho/{market_code}/tong-quan", "home", "Tổng quan"),
    ("stalls", "/cho/{market_code}/gian-hang", "stall", "Gian hàng"),
    ("add", "/cho/{market_code}/gian-hang/moi", "plus", "Thêm mới"),
    ("day", "/cho/{market_code}", "scale", "Ngày chợ"),
    ("adoption", "/muc-do-dung", "chart", "Mức độ dùng"),
    ("more", "/cho/{market_code}/khac", "more", "Khác"),
)
_AREA_PAGES = (
    ("markets", "/cho", "home", "Các chợ"),
    ("adoption", "/muc-do-dung", "chart", "Mức độ dùng"),
    ("plan", "/ke-hoach", "scale", "Kế hoạch"),
    ("surveys", "/khao-sat", "sheet", "Khảo sát"),
    ("places", "/dia-ban", "file", "Địa bàn"),
    ("feeds", "/nguon-tien", "download", "Nguồn tiền"),
    ("users", "/nguoi-dung", "user", "Tài khoản"),
    ("log", "/nhat-ky", "clock", "Nhật ký"),
    ("rules", "/quy-tac", "scale", "Quy tắc"),
)
MARKET_ASKED_PAGES = ("/muc-do-dung",)
"""Pages of a market whose market stands in the question mark's part of the address."""


def nav_items(request: Request, link: Link, caller: Principal) -> list[tuple[str, str, str, str]]:
    """Return what the reader's menu holds: key, address, icon, name."""
    market_code = _market_of(request, caller)
    if caller.role is Role.ECONOMIST:
        return [*_offered(caller, link, None), *_economists(link)]
    return _offered(caller, link, market_code)


def chooses_market(caller: Principal) -> bool:
    """Return whether the reader has several markets to choose from."""
    has_several = caller.market_codes is None or len(caller.market_codes) > 1
    right = ROUTES.get(("GET", "/cho"))
    return has_several and right is not None and caller.may(right)


def _offered(
    caller: Principal, link: Link, market_code: str | None
) -> list[tuple[str, str, str, str]]:
    return [
        (key, _address(link, template, market_code), picture, name)
        for key, template, picture, name in (_MARKET_PAGES if market_code else _AREA_PAGES)
        if _may_open(caller, template, market_code)
    ]


def _may_open(caller: Principal, template: str, market_code: str | None) -> bool:
    right = ROUTES.get(("GET", template))
    return (
        right is not None and caller.may(right) and not _is_too_wide(caller, template, market_code)
    )


def _is_too_wide(caller: Principal, template: str, market_code: str | None) -> bool:
    return template in MARKET_ASKED_PAGES and market_code is None and not _sees_all_adoption(caller)


def _sees_all_adoption(caller: Principal) -> bool:
    return caller.role in {Role.ADMIN, Role.ECONOMIST, Role.AUDITOR}


def _address(link: Link, template: str, market_code: str | None) -> str:
    if template in MARKET_ASKED_PAGES:
        return link(template, cho=market_code)
    return link(template.replace("{market_code}", market_code or ""))


def _economists(link: Link) -> list[tuple[str, str, str, str]]:
    adoption = link("/muc-do-dung")
    return [
        ("", f"{adoption}#cho", "scale", "So sánh chợ"),
        ("reports", link("/bao-cao"), "file", "Báo cáo"),
        ("methods", link("/muc-do-dung/cach-tinh"), "info", "Cách tính"),
    ]


def _market_of(request: Request, caller: Principal) -> str | None:
    """Return the market the reader is on, or the only one there is for them."""
    asked = request.path_params.get("market_code") or request.query_params.get("cho")
    if asked and caller.sees_market(asked):
        return str(asked)
    if caller.market_codes is not None and len(caller.market_codes) == 1:
        return next(iter(caller.market_codes))
    return None
