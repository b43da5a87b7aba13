"""``cho40 qr``: judge payloads, write one, read codes from pictures. No database."""

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

if TYPE_CHECKING:
    from qr.payload import PayloadReading, TransferRequest

app = typer.Typer(help="Mã QR thanh toán. / Payment QR codes.", no_args_is_help=True)

EXIT_SOME_REJECTED = 3
PROFILE_REQUIRED = "VietQR (profile required)"
"""A line's ``standard`` that asks for rule F19: a payload without VietQR is rejected."""


class Language(StrEnum):
    """Language of the findings' sentences; their codes are the same in both."""

    VI = "vi"
    EN = "en"


class _BadLine(Exception):
    """A line of input that cannot be judged."""


@app.command("check")
def check(
    file: Annotated[typer.FileBinaryRead, typer.Argument(metavar="FILE.jsonl|-")],
    require_vietqr: Annotated[
        bool, typer.Option(help="Chỉ nhận VietQR (F19). / Reject what is not VietQR (F19).")
    ] = False,
    language: Annotated[
        Language, typer.Option("--lang", help="Ngôn ngữ câu báo. / Language of the findings.")
    ] = Language.EN,
    _as_json: Annotated[
        bool, typer.Option("--json", help="Always so; taken to be like the other commands.")
    ] = True,
) -> None:
    """Judge payloads: reads lines of {"id", "payload"}, prints {"id", "valid", "errors", "deviations", "fields"}.

    Exit status 0: every line was judged, whatever the verdict. 3: a line could not be read.
    """
    rejected = 0
    for number, line in _filled_lines(file):
        try:
            verdict = _verdict(line, require_vietqr=require_vietqr, language=language)
        except _BadLine as bad:
            rejected += 1
            print(f"cho40: {Path(file.name).name} line {number}: {bad}", file=sys.stderr)
        else:
            _print_json(verdict)
    if rejected:
        raise typer.Exit(EXIT_SOME_REJECTED)


@app.command("make")
def make(
    as_json: Annotated[
        bool, typer.Option("--json", help='Print {"payload": …} instead of the bare payload.')
    ] = False,
) -> None:
    """Write a payload from a JSON object on stdin.

    Fields: bin, account, merchant_name, merchant_city; optional amount_vnd, purpose, store_label,
    terminal_label, service, mcc, bank_name. Exit status 1: a field is refused, and named.
    """
    from qr.payload import write_payload

    payload = write_payload(_request(sys.stdin.buffer.read()))
    if as_json:
        _print_json({"payload": payload})
    else:
        typer.echo(payload)


@app.command("scan")
def scan(
    images: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, metavar="IMAGE…")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line per picture.")] = False,
) -> None:
    """Read every QR code in photos and judge it. Exit status 3: a picture shows none or is unreadable."""
    findings = [_scanned(path) for path in images]
    for found in findings:
        if as_json:
            _print_json(found)
        else:
            _print_found(found)
    if not all(found["codes"] for found in findings):
        raise typer.Exit(EXIT_SOME_REJECTED)


def _filled_lines(lines: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the number and content of each line that is not blank.

    Split at line feeds only: a payload may hold other characters that text readers split at.
    """
    for number, line in enumerate(lines, start=1):
        content = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if content.strip():
            yield number, content


def _verdict(line: bytes, *, require_vietqr: bool, language: Language) -> dict[str, Any]:
    from qr.payload import read_payload

    entry = _json_object(line)
    for field in ("id", "payload"):
        if field not in entry:
            raise _BadLine(f"field {field!r} is missing")
    if not isinstance(entry["payload"], str):
        raise _BadLine(f"field 'payload' is {_kind(entry['payload'])}, must be text")
    is_required = require_vietqr or entry.get("standard") == PROFILE_REQUIRED
    reading = read_payload(entry["payload"], require_vietqr=is_required)
    return {"id": entry["id"], **_judged(reading, language)}


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as broken:
        raise _BadLine(f"not UTF-8 at byte {broken.start + 1}") from broken
    except json.JSONDecodeError as broken:
        raise _BadLine(f"not JSON at character {broken.pos + 1}: {broken.msg}") from broken
    except (ValueError, RecursionError) as broken:
        raise _BadLine(f"not readable JSON: {broken}") from broken
    if not isinstance(entry, dict):
        raise _BadLine(f"is {_kind(entry)}, must be a JSON object")
    return entry


def _kind(value: object) -> str:
    return "null" if value is None else f"a {type(value).__name__}"


def _judged(reading: "PayloadReading", language: Language) -> dict[str, Any]:
    def sentence(each: Any) -> str:
        text = each.message_vi if language is Language.VI else each.message
        return f"{each.code} {each.path}: {text}"

    return {
        "valid": reading.is_valid,
        "errors": [sentence(each) for each in reading.errors],
        "deviations": [sentence(each) for each in reading.deviations],
        "fields": reading.fields,
    }


@app.command("banks")
def banks(
    text: Annotated[str, typer.Argument(metavar="[NAME]", help="Tên, BIN; trống = tất cả.")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False,
) -> None:
    """Ngân hàng, ví nhận VietQR, và bản đang dùng. / Participants, and which table is in use."""
    from dataclasses import asdict

    from qr.participants import find_participant, participants, participants_sha256

    found = [find_participant(text)] if text else list(participants().values())
    if as_json:
        _print_json({"sha256": participants_sha256(), "participants": len(participants())})
        for participant in found:
            _print_json(asdict(participant))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("BIN", "Tên", "Tên đầy đủ", "Loại", "Tình trạng")
    for one in found:
        table.add_row(one.bin, one.short_name, one.full_name, one.kind, one.status)
    Console().print(table)
    typer.echo(f"participants.csv, SHA-256 {participants_sha256()}, {len(participants())} đơn vị")


def _request(content: bytes) -> "TransferRequest":
    """Return the request in a JSON object; what is missing, unknown or doubled is named."""
    from dataclasses import MISSING, fields

    from qr.errors import PayloadRefused
    from qr.payload import TransferRequest

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        doubled = next((name for name in names if names.count(name) > 1), None)
        if doubled is not None:
            raise PayloadRefused(doubled, "is given more than once")
        return dict(pairs)

    try:
        values = json.loads(content, object_pairs_hook=once)
    except (ValueError, RecursionError) as broken:
        raise PayloadRefused("stdin", f"is not JSON: {broken}") from broken
    if not isinstance(values, dict):
        raise PayloadRefused("stdin", f"is {_kind(values)}, must be a JSON object")
    known = {field.name: field for field in fields(TransferRequest)}
    for name in values:
        if name not in known:
            raise PayloadRefused(name, f"is no field of a request; those are {', '.join(known)}")
    for name, field in known.items():
        if field.default is MISSING and name not in values:
            raise PayloadRefused(name, "is missing")
    return TransferRequest(**values)


def _scanned(path: Path) -> dict[str, Any]:
    from qr.errors import ImageRefused
    from qr.payload import read_payload
    from qr.scan import decode_image

    try:
        payloads = decode_image(path.read_bytes())
    except ImageRefused as refused:
        print(f"cho40: {path}: {refused}", file=sys.stderr)
        return {"file": str(path), "codes": [], "error": str(refused)}
    codes = [
        {"payload": payload, **_judged(read_payload(payload), Language.EN)} for payload in payloads
    ]
    return {"file": str(path), "codes": codes}


def _print_found(found: dict[str, Any]) -> None:
    for code in found["codes"]:
        verdict = "valid" if code["valid"] else "; ".join(code["errors"])
        typer.echo(f"{found['file']}: {code['payload']!r}: {verdict}")
    if not found["codes"] and "error" not in found:
        typer.echo(f"{found['file']}: no QR code")


def _print_json(value: dict[str, Any]) -> None:
    """Print one line in UTF-8; half a surrogate pair, which UTF-8 cannot carry, as a JSON escape."""
    line = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")
    typer.echo(line)
