"""Markets, vendors and posters are looked up by what is printed on them."""

from datetime import date

import pytest

from market.database import reading
from merchants.errors import MarketNotFound, VendorNotFound
from merchants.find import (
    find_market,
    find_poster_standing,
    find_vendor,
    market_codes,
)
from merchants.kinds import PosterState
from tests.merchants.conftest import Register
from tests.merchants.posters.test_issue import issue
from tests.merchants.sheet_files import VACANT, row


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
