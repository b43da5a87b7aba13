"""Every decision can be told in one plain sentence, in Vietnamese and in English."""

import pytest

from reconciliation.engine.outcomes import RULES, Outcome, Reason
from reconciliation.engine.sentences import sentence_en, sentence_vi
from tests.reconciliation.engine.world import decided, record, run

ID = {"provider_transaction_id": "T1"}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_of_every_rule_is_a_sentence(outcome: str, rule: str) -> None:
    decision = {
        "outcome": outcome,
        "rule": rule,
        "difference_vnd": -1_234_567,
        "fee_difference_vnd": None,
        "reason": "amount",
        "alternatives": 3,
    }

    for sentence in (sentence_vi(decision), sentence_en(decision)):
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert "@" not in sentence


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words(reason: str) -> None:
    decision = {
        "outcome": "missing_in_statement",
        "rule": "residual@1",
        "difference_vnd": 0,
        "fee_difference_vnd": 5,
        "reason": reason,
        "alternatives": 0,
    }

    assert len(sentence_vi(decision)) > len("Chưa thấy trong sao kê: .")
    assert len(sentence_en(decision)) > len("Not in the statement: .")


def test_a_difference_is_told_in_dong() -> None:
    result = run([record("p", **ID)], [record("s", **ID, amount_vnd=48_500)])

    found = decided(result, "p")

    assert sentence_vi(found) == "Khớp nhưng lệch 1.500 ₫: hai bên ghi số tiền khác nhau."
    assert sentence_en(found) == "Matched, but 1.500 ₫ apart: the two books tell different amounts."


def test_a_wrong_fee_is_told_by_the_difference_of_the_fee() -> None:
    from reconciliation.profiles import FeeSchedule

    result = run(
        [record("p", **ID)],
        [record("s", **ID, fee_vnd=1_600)],
        profile={"fee": FeeSchedule(bps=110)},
    )

    assert sentence_vi(decided(result, "s")) == "Khớp nhưng lệch 1.050 ₫: phí thu khác biểu phí."


def test_alternatives_are_counted_in_words() -> None:
    result = run([record("p")], [record("s1"), record("s2")])

    assert sentence_vi(decided(result, "p")) == (
        "Chưa xác định: có 2 khoản khác cùng phù hợp (trùng số tiền và thời gian)."
    )


def test_what_waits_for_something_else_than_the_next_statement_says_for_what() -> None:
    result = run([record("p", transaction_type="chargeback", status="pending")], [])

    assert sentence_vi(decided(result, "p")) == "Còn chờ: khách đang khiếu nại, chưa có kết quả."
