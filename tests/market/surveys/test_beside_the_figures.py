"""The survey's share beside the figures of adoption: with its interval and source, or why not."""

from datetime import date

import pytest
import sqlalchemy as sa

from market.adoption.periods import Period
from market.database import writing
from market.i18n import Lang, translator
from market.reports.cashless import cashless_text
from market.reports.public_reading import public_tables_of
from market.reports.publishing import publish
from market.roles import Role
from market.surveys.latest import latest_share
from tests.market.conftest import NOW, Staff
from tests.market.letters import HEAD
from tests.market.reading_html import Page
from tests.market.surveys import surveying

BOTH = ("LG", "MA")


@pytest.fixture
def answered(october: sa.Engine) -> sa.Engine:
    """October, and a survey of it that everybody answered."""
    with writing(october) as session:
        survey = surveying.drawn(session, size=24)
        surveying.answer_all(session, survey)
    return october


def test_the_newest_survey_of_these_markets_is_found(answered: sa.Engine) -> None:
    end = date(2026, 10, 31)
    with writing(answered) as session:
        surveying.drawn(session, market_codes=("LG",), size=4)
        of_both = latest_share(session, BOTH, by=end, p_percent=None)
        of_one = latest_share(session, ("MA",), by=end, p_percent=None)

        assert latest_share(session, BOTH, by=date(2026, 10, 30), p_percent=None) is None
        assert latest_share(session, (), by=end, p_percent=None) is None
        early = surveying.DRAWN_AT.replace(month=9)
        assert latest_share(session, BOTH, by=end, p_percent=None, known_at=early) is None

    assert of_both is not None
    assert of_one is not None
    assert (list(of_both.market_codes), of_both.untold) == (["LG"], "not_begun")
    assert list(of_one.market_codes) == ["MA"]
    assert of_one.share is not None
    assert of_one.low is not None
    assert of_one.low < of_one.share
    assert of_one.answers < 24


def test_page_api_report_and_public_tell_the_share_with_its_source(
    answered: sa.Engine, staff: Staff
) -> None:
    economist = staff(Role.ECONOMIST)
    with writing(answered) as session:
        publish(
            session,
            Period.read("2026-10"),
            p_percent=15,
            known_at=NOW,
            now=NOW,
            actor="command",
            head=HEAD,
        )
        public = public_tables_of(session, Period.read("2026-10")).survey

    told = economist.get("/api/v1/adoption/2026-10").json()["cashless"]
    page = Page(economist.get("/muc-do-dung?ky=2026-10").text)
    table = economist.get("/api/v1/adoption/2026-10.csv").content.decode("utf-8-sig")

    share = f"{told['share'] * 100:.1f}%".replace(".", ",")
    assert told["low"] < told["share"] < told["high"]
    assert f"tổng tiền bán: {share} (khoảng tin cậy 95%" in page.text
    assert "Nguồn: Khảo sát tháng 10" in page.text
    assert page.shortcomings() == []
    assert f",CASHLESS,Tỷ trọng không dùng tiền mặt,{told['share']},ratio,," in table
    assert public is not None
    assert (public.share, public.answers) == (told["share"], told["answers"])


def test_without_a_survey_or_an_answer_the_reason_is_said(october: sa.Engine, staff: Staff) -> None:
    economist = staff(Role.ECONOMIST)
    assert "chỉ khảo sát mẫu mới cho số này" in economist.get("/muc-do-dung?ky=2026-10").text

    with writing(october) as session:
        surveying.drawn(session, size=8)

    page = Page(economist.get("/muc-do-dung?ky=2026-10").text)
    assert "Khảo sát tháng 10" in page.text
    assert "Chưa ghi phiếu nào" in page.text


def test_the_words_know_both_languages() -> None:
    assert "chưa có" in cashless_text(None, translator(Lang.VI))
    assert "only a sample survey" in cashless_text(None, translator(Lang.EN))
