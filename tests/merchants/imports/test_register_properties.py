"""Whatever a sheet says: again changes nothing, and the order of its rows decides nothing."""

import itertools
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from market.database import open_engine
from merchants.imports.register import SheetResult
from merchants.sealing import Sealer
from tests.merchants.conftest import Register, fill
from tests.merchants.sheet_files import VACANT, row

NAMES = ["Nguyễn Thị Hương", "Nguyễn Thị Huong", "Trần Văn Bình", "Lý A Páo"]
HOLDERS = ["NGUYEN THI HUONG", "TRAN VAN BINH", "LY A PAO", ""]
STALLS = ["A001", "A002", "A003", "A010", "B001"]

vendor_rows = st.builds(
    row,
    stall=st.sampled_from(STALLS),
    zone=st.sampled_from(["", "Khu A", "khu a", "Khu B"]),
    goods=st.sampled_from(["", "Rau", "Thịt"]),
    state=st.sampled_from(["", "Đang bán", "Đóng"]),
    name=st.sampled_from(NAMES),
    phone=st.sampled_from(["", "0912345678", "0987654321"]),
    business=st.sampled_from(["", "HKD Hương", "HKD Bình"]),
    consented=st.sampled_from(["", "01/08/2026", "05/08/2026"]),
    account=st.sampled_from(["0123456789012", "0999999999999", "1012345678"]),
    holder=st.sampled_from(HOLDERS),
    contract=st.sampled_from(["", "HD-1", "HD-2"]),
)
bare_rows = vendor_rows.map(lambda each: each | {"Ngân hàng": "", "Số tài khoản": ""})
wallet_rows = st.builds(
    lambda each, wallet: each | wallet,
    vendor_rows | bare_rows,
    st.sampled_from(
        [
            {"Ví / cổng thanh toán": "MoMo", "Mã điểm ví": "S1"},
            {"Ví / cổng thanh toán": "MoMo", "Mã điểm ví": "S2"},
            {"Ví / cổng thanh toán": "Stripe", "Mã điểm ví": "acct_1"},
        ]
    ),
)
vacant_rows = st.builds(
    lambda stall: row(**VACANT | {"stall": stall, "goods": ""}), st.sampled_from(STALLS)
)
sheets = st.lists(vendor_rows | bare_rows | wallet_rows | vacant_rows, min_size=1, max_size=8)


@pytest.fixture
def fresh(tmp_path: Path, sqlite_template: Path, sealer: Sealer) -> Callable[[], Register]:
    """Give a register with the demonstration markets and nothing else, as often as asked."""
    numbers = itertools.count()

    def make() -> Register:
        path = tmp_path / f"{next(numbers)}.sqlite3"
        shutil.copy(sqlite_template, path)
        return fill(open_engine(f"sqlite:///{path}"), sealer)

    return make


def changes(result: SheetResult) -> set[str]:
    return {each.change for each in result.rows}


@settings(max_examples=25)
@given(sheets, sheets)
@example([row(zone="")], [row(zone="Khu A")])
def test_the_same_sheet_again_changes_nothing(
    fresh: Callable[[], Register], before: list[dict[str, object]], rows: list[dict[str, object]]
) -> None:
    register = fresh()
    register.take(*before)
    first = register.take(*rows)
    registered = register.dump()

    again = register.take(*rows)

    assert changes(again) <= {"same", "none"}
    assert register.dump() == registered
    assert [each.outcome == "rejected" for each in again.rows] == [
        each.outcome == "rejected" for each in first.rows
    ]
    register.engine.dispose()


@settings(max_examples=25)
@given(sheets, sheets, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_decides_nothing(
    fresh: Callable[[], Register],
    before: list[dict[str, object]],
    rows: list[dict[str, object]],
    shuffle: random.Random,
) -> None:
    one, other = fresh(), fresh()
    shuffled = list(rows)
    shuffle.shuffle(shuffled)

    for register, order in ((one, rows), (other, shuffled)):
        register.take(*before)
        register.take(*order)

    assert one.dump() == other.dump()
    one.engine.dispose()
    other.engine.dispose()


@settings(max_examples=15)
@given(sheets)
def test_a_dry_run_says_what_the_import_then_does(
    fresh: Callable[[], Register], rows: list[dict[str, object]]
) -> None:
    register = fresh()
    empty = register.dump()

    tried = register.take(*rows, dry_run=True)

    assert register.dump() == empty
    assert register.take(*rows).rows == tried.rows
    register.engine.dispose()
