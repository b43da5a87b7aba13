"""Passes 5 and 6: account, amount and time, and sets that are interchangeable."""

from datetime import timedelta

from tests.reconciliation.engine.world import FRIDAY, at, decided, outcomes, record, refund, run


def test_one_payment_and_one_line_of_an_amount_within_ten_minutes_are_one_movement() -> None:
    result = run([record("p")], [record("s", occurred_at=at(10))])

    assert decided(result, "p").counterpart_id == "s"
    assert decided(result, "p").rule == "amount_window@1"


def test_the_window_ends_after_ten_minutes_to_the_microsecond() -> None:
    late = at(10) + timedelta(microseconds=1)

    result = run([record("p")], [record("s", occurred_at=late)])

    assert decided(result, "p").rule == "class@1"


def test_the_nearest_of_two_lines_is_not_taken() -> None:
    result = run(
        [record("p")], [record("near", occurred_at=at(1)), record("far", occurred_at=at(9))]
    )

    assert set(outcomes(result).values()) == {"ambiguous"}
    assert decided(result, "p").alternatives == 2
    assert decided(result, "near").alternatives == 1
    assert decided(result, "p").reason == "tie"


def test_a_pair_is_unique_when_the_other_candidates_are_out_of_reach() -> None:
    result = run(
        [record("p1"), record("p2", occurred_at=at(60))],
        [record("s1", occurred_at=at(2)), record("s2", occurred_at=at(61))],
    )

    assert decided(result, "p1").counterpart_id == "s1"
    assert decided(result, "p2").counterpart_id == "s2"


def test_a_window_reaches_over_midnight() -> None:
    saturday = FRIDAY + timedelta(days=1)

    result = run(
        [record("p", occurred_at=at(899))],
        [record("s", occurred_at=at(901), business_date=saturday)],
    )

    assert decided(result, "p").rule == "amount_window@1"


def test_a_line_that_tells_only_its_day_fits_the_payments_of_that_day() -> None:
    result = run(
        [record("p"), record("later", business_date=FRIDAY + timedelta(days=1))],
        [record("s", occurred_at=None)],
    )

    assert decided(result, "p").counterpart_id == "s"
    assert decided(result, "later").outcome == "pending_cut_off"


def test_credit_and_debit_never_fit() -> None:
    result = run([record("p")], [refund("s")])

    assert outcomes(result) == {"p": "missing_in_statement", "s": "missing_in_payments"}


def test_a_fee_entry_is_no_payment_of_the_same_amount() -> None:
    result = run(
        [record("p", direction="debit", transaction_type="transfer")],
        [record("s", direction="debit", transaction_type="fee")],
    )

    assert outcomes(result) == {"p": "missing_in_statement", "s": "not_applicable"}


def test_as_many_payments_as_lines_confirm_the_set_and_claim_no_pair() -> None:
    result = run(
        [record("p1"), record("p2", occurred_at=at(1))],
        [record("s1", occurred_at=at(2)), record("s2", occurred_at=at(3))],
    )

    rows = result.outcomes[result.outcomes["leg"].eq("B")]
    assert set(rows["outcome"]) == {"matched_in_class"}
    assert rows["class_id"].nunique() == 1
    assert rows["counterpart_id"].isna().all()
    assert set(rows["alternatives"]) == {0}


def test_a_set_of_unequal_numbers_is_ambiguous_with_its_alternatives_counted() -> None:
    result = run([record("p1"), record("p2"), record("p3")], [record("s1"), record("s2")])

    assert set(outcomes(result).values()) == {"ambiguous"}
    assert decided(result, "p1").alternatives == 2
    assert decided(result, "s1").alternatives == 3


CLOCK = {"provider_transaction_id": "T1", "amount_vnd": 999}
"""A pair that an id joins and that lies within the window: both books keep the same time."""


def test_a_time_far_off_speaks_against_a_set_where_both_books_keep_the_same_time() -> None:
    result = run(
        [record("pc", **CLOCK), record("p")],
        [record("sc", **CLOCK), record("s", occurred_at=at(300))],
    )

    assert decided(result, "p").outcome == "missing_in_statement"
    assert decided(result, "s").outcome == "missing_in_payments"


def test_a_time_far_off_says_nothing_where_the_clocks_differ() -> None:
    skewed = {**CLOCK, "occurred_at": at(420)}

    result = run(
        [record("pc", **CLOCK), record("p")],
        [record("sc", **skewed), record("s", occurred_at=at(300))],
    )

    assert decided(result, "p").outcome == "matched_in_class"


def test_a_day_of_ties_is_as_many_sets_as_the_window_connects() -> None:
    result = run(
        [record("pc", **CLOCK), *(record(f"p{m}", occurred_at=at(m)) for m in (0, 1, 300, 301))],
        [record("sc", **CLOCK), *(record(f"s{m}", occurred_at=at(m)) for m in (2, 3, 302, 303))],
    )

    names = result.outcomes.dropna(subset="class_id").groupby("class_id")["record_id"].agg(set)
    assert sorted(map(sorted, names)) == [
        ["p0", "p1", "s2", "s3"],
        ["p300", "p301", "s302", "s303"],
    ]


def test_a_chain_in_which_pairs_in_order_of_time_lie_too_far_apart_is_no_set() -> None:
    result = run(
        [record("pc", **CLOCK), *(record(f"p{m}", occurred_at=at(m)) for m in (0, 1, 12))],
        [record("sc", **CLOCK), *(record(f"s{m}", occurred_at=at(m)) for m in (5, 13, 21))],
    )

    assert {outcomes(result)[name] for name in ("p0", "p1", "p12", "s5", "s13", "s21")} == {
        "ambiguous"
    }


def test_two_sets_of_one_run_have_two_names() -> None:
    ten = {"amount_vnd": 10_000}

    result = run(
        [record("p1"), record("p2"), record("p3", **ten), record("p4", **ten)],
        [record("s1"), record("s2"), record("s3", **ten), record("s4", **ten)],
    )

    names = result.outcomes.dropna(subset="class_id").groupby("class_id")["record_id"].agg(set)
    assert sorted(map(sorted, names)) == [["p1", "p2", "s1", "s2"], ["p3", "p4", "s3", "s4"]]


def test_a_set_that_another_day_could_belong_to_is_not_confirmed() -> None:
    saturday = FRIDAY + timedelta(days=1)

    result = run(
        [record("p1", occurred_at=at(898)), record("p2", occurred_at=at(899))],
        [
            record("s1", occurred_at=at(898)),
            record("s2", occurred_at=at(899)),
            record("s3", occurred_at=at(901), business_date=saturday),
        ],
    )

    assert set(outcomes(result).values()) == {"ambiguous"}
    assert decided(result, "p1").alternatives == 3


def test_different_ids_of_one_namespace_are_two_movements() -> None:
    result = run(
        [
            record("p1", provider_transaction_id="T1"),
            record("p2", provider_transaction_id="T2"),
        ],
        [
            record("s1", provider_transaction_id="T1"),
            record("s3", provider_transaction_id="T3"),
        ],
    )

    assert decided(result, "p1").outcome == "matched"
    assert decided(result, "p2").outcome == "missing_in_statement"
    assert decided(result, "s3").outcome == "missing_in_payments"


def test_different_ids_of_two_namespaces_do_not_stand_against_a_match() -> None:
    result = run(
        [record("p", provider_transaction_id="92704")],
        [record("s", provider_transaction_id="5243.659")],
    )

    assert decided(result, "p").counterpart_id == "s"


def test_ids_say_nothing_against_a_match_where_the_profile_says_so() -> None:
    tied = [
        [record("p1", provider_transaction_id="T1"), record("p2", provider_transaction_id="T2")],
        [record("s1", provider_transaction_id="T1"), record("s3", provider_transaction_id="T3")],
    ]

    result = run(*tied, profile={"ids_exclude": "never"})

    assert decided(result, "p2").counterpart_id == "s3"


def test_a_line_without_an_id_may_be_any_payment_but_those_claimed() -> None:
    result = run(
        [record("p1", provider_transaction_id="T1"), record("p2", provider_transaction_id="T2")],
        [record("s1", provider_transaction_id="T1"), record("s2", provider_transaction_id=None)],
    )

    assert decided(result, "p2").counterpart_id == "s2"


def test_a_profile_sets_its_own_window() -> None:
    result = run([record("p")], [record("s", occurred_at=at(10))], profile={"window_s": 599})

    assert decided(result, "p").rule == "class@1"


def test_records_of_a_vendor_are_confirmed_as_a_set_of_that_vendor() -> None:
    from merchants.vendor_code import write_vendor_code

    first, second = write_vendor_code(1), write_vendor_code(2)

    result = run(
        [record(f"p{n}", reference=code) for n, code in enumerate([first, first, second])],
        [record(f"s{n}", reference=code) for n, code in enumerate([first, first, second])],
    )

    assert decided(result, "p0").rule == "class_by_code@1"
    assert decided(result, "p2").counterpart_id == "s2"


def test_sets_found_by_code_and_sets_found_by_amount_keep_their_own_members() -> None:
    from merchants.vendor_code import write_vendor_code

    code = {"reference": write_vendor_code(1)}
    tied = [{**code}, {**code}, {"amount_vnd": 7_000}, {"amount_vnd": 7_000}]

    result = run(
        [record(f"p{n}", **told) for n, told in enumerate(tied)],
        [record(f"s{n}", **told) for n, told in enumerate(tied)],
    )

    names = result.outcomes.dropna(subset="class_id").groupby("class_id")["record_id"].agg(set)
    assert sorted(map(sorted, names)) == [["p0", "p1", "s0", "s1"], ["p2", "p3", "s2", "s3"]]
