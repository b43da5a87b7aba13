"""Who trades at the simulated markets."""

import io
from collections import Counter
from datetime import UTC, datetime

import python_calamine

from merchants.kinds import NameMatch
from merchants.names import best_match
from reconciliation.simulation.banks import BANKS
from reconciliation.simulation.people import SHARED_ACCOUNTS_MAX
from reconciliation.simulation.places import demo_markets
from reconciliation.simulation.register import draw_register
from reconciliation.simulation.sheet import COLUMNS, flawed_rows, sheet_rows, write_sheet
from tests.reconciliation.simulation.worlds import register

MADE_AT = datetime(2026, 10, 31, tzinfo=UTC)


def test_the_four_markets_have_as_many_stalls_as_counted() -> None:
    stalls = Counter(stall.market_code for stall in register().stalls)

    assert stalls == {"MA": 240, "DC": 60, "LG": 45, "CQ": 40}


def test_a_stall_code_stands_once_in_its_market() -> None:
    codes = Counter((stall.market_code, stall.code) for stall in register().stalls)

    assert max(codes.values()) == 1


def test_only_occupied_stalls_have_a_vendor() -> None:
    states = {(stall.state, stall.vendor is None) for stall in register().stalls}

    assert states == {("occupied", False), ("vacant", True), ("closed", True)}


def test_some_vendors_hold_several_stalls() -> None:
    stalls = Counter(stall.vendor for stall in register().stalls if stall.vendor is not None)

    assert len(stalls) == len(register().vendors)
    assert 5 < sum(count > 1 for count in stalls.values()) < 60


def test_a_vendor_without_consent_gives_no_account() -> None:
    silent = [v for v in register().vendors if v.consented_on is None]

    assert len(silent) > 10
    assert not any(v.account or v.momo_store or v.stripe or v.installed_on for v in silent)


def test_a_wallet_store_pays_out_to_an_account_with_a_feed() -> None:
    stores = [v for v in register().vendors if v.momo_store]

    assert len(stores) > 20
    assert all(v.feeds_bank for v in stores)


def test_few_couples_share_an_account_and_both_match_its_holder() -> None:
    vendors = register().vendors
    shared = [
        account
        for account, count in Counter(v.account for v in vendors if v.account).items()
        if count > 1
    ]
    partners = [v for v in vendors if v.account in shared]

    assert 1 <= len(shared) <= SHARED_ACCOUNTS_MAX
    assert len(partners) == 2 * len(shared)
    assert {best_match(v.holder_name, [v.full_name, v.business_name]) for v in partners} <= {
        NameMatch.EXACT,
        NameMatch.NORMALISED,
    }


def test_a_few_account_names_are_somebody_elses() -> None:
    matches = Counter(
        best_match(v.holder_name, [v.full_name, v.business_name])
        for v in register().vendors
        if v.account
    )

    assert 1 <= matches[NameMatch.MISMATCH] <= 20
    assert matches[NameMatch.NORMALISED] > matches[NameMatch.EXACT] > 10


def test_vendors_bank_at_several_banks() -> None:
    banks = {v.bank.name for v in register().vendors if v.bank}

    assert banks == {bank.name for bank in BANKS}


def test_about_a_dozen_vendors_take_cards() -> None:
    assert 8 <= sum(v.stripe for v in register().vendors) <= 12


def test_an_account_has_the_length_of_its_bank_and_only_digits() -> None:
    for vendor in register().vendors:
        if vendor.bank:
            assert len(vendor.account) == vendor.bank.account_length
            assert vendor.account.isdigit()


def test_codes_come_from_the_register_that_took_the_sheet() -> None:
    drawn = draw_register(demo_markets(), 3)
    first, second = drawn.stalls[0], drawn.stalls[1]

    named = drawn.with_codes({(first.market_code, first.code): "CC222223Z"})

    assert named.vendors[first.vendor or 0].code == "CC222223Z"
    assert all(not v.code for v in named.vendors if v.number not in {first.vendor, second.vendor})


def test_the_sheet_has_one_row_per_stall_under_the_agreed_headers() -> None:
    content = write_sheet(sheet_rows(register()), made_at=MADE_AT)

    rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    header = rows.index(list(COLUMNS))

    assert len(rows) - header - 1 == 385


def test_the_same_rows_make_the_same_bytes() -> None:
    rows = sheet_rows(register(), "LG")

    assert write_sheet(rows, made_at=MADE_AT) == write_sheet(rows, made_at=MADE_AT)


def test_each_flawed_row_says_what_is_wrong_with_it() -> None:
    flaws = flawed_rows(register())

    assert len(flaws) == 5
    assert len({flawed.flaw for flawed in flaws}) == 5
