"""The vendor's PIN: what is taken as one, and what guessing it costs."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from market.database import reading, writing
from market.roles import Role
from market.security.errors import PinLocked, PinNeeded, PinRefused, PinWrong
from market.security.pins import check_pin, has_pin, remember_pin, set_pin, why_not
from market.security.principal import Principal
from market.security.recognising import recognise_session
from market.security.rights import Right
from market.security.routes import ROUTES
from market.security.sessions import COOKIE, Writing
from market.tables import VendorPin
from tests import factories
from tests.market.conftest import NOW, Reader

PIN, WRONG = "8274", "9999"


@pytest.fixture
def vendor_id(engine: sa.Engine) -> int:
    with writing(engine) as session:
        market = factories.market()
        session.add(market)
        session.flush()
        vendor = factories.vendor(market_id=market.id)
        session.add(vendor)
        session.flush()
        set_pin(session, vendor.id or 0, PIN, now=NOW)
        return vendor.id or 0


def try_pin(engine: sa.Engine, vendor_id: int, pin: str, minutes: float = 0) -> None:
    """Give a PIN as a page does that shows itself again: what was counted stays."""
    refusal: Exception | None = None
    with writing(engine) as session:
        try:
            check_pin(session, vendor_id, pin, now=NOW + timedelta(minutes=minutes))
        except (PinWrong, PinLocked) as caught:
            refusal = caught
    if refusal:
        raise refusal


def test_the_right_pin_passes(engine: sa.Engine, vendor_id: int) -> None:
    try_pin(engine, vendor_id, PIN)


def test_it_is_kept_as_argon2id_only(engine: sa.Engine, vendor_id: int) -> None:
    with reading(engine) as session:
        row = session.exec(select(VendorPin)).one()
        assert row.pin_hash.startswith("$argon2id$")
        assert has_pin(session, vendor_id)
        assert not has_pin(session, vendor_id + 1)


def test_without_a_pin_given_or_set_one_is_needed(engine: sa.Engine, vendor_id: int) -> None:
    with writing(engine) as session:
        for asked, pin in ((vendor_id, ""), (vendor_id + 1, PIN)):
            with pytest.raises(PinNeeded):
                check_pin(session, asked, pin, now=NOW)


def test_a_wrong_pin_says_how_many_tries_are_left(engine: sa.Engine, vendor_id: int) -> None:
    for left in (4, 3, 2, 1):
        with pytest.raises(PinWrong) as refusal:
            try_pin(engine, vendor_id, WRONG)
        assert refusal.value.tries_left == left


def test_the_fifth_wrong_one_locks_and_the_right_one_does_not_open(
    engine: sa.Engine, vendor_id: int
) -> None:
    for _ in range(4):
        with pytest.raises(PinWrong):
            try_pin(engine, vendor_id, WRONG)

    with pytest.raises(PinLocked) as refusal:
        try_pin(engine, vendor_id, WRONG)
    with pytest.raises(PinLocked):
        try_pin(engine, vendor_id, PIN, minutes=14.9)

    assert refusal.value.until_at == NOW + timedelta(minutes=15)
    try_pin(engine, vendor_id, PIN, minutes=15)


def test_each_lock_is_twice_as_long_up_to_a_day(engine: sa.Engine, vendor_id: int) -> None:
    for _ in range(4):
        with pytest.raises(PinWrong):
            try_pin(engine, vendor_id, WRONG)
    minutes, locks = 0.0, []
    for _ in range(9):
        with pytest.raises(PinLocked) as refusal:
            try_pin(engine, vendor_id, WRONG, minutes)
        until = (refusal.value.until_at - NOW).total_seconds() / 60
        locks.append(until - minutes)
        minutes = until

    assert locks == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]
    try_pin(engine, vendor_id, PIN, minutes)
    with pytest.raises(PinWrong) as again:
        try_pin(engine, vendor_id, WRONG, minutes)
    assert again.value.tries_left == 4


def test_a_new_pin_forgets_the_failures(engine: sa.Engine, vendor_id: int) -> None:
    for _ in range(5):
        with pytest.raises((PinWrong, PinLocked)):
            try_pin(engine, vendor_id, WRONG)
    with writing(engine) as session:
        set_pin(session, vendor_id, "7391", now=NOW)

    try_pin(engine, vendor_id, "7391")


@pytest.mark.parametrize(
    "pin",
    ["1234", "4321", "0000", "1111", "123456", "654321", "7890", "1212", "1221", "1122", "2580",
     "1990", "2026", "123123", "343434", "112233", "999", "1234567", "12a4", "", "１２３４", "-123"],
)  # fmt: skip
def test_what_anybody_would_try_first_is_not_taken(pin: str) -> None:
    assert why_not(pin)


@pytest.mark.parametrize("pin", ["8274", "59301", "730159", "0714", "9062"])
def test_other_digits_are_taken(pin: str) -> None:
    assert why_not(pin) == ""


@given(st.text(max_size=8))
def test_only_four_to_six_plain_digits_are_a_pin(text: str) -> None:
    is_digits = 4 <= len(text) <= 6 and all(letter in "0123456789" for letter in text)

    assert why_not(text) != "" or is_digits


def test_a_refused_pin_changes_nothing(engine: sa.Engine, vendor_id: int) -> None:
    with writing(engine) as session, pytest.raises(PinRefused):
        set_pin(session, vendor_id, "1234", now=NOW)

    try_pin(engine, vendor_id, PIN)


def test_a_wrong_pin_counts_even_when_the_request_is_undone(
    october: sa.Engine,
    reader: Reader,
    codes: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    template = "/nguoi-ban/{vendor_code}/thu-pin"
    monkeypatch.setattr(
        "market.security.scope.ROUTES", {**ROUTES, ("GET", template): Right.VENDOR_ACT}
    )
    client = reader(Role.VENDOR, codes["MA"][0])
    with writing(october) as session:
        set_pin(session, 1, PIN, now=NOW)

    @client.app.get(template)  # type: ignore[attr-defined]
    def change(session: Writing, pin: str) -> None:
        check_pin(session, 1, pin, now=NOW)

    address = template.format(vendor_code=codes["MA"][0])
    statuses = [client.get(f"{address}?pin={WRONG}").status_code for _ in range(6)]

    assert statuses == [403] * 4 + [429] * 2
    assert client.get(f"{address}?pin={PIN}").status_code == 429


def test_a_pin_just_given_is_remembered_by_the_session_for_ten_minutes(
    october: sa.Engine, reader: Reader, codes: dict[str, list[str]]
) -> None:
    token = reader(Role.VENDOR, codes["MA"][0]).cookies[COOKIE]

    def caller() -> Principal:
        with reading(october) as session:
            found = recognise_session(session, token, vendor_code=None, now=NOW)
            assert found is not None
            return found.principal

    before = caller()
    with writing(october) as session:
        remember_pin(session, before, now=NOW)

    assert before.pin_until_at is None
    assert caller().pin_until_at == NOW + timedelta(minutes=10)
