"""The command ``cho40``: one file per group of commands, heavy imports inside the commands."""

import sys

import typer

from market.cli import database

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


def main() -> None:
    """Run the command line; a refusal is one line on stderr and exit status 1."""
    from merchants.errors import MerchantsError
    from qr.errors import QrError
    from reconciliation.errors import ReconciliationError

    try:
        app()
    except (MerchantsError, QrError, ReconciliationError) as refusal:
        print(f"cho40: {refusal}", file=sys.stderr)
        sys.exit(1)
