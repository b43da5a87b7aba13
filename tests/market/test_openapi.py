"""The API against everything its own description allows, and more: never a fault of ours.

Whoever sends it is an administrator with a token, so that nothing is refused at the door.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from market.app import create_app
from market.database import writing
from market.roles import Role
from market.security.api_tokens import create_token
from market.settings import Settings
from merchants.actors import COMMAND
from tests.market import books
from tests.market.conftest import KEY, NOW, add_user
from tests.serving import serving

EXAMPLES = 12
PATIENCE_S = 120
"""A request waits for a machine that is busy with other things; it is no question of speed here."""
SCHEMA = schemathesis.openapi.from_dict(create_app(Settings(database_url="sqlite://")).openapi())


@dataclass
class Office:
    """A running service and what opens it."""

    url: str
    headers: dict[str, str]
    known: dict[str, object]
    """Path parameters that name something, so that requests get past the look-up."""


@pytest.fixture(scope="module")
def office(october_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The application with October in it, behind a server of its own."""
    folder = tmp_path_factory.mktemp("openapi")
    (folder / "cho40.sqlite3").write_bytes(october_file.read_bytes())
    opened = Settings(data_dir=folder, secret_keys=[KEY], hash_key=KEY, sepay_hmac_secrets=[KEY])
    app = create_app(opened, now=lambda: NOW)
    with writing(app.state.engine) as session:
        user = add_user(session, Role.ADMIN)
        _, token = create_token(
            session,
            user.id or 0,
            "openapi",
            until_at=NOW + timedelta(days=1),
            actor=COMMAND,
            now=NOW,
        )
        known: dict[str, object] = {
            "market_code": "MA",
            "vendor_code": books.vendor_codes(session, "MA")[0],
            "stall_code": "A001",
            "month": "2026-10",
            "on": "2026-10-12",
        }
    with serving(app) as url:
        yield Office(url, {"Authorization": f"Bearer {token}"}, known)


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_makes_a_fault(case: schemathesis.Case, office: Office) -> None:
    for name in office.known.keys() & (case.path_parameters or {}).keys():
        case.path_parameters[name] = office.known[name]

    answer = case.call(base_url=office.url, headers=office.headers, timeout=PATIENCE_S)

    assert answer.status_code < 500, f"{answer.status_code} {answer.text[:500]}"
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == ["application/problem+json"]
        assert answer.json()["status"] == answer.status_code
