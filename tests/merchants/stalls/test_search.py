"""The list of stalls: found by whatever people type, ordered as asked, cut without gaps."""

import unicodedata
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from market.database import reading, writing
from merchants.errors import CursorUnreadable, MarketNotFound
from merchants.kinds import (
    AcceptanceType,
    AccountChangeState,
    AccountKind,
    NameMatch,
    PosterState,
    StallState,
    VendorState,
)
from merchants.posters.issue import record_installations, revoke_poster
from merchants.sort_names import search_text, sort_key
from merchants.stalls.floor import floor_order
from merchants.stalls.progress import Need, Progress
from merchants.stalls.search import StallEntry, StallPage, StallQuery, StallSort, find_stalls
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Market,
    Poster,
    Stall,
    StallHolding,
    Vendor,
    Zone,
)
from tests.conftest import NOW
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.posters.test_issue import issue
from tests.merchants.queries import counted
from tests.merchants.sheet_files import VACANT, row


def find(register: Register, **asked: object) -> StallPage:
    with reading(register.engine) as session:
        return find_stalls(session, "MA", StallQuery(**asked), sealer=register.sealer)  # type: ignore[arg-type]


def codes(register: Register, **asked: object) -> list[str]:
    return [entry.stall_code for entry in find(register, **asked).entries]


def one(register: Register, **asked: object) -> StallEntry:
    (entry,) = find(register, **asked).entries
    return entry


def change(register: Register, table: type, **values: object) -> None:
    with writing(register.engine) as session:
        session.execute(sa.update(table).values(**values))


@pytest.fixture
def three(register: Register) -> Register:
    """Three stalls: A012 of Đặng Thị Sinh, A013 of Nguyễn Thị Hương, A014 vacant."""
    register.take(
        row(
            stall="A012", name="Đặng Thị Sinh", phone="0987654321", account="1111111111111",
            holder="DANG THI SINH", goods="Quế, hồi",
        ),
        row(stall="A013", zone="Khu B"),
        row(**VACANT | {"stall": "A014"}),
    )  # fmt: skip
    return register


@pytest.mark.parametrize(
    "text",
    ["Đặng Thị Sinh", "dang thi sinh", "đặng", "DANG", "thị sinh", "ang th", "A012", "a12", "a012",
     "0987654321", "+84 987 654 321", "0987.654.321", "321", "4321"],
)  # fmt: skip
def test_a_vendor_is_found_by_code_name_or_phone(three: Register, text: str) -> None:
    assert codes(three, text=text) == ["A012"]


def test_a_vendor_is_found_by_vendor_code_holder_and_serial(three: Register) -> None:
    change(three, AcceptancePoint, holder_name="Đặng Văn Quý", name_match=NameMatch.MISMATCH)
    serial = next(iter(issue_for(three, "A013")))
    vendor = next(each for each in three.all(Vendor) if each.full_name == "Đặng Thị Sinh")

    assert codes(three, text=vendor.code.lower()) == ["A012"]
    assert codes(three, text="van quy") == ["A012", "A013"]
    assert codes(three, text=serial.lower()) == ["A013"]


def test_a_household_business_is_found_either_way_it_is_written(register: Register) -> None:
    register.take(row(business="Hộ kinh doanh Rau sạch", holder="HKD RAU SACH"))

    assert codes(register, text="hkd rau") == codes(register, text="hộ kinh doanh rau") == ["A001"]


def issue_for(register: Register, stall_code: str) -> list[str]:
    """Issue a poster to one stall without asking whether it may."""
    with writing(register.engine) as session:
        stall = session.exec(select(Stall).where(Stall.code == stall_code)).one()
        holding = session.exec(select(StallHolding).where(StallHolding.stall_id == stall.id)).one()
        point = session.exec(
            select(AcceptancePoint).where(AcceptancePoint.vendor_id == holding.vendor_id)
        ).first()
        assert point is not None
        poster = Poster(
            serial="MA-00077-X", stall_id=stall.id, acceptance_point_id=point.id,
            vendor_id=holding.vendor_id, payload_sealed="", payload_hash="",
            state=PosterState.GENERATED, issued_on=date(2026, 11, 1),
        )  # fmt: skip
        session.add(poster)
    return ["MA-00077-X"]


@pytest.mark.parametrize(
    "text", ["%", "_", "a%2", "A_12", "/", "\\", "'", "9999999", "0987654320", "sạp"]
)
def test_what_means_nobody_finds_nobody(three: Register, text: str) -> None:
    page = find(three, text=text)

    assert (page.entries, page.total, page.next) == ((), 0, None)


def test_who_has_left_is_told_beside_the_stalls(three: Register) -> None:
    three.take(row(**VACANT | {"stall": "A012"}))

    page = find(three, text="sinh")

    assert [entry.stall_code for entry in page.entries] == []
    assert [(left.full_name, left.state) for left in page.left] == [
        ("Đặng Thị Sinh", VendorState.EXITED)
    ]


def test_filters_cut_the_list_and_tabs_count_what_is_left(three: Register) -> None:
    assert codes(three, zone="Khu B") == ["A013"]
    assert codes(three, goods_group="Quế, hồi") == ["A012"]
    assert codes(three, stall_codes=["A012", "A014"]) == ["A012", "A014"]
    page = find(three, progress=Progress.VACANT)
    assert ([entry.stall_code for entry in page.entries], page.total) == (["A014"], 1)
    assert page.counts == {
        Progress.ACTIVE: 0, Progress.READY: 0, Progress.DOING: 2, Progress.ISSUE: 0,
        Progress.NOT_BEGUN: 0, Progress.VACANT: 1,
    }  # fmt: skip


def test_an_entry_shows_neither_account_nor_phone(three: Register) -> None:
    shown = str(find(three))

    assert "9012" in shown
    assert "0123456789012" not in shown
    assert "987654321" not in shown


def test_an_unknown_market_is_refused(register: Register) -> None:
    with pytest.raises(MarketNotFound), reading(register.engine) as session:
        find_stalls(session, "QQ", StallQuery(), sealer=register.sealer)


def test_progress_follows_the_vendor(register: Register) -> None:
    register.take(row())
    seen = [one(register)]
    issue(register)
    seen.append(one(register))
    with writing(register.engine) as session:
        days = {"A001": date(2026, 11, 21)}
        record_installations(session, "MA", days, now=register.now)
    seen.append(one(register))
    change(register, Vendor, state=VendorState.ACTIVE)
    seen.append(one(register))
    change(register, Vendor, state=VendorState.DORMANT)
    seen.append(one(register))

    assert [(entry.progress, entry.need, entry.has_code) for entry in seen] == [
        (Progress.DOING, Need.DRAFT, False),
        (Progress.READY, Need.INSTALL, True),
        (Progress.READY, Need.NONE, True),
        (Progress.ACTIVE, Need.NONE, True),
        (Progress.READY, Need.DORMANT, True),
    ]


def test_what_is_not_begun_is_to_do(register: Register) -> None:
    register.take(
        row(stall="A001", phone="", bank="", account="", holder="", consented=""),
        row(**VACANT | {"stall": "A002", "state": "Đóng"}),
        row(**VACANT | {"stall": "A003"}),
    )
    with writing(register.engine) as session:
        stall = session.exec(select(Stall).where(Stall.code == "A003")).one()
        stall.state = StallState.OCCUPIED
        session.add(stall)

    found = [(entry.progress, entry.need) for entry in find(register).entries]

    assert found == [
        (Progress.NOT_BEGUN, Need.START), (Progress.VACANT, Need.NONE), (Progress.NOT_BEGUN, Need.START),
    ]  # fmt: skip


def test_an_account_of_another_name_needs_a_person(register: Register) -> None:
    register.take(row(holder="LE VAN KHAC"))

    assert (one(register).progress, one(register).need) == (Progress.ISSUE, Need.NAME)


def test_a_holder_not_told_yet_needs_nobody(register: Register) -> None:
    register.take(row(holder=""))

    assert one(register).need is Need.DRAFT


def test_a_waiting_change_of_account_needs_a_person(register: Register) -> None:
    register.take(row())
    with writing(register.engine) as session:
        session.add(
            AccountChange(
                vendor_id=1, kind=AccountKind.BANK_ACCOUNT, acceptance_type=AcceptanceType.TRANSFER_QR,
                bin="970405", feed_provider="", account_sealed="", account_hash="x",
                account_tail="1234", holder_name="NGUYEN THI HUONG", name_match=NameMatch.NORMALISED,
                state=AccountChangeState.CONFIRMED, proposed_at=NOW, proposed_by="staff:1",
            )
        )  # fmt: skip
    waiting = one(register).need
    change(register, AccountChange, state=AccountChangeState.REJECTED)

    assert (waiting, one(register).need) == (Need.ACCOUNT_CHANGE, Need.DRAFT)


def test_a_poster_that_pays_a_closed_account_or_somebody_else_needs_a_person(
    register: Register,
) -> None:
    register.take(row(), other_row(1))
    issue(register)
    change(register, AcceptancePoint, valid_to=date(2026, 11, 20))
    closed = one(register, text="A001").need
    change(register, AcceptancePoint, valid_to=None)
    healed = one(register, text="A001").need
    change(register, Poster, vendor_id=2)

    assert (closed, healed) == (Need.WRONG_POSTER, Need.INSTALL)
    assert one(register, text="A001").need is Need.WRONG_POSTER
    assert one(register, text="B001").need is Need.INSTALL


def test_a_revoked_poster_needs_a_person_until_another_is_issued(register: Register) -> None:
    register.take(row())
    (poster,) = issue(register)
    with writing(register.engine) as session:
        revoke_poster(session, poster.serial or "", now=register.now)
    revoked = one(register)
    issue(register)

    assert (revoked.progress, revoked.need) == (Progress.ISSUE, Need.REVOKED)
    assert one(register).need is Need.INSTALL


def test_who_is_suspended_needs_a_person(register: Register) -> None:
    register.take(row())
    change(register, Vendor, state=VendorState.SUSPENDED)

    assert (one(register).progress, one(register).need) == (Progress.ISSUE, Need.SUSPENDED)


def test_the_list_goes_as_one_walks(register: Register) -> None:
    places = [("Khu A", "A2"), ("Khu A", "A10"), ("Khu A", "A009"), ("Dãy 10", "B1"), ("Dãy 2", "B2"),
              ("", "C1"), ("Khu A", "A1-B")]  # fmt: skip
    register.take(*(other_row(n, zone=zone, stall=code) for n, (zone, code) in enumerate(places)))

    walked = [(entry.zone, entry.stall_code) for entry in find(register).entries]

    assert walked == sorted(places, key=lambda place: floor_order(*place))


def test_names_come_in_the_vietnamese_order(register: Register) -> None:
    names = ["Nguyễn Thị Ánh", "Lê Văn An", "Trần Thị Ẩn", "Hoàng Văn Đức", "Bùi Thị Dung"]
    register.take(*(other_row(n, name=name) for n, name in enumerate(names)))
    with writing(register.engine) as session:
        for vendor in session.exec(select(Vendor)):
            vendor.sort_name = sort_key(vendor.full_name)
            session.add(vendor)
    register.take(row(**VACANT | {"stall": "A000"}))

    listed = [each.vendor and each.vendor.full_name for each in
              find(register, sort=StallSort.NAME).entries]  # fmt: skip

    assert listed == [*sorted(names, key=sort_key), None]


def test_what_waits_longest_comes_first(register: Register) -> None:
    register.take(*(other_row(n) for n in range(3)))
    with writing(register.engine) as session:
        for vendor in session.exec(select(Vendor)):
            assert vendor.id is not None
            vendor.state_since = NOW - timedelta(days=[1, 9, 3][vendor.id - 1])
            session.add(vendor)

    assert codes(register, sort=StallSort.NEED) == ["B001", "B002", "B000"]


def test_takings_give_two_more_orders(register: Register) -> None:
    register.take(*(other_row(n) for n in range(3)))
    received = [(1, 5, date(2026, 11, 1)), (2, 2**40, date(2026, 10, 1))]
    takings = sa.union_all(
        *(
            sa.select(
                sa.literal(vendor_id).label("vendor_id"),
                sa.literal(week_vnd, sa.BigInteger()).label("week_vnd"),
                sa.literal(last_on, sa.Date()).label("last_on"),
            )
            for vendor_id, week_vnd, last_on in received
        )
    ).subquery()
    orders = []
    for sort in (StallSort.WEEK, StallSort.LAST):
        with reading(register.engine) as session:
            page = find_stalls(
                session, "MA", StallQuery(sort=sort), sealer=register.sealer, takings=takings
            )
        orders.append([entry.stall_code for entry in page.entries])

    assert orders == [["B001", "B000", "B002"], ["B000", "B001", "B002"]]


@pytest.mark.parametrize("sort", [StallSort.FLOOR, StallSort.NAME, StallSort.NEED])
def test_pages_join_without_gap_or_double(register: Register, sort: StallSort) -> None:
    register.take(*(other_row(n) for n in range(11)), row(**VACANT))
    whole = codes(register, sort=sort)
    joined: list[str] = []
    after: str | None = ""
    while after is not None:
        page = find(register, sort=sort, limit=3, after=after)
        joined += [entry.stall_code for entry in page.entries]
        after = page.next

    assert joined == whole
    assert len(set(whole)) == 12
    assert codes(register, sort=sort, skip=9, limit=5) == whole[9:]


@pytest.mark.parametrize("after", ["x", "W10", "bm9uc2Vuc2U", "WyJuYW1lIiwxXQ", "Ƶ", "W251bGxd"])
def test_a_place_no_page_named_is_refused(three: Register, after: str) -> None:
    with pytest.raises(CursorUnreadable):
        find(three, after=after)


def test_a_place_of_another_order_is_refused(three: Register) -> None:
    after = find(three, limit=1).next

    with pytest.raises(CursorUnreadable):
        find(three, sort=StallSort.NAME, after=after)


def test_lists_ask_the_same_number_of_queries(register: Register) -> None:
    sent_by_size = []
    for first, last in ((0, 2), (2, 40)):
        register.take(*(other_row(n) for n in range(first, last)))
        with counted(register.engine) as sent:
            find(register, text="tran")
        sent_by_size.append(len(sent))

    assert sent_by_size[0] == sent_by_size[1] == 8


syllable = st.sampled_from(
    ["Nguyễn", "Đặng", "Ðỗ", "Thị", "Hường", "Ươm", "Ẩn", "Lò", "Vàng", "A", "Sẩy", "Giàng", "Ghển",
     "Y", "Niê", "K’Brơi", "đức", "ÁNH"]
)  # fmt: skip


@given(words=st.lists(syllable, min_size=1, max_size=5), data=st.data())
@settings(max_examples=60)
def test_any_part_of_a_name_finds_it_with_or_without_marks(
    words: list[str], data: st.DataObject, sqlite_register_of_one: Register
) -> None:
    register = sqlite_register_of_one
    name = unicodedata.normalize("NFC", " ".join(words))
    change(register, Vendor, full_name=name, search_text=search_text(name))
    first = data.draw(st.integers(0, len(name) - 1))
    part = name[first : data.draw(st.integers(first + 1, len(name)))]
    if not part.strip():
        part = name

    assert codes(register, text=part) == ["A001"]
    assert codes(register, text=search_text(part)) == ["A001"]
    assert codes(register, text=part.upper()) == ["A001"]
    assert codes(register, text=unicodedata.normalize("NFD", part)) == ["A001"]


@pytest.fixture
def sqlite_register_of_one(sqlite_engine: sa.Engine, sqlite_register: Register) -> Register:
    """One vendor at A001; Hypothesis renames them again and again."""
    with writing(sqlite_engine) as session:
        market = session.exec(select(Market).where(Market.code == "MA")).one()
        zone = Zone(market_id=market.id, name="Khu A")
        session.add(zone)
        session.flush()
        stall = Stall(market_id=market.id, zone_id=zone.id, code="A001", state=StallState.OCCUPIED)
        vendor = Vendor(
            market_id=market.id, full_name="", state=VendorState.LISTED, registered_at=NOW
        )
        session.add_all([stall, vendor])
        session.flush()
        session.add(StallHolding(stall_id=stall.id, vendor_id=vendor.id, from_on=NOW.date()))
    return sqlite_register
