"""``cho40 qr``: the doors for payloads and photos, used as people and machines use them."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from market.cli import main
from qr.picture import symbol_png
from qr.scan import decode_image
from qr.symbol import draw_symbol
from tests.qr.payloads import payload
from tests.qr.test_vectors import VECTORS, VECTORS_PATH

REQUEST = {
    "bin": "970436",
    "account": "0011012345678",
    "merchant_name": "Bà Tư Hải Sản",
    "merchant_city": "Đà Nẵng",
}


PHOTO = symbol_png(draw_symbol(payload()))


class Cho40:
    """Runs the command in this process; ``out`` and ``err`` hold what it printed, ``status`` its exit."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        self._monkeypatch = monkeypatch
        self._captured = capfdbinary
        self.out = self.err = ""
        self.status: int | str | None = None

    def __call__(self, *arguments: str | Path, stdin: bytes = b"") -> "Cho40":
        self._monkeypatch.setattr(sys, "argv", ["cho40", "qr", *map(str, arguments)])
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main()
        sys.stdout.flush()
        self.status = ended.value.code
        out, err = self._captured.readouterr()
        self.out, self.err = out.decode("utf-8"), err.decode("utf-8")
        return self

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def cho40(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Cho40:
    return Cho40(monkeypatch, capfdbinary)


def lines_of(*entries: dict[str, Any] | bytes) -> bytes:
    return b"\n".join(
        entry if isinstance(entry, bytes) else json.dumps(entry).encode() for entry in entries
    )


def test_all_vectors_are_judged_rightly_by_the_installed_command() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "market", "qr", "check", VECTORS_PATH],
        capture_output=True,
        check=True,
    )

    judged = [json.loads(line) for line in ran.stdout.decode("utf-8").split("\n") if line]
    assert [(j["id"], j["valid"], j["fields"]) for j in judged] == [
        (vector["id"], vector["valid"], vector["fields"]) for vector in VECTORS
    ]
    assert all(bool(j["errors"]) is not j["valid"] for j in judged)


def test_check_reads_stdin_and_says_what_is_wrong(cho40: Cho40) -> None:
    ran = cho40("check", "-", stdin=lines_of({"id": 7, "payload": payload({"54": "0"})}))

    assert ran.status == 0
    assert ran.lines == [
        {
            "id": 7,
            "valid": False,
            "errors": ["F13 54: is '0', must be digits with at most one '.' and not zero"],
            "deviations": ["D9 01: is '11' (many payments) although 54 gives an amount"],
            "fields": ran.lines[0]["fields"],
        }
    ]


def test_check_answers_in_vietnamese_on_request(cho40: Cho40) -> None:
    ran = cho40("check", "--lang", "vi", "-", stdin=lines_of({"id": 1, "payload": ""}))

    assert ran.lines[0]["errors"] == ["F1 payload: không có ký tự nào"]


@pytest.mark.parametrize(
    ("options", "standard", "is_valid"),
    [
        ([], {}, True),
        ([], {"standard": "VietQR"}, True),
        ([], {"standard": "VietQR (profile required)"}, False),
        (["--require-vietqr"], {}, False),
    ],
)
def test_vietqr_is_required_by_a_line_or_by_the_option(
    options: list[str], standard: dict[str, str], is_valid: bool, cho40: Cho40
) -> None:
    entry = {"id": "x", "payload": payload({"38": "0003abc"}), **standard}

    assert cho40("check", *options, "-", stdin=lines_of(entry)).lines[0]["valid"] is is_valid


def test_an_unreadable_line_is_named_and_the_others_are_judged(
    cho40: Cho40, tmp_path: Path
) -> None:
    good = {"id": "good", "payload": payload()}
    file = tmp_path / "codes.jsonl"
    file.write_bytes(
        b"\xef\xbb\xbf"
        + lines_of(
            good,
            b"{broken",
            b"",
            b"  \r",
            b"[1]",
            {"payload": payload()},
            {"id": "none"},
            {"id": "number", "payload": 5},
            {"id": "null", "payload": None},
            b'{"id": "\xff"}',
            b"[" * 100_000,
            b"[" * 1_000_000,
            b'{"id": ' + b"9" * 5000 + b"}",
            b"null",
            good,
        )
    )

    ran = cho40("check", file)

    assert ran.status == 3
    assert [line["id"] for line in ran.lines] == ["good", "good"]
    said = ran.err.splitlines()
    assert said[:7] == [
        (
            "cho40: codes.jsonl line 2: not JSON at character 2: "
            "Expecting property name enclosed in double quotes"
        ),
        "cho40: codes.jsonl line 5: is a list, must be a JSON object",
        "cho40: codes.jsonl line 6: field 'id' is missing",
        "cho40: codes.jsonl line 7: field 'payload' is missing",
        "cho40: codes.jsonl line 8: field 'payload' is a int, must be text",
        "cho40: codes.jsonl line 9: field 'payload' is null, must be text",
        "cho40: codes.jsonl line 10: not UTF-8 at byte 9",
    ]
    assert [line.split(":")[1:3] for line in said[7:]] == [
        [" codes.jsonl line 11", " not readable JSON"],
        [" codes.jsonl line 12", " is longer than 262144 bytes"],
        [" codes.jsonl line 13", " not readable JSON"],
        [" codes.jsonl line 14", " is null, must be a JSON object"],
    ]


def test_check_survives_half_a_surrogate_pair_and_odd_line_ends(cho40: Cho40) -> None:
    stdin = lines_of(
        {"id": "\u2028", "payload": "\ud800"}, b'{"id":"\xe2\x80\xa8","payload":"\\u0085"}'
    )

    ran = cho40("check", "-", stdin=stdin)

    assert ran.status == 0
    assert [json.loads(line)["id"] for line in ran.out.split("\n") if line] == ["\u2028", "\u2028"]


def test_check_of_a_missing_file_is_a_usage_error(cho40: Cho40, tmp_path: Path) -> None:
    ran = cho40("check", tmp_path / "absent.jsonl")

    assert ran.status == 2
    assert "absent.jsonl" in ran.err


def test_make_writes_a_payload(cho40: Cho40) -> None:
    ran = cho40("make", "--json", stdin=json.dumps(REQUEST | {"amount_vnd": 50_000}).encode())

    assert ran.status == 0
    (line,) = ran.lines
    assert line["payload"].startswith("00020101021238570010A000000727")


def test_make_without_json_prints_the_bare_payload(cho40: Cho40) -> None:
    ran = cho40("make", stdin=json.dumps(REQUEST | {"amount_vnd": None}).encode())

    assert ran.out.startswith("00020101021138570010A000000727")


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"", "stdin: is not JSON: Expecting value: line 1 column 1 (char 0)\n"),
        (b"\xff", "stdin: is not JSON: "),
        (b"[" * 50_000, "stdin: is not JSON: "),
        (b"[" * 100_000, "stdin: holds more than 65536 bytes\n"),
        (b"[]", "stdin: is a list, must be a JSON object\n"),
        (b"null", "stdin: is null, must be a JSON object\n"),
        (b'{"bin": "970436", "bin": "970405"}', "bin: is given more than once\n"),
        (
            json.dumps(REQUEST | {"amount": 5}).encode(),
            "amount: is no field of a request; those are bin,",
        ),
        (
            json.dumps({**REQUEST, "amount_vnd": 50000.0}).encode(),
            "amount_vnd: is 50000.0 (float), must be a plain int\n",
        ),
        (
            json.dumps({**REQUEST, "amount_vnd": "50.000"}).encode(),
            "amount_vnd: is '50.000' (str)",
        ),
        (
            json.dumps({**REQUEST, "bin": "999999"}).encode(),
            "bin: '999999' is not in the participant table\n",
        ),
        (json.dumps({"bin": "970436"}).encode(), "account: is missing\n"),
    ],
)
def test_make_refuses_in_one_line_that_names_the_field(
    stdin: bytes, message: str, cho40: Cho40
) -> None:
    ran = cho40("make", "--json", stdin=stdin)

    assert ran.status == 1
    assert ran.out == ""
    assert f" / {message}" in ran.err
    assert ran.err.startswith("cho40: ")
    assert ran.err.count("\n") == 1


def test_scan_reads_and_judges_the_codes_of_a_photo(cho40: Cho40, tmp_path: Path) -> None:
    photo = tmp_path / "stall.png"
    photo.write_bytes(PHOTO)

    ran = cho40("scan", photo, "--json")

    assert ran.status == 0
    (line,) = ran.lines
    assert line["file"] == str(photo)
    assert [(code["payload"], code["valid"]) for code in line["codes"]] == [(payload(), True)]


def test_scan_tells_pictures_without_codes_and_files_that_are_no_pictures(
    cho40: Cho40, tmp_path: Path
) -> None:
    from PIL import Image

    good, empty, text = tmp_path / "good.png", tmp_path / "empty.png", tmp_path / "text.png"
    good.write_bytes(PHOTO)
    Image.new("L", (100, 100), 255).save(empty)
    text.write_text("no picture")

    ran = cho40("scan", good, empty, text, "--json")

    assert ran.status == 3
    assert [(Path(line["file"]).name, len(line["codes"])) for line in ran.lines] == [
        ("good.png", 1),
        ("empty.png", 0),
        ("text.png", 0),
    ]
    assert [line.get("error") for line in ran.lines[1:]] == [
        ("không đọc được ảnh: không thấy mã QR nào; chụp lại đủ sáng, thẳng, mã chiếm nửa ảnh"),
        "không đọc được ảnh: tệp này không phải ảnh JPEG, PNG hay WebP",
    ]
    assert f"cho40: {text}: không đọc được ảnh" in ran.err


def test_scan_speaks_to_people_too(cho40: Cho40, tmp_path: Path) -> None:
    import segno
    from PIL import Image

    good, bad, empty, text = (tmp_path / f"{name}.png" for name in ("good", "bad", "empty", "text"))
    good.write_bytes(PHOTO)
    segno.make_qr("hello").save(str(bad), scale=4)
    Image.new("L", (100, 100), 255).save(empty)
    text.write_text("no picture")

    ran = cho40("scan", good, bad, empty, text, "--lang", "en")

    assert ran.status == 3
    assert ran.out.splitlines() == [
        f"{good}: '{payload()}': đọc được / valid",
        (
            f"{bad}: 'hello': F2 payload: ends with 'hello', not with 6304 and four hex digits; "
            "F4 payload: ID 'he' at character 0 is not two digits 0-9"
        ),
    ]
    assert ran.err.splitlines() == [
        f"cho40: {empty}: picture not readable: it shows no QR code",
        f"cho40: {text}: picture not readable: it is no JPEG, PNG or WebP",
    ]


def test_judging_payloads_loads_no_drawing_library() -> None:
    script = (
        "import sys; import market.cli, qr.payload, qr.poster, qr.rules, qr.serial, qr.wrappers; "
        "print({'segno', 'typst', 'PIL', 'zxingcpp', 'numpy', 'pandas'} & set(sys.modules))"
    )

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert ran.stdout == "set()\n"


def test_scan_tells_who_is_paid_how_much_and_whose_network_it_is(
    cho40: Cho40, tmp_path: Path
) -> None:
    photo = tmp_path / "stall.png"
    photo.write_bytes(PHOTO)

    (line,) = cho40("scan", photo, "--json").lines

    (code,) = line["codes"]
    assert code["networks"] == ["vietqr"]
    assert code["amount_vnd"] is None
    assert code["beneficiary"] == {
        "bin": "970436",
        "bank": "Vietcombank",
        "account": "0000000001",
        "service": "QRIBFTTA",
    }


def test_a_picture_of_fifty_megabytes_is_refused_unread(cho40: Cho40, tmp_path: Path) -> None:
    photo = tmp_path / "huge.png"
    with photo.open("wb") as file:
        file.truncate(50 * 1024 * 1024)

    ran = cho40("scan", photo)

    assert ran.status == 3
    assert ran.err == (
        f"cho40: {photo}: không đọc được ảnh: ảnh nặng 50.0 MB, nhận nhiều nhất 20 MB\n"
    )


@pytest.mark.parametrize("by_stdin", [True, False])
def test_read_tells_people_who_is_paid(by_stdin: bool, cho40: Cho40) -> None:
    text = payload({"01": "12", "54": "85000"})

    ran = cho40("read", stdin=text.encode() + b"\r\n") if by_stdin else cho40("read", text)

    assert ran.status == 0
    assert ran.out.splitlines() == [
        "Đọc được. / Valid.",
        "  Vietcombank (970436), 0000000001, QRIBFTTA",
        "  vietqr",
        "  85.000 ₫",
    ]


def test_read_tells_what_is_wrong_and_ends_with_one(cho40: Cho40) -> None:
    ran = cho40("read", payload({"54": "0"}), "--json")

    assert ran.status == 1
    (line,) = ran.lines
    assert line["errors"] == ["F13 54: là '0', phải là chữ số, nhiều nhất một dấu '.', và khác 0"]
    assert (line["beneficiary"], line["amount_vnd"]) == (None, None)


def test_read_asks_for_vietqr_and_undoes_a_deep_link(cho40: Cho40) -> None:
    link = payload({"59": "BA TU"}).replace(" ", "%20")
    other = payload({"38": "0003abc"})

    assert cho40("read", link, "--json").lines[0]["payload"] == payload({"59": "BA TU"})
    assert cho40("read", other).status == 0
    assert "F19" in cho40("read", "--require-vietqr", other).out


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"x" * 70_000, "cho40: đầu vào: dài hơn 65536 byte / stdin: holds more than 65536 bytes"),
        (b"\xff", "cho40: đầu vào: không phải UTF-8 ở byte 1 / stdin: is not UTF-8 at byte 1"),
    ],
)
def test_read_refuses_what_is_no_text_of_a_code(stdin: bytes, message: str, cho40: Cho40) -> None:
    ran = cho40("read", "-", stdin=stdin)

    assert (ran.status, ran.err.strip()) == (1, message)


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_draw_writes_the_very_payload_in_its_printed_size(
    kind: str, cho40: Cho40, tmp_path: Path
) -> None:
    out = tmp_path / f"ma.{kind}"

    ran = cho40("draw", payload(), "--out", out, "--format", kind, "--code-mm", "75", "--json")

    assert ran.status == 0
    assert ran.lines == [
        {
            "file": str(out),
            "bytes": out.stat().st_size,
            "version": 7,
            "modules": 45,
            "module_mm": 1.667,
            "width_mm": 88.3,
            "reach_mm": {"measured": 1155, "bright": 770, "dim": 578},
        }
    ]
    if kind == "png":
        assert decode_image(out.read_bytes()) == [payload()]
    else:
        assert 'width="88.333mm" height="88.333mm" viewBox="0 0 53 53"' in out.read_text()


def test_draw_tells_the_printer_what_comes_out(cho40: Cho40, tmp_path: Path) -> None:
    ran = cho40("draw", "-", "--out", tmp_path / "ma.svg", stdin=payload().encode())

    assert "phiên bản 7, 45 × 45 ô, mỗi ô 2.22 mm, in rộng 117.8 mm kể cả lề trắng" in ran.out
    assert "quét được từ 1.03 m ngoài sáng, 0.77 m chỗ tối" in ran.out


@pytest.mark.parametrize(
    ("text", "code_mm", "message"),
    [
        ("momo://pay", "100", "không dùng lại được mã này: F2 payload"),
        (payload(), "15", "mã rộng 15 mm nhận nhiều nhất 0 byte"),
        (payload({"62": "0899" + "x" * 95}), "100", "không dùng lại được mã này: F6"),
    ],
)
def test_draw_refuses_what_is_no_payment_code_or_too_fine(
    text: str, code_mm: str, message: str, cho40: Cho40, tmp_path: Path
) -> None:
    out = tmp_path / "ma.svg"

    ran = cho40("draw", text, "--out", out, "--code-mm", code_mm)

    assert ran.status == 1
    assert message in ran.err
    assert ran.err.count("\n") == 1
    assert not out.exists()


def test_rules_are_listed_for_people_and_machines(cho40: Cho40) -> None:
    lines = cho40("rules", "--json").lines

    assert [line["code"] for line in lines] == [
        *(f"F{n}" for n in range(1, 20)),
        *(f"D{n}" for n in range(1, 10)),
    ]
    assert lines[8] == {
        "code": "F9",
        "fatal": True,
        "title_vi": "một trường xuất hiện hai lần",
        "title_en": "the same ID twice",
        "facts": ["repeated"],
    }
    assert "F9  một trường xuất hiện hai lần / the same ID twice" in cho40("rules").out
