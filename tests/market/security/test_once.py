"""Sending twice does nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import writing
from market.roles import Role
from market.security.errors import SubmissionDiffers
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.principal import Principal
from market.tables import ApiToken, SecurityEvent, Submission
from tests.market.conftest import NOW, Staff

CLERK = Principal(role=Role.MARKET_CLERK, name="Mai", user_id=7)
OTHER = Principal(role=Role.MARKET_CLERK, name="Sơn", user_id=8)


def test_the_second_is_told_where_the_first_led(engine: sa.Engine) -> None:
    once = new_once()
    with writing(engine) as session:
        assert earlier_answer(session, CLERK, once, "a") is None
        remember_answer(session, CLERK, once, "a", "/cho/MA", NOW)

    with writing(engine) as session:
        assert earlier_answer(session, CLERK, once, "a") == "/cho/MA"


def test_other_content_under_the_same_key_is_refused(engine: sa.Engine) -> None:
    with writing(engine) as session:
        remember_answer(session, CLERK, "k", "a", "/cho/MA", NOW)

        with pytest.raises(SubmissionDiffers):
            earlier_answer(session, CLERK, "k", "b")


def test_everybody_has_keys_of_their_own(engine: sa.Engine) -> None:
    with writing(engine) as session:
        remember_answer(session, CLERK, "k", "a", "/cho/MA", NOW)

        assert earlier_answer(session, OTHER, "k", "b") is None


def test_without_a_key_nothing_is_remembered(engine: sa.Engine) -> None:
    with writing(engine) as session:
        remember_answer(session, CLERK, "", "a", "/cho/MA", NOW)

        assert earlier_answer(session, CLERK, "", "a") is None
        assert session.exec(select(Submission)).all() == []


def test_two_at_once_are_carried_out_once(engine: sa.Engine) -> None:
    def submit(number: int) -> str:
        with writing(engine) as session:
            earlier = earlier_answer(session, CLERK, "k", "a")
            if earlier is not None:
                return earlier
            session.add(SecurityEvent(at=NOW, actor="command", action=f"done-{number}"))
            remember_answer(session, CLERK, "k", "a", f"/{number}", NOW)
            return f"/{number}"

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(submit, range(8)))

    assert len(answers) == 1
    with writing(engine) as session:
        assert len(session.exec(select(SecurityEvent)).all()) == 1


def test_a_form_sent_twice_makes_one_token(staff: Staff, october: sa.Engine) -> None:
    client = staff(Role.MARKET_CLERK, "MA")
    form = {"may": "báo cáo", "han": "30", "once": new_once()}

    first, second = (client.send("/tai-khoan/ma-api", **form) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 303)
    with writing(october) as session:
        assert session.exec(select(ApiToken)).one().expires_at == NOW + timedelta(days=30)


def test_an_api_write_repeated_under_its_key_answers_without_the_secret(
    staff: Staff, october: sa.Engine
) -> None:
    client = staff(Role.MARKET_CLERK, "MA")
    headers = {"Idempotency-Key": "k-1"}

    first, second = (
        client.post("/api/v1/tokens", json={"name": "báo cáo"}, headers=headers) for _ in range(2)
    )
    other = client.post("/api/v1/tokens", json={"name": "khác"}, headers=headers)

    assert first.json()["token"].startswith("cho40_")
    assert second.json() == {"id": first.json()["id"], "token": None}
    assert first.headers["location"] == second.headers["location"]
    assert (other.status_code, other.json()["type"]) == (
        409,
        "urn:cho40:problem:submission-differs",
    )
    with writing(october) as session:
        assert len(session.exec(select(ApiToken)).all()) == 1
