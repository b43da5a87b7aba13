"""Whose name an account must carry, before and after the day the rule begins to hold."""

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.database import reading
from merchants.acceptance.name_rule import (
    EXPLANATIONS,
    NameGround,
    judge_account_name,
    match_account_name,
    name_rules,
    rule_for,
)
from merchants.acceptance.upkeep import migration_list
from merchants.days import market_day
from merchants.kinds import (
    GOOD_MATCHES,
    AcceptancePointState,
    AccountOwnerKind,
    NameMatch,
)
from merchants.names import compare_names
from merchants.tables import AcceptancePoint
from qr.text import fold_to_ascii
from tests.merchants.acceptance.accounts_world import Accounts
from tests.merchants.conftest import Register
from tests.merchants.queries import counted
from tests.merchants.sheet_files import row

BEFORE, FROM = date(2026, 2, 28), date(2026, 3, 1)
PERSON, BUSINESS = "Nguyễn Thị Hương", "HKD Rau sạch cô Hương"


# --- the dated data ---


def test_the_rules_are_reviewed_in_time() -> None:
    today = market_day(datetime.now(UTC))

    overdue = [rule.id for rule in name_rules() if rule.review_by < today]

    assert overdue == [], "read the official text again and move review_by on"


def test_every_rule_says_where_it_comes_from() -> None:
    for rule in name_rules():
        assert rule.published_at < rule.effective_from < rule.review_by
        assert rule.legal_ref
        assert rule.source_title
        assert rule.source_url.startswith("https://")


def test_the_rule_holds_from_the_first_of_march_2026() -> None:
    assert rule_for(FROM).effective_from == FROM
    assert rule_for(date(2020, 1, 1)) is name_rules()[0]
    assert rule_for(date(2030, 1, 1)) is name_rules()[-1]


# --- worked examples ---


@pytest.mark.parametrize(
    ("holder", "business", "on", "match", "ground"),
    [
        ("NGUYEN THI HUONG", "", FROM, NameMatch.NORMALISED, NameGround.PERSON),
        ("NGUYEN THI HUONG", "", BEFORE, NameMatch.NORMALISED, NameGround.PERSON),
        ("NGUYEN THI HUONG", BUSINESS, BEFORE, NameMatch.NORMALISED, NameGround.PERSON_UNTIL),
        ("NGUYEN THI HUONG", BUSINESS, FROM, NameMatch.NORMALISED, NameGround.PERSON_NO_LONGER),
        ("HKD RAU SACH CO HUONG", BUSINESS, FROM, NameMatch.NORMALISED, NameGround.REGISTERED),
        ("HO KINH DOANH RAU SACH CO HUONG", BUSINESS, BEFORE, NameMatch.NORMALISED,
         NameGround.REGISTERED),
        # The register may hold the name without the words every such name begins with.
        ("HKD RAU SACH CO HUONG", "Rau sạch cô Hương", FROM, NameMatch.NORMALISED,
         NameGround.REGISTERED),
        ("RAU SACH CO HUONG", BUSINESS, FROM, NameMatch.PARTIAL, NameGround.REGISTERED),
        # Registered under the owner's own name: only the words tell the two accounts apart.
        ("HKD NGUYEN THI HUONG", "HKD Nguyễn Thị Hương", FROM, NameMatch.NORMALISED,
         NameGround.REGISTERED),
        ("NGUYEN THI HUONG", "HKD Nguyễn Thị Hương", FROM, NameMatch.NORMALISED,
         NameGround.PERSON_NO_LONGER),
        ("NGUYEN THI HUONG", "Nguyễn Thị Hương", FROM, NameMatch.NORMALISED,
         NameGround.PERSON_NO_LONGER),
        # "Must include the registered name": more words are for people to read.
        ("HKD RAU SACH CO HUONG CHO MAU A", BUSINESS, FROM, NameMatch.PARTIAL,
         NameGround.REGISTERED),
        ("NGUYEN HUONG", BUSINESS, FROM, NameMatch.PARTIAL, NameGround.SIMILAR),
        ("NGUYEN HUONG", "", FROM, NameMatch.PARTIAL, NameGround.SIMILAR),
        # A business called by a given name alone is not carried by everybody of that name.
        ("TRAN VAN HUONG", "HKD Hương", FROM, NameMatch.MISMATCH, NameGround.STRANGER),
        ("TRAN VAN BINH", BUSINESS, FROM, NameMatch.MISMATCH, NameGround.STRANGER),
        ("", BUSINESS, FROM, NameMatch.MISMATCH, NameGround.UNKNOWN),
        ("...", "...", FROM, NameMatch.MISMATCH, NameGround.UNKNOWN),
    ],
)  # fmt: skip
def test_how_an_accounts_name_is_judged(
    holder: str, business: str, on: date, match: NameMatch, ground: NameGround
) -> None:
    judged = judge_account_name(holder, PERSON, business, on)

    assert (judged.match, judged.ground) == (match, ground)
    assert judged.must_migrate is (ground is NameGround.PERSON_NO_LONGER)
    is_business = judged.owner_kind is AccountOwnerKind.HOUSEHOLD_BUSINESS
    assert is_business is (ground is NameGround.REGISTERED)


def test_the_explanation_names_the_day() -> None:
    judged = judge_account_name("NGUYEN THI HUONG", PERSON, BUSINESS, FROM)

    assert "từ 01/03/2026" in judged.explanation
    assert set(EXPLANATIONS) == set(NameGround)


# --- properties ---

WORDS = ["Nguyễn", "Trần", "Đặng", "Lý", "Thị", "Văn", "Đức", "Hương", "Hường", "Bình", "Rau"]
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
businesses = st.just("") | names | names.map(lambda name: f"Hộ kinh doanh {name}")
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))


def spelt(name: str, how: int) -> str:
    """The same name as a bank, a phone or a careless hand writes it."""
    return [
        name.upper(),
        name.lower(),
        unicodedata.normalize("NFD", name),
        f"  {name.replace(' ', '   ')} ",
        fold_to_ascii(name),
    ][how]


@given(names, names, businesses, days, st.integers(0, 4))
def test_spelling_does_not_change_the_judgement(
    holder: str, person: str, business: str, on: date, how: int
) -> None:
    plain = judge_account_name(holder, person, business, on)

    other = judge_account_name(spelt(holder, how), person, business, on)

    assert (other.ground, other.must_migrate) == (plain.ground, plain.must_migrate)
    assert (other.match in GOOD_MATCHES) == (plain.match in GOOD_MATCHES)


@given(names, names, businesses, days)
def test_the_rule_never_makes_a_stranger_of_the_owner(
    holder: str, person: str, business: str, on: date
) -> None:
    judged = judge_account_name(holder, person, business, on)

    assert judged.match is match_account_name(holder, person, business)
    if judged.must_migrate:
        assert judged.match in GOOD_MATCHES
        assert compare_names(holder, person) in GOOD_MATCHES
        assert business
        assert on >= FROM


@given(names, names, businesses, days, days)
def test_what_must_change_once_must_change_ever_after(
    holder: str, person: str, business: str, one: date, other: date
) -> None:
    first, later = sorted((one, other))

    was = judge_account_name(holder, person, business, first).must_migrate

    assert not was or judge_account_name(holder, person, business, later).must_migrate


@given(names, names, days)
def test_who_is_not_registered_never_has_to_change(holder: str, person: str, on: date) -> None:
    judged = judge_account_name(holder, person, "", on)

    assert judged.owner_kind is AccountOwnerKind.INDIVIDUAL
    assert not judged.must_migrate


@given(names, names)
def test_one_more_registered_name_never_makes_the_match_worse(holder: str, person: str) -> None:
    order = list(NameMatch)
    alone = match_account_name(holder, person, "")

    assert order.index(match_account_name(holder, person, holder)) <= order.index(alone)


@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=4), st.sampled_from(WORDS))
def test_a_shared_given_name_alone_is_never_partial(words: list[str], given_name: str) -> None:
    holder = " ".join(["Phạm", given_name])
    person = " ".join([*words, given_name])

    assert compare_names(holder, person) is NameMatch.MISMATCH


@given(names, names)
def test_case_spaces_and_form_never_change_how_names_compare(one: str, other: str) -> None:
    expected = compare_names(one, other)

    for how in (0, 1, 2, 3):
        assert compare_names(spelt(one, how), other) is expected
        assert compare_names(one, spelt(other, how)) is expected


@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=5), st.data())
def test_leaving_out_more_words_never_makes_the_match_better(
    words: list[str], data: st.DataObject
) -> None:
    order = list(NameMatch)
    full = " ".join(words)
    kept = data.draw(st.sets(st.integers(0, len(words) - 1)))
    fewer = data.draw(st.sets(st.sampled_from(sorted(kept)))) if kept else set()
    once = " ".join(word for place, word in enumerate(words) if place in kept)
    twice = " ".join(word for place, word in enumerate(words) if place in fewer)

    assert order.index(compare_names(twice, full)) >= order.index(compare_names(once, full))


# --- in the register ---


def test_an_import_marks_the_account_a_registered_business_may_not_use(register: Register) -> None:
    register.take(row(business=BUSINESS))

    point = register.one(AcceptancePoint)
    assert point.state is AcceptancePointState.TO_MIGRATE
    assert point.name_match is NameMatch.NORMALISED
    assert point.owner_kind is AccountOwnerKind.INDIVIDUAL


def test_an_account_in_the_registered_name_is_verified(register: Register) -> None:
    register.take(row(business=BUSINESS, holder="HKD RAU SACH CO HUONG"))

    point = register.one(AcceptancePoint)
    assert point.state is AcceptancePointState.VERIFIED
    assert point.owner_kind is AccountOwnerKind.HOUSEHOLD_BUSINESS


def test_the_migration_list_holds_who_must_change_by_the_day(register: Register) -> None:
    register.take(
        row(business=BUSINESS),
        row(stall="A002", name="Trần Văn Bình", phone="0987654321", account="1012345678",
            holder="HKD BINH RAU", business="HKD Bình Rau"),
        row(stall="A003", name="Lý A Páo", phone="0987654322", account="1012345679",
            holder="LY A PAO"),
    )  # fmt: skip
    accounts = Accounts(register)

    with reading(register.engine) as session:
        early = migration_list(session, "MA", BEFORE)
        (listed,) = migration_list(session, "MA", FROM)
    assert early == []
    assert (listed.vendor_name, listed.stall_codes, listed.tail) == (PERSON, ("A001",), "9012")
    assert not listed.has_open_change

    accounts.propose(replaces_id=listed.point_id, holder_name="HKD RAU SACH CO HUONG")

    with reading(register.engine) as session, counted(register.engine) as sent:
        (listed,) = migration_list(session, "MA", FROM + timedelta(days=30))
    assert listed.has_open_change
    assert len(sent) == 6  # market, names, accounts, stalls, posters, proposals


def test_an_approved_business_account_ends_the_migration(register: Register) -> None:
    register.take(row(business=BUSINESS))
    accounts = Accounts(register)
    change = accounts.propose(
        replaces_id=register.one(AcceptancePoint).id, holder_name="HKD RAU SACH CO HUONG"
    ).change
    accounts.confirm(change.id or 0)

    point = accounts.decide(change.id or 0).point

    assert point is not None
    assert point.owner_kind is AccountOwnerKind.HOUSEHOLD_BUSINESS
    assert point.state is AcceptancePointState.VERIFIED
    with reading(register.engine) as session:
        assert migration_list(session, "MA", FROM) == []
