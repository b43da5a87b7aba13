"""Every field of a profile is checked: its type, what it may name, how large it may be."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from reconciliation.engine.matching import reconcile
from reconciliation.errors import ProfilesRefused
from reconciliation.profile_fields import FEE_FIELDS, PROFILE_FIELDS
from reconciliation.profiles import FeeSchedule, Profile, load_profiles, profiles_of, read_profiles
from reconciliation.simulation.contracts import contracts_file
from tests.reconciliation.engine.world import FRIDAY, books, payout, record

NEEDED = {"provider": '"wallet"', "valid_from": "2026-01-01", "books": '["payments"]'}
# One value of each type of TOML.
SCALARS: dict[type, str] = {
    str: '"payments"',
    int: "1",
    bool: "true",
    float: "1.5",
    date: "2026-02-17",
    datetime: "2026-02-17T10:00:00",
    time: "23:00:00",
    dict: "{x = 1}",
}
LARGEST = {
    "provider": f'"{"w" * 64}"',
    "valid_from": "1900-01-01",
    "books": '["payments", "statement", "payouts", "requests"]',
    "payment_types": '["payment", "fee", "other"]',
    "provider_id": '["provider_transaction_id", "bank_reference"]',
    "bank_reference": '[["reference", "bank_reference"], ["settlement_id", "settlement_id"]]',
    "ids_exclude": '"never"',
    "window_s": "2678400",
    "statement_per": '"account"',
    "cut_off_local": "23:59:59",
    "late_after_days": "366",
    "rounding_vnd": "10000",
    "difference_budget_vnd": "1000000000",
    "payouts": '"cut_off_run"',
    "cycle_days": "31",
    "pays_on_weekends": "false",
    "calendar": '"vn"',
    "holidays": "[1900-01-01, 2099-12-31]",
}
LARGEST_FEE = {
    "bps": "10000",
    "per": '"line"',
    "fixed_vnd": "1000000000",
    "min_vnd": "1000000000",
    "max_vnd": "1000000000",
    "vat_bps": "10000",
}


def written(told: dict[str, str], fee: dict[str, str] | None = None) -> str:
    """One row as TOML."""
    lines = ["[[profile]]", *(f"{name} = {value}" for name, value in told.items())]
    if fee is not None:
        lines += ["[profile.fee]", *(f"{name} = {value}" for name, value in fee.items())]
    return "\n".join(lines)


def types_in(hint: Any) -> set[Any]:
    """Every type an annotation names; a table stands for a fee schedule."""
    parts = get_args(hint)
    return {dict if hint is FeeSchedule else hint}.union(*map(types_in, parts))


def of_another_type(row: type) -> Iterator[tuple[str, str]]:
    """Each field of a row with each value whose type its annotation does not name."""
    hints = get_type_hints(row)
    for item in fields(row):  # type: ignore[arg-type]
        named = types_in(hints[item.name])
        is_list = any(getattr(one, "__origin__", None) is tuple for one in named)
        for kind, value in SCALARS.items():
            if is_list or kind not in named:
                yield item.name, value
            if not is_list or kind not in named:
                yield item.name, f"[{value}]"
        yield item.name, "[[[1]]]"


def refused(text: str) -> ProfilesRefused:
    with pytest.raises(ProfilesRefused) as caught:
        read_profiles(text, "own.toml")
    return caught.value


def test_the_tables_name_every_field_and_no_other() -> None:
    assert list(PROFILE_FIELDS) == [item.name for item in fields(Profile)]
    assert list(FEE_FIELDS) == [item.name for item in fields(FeeSchedule)]


@pytest.mark.parametrize(("field", "value"), [*of_another_type(Profile)])
def test_a_value_of_another_type_is_refused(field: str, value: str) -> None:
    refusal = refused(written({**NEEDED, field: value}))

    assert (refusal.file, refusal.row, refusal.field) == ("own.toml", 1, field)
    assert refusal.problem.startswith("ghi ")
    assert ", cần " in refusal.problem
    assert ", expected " in refusal.problem.english


@pytest.mark.parametrize(("field", "value"), [*of_another_type(FeeSchedule)])
def test_a_value_of_another_type_in_a_fee_is_refused(field: str, value: str) -> None:
    refusal = refused(written(NEEDED, {"bps": "1", field: value}))

    assert refusal.field == f"fee.{field}"
    assert refusal.problem.startswith("ghi ")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("provider", '""'),
        ("provider", '" wallet"'),
        ("provider", r'"wal\nlet"'),
        ("provider", f'"{"w" * 65}"'),
        ("valid_from", "1899-12-31"),
        ("valid_from", "2100-01-01"),
        ("books", '["payment"]'),
        ("payment_types", '["payments"]'),
        ("payment_types", '["bogus"]'),
        ("provider_id", '["reference"]'),
        ("provider_id", '["reference", "reference", "reference"]'),
        ("provider_id", '["reference", "amount_vnd"]'),
        ("bank_reference", '["reference", "reference"]'),
        ("bank_reference", '[["reference", "amount_vnd"]]'),
        ("ids_exclude", '"sometimes"'),
        ("window_s", "-1"),
        ("window_s", "2678401"),
        pytest.param("window_s", f"0x{'f' * 5000}", id="more digits than Python writes"),
        ("statement_per", '"shop"'),
        ("late_after_days", "-1"),
        ("late_after_days", "367"),
        ("rounding_vnd", "-1"),
        ("rounding_vnd", "10001"),
        ("difference_budget_vnd", "-1"),
        ("difference_budget_vnd", "1000000001"),
        ("payouts", '"guess"'),
        ("cycle_days", "-1"),
        ("cycle_days", "32"),
        ("pays_on_weekends", '"no"'),
        ("calendar", '"moon"'),
        ("calendar", '""'),
        ("holidays", "[1899-12-31]"),
        ("holidays", "[2026-02-17, 2100-01-01]"),
    ],
)
def test_a_value_out_of_range_is_refused(field: str, value: str) -> None:
    assert refused(written({**NEEDED, field: value})).field == field


@pytest.mark.parametrize(
    ("fee", "field"),
    [
        ({"bps": "-1"}, "bps"),
        ({"bps": "10001"}, "bps"),
        ({"bps": "1", "per": '"year"'}, "per"),
        ({"bps": "1", "fixed_vnd": "-1"}, "fixed_vnd"),
        ({"bps": "1", "fixed_vnd": "1000000001"}, "fixed_vnd"),
        ({"bps": "1", "min_vnd": "1000000001"}, "min_vnd"),
        ({"bps": "1", "max_vnd": "1000000001"}, "max_vnd"),
        ({"bps": "1", "vat_bps": "-1"}, "vat_bps"),
        ({"bps": "1", "vat_bps": "10001"}, "vat_bps"),
        ({"bps": "1", "vat_bps": "99999999999999999999"}, "vat_bps"),
        ({"bps": "1", "min_vnd": "500", "max_vnd": "100"}, "min_vnd"),
        ({}, "bps"),
    ],
)
def test_a_fee_out_of_range_or_with_its_least_above_its_most_is_refused(
    fee: dict[str, str], field: str
) -> None:
    assert refused(written(NEEDED, fee)).field == f"fee.{field}"


def test_a_refusal_names_row_field_what_was_found_and_what_is_expected() -> None:
    good = written(NEEDED)
    bad = written({**NEEDED, "provider": '"momo"', "pays_on_weekends": '"no"'})

    assert str(refused(f"{good}\n{bad}")) == (
        "own.toml: [[profile]] 2 “momo”, pays_on_weekends: "
        'ghi "no", cần true hoặc false, không ngoặc kép'
        ' / is "no", expected true or false, without quotes'
    )


@pytest.mark.parametrize(
    "text",
    [
        "profile = " + "[" * 100_000,
        f"profile = {'9' * 5000}",
        "profile" + ".a" * 5000 + " = 1",
        written({**NEEDED, "fee" + ".a" * 5000: "1"}),
        written({**NEEDED, "window_s": f'"{"x" * 5000}"'}),
        written({**NEEDED, f'"{"x" * 5000}"': "1"}),
    ],
    ids=["lists", "digits", "tables", "fee", "text", "name"],
)
def test_what_is_too_long_or_too_deep_is_refused_in_a_few_words(text: str) -> None:
    assert len(str(refused(text))) < 700


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(b"\xff\xfe[[profile]]")

    with pytest.raises(ProfilesRefused, match="UTF-8"):
        load_profiles(path)


@pytest.mark.parametrize("fee", [LARGEST_FEE, {**LARGEST_FEE, "per": '"run"'}])
def test_the_largest_values_are_taken_and_reconcile(fee: dict[str, str]) -> None:
    assert [*LARGEST, "fee"] == list(PROFILE_FIELDS)
    assert list(LARGEST_FEE) == list(FEE_FIELDS)
    profiles = read_profiles(written(LARGEST, fee), "own.toml")
    wallet = {"provider": "w" * 64, "amount_vnd": 10**15}

    given = books(
        [record("p", **wallet)],
        [record("s", **wallet), record("f", **wallet, fee_vnd=1, tax_vnd=1)],
        [payout("o", **wallet, arrived_on=FRIDAY)],
    )

    result = reconcile(given, profiles)

    assert set(result.outcomes["record_id"]) == {"p", "s", "f", "o"}
    assert profiles_of(profiles.content) == profiles


def test_the_rows_the_product_ships_are_taken() -> None:
    packaged = load_profiles()
    with contracts_file() as path:
        simulated = load_profiles(path)

    for profiles in (packaged, simulated):
        assert profiles_of(profiles.content) == profiles
