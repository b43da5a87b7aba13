"""What a vendor is given as proof: all of it holds, and nothing of it can be changed."""

import copy
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from market.database import open_engine, reading, writing
from merchants.sealing import Sealer
from merchants.tables import Vendor
from reconciliation.bulk import table_of
from reconciliation.close.closing import close_days
from reconciliation.close.proofs.stored import closed_version, lines_of_vendor, prove_payments
from reconciliation.errors import BooksDoNotBalance
from reconciliation.profiles import load_profiles
from reconciliation.records import TransactionType
from reconciliation.tables import ProviderTransaction
from reconciliation.verification.proof_check import Unreadable, check_proof
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld

CLOSED_AT = datetime(2026, 12, 31, tzinfo=UTC)
HUONG_SALES = (50_000, 120_000, 50_000, 2**40)
LAN_SALE = 77_777


def fill(engine: sa.Engine, now: datetime) -> tuple[Vendor, Vendor]:
    """Close the day of two vendors: sales, a refund, a fee, one that waits, one that differs."""
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        market = world.market()
        huong, lan = world.vendor(market), world.vendor(market)
        for one in (huong, lan):
            world.statement(one, DAY)
        for amount in HUONG_SALES:
            world.both(huong, amount, fee_amount=amount // 100)
        world.both(lan, LAN_SALE)
        back = {"transaction_type": TransactionType.REFUND, "direction": "debit"}
        world.booked(huong, 20_000, **back)
        world.announced(huong, 30_000, provider_transaction_id="ONLY-TOLD")
    close(engine)
    return huong, lan


def close(engine: sa.Engine, at: datetime = CLOSED_AT) -> None:
    """Close the day with what is known."""
    with writing(engine) as session:
        close_days(
            session,
            DAY,
            DAY,
            market_code=None,
            profiles=load_profiles(None),
            sealer=SEALER,
            now=at,
        )


def proof_of(
    engine: sa.Engine, vendor: Vendor, *, version: int | None = None, number: int | None = None
) -> Any:
    """Return the proof as the file holds it."""
    with reading(engine) as session:
        found = closed_version(session, "MA", DAY, version)
        assert found is not None
        proof = prove_payments(session, found, vendor, sealer=SEALER, number=number)
        return json.loads(json.dumps(proof))


def amounts(session: Session, vendor: Vendor) -> list[int]:
    """Return the amount of each line of a vendor."""
    found = closed_version(session, "MA", DAY)
    assert found is not None
    told = lines_of_vendor(session, found, vendor.id or 0)
    return [one.line.amount_vnd for one in told]


def refused(proof: Any, root: str | None = None) -> bool:
    """Return whether a proof is refused."""
    try:
        return bool(check_proof(json.dumps(proof), root=root))
    except Unreadable:
        return True


def test_every_payment_of_a_day_is_proved_alone_and_all_add_up(
    engine: sa.Engine, now: datetime
) -> None:
    huong, _ = fill(engine, now)
    with reading(engine) as session:
        told = amounts(session, huong)

    whole = proof_of(engine, huong)

    assert check_proof(json.dumps(whole)) == []
    assert [one["amount_vnd"] for one in whole["payments"]] == told
    assert whole["vendor"]["figures"]["gross_vnd"] == sum(HUONG_SALES)
    for number, amount in enumerate(told, start=1):
        alone = proof_of(engine, huong, number=number)
        assert check_proof(json.dumps(alone), root=whole["root_sha256"]) == []
        assert [one["amount_vnd"] for one in alone["payments"]] == [amount]


def test_a_proof_tells_nothing_about_anybody_else(engine: sa.Engine, now: datetime) -> None:
    huong, lan = fill(engine, now)

    told = json.dumps(proof_of(engine, huong))

    assert str(LAN_SALE) not in told
    assert str(sum(HUONG_SALES) + LAN_SALE) not in told
    assert lan.code
    assert lan.code not in told


def test_only_lines_of_her_own_are_given(engine: sa.Engine, now: datetime) -> None:
    huong, lan = fill(engine, now)

    assert proof_of(engine, lan, number=1)["payments"][0]["amount_vnd"] == LAN_SALE
    assert proof_of(engine, lan, number=2) is None
    assert proof_of(engine, huong, number=99) is None


def test_a_restated_day_has_another_root_and_the_older_proof_its_own(
    engine: sa.Engine, now: datetime
) -> None:
    huong, _ = fill(engine, now)
    before = proof_of(engine, huong)
    with writing(engine) as session:
        LedgerWorld(session, now).both(huong, 1_000)
    close(engine)

    after = proof_of(engine, huong)

    assert (before["version"], after["version"]) == (1, 2)
    assert before["root_sha256"] != after["root_sha256"]
    assert proof_of(engine, huong, version=1) == before
    assert check_proof(json.dumps(after)) == []
    assert refused(before, root=after["root_sha256"])
    assert not refused(before, root=before["root_sha256"][:12])


def test_lines_that_changed_since_prove_nothing(engine: sa.Engine, now: datetime) -> None:
    huong, _ = fill(engine, now)
    row = table_of(ProviderTransaction)
    with writing(engine) as session:
        session.connection().execute(
            sa.update(row).where(row.c.amount == 120_000).values(amount=130_000)
        )

    with pytest.raises(BooksDoNotBalance, match="do not lead"):
        proof_of(engine, huong)


def test_other_keys_make_no_proof(sqlite_engine: sa.Engine, now: datetime) -> None:
    huong, _ = fill(sqlite_engine, now)
    other = Sealer(secret_keys=("test-key",), hash_key="another")

    with reading(sqlite_engine) as session, pytest.raises(BooksDoNotBalance):
        found = session.exec(select(type(closed_version(session, "MA", DAY)))).first()
        assert found is not None
        prove_payments(session, found, huong, sealer=other)


def test_a_forgotten_payment_is_proved_without_its_name(
    sqlite_engine: sa.Engine, now: datetime
) -> None:
    huong, _ = fill(sqlite_engine, now)
    before = proof_of(sqlite_engine, huong)
    row = table_of(ProviderTransaction)
    with writing(sqlite_engine) as session:
        session.connection().execute(sa.update(row).values(forgotten_at=now + timedelta(days=900)))

    after = proof_of(sqlite_engine, huong)

    assert {one["named"] for one in after["payments"]} == {None}
    assert check_proof(json.dumps(after), root=before["root_sha256"]) == []


@pytest.fixture(scope="module")
def proofs(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A proof of a whole day and one of a payment, made once."""
    path = tmp_path_factory.mktemp("proofs") / "closed.sqlite3"
    shutil.copy(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    huong, _ = fill(engine, CLOSED_AT)
    yield proof_of(engine, huong), proof_of(engine, huong, number=3)
    engine.dispose()


def places(told: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every single value of a proof."""
    if isinstance(told, dict | list):
        for name, inner in told.items() if isinstance(told, dict) else enumerate(told):
            yield from places(inner, (*path, name))
    else:
        yield path


def changed(proof: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return the proof with another value in one place."""
    other = copy.deepcopy(proof)
    at = other
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return other


@given(data=st.data())
def test_no_single_value_can_be_changed(proofs: Any, data: st.DataObject) -> None:
    proof = data.draw(st.sampled_from(proofs))
    path = data.draw(st.sampled_from(list(places(proof))))
    told: Any = proof
    for step in path:
        told = told[step]
    if isinstance(told, int):
        other: Any = told + data.draw(st.integers(-(2**62), 2**62).filter(bool))
    else:
        place = data.draw(st.integers(0, len(told) - 1))
        letter = data.draw(
            st.sampled_from("0123456789abcdef|~#").filter(lambda x: x != told[place])
        )
        other = told[:place] + letter + told[place + 1 :]

    assert refused(changed(proof, path, other))


@given(data=st.data())
def test_no_step_of_a_path_can_be_left_out_added_or_swapped(
    proofs: Any, data: st.DataObject
) -> None:
    proof = copy.deepcopy(data.draw(st.sampled_from(proofs)))
    place = data.draw(st.sampled_from([proof["vendor"], *proof["payments"]]))
    path = place["path"]
    at = data.draw(st.integers(0, len(path) - 1))
    how = data.draw(st.sampled_from(["out", "in", "swap"]))
    if how == "out":
        del path[at]
    elif how == "in":
        path.insert(at, path[at])
    else:
        path[at], path[at - 1] = path[at - 1], path[at]

    assert refused(proof)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda p: p["payments"].pop(),
        lambda p: p["payments"].clear(),
        lambda p: p["payments"].append(p["payments"][0]),
        lambda p: p.pop("rest_sha256"),
        lambda p: p.update(more=1),
        lambda p: p["vendor"]["figures"].pop("gross_vnd"),
        lambda p: p["vendor"]["figures"].update(more_vnd=0),
        lambda p: p["payments"][0].update(position=True),
    ],
)
def test_nothing_can_be_left_out_or_added_unseen(proofs: Any, spoil: Any) -> None:
    proof = copy.deepcopy(proofs[0])
    whole = len(proof["payments"])
    spoil(proof)

    # What is left when one payment is taken out is a proof of the others, and says so.
    assert refused(proof) or len(proof["payments"]) == whole - 1


def test_a_sum_that_the_lines_do_not_make_is_told(proofs: Any) -> None:
    proof = copy.deepcopy(proofs[0])
    proof["vendor"]["figures"]["gross_vnd"] += 1

    found = check_proof(json.dumps(proof))

    assert any("gross_vnd: the lines add up to" in one for one in found)
    assert any("net_vnd" in one for one in found)
    assert any("does not lead to the root" in one for one in found)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b"\xff", b'{"what": 1, "what": 2}', b"[" * 10**5]
)
def test_what_is_no_proof_is_named_so(content: bytes) -> None:
    with pytest.raises(Unreadable):
        check_proof(content)


@pytest.mark.parametrize("root", ["", "12345", "g" * 12, "0" * 65])
def test_a_root_too_short_to_compare_is_refused(proofs: Any, root: str) -> None:
    with pytest.raises(Unreadable, match="12 hex digits"):
        check_proof(json.dumps(proofs[0]), root=root)


def test_another_market_day_is_refused(proofs: Any) -> None:
    assert refused(changed(proofs[0], ("business_date",), date(2026, 11, 11).isoformat()))
