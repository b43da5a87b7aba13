"""Users: who may make and change whom, on the pages and through the API."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.roles import Role, ScopeKind
from market.security.errors import UserNotFound, UserRefused
from market.security.security_log import SecurityAction
from market.security.users import (
    AT_THE_TERMINAL,
    EVERYWHERE,
    Editor,
    UserDraft,
    add_user,
    change_user,
    managed_user,
    reset_password,
    scopes_of,
)
from market.tables import ApiToken, SecurityEvent, UserAccount, UserSession
from merchants.actors import Actor
from merchants.tables import AreaGroup
from tests import factories
from tests.market.conftest import NOW, SEALER, Staff
from tests.market.conftest import add_user as put_user
from tests.market.reading_html import Page
from tests.market.security.conftest import Open
from tests.market.test_pages import counting

MA, LG = (ScopeKind.MARKET, "MA"), (ScopeKind.MARKET, "LG")
MANAGER = Editor(
    actor=Actor(kind="staff", name="1"),
    roles=frozenset({Role.MARKET_CLERK, Role.FIELD_HELPER, Role.AUDITOR}),
    markets=frozenset({"MA"}),
    user_id=901,
)


def draft(**changes: Any) -> UserDraft:
    values: dict[str, Any] = {
        "login": "mai@cho.example",
        "full_name": "Trần Thị Mai",
        "role": Role.MARKET_CLERK,
        "scopes": (MA,),
    }
    return UserDraft(**values | changes)


@pytest.fixture
def places(engine: sa.Engine) -> sa.Engine:
    with writing(engine) as session:
        session.add_all([factories.market(), factories.market(code="LG", name="Chợ Lâm Giang")])
        session.add(AreaGroup(code="VAN-YEN", name="Văn Yên"))
    return engine


def test_a_user_gets_a_one_time_password_that_has_to_be_changed(places: sa.Engine) -> None:
    with writing(places) as session:
        user, one_time = add_user(session, draft(), editor=MANAGER, sealer=SEALER, now=NOW)

        assert re.fullmatch(r"([2-9A-Z]{4}-){3}[2-9A-Z]{4}", one_time)
        assert user.must_change_password
        assert scopes_of(session, [user.id or 0]) == {user.id: (MA,)}
        assert user.created_by == "staff:1"


def test_a_field_helper_gets_none(places: sa.Engine) -> None:
    with writing(places) as session:
        user, one_time = add_user(
            session, draft(role=Role.FIELD_HELPER), editor=MANAGER, sealer=SEALER, now=NOW
        )

        assert (one_time, user.password_hash) == ("", None)


REFUSED = [
    ({"full_name": "  "}, "full_name"),
    ({"full_name": "x" * 81}, "full_name"),
    ({"login": ""}, "login"),
    ({"login": "mai@"}, "login"),
    ({"login": "09120001"}, "login"),
    ({"login": "x" * 120 + "@y.vn"}, "login"),
    ({"role": Role.ADMIN}, "role"),
    ({"role": Role.MARKET_MANAGER}, "role"),
    ({"role": Role.ECONOMIST}, "role"),
    ({"role": Role.VENDOR}, "role"),
    ({"scopes": ()}, "scope"),
    ({"scopes": (LG,)}, "scope"),
    ({"scopes": (MA, LG)}, "scope"),
    ({"scopes": (EVERYWHERE,)}, "scope"),
    ({"scopes": ((ScopeKind.AREA, "VAN-YEN"),)}, "scope"),
]


@pytest.mark.parametrize(("changes", "field"), REFUSED)
def test_a_manager_makes_nobody_above_or_beside_the_own_market(
    places: sa.Engine, changes: dict[str, Any], field: str
) -> None:
    with writing(places) as session:
        with pytest.raises(UserRefused) as refusal:
            add_user(session, draft(**changes), editor=MANAGER, sealer=SEALER, now=NOW)

        assert refusal.value.field == field
        assert session.exec(select(UserAccount)).all() == []


@pytest.mark.parametrize(
    "scopes",
    [(EVERYWHERE, MA), ((ScopeKind.MARKET, "XX"),), ((ScopeKind.AREA, "MA"),)],
)
def test_a_scope_is_one_that_exists(places: sa.Engine, scopes: tuple[Any, ...]) -> None:
    with writing(places) as session, pytest.raises(UserRefused) as refusal:
        add_user(session, draft(scopes=scopes), editor=AT_THE_TERMINAL, sealer=SEALER, now=NOW)

    assert refusal.value.field == "scope"


def test_a_sign_in_name_is_used_once_however_it_is_written(places: sa.Engine) -> None:
    with writing(places) as session:
        first = draft(login="0912 000 118")
        add_user(session, first, editor=MANAGER, sealer=SEALER, now=NOW)

        with pytest.raises(UserRefused) as refusal:
            again = draft(login="+84912000118")
            add_user(session, again, editor=MANAGER, sealer=SEALER, now=NOW)

    assert refusal.value.reason == "Số điện thoại hoặc email này đã có tài khoản."


OTHERS = {
    "admin": (Role.ADMIN, ()),
    "manager": (Role.MARKET_MANAGER, ("MA",)),
    "economist": (Role.ECONOMIST, ()),
    "clerk elsewhere": (Role.MARKET_CLERK, ("LG",)),
    "clerk of both": (Role.MARKET_CLERK, ("MA", "LG")),
    "auditor of all": (Role.AUDITOR, ()),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_manager_neither_sees_nor_changes_whom_they_could_not_make(
    places: sa.Engine, name: str
) -> None:
    role, markets = OTHERS[name]
    with writing(places) as session:
        other = put_user(session, role, markets=markets)
        number, options = other.id or 0, {"editor": MANAGER, "now": NOW}

        for refused in (
            lambda: managed_user(session, number, editor=MANAGER),
            lambda: change_user(session, number, draft(), version=1, sealer=SEALER, **options),
            lambda: reset_password(session, number, **options),
        ):
            with pytest.raises(UserNotFound):
                refused()


def test_a_clerk_cannot_be_raised_above_the_manager(places: sa.Engine) -> None:
    with writing(places) as session:
        clerk = put_user(session, Role.MARKET_CLERK, markets=["MA"])

        for changes, field in (({"role": Role.ADMIN}, "role"), ({"scopes": (MA, LG)}, "scope")):
            with pytest.raises(UserRefused) as refusal:
                change_user(
                    session,
                    clerk.id or 0,
                    draft(**changes),
                    version=1,
                    editor=MANAGER,
                    sealer=SEALER,
                    now=NOW,
                )
            assert refusal.value.field == field


def admin(user_id: int | None = None) -> Editor:
    return Editor(
        actor=Actor(kind="staff", name="9"),
        roles=AT_THE_TERMINAL.roles,
        markets=None,
        user_id=user_id,
    )


LOCKING = [
    {"role": Role.MARKET_MANAGER},
    {"is_active": False},
    {"scopes": (MA,)},
]


@pytest.mark.parametrize("changes", LOCKING)
def test_nobody_locks_out_the_last_admin(places: sa.Engine, changes: dict[str, Any]) -> None:
    with writing(places) as session:
        last = put_user(session, Role.ADMIN, login="a@cho.example")
        put_user(session, Role.ADMIN, markets=["MA"])
        put_user(session, Role.ADMIN, is_active=False)
        asked = draft(
            **{"login": "a@cho.example", "role": Role.ADMIN, "scopes": (EVERYWHERE,)} | changes
        )
        options = {"version": 1, "editor": admin(), "sealer": SEALER, "now": NOW}

        with pytest.raises(UserRefused) as refusal:
            change_user(session, last.id or 0, asked, **options)
        assert "cuối cùng" in refusal.value.reason

        put_user(session, Role.ADMIN)
        assert change_user(session, last.id or 0, asked, **options).version == 2


@pytest.mark.parametrize("changes", LOCKING)
def test_nobody_changes_their_own_reach(places: sa.Engine, changes: dict[str, Any]) -> None:
    with writing(places) as session:
        own = put_user(session, Role.ADMIN)
        put_user(session, Role.ADMIN)
        asked = draft(**{"role": Role.ADMIN, "scopes": (EVERYWHERE,)} | changes)

        with pytest.raises(UserRefused) as refusal:
            change_user(
                session,
                own.id or 0,
                asked,
                version=1,
                editor=admin(own.id),
                sealer=SEALER,
                now=NOW,
            )

    assert refusal.value.field == "role"


@pytest.mark.parametrize(
    ("changes", "ends"),
    [({}, False), ({"role": Role.AUDITOR}, True), ({"is_active": False}, True)],
)
def test_sessions_end_where_something_is_taken_away(
    places: sa.Engine, changes: dict[str, Any], ends: bool
) -> None:
    from market.security.sessions import start_session

    with writing(places) as session:
        clerk = put_user(session, Role.MARKET_CLERK, markets=["MA"])
        start_session(session, now=NOW, user=clerk)
        change_user(
            session,
            clerk.id or 0,
            draft(**changes),
            version=1,
            editor=MANAGER,
            sealer=SEALER,
            now=NOW,
        )

    with reading(places) as session:
        assert (session.exec(select(UserSession)).one().ended_at is not None) == ends


def test_a_reset_password_ends_sessions_and_tokens(places: sa.Engine) -> None:
    from market.security.api_tokens import create_token
    from market.security.sessions import start_session

    with writing(places) as session:
        clerk = put_user(session, Role.MARKET_CLERK, markets=["MA"])
        start_session(session, now=NOW, user=clerk)
        until_at = NOW + timedelta(days=9)
        create_token(session, clerk.id or 0, "máy", until_at=until_at, actor=MANAGER.actor, now=NOW)
        reset_password(session, clerk.id or 0, editor=MANAGER, now=NOW)

    with reading(places) as session:
        assert session.exec(select(UserSession)).one().ended_at == NOW
        assert session.exec(select(ApiToken)).one().revoked_at == NOW


# The pages


def form(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "ten": "Trần Thị Mai",
        "tk": "0912 000 119",
        "vai": "market_clerk",
        "pham_vi": ["market:MA"],
        "once": "once",
    }
    return values | changes


def test_a_new_user_signs_in_with_the_password_that_is_shown_once(
    staff: Staff, browser: Open
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    shown = manager.send("/nguoi-dung/moi", **form())
    again = manager.send("/nguoi-dung/moi", **form())
    one_time = re.search(r"<code>([^<]+)</code>", shown.text)

    assert one_time is not None
    assert shown.headers["cache-control"] == "no-store"
    assert (again.status_code, again.headers["location"]) == (303, "/nguoi-dung/2")
    answer = browser().sign_in("0912000119", one_time[1])
    assert answer.headers["location"] == "/tai-khoan/mat-khau"


def test_a_faulty_form_comes_back_with_its_values_and_nothing_is_written(
    staff: Staff, october: sa.Engine
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    answer = manager.send("/nguoi-dung/moi", **form(tk="0912", ten="<b>Mai</b>"))

    page = Page(answer.text)
    assert answer.status_code == 422
    assert "có 4 chữ số, số di động cần 10" in page.text
    assert "&lt;b&gt;Mai&lt;/b&gt;" in answer.text
    assert page.shortcomings() == []
    with reading(october) as session:
        assert len(session.exec(select(UserAccount)).all()) == 1


@pytest.mark.parametrize(
    "changes",
    [{"vai": "king"}, {"vai": ""}, {"pham_vi": []}, {"pham_vi": ["x:MA"]}, {"pham_vi": ["market"]}],
)
def test_choices_that_were_not_offered_are_refused(staff: Staff, changes: dict[str, Any]) -> None:
    assert (
        staff(Role.MARKET_MANAGER, "MA").send("/nguoi-dung/moi", **form(**changes)).status_code
        == 422
    )


def test_the_second_of_two_editors_is_told_what_stands_now(
    staff: Staff, october: sa.Engine
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    with writing(october) as session:
        clerk = put_user(session, Role.MARKET_CLERK, markets=["MA"])
        number = clerk.id
    path = f"/nguoi-dung/{number}"
    asked = {"version": "1", "dang_lam": "1"}

    first = manager.send(path, **form(**asked))
    second = manager.send(path, **form(**asked, ten="Lý Thị Mai"))
    page = Page(second.text)
    version = next(i["value"] for i in page.of("input") if i.get("name") == "version")
    third = manager.send(path, **form(dang_lam="1", ten="Lý Thị Mai", version=version))

    assert (first.status_code, second.status_code, third.status_code) == (303, 422, 303)
    assert "Người khác vừa sửa tài khoản này" in page.text
    assert "Trần Thị Mai; 0912000119; Nhân viên chợ; MA; đang làm việc." in page.text
    assert "Lý Thị Mai" in second.text


def test_the_list_is_paged_filtered_and_searched_without_accents(
    staff: Staff, october: sa.Engine
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    with writing(october) as session:
        for number in range(60):
            put_user(session, Role.MARKET_CLERK, markets=["MA"], full_name=f"Trần Thị {number:02}")
        put_user(
            session,
            Role.FIELD_HELPER,
            markets=["MA"],
            full_name="Đặng Thị Én",
            login="+84912000120",
        )
        put_user(session, Role.MARKET_CLERK, markets=["LG"], full_name="Đặng Thị Lạ")

    whole = Page(manager.get("/nguoi-dung").text)
    second = Page(manager.get("/nguoi-dung?trang=2").text)
    named = Page(manager.get("/nguoi-dung?tim=dang%20thi").text)
    by_phone = Page(manager.get("/nguoi-dung?tim=0912%20000%20120").text)
    helpers = Page(manager.get("/nguoi-dung?vai=field_helper").text)
    none = Page(manager.get("/nguoi-dung?tim=khong-ai").text)

    assert "61 tài khoản" in whole.text
    assert (len(whole.of("tr")), len(second.of("tr"))) == (51, 12)
    for page in (named, by_phone, helpers):
        assert "1 tài khoản" in page.text
        assert "Đặng Thị Én" in page.text
        assert "···120" in page.text
    assert "Không tìm thấy ai" in none.text
    assert [p.shortcomings() for p in (whole, none)] == [[], []]


def test_the_list_asks_the_same_few_questions_for_any_number(
    staff: Staff, october: sa.Engine
) -> None:
    client = staff(Role.ADMIN)
    with counting(client) as few:
        client.get("/nguoi-dung")
    with writing(october) as session:
        for _ in range(40):
            put_user(session, Role.MARKET_CLERK, markets=["MA", "LG"])
    with counting(client) as many:
        client.get("/nguoi-dung")

    assert len(few) == len(many) == 5


def test_one_is_not_offered_to_reset_the_own_password(staff: Staff) -> None:
    admin = staff(Role.ADMIN)

    page = Page(admin.get(f"/nguoi-dung/{admin.user_id}").text)

    assert "Đặt lại mật khẩu" not in page.text


# The API


def test_users_through_the_api(staff: Staff) -> None:
    admin = staff(Role.ADMIN)
    body = {
        "login": "en@cho.example",
        "full_name": "Đặng Thị Én",
        "role": "economist",
        "scopes": [{"kind": "everywhere"}],
    }

    made = admin.post("/api/v1/users", json=body)
    number = made.json()["id"]
    read = admin.get(made.headers["location"]).json()
    body |= {"is_active": False, "version": read["version"]}
    saved = admin.put(f"/api/v1/users/{number}", json=body).json()
    stale = admin.put(f"/api/v1/users/{number}", json=body)
    reset = admin.post(f"/api/v1/users/{number}/password").json()

    assert (made.status_code, len(made.json()["one_time_password"])) == (201, 19)
    assert read["login"] == "en@cho.example"
    assert saved["is_active"] is False
    assert (stale.status_code, stale.json()["type"]) == (422, "urn:cho40:problem:user-refused")
    assert len(reset["one_time_password"]) == 19


def test_the_list_through_the_api_goes_on_by_cursor(staff: Staff, october: sa.Engine) -> None:
    admin = staff(Role.ADMIN, full_name="An")
    with writing(october) as session:
        for name in ("Bình", "Chi", "Dung"):
            put_user(session, Role.MARKET_CLERK, markets=["MA"], full_name=name)

    names, after = [], None
    for _ in range(3):
        params = {"limit": 2} | ({"after": after} if after else {})
        page = admin.get("/api/v1/users", params=params).json()
        names.append([one["full_name"] for one in page["items"]])
        after = page["next"]
        if after is None:
            break

    assert names == [["An", "Bình"], ["Chi", "Dung"]]
    assert admin.get("/api/v1/users?after=999").json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    "body",
    [
        {"login": "x@y.vn", "full_name": "X", "role": "admin", "scopes": [], "id": 7},
        {"login": "x@y.vn", "full_name": "X", "role": "admin", "scopes": []},
        {"login": "x@y.vn", "full_name": "X", "role": "king", "scopes": [{"kind": "everywhere"}]},
        {
            "login": "x\u0000@y.vn",
            "full_name": "X",
            "role": "admin",
            "scopes": [{"kind": "everywhere"}],
        },
    ],
)
def test_a_body_that_is_not_as_it_should_be_is_malformed(
    staff: Staff, body: dict[str, Any]
) -> None:
    assert staff(Role.ADMIN).post("/api/v1/users", json=body).status_code == 422


def test_me(staff: Staff, reader: Callable[..., Any], codes: dict[str, list[str]]) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA", "LG")

    told = manager.get("/api/v1/me").json()

    assert told == {
        "name": "Hà Văn Toàn",
        "role": "market_manager",
        "user_id": manager.user_id,
        "markets": ["LG", "MA"],
    }
    assert reader(Role.VENDOR, codes["MA"][0]).get("/api/v1/me").status_code == 403
    assert reader().get("/api/v1/me").status_code == 401


def test_every_change_of_a_user_is_remembered_without_names(
    staff: Staff, october: sa.Engine
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    manager.send("/nguoi-dung/moi", **form())
    manager.send("/nguoi-dung/2", **form(version="1"))
    manager.send("/nguoi-dung/2/mat-khau", once="x")

    with reading(october) as session:
        events = [
            row.model_dump()
            for row in session.exec(select(SecurityEvent).order_by(SecurityEvent.id))
        ]
    assert [event["action"] for event in events] == [
        SecurityAction.USER_ADDED,
        SecurityAction.USER_CHANGED,
        SecurityAction.USER_SWITCHED_OFF,
        SecurityAction.PASSWORD_RESET,
    ]
    assert {event["actor"] for event in events} == {f"staff:{manager.user_id}"}
    assert {event["subject"] for event in events} == {"user:2"}
    assert "Mai" not in str(events)
