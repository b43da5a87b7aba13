"""What the register puts into a poster's payload, and how it shortens what is too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.posters.goods import merchant_category
from merchants.posters.payload import payload_city, payload_name, poster_payload
from qr.errors import PayloadRefused
from qr.payload import read_payload

POSTER = {
    "bin": "970436",
    "account": "0123456789012",
    "holder_name": "Nguyễn Thị Hương",
    "commune_name": "Xã Mậu A",
    "goods_group": "Rau củ",
    "vendor_code": "CC222223Z",
    "stall_code": "A012",
}


def test_a_poster_pays_the_vendors_account_and_carries_the_code() -> None:
    reading = read_payload(poster_payload(**POSTER), require_vietqr=True)

    assert reading.is_valid
    assert reading.beneficiary is not None
    assert (reading.beneficiary.bin, reading.beneficiary.account) == ("970436", "0123456789012")
    assert reading.text == (
        "00020101021138570010A00000072701270006970436011301234567890120208QRIBFTTA5204541153037045802"
        "VN5916NGUYEN THI HUONG6005MAU A62210304A0120809CC222223Z63048E1E"
    )


def test_a_stall_code_with_a_stroke_stays_out_of_the_payload() -> None:
    payload = poster_payload(**POSTER | {"stall_code": "A/12"})

    assert "62130809CC222223Z" in payload


@pytest.mark.parametrize(
    ("holder", "written"),
    [
        ("Nguyễn Thị Hương", "NGUYEN THI HUONG"),
        ("Hộ kinh doanh Nguyễn Thị Hương", "HKD NGUYEN THI HUONG"),
        ("NGUYEN PHUONG KHANH HUYEN TRANG", "NGUYEN P K HUYEN TRANG"),
        ("HKD NGUYEN THI PHUONG THAO NGUYEN", "HKD N T P THAO NGUYEN"),
    ],
)
def test_a_long_name_gives_initials_for_its_middle_words(holder: str, written: str) -> None:
    assert payload_name(holder) == written


@given(st.lists(st.text("ABCDEFGH", min_size=1, max_size=7), min_size=1, max_size=9))
def test_family_and_given_name_stay_whole(words: list[str]) -> None:
    shown = payload_name(" ".join(words)).split()

    assert (shown[0], shown[-1]) == (words[0], words[-1])
    assert [word[0] for word in shown] == [word[0] for word in words]


def test_a_name_that_cannot_be_shortened_is_refused() -> None:
    with pytest.raises(PayloadRefused, match="merchant_name"):
        poster_payload(**POSTER | {"holder_name": "X" * 26})


@pytest.mark.parametrize(
    ("commune", "city"),
    [
        ("Xã Mậu A", "MAU A"),
        ("Thị trấn Mậu A", "MAU A"),
        ("Phường Yên Bái", "YEN BAI"),
        ("Xã Phong Dụ Thượng", "PHONG DU THUONG"),
        ("Xã Hoàng Liên Sơn Thượng", "H L SON THUONG"),
        ("Xuân Ái", "XUAN AI"),
    ],
)
def test_the_commune_is_the_city(commune: str, city: str) -> None:
    assert payload_city(commune) == city


@given(st.text("ABCDEFGHIÊÂĐẠẬ ", min_size=1, max_size=60))
def test_a_city_always_fits(commune: str) -> None:
    assert len(payload_city(commune)) <= 15


@pytest.mark.parametrize(
    ("goods", "code"),
    [
        ("Rau củ", "5411"),
        ("Thịt, cá", "5411"),
        ("", "5411"),
        ("Quần áo", "5651"),
        ("Giày dép", "5661"),
        ("Ăn uống", "5812"),
        ("Bánh kẹo", "5814"),
        ("Mỹ phẩm", "5977"),
        ("Hoa tươi", "5992"),
        ("Hoa quả", "5411"),
    ],
)
def test_goods_have_a_category(goods: str, code: str) -> None:
    assert merchant_category(goods) == code
