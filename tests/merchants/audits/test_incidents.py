"""Wrong codes: since when they can have hung, told to the vendor, closed with what was done."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from market.database import reading
from merchants.audits.incident_lists import (
    IncidentEntry,
    IncidentFilter,
    evidence_of,
    find_incident,
    list_incidents,
    open_incidents_of,
    wrong_payload,
)
from merchants.days import day_begins_at
from merchants.errors import (
    EntryRefused,
    IncidentNotFound,
    IncidentStepRefused,
    PayloadAltered,
)
from merchants.kinds import (
    CheckResult,
    IncidentOutcome,
    IncidentState,
    PosterState,
    TellingWay,
)
from merchants.tables import Incident, Poster, RegisterEvent
from tests.merchants.audits.audit_world import FALSE_NUMBER, HUNG, Audits, false_code, picture
from tests.merchants.queries import counted

HOUR = timedelta(hours=1)


def entry(audits: Audits, number: int = 1) -> IncidentEntry:
    with reading(audits.engine) as session:
        return find_incident(session, "MA", number)


def mismatch(audits: Audits, stall: str = "A001", **options: object) -> Incident:
    (found,) = audits.photo(picture(false_code()), stall, **options).incidents
    return found


# --- since when ---


def test_the_window_begins_with_the_last_good_look(audits: Audits) -> None:
    audits.see(CheckResult.OK, now=audits.now - 9 * HOUR)
    audits.see(CheckResult.WORN, now=audits.now - 5 * HOUR)
    audits.see(CheckResult.MISSING, now=audits.now - 2 * HOUR)
    audits.see(CheckResult.OK, "B001", now=audits.now - HOUR)

    mismatch(audits)

    told = entry(audits)
    assert (told.since_at, told.found_at) == (audits.now - 5 * HOUR, audits.now)
    assert told.is_since_check


def test_without_a_good_look_the_window_begins_when_the_poster_was_hung(audits: Audits) -> None:
    mismatch(audits)

    told = entry(audits)
    assert (told.since_at, told.is_since_check) == (day_begins_at(HUNG), False)


def test_the_vendors_own_look_narrows_the_window(audits: Audits) -> None:
    audits.photo(
        picture(audits.payload()), vendor_id=audits.poster().vendor_id, now=audits.now - HOUR
    )

    mismatch(audits)

    assert entry(audits).since_at == audits.now - HOUR


# --- what is kept ---


def test_of_the_wrong_account_the_tail_is_shown_and_the_code_is_sealed(audits: Audits) -> None:
    mismatch(audits)

    told = entry(audits)
    assert told.code_label == "MBBank ···4567"
    assert told.account_tail == "9012"
    row = audits.register.one(Incident)
    assert FALSE_NUMBER not in repr(row)
    with reading(audits.engine) as session:
        assert wrong_payload(session, "MA", 1, sealer=audits.sealer) == false_code()


def test_an_altered_code_is_not_handed_out(sqlite_audits: Audits) -> None:
    mismatch(sqlite_audits)

    with reading(sqlite_audits.engine) as session:
        row = session.exec(select(Incident)).one()
        row.code_sealed = sqlite_audits.sealer.seal("another")
        with session.no_autoflush, pytest.raises(PayloadAltered):
            wrong_payload(session, "MA", 1, sealer=sqlite_audits.sealer)
        session.expunge_all()


def test_the_same_sticker_seen_again_is_one_incident(audits: Audits) -> None:
    first = mismatch(audits)

    again = mismatch(audits)

    assert again.id == first.id
    assert len(audits.register.all(Incident)) == 1


def test_two_wrong_codes_are_two_incidents(audits: Audits) -> None:
    found = audits.photo(picture(false_code(), false_code("9990007654321")))

    assert [one.code_label for one in found.incidents] == ["MBBank ···4567", "MBBank ···4321"]


def test_what_a_person_saw_is_an_incident_without_a_code(audits: Audits) -> None:
    (found,) = audits.see(CheckResult.MISMATCH).incidents

    assert (found.code_label, found.code_sealed, found.code_hash) == ("", None, "")
    assert audits.see(CheckResult.MISMATCH).incidents[0].id == found.id
    with reading(audits.engine) as session:
        assert wrong_payload(session, "MA", found.id or 0, sealer=audits.sealer) is None


def test_the_evidence_names_nobody_and_no_whole_number(audits: Audits) -> None:
    mismatch(audits)

    told = evidence_of(entry(audits))

    assert told["since_at"] == day_begins_at(HUNG).isoformat()
    assert (told["state"], told["outcome"], told["is_since_check"]) == ("open", None, False)
    assert "Hương" not in repr(told)
    assert FALSE_NUMBER not in repr(told)


# --- steps ---


def test_an_incident_is_told_and_closed(audits: Audits) -> None:
    found = mismatch(audits)

    audits.tell(found)
    audits.close(found, IncidentOutcome.CODE_REMOVED, note=" Đã gỡ,  báo công an ")

    told = entry(audits)
    assert told.state is IncidentState.CLOSED
    assert (told.told_how, told.told_by) == (TellingWay.PHONE, "staff:3")
    assert (told.outcome, told.note) == (IncidentOutcome.CODE_REMOVED, "Đã gỡ, báo công an")
    assert audits.poster().state is not PosterState.REVOKED
    with reading(audits.engine) as session:
        events = session.exec(
            select(RegisterEvent)
            .where(col(RegisterEvent.subject) == f"incident:{found.id}")
            .order_by(col(RegisterEvent.id))
        ).all()
        assert [(one.action, one.to_value, one.reason) for one in events] == [
            ("incident_opened", "open", ""),
            ("incident_told", "told", "phone"),
            ("incident_closed", "closed", "code_removed"),
        ]
        assert {one.vendor_id for one in events} == {audits.poster().vendor_id}


def test_after_it_is_closed_the_same_code_is_a_new_incident(audits: Audits) -> None:
    first = mismatch(audits)
    audits.close(first, IncidentOutcome.FALSE_ALARM)

    assert mismatch(audits).id != first.id


def test_telling_twice_changes_nothing(audits: Audits) -> None:
    found = mismatch(audits)
    audits.tell(found, TellingWay.IN_PERSON)
    audits.tell(found, TellingWay.PHONE)

    assert entry(audits).told_how is TellingWay.IN_PERSON


def test_it_is_not_closed_before_the_vendor_knows_unless_it_was_none(audits: Audits) -> None:
    found = mismatch(audits)

    with pytest.raises(IncidentStepRefused, match="Báo cho người bán trước"):
        audits.close(found, IncidentOutcome.CODE_REMOVED)
    audits.close(found, IncidentOutcome.FALSE_ALARM)

    with pytest.raises(IncidentStepRefused, match="Người khác đã đóng"):
        audits.close(found, IncidentOutcome.FALSE_ALARM)
    with pytest.raises(IncidentStepRefused, match="đã đóng"):
        audits.tell(found)


@pytest.mark.parametrize("note", ["", "  ", "x" * 301])
def test_closing_says_what_was_done(sqlite_audits: Audits, note: str) -> None:
    found = mismatch(sqlite_audits)

    with pytest.raises(EntryRefused):
        sqlite_audits.close(found, IncidentOutcome.FALSE_ALARM, note=note)
    assert entry(sqlite_audits).state is IncidentState.OPEN


def test_revoking_the_poster_closes_the_incident_in_one_step(audits: Audits) -> None:
    found = mismatch(audits)
    audits.tell(found)

    audits.close(found, IncidentOutcome.POSTER_REVOKED)

    assert audits.poster().state is PosterState.REVOKED


def test_replacing_the_poster_issues_another_serial(audits: Audits) -> None:
    found, old = mismatch(audits), audits.poster()
    audits.tell(found)

    audits.close(found, IncidentOutcome.POSTER_REPLACED)

    states = [one.state for one in audits.register.all(Poster) if one.stall_id == old.stall_id]
    assert states == [PosterState.REPLACED, PosterState.GENERATED]


def test_a_poster_that_has_ended_meanwhile_is_not_ended_again(audits: Audits) -> None:
    first, second = audits.photo(picture(false_code(), false_code("9990007654321"))).incidents
    audits.tell(first)
    audits.tell(second)
    audits.close(first, IncidentOutcome.POSTER_REPLACED)
    audits.close(second, IncidentOutcome.POSTER_REPLACED)

    assert len([one for one in audits.register.all(Poster) if one.id]) == 4


# --- who sees it ---


def test_a_vendor_is_told_of_the_own_incidents_until_they_are_closed(audits: Audits) -> None:
    found = mismatch(audits)
    vendor, other = audits.poster("A001").vendor_id, audits.poster("B001").vendor_id

    def told(vendor_id: int) -> list[int]:
        with reading(audits.engine) as session:
            return [one.id for one in open_incidents_of(session, vendor_id)]

    assert (told(vendor), told(other)) == ([found.id], [])
    with pytest.raises(IncidentNotFound):
        audits.tell(found, TellingWay.OWN_PAGE, vendor_id=other)
    audits.tell(found, TellingWay.OWN_PAGE, vendor_id=vendor)
    assert told(vendor) == [found.id]
    audits.close(found, IncidentOutcome.CODE_REMOVED)
    assert told(vendor) == []


def test_incidents_are_listed_newest_first_filtered_and_paged(audits: Audits) -> None:
    mismatch(audits, "A001")
    audits.tell(mismatch(audits, "B001"))
    audits.close(mismatch(audits, "B002"), IncidentOutcome.FALSE_ALARM)

    def listed(market: str = "MA", **asked: object) -> list[str]:
        with reading(audits.engine) as session:
            found, _ = list_incidents(session, market, IncidentFilter(**asked))  # type: ignore[arg-type]
        return [one.stall_code for one in found]

    assert listed() == ["B002", "B001", "A001"]
    assert listed(states=(IncidentState.OPEN, IncidentState.TOLD)) == ["B001", "A001"]
    assert listed(stall_code="B002") == ["B002"]
    assert listed(vendor_id=audits.poster("B001").vendor_id) == ["B001"]
    assert listed("LG") == []
    with reading(audits.engine) as session:
        page, after = list_incidents(session, "MA", IncidentFilter(limit=2))
        rest, end = list_incidents(session, "MA", IncidentFilter(limit=2, after=after))
    assert [one.id for one in (*page, *rest)] == [3, 2, 1]
    assert end is None


def test_a_list_is_two_statements_and_another_market_sees_nothing(sqlite_audits: Audits) -> None:
    for stall in ("A001", "B001", "B002"):
        mismatch(sqlite_audits, stall)

    with counted(sqlite_audits.engine) as sent, reading(sqlite_audits.engine) as session:
        assert len(list_incidents(session, "MA", IncidentFilter())[0]) == 3
    assert len(sent) == 2
    with reading(sqlite_audits.engine) as session:
        for look_up in (
            lambda: find_incident(session, "LG", 1),
            lambda: wrong_payload(session, "LG", 1, sealer=sqlite_audits.sealer),
        ):
            with pytest.raises(IncidentNotFound):
                look_up()
