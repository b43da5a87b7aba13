"""Every field of every published vector: verdict, reasons, deviations, scheme and source."""

import csv
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from qr.errors import SymbolTooLarge
from qr.participants import participants
from qr.payload import read_payload
from qr.scan import decode_image
from qr.symbol import draw_symbol
from qr.wrappers import Network, import_code, networks

VECTORS_PATH = Path(__file__).parents[1] / "data" / "qr_vectors.jsonl"
VECTORS: list[dict[str, Any]] = [
    json.loads(line) for line in VECTORS_PATH.read_text("utf-8").split("\n") if line
]
EVERY = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
VALID = pytest.mark.parametrize(
    "vector", [each for each in VECTORS if each["valid"]], ids=lambda vector: vector["id"]
)

# What the vectors call each reason, and its code here.
FATAL_CODES = {
    "does not end with 6304": "F2",
    "CRC mismatch": "F3",
    "non-numeric": "F4",
    "zero length": "F5",
    "chars, only": "F6",
    "trailing char": "F6",
    "is not first": "F7",
    "must be 01": "F7",
    "63 is not last": "F8",
    "duplicate root ID": "F9",
    "no merchant account information": "F10",
    "currency missing": "F11",
    "country missing": "F11",
    "not ISO alpha-2": "F11",
    "not 11/12": "F12",
    "ID 52 length": "F12",
    "is not a valid non-zero amount": "F13",
    "iff ID 55": "F14",
    "is RFU (4.7.6.1)": "F14",
    "VietQR: account": "F18",
    "VietQR: unknown service": "F18",
    "VietQR: unexpected sub-ID": "F18",
    "VietQR: 38.01": "F18",
    "not VietQR": "F19",
}
DEVIATION_CODES = {
    "missing (M in EMVCo": "D1",
    " chars > ": "D2",
    "has chars outside ANS": "D3",
    "not precomposed (NFC)": "D4",
    "lower-case CRC": "D5",
    "undefined": "D6",
    "lacks GUID": "D7",
    "TLV: ID": "D7",
    "service code 38.02 absent": "D8",
    "VietQR: currency": "D8",
    "VietQR: country": "D8",
    "without amount": "D9",
    "with amount": "D9",
    "exponent is": "D9",
}
NETWORKS = {
    "VietQR": {Network.VIETQR},
    "VNPAY-QR": {Network.VNPAY},
    "VietQR (MoMo wrapper)": {Network.VIETQR, Network.MOMO},
    "VietQR (ZaloPay wrapper)": {Network.VIETQR, Network.ZALOPAY},
}
NETWORKS_OF_DUALS = {"V273": {Network.VIETQR, Network.VNPAY}}


def is_vietqr_required(vector: dict[str, Any]) -> bool:
    return str(vector["standard"]) == "VietQR (profile required)"


def code_of(text: str, codes: dict[str, str]) -> str:
    return next(code for words, code in codes.items() if words in text)


@EVERY
def test_a_vector_has_every_field_and_names_its_source(vector: dict[str, Any]) -> None:
    assert set(vector) == {
        "id",
        "payload",
        "standard",
        "fields",
        "valid",
        "why",
        "deviations",
        "source",
    }
    assert re.fullmatch(r"V[0-9]{3}", vector["id"])
    assert vector["source"].strip()


@EVERY
def test_a_vector_is_rejected_for_the_reasons_it_gives_and_no_others(
    vector: dict[str, Any],
) -> None:
    _, _, reasons = vector["why"].partition("REJECT: ")
    expected = {code_of(each, FATAL_CODES) for each in reasons.split("; ") if each}

    reading = read_payload(vector["payload"], require_vietqr=is_vietqr_required(vector))

    assert {each.code for each in reading.errors} - {"F15"} == expected - {"F15"}
    assert bool(expected) is not vector["valid"]


@EVERY
def test_a_vector_shows_the_deviations_it_gives_and_no_others(vector: dict[str, Any]) -> None:
    # An amount in other digits is fatal (F13); plain text is asked of names and labels only.
    expected = [
        code_of(each, DEVIATION_CODES)
        for each in vector["deviations"]
        if not each.startswith("ID 54 has chars")
    ]

    if vector["id"] == "V261":  # in small letters throughout, so its checksum is not even right
        expected.append("D5")

    reading = read_payload(vector["payload"])

    assert sorted(each.code for each in reading.deviations) == sorted(expected)


@VALID
def test_a_valid_vectors_scheme_is_recognised(vector: dict[str, Any]) -> None:
    expected = NETWORKS_OF_DUALS.get(vector["id"], NETWORKS.get(vector["standard"], set()))

    assert networks(read_payload(vector["payload"])) == expected


@VALID
def test_a_valid_vector_is_taken_over_byte_for_byte(vector: dict[str, Any]) -> None:
    assert import_code(vector["payload"]).payload == vector["payload"]


@VALID
def test_a_valid_vector_is_drawn_and_read_back_byte_for_byte(vector: dict[str, Any]) -> None:
    from qr.picture import symbol_png

    try:
        symbol = draw_symbol(vector["payload"])
    except SymbolTooLarge:
        assert len(vector["payload"].encode("utf-8")) > 285
        return

    assert decode_image(symbol_png(symbol)) == [vector["payload"]]


def test_only_three_valid_vectors_are_too_long_for_a_poster() -> None:
    sizes = [len(each["payload"].encode("utf-8")) for each in VECTORS if each["valid"]]

    assert sum(size > 287 for size in sizes) == 3


def test_each_participant_reads_as_its_row() -> None:
    rows = list(
        csv.DictReader(files("qr").joinpath("participants.csv").read_text("utf-8").splitlines())
    )

    assert len(rows) == len(participants()) == 82
    truth = {"1": True, "0": False, "": None}
    for row in rows:
        found = participants()[row["bin"]]
        assert re.fullmatch(r"[0-9]{6}", found.bin)
        assert found.transfer_supported is truth[row.pop("transfer_supported")]
        assert found.lookup_supported is truth[row.pop("lookup_supported")]
        assert {name: getattr(found, name) for name in row} == row


@pytest.mark.parametrize(
    ("bin_", "short_name"),
    [
        ("970436", "Vietcombank"),
        ("970415", "VietinBank"),
        ("970422", "MBBank"),
        ("970428", "NamABank"),
        ("970416", "ACB"),
        ("970425", "ABBANK"),
        ("970441", "VIB"),
        ("970406", "Vikki"),
        ("970414", "MBV"),
        ("970449", "LPBank"),
        ("422589", "CIMB"),
    ],
)
def test_bins_that_published_tables_swap_are_right_here(bin_: str, short_name: str) -> None:
    assert participants()[bin_].short_name == short_name
