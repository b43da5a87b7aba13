"""Signed links: what they open, for how long, and what a changed letter does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from market.app import create_app
from market.security.errors import LinkExpired, LinkUnreadable
from market.security.links import Carrier, Grant, Role, link_path, read_grant, write_grant
from market.security.scope import COOKIE
from market.settings import Mode, Settings
from tests.market.conftest import KEY, NOW, Reader

LATER = datetime(2027, 1, 1, tzinfo=UTC)
GRANT = Grant(role=Role.VENDOR, scope="CC2222234", until_at=LATER)


@pytest.mark.parametrize("carrier", list(Carrier))
@pytest.mark.parametrize("role", list(Role))
def test_reading_undoes_writing(carrier: Carrier, role: Role) -> None:
    grant = Grant(role=role, scope="MA", until_at=LATER)

    text = write_grant(grant, carrier, secret_keys=[KEY])

    assert read_grant(text, carrier, secret_keys=[KEY], now=NOW) == grant


def test_a_link_is_no_cookie() -> None:
    text = write_grant(GRANT, Carrier.LINK, secret_keys=[KEY])

    with pytest.raises(LinkUnreadable):
        read_grant(text, Carrier.COOKIE, secret_keys=[KEY], now=NOW)


def test_a_link_ends_on_the_second() -> None:
    text = write_grant(GRANT, Carrier.LINK, secret_keys=[KEY])

    assert (
        read_grant(text, Carrier.LINK, secret_keys=[KEY], now=LATER - timedelta(seconds=1)) == GRANT
    )
    with pytest.raises(LinkExpired):
        read_grant(text, Carrier.LINK, secret_keys=[KEY], now=LATER)


def test_an_older_key_still_opens_what_it_signed() -> None:
    text = write_grant(GRANT, Carrier.LINK, secret_keys=["old"])

    assert read_grant(text, Carrier.LINK, secret_keys=["new", "old"], now=NOW) == GRANT
    with pytest.raises(LinkUnreadable):
        read_grant(text, Carrier.LINK, secret_keys=["new"], now=NOW)


def test_the_newest_key_signs() -> None:
    text = write_grant(GRANT, Carrier.LINK, secret_keys=["new", "old"])

    assert read_grant(text, Carrier.LINK, secret_keys=["new"], now=NOW) == GRANT


@given(st.integers(0, 10_000), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_changed_letter_opens_nothing(place: int, letter: str) -> None:
    text = write_grant(GRANT, Carrier.LINK, secret_keys=[KEY])
    place %= len(text)
    changed = f"{text[:place]}{letter}{text[place + 1 :]}"

    try:
        read = read_grant(changed, Carrier.LINK, secret_keys=[KEY], now=NOW)
    except LinkUnreadable:
        read = None

    # The last letter of base64 holds unused bits: another spelling of the same signature.
    assert read is None or (read == GRANT and (changed == text or place == len(text) - 1))


@pytest.mark.parametrize("text", ["", ".", "abc", "WyJ2ZW5kb3IiXQ.xyz", "ệ", "a" * 5000])
def test_rubbish_opens_nothing(text: str) -> None:
    with pytest.raises(LinkUnreadable):
        read_grant(text, Carrier.LINK, secret_keys=[KEY], now=NOW)


@pytest.mark.parametrize(
    ("role", "scope", "home"),
    [
        (Role.VENDOR, "CC2222234", "/nguoi-ban/CC2222234"),
        (Role.MARKET, "MA", "/cho/MA"),
        (Role.ECONOMIST, "*", "/muc-do-dung"),
    ],
)
def test_a_link_leads_to_the_first_page_of_its_scope(
    reader: Reader, role: Role, scope: str, home: str
) -> None:
    grant = Grant(role=role, scope=scope, until_at=LATER)

    answer = reader().get(link_path(grant, secret_keys=[KEY]), follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, home)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_the_cookie_is_kept_from_scripts_and_ends_with_the_link(reader: Reader) -> None:
    answer = reader().get(link_path(GRANT, secret_keys=[KEY]), follow_redirects=False)

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert f"Max-Age={int((LATER - NOW).total_seconds())}" in cookie
    assert "Secure" not in cookie


def test_in_production_the_cookie_travels_encrypted_only(settings: Settings) -> None:
    strict = settings.model_copy(update={"mode": Mode.PRODUCTION})
    client = TestClient(create_app(strict, now=lambda: NOW), base_url="https://cho.example")

    answer = client.get(link_path(GRANT, secret_keys=[KEY]), follow_redirects=False)

    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_an_expired_link_says_so_and_that_the_money_is_safe(reader: Reader) -> None:
    grant = Grant(role=Role.VENDOR, scope="CC2222234", until_at=NOW)

    answer = reader().get(link_path(grant, secret_keys=[KEY]))

    assert answer.status_code == 403
    assert "Đường dẫn này đã hết hạn" in answer.text
    assert "tấm mã ở gian hàng vẫn dùng được" in answer.text


def test_a_link_cut_short_is_told_as_a_page_not_found(reader: Reader) -> None:
    path = link_path(GRANT, secret_keys=[KEY])

    answer = reader().get(path[:-6])

    assert answer.status_code == 404
    assert "Mở lại từ tin nhắn gốc" in answer.text


def test_no_page_repeats_the_token(reader: Reader) -> None:
    path = link_path(GRANT, secret_keys=[KEY])

    answer = reader().get(f"{path[:-3]}xyz")

    assert path[5:30] not in answer.text
