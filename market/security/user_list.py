"""The list of users: those an editor may manage, searched without accents, in Vietnamese order."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.roles import Role
from market.security.errors import UserRefused
from market.security.login_names import login_fingerprint, read_login_name
from market.security.users import Editor, Scope, UserEntry
from market.tables import UserAccount, UserScope
from merchants.sealing import Sealer
from merchants.sort_names import search_text, sort_key


@dataclass(frozen=True, slots=True)
class UserPage:
    """One page of users and how many there are in all."""

    entries: Sequence[UserEntry]
    found: int
    has_more: bool


def list_users(
    session: Session,
    *,
    editor: Editor,
    sealer: Sealer,
    asked: str = "",
    role: Role | None = None,
    offset: int = 0,
    after_id: int | None = None,
    limit: int = 50,
) -> UserPage:
    """Return users by given name; ``asked`` is part of a name, or a whole sign-in name.

    ``after_id`` = from behind this user on; behind somebody who is not there is nobody.

    Three questions whatever their number: names are few enough to be looked through here, where
    accents and the order of names are known.
    """
    rows = session.execute(
        sa.select(
            col(UserAccount.id),
            col(UserAccount.full_name),
            col(UserAccount.role),
            col(UserAccount.login_hash),
        )
    ).all()
    scopes: dict[int, tuple[Scope, ...]] = {}
    for row in session.exec(select(UserScope).order_by(UserScope.kind, UserScope.code)):
        scopes[row.user_id] = (*scopes.get(row.user_id, ()), (row.kind, row.code))
    wanted, fingerprint = search_text(asked), _fingerprint_asked(sealer, asked)
    found = [
        (id_, full_name)
        for id_, full_name, user_role, login_hash in rows
        if editor.may_manage(user_role, scopes.get(id_, ()))
        and role in {None, user_role}
        and (not asked or login_hash == fingerprint or wanted in search_text(full_name))
    ]
    found.sort(key=lambda one: (sort_key(one[1]), one[0]))
    if after_id is not None:
        places = {id_: place for place, (id_, _) in enumerate(found, start=1)}
        offset = places.get(after_id, len(found))
    ids = [id_ for id_, _ in found[offset : offset + limit]]
    users = {
        user.id: user
        for user in session.exec(select(UserAccount).where(col(UserAccount.id).in_(ids)))
    }
    entries = [UserEntry(users[id_], scopes.get(id_, ())) for id_ in ids]
    return UserPage(entries, len(found), has_more=bool(ids) and offset + limit < len(found))


def _fingerprint_asked(sealer: Sealer, asked: str) -> str:
    try:
        return login_fingerprint(sealer, read_login_name(asked))
    except UserRefused:
        return ""
