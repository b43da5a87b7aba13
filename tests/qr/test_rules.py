"""The catalogue of rules: each has two names, and each of its facts a payload that shows it."""

from string import Formatter

import pytest

from qr.findings import SENTENCES
from qr.payload import read_payload
from qr.rules import RULES
from tests.qr.payloads import closed, payload, vietqr
from tests.qr.test_vectors import VECTORS, is_vietqr_required

EXAMPLES = {
    "empty": "",
    "white-space": payload() + "\n",
    "no-crc-end": payload()[:-1],
    "crc": payload()[:-4] + "0000",
    "surrogate": payload()[:-8] + "8001\ud8006304ABCD",
    "id": closed("000201" + "A10211"),
    "length": closed("000201" + "01O211"),
    "zero": closed("000201" + "5900"),
    "past-end": closed("000201" + "5999SHOP"),
    "left-over": payload({"26": "0003abc5"}),
    "format-absent": payload({"00": None}),
    "format-not-first": payload(order="01 00 38 53 58"),
    "format": payload({"00": "02"}),
    "crc-absent": closed(payload()[:-8] + "80120004"),
    "crc-not-last": payload() + "80086304ABCD",
    "crc-length": payload()[:-8] + "6305ABCDE",
    "repeated": closed(payload()[:-8] + "5802VN"),
    "no-account": payload({"38": None}),
    "missing": payload({"53": None}),
    "currency": payload({"53": "7O4"}),
    "country": payload({"58": "vn"}),
    "initiation": payload({"01": "13"}),
    "mcc": payload({"52": "541"}),
    "amount": payload({"54": "0"}),
    "tip": payload({"55": "04"}),
    "fee-unasked": payload({"56": "1000"}),
    "fee-missing": payload({"55": "02"}),
    "fixed-fee": payload({"55": "02", "56": "0"}),
    "percentage": payload({"55": "03", "57": "100"}),
    "not-a-template": payload({"62": "08"}),
    "consumer-data": payload({"62": "0902AA"}),
    "language-missing": payload({"64": "0002vi"}),
    "language": payload({"64": "0002v10101a"}),
    "beneficiary-missing": payload({"38": vietqr(beneficiary="")}),
    "beneficiary-broken": payload({"38": vietqr(beneficiary="123")}),
    "bin": payload({"38": vietqr(beneficiary="000697O436" + "01011")}),
    "bin-missing": payload({"38": vietqr(beneficiary="01011")}),
    "account-missing": payload({"38": vietqr(beneficiary="0006970436")}),
    "account-length": payload({"38": vietqr(beneficiary="0006970436" + "0120" + "1" * 20)}),
    "beneficiary-extra": payload({"38": vietqr(beneficiary="0006970436" + "01011" + "02011")}),
    "service": payload({"38": vietqr(service="QRIBFTTX")}),
    "not-vietqr": payload({"38": "0003abc"}),
    "emvco-missing": payload({"59": None}),
    "over-length": payload({"59": "x" * 26}),
    "over-size": payload(dict.fromkeys(("80", "81", "82", "83", "84"), "0003abc0188" + "x" * 88)),
    "not-ascii": payload({"59": "BÀ TƯ"}),
    "not-nfc": payload({"59": "BA\u0300"}),
    "lower-case-crc": payload()[:-4] + payload()[-4:].lower(),
    "undefined": payload({"62": "0001a"}),
    "no-guid": payload({"80": "0101a"}),
    "opaque": payload({"80": "046"}),
    "other-tag": payload({"38": None, "26": vietqr()}),
    "service-absent": payload({"38": vietqr(service=None)}),
    "initiation-absent": payload({"01": None}),
    "not-vnd": payload({"53": "840"}),
    "not-vn": payload({"58": "LA"}),
    "account-letters": payload({"38": vietqr(beneficiary="0006970436" + "01031-2")}),
    "static-amount": payload({"54": "1000"}),
    "dynamic-open": payload({"01": "12"}),
    "decimals": payload({"01": "12", "54": "50.000"}),
}


def test_every_fact_has_an_example() -> None:
    assert EXAMPLES.keys() == SENTENCES.keys()


@pytest.mark.parametrize("fact", EXAMPLES)
def test_a_fact_is_found_in_its_example_under_its_code(fact: str) -> None:
    reading = read_payload(EXAMPLES[fact], require_vietqr=True)
    code = SENTENCES[fact][0]

    found = [each for each in (*reading.errors, *reading.deviations) if each.fact == fact]

    assert {each.code for each in found} == {code}
    assert RULES[code].is_fatal is (found[0] in reading.errors)
    for each in found:
        assert str(each).startswith(f"{code} {each.path}: ")
        assert each.sentence_vi.startswith(f"{code} {each.path}: ")
        assert "{" not in each.message + each.message_vi or "{" in EXAMPLES[fact]


def test_a_fact_says_the_same_values_in_both_languages() -> None:
    for _, english, vietnamese in SENTENCES.values():
        assert english
        assert vietnamese
        assert english != vietnamese
        assert _values(english) == _values(vietnamese)


def _values(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_the_codes_are_f1_to_f19_and_d1_to_d9_and_every_fact_is_of_one() -> None:
    assert list(RULES) == [*(f"F{n}" for n in range(1, 20)), *(f"D{n}" for n in range(1, 10))]
    assert sorted(fact for rule in RULES.values() for fact in rule.facts) == sorted(SENTENCES)
    for rule in RULES.values():
        assert rule.facts
        assert rule.title
        assert rule.title_vi
        assert rule.title != rule.title_vi


def test_most_codes_are_shown_by_published_vectors_too() -> None:
    shown = set()
    for vector in VECTORS:
        reading = read_payload(vector["payload"], require_vietqr=is_vietqr_required(vector))
        shown |= {each.code for each in (*reading.errors, *reading.deviations)}

    # The rest is among the vectors that are kept apart; the examples above show all.
    assert set(RULES) - shown == {"F1", "F15", "F16", "F17"}
