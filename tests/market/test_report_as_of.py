"""``cho40 report build --as-of``: the edition that was in force on a day, byte for byte, or why none."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select
from typer.testing import CliRunner

from market import cli, clock
from market.adoption.periods import Period
from market.database import reading, writing
from market.reports.differences import RevisionTellsFew
from market.reports.editions import edition_studies, edition_tables, editions_of
from market.reports.errors import DayNotCome, NotPublishedBy
from market.reports.models import Product
from market.reports.revisions import revisions_of
from market.settings import Settings
from merchants.find import find_market
from reconciliation.close.adoption_facts import write_adoption_facts
from reconciliation.close.receipts import receipts
from reconciliation.records import Book, Direction, TransactionType
from reconciliation.tables import ProviderTransaction
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import KEY
from tests.qr.pdf_reading import read_pdf

OCTOBER = Period.read("2026-10")
FIRST, SECOND = (datetime(2026, 11, day, 2, 0, tzinfo=UTC) for day in (5, 7))
TODAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
RUNNER = CliRunner()
EVERYBODY_HAS_A_POSTER = sa.text(
    "INSERT INTO poster (stall_id, acceptance_point_id, vendor_id, payload_sealed, payload_hash,"
    " end_reason, marks, state, issued_on, installed_on) SELECT id, id, id, '', '', '', '',"
    " 'installed', '2026-08-20', '2026-08-21' FROM stall"
)


def build(*words: str) -> dict[str, object]:
    told = RUNNER.invoke(cli.app, ["report", "build", "--period", "2026-10", "--json", *words])
    if told.exception is not None:
        raise told.exception
    found: dict[str, object] = json.loads(told.stdout)
    return found


def files(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


@pytest.fixture
def office(settings: Settings, october: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    """The command's database, today."""
    monkeypatch.setenv("CHO40_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CHO40_SECRET_KEYS", json.dumps([KEY]))
    monkeypatch.setenv("CHO40_BASE_URL", "https://cho.example/")
    monkeypatch.setenv("CHO40_DISCLOSURE_P_PERCENT", "15")
    monkeypatch.setattr(clock, "now", lambda: TODAY)
    return october


@pytest.fixture
def two_editions(
    office: sa.Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[sa.Engine]:
    """October published on 5 and, after a late close, on 7 November; each wrote its files."""
    monkeypatch.setattr(clock, "now", lambda: FIRST)
    build("--out", str(tmp_path / "first"))
    with writing(office) as session:
        late = books.close(session, "MA", date(2026, 10, 31), [Line(7, 999_000)])
        late.closed_at = FIRST + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: SECOND)
    build("--out", str(tmp_path / "second"))
    monkeypatch.setattr(clock, "now", lambda: TODAY)
    yield office
    with reading(office) as session:
        assert [one.version for one in editions_of(session, OCTOBER)] == [2, 1]


@pytest.mark.usefixtures("two_editions")
@pytest.mark.parametrize(
    ("day", "folder", "version"),
    [
        ("2026-11-05", "first", 1),
        ("06/11/2026", "first", 1),
        ("2026-11-07", "second", 2),
    ],
)
def test_a_past_day_gives_back_the_edition_of_that_day(
    tmp_path: Path, day: str, folder: str, version: int
) -> None:
    told = build("--as-of", day, "--out", str(tmp_path / "again"))

    assert (told["version"], told["is_new"]) == (version, False)
    assert files(tmp_path / "again") == files(tmp_path / folder)
    assert len(files(tmp_path / "again")) == 3


@pytest.mark.usefixtures("two_editions")
def test_a_day_before_the_first_edition_is_refused_with_its_date() -> None:
    with pytest.raises(NotPublishedBy, match="its first edition is of 2026-11-05"):
        build("--as-of", "2026-11-04")


@pytest.mark.parametrize("day", ["21/11/2026", "9999-12-31"])
def test_a_day_that_has_not_come_is_refused_and_nothing_published(
    office: sa.Engine, day: str
) -> None:
    with pytest.raises(DayNotCome, match="has not come: today is 2026-11-20"):
        build("--as-of", day)

    with reading(office) as session:
        assert editions_of(session, OCTOBER) == []


@pytest.mark.usefixtures("two_editions")
def test_a_day_after_the_newest_edition_tells_what_was_known_by_then() -> None:
    assert build("--as-of", "2026-11-12")["version"] == 2


def test_a_day_is_told_alike_before_and_after_later_closes(
    office: sa.Engine, tmp_path: Path
) -> None:
    with writing(office) as session:
        session.execute(EVERYBODY_HAS_A_POSTER)
    before = built_anew(office, tmp_path / "before", FIRST.date())
    with writing(office) as session:
        # Vendor 24 has a poster, consented in August and is paid for the first time; 1 paid no more.
        for day, lines in ((2, []), (31, [Line(24, 999_000)])):
            books.close(session, "MA", date(2026, 10, day), lines).closed_at = SECOND

    assert built_anew(office, tmp_path / "after", FIRST.date()) == before
    assert built_anew(office, tmp_path / "now", TODAY.date()) != before
    assert files(tmp_path / "after") == files(tmp_path / "before")
    assert len(files(tmp_path / "after")) == 3


def test_a_past_day_made_anew_says_what_is_as_of_today(office: sa.Engine, tmp_path: Path) -> None:
    told = RUNNER.invoke(
        cli.app,
        ["report", "build", "--period", "2026-10", "--as-of", "2026-11-05", "--out", str(tmp_path)],
    )

    assert "sổ chốt đến 05/11/2026, lập 20/11/2026" in told.stdout
    [paper] = (one for name, one in files(tmp_path).items() if name.endswith(".pdf"))
    assert "Lập ngày 20/11/2026, theo sổ đã chốt đến hết ngày 05/11/2026." in words_of(paper)


@pytest.mark.usefixtures("two_editions")
def test_a_paper_made_on_the_day_of_its_closes_speaks_of_no_other_day(tmp_path: Path) -> None:
    [paper] = (one for name, one in files(tmp_path / "second").items() if name.endswith(".pdf"))

    assert "theo sổ đã chốt đến hết" not in words_of(paper)


def words_of(paper: bytes) -> str:
    """Return the text of a PDF with single spaces: lines break anywhere."""
    pdf = read_pdf(paper)
    return " ".join(" ".join(text for page in pdf.pages for text in pdf.texts(page)).split())


def test_payments_reversed_later_leave_the_edition_and_are_told_by_the_next(
    office: sa.Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What was received on 31 October is reversed on 6 November, after October was published."""
    monkeypatch.setattr(clock, "now", lambda: FIRST)
    build("--out", str(tmp_path / "first"))
    taken_back = reverse_a_day(office, date(2026, 10, 31), on=date(2026, 11, 6))
    monkeypatch.setattr(clock, "now", lambda: SECOND)
    build("--out", str(tmp_path / "second"))
    monkeypatch.setattr(clock, "now", lambda: TODAY)

    again = build("--as-of", "2026-11-05", "--out", str(tmp_path / "again"))

    assert (again["version"], again["is_new"]) == (1, False)
    assert files(tmp_path / "again") == files(tmp_path / "first")
    with reading(office) as session:
        lines = revisions_of(session, OCTOBER, Product.MANAGER, market_code="MA")
    first, second = (one.figures["U8"] for one in lines)
    assert second.figure is not None
    assert first.figure is not None
    assert (first.figure.numerator or 0) - (second.figure.numerator or 0) == taken_back > 0
    assert second.change == (second.figure.value or 0) - (first.figure.value or 0) < 0


def test_a_payment_reversed_alone_makes_no_edition_that_would_tell_it(
    office: sa.Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Beside the edition of the month another one less a single vendor's payment would tell it."""
    monkeypatch.setattr(clock, "now", lambda: FIRST)
    build("--out", str(tmp_path / "first"))
    assert reverse_a_day(office, date(2026, 10, 31), on=date(2026, 11, 6), most=1) > 0
    monkeypatch.setattr(clock, "now", lambda: SECOND)

    with pytest.raises(RevisionTellsFew):
        build()


def reverse_a_day(engine: sa.Engine, day: date, *, on: date, most: int | None = None) -> int:
    """Let what MA received on a day be taken back on another, or ``most`` of it; return the đồng."""
    with writing(engine) as session:
        told = receipts(session, day, day)
        own = told[told["market_id"] == find_market(session, "MA").id]
        back = [
            Line(who, amount, transaction_type=TransactionType.REVERSAL, direction=Direction.DEBIT)
            for who, amount in zip(
                own["vendor_id"].tolist(), own["amount_vnd"].tolist(), strict=True
            )
        ][:most]
        rows = session.exec(
            select(ProviderTransaction).where(
                ProviderTransaction.business_date == day,
                ProviderTransaction.book == Book.STATEMENT,
                col(ProviderTransaction.vendor_id).in_(sorted(set(own["vendor_id"].tolist()))),
            )
        ).all()
        names = iter([one.provider_transaction_id for one in rows])
        books.close(session, "MA", on, back).closed_at = FIRST + timedelta(days=1)
        reversals = session.exec(
            select(ProviderTransaction).where(
                ProviderTransaction.transaction_type == TransactionType.REVERSAL,
                ProviderTransaction.book == Book.STATEMENT,
            )
        ).all()
        for one in reversals:
            one.original_transaction_id = next(names)
        session.flush()
        write_adoption_facts(session, on, on)
        left = receipts(session, day, day)
        return int(told["amount_vnd"].sum()) - int(left["amount_vnd"].sum())


def built_anew(engine: sa.Engine, folder: Path, as_of: date) -> dict[str, object]:
    """Publish October as of a day where nobody has published it; return what rests on first receipts."""
    with writing(engine) as session:
        for name in ("adoption_edition_table", "adoption_edition_file", "adoption_edition"):
            session.execute(sa.text(f"DELETE FROM {name}"))
    build("--as-of", as_of.isoformat(), "--out", str(folder))
    with reading(engine) as session:
        [edition] = editions_of(session, OCTOBER)
        area = edition_tables(session, edition.id or 0, Product.MANAGER).areas["MA"]
        study = edition_studies(session, edition.id or 0, Product.MANAGER).areas["MA"]
        return {
            "content": edition.content_sha256,
            "U5": area["U5"].numerator,
            "S8": area["S8"].numerator,
            "activated": study.activation.activated,
        }
