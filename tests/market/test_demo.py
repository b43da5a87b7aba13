"""The demonstration on a small world: one market, a little more than a week."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from market.database import open_engine, reading
from market.demo.home import clear_home
from market.demo.story import Demonstration, DemoPlan, run_demo
from market.demo.watch import Silence
from market.settings import Settings
from market.surveys.drawing import differs_from_record
from market.surveys.visits import list_surveys
from market.tables import AdoptionEditionFile
from merchants.campaigns.evidence import team_evidence
from merchants.campaigns.model_cards import find_card
from merchants.campaigns.programmes import list_programmes
from merchants.campaigns.targets import list_targets
from merchants.campaigns.teams import list_teams
from reconciliation.simulation.places import demo_markets
from tests.qr.pdf_reading import read_pdf

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SMALL = DemoPlan(
    markets=tuple(market for market in demo_markets() if market.code == "DC"),
    book_of="DC",
    first=date(2026, 10, 19),
    last=date(2026, 10, 27),
)


class Listener(Silence):
    """Writes down what the demonstration says."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.steps: list[str] = []

    def step(self, title: str, total: int | None = None) -> object:
        self.steps.append(title)
        return super().step(title, total)

    def say(self, text: str) -> None:
        self.lines.append(text)


@pytest.fixture(scope="module")
def told() -> Listener:
    """Who listened to the demonstration."""
    return Listener()


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where its papers lie."""
    return tmp_path_factory.mktemp("out")


@pytest.fixture(scope="module")
def shown(told: Listener, papers: Path, tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """The demonstration, played once for all tests."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("var"))
    return run_demo(settings, papers, watch=told, now=NOW, plan=SMALL)


def test_every_row_of_the_truth_is_in_the_books_and_no_other(shown: Demonstration) -> None:
    assert shown.score.rows_in == shown.score.rows_out > 50
    assert shown.score.lost == []
    assert shown.score.invented == []


def test_no_claim_is_wrong_and_no_money_unexplained(shown: Demonstration) -> None:
    assert shown.score.wrong_claims == []
    assert shown.score.unexplained == []
    assert shown.score.unexplained_vnd == 0


def test_the_market_has_places_for_cash_and_so_a_figure(shown: Demonstration) -> None:
    market = next(area for area in shown.adoption.markets if area.market_code == "DC")

    assert market["S9"].numerator == 300
    assert market["S9"].value == 300 / market["S9"].denominator


def test_the_chain_of_closes_proves_itself_again(shown: Demonstration) -> None:
    assert shown.broken_proofs == []
    assert {day.business_date for day in shown.closed} == {
        date(2026, 10, 19 + ahead) for ahead in range(9)
    }


def test_a_day_is_final_or_says_what_it_waits_for(shown: Demonstration) -> None:
    days = [day for day in shown.closed if day.scope == "DC"]

    assert any(day.state.value == "final" for day in days)
    assert all((day.state.value == "final") == (day.incomplete == "") for day in days)


def test_the_sheet_is_tried_first_and_its_mistakes_are_told(
    shown: Demonstration, told: Listener
) -> None:
    assert any("dry run" in line and "5 dòng từ chối" in line for line in told.lines)
    assert any("Ngân hàng Sao Hỏa" in line for line in told.lines)


def test_the_papers_lie_in_the_folder(shown: Demonstration, papers: Path) -> None:
    code, on = shown.vendor_day.vendor_code, shown.vendor_day.on

    assert set(shown.papers) == set(papers.iterdir())
    assert {path.name for path in shown.papers} == {
        "vendors.xlsx",
        "posters-DC.pdf",
        "survey-sheets.pdf",
        "adoption-2026-10.json",
        "adoption-2026-10.csv",
        f"vendor-day-{code}-{on}.json",
        f"vendor-day-{code}-{on}.csv",
        "model-card-DC.pdf",
        "team-evidence-DC-2026-10.xlsx",
        "page-vendor.html",
        "page-market.html",
        "page-economist.html",
        "sign-in.txt",
    }
    assert (papers / "posters-DC.pdf").read_bytes().startswith(b"%PDF")


def test_the_published_reports_name_the_pages_by_their_whole_address(shown: Demonstration) -> None:
    engine = open_engine(shown.settings.url)
    with reading(engine) as session:
        papers = [
            read_pdf(content)
            for content in session.exec(
                select(AdoptionEditionFile.content).where(
                    col(AdoptionEditionFile.name).like("%.pdf")
                )
            )
        ]
    engine.dispose()

    assert papers
    for pdf in papers:
        told = "".join(text for page in pdf.pages for text in pdf.texts(page))
        assert f"{shown.settings.base_url}/muc-do-dung/cach-tinh" in told


def test_the_report_in_the_folder_is_the_report_shown(shown: Demonstration, papers: Path) -> None:
    written = json.loads((papers / "adoption-2026-10.json").read_text("utf-8"))

    assert written == json.loads(shown.adoption.model_dump_json())


def test_each_link_opens_its_page(shown: Demonstration, papers: Path) -> None:
    vendor = (papers / "page-vendor.html").read_text("utf-8")
    market = (papers / "page-market.html").read_text("utf-8")

    assert shown.vendor_day.vendor_name in vendor
    assert shown.vendor_day.market_name in market


def test_the_same_plan_comes_to_the_same_closes(
    shown: Demonstration, papers: Path, tmp_path: Path
) -> None:
    again = run_demo(
        Settings(data_dir=tmp_path / "var"), tmp_path / "out", watch=Silence(), now=NOW, plan=SMALL
    )

    assert [day.root_sha256 for day in again.closed] == [day.root_sha256 for day in shown.closed]
    assert again.adoption == shown.adoption


def test_a_run_clears_only_what_an_earlier_one_left(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    (home / "raw" / "ab").mkdir(parents=True)
    (home / "raw" / "ab" / "cd").write_bytes(b"raw")
    for name in ("cho40.sqlite3", "cho40.sqlite3-wal", "notes.txt", "cho40.sqlite3.backup"):
        (home / name).write_text("x")
    (tmp_path / "cho40.sqlite3").write_text("the real one")

    clear_home(home)

    assert {path.name for path in home.iterdir()} == {"notes.txt", "cho40.sqlite3.backup"}
    assert (tmp_path / "cho40.sqlite3").read_text() == "the real one"


def test_the_made_up_programme_says_that_it_is(shown: Demonstration) -> None:
    engine = open_engine(shown.settings.url)
    with reading(engine) as session:
        (programme,) = list_programmes(session)
        (team,) = list_teams(session, "DC")
        targets = list_targets(session, on=SMALL.last)
        told = team_evidence(session, "DC", SMALL.last)
        card = find_card(session, "DC")
    engine.dispose()

    assert "mô phỏng" in programme.name
    assert "mô phỏng" in team.name
    assert card.purpose.startswith("Mô phỏng")
    assert {one.plan.legal_basis for one in targets} == {"Mô phỏng, không có văn bản thật"}
    assert [wave.number for wave in programme.waves] == [1]
    assert told.visits == told.teams[0].visits > 0
    assert [member.user_id is not None for member in team.members] == [True, False, False]


def test_the_report_says_how_much_of_the_plan_is_reached(shown: Demonstration) -> None:
    (market,) = shown.adoption.markets
    planned = {one.id for one in market.indicators if one.plan is not None}

    assert planned == {"S3", "U1", "U3"}


def test_the_made_up_survey_fills_the_box_of_the_denominator(shown: Demonstration) -> None:
    engine = open_engine(shown.settings.url)
    with reading(engine) as session:
        (survey,) = list_surveys(session)
        known_by_its_draw = differs_from_record(session, survey.id) == []
    engine.dispose()
    share = shown.adoption.cashless

    assert "mô phỏng" in survey.name
    assert survey.recorded == survey.size
    assert known_by_its_draw
    assert share is not None
    assert share.share is not None
    assert share.low is not None
    assert share.low < share.share
    assert share.answers < survey.size
