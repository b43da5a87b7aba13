"""The command ``cho40``: one file per group of commands, heavy imports inside the commands."""

import sys

import typer

from market.cli import (
    database,
    day,
    deliveries,
    demo,
    engine,
    feed,
    health,
    ingest,
    link,
    market,
    poster,
    qr,
    report,
    sandbox,
    serve,
    simulate,
    vendor,
    verify,
    work,
)

app = typer.Typer(
    name="cho40",
    help="Chợ 4.0: tiểu thương, mã VietQR, đối soát, báo cáo. / Vendors, VietQR, reconciliation.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def _root() -> None:
    """Keep sub-commands named even while there is only one."""


app.command("init")(database.init)
app.command("health")(health.health)
app.add_typer(market.app, name="market")
app.add_typer(vendor.app, name="vendor")
app.add_typer(poster.app, name="poster")
app.add_typer(feed.app, name="feed")
app.add_typer(qr.app, name="qr")
feed.app.command("ingest")(ingest.ingest)
feed.app.command("poll")(ingest.poll)
feed.app.command("list")(deliveries.list_deliveries)
feed.app.command("retry")(ingest.retry)
app.add_typer(engine.app, name="engine")
app.add_typer(day.app, name="day")
app.command("verify")(verify.verify)
app.add_typer(report.app, name="report")
app.add_typer(link.app, name="link")
app.command("serve")(serve.serve)
app.command("work")(work.work)
app.command("sandbox")(sandbox.sandbox)
app.command("simulate")(simulate.simulate)
app.command("demo")(demo.demo)


def main() -> None:
    """Run the command line; a refusal is one line on stderr and the exit status of its kind."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from market.problems import problem_of
    from merchants.errors import MerchantsError
    from qr.errors import QrError
    from reconciliation.errors import ReconciliationError

    try:
        app()
    except (OSError, ValidationError, SettingsError) as failure:
        # A setting's value may be a secret: pydantic is told to hide it, and one line is enough.
        print(f"cho40: {' '.join(str(failure).split())}", file=sys.stderr)
        sys.exit(1)
    except (MerchantsError, QrError, ReconciliationError) as refusal:
        print(f"cho40: {refusal}", file=sys.stderr)
        problem = problem_of(refusal)
        sys.exit(problem.exit_code if problem else 1)
