"""Personal links: what they open, for how long, how they end, and what a changed letter does."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select
from starlette.testclient import TestClient

from market.app import create_app
from market.database import reading, writing
from market.roles import Role
from market.security.errors import LinkExpired, LinkUnreadable
from market.security.links import (
    issue_link,
    list_links,
    open_link,
    read_link,
    revoke_link,
    revoke_links,
    write_link,
)
from market.security.sessions import COOKIE
from market.settings import Mode, Settings
from market.tables import AccessLink, SecurityEvent, UserSession
from merchants.actors import COMMAND
from tests.market.conftest import KEY, NOW, Reader, link_for

LATER = datetime(2027, 1, 1, tzinfo=UTC)
BORN = datetime(2026, 11, 5, 2, 0, 0, 123_456, tzinfo=UTC)
NUMBER_AND_BIRTH = (17, 1_793_844_000_123_456)


def issue(session: object, role: Role = Role.VENDOR, scope: str = "CC222223Z") -> str:
    return issue_link(
        session,  # type: ignore[arg-type]
        role=role,
        scope=scope,
        until_at=LATER,
        actor=COMMAND,
        now=NOW,
        secret_keys=[KEY],
    ).removeprefix("/vao/")


def test_reading_undoes_writing() -> None:
    text = write_link(17, BORN, secret_keys=[KEY])

    assert read_link(text, secret_keys=[KEY]) == NUMBER_AND_BIRTH


def test_an_older_key_still_opens_what_it_signed() -> None:
    text = write_link(17, BORN, secret_keys=["old"])

    assert read_link(text, secret_keys=["new", "old"]) == NUMBER_AND_BIRTH
    with pytest.raises(LinkUnreadable):
        read_link(text, secret_keys=["new"])


def test_the_newest_key_signs() -> None:
    text = write_link(17, BORN, secret_keys=["new", "old"])

    assert read_link(text, secret_keys=["new"]) == NUMBER_AND_BIRTH


@given(st.integers(0, 10_000), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_changed_letter_opens_nothing(place: int, letter: str) -> None:
    text = write_link(17, BORN, secret_keys=[KEY])
    place %= len(text)
    changed = f"{text[:place]}{letter}{text[place + 1 :]}"

    try:
        read = read_link(changed, secret_keys=[KEY])
    except LinkUnreadable:
        read = None

    assert (read == NUMBER_AND_BIRTH) is (changed == text)
    assert read in {None, NUMBER_AND_BIRTH}


def test_no_other_spelling_opens_a_link() -> None:
    """Python's base64 reads / as _, and lets the last letter's unused bits be what they like."""
    texts = (write_link(number, BORN, secret_keys=[KEY]) for number in range(100))
    text = next(one for one in texts if "_" in one)

    with pytest.raises(LinkUnreadable):
        read_link(text.replace("_", "/"), secret_keys=[KEY])


@given(st.integers(0, 2**63 - 1), st.datetimes(timezones=st.just(UTC)))
def test_every_link_is_told_apart_by_number_and_birth(number: int, at: datetime) -> None:
    read = read_link(write_link(number, at, secret_keys=[KEY]), secret_keys=[KEY])

    assert read[0] == number
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=read[1]) == at


@pytest.mark.parametrize("text", ["", ".", "abc", "WyJ2ZW5kb3IiXQ.xyz", "ệ", "a" * 5000, "\0"])
def test_rubbish_opens_nothing(text: str) -> None:
    with pytest.raises(LinkUnreadable):
        read_link(text, secret_keys=[KEY])


def test_what_is_signed_for_something_else_opens_nothing() -> None:
    from market.security.links import _signer

    for said in (17, [17], [17, 1, 1], ["17", 1], [True, 1], [17, None], {"a": 1}):
        text = str(_signer([KEY]).dumps(said))
        with pytest.raises(LinkUnreadable):
            read_link(text, secret_keys=[KEY])


def test_a_link_ends_on_the_second(engine: sa.Engine) -> None:
    with writing(engine) as session:
        token = issue(session)
    just_before = LATER - timedelta(microseconds=1)

    with reading(engine) as session:
        opened = open_link(session, token, secret_keys=[KEY], now=just_before)
        assert opened.scope == "CC222223Z"
        with pytest.raises(LinkExpired):
            open_link(session, token, secret_keys=[KEY], now=LATER)


def test_a_link_of_another_database_under_the_same_key_opens_nothing(engine: sa.Engine) -> None:
    with writing(engine) as session:
        issue(session)
        number = session.exec(select(AccessLink.id)).one()
    elsewhere = write_link(number or 0, NOW + timedelta(seconds=1), secret_keys=[KEY])

    with reading(engine) as session, pytest.raises(LinkUnreadable):
        open_link(session, elsewhere, secret_keys=[KEY], now=NOW)


def test_revoking_ends_the_links_of_one_scope_and_no_other(engine: sa.Engine) -> None:
    with writing(engine) as session:
        own, again, other = (issue(session, scope=code) for code in ("CC1", "CC1", "CC2"))
        ended = revoke_links(session, role=Role.VENDOR, scope="CC1", now=NOW, actor=COMMAND)
        assert revoke_links(session, role=Role.VENDOR, scope="CC1", now=NOW, actor=COMMAND) == 0

    assert ended == 2
    with reading(engine) as session:
        assert open_link(session, other, secret_keys=[KEY], now=NOW).scope == "CC2"
        assert [link.scope for link in list_links(session, now=NOW)] == ["CC2"]
        assert len(list_links(session, now=NOW, also_ended=True)) == 3
        for token in (own, again):
            with pytest.raises(LinkExpired):
                open_link(session, token, secret_keys=[KEY], now=NOW)


def test_issuing_and_revoking_leave_a_trace_without_the_address(engine: sa.Engine) -> None:
    with writing(engine) as session:
        token = issue(session)
        number = session.exec(select(AccessLink.id)).one()
        revoke_link(session, number or 0, actor=COMMAND, now=NOW)
        revoke_link(session, number or 0, actor=COMMAND, now=LATER)

    with reading(engine) as session:
        told = [(e.action, e.subject, e.note) for e in session.exec(select(SecurityEvent))]
    assert told == [
        ("link_issued", f"link:{number}", "vendor:CC222223Z"),
        ("link_revoked", f"link:{number}", "vendor:CC222223Z"),
    ]
    assert token not in str(told)


@pytest.mark.parametrize(
    ("role", "scope", "home"),
    [
        (Role.VENDOR, "CC222223Z", "/nguoi-ban/CC222223Z"),
        (Role.AUDITOR, "MA", "/cho/MA/tong-quan"),
        (Role.ECONOMIST, "*", "/muc-do-dung"),
    ],
)
def test_a_link_leads_to_the_first_page_of_its_scope(
    reader: Reader, settings: Settings, role: Role, scope: str, home: str
) -> None:
    answer = reader().get(link_for(settings, role, scope), follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, home)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_the_cookie_is_kept_from_scripts_and_ends_with_the_link(
    reader: Reader, settings: Settings
) -> None:
    path = link_for(settings, Role.VENDOR, "CC222223Z", days=9)
    answer = reader().get(path, follow_redirects=False)

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert f"Max-Age={9 * 24 * 3600}" in cookie
    assert "Secure" not in cookie


def test_in_production_the_cookie_travels_encrypted_only(settings: Settings) -> None:
    path = link_for(settings, Role.VENDOR, "CC222223Z")
    strict = settings.model_copy(update={"mode": Mode.PRODUCTION})
    client = TestClient(create_app(strict, now=lambda: NOW), base_url="https://cho.example")

    answer = client.get(path, follow_redirects=False)

    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_opening_the_same_message_again_goes_on_with_the_same_session(
    october: sa.Engine, reader: Reader, settings: Settings
) -> None:
    path = link_for(settings, Role.VENDOR, "CC222223Z")
    client = reader()

    tokens = {client.get(path, follow_redirects=False).cookies[COOKIE] for _ in range(3)}
    elsewhere = reader().get(path, follow_redirects=False).cookies[COOKIE]

    assert len(tokens) == 1
    assert elsewhere not in tokens
    with reading(october) as session:
        assert len(session.exec(select(UserSession)).all()) == 2


def test_revoking_a_link_closes_the_pages_it_has_opened(october: sa.Engine, reader: Reader) -> None:
    client = reader(Role.VENDOR, "CC222223Z")
    assert client.get("/nguoi-ban/CC222223Z").status_code == 200

    with writing(october) as session:
        revoke_links(session, role=Role.VENDOR, scope="CC222223Z", now=NOW, actor=COMMAND)

    answer = client.get("/nguoi-ban/CC222223Z")
    assert answer.status_code == 403
    assert "Đường dẫn này đã hết hạn" in answer.text


def test_an_expired_link_says_so_and_that_the_money_is_safe(
    reader: Reader, settings: Settings
) -> None:
    answer = reader().get(link_for(settings, Role.VENDOR, "CC222223Z", days=0))

    assert answer.status_code == 403
    assert "Đường dẫn này đã hết hạn" in answer.text
    assert "tấm mã ở gian hàng vẫn dùng được" in answer.text


def test_a_link_cut_short_is_told_as_a_page_not_found(reader: Reader, settings: Settings) -> None:
    answer = reader().get(link_for(settings, Role.VENDOR, "CC222223Z")[:-6])

    assert answer.status_code == 404
    assert "Mở lại từ tin nhắn gốc" in answer.text


def test_no_page_repeats_the_token(reader: Reader, settings: Settings) -> None:
    path = link_for(settings, Role.VENDOR, "CC222223Z")

    answer = reader().get(f"{path[:-3]}xyz")

    assert path[5:30] not in answer.text


def test_nobody_is_asked_to_sign_in_on_a_vendors_page(reader: Reader) -> None:
    answer = reader().get("/nguoi-ban/CC222223Z", follow_redirects=False)

    assert answer.status_code == 403
    assert "Trang này mở bằng đường dẫn riêng" in answer.text
