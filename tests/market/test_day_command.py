"""``cho40 day`` and ``cho40 verify``: what they print, and how they end."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from market.cli import app, main
from market.database import migrate, open_engine, writing
from market.moments import known_until
from reconciliation.bulk import table_of
from reconciliation.close.locks.tables import BookLock, LockKind
from reconciliation.errors import DaysRefused
from reconciliation.rules.tables import RuleSet
from reconciliation.tables import (
    AdoptionVendorDay,
    DayClose,
    Delivery,
    ProviderTransaction,
    VendorDay,
)
from tests.feed_samples import vcb_csv
from tests.market.broken_books import ONE_BOOK
from tests.reconciliation.ledger_world import LedgerWorld

KNOWN_AT = datetime(2026, 11, 11, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    """A database, named in the environment, with one payment matched and one without a line."""
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("CHO40_DATABASE_URL", raising=False)
    engine = open_engine(f"sqlite:///{tmp_path / 'cho40.sqlite3'}")
    migrate(engine)
    with writing(engine) as session:
        world = LedgerWorld(session, KNOWN_AT)
        vendor = world.vendor(world.market())
        world.both(vendor, 50_000)
        world.booked(vendor, 20_000, provider_transaction_id="5243.65938")
    return engine


def forget_bytes(database: sa.Engine) -> None:
    """The rows came by no door, so there are no bytes to prove them by."""
    with writing(database) as session:
        for table in (Delivery, ProviderTransaction):
            session.connection().execute(sa.update(table_of(table)).values(forgotten_at=KNOWN_AT))


def run(*words: str) -> Result:
    """Run one command."""
    return CliRunner().invoke(app, words)


def test_close_prints_a_line_per_market_and_repeats_without_a_new_version(
    database: sa.Engine,
) -> None:
    first = run("day", "close", "2026-11-10")
    again = run("day", "close", "10/11/2026", "--market", "MA", "--json")

    assert first.exit_code == 0, first.output
    assert "70.000\u00a0₫" in first.output
    assert "1 mới" in first.output
    assert "Thực nhận chưa trừ phí mà ví thu chung khi chuyển tiền về." in first.output
    [told] = json.loads(again.output)
    assert (told["scope"], told["version"], told["is_new"]) == ("MA", 1, False)
    assert told["market_day"]["gross_vnd"] == 70_000
    assert told["business_date"] == "2026-11-10"


def test_close_says_how_many_accounts_it_decided_anew(database: sa.Engine) -> None:
    first = run("day", "close", "2026-11-10")
    again = run("day", "close", "2026-11-10")
    whole = run("day", "close", "2026-11-10", "--everything")

    assert "1 of 1 accounts decided anew" in first.stderr
    assert "0 of 1 accounts decided anew" in again.stderr
    assert "decided anew" not in whole.stderr


def test_close_takes_a_span_of_days(database: sa.Engine) -> None:
    result = run("day", "close", "2026-11-09", "--to", "2026-11-11", "--json")

    days = [told["business_date"] for told in json.loads(result.output)]
    assert days == ["2026-11-09", "2026-11-10", "2026-11-11"]


def test_days_in_reverse_are_refused(database: sa.Engine) -> None:
    result = run("day", "close", "2026-11-10", "--to", "2026-11-09")

    assert isinstance(result.exception, DaysRefused)


def test_show_tells_the_figures_and_why_a_line_is_open(database: sa.Engine) -> None:
    run("day", "close", "2026-11-10")

    table = run("day", "show", "2026-11-10")
    [told] = json.loads(run("day", "show", "2026-11-10", "--market", "MA", "--json").output)

    assert "Chợ MA · 10/11/2026 · phiên bản 1" in table.output
    assert "5243.65938" in table.output
    [found] = told["breaks"]
    assert (found["outcome"], found["amount_vnd"]) == ("missing_in_payments", 20_000)
    assert found["sentence"].startswith("Có trong sao kê nhưng chưa có thông báo")
    assert told["outcomes"]["matched"] == 2
    assert told["market_day"]["unexplained_vnd"] == 20_000


def test_a_net_that_a_wallets_fee_is_still_to_come_off_says_so(database: sa.Engine) -> None:
    with writing(database) as session:
        world = LedgerWorld(session, KNOWN_AT)
        world.booked(None, 5_000, vendor_id=1, provider="momo", account_alias="P", store_id="A1")
    run("day", "close", "2026-11-10")
    run("day", "close", "2026-11-09")

    table = run("day", "show", "2026-11-10", "--market", "MA").output
    before = run("day", "show", "2026-11-09", "--market", "MA").output
    [told] = json.loads(run("day", "show", "2026-11-10", "--market", "MA", "--json").output)

    assert "Thực nhận, chưa trừ phí MoMo" in " ".join(table.split())
    assert "chưa trừ phí" not in before
    assert told["fees_to_come_off"] == ["momo"]


def test_a_day_that_is_not_closed_says_so(database: sa.Engine) -> None:
    result = run("day", "show", "2026-11-10")

    assert (result.exit_code, result.output) == (0, "Ngày 10/11/2026 chưa chốt. / Not closed.\n")


def test_show_as_of_the_moment_that_the_page_tells_shows_that_version(database: sa.Engine) -> None:
    run("day", "close", "2026-11-10")
    [told] = json.loads(run("day", "show", "2026-11-10", "--market", "MA", "--json").output)
    written = re.search(
        r"chốt (\d\d/\d\d/\d{4} \d\d:\d\d)", run("day", "show", "2026-11-10").output
    )
    assert written

    for moment in (written[1], told["closed_at"]):
        shown = run("day", "show", "2026-11-10", "--market", "MA", "--as-of", moment, "--json")
        assert [one["version"] for one in json.loads(shown.output)] == [1], moment
    before = (datetime.fromisoformat(told["closed_at"]) - timedelta(microseconds=1)).isoformat()
    assert run("day", "show", "2026-11-10", "--as-of", before, "--json").output == "[]\n"


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ("2026-11-10", "2026-11-10T23:59:59.999999+07:00"),
        ("10/11/2026", "2026-11-10T23:59:59.999999+07:00"),
        ("10/11/2026 17:00", "2026-11-10T17:00:59.999999+07:00"),
        ("2026-11-10T17:00", "2026-11-10T17:00:59.999999+07:00"),
        ("2026-11-10 17:00:05", "2026-11-10T17:00:05.999999+07:00"),
        ("2026-11-10T10:00:05.25+00:00", "2026-11-10T17:00:05.25+07:00"),
    ],
)
def test_a_moment_lasts_until_its_end(written: str, last: str) -> None:
    assert known_until(written) == datetime.fromisoformat(last)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "hôm qua",
        "2026-11-31",
        "2026-11-10T17:00:05.25",
        "17:00",
        "0001-01-01 00:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_a_moment_that_cannot_be_read_says_how_to_write_it(written: str) -> None:
    result = run("day", "show", "2026-11-10", "--as-of", written)

    assert result.exit_code == 2
    assert "21/11/2026 17:00" in result.stderr


def test_bridge_explains_the_later_version(database: sa.Engine) -> None:
    run("day", "close", "2026-11-10")
    with writing(database) as session:
        world = LedgerWorld(session, KNOWN_AT)
        world.booked(None, 5_000, vendor_id=1, account_alias="1018700001", dedupe_key="late")
    run("day", "close", "2026-11-10")

    result = run("day", "bridge", "2026-11-10", "--market", "MA")

    assert result.output.splitlines() == [
        (
            "khoản đến muộn · late · nhận qua qr 5.000\u00a0₫, chưa rõ 5.000\u00a0₫,"
            " thực nhận 5.000\u00a0₫"
        ),
        "1 khoản giải thích hết phần khác nhau. / records explain it all.",
    ]


def test_bridge_names_the_rules_where_they_alone_moved_a_record(
    database: sa.Engine, tmp_path: Path
) -> None:
    run("day", "close", "2026-11-10")
    (tmp_path / "contracts.toml").write_text(ONE_BOOK)
    run("day", "close", "2026-11-10")

    told = run("day", "bridge", "2026-11-10", "--market", "MA").output
    [line] = json.loads(run("day", "bridge", "2026-11-10", "--market", "MA", "--json").output)

    assert told.startswith("quy tắc đối soát đổi · ")
    assert (line["cause"], line["changes"]["matched_vnd"]) == ("rule", 20_000)


def test_verify_ends_with_0_or_with_1_and_what_is_wrong(database: sa.Engine) -> None:
    missing = run("verify")
    forget_bytes(database)
    empty = run("verify")
    run("day", "close", "2026-11-10")
    good = run("verify")
    with writing(database) as session:
        session.connection().execute(sa.update(table_of(VendorDay)).values(gross_vnd=1))
    bad = run("verify", "--json")

    assert (empty.exit_code, good.exit_code) == (0, 0)
    assert missing.exit_code == 1
    assert missing.output.count("thiếu hoặc hỏng") == 3
    assert "0 ngày, 0 lần chốt" in empty.output
    assert "1 ngày, 1 lần chốt / days, closes; 0 dòng của 0 lượt nhận" in good.output
    assert "3 dòng đã quên" in good.output
    assert bad.exit_code == 1
    told = json.loads(bad.output)
    assert (told["days"], told["versions"], told["forgotten_rows"]) == (1, 1, 3)
    assert any("gross_vnd" in finding for finding in told["findings"])


def test_verify_names_a_row_taken_out_of_a_closed_day_and_goes_on(
    database: sa.Engine, tmp_path: Path
) -> None:
    forget_bytes(database)
    statement = tmp_path / "sao-ke.csv"
    statement.write_text(vcb_csv("10/11/2026,MBVCB.1,,20000,rau", total="0,20000,"))
    run("feed", "ingest", "--provider", "bank_vcb", str(statement))
    run("day", "close", "2026-11-10")
    row = table_of(ProviderTransaction)
    with database.connect() as connection:  # by hand, where nothing keeps what refers to it
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.execute(sa.delete(row).where(row.c.description == "rau"))
        connection.commit()

    bad = run("verify", "--json")

    assert bad.exit_code == 1, bad.output
    findings = json.loads(bad.output)["findings"]
    assert any("không còn trong sổ" in one and "phiên bản 1: khoản" in one for one in findings)
    assert any("bản gốc nói tới 1 khoản không còn trong sổ, 20000 ₫" in one for one in findings)


def test_verify_proves_adoption_facts_rules_times_and_who_decided(database: sa.Engine) -> None:
    forget_bytes(database)
    run("day", "close", "2026-11-10")
    good = run("verify")
    with writing(database) as session:
        lock = {"scope": "MA", "kind": LockKind.LOCK, "reason": "khoá", "proposed_at": KNOWN_AT}
        lock |= {"first_on": KNOWN_AT.date(), "last_on": KNOWN_AT.date()}
        session.add(
            BookLock(**lock, decision="approved", proposed_by="staff:1", decided_by="staff:1")
        )
        for table, values in (
            (AdoptionVendorDay, {"value_vnd": 210_000}),
            (RuleSet, {"content": "[[], []]"}),
            (DayClose, {"closed_at": datetime(2026, 11, 1, tzinfo=UTC)}),
        ):
            session.connection().execute(sa.update(table_of(table)).values(values))
    bad = run("verify", "--json")

    assert good.exit_code == 0, good.output
    assert "số liệu áp dụng của 1 ngày chợ / market days of adoption facts" in good.output
    told = json.loads(bad.output)
    assert (bad.exit_code, told["adoption_days"], told["adoption_days_unproved"]) == (1, 1, 0)
    for part in ("ghi 2 khoản 210000 ₫", "Bộ quy tắc", "mới biết", "số 1: staff:1 tự quyết"):
        assert any(part in finding for finding in told["findings"]), part


def test_verify_of_an_empty_database_says_that_nothing_was_proved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("CHO40_DATABASE_URL", raising=False)
    migrate(open_engine(f"sqlite:///{tmp_path / 'cho40.sqlite3'}"))

    result = run("verify")

    assert (result.exit_code, result.output) == (0, "Chưa có gì để kiểm / nothing to prove\n")


def test_verify_reads_the_raw_bytes_again(database: sa.Engine, tmp_path: Path) -> None:
    forget_bytes(database)
    statement = tmp_path / "sao-ke.csv"
    statement.write_text(vcb_csv("20/11/2026,MBVCB.1,,20000,rau", total="0,20000,"))
    assert run("feed", "ingest", "--provider", "bank_vcb", str(statement)).exit_code == 0

    good = run("verify")
    with writing(database) as session:
        row = table_of(ProviderTransaction)
        session.connection().execute(
            sa.update(row).where(row.c.description == "rau").values(amount=20_001)
        )
    bad = run("verify")

    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert "1 dòng của 1 lượt nhận" in good.output
    assert "khác bản gốc ở amount" in bad.output


def test_a_deployments_own_profiles_are_the_rules_of_the_close(
    database: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles = tmp_path / "ours.toml"
    profiles.write_text(
        '[[profile]]\nprovider = "bank_vcb"\nvalid_from = 2000-01-01\nbooks = ["statement"]\n'
    )
    run("day", "close", "2026-11-10")
    monkeypatch.setenv("CHO40_PROFILES_FILE", str(profiles))

    [told] = json.loads(run("day", "close", "2026-11-10", "--json").output)

    assert (told["version"], told["market_day"]["unexplained_vnd"]) == (2, 0)
    with database.connect() as connection:
        rules = connection.execute(sa.select(table_of(DayClose).c.rules_sha256)).scalars().all()
    assert len(set(rules)) == 2


def test_workers_close_to_the_root_of_one_process(database: sa.Engine) -> None:
    alone = run("day", "close", "2026-11-10", "--json")
    shared = run("day", "close", "2026-11-10", "--workers", "2", "--json")

    assert shared.exit_code == 0, shared.output
    assert not any(told["is_new"] for told in json.loads(shared.output))
    assert [told["root_sha256"] for told in json.loads(shared.output)] == [
        told["root_sha256"] for told in json.loads(alone.output)
    ]


def test_the_ledger_goes_out_and_comes_in_by_the_command(
    database: sa.Engine, tmp_path: Path
) -> None:
    days = ("--from", "2026-11-10", "--to", "2026-11-10", "--json")
    out = run("lake", "export", str(tmp_path / "lake"), *days)
    again = run("lake", "import", str(tmp_path / "lake"), "--json")

    assert out.exit_code == again.exit_code == 0, out.output + again.output
    assert json.loads(out.output)["rows"]["provider_transaction"] == 3
    assert json.loads(again.output) == {"rows": 0, "known": 3, "deliveries": 0}


def test_a_lake_of_other_vendors_is_not_called_damaged(
    database: sa.Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    days = ("--from", "2026-11-10", "--to", "2026-11-10")
    assert run("lake", "export", str(tmp_path / "lake"), *days).exit_code == 0
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path / "elsewhere"))
    assert run("init").exit_code == 0
    monkeypatch.setattr("sys.argv", ["cho40", "lake", "import", str(tmp_path / "lake")])

    with pytest.raises(SystemExit) as ended:
        main()

    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert "Kho đủ tệp nhưng không hợp với sổ ở đây, chưa nhập gì" in told
    assert "is not in this database" in told
