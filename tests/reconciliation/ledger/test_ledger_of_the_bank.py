"""The bank of an account decides whose ledger it is in, whoever tells of it: money counts once."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from market.database import reading, writing
from merchants.accounts import FEED_OF_BIN, account_at
from merchants.sealing import Sealer
from qr.participants import participants
from reconciliation.close.closing import close_days
from reconciliation.feeds.rules import PLAIN_RULES, FeedRules, ToldBy
from reconciliation.intake.ingest import Incoming, ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.accounts import ANNOUNCERS, bank_named, seat_of
from reconciliation.profiles import load_profiles
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.tables import (
    Delivery,
    DeliveryState,
    MarketDay,
    ProviderTransaction,
    SettlementStatement,
)
from reconciliation.verification.ledger import prove_ledger
from tests.reconciliation.arrivals import NOW, incoming, vcb, vendor_with
from tests.reconciliation.feeds.statement_writer import BANKS, Form, delimited, grid, rows_of

ACCOUNT = "0912345678"
"""A phone number, as many banks let people choose: the same number at several of them."""
DAY = date(2026, 11, 1)
AMOUNT = 68_866
LATER = datetime(2026, 12, 31, tzinfo=UTC)
BINS = pytest.mark.parametrize("bank", sorted(FEED_OF_BIN), ids=lambda one: FEED_OF_BIN[one])


def statement(feed: str) -> Incoming:
    """The bank's own file: one credit on 1 November."""
    bank = next(one for one in BANKS.values() if one.provider == feed)
    rows = rows_of(1_000_000, [(AMOUNT, "FT1", "tien rau")])
    return incoming(feed, delimited(grid(bank, rows, Form()), Form()), account=ACCOUNT)


def pushed(provider: str, body: dict[str, Any]) -> Incoming:
    return incoming(
        provider,
        json.dumps(body),
        channel=SourceChannel.WEBHOOK,
        signature_status=SignatureStatus.VALID,
    )


def casso(bank: str) -> Incoming:
    transfer = {
        "id": 1, "tid": "FT1", "description": "tien rau", "amount": AMOUNT, "cusum_balance": 0,
        "when": "2026-11-01 14:02:37", "subAccId": ACCOUNT,
        "bankAbbreviation": participants()[bank].code,
    }  # fmt: skip
    return pushed("casso", {"error": 0, "data": [transfer]})


def sepay(bank: str) -> Incoming:
    return pushed(
        "sepay",
        {
            "id": 1, "gateway": participants()[bank].short_name, "accountNumber": ACCOUNT,
            "transactionDate": "2026-11-01 14:02:37", "content": "tien rau", "code": None,
            "transferType": "in", "transferAmount": AMOUNT, "accumulated": 0,
            "subAccount": None, "referenceCode": "FT1", "description": "",
        },
    )  # fmt: skip


def payos(_bank: str) -> Incoming:
    data = {
        "orderCode": 7, "amount": AMOUNT, "description": "tien rau", "accountNumber": ACCOUNT,
        "reference": "FT1", "transactionDateTime": "2026-11-01 14:02:37", "currency": "VND",
        "code": "00", "desc": "success", "paymentLinkId": "x",
    }  # fmt: skip
    return pushed("payos", {"code": "00", "data": data, "signature": "-"})


def camt(bank: str) -> Incoming:
    """A notice, which many banks write in one form and which says which bank it is."""
    xml = f"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">
      <BkToCstmrDbtCdtNtfctn><Ntfctn><Id>N1</Id>
      <Acct><Id><Othr><Id>{ACCOUNT}</Id></Othr></Id><Ccy>VND</Ccy>
        <Svcr><FinInstnId><BICFI>{participants()[bank].swift}XXX</BICFI></FinInstnId></Svcr></Acct>
      <Ntry><Amt Ccy="VND">{AMOUNT}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
        <BookgDt><Dt>2026-11-01</Dt></BookgDt><AcctSvcrRef>FT1</AcctSvcrRef></Ntry>
      </Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"""
    return incoming("bank_camt", xml)


@pytest.fixture
def take(sqlite_engine: sa.Engine, sealer: Sealer, tmp_path: Path) -> Callable[..., None]:
    def _take(*sent: Incoming, rules: FeedRules = PLAIN_RULES) -> None:
        with writing(sqlite_engine) as session:
            ingest_many(
                session, RawStore(tmp_path), sealer=sealer, incoming=sent, now=NOW, rules=rules
            )

    return _take


def vendor_at(engine: sa.Engine, sealer: Sealer, bank: str) -> int:
    """A vendor whose account is at that bank, as the register would have it."""
    account = account_at(participants()[bank], ACCOUNT)
    with writing(engine) as session:
        return vendor_with(session, sealer, account.ledger, account.number)


def rows(engine: sa.Engine) -> list[tuple[str, str, int | None, str]]:
    with reading(engine) as session:
        found = session.exec(select(ProviderTransaction).order_by(col(ProviderTransaction.id)))
        return [(one.provider, one.ledger, one.vendor_id, one.attribution_rule) for one in found]


@BINS
def test_every_statement_names_the_vendor_by_her_account_at_that_bank(
    sqlite_engine: sa.Engine, sealer: Sealer, take: Callable[..., None], bank: str
) -> None:
    feed = FEED_OF_BIN[bank]
    vendor = vendor_at(sqlite_engine, sealer, bank)

    take(statement(feed))

    assert rows(sqlite_engine) == [(feed, feed, vendor, "account")]


@BINS
@pytest.mark.parametrize("teller", [casso, sepay, payos, camt])
def test_what_an_announcer_and_the_bank_tell_counts_once(
    sqlite_engine: sa.Engine,
    sealer: Sealer,
    take: Callable[..., None],
    bank: str,
    teller: Callable[[str], Incoming],
) -> None:
    feed = FEED_OF_BIN[bank]
    vendor = vendor_at(sqlite_engine, sealer, bank)
    told = teller(bank)

    take(told, statement(feed))
    with writing(sqlite_engine) as session:
        close_days(
            session,
            DAY,
            DAY,
            market_code=None,
            profiles=load_profiles(None),
            sealer=sealer,
            now=LATER,
        )

    assert rows(sqlite_engine) == [
        (told.provider, feed, vendor, "account"),
        (feed, feed, vendor, "account"),
    ]
    with reading(sqlite_engine) as session:
        [day] = session.exec(select(MarketDay)).all()
        aliases = set(session.exec(select(ProviderTransaction.account_alias)).all())
        assert (day.payments, day.gross_vnd, day.matched_vnd) == (1, AMOUNT, AMOUNT)
        assert (day.pending_vnd, day.unexplained_vnd) == (0, 0)
    assert len(aliases) == 1


def test_a_number_that_two_banks_hold_is_of_neither_unless_the_bank_is_told(
    sqlite_engine: sa.Engine, sealer: Sealer, take: Callable[..., None]
) -> None:
    at_mb = vendor_at(sqlite_engine, sealer, "970422")
    vendor_at(sqlite_engine, sealer, "970407")

    take(payos(""), casso("970422"))

    assert rows(sqlite_engine) == [
        ("payos", "payos", None, ""),
        ("casso", "bank_mb", at_mb, "account"),
    ]


def test_the_settings_tell_the_bank_where_nobody_else_does(
    sqlite_engine: sa.Engine, sealer: Sealer, take: Callable[..., None]
) -> None:
    vendor_at(sqlite_engine, sealer, "970422")
    at_tcb = vendor_at(sqlite_engine, sealer, "970407")

    take(payos(""), rules=FeedRules(told_by={ACCOUNT: ToldBy(statement="bank_tcb")}))

    assert rows(sqlite_engine) == [("payos", "bank_tcb", at_tcb, "account")]


def test_an_account_at_a_bank_without_statements_here_is_still_its_vendors(
    sqlite_engine: sa.Engine, sealer: Sealer, take: Callable[..., None]
) -> None:
    vendor = vendor_at(sqlite_engine, sealer, "970432")

    take(casso("970432"))

    assert rows(sqlite_engine) == [("casso", "casso", vendor, "account")]


def test_a_row_is_proved_and_repeated_by_its_bytes_whatever_the_register_learnt_since(
    sqlite_engine: sa.Engine, sealer: Sealer, take: Callable[..., None], tmp_path: Path
) -> None:
    take(payos(""))
    vendor_at(sqlite_engine, sealer, "970422")

    take(pushed("payos", json.loads(payos("").content) | {"desc": "told again"}))

    assert rows(sqlite_engine) == [("payos", "payos", None, "")]
    with reading(sqlite_engine) as session:
        proof = prove_ledger(session, RawStore(tmp_path), sealer=sealer)
    assert (proof.rows, proof.findings) == (1, [])


def test_the_totals_of_a_form_that_many_banks_write_are_the_banks(
    sqlite_engine: sa.Engine, sealer: Sealer, take: Callable[..., None]
) -> None:
    vendor_at(sqlite_engine, sealer, "970422")
    lines = [
        ":20:S1", f":25:{ACCOUNT}", ":28C:1", ":60F:C261101VND0,",
        f":61:261101C{AMOUNT},NTRFNONREF//FT1", ":86:tien rau", f":62F:C261101VND{AMOUNT},", "-",
    ]  # fmt: skip

    take(incoming("bank_mt940", "\r\n".join(lines) + "\r\n"))

    with reading(sqlite_engine) as session:
        [totals] = session.exec(select(SettlementStatement)).all()
        [row] = session.exec(select(ProviderTransaction)).all()
        assert (totals.provider, totals.ledger) == ("bank_mt940", "bank_mb")
        assert totals.account_alias == row.account_alias


@pytest.mark.parametrize(
    ("told", "bank"),
    [
        ("MB", "970422"),
        ("MBBank", "970422"),
        ("Ngân hàng TMCP Quân đội", "970422"),
        ("970422", "970422"),
        ("MSCBVNVXXXX", "970422"),
        ("Techcombank", "970407"),
        ("no such bank", None),
        ("", None),
    ],
)
def test_a_bank_is_known_by_name_code_bin_and_swift_code(told: str, bank: str | None) -> None:
    assert bank_named(told) == bank


def test_only_announcers_speak_of_other_ledgers() -> None:
    assert seat_of("momo", "970422") == ("momo", "momo")
    assert seat_of("bank_vcb", "970422") == ("bank_vcb", "bank_vcb")
    assert seat_of("generic", None) == ("generic", "generic")
    assert {seat_of(one, "970422").ledger for one in ANNOUNCERS} == {"bank_mb"}


def test_both_databases_look_the_account_up(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    vendor = vendor_at(engine, sealer, "970436")

    with writing(engine) as session:
        sent = [payos(""), vcb(("FT1", AMOUNT, "tien rau"), account=ACCOUNT)]
        ingest_many(session, RawStore(tmp_path), sealer=sealer, incoming=sent, now=NOW)

    assert {row[1:] for row in rows(engine)} == {("bank_vcb", vendor, "account")}


def test_a_delivery_names_the_account_as_its_rows_do_and_is_a_duplicate_whatever_was_learnt(
    sqlite_engine: sa.Engine, sealer: Sealer, take: Callable[..., None]
) -> None:
    notice = replace(camt("970422"), account=ACCOUNT)
    take(notice, casso("970422"), payos(""))
    vendor_at(sqlite_engine, sealer, "970407")
    take(notice, sepay("970422"))

    with reading(sqlite_engine) as session:
        deliveries = session.exec(select(Delivery).order_by(col(Delivery.id))).all()
        told = [(one.provider, one.state, one.account_alias) for one in deliveries]
        rows_ = session.exec(select(ProviderTransaction)).all()
        aliases = {one.delivery_id: one.account_alias for one in rows_}
        numbers = {one.id: one.account_alias for one in deliveries if one.id in aliases}
    assert numbers == aliases
    assert told[3][:2] == ("bank_camt", DeliveryState.DUPLICATE)
