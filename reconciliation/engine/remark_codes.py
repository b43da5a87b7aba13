"""Codes out of references and raw bank remarks, in bulk: what a remark names, and how surely.

Banks upper-case, drop accents and put spaces into words, so a remark is read without anything but
letters and digits. Source: reconciliation.md sections 0 and 2; qr.md section 7.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from merchants.request_reference import MARK, SHAPE, read_request_reference
from merchants.vendor_code import ALPHABET, LENGTH, PREFIX, read_vendor_code
from reconciliation.engine.coded_text import CodedText, Codes, Flags, Rows, code_text
from reconciliation.references import REMOVED, find_request_references, find_vendor_codes

CODE_LENGTH_MIN = 4
_VENDOR_CODE = f"(?P<code>{PREFIX}[{ALPHABET}]{{{LENGTH - len(PREFIX)}}})"
_MAYBE_SEVERAL = f"{PREFIX}.*{PREFIX}|{PREFIX}{PREFIX[0]}"
_REQUEST = f"(?P<request>{SHAPE})"


@dataclass(frozen=True, slots=True)
class RemarkCodes:
    """What remarks name, one row per remark.

    ``squeezed``: letters and digits only; of a remark that holds the reference of one request,
    whatever stands around it, that reference alone, and ``request`` its number (else -1). ``like_code``: without blanks and
    signs it could be the code of one payment (a request's reference, or it holds a digit and no
    vendor code); ``names_one``: and it was told as one word. ``vendor``: number of the one vendor
    code found, else -1. ``several``: two different valid codes of vendors, or of requests. ``hint``: number of what two
    tellings of one payment have in common: the vendor code, else the squeezed text.
    """

    squeezed: CodedText
    request: Codes
    like_code: Flags
    names_one: Flags
    vendor: Codes
    several: Flags
    hint: Codes


def read_remarks(texts: pa.Array) -> RemarkCodes:
    """Return what remarks (Arrow text, "" = none) name; numbers are comparable within one call."""
    folded = _fold(texts)
    squeezed = pc.replace_substring_regex(folded, f"[^A-Z0-9{REMOVED}]", "")
    codes, several = _vendor_codes(squeezed)
    coded = squeezed.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    held = pc.not_equal(squeezed, "").to_numpy(zero_copy_only=False)
    hint = np.where(codes >= 0, codes, coded + codes.max(initial=-1) + 1)
    one_word = ~pc.match_substring_regex(texts, r"\S\s+\S").to_numpy(zero_copy_only=False)
    digit = pc.match_substring_regex(squeezed, f"^[A-Z0-9]{{{CODE_LENGTH_MIN},}}$")
    digit = pc.and_(digit, pc.match_substring_regex(squeezed, "[0-9]"))
    like_code = digit.to_numpy(zero_copy_only=False) & (codes < 0) & ~several
    squeezed, request, several_requests = _request_references(squeezed, codes)
    several |= several_requests
    return RemarkCodes(
        squeezed=code_text(squeezed),
        request=request,
        like_code=like_code | (request >= 0),
        names_one=(like_code & one_word) | (request >= 0),
        vendor=codes,
        several=several,
        hint=np.where(held & ~several, hint, -1),
    )


def words_of(texts: pa.Array) -> tuple[CodedText, Rows]:
    """Return the distinct words of each remark that may be a code, and whose remark they are of."""
    words = pc.split_pattern_regex(_fold(texts), "[^A-Z0-9]+")
    owner = pc.list_parent_indices(words).to_numpy(zero_copy_only=False).astype(np.int64)
    flat = pc.list_flatten(words)
    good = pc.and_(
        pc.match_substring_regex(flat, "[0-9]"),
        pc.greater_equal(pc.utf8_length(flat), CODE_LENGTH_MIN),
    ).to_numpy(zero_copy_only=False)
    flat, owner = flat.filter(pa.array(good)), owner[good]
    coded = flat.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    first = ~pd.DataFrame({"owner": owner, "word": coded}).duplicated().to_numpy()
    return code_text(flat.filter(pa.array(first))), owner[first]


def _fold(texts: pa.Array) -> pa.Array:
    """Return upper-case text without accents; Đ has no decomposition and is named."""
    upper = pc.utf8_upper(texts)
    if pc.all(pc.string_is_ascii(upper)).as_py() is not False:
        return upper
    plain = pc.replace_substring_regex(pc.utf8_normalize(upper, form="NFD"), r"\p{Mn}+", "")
    return pc.replace_substring(plain, "Đ", "D")


def _vendor_codes(squeezed: pa.Array) -> tuple[Codes, Flags]:
    """Return the number of the one valid vendor code of each remark (-1: none or several)."""
    numbers = np.full(len(squeezed), -1, np.int64)
    several = np.zeros(len(squeezed), bool)
    hit = np.flatnonzero(
        pc.match_substring_regex(squeezed, _VENDOR_CODE).to_numpy(zero_copy_only=False)
    )
    if not len(hit):
        return numbers, several
    texts = squeezed.take(pa.array(hit))
    crowded = pc.match_substring_regex(texts, _MAYBE_SEVERAL).to_numpy(zero_copy_only=False)
    token = pc.extract_regex(texts, _VENDOR_CODE).field("code").dictionary_encode()
    value = [read_vendor_code(word) or -1 for word in token.dictionary.to_pylist()]
    found = np.array(value, np.int64)[token.indices.to_numpy(zero_copy_only=False)]
    for at in np.flatnonzero(crowded).tolist():
        codes = find_vendor_codes(texts[at].as_py())
        several[hit[at]] = len(codes) > 1
        found[at] = (read_vendor_code(codes[0]) or -1) if len(codes) == 1 else -1
    numbers[hit] = found
    return numbers, several


def _request_references(squeezed: pa.Array, vendor: Codes) -> tuple[pa.Array, Codes, Flags]:
    """Return the remarks, those of one request as its reference alone; its number; who has several."""
    number = np.full(len(squeezed), -1, np.int64)
    holds, several = np.zeros(len(squeezed), bool), np.zeros(len(squeezed), bool)
    coded = np.flatnonzero(vendor >= 0)
    texts = squeezed.take(pa.array(coded))
    hit = np.flatnonzero(pc.match_substring_regex(texts, _REQUEST).to_numpy(zero_copy_only=False))
    if not len(hit):
        return squeezed, number, several
    texts = texts.take(pa.array(hit))
    token = pc.extract_regex(texts, _REQUEST).field("request").dictionary_encode()
    good = [read_request_reference(word) is not None for word in token.dictionary.to_pylist()]
    alone = np.array(good)[token.indices.to_numpy(zero_copy_only=False)]
    found = token.cast(pa.large_string()).to_pylist()
    # Whatever the first one is, a second reference makes it two, or the only one.
    crowded = pc.match_substring_regex(texts, f"{MARK}.*{MARK}").to_numpy(zero_copy_only=False)
    for at in np.flatnonzero(crowded | ~alone).tolist():
        references = find_request_references(texts[at].as_py())
        several[coded[hit[at]]] = len(references) > 1
        alone[at] = len(references) == 1
        found[at] = references[0] if alone[at] else None
    rows = coded[hit[alone]]
    holds[rows] = True
    whole = squeezed.cast(pa.large_string())
    only = pa.array([found[at] for at in np.flatnonzero(alone).tolist()], pa.large_string())
    number[rows] = only.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    return pc.replace_with_mask(whole, pa.array(holds), only), number, several
