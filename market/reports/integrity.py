"""What may be wrong around a period's figures: wrong codes found on posters, feeds that were silent.

Counted as known when an edition was made, so that its paper stays the same. Source: domain.md 13.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from market.adoption.disclosure.areas import VENDORS_MIN, is_few
from market.adoption.indicator import Window
from market.i18n import num
from market.i18n.feed_words import PROVIDERS
from merchants.audits.incident_counts import IncidentCount, count_incidents
from merchants.kinds import ConsentPurpose
from merchants.privacy.consents import not_agreeing_to
from reconciliation.operations.expected_files import ExpectedFiles, load_expected_files
from reconciliation.operations.silences import FeedSilence, feed_silences
from reconciliation.profiles import Profiles, load_profiles


@dataclass(frozen=True, slots=True)
class FeedRules:
    """What is expected of feeds, and when."""

    profiles: Profiles
    expected: ExpectedFiles

    @classmethod
    def of(cls, contracts: Path | None, expected_files: Path | None) -> "FeedRules":
        """Return the rules of a deployment's files; ``None`` = the packaged ones."""
        return cls(load_profiles(contracts), load_expected_files(expected_files))


@dataclass(frozen=True, slots=True)
class Integrity:
    """Of all markets together."""

    incidents: IncidentCount
    silences: Sequence[FeedSilence]
    in_parts: Sequence[IncidentCount] = ()
    """Incidents of the parts that are told apart."""


def integrity_of(
    session: Session,
    window: Window,
    rules: FeedRules,
    *,
    known_at: datetime,
    parts: Sequence[Window] = (),
) -> Integrity:
    """Return what was wrong in a window as far as it was known at an instant.

    Args:
        parts: of the window, as ``neighbours.parts_told_apart`` returns them.
    """
    refusing = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS)
    incidents, *in_parts = (
        count_incidents(session, one.first, one.last, by=known_at, without=refusing)
        for one in (window, *parts)
    )
    silences = feed_silences(
        session,
        window.first,
        window.last,
        profiles=rules.profiles,
        expected=rules.expected,
        by=known_at,
    )
    return Integrity(incidents, silences, in_parts)


def incident_words(
    one: IncidentCount, in_parts: Sequence[IncidentCount] = (), *, anybody_looked: bool
) -> str:
    """Return the incidents in a sentence; 1 to 4 are told as dưới 5, as reasons are.

    How many there were is not told where a part has 1 to 4: this less the other parts would tell.
    """
    if not one.found and not anybody_looked:
        return "Trong kỳ chưa kiểm tra tấm mã nào."
    if not one.found:
        return "Trong kỳ không phát hiện mã QR sai nào trên tấm mã."
    if is_few(one.found):
        return "Trong kỳ phát hiện dưới 5 mã QR sai trên tấm mã."
    if any(is_few(part.found) for part in in_parts):
        return (
            "Trong kỳ có phát hiện mã QR sai trên tấm mã; không nêu số vì có phần của kỳ dưới 5 mã."
        )
    if is_few(one.open):
        still_open = f"dưới {VENDORS_MIN}"
    elif any(is_few(part.open) for part in in_parts):
        still_open = "một số"
    else:
        still_open = num(one.open)
    return f"Trong kỳ phát hiện {num(one.found)} mã QR sai trên tấm mã, còn {still_open} chưa xử lý xong."


def silence_words(silences: Sequence[FeedSilence]) -> str:
    """Return the outages in a sentence; a feed of fewer than 5 accounts is not named."""
    told = [one for one in silences if one.accounts >= VENDORS_MIN]
    if not told:
        return (
            "Nguồn số liệu: chưa có nguồn nào của từ 5 tài khoản trở lên phải gửi sao kê trong kỳ."
        )
    out = [
        f"{PROVIDERS.get(one.ledger, one.ledger)} {' và '.join(_parts(one))} trên {num(one.days)} ngày"
        for one in told
        if one.silent or one.late
    ]
    if not out:
        return "Nguồn số liệu: không ngày nào cả một nguồn im lặng hoặc gửi sao kê trễ giờ."
    return f"Nguồn số liệu gián đoạn: {'; '.join(out)}."


def _parts(one: FeedSilence) -> list[str]:
    told = [f"im lặng {num(one.silent)} ngày"] if one.silent else []
    return [*told, f"gửi trễ {num(one.late)} ngày"] if one.late else told
