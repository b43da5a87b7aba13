"""Provider profiles: packaged, replaced from a file, dated, refused."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from reconciliation.errors import ProfilesRefused
from reconciliation.feeds.catalogue import DOORS
from reconciliation.profiles import Profile, Profiles, load_profiles
from tests.reconciliation.engine.world import FRIDAY, decided, payout, record, run, table
from tests.reconciliation.engine.world import rules as rules_of

ROW = """
[[profile]]
provider = "wallet"
valid_from = 2026-01-01
books = ["payments", "statement"]
"""


def load(text: str, tmp_path: Path) -> Profiles:
    """Profiles with a file of these rows."""
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return load_profiles(path)


def test_the_packaged_profiles_name_the_providers_of_the_product() -> None:
    named = {row.provider for row in load_profiles().rows}

    assert {"*", "bank_vcb", "momo", "stripe"} | DOORS.keys() <= named


def test_a_provider_without_a_row_has_the_general_one() -> None:
    (row,) = load_profiles().of("nobody knows")

    assert row.provider == "*"


def test_a_file_replaces_the_rows_of_the_providers_it_names(tmp_path: Path) -> None:
    profiles = load(ROW.replace("wallet", "momo"), tmp_path)

    (row,) = profiles.of("momo")
    assert row.books == ("payments", "statement")
    assert profiles.of("stripe") == load_profiles().of("stripe")


def test_rows_are_in_force_from_their_date_on(tmp_path: Path) -> None:
    later = ROW.replace("2026-01-01", "2026-11-21")
    profiles = load(ROW + later, tmp_path)

    days = np.array([(day - date(1970, 1, 1)).days for day in (FRIDAY, date(2026, 11, 21))])
    found = profiles.index(["wallet"], np.array([0, 0]), days)

    assert [profiles.rows[at].valid_from for at in found] == [date(2026, 1, 1), date(2026, 11, 21)]


@pytest.mark.parametrize(
    ("line", "field", "problem"),
    [
        ("colour = 1", "colour", "is no field"),
        ('ids_exclude = "sometimes"', "ids_exclude", "expected one of"),
        ("window_s = 1.5", "window_s", "is 1.5, expected a whole number"),
        ('provider_id = ["id"]', "provider_id", "expected one pair"),
        ('bank_reference = [["a", "b"]]', "bank_reference", "expected a list of pairs"),
        ("fee = {bps = 110, per_cent = 2}", "fee.per_cent", "is no field"),
        ("fee = {fixed_vnd = 5}", "fee.bps", "is missing"),
        ("fee = {bps = 10001}", "fee.bps", "is 10001, expected a whole number from 0 to 10000"),
    ],
)
def test_a_wrong_field_is_refused_by_name(
    line: str, field: str, problem: str, tmp_path: Path
) -> None:
    with pytest.raises(ProfilesRefused) as caught:
        load(ROW + line, tmp_path)

    assert (caught.value.file, caught.value.provider) == ("own.toml", "wallet")
    assert caught.value.field == field
    assert problem in str(caught.value)


@pytest.mark.parametrize("field", ["provider", "valid_from", "books"])
def test_a_row_without_what_it_needs_is_refused(field: str, tmp_path: Path) -> None:
    lines = [line for line in ROW.splitlines() if not line.startswith(field)]

    with pytest.raises(ProfilesRefused, match="is missing"):
        load("\n".join(lines), tmp_path)


def test_two_rows_of_one_date_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfilesRefused, match="stands twice"):
        load(ROW + ROW, tmp_path)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (ROW.replace("[[profile]]", "[[profiles]]"), "profiles"),
        (ROW.replace("[[profile]]", "[profile]"), "profile"),
        ("profile = [1]", "profile"),
        ('profil = "wallet"\n' + ROW, "profil"),
    ],
)
def test_what_is_no_list_of_profiles_is_refused_and_not_passed_over(
    text: str, field: str, tmp_path: Path
) -> None:
    with pytest.raises(ProfilesRefused) as caught:
        load(text, tmp_path)

    assert caught.value.field == field


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfilesRefused):
        load("profile = [", tmp_path)


def test_vietcombank_is_joined_by_the_banks_reference_on_its_dates() -> None:
    ids = {"provider": "bank_vcb", "bank_reference": "5243.65937"}

    result = run(
        [record("p", **ids, provider_transaction_id="92704")],
        [record("s", **ids, provider_transaction_id="5243.65937", occurred_at=None)],
    )

    assert decided(result, "p").rule == "bank_reference@1"


def test_stripe_is_joined_by_the_charge_of_the_balance_transaction() -> None:
    stripe = {"provider": "stripe", "account": "acct_1"}

    result = run(
        [record("p", **stripe, provider_transaction_id="ch_1")],
        [
            record(
                "s",
                **stripe,
                provider_transaction_id="txn_1",
                bank_reference="ch_1",
                settlement_id="po_1",
                fee_vnd=1_700,
            ),
            record("r", **stripe, transaction_type="refund", direction="debit", amount_vnd=7),
        ],
        [payout("o", **stripe, payout_reference="po_1", amount_vnd=48_300)],
    )

    assert decided(result, "p").counterpart_id == "s"
    assert decided(result, "o", "C").outcome == "paid"
    assert decided(result, "r").outcome == "not_applicable"
    assert decided(result, "r", "C").outcome == "pending_cut_off"


def test_different_charges_of_stripe_are_never_one_payment() -> None:
    stripe = {"provider": "stripe", "account": "acct_1"}

    result = run(
        [record("p", **stripe, provider_transaction_id="ch_1")],
        [record("s", **stripe, provider_transaction_id="txn_1", bank_reference="ch_2")],
    )

    assert decided(result, "p").outcome == "missing_in_statement"


def test_momo_pays_each_day_less_its_fee_on_the_next_bank_day() -> None:
    momo = {"provider": "momo", "account": "MOMO/1"}
    net = 93_000 - (93_000 * 110 + 5_000) // 10_000

    result = run(
        [],
        [
            record("s1", **momo, amount_vnd=100_000, occurred_at=None),
            record(
                "r",
                **momo,
                amount_vnd=7_000,
                direction="debit",
                transaction_type="refund",
                occurred_at=None,
            ),
        ],
        [payout("o", **momo, amount_vnd=net, arrived_on=date(2026, 11, 23))],
    )

    assert decided(result, "s1", "B").outcome == "not_applicable"
    assert decided(result, "o", "C").outcome == "paid"


def test_a_contract_that_changes_is_applied_from_its_day_on() -> None:
    old = rules_of({"window_s": 60}).rows[-1]
    new = Profile(provider="wallet", valid_from=date(2026, 11, 21), books=("statement",))
    profiles = Profiles((*load_profiles().rows, old, new))

    from reconciliation.engine.books import Books
    from reconciliation.engine.matching import reconcile

    result = reconcile(
        Books(
            payments=table([]),
            statement=table([record("a"), record("b", business_date=date(2026, 11, 21))]),
        ),
        profiles,
    )

    assert decided(result, "a").outcome == "missing_in_payments"
    assert decided(result, "b").outcome == "not_applicable"
