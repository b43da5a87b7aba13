"""The worker's jobs: ask the providers, close the last days. Each is safe to repeat, and run by one worker.

A job runs under a lease in the database: whoever holds it until it ends runs the job, another
worker passes it over. A worker that dies leaves a lease that ends by itself.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from market.clock import HO_CHI_MINH, now
from market.database import reading, writing
from market.settings import Settings
from merchants.days import market_day
from reconciliation.bulk import table_of
from reconciliation.errors import PollsRefused, ReconciliationError
from reconciliation.tables import WAS_READ, JobLease

LEASE = timedelta(minutes=15)
"""Longer than a job takes, shorter than anybody waits for a dead worker's."""
CLOSED_AGAIN_DAYS = 7
OLDER_DAYS_AT_ONCE = 31
"""So many days before those are closed again in one run, of which there is one each hour."""

_log = logging.getLogger(__name__)

Work = Callable[[sa.Engine, Settings, datetime], str]
"""Does a job for an instant and returns one line about what came of it."""


@dataclass(frozen=True, slots=True)
class Job:
    """A named job and when it runs: ``trigger`` as APScheduler takes it."""

    name: str
    work: Work
    trigger: dict[str, Any]


@dataclass(frozen=True, slots=True)
class JobReport:
    """What became of one run: ``done``, ``busy`` (another worker has it) or ``failed``."""

    job: str
    state: str
    told: str


def take_lease(engine: sa.Engine, job: str, *, holder: str, at: datetime) -> bool:
    """Return whether ``holder`` has the job now; nobody else has it until the lease ends."""
    table = table_of(JobLease)
    until_at = at + LEASE
    with writing(engine) as session:
        connection = session.connection()
        insert = _insert_for(engine)(table).values(job=job, holder=holder, until_at=until_at)
        connection.execute(insert.on_conflict_do_nothing(index_elements=["job"]))
        taken = connection.execute(
            sa.update(table)
            .where(table.c.job == job, sa.or_(table.c.holder == holder, table.c.until_at <= at))
            .values(holder=holder, until_at=until_at)
        )
        return taken.rowcount == 1


def give_lease_back(engine: sa.Engine, job: str, *, holder: str, at: datetime) -> None:
    """End the holder's lease; a lease that another took over meanwhile is left alone."""
    table = table_of(JobLease)
    with writing(engine) as session:
        session.connection().execute(
            sa.update(table).where(table.c.job == job, table.c.holder == holder).values(until_at=at)
        )


def poll_payments(engine: sa.Engine, settings: Settings, at: datetime) -> str:
    """Read what the providers with an API have to tell since the last poll."""
    return _poll_each(engine, settings, at, notices_only=False)


def follow_notices(engine: sa.Engine, settings: Settings, at: datetime) -> str:
    """Read what unsigned callbacks named: only the provider's own answer makes a row."""
    return _poll_each(engine, settings, at, notices_only=True)


def _poll_each(engine: sa.Engine, settings: Settings, at: datetime, *, notices_only: bool) -> str:
    """Ask one provider after the other; one that refuses keeps no other from being asked."""
    from market.channels import polled_here
    from market.polling import poll

    told, refusals = [], []
    for name in polled_here(settings):
        try:
            results = poll(engine, settings, name, at=at, notices_only=notices_only)
        except ReconciliationError as refusal:
            refusals.append(f"{name}: {refusal}")
            continue
        new = sum(result.new for result in results)
        revised = sum(result.revised for result in results)
        told.append(f"{name}: {len(results)} trang, {new} khoản mới, {revised} khoản đổi")
        if unread := sum(result.state not in WAS_READ for result in results):
            told[-1] += f", {unread} trang không đọc được nên lần sau hỏi lại"
        if kept_aside := sum(result.rejected for result in results):
            told[-1] += f", {kept_aside} dòng giữ lại chờ người xem"
    if refusals:
        raise PollsRefused([*refusals, *told])
    return "; ".join(told) or "không có tài khoản nào để hỏi"


def close_last_days(engine: sa.Engine, settings: Settings, at: datetime) -> str:
    """Close the last days, and older ones that are not as they were left; judge who is active.

    Those are the days whose rows changed since they were closed, and those of breaks that two people
    let wait until a day that has passed.
    """
    from reconciliation.close.activity import judge_activity
    from reconciliation.close.closing import close_days
    from reconciliation.close.ended_waits import days_of_ended_waits
    from reconciliation.close.incremental import Incremental
    from reconciliation.ledger.changed_days import (
        changed_days,
        forget_changed_days,
        note_changed_days,
    )
    from reconciliation.profiles import load_profiles

    yesterday = at.astimezone(HO_CHI_MINH).date() - timedelta(days=1)
    first = yesterday - timedelta(days=CLOSED_AGAIN_DAYS)
    profiles = load_profiles(settings.contracts)
    with writing(engine) as session:
        closed = close_days(
            session,
            first,
            yesterday,
            market_code=None,
            profiles=profiles,
            sealer=settings.sealer,
            now=at,
            incremental=Incremental.in_folder(settings.kept_decisions_dir),
        )
        forget_changed_days(session, first, yesterday)
        moved = judge_activity(session, now=at)
        note_changed_days(session, days_of_ended_waits(session, today=market_day(at)))
        older = changed_days(session, before=first, limit=OLDER_DAYS_AT_ONCE)
    # Each in a transaction of its own: a long row of old days holds nobody up.
    for day in older:
        with writing(engine) as session:
            closed += close_days(
                session,
                day,
                day,
                market_code=None,
                profiles=profiles,
                sealer=settings.sealer,
                now=at,
            )
            forget_changed_days(session, day, day)
    new = sum(day.is_new for day in closed)
    return f"{len(closed)} ngày chợ xem lại, {new} phiên bản mới, {moved} người bán đổi trạng thái"


def attribute_anew(engine: sa.Engine, settings: Settings, at: datetime) -> str:  # noqa: ARG001
    """Let money find its bank and its vendor, where the register knows by now what it did not then."""
    from market.channels import feed_rules
    from reconciliation.intake.ingest import wait_for_other_writers
    from reconciliation.ledger.attribution import reattribute
    from reconciliation.ledger.learnt_banks import bring_home
    from reconciliation.ledger.originals import name_by_originals

    with writing(engine) as session:
        wait_for_other_writers(session)
        moved = bring_home(session, settings.sealer, feed_rules(settings))
        found = reattribute(session, settings.sealer)
        found += name_by_originals(session)
    return f"{moved} khoản về đúng ngân hàng, {found} khoản có người nhận"


def forget_what_is_old(engine: sa.Engine, settings: Settings, at: datetime) -> str:
    """Forget what has been kept as long as the privacy notice says."""
    from market.forgetting import forget_old
    from merchants.posters.book_files import BookFiles
    from merchants.posters.books import sweep_books
    from reconciliation.close.kept_decisions import KeptDecisions
    from reconciliation.intake.raw_store import RawStore
    from reconciliation.operations.retention import remove_forgotten_bytes

    with writing(engine) as session:
        forgotten = forget_old(session, now=at)
    # Nothing of a forgotten row outlives the night in what closes keep for themselves.
    KeptDecisions(settings.kept_decisions_dir).forget()
    with writing(engine) as session:
        removed = remove_forgotten_bytes(session, RawStore(settings.raw_dir), now=at)
    with reading(engine) as session:
        books = sweep_books(session, BookFiles(settings.poster_books_dir))
    told = [f"{each.count} {each.kind.value}" for each in forgotten if each.count]
    told += [f"{removed} tệp gốc"] if removed else []
    told += [f"{books} quyển tấm mã"] if books else []
    return ", ".join(told) or "không có gì đến hạn"


def judge_accounts(engine: sa.Engine, _settings: Settings, at: datetime) -> str:
    """Bring accounts' states in line with the rule on names, which begins to hold on a day."""
    from merchants.acceptance.upkeep import derive_point_states
    from merchants.actors import SYSTEM

    with writing(engine) as session:
        changed = derive_point_states(session, actor=SYSTEM, now=at)
    return f"{changed} tài khoản đổi tình trạng"


PUBLISHED_FROM_DAYS = 5
"""How long after its end a period is published first: most late closes have come by then."""
PUBLISHED_AGAIN_DAYS = 40
"""So long after its end a period is published anew when late closes change it."""


def publish_adoption(engine: sa.Engine, settings: Settings, at: datetime) -> str:
    """Publish the periods that ended lately; those that run are drafts until they end.

    By the calendar, and by the 14th too once somebody has published a period cut off then. Before a
    quarter or a year the older months in it that nobody has published.
    """
    from market.adoption.periods import Length, Period, Scheme
    from market.reports.differences import RevisionTellsFew
    from market.reports.editions import schemes_published
    from market.reports.integrity import FeedRules
    from market.reports.market_changes import markets_there
    from market.reports.months_first import publishing_order
    from market.reports.publishing import letterhead_of, publish
    from reconciliation.close.versions import newest_closes

    today = at.astimezone(HO_CHI_MINH).date()
    with reading(engine) as session:
        schemes = schemes_published(session) | {Scheme.CALENDAR}
    ended = [
        Period.holding(today, length, scheme).previous()
        for scheme in Scheme
        if scheme in schemes
        for length in Length
    ]
    due = [
        one
        for one in ended
        if PUBLISHED_FROM_DAYS <= (today - one.window.last).days <= PUBLISHED_AGAIN_DAYS
    ]
    with reading(engine) as session:
        in_order = [
            one
            for period in due
            if markets_there(session, period.window.last)
            and newest_closes(session, period.window.first, period.window.last)
            for one in publishing_order(session, period, at)
        ]
    secret, told = settings.disclosure_p_percent, []
    for period in dict.fromkeys(in_order):
        try:
            with writing(engine) as session:
                made = publish(
                    session,
                    period,
                    p_percent=None if secret is None else secret.get_secret_value(),
                    known_at=at,
                    now=at,
                    actor="schedule",
                    head=letterhead_of(settings),
                    feeds=FeedRules.of(settings.contracts, settings.expected_files),
                )
        except RevisionTellsFew as waits:
            told.append(f"{period.label} giữ bản {waits.version}: thay đổi của quá ít tiểu thương")
            continue
        told.append(f"{period.label} bản {made.edition.version}" if made.is_new else "")
    return ", ".join(one for one in told if one) or "không có gì mới để công bố"


OLDER_A_NIGHT = 12
"""Older periods that are measured a night: a province's take a quarter of a minute each."""


def keep_adoption_drafts(engine: sa.Engine, settings: Settings, at: datetime) -> str:
    """Keep what pages show of periods that are not published, so that nobody waits for it."""
    from market.reports.drafts import keep_news, keep_older, periods_kept

    secret, kept = settings.disclosure_p_percent, []
    p_percent = None if secret is None else secret.get_secret_value()
    for period in periods_kept(at):
        # One transaction a period: in a province each is measured for a quarter of a minute.
        with writing(engine) as session:
            if keep_news(session, period, at, p_percent=p_percent):
                kept.append(period.label)
    for _ in range(OLDER_A_NIGHT):
        with writing(engine) as session:
            older = keep_older(session, at, p_percent=p_percent)
        if older is None:
            break
        kept.append(older.label)
    return f"{len(kept)} kỳ chưa công bố được tính sẵn"


JOBS = (
    Job("poll_payments", poll_payments, {"trigger": "interval", "minutes": 5}),
    Job("follow_notices", follow_notices, {"trigger": "interval", "seconds": 30}),
    Job("attribute_anew", attribute_anew, {"trigger": "cron", "hour": 2, "minute": 50}),
    Job("close_last_days", close_last_days, {"trigger": "cron", "minute": 20}),
    Job("account_states", judge_accounts, {"trigger": "cron", "hour": 0, "minute": 10}),
    Job("publish_adoption", publish_adoption, {"trigger": "cron", "hour": 4, "minute": 10}),
    Job("keep_adoption_drafts", keep_adoption_drafts, {"trigger": "cron", "hour": 4, "minute": 40}),
    Job("forget_old", forget_what_is_old, {"trigger": "cron", "hour": 3, "minute": 40}),
)
"""Closing runs each hour: late rows restate a day soon, and an unchanged day stays as it is."""


def run_job(
    job: Job,
    engine: sa.Engine,
    settings: Settings,
    *,
    holder: str,
    clock: Callable[[], datetime] = now,
) -> JobReport:
    """Run one job under its lease; what is refused is told, not raised, so that others still run."""
    at = clock()
    if not take_lease(engine, job.name, holder=holder, at=at):
        return JobReport(job.name, "busy", "đang chạy ở nơi khác")
    try:
        report = JobReport(job.name, "done", job.work(engine, settings, at))
    except ReconciliationError as refusal:
        report = JobReport(job.name, "failed", str(refusal))
    finally:
        give_lease_back(engine, job.name, holder=holder, at=clock())
    return report


def run_once(
    engine: sa.Engine,
    settings: Settings,
    *,
    holder: str,
    clock: Callable[[], datetime] = now,
    jobs: Sequence[Job] = JOBS,
) -> list[JobReport]:
    """Run every job once, in order, and return what became of each."""
    return [run_job(job, engine, settings, holder=holder, clock=clock) for job in jobs]


def run_forever(engine: sa.Engine, settings: Settings, *, holder: str) -> None:
    """Run the jobs when they are due, the first time at once, until the process is told to stop."""
    import signal

    from apscheduler.schedulers.blocking import BlockingScheduler

    scheduler = BlockingScheduler(timezone=HO_CHI_MINH)

    def work(job: Job) -> None:
        report = run_job(job, engine, settings, holder=holder)
        level = logging.ERROR if report.state == "failed" else logging.INFO
        _log.log(level, "%s: %s: %s", report.job, report.state, report.told)

    for job in JOBS:
        scheduler.add_job(
            work,
            args=[job],
            id=job.name,
            next_run_time=now(),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            **job.trigger,
        )

    def stop(_signal: int, _frame: object) -> None:
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    scheduler.start()


def _insert_for(engine: sa.Engine) -> Any:
    from sqlalchemy.dialects import postgresql, sqlite

    return postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
