"""Payment codes through the API: judged, read from pictures, refused in the reader's language."""

import io
from typing import Any

import pytest
from PIL import Image

from market.app import create_app
from market.roles import Role
from market.settings import Settings
from qr.errors import ParticipantTableCorrupt
from qr.picture import symbol_png
from qr.symbol import draw_symbol
from tests.market.conftest import Reader, SignedIn, Staff
from tests.qr.payloads import payload
from tests.qr.test_vectors import VECTORS, is_vietqr_required

HERE = "/api/v1/qr"
PICTURE = symbol_png(draw_symbol(payload()))


@pytest.fixture
def helper(staff: Staff) -> SignedIn:
    return staff(Role.FIELD_HELPER, "LG")


def judged(client: SignedIn, text: str, **options: bool) -> Any:
    answer = client.post(f"{HERE}/readings", json={"payload": text, **options})
    assert answer.status_code == 200
    return answer.json()


def sent(client: SignedIn, content: bytes, kind: str = "image/png", **headers: str) -> Any:
    return client.post(
        f"{HERE}/pictures", content=content, headers={"Content-Type": kind, **headers}
    )


def test_a_payload_is_judged_and_told(helper: SignedIn) -> None:
    answer = judged(helper, payload({"01": "12", "54": "85000"}))

    assert answer["valid"]
    assert (answer["errors"], answer["deviations"]) == ([], [])
    assert answer["networks"] == ["vietqr"]
    assert answer["amount_vnd"] == 85_000
    assert answer["beneficiary"] == {
        "bin": "970436",
        "bank": "Vietcombank",
        "account": "0000000001",
        "service": "QRIBFTTA",
    }


def test_every_vector_is_judged_rightly(helper: SignedIn) -> None:
    answers = [
        judged(helper, each["payload"], require_vietqr=is_vietqr_required(each)) for each in VECTORS
    ]

    assert [(one["valid"], one["fields"]) for one in answers] == [
        (each["valid"], each["fields"]) for each in VECTORS
    ]


def test_a_rejected_payload_says_where_and_why_in_two_languages(helper: SignedIn) -> None:
    answer = judged(helper, payload({"54": "0"}))

    assert answer["errors"] == [
        {
            "code": "F13",
            "fact": "amount",
            "path": "54",
            "message_vi": "là '0', phải là chữ số, nhiều nhất một dấu '.', và khác 0",
            "message_en": "is '0', must be digits with at most one '.' and not zero",
        }
    ]
    assert (answer["beneficiary"], answer["amount_vnd"]) == (None, None)


def test_vietqr_is_required_on_request_only(helper: SignedIn) -> None:
    other = payload({"38": "0003abc"})

    assert judged(helper, other)["valid"]
    assert not judged(helper, other, require_vietqr=True)["valid"]


@pytest.mark.parametrize("body", [{"payload": "x" * 3001}, {"payload": 5}, {}, {"a": 1}])
def test_what_is_no_payload_is_malformed(body: dict[str, object], helper: SignedIn) -> None:
    assert helper.post(f"{HERE}/readings", json=body).status_code == 422


def test_a_picture_is_read_as_a_body_and_as_a_form(helper: SignedIn) -> None:
    by_form = helper.post(f"{HERE}/pictures", files={"file": ("a.png", PICTURE, "image/png")})

    for answer in (sent(helper, PICTURE), by_form):
        assert answer.status_code == 200
        assert [code["payload"] for code in answer.json()["codes"]] == [payload()]


def blank(width: int) -> bytes:
    content = io.BytesIO()
    Image.new("1", (width, width)).save(content, "PNG")
    return content.getvalue()


def ten_codes() -> bytes:
    wall, content = Image.new("L", (5 * 230, 2 * 230), 255), io.BytesIO()
    for place in range(10):
        code = symbol_png(draw_symbol(payload({"59": f"SAP {place}"})), pixels_per_module=4)
        wall.paste(Image.open(io.BytesIO(code)), (place % 5 * 230, place // 5 * 230))
    wall.save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "vietnamese", "english"),
    [
        (b"", "", "không phải ảnh JPEG, PNG hay WebP", "no JPEG, PNG or WebP"),
        (b"%PDF-1.7", "", "không phải ảnh JPEG, PNG hay WebP", "no JPEG, PNG or WebP"),
        (blank(100), "no-code-in-picture", "không thấy mã QR nào", "shows no QR code"),
        (blank(6000), "", "hơn 25 triệu điểm ảnh", "more than 25 million pixels"),
        (ten_codes(), "too-many-codes", "hơn 9 mã QR", "more than 9 QR codes"),
        (PICTURE[:-200], "", "tệp ảnh hỏng hoặc thiếu", "it is broken"),
    ],
    ids=["nothing", "no picture", "no code", "a bomb", "ten codes", "half a picture"],
)
def test_a_picture_is_refused_in_the_readers_language(
    content: bytes, kind: str, vietnamese: str, english: str, helper: SignedIn
) -> None:
    told = sent(helper, content)
    in_english = sent(helper, content, **{"Accept-Language": "en"})

    assert (told.status_code, in_english.status_code) == (422, 422)
    assert vietnamese in told.json()["detail"]
    assert english in in_english.json()["detail"]
    assert told.json()["type"].endswith(kind if kind.endswith(("picture", "codes")) else "refused")


def test_fifty_megabytes_are_not_even_read(helper: SignedIn) -> None:
    assert sent(helper, bytes(50 * 1024 * 1024)).status_code == 413


def test_the_rules_are_told(helper: SignedIn) -> None:
    rules = helper.get(f"{HERE}/rules").json()

    assert len(rules) == 28
    assert rules[0]["code"] == "F1"
    assert [rule["fatal"] for rule in rules] == [True] * 19 + [False] * 9


def test_an_auditor_may_ask_and_a_vendor_or_stranger_may_not(staff: Staff, reader: Reader) -> None:
    auditor = staff(Role.AUDITOR, "LG")
    stranger = reader()

    assert judged(auditor, payload())["valid"]
    assert stranger.get(f"{HERE}/rules").status_code in {401, 403}


def test_the_service_does_not_start_with_another_table_of_banks(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def corrupt() -> None:
        raise ParticipantTableCorrupt(expected="a", found="b")

    monkeypatch.setattr("market.app.participants", corrupt)

    with pytest.raises(ParticipantTableCorrupt):
        create_app(settings)
