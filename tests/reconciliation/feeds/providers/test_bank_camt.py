"""camt.053 and camt.054: one key for both, totals and balances, hostile XML refused unexpanded."""

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.feeds.catalogue import book_of
from reconciliation.records import Book, Direction, FeedReading, FileAction, Status, TransactionType
from tests.feed_samples import read, sample

ACCOUNT = "1018795282"


def entry(
    amount: object = 5,
    side: str = "CRDT",
    *,
    status: str = "<Sts><Cd>BOOK</Cd></Sts>",
    dates: str = "<BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt>",
    reference: str = "<AcctSvcrRef>FT1</AcctSvcrRef>",
    details: str = "<TxDtls><RmtInf><Ustrd>tien rau</Ustrd></RmtInf></TxDtls>",
    more: str = "",
    currency: str = "VND",
) -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}{status}'
        f"{dates}{reference}<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def balance(code: str, amount: int, side: str = "CRDT", day: str = "2026-11-20") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="VND">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>'
    )


def statement(*entries: str, closing: int, opening: int = 100, more: str = "") -> str:
    return document(f"{balance('OPBD', opening)}{balance('CLBD', closing)}{more}{''.join(entries)}")


def document(inside: str, *, kind: str = "Stmt", currency: str = "<Ccy>VND</Ccy>") -> str:
    message = "BkToCstmrStmt" if kind == "Stmt" else "BkToCstmrDbtCdtNtfctn"
    return (
        f'<?xml version="1.0"?><Document xmlns="urn:x"><{message}><{kind}><Id>S1</Id>'
        f"<ElctrncSeqNb>7</ElctrncSeqNb><Acct><Id><Othr><Id>{ACCOUNT}</Id></Othr></Id>{currency}"
        f"</Acct>{inside}</{kind}></{message}></Document>"
    )


def read_camt(content: str | bytes, account: str | None = ACCOUNT) -> FeedReading:
    return read(
        "bank_camt", content if isinstance(content, bytes) else content.encode(), account=account
    )


def test_any_prefix_and_any_version_give_the_same_rows() -> None:
    plain = sample("iso/camt053.xml").decode()
    prefixed = plain.replace("</", "</n:").replace("<", "<n:").replace("<n:/n:", "</n:")
    prefixed = (
        prefixed.replace("<n:?", "<?").replace("<n:!--", "<!--").replace("xmlns=", "xmlns:n=")
    )
    newer = plain.replace("camt.053.001.08", "camt.053.001.13")
    wide = plain.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")

    whole = read_camt(plain)

    assert len(whole.transactions) == 4
    assert read_camt(prefixed) == read_camt(newer) == read_camt(wide) == whole


def test_a_notice_and_the_statement_meet_on_one_key_in_two_books() -> None:
    [notice] = read_camt(sample("iso/camt054.xml")).transactions
    told = {row.dedupe_key: row for row in read_camt(sample("iso/camt053.xml")).transactions}

    assert notice.dedupe_key in told
    assert book_of(notice) is Book.PAYMENTS
    assert {book_of(row) for row in told.values()} == {Book.STATEMENT}


def test_a_notice_sent_twice_is_one_entry_and_two_equal_bookings_are_two() -> None:
    twice = entry() + entry()

    notices = read_camt(document(twice, kind="Ntfctn")).transactions
    bookings = read_camt(statement(twice, closing=110)).transactions

    assert len({row.dedupe_key for row in notices}) == 1
    assert len({row.dedupe_key for row in bookings}) == 2


def test_a_reversal_is_booked_as_it_says_and_not_turned_round() -> None:
    [row] = read_camt(
        statement(entry(5, "DBIT", more="<RvslInd>true</RvslInd>"), closing=95)
    ).transactions

    assert (row.transaction_type, row.direction) == (TransactionType.REVERSAL, Direction.DEBIT)


def test_pending_entries_are_rows_outside_the_balance_and_information_is_no_row() -> None:
    pending = entry(7, status="<Sts>PDNG</Sts>", reference="<NtryRef>N2</NtryRef>")
    information = entry(9, status="<Sts><Cd>INFO</Cd></Sts>", reference="")
    summary = (
        "<TxsSummry><TtlNtries><NbOfNtries>3</NbOfNtries><Sum>21</Sum></TtlNtries></TxsSummry>"
    )

    reading = read_camt(statement(information, pending, entry(), closing=105, more=summary))

    assert [(row.row, row.status) for row in reading.transactions] == [
        (1, Status.PENDING),
        (2, Status.SUCCEEDED),
    ]
    [told] = reading.statements
    assert (told.computed_count, told.transaction_count, told.declared_count) == (2, 1, 3)
    assert told.control_status == "agree"


def test_a_batch_booking_is_one_row_without_an_order() -> None:
    one = (
        "<TxDtls><Refs><EndToEndId>A</EndToEndId></Refs><RmtInf><Ustrd>x</Ustrd></RmtInf></TxDtls>"
    )

    [batch] = read_camt(statement(entry(details=one * 2), closing=105)).transactions
    [single] = read_camt(statement(entry(details=one), closing=105)).transactions

    assert (batch.merchant_reference, batch.description) == (None, "x x")
    assert single.merchant_reference == "A"


@pytest.mark.parametrize(
    ("dates", "occurred_at", "booked", "precision"),
    [
        (
            "<BookgDt><DtTm>2026-11-20T23:30:00+07:00</DtTm></BookgDt>",
            datetime(2026, 11, 20, 16, 30, tzinfo=UTC),
            date(2026, 11, 20),
            "second",
        ),
        (
            "<BookgDt><DtTm>2026-11-20T23:30:00.5Z</DtTm></BookgDt>",
            datetime(2026, 11, 20, 23, 30, 0, 500_000, tzinfo=UTC),
            date(2026, 11, 21),
            "ms",
        ),
        (
            "<BookgDt><DtTm>2026-11-20T23:30:00</DtTm></BookgDt>",
            datetime(2026, 11, 20, 16, 30, tzinfo=UTC),
            date(2026, 11, 20),
            "second",
        ),
        ("<ValDt><Dt>2026-11-20+07:00</Dt></ValDt>", None, None, "day"),
    ],
)
def test_a_booking_time_gives_its_day_in_vietnam(
    dates: str, occurred_at: datetime | None, booked: date | None, precision: str
) -> None:
    [row] = read_camt(statement(entry(dates=dates), closing=105)).transactions

    assert (row.occurred_at, row.booking_date, row.time_precision) == (
        occurred_at,
        booked,
        precision,
    )


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (entry("5.50"), "amount"),
        (entry("5,00"), "amount"),
        (entry("-5"), "amount"),
        (entry("５"), "amount"),
        (entry("1e9"), "amount"),
        (entry(""), "amount"),
        (re.sub("<Amt.*</Amt>", "", entry()), "amount"),
        (entry("0"), "amount_sides"),
        (entry("9" * 30), "amount_range"),
        (entry(5, "BOTH"), "amount_sides"),
        (entry(5, currency="USD"), "amount"),
        (entry(dates="<BookgDt><Dt>2026-11-31</Dt></BookgDt>"), "date"),
        (entry(dates="<BookgDt><Dt>20/11/2026</Dt></BookgDt>"), "date"),
        (entry(dates="<BookgDt><DtTm>2026-11-20T25:00:00</DtTm></BookgDt>"), "date"),
        (entry(dates="<BookgDt><DtTm>0001-01-01T00:00:00+14:00</DtTm></BookgDt>"), "date"),
        (entry(dates="<BookgDt><DtTm>now</DtTm></BookgDt>"), "date"),
        (entry(dates=""), "date"),
        (entry(status="<Sts><Prtry>X</Prtry></Sts>"), "status"),
        (entry(status=""), "status"),
    ],
)
def test_a_broken_entry_waits_and_explains_a_difference(broken: str, reason: str) -> None:
    is_counted = reason == "date"
    content = statement(entry(), broken, closing=110 if is_counted else 177)

    reading = read_camt(content)

    if reason == "status":
        assert reading.reason == "control_totals"  # readable, and not booked
        reading = read_camt(statement(entry(), broken, closing=105))
    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(2, reason)]
    [told] = reading.statements
    assert told.completeness == "partial"
    assert told.control_status == ("agree" if reason in {"date", "status"} else "differ")


@pytest.mark.parametrize(
    "summary",
    [
        "<TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries>",
        "<TtlNtries><Sum>6</Sum></TtlNtries>",
        "<TtlCdtNtries><Sum>6</Sum></TtlCdtNtries>",
        "<TtlDbtNtries><Sum>6</Sum></TtlDbtNtries>",
        (
            "<TtlCdtNtries><NbOfNtries>1</NbOfNtries></TtlCdtNtries>"
            "<TtlDbtNtries><NbOfNtries>1</NbOfNtries></TtlDbtNtries>"
        ),
        "<TtlNtries><NbOfNtries>x</NbOfNtries></TtlNtries>",
        "<TtlNtries><Sum>x</Sum></TtlNtries>",
    ],
)
@pytest.mark.parametrize("kind", ["Stmt", "Ntfctn"])
def test_totals_that_the_entries_do_not_come_to_refuse_the_file(summary: str, kind: str) -> None:
    balances = balance("OPBD", 100) + balance("CLBD", 105) if kind == "Stmt" else ""
    inside = f"{balances}<TxsSummry>{summary}</TxsSummry>{entry()}"

    assert read_camt(document(inside, kind=kind)).reason == "control_totals"


def test_the_balances_must_be_the_entries_apart() -> None:
    assert read_camt(statement(entry(), closing=105)).action is FileAction.ACCEPT
    assert read_camt(statement(entry(), closing=106)).reason == "control_totals"
    assert read_camt(document(balance("OPBD", 100) + entry())).reason == "partial"
    odd = balance("OPBD", 100).replace(">100<", ">1.5<") + balance("CLBD", 105) + entry()
    assert read_camt(document(odd)).reason == "control_totals"


def test_a_previous_closing_balance_may_stand_for_the_opening() -> None:
    inside = balance("PRCD", 100, day="2026-11-19") + balance("CLBD", 95, "CRDT") + entry(5, "DBIT")

    [told] = read_camt(document(inside)).statements

    assert (told.opening_balance, told.closing_balance) == (100, 95)


def test_a_balance_without_a_day_proves_no_period() -> None:
    undated = (balance("OPBD", 100) + balance("CLBD", 105)).replace(
        "<Dt><Dt>2026-11-20</Dt></Dt>", ""
    )

    [told] = read_camt(document(undated + entry()).replace(">7<", ">VII<")).statements

    assert (told.period_from, told.period_to, told.sequence_no) == (None, None, None)


def test_an_overdrawn_account_has_balances_below_nothing() -> None:
    inside = balance("OPBD", 5) + balance("CLBD", 100, "DBIT") + entry(105, "DBIT")

    assert read_camt(document(inside)).statements[0].closing_balance == -100


def test_without_an_opening_balance_and_totals_there_is_no_check() -> None:
    [told] = read_camt(document(balance("CLBD", 95) + balance("XXXX", 1) + entry())).statements

    assert (told.control_status, told.opening_balance) == ("absent", None)


@pytest.mark.parametrize(
    ("span", "period"),
    [
        ("", (date(2026, 11, 20), date(2026, 11, 20))),
        (
            (
                "<FrToDt><FrDtTm>2026-11-18T00:00:00+07:00</FrDtTm>"
                "<ToDtTm>2026-11-20T23:59:59+07:00</ToDtTm></FrToDt>"
            ),
            (date(2026, 11, 18), date(2026, 11, 20)),
        ),
        ("<FrToDt><FrDtTm>x</FrDtTm></FrToDt>", (date(2026, 11, 20), date(2026, 11, 20))),
    ],
)
def test_the_period_is_what_the_statement_says_or_proves(
    span: str, period: tuple[date, date]
) -> None:
    [told] = read_camt(statement(entry(), closing=105, more=span)).statements

    assert (told.period_from, told.period_to) == period


def test_several_statements_are_numbered_through_and_proven_apart() -> None:
    one = statement(entry(), closing=105)
    at = one.index("<Stmt>"), one.index("</Stmt>") + len("</Stmt>")
    two = one[: at[1]] + one[slice(*at)].replace("FT1", "FT2").replace("S1", "S2") + one[at[1] :]

    reading = read_camt(two)

    assert [row.row for row in reading.transactions] == [1, 2]
    assert [told.settlement_id for told in reading.statements] == ["S1", "S2"]
    assert read_camt(two, "1").reason == "wrong_account"
    assert read_camt(two, None).transactions[0].provider_account_id == ACCOUNT


def test_an_entry_without_any_reference_is_known_by_its_content() -> None:
    [row] = read_camt(statement(entry(reference=""), closing=105)).transactions

    assert row.dedupe_key.startswith(f"bank_camt:{ACCOUNT}:h:")
    assert row.bank_reference is None


def test_a_payer_named_in_the_details_is_passed_on() -> None:
    party = "<RltdPties><DbtrAcct><Id><Othr><Id>0351</Id></Othr></Id></DbtrAcct></RltdPties>"

    [row] = read_camt(
        statement(entry(details=f"<TxDtls>{party}</TxDtls>"), closing=105)
    ).transactions

    assert row.payer == "0351"


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "'
    + "x" * 100
    + '"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><Document><BkToCstmrStmt><Stmt>'
    "<Id>&b;</Id></Stmt></BkToCstmrStmt></Document>"
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (BOMB.encode(), "xml_dtd"),
        (BOMB.split("?>", 1)[1].encode("utf-16"), "xml_dtd"),
        (b"<!doctype html><html></html>", "xml_dtd"),
        (b"", "empty"),
        (b"<Document", "not_parseable"),
        (b"<Document><a></b></Document>", "not_parseable"),
        (b"<Document>&undefined;</Document>", "not_parseable"),
        (b"<Document>&#0;</Document>", "not_parseable"),
        (b"<Document>\x00</Document>", "control_character"),
        (b"<Document>\xff</Document>", "encoding"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?><Document/>', "encoding"),
        (b"<Document/>", "schema"),
        (b"<Document>" + b"<a>" * 100 + b"</a>" * 100 + b"</Document>", "not_parseable"),
        (b"-----BEGIN PGP MESSAGE-----", "encrypted"),
        (document(f"<Id>{'x' * 40_000}</Id>").encode(), "too_large"),
        (document("<Bal>" + "<a/>" * 100_001 + "</Bal>").encode(), "too_large"),
    ],
)
def test_hostile_and_broken_xml_is_refused_by_name(content: bytes, reason: str) -> None:
    assert read_camt(content).reason == reason


def test_every_cut_of_a_statement_is_refused() -> None:
    content = sample("iso/camt053.xml")

    assert {read_camt(content[:end]).action for end in range(0, len(content.rstrip()) - 1, 37)} == {
        FileAction.REJECT_FILE
    }


@given(
    amounts=st.lists(
        st.integers(-(10**12), 10**12).filter(bool), min_size=1, max_size=8, unique_by=abs
    ),
    opening=st.integers(0, 10**12),
    lost=st.integers(0, 7),
)
def test_reading_undoes_writing_and_a_lost_entry_is_noticed(
    amounts: list[int], opening: int, lost: int
) -> None:
    entries = [
        entry(
            abs(amount),
            "CRDT" if amount > 0 else "DBIT",
            reference=f"<AcctSvcrRef>FT{number}</AcctSvcrRef>",
        )
        for number, amount in enumerate(amounts)
    ]
    closing = opening + sum(amounts)
    ends = balance("OPBD", opening) + balance(
        "CLBD", abs(closing), "CRDT" if closing >= 0 else "DBIT"
    )

    whole = read_camt(document(ends + "".join(entries)))
    del entries[lost % len(entries)]

    assert [
        row.amount if row.direction is Direction.CREDIT else -row.amount
        for row in whole.transactions
    ] == amounts
    assert whole.statements[0].control_status == "agree"
    assert read_camt(document(ends + "".join(entries))).reason == "control_totals"
