"""The strict reader: every published and constructed vector, and every rule by itself."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr.crc import crc
from qr.payload import Beneficiary, read_payload
from qr.tlv import write_object
from tests.qr.payloads import closed, payload, vietqr
from tests.qr.test_vectors import VECTORS


def codes(text: str, *, require_vietqr: bool = False) -> list[str]:
    return [each.code for each in read_payload(text, require_vietqr=require_vietqr).errors]


def deviations(text: str) -> list[tuple[str, str]]:
    reading = read_payload(text)
    assert reading.is_valid, reading.errors
    return [(each.code, each.path) for each in reading.deviations]


def test_there_are_171_vectors() -> None:
    assert len(VECTORS) == 171
    assert sum(vector["valid"] for vector in VECTORS) == 104


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_vector_is_decided_rightly(vector: dict[str, Any]) -> None:
    is_required = vector["standard"] == "VietQR (profile required)"

    reading = read_payload(vector["payload"], require_vietqr=is_required)

    assert reading.is_valid is vector["valid"], vector["why"]
    assert reading.fields == vector["fields"]
    assert list(reading.fields) == list(vector["fields"])
    assert reading.text == vector["payload"]


def test_a_good_payload_has_no_finding() -> None:
    reading = read_payload(payload(), require_vietqr=True)

    assert (reading.errors, reading.deviations) == ((), ())
    assert reading.beneficiary == Beneficiary("970436", "0000000001", "QRIBFTTA")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("F1", ""),
        ("F1", " " + payload()),
        ("F1", payload() + "\n"),
        ("F1", payload() + "\u00a0"),
        ("F2", payload()[:-1]),
        ("F2", payload()[:-4] + "ZZZZ"),
        ("F2", payload()[:-4] + "١٢٣٤"),
        ("F2", payload() + "5904SHOP"),
        ("F3", payload()[:-4] + "0000"),
        ("F4", closed("000201" + "A10211")),
        ("F4", closed("000201" + "01O211")),
        ("F4", closed("000201" + "０10211")),
        ("F4", payload({"26": "00X1a"})),
        ("F4", payload({"38": vietqr(beneficiary="0006970436" + "01+1a")})),
        ("F4", payload({"62": "08a1x"})),
        ("F4", payload({"64": "0002viA103abc"})),
        ("F5", closed("000201" + "5900")),
        ("F5", payload({"26": "0001a0100"})),
        ("F5", payload({"38": vietqr(beneficiary="00069704360100")})),
        ("F5", payload({"62": "0800"})),
        ("F5", payload({"64": "0002vi0100"})),
        ("F6", closed("000201" + "5999SHOP")),
        ("F6", closed("000201" + "5")),
        ("F6", payload({"26": "0009abc"})),
        ("F6", payload({"38": vietqr(beneficiary="0006970436010212345")})),
        ("F6", payload({"62": "0809abc"})),
        ("F6", payload({"64": "0002vi01"})),
        ("F7", payload({"00": None})),
        ("F7", payload(order="01 00 38 53 58")),
        ("F7", payload({"00": "02"})),
        ("F7", payload({"00": "1"})),
        ("F7", payload({"00": "001"})),
        ("F8", payload()[:-8] + "80120004" + payload()[-8:]),
        ("F8", payload() + "80086304ABCD"),
        ("F8", payload()[:-8] + "6305ABCDE"),
        ("F9", closed(payload()[:-8] + "5802VN")),
        ("F9", closed(payload()[:-8] + "6304ABCD")),
        ("F9", payload({"26": "0003abc0103abc0103abc"})),
        ("F9", payload({"38": vietqr() + "0208QRIBFTTA"})),
        ("F9", payload({"38": vietqr(beneficiary="0006970436" + "01011" + "01012")})),
        ("F9", payload({"62": "0801a0801b"})),
        ("F9", payload({"62": "50210003abc0103abc0103abc"})),
        ("F9", payload({"64": "0002vi0001a0101b"})),
        ("F9", payload({"80": "0003abc0003abc"})),
        ("F10", payload({"38": None})),
        ("F11", payload({"53": None})),
        ("F11", payload({"53": "70"})),
        ("F11", payload({"53": "7O4"})),
        ("F11", payload({"53": "７04"})),
        ("F11", payload({"53": "0704"})),
        ("F11", payload({"58": None})),
        ("F11", payload({"58": "vn"})),
        ("F11", payload({"58": "V"})),
        ("F11", payload({"58": "VNM"})),
        ("F11", payload({"58": "ĐN"})),
        ("F12", payload({"01": "10"})),
        ("F12", payload({"01": "1"})),
        ("F12", payload({"01": "011"})),
        ("F12", payload({"52": "541"})),
        ("F12", payload({"52": "54110"})),
        ("F12", payload({"52": "54１1"})),
        ("F13", payload({"54": "0"})),
        ("F13", payload({"54": "0.00"})),
        ("F13", payload({"54": "0."})),
        ("F13", payload({"54": "."})),
        ("F13", payload({"54": ".5"})),
        ("F13", payload({"54": "1.2.3"})),
        ("F13", payload({"54": "50,000"})),
        ("F13", payload({"54": "50 000"})),
        ("F13", payload({"54": "+9"})),
        ("F13", payload({"54": "-9"})),
        ("F13", payload({"54": " 9"})),
        ("F13", payload({"54": "9\n"})),
        ("F13", payload({"54": "1e5"})),
        ("F13", payload({"54": "0x1F"})),
        ("F13", payload({"54": "1_000"})),
        ("F13", payload({"54": "٥٠"})),
        ("F13", payload({"54": "５０"})),
        ("F13", payload({"54": "²"})),
        ("F13", payload({"54": "NaN"})),
        ("F14", payload({"55": "00"})),
        ("F14", payload({"55": "04"})),
        ("F14", payload({"55": "1"})),
        ("F14", payload({"55": "02"})),
        ("F14", payload({"55": "03"})),
        ("F14", payload({"56": "1000"})),
        ("F14", payload({"57": "5"})),
        ("F14", payload({"55": "01", "56": "1000"})),
        ("F14", payload({"55": "01", "57": "5"})),
        ("F14", payload({"55": "03", "56": "1000", "57": "5"})),
        ("F14", payload({"55": "02", "56": "1000", "57": "5"})),
        ("F14", payload({"55": "02", "56": "0"})),
        ("F14", payload({"55": "02", "56": "1,5"})),
        ("F14", payload({"55": "03", "57": "0"})),
        ("F14", payload({"55": "03", "57": "00.00"})),
        ("F14", payload({"55": "03", "57": "0.009"})),
        ("F14", payload({"55": "03", "57": "100"})),
        ("F14", payload({"55": "03", "57": "99.999"})),
        ("F14", payload({"55": "03", "57": "5%"})),
        ("F14", payload({"55": "03", "57": "٥"})),
        ("F15", payload({"26": "0009abc"})),
        ("F15", payload({"51": "abc"})),
        ("F15", payload({"62": "08"})),
        ("F15", payload({"64": "vi"})),
        ("F16", payload({"62": "0901X"})),
        ("F16", payload({"62": "0902AA"})),
        ("F16", payload({"62": "0904AMEA"})),
        ("F16", payload({"62": "0901a"})),
        ("F16", payload({"62": "0903***"})),
        ("F16", payload({"62": "0902A\n"})),
        ("F17", payload({"64": "0101a"})),
        ("F17", payload({"64": "0002vi"})),
        ("F17", payload({"64": "0003vie0101a"})),
        ("F17", payload({"64": "0002v10101a"})),
        ("F17", payload({"64": "0002vî0101a"})),
        ("F18", payload({"38": vietqr(beneficiary="")})),
        ("F18", payload({"38": vietqr(beneficiary="123")})),
        ("F18", payload({"38": vietqr(beneficiary="01011")})),
        ("F18", payload({"38": vietqr(beneficiary="000597043" + "01011")})),
        ("F18", payload({"38": vietqr(beneficiary="000697O436" + "01011")})),
        ("F18", payload({"38": vietqr(beneficiary="0006９70436" + "01011")})),
        ("F18", payload({"38": vietqr(beneficiary="00079704360" + "01011")})),
        ("F18", payload({"38": vietqr(beneficiary="0006970436")})),
        ("F18", payload({"38": vietqr(beneficiary="0006970436" + "0120" + "1" * 20)})),
        ("F18", payload({"38": vietqr(beneficiary="0006970436" + "01011" + "0208QRIBFTTA")})),
        ("F18", payload({"38": vietqr(service="QRIBFTTX")})),
        ("F18", payload({"38": vietqr(service="qribftta")})),
        ("F18", payload({"38": vietqr(service="QRIBFTTA ")})),
        ("F18", payload({"26": vietqr(beneficiary="0006970436"), "38": None})),
    ],
)
def test_each_fatal_rule_rejects(rule: str, text: str) -> None:
    assert rule in codes(text)


def test_a_right_checksum_inside_another_object_does_not_close_a_payload() -> None:
    text = closed(payload()[:-8] + "80120004")

    assert codes(text) == ["F8"]


@pytest.mark.parametrize(
    "text",
    [
        payload({"38": "0010A0000009990104abcd"}),
        payload({"38": None, "02": "4111111111111111"}),
        payload({"38": "0010a0000007270104abcd"}),
    ],
)
def test_f19_rejects_only_when_vietqr_is_required(text: str) -> None:
    assert codes(text) == []
    assert codes(text, require_vietqr=True) == ["F19"]


@pytest.mark.parametrize(
    "text",
    [
        payload({"01": "12", "54": "1"}),
        payload({"01": "12", "54": "98."}),
        payload({"01": "12", "54": "0.01", "53": "840"}),
        payload({"01": "12", "54": "007"}),
        payload({"55": "01"}),
        payload({"55": "02", "56": "1000"}),
        payload({"55": "03", "57": "00.01"}),
        payload({"55": "03", "57": "99.99"}),
        payload({"55": "03", "57": "5"}),
        payload({"55": "03", "57": "0.7"}),
        payload({"55": "03", "57": "5."}),
        payload({"02": "4111"}),
        payload({"25": "0A9Z"}),
        payload({"38": vietqr(service="QRPUSH")}),
        payload({"38": vietqr(service="QRCASH")}),
        payload({"38": vietqr(service="QRIBFTTC")}),
        payload({"38": vietqr() + "0301x"}),
        payload({"38": vietqr(beneficiary="0006970436" + "0119" + "1" * 19)}),
        payload({"38": vietqr(beneficiary="01011" + "0006970436")}),
        payload({"62": "0903AME"}),
        payload({"62": "0901E"}),
        payload({"64": "0002VI0101a"}),
        payload({"64": "0101a0002vi"}),
        payload({"52": "0000"}),
        payload(order="00 58 53 01 60 59 52 38"),
    ],
)
def test_what_is_just_legal_is_accepted(text: str) -> None:
    assert codes(text, require_vietqr=True) == []


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (("D1", "52"), payload({"52": None})),
        (("D1", "59"), payload({"59": None})),
        (("D1", "60"), payload({"60": None})),
        (("D2", "54"), payload({"01": "12", "54": "1" * 14})),
        (("D2", "56"), payload({"55": "02", "56": "1" * 14})),
        (("D2", "57"), payload({"55": "03", "57": "12.345"})),
        (("D2", "59"), payload({"59": "x" * 26})),
        (("D2", "60"), payload({"60": "x" * 16})),
        (("D2", "61"), payload({"61": "x" * 11})),
        (("D2", "62.01"), payload({"62": write_object("01", "x" * 26)})),
        (("D2", "62.08"), payload({"62": write_object("08", "x" * 26)})),
        (("D2", "64.01"), payload({"64": "0002vi" + write_object("01", "x" * 26)})),
        (("D2", "64.02"), payload({"64": "0002vi0101a" + write_object("02", "x" * 16)})),
        (("D2", "26.00"), payload({"26": write_object("00", "x" * 33)})),
        (("D2", "62.50.00"), payload({"62": write_object("50", write_object("00", "x" * 33))})),
        (("D2", "99.00"), payload({"99": write_object("00", "x" * 33)})),
        (("D3", "59"), payload({"59": "Bà Tư"})),
        (("D3", "60"), payload({"60": "Mậu A"})),
        (("D3", "61"), payload({"61": "１"})),
        (("D3", "62.03"), payload({"62": "0303chợ"})),
        (("D3", "62.08"), payload({"62": "0802a\t"})),
        (("D4", "59"), payload({"59": "Ba\u0300 Tu"})),
        (("D4", "64"), payload({"64": "0002vi0103a\u0300b"})),
        (("D5", "63"), payload()[:-4] + payload()[-4:].lower()),
        (("D6", "62.00"), payload({"62": "0001a"})),
        (("D6", "62.10"), payload({"62": "1001a"})),
        (("D6", "62.49"), payload({"62": "4901a"})),
        (("D6", "65"), payload({"65": "a"})),
        (("D6", "79"), payload({"79": "a"})),
        (("D7", "26"), payload({"26": "0101a"})),
        (("D7", "51"), payload({"51": "0101a"})),
        (("D7", "62.50"), payload({"62": "50050101a"})),
        (("D7", "62.99"), payload({"62": "9903abc"})),
        (("D7", "80"), payload({"80": "046"})),
        (("D7", "99"), payload({"99": "0101a"})),
        (("D8", "26"), payload({"26": vietqr(), "38": None})),
        (("D8", "38.02"), payload({"38": vietqr(service=None)})),
        (("D8", "01"), payload({"01": None})),
        (("D8", "53"), payload({"53": "840"})),
        (("D8", "58"), payload({"58": "LA"})),
        (("D8", "38.01.01"), payload({"38": vietqr(beneficiary="0006970436" + "01041 23")})),
        (("D8", "38.01.01"), payload({"38": vietqr(beneficiary="0006970436" + "0103１23")})),
        (("D9", "01"), payload({"54": "50000"})),
        (("D9", "01"), payload({"01": "12"})),
        (("D9", "54"), payload({"01": "12", "54": "50.000"})),
        (("D9", "54"), payload({"01": "12", "54": "1.234", "53": "840"})),
        (("D9", "54"), payload({"01": "12", "54": "1.2345", "53": "048"})),
        (("D9", "56"), payload({"55": "02", "56": "0.5"})),
    ],
)
def test_each_deviation_is_accepted_and_flagged(found: tuple[str, str], text: str) -> None:
    assert found in deviations(text)


@pytest.mark.parametrize(
    "changes",
    [
        {"59": "x" * 25, "60": "x" * 15, "61": "x" * 10},
        {"01": "12", "54": "1" * 13},
        {"01": "12", "54": "98."},
        {"26": write_object("00", "x" * 32)},
        {"62": write_object("08", "x" * 25) + "0903AME"},
        {"62": write_object("50", "0003abc")},
        {"64": "0002vi0113Bà Tư Hải Sản0207Đà Nẵng"},
        {"80": "0003abc0101b"},
    ],
)
def test_what_is_just_within_limits_is_not_flagged(changes: dict[str, str | None]) -> None:
    assert deviations(payload(changes)) == []


def test_a_payload_over_512_bytes_is_flagged_by_its_bytes() -> None:
    long = {"62": write_object("50", write_object("00", "a" * 32) + write_object("01", "x" * 50))}
    text = payload(long | dict.fromkeys(("80", "81"), "0003abc0188" + "ợ" * 88))

    assert len(text) < 512 < len(text.encode("utf-8"))
    assert ("D2", "payload") in deviations(text)


def test_a_currency_without_minor_unit_has_no_decimals_to_count() -> None:
    assert ("D9", "54") not in deviations(payload({"01": "12", "54": "1.2345", "53": "999"}))


def test_deviations_of_other_schemes_are_not_measured_against_vietqr() -> None:
    text = payload({"38": "0003abc", "01": None, "53": "360", "58": "ID"})

    assert deviations(text) == []


def test_half_a_surrogate_pair_has_no_checksum() -> None:
    text = payload()[:-8] + "5901\ud8006304ABCD"

    reading = read_payload(text)

    assert [each.code for each in reading.errors] == ["F3", "F9"]
    assert "surrogate" in reading.errors[0].message


def test_vietqr_is_found_by_its_identifier_under_any_template() -> None:
    reading = read_payload(payload({"26": vietqr(service=None), "38": None}))

    assert reading.beneficiary == Beneficiary("970436", "0000000001", "QRPUSH")
    assert reading.fields["26"] == {
        "00": "A000000727",
        "01": {"00": "970436", "01": "0000000001"},
    }


def test_a_rejected_payload_has_no_beneficiary() -> None:
    assert read_payload(payload({"54": "0"})).beneficiary is None


def test_of_a_repeated_object_the_last_is_shown() -> None:
    reading = read_payload(closed(payload({"62": "0801a0301b"})[:-8] + "62050801c"))

    assert reading.fields["62"] == {"08": "c"}


def test_findings_name_place_value_and_limit_in_two_languages() -> None:
    (found,) = read_payload(
        payload({"38": vietqr(beneficiary="0006970436" + "0120" + "1" * 20)})
    ).errors

    assert str(found) == "F18 38.01.01: account holds 20 characters, at most 19 fit"
    assert found.message_vi == "số tài khoản có 20 ký tự, nhiều nhất 19"


def test_a_long_value_is_shown_shortened() -> None:
    (found,) = read_payload(payload({"54": "x" * 60})).errors

    assert len(found.message) < 120
    assert "…" in found.message


GOOD = payload({"01": "12", "54": "150000", "62": "0808CC4A7K29"})


@given(st.text(), st.booleans())
def test_any_text_is_judged_without_a_crash(text: str, is_closed: bool) -> None:
    reading = read_payload(closed("000201" + text) if is_closed else text, require_vietqr=True)

    assert not reading.is_valid


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "01",
                    "02",
                    "26",
                    "38",
                    "52",
                    "53",
                    "54",
                    "55",
                    "56",
                    "57",
                    "58",
                    "59",
                    "60",
                    "61",
                    "62",
                    "64",
                    "70",
                    "80",
                ]
            ),
            st.one_of(
                st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
                st.just("0002vi0101a"),
                st.just(vietqr()),
                st.from_regex(r"0[0-9]0[1-3][A-Z0-9]{1,3}", fullmatch=True),
            ),
        ),
        max_size=8,
    )
)
def test_valid_means_no_fatal_rule_and_the_fields_say_the_whole_payload(
    objects: list[tuple[str, str]],
) -> None:
    text = closed("000201" + "".join(write_object(tag, value) for tag, value in objects))

    reading = read_payload(text)

    assert reading.is_valid is (reading.errors == ())
    if reading.is_valid:
        assert _written(reading.fields) == text


def _written(fields: dict[str, Any]) -> str:
    return "".join(
        write_object(tag, _written(value) if isinstance(value, dict) else value)
        for tag, value in fields.items()
    )


def test_the_checksum_is_over_everything_before_its_digits() -> None:
    assert crc(GOOD[:-4]) == GOOD[-4:]
