"""What the pages on audits have in common."""

from market.roles import Role
from market.security.principal import Principal
from market.security.rights import Right


def may_look(caller: Principal) -> bool:
    """Return whether somebody may draw rounds and record looks; auditors and links only read."""
    is_reader = caller.role is Role.AUDITOR or caller.user_id is None
    return caller.may(Right.WRITE_REGISTER) and not is_reader
