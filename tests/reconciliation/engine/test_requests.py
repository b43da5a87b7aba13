"""Leg A: requests and the payments that carry their reference."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merchants.request_reference import write_request_reference
from merchants.vendor_code import write_vendor_code
from reconciliation.engine.sentences import sentence_vi
from tests.reconciliation.engine.naive_requests import naive_leg_a
from tests.reconciliation.engine.world import at, decided, record, request, run

Row = dict[str, Any]


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


@pytest.mark.parametrize("kind", ["refund_reversal", "chargeback_reversal"])
def test_money_that_a_customer_does_not_get_back_pays_no_request(kind: str) -> None:
    result = run(
        [
            record("p", reference="YC0001", provider_transaction_id="T1"),
            record("c", reference="YC0001", transaction_type=kind, original_transaction_id="T1"),
        ],
        [],
        requests=[request("q", reference="YC0001")],
    )

    assert decided(result, "q", "A").counterpart_id == "p"
    assert decided(result, "c", "A").reason == "not_requested"


def test_without_requests_there_is_no_leg_a() -> None:
    result = run([record("p")], [])

    assert set(result.outcomes["leg"]) == {"B"}


CODE = write_request_reference(write_vendor_code(7), 12)
OTHER = write_request_reference(write_vendor_code(7), 13)


@pytest.mark.parametrize(
    "memo",
    [
        f"MBVCB.4125261053.{CODE}.CT tu 9000006789 toi 1123355589",
        f"IBFT{CODE.lower()}thanhtoan",
        f"{CODE[:6]} {CODE[6:]} cam on",
    ],
)
def test_a_requests_code_is_found_anywhere_in_a_banks_remark(memo: str) -> None:
    result = run([record("p", reference=memo)], [], requests=[request("q", reference=CODE)])

    assert decided(result, "q", "A").counterpart_id == "p"


@pytest.mark.parametrize(
    "mangled", [CODE[:12] + CODE[13:], CODE[:12] + "#" + CODE[12:], CODE.replace("2", "Z", 1)]
)
def test_a_code_with_one_character_changed_is_repaired_if_the_amount_agrees(mangled: str) -> None:
    requests = [request("q", reference=CODE)]
    mangled = mangled.replace("#", "X")

    paid = run([record("p", reference=f"CT {mangled} ck")], [], requests=requests)
    other = run(
        [record("p", reference=f"CT {mangled} ck", amount_vnd=1_000)], [], requests=requests
    )

    assert decided(paid, "q", "A").rule == "request_repair@1"
    assert decided(other, "q", "A").outcome == "pending_cut_off"


def test_a_valid_code_of_another_request_is_never_repaired_into_this_one() -> None:
    result = run([record("p", reference=OTHER)], [], requests=[request("q", reference=CODE)])

    assert decided(result, "q", "A").outcome == "pending_cut_off"


def test_an_order_number_one_off_is_another_order() -> None:
    result = run([record("p", reference="YC0002")], [], requests=[request("q", reference="YC0001")])

    assert decided(result, "q", "A").outcome == "pending_cut_off"


def test_a_number_among_a_banks_numbers_needs_the_amount() -> None:
    asked = [request("q", reference="20261120")]
    memo = "MBVCB 20261120 chuyen tien"

    assert decided(run([record("p", reference=memo)], [], requests=asked), "q", "A").outcome == (
        "matched"
    )
    assert decided(
        run([record("p", reference=memo, amount_vnd=9_000)], [], requests=asked), "q", "A"
    ).outcome == ("pending_cut_off")


def test_a_remark_that_names_two_requests_pays_neither() -> None:
    result = run(
        [record("p", reference="YC0001 YC0002")],
        [],
        requests=[request("q1", reference="YC0001"), request("q2", reference="YC0002")],
    )

    assert {decided(result, name, "A").outcome for name in ("p", "q1", "q2")} == {"ambiguous"}
    assert decided(result, "p", "A").alternatives == 2


def test_parts_that_come_to_the_amount_pay_a_request_as_a_set() -> None:
    result = run(
        [
            record("p1", reference="YC0001", amount_vnd=20_000),
            record("p2", reference="tt YC0001", amount_vnd=30_000),
        ],
        [],
        requests=[request("q", reference="YC0001")],
    )

    told = [decided(result, name, "A") for name in ("q", "p1", "p2")]
    assert {row.outcome for row in told} == {"matched_in_class"}
    assert len({row.class_id for row in told}) == 1
    assert sentence_vi(told[0]) == (
        "Khớp theo nhóm: các lần trả cộng lại bằng đúng số tiền yêu cầu."
    )


def test_parts_that_do_not_come_to_the_amount_say_what_lacks() -> None:
    result = run(
        [
            record("p1", reference="YC0001", amount_vnd=20_000),
            record("p2", reference="YC0001", amount_vnd=10_000),
        ],
        [],
        requests=[request("q", reference="YC0001")],
    )

    told = decided(result, "q", "A")
    assert (told.outcome, told.reason, told.difference_vnd) == (
        "ambiguous",
        "split_incomplete",
        -20_000,
    )
    assert decided(result, "p1", "A").reason == "split_incomplete"


def test_a_request_paid_after_it_expired_is_paid_late() -> None:
    result = run(
        [record("p", reference="YC0001", occurred_at=at(61))],
        [],
        requests=[request("q", reference="YC0001", expires_at=at(60))],
    )

    assert decided(result, "q", "A").outcome == "matched"
    assert decided(result, "q", "A").reason == "late"


def test_two_requests_with_one_reference_are_not_told_apart() -> None:
    result = run(
        [record("p", reference="YC0001")],
        [],
        requests=[request("q1", reference="YC0001"), request("q2", reference="YC 0001")],
    )

    assert decided(result, "q1", "A").outcome == "ambiguous"
    assert decided(result, "p", "A").alternatives == 2


@st.composite
def _asked(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    usual = st.sampled_from
    names = ["YC0001", "YC0002", CODE, OTHER, None]
    memos = [*names, f"x {CODE[:-1]}9 y", f"ct {CODE} {OTHER}", "YC0001 YC0002", "tt YC0001"]
    asked = draw(
        st.lists(
            st.builds(
                lambda ref, amount, account: request(
                    reference=ref, amount_vnd=amount, account=account
                ),
                usual(names),
                usual([10_000, 20_000, 30_000]),
                usual(["A", "A", "B"]),
            ),
            max_size=5,
        )
    )
    paid = draw(
        st.lists(
            st.builds(
                lambda ref, amount, account: record(
                    reference=ref, amount_vnd=amount, account=account
                ),
                usual(memos),
                usual([10_000, 20_000]),
                usual(["A", "A", "B", None]),
            ),
            max_size=6,
        )
    )
    return asked, paid


@settings(max_examples=150)
@given(_asked())
def test_leg_a_is_what_plain_loops_find(world: tuple[list[Row], list[Row]]) -> None:
    asked, paid = world

    result = run(paid, [], requests=asked)

    rows = result.outcomes[result.outcomes["leg"].eq("A")]
    said = dict(zip(rows["record_id"], rows["outcome"], strict=True))
    assert said == naive_leg_a(asked, paid)
