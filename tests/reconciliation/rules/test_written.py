"""Rows as TOML, and the fields a change would change, worked out by hand."""

from datetime import date

import pytest

from reconciliation.profiles import Profiles, load_profiles, read_profiles
from reconciliation.rules.in_force import overlay
from reconciliation.rules.written import FieldChange, changed_fields, rows_of, write_rows

EVERY_FIELD = """
[[profile]]
provider = "wallet"
valid_from = 2026-01-01
books = ["payments", "statement", "payouts"]
payment_types = ["payment"]
provider_id = ["provider_transaction_id", "bank_reference"]
bank_reference = [["reference", "bank_reference"]]
ids_exclude = "always"
window_s = 900
statement_per = "account"
cut_off_local = 16:30:00
late_after_days = 3
rounding_vnd = 5
difference_budget_vnd = 0
payouts = "cut_off_run"
cycle_days = 2
pays_on_weekends = false
calendar = "vn"
holidays = [2026-12-24, 2026-12-25]
fee = {bps = 110, per = "run", fixed_vnd = 7, min_vnd = 1, max_vnd = 9000, vat_bps = 800}
"""
DECEMBER = date(2026, 12, 1)


@pytest.mark.parametrize("rules", [load_profiles(), read_profiles(EVERY_FIELD, "x")])
def test_rows_written_are_read_back(rules: Profiles) -> None:
    assert read_profiles(write_rows(rows_of(rules.content)), "x") == rules


def test_a_row_like_the_one_in_force_changes_nothing() -> None:
    rules = read_profiles(EVERY_FIELD, "x")

    assert changed_fields(rules.content, rules.content, DECEMBER) == []


def test_each_field_that_differs_is_told_with_both_values() -> None:
    rules = read_profiles(EVERY_FIELD, "x")
    proposed = EVERY_FIELD.replace("bps = 110", "bps = 90").replace('calendar = "vn"\n', "")

    found = changed_fields(rules.content, read_profiles(proposed, "x").content, DECEMBER)

    assert found == [
        FieldChange("wallet", DECEMBER, "calendar", '"vn"', ""),
        FieldChange("wallet", DECEMBER, "fee.bps", "110", "90"),
    ]


def test_a_source_without_rows_of_its_own_is_compared_with_the_general_ones() -> None:
    packaged = load_profiles()
    general = next(row for row in rows_of(packaged.content) if row["provider"] == "*")
    proposed = read_profiles(write_rows([{**general, "provider": "new", "window_s": 60}]), "x")

    found = changed_fields(packaged.content, proposed.content, DECEMBER)

    assert found == [FieldChange("new", DECEMBER, "window_s", str(general["window_s"]), "60")]


def test_a_later_row_that_the_change_ends_differs_on_its_own_day() -> None:
    first = read_profiles(EVERY_FIELD, "x")
    later = EVERY_FIELD.replace("2026-01-01", "2027-03-01").replace(
        "cycle_days = 2", "cycle_days = 5"
    )
    in_force = Profiles((*first.rows, *read_profiles(later, "x").rows))

    found = changed_fields(in_force.content, first.content, DECEMBER)

    assert found == [FieldChange("wallet", date(2027, 3, 1), "cycle_days", "5", "2")]
    assert overlay(in_force, first, DECEMBER).rows[-1].cycle_days == 2
