"""Requests in the database: asked within limits, told from the ledger, in any order and any number."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from merchants.actors import COMMAND
from merchants.errors import EntryRefused, VendorNotFound
from merchants.kinds import ConsentChannel, ConsentPurpose
from merchants.request_reference import read_request_reference
from merchants.tables import AcceptancePoint, Consent, Vendor
from qr.payload import AMOUNT_VND_MAX
from reconciliation.errors import (
    NotPayable,
    RequestNotFound,
    RequestNotOpen,
    RequestsNotKept,
    TooManyOpenRequests,
    TooManyRequests,
)
from reconciliation.intake.ingest import Incoming
from reconciliation.ledger.attribution import reattribute
from reconciliation.operations.retention import forget_transactions
from reconciliation.records import Direction, Status, TransactionType
from reconciliation.shown_requests.making import OPEN_MAX, RATE_MAX, cancel_request
from reconciliation.shown_requests.reading import requests_of_day, standings
from reconciliation.shown_requests.standing import RequestState
from reconciliation.tables import PaymentRequest, ProviderTransaction
from tests.merchants.queries import counted
from tests.reconciliation.arrivals import NOW, sepay, vcb
from tests.reconciliation.shown_requests.world import Asking, asking_on, notice

TODAY = date(2026, 11, 21)
AFTER = NOW + timedelta(hours=1)


@pytest.fixture
def asking(engine: sa.Engine, tmp_path: Path) -> Asking:
    """A vendor with an account that SePay tells of."""
    return asking_on(engine, tmp_path)


def test_a_request_has_a_reference_of_its_own_and_ends(asking: Asking) -> None:
    first, second = asking.ask(note="hai bó rau"), asking.ask()

    assert first.reference != second.reference
    assert read_request_reference(first.reference) == (asking.vendor_code, first.id)
    assert first.expires_at - first.created_at == timedelta(minutes=15)
    assert (first.note, first.standing.state) == ("hai bó rau", RequestState.OPEN)


def test_it_turns_paid_when_the_provider_says_so_and_not_before(asking: Asking) -> None:
    request = asking.ask()
    assert asking.look(request).standing.state is RequestState.OPEN

    asking.hear(notice(request))

    found = asking.look(request, AFTER).standing
    assert found.state is RequestState.PAID
    assert found.paid_at == datetime(2026, 11, 21, 2, 3, tzinfo=UTC)
    with reading(asking.engine) as session:
        row = session.get_one(ProviderTransaction, found.paid_by_id)
        assert (row.amount, row.payment_request_id) == (85_000, request.id)
        assert "NGUYEN" not in (row.description or "")


def test_the_same_notice_many_times_is_one_payment(asking: Asking) -> None:
    request = asking.ask()
    same = notice(request)

    asking.hear(same, same, notice(request, accumulated=0), same)

    assert asking.look(request).standing.received_vnd == (85_000,)


def test_two_requests_of_one_amount_are_told_apart(asking: Asking) -> None:
    first, second = asking.ask(), asking.ask()

    asking.hear(notice(second))

    assert asking.look(first).standing.state is RequestState.OPEN
    assert asking.look(second).standing.state is RequestState.PAID


def test_money_without_a_reference_pays_nothing(asking: Asking) -> None:
    request = asking.ask()

    asking.hear(sepay(1, 85_000, transactionDate="2026-11-21 09:03:00", content="tien rau"))
    asking.hear(sepay(2, 85_000, content=asking.vendor_code))

    assert asking.look(request).standing.state is RequestState.OPEN


def test_a_remark_with_two_references_pays_neither(asking: Asking) -> None:
    first, second = asking.ask(), asking.ask()

    asking.hear(notice(first, content=f"{first.reference} {second.reference}"))

    states = {asking.look(one).standing.state for one in (first, second)}
    assert states == {RequestState.OPEN}


def test_the_reference_that_sepay_took_out_of_the_remark_counts_too(asking: Asking) -> None:
    request = asking.ask()

    asking.hear(notice(request, content="chuyen tien", code=request.reference))

    assert asking.look(request).standing.state is RequestState.PAID


def test_money_into_somebody_elses_account_is_not_hers(asking: Asking) -> None:
    request = asking.ask()
    asker = asking.vendor_code
    asking.add_vendor(account="9704229999")
    other, asking.vendor_code = asking.vendor_code, asker

    asking.hear(notice(request, accountNumber="9704229999"))

    assert other != asker
    assert asking.look(request).standing.state is RequestState.OPEN


def test_money_nobody_could_be_named_for_says_nothing_until_it_is(asking: Asking) -> None:
    request = asking.ask()
    with writing(asking.engine) as session:
        session.get_one(Vendor, asking.vendor_id).is_poster_only = True
    asking.hear(notice(request))
    assert asking.look(request).standing.state is RequestState.OPEN

    with writing(asking.engine) as session:
        session.get_one(Vendor, asking.vendor_id).is_poster_only = False
        session.flush()
        assert reattribute(session, asking.sealer) == 1

    assert asking.look(request).standing.state is RequestState.PAID


def test_a_quarantined_notice_says_nothing(asking: Asking) -> None:
    request = asking.ask()

    asking.hear(notice(request, transferAmount="85.000,00 d"))

    assert asking.look(request).standing.state is RequestState.OPEN


def test_the_banks_own_file_tells_a_payment_the_webhook_missed(asking: Asking) -> None:
    request = asking.ask()

    asking.hear(vcb(("5001-10001", 85_000, f"MBVCB.1.{request.reference}.CT tu 0123")))

    found = asking.look(request, AFTER).standing
    assert (found.state, found.provider) == (RequestState.PAID, "bank_vcb")


PaymentRequestStory = tuple[int, Incoming]


def story(asking: Asking) -> tuple[PaymentRequestStory, ...]:
    """A payment, the same again, its return, another amount to another request, and the statement."""
    first, second = asking.ask(), asking.ask(20_000)
    return (
        (first.id, notice(first, 1)),
        (first.id, notice(first, 1)),
        (first.id, notice(first, 2, transferType="out", content=f"tra lai {first.reference}")),
        (second.id, notice(second, 3, 12_000)),
    )


def states(asking: Asking, ids: Sequence[int]) -> dict[int, RequestState]:
    with reading(asking.engine) as session:
        found = standings(session, ids, now=AFTER)
    return {number: one.state for number, one in found.items()}


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_any_order_of_the_same_notices_tells_the_same(
    asking: Asking, order: tuple[int, ...]
) -> None:
    told = story(asking)

    asking.hear(*(told[place][1] for place in order))

    first, second = told[0][0], told[3][0]
    assert states(asking, [first, second]) == {
        first: RequestState.TAKEN_BACK,
        second: RequestState.PAID_DIFFERENTLY,
    }


def test_a_reversal_that_names_only_the_payment_is_told(asking: Asking) -> None:
    request = asking.ask()
    asking.hear(notice(request))
    with writing(asking.engine) as session:
        paid = session.exec(sa.select(ProviderTransaction)).scalars().one()  # type: ignore[call-overload]
        values = paid.model_dump(exclude={"id", "payment_request_id"})
        session.add(
            ProviderTransaction(
                **values
                | {
                    "provider_transaction_id": "R1",
                    "dedupe_key": "sepay:reversal",
                    "original_transaction_id": paid.provider_transaction_id,
                    "transaction_type": TransactionType.REVERSAL,
                    "ledger_type": TransactionType.REVERSAL,
                    "direction": Direction.DEBIT,
                }
            )
        )

    found = asking.look(request, AFTER).standing
    assert (found.state, found.taken_back_vnd) == (RequestState.TAKEN_BACK, 85_000)


def test_a_later_version_without_the_remark_is_of_the_same_request(asking: Asking) -> None:
    request = asking.ask()
    asking.hear(notice(request))
    with writing(asking.engine) as session:
        paid = session.exec(sa.select(ProviderTransaction)).scalars().one()  # type: ignore[call-overload]
        values = paid.model_dump(exclude={"id", "payment_request_id"})
        paid.is_current = False
        changed = {"version": 2, "status": Status.REVERSED, "description": None}
        session.add(ProviderTransaction(**values | changed))

    assert asking.look(request, AFTER).standing.state is RequestState.TAKEN_BACK


def test_a_payment_to_a_merged_record_is_the_kept_vendors(asking: Asking) -> None:
    request = asking.ask()
    asker = asking.vendor_id
    asking.add_vendor(account="9704229999")
    with writing(asking.engine) as session:
        session.get_one(Vendor, asker).merged_into_id = asking.vendor_id
        moved = session.exec(
            sa.select(AcceptancePoint).where(AcceptancePoint.vendor_id == asker)  # type: ignore[call-overload, arg-type]
        ).scalars()
        for point in moved:
            point.vendor_id = asking.vendor_id

    asking.hear(notice(request))

    assert asking.look(request).standing.state is RequestState.PAID


@pytest.mark.parametrize("amount_vnd", [0, -1, AMOUNT_VND_MAX + 1, 2**63])
def test_an_amount_outside_the_scheme_is_refused(asking: Asking, amount_vnd: int) -> None:
    with pytest.raises(EntryRefused) as refusal:
        asking.ask(amount_vnd)

    assert set(refusal.value.faults) == {"amount_vnd"}
    assert_nothing_kept(asking)


@pytest.mark.parametrize("amount_vnd", [1, AMOUNT_VND_MAX])
def test_the_ends_of_the_range_are_taken(asking: Asking, amount_vnd: int) -> None:
    assert asking.ask(amount_vnd).amount_vnd == amount_vnd


@pytest.mark.parametrize("note", ["x" * 41, "a\u202eb", "hai\tbó"])
def test_a_note_that_is_too_long_or_hides_something_is_refused(asking: Asking, note: str) -> None:
    with pytest.raises(EntryRefused) as refusal:
        asking.ask(note=note)

    assert set(refusal.value.faults) == {"note"}


def assert_nothing_kept(asking: Asking) -> None:
    with reading(asking.engine) as session:
        assert session.execute(sa.select(sa.func.count()).select_from(PaymentRequest)).scalar() == 0


def test_only_so_many_may_be_open_and_paid_ones_do_not_count(asking: Asking) -> None:
    requests = [asking.ask() for _ in range(OPEN_MAX)]
    with pytest.raises(TooManyOpenRequests, match=str(OPEN_MAX)):
        asking.ask()

    asking.hear(notice(requests[0]))

    assert asking.ask().standing.state is RequestState.OPEN
    with pytest.raises(TooManyOpenRequests):
        asking.ask()
    with writing(asking.engine) as session:
        cancel_request(session, asking.vendor_code, requests[1].reference, now=NOW)
    asking.ask()


def test_only_so_many_may_be_made_in_ten_minutes(asking: Asking) -> None:
    for _ in range(RATE_MAX):
        shown = asking.ask()
        with writing(asking.engine) as session:
            cancel_request(session, asking.vendor_code, shown.reference, now=NOW)

    with pytest.raises(TooManyRequests, match="10 minutes"):
        asking.ask()

    assert asking.ask(now=NOW + timedelta(minutes=10)).amount_vnd == 85_000


def test_another_vendors_limit_is_her_own(asking: Asking) -> None:
    for _ in range(OPEN_MAX):
        asking.ask()
    asking.add_vendor(account="9704229999")

    assert asking.ask().standing.state is RequestState.OPEN


def test_a_cancelled_request_stays_so_and_what_comes_is_told_as_late(asking: Asking) -> None:
    request = asking.ask()

    for _ in range(2):
        with writing(asking.engine) as session:
            shown = cancel_request(session, asking.vendor_code, request.reference, now=NOW)
        assert shown.standing.state is RequestState.CANCELLED
    asking.hear(notice(request))

    found = asking.look(request).standing
    assert (found.state, found.is_late) == (RequestState.PAID, True)


def test_what_is_paid_or_over_cannot_be_cancelled(asking: Asking) -> None:
    paid, over = asking.ask(), asking.ask()
    asking.hear(notice(paid))

    for request, now in ((paid, NOW), (over, AFTER)):
        with pytest.raises(RequestNotOpen), writing(asking.engine) as session:
            cancel_request(session, asking.vendor_code, request.reference, now=now)


def test_who_is_not_seen_has_no_request_kept(asking: Asking) -> None:
    with writing(asking.engine) as session:
        session.get_one(Vendor, asking.vendor_id).is_poster_only = True

    with pytest.raises(RequestsNotKept, match="not_seen"):
        asking.ask()

    assert_nothing_kept(asking)


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_who_took_the_consent_back_has_no_request_kept(asking: Asking, is_withdrawn: bool) -> None:
    with writing(asking.engine) as session:
        session.add(
            Consent(
                vendor_id=asking.vendor_id,
                purpose=ConsentPurpose.RECONCILIATION,
                notice_version="paper",
                language="vi",
                given_at=NOW - timedelta(days=9),
                recorded_by=str(COMMAND),
                channel=ConsentChannel.SIGNATURE,
                withdrawn_at=NOW - timedelta(days=1) if is_withdrawn else None,
            )
        )

    if is_withdrawn:
        with pytest.raises(RequestsNotKept, match="not_seen"):
            asking.ask()
    else:
        assert asking.ask().standing.state is RequestState.OPEN


def test_an_account_nobody_tells_of_has_no_request_kept(engine: sa.Engine, tmp_path: Path) -> None:
    asking = asking_on(engine, tmp_path)
    asking.add_vendor(account="0011223344", feed_provider="")

    with pytest.raises(RequestsNotKept, match="no_feed"):
        asking.ask()


def test_who_may_have_no_code_has_no_request(asking: Asking) -> None:
    with writing(asking.engine) as session:
        session.get_one(Vendor, asking.vendor_id).consented_on = None

    with pytest.raises(NotPayable, match=asking.vendor_code):
        asking.ask()


def test_a_reference_of_somebody_else_or_of_nobody_is_not_found(asking: Asking) -> None:
    request = asking.ask()
    asking.add_vendor(account="9704229999")
    other = asking.vendor_code

    with reading(asking.engine) as session:
        for reference in (request.reference, "CC", "", "tien"):
            with pytest.raises(RequestNotFound, match=other):
                asking.look(replace(request, reference=reference))
        with pytest.raises(VendorNotFound):
            requests_of_day(session, "CC2222299", TODAY, now=NOW)
    with pytest.raises(VendorNotFound):
        asking.vendor_code = "CC2222299"
        asking.ask()


def test_the_days_list_is_newest_first_filtered_and_paged(asking: Asking) -> None:
    asking.ask(now=NOW - timedelta(days=1))
    requests = [asking.ask(1_000 * n) for n in range(1, 6)]
    asking.hear(notice(requests[1], 1, 2_000), notice(requests[3], 2, 4_000))

    with reading(asking.engine) as session:
        first = requests_of_day(session, asking.vendor_code, TODAY, now=NOW, limit=2)
        rest = requests_of_day(
            session, asking.vendor_code, TODAY, now=NOW, before_id=first.next_id, limit=9
        )
        paid = requests_of_day(
            session, asking.vendor_code, TODAY, now=NOW, state=RequestState.PAID, limit=2
        )

    assert [one.amount_vnd for one in first.requests] == [5_000, 4_000]
    assert [one.amount_vnd for one in rest.requests] == [3_000, 2_000, 1_000]
    assert rest.next_id is None
    assert [one.amount_vnd for one in paid.requests] == [4_000, 2_000]
    assert paid.next_id is None
    assert dict(paid.counts) == {RequestState.OPEN: 3, RequestState.PAID: 2}


@pytest.mark.parametrize("count", [1, 12])
def test_a_list_costs_the_same_statements_whatever_its_length(asking: Asking, count: int) -> None:
    for number in range(count):
        asking.hear(notice(asking.ask(), number + 1))

    with reading(asking.engine) as session, counted(asking.engine) as sent:
        requests_of_day(session, asking.vendor_code, TODAY, now=NOW)

    assert len(sent) == 5


def test_a_note_is_forgotten_in_its_time_and_what_was_paid_stays(asking: Asking) -> None:
    request = asking.ask(note="chị Lan, hai cân")
    asking.hear(notice(request))
    later = NOW + timedelta(days=800)

    with writing(asking.engine) as session:
        forget_transactions(session, later, now=later)

    found = asking.look(request, later)
    assert (found.note, found.standing.state) == ("", RequestState.PAID)


def test_a_vendors_forgetting_leaves_other_vendors_notes(asking: Asking) -> None:
    hers = asking.ask(note="của tôi")
    code, vendor_id = asking.vendor_code, asking.vendor_id
    asking.add_vendor(account="9704229999")
    others = asking.ask(note="của chị")

    with writing(asking.engine) as session:
        forget_transactions(session, AFTER, vendor_id=vendor_id, now=AFTER)

    assert asking.look(others).note == "của chị"
    asking.vendor_code = code
    assert asking.look(hers).note == ""


def test_a_dry_run_forgets_no_note(asking: Asking) -> None:
    request = asking.ask(note="của tôi")
    later = NOW + timedelta(days=800)

    with writing(asking.engine) as session:
        forget_transactions(session, later, now=later, dry_run=True)

    assert asking.look(request).note == "của tôi"
