"""A vendor at the application with an account that can be paid, and SePay's word of a payment."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from starlette.testclient import TestClient

from market.database import writing
from market.security.recognising import csrf_token_of
from market.security.sessions import COOKIE
from merchants.tables import AcceptancePoint, Vendor
from reconciliation.simulation.request_payment import request_payment
from tests.market.conftest import KEY, NOW, SEALER
from tests.market.reading_html import Page

ACCOUNT = "1903777666555"


def make_payable(engine: sa.Engine, code: str) -> None:
    """Give a vendor of October an account whose number can be read."""
    with writing(engine) as session:
        hers = select(Vendor.id).where(Vendor.code == code).scalar_subquery()
        session.execute(
            sa.update(AcceptancePoint)
            .where(col(AcceptancePoint.vendor_id) == hers)
            .values(account_sealed=SEALER.seal(ACCOUNT), account_tail=ACCOUNT[-4:])
        )


class Asker:
    """A vendor's browser at the pages of exact amounts."""

    def __init__(self, client: TestClient, code: str) -> None:
        self.client, self.code = client, code
        self.list = f"/nguoi-ban/{code}/ma"
        self.api = f"/api/v1/vendors/{code}/requests"

    @property
    def csrf(self) -> str:
        """The token of her session's forms."""
        return csrf_token_of(self.client.cookies[COOKIE])

    def send(self, path: str, **fields: str) -> Any:
        """Send a form and do not follow where it leads."""
        return self.client.post(path, data={"csrf": self.csrf, **fields}, follow_redirects=False)

    def ask(self, typed: str = "85", **fields: str) -> str:
        """Ask for an amount and return its page's path."""
        answer = self.send(self.list, so=typed, **fields)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def page(self, path: str) -> Page:
        """Read a page."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return Page(answer.text)


def hear(client: TestClient, reference: str, amount_vnd: int = 85_000, **changes: Any) -> None:
    """Let SePay tell the application of a payment."""
    told: dict[str, Any] = {"account": ACCOUNT, "number": 1, "at": NOW, "secret": KEY} | changes
    body, headers = request_payment(reference, amount_vnd, **told)
    assert client.post("/hooks/sepay", content=body, headers=headers).status_code == 200
