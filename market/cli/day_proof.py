"""``cho40 day proof``: the file with which a vendor proves that her payments are in a closed day."""

from pathlib import Path
from typing import Annotated

import typer

from market.cli.context import opened_database
from market.cli.day import Day


def proof(
    day: Day,
    vendor_code: Annotated[str, typer.Argument(help="Mã người bán / vendor code")],
    payment: Annotated[
        int | None, typer.Option(min=1, help="Chỉ khoản thứ mấy. / One payment, by its number.")
    ] = None,
    version: Annotated[
        int | None, typer.Option(min=1, help="Phiên bản; để trống = mới nhất. / Version.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Ghi vào tệp. / Write to a file.")
    ] = None,
) -> None:
    """Bằng chứng khoản của người bán nằm trong số của chợ. / Proof that payments are in a day."""
    from market.database import reading
    from market.reports.payment_proofs import payment_proof

    with opened_database() as (settings, engine), reading(engine) as session:
        _, content = payment_proof(
            session,
            vendor_code.upper(),
            day.date(),
            sealer=settings.sealer,
            number=payment,
            version=version,
        )
    if out is None:
        typer.echo(content.decode())
    else:
        out.write_bytes(content)
        typer.echo(f"{out}")
