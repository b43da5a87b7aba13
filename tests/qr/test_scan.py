"""Codes read from pictures as people send them."""

import contextlib
import io
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from qr.errors import ImageRefused, NoCodeInPicture, TooManyCodes
from qr.scan import decode_image, decode_photo
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
        (saved(picture(), "GIF"), "it is no JPEG, PNG or WebP"),
        (saved(picture())[:-300], "picture not readable: "),
        (saved(picture(), "JPEG")[:400], "picture not readable: "),
    ],
)
def test_what_is_no_whole_picture_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(ImageRefused, match=message):
        decode_image(content)


@pytest.mark.parametrize("side", [5001, 10_000, 15_000])
def test_a_picture_made_to_fill_the_memory_is_refused_before_it_is_opened(side: int) -> None:
    # Pillow's own limits are 89 million pixels (a warning) and 179 million (an error).
    bomb = saved(Image.new("1", (side, side)))

    with pytest.raises(ImageRefused, match=r"more than (25|64) million pixels") as refused:
        decode_image(bomb)

    assert len(bomb) < 100_000
    assert "triệu điểm ảnh" in refused.value.message_vi


def test_fifty_megabytes_are_refused_unread() -> None:
    with pytest.raises(ImageRefused, match=r"it has 50\.0 MB, at most 20 MB") as refused:
        decode_image(bytes(50 * 1024 * 1024))

    assert refused.value.message_vi == "không đọc được ảnh: ảnh nặng 50.0 MB, nhận nhiều nhất 20 MB"


@pytest.mark.parametrize(("kind", "side"), [("JPEG", 8000), ("PNG", 5000), ("WEBP", 5000)])
def test_the_largest_pictures_are_read_in_bounded_memory(
    kind: str, side: int, tmp_path: Path
) -> None:
    code = picture(scale=40)
    wall = Image.new("RGB", (side, side), "grey")
    wall.paste(code, (side // 3, side // 3))
    file = tmp_path / "wall"
    file.write_bytes(saved(wall, kind))

    # A fresh interpreter of a fresh shell, for a child inherits the high water mark of its parent.
    script = (
        "import resource, sys, time; from pathlib import Path; from qr.scan import decode_image; "
        "start = time.process_time(); found = decode_image(Path(sys.argv[1]).read_bytes()); "
        "print(len(found), time.process_time() - start, "
        "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    ran = subprocess.run(
        ["sh", "-c", '"$0" -c "$1" "$2"; true', sys.executable, script, file],
        capture_output=True,
        text=True,
        check=True,
    )

    codes, seconds, megabytes = ran.stdout.split()
    assert codes == "1"
    assert float(seconds) < 10
    assert int(megabytes) < 500


@pytest.mark.parametrize("many", [9, 10])
def test_nine_codes_are_read_and_ten_are_refused(many: int) -> None:
    wall = Image.new("RGB", (5 * 330, 2 * 330), "white")
    texts = [payload({"59": f"SAP {place}"}) for place in range(many)]
    for place, text in enumerate(texts):
        wall.paste(picture(text), (place % 5 * 330, place // 5 * 330))
    content = saved(wall)

    if many == 9:
        assert set(decode_image(content)) == set(texts)
        return
    with pytest.raises(TooManyCodes) as refused:
        decode_image(content)
    assert refused.value.message_vi == (
        "không đọc được ảnh: ảnh có hơn 9 mã QR; chụp gần lại, mỗi lần một tấm"
    )


def test_a_photo_that_must_show_a_code_and_shows_none_is_refused() -> None:
    with pytest.raises(NoCodeInPicture) as refused:
        decode_photo(saved(Image.new("RGB", (200, 200), "white")))

    assert "không thấy mã QR nào" in refused.value.message_vi


def test_a_large_photo_is_reduced_and_still_read() -> None:
    photo = picture(scale=150)

    assert photo.width > 6000
    assert decode_image(saved(photo, "JPEG")) == [TEXT]


WHOLE = {kind: saved(picture(scale=2), kind) for kind in ("PNG", "JPEG", "WEBP")}


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, 10**6),
)
def test_any_damaged_picture_is_read_or_refused(
    kind: str, changes: list[tuple[int, int]], cut: int
) -> None:
    damaged = bytearray(WHOLE[kind])
    for place, value in changes:
        damaged[place % len(damaged)] = value

    read_or_refused(bytes(damaged))
    read_or_refused(bytes(damaged[: cut % len(damaged)]))


@given(
    st.binary(max_size=2000), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF"])
)
def test_any_bytes_are_read_or_refused(content: bytes, start: bytes) -> None:
    read_or_refused(start + content)


def read_or_refused(content: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata on its way
        with contextlib.suppress(ImageRefused):
            assert isinstance(decode_image(content), list)
