"""Files of figures and charts say what they are of, in their names, their rows and their pictures."""

import csv
import io
import itertools
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from market.adoption.periods import Period
from market.database import open_engine, writing
from market.reports.making import make_edition
from market.roles import Role
from market.settings import Settings
from tests.market.conftest import Reader

NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
CHARTS = "/muc-do-dung/bieu-do"
STUDIES = "/muc-do-dung/phan-tich/bieu-do"
STUDIED = (
    *("tap-trung", "kenh", "kich-hoat", "bass", "logistic", "mua-vu"),
    *("o-lai", "tang-truong", "chi-so-chung"),
)
CONTEXT = {"period", "scheme", "window_first", "window_last", "unit"}


@pytest.fixture(scope="module")
def two_months_file(october_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of October with two months published."""
    path = tmp_path_factory.mktemp("two-months") / "october.sqlite3"
    shutil.copy(october_file, path)
    engine = open_engine(f"sqlite:///{path}")
    with writing(engine) as session:
        for label in ("2026-09", "2026-10"):
            make_edition(
                session, Period.read(label), p_percent=15, known_at=NOW, now=NOW, actor="test"
            )
    engine.dispose()
    return path


@pytest.fixture
def economist(reader: Reader, settings: Settings, two_months_file: Path) -> TestClient:
    shutil.copy(two_months_file, settings.data_dir / "cho40.sqlite3")
    return reader(Role.ECONOMIST)


def name_of(client: TestClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    found = re.search('filename="([^"]+)"', answer.headers["content-disposition"])
    assert found is not None
    return found[1]


def rows_of(client: TestClient, path: str) -> list[dict[str, str]]:
    text = client.get(path).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def words_of(client: TestClient, path: str) -> str:
    svg = client.get(path).text
    assert "var(" not in svg
    return " ".join(re.findall("<text[^>]*>([^<]*)</text>", svg))


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (f"{CHARTS}/so-sanh.csv?ky=2026-10", "so-sanh-2026-10{}.csv"),
        (f"{CHARTS}/dien-bien.svg?ky=2026-10&cho=MA", "dien-bien-2026-10{}-ma.svg"),
        (f"{STUDIES}/tang-truong.csv?ky=2026-10", "tang-truong-2026-10{}.csv"),
        ("/muc-do-dung/bang-tinh.xlsx?ky=2026-10", "muc-do-dung-2026-10{}.xlsx"),
        ("/muc-do-dung/bang-tinh.xlsx?ky=2026-10&cho=LG", "muc-do-dung-2026-10{}-lg.xlsx"),
        ("/api/v1/adoption/2026-10.csv?", "muc-do-dung-2026-10{}.csv"),
        ("/api/v1/markets/MA/adoption/2026-10.csv?", "muc-do-dung-2026-10{}-ma.csv"),
    ],
)
def test_the_two_cut_offs_have_files_of_their_own(
    economist: TestClient, path: str, names: str
) -> None:
    asked = "scheme" if path.startswith("/api") else "chot"

    assert name_of(economist, path) == names.format("")
    assert name_of(economist, f"{path}&{asked}=admin_15_14") == names.format("-chot14")


@pytest.mark.parametrize("name", ["bieu-do/nam-ngoai.svg", "phan-tich/bieu-do/kenh.pdf"])
def test_a_file_of_no_chart_is_not_found(economist: TestClient, name: str) -> None:
    answer = economist.get(f"/muc-do-dung/{name}", params={"ky": "2026-10"})

    assert answer.status_code == 404
    assert "Không tìm thấy trang này" in answer.text


def test_each_row_of_a_chart_says_its_days_and_its_unit(economist: TestClient) -> None:
    trend = rows_of(economist, f"{CHARTS}/dien-bien.csv?ky=2026-10")
    markets = rows_of(economist, f"{CHARTS}/so-sanh.csv?ky=2026-10")

    assert {(one["period"], one["window_first"], one["window_last"]) for one in trend} == {
        ("2026-09", "2026-09-01", "2026-09-30"),
        ("2026-10", "2026-10-01", "2026-10-31"),
    }
    assert {(one["window_first"], one["window_last"]) for one in markets} == {
        ("2026-10-02", "2026-10-31")
    }
    assert {(one["scheme"], one["unit"]) for one in [*trend, *markets]} == {("calendar", "ratio")}
    assert all("coverage" in one for one in markets)


@pytest.mark.parametrize("name", STUDIED)
def test_a_study_says_of_which_days_it_is(economist: TestClient, name: str) -> None:
    answer = economist.get(f"{STUDIES}/{name}.csv?ky=2026-10")
    header, *_ = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    rows = rows_of(economist, f"{STUDIES}/{name}.csv?ky=2026-10")

    assert {*CONTEXT, "area", "coverage"} <= set(header)
    assert len(set(header)) == len(header)
    assert {(one["window_first"], one["window_last"]) for one in rows} <= {
        ("2026-10-01", "2026-10-31")
    }
    assert all(one["unit"] for one in rows)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "ky=2026-10",
            ("U1 ", "2 chợ. Tháng 10/2026, từ 01/10/2026 đến hết 31/10/2026", "bản số 1"),
        ),
        ("ky=2026-10&cho=MA", ("Tháng 10/2026", "Theo tháng dương lịch; bản số 1.")),
        ("ky=2026-10&chot=admin_15_14", ("Chốt ngày 14 hằng tháng; chưa công bố.", "15/09/2026")),
        ("ky=2026-10&lang=en", ("2 markets", "Source: Chợ 4.0. Calendar months; edition 1.")),
    ],
)
def test_a_picture_says_what_it_is_of_and_from_whom(
    economist: TestClient, query: str, told: tuple[str, ...]
) -> None:
    words = words_of(economist, f"{CHARTS}/dien-bien.svg?{query}")

    for text in told:
        assert text in words
    png = economist.get(f"{CHARTS}/dien-bien.png?{query}").content
    assert png.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("path", "measure"),
    [
        (f"{CHARTS}/dien-bien.svg?ky=2020-01", "U1 "),
        (f"{STUDIES}/tap-trung.svg?ky=2020-01", "LORENZ "),
        (f"{STUDIES}/bass.svg?ky=2026-10&cho=MA", "BASS "),
    ],
)
def test_a_picture_of_nothing_says_so_and_of_what(
    economist: TestClient, path: str, measure: str
) -> None:
    words = words_of(economist, path)

    assert words.startswith(measure)
    assert "Chưa có gì để vẽ" in words
    assert "Nguồn: Chợ 4.0" in words


def test_the_wait_is_drawn_in_steps_with_its_interval(
    reader: Reader, settings: Settings, two_months_file: Path
) -> None:
    shutil.copy(two_months_file, settings.data_dir / "cho40.sqlite3")
    manager = reader(Role.AUDITOR, "MA")

    rows = rows_of(manager, f"{STUDIES}/kich-hoat.csv?ky=2026-10&cho=MA")
    svg = manager.get(f"{STUDIES}/kich-hoat.svg?ky=2026-10&cho=MA").text
    tidy = rows_of(manager, "/api/v1/markets/MA/adoption/2026-10.csv")

    told = [row for row in rows if row["share_paid"]]
    assert len(told) > 1
    for row in told:
        assert float(row["ci_low"]) <= float(row["share_paid"]) <= float(row["ci_high"])
    assert any(row["ci_low"] < row["ci_high"] for row in told)
    assert {
        (row["indicator"], row["ci_low"], row["ci_high"])
        for row in tidy
        if row["indicator"].startswith("S8/paid/")
    } == {(f"S8/paid/{row['days_after_consent']}", row["ci_low"], row["ci_high"]) for row in rows}
    (line,) = re.findall('<path d="M([^"Z]*)" fill="none" stroke="#2e3780"', svg)
    corners = [tuple(map(float, at.split())) for at in line.split("L")]
    for (left, up), (right, down) in itertools.pairwise(corners):
        assert left == right or up == down


@pytest.mark.parametrize(
    ("name", "folder", "told"),
    [
        ("bac-thang", CHARTS, ("Từ danh sách đến nhận tiền", "Trong khung", "S3 Có QR")),
        ("bac-tien", CHARTS, ("Giá trị giao dịch", "Trên 20.000 đến 50.000")),
        ("nhom-hang", CHARTS, ("GOODS Tiền nhận qua QR theo nhóm hàng",)),
        ("cho", CHARTS, ("S3 ", "U1 ", "Có QR (nhạt), hoạt động (đậm)", "Chợ")),
        ("o-lai", STUDIES, ("RETENTION ", "100")),
    ],
)
def test_each_table_with_bars_is_a_picture_and_its_data(
    economist: TestClient, name: str, folder: str, told: tuple[str, ...]
) -> None:
    page = economist.get("/muc-do-dung?ky=2026-10").text
    path = f"{folder}/{name}"

    words = words_of(economist, f"{path}.svg?ky=2026-10")
    rows = rows_of(economist, f"{path}.csv?ky=2026-10")

    for kind in ("svg", "png", "csv"):
        assert f'href="{path}.{kind}?ky=2026-10"' in page
    for text in (*told, "Nguồn: Chợ 4.0"):
        assert text in words
    assert "Chưa có gì để vẽ" not in words
    assert economist.get(f"{path}.png?ky=2026-10&lang=en").content.startswith(b"\x89PNG")
    assert rows
    assert set(rows[0]) >= CONTEXT


def test_a_hidden_group_has_no_bar_and_its_flag(economist: TestClient) -> None:
    report = economist.get("/api/v1/adoption/2026-10").json()["total"]["goods"]
    rows = rows_of(economist, f"{CHARTS}/nhom-hang.csv?ky=2026-10")

    assert [(one["goods_group"], one["hidden"]) for one in report] == [
        (row["goods_group"], row["flag"]) for row in rows
    ]
    for row in rows:
        assert bool(row["flag"]) == (not row["value_vnd"])
