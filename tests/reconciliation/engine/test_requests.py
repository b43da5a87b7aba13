"""Leg A: requests and the payments that carry their reference."""

from tests.reconciliation.engine.world import at, decided, record, request, run


def test_a_request_is_paid_by_the_payment_with_its_reference() -> None:
    result = run(
        [record("p", reference="YC-0001 cam on")],
        [],
        requests=[request("q", reference="yc 0001 cảm ơn")],
    )

    assert decided(result, "q", "A").outcome == "matched"
    assert decided(result, "q", "A").counterpart_id == "p"
    assert decided(result, "p", "A").counterpart_id == "q"


def test_a_request_paid_with_another_amount_is_a_difference() -> None:
    result = run(
        [record("p", reference="YC0001", amount_vnd=45_000)],
        [],
        requests=[request("q", reference="YC0001")],
    )

    assert decided(result, "q", "A").outcome == "matched_with_difference"
    assert decided(result, "q", "A").difference_vnd == -5_000


def test_two_payments_with_one_reference_pay_no_request() -> None:
    result = run(
        [record("p1", reference="YC0001"), record("p2", reference="YC0001", occurred_at=at(30))],
        [],
        requests=[request("q", reference="YC0001")],
    )

    assert decided(result, "q", "A").outcome == "ambiguous"
    assert decided(result, "q", "A").alternatives == 2


def test_a_request_of_another_account_is_not_paid() -> None:
    result = run(
        [record("p", reference="YC0001", account="B")],
        [],
        requests=[request("q", reference="YC0001", expires_at=at(60))],
    )

    assert decided(result, "q", "A").outcome == "pending_cut_off"
    assert decided(result, "p", "A").reason == "not_requested"


def test_a_request_nobody_paid_before_it_expired_is_stale() -> None:
    result = run(
        [record("p", occurred_at=at(61))],
        [],
        requests=[request("q", reference="YC0001", expires_at=at(60))],
    )

    assert decided(result, "q", "A").outcome == "missing_in_payments"
    assert decided(result, "q", "A").reason == "stale_request"


def test_a_failed_payment_pays_no_request() -> None:
    result = run(
        [record("p", reference="YC0001", status="failed")],
        [],
        requests=[request("q", reference="YC0001")],
    )

    assert decided(result, "q", "A").outcome == "pending_cut_off"


def test_without_requests_there_is_no_leg_a() -> None:
    result = run([record("p")], [])

    assert set(result.outcomes["leg"]) == {"B"}
