"""What becomes of a request: worked examples, then a naive reference over everything that is told."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.records import Direction, Status, TransactionType
from reconciliation.shown_requests.standing import (
    Asked,
    RequestState,
    Standing,
    TellingOfRequest,
    standing,
)

MADE = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
ENDS = MADE + timedelta(minutes=15)
PAID_AT = MADE + timedelta(minutes=3)
ASKED = Asked(85_000, ENDS)
AFTER = ENDS + timedelta(hours=1)


def told(number: int = 1, amount_vnd: int = 85_000, **changes: Any) -> TellingOfRequest:
    """A SePay notice of a payment; each number is a movement of its own."""
    values: dict[str, Any] = {
        "transaction_id": number,
        "movement": ("payments", f"sepay:{number}"),
        "provider": "sepay",
        "ledger": "bank_vcb",
        "version": 1,
        "direction": Direction.CREDIT,
        "kind": TransactionType.PAYMENT,
        "status": Status.SUCCEEDED,
        "amount_vnd": amount_vnd,
        "occurred_at": PAID_AT,
        "known_at": PAID_AT + timedelta(seconds=4),
    }
    return TellingOfRequest(**values | changes)


def in_statement(number: int = 11, amount_vnd: int = 85_000) -> TellingOfRequest:
    """The bank's own statement of the evening, which tells the payment again."""
    return told(
        number,
        amount_vnd,
        movement=("statement", f"vcb:{number}"),
        provider="bank_vcb",
        known_at=PAID_AT + timedelta(hours=9),
    )


def given_back(number: int = 21, amount_vnd: int = 85_000, **changes: Any) -> TellingOfRequest:
    """Money that leaves the account again, with the reference in its remark."""
    changed = {"direction": Direction.DEBIT, "kind": TransactionType.TRANSFER} | changes
    return told(number, amount_vnd, **changed)


def test_nothing_told_is_open_until_its_time_and_expired_from_then_on() -> None:
    assert standing(ASKED, [], ENDS - timedelta(seconds=1)) == Standing(state=RequestState.OPEN)
    assert standing(ASKED, [], ENDS).state is RequestState.EXPIRED


def test_a_cancelled_one_stays_cancelled() -> None:
    cancelled = ASKED._replace(cancelled_at=MADE + timedelta(minutes=1))

    assert standing(cancelled, [], MADE).state is RequestState.CANCELLED
    assert standing(cancelled, [], AFTER).state is RequestState.CANCELLED


def test_the_very_amount_is_paid_and_says_when_and_by_which_transaction() -> None:
    found = standing(ASKED, [told(7)], PAID_AT)

    assert found == Standing(
        state=RequestState.PAID,
        received_vnd=(85_000,),
        paid_at=PAID_AT,
        paid_by_id=7,
        provider="sepay",
        ledger="bank_vcb",
    )


@pytest.mark.parametrize("amount_vnd", [1, 84_999, 85_001, 850_000])
def test_another_amount_is_never_paid(amount_vnd: int) -> None:
    found = standing(ASKED, [told(amount_vnd=amount_vnd)], PAID_AT)

    assert found.state is RequestState.PAID_DIFFERENTLY
    assert found.received_vnd == (amount_vnd,)


def test_two_payments_are_told_even_when_they_add_up() -> None:
    found = standing(ASKED, [told(1, 50_000), told(2, 35_000)], PAID_AT)

    assert found.state is RequestState.PAID_SEVERAL
    assert found.received_vnd == (35_000, 50_000)


def test_the_same_amount_twice_is_told_as_two_payments() -> None:
    found = standing(ASKED, [told(1), told(2)], PAID_AT)

    assert found.state is RequestState.PAID_SEVERAL
    assert found.received_vnd == (85_000, 85_000)


def test_the_banks_statement_tells_the_same_payment_again() -> None:
    found = standing(ASKED, [told(1), in_statement()], AFTER)

    assert found.state is RequestState.PAID
    assert found.paid_by_id == 1


def test_two_payments_in_both_books_are_two() -> None:
    found = standing(ASKED, [told(1), told(2), in_statement(11), in_statement(12)], AFTER)

    assert found.received_vnd == (85_000, 85_000)


def test_books_that_tell_different_amounts_are_both_shown() -> None:
    found = standing(ASKED, [told(1), in_statement(11, 86_000)], AFTER)

    assert found.state is RequestState.PAID_SEVERAL
    assert found.received_vnd == (85_000, 86_000)


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_a_payment_after_the_time_is_paid_and_late(seconds: int) -> None:
    at = ENDS + timedelta(seconds=seconds)

    found = standing(ASKED, [told(occurred_at=at, known_at=at)], AFTER)

    assert found.state is RequestState.PAID
    assert found.is_late == (seconds > 0)


def test_a_payment_in_time_that_is_told_late_is_not_late() -> None:
    found = standing(ASKED, [told(known_at=AFTER)], AFTER)

    assert (found.state, found.is_late) == (RequestState.PAID, False)


def test_a_payment_of_unknown_time_is_as_late_as_its_telling() -> None:
    found = standing(ASKED, [told(occurred_at=None, known_at=AFTER)], AFTER)

    assert (found.paid_at, found.is_late) == (AFTER, True)


def test_a_payment_after_cancelling_is_paid_and_late() -> None:
    cancelled = ASKED._replace(cancelled_at=MADE + timedelta(minutes=1))

    found = standing(cancelled, [told()], PAID_AT)

    assert (found.state, found.is_late) == (RequestState.PAID, True)


@pytest.mark.parametrize(
    "silent",
    [
        told(status=Status.PENDING),
        told(status=Status.AUTHORISED),
        told(status=Status.FAILED),
        told(status=Status.UNKNOWN),
        told(kind=TransactionType.TOPUP),
        told(kind=TransactionType.PAYOUT),
        given_back(),
        given_back(kind=TransactionType.REFUND),
    ],
)
def test_what_is_no_payment_says_nothing(silent: TellingOfRequest) -> None:
    assert standing(ASKED, [silent], PAID_AT) == Standing(state=RequestState.OPEN)


@pytest.mark.parametrize("kind", [TransactionType.REFUND, TransactionType.REVERSAL])
def test_money_that_went_back_is_told(kind: TransactionType) -> None:
    found = standing(ASKED, [told(), given_back(kind=kind)], AFTER)

    assert found.state is RequestState.TAKEN_BACK
    assert (found.received_vnd, found.taken_back_vnd) == ((85_000,), 85_000)


def test_a_part_that_went_back_is_told_with_its_amount() -> None:
    found = standing(ASKED, [told(), given_back(amount_vnd=5_000)], AFTER)

    assert (found.state, found.taken_back_vnd) == (RequestState.TAKEN_BACK, 5_000)


def test_a_fee_is_no_money_back() -> None:
    fee = given_back(amount_vnd=1_100, kind=TransactionType.FEE)

    assert standing(ASKED, [told(), fee], AFTER).state is RequestState.PAID


@pytest.mark.parametrize("status", [Status.REVERSED, Status.FAILED, Status.CANCELLED])
def test_a_success_that_the_provider_takes_back_is_told(status: Status) -> None:
    later = told(2, movement=told(1).movement, version=2, status=status)

    found = standing(ASKED, [told(1), later], AFTER)

    assert found.state is RequestState.TAKEN_BACK
    assert found.taken_back_vnd == 85_000
    assert found.paid_by_id == 1


def test_a_pending_payment_that_succeeds_is_paid() -> None:
    pending = told(1, status=Status.PENDING)
    succeeded = told(2, movement=pending.movement, version=2)

    assert standing(ASKED, [pending, succeeded], AFTER).state is RequestState.PAID


def test_a_corrected_amount_replaces_the_one_told_before() -> None:
    corrected = told(2, 8_500, movement=told(1).movement, version=2)

    found = standing(ASKED, [told(1), corrected], AFTER)

    assert (found.state, found.received_vnd) == (RequestState.PAID_DIFFERENTLY, (8_500,))


def test_every_answer_that_differs_has_a_mark_of_its_own() -> None:
    answers = [
        standing(ASKED, tellings, PAID_AT)
        for tellings in (
            [],
            [told(1)],
            [told(2)],
            [told(1, 50_000)],
            [told(1), told(2)],
            [told(1), given_back()],
            [told(1), given_back(amount_vnd=5_000)],
        )
    ]

    assert len({answer.mark for answer in answers}) == len(answers)


# A naive reference: it walks every pair instead of counting, and knows the rules by heart.

MOVEMENTS = st.lists(
    st.builds(
        told,
        number=st.integers(1, 6),
        amount_vnd=st.sampled_from([85_000, 50_000, 35_000]),
        provider=st.sampled_from(["sepay", "momo"]),
        version=st.integers(1, 3),
        direction=st.sampled_from(Direction),
        kind=st.sampled_from(
            [
                TransactionType.PAYMENT,
                TransactionType.REFUND,
                TransactionType.TRANSFER,
                TransactionType.FEE,
            ]
        ),
        status=st.sampled_from(Status),
        known_at=st.integers(0, 40).map(lambda n: MADE + timedelta(minutes=n)),
        occurred_at=st.none() | st.integers(0, 40).map(lambda n: MADE + timedelta(minutes=n)),
    ),
    max_size=9,
)


def as_ledger(drawn: list[TellingOfRequest]) -> list[TellingOfRequest]:
    """What a ledger can hold: a movement has one teller and each version of it once."""
    kept: dict[tuple[str, int], TellingOfRequest] = {}
    for place, one in enumerate(drawn):
        book = "payments" if len(one.provider) == 5 else "statement"
        named = one._replace(
            movement=(book, f"{one.provider}:{one.transaction_id}"), transaction_id=100 + place
        )
        kept.setdefault((named.movement[1], named.version), named)
    return list(kept.values())


def naive(asked: Asked, ledger: list[TellingOfRequest], now: datetime) -> RequestState:
    in_by: dict[str, list[int]] = {"sepay": [], "momo": []}
    out_by: dict[str, list[int]] = {"sepay": [], "momo": []}
    for one in ledger:
        if any(o.movement == one.movement and o.version > one.version for o in ledger):
            continue
        succeeded = [
            o for o in ledger if o.movement == one.movement and o.status is Status.SUCCEEDED
        ]
        if one.direction is Direction.DEBIT:
            if one.status is Status.SUCCEEDED and one.kind is not TransactionType.FEE:
                out_by[one.provider].append(one.amount_vnd)
        elif one.kind is TransactionType.PAYMENT and one.status is Status.SUCCEEDED:
            in_by[one.provider].append(one.amount_vnd)
        elif (
            one.kind is TransactionType.PAYMENT
            and one.status in {Status.REVERSED, Status.FAILED, Status.CANCELLED}
            and succeeded
        ):
            newest = max(succeeded, key=lambda o: o.version)
            in_by[one.provider].append(newest.amount_vnd)
            out_by[one.provider].append(newest.amount_vnd)
    came = []
    for amount in (85_000, 50_000, 35_000):
        came += [amount] * max(side.count(amount) for side in in_by.values())
    went = any(side for side in out_by.values())
    if not came:
        if asked.cancelled_at:
            return RequestState.CANCELLED
        return RequestState.OPEN if now < asked.expires_at else RequestState.EXPIRED
    if went:
        return RequestState.TAKEN_BACK
    if len(came) > 1:
        return RequestState.PAID_SEVERAL
    return RequestState.PAID if came == [85_000] else RequestState.PAID_DIFFERENTLY


@given(
    drawn=MOVEMENTS,
    minutes=st.integers(0, 40),
    cancelled=st.none() | st.integers(0, 14),
)
def test_it_agrees_with_the_naive_reference(
    drawn: list[TellingOfRequest], minutes: int, cancelled: int | None
) -> None:
    ledger = as_ledger(drawn)
    now = MADE + timedelta(minutes=minutes)
    asked = ASKED._replace(
        cancelled_at=None if cancelled is None else MADE + timedelta(minutes=cancelled)
    )

    assert standing(asked, ledger, now).state is naive(asked, ledger, now)


@given(drawn=MOVEMENTS, data=st.data())
def test_any_order_tells_the_same(drawn: list[TellingOfRequest], data: st.DataObject) -> None:
    ledger = as_ledger(drawn)
    shuffled = data.draw(st.permutations(ledger))

    assert standing(ASKED, shuffled, AFTER) == standing(ASKED, ledger, AFTER)


@given(drawn=MOVEMENTS)
def test_paid_means_one_payment_of_the_very_amount_and_nothing_back(
    drawn: list[TellingOfRequest],
) -> None:
    found = standing(ASKED, as_ledger(drawn), AFTER)

    is_exact = found.received_vnd == (85_000,) and found.taken_back_vnd == 0
    assert (found.state is RequestState.PAID) == is_exact


@given(drawn=MOVEMENTS)
def test_a_later_word_of_something_else_takes_no_payment_away(
    drawn: list[TellingOfRequest],
) -> None:
    ledger = as_ledger(drawn)
    more = told(99, 12_000, movement=("payments", "sepay:99"))

    before = standing(ASKED, ledger, AFTER).received_vnd
    after = standing(ASKED, [*ledger, more], AFTER).received_vnd

    assert sorted([*before, 12_000]) == list(after)


def test_all_orders_of_a_long_story_tell_the_same() -> None:
    story = [
        told(1, status=Status.PENDING),
        told(2, movement=told(1).movement, version=2),
        in_statement(),
        given_back(),
        told(5, movement=("payments", "sepay:5"), status=Status.FAILED),
    ]

    answers = {standing(ASKED, order, AFTER) for order in permutations(story)}

    assert len(answers) == 1
    assert answers.pop().state is RequestState.TAKEN_BACK
