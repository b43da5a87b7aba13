"""Lists and look-ups ask the same few queries, and show no more than people may see."""

import dataclasses
from datetime import date

import pytest

from market.database import reading
from merchants.errors import MarketNotFound, VendorNotFound
from merchants.find import (
    find_market,
    find_poster_standing,
    find_vendor,
    list_stalls,
    market_codes,
)
from merchants.kinds import NameMatch, PosterState, StallState
from tests.merchants.conftest import Register
from tests.merchants.queries import counted
from tests.merchants.sheets import VACANT, row
from tests.merchants.test_posters import issue
from tests.merchants.test_register import other_row


def test_the_list_tells_who_holds_which_stall(register: Register) -> None:
    register.take(row(wallet="MoMo", wallet_point="STORE01"), row(**VACANT | {"stall": "A000"}))
    issue(register)

    with reading(register.engine) as session:
        vacant, held = list_stalls(session, "MA")

    assert (vacant.stall_code, vacant.state, vacant.vendor) == ("A000", StallState.VACANT, None)
    assert held.vendor is not None
    assert (held.vendor.full_name, held.vendor.phone_tail) == ("Nguyễn Thị Hương", "678")
    assert [account.tail for account in held.vendor.accounts] == ["9012", "RE01"]
    assert held.vendor.accounts[0].name_match == NameMatch.NORMALISED
    assert held.poster is not None
    assert held.poster.serial.startswith("MA-")


def test_a_list_shows_neither_account_nor_phone(register: Register) -> None:
    register.take(row())

    with reading(register.engine) as session:
        shown = str([dataclasses.asdict(stall) for stall in list_stalls(session, "MA")])

    assert "0123456789012" not in shown
    assert "912345678" not in shown


def test_lists_ask_the_same_number_of_queries(register: Register) -> None:
    counts = []
    for first, last in ((0, 2), (2, 40)):
        register.take(*(other_row(n) for n in range(first, last)))
        with reading(register.engine) as session, counted(register.engine) as sent:
            list_stalls(session, "MA")
        counts.append(len(sent))

    assert counts[0] == counts[1] == 5


def test_markets_and_vendors_are_found_by_code(register: Register) -> None:
    register.take(row())

    with reading(register.engine) as session:
        assert market_codes(session) == ["CQ", "DC", "LG", "MA"]
        assert find_market(session, "MA").name == "Chợ trung tâm Mậu A"
        assert find_vendor(session, "CC222223Z").full_name == "Nguyễn Thị Hương"
        with pytest.raises(MarketNotFound, match="'XX'"):
            find_market(session, "XX")
        for code in ("CC222224Y", "CC2222232", "x"):
            with pytest.raises(VendorNotFound, match=code):
                find_vendor(session, code)


def test_a_serial_tells_how_its_poster_stands(register: Register) -> None:
    register.take(row())
    (poster,) = issue(register)
    register.take(row(**VACANT))

    with reading(register.engine) as session:
        standing = find_poster_standing(session, poster.serial or "")
        assert find_poster_standing(session, "MA-99999-1") is None

    assert standing is not None
    assert (standing.state, standing.ended_on) == (PosterState.REVOKED, date(2026, 11, 21))
    assert (standing.holder_name, standing.account_tail) == ("NGUYEN THI HUONG", "9012")
