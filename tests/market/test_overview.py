"""The manager's home: figures that tie, work that waits, a plan in stalls."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from market.database import reading, writing
from market.i18n.english import ENGLISH
from market.overview.chart import draw_chart
from market.overview.done_today import done_today
from market.overview.figures import Figures, count, figures_of
from market.overview.floor import floor_of
from market.overview.picture import draw_picture
from market.overview.plan_progress import WeekPoint, plan_progress
from market.overview.to_do import ToDo, ToDoKind, to_do
from market.pages.overview import MORE_PAGES
from market.roles import Role
from market.security.routes import ROUTES
from merchants.actors import COMMAND, Actor
from merchants.campaigns.targets import NewTarget, set_target
from merchants.events import record_event
from merchants.kinds import (
    AcceptanceType,
    AccountChangeState,
    AccountKind,
    EventAction,
    ImportState,
    NameMatch,
    PosterState,
    PrivacyRequestKind,
    PrivacyRequestState,
    TargetArea,
    TargetUnit,
    VendorState,
)
from merchants.stalls.progress import ISSUES, Need, Progress
from merchants.stalls.search import StallQuery, find_stalls
from merchants.tables import (
    AccountChange,
    Market,
    Poster,
    PrivacyRequest,
    SheetImport,
    Stall,
    Vendor,
    Zone,
)
from merchants.vendors.double_counts import count_doubles
from merchants.vendors.doubles import Sign, possible_doubles
from tests.conftest import NOW
from tests.market.conftest import SignedIn
from tests.market.reading_html import Page
from tests.merchants.conftest import Register, register, sqlite_register
from tests.merchants.imports.test_register import other_row
from tests.merchants.posters.test_issue import issue
from tests.merchants.queries import counted
from tests.merchants.sheet_files import VACANT, row

__all__ = ["register", "sqlite_register"]
Staff = Callable[..., SignedIn]
TODAY = NOW.date()


def market_of(session: Session) -> Market:
    return session.exec(select(Market).where(Market.code == "MA")).one()


@pytest.fixture
def busy(register: Register) -> Register:
    """Stalls of every progress in two zones and outside of zones."""
    register.take(*(other_row(n, zone="Khu B" if n % 3 else "Khu A") for n in range(12)))
    issue(register)
    register.take(
        row(stall="A001", zone="Khu A", holder="LE VAN KHAC"),
        other_row(31, stall="C1", zone="", bank="", account="", holder="", consented=""),
        other_row(32, stall="C2", zone="", bank="", account="", holder="", consented="", phone=""),
        row(**VACANT | {"stall": "D1"}),
    )
    with writing(register.engine) as session:
        for poster in session.exec(select(Poster).where(Poster.vendor_id <= 4)):  # type: ignore[operator]
            poster.state, poster.installed_on = PosterState.INSTALLED, TODAY
            session.add(poster)
        states = {1: VendorState.ACTIVE, 2: VendorState.ACTIVE, 3: VendorState.DORMANT}
        for vendor_id, state in states.items():
            session.execute(sa.update(Vendor).where(Vendor.id == vendor_id).values(state=state))  # type: ignore[arg-type]
    return register


def test_map_tabs_and_dye_bar_show_the_same_figures(busy: Register) -> None:
    with reading(busy.engine) as session:
        market_id = market_of(session).id or 0
        floor, counted_once = floor_of(session, market_id), figures_of(session, [market_id])
        tabs = find_stalls(session, "MA", StallQuery(), sealer=busy.sealer).counts

    figures = floor.figures
    assert figures == counted_once[market_id]
    assert dict(tabs) == dict(figures.progress)
    assert figures.progress == {
        Progress.ACTIVE: 2, Progress.READY: 10, Progress.DOING: 1, Progress.ISSUE: 1,
        Progress.NOT_BEGUN: 1, Progress.VACANT: 1,
    }  # fmt: skip
    assert sum(width for _, width in figures.dyed) == figures.in_frame == 15
    assert sum(zone.with_code for zone in floor.zones) == figures.with_code == 12
    for progress in Progress:
        assert sum(zone.progress[progress] for zone in floor.zones) == figures.progress[progress]
    picture = draw_picture(floor)
    assert picture is not None
    squares = sum(path.count("M") for zone in picture.zones for path in zone.squares.values())
    assert squares == figures.all_stalls
    marked = sum(zone.bangs.count("v.1") + zone.crosses.count("l-6 6") for zone in picture.zones)
    assert marked == figures.progress[Progress.ISSUE] + figures.progress[Progress.VACANT]


def test_lists_by_need_are_as_long_as_the_work_says(busy: Register) -> None:
    with reading(busy.engine) as session:
        floor = floor_of(session, market_of(session).id or 0)
        for need in Need:
            asked = StallQuery(need=need)
            assert (
                find_stalls(session, "MA", asked, sealer=busy.sealer).total
                == (floor.figures.need[need])
            )


def test_several_markets_are_counted_apart_in_one_statement(busy: Register) -> None:
    with reading(busy.engine) as session, counted(busy.engine) as sent:
        found = figures_of(session, [1, 2])

    assert (found[1].all_stalls, found[2].all_stalls, len(sent)) == (16, 0, 1)


stalls_of_any_kind = st.lists(
    st.one_of(
        st.tuples(st.just(Progress.ISSUE), st.sampled_from(ISSUES), st.booleans()),
        st.tuples(
            st.sampled_from([Progress.ACTIVE, Progress.READY]),
            st.sampled_from([Need.NONE, Need.INSTALL, Need.DORMANT]),
            st.just(True),
        ),
        st.tuples(
            st.sampled_from([Progress.DOING, Progress.NOT_BEGUN]),
            st.sampled_from([Need.DRAFT, Need.START]),
            st.just(False),
        ),
        st.tuples(st.just(Progress.VACANT), st.just(Need.NONE), st.booleans()),
    )
)


class Told(NamedTuple):
    """A stall as far as it is counted."""

    progress: Progress
    need: Need
    has_code: bool


@given(stalls_of_any_kind)
def test_any_floor_adds_up(stalls: list[tuple[Progress, Need, bool]]) -> None:
    figures = count(Told(*each) for each in stalls)

    assert figures.all_stalls == len(stalls)
    assert sum(width for _, width in figures.dyed) == figures.in_frame
    coded = sum(has_code and progress is not Progress.VACANT for progress, _, has_code in stalls)
    assert figures.with_code == coded


def test_figures_that_do_not_add_up_are_a_fault() -> None:
    progress = dict.fromkeys(Progress, 0) | {Progress.ISSUE: 1}

    with pytest.raises(AssertionError):
        Figures(progress=progress, need=dict.fromkeys(Need, 0), with_code=0, issues_with_code=0)


def test_the_floor_follows_the_plan_of_the_market(busy: Register) -> None:
    with writing(busy.engine) as session:
        for number, zone in enumerate(session.exec(select(Zone))):
            zone.plan_x, zone.plan_y, zone.plan_width, zone.plan_height = 20 * number, 0, 12, 4
            session.add(zone)
            held = session.exec(select(Stall).where(Stall.zone_id == zone.id)).all()
            for place, stall in enumerate(held):
                stall.plan_x, stall.plan_y = place % 12, place // 12
                session.add(stall)
        for place, stall in enumerate(session.exec(select(Stall).where(Stall.zone_id == None))):  # noqa: E711
            stall.plan_x, stall.plan_y = place, 10
            session.add(stall)
    with reading(busy.engine) as session:
        picture = draw_picture(floor_of(session, market_of(session).id or 0))

    assert picture is not None
    drawn = {each.zone.name: each for each in picture.zones}
    boxes = {name: (each.left, each.top, each.width, each.height) for name, each in drawn.items()}
    assert boxes == {
        "Khu A": (0, 0, 12 * 24, 4 * 24),
        "Khu B": (20 * 24, 0, 12 * 24, 4 * 24),
        "": (0, 10 * 24, 2 * 24, 24),
    }
    assert (picture.width, picture.height) == (32 * 24, 11 * 24)


def test_the_floor_asks_twice_however_large(register: Register) -> None:
    sent_by_size = []
    for first, last in ((0, 2), (2, 30)):
        register.take(*(other_row(n) for n in range(first, last)))
        with reading(register.engine) as session, counted(register.engine) as sent:
            floor_of(session, 1)
        sent_by_size.append(len(sent))

    assert sent_by_size == [2, 2]


def work(register: Register, now: datetime = NOW) -> dict[ToDoKind, ToDo]:
    with reading(register.engine) as session:
        market = market_of(session)
        stalls = floor_of(session, market.id or 0).stalls
        return {each.kind: each for each in to_do(session, market, stalls, now=now)}


def test_work_is_counted_with_its_age(busy: Register) -> None:
    found = work(busy, NOW + timedelta(days=3, hours=1))

    counts = {kind: (each.count, each.days) for kind, each in found.items()}
    assert counts == {
        ToDoKind.NAMES: (1, 3),
        ToDoKind.DRAFTS: (1, 3),
        ToDoKind.START: (1, 3),
        ToDoKind.INSTALL: (8, 3),
        ToDoKind.DORMANT: (1, 3),
    }
    assert found[ToDoKind.NAMES].oldest == "A001"


def test_accounts_privacy_and_imports_wait(register: Register) -> None:
    register.take(row(), other_row(1, bank="Không Có"), market_code="MA")
    with writing(register.engine) as session:
        session.add(
            AccountChange(
                vendor_id=1, kind=AccountKind.BANK_ACCOUNT,
                acceptance_type=AcceptanceType.TRANSFER_QR, bin="970405", feed_provider="",
                account_sealed="", account_hash="x", account_tail="1234", holder_name="A",
                name_match=NameMatch.NORMALISED, state=AccountChangeState.PROPOSED,
                proposed_at=NOW - timedelta(days=2), proposed_by="staff:1",
            )
        )  # fmt: skip
        session.add(
            PrivacyRequest(
                vendor_id=1, kind=PrivacyRequestKind.ACCESS, state=PrivacyRequestState.RECEIVED,
                received_at=NOW, received_by="staff:1", answer_due_on=TODAY + timedelta(days=2),
                due_on=TODAY + timedelta(days=10),
            )
        )  # fmt: skip
    found = work(register)

    assert (found[ToDoKind.ACCOUNTS].count, found[ToDoKind.ACCOUNTS].days) == (1, 2)
    assert found[ToDoKind.PRIVACY].due_on == TODAY + timedelta(days=2)
    assert found[ToDoKind.PRIVACY].is_urgent
    assert found[ToDoKind.IMPORT].count == 1
    register.take(row(), market_code="MA")
    assert ToDoKind.IMPORT not in work(register)
    with writing(register.engine) as session:
        session.execute(sa.update(SheetImport).values(state=ImportState.UNDONE))
    assert ToDoKind.IMPORT not in work(register)


def test_doubles_are_counted_as_they_are_listed(register: Register) -> None:
    register.take(
        other_row(1, phone="0912000001"), other_row(2, phone="0912000001"),
        other_row(3, phone="0912000001", account="2222222222222"),
        other_row(4, phone="0912000004", account="2222222222222"),
    )  # fmt: skip
    with reading(register.engine) as session:
        listed = [
            pair
            for pair in possible_doubles(session, "MA")
            if set(pair.signs) - {Sign.NAME_AND_ZONE}
        ]
        market_id = market_of(session).id or 0

        assert count_doubles(session, market_id) == len(listed) == 4


def test_the_plan_is_told_in_stalls(register: Register) -> None:
    register.take(*(other_row(n) for n in range(10)))
    with writing(register.engine) as session:
        set_target(
            session,
            NewTarget(
                indicator="S3", unit=TargetUnit.PERCENT, area=TargetArea.MARKET, area_code="MA",
                period_from=date(2026, 11, 1), period_to=date(2026, 12, 31), value_milli=90_000,
                legal_basis="KH 120/KH-UBND", set_on=date(2026, 10, 1),
            ),
            actor=COMMAND,
            now=NOW,
        )  # fmt: skip
    with reading(register.engine) as session:
        plan = plan_progress(session, "MA", 1, in_frame=10, with_code=2, on=date(2026, 12, 1))

    assert (plan.planned_now, plan.planned_end, plan.missing) == (5, 9, 3)
    assert plan.weeks[-1].planned == 9
    this_week = next(week for week in plan.weeks if week.from_on == date(2026, 11, 30))
    assert (this_week.planned, this_week.with_code) == (5, 2)
    assert plan.late_since is not None


def test_without_a_plan_nothing_is_late(register: Register) -> None:
    with reading(register.engine) as session:
        plan = plan_progress(session, "MA", 1, in_frame=10, with_code=2, on=TODAY)

    assert (plan.planned_now, plan.missing, plan.late_since) == (None, None, None)


def test_past_weeks_count_from_the_first_code_to_the_end_of_the_last(register: Register) -> None:
    register.take(row(), other_row(1))
    issue(register)
    with writing(register.engine) as session:
        first, second = session.exec(select(Poster).order_by(Poster.id))  # type: ignore[arg-type]
        first.issued_on, first.ended_on = date(2026, 10, 20), date(2026, 11, 3)
        first.state = PosterState.REVOKED
        second.issued_on = date(2026, 10, 28)
        session.add_all([first, second])
    with reading(register.engine) as session:
        plan = plan_progress(session, "MA", 1, in_frame=2, with_code=1, on=TODAY)

    by_week = {week.from_on: week.with_code for week in plan.weeks}
    assert by_week[date(2026, 10, 12)] == 0
    assert by_week[date(2026, 10, 19)] == 1
    assert by_week[date(2026, 10, 26)] == 2
    assert by_week[date(2026, 11, 2)] == 1
    assert by_week[date(2026, 11, 16)] == 1


@given(
    st.lists(
        st.tuples(st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 10**6)),
        min_size=1,
        max_size=52,
    )
)
def test_a_chart_keeps_its_points_inside(values: list[tuple[int | None, int | None]]) -> None:
    weeks = [
        WeekPoint(from_on=date(2026, 1, 5) + timedelta(weeks=n), planned=planned, with_code=done)
        for n, (planned, done) in enumerate(values)
    ]
    chart = draw_chart(weeks)

    for path in (chart.planned, chart.done):
        for point in path.removeprefix("M").split("L") if path else []:
            x, y = (float(part) for part in point.split())
            assert chart.left <= x <= chart.right
            assert 0 < y <= float(chart.floor_y)
    assert 2 <= len(chart.grid) <= 7


@pytest.mark.parametrize(("done", "is_ahead"), [(30, True), (20, True), (19, False)])
def test_a_chart_knows_on_which_side_of_the_plan_it_ends(done: int, *, is_ahead: bool) -> None:
    first = date(2026, 1, 5)
    weeks = [
        WeekPoint(from_on=first, planned=10, with_code=5),
        WeekPoint(from_on=first + timedelta(weeks=1), planned=20, with_code=done),
        WeekPoint(from_on=first + timedelta(weeks=2), planned=30, with_code=None),
    ]

    assert draw_chart(weeks).is_ahead is is_ahead


def test_what_was_done_today_is_told_once_for_all(register: Register) -> None:
    register.take(row(), other_row(1))
    issue(register)
    with writing(register.engine) as session:
        record_event(
            session, EventAction.POSTER_INSTALLED, actor=Actor(kind="staff", name="77"),
            now=NOW - timedelta(days=1), market_id=1,
        )  # fmt: skip
    with reading(register.engine) as session:
        told = {(each.action, each.count) for each in done_today(session, 1, now=NOW)}

    assert (EventAction.POSTER_ISSUED, 2) in told
    assert (EventAction.REGISTERED, 2) in told
    assert EventAction.POSTER_INSTALLED not in {action for action, _ in told}


# Through the front door.


def shown(client: SignedIn, path: str) -> Page:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:400]
    page = Page(answer.text)
    assert page.shortcomings() == []
    return page


def test_the_home_says_in_one_sentence_where_the_market_stands(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    page = shown(manager, "/cho/MA/tong-quan")
    english = shown(manager, "/cho/MA/tong-quan?lang=en")

    assert "0 trên 25 gian hàng đã có mã QR" in page.text
    assert "0 of 25 stalls have a QR code" in english.text
    assert "Ngày chợ chưa chốt" in page.text
    for path in ("/cho/MA/khac", "/cho", "/cho/MA/tong-quan?khu=khong-co"):
        shown(manager, path)


def test_the_home_asks_as_often_for_a_small_market_as_for_a_large_one(
    staff: Staff,
) -> None:
    admin = staff(Role.ADMIN)
    engine = admin.app.state.engine  # type: ignore[attr-defined]
    sent_by_market = []
    for code in ("LG", "MA"):
        with counted(engine) as sent:
            admin.get(f"/cho/{code}/tong-quan")
        sent_by_market.append(len(sent))

    assert sent_by_market[0] == sent_by_market[1] <= 25


def test_a_reader_chooses_among_the_own_markets(staff: Staff) -> None:
    admin, manager = staff(Role.ADMIN), staff(Role.MARKET_MANAGER, "LG")

    assert "0 trên 31 gian hàng ở 2 chợ đã có mã QR" in shown(admin, "/cho").text
    own = shown(manager, "/cho").text
    assert "Chợ Lâm Giang" in own
    assert "Chợ trung tâm Mậu A" not in own


def test_a_market_is_chosen_for_its_figures_where_they_were_asked_for(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "LG")

    page = shown(manager, "/cho?xem=muc-do-dung")
    helper = shown(staff(Role.FIELD_HELPER, "LG"), "/cho?xem=muc-do-dung")

    def paths(page: Page) -> set[str]:
        return {each.get("href", "") for each in page.of("a")}

    assert "Chọn một chợ để xem mức độ dùng." in page.text
    assert "/muc-do-dung?cho=LG" in paths(page)
    assert "/cho/LG/gian-hang" in paths(helper)
    assert manager.get("/muc-do-dung").url.params["cho"] == "LG"


def test_more_offers_what_the_role_may_open(staff: Staff) -> None:
    manager = shown(staff(Role.MARKET_MANAGER, "MA"), "/cho/MA/khac")
    helper = shown(staff(Role.FIELD_HELPER, "MA"), "/cho/MA/khac")

    def paths(page: Page) -> set[str]:
        return {each.get("href", "") for each in page.of("a")}

    assert "/cho/MA/cai-dat" in paths(manager)
    assert "/cho/MA/cai-dat" not in paths(helper)
    assert "/cho/MA" in paths(manager)
    assert "/cho/MA" not in paths(helper)


def test_every_page_of_a_market_is_offered_somewhere() -> None:
    plain = re.compile(r"/cho/\{market_code\}(/[a-z-]+)*")
    listed = {path for method, path in ROUTES if method == "GET" and plain.fullmatch(path)}
    offered = {path for _, entries in MORE_PAGES for path, *_ in entries}
    offered |= {f"/cho/{{market_code}}/{page}" for page in ("tong-quan", "gian-hang", "khac")}

    # Forms and lists below a page are reached from that page.
    below = {path for path in listed if any(path.startswith(f"{each}/") for each in offered)}
    assert listed - offered - below == set()
    assert {path for path in offered if path.startswith("/cho/")} <= listed


def test_every_word_of_the_other_pages_has_its_english() -> None:
    told = {
        text
        for title, entries in MORE_PAGES
        for text in (title, *(words for each in entries for words in each[2:]))
    }

    assert sorted(told - ENGLISH.keys()) == []


def test_the_api_tells_the_same_figures(staff: Staff) -> None:
    answer = staff(Role.MARKET_MANAGER, "MA").get("/api/v1/markets/MA/overview").json()

    assert (answer["in_frame"], answer["with_code"]) == (25, 0)
    assert sum(answer["progress"].values()) == answer["stalls"]
    assert "days" in {each["kind"] for each in answer["to_do"]}


def test_helpers_and_economists_do_not_see_the_home(staff: Staff) -> None:
    for role in (Role.FIELD_HELPER, Role.ECONOMIST):
        assert staff(role, "MA").get("/cho/MA/tong-quan").status_code == 403
