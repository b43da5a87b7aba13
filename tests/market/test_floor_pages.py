"""The floor on the manager's home: every zone counted, one zone stall by stall, small for any market."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from market.app import create_app
from market.database import migrate, open_engine, writing
from market.overview.floor import ROW_STALLS
from market.pages.overview import ZONES_SHOWN
from market.roles import Role
from market.security.sessions import COOKIE, start_session
from market.settings import Settings
from merchants.columns import core_table
from merchants.tables import Stall, Zone
from tests.benchmarks.pages_market import fill
from tests.market.conftest import KEY, SEALER, SignedIn, add_user
from tests.market.reading_html import Page
from tests.merchants.queries import counted

NOW = datetime(2026, 11, 21, 2, 42, tzinfo=UTC)
STALLS = 10_000
PAGE_BYTES_MAX = 100_000
HOME = "/cho/MA/tong-quan"
Staff = Callable[..., SignedIn]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The manager of a market of ten thousand vendors in twelve zones."""
    folder = tmp_path_factory.mktemp("large")
    settings = Settings(data_dir=folder, secret_keys=[KEY], hash_key=KEY, sepay_hmac_secrets=[KEY])
    engine = open_engine(settings.url)
    migrate(engine)
    fill(engine, SEALER, vendors=STALLS, days=1, now=NOW)
    engine.dispose()
    app = create_app(settings, now=lambda: NOW)
    with writing(app.state.engine) as session:
        user = add_user(session, Role.MARKET_MANAGER, markets=["MA"])
        token = start_session(session, now=NOW, user=user)
    client = TestClient(app, base_url="https://cho.example")
    client.cookies.set(COOKIE, token)
    yield client
    app.state.engine.dispose()


def asked(client: TestClient, path: str) -> tuple[Page, int, int]:
    """Return a page, its size in bytes and how many statements it took."""
    with counted(client.app.state.engine) as sent:  # type: ignore[attr-defined]
        answer = client.get(path)
    assert answer.status_code == 200, answer.text[:400]
    return Page(answer.text), len(answer.content), len(sent)


def zoned(client: TestClient, zones: int) -> None:
    """Put the stalls into so many zones of the same size."""
    engine = client.app.state.engine  # type: ignore[attr-defined]
    stalls, table = core_table(Stall), core_table(Zone)
    with engine.begin() as connection:
        connection.execute(sa.update(stalls).values(zone_id=None))
        connection.execute(sa.delete(table))
        connection.execute(
            sa.insert(table),
            [
                {"id": n, "market_id": 1, "name": f"Dãy {n} - Rau, củ, quả"}
                for n in range(1, zones + 1)
            ],
        )
        connection.execute(
            sa.update(stalls).values(zone_id=1 + (stalls.c.id - 1) * zones // STALLS)
        )


def tiles(page: Page) -> list[str]:
    """Return the addresses of the stalls that are shown one by one."""
    return [
        each["href"] or "" for each in page.of("a") if "tile" in (each.get("class") or "").split()
    ]


@pytest.mark.parametrize("zones", [12, 1, 400])
def test_the_home_of_ten_thousand_stalls_stays_small(large: TestClient, zones: int) -> None:
    zoned(large, zones)

    page, size, statements = asked(large, HOME)
    _, later_size, later_statements = asked(large, f"{HOME}?khu={zones}&hang=9999")

    assert max(size, later_size) <= PAGE_BYTES_MAX
    assert statements == later_statements <= 24
    assert page.shortcomings() == []
    assert len(tiles(page)) == min(ROW_STALLS, STALLS // zones)


def test_every_zone_tells_its_stalls_by_state_and_the_sum_is_the_market(large: TestClient) -> None:
    zoned(large, 100)
    pages = [asked(large, f"{HOME}?khu=1&trang={number}")[0].text for number in (1, 2, 3)]

    told = [
        [int(number) for number in found]
        for text in pages
        for found in re.findall(r"Dãy (\d+) - Rau, củ, quả (\d+)/(\d+)" + r" (\d+)" * 6, text)
    ]
    counts = [each[3:] for each in told if len(each) == 9]
    assert sorted(each[0] for each in told) == list(range(1, 101))
    assert len(pages) == -(-100 // ZONES_SHOWN)
    assert {sum(each) for each in counts} == {STALLS // 100}
    whole = [number.replace(".", "") for number in _totals(pages[0])]
    assert [int(number) for number in whole] == [
        sum(column) for column in zip(*counts, strict=True)
    ]


def _totals(text: str) -> tuple[str, ...]:
    found = re.search(r"Cả chợ [\d.]+/[\d.]+" + r" ([\d.]+)" * 6, text)
    assert found is not None
    return found.groups()


def test_a_zone_of_many_stalls_is_walked_row_by_row(large: TestClient) -> None:
    zoned(large, 1)
    first, last = asked(large, f"{HOME}?khu=1")[0], asked(large, f"{HOME}?khu=1&hang=84")[0]

    assert tiles(first)[0].endswith("/A00001")
    assert tiles(last)[-1].endswith("/L10000")
    assert len(tiles(last)) == STALLS - 83 * ROW_STALLS
    assert "A00001 – A00120" in first.text
    seen = {
        address
        for number in (1, 2, 3, 83, 84)
        for address in tiles(asked(large, f"{HOME}?khu=1&hang={number}")[0])
    }
    assert len(seen) == 4 * ROW_STALLS + len(tiles(last))


def test_a_zone_is_chosen_by_its_number_and_others_lead_to_the_first(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    home = Page(manager.get(HOME).text)
    ways = {each["href"] or "" for each in home.of("a") if "khu=" in (each["href"] or "")}
    zones = sorted(way for way in ways if way.endswith("#khu"))

    chosen = [tiles(Page(manager.get(way).text)) for way in zones]

    assert len(zones) == len({address for some in chosen for address in some[:1]})
    for other in ("khong-co", "0", "99999"):
        assert tiles(Page(manager.get(f"{HOME}?khu={other}").text)) == tiles(home)
