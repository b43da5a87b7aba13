"""What free text in a feed tells us, and what of it we may keep.

Banks cut remarks, upper-case them, drop accents and put spaces inside words. A vendor code is built
to survive that (fixed prefix, fixed length, check character), so it is looked for in the remark
without anything but letters and digits, at every place. Source: reconciliation.md sections 0 and 2.
"""

import re
import unicodedata
from functools import lru_cache

from merchants.request_reference import MARK, SHAPE, read_request_reference
from merchants.vendor_code import ALPHABET, LENGTH, PREFIX, read_vendor_code
from reconciliation.feeds.reading.text import fold

REMOVED = "…"
"""Stands where a payer's words stood; letters around it never join to a vendor code."""

PAYOUT_ORIGINS = {"MOMO": "momo"}
"""Word of a bank remark → ledger whose payout landed there."""

_NOT_CODE = re.compile(f"[^A-Z0-9{REMOVED}]")
_BEGINS = re.compile(f"{_NOT_CODE.pattern}*".join(PREFIX))
"""Where a code or a reference may begin, before anything is taken out of a remark."""
_CODE = re.compile(f"(?=({PREFIX}[{ALPHABET}]{{{LENGTH - len(PREFIX)}}}))")
_REQUEST = re.compile(f"(?=({SHAPE}))")
_WORD = re.compile("[A-Z]+")

_SURNAMES = (
    "NGUYEN|TRAN|LE|PHAM|HOANG|HUYNH|PHAN|VU|VO|DANG|BUI|DO|HO|NGO|DUONG|LY|DINH|TRINH|DOAN|"
    "TRUONG|HA|LUONG|LUU|MAI|DAO|CAO|PHUNG|TRIEU|NONG"
)
_PAYER = re.compile(
    # VCB: "….CT tu 0351000646393 NGUYEN VAN A toi 1018795282 TRAN THI BA", others without "CT".
    # Where a name ends cannot be told (Tài is a name and "tai" is "at"), so all that follows goes.
    r"\.?\s*\b(?:CT )?TU (?:SO )?(?:(?:TK|STK|TAI KHOAN)[ :]*)?[0-9X*]{6,19}\b.*"
    # ACB: "ACB;<payer's account>;<remark>".
    r"|(?<=\bACB;)[0-9]{6,19}(?=;)"
    # A mobile number, as in MoMo's "<transaction>-<phone>-<remark>".
    r"|(?<![0-9])(?:\+?84|0)[35789][0-9X*]{8}(?![0-9X*])"
    # What most bank apps fill in: "NGUYEN VAN A chuyen tien"; at the start any words may be a name.
    r"|^[A-Z]{1,7}(?: [A-Z]{1,7}){1,4}(?= CHUYEN (?:TIEN|KHOAN)\b)"
    rf"|\b(?:{_SURNAMES})(?: [A-Z]{{1,7}}){{1,4}}(?= (?:CHUYEN|CK|CT|THANH TOAN|TT|TRANSFER)\b)"
)


def find_vendor_codes(memo: str | None) -> list[str]:
    """Return the distinct vendor codes in a remark, in order; two or more mean "ambiguous".

    A code inside a longer run of letters and digits counts, because prefix, length and check
    character must all hold: nothing shorter would do.
    """
    folded = _fold(memo or "")
    if not _BEGINS.search(folded):
        return []
    found = (match[1] for match in _CODE.finditer(_NOT_CODE.sub("", folded)))
    return list(dict.fromkeys(code for code in found if read_vendor_code(code) is not None))


def find_request_references(memo: str | None) -> list[str]:
    """Return the distinct references of asked amounts in a remark, in order.

    Read as vendor codes are: a bank's prefix, suffix and blanks inside words do no harm.
    """
    folded = _fold(memo or "")
    if MARK not in folded or not _BEGINS.search(folded):
        return []
    found = (match[1] for match in _REQUEST.finditer(_NOT_CODE.sub("", folded)))
    return list(dict.fromkeys(one for one in found if read_request_reference(one) is not None))


def without_payer(memo: str | None) -> str | None:
    """Return a remark without the payer's name, account and phone; ``REMOVED`` marks the place.

    A vendor code or the reference of an asked amount is never lost with them: one that stood among the
    removed words is put at the end.
    Source: domain.md 6.1, "drop payer name/account on import".
    """
    if not memo:
        return memo
    memo = unicodedata.normalize("NFC", memo)
    kept: list[str] = []
    end = 0
    for match in _PAYER.finditer(_fold_letter_by_letter(memo)):
        kept += [memo[end : match.start()].rstrip(), REMOVED]
        end = match.end()
    if not kept:
        return memo
    text = " ".join("".join([*kept, memo[end:]]).split())
    if references := find_request_references(memo):
        still_there = find_request_references(text)
        text = " ".join([text, *(one for one in references if one not in still_there)])
    if codes := find_vendor_codes(memo):
        still_there = find_vendor_codes(text)
        text = " ".join([text, *(code for code in codes if code not in still_there)])
    return text


def payout_origin(memo: str | None) -> str | None:
    """Return the ledger whose payout a bank remark announces, ``momo`` when it names MoMo."""
    for word in _WORD.findall(_fold(memo or "")):
        if word in PAYOUT_ORIGINS:
            return PAYOUT_ORIGINS[word]
    return None


def _fold(text: str) -> str:
    # ``REMOVED`` is all that most stored remarks hold beyond ASCII, and it has no accent.
    is_plain = text.isascii() or text.replace(REMOVED, "").isascii()
    return text.upper() if is_plain else fold(text)


def _fold_letter_by_letter(text: str) -> str:
    """Return upper-case text without accents in which every character keeps its place."""
    return text.upper() if text.isascii() else "".join(map(_fold_letter, text))


@lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    if letter in "đĐ":
        return "D"
    return unicodedata.normalize("NFD", letter)[0].upper()[0]
