"""A poster's face: what cannot be printed truly is refused before anything is drawn."""

import re
import struct
import unicodedata
from pathlib import Path

import pytest

import qr
from qr.errors import PosterRefused
from qr.poster import PRINTABLE, MarketSign
from tests.qr.faces import face
from tests.qr.payloads import payload, vietqr

FONTS = sorted(Path(qr.__file__).parent.joinpath("fonts").glob("*.ttf"))
MOMO = "00020101021138620010A00000072701320006970454011899MM24011M348750800208QRIBFTTA53037045802VN62190515MOMOW2W3487508080030466304EBC8"
VNPAY = "00020101021126280010A0000007750110010215477853037045802VN5912TUGIACOMPANY62310315TU GIA COMPUTER0708TUGIACO16304DF44"


def glyphs(font: bytes) -> set[int]:
    """Return the code points a TrueType font can draw (table cmap, format 4)."""
    tables = {
        font[at : at + 4]: struct.unpack(">II", font[at + 8 : at + 16]) for at in range(12, 400, 16)
    }
    cmap = tables[b"cmap"][0]
    found: set[int] = set()
    for record in range(struct.unpack(">H", font[cmap + 2 : cmap + 4])[0]):
        (offset,) = struct.unpack(">I", font[cmap + 8 + 8 * record : cmap + 12 + 8 * record])
        table = cmap + offset
        kind, _, _, double = struct.unpack(">4H", font[table : table + 8])
        if kind == 4:
            ends = struct.unpack(f">{double // 2}H", font[table + 14 : table + 14 + double])
            starts = struct.unpack(
                f">{double // 2}H", font[table + 16 + double : table + 16 + 2 * double]
            )
            for start, end in zip(starts, ends, strict=True):
                found |= set(range(start, end + 1))
    return found


def test_the_font_has_a_glyph_for_all_that_may_be_printed() -> None:
    printable = {n for n in range(0x110000) if PRINTABLE.match(chr(n))}

    assert len(FONTS) == 3
    for font in FONTS:
        assert printable <= glyphs(font.read_bytes())


def test_every_vietnamese_letter_may_be_printed() -> None:
    marks = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    letters = "aăâeêioôơuưy" + "aăâeêioôơuưy".upper()
    syllables = [
        unicodedata.normalize("NFC", letter + mark) for letter in letters for mark in marks
    ]

    assert [each for each in [*syllables, "đ", "Đ"] if not PRINTABLE.fullmatch(each)] == []


def test_the_holder_is_shown_in_the_capitals_of_a_payers_app() -> None:
    assert face().holder_name_folded == "NGUYEN THI HUONG"


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        (
            "display_name",
            "Cô Hương 🍎",
            r"display_name: character 10 of .* is U+1F34E, which is not",
        ),
        (
            "display_name",
            "Hương\u202e",
            r"display_name: character 6 of 'H\u01b0\u01a1ng\u202e' is U+202E",
        ),
        ("holder_name", "Hương\u200f", "character 6 of .* is U+200F"),
        ("holder_name", "Hu\u031bo\u031bng", "character 3 of .* is U+031B"),
        ("holder_name", "Hương\n", "character 6 of .* is U+000A"),
        ("holder_name", "北京", "character 1 of .* is U+5317"),
        ("holder_name", "a\u200bb", "is U+200B"),
        ("holder_name", "H×3", "is U+00D7"),
        ("holder_name", "   ", "holder_name: is empty"),
        ("bank_name", "", "bank_name: is empty"),
        ("market_name", "x" * 121, "market_name: holds 121 characters, at most 120 fit"),
        ("stall_code", "x" * 21, "stall_code: holds 21 characters, at most 20 fit"),
        ("serial", "x" * 17, "serial: holds 17 characters, at most 16 fit"),
        ("verification_code", "", "verification_code: is empty"),
        (
            "verify_url",
            "javascript:alert(1)",
            "verify_url: is 'javascript:alert.1.', must be an http",
        ),
        ("verify_url", "https://cho40.vn/a b", "must be an http"),
        ("verify_url", "https://cho40.vn/\u00e0", "must be an http"),
        ("account_tail", "48 1", "account_tail: is '48 1', must be the last 4 characters"),
        ("account_tail", "", "account_tail: is ''"),
        ("account_tail", "04821", "must be the last 4 characters"),
        ("account_tail", "4822", "'4822' does not end the payload's account"),
        ("bank_name", "Vietcombank", "'Vietcombank' has BIN 970436, the payload pays 970405"),
        ("payload", "000201", "payload: is rejected: F2 payload"),
    ],
)
def test_what_cannot_be_printed_truly_is_refused_and_named(
    field: str, text: str, message: str
) -> None:
    with pytest.raises(PosterRefused) as refused:
        face(**{field: text})

    assert refused.value.field == field
    assert re.search(message.replace("U+", r"U\+").replace(r"\u", r"\\u"), str(refused.value))


@pytest.mark.parametrize("field", ["holder_name", "display_name", "bank_name", "market_name"])
def test_what_is_too_long_to_be_read_on_a5_is_refused_before_it_is_issued(field: str) -> None:
    with pytest.raises(PosterRefused, match=f"{field}: 'W+' does not fit") as refused:
        face(**{field: "W" * 80})

    assert "dài quá" in refused.value.message_vi


def test_a_sign_is_checked_like_a_poster() -> None:
    with pytest.raises(PosterRefused, match="market_name: is empty"):
        MarketSign(market_name=" ")
    with pytest.raises(PosterRefused, match=r"character 5 of .* is U\+1F34E"):
        MarketSign(market_name="Chợ \U0001f34e")
    with pytest.raises(PosterRefused, match="must be an http"):
        MarketSign(market_name="Chợ Mậu A", verify_url="cho40.example")
    with pytest.raises(PosterRefused, match="holds 81 characters, at most 80"):
        MarketSign(market_name="Chợ Mậu A", verify_url="https://" + "a" * 73)


def test_every_refusal_is_said_in_vietnamese_too() -> None:
    with pytest.raises(PosterRefused) as refused:
        face(holder_name="Hu\u031bo\u031bng")

    assert refused.value.message_vi == (
        "tấm mã gian A012: tên chủ tài khoản có ký tự thứ 3 (U+031B) không in được"
    )


def test_the_refusal_names_the_stall() -> None:
    with pytest.raises(PosterRefused, match="poster of stall 'B07': holder_name: is empty"):
        face(stall_code="B07", holder_name="")


def test_a_wallet_that_receives_through_a_bank_keeps_its_own_name() -> None:
    momo = face(payload=MOMO, bank_name="MoMo", account_tail="5080")

    assert momo.bank_name == "MoMo"


def test_a_bank_the_table_does_not_know_by_that_name_is_printed() -> None:
    assert face(bank_name="Ngân hàng Nông nghiệp, xã Mậu A").account_tail == "4821"


def test_a_code_without_vietqr_has_no_account_to_contradict() -> None:
    assert face(payload=VNPAY, account_tail="9999").payload == VNPAY


def test_the_payloads_account_decides_the_tail() -> None:
    text = payload({"38": vietqr(beneficiary="0006970405" + "0103ab9")})

    assert face(payload=text, account_tail="ab9").account_tail == "ab9"
