"""``cho40 user`` and ``cho40 token`` as an operator types them."""

import json
import re

import httpx2
import pytest
from click.testing import Result
from starlette.testclient import TestClient
from typer.testing import CliRunner

from market import cli
from market.app import create_app
from market.security.errors import AccessNotFound, SecurityError
from market.settings import Settings
from tests.market.conftest import KEY


@pytest.fixture(autouse=True)
def october_in_the_environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands find the database with October through the environment."""
    monkeypatch.setenv("CHO40_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CHO40_SECRET_KEYS", json.dumps([KEY]))
    monkeypatch.setenv("CHO40_HASH_KEY", KEY)
    monkeypatch.setenv("CHO40_BASE_URL", "https://cho.example/")


def ran(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(cli.app, list(words), input=typed)


def run(*words: str, typed: str | None = None) -> str:
    result = ran(*words, typed=typed)
    assert result.exit_code == 0, result.output
    return result.stdout


def add(login: str = "mai@cho.example", role: str = "market_clerk", *more: str) -> str:
    return run("user", "add", login, "--name", "Trần Thị Mai", "--role", role, *more)


def sign_in(settings: Settings, login: str, password: str) -> httpx2.Response:
    client = TestClient(create_app(settings), base_url="https://cho.example")
    csrf = re.search(r'name="csrf" value="([^"]+)"', client.get("/dang-nhap").text)
    assert csrf is not None
    form = {"csrf": csrf[1], "tk": login, "mk": password}
    return client.post("/dang-nhap", data=form, follow_redirects=False)


def test_a_new_user_gets_a_one_time_password_that_opens_the_door(settings: Settings) -> None:
    told = add("mai@cho.example", "market_clerk", "--market", "MA")

    one_time = told.split("one-time password: ")[1].strip()
    answer = sign_in(settings, "mai@cho.example", one_time)
    assert answer.headers["location"] == "/tai-khoan/mat-khau"


def test_a_password_from_stdin_is_the_users_own(settings: Settings) -> None:
    told = run(
        "user", "add", "mai@cho.example", "--name", "Mai", "--role", "admin", "--password-stdin",
        typed="bốn chữ rất lạ\n",
    )  # fmt: skip

    assert "one-time" not in told
    assert "bốn chữ" not in told
    answer = sign_in(settings, "mai@cho.example", "bốn chữ rất lạ")
    assert answer.headers["location"] == "/cho"


def test_a_password_typed_at_the_terminal_is_asked_for_twice_and_not_shown() -> None:
    add()

    told = run(
        "user", "password", "mai@cho.example", "--ask-password", typed="một hai ba bốn\n" * 2
    )

    assert "password changed" in told
    assert "một hai ba" not in told


def test_a_field_helper_comes_in_with_a_code() -> None:
    add("son@cho.example", "field_helper", "--market", "MA")

    code, address = run("user", "helper-login", "son@cho.example", "MA", "--hours", "3").split()

    assert re.fullmatch(r"[2-9A-Z]{10}", code)
    assert address == f"https://cho.example/ho-tro/{code}"


def test_a_helpers_code_is_listed_and_taken_back() -> None:
    add("son@cho.example", "field_helper", "--market", "MA")
    run("user", "helper-login", "son@cho.example", "MA")

    (login,) = [
        json.loads(line)
        for line in run("user", "helper-logins", "MA", "--json").split("\n")
        if line
    ]
    shown = run("user", "helper-logins", "MA")
    run("user", "helper-off", "MA", str(login["id"]))

    assert (login["name"], login["is_in"]) == ("Trần Thị Mai", False)
    assert "chưa dùng / not used" in shown
    assert "Không có mã nào" in run("user", "helper-logins", "MA")
    assert isinstance(ran("user", "helper-off", "DC", str(login["id"])).exception, AccessNotFound)


def test_the_doors_log_tells_what_was_done_newest_first() -> None:
    add()

    events = [json.loads(line) for line in run("log", "--json").split("\n") if line]

    assert events[0]["action"] == "user_added"
    assert run("log", "--action", "user_added", "--limit", "1").startswith(str(events[0]["id"]))
    assert "Không có việc nào" in run("log", "--before", "1")


def test_users_are_listed_searched_and_switched_off() -> None:
    add("mai@cho.example", "market_clerk", "--market", "MA", "--market", "LG")
    run("user", "off", "mai@cho.example")

    (listed,) = [json.loads(line) for line in run("user", "list", "--json").splitlines()]

    assert listed == {
        "id": 1,
        "name": "Trần Thị Mai",
        "role": "market_clerk",
        "scopes": ["LG", "MA"],
        "login": "ma···@cho.example",
        "is_active": False,
    }
    assert "tạm ngừng / off" in run("user", "list", "--search", "tran thi")
    assert run("user", "list", "--role", "admin") == ""
    run("user", "on", "mai@cho.example")
    assert "off" not in run("user", "list")


def test_a_role_is_changed_with_its_scope() -> None:
    add("mai@cho.example", "market_clerk", "--market", "MA")

    run("user", "role", "mai@cho.example", "market_manager", "--market", "LG")

    listed = json.loads(run("user", "list", "--json"))
    assert (listed["role"], listed["scopes"]) == ("market_manager", ["LG"])


def test_tokens_are_made_listed_and_revoked(settings: Settings) -> None:
    add("mai@cho.example", "market_clerk", "--market", "MA")
    token = run("token", "create", "mai@cho.example", "--name", "báo cáo").strip()
    client = TestClient(create_app(settings), base_url="https://cho.example")
    machine = {"Authorization": f"Bearer {token}"}

    before = client.get("/api/v1/me", headers=machine).json()
    listed = run("token", "list", "mai@cho.example")
    run("token", "revoke", "1")
    after = client.get("/api/v1/me", headers=machine)

    assert (before["role"], before["markets"]) == ("market_clerk", ["MA"])
    assert token[-4:] in listed
    assert token not in listed
    assert after.status_code == 401
    assert json.loads(run("token", "list", "mai@cho.example", "--json"))["holds"] is False


REFUSED = [
    ("user", "add", "x", "--name", "X", "--role", "admin"),
    ("user", "add", "x@y.vn", "--name", "X", "--role", "admin", "--market", "XX"),
    ("user", "add", "mai@cho.example", "--name", "X", "--role", "admin"),
    ("user", "off", "mai@cho.example"),
    ("user", "off", "khong-co@cho.example"),
    ("user", "off", "0"),
    ("user", "helper-login", "mai@cho.example", "MA"),
    ("user", "helper-login", "mai@cho.example", "XX"),
    ("token", "create", "khong-co@cho.example", "--name", "X"),
    ("token", "revoke", "999"),
]


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_done_is_refused(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add("mai@cho.example", "admin")
    monkeypatch.setattr("sys.argv", ["cho40", *words])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    told = capsys.readouterr()
    assert ended.value.code == 1
    assert told.err.startswith("cho40: ")
    assert told.err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("user", "add", "x@y.vn", "--name", "X", "--role", "vendor"),
        ("user", "add", "x@y.vn", "--name", "X", "--role", "king"),
        ("user", "helper-login", "x@y.vn", "MA", "--hours", "25"),
        ("token", "create", "x@y.vn", "--name", ""),
        ("token", "create", "x@y.vn", "--name", "X", "--days", "0"),
    ],
)
def test_a_word_that_cannot_be_read_is_a_usage_error(words: tuple[str, ...]) -> None:
    assert ran(*words).exit_code == 2


def test_a_weak_password_is_refused_and_nobody_is_made() -> None:
    result = ran(
        "user", "add", "x@y.vn", "--name", "X", "--role", "admin", "--password-stdin",
        typed="12345\n",
    )  # fmt: skip

    assert isinstance(result.exception, SecurityError)
    assert run("user", "list") == ""


def test_no_command_takes_a_password_as_an_argument() -> None:
    for words in (("user", "add"), ("user", "password")):
        told = ran(*words, "--help").output
        assert "--password " not in told
        assert "--password-stdin" in told


def test_a_fresh_database_says_how_the_first_admin_is_made(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path_factory.mktemp("fresh")))

    assert "cho40 user add" in run("init")
    add("mai@cho.example", "admin")
    assert "cho40 user add" not in run("init")
