"""The command ``cho40``: one file per group of commands, heavy imports inside the commands."""

import sys

import typer

from market.cli import (
    account,
    audit,
    book_lock,
    breaks,
    campaigns,
    cash_points,
    code,
    complaint,
    consent,
    database,
    day,
    day_proof,
    day_rebuild,
    demo,
    engine,
    engine_explain,
    feed,
    feed_deliveries,
    feed_money,
    feed_standing,
    feed_work,
    floor,
    health,
    ingest,
    keys,
    lake,
    link,
    log,
    market,
    model_cards,
    overview,
    place,
    poster,
    privacy,
    programmes,
    qr,
    report,
    request,
    rule,
    sandbox,
    serve,
    simulate,
    stall,
    stripe_account,
    survey,
    teams,
    token,
    user,
    vendor,
    vendor_file,
    vendor_sheets,
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
floor.add_to_market(market.app)
app.add_typer(place.app, name="place")
app.add_typer(cash_points.app, name="cash-point")
app.add_typer(vendor.app, name="vendor")
vendor_file.register(vendor.app)
vendor_sheets.register(vendor.app)
app.add_typer(account.app, name="account")
app.add_typer(code.app, name="code")
app.add_typer(stall.app, name="stall")
floor.add_to_stall(stall.app)
app.add_typer(poster.app, name="poster")
app.add_typer(audit.app, name="audit")
app.add_typer(feed.app, name="feed")
app.add_typer(qr.app, name="qr")
app.add_typer(request.app, name="request")
feed.app.command("ingest")(ingest.ingest)
feed.app.command("poll")(ingest.poll)
feed.app.command("stripe-account")(stripe_account.open_account)
feed.app.command("retry")(ingest.retry)
feed.app.command("state")(feed_standing.state)
feed.app.command("calendar")(feed_standing.calendar)
feed.app.command("deliveries")(feed_deliveries.deliveries)
feed.app.command("show")(feed_deliveries.show)
feed.app.command("rejects")(feed_deliveries.rejects)
feed.app.command("replay")(feed_work.replay)
feed.app.command("void")(feed_work.void)
feed.app.command("raw")(feed_work.raw)
feed.app.command("reparse")(feed_work.reparse)
feed.app.command("unattributed")(feed_money.unattributed)
feed.app.command("assign")(feed_money.assign)
app.add_typer(engine.app, name="engine")
engine.app.command("explain")(engine_explain.explain)
app.add_typer(lake.app, name="lake")
app.add_typer(day.app, name="day")
day.app.command("rebuild")(day_rebuild.rebuild)
day.app.command("proof")(day_proof.proof)
day.app.add_typer(book_lock.app, name="lock")
app.add_typer(breaks.app, name="break")
app.add_typer(verify.app, name="verify")
app.add_typer(report.app, name="report")
app.add_typer(rule.app, name="rule")
app.add_typer(survey.app, name="survey")
app.add_typer(programmes.programmes, name="programme")
app.add_typer(campaigns.targets, name="target")
app.add_typer(teams.teams, name="team")
app.add_typer(complaint.app, name="complaint")
app.add_typer(teams.visits, name="visit")
app.add_typer(model_cards.cards, name="model-card")
app.add_typer(user.app, name="user")
app.add_typer(link.app, name="link")
app.add_typer(consent.app, name="consent")
app.add_typer(privacy.app, name="privacy")
app.add_typer(token.app, name="token")
app.add_typer(keys.app, name="keys")
app.command("overview")(overview.overview)
app.command("log")(log.log)
app.command("serve")(serve.serve)
app.command("work")(work.work)
app.command("sandbox")(sandbox.sandbox)
app.command("simulate")(simulate.simulate)
app.command("demo")(demo.demo)


def main() -> None:
    """Run the command line; a refusal is one line on stderr and the exit status of its kind."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from market.adoption.errors import AdoptionError
    from market.problems import problem_of
    from market.security.errors import SecurityError
    from merchants.errors import MerchantsError
    from qr.errors import QrError
    from reconciliation.errors import ReconciliationError

    try:
        app()
    except (OSError, ValidationError, SettingsError) as failure:
        # A setting's value may be a secret: pydantic is told to hide it, and one line is enough.
        print(f"cho40: {' '.join(str(failure).split())}", file=sys.stderr)
        sys.exit(1)
    except (
        AdoptionError,
        MerchantsError,
        QrError,
        ReconciliationError,
        SecurityError,
    ) as refusal:
        told = str(refusal)
        problem = problem_of(refusal)
        if isinstance(refusal, QrError):
            if refusal.message_vi != told:
                told = f"{refusal.message_vi} / {told}"
        elif problem and told.isascii():
            told = f"{problem.title_vi} / {told}"  # it is in English only
        print(f"cho40: {told}", file=sys.stderr)
        sys.exit(problem.exit_code if problem else 1)
