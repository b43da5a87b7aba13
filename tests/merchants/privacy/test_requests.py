"""Requests of data subjects: clocks, one extension, reasons, and what carrying out does."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from merchants.actors import Actor
from merchants.errors import PrivacyRequestNotFound, PrivacyStepRefused
from merchants.kinds import (
    ConsentPurpose,
    EventAction,
    PrivacyRequestKind,
    PrivacyRequestState,
    VendorState,
)
from merchants.privacy.consents import standing
from merchants.privacy.erasure import ERASED_NAME
from merchants.privacy.requests import (
    answer,
    complete,
    extend,
    find_request,
    open_request,
    refuse,
    take_back,
)
from merchants.privacy.withdrawals import withdraw
from merchants.sealing import Sealer
from merchants.tables import PrivacyRequest, RegisterEvent, Vendor
from tests import factories
from tests.conftest import NOW
from tests.merchants.privacy.whole_vendor import add_whole_vendor

STAFF, HERSELF = Actor(kind="staff", name="7"), Actor(kind="vendor", name="CC1")
Kind, State = PrivacyRequestKind, PrivacyRequestState


@pytest.fixture
def whole(engine: sa.Engine, sealer: Sealer) -> int:
    """A vendor about whom everything is known."""
    with writing(engine) as session:
        market = factories.market()
        session.add(market)
        session.flush()
        assert market.id is not None
        return add_whole_vendor(session, sealer, market.id).vendor_id


def _open(
    engine: sa.Engine, vendor_id: int, kind: PrivacyRequestKind, wish: str = "", at: datetime = NOW
) -> int:
    with writing(engine) as session:
        vendor = session.get_one(Vendor, vendor_id)
        request = open_request(session, vendor, kind, wish=wish, actor=HERSELF, now=at)
        assert request.id is not None
        return request.id


def _get(engine: sa.Engine, request_id: int) -> PrivacyRequest:
    with reading(engine) as session:
        request = find_request(session, request_id)
        session.expunge_all()
        return request


@pytest.mark.parametrize(
    ("kind", "due_on"),
    [
        (Kind.ACCESS, date(2026, 12, 1)),
        (Kind.CORRECTION, date(2026, 12, 1)),
        (Kind.RESTRICTION, date(2026, 12, 6)),
        (Kind.DELETION, date(2026, 12, 11)),
    ],
)
def test_a_request_starts_its_clocks(
    engine: sa.Engine, whole: int, kind: PrivacyRequestKind, due_on: date
) -> None:
    request = _get(engine, _open(engine, whole, kind, "Tên viết sai dấu"))

    assert request.state is State.RECEIVED
    assert request.answer_due_on == date(2026, 11, 24)  # received on a Saturday
    assert request.due_on == due_on
    assert request.received_by == "vendor:CC1"


def test_one_request_of_a_kind_is_open_at_a_time(engine: sa.Engine, whole: int) -> None:
    _open(engine, whole, Kind.DELETION)
    _open(engine, whole, Kind.ACCESS)

    with pytest.raises(PrivacyStepRefused, match="open already"):
        _open(engine, whole, Kind.DELETION)


@pytest.mark.parametrize(
    ("kind", "wish", "match"),
    [
        (Kind.CORRECTION, "", "what is wrong"),
        (Kind.DELETION, "x" * 501, "501 characters, at most 500"),
    ],
)
def test_a_wish_nobody_can_fulfil_is_refused(
    engine: sa.Engine, whole: int, kind: PrivacyRequestKind, wish: str, match: str
) -> None:
    with pytest.raises(PrivacyStepRefused, match=match):
        _open(engine, whole, kind, wish)


def test_an_answer_is_given_once(engine: sa.Engine, whole: int) -> None:
    request_id = _open(engine, whole, Kind.CORRECTION, "Sai số nhà")
    with writing(engine) as session:
        answer(
            session, find_request(session, request_id), actor=STAFF, now=NOW, told="Sửa tuần này"
        )
    request = _get(engine, request_id)
    assert (request.state, request.answered_by) == (State.ANSWERED, "staff:7")

    with writing(engine) as session, pytest.raises(PrivacyStepRefused, match="answered before"):
        answer(session, find_request(session, request_id), actor=STAFF, now=NOW)


def _extend(engine: sa.Engine, request_id: int, until_on: date, at: datetime = NOW) -> None:
    with writing(engine) as session:
        request = find_request(session, request_id)
        extend(session, request, until_on, reason="Chờ ngân hàng", actor=STAFF, now=at)


def test_time_is_extended_once_and_by_fifteen_days_at_most(engine: sa.Engine, whole: int) -> None:
    request_id = _open(engine, whole, Kind.DELETION)

    with pytest.raises(PrivacyStepRefused, match=r"27/12/2026 is not after .* by 26/12/2026"):
        _extend(engine, request_id, date(2026, 12, 27))
    with pytest.raises(PrivacyStepRefused, match="is not after"):
        _extend(engine, request_id, date(2026, 12, 11))
    _extend(engine, request_id, date(2026, 12, 26))

    request = _get(engine, request_id)
    assert (request.due_on, request.extension_reason) == (date(2026, 12, 26), "Chờ ngân hàng")
    with pytest.raises(PrivacyStepRefused, match="once is the limit"):
        _extend(engine, request_id, date(2026, 12, 27))


def test_time_that_is_over_is_not_extended(engine: sa.Engine, whole: int) -> None:
    request_id = _open(engine, whole, Kind.ACCESS)

    with pytest.raises(PrivacyStepRefused, match="was over on 01/12/2026"):
        _extend(engine, request_id, date(2026, 12, 10), NOW + timedelta(days=11))


def test_more_time_needs_a_reason(engine: sa.Engine, whole: int) -> None:
    request_id = _open(engine, whole, Kind.ACCESS)
    with writing(engine) as session, pytest.raises(PrivacyStepRefused, match="needs 1 to 200"):
        request = find_request(session, request_id)
        extend(session, request, date(2026, 12, 10), reason="", actor=STAFF, now=NOW)


def test_a_refusal_needs_a_reason_and_closes_the_request(engine: sa.Engine, whole: int) -> None:
    request_id = _open(engine, whole, Kind.DELETION)
    with writing(engine) as session, pytest.raises(PrivacyStepRefused, match="needs 1 to 500"):
        refuse(session, find_request(session, request_id), reason="", actor=STAFF, now=NOW)
    with writing(engine) as session:
        request = find_request(session, request_id)
        refuse(session, request, reason="Đang có khiếu nại", actor=STAFF, now=NOW)

    request = _get(engine, request_id)
    assert (request.state, request.outcome) == (State.REFUSED, "Đang có khiếu nại")
    with writing(engine) as session, pytest.raises(PrivacyStepRefused, match="refused already"):
        answer(session, find_request(session, request_id), actor=STAFF, now=NOW)


def test_a_withdrawal_can_be_neither_refused_nor_taken_back(engine: sa.Engine, whole: int) -> None:
    with writing(engine) as session:
        vendor = session.get_one(Vendor, whole)
        done = withdraw(session, vendor, [ConsentPurpose.ONBOARDING], actor=HERSELF, now=NOW)
        assert done.request is not None
        with pytest.raises(PrivacyStepRefused, match="nobody's leave"):
            refuse(session, done.request, reason="Không cho", actor=STAFF, now=NOW)
        with pytest.raises(PrivacyStepRefused, match="given anew"):
            take_back(session, done.request, actor=HERSELF, now=NOW)


def test_deletion_can_be_taken_back_until_it_is_done(
    engine: sa.Engine, whole: int, sealer: Sealer
) -> None:
    first = _open(engine, whole, Kind.DELETION)
    with writing(engine) as session:
        take_back(session, find_request(session, first), actor=HERSELF, now=NOW)
    with reading(engine) as session:
        assert session.get_one(Vendor, whole).full_name != ERASED_NAME

    second = _open(engine, whole, Kind.DELETION)
    with writing(engine) as session:
        complete(session, find_request(session, second), sealer=sealer, actor=STAFF, now=NOW)
    with writing(engine) as session, pytest.raises(PrivacyStepRefused, match="completed already"):
        take_back(session, find_request(session, second), actor=HERSELF, now=NOW)


def test_completing_a_deletion_erases_the_person(
    engine: sa.Engine, whole: int, sealer: Sealer
) -> None:
    request_id = _open(engine, whole, Kind.DELETION)
    with writing(engine) as session:
        complete(session, find_request(session, request_id), sealer=sealer, actor=STAFF, now=NOW)

    with reading(engine) as session:
        vendor = session.get_one(Vendor, whole)
        assert vendor.full_name == ERASED_NAME
        assert vendor.state is VendorState.EXITED
        assert not standing(session, whole)
        request = session.get_one(PrivacyRequest, request_id)
        assert (request.state, request.outcome) == (State.COMPLETED, "Đã xoá")
        assert request.answered_at == NOW


def test_completing_a_withdrawal_from_the_list_erases_the_person(
    engine: sa.Engine, whole: int, sealer: Sealer
) -> None:
    with writing(engine) as session:
        vendor = session.get_one(Vendor, whole)
        done = withdraw(session, vendor, [ConsentPurpose.ONBOARDING], actor=HERSELF, now=NOW)
        assert done.request is not None
        complete(session, done.request, sealer=sealer, actor=STAFF, now=NOW)

    with reading(engine) as session:
        assert session.get_one(Vendor, whole).full_name == ERASED_NAME


def test_completing_the_poster_only_tier_keeps_the_person(
    engine: sa.Engine, whole: int, sealer: Sealer
) -> None:
    with writing(engine) as session:
        vendor = session.get_one(Vendor, whole)
        done = withdraw(session, vendor, [ConsentPurpose.RECONCILIATION], actor=HERSELF, now=NOW)
        assert done.request is not None
        complete(session, done.request, sealer=sealer, actor=STAFF, now=NOW)

    with reading(engine) as session:
        vendor = session.get_one(Vendor, whole)
        assert vendor.full_name != ERASED_NAME
        assert vendor.is_poster_only


def test_restricting_leaves_the_list_and_the_poster(
    engine: sa.Engine, whole: int, sealer: Sealer
) -> None:
    request_id = _open(engine, whole, Kind.RESTRICTION)
    with writing(engine) as session:
        complete(session, find_request(session, request_id), sealer=sealer, actor=STAFF, now=NOW)

    with reading(engine) as session:
        assert list(standing(session, whole)) == [ConsentPurpose.ONBOARDING, ConsentPurpose.POSTER]
        assert session.get_one(Vendor, whole).is_poster_only


def test_a_correction_says_what_was_corrected(
    engine: sa.Engine, whole: int, sealer: Sealer
) -> None:
    request_id = _open(engine, whole, Kind.CORRECTION, "Tên sai dấu")
    with writing(engine) as session, pytest.raises(PrivacyStepRefused, match="not told"):
        complete(session, find_request(session, request_id), sealer=sealer, actor=STAFF, now=NOW)
    with writing(engine) as session:
        request = find_request(session, request_id)
        complete(session, request, outcome="Sửa tên", sealer=sealer, actor=STAFF, now=NOW)
    assert _get(engine, request_id).outcome == "Sửa tên"


def test_every_step_is_remembered_without_a_name(
    engine: sa.Engine, whole: int, sealer: Sealer
) -> None:
    request_id = _open(engine, whole, Kind.ACCESS, "Cho cô Ngân xem")
    _extend(engine, request_id, date(2026, 12, 5))
    with writing(engine) as session:
        answer(session, find_request(session, request_id), actor=STAFF, now=NOW)
        complete(session, find_request(session, request_id), sealer=sealer, actor=STAFF, now=NOW)

    with reading(engine) as session:
        events = session.exec(
            select(RegisterEvent).where(RegisterEvent.subject == f"request:{request_id}")
        ).all()
        assert [event.action for event in events] == [
            EventAction.PRIVACY_REQUESTED,
            EventAction.PRIVACY_EXTENDED,
            EventAction.PRIVACY_ANSWERED,
            EventAction.PRIVACY_COMPLETED,
        ]
        assert all("Ngân" not in event.note for event in events)


def test_a_request_of_another_market_or_vendor_is_not_found(engine: sa.Engine, whole: int) -> None:
    request_id = _open(engine, whole, Kind.ACCESS)
    with reading(engine) as session:
        for where in ({"market_id": 99}, {"vendor_id": whole + 1}):
            with pytest.raises(PrivacyRequestNotFound, match=str(request_id)):
                find_request(session, request_id, **where)
        with pytest.raises(PrivacyRequestNotFound):
            find_request(session, request_id + 1)
