"""``cho40 audit`` through the command line, on both databases."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from market.cli import app
from market.database import reading, writing
from market.roles import Role, ScopeKind
from market.security.login_names import login_fingerprint
from market.settings import EXAMPLE_SECRET
from market.tables import UserAccount, UserScope
from merchants.actors import COMMAND
from merchants.calendars.market_calendars import correct_day
from merchants.days import market_day
from merchants.errors import IncidentStepRefused
from merchants.find import find_market
from merchants.kinds import IncidentState
from merchants.posters.issue import poster_faces
from merchants.sealing import Sealer
from merchants.tables import AuditItem, Incident, RegisterEvent
from tests.conftest import NOW
from tests.merchants.audits.audit_world import Audits, false_code, picture
from tests.merchants.conftest import fill

SEALER = Sealer(secret_keys=(EXAMPLE_SECRET,), hash_key=EXAMPLE_SECRET)
MANAGER = "manager@cho.example"
AS = ("--as", MANAGER)


class Shop:
    """``cho40`` on a market with three posters."""

    def __init__(self, audits: Audits) -> None:
        self.audits = audits

    def run(self, *words: str, exit_code: int = 0) -> Result:
        """Run ``cho40 audit``; a refusal is raised as the exception it is."""
        result = CliRunner().invoke(app, ["audit", *words], catch_exceptions=False)
        assert result.exit_code == exit_code, result.output
        return result

    def told(self, *words: str, exit_code: int = 0) -> list[dict[str, object]]:
        """Run it with ``--json`` and return the lines."""
        output = self.run(*words, "--json", exit_code=exit_code).stdout
        return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def shop(engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Posters at A001, B001 and B002, and a manager who signs in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CHO40_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("COLUMNS", "200")
    audits = Audits(fill(engine, SEALER))
    with writing(engine) as session:
        user = UserAccount(
            login_hash=login_fingerprint(SEALER, MANAGER), login_sealed=SEALER.seal(MANAGER),
            full_name="Lò Thị Mai", role=Role.MARKET_MANAGER, created_at=NOW,
            created_by="command",
        )  # fmt: skip
        session.add(user)
        session.flush()
        session.add(UserScope(user_id=user.id, kind=ScopeKind.MARKET, code="MA"))
        today = datetime.now(UTC)
        correct_day(
            session, find_market(session, "MA"), market_day(today), is_open=True,
            actor=COMMAND, now=today,
        )  # fmt: skip
    return Shop(audits)


def test_a_round_is_drawn_shown_and_drawn_again(shop: Shop) -> None:
    (told,) = shop.told("round", "ma", "--seed", "seed")

    assert told["entry"]["seed"] == "seed"  # type: ignore[index]
    assert len(told["items"]) == 1  # type: ignore[arg-type]
    assert "0/1 đã xem" in shop.run("round", "MA").stdout
    assert "cùng" not in shop.run("redraw", "MA", "1").stdout
    assert [one["id"] for one in shop.told("rounds", "MA")] == [1]
    assert "seed" in shop.run("rounds", "MA").stdout


def test_a_list_that_was_tampered_with_is_found(shop: Shop) -> None:
    shop.run("round", "MA")
    with writing(shop.audits.engine) as session:
        session.execute(
            sa.update(AuditItem).values(poster_id=sa.case((AuditItem.poster_id == 1, 2), else_=1))
        )

    result = shop.run("redraw", "MA", "1", exit_code=1)

    assert "bốc lại ra khác" in result.stderr


def test_looks_by_photo_by_text_and_by_eye(shop: Shop, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    good.write_bytes(picture(shop.audits.payload()))
    bad.write_bytes(picture(false_code()))

    assert "đúng tấm mã" in shop.run("photo", "ma", "a001", str(good)).stdout
    assert "Sự cố số 1" in shop.run("photo", "MA", "A001", str(bad), exit_code=3).stdout
    shop.run("check", "MA", "B001", "--text", shop.audits.payload("B001"))
    (seen,) = shop.told("check", "MA", "B002", "--result", "worn", "--note", "mờ")

    assert (seen["result"], seen["note"], seen["incidents"]) == ("worn", "mờ", [])
    assert [one["result"] for one in shop.told("checks", "MA")] == [
        "worn", "ok", "mismatch", "ok",
    ]  # fmt: skip
    assert len(shop.told("checks", "MA", "--result", "ok", "--stall", "b001")) == 1
    assert shop.told("checks", "MA", "--until", "01/01/2020") == []
    assert "A001" in shop.run("checks", "MA", "--since", "01/01/2020").stdout


@pytest.mark.parametrize("words", [(), ("--result", "ok", "--text", "x"), ("--result", "fine")])
def test_a_look_is_one_thing(shop: Shop, words: tuple[str, ...]) -> None:
    shop.run("check", "MA", "A001", *words, exit_code=2)


def test_an_incident_is_told_closed_and_taken_as_evidence(shop: Shop) -> None:
    shop.run("check", "MA", "A001", "--text", false_code(), exit_code=3)

    assert shop.run("wrong-code", "MA", "1", *AS).stdout.strip() == false_code()
    with pytest.raises(IncidentStepRefused):
        shop.run("close", "MA", "1", "--outcome", "code_removed", "--note", "Gỡ", *AS)
    shop.run("told", "MA", "1", "--how", "phone", *AS)
    (row,) = shop.told("incidents", "MA", "--state", "told")
    assert (row["code_label"], row["told_how"]) == ("MBBank ···4567", "phone")
    shop.run("close", "MA", "1", "--outcome", "code_removed", "--note", "Gỡ", *AS)

    assert shop.audits.register.one(Incident).state is IncidentState.CLOSED
    assert shop.told("incidents", "MA", "--state", "open") == []
    assert "A001" in shop.run("incidents", "MA", "--stall", "a001").stdout
    taken = [
        (one.subject, one.to_value)
        for one in shop.audits.register.all(RegisterEvent)
        if one.action == "data_exported"
    ]
    assert taken == [
        ("incident:1", "payload"), ("incidents", "1"), ("incidents", "0"), ("incidents", "1"),
    ]  # fmt: skip


def test_what_a_person_saw_has_no_code_to_print(shop: Shop) -> None:
    shop.run("check", "MA", "A001", "--result", "mismatch", exit_code=3)

    assert "nhìn" not in shop.run("wrong-code", "MA", "1", *AS, exit_code=1).stdout


def test_a_printed_code_is_checked(shop: Shop) -> None:
    with reading(shop.audits.engine) as session:
        (face,) = poster_faces(
            session, "MA", sealer=SEALER, verification_key=EXAMPLE_SECRET,
            base_url="http://x", stall_codes=["A001"],
        )  # fmt: skip
    code = face.verification_code

    assert shop.run("code", face.serial.lower(), code.lower()).stdout.startswith("ours")
    other = shop.audits.poster("B001").serial or ""
    assert "not_ours" in shop.run("code", other, code, exit_code=1).stderr
    wrong = ("0" if code[0] != "0" else "1") + code[1:]
    assert "mistyped" in shop.run("code", face.serial, wrong, exit_code=2).stderr
