"""The country beside us in words: both growths, what is missing, and that they are not defined alike."""

from datetime import date

import pytest

from market.adoption.periods import Period
from market.i18n import Lang, translator
from market.reports.national_words import national_words
from market.reports.study_models import GrowthView
from market.roles import Role
from tests.market.conftest import Reader

_ = translator(Lang.VI)


def growth(raw: float | None, *, hidden: str = "", matched_hidden: str = "") -> GrowthView:
    return GrowthView(
        against="year_before",
        window_first=date(2024, 1, 1),
        window_last=date(2024, 12, 31),
        raw=raw,
        per_market_day=raw,
        matched=raw,
        matched_days=raw,
        matched_markets=2,
        market_days=40,
        opened=[],
        closed=[],
        hidden=hidden,
        matched_hidden=matched_hidden or hidden,
        matched_days_hidden=hidden,
    )


def test_the_year_stands_beside_ours_with_both_numbers() -> None:
    country, own, apart = national_words(Period.read("2025"), [growth(0.123)], _)

    assert "+50,94%" in country
    assert "+124,06%" in country
    assert "định nghĩa SBV.QR; Ngân hàng Nhà nước" in country
    assert "+12,3%" in own
    assert "không cùng định nghĩa" in apart


@pytest.mark.parametrize("own", [[], [growth(None)], [growth(0.5, hidden="s")]])
def test_a_growth_of_ours_that_may_not_be_told_is_not(own: list[GrowthView]) -> None:
    words = national_words(Period.read("2025"), own, _)

    assert "50,0%" not in " ".join(words)
    assert "chưa so được" in words[1]


def test_a_period_without_a_national_figure_says_so_and_names_the_newest() -> None:
    words = national_words(Period.read("2026-10"), [growth(0.123)], _)

    assert words[0].startswith("Chưa có số tăng trưởng của cả nước cho kỳ này;")
    assert "từ 01/01/2025 đến 31/12/2025" in words[1]
    assert "12,3%" not in " ".join(words)  # ours of another period would be read as the answer
    assert national_words(Period.read("2024"), [], _) == [
        "Chưa có số tăng trưởng của cả nước cho kỳ này."
    ]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("vi", "Cạnh tăng trưởng của cả nước"), ("en", "The two are not defined alike")],
)
@pytest.mark.usefixtures("october_published")
def test_the_study_page_says_it(reader: Reader, lang: str, sentence: str) -> None:
    page = reader(Role.ECONOMIST).get(f"/muc-do-dung/phan-tich?ky=2026-10&lang={lang}")

    assert sentence in page.text
    assert "SBV.QR" in page.text
