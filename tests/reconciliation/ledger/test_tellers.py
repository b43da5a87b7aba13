"""Two sources tell one account: its money counts once, whoever comes first, and whoever is taken back."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from market.database import reading, writing
from merchants.sealing import Sealer
from reconciliation.bulk import rows_of, table_of
from reconciliation.intake.ingest import Incoming, ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.lake.database import export_days, import_days
from reconciliation.ledger.changed_days import changed_days
from reconciliation.ledger.forgotten_names import MARK
from reconciliation.operations.retention import forget_transactions
from reconciliation.operations.voiding import decide_void, propose_void
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.tables import AccountTeller, DayClose, Decision, Delivery, ProviderTransaction
from reconciliation.verification.ledger import prove_ledger
from tests.feed_samples import VCB_ACCOUNT
from tests.reconciliation.arrivals import NOW, incoming, sepay, vcb, vendor_with
from tests.reconciliation.taking import ONE, TWO, take_back

DAY = date(2026, 11, 20)
ROW = table_of(ProviderTransaction).c
Payment = tuple[str, int]
"""Reference and signed amount."""


def casso(number: int, reference: str, amount: int = 20_000, **body: Any) -> Incoming:
    """The same payment as ``sepay`` tells, through another aggregator."""
    transfer = {
        "id": number,
        "tid": reference,
        "description": "tien rau",
        "amount": amount,
        "cusum_balance": 0,
        "when": "2026-11-20 14:02:37",
        "subAccId": VCB_ACCOUNT,
        "bankAbbreviation": "VCB",
    }
    return incoming(
        "casso",
        json.dumps({"error": 0, "data": [transfer | body]}),
        channel=SourceChannel.WEBHOOK,
        signature_status=SignatureStatus.UNSIGNED,
    )


def told_by_sepay(number: int, reference: str, amount: int = 20_000) -> Incoming:
    way = "in" if amount > 0 else "out"
    return sepay(number, abs(amount), referenceCode=reference, transferType=way)


def mt940(*rows: Payment, opening: int = 1_000_000, number: int = 1) -> Incoming:
    """A statement of the same account in the other format."""
    lines = [f":20:S{number}", f":25:BFTVVNVX/{VCB_ACCOUNT}", f":28C:{number}",
             f":60F:C261120VND{opening},"]  # fmt: skip
    for reference, amount in rows:
        mark = "C" if amount > 0 else "D"
        lines += [f":61:261120{mark}{abs(amount)},NTRFNONREF//{reference}", ":86:tien rau"]
    lines += [f":62F:C261120VND{opening + sum(amount for _, amount in rows)},", "-"]
    return incoming("bank_mt940", "\r\n".join(lines) + "\r\n")


Take = Callable[..., list[int]]
Void = Callable[[int], None]


@pytest.fixture
def take(engine: sa.Engine, sealer: Sealer, tmp_path: Path) -> Take:
    """Take deliveries in, each in a transaction of its own; return their numbers."""

    def _take(*sent: Incoming) -> list[int]:
        ids = []
        for one in sent:
            with writing(engine) as session:
                store = RawStore(tmp_path)
                [result] = ingest_many(session, store, sealer=sealer, incoming=[one], now=NOW)
            assert result.state == "processed", result
            ids.append(result.delivery_id)
        return ids

    return _take


@pytest.fixture
def void(engine: sa.Engine, tmp_path: Path) -> Void:
    """Take a delivery back."""

    def _void(delivery_id: int) -> None:
        take_back(engine, RawStore(tmp_path), delivery_id, now=NOW)

    return _void


def counting(engine: sa.Engine) -> list[tuple[str, str | None, int]]:
    """Who told what counts: provider, reference, amount."""
    wanted = sa.select(ROW.provider, ROW.bank_reference, ROW.amount).where(ROW.is_current)
    with reading(engine) as session:
        return sorted(tuple(row) for row in rows_of(session, wanted))


def marked(engine: sa.Engine, column: sa.Column[bool]) -> list[tuple[str, int]]:
    with reading(engine) as session:
        rows = rows_of(session, sa.select(ROW.provider, ROW.amount).where(column))
    return sorted((row.provider, row.amount) for row in rows)


@pytest.mark.parametrize("turn", [1, -1], ids=["precedence first", "precedence last"])
def test_a_payment_through_two_aggregators_counts_once(
    engine: sa.Engine, take: Take, turn: int
) -> None:
    sent = [told_by_sepay(1, "FT1"), casso(7, "FT1")][::turn]

    take(*sent)

    assert counting(engine) == [("sepay", "FT1", 20_000)]
    assert marked(engine, ROW.is_check) == [("casso", 20_000)]


@pytest.mark.parametrize("turn", [1, -1], ids=["precedence first", "precedence last"])
def test_the_same_reference_written_otherwise_counts_once(
    engine: sa.Engine, take: Take, void: Void, turn: int
) -> None:
    sent = [told_by_sepay(1, "MBVCB.3278907687"), casso(7, "mbvcb 3278907687")][::turn]

    first, second = take(*sent)

    assert counting(engine) == [("sepay", "MBVCB.3278907687", 20_000)]
    void(first if turn == 1 else second)
    assert counting(engine) == [("casso", "mbvcb 3278907687", 20_000)]


def test_references_that_only_look_alike_are_two_payments(engine: sa.Engine, take: Take) -> None:
    take(told_by_sepay(1, "5243.65937"), casso(7, "52436.5937"))

    assert len(counting(engine)) == 2


def test_a_reference_that_names_nothing_merges_nothing(engine: sa.Engine, take: Take) -> None:
    take(told_by_sepay(1, "NONREF"), casso(7, "NONREF"))

    assert len(counting(engine)) == 2


def test_other_money_under_a_reference_written_otherwise_is_told(
    engine: sa.Engine, take: Take
) -> None:
    take(told_by_sepay(1, "FT-26324"), casso(7, "ft26324", 30_000))

    assert marked(engine, ROW.is_contradicted) == [("casso", 30_000)]


@pytest.mark.parametrize("turn", [1, -1], ids=["file first", "mt940 first"])
def test_a_statement_in_two_formats_counts_once(engine: sa.Engine, take: Take, turn: int) -> None:
    file = vcb(("5243.1", 20_000, "tien rau"), ("5243.2", -30_000, "tien ca"))

    take(*[file, mt940(("5243.1", 20_000), ("5243.2", -30_000), ("5243.3", 7_000))][::turn])

    assert counting(engine) == [
        ("bank_mt940", "5243.3", 7_000),
        ("bank_vcb", "5243.1", 20_000),
        ("bank_vcb", "5243.2", 30_000),
    ]


@pytest.mark.parametrize("gone", [0, 1])
def test_what_the_other_told_counts_when_one_is_taken_back(
    engine: sa.Engine, take: Take, void: Void, gone: int
) -> None:
    ids = take(told_by_sepay(1, "FT1"), casso(7, "FT1"))

    void(ids[gone])

    assert counting(engine) == [(["casso", "sepay"][gone], "FT1", 20_000)]
    assert marked(engine, ROW.is_check) == []


def test_other_money_under_one_reference_is_not_merged_and_said(
    engine: sa.Engine, take: Take, void: Void
) -> None:
    ids = take(told_by_sepay(1, "FT1"), casso(7, "FT1", 25_000))

    assert counting(engine) == [("casso", "FT1", 25_000), ("sepay", "FT1", 20_000)]
    assert marked(engine, ROW.is_contradicted) == [("casso", 25_000)]

    void(ids[0])

    assert marked(engine, ROW.is_contradicted) == []


def test_a_correction_that_agrees_ends_the_contradiction(engine: sa.Engine, take: Take) -> None:
    take(told_by_sepay(1, "FT1"), casso(7, "FT1", 25_000), casso(7, "FT1", 20_000))

    assert counting(engine) == [("sepay", "FT1", 20_000)]
    assert marked(engine, ROW.is_contradicted) == []
    assert marked(engine, ROW.is_check) == [("casso", 20_000)]


def test_a_check_told_again_stays_one_row(engine: sa.Engine, take: Take, sealer: Sealer) -> None:
    take(told_by_sepay(1, "FT1"), casso(7, "FT1"))
    again = casso(7, "FT1", extra="the same, in other bytes")

    take(again)

    with reading(engine) as session:
        assert len(rows_of(session, sa.select(ROW.id))) == 2
    assert counting(engine) == [("sepay", "FT1", 20_000)]


def test_money_without_a_reference_is_not_compared(engine: sa.Engine, take: Take) -> None:
    take(told_by_sepay(1, ""), casso(7, ""))

    assert [one[0] for one in counting(engine)] == ["casso", "sepay"]


def test_another_account_is_another_account(engine: sa.Engine, take: Take) -> None:
    take(told_by_sepay(1, "FT1"), casso(7, "FT1", subAccId="0999999999"))

    assert [one[0] for one in counting(engine)] == ["casso", "sepay"]


def test_an_account_at_a_bank_without_statements_counts_once_too(
    engine: sa.Engine, take: Take
) -> None:
    take(sepay(1, gateway="BIDV", referenceCode="FT1"), casso(7, "FT1", bankAbbreviation="BIDV"))

    assert counting(engine) == [("sepay", "FT1", 20_000)]


def test_a_closed_day_is_noted_when_the_telling_that_counts_changes(
    engine: sa.Engine, take: Take
) -> None:
    take(casso(7, "FT1"))
    with writing(engine) as session:
        session.add(a_close())
    take(told_by_sepay(1, "FT1"))

    with reading(engine) as session:
        assert changed_days(session, before=date(2027, 1, 1), limit=9) == [DAY]


def a_close() -> DayClose:
    values: dict[str, Any] = {
        column.name: 0 if column.type.python_type is int else ""
        for column in table_of(DayClose).columns
        if column.name != "id" and not column.nullable
    }
    values |= {"scope": "*", "business_date": DAY, "version": 1, "state": "provisional"}
    return DayClose(**values | {"closed_at": datetime(2026, 11, 21, tzinfo=UTC)})


def test_the_bytes_prove_what_is_a_check_as_well(
    engine: sa.Engine, take: Take, sealer: Sealer, tmp_path: Path
) -> None:
    take(casso(7, "FT1"), told_by_sepay(1, "FT1"))

    with reading(engine) as session:
        proof = prove_ledger(session, RawStore(tmp_path), sealer=sealer)

    assert (proof.rows, proof.findings) == (2, [])


references = st.sampled_from(["FT1", "FT2", "FT3"])
amounts = st.sampled_from([20_000, 8_800, -8_800])
payments = st.lists(st.tuples(references, amounts), min_size=1, max_size=6)


def _hooks(told: Sequence[Payment], say: Callable[..., Incoming]) -> list[Incoming]:
    return [say(number, *payment) for number, payment in enumerate(told, start=1)]


def _after(
    engine: sa.Engine,
    folder: Path,
    sealer: Sealer,
    sent: Sequence[Incoming],
    voided: Sequence[int] = (),
) -> Iterator[tuple[str, str, str, int]]:
    """What counts after deliveries, some taken back, on an empty database that is left empty."""
    with Session(engine) as session:  # rolled back
        results = [
            ingest_many(session, RawStore(folder), sealer=sealer, incoming=[one], now=NOW)[0]
            for one in sent
        ]
        for place in voided:
            delivery_id = results[place].delivery_id
            propose_void(session, delivery_id, reason="gửi nhầm chợ", actor=ONE, now=NOW)
            decide_void(
                session,
                RawStore(folder),
                delivery_id,
                Decision.APPROVED,
                actor=TWO,
                now=NOW,
                sealer=sealer,
            )
        columns = ROW.dedupe_key, ROW.bank_reference, ROW.direction, ROW.amount
        found = rows_of(session, sa.select(*columns).where(ROW.is_current))
    yield from sorted(tuple(row) for row in found)


def _due(*sources: Sequence[Payment]) -> Counter[tuple[str, str, int]]:
    most: Counter[tuple[str, str, int]] = Counter()
    for told in sources:
        most |= Counter((ref, "credit" if n > 0 else "debit", abs(n)) for ref, n in told)
    return most


@settings(max_examples=30)
@given(one=payments, other=payments, data=st.data())
def test_any_order_gives_the_same_store_and_counts_what_the_fuller_source_tells(
    one: list[Payment],
    other: list[Payment],
    data: st.DataObject,
    sqlite_engine: sa.Engine,
    sealer: Sealer,
    tmp_path: Path,
) -> None:
    sent = [*_hooks(one, told_by_sepay), *_hooks(other, casso)]
    order = data.draw(st.permutations(sent))

    found = list(_after(sqlite_engine, tmp_path, sealer, order))

    assert Counter(row[1:] for row in found) == _due(one, other)
    assert found == list(_after(sqlite_engine, tmp_path, sealer, sent))


@settings(max_examples=30)
@given(one=payments, other=payments, data=st.data())
def test_what_is_taken_back_leaves_what_the_others_told(
    one: list[Payment],
    other: list[Payment],
    data: st.DataObject,
    sqlite_engine: sa.Engine,
    sealer: Sealer,
    tmp_path: Path,
) -> None:
    sent = [*_hooks(one, told_by_sepay), *_hooks(other, casso)]
    gone = data.draw(st.lists(st.integers(0, len(sent) - 1), unique=True, max_size=4))
    left = [payment for place, payment in enumerate([*one, *other]) if place not in gone]
    cut = len(one) - sum(place < len(one) for place in gone)

    found = list(_after(sqlite_engine, tmp_path, sealer, sent, gone))

    assert Counter(row[1:] for row in found) == _due(left[:cut], left[cut:])


@settings(max_examples=20)
@given(file=payments, copy=payments, is_file_first=st.booleans())
def test_a_bank_file_and_its_mt940_count_once(
    file: list[Payment],
    copy: list[Payment],
    is_file_first: bool,
    sqlite_engine: sa.Engine,
    sealer: Sealer,
    tmp_path: Path,
) -> None:
    # An MT940 names each line by its reference alone, as its key does.
    copy = list(dict(copy).items())
    told = [
        vcb(*((ref, amount, f"memo {n}") for n, (ref, amount) in enumerate(file))),
        mt940(*copy),
    ]

    found = _after(sqlite_engine, tmp_path, sealer, told if is_file_first else told[::-1])

    assert Counter(row[1:] for row in found) == _due(file, copy)


def test_who_tells_an_account_is_noted_once(engine: sa.Engine, take: Take) -> None:
    take(told_by_sepay(1, "FT1"), told_by_sepay(2, "FT2"), casso(7, "FT1"), vcb(("5", 1, "x")))

    with reading(engine) as session:
        told = rows_of(session, sa.select(table_of(AccountTeller)))
        [alias] = {one.account_alias for one in told}
        deliveries = rows_of(session, sa.select(table_of(Delivery).c.account_alias))
    assert {one.account_alias for one in deliveries} == {alias}
    assert sorted((one.book, one.provider, one.ledger) for one in told) == [
        ("payments", "casso", "bank_vcb"),
        ("payments", "sepay", "bank_vcb"),
        ("statement", "bank_vcb", "bank_vcb"),
    ]


@pytest.mark.parametrize("turn", [1, -1], ids=["precedence forgotten", "other forgotten"])
def test_a_forgotten_payment_that_the_other_source_tells_late_counts_not_again(
    engine: sa.Engine, take: Take, turn: int
) -> None:
    first, second = [told_by_sepay(1, "FT1"), casso(7, "FT1")][::turn]
    take(first)
    with writing(engine) as session:
        forgotten = forget_transactions(session, NOW + timedelta(days=3), now=NOW)

    take(second)

    assert forgotten == 1
    with reading(engine) as session:
        told = rows_of(session, sa.select(ROW.provider, ROW.is_current, ROW.is_check))
        names = rows_of(session, sa.select(table_of(AccountTeller).c.account_alias))
    assert sorted(told) == sorted([(first.provider, True, False), (second.provider, False, True)])
    assert any(one.account_alias.startswith(MARK) for one in names)


def test_a_lake_keeps_what_is_a_check_and_an_import_weighs_anew(
    engine: sa.Engine, take: Take, tmp_path: Path
) -> None:
    take(told_by_sepay(1, "FT1"), casso(7, "FT1"), casso(8, "FT2"))
    with reading(engine) as session:
        export_days(session, tmp_path / "lake", DAY, DAY)
    with writing(engine) as session:
        for model in (ProviderTransaction, AccountTeller):
            session.connection().execute(sa.delete(table_of(model)))
    take(told_by_sepay(2, "FT2"))

    with writing(engine) as session:
        import_days(session, tmp_path / "lake")

    assert counting(engine) == [("sepay", "FT1", 20_000), ("sepay", "FT2", 20_000)]
    assert marked(engine, ROW.is_check) == [("casso", 20_000), ("casso", 20_000)]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_there_is_have_neighbours_too(
    engine: sa.Engine, take: Take, day: str
) -> None:
    when = f"{day} 14:02:37"

    take(sepay(1, referenceCode="FT1", transactionDate=when), casso(7, "FT1", when=when))

    assert len(counting(engine)) <= 1


def test_the_account_of_a_vendor_who_is_forgotten_is_named_by_no_teller(
    engine: sa.Engine, take: Take, sealer: Sealer
) -> None:
    with writing(engine) as session:
        hers = vendor_with(session, sealer, "bank_vcb", VCB_ACCOUNT)
    take(told_by_sepay(1, "FT1"), casso(7, "FT1"), casso(8, "FT2", subAccId="0999999999"))

    with writing(engine) as session:
        forgotten = forget_transactions(session, NOW, vendor_id=hers, now=NOW)

    assert forgotten == 2  # what is a check is hers as well
    with reading(engine) as session:
        names = [one.account_alias for one in rows_of(session, sa.select(table_of(AccountTeller)))]
    assert sorted(name.startswith(MARK) for name in names) == [False, True, True]
