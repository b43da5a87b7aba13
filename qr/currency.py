"""How many decimals an amount may have in a currency."""

# Source: ISO 4217, list one (SIX, maintenance agency): the numeric codes without two decimals.
_NUMBERS_BY_EXPONENT = {
    0: (108, 152, 174, 262, 324, 352, 392, 410, 548, 600, 646, 704, 800, 940, 950, 952, 953),
    3: (48, 368, 400, 414, 434, 512, 788),
    4: (927, 990),
    # Metals, units of account, "test" and "no currency" have no minor unit at all.
    None: (955, 956, 957, 958, 959, 960, 961, 962, 963, 964, 965, 994, 999),
}
_EXPONENTS = {
    f"{number:03d}": exponent
    for exponent, numbers in _NUMBERS_BY_EXPONENT.items()
    for number in numbers
}
_USUAL = 2


def currency_exponent(code: str) -> int | None:
    """Return the decimals of a three-digit currency code, None when it has no minor unit."""
    return _EXPONENTS.get(code, _USUAL)
