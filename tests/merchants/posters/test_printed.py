"""What stands on live posters, and why one is no longer what the register would print."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from merchants.kinds import NameMatch, StallState
from merchants.posters.printed import PosterFault
from merchants.tables import AcceptancePoint, Market, Poster, Stall, StallHolding, Vendor
from tests.merchants.conftest import Register
from tests.merchants.posters.poster_world import URL, change, issued, live
from tests.merchants.queries import counted


def test_a_poster_just_issued_is_what_the_register_says(register: Register) -> None:
    issued(register, 3)

    assert [each.stall_code for each in live(register)] == ["B001", "B002", "B003"]
    assert [each.faults(register.sealer) for each in live(register)] == [[], [], []]


def put(name: str, value: Any) -> Callable[[Any], None]:
    return lambda row: setattr(row, name, value)


@pytest.mark.parametrize(
    ("table", "column", "value", "fault"),
    [
        (Vendor, "display_name", "Rau sạch", PosterFault.DISPLAY_NAME),
        (Vendor, "consented_on", None, PosterFault.NO_CONSENT),
        (AcceptancePoint, "holder_name", "TRAN VAN BA", PosterFault.HOLDER_NAME),
        (AcceptancePoint, "account_hash", "0" * 64, PosterFault.ACCOUNT),
        (AcceptancePoint, "valid_to", date(2026, 11, 20), PosterFault.ACCOUNT_CLOSED),
        (AcceptancePoint, "name_match", NameMatch.PARTIAL, PosterFault.NAME_UNMATCHED),
        (StallHolding, "to_on", date(2026, 11, 20), PosterFault.NOT_HELD),
        (Stall, "state", StallState.CLOSED, PosterFault.NOT_HELD),
        (Market, "name", "Chợ mới", PosterFault.MARKET_NAME),
    ],
)
def test_each_change_is_told_by_its_name(
    register: Register, table: type[Any], column: str, value: Any, fault: PosterFault
) -> None:
    issued(register, 1)
    (before,) = live(register)

    change(register, table, put(column, value))

    (after,) = live(register)
    assert before.faults(register.sealer) == []
    assert after.faults(register.sealer) == [fault]


def test_what_is_not_on_the_poster_changes_nothing(register: Register) -> None:
    issued(register, 1)
    (before,) = live(register)

    change(register, Stall, put("goods_group", "Thịt"))
    change(register, Vendor, put("phone_sealed", None))

    (after,) = live(register)
    assert after.faults(register.sealer) == []
    assert after.content_hash(register.sealer, URL) == before.content_hash(register.sealer, URL)


def test_a_poster_from_before_marks_were_kept_is_judged_by_the_rest(register: Register) -> None:
    issued(register, 1)
    change(register, Poster, put("marks", ""))
    change(register, Vendor, put("display_name", "Rau sạch"))

    (poster,) = live(register)

    assert poster.faults(register.sealer) == []


def test_marks_name_nobody(register: Register) -> None:
    (poster,) = issued(register, 1)

    assert "TRAN" not in poster.marks.upper()
    assert "0000000000001" not in poster.marks


def test_the_content_covers_the_address_printed_on_it(register: Register) -> None:
    issued(register, 1)
    (poster,) = live(register)

    hashes = {poster.content_hash(register.sealer, url) for url in (URL, f"{URL}/x")}

    assert len(hashes) == 2


def test_filters_go_together_and_cost_one_query(register: Register) -> None:
    posters = issued(register, 4)
    serials = [posters[0].serial or "", posters[1].serial or ""]

    with counted(register.engine) as few:
        found = live(register, serials=serials, stall_codes=["B002", "B003"])
    with counted(register.engine) as all_of_them:
        live(register)

    assert [each.stall_code for each in found] == ["B002"]
    assert live(register, zone_name="Khu B") == []
    assert len(live(register, zone_name="Khu A")) == 4
    assert len(few) == len(all_of_them) == 1
