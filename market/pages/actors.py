"""Who did something, as a page names them: users by name, everybody else by what they are."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from market.tables import UserAccount

COMMAND, SYSTEM, VENDOR, SOMEBODY = "Người quản trị máy", "Tự động", "Người bán", "Người dùng cũ"
RENEWED = "Thay bằng bản mới"
"""Stands for who took a consent back that was given again under a newer notice."""


def actor_names(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """Return a name for each actor as the register keeps them, ``staff:12`` and the like.

    One statement, however many. Names of users are theirs, all others are Vietnamese words.
    """
    wanted = set(actors)
    numbers = {
        int(number)
        for kind, _, number in (actor.partition(":") for actor in wanted)
        if kind == "staff" and number.isdecimal()
    }
    query = select(UserAccount.id, UserAccount.full_name).where(
        col(UserAccount.id).in_(sorted(numbers))
    )
    names = dict(session.exec(query).all()) if numbers else {}
    return {actor: _name(actor, names) for actor in wanted}


def _name(actor: str, names: dict[int | None, str]) -> str:
    kind, _, number = actor.partition(":")
    match kind:
        case "staff" if number.isdecimal():
            return names.get(int(number), SOMEBODY)
        case "vendor":
            return VENDOR
        case "system":
            return SYSTEM
        case "command":
            return COMMAND
        case "renewed":
            return RENEWED
    return SOMEBODY
