"""What the printed report says and draws: every part of domain.md 13.1, of told figures and nothing else."""

import io
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from python_calamine import load_workbook

from market.adoption.definitions import DICTIONARY
from market.adoption.indicator import Window
from market.adoption.periods import Length, Period, Scheme
from market.charts.bars import Bar, bar_chart
from market.charts.multiples import Panel, multiples_chart
from market.database import open_engine, reading, writing
from market.documents.adoption_paper import ChartRow, Note, PaperChart, PaperTable, Part, paper_pdf
from market.reports import Product
from market.reports.adoption import build_adoption_report
from market.reports.integrity import (
    FeedRules,
    Integrity,
    incident_words,
    integrity_of,
    silence_words,
)
from market.reports.ladder import LADDER, ladder_steps
from market.reports.models import AdoptionReport, AreaGroupView, AreaView, TrendPoint
from market.reports.paper import Beside, Letterhead, adoption_paper, definition_words
from market.reports.paper_quality import quality_parts
from market.reports.paper_tables import MARKETS_PRINTED
from market.reports.publishing import find_file, letterhead_of, publish
from market.reports.study_models import ConcentrationView
from market.reports.workbook import workbook
from market.settings import Settings
from merchants.audits.incident_counts import IncidentCount
from reconciliation.operations.silences import FeedSilence
from tests.golden_files import Compare
from tests.market.letters import HEAD
from tests.qr.pdf_reading import read_pdf
from tests.reconciliation.ledger_world import LedgerWorld

NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
QUIET = Integrity(IncidentCount(0, 0), [])


@pytest.fixture(scope="module")
def report(october_file: Path, tmp_path_factory: pytest.TempPathFactory) -> AdoptionReport:
    """October as it was published for economists of all markets."""
    path = tmp_path_factory.mktemp("paper") / "october.sqlite3"
    shutil.copy(october_file, path)
    engine = open_engine(f"sqlite:///{path}")
    period = Period.read("2026-10")
    with writing(engine) as session:
        publish(session, period, p_percent=15, known_at=NOW, now=NOW, actor="test", head=HEAD)
        found = build_adoption_report(session, "2026-10", None, Product.ECONOMIST, p_percent=15)
    engine.dispose()
    return found


def parts_of(report: AdoptionReport, head: Letterhead = HEAD, **beside: object) -> Sequence[Part]:
    return adoption_paper(report, Beside(**beside), head).parts  # type: ignore[arg-type]


def words(parts: Sequence[Part]) -> str:
    return " ".join(
        part.text if isinstance(part, Note) else part
        for part in parts
        if isinstance(part, Note | str)
    )


def charts(parts: Sequence[Part]) -> dict[str, PaperChart]:
    """The charts by the first words of their captions, without the number."""
    found: list[PaperChart] = []
    for part in parts:
        found += part.charts if isinstance(part, ChartRow) else []
        found += [part] if isinstance(part, PaperChart) else []
    return {re.sub(r"^Hình \d+\. ", "", one.caption): one for one in found}


def table(parts: Sequence[Part], caption: str) -> PaperTable:
    return next(one for one in parts if isinstance(one, PaperTable) and caption in one.caption)


def course(report: AdoptionReport, values: Sequence[float | None]) -> list[TrendPoint]:
    """U3 of every market over the months up to October."""
    months = [Period.read(report.period).moved(back).label for back in range(1 - len(values), 1)]
    return [
        TrendPoint(
            period=month,
            area_code=area.market_code,
            indicator="U3",
            value=value,
            hidden="" if value is not None else "c",
            is_provisional=False,
        )
        for area in report.markets
        for month, value in zip(months, values, strict=True)
    ]


# --- the ladder ---


def test_the_ladder_tells_what_the_indicators_tell(report: AdoptionReport) -> None:
    assert report.main is not None
    steps = ladder_steps(report.main)

    assert [step.indicator for step in steps] == ["", *LADDER]
    for step in steps[1:]:
        told = report.main[step.indicator]
        assert (step.hidden, step.count) == (
            told.hidden,
            told.numerator if told.value is not None else None,
        )
    drawn = charts(parts_of(report))["Từ danh sách đến dùng thường xuyên"]
    assert "Trong khung" in drawn.alt
    assert drawn.alt.count("ẩn (") == sum(bool(step.hidden) for step in steps)


@pytest.mark.parametrize(
    ("mark", "cell", "sentence"),
    [
        ("c", "<5", "có dưới 5 tiểu thương đang kinh doanh."),
        ("s", "ẩn (2)", "không công bố: sẽ suy ngược ra số phải ẩn."),
        ("w", "chờ công bố", "không công bố: kỳ này chưa công bố."),
    ],
)
def test_only_areas_of_few_vendors_are_told_to_have_few(
    report: AdoptionReport, mark: str, cell: str, sentence: str
) -> None:
    area = report.markets[0].model_copy(update={"vendors_in_frame": None, "frame_hidden": mark})
    of_one = report.model_copy(
        update={"total": None, "markets": [area], "market_code": area.market_code}
    )

    parts = parts_of(of_one)
    book = load_workbook(io.BytesIO(workbook(of_one, title="")))

    assert table(parts, "Chỉ tiêu chính").rows[0][1] == cell
    assert sentence in words(parts)
    assert book.get_sheet_by_name("Bảng 1 Các chợ").to_python()[1][2] == cell
    assert ladder_steps(area)[0].hidden == mark


def test_what_was_kept_without_a_mark_is_not_said_to_be_small(report: AdoptionReport) -> None:
    kept = report.markets[0].model_dump(mode="json")
    del kept["frame_hidden"]

    assert AreaView.model_validate(kept).frame_hidden == ""
    hidden = AreaView.model_validate(kept | {"vendors_in_frame": None})
    assert hidden.frame_hidden == "s"


def test_a_hidden_step_has_a_mark_and_no_bar() -> None:
    drawn = bar_chart([Bar("Có QR", "ẩn (1)", None), Bar("Khác", "50%", 0.5)], label="x & y")

    assert drawn.count('fill="var(--chart-1)"') == 1
    assert "ẩn (1)" in drawn
    assert 'aria-label="x &amp; y"' in drawn


# --- small multiples ---


def test_small_multiples_draw_each_market_and_leave_gaps() -> None:
    drawn = multiples_chart(
        [
            Panel("Mậu A", (0.1, None, 0.3), "30,0%"),
            Panel("Một cái tên rất dài để cắt", (), "ẩn (1)"),
        ],
        ["08/2026", "09/2026", "10/2026"],
        label="U3",
        shaded=[1],
    )

    paths = re.findall(r'<path d="([^"]+)" fill="none" stroke="var\(--chart-1\)"', drawn)
    assert [path.count("M") for path in paths] == [2]  # a gap between the two
    assert drawn.count("<circle") == 2
    assert "…" in drawn
    assert drawn.count("<rect") == 2  # a Tết in either panel


def test_markets_beside_each_other_need_two_published_periods(report: AdoptionReport) -> None:
    name = "Hoạt động theo ngày chợ của từng chợ qua các kỳ đã công bố"

    assert name not in charts(parts_of(report, courses=course(report, [0.4])))
    assert name not in charts(parts_of(report, courses=course(report, [None, None])))
    drawn = charts(parts_of(report, courses=course(report, [0.3, 0.4])))[name]
    assert all(area.market_name.removeprefix("Chợ ")[1:8] in drawn.svg for area in report.markets)


def test_the_months_of_tet_are_shaded_and_said(report: AdoptionReport) -> None:
    nine_months = course(report, [0.3] * 9)  # from February, which holds Tết 2026

    assert "Nền xám: tháng có Tết" in words(parts_of(report, courses=nine_months))
    assert "Nền xám" not in words(parts_of(report, courses=course(report, [0.3, 0.3])))


def test_where_no_chart_is_drawn_no_shade_is_explained(report: AdoptionReport) -> None:
    hidden = [one.model_copy(update={"indicator": "U1"}) for one in course(report, [None] * 9)]
    shown = [one.model_copy(update={"value": 0.3, "hidden": ""}) for one in hidden]

    for trend, is_said in ((hidden, False), (shown, True)):
        told = words(parts_of(report.model_copy(update={"trend": trend[:9]})))
        assert ("Nền xám: tháng có Tết" in told) is is_said


def test_a_market_that_closed_says_so_in_its_panel(report: AdoptionReport) -> None:
    first, *others = report.markets
    closed = first.model_copy(update={"closed_on": date(2026, 10, 20)})
    changed = report.model_copy(update={"markets": [closed, *others]})

    drawn = charts(parts_of(changed, courses=course(changed, [0.3, 0.4])))

    assert any("đóng 20/10" in one.svg for one in drawn.values())


# --- Lorenz curve, else bands ---


def spread(report: AdoptionReport, **changes: object) -> AdoptionReport:
    assert report.study is not None
    found = ConcentrationView(
        vendors=50, receiving=40, hhi=0.1, equivalent_vendors=10, gini=0.4, lorenz=[], hidden=""
    ).model_copy(update=changes)
    return report.model_copy(
        update={"study": report.study.model_copy(update={"concentration": found})}
    )


def test_a_lorenz_curve_is_drawn_where_it_is_told(report: AdoptionReport) -> None:
    told = spread(report, lorenz=[(0.0, 0.0), (0.5, 0.2), (1.0, 1.0)])

    drawn = charts(parts_of(told))

    assert "Đường Lorenz của tiền nhận qua QR" in drawn
    assert "Khoản nhận qua QR theo giá trị" not in drawn


def test_without_a_curve_the_bands_are_drawn_and_without_these_nothing(
    report: AdoptionReport,
) -> None:
    hidden = spread(report, hidden="s", hhi=None, gini=None)
    assert hidden.main is not None
    no_bands = [
        one.model_copy(update={"value": None, "hidden": "s"}) if one.id.startswith("U9") else one
        for one in hidden.main.indicators
    ]
    total = hidden.main.model_copy(update={"indicators": no_bands})

    assert "Khoản nhận qua QR theo giá trị" in charts(parts_of(hidden))
    assert not {"Khoản nhận qua QR theo giá trị", "Đường Lorenz của tiền nhận qua QR"} & set(
        charts(parts_of(hidden.model_copy(update={"total": total})))
    )


# --- integrity ---


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (IncidentCount(0, 0), "Trong kỳ không phát hiện mã QR sai nào trên tấm mã."),
        (IncidentCount(1, 1), "phát hiện dưới 5 mã QR sai trên tấm mã."),
        (IncidentCount(4, 0), "phát hiện dưới 5 mã QR sai trên tấm mã."),
        (IncidentCount(7, 2), "phát hiện 7 mã QR sai trên tấm mã, còn dưới 5 chưa"),
        (IncidentCount(7, 0), "còn 0 chưa xử lý xong"),
        (IncidentCount(12, 6), "còn 6 chưa xử lý xong"),
    ],
)
def test_few_incidents_are_told_as_few(count: IncidentCount, said: str) -> None:
    assert said in incident_words(count, anybody_looked=True)


@pytest.mark.parametrize(
    ("count", "in_parts", "said"),
    [
        (
            IncidentCount(6, 0),
            [IncidentCount(5, 0), IncidentCount(1, 0), IncidentCount(0, 0)],
            "không nêu số vì có phần của kỳ dưới 5 mã.",
        ),
        (
            IncidentCount(12, 7),
            [IncidentCount(6, 5), IncidentCount(6, 2)],
            "phát hiện 12 mã QR sai trên tấm mã, còn một số chưa xử lý xong.",
        ),
        (
            IncidentCount(12, 6),
            [IncidentCount(6, 6), IncidentCount(6, 0)],
            "phát hiện 12 mã QR sai trên tấm mã, còn 6 chưa xử lý xong.",
        ),
    ],
)
def test_a_quarter_less_its_months_tells_of_no_few_incidents(
    count: IncidentCount, in_parts: list[IncidentCount], said: str
) -> None:
    assert said in incident_words(count, in_parts, anybody_looked=True)


def test_nobody_found_a_wrong_code_where_nobody_looked(report: AdoptionReport) -> None:
    unseen = Integrity(IncidentCount(0, 0), [])
    told_otherwise = Integrity(IncidentCount(7, 7), [])

    assert checked(report, 0)["S7"].denominator == 0
    assert "Trong kỳ chưa kiểm tra tấm mã nào." in words(quality(report, 0, unseen))
    assert "không phát hiện" not in words(quality(report, 0, unseen))
    # A wrong code may be reported by whoever scanned it.
    assert "phát hiện 7 mã QR sai" in words(quality(report, 0, told_otherwise))
    for looked in (40, None):  # None = how many is hidden, which is not none
        assert "không phát hiện mã QR sai nào" in words(quality(report, looked, unseen))


def checked(report: AdoptionReport, posters: int | None) -> AreaView:
    """Return the markets together with so many posters checked."""
    assert report.main is not None
    return report.main.model_copy(
        update={
            "indicators": [
                one.model_copy(update={"denominator": posters}) if one.id == "S7" else one
                for one in report.main.indicators
            ]
        }
    )


def quality(report: AdoptionReport, posters: int | None, integrity: Integrity) -> Sequence[Part]:
    return quality_parts(checked(report, posters), report, integrity)


def silence(**changes: object) -> FeedSilence:
    one = FeedSilence(ledger="bank_vcb", accounts=20, days=31, silent=0, late=0)
    return replace(one, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("silences", "said"),
    [
        ([], "chưa có nguồn nào"),
        ([silence()], "không ngày nào cả một nguồn im lặng"),
        (
            [silence(silent=2, late=1)],
            "Vietcombank im lặng 2 ngày và gửi trễ 1 ngày trên 31 ngày.",
        ),
        ([silence(late=3), silence(ledger="momo", silent=1)], "; MoMo im lặng 1 ngày"),
    ],
)
def test_outages_are_told_by_feed(silences: list[FeedSilence], said: str) -> None:
    assert said in silence_words(silences)


def test_a_feed_of_few_accounts_is_not_named() -> None:
    said = silence_words([silence(), silence(ledger="momo", accounts=4, silent=9)])

    assert "MoMo" not in said
    assert "không ngày nào" in said


def test_integrity_is_told_of_all_markets_together_only(report: AdoptionReport) -> None:
    found = Integrity(IncidentCount(9, 5), [silence(silent=2)])

    assert "phát hiện 9 mã QR sai" in words(parts_of(report, integrity=found))
    assert "chỉ nêu chung cho tất cả các chợ" in words(parts_of(report))


# --- notes, contact, definitions ---


def test_the_contact_and_the_dictionary_stand_in_the_notes(report: AdoptionReport) -> None:
    settings = Settings(
        report_issuer="Phòng Kinh tế",
        report_contact="0912 000 118",
        base_url="https://cho.example/",
    )

    said = words(parts_of(report, letterhead_of(settings)))

    assert "Liên hệ về số liệu: 0912 000 118." in said
    assert "https://cho.example/muc-do-dung/cach-tinh" in said
    assert "Liên hệ về số liệu: Cơ quan lập báo cáo." in words(parts_of(report))


def test_a_definition_that_changed_inside_the_period_is_named() -> None:
    october = Window(date(2026, 10, 1), date(2026, 10, 31))
    changed = replace(DICTIONARY["U3"], valid_from=date(2026, 10, 15), change_log=("bỏ ngày lũ",))

    assert definition_words([changed], october) == (
        "Định nghĩa đổi trong kỳ: Hoạt động theo ngày chợ (từ 15/10/2026: bỏ ngày lũ)."
    )
    assert "không đổi" in definition_words([changed], Window(date(2026, 9, 1), date(2026, 9, 30)))
    assert "không đổi" in definition_words(list(DICTIONARY.values()), october)


def test_the_command_names_the_cut_off_and_the_day_as_it_was_here(report: AdoptionReport) -> None:
    late = datetime(2026, 11, 9, 18, 0, tzinfo=UTC)  # already 10 November in Hồ Chí Minh City
    changed = report.model_copy(update={"known_at": late, "scheme": "admin_15_14"})

    said = words(parts_of(changed))

    assert "--period 2026-10 --scheme admin_15_14 --as-of 2026-11-10" in said


# --- tables ---


def test_tables_and_charts_are_numbered_in_their_order(report: AdoptionReport) -> None:
    parts = parts_of(report, courses=course(report, [0.3, 0.4]))

    tables = [one.caption for one in parts if isinstance(one, PaperTable)]
    assert [caption.split(".")[0] for caption in tables] == [
        f"Bảng {n}" for n in range(1, len(tables) + 1)
    ]
    captions = [
        chart.caption
        for one in parts
        for chart in (one.charts if isinstance(one, ChartRow) else [one])
        if isinstance(chart, PaperChart)
    ]
    assert [caption.split(".")[0] for caption in captions] == [
        f"Hình {n}" for n in range(1, len(captions) + 1)
    ]


def test_the_table_of_markets_has_counts_and_no_empty_column_of_plans(
    report: AdoptionReport,
) -> None:
    found = table(parts_of(report), "Kết quả theo chợ")

    assert "Khoản / ngày chợ" in found.header
    assert "% kế hoạch" not in found.header
    assert {len(row) for row in found.rows} == {len(found.header)} == {len(found.widths)}


@pytest.mark.parametrize(
    ("label", "scheme", "year"),
    [
        ("2026", Scheme.CALENDAR, 2027),
        ("2026", Scheme.ADMIN_15_14, 2026),
        ("2026-Q4", Scheme.ADMIN_15_14, 2026),
        ("2026-12", Scheme.CALENDAR, 2027),
        ("2026-12", Scheme.ADMIN_15_14, 2026),
    ],
)
def test_a_paper_is_dated_after_the_last_day_of_its_period(
    report: AdoptionReport, label: str, scheme: Scheme, year: int
) -> None:
    told = report.model_copy(update={"period": label, "scheme": scheme.value, "study": None})

    paper = adoption_paper(told, Beside(), HEAD)

    assert paper.place_and_date.endswith(f"năm {year}")


@pytest.mark.parametrize("length", list(Length))
def test_many_markets_are_cut_and_said_to_be(report: AdoptionReport, length: Length) -> None:
    label = {Length.MONTH: "2026-10", Length.QUARTER: "2026-Q4", Length.YEAR: "2026"}[length]
    many = [report.markets[0].model_copy(update={"market_code": f"M{n:02}"}) for n in range(60)]
    parts = parts_of(report.model_copy(update={"markets": many, "period": label}))

    assert len(table(parts, "Kết quả theo chợ").rows) == MARKETS_PRINTED[length] + 1
    assert f"còn {60 - MARKETS_PRINTED[length]} chợ" in words(parts)


def test_goods_of_which_nothing_may_be_told_are_a_sentence(report: AdoptionReport) -> None:
    assert report.main is not None
    goods = [
        one.model_copy(
            update={
                "vendors": None,
                "receipts": None,
                "value_vnd": None,
                "share": None,
                "hidden": "s",
            }
        )
        for one in report.main.goods
    ]
    total = report.main.model_copy(update={"goods": goods})

    parts = parts_of(report.model_copy(update={"total": total}))

    assert "không công bố được nhóm nào, ẩn (2)" in words(parts)
    with pytest.raises(StopIteration):
        table(parts, "nhóm hàng")


def test_areas_of_several_markets_stand_beside_each_other(report: AdoptionReport) -> None:
    assert report.main is not None
    group = AreaGroupView(
        code="CU",
        name="huyện cũ",
        caveat="Rộng hơn huyện cũ.",
        legal_basis="",
        market_codes=["MA", "LG"],
    )

    parts = parts_of(report, areas=[(group, report.main), (group, report.main)])

    found = table(parts, "Kết quả theo địa bàn")
    assert [row[0] for row in found.rows] == ["Huyện cũ", "Huyện cũ"]
    assert words(parts).count("Rộng hơn huyện cũ.") == 1


def test_a_year_tells_the_country_the_cost_and_the_plans(report: AdoptionReport) -> None:
    said = words(parts_of(report.model_copy(update={"period": "2026"})))

    assert "tăng trưởng của cả nước" in said
    assert "Chi phí trên một tiểu thương hoạt động: chưa tính được" in said
    assert "chưa có kế hoạch nào" in said
    assert "cả nước" not in words(parts_of(report))


# --- the file ---


@pytest.mark.parametrize(("name", "label"), [("month", "2026-10"), ("year", "2026")])
def test_the_paper_says_what_it_said_before(
    report: AdoptionReport, golden: Compare, name: str, label: str
) -> None:
    """The same October as a month and as a year; digests say nothing to a reader and are left out."""
    told = report.model_copy(
        update={"period": label, "rests_on_sha256": "0" * 64, "rules_sha256": "0" * 64}
    )
    beside = Beside(courses=course(told, [0.3, None, 0.4]), integrity=QUIET)

    pdf = read_pdf(paper_pdf(adoption_paper(told, beside, HEAD)))

    said = ["\n".join([*pdf.texts(page), ""]) for page in pdf.pages]
    golden(f"report-{name}.txt", "\n".join([*said, *sorted(set(pdf.tags)), ""]).encode())


def test_a_published_paper_is_as_long_as_asked_and_tells_all_of_it(october: sa.Engine) -> None:
    for label in ("2026-09", "2026-10", "2026-Q4", "2026"):
        with writing(october) as session:
            made = publish(
                session,
                Period.read(label, Scheme.CALENDAR),
                p_percent=15,
                known_at=NOW,
                now=NOW,
                actor="test",
                head=HEAD,
            )
            name = next(one.name for one in made.files if one.name.endswith("pdf"))
            file = find_file(session, made.edition.id or 0, name)
            assert file is not None
        pdf = read_pdf(file.content)
        told = " ".join(text for number in pdf.pages for text in pdf.texts(number))
        assert 2 <= len(pdf.pages) <= 4
        assert "Liên hệ về số liệu" in told
        assert "Trong kỳ chưa kiểm tra tấm mã nào." in told
        assert ("Chi phí trên một tiểu thương" in told) == (label == "2026")


def test_a_feed_that_fell_silent_is_told_from_when_it_was_due(engine: sa.Engine) -> None:
    first = date(2026, 10, 20)
    with writing(engine) as session:
        world = LedgerWorld(session, NOW)
        market = world.market()
        for vendor in [world.vendor(market) for _ in range(5)]:
            world.booked(vendor, 10_000, business_date=first)
            world.statement(vendor, first, received_at=datetime(2026, 10, 21, tzinfo=UTC))
    with reading(engine) as session:
        rules = FeedRules.of(None, None)
        early, late = (
            integrity_of(session, Window(first, date(2026, 10, 22)), rules, known_at=at)
            for at in (datetime(2026, 10, 20, tzinfo=UTC), NOW)
        )

    assert "chưa có nguồn nào" in silence_words(early.silences)
    assert "Vietcombank im lặng 2 ngày trên 3 ngày" in silence_words(late.silences)


@pytest.mark.parametrize("lines", range(28, 54, 5))
def test_a_signature_stands_on_no_page_alone(report: AdoptionReport, lines: int) -> None:
    table = PaperTable("Bảng 1. Các bản đã công bố", ("Bản", "Có QR"), [("1", "68,9%")], (1, 1))
    told = [*(Note(f"Dòng {n}.") for n in range(lines)), table]
    paper = replace(adoption_paper(report, Beside(), HEAD), parts=told)

    pdf = read_pdf(paper_pdf(paper))

    (signed,) = (
        " ".join(pdf.texts(page)) for page in pdf.pages if "dấu, họ" in str(pdf.texts(page))
    )
    assert "Bảng 1. Các bản đã công bố" in signed


def test_panels_of_markets_follow_the_first_row_of_charts(report: AdoptionReport) -> None:
    courses = course(report, [0.3, 0.4])
    trend = [one.model_copy(update={"indicator": "U1"}) for one in courses[:2]]
    parts = parts_of(report.model_copy(update={"trend": trend}), courses=courses)

    first, second, *rest = (one for one in parts if isinstance(one, PaperChart | ChartRow))
    assert isinstance(first, ChartRow)
    assert isinstance(second, PaperChart)
    assert "từng chợ qua các kỳ" in second.caption
    assert len(rest) == 1


def test_the_same_paper_gives_the_same_bytes(report: AdoptionReport) -> None:
    beside = Beside(courses=course(report, [0.3, 0.4]), integrity=QUIET)

    first, again = (paper_pdf(adoption_paper(report, beside, HEAD)) for _ in range(2))

    assert first == again
