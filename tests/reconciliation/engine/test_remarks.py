"""Pass 2: our code in the remark."""

import pytest

from merchants.request_reference import write_request_reference
from merchants.vendor_code import write_vendor_code
from tests.reconciliation.engine.world import at, decided, outcomes, record, run

FIRST, SECOND = write_vendor_code(1), write_vendor_code(2)


@pytest.mark.parametrize(
    ("told", "mangled"),
    [
        ("DH-2026/0042", "dh2026 0042"),
        ("DH20260042", "MBVCB.4125261053.DH20260042.CT tu 9000006789 toi 1123355589"),
        ("Đơn0042", "DON0042"),
        ("REF-77", "ref 77"),
    ],
)
def test_a_code_is_read_through_what_banks_do_to_a_remark(told: str, mangled: str) -> None:
    result = run(
        [record("p", reference=told)], [record("s", reference=mangled, occurred_at=at(600 * 3))]
    )

    assert decided(result, "p").counterpart_id == "s"


def test_a_code_is_a_whole_word_and_no_part_of_a_longer_one() -> None:
    result = run(
        [record("p", reference="KH705MTDMN0002")],
        [record("s", reference="CK KH705MTDMN00020 thanh toan", amount_vnd=51_000)],
    )

    assert outcomes(result) == {"p": "missing_in_statement", "s": "missing_in_payments"}


def test_a_code_that_stands_once_in_each_book_with_two_amounts_is_a_difference() -> None:
    result = run(
        [record("p", reference="DH0042")], [record("s", reference="DH0042", amount_vnd=45_000)]
    )

    assert decided(result, "p").outcome == "matched_with_difference"
    assert decided(result, "p").difference_vnd == -5_000


def test_two_amounts_under_a_code_used_before_are_no_difference() -> None:
    result = run(
        [
            record("old", reference="DH0042", provider_transaction_id="T1"),
            record("p", reference="DH0042", provider_transaction_id="T2"),
        ],
        [
            record("line", reference="DH0042", provider_transaction_id="T1"),
            record("s", reference="DH0042", amount_vnd=45_000, occurred_at=at(99)),
        ],
    )

    assert decided(result, "old").outcome == "matched"
    assert decided(result, "p").outcome == "missing_in_statement"
    assert decided(result, "s").outcome == "missing_in_payments"


def test_a_code_that_stands_twice_is_claimed_with_its_amount() -> None:
    result = run(
        [record("p1", reference="DH0042"), record("p2", reference="DH0042", amount_vnd=7_000)],
        [
            record("s1", reference="DH0042", occurred_at=at(500)),
            record("s2", reference="DH0042", amount_vnd=7_000, occurred_at=at(500)),
        ],
    )

    assert decided(result, "p1").counterpart_id == "s1"
    assert decided(result, "p2").counterpart_id == "s2"
    assert decided(result, "p2").rule == "reference_amount@1"


def test_a_code_used_again_after_a_week_says_nothing() -> None:
    late = at(0, days=8)

    result = run(
        [record("p", reference="DH0042")],
        [record("s", reference="DH0042", occurred_at=late, business_date=late.date())],
    )

    assert decided(result, "s").outcome == "missing_in_payments"


def test_a_vendor_code_names_no_payment_and_needs_amount_and_time() -> None:
    result = run(
        [record("p", reference=FIRST)],
        [record("s", reference=FIRST, amount_vnd=20_000)],
    )

    assert outcomes(result) == {"p": "missing_in_statement", "s": "missing_in_payments"}


def test_a_vendor_code_tells_payments_of_a_shared_account_apart() -> None:
    result = run(
        [record("p1", reference=FIRST), record("p2", reference=SECOND)],
        [
            record("s1", reference=f"MBVCB.1.{FIRST[:4]} {FIRST[4:]}.CT tu 1", occurred_at=at(1)),
            record("s2", reference=f"IBFT {SECOND} GD 1", occurred_at=at(1)),
        ],
    )

    assert decided(result, "p1").counterpart_id == "s1"
    assert decided(result, "p2").counterpart_id == "s2"
    assert decided(result, "p2").rule == "remark@1"


def test_payments_of_two_vendors_are_never_one_payment() -> None:
    result = run([record("p", reference=FIRST)], [record("s", reference=SECOND)])

    assert outcomes(result) == {"p": "missing_in_statement", "s": "missing_in_payments"}


def test_two_vendor_codes_in_one_remark_are_ambiguous() -> None:
    result = run([record("p", reference=FIRST)], [record("s", reference=f"{FIRST} {SECOND}")])

    assert decided(result, "s").outcome == "ambiguous"
    assert decided(result, "s").reason == "several_codes"
    assert decided(result, "p").outcome == "missing_in_statement"


def test_an_identifier_outweighs_two_codes_in_the_remark() -> None:
    result = run(
        [record("p", bank_reference="F1")],
        [record("s", bank_reference="F1", reference=f"{FIRST} {SECOND}")],
    )

    assert decided(result, "s").outcome == "matched"


def test_a_vendor_code_with_a_wrong_check_character_is_no_code() -> None:
    wrong = FIRST[:-1] + ("A" if FIRST[-1] != "A" else "B")

    result = run([record("p", reference=SECOND)], [record("s", reference=f"x {wrong}")])

    assert decided(result, "p").counterpart_id == "s"
    assert decided(result, "p").rule == "amount_window@1"


def test_a_lost_remark_does_not_stand_against_account_amount_and_time() -> None:
    result = run([record("p", reference=FIRST)], [record("s", reference=None)])

    assert decided(result, "p").rule == "amount_window@1"


def test_equal_phrases_tell_tied_payments_apart() -> None:
    result = run(
        [record("p1", reference="tien rau"), record("p2", reference="tien ca")],
        [record("s1", reference="TIEN RAU"), record("s2", reference="TIEN CA")],
    )

    assert decided(result, "p1").counterpart_id == "s1"
    assert decided(result, "p2").counterpart_id == "s2"


def test_a_remark_with_two_open_codes_claims_neither() -> None:
    result = run(
        [
            record("p1", reference="DH0001", amount_vnd=1_000),
            record("p2", reference="DH0002", amount_vnd=2_000),
        ],
        [record("s", reference="tra DH0001 va DH0002", amount_vnd=3_000)],
    )

    assert decided(result, "s").outcome == "ambiguous"
    assert decided(result, "s").reason == "several_codes"


REQUEST = write_request_reference(FIRST, 7)
HELD = {"provider_transaction_id": "T1", "amount_vnd": 7_000}
"""A pair that its id joins, whatever its remark says."""


def test_a_phrase_spelt_otherwise_before_does_not_stand_against_a_difference() -> None:
    result = run(
        [record("old", reference="dh 0042", **HELD), record("p", reference="DH0042")],
        [record("line", **HELD), record("s", reference="DH0042", amount_vnd=45_000)],
    )

    assert decided(result, "p").outcome == "matched_with_difference"


def test_a_request_named_before_in_other_words_stands_against_a_difference() -> None:
    result = run(
        [record("old", reference=f"CT {REQUEST} TU", **HELD), record("p", reference=REQUEST)],
        [record("line", **HELD), record("s", reference=REQUEST, amount_vnd=45_000)],
    )

    assert decided(result, "p").outcome == "missing_in_statement"


def test_a_request_named_before_does_not_stand_against_an_equal_amount() -> None:
    late = {"occurred_at": at(60 * 9)}

    result = run(
        [record("old", reference=REQUEST, **HELD), record("p", reference=REQUEST)],
        [record("line", **HELD), record("s", reference=REQUEST, **late)],
    )

    assert (decided(result, "p").counterpart_id, decided(result, "p").rule) == ("s", "reference@1")


def test_a_payment_that_failed_under_a_code_does_not_stand_against_a_difference() -> None:
    result = run(
        [record("f", reference="DH0042", status="failed"), record("p", reference="DH0042")],
        [record("s", reference="DH0042", amount_vnd=45_000)],
    )

    assert decided(result, "p").outcome == "matched_with_difference"


def test_a_repeat_under_its_own_code_does_not_stand_against_a_difference() -> None:
    told = {"reference": "DH0042", "provider_transaction_id": "T1"}

    result = run(
        [record("p", **told), record("again", **told)],
        [record("s", reference="DH0042", amount_vnd=45_000)],
    )

    first = result.outcomes.set_index("record_id").loc[["p", "again"], "outcome"]
    assert sorted(first) == ["duplicate", "matched_with_difference"]


def test_a_word_of_a_claimed_remark_claims_nothing_more() -> None:
    far = {"occurred_at": at(60 * 9)}

    result = run(
        [record("p", reference="dh 0042")],
        [record("line", reference="DH0042", **far), record("s", reference="0042", **far)],
    )

    assert decided(result, "p").counterpart_id == "line"
    assert decided(result, "s").outcome == "missing_in_payments"


def test_every_open_code_of_a_remark_is_counted_beside_a_remark_with_one() -> None:
    codes = ("DH0042", "DH0043", "DH0044")
    far = {"occurred_at": at(60 * 9)}

    result = run(
        [record(f"p{code}", reference=code) for code in codes],
        [
            record("torn", reference="CK DH0042 va DH0043", **far),
            record("one", reference="CK DH0044 thanh toan", **far),
        ],
    )

    assert decided(result, "one").counterpart_id == "pDH0044"
    torn = decided(result, "torn")
    assert (torn.outcome, torn.reason, torn.alternatives) == ("ambiguous", "several_codes", 2)
