"""``cho40 account | code | keys | qr banks`` through the command line, on both databases."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select
from typer.testing import CliRunner, Result

from market.cli import app
from market.database import reading, writing
from market.roles import Role, ScopeKind
from market.security.login_names import login_fingerprint
from market.settings import EXAMPLE_SECRET
from market.tables import SecurityEvent, UserAccount, UserScope
from merchants.errors import (
    LedgerHoldsFingerprints,
    NotConfirmedYet,
    SecondPersonNeeded,
    SheetRefused,
)
from merchants.kinds import AccountChangeState
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, AccountChange, DisplayedCode, Vendor
from tests.conftest import NOW
from tests.market import books
from tests.merchants.conftest import fill
from tests.merchants.sheet_files import row
from tests.qr.payloads import payload

Run = Callable[..., Result]
SEALER = Sealer(secret_keys=(EXAMPLE_SECRET,), hash_key=EXAMPLE_SECRET)
NUMBER = "9704229876543"
CLERK, MANAGER, ELSEWHERE = "clerk@cho.example", "manager@cho.example", "other@cho.example"


@pytest.fixture
def run(engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``cho40`` on a register with one vendor and three users."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CHO40_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("COLUMNS", "200")
    fill(engine, SEALER).take(row(business="HKD Rau sạch cô Hương"))
    with writing(engine) as session:
        for login, role, market in (
            (CLERK, Role.MARKET_CLERK, "MA"),
            (MANAGER, Role.MARKET_MANAGER, "MA"),
            (ELSEWHERE, Role.MARKET_MANAGER, "LG"),
        ):
            user = UserAccount(
                login_hash=login_fingerprint(SEALER, login), login_sealed=SEALER.seal(login),
                full_name="Lò Thị Mai", role=role, created_at=NOW, created_by="command",
            )  # fmt: skip
            session.add(user)
            session.flush()
            assert user.id is not None
            session.add(UserScope(user_id=user.id, kind=ScopeKind.MARKET, code=market))

    def _run(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(each) for each in arguments])

    return _run


def vendor_code(engine: sa.Engine) -> str:
    with reading(engine) as session:
        return session.exec(select(Vendor.code)).one() or ""


def propose(run: Run, engine: sa.Engine, who: str = CLERK, **options: str) -> Result:
    given = {"bank": "MB Bank", "number": NUMBER, "holder": "NGUYEN THI HUONG"} | options
    named = [part for name, value in given.items() for part in (f"--{name}", value)]
    return run("account", "propose", vendor_code(engine), "--as", who, *named)


def confirm(run: Run, folder: Path, who: str = CLERK) -> Result:
    (folder / "giay.jpg").write_bytes(b"a photo")
    return run(
        "account", "confirm", 1, "--how", "signature", "--evidence", "giay.jpg",
        "--witness", "Hà Văn Toàn", "--as", who,
    )  # fmt: skip


def test_two_users_take_an_account_through_at_the_terminal(
    run: Run, engine: sa.Engine, tmp_path: Path
) -> None:
    assert propose(run, engine, replaces="1").exit_code == 0
    listed = run("account", "list", "ma", "--json")
    assert json.loads(listed.stdout)["tail"] == "6543"
    early = run("account", "approve", 1, "--as", MANAGER)
    assert isinstance(early.exception, NotConfirmedYet)
    assert confirm(run, tmp_path).exit_code == 0

    done = run("account", "approve", 1, "--as", MANAGER)

    assert done.exit_code == 0
    assert "···6543" in done.stdout
    assert NUMBER not in done.stdout + listed.stdout
    with reading(engine) as session:
        old, new = session.exec(select(AcceptancePoint).order_by(col(AcceptancePoint.id))).all()
        assert old.valid_to is not None
        assert SEALER.open(new.account_sealed) == NUMBER
        log = session.exec(select(SecurityEvent.action)).all()
        assert set(log) == {"acted_at_terminal"}
    shown = run("account", "show", vendor_code(engine))
    assert "MBBank ···6543" in shown.stdout
    assert "đã duyệt" in run("account", "list", "MA", "--all").stdout
    assert "Không có đề nghị" in run("account", "list", "MA").stdout


def test_at_the_terminal_too_the_proposer_does_not_decide(
    run: Run, engine: sa.Engine, tmp_path: Path
) -> None:
    propose(run, engine, MANAGER)
    confirm(run, tmp_path)

    refused = run("account", "approve", 1, "--as", MANAGER)

    assert isinstance(refused.exception, SecondPersonNeeded)


@pytest.mark.parametrize("who", [CLERK, ELSEWHERE, "nobody@cho.example", "không phải email"])
def test_only_who_may_decide_at_this_market_decides(
    run: Run, engine: sa.Engine, tmp_path: Path, who: str
) -> None:
    propose(run, engine)
    confirm(run, tmp_path)

    assert run("account", "approve", 1, "--as", who).exit_code == 1

    with reading(engine) as session:
        assert session.exec(select(AccountChange.state)).one() is AccountChangeState.CONFIRMED


def test_a_proposal_is_rejected_or_withdrawn_with_a_reason(
    run: Run, engine: sa.Engine, tmp_path: Path
) -> None:
    propose(run, engine)
    assert run("account", "reject", 1, "--as", MANAGER).exit_code == 1
    assert run("account", "reject", 1, "--as", MANAGER, "--note", "Sai tên").exit_code == 0
    propose(run, engine)

    withdrawn = run("account", "withdraw", 2, "--as", CLERK, "--reason", "Ghi nhầm")

    assert withdrawn.exit_code == 0
    with reading(engine) as session:
        states = session.exec(select(AccountChange.state)).all()
    assert states == [AccountChangeState.REJECTED, AccountChangeState.WITHDRAWN]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("account", "approve", 9, "--as", MANAGER), 1),
        (("account", "approve", 1), 2),
        (("account", "approve", 1, "--as", MANAGER, "--posters", "burn"), 2),
        (("account", "confirm", 1, "--how", "pin", "--evidence", ".", "--witness", "A"), 2),
        (("code", "seen", "MA", "A001"), 2),
        (("code", "list", "MA", "--link", "x"), 2),
        (("keys", "refingerprint"), 2),
    ],
)
def test_what_is_asked_wrongly_is_refused(
    run: Run, arguments: tuple[object, ...], status: int
) -> None:
    assert run(*arguments).exit_code == status


def test_contracts_and_accounts_to_be_replaced(run: Run, engine: sa.Engine, tmp_path: Path) -> None:
    written = run(
        "account", "contract", vendor_code(engine), 1, "--number", "HD-9",
        "--from", "01/01/2020", "--to", "01/01/2021", "--as", CLERK,
    )  # fmt: skip
    expired = run("account", "expired", "MA", "--json")
    marked = run("account", "migrate-list", "MA", "--mark")
    early = run("account", "migrate-list", "MA", "--on", "28/02/2026", "--json")
    sheet = run("account", "migrate-list", "MA", "--out", "doi-ten.xlsx")

    assert written.exit_code == 0
    assert json.loads(expired.stdout)["contract_no"] == "HD-9"
    assert "HKD Rau sạch cô Hương" in marked.stdout
    assert early.stdout == ""
    assert sheet.exit_code == 0
    assert (tmp_path / "doi-ten.xlsx").read_bytes().startswith(b"PK")


def test_codes_are_seen_listed_and_gone(run: Run, engine: sa.Engine) -> None:
    assert "mới" in run("code", "seen", "MA", "A001", "--text", payload()).stdout
    assert "đã có" in run("code", "seen", "MA", "A001", "--text", payload()).stdout
    listed = run("code", "list", "MA", "--json")
    table = run("code", "list", "MA", "--stall", "A001", "--link", "unknown")

    gone = run("code", "gone", "MA", "A001", 1)

    assert json.loads(listed.stdout)["label"] == "Vietcombank ···0001"
    assert "tài khoản chưa có trong sổ" in table.stdout
    assert "gỡ" in gone.stdout
    assert "Chưa ghi mã nào" in run("code", "list", "MA").stdout


def test_a_wallets_own_code_is_taken_from_a_photo(
    run: Run, engine: sa.Engine, tmp_path: Path
) -> None:
    import segno

    segno.make_qr(payload(), error="m").save(str(tmp_path / "vi.png"), scale=6)

    taken = run("code", "seen", "MA", "A001", "--photo", "vi.png", "--own-wallet")

    assert taken.exit_code == 0
    with reading(engine) as session:
        assert session.exec(select(DisplayedCode.is_own_wallet_code)).one()


def test_codes_come_from_a_file_and_bad_rows_are_named(run: Run, tmp_path: Path) -> None:
    text = f"gian,mã\nA001,{payload()}\nZ9,{payload()}\nA001,\n"
    (tmp_path / "ma.csv").write_text(text, "utf-8")

    taken = run("code", "import", "MA", "ma.csv")

    assert taken.exit_code == 3
    assert "1 mã ghi, 1 mới, 2 không nhận" in taken.stdout
    assert "line 3, Z9" in taken.stderr
    (tmp_path / "ma.csv").write_text("a,b\n", "utf-8")
    assert isinstance(run("code", "import", "MA", "ma.csv").exception, SheetRefused)


# --- keys ---


def test_keys_are_rotated_and_the_old_one_can_go(
    run: Run, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose(run, engine)
    monkeypatch.setenv("CHO40_SECRET_KEYS", json.dumps(["newer", EXAMPLE_SECRET]))
    before = run("keys", "check", "--json")

    rotated = run("keys", "rotate", "--batch", 2)

    assert rotated.exit_code == 0
    told = [json.loads(line) for line in before.stdout.splitlines()]
    accounts = next(line for line in told if line.get("column") == "account_change.account_sealed")
    assert accounts == {"column": "account_change.account_sealed", "by_key": [0, 1], "broken": 0}
    monkeypatch.setenv("CHO40_SECRET_KEYS", json.dumps(["newer"]))
    after = run("keys", "check")
    assert after.exit_code == 0
    assert "mới nhất" in after.stdout
    assert run("account", "list", "MA").exit_code == 0


def test_values_no_key_opens_are_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHO40_SECRET_KEYS", json.dumps(["a-key-nobody-has-used"]))

    assert run("keys", "check").exit_code == 1
    assert run("keys", "rotate").exit_code == 1


def test_old_values_are_told_before_they_are_rotated(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHO40_SECRET_KEYS", json.dumps(["newer", EXAMPLE_SECRET]))

    assert "cho40 keys rotate" in run("keys", "check").stdout


def test_a_new_fingerprint_key_finds_users_and_phones_again(
    run: Run, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(engine) as session:
        vendor = session.exec(select(Vendor)).one()
        vendor.id_number_hash, vendor.id_number_tail = "0" * 64, "001"
        session.add(vendor)
    monkeypatch.setenv("CHO40_HASH_KEY", "another")
    assert propose(run, engine).exit_code == 1  # nobody is found under the new key

    done = run("keys", "refingerprint", "--yes")

    assert done.exit_code == 0
    assert "1 dấu vân tay số căn cước không tính lại được" in done.stdout
    assert propose(run, engine).exit_code == 0


def test_the_ledger_keeps_its_fingerprint_key(
    run: Run, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(engine) as session:
        books.announce(session, date(2026, 11, 20), [books.Line(vendor_id=1, amount_vnd=20_000)])
    monkeypatch.setenv("CHO40_HASH_KEY", "another")

    refused = run("keys", "refingerprint", "--yes")

    assert isinstance(refused.exception, LedgerHoldsFingerprints)


def test_the_table_of_banks_names_its_version(run: Run) -> None:
    whole = run("qr", "banks")
    one = run("qr", "banks", "Vietcombank", "--json")

    assert "SHA-256" in whole.stdout
    version, bank = (json.loads(line) for line in one.stdout.splitlines())
    assert (version["participants"], bank["bin"]) == (82, "970436")
    assert version["sha256"] in whole.stdout
