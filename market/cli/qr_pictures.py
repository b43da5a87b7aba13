"""``cho40 qr scan`` and ``cho40 qr draw``: codes out of pictures, and one payload as a picture."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from market.cli.qr_verdicts import Language, described, print_json, refusal_in

EXIT_SOME_REJECTED = 3
PAYLOAD_BYTES_READ_MAX = 64 * 1024
CODE_MM = 100.0
"""The code of a stall poster on A5."""

Tongue = Annotated[
    Language, typer.Option("--lang", help="Ngôn ngữ câu báo. / Language of what is said.")
]
Kind = Literal["svg", "png"]


def register(app: typer.Typer) -> None:
    """Add the commands to a group."""
    app.command("scan")(scan)
    app.command("draw")(draw)


def scan(
    images: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, metavar="IMAGE…")],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Một dòng JSON mỗi ảnh. / One JSON line per picture.")
    ] = False,
    language: Tongue = Language.VI,
) -> None:
    """Đọc mọi mã QR trong ảnh và xét từng mã. / Read every QR code in photos and judge it.

    JPEG, PNG, WebP up to 20 MB. Exit status 3: a picture shows no code or is refused.
    """
    findings = [_scanned(path, language) for path in images]
    for found in findings:
        if as_json:
            print_json(found)
        else:
            _print_found(found)
    if not all(found["codes"] for found in findings):
        raise typer.Exit(EXIT_SOME_REJECTED)


def draw(
    out: Annotated[
        Path, typer.Option("--out", dir_okay=False, help="Tệp ghi ra. / File to write.")
    ],
    payload: Annotated[
        str, typer.Argument(metavar="[PAYLOAD|-]", help="- = đọc từ đầu vào. / - = from stdin.")
    ] = "-",
    *,
    kind: Annotated[Kind, typer.Option("--format", help="svg, png.")] = "svg",
    code_mm: Annotated[
        float,
        typer.Option(
            min=15, max=300, help="Bề rộng phần mã khi in, mm. / Width of the modules in print."
        ),
    ] = CODE_MM,
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """Vẽ đúng nội dung này thành mã QR. / Draw this very payload as a QR code, read back first.

    A vendor's own wallet code is printed again unchanged; what has fatal errors is not drawn.
    """
    from qr.picture import symbol_png, symbol_svg
    from qr.reach import draw_symbol_for, reach_of
    from qr.wrappers import import_code

    code = import_code(payload_of(payload))
    symbol = draw_symbol_for(code.payload, code_mm=code_mm)
    reach = reach_of(symbol, code_mm=code_mm)
    if kind == "png":
        content = symbol_png(symbol, module_mm=reach.module_mm)
    else:
        content = symbol_svg(symbol, module_mm=reach.module_mm).encode("utf-8")
    out.write_bytes(content)
    told = {
        "file": str(out),
        "bytes": len(content),
        "version": symbol.version,
        "modules": symbol.modules,
        "module_mm": round(reach.module_mm, 3),
        "width_mm": round(reach.module_mm * (symbol.modules + 8), 1),
        "reach_mm": {
            "measured": round(reach.measured_mm),
            "bright": round(reach.bright_mm),
            "dim": round(reach.dim_mm),
        },
    }
    if as_json:
        print_json(told)
        return
    typer.echo(
        f"{out}: phiên bản {symbol.version}, {symbol.modules} × {symbol.modules} ô, "
        f"mỗi ô {reach.module_mm:.2f} mm, in rộng {told['width_mm']} mm kể cả lề trắng; "
        f"quét được từ {reach.bright_mm / 1000:.2f} m ngoài sáng, {reach.dim_mm / 1000:.2f} m chỗ tối"
    )


def payload_of(argument: str) -> str:
    """Return the payload of a command: the argument, or stdin without its line end when it is ``-``.

    Raises:
        PayloadRefused: stdin is longer than any payload, or no UTF-8.
    """
    from qr.refusals import payload_refused

    if argument != "-":
        return argument
    content = sys.stdin.buffer.read(PAYLOAD_BYTES_READ_MAX + 1)
    if len(content) > PAYLOAD_BYTES_READ_MAX:
        raise payload_refused("stdin", "too-long", limit=PAYLOAD_BYTES_READ_MAX)
    try:
        return content.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as broken:
        raise payload_refused("stdin", "no-utf8", place=broken.start + 1) from broken


def _scanned(path: Path, language: Language) -> dict[str, Any]:
    from qr.errors import ImageRefused
    from qr.payload import read_payload
    from qr.scan import check_image_bytes, decode_photo

    try:
        check_image_bytes(path.stat().st_size)
        payloads = decode_photo(path.read_bytes())
    except ImageRefused as refused:
        told = refusal_in(refused, language)
        print(f"cho40: {path}: {told}", file=sys.stderr)
        return {"file": str(path), "codes": [], "error": told}
    codes = [
        {"payload": payload, **described(read_payload(payload), language)} for payload in payloads
    ]
    return {"file": str(path), "codes": codes}


def _print_found(found: dict[str, Any]) -> None:
    for code in found["codes"]:
        verdict = "; ".join(code["errors"]) or "đọc được / valid"
        typer.echo(f"{found['file']}: {code['payload']!r}: {verdict}")
