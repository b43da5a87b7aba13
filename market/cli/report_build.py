"""``cho40 report build``: publish a period after its months, or give back the edition of a day."""

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from market import clock
from market.adoption.periods import Period
from market.cli.context import opened_database
from market.database import reading, writing
from market.i18n import day
from market.reports.integrity import FeedRules
from market.reports.months_first import publishing_order
from market.reports.publishing import (
    Published,
    find_file,
    in_force_on,
    letterhead_of,
    publish,
)
from merchants.days import HO_CHI_MINH, market_day


@dataclass(frozen=True, slots=True)
class Built:
    """An edition, and the months that were published before it because nobody had."""

    made: Published
    months_first: list[str]

    def as_json(self) -> dict[str, object]:
        """Return what the command tells machines."""
        edition = self.made.edition
        return {
            "period": edition.period,
            "scheme": edition.scheme,
            "version": edition.version,
            "is_new": self.made.is_new,
            "months_first": self.months_first,
            "files": {one.name: one.sha256 for one in self.made.files},
        }

    def as_text(self) -> list[str]:
        """Return the lines of the terminal."""
        edition = self.made.edition
        state = "mới" if self.made.is_new else "không có gì mới"
        first = [f"công bố trước / published first: {', '.join(self.months_first)}"]
        made, until = market_day(edition.made_at), market_day(edition.known_at)
        later = (
            f"sổ chốt đến {day(until)}, lập {day(made)}: khoản bị đảo, sự đồng ý, danh sách như ngày lập / "
            "closes up to the first day; reversals, consents and the register as on the second"
        )
        return [
            *(first if self.months_first else []),
            f"{edition.period}: bản {edition.version} ({state})",
            *([later] if made > until else []),
            *(f"  {one.sha256}  {one.name}" for one in self.made.files),
        ]


def build_report(period: Period, as_of: date | None, out: Path | None) -> Built:
    """Publish a period with closes up to the end of a day; write its files into a folder.

    Each period is published in a transaction of its own. Of a day that has an edition it is that one.
    """
    now = clock.now()
    at, today = now, market_day(now)
    on = as_of or today
    at = min(at, datetime.combine(on, time.max, tzinfo=HO_CHI_MINH))
    with opened_database() as (settings, engine):
        secret = settings.disclosure_p_percent
        with reading(engine) as session:
            made = in_force_on(session, period, on, today=today)
            first = [] if made else publishing_order(session, period, at)[:-1]
            # The edition is told of when the session has ended, which would else expire it.
            session.expunge_all()
        for due in [] if made else [*first, period]:
            with writing(engine) as session:
                made = publish(
                    session,
                    due,
                    p_percent=None if secret is None else secret.get_secret_value(),
                    known_at=at,
                    now=now,
                    actor="command",
                    head=letterhead_of(settings),
                    feeds=FeedRules.of(settings.contracts, settings.expected_files),
                )
        assert made is not None
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            with reading(engine) as session:
                for one in made.files:
                    found = find_file(session, one.edition_id, one.name)
                    assert found is not None
                    (out / one.name).write_bytes(found.content)
    return Built(made, [one.label for one in first])
