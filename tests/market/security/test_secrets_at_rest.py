"""No secret stands in the database: every table is searched for every secret there is."""

import re
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from market.database import METADATA, writing
from market.roles import Role
from market.security.api_tokens import create_token
from market.security.helper_logins import issue_helper_login
from market.security.links import issue_link
from market.security.pins import set_pin
from market.security.sessions import start_session
from market.security.users import AT_THE_TERMINAL, EVERYWHERE, UserDraft, add_user
from merchants.actors import COMMAND
from tests import factories
from tests.market.conftest import KEY, NOW, SEALER
from tests.market.conftest import add_user as put_user
from tests.market.security.conftest import PASSWORD, Open

PIN = "827461"
LOGIN = "+84912000777"


def everything_in(engine: sa.Engine) -> str:
    """Return every value of every table as one text."""
    with engine.connect() as connection:
        return "\n".join(
            str(tuple(row))
            for table in METADATA.sorted_tables
            for row in connection.execute(sa.select(table))
        )


def test_no_table_holds_a_secret_in_plain(engine: sa.Engine) -> None:
    until_at = NOW + timedelta(days=1)
    with writing(engine) as session:
        session.add(factories.market())
        session.flush()
        vendor = factories.vendor(market_id=1)
        session.add(vendor)
        session.flush()
        set_pin(session, vendor.id or 0, PIN, now=NOW)
        draft = UserDraft(
            login=LOGIN, full_name="Trần Thị Mai", role=Role.ADMIN, scopes=(EVERYWHERE,)
        )
        user, one_time = add_user(session, draft, editor=AT_THE_TERMINAL, sealer=SEALER, now=NOW)
        helper = put_user(session, Role.FIELD_HELPER, markets=["MA"])
        _, code = issue_helper_login(
            session, helper, market_code="MA", hours=4, actor=COMMAND, now=NOW
        )
        _, api_token = create_token(
            session, user.id or 0, "máy", until_at=until_at, actor=COMMAND, now=NOW
        )
        link = issue_link(
            session,
            role=Role.VENDOR,
            scope="CC222223Z",
            until_at=until_at,
            actor=COMMAND,
            now=NOW,
            secret_keys=[KEY],
        )
        session_token = start_session(session, now=NOW, user=user)

    told = everything_in(engine)

    assert "CC222223Z" in told
    secrets = [PIN, one_time, code, api_token, api_token[6:], link[5:], session_token]
    for secret in [*secrets, LOGIN, LOGIN[3:], KEY]:
        assert secret not in told


def test_what_is_typed_at_the_door_is_not_kept(
    browser: Open, with_password: Callable[..., object], october: sa.Engine
) -> None:
    with_password(Role.MARKET_CLERK, "MA", login="mai@cho.example")
    client = browser(client=("203.0.113.77", 1))
    client.sign_in("mai@cho.example", "mật khẩu gõ nhầm")
    client.sign_in("ai-do@cho.example")
    client.fill_in("/ho-tro", ma="ABCDE23456")
    client.sign_in("mai@cho.example")

    told = everything_in(october)

    for typed in (
        "mật khẩu gõ nhầm", PASSWORD, "ai-do@", "mai@cho", "ABCDE23456", "203.0.113.77"
    ):  # fmt: skip
        assert typed not in told
    assert not re.search(r"cho40_[\w-]{20}", told)
