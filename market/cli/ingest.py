"""``cho40 feed ingest | poll | retry``: feeds into the database."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from market.cli.service import open_service
from market.clock import now

if TYPE_CHECKING:
    from rich.progress import Progress

    from reconciliation.intake.ingest import Incoming, IngestResult

AsJson = Annotated[
    bool, typer.Option("--json", help="Một dòng JSON mỗi tệp. / One JSON line each.")
]

FAILED, ROWS_WAIT, FILE_REFUSED = 1, 3, 4
GROUP_BYTES_MAX = 8 << 20
GROUP_FILES_MAX = 2000
LONG_LINES = 20_000
"""From so many lines on a second bar tells how far a file is."""
STDIN = Path("-")


def ingest(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…|-", help="Tệp; - là đầu vào chuẩn. / - is stdin.")
    ],
    provider: Annotated[str, typer.Option(help="stripe, sepay, casso, momo, bank_vcb, …")],
    account: Annotated[
        str, typer.Option(help="Tài khoản tại nhà cung cấp. / Account at the provider.")
    ] = "",
    mib_max: Annotated[
        int, typer.Option(min=1, max=4096, help="Tệp lớn nhất, MiB. / Largest file, MiB.")
    ] = 1024,
    as_json: AsJson = False,
) -> None:
    """Nạp tệp vào sổ. / Take files in; exit 3: some rows wait for a person, 4: a file is refused."""
    from market.channels import feed_rules
    from market.collector import coming_round_seldom
    from market.database import writing
    from reconciliation.feeds.catalogue import READERS
    from reconciliation.intake.ingest import ingest_many

    if provider not in READERS:
        raise typer.BadParameter(
            f"no reader for {provider!r}; known: {', '.join(READERS)}", param_hint="--provider"
        )
    for path in files:
        if path != STDIN and not path.is_file():
            raise typer.BadParameter(f"{path} is no file", param_hint="FILE")
    results: list[IngestResult] = []
    with open_service() as service, _progress() as progress, coming_round_seldom():
        rules = replace(feed_rules(service.settings), file_bytes_max=mib_max << 20)
        task = progress.add_task(provider, total=len(files))
        for group in _groups(files, provider, account):
            lines = sum(one.content.count(b"\n") for one in group)
            rows = progress.add_task("dòng / rows", total=lines, visible=lines > LONG_LINES)
            # One transaction for a group: what is killed in the middle leaves nothing of it.
            with writing(service.engine, is_durable=True) as session:
                results += ingest_many(
                    session,
                    service.store,
                    sealer=service.settings.sealer,
                    incoming=group,
                    now=now(),
                    rules=rules,
                    on_rows=lambda done, rows=rows: progress.update(rows, completed=done),  # type: ignore[misc]
                )
            progress.remove_task(rows)
            progress.advance(task, len(group))
    names = ["stdin" if path == STDIN else str(path) for path in files]
    _print_results(zip(names, results, strict=True), as_json=as_json)


def poll(
    name: Annotated[
        str | None, typer.Argument(metavar="stripe|gsma|mtn", help="Như --provider. / The same.")
    ] = None,
    provider: Annotated[str, typer.Option(help="stripe, gsma, mtn")] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Đọc lại từ đầu. / From the first row on.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Hỏi nguồn có gì mới, hỏi lại không ghi trùng. / Ask a provider's API what happened since."""
    from market.polling import POLLED
    from market.polling import poll as ask

    asked = provider or name or ""
    if asked not in POLLED:
        raise typer.BadParameter(f"{asked!r} has no API to poll; known: {', '.join(POLLED)}")
    names: list[str] = []
    with open_service() as service, _progress() as progress:
        if not POLLED[asked].account(service.settings):
            raise typer.BadParameter(f"{POLLED[asked].variable} names no account to poll")
        task = progress.add_task(asked, total=None)

        def show(name: str) -> None:
            names.append(name)
            progress.update(task, advance=1, description=f"{asked}: {name}")

        results = ask(
            service.engine,
            service.settings,
            asked,
            at=now(),
            everything=everything,
            on_page=lambda page: show(page.name),
        )
    _print_results(zip(names, results, strict=True), as_json=as_json)


def retry(as_json: AsJson = False) -> None:
    """Đọc lại lượt bị lỗi máy chủ. / Read again what our own fault stopped; exit 1: still fails."""
    from market.channels import feed_rules
    from market.database import writing
    from reconciliation.intake.ingest import retry_failed

    with open_service() as service, _progress() as progress, writing(service.engine) as session:
        task = progress.add_task("retry", total=None)
        results = retry_failed(
            session,
            service.store,
            sealer=service.settings.sealer,
            now=now(),
            rules=feed_rules(service.settings),
            on_progress=lambda done: progress.update(task, completed=done),
        )
    _print_results(((f"delivery {one.delivery_id}", one) for one in results), as_json=as_json)


def _groups(files: list[Path], provider: str, account: str) -> Iterator[list["Incoming"]]:
    """Yield the files read, few enough at a time to stay small in memory."""
    group: list[Incoming] = []
    size = 0
    for path in files:
        incoming = _incoming(path, provider, account)
        if group and (
            size + len(incoming.content) > GROUP_BYTES_MAX or len(group) == GROUP_FILES_MAX
        ):
            yield group
            group, size = [], 0
        group.append(incoming)
        size += len(incoming.content)
    if group:
        yield group


def _incoming(path: Path, provider: str, account: str) -> "Incoming":
    from reconciliation.feeds.catalogue import usual_channel
    from reconciliation.intake.ingest import Incoming
    from reconciliation.records import SignatureStatus

    content = sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
    return Incoming(
        provider=provider,
        content=content,
        channel=usual_channel(provider, content),
        name="stdin" if path == STDIN else path.name,
        account=account or None,
        received_at=now(),
        signature_status=SignatureStatus.NOT_CHECKED,
    )


def _progress() -> "Progress":
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def _print_results(results: Iterable[tuple[str, "IngestResult"]], *, as_json: bool) -> None:
    """Print one line per file and exit with the status of the worst."""
    worst = 0
    for name, result in results:
        worst = max(worst, _status(result), key=(0, ROWS_WAIT, FILE_REFUSED, FAILED).index)
        told = {"file": name, **asdict(result), "reason_vi": _why_vi(result)}
        typer.echo(
            json.dumps({"file": told}, ensure_ascii=False) if as_json else _sentence(name, result)
        )
    raise typer.Exit(worst)


def _status(result: "IngestResult") -> int:
    from reconciliation.tables import DeliveryState

    if result.state is DeliveryState.FAILED:
        return FAILED
    if result.state is DeliveryState.REJECTED:
        return FILE_REFUSED
    return ROWS_WAIT if result.rejected else 0


def _why_vi(result: "IngestResult") -> str:
    """Return in Vietnamese why rows wait or a file is refused; empty = there is no reason."""
    from market.i18n.feed_words import reasons_told

    return "; ".join(reasons_told(result.reason))


def _sentence(name: str, result: "IngestResult") -> str:
    from market.i18n.feed_words import STATES

    why = ": ".join(part for part in (result.reason, result.detail) if part)
    why_vi = _why_vi(result)
    return (
        f"{name}: {STATES[result.state]}{f' ({why_vi})' if why_vi else ''}, {result.new} mới, {result.repeated} lặp, "
        f"{result.revised} đổi, {result.rejected} giữ lại / "
        f"{result.state}{f' ({why})' if why else ''}, {result.new} new, "
        f"{result.repeated} repeated, {result.revised} revised, {result.rejected} rejected"
    )
