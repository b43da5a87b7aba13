"""What becomes of a payload that is changed, copied, or no payload at all."""

import string
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qr.payload import read_payload, write_payload
from qr.structure import Fields
from qr.tlv import write_object
from qr.wrappers import import_code, read_linked_payload
from tests.qr.payloads import closed, payload
from tests.qr.test_vectors import VECTORS
from tests.qr.test_writing import requests

GOOD = payload({"01": "12", "54": "150000", "62": "0808CC4A7K29"})
PRINTABLE = string.printable[:95]
valid_payloads = st.sampled_from([each["payload"] for each in VECTORS if each["valid"]]) | (
    requests.map(write_payload)
)
characters = st.sampled_from(PRINTABLE) | st.characters(exclude_categories=["Cs"])


def changes_of(text: str, place: int, new: str) -> list[str]:
    """Return the text with one character substituted, left out, put in, or swapped with the next."""
    return [
        text[:place] + new + text[place + 1 :],
        text[:place] + text[place + 1 :],
        text[:place] + new + text[place:],
        text[:place] + text[place + 1 : place + 2] + text[place : place + 1] + text[place + 2 :],
    ]


def written(fields: Fields) -> str:
    return "".join(
        write_object(tag, written(value) if isinstance(value, dict) else value)
        for tag, value in fields.items()
    )


@settings(max_examples=400)
@given(valid_payloads, st.integers(0, 600), characters)
def test_any_single_change_is_refused_or_reads_as_another_payload(
    text: str, place: int, new: str
) -> None:
    before = read_payload(text)

    for changed in changes_of(text, place % len(text), new):
        reading = read_payload(changed)
        assert changed == text or not reading.is_valid or reading.fields != before.fields


@pytest.mark.parametrize("text", [GOOD, payload()])
def test_no_single_change_before_the_checksum_keeps_a_payload_valid(text: str) -> None:
    # Every place and every printable character: tens of thousands, and not one slips through.
    slipped = [
        changed
        for place in range(len(text) - 4)
        for new in PRINTABLE
        for changed in changes_of(text, place, new)
        if changed != text and read_payload(changed).is_valid
    ]

    assert slipped == []


@settings(max_examples=300)
@given(valid_payloads)
def test_a_readable_payload_is_told_whole_by_its_fields_and_taken_over_unchanged(
    text: str,
) -> None:
    assert written(read_payload(text).fields) == text
    assert import_code(text).payload == text


@settings(max_examples=400)
@given(st.text(st.characters()), st.booleans(), st.booleans())
@example("\ud800", True, True)
@example("%", False, False)
def test_any_text_is_judged_without_a_crash(
    text: str, is_closed: bool, is_vietqr_required: bool
) -> None:
    sendable = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    judged = closed("000201" + sendable) if is_closed else text

    reading = read_payload(judged, require_vietqr=is_vietqr_required)

    assert reading.text == judged
    assert reading.is_valid is (reading.errors == ())
    assert read_linked_payload(judged).is_valid >= reading.is_valid


@given(st.binary(max_size=300))
def test_any_bytes_taken_for_text_are_judged_without_a_crash(content: bytes) -> None:
    for text in (content.decode("latin-1"), content.decode("utf-8", "surrogateescape")):
        assert read_payload(text).text == text


ENDLESS: dict[str, Any] = {
    "the same object": lambda n: closed("000201" + "5802VN" * n),
    "the same template": lambda n: closed("000201" + payload()[12:73] * (n // 10)),
    "digits": lambda n: "0" * (6 * n),
    "white space": lambda n: " " * (6 * n),
    "percent signs": lambda n: "%41" * (2 * n),
    "accents": lambda n: closed("000201" + ("5999" + "a" + "\u0301\u0316" * 49) * (n // 17)),
    "all objects": lambda n: closed("000201" + "".join(f"{t:02d}99" + "x" * 99 for t in range(n))),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_reading_takes_time_in_proportion_to_the_length(kind: str) -> None:
    # Ten times the length in ten times the time: with squares it would be a hundred.
    count = 90 if kind == "all objects" else 20_000
    short, long = ENDLESS[kind](count // 10), ENDLESS[kind](count)

    least = [min(_seconds(text) for _ in range(3)) for text in (short, long)]

    assert least[1] < 40 * least[0] + 0.02
    assert least[1] < 3


def _seconds(text: str) -> float:
    start = time.process_time()
    read_linked_payload(text)
    return time.process_time() - start


def test_nothing_longer_than_a_hundred_objects_is_ever_valid() -> None:
    # 100 IDs of at most 103 characters: beyond 10,300 an ID must come twice, however it is cut.
    longest = "".join(f"{tag:02d}99" + "x" * 99 for tag in range(80, 100))
    text = closed(payload()[:-8] + longest)

    assert read_payload(text).is_valid
    assert not read_payload(closed(text[:-8] + longest * 5)).is_valid


@pytest.mark.parametrize(
    ("changes", "amount_vnd"),
    [
        ({}, None),
        ({"01": "12", "54": "85000"}, 85_000),
        ({"01": "12", "54": "98."}, 98),
        ({"01": "12", "54": "50.000"}, 50),
        ({"01": "12", "54": "0.5"}, None),
        ({"01": "12", "54": "5", "53": "840"}, None),
        ({"01": "12", "54": "0"}, None),
        ({"01": "12", "54": "9" * 40}, int("9" * 40)),
    ],
)
def test_the_amount_is_whole_dong_or_none(
    changes: dict[str, str | None], amount_vnd: int | None
) -> None:
    assert read_payload(payload(changes)).amount_vnd == amount_vnd
