"""``cho40 feed``: read feeds without a database."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="Đọc dữ liệu thanh toán. / Payment feeds.", no_args_is_help=True)

EXIT_STATUS = {"accept": 0, "quarantine_rows": 3, "unsupported_provider": 3, "reject_file": 4}
"""Exit status by what became of a file; of several files the worst decides."""

FAULTS = "faults/FAULTS.jsonl"

Line = dict[str, dict[str, Any]]


@app.command("read")
def read(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, metavar="FILE…")],
    provider: Annotated[
        str, typer.Option(help="Nhà cung cấp; để trống = nhận dạng. / Empty = recognise.")
    ] = "",
    account: Annotated[
        str, typer.Option(help="Tài khoản tại nhà cung cấp. / Account at the provider.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line per fact.")] = False,
) -> None:
    """Đọc thử tệp, chưa ghi gì. / Say what is in files; exit 3: rows wait, 4: a file is refused."""
    from reconciliation.feeds.catalogue import READERS

    if provider and provider not in READERS:
        raise typer.BadParameter(
            f"no reader for {provider!r}; known: {', '.join(READERS)}", param_hint="--provider"
        )
    lines = (line for path in files for line in _read_file(path, provider, account))
    raise typer.Exit(_print(lines, as_json=as_json))


@app.command("conform")
def conform(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, metavar="DIR")],
    _as_json: Annotated[
        bool, typer.Option("--json", help="Always so; taken to be like the other commands.")
    ] = True,
    *,
    is_checked: Annotated[
        bool,
        typer.Option(
            "--check",
            help="So với EXPECTED_*.jsonl và FAULTS.jsonl; mã 1: có khác. / Compare with both; exit 1: they differ.",
        ),
    ] = False,
) -> None:
    """Đọc cả thư mục mẫu để so với EXPECTED. / Read a folder of samples; JSON lines to compare."""
    from reconciliation.feeds.conform import Samples, fault_lines
    from reconciliation.feeds.conform import conform as lines_of

    samples = Samples(
        manifest=_index(folder, "MANIFEST.jsonl"),
        keys=_index(folder, "KEYS.json"),
        config=_index(folder, "CONFIG.json"),
        load=lambda name: (folder / name).read_bytes(),
        faults=_index(folder, FAULTS) if (folder / FAULTS).is_file() else (),
    )
    named = [entry["file"] for entry in (*samples.manifest, *samples.faults)]
    missing = [file for file in named if not (folder / file).is_file()]
    if missing:
        raise typer.BadParameter(f"the index files name missing files: {', '.join(missing)}")
    if is_checked:
        raise typer.Exit(_check(folder, lines_of(samples), fault_lines(samples), samples.faults))
    status = _print(lines_of(samples), as_json=True)
    _print(fault_lines(samples), as_json=True)  # refused as they must be: no fault of the folder
    raise typer.Exit(status)


def _check(
    folder: Path, lines: Iterator[Line], faults: Iterator[Line], expected_faults: Any
) -> int:
    """Print what is not as the folder expects it; return the exit status."""
    from reconciliation.feeds.conformity import EXPECTED, compare

    found = compare(
        lines,
        faults,
        expected={
            name: _index(folder, name) for name in EXPECTED.values() if (folder / name).is_file()
        },
        expected_faults=expected_faults,
    )
    for one in found.differences:
        if one.is_missing or one.is_unexpected:
            typer.echo(f"{one.golden}: {one.name}: {'missing' if one.is_missing else 'unexpected'}")
        for field, (due, here) in one.fields.items():
            typer.echo(f"{one.golden}: {one.name}: {field}: expected {due!r}, found {here!r}")
    for name, count in found.compared.items():
        wrong = sum(one.golden == name for one in found.differences)
        typer.echo(f"{name}: {count} expected, {wrong} different", err=True)
    return 1 if found.differences else 0


@app.command("template")
def template(
    language: Annotated[str, typer.Option("--lang", help="vi | en")] = "vi",
    is_filled: Annotated[
        bool, typer.Option("--example", help="Điền sẵn hai dòng mẫu. / With two rows as example.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Tệp ghi ra. / File to write.", dir_okay=False)
    ] = None,
) -> None:
    """Mẫu sao kê chung cho nơi chưa có mẫu riêng. / The form for providers without a reader."""
    from reconciliation.feeds.providers.generic import LANGUAGES
    from reconciliation.feeds.providers.generic import template as form

    if language not in LANGUAGES:
        raise typer.BadParameter(f"one of {', '.join(LANGUAGES)}", param_hint="--lang")
    text = form(language, is_filled=is_filled)
    if out is None:
        typer.echo(text, nl=False)
        return
    # The mark is what makes spreadsheet programs read the letters right.
    out.write_bytes(text.encode("utf-8-sig"))
    typer.echo(str(out))


def _read_file(path: Path, provider: str, account: str) -> Iterator[Line]:
    from reconciliation.feeds.catalogue import READERS, ReadContext, identify, usual_channel
    from reconciliation.feeds.rendering import file_line, reading_lines

    content = path.read_bytes()
    reader = READERS[provider] if provider else identify(content, path.name)
    if reader is None:
        yield file_line(str(path), "reject_file", _why_unknown(content))
        return
    context = ReadContext(
        account=account or None,
        name=path.name,
        channel=usual_channel(reader.provider, content),
        bytes_max=None,
    )
    yield from reading_lines(str(path), reader.read(content, context=context))


def _why_unknown(content: bytes) -> str:
    """Return why no reader took the bytes: what is wrong with them, else their header."""
    from reconciliation.feeds.reading.json_body import is_json, read_json
    from reconciliation.feeds.reading.refusal import FileRefused
    from reconciliation.feeds.reading.tabular import open_tables

    try:
        if is_json(content):
            read_json(content)
        else:
            open_tables(content, ())
    except FileRefused as refusal:
        return refusal.reason
    return "schema"


def _index(folder: Path, name: str) -> Any:
    try:
        text = (folder / name).read_text(encoding="utf-8")
        if name.endswith(".jsonl"):
            return [json.loads(line) for line in text.split("\n") if line.strip()]
        return json.loads(text)
    except (OSError, ValueError) as failure:
        raise typer.BadParameter(f"{folder / name}: {failure}", param_hint="DIR") from failure


def _print(lines: Iterator[Line], *, as_json: bool) -> int:
    """Print the lines, or in words one line per file, and return the exit status."""
    status, counts = 0, {"record": 0, "statement": 0, "reject": 0}
    for line in lines:
        ((kind, facts),) = line.items()
        if kind in counts:
            counts[kind] += 1
        if as_json:
            typer.echo(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
        if kind == "file":
            status = max(status, EXIT_STATUS[facts["action"]])
            if not as_json:
                typer.echo(_sentence(facts, counts))
            counts = dict.fromkeys(counts, 0)
    return status


def _sentence(facts: dict[str, Any], counts: dict[str, int]) -> str:
    reason = f" ({facts['reason']})" if facts["reason"] else ""
    return (
        f"{facts['file']}: {facts['action']}{reason}, {counts['record']} records, "
        f"{counts['statement']} statements, {counts['reject']} rejects"
    )
