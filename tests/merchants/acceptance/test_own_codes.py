"""A vendor's own wallet code: read from a photo, kept byte for byte, printed again unchanged."""

import io

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from market.database import reading, writing
from merchants.acceptance.displayed_codes import CodeResult
from merchants.acceptance.own_codes import (
    PHOTO_BYTES_MAX,
    account_of_code,
    choose,
    codes_in_photo,
    own_code,
    proposed_from_code,
    take_own_code,
)
from merchants.errors import CodeNotRecorded, DisplayedCodeNotFound, PayloadAltered
from merchants.kinds import AccountKind
from merchants.tables import AccountChange, DisplayedCode
from qr.errors import ImageRefused
from qr.own_code import render_own_code
from qr.scan import decode_image
from tests.merchants.acceptance.accounts_world import CLERK, Accounts
from tests.merchants.conftest import Register
from tests.merchants.sheet_files import row
from tests.qr.payloads import payload
from tests.qr.test_wrappers import VECTORS

MOMO, ZALOPAY = VECTORS["V079"], VECTORS["V175"]


def photo(*texts: str, kind: str = "PNG") -> bytes:
    """A picture of codes, one under another."""
    pictures = []
    for text in texts:
        drawn = io.BytesIO()
        segno.make_qr(text, error="m").save(drawn, kind="png", scale=4)
        pictures.append(Image.open(io.BytesIO(drawn.getvalue())).convert("RGB"))
    sheet = Image.new("RGB", (600, 20 + sum(each.height + 40 for each in pictures)), "white")
    top = 20
    for each in pictures:
        sheet.paste(each, (40, top))
        top += each.height + 40
    content = io.BytesIO()
    sheet.save(content, kind)
    return content.getvalue()


def take(register: Register, text: str) -> CodeResult:
    with writing(register.engine) as session:
        return take_own_code(
            session, "MA", "A001", text, sealer=register.sealer, actor=CLERK, now=register.now
        )


@pytest.fixture
def stall(register: Register) -> Register:
    """A vendor at stall A001."""
    register.take(row())
    return register


def test_a_photo_is_read_and_the_code_kept_to_the_last_byte(stall: Register) -> None:
    (seen,) = codes_in_photo(photo(MOMO))
    take(stall, seen.payload)

    code = stall.one(DisplayedCode)
    assert code.is_own_wallet_code
    assert stall.sealer.open(code.payload_sealed) == MOMO
    assert MOMO not in code.payload_sealed


def test_the_code_is_printed_again_unchanged(stall: Register) -> None:
    code = take(stall, ZALOPAY).code
    assert code is not None

    with reading(stall.engine) as session:
        own = own_code(session, "MA", "A001", code.id or 0, sealer=stall.sealer)

    assert own.symbol.payload == ZALOPAY
    assert (own.stall_code, own.vendor_name) == ("A001", "Nguyễn Thị Hương")
    assert own.symbol.svg().startswith("<svg")
    page = render_own_code(
        own.symbol, title="Nguyễn Thị Hương", label=own.label, place="A001", kind="pdf"
    )
    assert page.startswith(b"%PDF")


@settings(max_examples=10)
@given(st.text(st.characters(codec="ascii", categories=["Lu", "Nd"]), min_size=1, max_size=25))
def test_what_is_printed_reads_as_what_was_kept(name: str) -> None:
    from qr.symbol import draw_symbol

    text = payload({"59": name})
    page = render_own_code(draw_symbol(text), title="Bà Tư", label="MoMo", place="A001", kind="png")

    assert decode_image(page) == [text]


def test_several_codes_in_a_photo_must_be_chosen_from() -> None:
    codes = codes_in_photo(photo(MOMO, ZALOPAY))

    with pytest.raises(CodeNotRecorded, match="có 2 mã: chọn một"):
        choose(codes, 0)
    assert choose(codes, 2).payload == ZALOPAY
    with pytest.raises(CodeNotRecorded):
        choose(codes, 3)
    assert choose(codes[:1], 0).payload == MOMO


def test_the_same_code_twice_in_a_photo_is_one() -> None:
    assert len(codes_in_photo(photo(MOMO, MOMO))) == 1


def test_a_photo_without_a_code_or_too_large_is_told() -> None:
    blank = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(blank, "PNG")

    with pytest.raises(CodeNotRecorded, match="Không thấy mã QR"):
        codes_in_photo(blank.getvalue())
    with pytest.raises(CodeNotRecorded, match="8 MB"):
        codes_in_photo(b"\0" * (PHOTO_BYTES_MAX + 1))
    with pytest.raises(ImageRefused):
        codes_in_photo(b"%PDF-1.7")


@pytest.mark.parametrize("text", ["https://zalo.me/1", MOMO[:-1] + "0"])
def test_a_code_that_is_not_whole_is_not_printed_again(stall: Register, text: str) -> None:
    with pytest.raises(CodeNotRecorded, match="nguyên vẹn"):
        take(stall, text)
    assert stall.all(DisplayedCode) == []


def test_an_account_is_proposed_from_the_code_that_carries_it(stall: Register) -> None:
    text = payload({"59": "NGUYEN THI HUONG"})  # pays Vietcombank 0000000001
    code = take(stall, text).code
    assert code is not None
    with reading(stall.engine) as session:
        proposed = proposed_from_code(session, "MA", "A001", code.id or 0, sealer=stall.sealer)

    accounts = Accounts(stall)
    with writing(stall.engine) as session:
        from merchants.acceptance.changes import propose_account

        propose_account(
            session, accounts.code, proposed, sealer=stall.sealer, actor=CLERK, now=stall.now
        )

    change = stall.one(AccountChange)
    assert stall.sealer.open(change.account_sealed) == "0000000001"
    assert (change.holder_name, change.bin) == ("NGUYEN THI HUONG", "970436")


def test_the_number_behind_a_wallets_code_is_a_wallet_and_gets_no_poster(stall: Register) -> None:
    code = take(stall, MOMO).code
    assert code is not None

    with reading(stall.engine) as session:
        account, _ = account_of_code(session, "MA", "A001", code.id or 0, sealer=stall.sealer)

    assert account.kind is AccountKind.E_WALLET


def test_a_code_without_an_account_gives_none(stall: Register) -> None:
    code = take(stall, VECTORS["V091"]).code
    assert code is not None

    with reading(stall.engine) as session, pytest.raises(DisplayedCodeNotFound):
        account_of_code(session, "MA", "A001", code.id or 0, sealer=stall.sealer)


def test_only_own_codes_are_printed(stall: Register) -> None:
    from merchants.acceptance.displayed_codes import see_code

    with writing(stall.engine) as session:
        code = see_code(
            session, "MA", "A001", MOMO, sealer=stall.sealer, actor=CLERK, now=stall.now
        ).code
    assert code is not None

    with reading(stall.engine) as session, pytest.raises(DisplayedCodeNotFound):
        own_code(session, "MA", "A001", code.id or 0, sealer=stall.sealer)


def test_a_code_that_was_exchanged_in_the_database_is_not_printed(stall: Register) -> None:
    code = take(stall, MOMO).code
    assert code is not None
    with writing(stall.engine) as session:
        row_ = session.get(DisplayedCode, code.id)
        assert row_ is not None
        row_.payload_sealed = stall.sealer.seal(ZALOPAY)
        session.add(row_)

    with reading(stall.engine) as session, pytest.raises(PayloadAltered):
        own_code(session, "MA", "A001", code.id or 0, sealer=stall.sealer)
