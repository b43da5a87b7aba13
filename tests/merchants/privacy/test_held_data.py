"""Everything the register holds on a vendor is told, in full to the vendor, masked to others."""

import json
from dataclasses import asdict

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from merchants.errors import VendorNotFound
from merchants.privacy.held_data import held_in_register
from merchants.sealing import Sealer
from merchants.tables import Vendor
from tests import factories
from tests.merchants.privacy.whole_vendor import (
    ACCOUNT,
    BUSINESS,
    CONTRACT,
    DISPLAY,
    NAME,
    NEW_ACCOUNT,
    PAYLOAD,
    PHONE,
    STALL_CONTRACT,
    WALLET_PAYLOAD,
    add_whole_vendor,
)
from tests.merchants.queries import counted

TOLD = (
    NAME, BUSINESS, DISPLAY, PHONE, ACCOUNT, NEW_ACCOUNT, PAYLOAD, WALLET_PAYLOAD, CONTRACT,
    STALL_CONTRACT, "Cháu của cô Ngân", "gặp cô Ngân", "cô Ngân nhờ sửa", "đã hẹn cô Ngân",
    "Ngân đổi số", "người làm chứng Ngân", "···345", "dot-1.xlsx", "Z01", "MA-0099-Z",
)  # fmt: skip


@pytest.fixture
def code(engine: sa.Engine, sealer: Sealer) -> str:
    """The code of a vendor with a row in every table."""
    with writing(engine) as session:
        market = factories.market()
        session.add(market)
        session.flush()
        assert market.id is not None
        whole = add_whole_vendor(session, sealer, market.id)
        return session.get_one(Vendor, whole.vendor_id).code or ""


def _text(engine: sa.Engine, code: str, sealer: Sealer | None) -> str:
    with reading(engine) as session:
        held = held_in_register(session, code, sealer=sealer)
    return json.dumps(asdict(held), ensure_ascii=False, default=str)


def test_the_vendor_is_told_everything_in_full(
    engine: sa.Engine, code: str, sealer: Sealer
) -> None:
    text = _text(engine, code, sealer)

    assert [each for each in TOLD if each not in text] == []


def test_others_see_tails_only(engine: sa.Engine, code: str) -> None:
    text = _text(engine, code, None)

    hidden = (PHONE, ACCOUNT, NEW_ACCOUNT, PAYLOAD, WALLET_PAYLOAD)
    assert [each for each in hidden if each in text] == []
    assert f"···{ACCOUNT[-4:]}" in text
    assert f"···{PHONE[-3:]}" in text


def test_no_fingerprint_is_handed_out(engine: sa.Engine, code: str, sealer: Sealer) -> None:
    text = _text(engine, code, sealer)

    assert "hash-ngan" not in text
    assert "id-hash" not in text


def test_a_stranger_is_not_found(engine: sa.Engine) -> None:
    with reading(engine) as session, pytest.raises(VendorNotFound):
        held_in_register(session, "CC2222222")


def test_a_long_history_takes_no_more_statements(
    engine: sa.Engine, code: str, sealer: Sealer
) -> None:
    from merchants.kinds import EventAction
    from merchants.tables import RegisterEvent
    from tests.conftest import NOW

    def statements() -> int:
        with counted(engine) as sent, reading(engine) as session:
            held_in_register(session, code, sealer=sealer)
        return len(sent)

    before = statements()
    with writing(engine) as session:
        vendor = session.get_one(Vendor, 1)
        session.add_all(
            RegisterEvent(at=NOW, vendor_id=vendor.id, action=EventAction.VISITED, actor="staff:1")
            for _ in range(50)
        )

    assert statements() == before
