"""``cho40 feed state | calendar``: how each feed stands, and which days' statements are here."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from market.cli.feed_desk import AsJson, print_json, print_table, told_at
from market.cli.service import open_service


def state(as_json: AsJson = False) -> None:
    """Từng nguồn hôm nay: nhận gì, chờ gì. / Every feed today: what came, what waits."""
    from market.channels import configured_feeds
    from market.clock import now
    from market.database import reading
    from market.i18n.feed_words import CHANNELS, PROVIDERS
    from merchants.days import market_day
    from reconciliation.intake.schemas import newest_drifts
    from reconciliation.operations.shared_accounts import Agreement, contradictions, shared_accounts
    from reconciliation.operations.standing import feeds_today

    with open_service() as service, reading(service.engine) as session:
        feeds = feeds_today(
            session, today=market_day(now()), configured=configured_feeds(service.settings)
        )
        drifts = newest_drifts(session, now=now())
        shared = shared_accounts(session, today=market_day(now()))
        contradicted = contradictions(session, today=market_day(now()))
    if as_json:
        for one in feeds:
            print_json(asdict(one) | {"came_today": one.came_today})
        for drift in drifts:
            print_json({"column_drift": asdict(drift)})
        for account in shared:
            told = asdict(account) | {"ledger": account.ledger, "agreement": account.agreement}
            print_json({"shared_account": told})
        for row in contradicted:
            print_json({"contradiction": asdict(row)})
        return
    print_table(
        ("Nguồn", "Kênh", "Lần cuối", "Hôm nay", "Mới", "Chữ ký sai", "Chờ", "Dòng chờ"),
        (
            (
                PROVIDERS.get(one.provider, one.provider),
                CHANNELS[one.channel],
                told_at(one.last_at) or "chưa bao giờ",
                str(one.came_today or "chưa có"),
                str(one.rows_new),
                str(one.bad_signatures),
                f"{one.waiting} từ {told_at(one.waiting_since)}" if one.waiting else "0",
                str(one.rows_waiting),
            )
            for one in feeds
        ),
        nothing="Chưa có nguồn nào. / No feeds.",
    )
    for drift in drifts:
        parts = [f"{was} -> {now_}" for was, now_ in drift.drift.renamed]
        parts += [f"+ {name}" for name in drift.drift.added]
        parts += [f"- {name}" for name in drift.drift.missing]
        what = "cột đổi / columns changed" if drift.form == "table" else "trường mới / new fields"
        typer.echo(f"{drift.provider}: {what} ({drift.delivery_id}): {parts}")
    for account in shared:
        if account.agreement is not Agreement.AGREE:
            who = ", ".join(one.provider for one in account.sources)
            typer.echo(
                f"{account.ledger} ···{account.account_tail}: {who}: "
                "có thể tính hai lần / may count twice (CHO40_TOLD_BY, cho40 feed reparse --apply)"
            )
    for row in contradicted:
        typer.echo(
            f"{row.provider} ···{row.account_tail} {row.business_date:%d/%m/%Y}: nguồn khác báo số tiền "
            f"hoặc ngày khác / another source contradicts ({row.delivery_id}, {row.row})"
        )


def calendar(
    month: Annotated[str, typer.Argument(help="yyyy-mm; trống = tháng này. / Empty = this.")] = "",
    *,
    missing: Annotated[
        bool, typer.Option("--missing", help="Chỉ ngày thiếu hoặc muộn. / Only gaps.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Sao kê ngày nào đã có, thiếu, muộn. / Which days' statements are here, missing, late."""
    import calendar as days_of_months

    from market.clock import now
    from market.database import reading
    from merchants.days import market_day
    from reconciliation.operations.calendar import DayState, ledger_days
    from reconciliation.operations.expected_files import load_expected_files
    from reconciliation.profiles import load_profiles

    at = now()
    today = market_day(at)
    first = _month(month) if month else today.replace(day=1)
    end = first.replace(day=days_of_months.monthrange(first.year, first.month)[1])
    with open_service() as service, reading(service.engine) as session:
        found = ledger_days(
            session,
            first,
            min(end, today),
            profiles=load_profiles(service.settings.contracts),
            expected=load_expected_files(service.settings.expected_files),
            now=at,
        )
    gaps = {DayState.MISSING, DayState.PARTIAL, DayState.LATE}
    shown = [one for one in found if one.state and (one.state in gaps or not missing)]
    if as_json:
        for one in shown:
            print_json(asdict(one) | {"state": one.state})
        return
    print_table(
        ("Nguồn", "Ngày", "Tình trạng", "Tài khoản", "Khoản"),
        (
            (
                one.ledger,
                f"{one.day:%d/%m/%Y}",
                str(one.state),
                ", ".join(f"{number} {kind}" for kind, number in one.accounts.items()),
                str(one.rows),
            )
            for one in shown
        ),
        nothing="Không có ngày nào. / No days.",
    )


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise typer.BadParameter(f"{text!r}: cần / expected yyyy-mm") from None
