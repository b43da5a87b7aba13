"""What a bank row is by its memo, and which key it gets."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.feeds.reading.keys import BankKeys, row_digest
from reconciliation.feeds.reading.memo import payer_account, transaction_type
from reconciliation.records import Direction, TransactionType


@pytest.mark.parametrize(
    ("memo", "direction", "kind"),
    [
        ("CHOHANA12 tien rau", "credit", "payment"),
        ("MOMO TT DOI SOAT 20112026", "credit", "payout"),
        ("momo đối soát", "credit", "payout"),
        ("DOI XYZ SOAT", "credit", "payment"),
        ("DOISOAT", "credit", "payment"),
        ("Phí quản lý tài khoản", "debit", "fee"),
        ("Thu phi SMS", "debit", "fee"),
        ("THUPHI SMS", "debit", "transfer"),
        ("PHI12 abc", "debit", "fee"),
        ("Phi quan ly", "credit", "payment"),
        ("Hoàn tiền CHOHANA12", "debit", "refund"),
        ("tra hoan", "debit", "transfer"),
        (None, "credit", "payment"),
        (None, "debit", "transfer"),
    ],
)
def test_the_first_rule_that_holds_names_the_movement(
    memo: str | None, direction: str, kind: str
) -> None:
    assert transaction_type(memo, Direction(direction)) is TransactionType(kind)


def test_the_payer_is_the_account_the_transfer_came_from() -> None:
    memo = "MBVCB.4525077405.029552.CHOHANA12.CT tu 0351000646393 NGUYEN VAN A toi 1018795282 TRAN"

    assert payer_account(memo) == "0351000646393"
    assert payer_account("CT tu NGUYEN VAN A") is None
    assert payer_account(None) is None


def test_the_digest_of_a_known_row_is_the_published_one() -> None:
    digest = row_digest(
        booked_on=date(2026, 11, 20),
        direction=Direction.DEBIT,
        amount=11000,
        balance_after=1126732,
        reference=None,
        description="Thu phi SMS",
    )

    assert digest == "e728d94d187de0a1db960d7c8f042d9e"


def test_a_reference_used_twice_gives_two_keys() -> None:
    keys = BankKeys("bank_vcb", "1018795282")

    assert keys.key("5243.1", "aa") == "bank_vcb:1018795282:5243.1"
    assert keys.key("5243.1", "bb") == "bank_vcb:1018795282:h:bb:1"
    assert keys.key(None, "bb") == "bank_vcb:1018795282:h:bb:2"


def test_a_quarantined_row_takes_its_reference_but_counts_nowhere() -> None:
    keys = BankKeys("bank_vcb", "1")
    keys.take("5243.1")
    keys.take(None)

    assert keys.key("5243.1", "aa") == "bank_vcb:1:h:aa:1"


@given(st.lists(st.tuples(st.sampled_from([None, "r1", "r2"]), st.sampled_from("ab")), max_size=12))
def test_keys_of_one_file_are_all_different(rows: list[tuple[str | None, str]]) -> None:
    keys = BankKeys("bank_vcb", "1")

    given_keys = [keys.key(reference, digest) for reference, digest in rows]

    assert len(set(given_keys)) == len(given_keys)
