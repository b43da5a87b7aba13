"""``cho40 qr``: judge payloads, write one, read codes from pictures, draw them. No database."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from market.cli import qr_pictures
from market.cli.qr_verdicts import Language, described, judged, print_json, tell

if TYPE_CHECKING:
    from qr.payload import TransferRequest

app = typer.Typer(help="Mã QR thanh toán. / Payment QR codes.", no_args_is_help=True)

EXIT_SOME_REJECTED = 3
PROFILE_REQUIRED = "VietQR (profile required)"
"""A line's ``standard`` that asks for rule F19: a payload without VietQR is rejected."""


LINE_BYTES_MAX = 256 * 1024
"""No line of a payload and what belongs to it is longer."""
REQUEST_BYTES_MAX = 64 * 1024
EXIT_REFUSED = 1


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
            print_json(verdict)
    if rejected:
        raise typer.Exit(EXIT_SOME_REJECTED)


@app.command("make")
def make(
    as_json: Annotated[
        bool, typer.Option("--json", help='In {"payload": …}. / Print {"payload": …}.')
    ] = False,
) -> None:
    """Tạo nội dung VietQR từ JSON ở đầu vào. / Write a payload from a JSON object on stdin.

    Fields: bin, account, merchant_name, merchant_city; optional amount_vnd, purpose, bill_number,
    store_label, reference_label, terminal_label, service (QRIBFTTA, QRIBFTTC, QRPUSH), mcc,
    bank_name, with_accents. Exit status 1: a field is refused, and named.
    """
    from qr.payload import write_payload

    payload = write_payload(_request(sys.stdin.buffer.read(REQUEST_BYTES_MAX + 1)))
    if as_json:
        print_json({"payload": payload})
    else:
        typer.echo(payload)


@app.command("read")
def read(
    payload: Annotated[
        str, typer.Argument(metavar="[PAYLOAD|-]", help="- = đọc từ đầu vào. / - = from stdin.")
    ] = "-",
    *,
    require_vietqr: Annotated[
        bool, typer.Option(help="Chỉ nhận VietQR (F19). / Reject what is not VietQR (F19).")
    ] = False,
    language: Annotated[
        Language, typer.Option("--lang", help="Ngôn ngữ câu báo. / Language of the findings.")
    ] = Language.VI,
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """Xét một nội dung mã: ai nhận tiền, bao nhiêu, sai ở đâu. / Judge one payload, tell who is paid.

    Exit status 1: it is rejected. A deep link's percent signs are undone when it reads only so.
    """
    from qr.payload import read_payload
    from qr.wrappers import read_linked_payload

    reading = read_linked_payload(qr_pictures.payload_of(payload))
    reading = read_payload(reading.text, require_vietqr=require_vietqr)
    told = {"payload": reading.text, **described(reading, language)}
    if as_json:
        print_json(told)
    else:
        tell(told)
    if not reading.is_valid:
        raise typer.Exit(EXIT_REFUSED)


@app.command("rules")
def rules(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False,
) -> None:
    """Các mã lỗi F1 đến F19 và điểm lệch D1 đến D9. / The codes of errors and deviations."""
    from qr.rules import RULES

    for rule in RULES.values():
        if as_json:
            print_json(
                {
                    "code": rule.code,
                    "fatal": rule.is_fatal,
                    "title_vi": rule.title_vi,
                    "title_en": rule.title,
                    "facts": list(rule.facts),
                }
            )
        else:
            typer.echo(f"{rule.code:<4}{rule.title_vi} / {rule.title}")


qr_pictures.register(app)


def _filled_lines(lines: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the number and content of each line that is not blank, one byte too much when too long.

    Split at line feeds only: a payload may hold other characters that text readers split at.
    """
    number = 0
    while line := lines.readline(LINE_BYTES_MAX + 1):
        number += 1
        rest = line
        while len(rest) > LINE_BYTES_MAX and not rest.endswith(b"\n"):
            rest = lines.readline(LINE_BYTES_MAX + 1)
        content = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if content.strip():
            yield number, content


def _verdict(line: bytes, *, require_vietqr: bool, language: Language) -> dict[str, Any]:
    from qr.payload import read_payload

    if len(line) > LINE_BYTES_MAX:
        raise _BadLine(f"is longer than {LINE_BYTES_MAX} bytes")
    entry = _json_object(line)
    for field in ("id", "payload"):
        if field not in entry:
            raise _BadLine(f"field {field!r} is missing")
    if not isinstance(entry["payload"], str):
        raise _BadLine(f"field 'payload' is {_kind(entry['payload'])}, must be text")
    is_required = require_vietqr or entry.get("standard") == PROFILE_REQUIRED
    reading = read_payload(entry["payload"], require_vietqr=is_required)
    return {"id": entry["id"], **judged(reading, language)}


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
        print_json({"sha256": participants_sha256(), "participants": len(participants())})
        for participant in found:
            print_json(asdict(participant))
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

    from qr.payload import TransferRequest
    from qr.refusals import payload_refused

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        doubled = next((name for name in names if names.count(name) > 1), None)
        if doubled is not None:
            raise payload_refused(doubled, "doubled")
        return dict(pairs)

    if len(content) > REQUEST_BYTES_MAX:
        raise payload_refused("stdin", "too-long", limit=REQUEST_BYTES_MAX)
    try:
        values = json.loads(content, object_pairs_hook=once)
    except (ValueError, RecursionError) as broken:
        raise payload_refused("stdin", "no-json", problem=broken) from broken
    if not isinstance(values, dict):
        raise payload_refused("stdin", "no-object", kind=_kind(values))
    known = {field.name: field for field in fields(TransferRequest)}
    for name in values:
        if name not in known:
            raise payload_refused(name, "unknown-field", fields=", ".join(known))
    for name, field in known.items():
        if field.default is MISSING and name not in values:
            raise payload_refused(name, "missing")
    return TransferRequest(**values)
