"""``cho40 engine explain``: one record of a run, told from the run's own files."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from market.cli import main
from merchants.vendor_code import write_vendor_code
from tests.reconciliation.engine.world import (
    FRIDAY,
    LINE_SCHEMA,
    PAYOUT_SCHEMA,
    REQUEST_SCHEMA,
    Row,
    at,
    payout,
    record,
    request,
    table,
)

CODES = sorted(write_vendor_code(number) for number in (1, 2))
T1, T2 = ({"provider_transaction_id": name, "account": "0301000123456"} for name in ("T1", "T2"))
TIED = {"account": "tied"}
PAYMENTS = [
    record("p1", **T1, reference="tien rau"),
    record("p2", **T2, reference="\x1b[31mđỏ"),
    record("tie", **TIED),
    record("codes", account="codes", reference=" ".join(CODES)),
    record("q1", account="asked", reference="YC0001"),
    record("far", account="asked", amount_vnd=7),
    *(record(f"set{n}", account="set", occurred_at=at(n)) for n in range(2)),
]
LINES = [
    record("s1", **T1, amount_vnd=48_000),
    record("s2", **T2, occurred_at=at(0.01)),
    *(record(f"tie{n}", **TIED, occurred_at=at(n)) for n in range(2)),
    *(record(f"same{n}", account="set", occurred_at=at(n)) for n in range(2)),
]
DOUBT = {"account": "doubt", "provider": "momo"}
LINES += [
    record(f"day{n}", **DOUBT, business_date=FRIDAY + timedelta(days=n), fee_vnd=0) for n in (0, 4)
]
PAYOUTS = [
    payout("o1", account="set", amount_vnd=100_000),
    payout("o2", **DOUBT, arrived_on=FRIDAY + timedelta(days=12)),
]
REQUESTS = [request("q", account="asked", reference="YC0001")]


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def cho40(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command as the console script does."""

    def run(*arguments: str) -> Done:
        monkeypatch.setattr("sys.argv", ["cho40", *arguments])
        monkeypatch.setenv("COLUMNS", "120")
        capsys.readouterr()
        code: int | str | None = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        said = capsys.readouterr()
        assert isinstance(code, int | None)
        return Done(code or 0, said.out, said.err)

    return run


def write(folder: Path, name: str, rows: list[Row], schema: pa.Schema = LINE_SCHEMA) -> list[str]:
    pq.write_table(table(rows, schema), folder / f"{name}.parquet")
    return [f"--{name}", str(folder / f"{name}.parquet")]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return [
        *write(tmp_path, "payments", PAYMENTS),
        *write(tmp_path, "statement", LINES),
        *write(tmp_path, "payouts", PAYOUTS, PAYOUT_SCHEMA),
        *write(tmp_path, "requests", REQUESTS, REQUEST_SCHEMA),
    ]


@pytest.fixture
def out(cho40: Command, files: list[str], tmp_path: Path) -> str:
    """A folder that a run over the files wrote."""
    folder = str(tmp_path / "out")
    assert cho40("engine", "reconcile", *files, "--out", folder, "--json").err == ""
    return folder


@pytest.fixture
def explain(cho40: Command, files: list[str], out: str) -> Command:
    return lambda *arguments: cho40("engine", "explain", *arguments, "--out", out, *files)


def test_a_pair_that_differs_is_told_in_two_languages_with_both_records(explain: Command) -> None:
    done = explain("payments", "p1", "--leg", "B")

    assert (done.code, done.err) == (0, "")
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    assert lines[:6] == [
        "payments p1, chặng / leg B",
        "Khớp nhưng lệch 2.000 ₫: hai bên ghi số tiền khác nhau.",
        "Matched, but 2.000 ₫ apart: the two books tell different amounts.",
        "Kết quả / outcome: matched_with_difference",
        "Quy tắc / rule: provider_id@1",
        "Lý do / reason: amount",
    ]
    assert "p1 s1" in lines
    assert "mã giao dịch / transaction id T1 = T1" in lines
    assert "nội dung / remark tien rau –" in lines
    assert "số tiền / amount 50.000 ₫ ≠ 48.000 ₫" in lines
    assert "lúc / at 20/11/2026 09:00:00 = 20/11/2026 09:00:00" in lines
    assert lines[-1] == "Cách giải thích khác / other explanations: 0"


def test_both_readings_of_a_payout_in_doubt_are_told(explain: Command) -> None:
    done = explain("payouts", "o2")

    assert done.out.replace("\xa0", " ").splitlines() == [
        "payouts o2, chặng / leg C",
        "Chưa xác định: có 2 cách giải thích khoản chi trả này.",
        "Undecided: 2 explanations of this payout.",
        "Kết quả / outcome: ambiguous_payout",
        "Quy tắc / rule: cut_off_run@3",
        "Lý do / reason: tie",
        "Cách giải thích khác / other explanations: 2",
        "Cách hiểu 1 / reading 1: 50.000 ₫, 1 dòng / lines: day4",
        "Cách hiểu 2 / reading 2: 50.000 ₫, 1 dòng / lines: day0",
    ]
    (told,) = json.loads(explain("payouts", "o2", "--json").out)["evidence"]
    assert told["readings"] == [
        {"comes_to_vnd": 50_000, "lines": [name]} for name in ("day4", "day0")
    ]
    line = explain("statement", "day0", "--leg", "C").out
    assert "nothing decides between: o2" in line
    assert "Undecided: 1 other records fit as well" in line


def test_payouts_of_another_run_are_refused(explain: Command, out: str) -> None:
    path = Path(out, "payouts.parquet")
    told = pq.read_table(path)
    for other, problem in (
        (told.drop_columns("readings"), "there is no column readings"),
        (
            told.set_column(
                told.column_names.index("readings"),
                "readings",
                pa.nulls(len(told), told.schema.field("readings").type),
            ),
            "a payout is in doubt and has no readings",
        ),
    ):
        pq.write_table(other, path)

        done = explain("payouts", "o2")

        assert done.code == 1
        assert problem in done.err


def test_people_see_the_tail_of_an_account_and_nothing_that_steers_their_terminal(
    explain: Command,
) -> None:
    done = explain("payments", "p2", "--leg", "B")

    assert "···3456" in done.out
    assert "0301000123456" not in done.out
    assert "\ufffd[31mđỏ" in done.out
    assert "\x1b" not in done.out


def test_what_differs_never_looks_the_same(explain: Command) -> None:
    told = explain("payments", "p2", "--leg", "B").out

    assert "2026-11-20T02:00:00+00:00" in told
    assert "2026-11-20T02:00:00.600000+00:00" in told


def test_json_is_one_document_with_every_field_of_the_evidence(explain: Command, out: str) -> None:
    done = explain("payments", "p1", "--leg", "B", "--json")

    told = json.loads(done.out)
    assert told["root_hash"] == json.loads((Path(out) / "run.json").read_text())["root_hash"]
    (one,) = told["evidence"]
    compared = {each["field"]: each for each in one.pop("compared")}
    assert one == {
        "book": "payments",
        "record_id": "p1",
        "leg": "B",
        "outcome": "matched_with_difference",
        "rule": "provider_id@1",
        "reason": "amount",
        "others": ["s1"],
        "explanations": 0,
        "alternatives": [],
        "readings": [],
        "sentence_vi": "Khớp nhưng lệch 2.000 ₫: hai bên ghi số tiền khác nhau.",
        "sentence_en": "Matched, but 2.000 ₫ apart: the two books tell different amounts.",
    }
    amount = {"field": "amount_vnd", "own": 50_000, "other": 48_000, "agrees": False}
    assert compared["amount_vnd"] == amount
    assert compared["occurred_at"]["own"] == "2026-11-20T02:00:00+00:00"
    assert compared["business_date"]["agrees"]


def test_without_a_leg_every_leg_of_the_record_is_told(explain: Command) -> None:
    of_line = json.loads(explain("statement", "same0", "--json").out)["evidence"]
    told = explain("statement", "same0").out

    assert [(one["leg"], one["outcome"]) for one in of_line] == [
        ("B", "matched_in_class"),
        ("C", "matched"),
    ]
    assert of_line[0]["others"] == ["same1", "set0", "set1"]
    assert of_line[1]["others"] == ["o1"]
    assert "Cùng nhóm / in one set with: same1, set0, set1" in told
    assert "chặng / leg C" in told
    assert "The amount on the right is the whole payout's." in told


@pytest.mark.parametrize(
    ("place", "alternatives"),
    [
        (("payments", "tie"), ["tie0", "tie1"]),
        (("payments", "codes"), CODES),
    ],
)
def test_what_nothing_decides_lists_what_it_may_be(
    explain: Command, place: tuple[str, str], alternatives: list[str]
) -> None:
    (told,) = json.loads(explain(*place, "--leg", "B", "--json").out)["evidence"]
    text = explain(*place, "--leg", "B").out

    assert (told["outcome"], told["alternatives"]) == ("ambiguous", alternatives)
    assert f"nothing decides between: {', '.join(alternatives)}\n" in text


def test_payouts_and_requests_are_explained(explain: Command) -> None:
    made = explain("payouts", "o1")
    (asked,) = json.loads(explain("requests", "q", "--json").out)["evidence"]

    assert "Đã chi trả đủ" in made.out
    assert asked["others"] == ["q1"]


def test_a_run_over_a_lake_is_explained_from_its_folders(
    cho40: Command, files: list[str], out: str, tmp_path: Path
) -> None:
    lake, parts = str(tmp_path / "lake"), str(tmp_path / "parts")
    cho40("lake", "pack", lake, *files)
    cho40("engine", "reconcile", "--lake", lake, "--out", parts, "--rows-per-part", "1")

    asked = ("--leg", "B", "--json", *files)
    for place in (("payments", "p1"), ("payments", "tie"), ("statement", "same0")):
        whole = cho40("engine", "explain", *place, "--out", out, *asked)
        dealt = cho40("engine", "explain", *place, "--out", parts, *asked)
        assert (dealt.code, dealt.out) == (0, whole.out)


def test_a_book_without_rows_and_columns_is_explained(cho40: Command, tmp_path: Path) -> None:
    lines = tmp_path / "statement.parquet"
    pq.write_table(pa.table({"record_id": pa.array([], pa.string())}), lines)
    told = [record("p1", **T1), record("p2", **T1, amount_vnd=7)]
    files = [*write(tmp_path, "payments", told), "--statement", str(lines)]
    cho40("engine", "reconcile", *files, "--out", str(tmp_path / "out"))

    asked = ("payments", "p1", "--out", str(tmp_path / "out"), "--leg", "B", "--json")
    (shown,) = json.loads(cho40("engine", "explain", *asked, *files).out)["evidence"]

    assert (shown["outcome"], shown["alternatives"]) == ("conflict", ["p2"])


def test_ids_that_are_whole_numbers_are_found(cho40: Command, tmp_path: Path) -> None:
    schema = LINE_SCHEMA.set(0, pa.field("record_id", pa.int64()))
    told = [record(**T1) | {"record_id": number} for number in (1, 2)]
    files = [
        *write(tmp_path, "payments", told[:1], schema),
        *write(tmp_path, "statement", told[1:], schema),
    ]
    cho40("engine", "reconcile", *files, "--out", str(tmp_path / "out"))

    asked = ("payments", "1", "--out", str(tmp_path / "out"), "--json")
    (told,) = json.loads(cho40("engine", "explain", *asked, *files).out)["evidence"]

    assert (told["outcome"], told["others"]) == ("matched", ["2"])
    assert told["compared"][0]["agrees"]


def test_whole_numbers_that_a_file_keeps_as_fractions_are_told_as_such(
    cho40: Command, tmp_path: Path
) -> None:
    schema = LINE_SCHEMA
    for name in ("amount_vnd", "bank_reference"):
        schema = schema.set(schema.get_field_index(name), pa.field(name, pa.float64()))
    told = record("p1", **T1, bank_reference=7.0), record("s1", **T1, bank_reference=float("nan"))
    files = [
        *write(tmp_path, "payments", [told[0]], schema),
        *write(tmp_path, "statement", [told[1]], schema),
    ]
    cho40("engine", "reconcile", *files, "--out", str(tmp_path / "out"))

    asked = ("payments", "p1", "--out", str(tmp_path / "out"), *files)
    (shown,) = json.loads(cho40("engine", "explain", *asked, "--json").out)["evidence"]
    lines = [" ".join(line.split()) for line in cho40("engine", "explain", *asked).out.splitlines()]

    compared = {one["field"]: (one["own"], one["other"]) for one in shown["compared"]}
    assert compared["amount_vnd"] == (50_000, 50_000)
    assert compared["bank_reference"] == (7, None)
    assert "số tiền / amount 50.000 ₫ = 50.000 ₫" in lines
    assert "mã ngân hàng / bank reference 7 –" in lines


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        (("payments", "nobody"), "payments tells no record 'nobody'"),
        (("payments", "đ\x1b"), "payments tells no record '\\u0111\\x1b'"),
        (("payouts", "o1", "--leg", "A"), "payouts tells no record 'o1' on leg A"),
    ],
)
def test_a_record_the_run_does_not_tell_is_refused(
    explain: Command, asked: tuple[str, ...], problem: str
) -> None:
    done = explain(*asked)

    assert (done.code, done.out) == (1, "")
    assert done.err == f"cho40: Lần đối soát này không có dòng đó / {problem}\n"


NOT_OF_THE_RUN = "cho40: Sổ và kết quả không phải của cùng một lần đối soát / "


def test_a_book_the_run_did_not_look_at_is_refused(
    cho40: Command, files: list[str], tmp_path: Path
) -> None:
    out = str(tmp_path / "out")
    cho40("engine", "reconcile", *files[:4], "--out", out)

    asked = cho40("engine", "explain", "payouts", "o1", "--out", out, *files[:4])
    given = cho40("engine", "explain", "payments", "p1", "--out", out, *files[:6])

    for done in (asked, given):
        assert (done.code, done.err) == (
            1,
            f"{NOT_OF_THE_RUN}payouts: the run looked at no such book, it tells of payments, statement\n",
        )


def test_a_book_that_the_record_needs_must_be_given(
    cho40: Command, files: list[str], out: str
) -> None:
    done = cho40("engine", "explain", "statement", "same0", "--out", out, *files[:4])

    assert done.code == 1
    problem = "payouts: the run tells of record 'o1', the book was not given\n"
    assert done.err == f"{NOT_OF_THE_RUN}{problem}"


def test_files_of_another_run_are_refused(
    cho40: Command, files: list[str], out: str, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    fewer = write(other, "payments", PAYMENTS[1:])
    short = cho40("engine", "explain", "payments", "p1", "--out", out, *fewer, *files[2:])
    renamed = [{**row, "record_id": f"x{row['record_id']}"} for row in PAYMENTS]
    others = write(other, "payments", renamed)
    strange = cho40("engine", "explain", "payments", "p1", "--out", out, *others, *files[2:])

    rows = f"payments: the file has {len(PAYMENTS) - 1} rows, the run was made from {len(PAYMENTS)}"
    assert (short.code, short.err) == (1, f"{NOT_OF_THE_RUN}{rows}\n")
    told = "payments: the run tells of record 'p1', the book does not"
    assert (strange.code, strange.err) == (1, f"{NOT_OF_THE_RUN}{told}\n")


def test_a_folder_that_no_run_wrote_is_wrong_use(
    cho40: Command, files: list[str], out: str, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (Path(out) / "outcomes.parquet").unlink()

    for folder, lacking in ((str(empty), "run"), (out, "outcomes")):
        done = cho40("engine", "explain", "payments", "p1", "--out", folder, *files)
        assert done.code == 2
        assert f"không có {lacking}" in " ".join(done.err.split())
    assert cho40("engine", "explain", "ledger", "p1", "--out", out, *files).code == 2


def spoilt(out: str, **told: object) -> None:
    path = Path(out) / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | told))


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"rules": "[[]]"}, "the rules do not have the hash "),
        ({"rules": '[[], ["\ud800"]]'}, "the rules cannot be read ('utf-8' codec"),
        ({"words": []}, "its words are not those of this release; reconcile the books again"),
    ],
)
def test_a_run_that_is_not_told_rightly_is_refused(
    explain: Command, out: str, told: dict[str, object], problem: str
) -> None:
    spoilt(out, **told)

    done = explain("payments", "p1")

    assert done.code == 1
    title = "Tệp run.json không phải của một lần đối soát"
    assert done.err.startswith(f"cho40: {title} / run.json: {problem}")
    assert done.err.count("\n") == 1


def test_outcomes_that_are_no_table_of_a_run_are_refused(
    explain: Command, files: list[str], out: str
) -> None:
    path = Path(out) / "outcomes.parquet"
    rows = pq.read_table(path)
    outcomes = pa.array(["lost"] * len(rows))
    changed = rows.set_column(rows.column_names.index("outcome"), "outcome", outcomes)
    pq.write_table(changed, path)
    word = explain("payments", "p1")
    shutil.copy(files[1], path)
    columns = explain("payments", "p1")
    path.write_bytes(b"PAR1")
    damaged = explain("payments", "p1")

    assert word.err == f"{NOT_OF_THE_RUN}outcomes: 'lost' is no outcome of a run\n"
    for done in (columns, damaged):
        assert done.code == 1
        assert done.err.startswith(f"{NOT_OF_THE_RUN}outcomes: ")
        assert done.err.count("\n") == 1


def test_a_file_that_is_no_book_is_refused(
    cho40: Command, files: list[str], out: str, tmp_path: Path
) -> None:
    text = tmp_path / "text.parquet"
    text.write_text("record_id,amount\n")

    done = cho40(
        "engine", "explain", "payments", "p1", "--out", out, "--payments", str(text), *files[2:]
    )

    assert done.code == 1
    assert done.err.startswith("cho40: Sổ đầu vào chưa đúng dạng / text.parquet: the file: ")
