"""The builder: raises on any breach, never trims, and reads back what it wrote."""

import unicodedata
from dataclasses import replace
from string import Formatter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qr.payload
from qr.errors import PayloadRefused
from qr.participants import participants
from qr.payload import (
    AMOUNT_VND_MAX,
    Beneficiary,
    TransferRequest,
    read_payload,
    write_payload,
)
from qr.refusals import FIELDS_VI, SENTENCES
from qr.symbol import draw_symbol
from qr.text import fold_to_ascii

REQUEST = TransferRequest(
    bin="970436",
    account="0011012345678",
    merchant_name="Bà Tư Hải Sản",
    merchant_city="Đà Nẵng",
)


def test_a_poster_payload_is_the_published_one() -> None:
    # V210 of tests/data/qr_vectors.jsonl.
    request = replace(
        REQUEST, store_label="CHO CON", terminal_label="SAP A12", purpose="CHOCON A12"
    )

    assert write_payload(request) == (
        "00020101021138570010A00000072701270006970436011300110123456780208QRIBFTTA5204541153037045802VN"
        "5913BA TU HAI SAN6007DA NANG62360307CHO CON0707SAP A120810CHOCON A126304A78D"
    )


def test_an_amount_makes_the_code_dynamic() -> None:
    fields = read_payload(write_payload(replace(REQUEST, amount_vnd=50_000))).fields

    assert (fields["01"], fields["54"]) == ("12", "50000")


def test_without_an_amount_the_code_is_static() -> None:
    fields = read_payload(write_payload(REQUEST)).fields

    assert fields["01"] == "11"
    assert "54" not in fields
    assert "62" not in fields


@pytest.mark.parametrize("amount_vnd", [1, AMOUNT_VND_MAX])
def test_amounts_up_to_the_cap_of_napas_are_written(amount_vnd: int) -> None:
    payload = write_payload(replace(REQUEST, amount_vnd=amount_vnd))

    assert read_payload(payload).fields["54"] == str(amount_vnd)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("amount_vnd", 0, "amount_vnd: is 0, must be 1 to 499999999"),
        ("amount_vnd", 500_000_000, "amount_vnd: is 500000000, must be 1 to 499999999"),
        ("amount_vnd", -1, "is -1"),
        ("amount_vnd", True, "is True (bool), must be a plain int"),
        ("amount_vnd", 50_000.0, "is 50000.0 (float)"),
        ("amount_vnd", "50.000", "is '50.000' (str)"),
        ("amount_vnd", np.int64(50_000), "(int64), must be a plain int"),
        ("bin", "999999", "bin: '999999' is not in the participant table"),
        ("bin", "97043", "'97043' is not in"),
        ("bin", "971100", "'971100' is listed as unverified"),
        ("bin", 970436, "bin: is 970436, must be text"),
        ("bin", ["970436"], "must be text"),
        ("account", "", "account: '' holds 0 characters, 1 to 19"),
        ("account", "1" * 20, "holds 20 characters, 1 to 19"),
        ("account", "0011 012", "'0011 012' holds 8 characters, 1 to 19 of A-Z, a-z, 0-9"),
        ("account", "00110\n", "are allowed"),
        ("account", "٠٠١١", "are allowed"),
        ("account", 11012345678, "account: is 11012345678, must be text"),
        (
            "service",
            "QRCASH",
            "service: is 'QRCASH', must be QRIBFTTA (to an account), QRIBFTTC (to",
        ),
        ("service", "QRPUSH ", "service: is 'QRPUSH ', must be"),
        ("service", None, "service: is None, must be text"),
        ("service", [], "service: is [], must be text"),
        ("mcc", "541", "mcc: is '541', must be four digits"),
        ("mcc", "5411\n", "must be four digits"),
        ("mcc", "54１1", "must be four digits"),
        ("mcc", 5411, "mcc: is 5411, must be text"),
        ("merchant_name", "x" * 26, "merchant_name: 'XXXX"),
        (
            "merchant_name",
            "Cô Hương 🍎",
            "merchant_name: 'Cô Hương 🍎' has '🍎', which no bank keeps",
        ),
        ("merchant_name", "Пётр", "has 'П'"),
        ("merchant_name", "Hương ２", "has '２'"),
        ("merchant_name", "Hương\u200f", r"has '\u200f'"),
        ("merchant_name", "Hương\n", r"has '\n'"),
        ("merchant_name", "", "empty or with outer spaces"),
        ("merchant_name", "!?", "folds to '', empty"),
        ("merchant_name", " Hương", "folds to ' HUONG', empty or with outer spaces"),
        ("merchant_name", None, "merchant_name: is None, must be text"),
        ("merchant_city", "Thành phố Hồ Chí Minh", "holds 21 characters, at most 15 fit"),
        ("merchant_city", 7, "merchant_city: is 7, must be text"),
        ("purpose", "x" * 20, "purpose: holds 20 characters, at most 19 fit"),
        ("purpose", "", "purpose: is ''"),
        ("purpose", "chợ", "purpose: is 'chợ', may hold A-Z a-z 0-9 space _ - ."),
        ("purpose", "A12 ", "without outer spaces"),
        ("purpose", 12, "purpose: is 12, must be text"),
        ("store_label", "x" * 26, "store_label: holds 26 characters, at most 25 fit"),
        ("terminal_label", "x" * 26, "terminal_label: holds 26 characters, at most 25 fit"),
        ("bank_name", "VietinBank", "bank_name: 'VietinBank' has BIN 970415, not 970436"),
        ("bank_name", "Vietcombak", "bank_name: bank 'Vietcombak' is no listed participant"),
        ("bank_name", 1, "bank_name: is 1, must be text"),
        ("bill_number", "x" * 26, "bill_number: holds 26 characters, at most 25 fit"),
        ("reference_label", "DON/1", "reference_label: is 'DON/1', may hold"),
        ("with_accents", "yes", "with_accents: is 'yes', must be true or false"),
        ("amount_vnd", [1] * 99, "amount_vnd: is [1, 1, 1,"),
    ],
)
def test_a_breach_is_refused_and_named(field: str, value: Any, message: str) -> None:
    with pytest.raises(PayloadRefused) as refused:
        write_payload(replace(REQUEST, **{field: value}))

    assert refused.value.field == field
    assert message in str(refused.value)
    assert refused.value.message_vi.startswith(f"{FIELDS_VI[field]}: ")
    assert refused.value.message_vi != str(refused.value)


def test_labels_that_do_not_fit_together_are_refused_with_their_headers() -> None:
    request = replace(
        REQUEST,
        store_label="s" * 25,
        terminal_label="t" * 25,
        reference_label="r" * 25,
        purpose="p",
    )

    with pytest.raises(PayloadRefused) as refused:
        write_payload(replace(request, purpose="p" * 19))

    assert str(refused.value) == "additional: holds 110 characters with its headers, at most 99 fit"
    assert read_payload(write_payload(request)).fields["62"] == {
        "03": "s" * 25,
        "05": "r" * 25,
        "07": "t" * 25,
        "08": "p",
    }


def test_a_name_with_diacritics_stands_in_the_language_template_only_when_asked_for() -> None:
    # NFD in, NFC out: the two forms of a name give one payload.
    decomposed = unicodedata.normalize("NFD", "Bà Tư Hải Sản")
    plain, accented = (
        read_payload(
            write_payload(replace(REQUEST, merchant_name=decomposed, with_accents=with_accents))
        )
        for with_accents in (False, True)
    )

    assert "64" not in plain.fields
    assert accented.fields["59"] == "BA TU HAI SAN"
    assert accented.fields["64"] == {"00": "vi", "01": "Bà Tư Hải Sản", "02": "Đà Nẵng"}
    assert (draw_symbol(plain.text).version, draw_symbol(accented.text).version) == (8, 9)


def test_an_endless_name_is_refused_at_once() -> None:
    with pytest.raises(PayloadRefused, match="at most 200 fit"):
        write_payload(replace(REQUEST, merchant_name="a" + "\u0301\u0316" * 500_000))


@pytest.mark.parametrize(
    ("service", "account"),
    [("QRIBFTTA", "0011012345678"), ("QRIBFTTC", "9704030101234567"), ("QRPUSH", "0316794479")],
)
@pytest.mark.parametrize("amount_vnd", [None, 85_000])
def test_each_service_is_written_static_and_dynamic(
    service: str, account: str, amount_vnd: int | None
) -> None:
    request = replace(REQUEST, service=service, account=account, amount_vnd=amount_vnd)

    reading = read_payload(write_payload(request), require_vietqr=True)

    assert reading.beneficiary == Beneficiary("970436", account, service)
    assert (reading.fields["01"], reading.amount_vnd) == ("12" if amount_vnd else "11", amount_vnd)
    assert {"52", "59", "60"} <= reading.fields.keys()


def test_every_sentence_of_refusal_is_in_two_languages_and_asks_for_the_same_values() -> None:
    for fact, (english, vietnamese) in SENTENCES.items():
        named = [
            {name for _, name, _, _ in Formatter().parse(text) if name}
            for text in (english, vietnamese)
        ]
        assert english
        assert vietnamese
        assert named[0] == named[1] or fact == "unknown-bank"


PAID = [p.bin for p in participants().values() if p.status != "unverified" and p.kind != "wallet"]


@pytest.mark.parametrize(
    ("bin_", "account", "field"),
    [
        ("971025", "0900000000", "bin"),
        ("970454", "99MM24011M34875080", "account"),
        ("970454", "99zp26096O02598217", "account"),
        ("970426", "MOMO1234567890123", "account"),
    ],
)
def test_a_wallets_code_is_never_built(bin_: str, account: str, field: str) -> None:
    with pytest.raises(PayloadRefused, match="taken over from a photo, never built") as refused:
        write_payload(replace(REQUEST, bin=bin_, account=account))

    assert (refused.value.field, refused.value.fact) == (field, "wallet")
    assert "chụp mã do ví cấp" in refused.value.message_vi


def test_every_bin_that_may_be_paid_is_written() -> None:
    for participant in participants().values():
        if participant.bin in PAID:
            payload = write_payload(replace(REQUEST, bin=participant.bin))
            beneficiary = read_payload(payload).beneficiary
            assert beneficiary is not None
            assert beneficiary.bin == participant.bin


def test_a_bank_name_that_fits_the_bin_is_accepted() -> None:
    assert write_payload(replace(REQUEST, bank_name="Vietcombank")) == write_payload(REQUEST)


def test_punctuation_is_left_out_of_names_as_banks_do() -> None:
    fields = read_payload(
        write_payload(replace(REQUEST, merchant_name="Tạp hóa 1/5, Hương+Lan"))
    ).fields

    assert fields["59"] == "TAP HOA 15 HUONGLAN"


def test_labels_at_their_longest_fit_and_are_kept_as_they_are() -> None:
    request = replace(REQUEST, store_label="s" * 25, terminal_label="t" * 25, purpose="p" * 19)

    fields = read_payload(write_payload(request)).fields

    assert fields["62"] == {"03": "s" * 25, "07": "t" * 25, "08": "p" * 19}


def test_output_that_does_not_read_back_is_a_bug_not_a_payload(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(qr.payload, "crc", lambda _: "0000")

    with pytest.raises(AssertionError, match=r"does not read back cleanly.*F3"):
        write_payload(REQUEST)


requests = st.builds(
    TransferRequest,
    bin=st.sampled_from(PAID),
    account=st.from_regex(r"[A-Za-z0-9]{1,19}", fullmatch=True).filter(
        lambda account: not account.upper().startswith(("99", "MOMO"))
    ),
    merchant_name=st.from_regex(r"[A-ZĐa-zđàáảãạăắơợưữ0-9_.\-]{1,25}", fullmatch=True),
    merchant_city=st.from_regex(r"[A-ZĐa-zđêếềôốộ]{1,15}", fullmatch=True),
    amount_vnd=st.none() | st.integers(1, AMOUNT_VND_MAX),
    service=st.sampled_from(["QRIBFTTA", "QRIBFTTC", "QRPUSH"]),
    mcc=st.from_regex(r"[0-9]{4}", fullmatch=True),
    purpose=st.none() | st.from_regex(r"[A-Za-z0-9_.\-]{1,19}", fullmatch=True),
    bill_number=st.none() | st.from_regex(r"[A-Za-z0-9]{1,8}", fullmatch=True),
    reference_label=st.none() | st.from_regex(r"[A-Z0-9]{1,2}", fullmatch=True),
    store_label=st.none() | st.from_regex(r"[A-Za-z0-9_.\-]{1,20}", fullmatch=True),
    with_accents=st.booleans(),
    terminal_label=st.none() | st.from_regex(r"[A-Za-z0-9_.\-]{1,25}", fullmatch=True),
)


@given(requests)
def test_reading_undoes_writing(request: TransferRequest) -> None:
    payload = write_payload(request)

    reading = read_payload(payload, require_vietqr=True)

    assert (reading.errors, reading.deviations) == ((), ())
    assert payload.isascii() or request.with_accents
    assert reading.amount_vnd == request.amount_vnd
    assert reading.beneficiary == Beneficiary(request.bin, request.account, request.service)
    fields = reading.fields
    labels = {
        "01": request.bill_number,
        "03": request.store_label,
        "05": request.reference_label,
        "07": request.terminal_label,
        "08": request.purpose,
    }
    assert fields["38"] == {
        "00": "A000000727",
        "01": {"00": request.bin, "01": request.account},
        "02": request.service,
    }
    assert fields.get("54") == (None if request.amount_vnd is None else str(request.amount_vnd))
    assert (fields["52"], fields["53"], fields["58"]) == (request.mcc, "704", "VN")
    assert fields["59"] == fold_to_ascii(request.merchant_name)
    assert fields["60"] == fold_to_ascii(request.merchant_city)
    assert fields.get("62", {}) == {tag: text for tag, text in labels.items() if text is not None}


@given(requests)
def test_tags_ascend_and_the_checksum_is_last(request: TransferRequest) -> None:
    tags = list(read_payload(write_payload(request)).fields)

    assert tags == [*sorted(set(tags) - {"63"}), "63"]
