"""What a bank's statement makes of a payer's words: prefixes, suffixes, capitals, lost accents."""

from merchants.vendor_code import LENGTH, read_vendor_code
from reconciliation.simulation.payers import Payer
from reconciliation.simulation.people import SimVendor
from reconciliation.simulation.seeds import Draw

WORDS = ("tien hang", "mua hang", "thanh toan", "tra tien", "tt tien hang", "ck", "")
SPACED_SHARE = 0.12
LETTERS = "abcdefghiklmnopqrstuvxy"


def write_payment_memo(draw: Draw, vendor: SimVendor, payer: Payer, *, lost: bool) -> str:
    """Return the memo of one transfer: it tells exactly the vendor's code, or, ``lost``, none.

    The form is that of the payer's bank: Vietcombank's own app, interbank transfers, MB, ACB.
    """
    wanted = set() if lost else {vendor.code}
    while True:
        code = lose_code(draw, vendor.code) if lost else vendor.code
        memo = _memo(draw, vendor, payer, code)
        # A stump and the next word can happen to make a valid code; the truth must stay true.
        if codes_in(memo) == wanted:
            return memo


def codes_in(memo: str) -> set[str]:
    """Return the valid vendor codes in a memo stripped to its letters and digits."""
    bare = "".join(c for c in memo.upper() if c.isalnum())
    windows = {bare[at : at + LENGTH] for at in range(len(bare) - LENGTH + 1)}
    return {window for window in windows if read_vendor_code(window) is not None}


def _memo(draw: Draw, vendor: SimVendor, payer: Payer, code: str) -> str:
    words = draw.choice(WORDS)
    text = f"{_spaced(draw, code)} {words}".strip() or "chuyen tien"
    number = f"{draw.randrange(10**6):06d}"
    if payer.app == "VCB":
        return (
            f"MBVCB.{draw.randrange(10**9, 10**10)}.{number}.{text}.CT tu {payer.account} "
            f"{payer.name} toi {vendor.account} {vendor.holder_name}"
        )
    if payer.app == "MB":
        return f"{text}- Ma GD ACSP/ {draw.choice(LETTERS)}{draw.choice(LETTERS)}{number}"
    if payer.app == "ACB":
        return f"ACB;{payer.account};{text}"
    if payer.app == "NAPAS":
        return f"{payer.name} chuyen tien {text} GD {number}"
    return f"IBFT {text} {number}"


def lose_code(draw: Draw, code: str) -> str:
    """Return what a bad app leaves of a code: nothing, a stump, or one wrong character."""
    way = draw.randrange(3)
    if way == 0:
        return ""
    if way == 1:
        return code[: draw.randint(3, len(code) - 2)]
    at = draw.randrange(2, len(code))
    wrong = draw.choice([c for c in "23456789ABDEFGHJKMNPQRSTVWXYZ" if c != code[at]])
    return code[:at] + wrong + code[at + 1 :]


def _spaced(draw: Draw, code: str) -> str:
    """Return the code, sometimes with a space pushed into it as some banks do."""
    if len(code) < 4 or draw.random() >= SPACED_SHARE:
        return code
    at = draw.randint(2, len(code) - 2)
    return f"{code[:at]} {code[at:]}"
