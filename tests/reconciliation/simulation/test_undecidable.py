"""Which faults nobody could tell from the books: worked examples, from the truth alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from reconciliation.simulation.faults import Fault
from reconciliation.simulation.movements import Kind, Movement
from reconciliation.simulation.undecidable_payouts import undecidable_payouts
from reconciliation.simulation.undecidable_rows import undecidable_rows
from reconciliation.simulation.wallet_payouts import next_bank_day, wallet_fee

MONDAY = date(2026, 10, 5)
LAST = date(2026, 10, 31)


def on(days: int) -> date:
    """The Monday of the tests, some days later."""
    return MONDAY + timedelta(days=days)


def movement(kind: Kind, ledger: str, day: date, amount: int, key: str, **told: object) -> Movement:
    plain = Movement(
        kind=kind,
        ledger=ledger,
        market_code="LG",
        vendor_code="CC222222A",
        traceable=True,
        direction="credit",
        amount_vnd=amount,
        occurred_at=datetime.combine(day, time(8), tzinfo=UTC),
        business_on=day,
        statement_key=f"{ledger}:1:{key}",
    )
    return replace(plain, **told)  # type: ignore[arg-type]


def sales(days: int, *amounts: int) -> list[Movement]:
    """Wallet sales of one day."""
    return [
        movement(Kind.PAYMENT, "momo", on(days), vnd, f"{days}-{number}")
        for number, vnd in enumerate(amounts)
    ]


def paid(
    lines: list[Movement],
    *,
    fault: Fault | None = None,
    lands: date | None = None,
    less: int = 0,
    due_of: Movement | None = None,
) -> Movement:
    """The payout of some lines, due with the last of them (or ``due_of``), ``less`` some đồng."""
    gross = sum(line.amount_vnd for line in lines)
    due = next_bank_day((due_of or lines[-1]).business_on)
    return movement(
        Kind.PAYOUT,
        "bank_vcb",
        lands or due,
        gross - wallet_fee(gross) - less,
        f"po-{due}",
        due_on=due,
        pays=tuple(str(line.statement_key) for line in lines),
        faults=(fault,) if fault else (),
    )


def doubtful(*movements: Movement) -> list[Movement]:
    return list(undecidable_payouts(movements, LAST))


def test_a_late_payout_of_a_sum_of_its_own_is_no_other_days() -> None:
    one, two = sales(0, 30_000), sales(1, 45_000)
    late = paid(one, fault=Fault.PAYOUT_LATE, lands=on(3))

    assert doubtful(*one, *two, late, paid(two)) == []


def test_of_two_days_of_one_sum_nobody_can_tell_which_was_paid_late() -> None:
    one, two = sales(0, 30_000), sales(1, 10_000, 20_000)
    late = paid(one, fault=Fault.PAYOUT_LATE, lands=on(4))

    assert doubtful(*one, *two, late, paid(two)) == [late]


def test_a_day_that_is_due_after_the_late_payout_landed_is_no_rival() -> None:
    one, two = sales(0, 30_000), sales(7, 30_000)
    late = paid(one, fault=Fault.PAYOUT_LATE, lands=on(3))

    assert doubtful(*one, *two, late, paid(two)) == []


def test_a_sale_held_back_is_told_by_the_two_sums() -> None:
    one, two = sales(0, 30_000, 40_000, 55_000), sales(1, 45_000)
    less = paid(one[1:], fault=Fault.HELD_BACK)
    more = paid([one[0], *two], fault=Fault.HELD_BACK)

    assert doubtful(*one, *two, less, more) == []


def test_which_of_two_equal_sales_was_held_back_leaves_no_doubt_that_one_was() -> None:
    one, two = sales(0, 30_000, 30_000, 55_000), sales(1, 45_000)
    less = paid(one[1:], fault=Fault.HELD_BACK)
    more = paid([one[0], *two], fault=Fault.HELD_BACK)

    assert doubtful(*one, *two, less, more) == []


def test_a_sum_that_is_as_well_another_late_day_leaves_a_hold_back_in_doubt() -> None:
    # 70,000 less 20,000 held back is what the day before came to, and that one lands the same day.
    one, two, three = sales(0, 50_000), sales(1, 50_000, 20_000), sales(2, 40_000)
    late = paid(one, fault=Fault.PAYOUT_LATE, lands=on(2))
    less = paid(two[:1], fault=Fault.HELD_BACK)
    more = paid([two[1], *three], fault=Fault.HELD_BACK)

    assert doubtful(*one, *two, *three, late, less, more) == [late, less]


def test_a_payout_too_small_by_some_dong_is_told_by_its_day() -> None:
    one, two = sales(0, 30_000), sales(1, 45_000)
    short = paid(one, fault=Fault.PAYOUT_SHORT, less=3_000)

    assert doubtful(*one, *two, short, paid(two)) == []


def test_a_business_day_may_be_left_out_of_a_payout_instead_of_another_paid_late() -> None:
    # Saturday and Sunday are due on the Monday on which Thursday's 80,000 land: Sunday's sum.
    early, weekend = sales(3, 30_000, 50_000), [*sales(5, 30_000, 10_000, 7_000), *sales(6, 80_000)]
    late = paid(early, fault=Fault.PAYOUT_LATE, lands=on(7))
    later = paid(weekend, fault=Fault.PAYOUT_LATE, lands=on(9))

    assert doubtful(*early, *weekend, late, later) == [late, later]


def test_two_payouts_of_one_day_may_share_what_is_due_instead_of_one_being_late() -> None:
    # Monday's second payout is Tuesday's 85,000, late, or Sunday's; the first one pays the other.
    early, weekend = sales(1, 85_000), [*sales(5, 25_000), *sales(6, 60_000, 25_000)]
    friday, monday = sales(4, 30_000), sales(7, 77_000)
    late = paid(early, fault=Fault.PAYOUT_LATE, lands=on(7))
    less = paid(weekend, fault=Fault.HELD_BACK)
    more = paid([*friday, *monday], fault=Fault.HELD_BACK)

    assert doubtful(*early, *friday, *weekend, *monday, less, late, more) == [less, late]


def test_a_late_payout_of_a_sum_that_no_business_day_due_then_has_is_late() -> None:
    early, weekend = sales(1, 86_000), [*sales(5, 25_000), *sales(6, 60_000, 25_000)]
    friday, monday = sales(4, 30_000), sales(7, 77_000)
    late = paid(early, fault=Fault.PAYOUT_LATE, lands=on(7))
    less = paid(weekend, fault=Fault.HELD_BACK)
    more = paid([*friday, *monday], fault=Fault.HELD_BACK)

    assert doubtful(*early, *friday, *weekend, *monday, less, late, more) == []


def test_days_behind_the_end_of_the_books_owe_no_payout_yet() -> None:
    one, behind = sales(0, 30_000), sales(26, 30_000)
    late = paid(one, fault=Fault.PAYOUT_LATE, lands=on(3))

    assert doubtful(*one, *behind, late) == []


def payment(key: str, fault: Fault, **told: object) -> Movement:
    return movement(Kind.PAYMENT, "bank_vcb", on(0), 20_000, key, faults=(fault,), **told)


def test_a_payment_without_reference_may_be_the_one_of_which_only_the_line_is_told() -> None:
    bare, untold = payment("1", Fault.REFERENCE_MISSING), payment("2", Fault.MISSING)

    assert list(undecidable_rows([bare, untold])) == [bare, untold]


def test_nothing_is_in_doubt_where_account_amount_day_or_code_tell_two_payments_apart() -> None:
    bare = payment("1", Fault.REFERENCE_MISSING)
    others = [
        payment("2", Fault.CLOCK_SKEW, statement_key="bank_vcb:2:2"),
        payment("3", Fault.CLOCK_SKEW, amount_vnd=30_000),
        payment("4", Fault.CLOCK_SKEW, business_on=on(1)),
        payment("5", Fault.CLOCK_SKEW, vendor_code="CC222222B"),
        payment("6", Fault.LATE),
    ]

    assert list(undecidable_rows([bare, *others])) == []


def test_a_line_of_a_payment_in_two_lines_may_be_that_of_a_payment_without_reference() -> None:
    bare = payment("1", Fault.REFERENCE_MISSING)
    parts = (("bank_vcb:1:21", 20_000), ("bank_vcb:1:22", 35_000))
    split = payment("2", Fault.SPLIT, amount_vnd=55_000, statement_key=None, booked_as=parts)

    assert list(undecidable_rows([bare, split])) == [bare, split]


def test_two_payments_of_which_only_the_lines_are_told_are_both_told_alone() -> None:
    assert list(undecidable_rows([payment("1", Fault.MISSING), payment("2", Fault.MISSING)])) == []
