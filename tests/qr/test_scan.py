"""Codes read from pictures as people send them."""

import io

import pytest
import segno
from PIL import Image

from qr.errors import ImageRefused
from qr.scan import decode_image
from tests.qr.payloads import payload

TEXT = payload()


def picture(text: str = TEXT, *, scale: int = 4) -> Image.Image:
    content = io.BytesIO()
    segno.make_qr(text, error="m", encoding="utf-8").save(content, kind="png", scale=scale)
    return Image.open(io.BytesIO(content.getvalue())).convert("RGB")


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_code_is_read_from_each_kind_of_file(kind: str) -> None:
    assert decode_image(saved(picture(), kind)) == [TEXT]


@pytest.mark.parametrize("angle", [12, 45, 90, 180, 270])
def test_a_turned_photo_is_read(angle: int) -> None:
    turned = picture(scale=6).rotate(angle, expand=True, fillcolor="white")

    assert decode_image(saved(turned)) == [TEXT]


def test_a_transparent_ground_is_white() -> None:
    content = io.BytesIO()
    segno.make_qr(TEXT, error="m").save(content, kind="png", scale=4, light=None)

    assert decode_image(content.getvalue()) == [TEXT]


def test_all_codes_are_read_top_to_bottom() -> None:
    other = payload({"59": "STICKER"})
    both = Image.new("RGB", (400, 700), "white")
    both.paste(picture(other), (100, 400))
    both.paste(picture(TEXT), (0, 20))

    assert decode_image(saved(both)) == [TEXT, other]


def test_vietnamese_is_read_as_utf_8() -> None:
    text = payload({"64": "0002vi0113Bà Tư Hải Sản"})

    assert decode_image(saved(picture(text))) == [text]


def test_bytes_that_are_no_utf_8_are_still_shown() -> None:
    content = io.BytesIO()
    segno.make_qr("Gà é", encoding="iso-8859-1").save(content, kind="png", scale=4)

    assert decode_image(content.getvalue()) == ["Gà é"]


def test_a_picture_without_a_code_holds_none() -> None:
    assert decode_image(saved(Image.new("RGB", (200, 200), "white"))) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "picture not readable: it is no JPEG, PNG or WebP"),
        (b"not a picture", "it is no JPEG, PNG or WebP"),
        (saved(picture(), "GIF"), "it is GIF, only JPEG, PNG and WebP are read"),
        (saved(picture())[:-300], "picture not readable: "),
        (saved(picture(), "JPEG")[:400], "picture not readable: "),
    ],
)
def test_what_is_no_whole_picture_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(ImageRefused, match=message):
        decode_image(content)


@pytest.mark.parametrize("pixels_max", [100, 10_000])
def test_a_picture_made_to_fill_the_memory_is_refused(
    pixels_max: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Pillow warns above the limit and refuses above twice the limit; both are refused here.
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", pixels_max)

    with pytest.raises(ImageRefused, match=f"more than {pixels_max} pixels"):
        decode_image(saved(Image.new("1", (130, 130))))
