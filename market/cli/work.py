"""``cho40 work``: the worker that polls providers and closes days."""

from typing import Annotated

import typer


def work(
    once: Annotated[
        bool, typer.Option("--once", help="Chạy mỗi việc một lần rồi dừng. / Each job once.")
    ] = False,
) -> None:
    """Chạy việc định kỳ: hỏi nguồn tiền, chốt ngày, báo cáo. / The worker: polls, closes, reports."""
    import logging
    import os
    import socket
    import uuid

    from market.cli.context import open_database
    from market.schedule import run_forever, run_once

    settings, engine = open_database()
    holder = f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    if not once:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
        logging.getLogger("httpx").setLevel(logging.WARNING)
        run_forever(engine, settings, holder=holder)
        return
    reports = run_once(engine, settings, holder=holder)
    for report in reports:
        typer.echo(f"{report.job}: {report.state}: {report.told}", err=report.state == "failed")
    if any(report.state == "failed" for report in reports):
        raise typer.Exit(1)
