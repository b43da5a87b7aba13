"""Every decision can be shown with what was compared, who else it might be, and one sentence."""

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings

from merchants.vendor_code import write_vendor_code
from reconciliation.engine.books import BookName, Books
from reconciliation.engine.evidence import Explainer, ReadingTold
from reconciliation.engine.matching import reconcile
from reconciliation.engine.outcomes import Leg
from reconciliation.engine.results import Reconciled
from reconciliation.errors import RecordNotFound, RunFilesRefused
from tests.reconciliation.engine.world import (
    FRIDAY,
    at,
    books,
    payout,
    record,
    request,
    rules,
    table,
)
from tests.reconciliation.engine.worlds import worlds

Row = dict[str, Any]


def _tables(result: Reconciled) -> tuple[pa.Table, pa.Table]:
    return result.outcome_table, result.payout_table


def explainer(payments: list[Row], statement: list[Row], *more: list[Row]) -> Explainer:
    """The evidence of a run over some books."""
    held = books(payments, statement, *more)
    return Explainer(held, *_tables(reconcile(held, rules())), rules())


def test_a_match_shows_what_was_compared_and_that_nothing_else_explains_it() -> None:
    told = {"provider_transaction_id": "T1", "reference": "tien rau"}
    shown = explainer([record("p", **told)], [record("s", **told, amount_vnd=48_000)]).explain(
        BookName.PAYMENTS, "p", Leg.B
    )

    assert (shown.outcome, shown.rule, shown.others) == (
        "matched_with_difference",
        "provider_id@1",
        ("s",),
    )
    assert shown.explanations == 0
    assert shown.alternatives == ()
    compared = {one.field: one for one in shown.compared}
    assert compared["provider_transaction_id"].agrees
    assert (compared["amount_vnd"].own, compared["amount_vnd"].other) == (50_000, 48_000)
    assert not compared["amount_vnd"].agrees
    assert shown.sentence_vi.startswith("Khớp nhưng lệch 2.000 ₫")
    assert shown.sentence_en.startswith("Matched, but 2.000 ₫ apart")


def test_a_set_shows_its_members_and_claims_no_pair() -> None:
    rows = [[record(f"{book}{n}", occurred_at=at(n)) for n in range(2)] for book in "ps"]

    shown = explainer(*rows).explain(BookName.STATEMENT, "s0", Leg.B)

    assert shown.others == ("p0", "p1", "s1")
    assert shown.compared == ()


def test_a_tie_lists_every_record_that_fits() -> None:
    payments = [record("p"), record("far", amount_vnd=9), record("b", account="B")]
    lines = [record("s1"), record("s2", occurred_at=at(4)), record("s3", account="B", amount_vnd=1)]

    shown = explainer(payments, lines).explain(BookName.PAYMENTS, "p", Leg.B)

    assert shown.explanations == 2
    assert shown.alternatives == ("s1", "s2")


def test_what_a_record_without_account_was_paired_with_is_no_alternative() -> None:
    told = {"provider_transaction_id": "T1"}
    payments = [record("paired", **told), record("p")]
    lines = [record("bare", account=None, **told), record("s1"), record("s2")]

    shown = explainer(payments, lines)

    assert shown.explain(BookName.PAYMENTS, "paired", Leg.B).rule == "no_account_id@1"
    assert shown.explain(BookName.PAYMENTS, "p", Leg.B).alternatives == ("s1", "s2")


def test_a_set_whose_books_use_the_same_ids_names_all_others() -> None:
    rows = [record(str(n), occurred_at=at(n)) for n in range(2)]

    shown = explainer(rows, rows).explain(BookName.STATEMENT, "0", Leg.B)

    assert shown.others == ("0", "1", "1")


def test_an_id_that_names_several_lists_them() -> None:
    told = {"bank_reference": "FT1", "occurred_at": None}

    shown = explainer([record("p", **told)], [record("s1", **told), record("s2", **told)]).explain(
        BookName.PAYMENTS, "p", Leg.B
    )

    assert shown.reason == "id_not_unique"
    assert shown.alternatives == ("s1", "s2")


def test_a_conflict_lists_the_other_versions_of_its_own_book() -> None:
    told = {"provider_transaction_id": "T1"}
    payments = [record("p1", **told), record("p2", **told, amount_vnd=7)]

    shown = explainer(payments, [record("s", **told)])

    assert shown.explain(BookName.PAYMENTS, "p1", Leg.B).alternatives == ("p2",)
    assert shown.explain(BookName.STATEMENT, "s", Leg.B).alternatives == ("p1", "p2")


def test_a_remark_with_two_codes_lists_the_codes() -> None:
    codes = sorted(write_vendor_code(number) for number in (1, 2))

    shown = explainer([record("p", reference=" ".join(codes))], []).explain(
        BookName.PAYMENTS, "p", Leg.B
    )

    assert list(shown.alternatives) == codes


def test_a_repeat_is_compared_with_the_telling_that_stays() -> None:
    told = {"provider_transaction_id": "T1"}

    shown = explainer([record("p1", **told, reference="x"), record("p2", **told)], []).explain(
        BookName.PAYMENTS, "p2", Leg.B
    )

    assert shown.others == ("p1",)
    assert {one.field: one.agrees for one in shown.compared}["amount_vnd"]


def test_payouts_and_requests_are_explained_too() -> None:
    shown = explainer(
        [record("p", reference="YC0001")],
        [record("s")],
        [payout("o")],
        [request("q", reference="YC0001")],
    )

    assert shown.explain(BookName.REQUESTS, "q", Leg.A).others == ("p",)
    assert shown.explain(BookName.STATEMENT, "s", Leg.C).others == ("o",)
    assert shown.explain(BookName.PAYOUTS, "o", Leg.C).sentence_vi == "Đã chi trả đủ, theo kỳ chốt."


def test_a_payout_in_doubt_shows_both_readings_and_who_else_may_pay_their_lines() -> None:
    lines = [line(f"s{day}", day) for day in (0, 2)]
    payouts = [payout(f"o{day}", arrived_on=FRIDAY + timedelta(days=day)) for day in (3, 7)]
    held = books([], lines, payouts)
    by = rules({"payouts": "cut_off_run", "cycle_days": 1, "pays_on_weekends": True})

    shown = Explainer(held, *_tables(reconcile(held, by)), by)

    of_payout = shown.explain(BookName.PAYOUTS, "o3", Leg.C)
    assert of_payout.readings == (ReadingTold(50_000, ("s2",)), ReadingTold(50_000, ("s0",)))
    assert of_payout.alternatives == ("o7",)
    assert of_payout.sentence_vi == "Chưa xác định: có 2 cách giải thích khoản chi trả này."
    of_line = shown.explain(BookName.STATEMENT, "s0", Leg.C)
    assert (of_line.readings, of_line.alternatives) == ((), ("o3", "o7"))
    assert of_line.explanations == 2


def line(record_id: str, days: int) -> Row:
    """A line some days after Friday."""
    return record(record_id, business_date=FRIDAY + timedelta(days=days), occurred_at=None)


def test_a_record_that_is_not_there_has_no_evidence() -> None:
    shown = explainer([record("p")], [])

    with pytest.raises(RecordNotFound, match="payments tells no record 'x' on leg B"):
        shown.explain(BookName.PAYMENTS, "x", Leg.B)
    with pytest.raises(RecordNotFound, match="payments tells no record 'p' on leg A"):
        shown.explain(BookName.PAYMENTS, "p", Leg.A)
    with pytest.raises(RecordNotFound, match=r"requests tells no record 'p'$"):
        shown.legs(BookName.REQUESTS, "p")


def test_a_record_is_told_on_every_leg_it_is_on() -> None:
    shown = explainer([record("p")], [record("s")], [payout("o")], [request("q")])

    assert shown.legs(BookName.PAYMENTS, "p") == (Leg.A, Leg.B)
    assert shown.legs(BookName.STATEMENT, "s") == (Leg.B, Leg.C)


def test_books_that_do_not_hold_what_was_decided_are_refused() -> None:
    told = {"provider_transaction_id": "T1"}
    held = books([record("p", **told)], [record("s", **told)])
    tables = _tables(reconcile(held, rules()))

    for payments, statement, refused in (([], ["s"], "payments"), (["p"], [], "statement")):
        other = books([record(one) for one in payments], [record(one) for one in statement])
        with pytest.raises(RunFilesRefused, match=f"^{refused}: the run tells of record"):
            Explainer(other, *tables, rules()).explain(BookName.PAYMENTS, "p", Leg.B)


def test_a_book_without_rows_and_columns_has_no_alternatives() -> None:
    told = {"provider_transaction_id": "T1"}
    payments = table([record("p1", **told), record("p2", **told, amount_vnd=7)])
    held = Books(payments=payments, statement=pa.table({}))
    shown = Explainer(held, *_tables(reconcile(held, rules())), rules())

    assert shown.explain(BookName.PAYMENTS, "p1", Leg.B).alternatives == ("p2",)


@settings(max_examples=40)
@given(worlds())
def test_as_many_alternatives_are_listed_as_were_counted(
    world: tuple[list[Row], list[Row]],
) -> None:
    held = books(*world)
    result = reconcile(held, rules())
    shown = Explainer(held, *_tables(result), rules())
    rows = result.outcomes
    ties = rows[rows["outcome"].eq("ambiguous") & rows["reason"].isin(["tie", "remark_lost"])]

    for row in ties.itertuples():
        evidence = shown.explain(BookName(row.book), row.record_id, Leg(row.leg))
        assert len(evidence.alternatives) == evidence.explanations == row.alternatives
