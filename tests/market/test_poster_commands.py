"""``cho40 poster draw`` and ``book``: every paper, whole files or none, plain refusals."""

import json
import zipfile
from pathlib import Path

import pytest

from qr.scan import decode_image
from tests.market.test_register_commands import Run, registered, run, write_sheet
from tests.merchants.sheet_files import row
from tests.qr.pdf_reading import read_pdf

__all__ = ["registered", "run"]
OTHER = {
    "stall": "A012",
    "name": "Đặng Thị Sinh",
    "phone": "0987654321",
    "account": "1111111111111",
    "holder": "DANG THI SINH",
}


@pytest.fixture
def issued(registered: Run, tmp_path: Path) -> Run:
    """Give a market with two posters, of stalls A001 and A012."""
    registered("vendor", "import", write_sheet(tmp_path, row(), row(**OTHER)))
    assert registered("poster", "issue", "MA").exit_code == 0
    return registered


@pytest.mark.parametrize("paper", ["a5", "a4", "tent", "card", "check", "sheet", "sheet-tent"])
def test_a_stalls_poster_comes_on_every_paper(issued: Run, tmp_path: Path, paper: str) -> None:
    out = tmp_path / f"{paper}.png"

    done = issued(
        "poster", "draw", "a001", "--market", "ma", "--out", str(out),
        "--paper", paper, "--format", "png", "--eco", "--lang2", "en",
    )  # fmt: skip

    assert done.exit_code == 0
    assert "A001 MA-00001-" in done.stdout
    assert len(decode_image(out.read_bytes())) == (2 if "tent" in paper else 1)


def test_several_stalls_make_one_pdf_in_floor_order(issued: Run, tmp_path: Path) -> None:
    out = tmp_path / "two.pdf"

    done = issued("poster", "draw", "A012", "A001", "--market", "MA", "--out", str(out))

    pdf = read_pdf(out.read_bytes())
    assert done.exit_code == 0
    assert ["A001" in pdf.texts(page) for page in pdf.pages] == [True, False]
    assert ["A012" in pdf.texts(page) for page in pdf.pages] == [False, True]
    assert list(tmp_path.glob(".*.part")) == []


def test_a_book_is_cards_on_sheets_or_has_blank_backs(issued: Run, tmp_path: Path) -> None:
    sheet, both = tmp_path / "sheet.pdf", tmp_path / "both.pdf"

    drawn = issued("poster", "book", "MA", "--out", str(sheet), "--paper", "sheet")
    assert drawn.exit_code == 0, drawn.output
    issued("poster", "book", "MA", "--out", str(both), "--duplex")

    assert len(read_pdf(sheet.read_bytes()).pages) == 1
    assert len(read_pdf(both.read_bytes()).pages) == 4


def test_a_markets_sign_needs_no_stall(issued: Run, tmp_path: Path) -> None:
    out = tmp_path / "sign.png"

    done = issued(
        "poster", "draw", "--market", "MA", "--out", str(out), "--paper", "sign",
        "--format", "png", "--url", "https://cho40.example/p",
    )  # fmt: skip

    assert done.exit_code == 0
    assert decode_image(out.read_bytes()) == ["https://cho40.example/p"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--paper", "a5"], 2),
        (["A001", "--paper", "sign"], 2),
        (["A001", "--url", "https://cho40.example"], 2),
        (["A001", "A012", "--format", "png"], 2),
        (["A001", "--paper", "a3"], 2),
        (["A001", "--lang2", "fr"], 2),
        (["Z9"], 1),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_written(
    issued: Run, tmp_path: Path, words: list[str], status: int
) -> None:
    folder = tmp_path / "posters"

    done = issued("poster", "draw", *words, "--market", "MA", "--out", str(folder / "x"))

    assert done.exit_code == status
    assert not list(folder.glob("*"))


def test_a_refused_drawing_leaves_the_file_before_it_alone(
    issued: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "book.pdf"
    out.write_bytes(b"yesterday's")
    monkeypatch.setattr("qr.poster_check.decode_drawn", lambda _: ["a sticker"])

    done = issued("poster", "book", "MA", "--out", str(out))

    assert done.exit_code == 1
    assert out.read_bytes() == b"yesterday's"
    assert sorted(path.name for path in tmp_path.glob("*book*")) == ["book.pdf"]


def test_a_book_stops_for_nothing_new_unless_all_is_asked_for(issued: Run, tmp_path: Path) -> None:
    out = str(tmp_path / "book.pdf")
    first = issued("poster", "book", "MA", "--out", out)

    again = issued("poster", "book", "MA", "--out", out)
    everything = issued("poster", "book", "MA", "--out", out, "--all")
    chosen = issued("poster", "book", "MA", "--out", out, "--all", "--stall", "a012")
    nowhere = issued("poster", "book", "MA", "--out", out, "--all", "--zone", "Khu Z")

    assert [done.exit_code for done in (first, again, everything, chosen)] == [0, 1, 0, 0]
    assert "Cả 2 tấm mã đã in" in str(again.exception)
    assert len(read_pdf(Path(out).read_bytes()).pages) == 1
    assert nowhere.exit_code == 1


def test_a_book_comes_as_a_zip_of_pictures(issued: Run, tmp_path: Path) -> None:
    out = tmp_path / "book.zip"

    done = issued("poster", "book", "MA", "--out", str(out), "--form", "zip-png", "--paper", "card")

    assert done.exit_code == 0
    with zipfile.ZipFile(out) as packed:
        assert packed.namelist() == ["00001-A001.png", "00002-A012.png"]
        assert all(len(decode_image(packed.read(name))) == 1 for name in packed.namelist())


def test_the_state_of_the_posters_is_listed(issued: Run) -> None:
    words = issued("poster", "list", "MA")
    machines = issued("poster", "list", "MA", "--show", "to_print", "--json")

    assert "A001 MA-00001-" in words.stdout
    assert "2 gian / stalls" in words.stdout
    rows = [json.loads(line) for line in machines.stdout.splitlines()]
    assert [row["stall_code"] for row in rows] == ["A001", "A012"]
    assert rows[0]["faults"] == []
    assert issued("poster", "list", "XX").exit_code == 1


def test_posters_are_revoked_and_issued_anew_by_command(issued: Run) -> None:
    rows = [
        json.loads(line) for line in issued("poster", "list", "MA", "--json").stdout.splitlines()
    ]
    first, second = (row["serial"] for row in rows)

    revoked = issued("poster", "revoke", first, "--market", "MA", "--reason", "lost")
    unknown = issued("poster", "revoke", first, "--market", "MA", "--reason", "lost")
    unsaid = issued("poster", "revoke", second, "--market", "MA", "--reason", "other")
    anew = issued("poster", "reissue", second, "--market", "MA", "--reason", "damaged")
    nothing = issued("poster", "reissue", "--wrong", "--market", "MA", "--reason", "outdated")
    both = issued("poster", "reissue", second, "--wrong", "--market", "MA", "--reason", "outdated")

    assert [d.exit_code for d in (revoked, unknown, unsaid, anew, nothing, both)] == [
        0,
        1,
        1,
        0,
        0,
        2,
    ]
    assert "Đã cấp lại 1 tấm mã" in anew.stdout
    assert "Nothing is outdated" in nothing.stdout
