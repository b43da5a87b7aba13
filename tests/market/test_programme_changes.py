"""Programmes and waves changed and ended by page, API and terminal; the second is told what changed."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from market.database import reading, writing
from market.roles import Role
from merchants.campaigns.programmes import ProgrammeEntry, find_programme
from merchants.kinds import EventAction
from merchants.tables import RegisterEvent
from tests.market.conftest import Staff
from tests.market.reading_html import Page
from tests.market.test_campaign_commands import BASIS, Run, done, json_lines, register, run
from tests.merchants.campaigns import campaigning

__all__ = ["register", "run"]

PATH = "/ke-hoach/chuong-trinh/CHO40"
API = "/api/v1/programmes/CHO40"
FORM: dict[str, Any] = {
    "ten": "Chợ 4.0 Văn Yên",
    "can_cu": BASIS,
    "tu": "2026-09-01",
    "den": "2026-12-31",
    "ban": "1",
}
WAVE: dict[str, Any] = {"ten": "", "tu": "2026-09-01", "den": "", "ban": "1", "cho": ["MA"]}


@pytest.fixture
def programme(october: sa.Engine) -> None:
    """A programme with Mậu A in its first wave."""
    with writing(october) as session:
        campaigning.programme(session, w1=["MA"])


def read(engine: sa.Engine) -> ProgrammeEntry:
    with reading(engine) as session:
        return find_programme(session, "CHO40")


def changes(engine: sa.Engine) -> list[str]:
    with reading(engine) as session:
        query = (
            select(RegisterEvent.subject)
            .where(
                RegisterEvent.action == EventAction.PROGRAMME_CHANGED.value,
                col(RegisterEvent.subject).contains("#"),
            )
            .order_by(col(RegisterEvent.id))
        )
        return list(session.exec(query))


@pytest.mark.usefixtures("programme")
def test_a_page_changes_a_programme_once_however_often_it_is_sent(
    staff: Staff, october: sa.Engine
) -> None:
    admin = staff(Role.ADMIN)
    form = admin.get(PATH)
    new = FORM | {"ten": "Chợ 4.0", "den": ""}

    first = admin.send(PATH, once="x", **new)
    second = admin.send(PATH, once="x", **new)

    assert 'value="Chợ 4.0 Văn Yên"' in form.text
    assert Page(form.text).shortcomings() == []
    assert (first.status_code, second.status_code) == (303, 303)
    assert (read(october).name, read(october).to_on) == ("Chợ 4.0", None)
    assert changes(october) == ["programme:CHO40:name#2", "programme:CHO40:to_on#2"]


@pytest.mark.usefixtures("programme")
def test_the_second_is_told_what_changed_and_may_send_again(
    staff: Staff, october: sa.Engine
) -> None:
    one, other = staff(Role.ADMIN), staff(Role.ADMIN)
    one.send(PATH, once="x", **FORM | {"ten": "Chợ 4.0", "den": "2026-11-30"})

    answer = other.send(PATH, once="y", **FORM | {"ten": "Chợ số"})
    page = Page(answer.text).text

    assert answer.status_code == 409
    assert "Tên: Chợ 4.0 Văn Yên nay là Chợ 4.0" in page
    assert "Đến hết ngày: 31/12/2026 nay là 30/11/2026" in page
    assert 'value="Chợ số"' in answer.text
    assert 'name="ban" value="2"' in answer.text
    assert read(october).name == "Chợ 4.0"
    again = other.send(PATH, once="y", **FORM | {"ten": "Chợ số", "ban": "2"})
    assert (again.status_code, read(october).name) == (303, "Chợ số")


@pytest.mark.usefixtures("programme")
def test_a_wrong_field_keeps_what_was_typed(staff: Staff, october: sa.Engine) -> None:
    admin = staff(Role.ADMIN)

    answer = admin.send(PATH, **FORM | {"ten": "", "tu": "2026-10-01", "can_cu": "<b>"})

    assert answer.status_code == 422
    page = Page(answer.text).text
    assert "Ghi tên chương trình" in page
    assert "Đợt 1 bắt đầu 01/09/2026, chương trình không muộn hơn" in page
    assert 'value="&lt;b&gt;"' in answer.text
    assert changes(october) == []
    blind = admin.send(PATH, **{name: value for name, value in FORM.items() if name != "ban"})
    assert blind.status_code == 303  # the same as it is: nothing to lose
    assert admin.send("/ke-hoach/chuong-trinh/KHAC", **FORM).status_code == 404


@pytest.mark.usefixtures("programme")
def test_a_page_ends_a_programme_and_its_waves(staff: Staff, october: sa.Engine) -> None:
    admin = staff(Role.ADMIN)

    early = admin.send(f"{PATH}/ket-thuc", ban="1", ket_thuc="2026-08-01")
    ended = admin.send(f"{PATH}/ket-thuc", ban="1", ket_thuc="2026-11-30")
    stale = admin.send(f"{PATH}/ket-thuc", ban="1", ket_thuc="2026-12-01")

    assert (early.status_code, ended.status_code, stale.status_code) == (422, 303, 409)
    assert "Ngày cuối 01/08/2026 trước ngày đầu 01/09/2026" in Page(early.text).text
    entry = read(october)
    assert f"{entry.to_on} {entry.waves[0].to_on}" == "2026-11-30 2026-11-30"
    assert "nay là 30/11/2026" in Page(stale.text).text


@pytest.mark.usefixtures("programme")
def test_a_page_sets_the_markets_of_a_wave(staff: Staff, october: sa.Engine) -> None:
    one, other = staff(Role.ADMIN), staff(Role.ADMIN)
    path = f"{PATH}/dot/1"
    form = one.get(path)

    done_ = one.send(path, once="w", **WAVE | {"cho": ["MA", "LG"], "ten": "Mở đầu"})
    late = other.send(path, once="v", **WAVE | {"cho": ["LG"]})
    empty = other.send(path, **WAVE | {"cho": [], "ban": "2"})

    assert Page(form.text).shortcomings() == []
    assert 'value="MA" checked' in form.text
    assert (done_.status_code, late.status_code, empty.status_code) == (303, 409, 422)
    assert [code for code, _ in read(october).waves[0].markets] == ["LG", "MA"]
    page = Page(late.text).text
    assert "Các chợ: MA nay là LG MA" in page
    assert "Tên: trống nay là Mở đầu" in page
    assert "Chọn ít nhất một chợ" in Page(empty.text).text
    assert one.get(f"{PATH}/dot/9").status_code == 404


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize("role", [Role.ECONOMIST, Role.MARKET_MANAGER, Role.AUDITOR])
def test_only_administrators_change_programmes(staff: Staff, role: Role) -> None:
    reader = staff(role)

    assert reader.get(PATH).status_code == 403
    assert reader.send(PATH, **FORM).status_code == 403
    assert reader.put(API, json={}).status_code == 403
    assert "Sửa, kết thúc" not in reader.get("/ke-hoach").text


@pytest.mark.usefixtures("programme")
def test_the_api_changes_and_ends_with_a_version(staff: Staff, october: sa.Engine) -> None:
    admin = staff(Role.ADMIN)
    body = {
        "version": 1,
        "name": "Chợ 4.0",
        "legal_basis": BASIS,
        "from_on": "2026-09-01",
        "to_on": "2026-12-31",
    }

    changed = admin.put(API, json=body)
    same = admin.put(API, json=body)
    stale = admin.put(API, json=body | {"name": "Chợ số"})

    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert same.json() == changed.json()
    assert stale.status_code == 409
    assert stale.json()["type"] == "urn:cho40:problem:programme-changed-meanwhile"
    (told,) = stale.json()["changes"]
    assert (told["field"], told["old"], told["new"]) == ("name", "Chợ 4.0 Văn Yên", "Chợ 4.0")
    ended = admin.post(f"{API}/end", json={"version": 2, "to_on": "2026-11-30"}).json()
    assert (ended["to_on"], ended["waves"][0]["to_on"]) == ("2026-11-30", "2026-11-30")
    assert read(october).version == 3


@pytest.mark.usefixtures("programme")
def test_the_api_changes_a_wave_with_its_markets(staff: Staff) -> None:
    admin = staff(Role.ADMIN)
    body = {"version": 1, "name": "Mở đầu", "from_on": "2026-09-01", "market_codes": ["LG"]}

    changed = admin.put(f"{API}/waves/1", json=body).json()["waves"][0]
    stale = admin.put(f"{API}/waves/1/markets", json={"market_codes": ["MA"], "version": 1})
    blind = admin.put(f"{API}/waves/1/markets", json={"market_codes": ["MA"]})
    outside = admin.put(f"{API}/waves/1", json=body | {"version": 3, "from_on": "2026-08-01"})

    assert (changed["name"], changed["market_codes"], changed["version"]) == (
        "Mở đầu", ["LG"], 2,
    )  # fmt: skip
    assert stale.status_code == 409
    assert {one["field"] for one in stale.json()["changes"]} == {"name", "market_codes"}
    assert blind.json()["waves"][0]["version"] == 3
    assert list(outside.json()["errors"]) == ["from_on"]
    assert admin.put(f"{API}/waves/9", json=body).status_code == 404


def test_the_terminal_changes_and_ends(run: Run) -> None:
    done(run("programme", "add", "cho40", "--name", "Chợ 4.0", "--legal-basis", BASIS,
             "--from", "01/09/2026"))  # fmt: skip
    done(run("programme", "wave", "CHO40", 1, "MA", "--from", "01/09/2026"))

    renamed = done(run("programme", "change", "cho40", "--name", "Chợ số"))
    same = done(run("programme", "change", "cho40", "--name", "Chợ số"))
    done(run("programme", "wave", "CHO40", 1, "DC", "--from", "15/09/2026", "--name", "Mở đầu"))
    ended = done(run("programme", "end", "cho40", "30/11/2026"))

    assert renamed.strip() == "CHO40: name"
    assert "nothing changed" in same
    assert "đến hết 30/11/2026" in ended
    (listed,) = json_lines(run("programme", "list", "--json"))
    assert (listed["name"], listed["to_on"], listed["version"]) == ("Chợ số", "2026-11-30", 3)
    (wave,) = listed["waves"]
    assert (wave["name"], wave["from_on"], wave["to_on"], wave["market_codes"]) == (
        "Mở đầu", "2026-09-15", "2026-11-30", ["DC"],
    )  # fmt: skip
    assert run("programme", "change", "CHO40", "--to", "1/1/2027", "--open").exit_code == 2
