"""A campaign before, during and after, worked by hand; its page, API, terminal and CSV."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.periods import Period
from market.database import reading, writing
from market.reports import CampaignReport, campaign_report, to_csv
from market.reports.campaign import WEEKS, phase_spans
from market.reports.making import make_edition
from market.roles import Role
from market.security.errors import ScopeRefused
from merchants.actors import COMMAND
from merchants.campaigns.programmes import (
    NewProgramme,
    NewWave,
    Phase,
    add_programme,
    add_wave,
)
from merchants.errors import ProgrammeNotFound
from merchants.kinds import CalendarRule, ConsentChannel, ConsentPurpose, PosterState
from merchants.privacy.consents import ConsentProof, end_consents, record_consents
from merchants.tables import AcceptancePoint, Market, Poster, Stall, StallHolding, Vendor
from reconciliation.close.adoption_facts import write_adoption_facts
from reconciliation.records import Book, Direction, TransactionType
from reconciliation.tables import ProviderTransaction
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import NOW, Staff
from tests.market.reading_html import Page
from tests.merchants.queries import counted

TODAY = date(2026, 11, 5)
FIRST, LAST = date(2026, 10, 8), date(2026, 10, 21)
PATH = "/ke-hoach/chuong-trinh/CHO40/so-sanh"
API = "/api/v1/programmes/CHO40/comparison"


def campaign(session: Session, **waves: list[str]) -> None:
    """Two weeks of October; ``w1=["MA"]`` is the first wave."""
    new = NewProgramme(
        code="CHO40", name="Đợt tháng Mười", legal_basis="KH 12", from_on=FIRST, to_on=LAST
    )
    add_programme(session, new, actor=COMMAND, now=NOW)
    for number, markets in waves.items():
        wave = NewWave(number=int(number[1:]), from_on=FIRST, to_on=LAST, market_codes=markets)
        add_wave(session, "CHO40", wave, actor=COMMAND, now=NOW)


def big_market(session: Session, code: str, daily: dict[date, int]) -> None:
    """A daily market of 25 vendors; by day how many of them receive 20,000 đồng."""
    books.add_market(
        session,
        code,
        f"Chợ {code}",
        CalendarRule.DAILY,
        "",
        vendors=25,
    )
    query = (
        select(Vendor)
        .join(Market, col(Market.id) == col(Vendor.market_id))
        .where(Market.code == code)
        .order_by(col(Vendor.id))
    )
    ids = [vendor.id or 0 for vendor in session.exec(query)]
    for on, receiving in daily.items():
        lines = [Line(vendor_id, 20_000) for vendor_id in ids[:receiving]]
        books.close(session, code, on, lines)


def publish_month(engine: sa.Engine, month: str) -> None:
    with writing(engine) as session:
        make_edition(
            session, Period.read(month), p_percent=None, known_at=NOW, now=NOW, actor="test"
        )


def fill(engine: sa.Engine) -> sa.Engine:
    """Two markets of 25: 5 receive a day before, then 10 in the campaign's and 6 in the other."""
    days = [date(2026, 9, 10) + timedelta(days=n) for n in range(57)]
    during = {on: FIRST <= on <= LAST for on in days}
    after = {on: on > LAST for on in days}
    with writing(engine) as session:
        big_market(session, "BC", {on: 10 if during[on] else 15 if after[on] else 5 for on in days})
        big_market(session, "BD", {on: 6 if during[on] or after[on] else 5 for on in days})
        campaign(session, w1=["BC"])
    for month in ("2026-09", "2026-10"):
        publish_month(engine, month)
    return engine


@pytest.fixture
def worked(sqlite_engine: sa.Engine) -> sa.Engine:
    """The two markets on SQLite."""
    return fill(sqlite_engine)


def report(engine: sa.Engine, wave: int | None = None, today: date = TODAY) -> CampaignReport:
    with reading(engine) as session:
        return campaign_report(session, "CHO40", wave, today=today)


@pytest.mark.parametrize(
    ("today", "phases"),
    [
        (FIRST - timedelta(days=29), []),
        (FIRST - timedelta(days=28), [(Phase.BEFORE, 1)]),
        (FIRST - timedelta(days=1), [(Phase.BEFORE, 28)]),
        (FIRST, [(Phase.BEFORE, 28), (Phase.DURING, 1)]),
        (LAST, [(Phase.BEFORE, 28), (Phase.DURING, 14)]),
        (LAST + timedelta(days=3), [(Phase.BEFORE, 28), (Phase.DURING, 14), (Phase.AFTER, 3)]),
        (date(2027, 1, 1), [(Phase.BEFORE, 28), (Phase.DURING, 14), (Phase.AFTER, 28)]),
    ],
)
def test_phases_are_whole_weeks_cut_at_today(today: date, phases: list[tuple[Phase, int]]) -> None:
    spans = phase_spans(FIRST, LAST, today)

    assert [(one.phase, (one.last - one.first).days + 1) for one in spans] == phases
    assert WEEKS == 4
    for one, following in pairwise(spans):
        assert following.first == one.last + timedelta(days=1)


def test_an_open_campaign_has_no_after() -> None:
    spans = phase_spans(FIRST, None, date(2027, 1, 1))

    assert [(one.phase, one.last) for one in spans] == [
        (Phase.BEFORE, date(2026, 10, 7)),
        (Phase.DURING, date(2027, 1, 1)),
    ]


def test_a_campaign_worked_by_hand(engine: sa.Engine) -> None:
    told = report(fill(engine))

    assert [one.phase for one in told.phases] == ["before", "during", "after"]
    inside = [one.inside["U3"].value for one in told.phases]
    outside = [one.outside["U3"].value for one in told.phases if one.outside]
    assert inside == pytest.approx([5 / 25, 10 / 25, 15 / 25])
    assert outside == pytest.approx([5 / 25, 6 / 25, 6 / 25])
    # 20,000 đồng from each that receives, a market day.
    assert [one.inside["U8"].value for one in told.phases] == [100_000, 200_000, 300_000]
    change = told.change("U3", "after")
    assert change is not None
    assert (change.inside, change.outside) == pytest.approx((0.4, 0.04))
    value = told.change("U8", "during")
    assert value is not None
    assert (value.inside, value.outside) == pytest.approx((1.0, 0.2))
    assert told.change("U3", "before") is None
    assert (told.inside_codes, told.outside_codes) == (["BC"], ["BD"])
    assert {one.id for one in told.definitions} == {"S3", "U1", "U3", "U7", "U8"}
    assert told.note_vi == "Chưa gồm tiền mặt."


def test_a_day_is_told_with_its_month_and_nothing_of_it_before(sqlite_engine: sa.Engine) -> None:
    published = fill(sqlite_engine)
    before = report(published, today=date(2026, 11, 1))
    assert before.told_until == date(2026, 10, 31)
    assert before.phases[-1].window_last == date(2026, 10, 31)
    assert report(published, today=TODAY) == before
    with writing(published) as session:
        ids = list(session.exec(select(Vendor.id).order_by(col(Vendor.id))))
        late = [Line(ids[n] or 0, 20_000) for n in range(5)] + [Line(ids[7] or 0, 9_000_000)]
        books.close(session, "BC", date(2026, 9, 15), late).closed_at = NOW + timedelta(hours=1)

    # A receipt that came late waits for the month to be published anew.
    assert report(published, today=TODAY) == before


def reversed_since(session: Session) -> None:
    """What the first vendor of BC was paid on a day during the campaign is taken back in November."""
    vendor_id = first_of_bc(session)
    paid, *_ = session.exec(
        select(ProviderTransaction).where(
            ProviderTransaction.vendor_id == vendor_id,
            ProviderTransaction.business_date == FIRST,
            ProviderTransaction.book == Book.STATEMENT,
        )
    )
    kind, direction = TransactionType.REVERSAL, Direction.DEBIT
    back = Line(vendor_id, paid.amount, transaction_type=kind, direction=direction)
    on = LAST + timedelta(days=20)
    books.close(session, "BC", on, [back]).closed_at = NOW + timedelta(days=9)
    reversal = session.exec(
        select(ProviderTransaction).where(
            ProviderTransaction.transaction_type == kind, ProviderTransaction.book == Book.STATEMENT
        )
    ).one()
    reversal.original_transaction_id = paid.provider_transaction_id
    session.flush()
    write_adoption_facts(session, on, on)


def withdrawn_since(session: Session) -> None:
    """The first vendor of BC agreed to statistics in June, and does no more."""
    vendor = session.get(Vendor, first_of_bc(session))
    assert vendor is not None
    assert vendor.id is not None
    agreed = datetime(2026, 6, 1, tzinfo=UTC)
    proof = ConsentProof(channel=ConsentChannel.SHEET, notice_version="paper")
    purposes = [ConsentPurpose.AGGREGATE_STATISTICS]
    record_consents(
        session, {vendor.id: agreed}, list(ConsentPurpose), proof=proof, actor=COMMAND, now=agreed
    )
    end_consents(session, vendor, purposes, actor=COMMAND, now=NOW + timedelta(days=9))


def first_of_bc(session: Session) -> int:
    query = select(Vendor.id).join(Market, col(Market.id) == col(Vendor.market_id))
    found = session.exec(query.where(Market.code == "BC").order_by(col(Vendor.id))).first()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("change", "phases"),
    [(reversed_since, {"during"}), (withdrawn_since, {"before", "during", "after"})],
)
def test_a_campaign_read_twice_does_not_tell_what_one_vendor_took_out(
    worked: sa.Engine, change: Callable[[Session], None], phases: set[str]
) -> None:
    before = report(worked)
    with writing(worked) as session:
        change(session)

    after = report(worked)

    for then, now in zip(before.phases, after.phases, strict=True):
        assert now.outside is not None
        assert then.outside is not None
        outside = zip(then.outside.indicators, now.outside.indicators, strict=True)
        assert all(told == before_ or told.hidden for before_, told in outside)
        assert (now.inside["U8"].hidden != "") is (now.phase in phases)
        if now.phase not in phases:
            assert now.inside["U8"].value == then.inside["U8"].value
        assert [area["U8"].hidden for area in now.markets] == [now.inside["U8"].hidden]


def test_nothing_is_told_while_no_month_is_published(october: sa.Engine) -> None:
    with writing(october) as session:
        campaign(session, w1=["MA"])

    told = report(october)

    assert (told.told_until, told.phases) == (None, [])
    assert told.inside_codes == ["MA"]


def test_posters_hung_in_the_campaign_count_from_then_on(worked: sa.Engine) -> None:
    with writing(worked) as session:
        points = session.exec(
            select(AcceptancePoint.id, AcceptancePoint.vendor_id, StallHolding.stall_id)
            .join(StallHolding, col(StallHolding.vendor_id) == col(AcceptancePoint.vendor_id))
            .join(Stall, col(Stall.id) == col(StallHolding.stall_id))
            .join(Market, col(Market.id) == col(Stall.market_id))
            .where(Market.code == "BC")
            .order_by(col(Stall.code))
        ).all()
        for point_id, vendor_id, stall_id in points[:10]:
            assert point_id is not None
            session.add(
                Poster(
                    serial=f"BC-{point_id:04}-K",
                    stall_id=stall_id,
                    acceptance_point_id=point_id,
                    vendor_id=vendor_id,
                    payload_sealed="",
                    payload_hash=str(point_id),
                    state=PosterState.INSTALLED,
                    issued_on=FIRST,
                    installed_on=FIRST,
                )
            )

    told = report(worked)

    assert [one.inside["S3"].value for one in told.phases] == pytest.approx([0, 0.4, 0.4])
    assert {one.outside["S3"].value for one in told.phases if one.outside} == {0}


@pytest.mark.usefixtures("october_published")
def test_small_cells_are_hidden_on_both_sides_and_in_the_changes(october: sa.Engine) -> None:
    # Lâm Giang has one vendor who receives: it is hidden, and Mậu A with it.
    with writing(october) as session:
        campaign(session, w1=["LG"])

    told = report(october)

    during = told.phases[1]
    assert during.outside is not None
    assert (during.inside["U8"].hidden, during.outside["U8"].hidden) == ("c", "s")
    assert (during.inside["U8"].value, during.outside["U8"].value) == (None, None)
    assert during.markets[0]["U8"].value is None
    changed = told.change("U8", "during")
    assert changed is not None
    assert (changed.inside, changed.outside) == (None, None)
    assert "45000" not in to_csv(told).decode()


def test_a_wave_is_compared_with_markets_in_no_wave(worked: sa.Engine) -> None:
    with writing(worked) as session:
        big_market(session, "BE", {})
        wave = NewWave(number=2, from_on=FIRST, market_codes=["BE"])
        add_wave(session, "CHO40", wave, actor=COMMAND, now=NOW)

    told = report(worked, 1)

    assert (told.wave, told.inside_codes, told.outside_codes) == (1, ["BC"], ["BD"])
    with reading(worked) as session:
        for code, wave_number in (("CHO40", 9), ("KHAC", None)):
            with pytest.raises(ProgrammeNotFound):
                campaign_report(session, code, wave_number, today=TODAY)


def test_a_reader_sees_no_campaign_beyond_their_markets(worked: sa.Engine) -> None:
    with reading(worked) as session:
        own = campaign_report(session, "CHO40", today=TODAY, within=frozenset({"BC"}))
        with pytest.raises(ScopeRefused):
            campaign_report(session, "CHO40", today=TODAY, within=frozenset({"BD"}))

    assert (own.inside_codes, own.outside_codes) == (["BC"], [])
    assert all(phase.outside is None for phase in own.phases)


def test_the_csv_holds_definitions_windows_and_changes(worked: sa.Engine) -> None:
    told = report(worked)

    rows = list(csv.DictReader(io.StringIO(to_csv(told).decode("utf-8-sig"))))

    assert len(rows) == 3 * 5 * 3  # phases, figures, the two sides and the market
    (one,) = [
        row for row in rows
        if (row["phase"], row["side"], row["indicator"]) == ("during", "in", "U3")
    ]  # fmt: skip
    assert float(one["value"]) == pytest.approx(0.4)
    assert float(one["change_from_before"]) == pytest.approx(0.2)
    assert one["window"] == "2026-10-08/2026-10-21"
    assert "tiểu thương bán trong ngày" in one["formula"]


@pytest.mark.usefixtures("october_published")
def test_the_page_shows_both_sides_beside_the_definitions(staff: Staff, october: sa.Engine) -> None:
    with writing(october) as session:
        campaign(session, w1=["MA"])
    economist = staff(Role.ECONOMIST)

    answer = economist.get(PATH)
    page = Page(answer.text)

    assert answer.status_code == 200
    assert page.shortcomings() == []
    for words in (
        "Trước, trong và sau Đợt tháng Mười",
        "Hoạt động theo ngày chợ",
        "Trung bình theo ngày chợ của (tiểu thương có khoản nhận trong ngày",
        "So sánh, chưa phải nguyên nhân",
        "tỷ trọng không tiền mặt trong tổng doanh thu, vì không thấy tiền mặt",
        "ẩn",
    ):
        assert words in page.text
    assert "/so-sanh" in economist.get("/ke-hoach").text
    english = Page(economist.get(f"{PATH}?lang=en&dot=1&chi_so=U8").text)
    assert "Before, during and after" in english.text
    assert economist.get(f"{PATH}?dot=9").status_code == 404
    assert economist.get(f"{PATH}?dot=x").status_code == 422


def test_nothing_is_compared_before_there_is_a_wave(staff: Staff, october: sa.Engine) -> None:
    with writing(october) as session:
        campaign(session)

    answer = staff(Role.ECONOMIST).get(PATH)

    assert "Chưa có gì để so sánh" in Page(answer.text).text


@pytest.mark.usefixtures("october_published")
def test_the_api_answers_readers_of_all_its_markets(staff: Staff, october: sa.Engine) -> None:
    with writing(october) as session:
        campaign(session, w1=["MA"])

    told = staff(Role.ECONOMIST).get(API).json()
    book = staff(Role.AUDITOR).get(f"{API}.csv?wave=1")

    assert [one["phase"] for one in told["phases"]] == ["before", "during", "after"]
    assert book.content.startswith("\ufeffprogramme,wave,phase".encode())
    assert 'filename="truoc-trong-sau-CHO40-1.csv"' in book.headers["content-disposition"]
    assert staff(Role.MARKET_MANAGER, "MA").get(API).status_code == 403
    assert staff(Role.ECONOMIST, "LG").get(API).status_code == 403
    assert staff(Role.ECONOMIST, "LG").get(PATH).status_code == 403


@pytest.mark.usefixtures("october_published")
def test_as_many_questions_for_many_vendors_as_for_few(october: sa.Engine) -> None:
    def asked() -> int:
        with counted(october) as sent:
            report(october)
        return len(sent)

    with writing(october) as session:
        campaign(session, w1=["MA"])
    few = asked()
    with writing(october) as session:
        market_id = session.exec(select(Market.id).where(Market.code == "MA")).one()
        assert market_id is not None
        for number in range(26, 50):
            books.add_vendor(session, market_id, number)

    assert asked() == few
