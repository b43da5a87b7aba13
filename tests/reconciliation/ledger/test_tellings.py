"""One more telling of a movement: nothing, a new row, a new version, or kept out."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.feeds.ledger import Effect, effect_of
from reconciliation.ledger.entries import RECEIVED, entries_of
from reconciliation.ledger.tellings import LedgerDraft, Verdict
from reconciliation.records import (
    STATUS_RANK,
    Book,
    Direction,
    SourceChannel,
    Status,
    Transaction,
    TransactionType,
)
from tests.reconciliation.arrivals import SEALER, aliased

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def told(**changes: Any) -> Transaction:
    values: dict[str, Any] = {
        "provider": "momo",
        "provider_account_id": "P",
        "source_channel": SourceChannel.FILE,
        "provider_transaction_id": "1",
        "dedupe_key": "momo:P:1",
        "transaction_type": TransactionType.PAYMENT,
        "direction": Direction.CREDIT,
        "status": Status.SUCCEEDED,
        "amount": 68_866,
        "currency": "VND",
        "currency_exponent": 0,
        "business_date": date(2026, 11, 20),
        "business_date_rule": "calendar",
        "row": 1,
    }
    return Transaction(**values | changes)


def bank(**changes: Any) -> Transaction:
    values = {
        "provider": "bank_vcb",
        "dedupe_key": "bank_vcb:P:5243.1",
        "provider_transaction_id": "5243.1",
        "bank_reference": "5243.1",
    }
    return told(**values | changes)


def take(draft: LedgerDraft, *transactions: Transaction) -> list[Verdict]:
    """Take the rows of one file."""
    entries, rejects = entries_of(transactions, sealer=SEALER, received_at=NOW)
    assert rejects == []
    return [draft.take(entry, place=0, received_at=NOW, now=LATER) for entry in entries]


def current(draft: LedgerDraft) -> dict[str, tuple[int, int, Status]]:
    return {
        one.entry.key: (one.version, one.entry.told.amount, one.entry.told.status)
        for one in draft.additions
        if one.is_current
    }


def test_an_unknown_key_is_a_new_row_known_since_it_was_received() -> None:
    draft = LedgerDraft({})

    assert take(draft, told()) == [Verdict.NEW]
    assert [(a.version, a.known_at) for a in draft.additions] == [(1, NOW)]


@pytest.mark.parametrize(
    "circumstance",
    [
        {},
        {"row": 7, "case": "data"},
        {"provider_event_id": "evt_2"},
        {"occurred_at": datetime.fromisoformat("2026-11-20T14:02:37+07:00")},
    ],
)
def test_the_same_content_again_is_nothing(circumstance: dict[str, Any]) -> None:
    draft = LedgerDraft({})
    take(draft, told(occurred_at=datetime(2026, 11, 20, 7, 2, 37, tzinfo=UTC)))

    again = told(**{"occurred_at": datetime(2026, 11, 20, 7, 2, 37, tzinfo=UTC), **circumstance})

    assert take(draft, again) == [Verdict.REPEATED]


def test_changed_content_is_a_new_version_known_since_now() -> None:
    draft = LedgerDraft({})
    take(draft, told())

    assert take(draft, told(amount=68_867)) == [Verdict.REVISED]
    assert [(a.version, a.is_current, a.known_at) for a in draft.additions] == [
        (1, False, NOW),
        (2, True, LATER),
    ]


def test_null_is_not_zero() -> None:
    draft = LedgerDraft({})
    take(draft, told(fee_amount=None))

    assert take(draft, told(fee_amount=0)) == [Verdict.REVISED]


def test_a_late_pending_never_downgrades() -> None:
    draft = LedgerDraft({})

    verdicts = [
        *take(draft, told(status=Status.AUTHORISED)),
        *take(draft, told(status=Status.SUCCEEDED)),
        *take(draft, told(status=Status.AUTHORISED)),
        *take(draft, told(status=Status.PENDING, amount=1)),
    ]

    assert verdicts == [Verdict.NEW, Verdict.REVISED, Verdict.KEPT, Verdict.KEPT]
    assert current(draft) == {aliased("momo:P:1"): (2, 68_866, Status.SUCCEEDED)}


@given(st.permutations([Status.PENDING, Status.AUTHORISED, Status.SUCCEEDED, Status.REVERSED]))
def test_whatever_order_statuses_arrive_in_the_furthest_stands(order: list[Status]) -> None:
    draft = LedgerDraft({})
    for status in order:
        take(draft, told(status=status))

    [(_, _, status)] = current(draft).values()
    assert status is Status.REVERSED


def test_every_status_has_a_rank() -> None:
    assert set(STATUS_RANK) == set(Status)


def test_a_reference_used_again_for_other_money_is_another_movement() -> None:
    draft = LedgerDraft({})
    take(draft, bank())

    verdicts = [
        *take(draft, bank(amount=1_000)),
        *take(draft, bank(direction=Direction.DEBIT)),
        *take(draft, bank(amount=1_000)),
        *take(draft, bank()),
    ]

    assert verdicts == [Verdict.NEW, Verdict.NEW, Verdict.REPEATED, Verdict.REPEATED]
    assert [":h:" in key for key in current(draft)] == [False, True, True]
    assert all(key.endswith(":1") for key in list(current(draft))[1:])


def test_a_reference_again_with_another_remark_is_a_new_version() -> None:
    draft = LedgerDraft({})
    take(draft, bank(description="tien rau"))

    assert take(draft, bank(description="tien ca")) == [Verdict.REVISED]


def test_two_equal_rows_under_a_taken_reference_stay_two() -> None:
    draft = LedgerDraft({})
    take(draft, bank(amount=5))
    # The reader gives the second row of a file its key over the content: it is the second such row.
    entries, _ = entries_of([bank()], sealer=SEALER, received_at=NOW)
    digest = str(entries[0].other_key).split(":")[3]

    verdicts = take(draft, bank(), bank(dedupe_key=f"bank_vcb:P:h:{digest}:2"))

    assert verdicts == [Verdict.NEW, Verdict.NEW]
    assert [key[-2:] for key in list(current(draft))[1:]] == [":1", ":2"]


def test_other_money_under_a_key_of_a_wallet_is_a_new_version() -> None:
    draft = LedgerDraft({})
    take(draft, told())

    assert take(draft, told(amount=1_000)) == [Verdict.REVISED]


def stripe(**changes: Any) -> Transaction:
    values = {
        "provider": "stripe",
        "source_channel": SourceChannel.POLL,
        "dedupe_key": "stripe:acct:txn_1",
        "provider_transaction_id": "txn_1",
    }
    return told(**values | changes)


def test_a_page_that_does_not_name_the_payout_does_not_take_it_back() -> None:
    draft = LedgerDraft({})

    verdicts = [
        *take(draft, stripe()),
        *take(draft, stripe(settlement_id="po_1")),
        *take(draft, stripe()),
        *take(draft, stripe(amount=5)),
    ]

    assert verdicts == [Verdict.NEW, Verdict.REVISED, Verdict.REPEATED, Verdict.REVISED]
    assert draft.additions[-1].entry.told.settlement_id == "po_1"


def test_a_report_never_overwrites_what_the_api_told() -> None:
    draft = LedgerDraft({})
    report = stripe(source_channel=SourceChannel.FILE, description="as the report has it")

    assert take(draft, report) == [Verdict.NEW]
    assert take(draft, stripe()) == [Verdict.REVISED]
    assert take(draft, report) == [Verdict.KEPT]


def test_the_books_do_not_meet() -> None:
    draft = LedgerDraft({})

    take(draft, told(), told(source_channel=SourceChannel.WEBHOOK))

    assert [one.entry.book for one in draft.additions] == [Book.STATEMENT, Book.PAYMENTS]


EFFECTS = {
    Effect.INSERT: {Verdict.NEW},
    Effect.UPDATE: {Verdict.REVISED},
    Effect.KEPT: {Verdict.KEPT},
    Effect.NONE: {Verdict.REPEATED},
}
changes = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(Status),
        "amount": st.integers(0, 2),
        "fee_amount": st.none() | st.integers(0, 1),
        "description": st.none() | st.sampled_from(["tien rau", "tien ca"]),
        "row": st.integers(1, 3),
    },
)


@given(first=changes, second=changes)
def test_the_ledger_decides_as_the_conformance_replay_does(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    draft = LedgerDraft({})
    take(draft, told(**first))

    [verdict] = take(draft, told(**second))

    assert verdict in EFFECTS[effect_of(told(**second), told(**first))]


def test_a_movement_without_any_time_counts_on_the_day_it_reached_us() -> None:
    undated = told(business_date=None, business_date_rule=None)
    night = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # 00:30 on the 21st at the stall

    [first], _ = entries_of([undated], sealer=SEALER, received_at=night)
    [second], _ = entries_of([undated], sealer=SEALER, received_at=LATER)

    assert (first.business_date, first.business_date_rule) == (date(2026, 11, 21), RECEIVED)
    assert first.content_sha256 == second.content_sha256


def test_the_payer_is_a_token_and_no_name() -> None:
    [entry], _ = entries_of(
        [
            told(
                payer="0351000646393",
                description="CHOHANA12.CT tu 0351000646393 NGUYEN VAN A toi 1018795282 TRAN THI BA",
            )
        ],
        sealer=SEALER,
        received_at=NOW,
    )

    assert entry.told.payer_token == SEALER.fingerprint("0351000646393")
    assert entry.told.description == "CHOHANA12…"
    assert "0351000646393" not in repr(entry)


@pytest.mark.parametrize(
    ("change", "reason", "says"),
    [
        ({"dedupe_key": "k" * 241}, "field_length", "dedupe_key holds 241 characters"),
        ({"provider_account_id": "9" * 41}, "field_length", "at most 40 fit"),
        ({"net_amount": -(2**63)}, "amount_range", "net_amount is -9223372036854775808"),
        ({"amount": 2**63}, "amount_range", "amount is 9223372036854775808"),
        ({"store_id": "A\0B"}, "control_character", "store_id"),
        ({"description": "half \ud83d"}, "control_character", "description"),
    ],
)
def test_what_no_column_can_hold_waits_for_a_person(
    change: dict[str, Any], reason: str, says: str
) -> None:
    entries, [reject] = entries_of(
        [told(row=7, case="data", **change)], sealer=SEALER, received_at=NOW
    )

    assert entries == []
    assert (reject.row, reject.reason, reject.case) == (7, reason, "data")
    assert says in reject.raw


@given(amount=st.integers(0, 2**63 - 1), net=st.integers(-(2**63) + 1, 2**63 - 1))
def test_every_amount_of_64_bits_fits(amount: int, net: int) -> None:
    [entry], rejects = entries_of(
        [replace(told(), amount=amount, net_amount=net)], sealer=SEALER, received_at=NOW
    )

    assert rejects == []
    assert (entry.told.amount, entry.told.net_amount) == (amount, net)
