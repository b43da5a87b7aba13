"""Who came in with a request: the role, where it holds, and what they may be called."""

from dataclasses import dataclass
from datetime import datetime

from market.roles import Role
from market.security.rights import HELD_BY, Right
from merchants.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Whoever a session, a link or an API token stands for."""

    role: Role
    name: str
    """Shown to the person themselves: a user's name, a vendor's code."""
    user_id: int | None = None
    vendor_code: str | None = None
    team_member_id: int | None = None
    """Set for a field helper who belongs to a team."""
    market_codes: frozenset[str] | None = None
    """The markets the role holds for; ``None`` = all of them."""
    session_id: int | None = None
    """``None`` for an API token."""
    csrf_token: str = ""
    pin_until_at: datetime | None = None
    until_at: datetime | None = None

    @property
    def actor(self) -> Actor:
        """Return who acts, as the register keeps it."""
        if self.role is Role.VENDOR:
            return Actor(kind="vendor", name=self.vendor_code or "")
        return Actor(kind="staff", name=str(self.user_id or ""), assisted_by_id=self.team_member_id)

    @property
    def home(self) -> str:
        """Return the path of the first page this role works on."""
        if self.role is Role.VENDOR:
            return f"/nguoi-ban/{self.vendor_code}"
        if self.role is Role.ECONOMIST or self.role is Role.ADMIN:
            return "/muc-do-dung" if self.role is Role.ECONOMIST else "/cho"
        if self.market_codes and len(self.market_codes) == 1:
            (code,) = self.market_codes
            page = "gian-hang" if self.role is Role.FIELD_HELPER else "tong-quan"
            return f"/cho/{code}/{page}"
        return "/cho"

    def may(self, right: Right) -> bool:
        """Return whether the role holds a right, wherever that is."""
        return self.role in HELD_BY[right]

    def sees_market(self, market_code: str) -> bool:
        """Return whether a market lies in the scope."""
        return self.market_codes is None or market_code in self.market_codes
