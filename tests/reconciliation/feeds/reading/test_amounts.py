"""The grammar of money cells: what is an amount, what is refused and never guessed."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reconciliation.feeds.reading.amounts import (
    AMOUNT_MAX,
    currency_exponent,
    read_amount,
    read_json_amount,
    read_number,
)
from reconciliation.feeds.reading.refusal import RowRefused
from tests.feed_samples import refusal_of

AMOUNTS = st.integers(min_value=-AMOUNT_MAX, max_value=AMOUNT_MAX)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("68866", 68866),
        ("68,866", 68866),
        ("68.866", 68866),
        ("1,000,000 VND", 1_000_000),
        ("1.000.000đ", 1_000_000),
        ("1.000.000 ₫", 1_000_000),
        ("0 VND", 0),
        ("-68,866", -68866),
        ("68866.00", 68866),
        ("68866,00", 68866),
        ("68,866.00", 68866),
        ("68.866,00", 68866),
        (" 68,866\u00a0", 68866),
        ("1,000,000,000,000,000", AMOUNT_MAX),
    ],
)
def test_every_legal_spelling_is_whole_dong(text: str, amount: int) -> None:
    assert read_amount(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "68.86",
        "68,8",
        "68.8660",
        "6,8866",
        "68,866,00",
        "68.866.00",
        "68,866.50",
        "68866.01",
        "1,000.000",
        "1.000,000",
        "1 000",
        "+68866",
        "-0",
        "-0.00",
        "007",
        "0,866",
        "00",
        "1e5",
        "1E+05",
        "(68,866)",
        "１２３",
        "٣٤",
        "²",
        "68_866",
        "NaN",
        "68866 USD",
        "VND 68866",
        "68866 đồng",
        "68,866đ đ",
        "--5",
        "5-",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(RowRefused) as refusal:
        read_amount(text)

    assert refusal.value.reason == "amount"


@pytest.mark.parametrize("text", ["1000000000000001", "9" * 60, "-1,000,000,000,000,001"])
def test_more_than_a_million_billion_is_out_of_range(text: str) -> None:
    with pytest.raises(RowRefused) as refusal:
        read_amount(text)

    assert refusal.value.reason == "amount_range"


@pytest.mark.parametrize(
    ("text", "minor"),
    [("1,234.5", 123450), ("100", 10000), ("-0.50", -50), ("12.34", 1234), ("0.00", 0)],
)
def test_other_currencies_have_comma_groups_and_a_point(text: str, minor: int) -> None:
    assert read_amount(text, "USD") == minor


@pytest.mark.parametrize("text", ["1.234,5", "12.345", "1,23", "12.", ".5", "-0.00", "１.00"])
def test_other_spellings_of_other_currencies_are_refused(text: str) -> None:
    with pytest.raises(RowRefused):
        read_amount(text, "USD")


def test_zero_decimal_currencies_take_no_fraction() -> None:
    assert (currency_exponent("VND"), currency_exponent("KWD"), currency_exponent("EUR")) == (
        0,
        3,
        2,
    )
    assert read_amount("1,200", "JPY") == 1200
    with pytest.raises(RowRefused):
        read_amount("1,200.5", "JPY")


@pytest.mark.parametrize(
    ("value", "currency", "minor"),
    [(68866, "VND", 68866), (68866.0, "VND", 68866), (12.34, "USD", 1234), (-5.0, "VND", -5)],
)
def test_spreadsheet_numbers_are_taken_when_whole(value: float, currency: str, minor: int) -> None:
    assert read_number(value, currency) == minor


@pytest.mark.parametrize("value", [True, 0.5, float("nan"), float("inf"), "68866", None])
def test_other_spreadsheet_values_are_no_amount(value: object) -> None:
    with pytest.raises(RowRefused):
        read_number(value)


def test_a_huge_spreadsheet_number_is_out_of_range() -> None:
    with pytest.raises(RowRefused) as refusal:
        read_number(1e300)

    assert refusal.value.reason == "amount_range"


@pytest.mark.parametrize(("value", "amount"), [(5, 5), (Decimal("5.00"), 5), ("68,866", 68866)])
def test_json_amounts_are_whole_numbers_or_texts(value: object, amount: int) -> None:
    assert read_json_amount(value, "amount") == amount


@pytest.mark.parametrize(
    "value", [True, None, [], {}, Decimal("0.5"), Decimal("1E-999999"), Decimal("1E+999999"), "x"]
)
def test_other_json_values_are_refused(value: object) -> None:
    with pytest.raises(RowRefused):
        read_json_amount(value, "amount")


@given(
    amount=AMOUNTS,
    separator=st.sampled_from([",", ".", ""]),
    suffix=st.sampled_from(["", " VND", "đ"]),
)
def test_reading_undoes_every_way_of_writing(amount: int, separator: str, suffix: str) -> None:
    text = f"{amount:,}".replace(",", separator) + suffix

    assert read_amount(text) == amount


@given(AMOUNTS)
def test_a_zero_fraction_changes_nothing(amount: int) -> None:
    written = f"{amount:,}.00"
    if amount == 0:
        written = "0.00"

    assert read_amount(written) == amount


@given(amount=AMOUNTS)
def test_minor_units_of_dollars_come_back(amount: int) -> None:
    whole, cents = divmod(abs(amount), 100)
    sign = "-" if amount < 0 else ""

    assert read_amount(f"{sign}{whole:,}.{cents:02d}", "USD") == amount


@given(st.text(max_size=30), st.sampled_from(["VND", "USD", "KWD"]))
def test_junk_is_refused_or_says_the_digits(text: str, currency: str) -> None:
    reason = refusal_of(read_amount, text, currency)

    assert reason in {"amount", "amount_range", None}
    assert reason is not None or set(text) & set("0123456789")


@given(st.text(alphabet="0123456789.,-đ", min_size=1, max_size=9))
def test_an_accepted_text_says_the_amount_digit_by_digit(text: str) -> None:
    assume(refusal_of(read_amount, text) is None)
    bare = text.strip().removesuffix("VND").removesuffix("đ").strip()
    for fraction in (".00", ",00"):
        bare = bare.removesuffix(fraction)

    assert read_amount(text) == int(bare.replace(",", "").replace(".", ""))
