"""Codes of wallets and VNPAY: recognised and kept, never built."""

import pytest

from qr.errors import CodeNotImported
from qr.tlv import write_object
from qr.wrappers import Network, import_code
from tests.qr.payloads import payload, vietqr

VECTORS = {
    "V079": "00020101021138620010A00000072701320006970454011899MM24011M348750800208QRIBFTTA53037045802VN62190515MOMOW2W3487508080030466304EBC8",
    "V088": "00020101021138620010A000000727013200069710250118PSP1234567890000000208QRIBFTTA53037045802VN62190515MOMOW2W123456786304821F",
    "V091": "00020101021126280010A0000007750110010215477853037045802VN5912TUGIACOMPANY62310315TU GIA COMPUTER0708TUGIACO16304DF44",
    "V175": "00020101021226530010vn.zalopay01061800050203001031817718612500414873838620010A00000072701320006970454011899ZP26096O025982170208QRIBFTTA5204739953037045405110005802VN630456DA",
    "V199": "00020101021153037045802VN38540010A00000072701240006970436011010319334300208QRIBFTTA62220818Thanh toan hoa don6304FCE9",
    "V204": "0002010102110213404587568745904155326311155509945204625353039365802GH5915MAXMART LIMITED6005ACCRA62240708620037450308620037456304C913",
    "V273": "00020101021126280010A0000007750110010691337738570010A00000072701270006970436011300110123456780208QRIBFTTA5204541153037045802VN5913BA TU HAI SAN6007DA NANG6304A894",
}


@pytest.mark.parametrize(
    ("vector", "networks"),
    [
        ("V079", {Network.VIETQR, Network.MOMO}),
        ("V088", {Network.VIETQR, Network.MOMO}),
        ("V091", {Network.VNPAY}),
        ("V175", {Network.VIETQR, Network.ZALOPAY}),
        ("V199", {Network.VIETQR}),
        ("V204", set()),
        ("V273", {Network.VIETQR, Network.VNPAY}),
    ],
)
def test_a_code_is_recognised_and_kept_to_the_last_character(
    vector: str, networks: set[Network]
) -> None:
    code = import_code(VECTORS[vector])

    assert code.networks == networks
    assert code.payload == VECTORS[vector]


def test_a_deep_links_percent_encoding_is_undone() -> None:
    # V188 and V189 stand in deep links with %20; the checksum holds only after decoding.
    encoded = VECTORS["V199"].replace(" ", "%20")

    assert import_code(encoded).payload == VECTORS["V199"]


def test_a_payload_that_holds_a_percent_sign_itself_is_not_decoded() -> None:
    text = payload({"59": "GIAM 5%20"})

    assert import_code(text).payload == text


@pytest.mark.parametrize(
    ("bin_", "account", "network"),
    [
        ("971025", "PSP123456789000000", Network.MOMO),
        ("970454", "99MM24011M34875080", Network.MOMO),
        ("970426", "MOMO123456789012345", Network.MOMO),
        ("970454", "99ZP26096O02598217", Network.ZALOPAY),
    ],
)
def test_a_wallet_is_recognised_by_its_account_alone(
    bin_: str, account: str, network: Network
) -> None:
    inner = write_object("00", bin_) + write_object("01", account)

    code = import_code(payload({"38": vietqr(beneficiary=inner)}))

    assert code.networks == {Network.VIETQR, network}


@pytest.mark.parametrize("text", ["momo://pay?phone=0900000000", "100%", ""])
def test_what_is_no_payment_code_is_refused_with_reasons(text: str) -> None:
    with pytest.raises(CodeNotImported, match=r"code cannot be taken over: F\d") as refused:
        import_code(text)

    assert refused.value.message_vi.startswith("không dùng lại được mã này: F")
