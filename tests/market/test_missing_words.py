"""What a day lacks is kept in Vietnamese and told in the language of whoever reads it."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from market.database import writing
from market.i18n import Lang, translator
from market.i18n.english import ENGLISH
from market.i18n.missing_words import missing_sentences, missing_words
from market.roles import Role
from reconciliation.close import completeness
from reconciliation.close.completeness import Unread
from reconciliation.close.coverage import Covered
from reconciliation.close.missing_words import AND_OTHERS, SENTENCES
from reconciliation.profiles import load_profiles
from reconciliation.tables import CloseState
from tests.market import books
from tests.market.conftest import Staff
from tests.market.refusals import VIETNAMESE

ON = date(2026, 11, 1)
NOON = datetime(2026, 11, 1, 5, tzinfo=UTC)
MANY = [("bank_vcb", f"0000{number}") for number in range(5)]


def uncovered(*accounts: tuple[str, str], is_partial: bool = False) -> list[str]:
    """Return what a close says of accounts without a statement, or with one that waits."""
    covered = Covered(ON, ON, NOON, is_whole=False)
    coverage = {key: [covered] for key in accounts} if is_partial else {}
    return completeness._say_uncovered(accounts, coverage, ON)


def unread(name: str) -> list[str]:
    """Return what a close says of a delivery that failed."""
    one = Unread(ledger="momo", account="", name=name, received_at=NOON, is_our_fault=True)
    return completeness._say_unread([one], [], {}, ON)


def late() -> list[str]:
    return completeness._say_late(ON, [("bank_vcb", "0001")], load_profiles(None), NOON)


def english(incomplete: str) -> str:
    return missing_words(incomplete, translator(Lang.EN))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (uncovered(("bank_vcb", "0001")), "No statement of Vietcombank ···0001 for this day yet"),
        (
            uncovered(*MANY),
            "No statement of Vietcombank ···0000, ···0001, ···0002 and 2 more for this day yet",
        ),
        (
            uncovered(("momo", "M1"), is_partial=True),
            "The statement of MoMo ···M1 has rows that wait for somebody",
        ),
        (
            uncovered(*MANY[:4], is_partial=True),
            (
                "The statement of Vietcombank ···0000, ···0001, ···0002 and 1 more has rows that wait"
                " for somebody"
            ),
        ),
        (unread(""), "Data of MoMo received on 01/11/2026 could not be read"),
        (unread("a; b.csv"), "Data of MoMo received on 01/11/2026 could not be read: a; b.csv"),
        (late(), "Late payments are waited for to the end of 08/11/2026"),
    ],
)
def test_every_sentence_a_close_writes_is_told_in_english(said: list[str], told: str) -> None:
    [sentence] = said

    assert english(sentence) == told
    assert missing_words(sentence, translator(Lang.VI)) == sentence


def test_each_template_has_its_english() -> None:
    assert {*SENTENCES, AND_OTHERS} <= ENGLISH.keys()


def test_several_sentences_are_told_apart() -> None:
    kept = "; ".join([*uncovered(("bank_vcb", "0001")), *unread("a; b.csv"), *late()])

    assert len(missing_sentences(kept)) == 3
    assert missing_words(kept, translator(Lang.VI)) == kept
    assert not VIETNAMESE.search(english(kept))


def test_a_sentence_of_another_edition_is_told_as_it_is_kept() -> None:
    assert english("Chờ mưa tạnh; Chờ nắng") == "Chờ mưa tạnh; Chờ nắng"
    assert missing_sentences("") == []


@pytest.mark.parametrize(
    "path", ["/cho/MA?ngay=2026-11-01&lang=en", "/cho/MA/chot-ngay?ngay=2026-11-01&lang=en"]
)
def test_english_pages_say_in_english_what_is_missing(
    staff: Staff, october: sa.Engine, path: str
) -> None:
    with writing(october) as session:
        books.close(session, "MA", ON, state=CloseState.PROVISIONAL)

    page = staff(Role.MARKET_MANAGER, "MA").get(path).text

    assert "No statement of Vietcombank for this day yet" in page
    assert "Chưa có sao kê" not in page
