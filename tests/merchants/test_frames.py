"""The register as frames: dtypes, days, denominators."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from market.database import reading, writing
from merchants.frames import coverage_frame, market_frame, open_day_frame, vendor_frame
from merchants.posters.issue import record_installations
from merchants.tables import CalendarCorrection
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.posters.test_issue import issue
from tests.merchants.queries import counted
from tests.merchants.sheet_files import VACANT, row


def vendors(register: Register, as_of: date) -> pd.DataFrame:
    with reading(register.engine) as session:
        return vendor_frame(session, as_of)


def flags(frame: pd.DataFrame) -> list[dict[str, bool]]:
    return frame[["in_frame", "consented", "equipped", "contracted"]].to_dict("records")


def test_the_vendor_frame_has_its_dtypes_even_when_empty(register: Register, today: date) -> None:
    empty = vendors(register, today)
    register.take(row())
    filled = vendors(register, today)

    expected = {
        "vendor_id": "int64",
        "market_id": "int64",
        "market_code": "str",
        "vendor_code": "str",
        "in_frame": "bool",
        "consented": "bool",
        "equipped": "bool",
        "contracted": "bool",
        "goods_group": "str",
    }
    assert {name: str(kind) for name, kind in filled.dtypes.items()} == expected
    assert {name: str(kind) for name, kind in empty.dtypes.items()} == expected
    assert filled.iloc[0][["market_code", "vendor_code", "goods_group"]].tolist() == [
        "MA",
        "CC222223Z",
        "Rau củ",
    ]


def test_a_vendor_is_in_the_frame_consented_and_equipped_from_the_day_on(
    register: Register,
) -> None:
    register.now = datetime(2026, 8, 20, tzinfo=UTC)
    register.take(row(contract="HD-1", contract_from="10/08/2026"), listed_on=date(2026, 7, 15))
    issue(register)
    with writing(register.engine) as session:
        record_installations(session, "MA", {"A001": date(2026, 8, 25)}, now=register.now)

    seen = {
        day: flags(vendors(register, day))[0]
        for day in (
            date(2026, 7, 14),
            date(2026, 7, 15),
            date(2026, 8, 1),
            date(2026, 8, 10),
            date(2026, 8, 25),
        )
    }

    none = dict.fromkeys(["in_frame", "consented", "equipped", "contracted"], False)
    assert seen == {
        date(2026, 7, 14): none,
        date(2026, 7, 15): none | {"in_frame": True},
        date(2026, 8, 1): none | {"in_frame": True, "consented": True},
        date(2026, 8, 10): dict.fromkeys(none, True) | {"equipped": False},
        date(2026, 8, 25): dict.fromkeys(none, True),
    }


def test_who_has_left_was_in_the_frame_before(register: Register) -> None:
    register.now = datetime(2026, 8, 10, tzinfo=UTC)
    register.take(row())
    issue(register)
    with writing(register.engine) as session:
        record_installations(session, "MA", {"A001": date(2026, 8, 10)}, now=register.now)
    register.now = datetime(2026, 10, 1, tzinfo=UTC)
    register.take(row(**VACANT))

    before, after = vendors(register, date(2026, 9, 30)), vendors(register, date(2026, 10, 2))

    assert flags(before)[0] | {"contracted": True} == dict.fromkeys(flags(before)[0], True)
    assert flags(after)[0] == {
        "in_frame": False,
        "consented": True,
        "equipped": False,
        "contracted": False,
    }


def test_a_closed_stall_is_not_in_the_frame(register: Register, today: date) -> None:
    register.take(row(state="Đóng"), other_row(1))

    assert [each["in_frame"] for each in flags(vendors(register, today))] == [False, True]


def test_several_stalls_are_one_vendor_with_the_first_stalls_goods(
    register: Register, today: date
) -> None:
    register.take(row(stall="A002", goods="Thịt"), row(stall="A001", goods="Rau"))

    frame = vendors(register, today)

    assert frame["goods_group"].tolist() == ["Rau"]


@pytest.mark.parametrize("state", ["Đóng", "Dự kiến"])
def test_a_stall_that_is_not_there_any_more_or_yet_is_not_counted_as_registered(
    register: Register, today: date, state: str
) -> None:
    register.take(row(), row(**VACANT | {"stall": "A002", "state": state}), other_row(1))

    with reading(register.engine) as session:
        assert market_frame(session, today)["stalls_registered"].tolist() == [2, 0, 0, 0]


def test_a_stall_closed_for_a_time_stands_at_the_market_and_its_vendor_is_not_in_the_frame(
    register: Register, today: date
) -> None:
    register.take(row(state="Tạm nghỉ"), row(**VACANT | {"stall": "A002"}), other_row(1))

    with reading(register.engine) as session:
        assert market_frame(session, today)["stalls_registered"].tolist() == [3, 0, 0, 0]
    assert [each["in_frame"] for each in flags(vendors(register, today))] == [False, True]


def test_a_register_tells_nothing_of_a_day_before_it_began(register: Register, today: date) -> None:
    register.take(row())

    with reading(register.engine) as session:
        begins = [
            (on, market_frame(session, on)["stalls_registered"].isna().tolist())
            for on in (today, date(2020, 1, 31))
        ]

    assert begins == [(today, [False] * 4), (date(2020, 1, 31), [True] * 4)]


def test_the_market_frame_counts_stalls(register: Register, today: date) -> None:
    register.take(row(), row(**VACANT | {"stall": "A002"}), other_row(1, market="DC"))

    with reading(register.engine) as session:
        frame = market_frame(session, today)

    assert frame["market_code"].tolist() == ["MA", "DC", "LG", "CQ"]
    assert frame["stalls_registered"].tolist() == [2, 1, 0, 0]
    assert frame["stalls_counted"].tolist() == [240, 60, 45, 40]
    assert [str(kind) for kind in frame.dtypes] == [
        "int64", "str", "str", "int64", "Int64", "Int64",
    ]  # fmt: skip


def test_open_days_of_each_market(register: Register) -> None:
    with writing(register.engine) as session:
        session.add(CalendarCorrection(market_id=1, day_on=date(2026, 11, 20), is_open=False))
        session.add(CalendarCorrection(market_id=3, day_on=date(2026, 11, 20), is_open=True))

    with reading(register.engine) as session:
        frame = open_day_frame(session, date(2026, 11, 16), date(2026, 11, 22))

    assert [str(kind) for kind in frame.dtypes] == ["int64", "datetime64[s]", "bool"]
    opened = frame[frame["is_open"]].groupby("market_id")["day_on"]
    assert {market: [day.day for day in days] for market, days in opened} == {
        1: [16, 17, 18, 19, 21, 22],  # Mậu A: daily, closed by hand on the 20th
        2: [18, 22],  # Đông Cuông: Wednesday and Sunday
        3: [20, 21],  # Lâm Giang: Saturday, opened by hand on the 20th
        4: [16, 21],  # Châu Quế: 8th and 13th of the tenth lunar month
    }
    assert len(frame) == 4 * 7


def test_open_days_without_markets_are_an_empty_frame(engine: object) -> None:
    with reading(engine) as session:  # type: ignore[arg-type]
        frame = open_day_frame(session, date(2026, 11, 1), date(2026, 11, 2))

    assert [str(kind) for kind in frame.dtypes] == ["int64", "datetime64[s]", "bool"]
    assert frame.empty


def test_coverage_counts_audited_stalls_only(register: Register, today: date) -> None:
    audit = {"codes": "2", "audited": "01/10/2026"}
    register.take(
        row(**audit, wallet="MoMo", wallet_point="S1"),  # two points that feed, two codes
        other_row(1, **audit | {"codes": "1"}, bank="BIDV"),  # an account nobody reads
        other_row(2),  # feeds, but nobody looked
        other_row(3, **audit | {"audited": "10/11/2026"}),
        row(**VACANT | audit | {"stall": "C1", "codes": "1"}),
    )

    with reading(register.engine) as session:
        by_october = coverage_frame(session, date(2026, 10, 31))
        by_now = coverage_frame(session, today)

    assert by_october.iloc[0].to_dict() == {
        "market_id": 1,
        "feeding_points": 2,
        "displayed_codes": 4,
    }
    assert by_now.iloc[0].to_dict() == {"market_id": 1, "feeding_points": 3, "displayed_codes": 6}
    assert [str(kind) for kind in by_now.dtypes] == ["int64"] * 3
    assert by_now["displayed_codes"].tolist()[1:] == [0, 0, 0]


def test_frames_ask_the_same_number_of_queries(register: Register, today: date) -> None:
    counts = []
    for first, last in ((0, 2), (2, 40)):
        register.take(*(other_row(n) for n in range(first, last)))
        with reading(register.engine) as session, counted(register.engine) as sent:
            vendor_frame(session, today)
            market_frame(session, today)
            open_day_frame(session, date(2026, 11, 1), today)
            coverage_frame(session, today)
        counts.append(len(sent))

    assert counts[0] == counts[1]
