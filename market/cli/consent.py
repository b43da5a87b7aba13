"""``cho40 consent show | record | withdraw``: a vendor's ledger of consents."""

import json
from typing import Annotated

import typer

from market.cli.context import opened_database, read_day
from merchants.kinds import ConsentChannel, ConsentPurpose

app = typer.Typer(help="Sự đồng ý của người bán. / Vendors' consents.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(metavar="VENDOR", help="Mã người bán, CC… / Vendor code.")]
Purposes = Annotated[
    list[ConsentPurpose],
    typer.Option("--purpose", help="Từng việc, ghi được nhiều lần. / Each purpose, repeatable."),
]


@app.command()
def show(
    vendor: Code,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một mục.")] = False,
) -> None:
    """Xem sổ đồng ý của một người bán. / Show a vendor's ledger."""
    from market.database import reading
    from merchants.find import find_vendor
    from merchants.privacy.consents import ledger_of

    with opened_database() as (_, engine), reading(engine) as session:
        one = find_vendor(session, vendor.upper())
        assert one.id is not None
        rows = [row.model_dump(exclude={"vendor_id"}) for row in ledger_of(session, one.id)]
        tier = "chỉ dùng tấm mã / poster only" if one.is_poster_only else ""
    for row in rows:
        if as_json:
            typer.echo(json.dumps(row, ensure_ascii=False, default=str))
        else:
            ended = row["withdrawn_at"]
            until = f", rút / withdrawn {ended:%d/%m/%Y}" if ended else ""
            typer.echo(
                f"{row['purpose'].value}: {row['given_at']:%d/%m/%Y} {row['channel'].value} "
                f"({row['notice_version']}){until}"
            )
    if not as_json:
        typer.echo(tier or f"{len(rows)} dòng / rows")


@app.command()
def record(
    vendor: Code,
    purpose: Purposes,
    channel: Annotated[ConsentChannel, typer.Option(help="Bằng cách nào. / How.")],
    on: Annotated[str, typer.Option(help="Ngày, dd/mm/yyyy; trống = bây giờ. / Empty = now.")] = "",
    evidence: Annotated[str, typer.Option(help="SHA-256 của tờ giấy. / Of the paper.")] = "",
    witness: Annotated[str, typer.Option(help="Người chứng kiến. / Who was there.")] = "",
    *,
    read_aloud: Annotated[
        bool, typer.Option("--read-aloud", help="Đã đọc to thông báo. / Notice read aloud.")
    ] = False,
) -> None:
    """Ghi người bán đồng ý. / Record what a vendor agreed to."""
    from datetime import datetime, time

    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.days import HO_CHI_MINH, market_day
    from merchants.find import find_vendor
    from merchants.privacy.consents import BEFORE_THE_FIRST, ConsentProof, record_consents
    from merchants.privacy.notices import version_on

    at = datetime.combine(read_day(on), time(), HO_CHI_MINH) if on else now()
    proof = ConsentProof(
        channel=channel,
        notice_version=version_on(market_day(at)) or BEFORE_THE_FIRST,
        is_read_aloud=read_aloud,
        evidence_sha256=evidence or None,
        witness=witness,
    )
    with opened_database() as (_, engine), writing(engine) as session:
        one = find_vendor(session, vendor.upper())
        assert one.id is not None
        added = record_consents(
            session, {one.id: at}, purpose, proof=proof, actor=COMMAND, now=now()
        )
    typer.echo(f"Ghi {added} việc mới. / {added} new.")


@app.command("withdraw")
def withdraw_some(vendor: Code, purpose: Purposes) -> None:
    """Ghi người bán rút lại. / Record that a vendor took consent back."""
    from market.clock import now
    from market.database import writing
    from merchants.actors import COMMAND
    from merchants.find import find_vendor
    from merchants.privacy.withdrawals import withdraw

    with opened_database() as (_, engine), writing(engine) as session:
        one = find_vendor(session, vendor.upper())
        done = withdraw(session, one, purpose, actor=COMMAND, now=now())
        names = " ".join(sorted(each.value for each in done.purposes)) or "không có gì / nothing"
        typer.echo(f"Rút / withdrawn: {names}")
        if done.request is not None:
            typer.echo(
                f"Yêu cầu / request {done.request.id}, hạn / due {done.request.due_on:%d/%m/%Y}"
            )
